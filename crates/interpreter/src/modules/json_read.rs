//! JSON text to values.

use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::ops;
use crate::value::Value;

/// How deep arrays and objects may be nested.
const MAX_DEPTH: usize = 900;

struct Reader<'a> {
    heap: &'a mut Heap,
    text: &'a str,
    /// A byte offset.
    at: usize,
    depth: usize,
}

/// The value that a JSON document spells.
///
/// # Errors
/// `JSONDecodeError` with line and column for text that is not JSON, `RecursionError` for nesting too deep.
pub(super) fn read(heap: &mut Heap, text: &str) -> Res<Value> {
    if text.starts_with('\u{FEFF}') {
        return Err(error(text, "Unexpected UTF-8 BOM (decode using utf-8-sig)", 0));
    }
    let mut reader = Reader { heap, text, at: 0, depth: 0 };
    reader.space();
    let value = reader.value()?;
    reader.space();
    if reader.at < text.len() {
        return Err(error(text, "Extra data", reader.at));
    }
    Ok(value)
}

fn error(text: &str, message: &str, at: usize) -> Raise {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Raise::new(
        ExceptionKind::JSONDecodeError,
        format!("{message}: line {line} column {column} (char {})", before.chars().count()),
    )
}

/// `e.msg`, `e.pos`, `e.lineno` and `e.colno` of a `JSONDecodeError`, from its text.
pub(crate) fn error_part(heap: &mut Heap, message: &str, part: &str) -> Value {
    let (text, place) = message.rsplit_once(": line ").unwrap_or((message, ""));
    let mut numbers = place.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    let mut number = |index: usize| numbers.nth(index).and_then(|number| number.parse().ok()).map(Value::Int);
    let number = match part {
        "lineno" => number(0),
        "colno" => number(1),
        "pos" => number(2),
        _ => return heap.new_str(text),
    };
    number.unwrap_or(Value::None)
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fail<T>(&self, message: &str, at: usize) -> Res<T> {
        Err(error(self.text, message, at))
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.text[self.at..].starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn value(&mut self) -> Res<Value> {
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => {
                self.at += 1;
                let text = self.string()?;
                Ok(self.heap.new_str(text))
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => {
                for (word, value) in [
                    ("null", Value::None),
                    ("true", Value::bool(true)),
                    ("false", Value::bool(false)),
                    ("NaN", Value::float(f64::NAN)),
                    ("Infinity", Value::float(f64::INFINITY)),
                ] {
                    if self.eat(word) {
                        return Ok(value);
                    }
                }
                self.fail("Expecting value", self.at)
            }
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Res<Value>) -> Res<Value> {
        if self.depth >= MAX_DEPTH {
            return Err(ops::too_deep("while decoding a JSON document"));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn array(&mut self) -> Res<Value> {
        let mut items = Vec::new();
        self.space();
        if self.eat("]") {
            return Ok(self.heap.new_list(items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            if self.eat("]") {
                return Ok(self.heap.new_list(items));
            }
            if !self.eat(",") {
                return self.fail("Expecting ',' delimiter", self.at);
            }
            self.space();
        }
    }

    fn object(&mut self) -> Res<Value> {
        let dict = self.heap.new_dict();
        self.space();
        if self.eat("}") {
            return Ok(Value::Dict(dict));
        }
        loop {
            if !self.eat("\"") {
                return self.fail("Expecting property name enclosed in double quotes", self.at);
            }
            let key = self.string()?;
            self.space();
            if !self.eat(":") {
                return self.fail("Expecting ':' delimiter", self.at);
            }
            self.space();
            let value = self.value()?;
            ops::dict_insert_str(self.heap, dict, &key, value);
            self.space();
            if self.eat("}") {
                return Ok(Value::Dict(dict));
            }
            if !self.eat(",") {
                return self.fail("Expecting ',' delimiter", self.at);
            }
            self.space();
        }
    }

    fn number(&mut self) -> Res<Value> {
        let start = self.at;
        if self.eat("-Infinity") {
            return Ok(Value::float(f64::NEG_INFINITY));
        }
        self.eat("-");
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return self.fail("Expecting value", start),
        }
        let mut float = false;
        let bytes = self.text.as_bytes();
        let digit_at = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        if self.peek() == Some(b'.') && digit_at(self.at + 1) {
            float = true;
            self.at += 1;
            self.digits();
        }
        if let Some(b'e' | b'E') = self.peek() {
            let sign = usize::from(matches!(bytes.get(self.at + 1), Some(b'+' | b'-')));
            if digit_at(self.at + 1 + sign) {
                float = true;
                self.at += 1 + sign;
                self.digits();
            }
        }
        let text = &self.text[start..self.at];
        if float {
            return Ok(Value::float(text.parse().unwrap_or(f64::NAN)));
        }
        ops::int_from_text(self.heap, text, 10, text)
    }

    fn digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
    }

    /// The rest of a string whose opening quote is read.
    fn string(&mut self) -> Res<String> {
        let start = self.at - 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
            out.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                None => return self.fail("Unterminated string starting at", start),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    let escape = self.at;
                    self.at += 1;
                    let c = match self.peek() {
                        None => return self.fail("Unterminated string starting at", start),
                        Some(b'"') => '"',
                        Some(b'\\') => '\\',
                        Some(b'/') => '/',
                        Some(b'b') => '\u{8}',
                        Some(b'f') => '\u{c}',
                        Some(b'n') => '\n',
                        Some(b'r') => '\r',
                        Some(b't') => '\t',
                        Some(b'u') => {
                            self.at += 1;
                            out.push(self.unicode_escape()?);
                            continue;
                        }
                        Some(_) => return self.fail("Invalid \\escape", escape),
                    };
                    self.at += 1;
                    out.push(c);
                }
                Some(_) => return self.fail("Invalid control character at", self.at),
            }
        }
    }

    /// The character after `\u`; two halves of a surrogate pair make one.
    fn unicode_escape(&mut self) -> Res<char> {
        let first = self.four_digits()?;
        if (0xD800..0xDC00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            let before = self.at;
            self.at += 2;
            let second = self.four_digits()?;
            if (0xDC00..0xE000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = before;
        }
        // Half a pair alone is no character: text here is always well formed.
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn four_digits(&mut self) -> Res<u32> {
        let digits = self.text.get(self.at..self.at + 4).filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(code) => {
                self.at += 4;
                Ok(code)
            }
            None => self.fail("Invalid \\uXXXX escape", self.at - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_has_a_limit() {
        let heap = &mut Heap::new();
        for open in ["[", "{\"a\":"] {
            let error = read(heap, &open.repeat(100_000)).unwrap_err();
            assert_eq!(error.kind(), ExceptionKind::RecursionError);
        }
        assert!(read(heap, &format!("{}{}", "[".repeat(900), "]".repeat(900))).is_ok());
    }
}
