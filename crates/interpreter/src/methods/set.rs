//! Methods of `set` and `frozenset`.

use super::{Method, method};
use crate::builtins::CallArgs;
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::objects::Set;
use crate::ops::{self, BinaryOp, CompareOp, protocol};
use crate::value::{Ref, Value};

pub(super) const METHODS: &[Method] = &[
    method("add", add),
    method("clear", clear),
    method("copy", copy),
    method("difference", difference),
    method("difference_update", difference_update),
    method("discard", discard),
    method("intersection", intersection),
    method("intersection_update", intersection_update),
    method("isdisjoint", is_disjoint),
    method("issubset", is_subset),
    method("issuperset", is_superset),
    method("pop", pop),
    method("remove", remove),
    method("symmetric_difference", symmetric_difference),
    method("symmetric_difference_update", symmetric_difference_update),
    method("union", union),
    method("update", update),
];

pub(super) const FROZEN_METHODS: &[Method] = &[
    method("copy", copy),
    method("difference", difference),
    method("intersection", intersection),
    method("isdisjoint", is_disjoint),
    method("issubset", is_subset),
    method("issuperset", is_superset),
    method("symmetric_difference", symmetric_difference),
    method("union", union),
];

fn receiver(heap: &Heap, this: Value) -> Res<Ref<Set>> {
    match this {
        Value::Set(set) | Value::FrozenSet(set) => Ok(set),
        _ => Err(Raise::type_error(format!("a set is required, not '{}'", this.type_name(heap)))),
    }
}

/// Any iterable as a set.
fn as_set(heap: &mut Heap, value: Value) -> Res<Ref<Set>> {
    if let Value::Set(set) | Value::FrozenSet(set) = value {
        return Ok(set);
    }
    let items = ops::collect(heap, value)?;
    let set = heap.new_set();
    for item in items {
        ops::set_insert(heap, set, item)?;
    }
    Ok(set)
}

fn add(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let item = args.one(heap, "set.add")?;
    let set = receiver(heap, this)?;
    ops::set_insert(heap, set, item)?;
    Ok(Value::None)
}

fn clear(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "set.clear")?;
    let set = receiver(heap, this)?;
    heap.sets[set].table.clear();
    Ok(Value::None)
}

fn copy(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "set.copy")?;
    if let Value::FrozenSet(_) = this {
        return Ok(this);
    }
    let copied = heap.sets[receiver(heap, this)?].clone();
    Ok(Value::Set(heap.alloc(copied)))
}

fn discard(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let item = args.one(heap, "set.discard")?;
    let set = receiver(heap, this)?;
    ops::set_remove(heap, set, item)?;
    Ok(Value::None)
}

fn remove(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let item = args.one(heap, "set.remove")?;
    let set = receiver(heap, this)?;
    if ops::set_remove(heap, set, item)? { Ok(Value::None) } else { Err(ops::key_error(heap, item)) }
}

fn pop(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "set.pop")?;
    let set = receiver(heap, this)?;
    let table = &mut heap.sets[set].table;
    match table.first().and_then(|first| table.remove(first)) {
        Some(entry) => Ok(entry.key),
        None => {
            let message = heap.new_str("pop from an empty set");
            Err(Raise::with_argument(ExceptionKind::KeyError, "'pop from an empty set'", message))
        }
    }
}

/// A new set: this one combined with each argument in turn.
fn combined(heap: &mut Heap, this: Value, op: BinaryOp, others: &[Value]) -> Res<Value> {
    let mut result = heap.sets[receiver(heap, this)?].clone();
    for other in others {
        let left = heap.alloc(result);
        let right = as_set(heap, *other)?;
        let joined = ops::binary(heap, op, Value::Set(left), Value::Set(right))?;
        let joined = receiver(heap, joined)?;
        result = std::mem::take(&mut heap.sets[joined]);
    }
    let result = heap.alloc(result);
    Ok(if let Value::FrozenSet(_) = this { Value::FrozenSet(result) } else { Value::Set(result) })
}

/// As [`combined`], changing this set.
fn combined_in_place(heap: &mut Heap, this: Value, op: BinaryOp, others: &[Value]) -> Res<Value> {
    let set = receiver(heap, this)?;
    let result = combined(heap, this, op, others)?;
    let result = receiver(heap, result)?;
    heap.sets[set].table = std::mem::take(&mut heap.sets[result].table);
    Ok(Value::None)
}

fn union(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.no_keywords("set.union")?;
    combined(heap, this, BinaryOp::BitOr, args.positional)
}

fn update(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.no_keywords("set.update")?;
    let set = receiver(heap, this)?;
    for other in args.positional {
        let items = ops::collect(heap, *other)?;
        if protocol::filled(heap, "__add_all__", this, &items)?.is_some() {
            continue;
        }
        for item in items {
            ops::set_insert(heap, set, item)?;
        }
    }
    Ok(Value::None)
}

fn intersection(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.no_keywords("set.intersection")?;
    combined(heap, this, BinaryOp::BitAnd, args.positional)
}

fn intersection_update(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.no_keywords("set.intersection_update")?;
    combined_in_place(heap, this, BinaryOp::BitAnd, args.positional)
}

fn difference(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.no_keywords("set.difference")?;
    combined(heap, this, BinaryOp::Subtract, args.positional)
}

fn difference_update(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.no_keywords("set.difference_update")?;
    combined_in_place(heap, this, BinaryOp::Subtract, args.positional)
}

fn symmetric_difference(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let other = args.one(heap, "set.symmetric_difference")?;
    combined(heap, this, BinaryOp::BitXor, &[other])
}

fn symmetric_difference_update(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let other = args.one(heap, "set.symmetric_difference_update")?;
    combined_in_place(heap, this, BinaryOp::BitXor, &[other])
}

fn is_disjoint(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let other = args.one(heap, "set.isdisjoint")?;
    let set = receiver(heap, this)?;
    for item in ops::collect(heap, other)? {
        if ops::set_contains(heap, set, item)? {
            return Ok(Value::bool(false));
        }
    }
    Ok(Value::bool(true))
}

fn is_subset(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let other = args.one(heap, "set.issubset")?;
    let other = as_set(heap, other)?;
    Ok(Value::bool(ops::order(heap, CompareOp::LessEqual, this, Value::Set(other))?))
}

fn is_superset(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let other = args.one(heap, "set.issuperset")?;
    if let Value::Set(_) | Value::FrozenSet(_) = other {
        return Ok(Value::bool(ops::order(heap, CompareOp::GreaterEqual, this, other)?));
    }
    let set = receiver(heap, this)?;
    for item in ops::collect(heap, other)? {
        // Of what comes after the first one that is not there nothing is asked, not even that it can be in a set.
        if !ops::set_contains(heap, set, item)? {
            return Ok(Value::bool(false));
        }
    }
    Ok(Value::bool(true))
}
