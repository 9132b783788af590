//! Events to the green tree.
//!
//! Nodes are built bottom-up over one stack of children. Tokens with a fixed text, names and the nodes that hold just
//! a name are shared, which makes most tokens a reference count instead of an allocation.

use std::hash::Hasher;

use rowan::{GreenNode, GreenToken, NodeOrToken};
use rustc_hash::FxHasher;

use super::Event;
use crate::SyntaxKind::{self, *};
use crate::lexer::Token;

/// A tree deeper than this is not built: dropping it takes a stack frame or more for each level.
const MAX_DEPTH: usize = 4000;

type Child = NodeOrToken<GreenNode, GreenToken>;

/// The tree that the events describe, or nothing if it would be too deep.
pub(super) fn build(text: &str, tokens: &[Token], events: &[Event], pulse: &dyn Fn()) -> Option<GreenNode> {
    let mut builder = Builder::new(text, tokens);
    // Nodes that a forward parent opened already.
    let mut taken = vec![false; events.len()];
    let mut chain = Vec::new();
    for (index, event) in events.iter().enumerate() {
        if index.is_multiple_of(crate::PULSE) {
            pulse();
        }
        match *event {
            Event::Open { kind, parent } => {
                if taken[index] {
                    continue;
                }
                if parent == 0 {
                    if kind != EOF {
                        builder.open(kind);
                    }
                } else {
                    chain.clear();
                    let (mut at, mut kind, mut parent) = (index, kind, parent);
                    loop {
                        if kind != EOF {
                            chain.push(kind);
                        }
                        if parent == 0 {
                            break;
                        }
                        at += parent as usize;
                        taken[at] = true;
                        match events[at] {
                            Event::Open { kind: outer, parent: next } => (kind, parent) = (outer, next),
                            _ => break,
                        }
                    }
                    for &kind in chain.iter().rev() {
                        builder.open(kind);
                    }
                }
                if builder.parents.len() > MAX_DEPTH {
                    return None;
                }
            }
            Event::Close => builder.close(),
            Event::Token(kind) => builder.token(kind),
        }
    }
    builder.finish()
}

/// A tree of depth one, for a text whose tree cannot be built.
pub(super) fn flat(text: &str, tokens: &[Token]) -> GreenNode {
    let mut builder = Builder::new(text, tokens);
    builder.open(SOURCE_FILE);
    builder.open(ERROR);
    builder.rest();
    builder.close();
    let children = std::mem::take(&mut builder.children);
    GreenNode::new(SOURCE_FILE.into(), children)
}

/// The fewest and the most slots of the cache of names; powers of two.
const FEWEST_SLOTS: usize = 1 << 6;
const MOST_SLOTS: usize = 1 << 12;
/// A slot for so many bytes of text, since most texts that are parsed after an edit are short.
const BYTES_OF_A_SLOT: usize = 16;

/// A short token, and the expression that holds just it: a `NameExpr` for a name, else a `Literal`.
struct Name {
    token: GreenToken,
    expression: Option<GreenNode>,
}

