//! Numbers, as Python writes them.

use super::{Lexer, is_name_byte};
use crate::SyntaxKind::*;

impl Lexer<'_> {
    pub(super) fn number(&mut self) {
        let start = self.pos;
        let radix = match (self.bytes[start], self.peek(1)) {
            (b'0', b'x' | b'X') => 16,
            (b'0', b'o' | b'O') => 8,
            (b'0', b'b' | b'B') => 2,
            _ => 10,
        };
        if radix != 10 {
            let mut end = start + 2;
            while self.bytes.get(end).is_some_and(|&byte| is_name_byte(byte)) {
                end += 1;
            }
            let digits = &self.bytes[start + 2..end];
            if !well_grouped(digits, true) || !digits.iter().all(|&b| b == b'_' || char::from(b).is_digit(radix)) {
                self.error("this number is not complete, or has a digit that its base lacks", start, end);
            }
            return self.token(INT_NUMBER, end);
        }
        let (mut end, mut valid) = self.digits(start);
        let mut kind = INT_NUMBER;
        let whole = &self.bytes[start..end];
        let zero_led = whole.len() > 1 && whole[0] == b'0' && whole.iter().any(|b| (b'1'..=b'9').contains(b));
        if self.bytes.get(end) == Some(&b'.') && self.bytes.get(end + 1) != Some(&b'.') {
            kind = FLOAT_NUMBER;
            let (fraction_end, fraction_valid) = self.digits(end + 1);
            valid &= fraction_valid;
            end = fraction_end;
        }
        if matches!(self.bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.bytes.get(end + 1), Some(b'+' | b'-')));
            if self.bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
                kind = FLOAT_NUMBER;
                let (exponent_end, exponent_valid) = self.digits(end + 1 + sign);
                valid &= exponent_valid;
                end = exponent_end;
            }
        }
        if matches!(self.bytes.get(end), Some(b'j' | b'J')) {
            kind = IMAGINARY_NUMBER;
            end += 1;
        }
        if !valid {
            self.error("`_` stands between two digits of a number, one at a time", start, end);
        } else if zero_led && kind == INT_NUMBER {
            self.error("a number does not start with 0; write `0o` for an octal one", start, end);
        }
        self.token(kind, end);
    }

    /// The end of the digits at `start`, and whether their underscores are where they may be.
    fn digits(&self, start: usize) -> (usize, bool) {
        let mut end = start;
        while self.bytes.get(end).is_some_and(|&byte| byte.is_ascii_digit() || byte == b'_') {
            end += 1;
        }
        (end, start == end || well_grouped(&self.bytes[start..end], false))
    }
}

/// Is there a digit, and does each underscore stand between two digits (or, after a base, before the first)?
fn well_grouped(digits: &[u8], after_base: bool) -> bool {
    let body = if after_base { digits.strip_prefix(b"_").unwrap_or(digits) } else { digits };
    !body.is_empty() && body[0] != b'_' && body[body.len() - 1] != b'_' && !body.windows(2).any(|pair| pair == b"__")
}
