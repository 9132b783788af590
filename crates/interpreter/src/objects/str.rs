//! Immutable text.

use std::cell::{Cell, OnceCell, RefCell};
use std::hash::Hasher;
use std::sync::Arc;

use rustc_hash::FxHasher;

use crate::heap::{Marker, Trace};

/// A string: UTF-8 text with its number of characters, so that ASCII text is indexed in constant time.
#[derive(Clone, Debug)]
pub struct Str {
    /// Set when first asked for; until then a long concatenation is only its `pieces`.
    text: OnceCell<Box<str>>,
    /// In characters (Unicode scalar values).
    chars: usize,
    /// In bytes.
    len: usize,
    pieces: RefCell<Option<Arc<Piece>>>,
    /// Zero until first asked for.
    hash: Cell<u64>,
    /// The byte offset of every [`STRIDE`]th character of longer text beyond ASCII, made when first
    /// asked for, so that going through such text by index takes linear time.
    offsets: OnceCell<Box<[usize]>>,
}

/// The end of a concatenation that is not joined yet, and what comes before it. Strings made by
/// appending again and again share their pieces, so that each step costs what it appends.
#[derive(Debug)]
struct Piece {
    before: Option<Arc<Piece>>,
    text: Box<str>,
    /// How many pieces there are up to this one.
    count: usize,
}

impl Drop for Piece {
    /// One piece after the other: a chain can be longer than the stack is deep.
    fn drop(&mut self) {
        let mut next = self.before.take();
        while let Some(mut piece) = next.and_then(Arc::into_inner) {
            next = piece.before.take();
        }
    }
}

/// Concatenations of fewer bytes are joined at once.
const JOINED_AT_ONCE: usize = 1024;

/// Characters between two entries of the table of offsets.
const STRIDE: usize = 64;

impl Str {
    pub fn new(text: Box<str>) -> Str {
        let chars = if text.is_ascii() { text.len() } else { text.chars().count() };
        Str::of(text, chars)
    }

    fn of(text: Box<str>, chars: usize) -> Str {
        let len = text.len();
        Str {
            text: OnceCell::from(text),
            chars,
            len,
            pieces: RefCell::new(None),
            hash: Cell::new(0),
            offsets: OnceCell::new(),
        }
    }

    /// The concatenation of two strings.
    pub fn concat(left: &Str, right: &Str) -> Str {
        let (len, chars) = (left.len + right.len, left.chars + right.chars);
        if len < JOINED_AT_ONCE {
            let mut text = String::with_capacity(len);
            text.push_str(left.as_str());
            text.push_str(right.as_str());
            return Str::of(text.into_boxed_str(), chars);
        }
        let before = match left.pieces.borrow().as_ref() {
            Some(pieces) => Arc::clone(pieces),
            None => Arc::new(Piece { before: None, text: left.as_str().into(), count: 1 }),
        };
        let count = before.count + 1;
        let last = Piece { before: Some(before), text: right.as_str().into(), count };
        Str {
            text: OnceCell::new(),
            chars,
            len,
            pieces: RefCell::new(Some(Arc::new(last))),
            hash: Cell::new(0),
            offsets: OnceCell::new(),
        }
    }

    #[inline]
    pub fn as_str(&self) -> &str {
        self.text.get_or_init(|| self.join())
    }

    /// The length in bytes.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The text of the pieces, which are not needed after.
    #[cold]
    fn join(&self) -> Box<str> {
        let pieces = self.pieces.borrow_mut().take();
        let mut parts = Vec::with_capacity(pieces.as_ref().map_or(0, |last| last.count));
        let mut next = pieces.as_deref();
        while let Some(piece) = next {
            parts.push(&*piece.text);
            next = piece.before.as_deref();
        }
        let mut text = String::with_capacity(self.len);
        text.extend(parts.into_iter().rev());
        text.into_boxed_str()
    }

    /// The length in characters.
    #[inline]
    pub fn chars(&self) -> usize {
        self.chars
    }

    #[inline]
    pub fn is_ascii(&self) -> bool {
        self.chars == self.len
    }

    /// The character at `index`, counted in characters.
    pub fn char_at(&self, index: usize) -> Option<char> {
        if self.is_ascii() {
            return self.as_str().as_bytes().get(index).map(|b| char::from(*b));
        }
        self.as_str()[self.byte_offset(index)..].chars().next()
    }

    /// The byte offset of character `index`; the text's length when the index is at or past the end.
    pub fn byte_offset(&self, index: usize) -> usize {
        if self.is_ascii() {
            return index.min(self.len);
        }
        if index >= self.chars {
            return self.len;
        }
        let offsets = self
            .offsets
            .get_or_init(|| self.as_str().char_indices().step_by(STRIDE).map(|(offset, _)| offset).collect());
        let from = offsets.get(index / STRIDE).copied().unwrap_or(0);
        let rest = &self.as_str()[from..];
        from + rest.char_indices().nth(index % STRIDE).map_or(rest.len(), |(offset, _)| offset)
    }

    /// The text between two character positions.
    pub fn slice(&self, start: usize, end: usize) -> &str {
        if start >= end {
            return "";
        }
        &self.as_str()[self.byte_offset(start)..self.byte_offset(end)]
    }

    /// A hash that is the same in every run; never zero.
    #[inline]
    pub fn hash(&self) -> u64 {
        let known = self.hash.get();
        if known != 0 {
            return known;
        }
        let mut hasher = FxHasher::default();
        hasher.write(self.as_str().as_bytes());
        let hash = hasher.finish().max(1);
        self.hash.set(hash);
        hash
    }
}

/// What one piece takes beside its text: the piece with its reference counts.
const PIECE_BYTES: usize = size_of::<Piece>() + 2 * size_of::<usize>();

impl Trace for Str {
    const LEAF: bool = true;

    fn trace(&self, _: &mut Marker) {}

    fn bytes(&self) -> usize {
        self.len + self.pieces.borrow().as_ref().map_or(0, |last| last.count * PIECE_BYTES)
    }

    fn new_bytes(&self) -> usize {
        match self.pieces.borrow().as_ref() {
            // The pieces before the last one exist already.
            Some(last) => last.text.len() + PIECE_BYTES,
            None => self.len,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_concatenations_share_their_pieces() {
        let (mut expected, mut text) = (String::new(), Str::new("".into()));
        let mut kept = Vec::new();
        for step in 0..2000 {
            let part = format!("é{step} ");
            text = Str::concat(&text, &Str::new(part.as_str().into()));
            expected.push_str(&part);
            if step % 500 == 0 {
                kept.push((text.clone(), expected.clone()));
            }
        }
        kept.push((text, expected));
        for (text, expected) in kept {
            assert_eq!((text.chars(), text.len()), (expected.chars().count(), expected.len()));
            assert_eq!(text.as_str(), expected);
            assert_eq!(text.bytes(), expected.len(), "the pieces are gone once the text is joined");
        }
    }

    #[test]
    fn a_long_chain_of_pieces_is_dropped_without_deep_recursion() {
        let part = Str::new("0123456789".into());
        let mut text = Str::new("x".repeat(JOINED_AT_ONCE).into());
        for _ in 0..500_000 {
            text = Str::concat(&text, &part);
        }
        assert_eq!(text.len(), JOINED_AT_ONCE + 5_000_000);
    }

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
