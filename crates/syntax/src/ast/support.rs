//! What the generated accessors are made of.

use std::cell::Cell;
use std::marker::PhantomData;

use crate::{AstNode, NodeOrToken, SyntaxKind, SyntaxNode, SyntaxToken};

/// The children of a node that are of one type, in the order of the text.
///
/// Nodes and tokens of other kinds are passed over in the green tree, where looking at them costs no allocation; so do the
/// functions below.
#[derive(Debug, Clone)]
pub struct AstChildren<N> {
    next: Option<SyntaxNode>,
    node: PhantomData<fn() -> N>,
}

impl<N: AstNode> Iterator for AstChildren<N> {
    type Item = N;

    fn next(&mut self) -> Option<N> {
        let node = self.next.take()?;
        self.next = node.next_sibling_by_kind(&N::can_cast);
        N::cast(node)
    }
}

pub(super) fn children<N: AstNode>(parent: &SyntaxNode) -> AstChildren<N> {
    AstChildren { next: parent.first_child_by_kind(&N::can_cast), node: PhantomData }
}

pub(super) fn child<N: AstNode>(parent: &SyntaxNode) -> Option<N> {
    parent.first_child_by_kind(&N::can_cast).and_then(N::cast)
}

pub(super) fn token(parent: &SyntaxNode, kinds: &[SyntaxKind]) -> Option<SyntaxToken> {
    parent.first_child_or_token_by_kind(&|it| kinds.contains(&it)).and_then(NodeOrToken::into_token)
}

pub(super) fn tokens(parent: &SyntaxNode, kind: SyntaxKind) -> impl Iterator<Item = SyntaxToken> + use<> {
    parent.children_with_tokens().by_kind(move |it| it == kind).filter_map(NodeOrToken::into_token)
}

/// The first child between two tokens; an empty list stands for the start or the end of the node.
pub(super) fn child_between<N: AstNode>(parent: &SyntaxNode, after: &[SyntaxKind], before: &[SyntaxKind]) -> Option<N> {
    let is_open = Cell::new(after.is_empty());
    let is_over = Cell::new(false);
    // The children are asked for one after the other.
    let found = parent.first_child_or_token_by_kind(&|kind| {
        if !is_open.get() {
            is_open.set(after.contains(&kind));
            return false;
        }
        is_over.set(is_over.get() || before.contains(&kind));
        !is_over.get() && N::can_cast(kind)
    });
    found.and_then(NodeOrToken::into_node).and_then(N::cast)
}

/// The text of the first token of a kind, without making a token.
pub(super) fn with_text<T>(parent: &SyntaxNode, kind: SyntaxKind, take: impl FnOnce(&str) -> T) -> Option<T> {
    let green = parent.green();
    let token =
        green.children().filter_map(NodeOrToken::into_token).find(|it| it.kind() == rowan::SyntaxKind::from(kind));
    token.map(|it| take(it.text()))
}

/// Like [`child_between`], for a token.
pub(super) fn token_between(
    parent: &SyntaxNode,
    after: &[SyntaxKind],
    before: &[SyntaxKind],
    kinds: &[SyntaxKind],
) -> Option<SyntaxToken> {
    let mut open = after.is_empty();
    let is_of_use = |it| [after, before, kinds].iter().any(|of| of.contains(&it));
    for token in parent.children_with_tokens().by_kind(is_of_use).filter_map(NodeOrToken::into_token) {
        if !open {
            open = after.contains(&token.kind());
        } else if kinds.contains(&token.kind()) {
            return Some(token);
        } else if before.contains(&token.kind()) {
            return None;
        }
    }
    None
}

/// The children after a token.
pub(super) fn children_after<N: AstNode>(
    parent: &SyntaxNode,
    after: &[SyntaxKind],
) -> impl Iterator<Item = N> + use<N> {
    let mut open = after.is_empty();
    let after = after.to_vec();
    parent.children_with_tokens().filter_map(move |element| match element {
        NodeOrToken::Token(token) => {
            open |= after.contains(&token.kind());
            None
        }
        NodeOrToken::Node(node) if open => N::cast(node),
        NodeOrToken::Node(_) => None,
    })
}
