//! Text to tokens: an indentation stack, a bracket stack and a stack of f-strings, in one pass over the bytes.
//!
//! The lexer is where a forgotten bracket or quote is contained. It decides at the start of each line inside brackets
//! whether the line can belong to them (`recovery`), and at each quote where the string can end (`string`).
//! Every byte of the text lands in exactly one token; INDENT, DEDENT and some NEWLINE tokens have no width.

mod indentation;
mod lambda_block;
mod number;
mod recovery;
mod string;

use rowan::{TextRange, TextSize};

use crate::SyntaxKind::{self, *};
use crate::{SyntaxError, T};

/// A token by its kind and where it starts; it ends where the next one starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: SyntaxKind,
    pub start: u32,
}

/// The tokens of a text, the last of which is EOF.
pub(crate) struct Lexed {
    pub tokens: Vec<Token>,
    /// Indices of the tokens that the parser sees: all but trivia and unknown characters.
    pub significant: Vec<u32>,
    pub errors: Vec<SyntaxError>,
    /// Indices of string tokens that are not closed, in order.
    pub unclosed: Vec<u32>,
    /// Indices of the braces that hold the statements of a lambda, in order.
    pub lambda_blocks: Vec<u32>,
}

/// An open bracket.
#[derive(Debug, Clone, Copy)]
struct Bracket {
    kind: BracketKind,
    /// For a lambda's block: how many indentation levels were there before it.
    indents: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BracketKind {
    Paren,
    Square,
    Brace,
    /// The braces of `lambda x :: { statements }`, in which lines count.
    LambdaBlock,
    /// The braces of a field in an f-string.
    Field,
}

/// An f-string that is open.
#[derive(Debug, Clone, Copy)]
struct FString {
    quote: u8,
    triple: bool,
    raw: bool,
    /// May its text go past the end of the line?
    multiline: bool,
    /// How many brackets were open before it.
    brackets: usize,
}

/// What the next byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Ordinary code, outside any f-string.
    Code,
    /// The text of the innermost f-string.
    FStringText,
    /// The format specification of a field of the innermost f-string.
    FormatSpec,
    /// The expression of a field of the innermost f-string.
    Field,
}

/// One level of the indentation stack.
#[derive(Debug, Clone, Copy)]
struct Level {
    column: u32,
    /// A column that was wrongly used for this level and is tolerated after the first error.
    tolerated: Option<u32>,
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    pos: usize,
    tokens: Vec<Token>,
    significant: Vec<u32>,
    errors: Vec<SyntaxError>,
    unclosed: Vec<u32>,
    lambda_blocks: Vec<u32>,
    indents: Vec<Level>,
    brackets: Vec<Bracket>,
    /// How many of the open brackets are `(`, `[`, `{`.
    open_counts: [u32; 3],
    fstrings: Vec<FString>,
    modes: Vec<Mode>,
    /// Are we before the first token of a line?
    at_line_start: bool,
    /// Has the logical line a token?
    line_has_tokens: bool,
    /// The start of the physical line, if one began inside brackets since the last token.
    bracket_line: Option<usize>,
    /// Where each `"""` and `'''` stands; made when first asked for.
    triple_quotes: [Option<Vec<u32>>; 2],
    /// Up to where it is known that no string of this quote closes (`"`, `'`, and both tripled): each part of the
    /// text is searched once.
    no_close_before: [usize; 4],
}

/// Errors beyond this number are not recorded: nobody reads them, and each costs memory.
const MAX_ERRORS: usize = 1000;

/// f-strings inside f-strings, beyond which they are plain strings.
const MAX_FSTRINGS: usize = 50;

