//! Strings and f-strings, and where an unclosed one ends.
//!
//! Ordinary strings may span lines, so a missing quote could swallow the file up to the next one. A string that is not
//! closed on its line is taken to go on only if that leaves the rest of the closing line sensible.

use super::recovery::{is_definition_line, word};
use super::{Bracket, BracketKind, FString, Lexer, MAX_FSTRINGS, Mode};
use crate::SyntaxKind::{self, *};

/// Where a string ends.
enum End {
    /// After its closing quote.
    Closed(usize),
    /// It is not closed; it is taken to end here.
    Open(usize),
}

impl Lexer<'_> {
    /// A string whose quote is at `quote`; the prefix, if any, starts at the current position.
    pub(super) fn quote(&mut self, quote: usize, prefixed: bool) {
        let prefix = if prefixed { &self.bytes[self.pos..quote] } else { &[] };
        let has = |letter: u8| prefix.iter().any(|it| it.eq_ignore_ascii_case(&letter));
        let (raw, formatted, bytes) = (has(b'r'), has(b'f'), has(b'b'));
        let mark = self.bytes[quote];
        if !prefixed && self.closes_enclosing_fstring(quote) {
            while self.mode() == Mode::Field {
                self.leave_field();
            }
            return;
        }
        let triple = self.bytes.get(quote + 1) == Some(&mark) && self.bytes.get(quote + 2) == Some(&mark);
        let short = !triple && self.starts_short_triple(quote);
        let triple = triple || short;
        let body = quote
            + if short {
                2
            } else if triple {
                3
            } else {
                1
            };
        if short {
            let end = self.line_end(quote);
            self.error(
                format!("this string starts with two quotes: expected {}", mark_text(mark, true)),
                self.pos,
                end,
            );
            self.unclosed.push(self.tokens.len() as u32);
        }
        if formatted && self.fstrings.len() >= MAX_FSTRINGS {
            self.error(
                format!("f-strings nest more than {MAX_FSTRINGS} deep here; this one is plain text"),
                self.pos,
                body,
            );
        } else if formatted {
            let multiline =
                triple || matches!(self.find_end(body, mark, false), End::Closed(end) if self.spans_lines(body, end));
            self.token(FSTRING_START, body);
            self.fstrings.push(FString { quote: mark, triple, raw, multiline, brackets: self.brackets.len() });
            self.modes.push(Mode::FStringText);
            return;
        }
        let kind = if bytes { BYTES } else { STRING };
        match self.find_end(body, mark, triple) {
            End::Closed(end) => self.token(kind, end),
            End::Open(end) => {
                if !short {
                    let shown = self.line_end(quote).min(end);
                    let closing = mark_text(mark, triple);
                    self.error(format!("this string is not closed: expected {closing} at its end"), self.pos, shown);
                    self.unclosed.push(self.tokens.len() as u32);
                }
                self.token(kind, end);
            }
        }
    }

    /// Is the empty string at `quote` meant to open a triple-quoted one? Text follows that no code could be, and without
    /// it another triple quote is left alone.
    fn starts_short_triple(&mut self, quote: usize) -> bool {
        let mark = self.bytes[quote];
        if self.bytes.get(quote + 1) != Some(&mark) {
            return false;
        }
        let text_follows = match self.bytes.get(quote + 2) {
            Some(b'\n' | b'\r') => {
                let statement = !self.line_has_tokens && self.mode() == Mode::Code;
                statement || is_prose(&self.bytes[self.line_end(quote)..])
            }
            Some(&byte) => byte.is_ascii_alphanumeric() || byte >= 128,
            None => false,
        };
        text_follows && !self.triple_quotes_after(quote + 2, mark).is_multiple_of(2)
    }

    fn spans_lines(&self, start: usize, end: usize) -> bool {
        memchr::memchr(b'\n', &self.bytes[start..end]).is_some()
    }

    /// In a field of an f-string, is the quote at `quote` the f-string's own, the brace before it being forgotten?
    fn closes_enclosing_fstring(&self, quote: usize) -> bool {
        if self.mode() != Mode::Field {
            return false;
        }
        let Some(outer) = self.fstrings.last() else { return false };
        if outer.quote != self.bytes[quote] {
            return false;
        }
        if outer.triple {
            // Three quotes in a field of a triple-quoted f-string end it.
            return self.bytes[quote..].starts_with(&[outer.quote; 3]);
        }
        let line = &self.bytes[quote + 1..self.line_end(quote)];
        memchr::memchr(outer.quote, line).is_none()
    }

    /// Where the string ends whose text starts at `start`.
    fn find_end(&mut self, start: usize, mark: u8, triple: bool) -> End {
        if triple { self.find_triple_end(start, mark) } else { self.find_single_end(start, mark) }
    }

    fn find_single_end(&mut self, start: usize, mark: u8) -> End {
        let known = usize::from(mark == b'\'');
        let mut pos = start;
        let mut first_line_end = None;
        loop {
            let Some(at) = memchr::memchr3(mark, b'\\', b'\n', &self.bytes[pos..]) else {
                self.no_close_before[known] = usize::MAX;
                return End::Open(first_line_end.unwrap_or(self.bytes.len()));
            };
            let at = pos + at;
            match self.bytes[at] {
                b'\\' => {
                    // An escaped line break is a part of the string, not its end.
                    pos = self.line_break_at(at + 1).unwrap_or_else(|| (at + 2).min(self.bytes.len()));
                }
                b'\n' => {
                    let line_end = if at > start && self.bytes[at - 1] == b'\r' { at - 1 } else { at };
                    let stop = *first_line_end.get_or_insert(line_end);
                    if start < self.no_close_before[known] || is_definition_line(self.bytes, at + 1) {
                        return End::Open(stop);
                    }
                    pos = at + 1;
                }
                _ => {
                    return match first_line_end {
                        Some(stop) if self.looks_like_opener(at) || !self.line_is_sensible(at + 1, mark) => {
                            self.no_close_before[known] = at;
                            End::Open(stop)
                        }
                        _ => End::Closed(at + 1),
                    };
                }
            }
        }
    }

    /// Does the quote at `quote`, which would close a string of several lines, rather open one? It does as the first of
    /// three, and right after what an operand follows, with a prefix or without.
    fn looks_like_opener(&self, quote: usize) -> bool {
        let mark = self.bytes[quote];
        if self.bytes[quote..].starts_with(&[mark; 3]) {
            return true;
        }
        let before = match self.bytes[..quote] {
            [.., before, b'f' | b'F' | b'r' | b'R' | b'b' | b'B'] if !super::is_name_byte(before) => before,
            [.., b'=' | b',' | b'(' | b'+' | b':', b' '] => b'(',
            [.., before] => before,
            [] => 0,
        };
        matches!(before, b'(' | b'[' | b'{' | b'=')
    }

    /// After a string that a `mark` at the end of several lines closed, are all strings closed up to the end of the
    /// line? One of the other quote may stay open, where an operand is expected: it may span lines too.
    fn line_is_sensible(&self, mut pos: usize, mark: u8) -> bool {
        let end = self.line_end(pos);
        let start = pos;
        while let Some(at) = memchr::memchr3(b'"', b'\'', b'#', &self.bytes[pos..end]) {
            let quote = pos + at;
            let opened = self.bytes[quote];
            if opened == b'#' {
                return true;
            }
            pos = quote + 1;
            loop {
                match memchr::memchr2(opened, b'\\', &self.bytes[pos..end]) {
                    None => {
                        let before = self.bytes[start..quote].iter().rev().find(|byte| !byte.is_ascii_whitespace());
                        let operand_expected =
                            matches!(before, Some(b'+' | b',' | b'(' | b'[' | b'{' | b'=' | b'|' | b':'));
                        return opened != mark && operand_expected;
                    }
                    Some(at) if self.bytes[pos + at] == b'\\' => pos = (pos + at + 2).min(end),
                    Some(at) => {
                        pos += at + 1;
                        break;
                    }
                }
            }
        }
        true
    }

    fn find_triple_end(&mut self, start: usize, mark: u8) -> End {
        let known = 2 + usize::from(mark == b'\'');
        if start < self.no_close_before[known] {
            return End::Open(self.line_end(start));
        }
        let mut pos = start;
        // Where the string may be meant to end: the line before the first one that looks like a definition at the left
        // margin, or two quotes that end a line.
        let mut suspicion = None;
        loop {
            let Some(at) = memchr::memchr3(mark, b'\\', b'\n', &self.bytes[pos..]) else {
                self.no_close_before[known] = usize::MAX;
                return End::Open(suspicion.unwrap_or(self.bytes.len()));
            };
            let at = pos + at;
            match self.bytes[at] {
                b'\\' => pos = (at + 2).min(self.bytes.len()),
                b'\n' => {
                    if suspicion.is_none()
                        && self.bytes.get(at + 1).is_some_and(|byte| !byte.is_ascii_whitespace())
                        && is_definition_line(self.bytes, at + 1)
                    {
                        suspicion = Some(at);
                    }
                    pos = at + 1;
                }
                _ if self.bytes[at..].starts_with(&[mark; 3]) => {
                    return match suspicion {
                        // With this string closed here, another one would be left open.
                        Some(stop) if !self.triple_quotes_after(at + 3, mark).is_multiple_of(2) => {
                            self.no_close_before[known] = at;
                            End::Open(stop)
                        }
                        _ => End::Closed(at + 3),
                    };
                }
                _ if self.bytes.get(at + 1) == Some(&mark) => {
                    if suspicion.is_none() && self.ends_line_soon(at + 2) {
                        suspicion = Some(at + 2);
                    }
                    pos = at + 2;
                }
                _ => pos = at + 1,
            }
        }
    }

    /// Does the line end at `pos`, or after a few closing signs?
    fn ends_line_soon(&self, pos: usize) -> bool {
        let rest = &self.bytes[pos..self.bytes.len().min(pos + 6)];
        let closing = rest.iter().take_while(|byte| matches!(byte, b' ' | b')' | b',' | b'\r')).count();
        matches!(rest.get(closing), Some(b'\n')) || pos + closing == self.bytes.len()
    }

    /// How many triple quotes of this kind stand at or after `pos`.
    fn triple_quotes_after(&mut self, pos: usize, mark: u8) -> usize {
        let bytes = self.bytes;
        let places = self.triple_quotes[usize::from(mark == b'\'')]
            .get_or_insert_with(|| memchr::memmem::find_iter(bytes, &[mark; 3]).map(|at| at as u32).collect());
        places.len() - places.partition_point(|&place| (place as usize) < pos)
    }

    /// A piece of text of an f-string or of a format specification: up to a field, or the end.
    pub(super) fn fstring_text(&mut self) {
        let Some(string) = self.fstrings.last().copied() else {
            self.modes.truncate(1);
            return;
        };
        let in_spec = self.mode() == Mode::FormatSpec;
        let mut end = self.pos;
        loop {
            let Some(&byte) = self.bytes.get(end) else {
                self.text_until(end);
                return self.leave_fstring();
            };
            match byte {
                b'\\' if !string.raw && !in_spec => end = self.after_escape(end),
                b'\\' if string.raw => end = (end + 1).min(self.bytes.len()),
                b'{' if self.bytes.get(end + 1) == Some(&b'{') && !in_spec => end += 2,
                b'}' if self.bytes.get(end + 1) == Some(&b'}') && !in_spec => end += 2,
                b'{' => {
                    self.text_until(end);
                    self.brackets.push(Bracket { kind: BracketKind::Field, indents: 0 });
                    self.token(L_BRACE, end + 1);
                    self.modes.push(Mode::Field);
                    return;
                }
                b'}' if in_spec => {
                    self.text_until(end);
                    self.pop_bracket();
                    self.token(R_BRACE, end + 1);
                    self.modes.pop();
                    self.modes.pop();
                    return;
                }
                b'}' => {
                    self.error("a `}` that is text is written `}}` in an f-string", end, end + 1);
                    end += 1;
                }
                b'\n' if !string.multiline => {
                    let stop = if end > self.pos && self.bytes[end - 1] == b'\r' { end - 1 } else { end };
                    self.text_until(stop);
                    return self.leave_fstring();
                }
                b'\n' if in_spec && !string.triple && !string.multiline => {
                    self.text_until(end);
                    return self.leave_fstring();
                }
                _ if byte == string.quote && (!string.triple || self.bytes[end..].starts_with(&[byte; 3])) => {
                    self.text_until(end);
                    if in_spec {
                        // The field's brace is missing; the parser says so.
                        self.modes.pop();
                        self.leave_field();
                        return;
                    }
                    self.brackets.truncate(string.brackets);
                    self.token(FSTRING_END, end + if string.triple { 3 } else { 1 });
                    self.fstrings.pop();
                    self.modes.pop();
                    return;
                }
                _ => end += 1,
            }
        }
    }

    fn after_escape(&self, backslash: usize) -> usize {
        // `\N{NAME}` has braces of its own.
        if self.bytes[backslash..].starts_with(b"\\N{") {
            let end = self.line_end(backslash);
            if let Some(at) = memchr::memchr(b'}', &self.bytes[backslash..end]) {
                return backslash + at + 1;
            }
        }
        match self.bytes.get(backslash + 1) {
            // `\{` is a backslash and a field.
            Some(b'{' | b'}') => backslash + 1,
            _ => self.line_break_at(backslash + 1).unwrap_or_else(|| (backslash + 2).min(self.bytes.len())),
        }
    }

    fn text_until(&mut self, end: usize) {
        if end > self.pos {
            self.token(FSTRING_TEXT, end);
        }
    }

    /// Leaves a field whose brace is missing.
    fn leave_field(&mut self) {
        while self.brackets.last().is_some_and(|it| it.kind != BracketKind::Field) {
            self.pop_bracket();
        }
        self.pop_bracket();
        self.modes.pop();
    }

    /// Ends the innermost f-string without its closing quote.
    pub(super) fn leave_fstring(&mut self) {
        let Some(string) = self.fstrings.pop() else {
            self.modes.truncate(1);
            return;
        };
        while self.brackets.len() > string.brackets {
            self.pop_bracket();
        }
        while let Some(mode) = self.modes.pop() {
            if mode == Mode::FStringText {
                break;
            }
        }
        if self.modes.is_empty() {
            self.modes.push(Mode::Code);
        }
    }
}

/// The quotes of a string, for a message.
fn mark_text(mark: u8, triple: bool) -> String {
    char::from(mark).to_string().repeat(if triple { 3 } else { 1 })
}

/// Does the text, after blank lines, start with two words side by side, as no code does?
fn is_prose(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let first = word(text);
    let Some(rest) = text[first.len()..].strip_prefix(b" ") else { return false };
    let second = word(rest);
    let names = [first, second].map(|word| !word.is_empty() && SyntaxKind::from_word(word).is_none());
    names == [true, true]
}
