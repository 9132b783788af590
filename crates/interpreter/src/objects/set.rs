//! Sets.

use crate::heap::{Marker, Trace};
use crate::objects::Table;

/// A mutable set in insertion order. Members are looked up by [`crate::ops::set_contains`].
#[derive(Clone, Debug, Default)]
pub struct Set {
    pub table: Table<()>,
}

impl Trace for Set {
    fn trace(&self, marker: &mut Marker) {
        for entry in self.table.iter() {
            marker.value(entry.key);
        }
    }

    fn bytes(&self) -> usize {
        self.table.bytes()
    }
}
