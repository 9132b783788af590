//! What the generated accessors are made of.

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
    let mut open = after.is_empty();
    let is_of_use = |it| N::can_cast(it) || after.contains(&it) || before.contains(&it);
    for element in parent.children_with_tokens().by_kind(is_of_use) {
        match element {
            NodeOrToken::Token(token) if !open => open = after.contains(&token.kind()),
            NodeOrToken::Token(token) if before.contains(&token.kind()) => return None,
            NodeOrToken::Node(node) if open => {
                if let Some(found) = N::cast(node) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
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
