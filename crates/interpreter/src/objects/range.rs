//! Ranges of integers.

use crate::heap::{Marker, Trace};

/// `range(start, stop, step)`; `step` is never zero.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
}

impl Range {
    /// How many integers the range has.
    pub fn len(&self) -> u64 {
        let (low, high) = if self.step > 0 { (self.start, self.stop) } else { (self.stop, self.start) };
        if low >= high { 0 } else { (high.abs_diff(low) - 1) / self.step.unsigned_abs() + 1 }
    }

    /// The integer at `index`; none past the end.
    pub fn get(&self, index: u64) -> Option<i64> {
        if index >= self.len() {
            return None;
        }
        // Inside the range the result lies between `start` and `stop`, so it fits.
        let value = i128::from(self.start) + i128::from(index) * i128::from(self.step);
        i64::try_from(value).ok()
    }

    /// The position of `value`, if the range has it.
    pub fn position(&self, value: i64) -> Option<u64> {
        let distance = i128::from(value) - i128::from(self.start);
        let step = i128::from(self.step);
        if distance % step != 0 || distance / step < 0 {
            return None;
        }
        u64::try_from(distance / step).ok().filter(|index| *index < self.len())
    }

    /// The same integers in the opposite order.
    pub fn reversed(&self) -> Range {
        match self.len().checked_sub(1).and_then(|last| self.get(last)) {
            None => Range { start: 0, stop: 0, step: 1 },
            Some(last) => match (self.start.checked_sub(self.step), self.step.checked_neg()) {
                (Some(stop), Some(step)) => Range { start: last, stop, step },
                // One step before the start does not fit: stop right after the start instead.
                _ => {
                    let step = self.step.checked_neg().unwrap_or(i64::MAX);
                    let stop = if step > 0 { self.start.saturating_add(1) } else { self.start.saturating_sub(1) };
                    Range { start: last, stop, step }
                }
            },
        }
    }
}

impl Trace for Range {
    const LEAF: bool = true;

    fn trace(&self, _: &mut Marker) {}
}
