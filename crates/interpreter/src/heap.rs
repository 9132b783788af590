//! The heap: one arena for each object type, memory accounting, and mark-and-sweep collection.
//!
//! Collection happens only when the virtual machine asks for it between two instructions, so
//! builtins may hold handles in local variables without registering them.

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

use crate::arena::{Arena, MarkBits, Ref};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::limits::Limit;
use crate::meter::{Meter, UNITS_PER_STEP};
use crate::objects::text::Text;
use crate::objects::{
    BigInt, BoundMethod, Bytes, Cell, Dict, Exception, Function, Iter, List, Module, Native, NativeRef, Pipeline,
    Promise, Range, Record, RecordType, Set, Str, Tuple, View,
};
use crate::ops::protocol::Answers;
use crate::value::Value;

/// What the collector needs to know of an object type.
pub trait Trace {
    /// True when objects of this type never hold values, so that tracing them can be skipped.
    const LEAF: bool = false;

    /// Marks every value the object holds.
    fn trace(&self, marker: &mut Marker);

    /// Approximate memory held outside the slot itself, in bytes.
    fn bytes(&self) -> usize {
        0
    }

    /// The part of [`Trace::bytes`] that making the object took, where it shares the rest with others.
    fn new_bytes(&self) -> usize {
        self.bytes()
    }
}

/// An object type that has an arena in [`Heap`].
pub trait HeapObject: Trace + Sized {
    /// The arena of this type.
    fn arena(heap: &mut Heap) -> &mut Arena<Self>;
    /// The value that names the object.
    fn value(object: Ref<Self>) -> Value;
}

/// Bytes allocated before the first collection is due.
const FIRST_COLLECTION: usize = 2 << 20;

macro_rules! arenas {
    ($($field:ident: $variant:ident),* $(,)?) => {
        /// All objects of one virtual machine.
        ///
        /// The arenas are public fields so that borrows of different object types can be split.
        pub struct Heap {
            $(
                #[doc = concat!("Objects of type [`", stringify!($variant), "`].")]
                pub $field: Arena<$variant>,
            )*
            interned: HashTable<Ref<Str>>,
            /// The strings of one ASCII character, by its code; empty until the first is asked for.
            ascii: Vec<Ref<Str>>,
            /// Bytes that the last collection left.
            retained: usize,
            /// Bytes allocated since.
            allocated: usize,
            /// `allocated` at which the next collection is due.
            threshold: usize,
            limit: usize,
            meter: Meter,
            /// How many NaNs were made that are objects of their own.
            nans: u64,
            /// What the program has answered to the instruction that runs.
            pub answers: Answers,
            /// There may be promises somewhere among the values.
            pub has_promises: bool,
        }

        impl Default for Heap {
            fn default() -> Heap {
                Heap {
                    $($field: Arena::default(),)*
                    interned: HashTable::new(),
                    ascii: Vec::new(),
                    retained: 0,
                    allocated: 0,
                    threshold: FIRST_COLLECTION,
                    limit: usize::MAX,
                    meter: Meter::default(),
                    nans: 0,
                    answers: Answers::default(),
                    has_promises: false,
                }
            }
        }

        $(
            impl HeapObject for $variant {
                fn arena(heap: &mut Heap) -> &mut Arena<$variant> {
                    &mut heap.$field
                }

                fn value(object: Ref<$variant>) -> Value {
                    Value::$variant(object.into())
                }
            }
        )*

        /// Collects the reachable objects; given to the roots' owner by [`Heap::collect`].
        pub struct Marker {
            /// Objects marked but not yet traced: an explicit stack, so that depth costs no Rust stack.
            pending: Vec<Value>,
            $($field: MarkBits,)*
        }

        impl Marker {
            fn new(heap: &Heap) -> Marker {
                Marker { pending: Vec::new(), $($field: MarkBits::new(heap.$field.capacity()),)* }
            }

            /// Marks `value` and, before the collection ends, everything reachable from it.
            #[inline]
            pub fn value(&mut self, value: Value) {
                match value {
                    $(
                        Value::$variant(object) => {
                            let fresh = self.$field.insert(object.index());
                            if fresh && !<$variant as Trace>::LEAF {
                                self.pending.push(value);
                            }
                        }
                    )*
                    Value::FrozenSet(set) => self.value(Value::Set(set)),
                    _ => {}
                }
            }
        }

        impl Heap {
            fn trace(&self, value: Value, marker: &mut Marker) {
                match value {
                    $(Value::$variant(object) => self.$field[object].trace(marker),)*
                    _ => {}
                }
            }

            fn sweep(&mut self, marker: &Marker) -> usize {
                let mut bytes = 0;
                $(
                    bytes += self.$field.sweep(&marker.$field, |object| size_of::<Option<$variant>>() + object.bytes());
                )*
                bytes
            }
        }
    };
}

