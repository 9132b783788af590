//! Which statement starts at a token, and which one stands before it.

use danaide_syntax::SyntaxKind::*;

use crate::source::{NONE, Source};

#[derive(Debug)]
pub(crate) struct Statements {
    /// For each token, the statement of a block or of the file that starts with it.
    starting: Vec<u32>,
    /// For each token at which a statement starts, the statement before it in the same block.
    before: Vec<u32>,
    /// The last statement of the file.
    last: u32,
}

impl Statements {
    pub(crate) fn new(source: &Source<'_>) -> Self {
        let mut found = Statements {
            starting: vec![NONE; source.tokens.len()],
            before: vec![NONE; source.tokens.len()],
            last: NONE,
        };
        for (block, node) in source.nodes.iter().enumerate() {
            if !matches!(node.kind, BLOCK | SOURCE_FILE) {
                continue;
            }
            let mut before = NONE;
            for child in source.children(block as u32) {
                let it = &source.nodes[child as usize];
                if it.first < it.end {
                    found.starting[it.first as usize] = child;
                    found.before[it.first as usize] = before;
                    before = child;
                }
            }
            if block == 0 {
                found.last = before;
            }
        }
        found
    }

    /// The statement that starts at a token.
    pub(crate) fn starting_at(&self, token: usize) -> Option<u32> {
        self.starting.get(token).copied().filter(|it| *it != NONE)
    }

    /// The statement before the one that starts at a token, in the same block; before EOF, the last one of the file.
    pub(crate) fn before(&self, token: usize) -> Option<u32> {
        let before = if token + 1 == self.starting.len() { self.last } else { self.before[token] };
        (before != NONE).then_some(before)
    }
}

/// The block, or the file, that a node is in; the node itself if it is one.
pub(crate) fn block_of(source: &Source<'_>, mut node: u32) -> u32 {
    while node != NONE && !matches!(source.node_kind(node), BLOCK | SOURCE_FILE) {
        node = source.nodes[node as usize].parent;
    }
    if node == NONE { 0 } else { node }
}