/// Splits a text of at most [`crate::MAX_TEXT_LEN`] bytes into tokens.
pub(crate) fn lex(text: &str, pulse: &dyn Fn()) -> Lexed {
    let guess = text.len() / 3 + 4;
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        pos: 0,
        tokens: Vec::with_capacity(guess),
        significant: Vec::with_capacity(guess / 2),
        errors: Vec::new(),
        unclosed: Vec::new(),
        lambda_blocks: Vec::new(),
        indents: vec![Level { column: 0, tolerated: None }],
        brackets: Vec::new(),
        open_counts: [0; 3],
        fstrings: Vec::new(),
        modes: vec![Mode::Code],
        at_line_start: true,
        line_has_tokens: false,
        bracket_line: None,
        triple_quotes: [None, None],
        no_close_before: [0; 4],
    };
    lexer.run(pulse);
    Lexed {
        tokens: lexer.tokens,
        significant: lexer.significant,
        errors: lexer.errors,
        unclosed: lexer.unclosed,
        lambda_blocks: lexer.lambda_blocks,
    }
}

impl<'t> Lexer<'t> {
    fn run(&mut self, pulse: &dyn Fn()) {
        if self.bytes.starts_with("\u{feff}".as_bytes()) {
            self.trivia(WHITESPACE, 0, 3);
        }
        let mut next_pulse = 0;
        while self.pos < self.bytes.len() {
            if self.tokens.len() >= next_pulse {
                pulse();
                next_pulse = self.tokens.len() + crate::PULSE;
            }
            match self.mode() {
                Mode::FStringText | Mode::FormatSpec => self.fstring_text(),
                Mode::Code | Mode::Field => self.code(),
            }
        }
        self.finish();
    }

    fn finish(&mut self) {
        // Whatever is still open ends here; the parser says what is missing.
        while self.modes.len() > 1 {
            self.leave_fstring();
        }
        while let Some(bracket) = self.brackets.pop() {
            if bracket.kind == BracketKind::LambdaBlock {
                self.abandon_lambda_block(bracket.indents);
                self.line_has_tokens = true;
            }
        }
        self.empty_newline();
        self.dedent_to(1);
        self.empty(EOF);
    }

    #[inline]
    fn mode(&self) -> Mode {
        *self.modes.last().unwrap_or(&Mode::Code)
    }

    #[inline]
    fn peek(&self, offset: usize) -> u8 {
        self.bytes.get(self.pos + offset).copied().unwrap_or(0)
    }

    /// Do lines count here? Not inside brackets other than those of a lambda's block.
    #[inline]
    fn lines_count(&self) -> bool {
        self.brackets.last().is_none_or(|it| it.kind == BracketKind::LambdaBlock)
    }