arenas! {
    bigints: BigInt,
    strs: Str,
    byte_strings: Bytes,
    lists: List,
    tuples: Tuple,
    dicts: Dict,
    sets: Set,
    ranges: Range,
    iters: Iter,
    views: View,
    cells: Cell,
    functions: Function,
    bound_methods: BoundMethod,
    pipelines: Pipeline,
    exceptions: Exception,
    record_types: RecordType,
    records: Record,
    modules: Module,
    natives: Native,
    promises: Promise,
}

impl Marker {
    /// Marks an object by its handle.
    pub fn object<T: HeapObject>(&mut self, object: Ref<T>) {
        self.value(T::value(object));
    }

    /// Marks every value of a slice.
    pub fn values(&mut self, values: &[Value]) {
        for value in values {
            self.value(*value);
        }
    }
}

impl Heap {
    /// An empty heap without a memory limit.
    pub fn new() -> Heap {
        Heap::default()
    }

    /// Stores `object` and accounts its memory.
    #[inline]
    pub fn alloc<T: HeapObject>(&mut self, object: T) -> Ref<T> {
        self.allocated += size_of::<Option<T>>() + object.new_bytes();
        T::arena(self).insert(object)
    }

    /// A new string value.
    pub fn new_str(&mut self, text: impl Into<Text>) -> Value {
        Value::Str(self.alloc(Str::new(text.into())))
    }

    /// A part of a string, between two byte offsets, as a string.
    #[inline]
    pub fn new_part(&mut self, whole: Ref<Str>, start: usize, end: usize) -> Value {
        if end == start + 1 {
            // A character of one byte is ASCII, and shared.
            let byte = self.str(whole).as_bytes()[start];
            return self.char_str(char::from(byte));
        }
        let part = self.strs[whole].part(start, end);
        Value::Str(self.alloc(part))
    }

    /// The decimal digits of an int as a string.
    pub fn new_int_text(&mut self, int: i64) -> Value {
        let mut digits = itoa::Buffer::new();
        self.new_str(digits.format(int))
    }

    /// A new list value.
    pub fn new_list(&mut self, items: Vec<Value>) -> Value {
        Value::List(self.alloc(List::new(items)))
    }

    /// A new tuple value.
    pub fn new_tuple(&mut self, items: impl Into<Box<[Value]>>) -> Value {
        let items = items.into();
        let tuple = if let &[first, second] = &*items { Tuple::pair(first, second) } else { Tuple::new(items) };
        Value::Tuple(self.alloc(tuple))
    }

    /// A new tuple of two.
    #[inline]
    pub fn new_pair(&mut self, first: Value, second: Value) -> Value {
        Value::Tuple(self.alloc(Tuple::pair(first, second)))
    }

    /// A new bytes value.
    pub fn new_bytes(&mut self, bytes: impl Into<Box<[u8]>>) -> Value {
        Value::Bytes(self.alloc(Bytes::new(bytes.into())))
    }

    /// A new, empty dict. Fill it with [`crate::ops::dict_insert`].
    pub fn new_dict(&mut self) -> Ref<Dict> {
        self.alloc(Dict::default())
    }

    /// A new, empty set. Fill it with [`crate::ops::set_insert`].
    pub fn new_set(&mut self) -> Ref<Set> {
        self.alloc(Set::default())
    }

    /// A new object of a library module.
    pub fn new_native(&mut self, object: Native) -> Value {
        let tag = object.tag();
        Value::Native(NativeRef::new(self.alloc(object), tag))
    }

