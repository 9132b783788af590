//! The braces of `lambda x :: { statements }`, which hold lines, unlike those of a set or a dict.

use super::recovery::{assignment, word};
use super::{Bracket, BracketKind, Lexer, is_name_start};
use crate::SyntaxKind::{self, *};
use crate::T;

/// How far to look for what tells a block from a set or a dict, in bytes.
const LOOKAHEAD: usize = 4096;

/// The same for the line after the current one.
const LINE_LOOKAHEAD: usize = 256;

/// Brackets inside the brace, beyond which it is not looked into.
const MAX_DEPTH: u32 = 16;

impl Lexer<'_> {
    /// Do statements stand in the brace whose inside starts at `pos`?
    ///
    /// They do if it starts with a statement's keyword or an assignment, or if a second line starts where no
    /// expression could go on.
    pub(super) fn is_lambda_block(&self, pos: usize) -> bool {
        let limit = (pos + LOOKAHEAD).min(self.bytes.len());
        let start = self.skip_layout(pos, limit);
        let text = &self.bytes[start..limit];
        if is_statement_keyword(text) || assignment(text).is_some() {
            return true;
        }
        let mut depth = 0u32;
        let mut operand = false;
        let mut at = start;
        while at < limit {
            let byte = self.bytes[at];
            match byte {
                b'"' | b'\'' => {
                    at += 1;
                    while at < limit && self.bytes[at] != byte {
                        at += if self.bytes[at] == b'\\' { 2 } else { 1 };
                    }
                    operand = true;
                }
                b'(' | b'[' | b'{' => {
                    depth += 1;
                    if depth > MAX_DEPTH {
                        return false;
                    }
                    operand = false;
                }
                b')' | b']' | b'}' => {
                    if depth == 0 {
                        return false;
                    }
                    depth -= 1;
                    operand = true;
                }
                b';' if depth == 0 => return true,
                b'\n' | b'#' if depth == 0 => {
                    let next = self.skip_layout(at, limit);
                    let rest = &self.bytes[next..limit];
                    let starts = rest.first().is_some_and(|&byte| is_name_start(byte)) && !is_operator_word(rest);
                    if operand && starts {
                        return true;
                    }
                    at = next;
                    continue;
                }
                b' ' | b'\t' | b'\r' | b'\n' => {}
                _ => operand = byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 128,
            }
            at += 1;
        }
        false
    }

    /// Skips white space, line breaks and comments.
    fn skip_layout(&self, mut pos: usize, limit: usize) -> usize {
        while pos < limit {
            match self.bytes[pos] {
                b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' => pos += 1,
                b'#' => pos = self.line_end(pos).min(limit),
                _ => break,
            }
        }
        pos
    }

    pub(super) fn open_lambda_block(&mut self) {
        self.lambda_blocks.push(self.tokens.len() as u32);
        self.token(L_BRACE, self.pos + 1);
        self.brackets.push(Bracket { kind: BracketKind::LambdaBlock, indents: self.indents.len() });
        self.line_has_tokens = false;
        self.at_line_start = true;
    }

    /// Ends the lines of the block, before its `}`.
    pub(super) fn close_lambda_block(&mut self) {
        let Some(bracket) = self.brackets.pop() else { return };
        self.empty_newline();
        // The block's own level has no INDENT.
        self.dedent_to(bracket.indents + 1);
        self.indents.truncate(bracket.indents);
    }

    /// Does the line after the line break at `next` go on with an expression of the lambda's block?
    pub(super) fn continues_lambda_block(&self, next: usize) -> bool {
        if self.brackets.is_empty() {
            return false;
        }
        let limit = (next + LINE_LOOKAHEAD).min(self.bytes.len());
        let rest = &self.bytes[self.skip_layout(next, limit)..limit];
        match rest.first() {
            Some(b'|' | b'.') => true,
            _ => is_operator_word(rest),
        }
    }

    /// A line left of the statement that holds the lambda cannot be in its block: the `}` was forgotten.
    pub(super) fn leave_lambda_block_if_line_is_outside(&mut self, floor: usize, column: u32) -> bool {
        let outer = floor.checked_sub(1).map_or(0, |it| self.indents[it].tolerated.unwrap_or(self.indents[it].column));
        if column > outer || self.peek(0) == b'}' {
            return false;
        }
        self.brackets.pop();
        self.abandon_lambda_block(floor);
        while self.brackets.last().is_some_and(|it| it.kind != BracketKind::LambdaBlock) {
            self.pop_bracket();
        }
        self.empty(NEWLINE);
        true
    }

    /// Ends a block whose `}` is missing: one DEDENT more than it has INDENTs tells the parser.
    pub(super) fn abandon_lambda_block(&mut self, floor: usize) {
        self.empty_newline();
        self.dedent_to(floor + 1);
        self.indents.truncate(floor);
        self.empty(DEDENT);
    }
}

fn is_statement_keyword(text: &[u8]) -> bool {
    let first = word(text);
    match SyntaxKind::from_word(first) {
        Some(
            T![return]
            | T![if]
            | T![for]
            | T![while]
            | T![pass]
            | T![raise]
            | T![try]
            | T![with]
            | T![assert]
            | T![del]
            | T![def]
            | T![global]
            | T![nonlocal]
            | T![import]
            | T![from]
            | T![break]
            | T![continue],
        ) => true,
        Some(T![deliver]) => text.get(first.len()) == Some(&b' '),
        _ => false,
    }
}

/// Does the text start with a word that goes on with an expression?
fn is_operator_word(text: &[u8]) -> bool {
    let first = word(text);
    match SyntaxKind::from_word(first) {
        Some(T![and] | T![or] | T![in] | T![is] | T![as]) => true,
        // `else:` is a clause of its own.
        Some(T![else]) => text[first.len()..].iter().find(|byte| !matches!(byte, b' ' | b'\t')) != Some(&b':'),
        _ => false,
    }
}
