//! The place of a local variable that an inner function uses too.

use crate::heap::{Marker, Trace};
use crate::value::Value;

/// Holds [`Value::Unset`] until the variable is first assigned.
#[derive(Debug, Clone)]
pub struct Cell {
    pub value: Value,
}

impl Trace for Cell {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.value);
    }
}
