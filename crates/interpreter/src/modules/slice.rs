//! Slices as values: what `x[1:2]` gives to `__getitem__`.

use crate::builtins::{CallArgs, by_place};
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::methods::{Method, method};
use crate::objects::Native;
use crate::ops::{self, Slice};
use crate::value::Value;

pub(super) const METHODS: &[Method] = &[method("indices", indices)];

/// `slice(stop)`, `slice(start, stop, step)`.
pub(super) fn construct(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [first, second, step] = args.bind(heap, "slice", [by_place("start"), by_place("stop"), by_place("step")], 1)?;
    let first = first.unwrap_or(Value::None);
    let (start, stop) = match second {
        Some(stop) => (first, stop),
        None => (Value::None, first),
    };
    Ok(heap.new_native(Native::Slice(Slice { start, stop, step: step.unwrap_or(Value::None) })))
}

pub(super) fn attribute(slice: Slice, name: &str) -> Option<Value> {
    match name {
        "start" => Some(slice.start),
        "stop" => Some(slice.stop),
        "step" => Some(slice.step),
        _ => None,
    }
}

pub(super) fn repr(heap: &Heap, slice: Slice) -> Res<String> {
    let [start, stop, step] = slice.parts();
    Ok(format!("slice({}, {}, {})", ops::repr(heap, start)?, ops::repr(heap, stop)?, ops::repr(heap, step)?))
}

/// Start, stop and step for a sequence of a length.
fn indices(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let len = args.one(heap, "slice.indices")?;
    let len = ops::index_argument(heap, len)?;
    let len = usize::try_from(len).map_err(|_| Raise::value_error("length should not be negative"))?;
    let Some(slice) = ops::Slice::of(heap, this) else { return Ok(Value::None) };
    let parts = ops::slice_indices(heap, slice, len)?;
    Ok(heap.new_tuple(parts.map(Value::Int)))
}
