//! Length, truth, repetition, and the operators of sets and dicts.

use super::{BinaryOp, protocol, tables};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::objects::{Set, ViewKind};
use crate::value::{Ref, Value};

/// `len(value)`.
///
/// # Errors
/// `TypeError` for values without a length.
pub fn len(heap: &Heap, value: Value) -> Res<usize> {
    if let Some(len) = sized(heap, value) {
        return Ok(len);
    }
    match protocol::len(heap, value)? {
        Some(len) => Ok(len),
        None => Err(Raise::type_error(format!("object of type '{}' has no len()", value.type_name(heap)))),
    }
}

fn sized(heap: &Heap, value: Value) -> Option<usize> {
    Some(match value {
        Value::Str(text) => heap.strs[text].chars(),
        Value::Bytes(bytes) => heap.byte_strings[bytes].as_slice().len(),
        Value::List(list) => heap.lists[list].items.len(),
        Value::Tuple(tuple) => heap.tuples[tuple].items().len(),
        Value::Dict(dict) => heap.dicts[dict].table.len(),
        Value::Set(set) | Value::FrozenSet(set) => heap.sets[set].table.len(),
        Value::Range(range) => usize::try_from(heap.ranges[range].len()).unwrap_or(usize::MAX),
        Value::View(view) => heap.dicts[heap.views[view].dict].table.len(),
        Value::Native(native) => crate::modules::native::len(heap, native)?,
        _ => return None,
    })
}

/// The truth of a value: false for `None`, zero, and empty collections, and for records that say so.
///
/// # Errors
/// What the methods of a record raise.
#[inline]
pub fn holds(heap: &Heap, value: Value) -> Res<bool> {
    if let Value::Record(_) = value
        && let Some(truth) = protocol::truth(heap, value)?
    {
        return Ok(truth);
    }
    if let Value::Promise(promise) = value {
        return holds(heap, crate::objects::value_of(heap, promise)?);
    }
    Ok(truth(heap, value))
}

/// As [`holds`], where records are always true: for options of builtins.
#[inline]
pub fn truth(heap: &Heap, value: Value) -> bool {
    match value {
        Value::Bool(truth) => truth.get(),
        Value::Unset | Value::None => false,
        Value::Int(int) => int != 0,
        Value::Float(float) => float.get() != 0.0,
        Value::Native(native) => crate::modules::native::truth(heap, native),
        _ => sized(heap, value) != Some(0),
    }
}

pub(super) fn is_sequence(value: Value) -> bool {
    matches!(value, Value::Str(_) | Value::Bytes(_) | Value::List(_) | Value::Tuple(_))
}

/// `sequence * count`.
///
/// # Errors
/// `OverflowError` for a count outside 64 bits, `MemoryError` for a result past the limit.
pub fn repeat(heap: &mut Heap, sequence: Value, count: Value) -> Res<Value> {
    let count = match count {
        Value::Int(count) => usize::try_from(count).unwrap_or(0),
        Value::Bool(truth) => usize::from(truth.get()),
        _ => return Err(Raise::new(ExceptionKind::OverflowError, "cannot fit 'int' into an index-sized integer")),
    };
    let unit = match sequence {
        Value::Str(text) => heap.str(text).len(),
        Value::Bytes(bytes) => heap.byte_strings[bytes].as_slice().len(),
        Value::List(list) => heap.lists[list].items.len() * size_of::<Value>(),
        Value::Tuple(tuple) => size_of_val(heap.tuples[tuple].items()),
        _ => 0,
    };
    heap.ensure(unit.saturating_mul(count))?;
    // An empty sequence repeated any number of times costs nothing.
    let count = if unit == 0 { 0 } else { count };
    Ok(match sequence {
        Value::Str(text) => {
            let repeated = heap.str(text).repeat(count);
            heap.new_str(repeated)
        }
        Value::Bytes(bytes) => {
            let repeated = heap.byte_strings[bytes].as_slice().repeat(count);
            heap.new_bytes(repeated)
        }
        Value::List(list) => {
            let repeated = heap.lists[list].items.repeat(count);
            heap.new_list(repeated)
        }
        Value::Tuple(tuple) => {
            let repeated = heap.tuples[tuple].items().repeat(count);
            heap.new_tuple(repeated)
        }
        other => other,
    })
}

/// `|`, `&`, `-` and `^` of sets (and of dict keys), and `|` of dicts. `None` for other operands.
pub(super) fn set_operation(heap: &mut Heap, op: BinaryOp, left: Value, right: Value) -> Res<Option<Value>> {
    if let (BinaryOp::BitOr, Value::Dict(a), Value::Dict(b)) = (op, left, right) {
        let merged = heap.new_dict();
        tables::dict_merge(heap, merged, a)?;
        tables::dict_merge(heap, merged, b)?;
        return Ok(Some(Value::Dict(merged)));
    }
    // Keys and items take any iterable on the other side, a set takes only a set.
    let (a, b) = if is_set_like(heap, left) || is_set_like(heap, right) {
        (collected(heap, left)?, collected(heap, right)?)
    } else {
        let (Value::Set(a) | Value::FrozenSet(a), Value::Set(b) | Value::FrozenSet(b)) = (left, right) else {
            return Ok(None);
        };
        // Of equal members of the two, such as `0` and `False`, the intersection has that of the smaller set.
        let is_smaller = heap.sets[a].table.len() < heap.sets[b].table.len();
        if op == BinaryOp::BitAnd && !is_smaller { (b, a) } else { (a, b) }
    };
    let result = heap.new_set();
    let (in_a, in_b) = (members(heap, a), members(heap, b));
    for item in in_a {
        let shared = tables::set_contains(heap, b, item)?;
        let keep = match op {
            BinaryOp::BitOr => true,
            BinaryOp::BitAnd => shared,
            _ => !shared,
        };
        if keep {
            tables::set_insert(heap, result, item)?;
        }
    }
    if matches!(op, BinaryOp::BitOr | BinaryOp::BitXor) {
        for item in in_b {
            if !tables::set_contains(heap, a, item)? {
                tables::set_insert(heap, result, item)?;
            }
        }
    }
    // The left operand decides what the result is.
    Ok(Some(if let Value::FrozenSet(_) = left { Value::FrozenSet(result) } else { Value::Set(result) }))
}

fn members(heap: &Heap, set: Ref<Set>) -> Vec<Value> {
    heap.sets[set].table.iter().map(|entry| entry.key).collect()
}

/// Whether a value is the keys or the items of a dict.
fn is_set_like(heap: &Heap, value: Value) -> bool {
    matches!(value, Value::View(view) if heap.views[view].kind != ViewKind::Values)
}

/// The values of an iterable as a set.
fn collected(heap: &mut Heap, value: Value) -> Res<Ref<Set>> {
    if let Value::Set(set) | Value::FrozenSet(set) = value {
        return Ok(set);
    }
    let items = super::collect(heap, value)?;
    let set = heap.new_set();
    for item in items {
        tables::set_insert(heap, set, item)?;
    }
    Ok(set)
}
