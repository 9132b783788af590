//! Which lines cannot belong to the brackets that are open: they end them.

use super::{BracketKind, Lexer, Mode, is_name_byte, is_name_start};
use crate::SyntaxKind::{self, *};
use crate::T;

impl Lexer<'_> {
    /// At the first token of a line inside brackets: if the line stands outside them, ends the logical line.
    pub(super) fn leave_brackets_if_line_is_outside(&mut self) {
        let Some(line) = self.bracket_line.take() else { return };
        if self.mode() != Mode::Code || !self.is_outside(line) {
            return;
        }
        while self.brackets.last().is_some_and(|it| it.kind != BracketKind::LambdaBlock) {
            self.pop_bracket();
        }
        self.empty_newline();
        let (column, _) = self.indentation(line);
        self.indent_to(column);
    }

    fn is_outside(&self, line: usize) -> bool {
        let rest = &self.bytes[self.pos..];
        let word = word(rest);
        match SyntaxKind::from_word(word) {
            Some(
                T![def]
                | T![return]
                | T![pass]
                | T![break]
                | T![continue]
                | T![raise]
                | T![try]
                | T![while]
                | T![with]
                | T![import]
                | T![from]
                | T![del]
                | T![global]
                | T![nonlocal]
                | T![assert]
                | T![except]
                | T![finally]
                | T![elif],
            ) => return true,
            // After a comma or an opening bracket neither a condition nor a loop goes on with an expression.
            Some(T![if] | T![for]) => {
                return matches!(self.last_significant(), Some(COMMA | L_PAREN | L_BRACK | L_BRACE))
                    || self.opens_block(self.pos);
            }
            Some(T![else]) => return skip_spaces(rest, word.len()) == Some(b':'),
            Some(
                T![struct]
                | T![resource]
                | T![agent_blueprint]
                | T![interface]
                | T![workflow]
                | T![agent]
                | T![sync]
                | T![export]
                | T![deliver],
            ) if rest.get(word.len()) == Some(&b' ') => {
                return skip_spaces(rest, word.len()).is_some_and(is_name_start)
                    && !starts_with_operator_word(&rest[word.len()..]);
            }
            Some(T![and] | T![or] | T![not] | T![in] | T![is] | T![as] | T![lambda]) => return false,
            _ => {}
        }
        if self.unclosed_head() || self.head_in_parenthesis() || matches!(assignment(rest), Some(Target::Path)) {
            return true;
        }
        let (column, _) = self.indentation(line);
        let statement = self.indents.last().map_or(0, |it| it.column);
        if column > statement {
            return false;
        }
        let after_operand = self.last_significant().is_some_and(ends_operand);
        match rest.first() {
            Some(b'@') if after_operand || self.last_significant() == Some(COMMA) => {
                is_definition_line(self.bytes, line)
            }
            Some(b'"' | b'\'') => after_operand && !self.last_significant().is_some_and(is_string),
            Some(&byte) if is_name_start(byte) || byte.is_ascii_digit() => {
                let in_paren = self.brackets.last().is_some_and(|it| it.kind == BracketKind::Paren);
                after_operand || matches!(assignment(rest), Some(Target::Name)) && !in_paren
            }
            _ => false,
        }
    }

    /// Is the last token an unclosed string that swallowed the colon of a statement with a block?
    fn unclosed_head(&self) -> bool {
        match (self.significant.last(), self.unclosed.last()) {
            (Some(last), Some(unclosed)) if last == unclosed => {
                let start = self.tokens[*last as usize].start as usize;
                self.bytes[start..self.line_end(start)].trim_ascii_end().ends_with(b":")
            }
            _ => false,
        }
    }

    /// Did the line before end in a colon right inside `(`? Only the head of a block does, its `)` being forgotten.
    /// A dict comprehension may have a pair in parentheses.
    fn head_in_parenthesis(&self) -> bool {
        let kinds = |from_top: usize| self.brackets.iter().rev().nth(from_top).map(|it| it.kind);
        self.last_significant() == Some(COLON)
            && kinds(0) == Some(BracketKind::Paren)
            && kinds(1) != Some(BracketKind::Brace)
    }

    /// Does the line at `pos` end in a colon outside brackets and strings of its own?
    fn opens_block(&self, pos: usize) -> bool {
        let end = self.line_end(pos);
        let mut depth = 0i32;
        let mut last = 0u8;
        let mut at = pos;
        while at < end {
            let byte = self.bytes[at];
            match byte {
                b'#' => break,
                b'"' | b'\'' => {
                    at += 1;
                    while at < end && self.bytes[at] != byte {
                        at += if self.bytes[at] == b'\\' { 2 } else { 1 };
                    }
                }
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth -= 1,
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                last = byte;
            }
            at += 1;
        }
        depth == 0 && last == b':'
    }
}

