//! Integers that do not fit in 64 bits.

pub use num_bigint::BigInt;

use crate::heap::{Marker, Trace};

impl Trace for BigInt {
    const LEAF: bool = true;

    fn trace(&self, _: &mut Marker) {}

    fn bytes(&self) -> usize {
        usize::try_from(self.bits() / 8).unwrap_or(usize::MAX)
    }
}
