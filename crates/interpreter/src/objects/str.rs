//! Immutable text.

use std::cell::{Cell, OnceCell};
use std::hash::Hasher;

use rustc_hash::FxHasher;

use crate::heap::{Marker, Trace};

/// A string: UTF-8 text with its number of characters, so that ASCII text is indexed in constant time.
#[derive(Clone, Debug)]
pub struct Str {
    text: Box<str>,
    /// In characters (Unicode scalar values).
    chars: usize,
    /// Zero until first asked for.
    hash: Cell<u64>,
    /// The byte offset of every [`STRIDE`]th character of longer text beyond ASCII, made when first
    /// asked for, so that going through such text by index takes linear time.
    offsets: OnceCell<Box<[usize]>>,
}

/// Characters between two entries of the table of offsets.
const STRIDE: usize = 64;

impl Str {
    pub fn new(text: Box<str>) -> Str {
        let chars = if text.is_ascii() { text.len() } else { text.chars().count() };
        Str { text, chars, hash: Cell::new(0), offsets: OnceCell::new() }
    }

    /// The concatenation of two strings.
    pub fn concat(left: &Str, right: &Str) -> Str {
        let mut text = String::with_capacity(left.text.len() + right.text.len());
        text.push_str(&left.text);
        text.push_str(&right.text);
        Str {
            text: text.into_boxed_str(),
            chars: left.chars + right.chars,
            hash: Cell::new(0),
            offsets: OnceCell::new(),
        }
    }

    #[inline]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The length in characters.
    #[inline]
    pub fn chars(&self) -> usize {
        self.chars
    }

    #[inline]
    pub fn is_ascii(&self) -> bool {
        self.chars == self.text.len()
    }

    /// The character at `index`, counted in characters.
    pub fn char_at(&self, index: usize) -> Option<char> {
        if self.is_ascii() {
            return self.text.as_bytes().get(index).map(|b| char::from(*b));
        }
        self.text[self.byte_offset(index)..].chars().next()
    }

    /// The byte offset of character `index`; the text's length when the index is at or past the end.
    pub fn byte_offset(&self, index: usize) -> usize {
        if self.is_ascii() {
            return index.min(self.text.len());
        }
        if index >= self.chars {
            return self.text.len();
        }
        let offsets =
            self.offsets.get_or_init(|| self.text.char_indices().step_by(STRIDE).map(|(offset, _)| offset).collect());
        let from = offsets.get(index / STRIDE).copied().unwrap_or(0);
        let rest = &self.text[from..];
        from + rest.char_indices().nth(index % STRIDE).map_or(rest.len(), |(offset, _)| offset)
    }

    /// The text between two character positions.
    pub fn slice(&self, start: usize, end: usize) -> &str {
        if start >= end {
            return "";
        }
        &self.text[self.byte_offset(start)..self.byte_offset(end)]
    }

    /// A hash that is the same in every run; never zero.
    #[inline]
    pub fn hash(&self) -> u64 {
        let known = self.hash.get();
        if known != 0 {
            return known;
        }
        let mut hasher = FxHasher::default();
        hasher.write(self.text.as_bytes());
        let hash = hasher.finish().max(1);
        self.hash.set(hash);
        hash
    }
}

impl Trace for Str {
    const LEAF: bool = true;

    fn trace(&self, _: &mut Marker) {}

    fn bytes(&self) -> usize {
        self.text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_found_by_number() {
        let text = "aé日😀".repeat(100);
        let object = Str::new(text.as_str().into());
        let chars: Vec<char> = text.chars().collect();
        for (at, c) in chars.iter().enumerate() {
            assert_eq!(object.char_at(at), Some(*c));
        }
        assert_eq!(object.char_at(400), None);
        assert_eq!(object.slice(127, 131), "😀aé日");
        assert_eq!(object.slice(398, 9000), "日😀");
        assert_eq!(object.slice(5, 5), "");
    }
}
