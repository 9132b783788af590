//! The values that string tokens stand for.

use std::borrow::Cow;

/// A string token taken apart.
struct Parts<'t> {
    raw: bool,
    content: &'t str,
}

/// Takes prefix and quotes off; a closing quote may be missing.
fn parts(token: &str) -> Parts<'_> {
    let quote = token.find(['"', '\'']).unwrap_or(token.len());
    let (prefix, rest) = token.split_at(quote);
    let triple = rest.starts_with("\"\"\"") || rest.starts_with("'''");
    let width = if triple { 3 } else { 1.min(rest.len()) };
    let (mark, body) = rest.split_at(width);
    let content = match body.strip_suffix(mark) {
        Some(content) if !mark.is_empty() => content,
        _ => body,
    };
    Parts { raw: is_raw(prefix), content }
}

/// Does a prefix, or a token that starts with one, say that backslashes are plain characters?
pub fn is_raw(token: &str) -> bool {
    token.bytes().take_while(|byte| !matches!(byte, b'"' | b'\'')).any(|byte| matches!(byte, b'r' | b'R'))
}

/// The value of a STRING token. Escapes are Python's; an unknown one stays as it is written.
pub fn string_value(token: &str) -> String {
    let Parts { raw, content } = parts(token);
    let content = unix_lines(content);
    if raw { content.into_owned() } else { unescape(&content) }
}

/// The value of a BYTES token: like a string's, where a character beyond ASCII stands for its UTF-8 bytes.
pub fn bytes_value(token: &str) -> Vec<u8> {
    let Parts { raw, content } = parts(token);
    let content = unix_lines(content);
    if raw {
        return content.into_owned().into_bytes();
    }
    let mut out = Vec::with_capacity(content.len());
    let mut rest = &*content;
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at..];
        match escape(rest, true) {
            Some((Escaped::Char(c), len)) => {
                // `\xff` is one byte here; other escapes are ASCII.
                out.push(u32::from(c) as u8);
                rest = &rest[len..];
            }
            Some((Escaped::Nothing, len)) => rest = &rest[len..],
            None => {
                out.push(b'\\');
                rest = &rest[1..];
            }
        }
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

/// The value of an FSTRING_TEXT token: `{{` is a brace, and escapes count unless the string is raw.
pub fn fstring_text_value(text: &str, raw: bool) -> String {
    let text = unix_lines(text);
    let braces = text.replace("{{", "{").replace("}}", "}");
    if raw { braces } else { unescape(&braces) }
}

/// Line breaks in a string are `\n`, however the file writes them.
fn unix_lines(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match escape(rest, false) {
            Some((Escaped::Char(c), len)) => {
                out.push(c);
                rest = &rest[len..];
            }
            Some((Escaped::Nothing, len)) => rest = &rest[len..],
            None => {
                out.push('\\');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

enum Escaped {
    Char(char),
    /// A joined line.
    Nothing,
}

/// The escape at the start of `text` and its length in bytes; nothing if it is not one.
fn escape(text: &str, bytes: bool) -> Option<(Escaped, usize)> {
    let c = text[1..].chars().next()?;
    let simple = |c: char| Some((Escaped::Char(c), 2));
    match c {
        '\n' => Some((Escaped::Nothing, 2)),
        '\\' | '\'' | '"' => simple(c),
        'n' => simple('\n'),
        't' => simple('\t'),
        'r' => simple('\r'),
        'a' => simple('\x07'),
        'b' => simple('\x08'),
        'f' => simple('\x0c'),
        'v' => simple('\x0b'),
        '0'..='7' => {
            let len = text[1..].bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            let value = u32::from_str_radix(&text[1..1 + len], 8).ok()?;
            Some((Escaped::Char(char::from_u32(value)?), 1 + len))
        }
        'x' => hex(text, 2),
        'u' if !bytes => hex(text, 4),
        'U' if !bytes => hex(text, 8),
        _ => None,
    }
}

fn hex(text: &str, digits: usize) -> Option<(Escaped, usize)> {
    let code = text.get(2..2 + digits)?;
    if !code.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(code, 16).ok()?;
    Some((Escaped::Char(char::from_u32(value)?), 2 + digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_pythons() {
        let cases = [
            (r#""a\tb\n""#, "a\tb\n"),
            (r#"'\x41\u00e9\U0001F600\101'"#, "Aé😀A"),
            (r#""\q\d""#, r"\q\d"),
            (r#"r"\n""#, r"\n"),
            ("\"\"\"x\r\ny\\\nz\"\"\"", "x\nyz"),
            ("'it\\'s'", "it's"),
            ("\"open", "open"),
            (r#""\xZZ""#, r"\xZZ"),
        ];
        for (token, value) in cases {
            assert_eq!(string_value(token), value, "{token}");
        }
        assert_eq!(bytes_value(r"b'\xffA\n'"), [255, 65, 10]);
        assert_eq!(fstring_text_value(r"{{\t}}", false), "{\t}");
        assert_eq!(fstring_text_value(r"{{\t}}", true), r"{\t}");
    }
}
