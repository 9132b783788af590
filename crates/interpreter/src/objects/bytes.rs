//! Immutable byte strings.

use crate::heap::{Marker, Trace};

/// A byte string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes {
    bytes: Box<[u8]>,
}

impl Bytes {
    pub fn new(bytes: Box<[u8]>) -> Bytes {
        Bytes { bytes }
    }

    pub fn as_slice(&self) -> &[u8] {
        &self.bytes
    }
}

impl Trace for Bytes {
    const LEAF: bool = true;

    fn trace(&self, _: &mut Marker) {}

    fn bytes(&self) -> usize {
        self.bytes.len()
    }
}
