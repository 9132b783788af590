//! Tuples.

use crate::heap::{Marker, Trace};
use crate::value::Value;

/// An immutable sequence. Pairs, by far the most frequent, lie in the object itself.
#[derive(Clone, Debug)]
pub struct Tuple {
    items: Items,
}

#[derive(Clone, Debug)]
enum Items {
    Pair([Value; 2]),
    Any(Box<[Value]>),
}

const _: () = assert!(size_of::<Option<Tuple>>() == 32);

impl Tuple {
    pub fn new(items: Box<[Value]>) -> Tuple {
        Tuple { items: Items::Any(items) }
    }

    #[inline]
    pub fn pair(first: Value, second: Value) -> Tuple {
        Tuple { items: Items::Pair([first, second]) }
    }

    #[inline]
    pub fn of(items: &[Value]) -> Tuple {
        match items {
            &[first, second] => Tuple::pair(first, second),
            items => Tuple::new(items.into()),
        }
    }

    #[inline]
    pub fn items(&self) -> &[Value] {
        match &self.items {
            Items::Pair(items) => items,
            Items::Any(items) => items,
        }
    }
}

impl Trace for Tuple {
    fn trace(&self, marker: &mut Marker) {
        marker.values(self.items());
    }

    fn bytes(&self) -> usize {
        match &self.items {
            Items::Pair(_) => 0,
            Items::Any(items) => items.len() * size_of::<Value>(),
        }
    }
}
