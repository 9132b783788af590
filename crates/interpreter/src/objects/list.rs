//! Lists.

use crate::heap::{Marker, Trace};
use crate::value::Value;

/// A mutable sequence.
#[derive(Clone, Debug, Default)]
pub struct List {
    pub items: Vec<Value>,
}

impl List {
    pub fn new(items: Vec<Value>) -> List {
        List { items }
    }
}

impl Trace for List {
    fn trace(&self, marker: &mut Marker) {
        marker.values(&self.items);
    }

    fn bytes(&self) -> usize {
        self.items.capacity() * size_of::<Value>()
    }
}
