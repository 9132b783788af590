//! Storage of heap objects of one type, addressed by small `Copy` handles.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A handle to an object of type `T` in its [`Arena`]: `Copy`, compared by identity.
///
/// It is as large as the payload of a [`crate::value::Value`] has to be.
///
/// A handle stays valid as long as the object is reachable from the roots given to
/// [`crate::heap::Heap::collect`].
pub struct Ref<T> {
    index: u64,
    /// `fn() -> T` keeps handles `Send` and `Copy` whatever `T` is.
    object: PhantomData<fn() -> T>,
}

impl<T> Ref<T> {
    fn new(index: u32) -> Ref<T> {
        Ref { index: u64::from(index), object: PhantomData }
    }

    /// The handle of a slot. Only for a slot whose object is known to live still.
    pub(crate) fn at(index: u32) -> Ref<T> {
        Ref::new(index)
    }

    /// The slot number, usable as an identity (`id(x)`) among objects of the same type.
    pub fn index(self) -> u32 {
        // No arena has more slots: `Ref::new` takes no larger number.
        self.index as u32
    }
}

impl<T> Clone for Ref<T> {
    fn clone(&self) -> Ref<T> {
        *self
    }
}

impl<T> Copy for Ref<T> {}

impl<T> PartialEq for Ref<T> {
    fn eq(&self, other: &Ref<T>) -> bool {
        self.index == other.index
    }
}

impl<T> Eq for Ref<T> {}

impl<T> Hash for Ref<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.index().hash(state);
    }
}

impl<T> fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.index)
    }
}

/// Slots for objects of one type. Freed slots are used again.
///
/// The slots lie in chunks that never move: memory grows with the objects and is touched once, where one vector would be
/// copied each time it doubles. A chunk is an array of known length, so that a slot in it is found without a check.
///
/// Indexing with a handle of a freed object is a bug of the interpreter (a missing root) and panics.
pub struct Arena<T> {
    chunks: Vec<Box<[Option<T>; CHUNK]>>,
    /// How many slots have ever been used; those after them are empty.
    used: usize,
    free: Vec<u32>,
}

/// Slots in a chunk.
const CHUNK: usize = 256;

impl<T> Default for Arena<T> {
    fn default() -> Arena<T> {
        Arena { chunks: Vec::new(), used: 0, free: Vec::new() }
    }
}

impl<T> Arena<T> {
    /// Stores `object`. Programs go through [`crate::heap::Heap::alloc`], which also accounts its memory.
    #[inline]
    pub(crate) fn insert(&mut self, object: T) -> Ref<T> {
        match self.free.pop() {
            Some(index) => {
                self.chunks[index as usize / CHUNK][index as usize % CHUNK] = Some(object);
                Ref::new(index)
            }
            None => self.push(object),
        }
    }

    fn push(&mut self, object: T) -> Ref<T> {
        let index = self.used;
        if index == self.chunks.len() * CHUNK {
            let chunk: Box<[Option<T>]> = (0..CHUNK).map(|_| None).collect();
            self.chunks.extend(<Box<[Option<T>; CHUNK]>>::try_from(chunk).ok());
        }
        self.chunks[index / CHUNK][index % CHUNK] = Some(object);
        self.used += 1;
        Ref::new(u32::try_from(index).expect("an arena holds fewer than 2^32 objects"))
    }

    /// The objects with their handles.
    pub fn iter(&self) -> impl Iterator<Item = (Ref<T>, &T)> {
        let slots = self.chunks.iter().flat_map(|chunk| chunk.iter()).enumerate();
        slots.filter_map(|(index, slot)| Some((Ref::new(u32::try_from(index).ok()?), slot.as_ref()?)))
    }

    /// How many slots exist, used or free.
    pub fn capacity(&self) -> usize {
        self.used
    }

    /// How many objects are stored.
    pub fn len(&self) -> usize {
        self.capacity() - self.free.len()
    }

    /// Frees every object whose slot is not in `live`; returns the sum of `size` over those kept, in bytes.
    pub(crate) fn sweep(&mut self, live: &MarkBits, size: impl Fn(&T) -> usize) -> usize {
        let mut bytes = 0;
        self.free.clear();
        // From the end to the start, so that the first slots are the first to be used again.
        for (number, chunk) in self.chunks.iter_mut().enumerate().rev() {
            let used = (self.used - number * CHUNK).min(CHUNK);
            for (offset, slot) in chunk[..used].iter_mut().enumerate().rev() {
                let index = number * CHUNK + offset;
                match slot {
                    Some(object) if live.contains(index) => bytes += size(object),
                    slot => {
                        *slot = None;
                        // Slots never outnumber `u32::MAX`: `insert` made them.
                        self.free.push(index as u32);
                    }
                }
            }
        }
        bytes
    }
}

impl<T> Index<Ref<T>> for Arena<T> {
    type Output = T;

    #[inline]
    fn index(&self, object: Ref<T>) -> &T {
        let index = object.index as usize;
        self.chunks[index / CHUNK][index % CHUNK].as_ref().expect("a live object")
    }
}

impl<T> IndexMut<Ref<T>> for Arena<T> {
    #[inline]
    fn index_mut(&mut self, object: Ref<T>) -> &mut T {
        let index = object.index as usize;
        self.chunks[index / CHUNK][index % CHUNK].as_mut().expect("a live object")
    }
}

/// One bit for each slot of an arena.
pub(crate) struct MarkBits {
    words: Vec<u64>,
}

impl MarkBits {
    pub(crate) fn new(slots: usize) -> MarkBits {
        MarkBits { words: vec![0; slots.div_ceil(64)] }
    }

    /// Sets the bit; true when it was clear.
    #[inline]
    pub(crate) fn insert(&mut self, index: u32) -> bool {
        let word = &mut self.words[index as usize / 64];
        let bit = 1 << (index % 64);
        let fresh = *word & bit == 0;
        *word |= bit;
        fresh
    }

    fn contains(&self, index: usize) -> bool {
        self.words[index / 64] & (1 << (index % 64)) != 0
    }
}
