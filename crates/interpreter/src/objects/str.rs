//! Immutable text.

use std::cell::{Cell, OnceCell};
use std::hash::Hasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHasher;

use super::text::{INLINE, Text, joined};
use crate::heap::{Marker, Trace};

/// A string: UTF-8 text with its number of characters, so that ASCII text is indexed in constant time.
///
/// Programs make many short strings: up to 23 bytes lie in the object itself, and what only few strings need is apart.
#[derive(Clone, Debug)]
pub struct Str {
    /// Set when first asked for; until then a long concatenation is only in the buffer.
    text: OnceCell<Text>,
    rare: OnceCell<Arc<Rare>>,
    /// In characters (Unicode scalar values).
    chars: u32,
    /// In bytes.
    len: u32,
    /// Zero until first asked for.
    hash: Cell<u32>,
    is_ascii: bool,
}

const _: () = assert!(size_of::<Option<Str>>() == 48);

/// What only long strings have. Strings that were made by appending to each other share it.
#[derive(Debug, Default)]
struct Rare {
    /// Text that starts with that of each string that shares this. The longest of them appends in place.
    buffer: Mutex<String>,
    /// The byte offset of every [`STRIDE`]th character of longer text beyond ASCII, made as far as it was asked for, so
    /// that going through such text by index takes linear time.
    offsets: Mutex<Vec<u32>>,
}

/// What a lock guards is whole even if a thread ended while it held the lock: each change is one call.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Concatenations of fewer bytes are joined at once.
const JOINED_AT_ONCE: usize = 1024;

/// Characters between two entries of the table of offsets.
const STRIDE: usize = 64;

/// A length as it is stored: the heap allows no object of 4 GiB.
fn stored(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl Str {
    #[inline]
    pub fn new(text: Text) -> Str {
        let characters = text.as_str();
        let chars = if characters.is_ascii() { characters.len() } else { characters.chars().count() };
        Str::of(text, chars)
    }

    #[inline]
    fn of(text: Text, chars: usize) -> Str {
        let len = text.as_str().len();
        Str {
            text: OnceCell::from(text),
            rare: OnceCell::new(),
            chars: stored(chars),
            len: stored(len),
            hash: Cell::new(0),
            is_ascii: chars == len,
        }
    }

    /// The text between two byte offsets, which lie between characters.
    #[inline]
    pub fn part(&self, start: usize, end: usize) -> Str {
        let text = &self.as_str()[start..end];
        // Parts of ASCII text are not looked through.
        let chars = if self.is_ascii() || text.is_ascii() { text.len() } else { text.chars().count() };
        Str::of(text.into(), chars)
    }

    /// The text of several strings one after the other; `len` is the sum of their lengths in bytes.
    pub fn joined<'a>(parts: impl Iterator<Item = &'a Str> + Clone, len: usize) -> Str {
        let chars = parts.clone().map(Str::chars).sum();
        Str::of(joined(parts.map(Str::as_str), len), chars)
    }

    /// The concatenation of two strings, and the memory it took that [`Trace::new_bytes`] does not tell, in bytes.
    pub fn concat(left: &Str, right: &Str) -> (Str, usize) {
        let (len, chars) = (left.len() + right.len(), left.chars() + right.chars());
        if len < JOINED_AT_ONCE {
            return (Str::of(joined([left.as_str(), right.as_str()], len), chars), 0);
        }
        let mut bytes = right.len();
        // Text that is read between two steps is copied from the buffer each time.
        if left.text.get().is_some() {
            bytes += left.len();
        }
        let rare = left.buffer_to_append();
        locked(&rare.buffer).push_str(right.as_str());
        let text = Str {
            text: OnceCell::new(),
            rare: OnceCell::from(rare),
            chars: stored(chars),
            len: stored(len),
            hash: Cell::new(0),
            is_ascii: chars == len,
        };
        (text, bytes)
    }

    /// A buffer that holds this text and nothing after it: its own, unless another string was appended there.
    fn buffer_to_append(&self) -> Arc<Rare> {
        if let Some(rare) = self.rare.get()
            && locked(&rare.buffer).len() == self.len()
        {
            return Arc::clone(rare);
        }
        let mut buffer = String::with_capacity(2 * self.len());
        buffer.push_str(self.as_str());
        Arc::new(Rare { buffer: Mutex::new(buffer), offsets: Mutex::default() })
    }

    #[inline]
    pub fn as_str(&self) -> &str {
        self.text.get_or_init(|| self.join()).as_str()
    }

    /// The length in bytes.
    #[inline]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// The text from the buffer.
    #[cold]
    fn join(&self) -> Text {
        self.rare.get().map_or_else(|| "".into(), |rare| Text::from(&locked(&rare.buffer)[..self.len()]))
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
            let text = self.as_str();
            let mut offsets = locked(&self.rare.get_or_init(Arc::default).offsets);
            let known = offsets.last().map_or(0, |last| *last as usize);
            if offsets.len() <= index / STRIDE {
                // The last one known is found again.
                let found = text[known..].char_indices().step_by(STRIDE).map(|(offset, _)| stored(known + offset));
                let missing = index / STRIDE + 1;
                offsets.pop();
                let count = missing - offsets.len();
                offsets.extend(found.take(count));
            }
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

impl Trace for Str {
    const LEAF: bool = true;

    fn trace(&self, _: &mut Marker) {}

    fn bytes(&self) -> usize {
        let text = if self.len() <= INLINE || self.text.get().is_none() { 0 } else { self.len() };
        let Some(rare) = self.rare.get() else { return text };
        // Of the strings that share a buffer, the longest counts it.
        let buffer = locked(&rare.buffer);
        text + if buffer.len() == self.len() { buffer.capacity() + size_of::<Rare>() } else { 0 }
    }

    #[inline]
    fn new_bytes(&self) -> usize {
        match self.rare.get() {
            None if self.len() <= INLINE => 0,
            None => self.len(),
            // [`Str::concat`] tells what that took.
            Some(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_concatenations_share_their_buffer() {
        let (mut expected, mut text) = (String::new(), Str::new("".into()));
        let mut kept = Vec::new();
        for step in 0..2000 {
            let part = format!("é{step} ");
            text = Str::concat(&text, &Str::new(part.as_str().into())).0;
            expected.push_str(&part);
            if step % 500 == 0 {
                kept.push((text.clone(), expected.clone()));
            }
        }
        kept.push((text, expected));
        for (text, expected) in kept {
            assert_eq!((text.chars(), text.len()), (expected.chars().count(), expected.len()));
            assert_eq!(text.as_str(), expected);
            // Appending to the middle of a buffer leaves what was appended before as it is.
            let (other, _) = Str::concat(&text, &Str::new("!".into()));
            assert_eq!(other.as_str(), format!("{expected}!"));
            assert_eq!(text.as_str(), expected);
        }
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
