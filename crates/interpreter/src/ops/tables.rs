//! Looking up, inserting and removing keys of dicts and members of sets.

use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::objects::{Dict, Set, Table};
use crate::value::{Ref, Value};

use super::{compare, hash, text};

/// The position of `key` in a table of this heap.
pub(super) fn find<V: Copy>(heap: &Heap, table: &Table<V>, hash: u64, key: Value) -> Res<Option<usize>> {
    if let Value::Str(wanted) = key {
        // Text equals only text, which cannot fail to compare.
        return Ok(table.find(hash, |candidate| match candidate {
            Value::Str(found) => found == wanted || heap.str(found) == heap.str(wanted),
            _ => false,
        }));
    }
    if let Value::Int(wanted) = key {
        return Ok(table.find(hash, |candidate| match candidate {
            Value::Int(found) => found == wanted,
            // A float or a truth value may equal it. It compares without failing.
            Value::Float(_) | Value::Bool(_) => compare::eq(heap, candidate, key).unwrap_or(false),
            _ => false,
        }));
    }
    let mut failure = None;
    let found = table.find(hash, |candidate| {
        candidate.is(key)
            || match compare::eq(heap, candidate, key) {
                Ok(equal) => equal,
                Err(error) => {
                    failure = Some(error);
                    true
                }
            }
    });
    match failure {
        Some(error) => Err(error),
        None => Ok(found),
    }
}

/// The value under `key`.
///
/// # Errors
/// `TypeError` for an unhashable key.
#[inline]
pub fn dict_get(heap: &Heap, dict: Ref<Dict>, key: Value) -> Res<Option<Value>> {
    let hash = hash::key_hash(heap, key)?;
    let table = &heap.dicts[dict].table;
    Ok(find(heap, table, hash, key)?.and_then(|position| table.at(position)).map(|entry| entry.value))
}

/// Puts `value` under `key`, which keeps its place if it is there already.
///
/// # Errors
/// `TypeError` for an unhashable key.
#[inline]
pub fn dict_insert(heap: &mut Heap, dict: Ref<Dict>, key: Value, value: Value) -> Res<()> {
    let hash = hash::key_hash(heap, key)?;
    insert_hashed(heap, dict, hash, key, value)
}

fn insert_hashed(heap: &mut Heap, dict: Ref<Dict>, hash: u64, key: Value, value: Value) -> Res<()> {
    match find(heap, &heap.dicts[dict].table, hash, key)? {
        Some(position) => heap.dicts[dict].table.set_value(position, value),
        None => {
            let key = settled(heap, key);
            heap.charge(48);
            heap.dicts[dict].table.insert_new(hash, key, value);
        }
    }
    Ok(())
}

/// A key as it is stored: the value of a task that is done, which [`hash::key_hash`] has made sure of.
#[inline]
fn settled(heap: &Heap, key: Value) -> Value {
    match key {
        Value::Promise(promise) => crate::objects::value_of(heap, promise).unwrap_or(key),
        key => key,
    }
}

/// [`dict_get`] for a key given as text; unlike it, cannot fail.
pub fn dict_get_str(heap: &Heap, dict: Ref<Dict>, key: &str) -> Option<Value> {
    let hash = crate::objects::Str::new(key.into()).hash();
    let table = &heap.dicts[dict].table;
    let position = table.find(hash, |candidate| heap.as_str(candidate) == Some(key))?;
    table.at(position).map(|entry| entry.value)
}

/// [`dict_insert`] for a key given as text; unlike it, cannot fail.
pub fn dict_insert_str(heap: &mut Heap, dict: Ref<Dict>, key: &str, value: Value) {
    let key_value = heap.new_str(key);
    let Value::Str(object) = key_value else { return };
    let hash = heap.strs[object].hash();
    let found = heap.dicts[dict].table.find(hash, |candidate| heap.as_str(candidate) == Some(key));
    match found {
        Some(position) => heap.dicts[dict].table.set_value(position, value),
        None => {
            heap.charge(48);
            heap.dicts[dict].table.insert_new(hash, key_value, value);
        }
    }
}

/// Removes `key` and gives its value, if it was there.
///
/// # Errors
/// `TypeError` for an unhashable key.
pub fn dict_remove(heap: &mut Heap, dict: Ref<Dict>, key: Value) -> Res<Option<Value>> {
    let hash = hash::key_hash(heap, key)?;
    match find(heap, &heap.dicts[dict].table, hash, key)? {
        Some(position) => Ok(heap.dicts[dict].table.remove(position).map(|entry| entry.value)),
        None => Ok(None),
    }
}

/// Puts every entry of `from` into `into`.
///
/// # Errors
/// `RecursionError` for keys nested too deeply.
pub fn dict_merge(heap: &mut Heap, into: Ref<Dict>, from: Ref<Dict>) -> Res<()> {
    if into == from {
        return Ok(());
    }
    let entries: Vec<_> = heap.dicts[from].table.iter().copied().collect();
    for entry in entries {
        insert_hashed(heap, into, entry.hash, entry.key, entry.value)?;
    }
    Ok(())
}

/// Whether `item` is a member.
///
/// # Errors
/// `TypeError` for an unhashable value.
pub fn set_contains(heap: &Heap, set: Ref<Set>, item: Value) -> Res<bool> {
    // A set is looked for as the frozen set that equals it.
    let item = if let Value::Set(members) = item { Value::FrozenSet(members) } else { item };
    let hash = hash::key_hash(heap, item)?;
    Ok(find(heap, &heap.sets[set].table, hash, item)?.is_some())
}

/// Adds a member; true if it was absent.
///
/// # Errors
/// `TypeError` for an unhashable value.
pub fn set_insert(heap: &mut Heap, set: Ref<Set>, item: Value) -> Res<bool> {
    let hash = hash::key_hash(heap, item)?;
    if find(heap, &heap.sets[set].table, hash, item)?.is_some() {
        return Ok(false);
    }
    heap.charge(40);
    let item = settled(heap, item);
    heap.sets[set].table.insert_new(hash, item, ());
    Ok(true)
}

/// Removes a member; true if it was there.
///
/// # Errors
/// `TypeError` for an unhashable value.
pub fn set_remove(heap: &mut Heap, set: Ref<Set>, item: Value) -> Res<bool> {
    // A set is looked for as the frozen set that equals it.
    let item = if let Value::Set(members) = item { Value::FrozenSet(members) } else { item };
    let hash = hash::key_hash(heap, item)?;
    match find(heap, &heap.sets[set].table, hash, item)? {
        Some(position) => Ok(heap.sets[set].table.remove(position).is_some()),
        None => Ok(false),
    }
}

/// The `KeyError` for a missing key.
pub fn key_error(heap: &Heap, key: Value) -> Raise {
    let shown = text::plain_repr(heap, key).unwrap_or_else(|_| "...".to_owned());
    Raise::with_argument(ExceptionKind::KeyError, shown, key)
}
