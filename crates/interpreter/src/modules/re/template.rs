//! Replacement texts with references to groups: `\1`, `\g<name>`.

use super::engine::Compiled;
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::ops::str_repr;

/// A part of a replacement.
#[derive(Debug)]
pub(super) enum Part {
    Text(String),
    Group(usize),
}

fn error(message: &str, at: usize) -> Raise {
    Raise::new(ExceptionKind::PatternError, format!("{message} at position {at}"))
}

/// Reads a replacement.
///
/// # Errors
/// `PatternError` in CPython's words for bad escapes and groups, `IndexError` for unknown names.
pub(super) fn parse(source: &str, compiled: &Compiled) -> Res<Vec<Part>> {
    if !source.contains('\\') {
        return Ok(vec![Part::Text(source.to_owned())]);
    }
    let chars: Vec<char> = source.chars().collect();
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut at = 0;
    let digit = |at: usize, radix: u32| chars.get(at).and_then(|c| c.to_digit(radix));
    let group = |number: usize, at: usize, parts: &mut Vec<Part>, text: &mut String| {
        if number > compiled.groups() {
            return Err(error(&format!("invalid group reference {number}"), at));
        }
        if !text.is_empty() {
            parts.push(Part::Text(std::mem::take(text)));
        }
        parts.push(Part::Group(number));
        Ok(())
    };
    while let Some(&c) = chars.get(at) {
        let start = at;
        at += 1;
        if c != '\\' {
            text.push(c);
            continue;
        }
        let Some(&c) = chars.get(at) else { return Err(error("bad escape (end of pattern)", start)) };
        at += 1;
        match c {
            'g' => {
                if chars.get(at) != Some(&'<') {
                    return Err(error("missing <", at));
                }
                at += 1;
                let end = chars[at..].iter().position(|c| *c == '>');
                let Some(end) = end else {
                    return Err(if at == chars.len() {
                        error("missing group name", at)
                    } else {
                        error("missing >, unterminated name", at)
                    });
                };
                let name: String = chars[at..at + end].iter().collect();
                if name.is_empty() {
                    return Err(error("missing group name", at));
                }
                let number = if name.bytes().all(|byte| byte.is_ascii_digit()) {
                    name.parse().unwrap_or(usize::MAX)
                } else {
                    let mut shown = String::new();
                    str_repr(&name, &mut shown);
                    let mut letters = name.chars();
                    let valid = letters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
                        && letters.all(|c| c.is_alphanumeric() || c == '_');
                    if !valid {
                        return Err(error(&format!("bad character in group name {shown}"), at));
                    }
                    match compiled.names.iter().find(|(known, _)| *known == name) {
                        Some((_, number)) => *number,
                        None => {
                            let message = format!("unknown group name {shown}");
                            return Err(Raise::new(ExceptionKind::IndexError, message));
                        }
                    }
                };
                group(number, at, &mut parts, &mut text)?;
                at += end + 1;
            }
            '0' => {
                let mut value = 0;
                for _ in 0..2 {
                    let Some(next) = digit(at, 8) else { break };
                    value = value * 8 + next;
                    at += 1;
                }
                text.extend(char::from_u32(value));
            }
            '1'..='9' => {
                if let (Some(a), Some(b), Some(c)) = (c.to_digit(8), digit(at, 8), digit(at + 1, 8)) {
                    let value = (a * 8 + b) * 8 + c;
                    if value > 0o377 {
                        let message = format!("octal escape value \\{a}{b}{c} outside of range 0-0o377");
                        return Err(error(&message, start));
                    }
                    text.extend(char::from_u32(value));
                    at += 2;
                    continue;
                }
                let mut number = c.to_digit(10).unwrap_or(0);
                if let Some(next) = digit(at, 10) {
                    number = number * 10 + next;
                    at += 1;
                }
                group(number as usize, start + 1, &mut parts, &mut text)?;
            }
            'a' => text.push('\u{7}'),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'v' => text.push('\u{b}'),
            '\\' => text.push('\\'),
            c if c.is_ascii_alphabetic() => return Err(error(&format!("bad escape \\{c}"), start)),
            c => {
                text.push('\\');
                text.push(c);
            }
        }
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    Ok(parts)
}

/// A replacement with the groups of a match filled in; groups that took no part are empty.
pub(super) fn fill(parts: &[Part], text: &str, span: impl Fn(usize) -> Option<(usize, usize)>, out: &mut String) {
    for part in parts {
        match part {
            Part::Text(part) => out.push_str(part),
            Part::Group(number) => {
                if let Some((start, end)) = span(*number) {
                    out.push_str(&text[start..end]);
                }
            }
        }
    }
}
