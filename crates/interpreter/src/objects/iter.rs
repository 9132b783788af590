//! Iterators over the builtin collections.

use crate::heap::{Marker, Trace};
use crate::objects::{Bytes, Dict, List, Set, Str, Tuple, ViewKind};
use crate::value::{Ref, Value};

/// The state of an iterator; [`crate::ops::iter_next`] advances it.
#[derive(Clone, Debug)]
pub enum Iter {
    /// Has given all its values.
    Done,
    List {
        list: Ref<List>,
        next: usize,
    },
    /// From the end to the start; `left` values remain.
    ListReversed {
        list: Ref<List>,
        left: usize,
    },
    Tuple {
        tuple: Ref<Tuple>,
        next: usize,
    },
    /// `next` is a byte offset.
    Str {
        text: Ref<Str>,
        next: usize,
    },
    Bytes {
        bytes: Ref<Bytes>,
        next: usize,
    },
    Range {
        next: i64,
        left: u64,
        step: i64,
    },
    Dict {
        dict: Ref<Dict>,
        kind: ViewKind,
        /// A position in the table.
        next: usize,
        /// The length the dict had at the start: a different one is an error.
        len: usize,
        /// How many entries are to come, unless others have taken the places of some.
        left: usize,
    },
    /// From the last entry to the first; positions below `left` remain.
    DictReversed {
        dict: Ref<Dict>,
        kind: ViewKind,
        left: usize,
        len: usize,
    },
    Set {
        set: Ref<Set>,
        next: usize,
        len: usize,
    },
    /// Pairs of a counter and the values of another iterator.
    Enumerate {
        inner: Ref<Iter>,
        /// Always an int, possibly a big one.
        count: Value,
        depth: u32,
    },
    Zip {
        inner: Box<[Ref<Iter>]>,
        strict: bool,
        depth: u32,
    },
}

impl Iter {
    /// How many iterators are nested in each other here, this one included.
    pub fn depth(&self) -> u32 {
        match self {
            Iter::Enumerate { depth, .. } | Iter::Zip { depth, .. } => *depth,
            _ => 1,
        }
    }

    pub fn type_name(&self) -> &'static str {
        match self {
            Iter::Done => "iterator",
            Iter::List { .. } => "list_iterator",
            Iter::ListReversed { .. } => "list_reverseiterator",
            Iter::Tuple { .. } => "tuple_iterator",
            Iter::Str { .. } => "str_iterator",
            Iter::Bytes { .. } => "bytes_iterator",
            Iter::Range { .. } => "range_iterator",
            Iter::Dict { kind, .. } => match kind {
                ViewKind::Keys => "dict_keyiterator",
                ViewKind::Values => "dict_valueiterator",
                ViewKind::Items => "dict_itemiterator",
            },
            Iter::DictReversed { kind, .. } => match kind {
                ViewKind::Keys => "dict_reversekeyiterator",
                ViewKind::Values => "dict_reversevalueiterator",
                ViewKind::Items => "dict_reverseitemiterator",
            },
            Iter::Set { .. } => "set_iterator",
            Iter::Enumerate { .. } => "enumerate",
            Iter::Zip { .. } => "zip",
        }
    }
}

impl Trace for Iter {
    fn trace(&self, marker: &mut Marker) {
        match self {
            Iter::Done | Iter::Range { .. } => {}
            Iter::List { list, .. } | Iter::ListReversed { list, .. } => marker.object(*list),
            Iter::Tuple { tuple, .. } => marker.object(*tuple),
            Iter::Str { text, .. } => marker.object(*text),
            Iter::Bytes { bytes, .. } => marker.object(*bytes),
            Iter::Dict { dict, .. } | Iter::DictReversed { dict, .. } => marker.object(*dict),
            Iter::Set { set, .. } => marker.object(*set),
            Iter::Enumerate { inner, count, .. } => {
                marker.object(*inner);
                marker.value(*count);
            }
            Iter::Zip { inner, .. } => {
                for iter in inner {
                    marker.object(*iter);
                }
            }
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Iter::Zip { inner, .. } => inner.len() * size_of::<Ref<Iter>>(),
            _ => 0,
        }
    }
}
