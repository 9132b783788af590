//! Making and advancing iterators.

use crate::exception_kind::{ExceptionKind, Raise, Res, Resume};
use crate::heap::Heap;
use crate::objects::{Entry, Iter, ViewKind};
use crate::value::{Ref, Value};

use super::{BinaryOp, binary, protocol};

/// An iterator all whose values a builtin is about to take.
///
/// # Errors
/// `TypeError` for a value that cannot be iterated. An iterator that asks the program for its values, or that may not
/// end, is first made a list by running code, which limits hold for.
pub fn iter(heap: &mut Heap, value: Value) -> Res<Ref<Iter>> {
    let value = match value {
        // What is taken of it would be lost if the operation had to ask the program and start again.
        Value::Iter(_) if heap.answers.in_use => protocol::all_of(heap, value)?,
        Value::Iter(iter) if heap.iters[iter].nest().is_open() => {
            return Err(Raise::resume_after(Resume::Drain(iter)));
        }
        Value::Record(_) => protocol::repeatable(heap, value)?,
        value => value,
    };
    iter_lazily(heap, value)
}

/// `iter(value)`, to take values one by one.
///
/// # Errors
/// `TypeError` for a value that cannot be iterated.
pub fn iter_lazily(heap: &mut Heap, value: Value) -> Res<Ref<Iter>> {
    let state = match value {
        Value::Iter(iter) => return Ok(iter),
        Value::List(list) => Iter::List { list, next: 0 },
        Value::Tuple(tuple) => Iter::Tuple { tuple, next: 0 },
        Value::Str(text) => Iter::Str { text, next: 0 },
        Value::Bytes(bytes) => Iter::Bytes { bytes, next: 0 },
        Value::Range(range) => {
            let range = &heap.ranges[range];
            Iter::Range { next: range.start, left: range.len(), step: range.step }
        }
        Value::Dict(dict) => {
            let len = heap.dicts[dict].table.len();
            Iter::Dict { dict, kind: ViewKind::Keys, next: 0, len, left: len }
        }
        Value::View(view) => {
            let view = heap.views[view];
            let len = heap.dicts[view.dict].table.len();
            Iter::Dict { dict: view.dict, kind: view.kind, next: 0, len, left: len }
        }
        Value::Set(set) | Value::FrozenSet(set) => Iter::Set { set, next: 0, len: heap.sets[set].table.len() },
        Value::Native(native) => match crate::modules::native::as_tuple(heap, native) {
            Some(tuple) => Iter::Tuple { tuple, next: 0 },
            None => return Err(Raise::type_error(format!("'{}' object is not iterable", value.type_name(heap)))),
        },
        _ => match protocol::iter(heap, value)? {
            Some(Value::Iter(iter)) => return Ok(iter),
            _ => return Err(Raise::type_error(format!("'{}' object is not iterable", value.type_name(heap)))),
        },
    };
    Ok(heap.alloc(state))
}

/// The next value of an iterator; none at its end.
///
/// # Errors
/// `RuntimeError` when a dict or set changed its size meanwhile.
#[inline]
pub fn iter_next(heap: &mut Heap, iter: Ref<Iter>) -> Res<Option<Value>> {
    if let Some(value) = next_in_list(heap, iter) {
        return Ok(Some(value));
    }
    next_of_builtin(heap, iter)
}

/// The next item of a list; none at its end, and if the iterator goes through something else.
#[inline(always)]
fn next_in_list(heap: &mut Heap, iter: Ref<Iter>) -> Option<Value> {
    let Iter::List { list, next } = &mut heap.iters[iter] else { return None };
    let &value = heap.lists[*list].items.get(*next)?;
    *next += 1;
    Some(value)
}

fn next_of_builtin(heap: &mut Heap, iter: Ref<Iter>) -> Res<Option<Value>> {
    // The common kinds are advanced in place.
    match &mut heap.iters[iter] {
        Iter::Done => return Ok(None),
        Iter::List { list, next } => {
            if let Some(value) = heap.lists[*list].items.get(*next) {
                *next += 1;
                return Ok(Some(*value));
            }
        }
        Iter::Range { next, left, step } => {
            if *left > 0 {
                let value = *next;
                *left -= 1;
                // Past the last value the sum may leave the range of 64 bits; it is not used then.
                *next = next.wrapping_add(*step);
                return Ok(Some(Value::Int(value)));
            }
        }
        Iter::Tuple { tuple, next } => {
            if let Some(value) = heap.tuples[*tuple].items().get(*next) {
                *next += 1;
                return Ok(Some(*value));
            }
        }
        _ => return next_of_other(heap, iter),
    }
    heap.iters[iter] = Iter::Done;
    Ok(None)
}

/// Does an iterator make a pair for each of its values?
#[inline]
pub fn gives_pairs(heap: &Heap, iter: Ref<Iter>) -> bool {
    match &heap.iters[iter] {
        Iter::Enumerate { .. } | Iter::Dict { kind: ViewKind::Items, .. } => true,
        Iter::Zip { inner, strict: false, .. } => inner.len() == 2,
        _ => false,
    }
}