    /// An integer value of any size, in its one representation.
    pub fn new_int(&mut self, int: BigInt) -> Value {
        match i64::try_from(&int) {
            Ok(small) => Value::Int(small),
            Err(_) => Value::BigInt(self.alloc(int)),
        }
    }

    /// A NaN that is the same as no other: `x is y` tells NaNs apart by the bits that have no other meaning.
    pub fn new_nan(&mut self) -> Value {
        const PAYLOAD: u64 = (1 << 51) - 1;
        self.nans = self.nans.wrapping_add(1) & PAYLOAD;
        Value::float(f64::from_bits(f64::NAN.to_bits() | self.nans))
    }

    /// The text of a string object.
    #[inline]
    pub fn str(&self, text: Ref<Str>) -> &str {
        self.strs[text].as_str()
    }

    /// The text of `value` when it is a string.
    #[inline]
    pub fn as_str(&self, value: Value) -> Option<&str> {
        match value {
            Value::Str(text) => Some(self.str(text)),
            _ => None,
        }
    }

    /// The one shared string object with this text, kept for the life of the heap: for names and constants.
    pub fn intern(&mut self, text: &str) -> Ref<Str> {
        let hash = FxBuildHasher.hash_one(text);
        if let Some(found) = self.interned.find(hash, |r| self.strs[*r].as_str() == text) {
            return *found;
        }
        let object = self.alloc(Str::new(text.into()));
        let strs = &self.strs;
        self.interned.insert_unique(hash, object, |r| FxBuildHasher.hash_one(strs[*r].as_str()));
        object
    }

    /// The interned string with this text, if there is one. Does not grow the table, so it is safe
    /// for text that programs make up.
    pub fn find_interned(&self, text: &str) -> Option<Ref<Str>> {
        self.interned.find(FxBuildHasher.hash_one(text), |r| self.strs[*r].as_str() == text).copied()
    }

    /// The string of one character; ASCII ones are shared.
    #[inline]
    pub fn char_str(&mut self, c: char) -> Value {
        match self.ascii.get(c as usize) {
            Some(text) => Value::Str(*text),
            None => self.new_char_str(c),
        }
    }

    #[cold]
    fn new_char_str(&mut self, c: char) -> Value {
        if c.is_ascii() {
            self.ascii = (0..128_u8).map(|code| self.intern(char::from(code).encode_utf8(&mut [0; 4]))).collect();
            return self.char_str(c);
        }
        self.new_str(&*c.encode_utf8(&mut [0; 4]))
    }

    /// Approximate bytes in use: what the last collection left plus what was allocated since.
    #[inline]
    pub fn bytes(&self) -> usize {
        self.retained.saturating_add(self.allocated)
    }

    /// Whether a collection is due (checked by the virtual machine at safepoints).
    #[inline]
    pub fn should_collect(&self) -> bool {
        self.allocated >= self.threshold
    }

    /// No collection is due until [`Heap::resume_collection`] gets back what this gives.
    pub(crate) fn defer_collection(&mut self) -> usize {
        std::mem::replace(&mut self.threshold, usize::MAX)
    }

    pub(crate) fn resume_collection(&mut self, threshold: usize) {
        self.threshold = threshold;
    }

    /// Accounts growth of an existing object (a list that was appended to), in bytes.
    #[inline]
    pub fn charge(&mut self, bytes: usize) {
        self.allocated = self.allocated.saturating_add(bytes);
    }

    /// Sets the memory limit in bytes. Large single allocations are refused at once
    /// ([`Heap::ensure`]); the sum is checked by the virtual machine at safepoints.
    pub fn set_limit(&mut self, bytes: usize) {
        self.limit = bytes;
    }

    /// Checks that all there is, and `others` bytes that are kept elsewhere, stay below the limit.
    ///
    /// # Errors
    /// `MemoryError` otherwise.
    pub fn within_limit(&self, others: usize) -> Res<()> {
        if self.bytes().saturating_add(others) > self.limit { Err(self.limit_passed()) } else { Ok(()) }
    }

    /// The error of a program that passed its memory limit.
    pub fn limit_passed(&self) -> Raise {
        Raise::limit(Limit::Memory, format!("the program passed its memory limit of {} bytes", self.limit))
    }