    fn error(&mut self, message: impl Into<String>, start: usize, end: usize) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError { message: message.into(), range: range(start, end), related: None });
        }
    }

    /// A token that the parser does not see.
    #[inline]
    fn trivia(&mut self, kind: SyntaxKind, start: usize, end: usize) {
        self.tokens.push(Token { kind, start: start as u32 });
        self.pos = end;
    }

    /// A token that the parser sees, from the current position to `end`.
    #[inline]
    fn token(&mut self, kind: SyntaxKind, end: usize) {
        self.significant.push(self.tokens.len() as u32);
        self.tokens.push(Token { kind, start: self.pos as u32 });
        self.pos = end;
        self.line_has_tokens = true;
    }

    /// A token without width.
    fn empty(&mut self, kind: SyntaxKind) {
        self.significant.push(self.tokens.len() as u32);
        self.tokens.push(Token { kind, start: self.pos as u32 });
    }

    /// Ends the logical line, if it has tokens, where the text has no line break for it.
    fn empty_newline(&mut self) {
        if self.line_has_tokens {
            self.empty(NEWLINE);
            self.line_has_tokens = false;
        }
    }

    fn last_significant(&self) -> Option<SyntaxKind> {
        self.significant.last().map(|&index| self.tokens[index as usize].kind)
    }

    /// One token of code, or the white space before it.
    #[inline]
    fn code(&mut self) {
        if self.at_line_start && self.lines_count() {
            self.at_line_start = false;
            if self.line_start() {
                return;
            }
        }
        let byte = self.bytes[self.pos];
        if self.bracket_line.is_some() && !matches!(byte, b' ' | b'\t' | b'\x0c' | b'\n' | b'\r' | b'#' | b'\\') {
            self.leave_brackets_if_line_is_outside();
        }
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            b' ' | b'\t' | b'\x0c' => self.white_space(),
            b'\n' | b'\r' => self.line_break(),
            b'#' => {
                let end = self.line_end(self.pos);
                self.trivia(COMMENT, self.pos, end);
            }
            b'\\' => match self.line_break_at(self.pos + 1) {
                Some(_) => self.white_space(),
                None => self.unknown(),
            },
            b'"' | b'\'' => self.quote(self.pos, false),
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() => self.number(),
            b'(' => self.open(BracketKind::Paren, L_PAREN),
            b'[' => self.open(BracketKind::Square, L_BRACK),
            b'{' => {
                let block = self.last_significant() == Some(COLON2) && self.is_lambda_block(self.pos + 1);
                if block {
                    self.open_lambda_block();
                } else {
                    self.open(BracketKind::Brace, L_BRACE);
                }
            }
            b')' => self.close(BracketKind::Paren, R_PAREN),
            b']' => self.close(BracketKind::Square, R_BRACK),
            b'}' => self.close(BracketKind::Brace, R_BRACE),
            128.. => self.unicode(),
            _ => self.operator(byte),
        }
    }

    fn operator(&mut self, byte: u8) {
        let (second, third) = (self.peek(1), self.peek(2));
        if self.mode() == Mode::Field && self.field_operator(byte, second) {
            return;
        }
        let (kind, len) = match (byte, second, third) {
            (b'*', b'*', b'=') => (T!["**="], 3),
            (b'/', b'/', b'=') => (T!["//="], 3),
            (b'<', b'<', b'=') => (T!["<<="], 3),
            (b'>', b'>', b'=') => (T![">>="], 3),
            (b'.', b'.', b'.') => (T!["..."], 3),
            (b':', b':', _) => (T!["::"], 2),
            (b'-', b'>', _) => (T!["->"], 2),
            (b'$', b'$', _) => (T!["$$"], 2),
            (b'*', b'*', _) => (T!["**"], 2),
            (b'/', b'/', _) => (T!["//"], 2),
            (b'<', b'<', _) => (T!["<<"], 2),
            (b'>', b'>', _) => (T![">>"], 2),
            (b'=', b'=', _) => (T!["=="], 2),
            (b'!', b'=', _) => (T!["!="], 2),
            (b'<', b'=', _) => (T!["<="], 2),
            (b'>', b'=', _) => (T![">="], 2),
            (b'+', b'=', _) => (T!["+="], 2),
            (b'-', b'=', _) => (T!["-="], 2),
            (b'*', b'=', _) => (T!["*="], 2),
            (b'/', b'=', _) => (T!["/="], 2),
            (b'%', b'=', _) => (T!["%="], 2),
            (b'|', b'=', _) => (T!["|="], 2),
            (b'&', b'=', _) => (T!["&="], 2),
            (b'^', b'=', _) => (T!["^="], 2),
            (b',', ..) => (T![','], 1),
            (b'.', ..) => (T!['.'], 1),
            (b':', ..) => (T![':'], 1),
            (b';', ..) => (T![';'], 1),
            (b'=', ..) => (T!['='], 1),
            (b'<', ..) => (T!['<'], 1),
            (b'>', ..) => (T!['>'], 1),
            (b'+', ..) => (T!['+'], 1),
            (b'-', ..) => (T!['-'], 1),
            (b'*', ..) => (T!['*'], 1),
            (b'/', ..) => (T!['/'], 1),
            (b'%', ..) => (T!['%'], 1),
            (b'|', ..) => (T!['|'], 1),
            (b'&', ..) => (T!['&'], 1),
            (b'^', ..) => (T!['^'], 1),
            (b'~', ..) => (T!['~'], 1),
            (b'@', ..) => (T!['@'], 1),
            _ => return self.unknown(),
        };
        self.token(kind, self.pos + len);
    }

    /// `}`, `:` and `!` have a meaning of their own right inside a field of an f-string.
    fn field_operator(&mut self, byte: u8, second: u8) -> bool {
        if self.brackets.last().map(|it| it.kind) != Some(BracketKind::Field) {
            return false;
        }
        match byte {
            b':' if !self.is_scope_prefix() => {
                self.token(T![':'], self.pos + 1);
                self.modes.push(Mode::FormatSpec);
                true
            }
            b'!' if second != b'=' => {
                self.token(T!['!'], self.pos + 1);
                true
            }
            _ => false,
        }
    }

    /// Is the colon here that of `private:x`?
    fn is_scope_prefix(&self) -> bool {
        let word_before = matches!(self.last_significant(), Some(T![private] | T![public] | T![local] | T![system]));
        let adjacent = self.tokens.last().is_some_and(|it| !it.kind.is_trivia());
        word_before && adjacent && is_name_start(self.peek(1))
    }

    #[inline]
    fn word(&mut self) {
        let start = self.pos;
        let mut end = start + 1;
        while end < self.bytes.len() && is_name_byte(self.bytes[end]) {
            end += 1;
        }
        match self.bytes.get(end) {
            Some(b'"' | b'\'') if end - start <= 2 && is_string_prefix(&self.bytes[start..end]) => {
                return self.quote(end, true);
            }
            Some(128..) => return self.unicode(),
            _ => {}
        }
        let word = &self.bytes[start..end];
        let kind = if (2..=15).contains(&word.len()) { SyntaxKind::from_word(word).unwrap_or(IDENT) } else { IDENT };
        self.token(kind, end);
    }

    /// A name with letters beyond ASCII, or characters that belong nowhere.
    fn unicode(&mut self) {
        let rest = &self.text[self.pos..];
        let mut chars = rest.char_indices();
        let starts = chars.next().is_some_and(|(_, c)| c == '_' || unicode_ident::is_xid_start(c));
        if !starts {
            return self.unknown();
        }
        let len = chars.find(|&(_, c)| !unicode_ident::is_xid_continue(c)).map_or(rest.len(), |(at, _)| at);
        self.token(IDENT, self.pos + len);
    }

    /// A run of characters that no token starts with.
    fn unknown(&mut self) {
        let start = self.pos;
        let rest = &self.text[start..];
        let len = rest
            .char_indices()
            .skip(1)
            .find(|&(_, c)| {
                c.is_ascii() && !matches!(c, '?' | '!' | '`' | '$' | '\0') || unicode_ident::is_xid_start(c)
            })
            .map_or(rest.len(), |(at, _)| at);
        let shown: String = rest[..len].chars().take(8).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        let instead = if shown == "!" { "write `not`" } else { "remove it" };
        self.error(format!("`{shown}` has no meaning here; {instead}"), start, start + len);
        self.trivia(ERROR_TOKEN, start, start + len);
    }

    /// Spaces, joined lines and, inside brackets, line breaks.
    fn white_space(&mut self) {
        let start = self.pos;
        let lines_count = self.lines_count();
        let mut pos = start;
        while pos < self.bytes.len() {
            match self.bytes[pos] {
                b' ' | b'\t' | b'\x0c' => pos += 1,
                b'\\' => match self.line_break_at(pos + 1) {
                    Some(end) => pos = end,
                    None => break,
                },
                b'\n' | b'\r' if !lines_count => match self.line_break_at(pos) {
                    Some(end) => {
                        pos = end;
                        self.bracket_line = Some(pos);
                    }
                    None => pos += 1,
                },
                _ => break,
            }
        }
        self.trivia(WHITESPACE, start, pos);
    }

    fn line_break(&mut self) {
        if !self.lines_count() {
            let one_line = self.fstrings.iter().rposition(|it| !it.multiline);
            match one_line {
                Some(index) => {
                    while self.fstrings.len() > index {
                        self.leave_fstring();
                    }
                    return;
                }
                None => return self.white_space(),
            }
        }
        let Some(end) = self.line_break_at(self.pos) else {
            // A carriage return alone is white space.
            return self.trivia(WHITESPACE, self.pos, self.pos + 1);
        };
        if !self.line_has_tokens {
            self.trivia(WHITESPACE, self.pos, end);
        } else if self.continues_lambda_block(end) {
            let rest = &self.bytes[end..];
            let len = rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len());
            self.trivia(WHITESPACE, self.pos, end + len);
        } else if let Some(code) = self.continued_at(end) {
            self.layout_until(code);
        } else {
            self.token(NEWLINE, end);
            self.line_has_tokens = false;
            self.at_line_start = true;
        }
    }

    /// The end of the line break at `pos`, if there is one.
    #[inline]
    fn line_break_at(&self, pos: usize) -> Option<usize> {
        match self.bytes.get(pos) {
            Some(b'\n') => Some(pos + 1),
            Some(b'\r') if self.bytes.get(pos + 1) == Some(&b'\n') => Some(pos + 2),
            _ => None,
        }
    }

    /// Where the line that holds `pos` ends, before its line break.
    fn line_end(&self, pos: usize) -> usize {
        let end = memchr::memchr(b'\n', &self.bytes[pos..]).map_or(self.bytes.len(), |at| pos + at);
        if end > pos && end < self.bytes.len() && self.bytes[end - 1] == b'\r' { end - 1 } else { end }
    }

    fn open(&mut self, kind: BracketKind, token: SyntaxKind) {
        self.brackets.push(Bracket { kind, indents: 0 });
        self.open_counts[count_index(kind)] += 1;
        self.token(token, self.pos + 1);
    }

    fn close(&mut self, kind: BracketKind, token: SyntaxKind) {
        // Brackets of an f-string's field do not reach outside it.
        let base = match self.mode() {
            Mode::Field => self.fstrings.last().map_or(0, |it| it.brackets),
            _ => 0,
        };
        match self.brackets.last().copied() {
            Some(top) if top.kind == BracketKind::Field && kind == BracketKind::Brace => {
                self.pop_bracket();
                self.token(token, self.pos + 1);
                self.modes.pop();
            }
            Some(top) if top.kind == BracketKind::Field => self.token(token, self.pos + 1),
            Some(top) if top.kind == BracketKind::LambdaBlock => {
                if kind == BracketKind::Brace {
                    self.close_lambda_block();
                }
                self.token(token, self.pos + 1);
            }
            Some(_) => {
                let matching = self.open_counts[count_index(kind)] > 0;
                while let Some(top) = self.brackets.last().copied() {
                    if self.brackets.len() <= base || matches!(top.kind, BracketKind::Field | BracketKind::LambdaBlock)
                    {
                        break;
                    }
                    self.pop_bracket();
                    // Without a partner it was meant to close the innermost one.
                    if top.kind == kind || !matching {
                        break;
                    }
                }
                self.token(token, self.pos + 1);
            }
            None => self.token(token, self.pos + 1),
        }
    }

    fn pop_bracket(&mut self) {
        if let Some(top) = self.brackets.pop()
            && matches!(top.kind, BracketKind::Paren | BracketKind::Square | BracketKind::Brace)
        {
            let count = &mut self.open_counts[count_index(top.kind)];
            *count = count.saturating_sub(1);
        }
    }
}

fn count_index(kind: BracketKind) -> usize {
    match kind {
        BracketKind::Paren => 0,
        BracketKind::Square => 1,
        BracketKind::Brace | BracketKind::LambdaBlock | BracketKind::Field => 2,
    }
}

#[inline]
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Can a name start with this byte? Any byte beyond ASCII counts.
#[inline]
fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 128
}

fn is_string_prefix(word: &[u8]) -> bool {
    match word {
        [one] => matches!(one.to_ascii_lowercase(), b'f' | b'r' | b'b' | b'u'),
        [one, two] => matches!(
            (one.to_ascii_lowercase(), two.to_ascii_lowercase()),
            (b'f', b'r') | (b'r', b'f') | (b'b', b'r') | (b'r', b'b')
        ),
        _ => false,
    }
}

fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(TextSize::new(start as u32), TextSize::new(end as u32))
}

#[cfg(test)]
mod tests;
