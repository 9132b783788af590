//! Immutable text.

use std::cell::{Cell, OnceCell, RefCell};
use std::hash::Hasher;
use std::sync::Arc;

use rustc_hash::FxHasher;
use smol_str::SmolStr;

use crate::heap::{Marker, Trace};

/// A string: UTF-8 text with its number of characters, so that ASCII text is indexed in constant time.
///
/// Programs make many short strings: up to 23 bytes lie in the object itself, and what only few strings need is apart.
#[derive(Clone, Debug)]
pub struct Str {
    /// Set when first asked for; until then a long concatenation is only its pieces.
    text: OnceCell<SmolStr>,
    rare: OnceCell<Box<Rare>>,
    /// In characters (Unicode scalar values).
    chars: u32,
    /// In bytes.
    len: u32,
    /// Zero until first asked for.
    hash: Cell<u32>,
    is_ascii: bool,
}

const _: () = assert!(size_of::<Option<Str>>() == 48);

/// What only long strings have.
#[derive(Clone, Debug, Default)]
struct Rare {
    pieces: RefCell<Option<Arc<Piece>>>,
    /// The byte offset of every [`STRIDE`]th character of longer text beyond ASCII, made when first
    /// asked for, so that going through such text by index takes linear time.
    offsets: OnceCell<Box<[u32]>>,
}

/// The end of a concatenation that is not joined yet, and what comes before it. Strings made by
/// appending again and again share their pieces, so that each step costs what it appends.
#[derive(Debug)]
struct Piece {
    before: Option<Arc<Piece>>,
    text: SmolStr,
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

/// Text that lies in the object itself, in bytes.
const INLINE: usize = 23;

/// A length as it is stored: the heap allows no object of 4 GiB.
fn stored(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl Str {
    pub fn new(text: SmolStr) -> Str {
        let chars = if text.is_ascii() { text.len() } else { text.chars().count() };
        Str::of(text, chars)
    }

    #[inline]
    fn of(text: SmolStr, chars: usize) -> Str {
        let len = text.len();
        Str {
            text: OnceCell::from(text),
            rare: OnceCell::new(),
            chars: stored(chars),
            len: stored(len),
            hash: Cell::new(0),
            is_ascii: chars == len,
        }
    }

    /// The concatenation of two strings.
    pub fn concat(left: &Str, right: &Str) -> Str {
        let (len, chars) = (left.len() + right.len(), left.chars() + right.chars());
        if len <= INLINE {
            let mut bytes = [0; INLINE];
            bytes[..left.len()].copy_from_slice(left.as_str().as_bytes());
            bytes[left.len()..len].copy_from_slice(right.as_str().as_bytes());
            if let Ok(text) = str::from_utf8(&bytes[..len]) {
                return Str::of(SmolStr::new_inline(text), chars);
            }
        }
        if len < JOINED_AT_ONCE {
            let mut text = String::with_capacity(len);
            text.push_str(left.as_str());
            text.push_str(right.as_str());
            return Str::of(text.into(), chars);
        }
        let before = match left.rare.get().and_then(|rare| rare.pieces.borrow().as_ref().map(Arc::clone)) {
            Some(pieces) => pieces,
            None => Arc::new(Piece { before: None, text: left.shared(), count: 1 }),
        };
        let count = before.count + 1;
        let last = Piece { before: Some(before), text: right.shared(), count };
        let rare = Rare { pieces: RefCell::new(Some(Arc::new(last))), offsets: OnceCell::new() };
        Str {
            text: OnceCell::new(),
            rare: OnceCell::from(Box::new(rare)),
            chars: stored(chars),
            len: stored(len),
            hash: Cell::new(0),
            is_ascii: chars == len,
        }
    }

    /// The text without a copy.
    fn shared(&self) -> SmolStr {
        self.text.get_or_init(|| self.join()).clone()
    }

    #[inline]
    pub fn as_str(&self) -> &str {
        self.text.get_or_init(|| self.join())
    }

    /// The length in bytes.
    #[inline]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// The text of the pieces, which are not needed after.
    #[cold]
    fn join(&self) -> SmolStr {
        let pieces = self.rare.get().and_then(|rare| rare.pieces.borrow_mut().take());
        let mut parts = Vec::with_capacity(pieces.as_ref().map_or(0, |last| last.count));
        let mut next = pieces.as_deref();
        while let Some(piece) = next {
            parts.push(piece.text.as_str());
            next = piece.before.as_deref();
        }
        let mut text = String::with_capacity(self.len());
        text.extend(parts.into_iter().rev());
        text.into()
    }

    /// The length in characters.
    #[inline]
    pub fn chars(&self) -> usize {
        self.chars as usize
    }

    #[inline]
    pub fn is_ascii(&self) -> bool {
        self.is_ascii
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
            return index.min(self.len());
        }
        if index >= self.chars() {
            return self.len();
        }
        let from = if index < STRIDE {
            0
        } else {
            let offsets = self.rare.get_or_init(Box::default).offsets.get_or_init(|| {
                self.as_str().char_indices().step_by(STRIDE).map(|(offset, _)| stored(offset)).collect()
            });
            offsets.get(index / STRIDE).map_or(0, |offset| *offset as usize)
        };
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
        let mut hash = self.hash.get();
        if hash == 0 {
            let mut hasher = FxHasher::default();
            hasher.write(self.as_str().as_bytes());
            hash = (((hasher.finish() >> 16) as u32) ^ (hasher.finish() as u32)).max(1);
            self.hash.set(hash);
        }
        // Tables look at the highest bits first.
        u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

/// What one piece takes beside its text: the piece with its reference counts.
const PIECE_BYTES: usize = size_of::<Piece>() + 2 * size_of::<usize>();

impl Trace for Str {
    const LEAF: bool = true;

    fn trace(&self, _: &mut Marker) {}

    fn bytes(&self) -> usize {
        let Some(rare) = self.rare.get() else { return if self.len() <= INLINE { 0 } else { self.len() } };
        let pieces = rare.pieces.borrow().as_ref().map_or(0, |last| last.count * PIECE_BYTES);
        self.len() + pieces + size_of::<Rare>()
    }

    #[inline]
    fn new_bytes(&self) -> usize {
        let Some(rare) = self.rare.get() else { return if self.len() <= INLINE { 0 } else { self.len() } };
        match rare.pieces.borrow().as_ref() {
            // The pieces before the last one exist already.
            Some(last) => last.text.len() + PIECE_BYTES + size_of::<Rare>(),
            None => self.len(),
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
            assert!(text.bytes() < expected.len() + 100, "the pieces are gone once the text is joined");
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
