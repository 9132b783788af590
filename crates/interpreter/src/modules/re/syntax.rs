//! Python's syntax of regular expressions, translated to that of the engine.
//!
//! The translation settles what the two understand differently (`$`, `\w`, `\Z`, sets, verbose mode), finds the errors
//! that Python finds, at the same places, and knows the width of what a look-behind looks at.

use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::ops::str_repr;

pub(super) const IGNORECASE: u32 = 2;
pub(super) const LOCALE: u32 = 4;
pub(super) const MULTILINE: u32 = 8;
pub(super) const DOTALL: u32 = 16;
pub(super) const UNICODE: u32 = 32;
pub(super) const VERBOSE: u32 = 64;
pub(super) const ASCII: u32 = 256;

/// How deep groups may be nested.
const MAX_DEPTH: usize = 200;
/// Repetition counts above this are refused: the engine would unroll them.
const MAX_REPEAT: u64 = 65_535;

/// A translated pattern.
pub(super) struct Translated {
    pub pattern: String,
    pub flags: u32,
    /// The names of the groups, with their numbers.
    pub names: Vec<(String, usize)>,
    /// The group that each group lies in; entry 0 is the whole match.
    pub parents: Vec<usize>,
    pub can_be_empty: bool,
}

/// The least and the greatest number of characters that a part matches.
#[derive(Clone, Copy, PartialEq)]
struct Width {
    min: u64,
    max: u64,
}

const EMPTY: Width = Width { min: 0, max: 0 };
const ONE: Width = Width { min: 1, max: 1 };

impl Width {
    fn then(self, next: Width) -> Width {
        Width { min: self.min.saturating_add(next.min), max: self.max.saturating_add(next.max) }
    }

    fn or(self, other: Width) -> Width {
        Width { min: self.min.min(other.min), max: self.max.max(other.max) }
    }
}

struct Group {
    parent: usize,
    /// Unknown while the group is open.
    width: Option<Width>,
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    flags: u32,
    out: String,
    groups: Vec<Group>,
    names: Vec<(String, usize)>,
    open: usize,
    depth: usize,
    in_look_behind: bool,
}

/// The error of a pattern, at a place in it.
fn error(message: &str, at: usize) -> Raise {
    Raise::new(ExceptionKind::PatternError, format!("{message} at position {at}"))
}

fn shown(text: &str) -> String {
    let mut out = String::new();
    str_repr(text, &mut out);
    out
}

/// Translates a pattern.
///
/// # Errors
/// `PatternError` in CPython's words, with the position.
pub(super) fn translate(source: &str, flags: u32) -> Res<Translated> {
    let mut parser = Parser {
        chars: source.chars().collect(),
        at: 0,
        flags: flags & !UNICODE,
        out: String::new(),
        groups: vec![Group { parent: 0, width: None }],
        names: Vec::new(),
        open: 0,
        depth: 0,
        in_look_behind: false,
    };
    // A pattern ends in no backslash.
    let slashes = parser.chars.iter().rev().take_while(|c| **c == '\\').count();
    if slashes % 2 == 1 && !(parser.flags & VERBOSE != 0 && source.contains('#')) {
        return Err(error("bad escape (end of pattern)", parser.chars.len() - 1));
    }
    parser.global_flags()?;
    if parser.flags & LOCALE != 0 {
        return Err(Raise::value_error("cannot use LOCALE flag with a str pattern"));
    }
    if flags & ASCII != 0 && flags & UNICODE != 0 {
        return Err(Raise::value_error("ASCII and UNICODE flags are incompatible"));
    }
    let width = parser.alternatives()?;
    if parser.peek().is_some() {
        return Err(error("unbalanced parenthesis", parser.at));
    }
    let ignore = if parser.flags & IGNORECASE != 0 { "(?i)" } else { "" };
    let unicode = if parser.flags & ASCII != 0 { 0 } else { UNICODE };
    Ok(Translated {
        pattern: format!("{ignore}{}", parser.out),
        flags: parser.flags | unicode,
        names: parser.names,
        parents: parser.groups.iter().map(|group| group.parent).collect(),
        can_be_empty: width.min == 0,
    })
}