    /// Checks that an allocation of `bytes` stays below the limit.
    ///
    /// # Errors
    /// `MemoryError` otherwise.
    pub fn ensure(&self, bytes: usize) -> Res<()> {
        // No single object may pass this, whatever the limit: the allocator would abort the process.
        const LARGEST_OBJECT: usize = (4 << 30) - 1;
        if self.bytes().saturating_add(bytes) > self.limit {
            let message = format!("out of memory: an object of {bytes} bytes passes the memory limit");
            return Err(Raise::limit(Limit::Memory, message));
        }
        if bytes > LARGEST_OBJECT {
            let message = format!("out of memory: an object of {bytes} bytes is larger than any may be");
            return Err(Raise::new(ExceptionKind::MemoryError, message));
        }
        Ok(())
    }

    /// Counts native work that a program can make long, before it is done.
    ///
    /// # Errors
    /// `RuntimeError` when the limit of steps is passed, `CancelledError` when the run is cancelled.
    #[inline]
    pub fn work(&self, units: usize) -> Res<()> {
        self.meter.work(units)
    }

    /// Counts a step of a loop that a builtin makes over an iterator that may be long.
    ///
    /// # Errors
    /// As [`Heap::work`].
    #[inline]
    pub fn count_step(&self) -> Res<()> {
        self.meter.work(UNITS_PER_STEP)
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Frees every object that is not reachable from the marked roots. Interned strings stay.
    pub fn collect(&mut self, roots: impl FnOnce(&mut Marker)) {
        let mut marker = Marker::new(self);
        for text in &self.interned {
            marker.value(Value::Str(*text));
        }
        self.answers.values().for_each(|answer| marker.value(answer));
        roots(&mut marker);
        while let Some(value) = marker.pending.pop() {
            self.trace(value, &mut marker);
        }
        self.retained = self.sweep(&marker);
        self.has_promises = self.promises.len() > 0;
        self.allocated = 0;
        self.threshold = (self.retained / 4 * 3).max(FIRST_COLLECTION);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops;

    #[test]
    fn collection_keeps_what_the_roots_reach_and_frees_cycles() {
        let heap = &mut Heap::new();
        let kept = heap.new_str("kept");
        let root = heap.new_list(vec![kept]);
        let garbage = heap.new_list(vec![]);
        if let Value::List(list) = garbage {
            heap.lists[list].items.push(garbage);
        }
        heap.new_str("garbage");
        heap.intern("name");
        assert_eq!((heap.lists.len(), heap.strs.len()), (2, 3));
        heap.collect(|marker| marker.value(root));
        assert_eq!((heap.lists.len(), heap.strs.len()), (1, 2));
        assert_eq!(ops::repr(heap, root).unwrap(), "['kept']");
        assert!(heap.find_interned("name").is_some());
        // The freed slot is used again.
        heap.new_list(vec![]);
        assert_eq!(heap.lists.capacity(), 2);
    }

    #[test]
    fn a_long_chain_costs_no_stack() {
        let heap = &mut Heap::new();
        let mut chain = Value::None;
        for _ in 0..1_000_000 {
            chain = heap.new_tuple([chain]);
        }
        heap.collect(|marker| marker.value(chain));
        assert_eq!(heap.tuples.len(), 1_000_000);
        heap.collect(|_| {});
        assert_eq!(heap.tuples.len(), 0);
        assert!(heap.bytes() < 1000);
    }

    #[test]
    fn equal_text_is_interned_once() {
        let heap = &mut Heap::new();
        let (a, b) = (heap.intern("name"), heap.intern("name"));
        assert!(a == b);
        assert!(heap.find_interned("other").is_none());
    }

    #[test]
    fn an_int_has_one_representation() {
        let heap = &mut Heap::new();
        let max = heap.new_int(BigInt::from(i64::MAX));
        let above = heap.new_int(BigInt::from(i64::MAX) + 1);
        assert!(matches!(max, Value::Int(i64::MAX)));
        assert!(matches!(above, Value::BigInt(_)));
        let back = ops::binary(heap, ops::BinaryOp::Subtract, above, Value::Int(1)).unwrap();
        assert!(matches!(back, Value::Int(i64::MAX)));
    }
}
