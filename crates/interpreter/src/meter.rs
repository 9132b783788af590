//! Counts the work of operations that a program can make long without taking a step: comparing, hashing, printing and
//! going through large or shared values. So the limit of steps and a cancellation from outside reach them too.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::limits::Limit;

/// How much native work counts as one step; a unit is about what comparing two small values takes.
pub(crate) const UNITS_PER_STEP: usize = 64;

/// Work between two looks at the bounds: well below a millisecond.
const SLICE: u64 = 1 << 14;

#[derive(Debug)]
pub(crate) struct Meter {
    /// Units that are left of the current slice.
    left: Cell<u64>,
    /// Units of all slices begun.
    spent: Cell<u64>,
    /// How far `spent` may go.
    allowed: Cell<u64>,
    /// The limit of steps, for the error.
    limit: Cell<u64>,
    /// Set by [`crate::Canceller`].
    cancel: Arc<AtomicBool>,
    /// Whether the cancellation has become an exception already.
    cancelled: Cell<bool>,
}

impl Default for Meter {
    fn default() -> Meter {
        Meter {
            left: Cell::new(0),
            spent: Cell::new(0),
            allowed: Cell::new(u64::MAX),
            limit: Cell::new(u64::MAX),
            cancel: Arc::default(),
            cancelled: Cell::new(false),
        }
    }
}

impl Meter {
    /// Counts work that is about to be done.
    #[inline]
    pub(crate) fn work(&self, units: usize) -> Res<()> {
        match self.left.get().checked_sub(units as u64) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => self.next_slice(units as u64),
        }
    }

    #[cold]
    fn next_slice(&self, units: u64) -> Res<()> {
        if self.cancel.swap(false, Ordering::Relaxed) {
            self.cancelled.set(true);
            return Err(Raise::new(ExceptionKind::CancelledError, "the run was cancelled"));
        }
        let spent = self.used();
        let slice = units.max(SLICE).min(self.allowed.get().saturating_sub(spent));
        let Some(left) = slice.checked_sub(units) else { return Err(steps_passed(self.limit.get())) };
        self.spent.set(spent + slice);
        self.left.set(left);
        Ok(())
    }

    fn used(&self) -> u64 {
        self.spent.get() - self.left.get()
    }

    /// The work done so far, in steps.
    pub(crate) fn steps(&self) -> u64 {
        self.used() / UNITS_PER_STEP as u64
    }

    /// Allows work for so many steps more; `limit` is that of the whole run.
    pub(crate) fn allow(&self, steps: u64, limit: u64) {
        // The slice begun may pass the new bound: the next work begins another.
        let used = self.used();
        self.spent.set(used);
        self.left.set(0);
        self.allowed.set(used.saturating_add(steps.saturating_mul(UNITS_PER_STEP as u64)));
        self.limit.set(limit);
    }

    /// Whether somebody asked for a cancellation since the last call.
    pub(crate) fn take_flag(&self) -> bool {
        self.cancel.swap(false, Ordering::Relaxed)
    }

    pub(crate) fn cancel_flag(&self) -> &Arc<AtomicBool> {
        &self.cancel
    }

    /// Whether a cancellation became an exception since the last call.
    pub(crate) fn take_cancelled(&self) -> bool {
        self.cancelled.take()
    }
}

/// The error of a program that passed its limit of steps.
pub(crate) fn steps_passed(limit: u64) -> Raise {
    Raise::limit(Limit::Steps, format!("the program passed its limit of {limit} steps"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_ends_at_the_limit_of_steps() {
        let meter = Meter::default();
        meter.allow(1_000, 1_000);
        let mut done = 0;
        while meter.work(8).is_ok() {
            done += 8;
        }
        assert_eq!((done, meter.steps()), (1_000 * UNITS_PER_STEP as u64, 1_000));
        meter.allow(1_000, 2_000);
        assert!(meter.work(10).is_ok());
        assert!(meter.work(usize::MAX).is_err());
    }

    #[test]
    fn work_ends_when_it_is_cancelled() {
        let meter = Meter::default();
        assert!(meter.work(1).is_ok());
        meter.cancel_flag().store(true, Ordering::Relaxed);
        let mut done: u64 = 0;
        let error = loop {
            match meter.work(1) {
                Ok(()) => done += 1,
                Err(error) => break error,
            }
        };
        assert!(done <= SLICE);
        assert_eq!(error.kind(), ExceptionKind::CancelledError);
        assert!(meter.take_cancelled() && !meter.take_cancelled());
        assert!(meter.work(1).is_ok(), "cleaning up goes on");
    }
}
