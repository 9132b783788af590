//! Tuples.

use crate::heap::{Marker, Trace};
use crate::value::Value;

/// An immutable sequence.
#[derive(Clone, Debug)]
pub struct Tuple {
    items: Box<[Value]>,
}

impl Tuple {
    pub fn new(items: Box<[Value]>) -> Tuple {
        Tuple { items }
    }

    #[inline]
    pub fn items(&self) -> &[Value] {
        &self.items
    }
}

impl Trace for Tuple {
    fn trace(&self, marker: &mut Marker) {
        marker.values(&self.items);
    }

    fn bytes(&self) -> usize {
        self.items.len() * size_of::<Value>()
    }
}
