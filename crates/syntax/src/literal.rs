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
        'N' if !bytes => {
            let name = text[2..].strip_prefix('{')?;
            let name = &name[..name.find('}')?];
            Some((Escaped::Char(unicode_names2::character(name)?), 4 + name.len()))
        }
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

/// The escapes of a STRING, BYTES or FSTRING_TEXT token that begin as ones that need more, and are none: `\x4`. Where
/// they start in the token, and their text.
pub fn broken_escapes(token: &str, is_bytes: bool) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = token[at..].find('\\') {
        at += next;
        let rest = &token[at..];
        let len = match escape(rest, is_bytes) {
            Some((_, len)) => len,
            None => {
                let needs_more = match rest[1..].chars().next() {
                    Some('x') => true,
                    Some('u' | 'U' | 'N') => !is_bytes,
                    _ => false,
                };
                if needs_more {
                    found.push((at, &rest[..broken_len(rest)]));
                }
                1 + rest[1..].chars().next().map_or(0, char::len_utf8)
            }
        };
        at += len;
    }
    found
}

/// How long an escape that is none is, in bytes: its digits, or the name in braces.
fn broken_len(text: &str) -> usize {
    let rest = &text[2..];
    if text.as_bytes()[1] == b'N' {
        let name = rest.strip_prefix('{').and_then(|it| it.find(['}', '\n', '"', '\'']));
        return 2 + name.map_or(0, |end| 1 + end + usize::from(rest.as_bytes()[1 + end] == b'}'));
    }
    let most = match text.as_bytes()[1] {
        b'x' => 2,
        b'u' => 4,
        _ => 8,
    };
    2 + rest.bytes().take(most).take_while(u8::is_ascii_hexdigit).count()
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
            (r#""\N{BULLET}\N{greek small letter alpha}""#, "•α"),
            (r#""\N{NO SUCH}\N""#, r"\N{NO SUCH}\N"),
        ];
        for (token, value) in cases {
            assert_eq!(string_value(token), value, "{token}");
        }
        assert_eq!(bytes_value(r"b'\xffA\n'"), [255, 65, 10]);
        assert_eq!(fstring_text_value(r"{{\t}}", false), "{\t}");
        assert_eq!(fstring_text_value(r"{{\t}}", true), r"{\t}");
    }

    #[test]
    fn escapes_that_lack_something_are_found() {
        let found = |token| broken_escapes(token, false);
        assert_eq!(found(r#""a\x4\x41\u12 \d\\x \U0011ffff0""#), [(2, r"\x4"), (9, r"\u12"), (20, r"\U0011ffff")]);
        assert_eq!(found(r#""\N{NO SUCH}\N{BULLET}\N\N{open""#), [(1, r"\N{NO SUCH}"), (22, r"\N"), (24, r"\N{open")]);
        assert_eq!(broken_escapes(r#"b"\xf\u12\N{x}""#, true), [(2, r"\xf")]);
        assert_eq!(found(r"\"), []);
        assert_eq!(found(r"é\é"), []);
    }
}
