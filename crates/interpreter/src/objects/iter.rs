//! Iterators over the builtin collections.

use crate::heap::{Marker, Trace};
use crate::objects::{Bytes, Dict, List, Set, Str, Tool, Tuple, ViewKind};
use crate::value::{Ref, Value};

/// What an iterator holds beside its own state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nest {
    /// How many iterators are nested in each other, this one included.
    pub depth: u16,
    /// Functions of the program may give its values, so that only the virtual machine can take them.
    pub calls: bool,
    pub endless: bool,
}

impl Nest {
    pub const PLAIN: Nest = Nest { depth: 1, calls: false, endless: false };

    /// Must the values be taken one by one by running code, instead of all at once by a builtin?
    pub fn is_open(self) -> bool {
        self.calls || self.endless
    }
}

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
        nest: Nest,
    },
    Zip {
        inner: Box<[Ref<Iter>]>,
        strict: bool,
        nest: Nest,
        /// The first values of a tuple whose others are to come.
        partial: Box<[Value]>,
    },
    Tool(Box<Tool>),
}

impl Iter {
    /// What the iterator is made of.
    pub fn nest(&self) -> Nest {
        match self {
            Iter::Enumerate { nest, .. } | Iter::Zip { nest, .. } => *nest,
            Iter::Tool(tool) => tool.nest,
            _ => Nest::PLAIN,
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
            Iter::Tool(tool) => tool.type_name(),
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
            Iter::Zip { inner, partial, .. } => {
                for iter in inner {
                    marker.object(*iter);
                }
                marker.values(partial);
            }
            Iter::Tool(tool) => tool.trace(marker),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Iter::Zip { inner, .. } => inner.len() * size_of::<Ref<Iter>>(),
            Iter::Tool(tool) => tool.bytes(),
            _ => 0,
        }
    }
}
