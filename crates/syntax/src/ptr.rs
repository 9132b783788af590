//! Pointers to nodes that outlive the tree they came from.

use std::marker::PhantomData;

use rowan::TextRange;

use crate::{AstNode, SyntaxKind, SyntaxNode};

/// A node by its kind and its range: finds the node again in any tree of the same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SyntaxNodePtr {
    kind: SyntaxKind,
    range: TextRange,
}

impl SyntaxNodePtr {
    pub fn new(node: &SyntaxNode) -> Self {
        Self { kind: node.kind(), range: node.text_range() }
    }

    pub fn kind(self) -> SyntaxKind {
        self.kind
    }

    pub fn range(self) -> TextRange {
        self.range
    }

    /// The pointer after an edit elsewhere: text before the node grew or shrank by `delta` bytes.
    /// `None` if the new place would not fit in a text.
    pub fn shifted(self, delta: i64) -> Option<Self> {
        let start = u32::try_from(i64::from(u32::from(self.range.start())) + delta).ok()?;
        let end = u32::try_from(i64::from(u32::from(self.range.end())) + delta).ok()?;
        Some(Self { kind: self.kind, range: TextRange::new(start.into(), end.into()) })
    }

    /// The node in `root`, which must be the root of a tree; `None` if the tree has no such node.
    pub fn to_node(self, root: &SyntaxNode) -> Option<SyntaxNode> {
        if !root.text_range().contains_range(self.range) {
            return None;
        }
        let mut node = root.clone();
        loop {
            if node.text_range() == self.range && node.kind() == self.kind {
                return Some(node);
            }
            node = node.child_or_token_at_range(self.range)?.into_node()?;
        }
    }
}

/// A [`SyntaxNodePtr`] that remembers the type of its node.
#[derive(Debug)]
pub struct AstPtr<N> {
    raw: SyntaxNodePtr,
    node: PhantomData<fn() -> N>,
}

impl<N: AstNode> AstPtr<N> {
    pub fn new(node: &N) -> Self {
        Self { raw: SyntaxNodePtr::new(node.syntax()), node: PhantomData }
    }

    pub fn to_node(self, root: &SyntaxNode) -> Option<N> {
        self.raw.to_node(root).and_then(N::cast)
    }
}

impl<N> AstPtr<N> {
    pub fn syntax_node_ptr(self) -> SyntaxNodePtr {
        self.raw
    }

    pub fn range(self) -> TextRange {
        self.raw.range()
    }
}

impl<N> Clone for AstPtr<N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N> Copy for AstPtr<N> {}

impl<N> PartialEq for AstPtr<N> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl<N> Eq for AstPtr<N> {}

impl<N> std::hash::Hash for AstPtr<N> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}