/// As [`iter_next`] for an iterator that [`gives_pairs`], without a tuple for the pair.
///
/// # Errors
/// As [`iter_next`].
pub fn iter_next_pair(heap: &mut Heap, iter: Ref<Iter>) -> Res<Option<(Value, Value)>> {
    let pair = match &mut heap.iters[iter] {
        Iter::Enumerate { inner, count, .. } => {
            let (inner, count) = (*inner, *count);
            match iter_next(heap, inner)? {
                Some(value) => {
                    let following = match count {
                        Value::Int(count) if count < i64::MAX => Value::Int(count + 1),
                        count => binary(heap, BinaryOp::Add, count, Value::Int(1))?,
                    };
                    if let Iter::Enumerate { count, .. } = &mut heap.iters[iter] {
                        *count = following;
                    }
                    Some((count, value))
                }
                None => None,
            }
        }
        Iter::Zip { inner, partial, .. } => match **inner {
            [first, second, ..] => {
                // What the first gave before the second had to ask the program.
                let kept = std::mem::take(partial).first().copied();
                // Lists are what is mostly zipped.
                let first = match kept.or_else(|| next_in_list(heap, first)) {
                    Some(first) => Some(first),
                    None => iter_next(heap, first)?,
                };
                if let Some(first) = first
                    && let Some(second) = next_in_list(heap, second)
                {
                    return Ok(Some((first, second)));
                }
                match first {
                    Some(first) => match iter_next(heap, second) {
                        Ok(second) => second.map(|second| (first, second)),
                        Err(raise) => return Err(keep_partial(heap, iter, vec![first], raise)),
                    },
                    None => None,
                }
            }
            _ => None,
        },
        Iter::Dict { .. } => next_entry(heap, iter)?.map(|entry| (entry.key, entry.value)),
        _ => None,
    };
    if pair.is_none() {
        heap.iters[iter] = Iter::Done;
    }
    Ok(pair)
}

/// The next entry of the dict that an iterator goes through.
fn next_entry(heap: &mut Heap, iter: Ref<Iter>) -> Res<Option<Entry<Value>>> {
    let Iter::Dict { dict, next, len, left, .. } = &mut heap.iters[iter] else { return Ok(None) };
    let table = &heap.dicts[*dict].table;
    if table.len() != *len {
        return Err(changed_size("dictionary"));
    }
    let mut found = None;
    while found.is_none() && *next < table.end() {
        found = table.at(*next).copied();
        *next += 1;
    }
    // As many entries come as there were at the start, unless some went and others came.
    let expected = *left > 0;
    if found.is_some() != expected {
        return Err(Raise::new(ExceptionKind::RuntimeError, "dictionary keys changed during iteration"));
    }
    *left = left.saturating_sub(1);
    Ok(found)
}

/// As [`iter_next`] for an argument that may not be an iterator.
///
/// # Errors
/// `TypeError` if it is not, otherwise as [`iter_next`].
pub fn next_of(heap: &mut Heap, value: Value) -> Res<Option<Value>> {
    match value {
        Value::Iter(iter) => iter_next(heap, iter),
        _ => Err(Raise::type_error(format!("'{}' object is not an iterator", value.type_name(heap)))),
    }
}

fn next_of_other(heap: &mut Heap, iter: Ref<Iter>) -> Res<Option<Value>> {
    let value = match &mut heap.iters[iter] {
        Iter::Str { text, next } => {
            let text = heap.strs[*text].as_str();
            let c = match text.as_bytes().get(*next) {
                Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
                _ => text.get(*next..).and_then(|rest| rest.chars().next()),
            };
            *next += c.map_or(0, char::len_utf8);
            c.map(|c| heap.char_str(c))
        }
        Iter::Bytes { bytes, next } => heap.byte_strings[*bytes].as_slice().get(*next).map(|byte| {
            *next += 1;
            Value::Int(i64::from(*byte))
        }),
        Iter::ListReversed { list, left } => {
            let items = &heap.lists[*list].items;
            match left.checked_sub(1).and_then(|index| Some((index, *items.get(index)?))) {
                Some((index, value)) => {
                    *left = index;
                    Some(value)
                }
                None => None,
            }
        }
        Iter::Dict { kind, .. } => {
            let kind = *kind;
            next_entry(heap, iter)?.map(|entry| shown(heap, kind, entry))
        }
        Iter::DictReversed { dict, kind, left, len } => {
            let table = &heap.dicts[*dict].table;
            if table.len() != *len {
                return Err(changed_size("dictionary"));
            }
            let kind = *kind;
            let mut found = None;
            while found.is_none() && *left > 0 {
                *left -= 1;
                found = table.at(*left).copied();
            }
            found.map(|entry| shown(heap, kind, entry))
        }
        Iter::Set { set, next, len } => {
            let table = &heap.sets[*set].table;
            if table.len() != *len {
                return Err(changed_size("Set"));
            }
            let mut found = None;
            while found.is_none() && *next < table.end() {
                found = table.at(*next).map(|entry| entry.key);
                *next += 1;
            }
            found
        }
        Iter::Enumerate { .. } => {
            // A builtin that goes through many pairs keeps none of them, but nothing is freed before it ends.
            heap.within_limit(0)?;
            iter_next_pair(heap, iter)?.map(|(count, value)| heap.new_pair(count, value))
        }
        Iter::Zip { inner, strict, partial, .. } => {
            // Two are what is mostly zipped; no list of them is made.
            let pair = inner.len() == 2 && !*strict && partial.is_empty();
            let strict = *strict;
            let inner = if pair { Vec::new() } else { inner.to_vec() };
            heap.within_limit(0)?;
            if pair {
                iter_next_pair(heap, iter)?.map(|(first, second)| heap.new_pair(first, second))
            } else {
                next_of_zip(heap, iter, &inner, strict)?
            }
        }
        Iter::Tool(_) => super::tools::next_of_tool(heap, iter)?,
        Iter::Done | Iter::List { .. } | Iter::Range { .. } | Iter::Tuple { .. } => None,
    };
    if value.is_none() {
        heap.iters[iter] = Iter::Done;
    }
    Ok(value)
}

