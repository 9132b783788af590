//! Live views of a dict's keys, values and items.

use crate::heap::{Marker, Trace};
use crate::objects::Dict;
use crate::value::{Ref, Value};

/// What a [`View`] shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewKind {
    Keys,
    Values,
    Items,
}

/// `d.keys()`, `d.values()` or `d.items()`.
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub dict: Ref<Dict>,
    pub kind: ViewKind,
}

impl View {
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            ViewKind::Keys => "dict_keys",
            ViewKind::Values => "dict_values",
            ViewKind::Items => "dict_items",
        }
    }
}

impl Trace for View {
    fn trace(&self, marker: &mut Marker) {
        marker.value(Value::Dict(self.dict));
    }
}