/// What stands before the `=` of an assignment.
pub(super) enum Target {
    Name,
    /// `a.b`, `private:x`.
    Path,
}

/// Does the text start with an assignment to a name or a path?
pub(super) fn assignment(text: &[u8]) -> Option<Target> {
    let mut at = word(text).len();
    if at == 0 {
        return None;
    }
    let mut target = Target::Name;
    while matches!(text.get(at), Some(b'.' | b':')) && text.get(at + 1).copied().is_some_and(is_name_start) {
        target = Target::Path;
        at += 1 + word(&text[at + 1..]).len();
    }
    while matches!(text.get(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    if matches!(text.get(at), Some(b'+' | b'-' | b'*' | b'/' | b'%' | b'|')) {
        at += 1;
        if text.get(at) != Some(&b'=') {
            return None;
        }
        return Some(Target::Path);
    }
    (text.get(at) == Some(&b'=') && text.get(at + 1) != Some(&b'=')).then_some(target)
}

/// The name or keyword at the start of the text.
pub(super) fn word(text: &[u8]) -> &[u8] {
    let len = text.iter().position(|&byte| !is_name_byte(byte) && byte < 128).unwrap_or(text.len());
    &text[..len]
}

/// The first byte at or after `at` that is not a space.
fn skip_spaces(text: &[u8], at: usize) -> Option<u8> {
    text.get(at..)?.iter().copied().find(|byte| !matches!(byte, b' ' | b'\t'))
}

fn starts_with_operator_word(text: &[u8]) -> bool {
    let start = text.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(text.len());
    matches!(
        SyntaxKind::from_word(word(&text[start..])),
        Some(T![and] | T![or] | T![not] | T![in] | T![is] | T![as] | T![if] | T![else] | T![for])
    )
}

fn ends_operand(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        IDENT
            | INT_NUMBER
            | FLOAT_NUMBER
            | IMAGINARY_NUMBER
            | STRING
            | BYTES
            | FSTRING_END
            | FSTRING_TEXT
            | TRUE_KW
            | FALSE_KW
            | NONE_KW
            | R_PAREN
            | R_BRACK
            | R_BRACE
            | DOLLAR2
    ) || kind.is_soft_keyword()
}

fn is_string(kind: SyntaxKind) -> bool {
    matches!(kind, STRING | BYTES | FSTRING_END | FSTRING_TEXT)
}

/// Does a line start at `line` that can only be a definition or an import, at any indentation?
pub(super) fn is_definition_line(bytes: &[u8], line: usize) -> bool {
    let Some(start) = bytes[line..].iter().position(|byte| !matches!(byte, b' ' | b'\t')) else { return false };
    let text = &bytes[line + start..];
    let first = word(text);
    let after = &text[first.len()..];
    if after.first() != Some(&b' ') {
        return false;
    }
    let spaces = after.iter().position(|&byte| byte != b' ').unwrap_or(after.len());
    let second = word(&after[spaces..]);
    let next = skip_spaces(after, spaces + second.len());
    match first {
        b"def" => second.is_empty() && next == Some(b'(') || !second.is_empty() && matches!(next, Some(b'(' | b'=')),
        b"sync" => second == b"def",
        b"struct" | b"resource" | b"agent_blueprint" | b"interface" | b"workflow" | b"agent" => {
            !second.is_empty() && matches!(next, Some(b':' | b'(' | b'='))
        }
        _ => false,
    }
}