fn next_of_zip(heap: &mut Heap, zip: Ref<Iter>, inner: &[Ref<Iter>], strict: bool) -> Res<Option<Value>> {
    let mut values = Vec::with_capacity(inner.len());
    if let Iter::Zip { partial, .. } = &mut heap.iters[zip]
        && !partial.is_empty()
    {
        values.extend(std::mem::take(partial));
    }
    for (index, iter) in inner.iter().enumerate().skip(values.len()) {
        let value = match iter_next(heap, *iter) {
            Ok(value) => value,
            Err(raise) => return Err(keep_partial(heap, zip, values, raise)),
        };
        if let Some(value) = value {
            values.push(value);
            continue;
        }
        if !strict {
            return Ok(None);
        }
        if index > 0 {
            return Err(unequal_zip(index, "shorter"));
        }
        for (later, iter) in inner.iter().enumerate().skip(1) {
            if iter_next(heap, *iter)?.is_some() {
                return Err(unequal_zip(later, "longer"));
            }
        }
        return Ok(None);
    }
    Ok(if inner.is_empty() { None } else { Some(heap.new_tuple(values)) })
}

/// Keeps what a tuple of `zip` has so far, if it is to go on.
#[cold]
fn keep_partial(heap: &mut Heap, zip: Ref<Iter>, values: Vec<Value>, raise: Raise) -> Raise {
    if raise.resume().is_some()
        && let Iter::Zip { partial, .. } = &mut heap.iters[zip]
    {
        *partial = values.into();
    }
    raise
}

fn unequal_zip(index: usize, how: &str) -> Raise {
    let others = if index == 1 { "argument 1".to_owned() } else { format!("arguments 1-{index}") };
    Raise::value_error(format!("zip() argument {} is {how} than {others}", index + 1))
}

fn changed_size(what: &str) -> Raise {
    Raise::new(ExceptionKind::RuntimeError, format!("{what} changed size during iteration"))
}

fn shown(heap: &mut Heap, kind: ViewKind, entry: Entry<Value>) -> Value {
    match kind {
        ViewKind::Keys => entry.key,
        ViewKind::Values => entry.value,
        ViewKind::Items => heap.new_pair(entry.key, entry.value),
    }
}

/// All values of an iterable, in order.
///
/// # Errors
/// `TypeError` for a value that cannot be iterated, `MemoryError` past the limit.
pub fn collect(heap: &mut Heap, value: Value) -> Res<Vec<Value>> {
    match value {
        Value::List(list) => return Ok(heap.lists[list].items.clone()),
        Value::Tuple(tuple) => return Ok(heap.tuples[tuple].items().to_vec()),
        Value::Set(set) | Value::FrozenSet(set) => {
            return Ok(heap.sets[set].table.iter().map(|entry| entry.key).collect());
        }
        Value::Dict(dict) => return Ok(heap.dicts[dict].table.iter().map(|entry| entry.key).collect()),
        Value::Range(range) => {
            let len = usize::try_from(heap.ranges[range].len()).unwrap_or(usize::MAX);
            heap.ensure(len.saturating_mul(size_of::<Value>()))?;
        }
        _ => {}
    }
    let iter = iter(heap, value)?;
    let mut values = Vec::new();
    while let Some(value) = iter_next(heap, iter)? {
        heap.work(1)?;
        values.push(value);
        // Growth is checked now and then, where doubling would show.
        if values.len().is_power_of_two() && values.len() >= 1024 {
            heap.ensure(values.len() * 2 * size_of::<Value>())?;
        }
    }
    Ok(values)
}
