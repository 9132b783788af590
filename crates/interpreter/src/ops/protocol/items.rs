//! Records as collections and iterators, and loops of operations that have to ask the program.

use super::answers::ask_library;
use super::{Protocol as P, ask_method, has, method_of};
use crate::exception_kind::{Raise, Res, Resume};
use crate::heap::Heap;
use crate::ops::sequence;
use crate::value::Value;

/// `item in container` for a record as the container; none if it has no members.
///
/// # Errors
/// What the methods raise.
pub fn contains(heap: &Heap, container: Value, item: Value) -> Res<Option<bool>> {
    if let Some(answer) = method_of(heap, P::Contains, &[container, item])? {
        return sequence::holds(heap, answer).map(Some);
    }
    if is_iterable(heap, container) {
        return search(heap, container, item).map(Some);
    }
    Ok(None)
}

/// Goes through an iterator or an iterable record up to an item, by running code.
///
/// # Errors
/// What the methods raise.
pub fn search(heap: &Heap, container: Value, item: Value) -> Res<bool> {
    sequence::holds(heap, ask_library(heap, "__contains_item__", &[container, item])?)
}

/// How many items a loop of an operation may compare by asking before code does it, which need not start again.
const FEW: usize = 16;

/// What a loop over items gives, or, if it has to ask the program and is long, what code of the library gives.
///
/// # Errors
/// What the loop and the methods raise.
pub fn or_by_code(
    heap: &Heap,
    result: Res<Value>,
    len: usize,
    function: &'static str,
    arguments: &[Value],
) -> Res<Value> {
    match result {
        Err(raise) if len > FEW && matches!(raise.resume(), Some(Resume::Ask(..) | Resume::AskAll(..))) => {
            ask_library(heap, function, arguments)
        }
        result => result,
    }
}

/// A new set or dict filled with many members or pairs by code, if there are records among the keys.
///
/// # Errors
/// What the methods raise.
pub fn filled(heap: &mut Heap, function: &'static str, into: Value, items: &[Value]) -> Res<Option<Value>> {
    if !heap.answers.in_use || items.len() <= FEW {
        return Ok(None);
    }
    let key = |item: &Value| match (into, *item) {
        (Value::Set(_), item) => Some(item),
        (_, Value::Tuple(pair)) => match heap.tuples[pair].items() {
            [key, _] => Some(*key),
            _ => None,
        },
        _ => None,
    };
    let Some(keys) = items.iter().map(key).collect::<Option<Vec<Value>>>() else { return Ok(None) };
    if !keys.iter().any(|key| matches!(key, Value::Record(_))) {
        return Ok(None);
    }
    let items = heap.new_list(items.to_vec());
    ask_library(heap, function, &[into, items]).map(Some)
}

/// `any` or `all` of values that the program has to be asked for.
///
/// # Errors
/// What the methods raise.
pub fn quantify(heap: &Heap, function: &'static str, values: Value) -> Res<Option<Value>> {
    let asks = heap.answers.in_use && matches!(values, Value::Iter(_)) || is_iterable(heap, values);
    if asks { ask_library(heap, function, &[values]).map(Some) } else { Ok(None) }
}

/// Can a loop go through a record?
pub fn is_iterable(heap: &Heap, value: Value) -> bool {
    has(heap, value, P::Iter) || has(heap, value, P::GetItem)
}

/// The iterator of a record that has one.
///
/// # Errors
/// What the methods raise, `TypeError` if `__iter__` gives no iterator.
pub fn iter(heap: &Heap, value: Value) -> Res<Option<Value>> {
    if !is_iterable(heap, value) {
        return Ok(None);
    }
    let function = if has(heap, value, P::Iter) { "__iterator_of__" } else { "__iterator_by_index__" };
    ask_library(heap, function, &[value]).map(Some)
}

/// `iter(value)` of a record whose `__iter__` gives a record that is an iterator: that one itself.
///
/// # Errors
/// What the method raises.
pub fn own_iterator(heap: &Heap, value: Value) -> Res<Option<Value>> {
    if !has(heap, value, P::Iter) {
        return Ok(None);
    }
    let answer = ask_method(heap, "__iter__", &[value])?.unwrap_or(Value::None);
    if matches!(answer, Value::Iter(_)) || has(heap, answer, P::Next) {
        return Ok(Some(answer));
    }
    Err(Raise::type_error(format!("iter() returned non-iterator of type '{}'", answer.type_name(heap))))
}

/// `reversed(value)` of a record that defines it, or has a length and items by number.
///
/// # Errors
/// What the methods raise.
pub fn reversed(heap: &Heap, value: Value) -> Res<Option<Value>> {
    if has(heap, value, P::Reversed) {
        return ask_method(heap, "__reversed__", &[value]);
    }
    if has(heap, value, P::Len) && has(heap, value, P::GetItem) {
        return ask_library(heap, "__reversed_by_index__", &[value]).map(Some);
    }
    Ok(None)
}

/// `sum(values, start)`, where the first value is a record: by running code, which asks for one sum after the other.
///
/// # Errors
/// What the methods raise.
pub fn sum(heap: &Heap, values: Value, start: Value) -> Res<Option<Value>> {
    let first = match values {
        Value::List(list) => heap.lists[list].items.first(),
        Value::Tuple(tuple) => heap.tuples[tuple].items().first(),
        _ => None,
    };
    if matches!(first, Some(Value::Record(_))) || is_iterable(heap, values) {
        ask_library(heap, "__sum__", &[values, start]).map(Some)
    } else {
        Ok(None)
    }
}

/// The values of an iterator as a list, for an operation that may have to start again.
///
/// # Errors
/// What the iterator raises.
pub fn all_of(heap: &Heap, iter: Value) -> Res<Value> {
    ask_library(heap, "__all_of__", &[iter])
}

/// The next value of a record that is an iterator; `StopIteration` if there is none and no default.
///
/// # Errors
/// What the method raises.
pub fn next(heap: &Heap, value: Value, default: Option<Value>) -> Res<Option<Value>> {
    if !has(heap, value, P::Next) {
        return Ok(None);
    }
    match default {
        None => ask_method(heap, "__next__", &[value]),
        Some(default) => ask_library(heap, "__next_or__", &[value, default]).map(Some),
    }
}

/// The values that an operation is about to take one after another, in a form that it can take again.
///
/// # Errors
/// What the methods raise.
pub fn repeatable(heap: &Heap, value: Value) -> Res<Value> {
    match value {
        Value::Iter(_) if heap.answers.in_use => all_of(heap, value),
        Value::Record(_) => match iter(heap, value)? {
            Some(iter) => all_of(heap, iter),
            None => Ok(value),
        },
        value => Ok(value),
    }
}
