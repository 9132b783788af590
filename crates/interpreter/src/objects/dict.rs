//! Dicts.

use crate::heap::{Marker, Trace};
use crate::objects::Table;
use crate::value::Value;

/// A mutable mapping in insertion order. Keys are looked up by [`crate::ops::dict_get`].
#[derive(Clone, Debug, Default)]
pub struct Dict {
    pub table: Table<Value>,
}

impl Trace for Dict {
    fn trace(&self, marker: &mut Marker) {
        for entry in self.table.iter() {
            marker.value(entry.key);
            marker.value(entry.value);
        }
    }

    fn bytes(&self) -> usize {
        self.table.bytes()
    }
}
