//! The tree's types, and [`parse`].

use std::sync::Arc;

use rowan::GreenNode;

use crate::{SyntaxError, SyntaxKind, ast};

/// The language tag of the rowan tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dana {}

impl rowan::Language for Dana {
    type Kind = SyntaxKind;

    fn kind_from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        SyntaxKind::from_raw(raw)
    }

    fn kind_to_raw(kind: SyntaxKind) -> rowan::SyntaxKind {
        kind.into()
    }
}

pub type SyntaxNode = rowan::SyntaxNode<Dana>;
pub type SyntaxToken = rowan::SyntaxToken<Dana>;
pub type SyntaxElement = rowan::SyntaxElement<Dana>;
pub type SyntaxNodeChildren = rowan::SyntaxNodeChildren<Dana>;

/// A typed view of a node.
pub trait AstNode: Sized {
    fn can_cast(kind: SyntaxKind) -> bool;
    fn cast(syntax: SyntaxNode) -> Option<Self>;
    fn syntax(&self) -> &SyntaxNode;
}

/// A parsed text: the tree and what is wrong with it. Cheap to clone, and `Send`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parse {
    green: GreenNode,
    errors: Arc<[SyntaxError]>,
}

impl Parse {
    pub(crate) fn new(green: GreenNode, errors: Vec<SyntaxError>) -> Parse {
        Parse { green, errors: errors.into() }
    }

    pub fn green(&self) -> &GreenNode {
        &self.green
    }

    /// The errors in the order of the text.
    pub fn errors(&self) -> &Arc<[SyntaxError]> {
        &self.errors
    }

    pub fn syntax_node(&self) -> SyntaxNode {
        SyntaxNode::new_root(self.green.clone())
    }

    pub fn tree(&self) -> ast::SourceFile {
        ast::SourceFile::cast(self.syntax_node()).expect("the root of a parsed text is a source file")
    }
}

/// Parses a text. Never fails: the tokens of the tree give the text back, whatever it is.
///
/// A text longer than [`crate::MAX_TEXT_LEN`] bytes gives an empty tree and one error, since offsets have 32 bits.
pub fn parse(text: &str) -> Parse {
    parse_with_pulse(text, &|| {})
}

/// Like [`parse`], and calls `pulse` after every few thousand steps: it may unwind to give up.
pub fn parse_with_pulse(text: &str, pulse: &dyn Fn()) -> Parse {
    let (green, errors) = crate::parser::parse(text, pulse);
    Parse::new(green, errors)
}
