//! The braces of `lambda x :: { statements }`, in which lines count.

use danaide_syntax::SyntaxKind::*;

use crate::source::{NONE, Source};

/// Does the block of a lambda stand on lines of its own? It does if it has a line break outside other brackets.
pub(crate) fn is_broken(source: &Source<'_>, block: u32) -> bool {
    let it = source.nodes[block as usize];
    let first = it.first as usize;
    let close = it.end as usize;
    source.gap(first).contains('\n') || (first + 1..=close.min(source.len())).any(|token| source.tokens[token].newline)
}

/// The block of the lambda that a brace belongs to.
pub(crate) fn block_of_brace(source: &Source<'_>, brace: usize) -> u32 {
    let lambda = source.tokens[brace].node;
    if source.node_kind(lambda) != LAMBDA_EXPR {
        return NONE;
    }
    source.children(lambda).filter(|&it| source.node_kind(it) == BLOCK).last().unwrap_or(NONE)
}

/// The braces of lambdas that are in no other lambda, as first and last token, in order.
pub(crate) fn outermost(source: &Source<'_>) -> Vec<(u32, u32)> {
    let mut found: Vec<(u32, u32)> = Vec::new();
    for node in source.nodes.iter().filter(|it| it.kind == BLOCK && it.parent != NONE) {
        let is_new = found.last().is_none_or(|it| it.1 < node.first);
        if is_new && source.node_kind(node.parent) == LAMBDA_EXPR {
            found.push((node.first.saturating_sub(1), node.end));
        }
    }
    found
}
