//! The registers of a frame as the loop sees them.

use crate::value::Value;

/// Registers that most functions get by with.
pub(in crate::vm) const NARROW: usize = 1 << 8;

/// Registers that a function can have at most.
pub(in crate::vm) const WIDE: usize = 1 << 16;

/// The registers of the frame that starts at `base`, and some after them: an array of a known length, a power of two, so
/// that masked register numbers need no check against the end of the stack.
#[inline(always)]
pub(super) fn window<const WINDOW: usize>(stack: &mut Vec<Value>, base: usize) -> &mut [Value; WINDOW] {
    if stack.len() < base + WINDOW {
        extend(stack, base + WINDOW);
    }
    stack[base..].first_chunk_mut().expect("the stack reaches to the end of the window")
}

#[cold]
#[inline(never)]
fn extend(stack: &mut Vec<Value>, end: usize) {
    stack.resize(end, Value::Unset);
}
