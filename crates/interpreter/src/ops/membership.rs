//! `in`.

use num_traits::ToPrimitive;

use super::{compare, hash, protocol, tables};
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::objects::ViewKind;
use crate::value::Value;

/// The byte offset at which a text occurs first in another.
#[inline]
pub fn find_text(text: &str, part: &str) -> Option<usize> {
    match part.as_bytes() {
        &[byte] => memchr::memchr(byte, text.as_bytes()),
        part => memchr::memmem::find(text.as_bytes(), part),
    }
}

/// `item in container`.
///
/// # Errors
/// `TypeError` for a container that has no members, or an item it cannot hold.
pub fn contains(heap: &mut Heap, container: Value, item: Value) -> Res<bool> {
    match container {
        Value::Str(text) => match item {
            Value::Str(part) => {
                heap.work(heap.strs[text].len() / 64)?;
                Ok(find_text(heap.str(text), heap.str(part)).is_some())
            }
            _ => Err(Raise::type_error(format!(
                "'in <string>' requires string as left operand, not {}",
                item.type_name(heap)
            ))),
        },
        Value::Bytes(bytes) => {
            let haystack = heap.byte_strings[bytes].as_slice();
            match item {
                Value::Bytes(part) => Ok(memchr::memmem::find(haystack, heap.byte_strings[part].as_slice()).is_some()),
                Value::Int(byte) => match u8::try_from(byte) {
                    Ok(byte) => Ok(haystack.contains(&byte)),
                    Err(_) => Err(Raise::value_error("byte must be in range(0, 256)")),
                },
                Value::Bool(byte) => Ok(haystack.contains(&u8::from(byte.get()))),
                Value::BigInt(_) => Err(Raise::value_error("byte must be in range(0, 256)")),
                _ => Err(Raise::type_error(format!("a bytes-like object is required, not '{}'", item.type_name(heap)))),
            }
        }
        Value::List(list) => any_equal(heap, &heap.lists[list].items, container, item),
        Value::Tuple(tuple) => any_equal(heap, heap.tuples[tuple].items(), container, item),
        Value::Dict(dict) => {
            let hash = hash::key_hash(heap, item)?;
            Ok(tables::find(heap, &heap.dicts[dict].table, hash, item)?.is_some())
        }
        Value::Set(set) | Value::FrozenSet(set) => tables::set_contains(heap, set, item),
        Value::Range(range) => {
            let range = heap.ranges[range];
            Ok(match item {
                Value::Int(int) => range.position(int).is_some(),
                Value::Bool(truth) => range.position(i64::from(truth.get())).is_some(),
                Value::Float(float) if float.get().fract() == 0.0 => {
                    float.get().to_i64().is_some_and(|int| range.position(int).is_some())
                }
                _ => false,
            })
        }
        Value::View(view) => {
            let view = heap.views[view];
            match view.kind {
                ViewKind::Keys => contains(heap, Value::Dict(view.dict), item),
                ViewKind::Values => {
                    for entry in heap.dicts[view.dict].table.iter() {
                        if entry.value.is(item) || compare::eq(heap, entry.value, item)? {
                            return Ok(true);
                        }
                    }
                    Ok(false)
                }
                ViewKind::Items => match item {
                    Value::Tuple(pair) if heap.tuples[pair].items().len() == 2 => {
                        let (key, value) = (heap.tuples[pair].items()[0], heap.tuples[pair].items()[1]);
                        match tables::dict_get(heap, view.dict, key)? {
                            Some(found) => Ok(found.is(value) || compare::eq(heap, found, value)?),
                            None => Ok(false),
                        }
                    }
                    _ => Ok(false),
                },
            }
        }
        Value::Iter(_) if heap.answers.in_use => protocol::search(heap, container, item),
        Value::Iter(iter) => {
            while let Some(candidate) = super::iter_next(heap, iter)? {
                heap.work(1)?;
                if candidate.is(item) || compare::eq(heap, candidate, item)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => match protocol::contains(heap, container, item)? {
            Some(found) => Ok(found),
            None => Err(Raise::type_error(format!("argument of type '{}' is not iterable", container.type_name(heap)))),
        },
    }
}

fn any_equal(heap: &Heap, items: &[Value], container: Value, item: Value) -> Res<bool> {
    heap.work(items.len() / 8)?;
    for candidate in items {
        if candidate.is(item) {
            return Ok(true);
        }
        match compare::eq(heap, *candidate, item) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(raise) => {
                let answer =
                    protocol::or_by_code(heap, Err(raise), items.len(), "__contains_item__", &[container, item]);
                return super::holds(heap, answer?);
            }
        }
    }
    Ok(false)
}
