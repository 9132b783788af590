//! A parsed file as flat tables: tokens without trivia, the nodes around them, and the comments between them.
//!
//! Everything after this step works with indices, so that a pass over a file is a pass over arrays.

use danaide_syntax::{Parse, Step, SyntaxKind, SyntaxKind::*};

/// No node, no statement, no group.
pub(crate) const NONE: u32 = u32::MAX;

/// A token, or a whole f-string. The last one of a file is EOF and has no width.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) kind: SyntaxKind,
    /// The node that it stands right in.
    pub(crate) node: u32,
    /// Bytes of the text.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Is there a NEWLINE between it and the token before?
    pub(crate) newline: bool,
    /// The first of the comments that stand after this token or later.
    pub(crate) comments_after: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) kind: SyntaxKind,
    pub(crate) parent: u32,
    /// Its tokens: from the first to the one before `end`.
    pub(crate) first: u32,
    pub(crate) end: u32,
    /// The index of the first node after it that is not in it.
    pub(crate) skip: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Comment {
    /// Bytes of the text, without white space at the end.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Does a line start with it?
    pub(crate) own_line: bool,
    /// The node that it stands right in.
    pub(crate) node: u32,
}

#[derive(Debug)]
pub(crate) struct Source<'t> {
    pub(crate) text: &'t str,
    pub(crate) tokens: Vec<Token>,
    /// In preorder: a node's first child follows it.
    pub(crate) nodes: Vec<Node>,
    pub(crate) comments: Vec<Comment>,
}

impl<'t> Source<'t> {
    pub(crate) fn new(text: &'t str, parse: &Parse) -> Self {
        let guess = text.len() / 5 + 4;
        let mut source =
            Source { text, tokens: Vec::with_capacity(guess), nodes: Vec::with_capacity(guess), comments: Vec::new() };
        let mut open: Vec<u32> = Vec::with_capacity(64);
        let mut at = 0_u32;
        let mut newline = false;
        let mut line_starts = true;
        // Inside an f-string: how many nodes of it are open.
        let mut in_fstring = 0_u32;
        for step in parse.steps() {
            match step {
                Step::Enter(_) | Step::Token(..) if in_fstring > 0 => {
                    if let Step::Token(_, text) = step {
                        at += text.len() as u32;
                    } else {
                        in_fstring += 1;
                    }
                }
                Step::Enter(kind) => {
                    let first = source.tokens.len() as u32;
                    let parent = open.last().copied().unwrap_or(NONE);
                    open.push(source.nodes.len() as u32);
                    source.nodes.push(Node { kind, parent, first, end: first, skip: 0 });
                    if kind == FSTRING {
                        in_fstring = 1;
                        source.push(FSTRING, open.last().copied().unwrap_or(NONE), at, at, &mut newline);
                        line_starts = false;
                    }
                }
                Step::Leave => {
                    if in_fstring > 1 {
                        in_fstring -= 1;
                        continue;
                    }
                    if std::mem::take(&mut in_fstring) == 1
                        && let Some(token) = source.tokens.last_mut()
                    {
                        token.end = at;
                    }
                    let end = source.tokens.len() as u32;
                    let skip = source.nodes.len() as u32;
                    if let Some(node) = open.pop() {
                        let node = &mut source.nodes[node as usize];
                        (node.end, node.skip) = (end, skip);
                    }
                }
                Step::Token(kind, token) => {
                    let end = at + token.len() as u32;
                    let node = open.last().copied().unwrap_or(NONE);
                    match kind {
                        WHITESPACE => line_starts |= token.contains('\n'),
                        NEWLINE => (newline, line_starts) = (true, true),
                        COMMENT => {
                            let trimmed = at + token.trim_end().len() as u32;
                            source.comments.push(Comment { start: at, end: trimmed, own_line: line_starts, node });
                            line_starts = false;
                        }
                        _ => {
                            source.push(kind, node, at, end, &mut newline);
                            line_starts = false;
                        }
                    }
                    at = end;
                }
            }
        }
        source.push(EOF, 0, at, at, &mut newline);
        source
    }

    fn push(&mut self, kind: SyntaxKind, node: u32, start: u32, end: u32, newline: &mut bool) {
        // The comments found so far stand before this token.
        let comments_after = self.comments.len() as u32;
        self.tokens.push(Token { kind, node, start, end, newline: std::mem::take(newline), comments_after });
    }

    /// The number of tokens, EOF not counted.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len() - 1
    }

    /// Where the text between a token and the one before starts.
    pub(crate) fn gap_start(&self, token: usize) -> u32 {
        if token == 0 { self.text_start() } else { self.tokens[token - 1].end }
    }

    /// Past the byte order mark, if there is one.
    pub(crate) fn text_start(&self) -> u32 {
        if self.text.starts_with('\u{feff}') { 3 } else { 0 }
    }

    /// The text between a token and the one before.
    pub(crate) fn gap(&self, token: usize) -> &'t str {
        self.slice(self.gap_start(token), self.tokens[token].start)
    }

    /// The comments between a token and the one before.
    pub(crate) fn comments_before(&self, token: usize) -> &[Comment] {
        let from = if token == 0 { 0 } else { self.tokens[token - 1].comments_after };
        &self.comments[from as usize..self.tokens[token].comments_after as usize]
    }

    pub(crate) fn slice(&self, start: u32, end: u32) -> &'t str {
        &self.text[start as usize..end as usize]
    }

    pub(crate) fn token_text(&self, token: usize) -> &'t str {
        self.slice(self.tokens[token].start, self.tokens[token].end)
    }

    /// The kind of the node that a token stands right in.
    pub(crate) fn parent_kind(&self, token: usize) -> SyntaxKind {
        self.node_kind(self.tokens[token].node)
    }

    pub(crate) fn node_kind(&self, node: u32) -> SyntaxKind {
        self.nodes.get(node as usize).map_or(EOF, |it| it.kind)
    }

    /// The nodes right in a node.
    pub(crate) fn children(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.nodes[node as usize].skip;
        let mut next = node + 1;
        std::iter::from_fn(move || {
            let child = next;
            (child < end).then(|| {
                next = self.nodes[child as usize].skip;
                child
            })
        })
    }

    /// Does the token stand right in the node and have this kind?
    pub(crate) fn is_own(&self, node: u32, token: usize, kind: SyntaxKind) -> bool {
        self.tokens[token].node == node && self.tokens[token].kind == kind
    }
}