struct Builder<'t> {
    text: &'t str,
    tokens: &'t [Token],
    /// The next raw token.
    at: usize,
    children: Vec<Child>,
    /// Open nodes: the kind, and where its children start.
    parents: Vec<(SyntaxKind, usize)>,
    fixed: Vec<Option<GreenToken>>,
    names: Vec<Option<Name>>,
    /// The slot of the short token that was added last, while it is the last child.
    last_name: Option<usize>,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str, tokens: &'t [Token]) -> Self {
        let mut names = Vec::new();
        let slots = (text.len() / BYTES_OF_A_SLOT).next_power_of_two().clamp(FEWEST_SLOTS, MOST_SLOTS);
        names.resize_with(slots, || None);
        Builder {
            text,
            tokens,
            at: 0,
            children: Vec::with_capacity(256),
            parents: Vec::with_capacity(64),
            fixed: vec![None; SyntaxKind::ALL.len()],
            names,
            last_name: None,
        }
    }

    #[inline]
    fn open(&mut self, kind: SyntaxKind) {
        // White space before a node belongs to the node around it; the root has none around it.
        if !self.parents.is_empty() {
            self.trivia();
        }
        self.parents.push((kind, self.children.len()));
    }

    #[inline]
    fn close(&mut self) {
        let Some((kind, first)) = self.parents.pop() else { return };
        if self.parents.is_empty() {
            // The root: it keeps its children until `finish`, which adds what follows the last token.
            self.parents.push((kind, first));
            return;
        }
        let name = self.last_name.take();
        if matches!(kind, NAME_EXPR | LITERAL)
            && self.children.len() == first + 1
            && let Some(slot) = name
            && let Some(Name { token, expression }) = &mut self.names[slot]
        {
            let node = match expression {
                Some(node) => node.clone(),
                None => {
                    let node = GreenNode::new(kind.into(), [NodeOrToken::Token(token.clone())]);
                    *expression = Some(node.clone());
                    node
                }
            };
            self.children[first] = NodeOrToken::Node(node);
            return;
        }
        // A node without text cannot be pointed at: what is missing is missing.
        if self.children.len() > first {
            let node = GreenNode::new(kind.into(), self.children.drain(first..));
            self.children.push(NodeOrToken::Node(node));
        }
    }

    fn trivia(&mut self) {
        while let Some(token) = self.tokens.get(self.at) {
            if !(token.kind.is_trivia() || token.kind == ERROR_TOKEN) {
                break;
            }
            self.raw(token.kind);
        }
    }

    #[inline]
    fn token(&mut self, kind: SyntaxKind) {
        self.trivia();
        self.raw(kind);
    }

    /// Adds the next raw token, unless it has no width.
    #[inline]
    fn raw(&mut self, kind: SyntaxKind) {
        let start = self.tokens[self.at].start as usize;
        let end = self.tokens.get(self.at + 1).map_or(self.text.len(), |next| next.start as usize);
        self.at += 1;
        self.last_name = None;
        if start == end {
            return;
        }
        let text = &self.text[start..end];
        let token = match kind {
            IDENT => self.name(kind, text),
            _ if kind.has_fixed_text() => self.fixed_token(kind, text),
            NEWLINE if text == "\n" => self.fixed_token(kind, text),
            WHITESPACE if text == " " => self.fixed_token(kind, text),
            WHITESPACE | NEWLINE | STRING | INT_NUMBER | TRUE_KW | FALSE_KW | NONE_KW | FSTRING_START | FSTRING_END
                if text.len() <= 16 =>
            {
                self.name(kind, text)
            }
            _ => GreenToken::new(kind.into(), text),
        };
        self.children.push(NodeOrToken::Token(token));
    }

    #[inline]
    fn fixed_token(&mut self, kind: SyntaxKind, text: &str) -> GreenToken {
        self.fixed[kind as usize].get_or_insert_with(|| GreenToken::new(kind.into(), text)).clone()
    }

    #[inline]
    fn name(&mut self, kind: SyntaxKind, text: &str) -> GreenToken {
        let mut hasher = FxHasher::default();
        hasher.write_u8(kind as u8);
        hasher.write(text.as_bytes());
        let hash = hasher.finish();
        let slot = ((hash >> 32) ^ hash) as usize & (self.names.len() - 1);
        self.last_name = Some(slot);
        match &self.names[slot] {
            Some(name) if name.token.kind() == rowan::SyntaxKind::from(kind) && name.token.text() == text => {
                name.token.clone()
            }
            _ => {
                let token = GreenToken::new(kind.into(), text);
                self.names[slot] = Some(Name { token: token.clone(), expression: None });
                token
            }
        }
    }

    /// Adds all raw tokens that are left.
    fn rest(&mut self) {
        while let Some(token) = self.tokens.get(self.at) {
            self.raw(token.kind);
        }
    }

    fn finish(mut self) -> Option<GreenNode> {
        self.rest();
        let (kind, first) = self.parents.pop()?;
        debug_assert!(self.parents.is_empty() && first == 0, "every node is closed");
        Some(GreenNode::new(kind.into(), self.children.drain(first..)))
    }
}