/// The bit of an inline flag.
fn flag(c: char) -> Option<u32> {
    Some(match c {
        'i' => IGNORECASE,
        'L' => LOCALE,
        'm' => MULTILINE,
        's' => DOTALL,
        'x' => VERBOSE,
        'a' => ASCII,
        'u' => UNICODE,
        _ => return None,
    })
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.at += usize::from(found);
        found
    }

    fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    fn text(&self, from: usize) -> String {
        self.chars[from..self.at].iter().collect()
    }

    /// `(?im)` at the start of the pattern.
    fn global_flags(&mut self) -> Res<()> {
        while self.chars[self.at..].starts_with(&['(', '?']) {
            let letters = self.chars[self.at + 2..].iter().take_while(|c| flag(**c).is_some()).count();
            if letters == 0 || self.chars.get(self.at + 2 + letters) != Some(&')') {
                return Ok(());
            }
            for c in &self.chars[self.at + 2..self.at + 2 + letters] {
                self.flags |= flag(*c).unwrap_or(0) & !UNICODE;
            }
            self.at += letters + 3;
        }
        Ok(())
    }

    fn literal(&mut self, c: char) {
        push_literal(&mut self.out, c);
    }

    fn alternatives(&mut self) -> Res<Width> {
        let mut width = self.sequence()?;
        while self.eat('|') {
            self.out.push('|');
            width = width.or(self.sequence()?);
        }
        Ok(width)
    }

    fn sequence(&mut self) -> Res<Width> {
        let mut total = EMPTY;
        loop {
            if self.has(VERBOSE) {
                match self.peek() {
                    Some(c) if c.is_ascii_whitespace() || c == '\u{b}' => {
                        self.at += 1;
                        continue;
                    }
                    Some('#') => {
                        while self.next().is_some_and(|c| c != '\n') {}
                        continue;
                    }
                    _ => {}
                }
            }
            let Some(c) = self.peek() else { return Ok(total) };
            if c == '|' || c == ')' {
                return Ok(total);
            }
            let (start, from) = (self.at, self.out.len());
            if self.is_repeat() {
                return Err(error("nothing to repeat", start));
            }
            let item = self.item()?;
            self.skip_verbose();
            total = total.then(self.repeated(item, from)?);
        }
    }

    /// In verbose mode blanks may stand between an item and its repetition.
    fn skip_verbose(&mut self) {
        if !self.has(VERBOSE) {
            return;
        }
        while self.peek().is_some_and(|c| c.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Does a repetition stand here?
    fn is_repeat(&self) -> bool {
        match self.peek() {
            Some('*' | '+' | '?') => true,
            Some('{') => self.counts().is_some(),
            _ => false,
        }
    }

    /// `{2}`, `{2,}`, `{,3}`, `{2,3}`: the numbers and the length; none if the brace is text.
    fn counts(&self) -> Option<(Option<u64>, Option<u64>, usize)> {
        let rest = &self.chars[self.at + 1..];
        let end = rest.iter().position(|c| *c == '}')?;
        let inside: String = rest[..end].iter().collect();
        if inside.is_empty() {
            return None;
        }
        let number = |text: &str| -> Option<Option<u64>> {
            if text.is_empty() {
                return Some(None);
            }
            text.bytes().all(|byte| byte.is_ascii_digit()).then(|| Some(text.parse().unwrap_or(u64::MAX)))
        };
        let (low, high) = match inside.split_once(',') {
            Some((low, high)) => (number(low)?, number(high)?),
            None => {
                let count = number(&inside)?;
                (count, count)
            }
        };
        Some((low, high, end + 2))
    }

    /// The repetition after an item whose translation starts at `from`. Items without a width cannot be repeated.
    fn repeated(&mut self, item: Option<Width>, from: usize) -> Res<Width> {
        if !self.is_repeat() {
            return Ok(item.unwrap_or(EMPTY));
        }
        let start = self.at;
        let Some(width) = item else { return Err(error("nothing to repeat", start)) };
        let (low, high) = match self.next() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            _ => {
                self.at -= 1;
                let Some((low, high, length)) = self.counts() else { return Ok(width) };
                self.at += length;
                let low = low.unwrap_or(0);
                if low > MAX_REPEAT || high.is_some_and(|high| high > MAX_REPEAT) {
                    return Err(Raise::new(ExceptionKind::OverflowError, "the repetition number is too large"));
                }
                if high.is_some_and(|high| high < low) {
                    return Err(error("min repeat greater than max repeat", start + 1));
                }
                (low, high)
            }
        };
        // What was translated is one item for the engine.
        self.out.insert_str(from, "(?:");
        self.out.push(')');
        self.out.push_str(&match (low, high) {
            (0, None) => "*".to_owned(),
            (1, None) => "+".to_owned(),
            (0, Some(1)) => "?".to_owned(),
            (low, None) => format!("{{{low},}}"),
            (low, Some(high)) => format!("{{{low},{high}}}"),
        });
        if self.eat('?') {
            self.out.push('?');
        } else if self.eat('+') {
            self.out.insert_str(from, "(?>");
            self.out.push(')');
        }
        self.skip_verbose();
        if self.is_repeat() {
            return Err(error("multiple repeat", self.at));
        }
        Ok(Width {
            min: width.min.saturating_mul(low),
            max: high.map_or(if width.max == 0 { 0 } else { u64::MAX }, |high| width.max.saturating_mul(high)),
        })
    }

    /// One item; of a width unless it is a place, which cannot be repeated.
    fn item(&mut self) -> Res<Option<Width>> {
        let start = self.at;
        let Some(c) = self.next() else { return Ok(Some(EMPTY)) };
        match c {
            '.' => self.out.push_str(if self.has(DOTALL) { "(?s:.)" } else { r"[^\n]" }),
            '^' => {
                self.out.push_str(if self.has(MULTILINE) { "(?m:^)" } else { r"\A" });
                return Ok(None);
            }
            '$' => {
                self.out.push_str(if self.has(MULTILINE) { "(?m:$)" } else { r"(?=\n?\z)" });
                return Ok(None);
            }
            '[' => self.set(start)?,
            '(' => return self.group(start),
            '\\' => return self.escape(start),
            c => self.literal(c),
        }
        Ok(Some(ONE))
    }

    fn set(&mut self, start: usize) -> Res<()> {
        let mut out = String::from("[");
        if self.eat('^') {
            out.push('^');
        }
        let first = self.at;
        let unterminated = || error("unterminated character set", start);
        loop {
            let from = self.at;
            let c = self.next().ok_or_else(unterminated)?;
            if c == ']' && from > first {
                break;
            }
            let low = self.set_item(c, from, &mut out)?;
            if self.peek() != Some('-') {
                if let Some(low) = low {
                    push_literal(&mut out, low);
                }
                continue;
            }
            self.at += 1;
            let to = self.at;
            let c = self.next().ok_or_else(unterminated)?;
            if c == ']' {
                if let Some(low) = low {
                    push_literal(&mut out, low);
                }
                push_literal(&mut out, '-');
                break;
            }
            let high = self.set_item(c, to, &mut out)?;
            let bad = || {
                error(&format!("bad character range {}", self.chars[from..self.at].iter().collect::<String>()), from)
            };
            match (low, high) {
                (Some(low), Some(high)) if low <= high => {
                    push_literal(&mut out, low);
                    out.push('-');
                    push_literal(&mut out, high);
                }
                _ => return Err(bad()),
            }
        }
        out.push(']');
        self.out.push_str(&out);
        Ok(())
    }

    /// A character of a set; a class goes straight to `out`.
    fn set_item(&mut self, c: char, start: usize, out: &mut String) -> Res<Option<char>> {
        if c != '\\' {
            return Ok(Some(c));
        }
        let Some(c) = self.next() else { return Err(error("bad escape (end of pattern)", start)) };
        if let Some(class) = self.class(c) {
            out.push_str(class);
            return Ok(None);
        }
        match c {
            'b' => Ok(Some('\u{8}')),
            '0'..='7' => self.octal(c, start, 3).map(Some),
            '8' | '9' => Err(error(&format!("bad escape \\{c}"), start)),
            c => self.character_escape(c, start).map(Some),
        }
    }

    /// The engine's class for `\d` and the like.
    fn class(&self, c: char) -> Option<&'static str> {
        let ascii = self.has(ASCII);
        Some(match (c, ascii) {
            ('d', false) => r"\d",
            ('d', true) => "[0-9]",
            ('D', false) => r"\D",
            ('D', true) => "[^0-9]",
            ('s', false) => r"[\s\x1c-\x1f]",
            ('s', true) => r"[ \t\n\r\x0b\x0c]",
            ('S', false) => r"[^\s\x1c-\x1f]",
            ('S', true) => r"[^ \t\n\r\x0b\x0c]",
            ('w', false) => r"[\p{L}\p{N}_]",
            ('w', true) => "[a-zA-Z0-9_]",
            ('W', false) => r"[^\p{L}\p{N}_]",
            ('W', true) => "[^a-zA-Z0-9_]",
            _ => return None,
        })
    }

    fn octal(&mut self, first: char, start: usize, most: usize) -> Res<char> {
        let mut value = first.to_digit(8).unwrap_or(0);
        for _ in 1..most {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(8)) else { break };
            value = value * 8 + digit;
            self.at += 1;
        }
        if value > 0o377 {
            let text = self.text(start);
            return Err(error(&format!("octal escape value {text} outside of range 0-0o377"), start));
        }
        Ok(char::from_u32(value).unwrap_or('\0'))
    }

    /// An escape that stands for a character, after its backslash and first letter.
    fn character_escape(&mut self, c: char, start: usize) -> Res<char> {
        let simple = match c {
            'a' => '\u{7}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'x' | 'u' | 'U' => {
                let length = match c {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                while self.at < start + 2 + length && self.peek().is_some_and(|c| c.is_ascii_hexdigit()) {
                    self.at += 1;
                }
                let digits: String = self.chars[start + 2..self.at].iter().collect();
                if digits.len() < length {
                    return Err(error(&format!("incomplete escape \\{c}{digits}"), start));
                }
                return u32::from_str_radix(&digits, 16)
                    .ok()
                    .and_then(char::from_u32)
                    .ok_or_else(|| error(&format!("bad escape \\{c}{digits}"), start));
            }
            c if c.is_ascii_alphabetic() => return Err(error(&format!("bad escape \\{c}"), start)),
            c => c,
        };
        Ok(simple)
    }

    fn escape(&mut self, start: usize) -> Res<Option<Width>> {
        let Some(c) = self.next() else { return Err(error("bad escape (end of pattern)", start)) };
        if let Some(class) = self.class(c) {
            self.out.push_str(class);
            return Ok(Some(ONE));
        }
        match c {
            'A' | 'Z' | 'b' | 'B' => {
                let ascii = self.has(ASCII);
                self.out.push_str(match c {
                    'A' => r"\A",
                    'Z' => r"\z",
                    'b' if ascii => "(?:(?<=[a-zA-Z0-9_])(?![a-zA-Z0-9_])|(?<![a-zA-Z0-9_])(?=[a-zA-Z0-9_]))",
                    'B' if ascii => "(?:(?<=[a-zA-Z0-9_])(?=[a-zA-Z0-9_])|(?<![a-zA-Z0-9_])(?![a-zA-Z0-9_]))",
                    'b' => r"\b",
                    _ => r"\B",
                });
                Ok(None)
            }
            '0' => {
                let value = self.octal('0', start, 3)?;
                self.literal(value);
                Ok(Some(ONE))
            }
            '1'..='9' => {
                let second = self.peek().filter(char::is_ascii_digit);
                if let Some(second) = second {
                    let third = self.chars.get(self.at + 1).copied();
                    let octal = |c: char| c.is_digit(8);
                    if octal(c) && octal(second) && third.is_some_and(octal) {
                        let value = self.octal(c, start, 3)?;
                        self.literal(value);
                        return Ok(Some(ONE));
                    }
                    self.at += 1;
                }
                let number: usize = self.chars[start + 1..self.at].iter().collect::<String>().parse().unwrap_or(0);
                self.reference(number, start + 1, start).map(Some)
            }
            c => {
                let c = self.character_escape(c, start)?;
                self.literal(c);
                Ok(Some(ONE))
            }
        }
    }

    /// A reference to a group that is closed.
    fn reference(&mut self, number: usize, at: usize, start: usize) -> Res<Width> {
        let Some(group) = self.groups.get(number).filter(|_| number > 0) else {
            return Err(error(&format!("invalid group reference {number}"), at));
        };
        let Some(width) = group.width else { return Err(error("cannot refer to an open group", start)) };
        self.out.push_str(&format!("(?:\\{number})"));
        Ok(width)
    }

    /// A name up to a closing character.
    fn name(&mut self, close: char) -> Res<(String, usize)> {
        let start = self.at;
        while self.peek().is_some_and(|c| c != close) {
            self.at += 1;
        }
        let name = self.text(start);
        if self.peek().is_none() {
            return Err(if name.is_empty() {
                error("missing group name", start)
            } else {
                error(&format!("missing {close}, unterminated name"), start)
            });
        }
        self.at += 1;
        if name.is_empty() {
            return Err(error("missing group name", start));
        }
        Ok((name, start))
    }

    fn checked_name(&self, name: &str, at: usize) -> Res<()> {
        let mut chars = name.chars();
        let valid = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
            && chars.all(|c| c.is_alphanumeric() || c == '_');
        if valid { Ok(()) } else { Err(error(&format!("bad character in group name {}", shown(name)), at)) }
    }

    fn group_of(&self, name: &str, at: usize) -> Res<usize> {
        match self.names.iter().find(|(known, _)| known == name) {
            Some((_, number)) => Ok(*number),
            None => Err(error(&format!("unknown group name {}", shown(name)), at)),
        }
    }

    fn group(&mut self, start: usize) -> Res<Option<Width>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Raise::new(ExceptionKind::RecursionError, "the groups of the pattern are nested too deeply"));
        }
        let flags = self.flags;
        let result = self.group_body(start);
        self.depth -= 1;
        if !matches!(result, Ok(None)) {
            self.flags = flags;
        }
        result
    }

    fn close(&mut self, start: usize) -> Res<()> {
        if self.eat(')') {
            self.out.push(')');
            return Ok(());
        }
        Err(error("missing ), unterminated subpattern", start))
    }

    fn capture(&mut self, start: usize, name: Option<(String, usize)>) -> Res<Option<Width>> {
        let number = self.groups.len();
        if let Some((name, at)) = name {
            if let Some((_, other)) = self.names.iter().find(|(known, _)| *known == name) {
                let message =
                    format!("redefinition of group name {} as group {number}; was group {other}", shown(&name));
                return Err(error(&message, at));
            }
            self.names.push((name, number));
        }
        let parent = std::mem::replace(&mut self.open, number);
        self.groups.push(Group { parent, width: None });
        self.out.push('(');
        let width = self.alternatives()?;
        self.close(start)?;
        self.open = parent;
        self.groups[number].width = Some(width);
        Ok(Some(width))
    }

    fn enclosed(&mut self, start: usize, open: &str) -> Res<Option<Width>> {
        self.out.push_str(open);
        let width = self.alternatives()?;
        self.close(start)?;
        Ok(Some(width))
    }

    fn group_body(&mut self, start: usize) -> Res<Option<Width>> {
        if !self.eat('?') {
            return self.capture(start, None);
        }
        let Some(c) = self.next() else { return Err(error("unexpected end of pattern", self.at)) };
        match c {
            'P' => {
                if self.eat('<') {
                    let (name, at) = self.name('>')?;
                    self.checked_name(&name, at)?;
                    return self.capture(start, Some((name, at)));
                }
                if self.eat('=') {
                    let (name, at) = self.name(')')?;
                    self.checked_name(&name, at)?;
                    let number = self.group_of(&name, at)?;
                    return self.reference(number, at, at).map(Some);
                }
                let Some(c) = self.next() else { return Err(error("unexpected end of pattern", self.at)) };
                Err(error(&format!("unknown extension ?P{c}"), start + 1))
            }
            ':' => self.enclosed(start, "(?:"),
            '>' => self.enclosed(start, "(?>"),
            '#' => {
                while let Some(c) = self.next() {
                    if c == ')' {
                        return Ok(None);
                    }
                }
                Err(error("missing ), unterminated comment", start))
            }
            '=' | '!' => {
                self.enclosed(start, if c == '=' { "(?=" } else { "(?!" })?;
                Ok(Some(EMPTY))
            }
            '<' => {
                let Some(c) = self.next() else { return Err(error("unexpected end of pattern", self.at)) };
                if c != '=' && c != '!' {
                    return Err(error(&format!("unknown extension ?<{c}"), start + 1));
                }
                let outer = std::mem::replace(&mut self.in_look_behind, true);
                let width = self.enclosed(start, if c == '=' { "(?<=" } else { "(?<!" })?.unwrap_or(EMPTY);
                self.in_look_behind = outer;
                if width.min != width.max {
                    return Err(Raise::new(ExceptionKind::PatternError, "look-behind requires fixed-width pattern"));
                }
                Ok(Some(EMPTY))
            }
            '(' => self.conditional(start),
            c if c == '-' || flag(c).is_some() => {
                self.at -= 1;
                self.inline_flags(start)
            }
            c => Err(error(&format!("unknown extension ?{c}"), start + 1)),
        }
    }

    fn conditional(&mut self, start: usize) -> Res<Option<Width>> {
        let (name, at) = self.name(')')?;
        let number = if name.bytes().all(|byte| byte.is_ascii_digit()) {
            let number: usize = name.parse().unwrap_or(usize::MAX);
            if number == 0 {
                return Err(error("bad group number", at));
            }
            if number >= self.groups.len() {
                return Err(error(&format!("invalid group reference {number}"), at));
            }
            number
        } else {
            self.checked_name(&name, at)?;
            self.group_of(&name, at)?
        };
        self.out.push_str(&format!("(?({number})"));
        let mut width = self.sequence()?;
        if self.eat('|') {
            self.out.push('|');
            width = width.or(self.sequence()?);
            if self.peek() == Some('|') {
                return Err(error("conditional backref with more than two branches", self.at));
            }
        } else {
            width = width.or(EMPTY);
        }
        self.close(start)?;
        Ok(Some(width))
    }

    /// `(?i:…)`, `(?-i:…)`.
    fn inline_flags(&mut self, start: usize) -> Res<Option<Width>> {
        let (mut on, mut off, mut negative) = (0, 0, false);
        loop {
            let at = self.at;
            match self.next() {
                Some(')') if !negative => {
                    return Err(error("global flags not at the start of the expression", start));
                }
                Some(':') => break,
                Some('-') if !negative => {
                    negative = true;
                    if self.peek().is_none_or(|c| flag(c).is_none()) {
                        let unknown = self.peek().is_some_and(char::is_alphabetic);
                        return Err(error(if unknown { "unknown flag" } else { "missing flag" }, self.at));
                    }
                }
                Some(c) => match flag(c) {
                    Some(_) if negative && matches!(c, 'a' | 'L' | 'u') => {
                        let message = "bad inline flags: cannot turn off flags 'a', 'u' and 'L'";
                        return Err(error(message, self.at));
                    }
                    Some(bit) if negative => off |= bit,
                    Some(LOCALE) => {
                        return Err(error("bad inline flags: cannot use 'L' flag with a str pattern", self.at));
                    }
                    Some(bit) => on |= bit,
                    None if c.is_alphabetic() => return Err(error("unknown flag", at)),
                    None => return Err(error(if negative { "missing :" } else { "missing -, : or )" }, at)),
                },
                None => return Err(error(if negative { "missing :" } else { "missing -, : or )" }, at)),
            }
        }
        if on & off != 0 {
            return Err(error("bad inline flags: flag turned on and off", self.at));
        }
        if on & UNICODE != 0 {
            self.flags &= !ASCII;
        }
        self.flags = (self.flags | on) & !off & !UNICODE;
        let open = match (on & IGNORECASE != 0, off & IGNORECASE != 0) {
            (true, _) => "(?i:",
            (_, true) => "(?-i:",
            _ => "(?:",
        };
        self.enclosed(start, open)
    }
}

fn push_literal(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || c == '_' {
        out.push(c);
    } else {
        out.push_str(&format!("\\x{{{:x}}}", u32::from(c)));
    }
}
