//! Reading, writing and deleting items and slices.

use num_traits::{Signed, ToPrimitive};

use super::protocol::{self, Protocol};
use super::{iteration, tables};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::objects::{Native, Range};
use crate::value::{Ref, Value};

/// A slice as a value.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}

impl Slice {
    /// The slice that a value is.
    pub fn of(heap: &Heap, value: Value) -> Option<Slice> {
        match value {
            Value::Native(native) => match &heap.natives[native] {
                Native::Slice(slice) => Some(*slice),
                _ => None,
            },
            _ => None,
        }
    }

    pub fn parts(self) -> [Value; 3] {
        [self.start, self.stop, self.step]
    }
}

/// The slice by which a subscript reads a sequence. Dicts take it as a key, and records as it is.
fn slice_of(heap: &Heap, object: Value, index: Value) -> Option<Slice> {
    match (object, index) {
        (Value::Dict(_) | Value::Record(_), _) => None,
        (_, Value::Native(_)) => Slice::of(heap, index),
        _ => None,
    }
}

/// An int argument as an index; a big one counts as the largest or smallest.
///
/// # Errors
/// `TypeError` for other types.
pub fn index_argument(heap: &Heap, value: Value) -> Res<i64> {
    match value {
        Value::Int(int) => Ok(int),
        Value::Bool(truth) => Ok(i64::from(truth.get())),
        Value::BigInt(int) => Ok(if heap.bigints[int].is_negative() { i64::MIN } else { i64::MAX }),
        _ => match protocol::number(heap, Protocol::Index, value)? {
            Some(index) => index_argument(heap, index),
            None => Err(Raise::type_error(format!(
                "'{}' object cannot be interpreted as an integer",
                value.type_name(heap)
            ))),
        },
    }
}

/// A number of a native function that counts what is in memory, where CPython refuses what does not fit.
///
/// # Errors
/// `TypeError` unless the value is an int, `OverflowError` if it has more than 64 bits.
pub fn size_argument(heap: &Heap, value: Value) -> Res<i64> {
    match value {
        Value::BigInt(_) => {
            Err(Raise::new(ExceptionKind::OverflowError, "Python int too large to convert to C ssize_t"))
        }
        _ => index_argument(heap, value),
    }
}

/// The position an index means in a sequence of `len` items; none when out of range.
fn position(index: i64, len: usize) -> Option<usize> {
    let position = if index < 0 { i128::from(index) + len as i128 } else { i128::from(index) };
    usize::try_from(position).ok().filter(|position| *position < len)
}

fn sequence_index(heap: &Heap, kind: &str, index: Value) -> Res<i64> {
    match index {
        Value::Int(index) => Ok(index),
        Value::Bool(truth) => Ok(i64::from(truth.get())),
        // A range reaches farther than memory.
        Value::BigInt(_) if kind == "range" => Err(out_of_range("range object index")),
        Value::BigInt(_) => Err(Raise::new(ExceptionKind::IndexError, "cannot fit 'int' into an index-sized integer")),
        Value::Record(_) if protocol::has(heap, index, Protocol::Index) => index_argument(heap, index),
        _ if kind == "string" => {
            Err(Raise::type_error(format!("string indices must be integers, not '{}'", index.type_name(heap))))
        }
        _ => {
            let kind = if kind == "index" { "byte" } else { kind };
            Err(Raise::type_error(format!("{kind} indices must be integers or slices, not {}", index.type_name(heap))))
        }
    }
}

fn out_of_range(what: &str) -> Raise {
    Raise::new(ExceptionKind::IndexError, format!("{what} out of range"))
}

/// `object[index]`.
///
/// # Errors
/// `IndexError`, `KeyError`, and `TypeError` for a value without items.
pub fn get_item(heap: &mut Heap, object: Value, index: Value) -> Res<Value> {
    if let Some(slice) = slice_of(heap, object, index) {
        return get_slice(heap, object, slice.start, slice.stop, slice.step);
    }
    match object {
        Value::List(list) => {
            let at = sequence_index(heap, "list", index)?;
            let items = &heap.lists[list].items;
            position(at, items.len()).map(|at| items[at]).ok_or_else(|| out_of_range("list index"))
        }
        Value::Native(native) => crate::modules::native::get_item(heap, native, index),
        Value::Dict(dict) => match tables::dict_get(heap, dict, index)? {
            Some(value) => Ok(value),
            None => Err(tables::key_error(heap, index).about(object)),
        },
        Value::Tuple(tuple) => {
            let at = sequence_index(heap, "tuple", index)?;
            let items = heap.tuples[tuple].items();
            position(at, items.len()).map(|at| items[at]).ok_or_else(|| out_of_range("tuple index"))
        }
        Value::Str(text) => {
            let at = sequence_index(heap, "string", index)?;
            let text = &heap.strs[text];
            match position(at, text.chars()).and_then(|at| text.char_at(at)) {
                Some(c) => Ok(heap.char_str(c)),
                None => Err(out_of_range("string index")),
            }
        }
        Value::Bytes(bytes) => {
            let at = sequence_index(heap, "index", index)?;
            let bytes = heap.byte_strings[bytes].as_slice();
            position(at, bytes.len()).map(|at| Value::Int(i64::from(bytes[at]))).ok_or_else(|| out_of_range("index"))
        }
        Value::Range(range) => {
            let at = sequence_index(heap, "range", index)?;
            let range = heap.ranges[range];
            let len = range.len();
            let at = if at < 0 { i128::from(at) + i128::from(len) } else { i128::from(at) };
            u64::try_from(at)
                .ok()
                .and_then(|at| range.get(at))
                .map(Value::Int)
                .ok_or_else(|| out_of_range("range object index"))
        }
        Value::Record(_) if protocol::has(heap, object, Protocol::GetItem) => {
            answered(heap, Protocol::GetItem, &[object, index])
        }
        _ => Err(Raise::type_error(match object {
            Value::Type(_) | Value::ExceptionType(_) | Value::RecordType(_) => {
                format!("type '{}' is not subscriptable", super::text::type_title(heap, object))
            }
            _ => format!("'{}' object is not subscriptable", object.type_name(heap)),
        })),
    }
}

/// `object[index] = value`.
///
/// # Errors
/// `IndexError`, and `TypeError` for a value whose items cannot be set.
pub fn set_item(heap: &mut Heap, object: Value, index: Value, value: Value) -> Res<()> {
    if let Some(slice) = slice_of(heap, object, index) {
        return set_slice(heap, object, slice.start, slice.stop, slice.step, value);
    }
    match object {
        Value::List(list) => {
            let at = sequence_index(heap, "list", index)?;
            let items = &mut heap.lists[list].items;
            let at = position(at, items.len()).ok_or_else(|| out_of_range("list assignment index"))?;
            items[at] = value;
            Ok(())
        }
        Value::Dict(dict) => tables::dict_insert(heap, dict, index, value),
        Value::Record(_) if protocol::has(heap, object, Protocol::SetItem) => {
            answered(heap, Protocol::SetItem, &[object, index, value]).map(|_| ())
        }
        _ => Err(Raise::type_error(format!("'{}' object does not support item assignment", object.type_name(heap)))),
    }
}

/// `del object[index]`.
///
/// # Errors
/// `IndexError`, `KeyError`, and `TypeError` for a value whose items cannot be deleted.
pub fn delete_item(heap: &mut Heap, object: Value, index: Value) -> Res<()> {
    if let Some(slice) = slice_of(heap, object, index) {
        return delete_slice(heap, object, slice.start, slice.stop, slice.step);
    }
    match object {
        Value::List(list) => {
            let at = sequence_index(heap, "list", index)?;
            let items = &mut heap.lists[list].items;
            let at = position(at, items.len()).ok_or_else(|| out_of_range("list assignment index"))?;
            items.remove(at);
            Ok(())
        }
        Value::Dict(dict) => match tables::dict_remove(heap, dict, index)? {
            Some(_) => Ok(()),
            None => Err(tables::key_error(heap, index).about(object)),
        },
        Value::Record(_) if protocol::has(heap, object, Protocol::DelItem) => {
            answered(heap, Protocol::DelItem, &[object, index]).map(|_| ())
        }
        _ => Err(no_deletion(heap, object, index)),
    }
}

fn answered(heap: &Heap, protocol: Protocol, arguments: &[Value]) -> Res<Value> {
    Ok(protocol::method_of(heap, protocol, arguments)?.unwrap_or(Value::None))
}

/// CPython has two wordings: one for types that are sequences or like them, asked with an int, one for all others.
fn no_deletion(heap: &Heap, object: Value, index: Value) -> Raise {
    let sequence = matches!(
        object,
        Value::Str(_)
            | Value::Bytes(_)
            | Value::Tuple(_)
            | Value::Range(_)
            | Value::Set(_)
            | Value::FrozenSet(_)
            | Value::View(_)
    );
    let verb = if sequence && matches!(index, Value::Int(_) | Value::Bool(_) | Value::BigInt(_)) {
        "doesn't"
    } else {
        "does not"
    };
    Raise::type_error(format!("'{}' object {verb} support item deletion", object.type_name(heap)))
}

/// A slice of a sequence of known length: `start`, `start + step` … for `count` items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceBounds {
    /// Between 0 and the length; one less than the length at most when counting down.
    pub start: usize,
    pub step: i64,
    pub count: usize,
    /// As `start`, but -1 when an empty sequence is counted down.
    first: i128,
    /// Where the slice ends; -1 when it counts down past the first item.
    stop: i128,
}

impl SliceBounds {
    /// The positions of the slice, in its order.
    pub fn positions(self) -> impl Iterator<Item = usize> {
        let mut at = self.start as i128;
        (0..self.count).map(move |_| {
            let position = at as usize;
            at += i128::from(self.step);
            position
        })
    }
}

/// What `start:stop:step` (each an int or `None`) selects in a sequence of `len` items.
///
/// # Errors
/// `TypeError` for other types, `ValueError` for a zero step.
pub fn slice_bounds(heap: &Heap, start: Value, stop: Value, step: Value, len: usize) -> Res<SliceBounds> {
    let part = |value| match value {
        Value::None => Ok(None),
        Value::Int(_) | Value::Bool(_) | Value::BigInt(_) => index_argument(heap, value).map(Some),
        Value::Record(_) if protocol::has(heap, value, Protocol::Index) => index_argument(heap, value).map(Some),
        _ => Err(Raise::type_error("slice indices must be integers or None or have an __index__ method".to_owned())),
    };
    let step = part(step)?.unwrap_or(1);
    if step == 0 {
        return Err(Raise::value_error("slice step cannot be zero"));
    }
    let len_wide = len as i128;
    // Counting down, the slice runs from the last item to just before the first.
    let (lowest, highest) = if step > 0 { (0, len_wide) } else { (-1, len_wide - 1) };
    let bound = |value: Option<i64>, default: i128| match value {
        None => default,
        Some(value) if value < 0 => (i128::from(value) + len_wide).max(lowest),
        Some(value) => i128::from(value).min(highest),
    };
    let (start, stop) = (part(start)?, part(stop)?);
    let (first, last) = if step > 0 {
        (bound(start, lowest), bound(stop, highest))
    } else {
        (bound(start, highest), bound(stop, lowest))
    };
    let distance = if step > 0 { last - first } else { first - last };
    let width = i128::from(step.unsigned_abs());
    let count = if distance <= 0 { 0 } else { (distance - 1) / width + 1 };
    Ok(SliceBounds {
        first,
        start: usize::try_from(first).unwrap_or(0),
        step,
        count: usize::try_from(count).unwrap_or(0),
        stop: last,
    })
}

/// The ints that a slice starts from, ends before, and steps by in a sequence of `len` items.
///
/// # Errors
/// Those of [`slice_bounds`].
pub fn slice_indices(heap: &Heap, slice: Slice, len: usize) -> Res<[i64; 3]> {
    let bounds = slice_bounds(heap, slice.start, slice.stop, slice.step, len)?;
    let int = |wide: i128| i64::try_from(wide).unwrap_or(if wide < 0 { i64::MIN } else { i64::MAX });
    Ok([int(bounds.first), int(bounds.stop), bounds.step])
}

/// `object[start:stop:step]`; parts left out are `None`.
///
/// # Errors
/// `TypeError` for a value that is not a sequence, and those of [`slice_bounds`].
pub fn get_slice(heap: &mut Heap, object: Value, start: Value, stop: Value, step: Value) -> Res<Value> {
    if let Value::Record(_) = object {
        let slice = heap.new_native(Native::Slice(Slice { start, stop, step }));
        return get_item(heap, object, slice);
    }
    let len = match object {
        Value::Str(_) | Value::Bytes(_) | Value::List(_) | Value::Tuple(_) | Value::Range(_) => {
            super::len(heap, object)?
        }
        Value::Dict(_) => return Err(Raise::type_error("unhashable type: 'slice'")),
        _ => {
            return Err(Raise::type_error(format!("'{}' object is not subscriptable", object.type_name(heap))));
        }
    };
    let bounds = slice_bounds(heap, start, stop, step, len)?;
    heap.ensure(bounds.count.saturating_mul(if matches!(object, Value::Range(_)) { 0 } else { 4 }))?;
    Ok(match object {
        Value::Str(text) => {
            let text = &heap.strs[text];
            let part: Box<str> = if bounds.step == 1 {
                text.slice(bounds.start, bounds.start + bounds.count).into()
            } else if text.is_ascii() {
                let bytes = text.as_str().as_bytes();
                bounds.positions().filter_map(|at| bytes.get(at)).map(|byte| char::from(*byte)).collect()
            } else {
                let chars: Vec<char> = text.as_str().chars().collect();
                bounds.positions().filter_map(|at| chars.get(at)).collect()
            };
            heap.new_str(part)
        }
        Value::Bytes(bytes) => {
            let bytes = heap.byte_strings[bytes].as_slice();
            let part: Vec<u8> = bounds.positions().filter_map(|at| bytes.get(at).copied()).collect();
            heap.new_bytes(part)
        }
        Value::List(list) => {
            let part = pick(&heap.lists[list].items, bounds);
            heap.new_list(part)
        }
        Value::Tuple(tuple) => {
            let part = pick(heap.tuples[tuple].items(), bounds);
            heap.new_tuple(part)
        }
        Value::Range(range) => {
            let part = slice_of_range(heap.ranges[range], bounds);
            Value::Range(heap.alloc(part))
        }
        other => other,
    })
}

fn pick(items: &[Value], bounds: SliceBounds) -> Vec<Value> {
    if bounds.step == 1 {
        return items[bounds.start..bounds.start + bounds.count].to_vec();
    }
    bounds.positions().filter_map(|at| items.get(at).copied()).collect()
}

fn slice_of_range(range: Range, bounds: SliceBounds) -> Range {
    let step = i128::from(range.step) * i128::from(bounds.step);
    let start = i128::from(range.start) + bounds.first * i128::from(range.step);
    let stop = i128::from(range.start) + bounds.stop * i128::from(range.step);
    let clamp = |wide: i128| wide.to_i64().unwrap_or(if wide < 0 { i64::MIN } else { i64::MAX });
    Range { start: clamp(start), stop: clamp(stop), step: clamp(step) }
}

/// `object[start:stop:step] = value`.
///
/// # Errors
/// `TypeError` unless the object is a list and the value iterable, `ValueError` when an extended
/// slice and the value differ in length.
pub fn set_slice(heap: &mut Heap, object: Value, start: Value, stop: Value, step: Value, value: Value) -> Res<()> {
    if let Value::Record(_) = object {
        let slice = heap.new_native(Native::Slice(Slice { start, stop, step }));
        return set_item(heap, object, slice, value);
    }
    let list = sliced_list(heap, object, "does not support item assignment")?;
    slice_bounds(heap, start, stop, step, heap.lists[list].items.len())?;
    let value = protocol::repeatable(heap, value)?;
    if let Err(raise) = super::iter_lazily(heap, value) {
        if raise.resume().is_some() {
            return Err(raise);
        }
        let plain = matches!(step, Value::None | Value::Int(1));
        return Err(Raise::type_error(if plain {
            "can only assign an iterable"
        } else {
            "must assign iterable to extended slice"
        }));
    }
    let values = iteration::collect(heap, value)?;
    let bounds = slice_bounds(heap, start, stop, step, heap.lists[list].items.len())?;
    heap.ensure(values.len() * size_of::<Value>())?;
    heap.charge(values.len() * size_of::<Value>());
    let items = &mut heap.lists[list].items;
    if bounds.step == 1 {
        items.splice(bounds.start..bounds.start + bounds.count, values);
        return Ok(());
    }
    if values.len() != bounds.count {
        return Err(Raise::value_error(format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            values.len(),
            bounds.count
        )));
    }
    for (at, value) in bounds.positions().zip(values) {
        items[at] = value;
    }
    Ok(())
}

/// `del object[start:stop:step]`.
///
/// # Errors
/// `TypeError` unless the object is a list.
pub fn delete_slice(heap: &mut Heap, object: Value, start: Value, stop: Value, step: Value) -> Res<()> {
    if let Value::Record(_) = object {
        let slice = heap.new_native(Native::Slice(Slice { start, stop, step }));
        return delete_item(heap, object, slice);
    }
    let list = sliced_list(heap, object, "does not support item deletion")?;
    let bounds = slice_bounds(heap, start, stop, step, heap.lists[list].items.len())?;
    let items = &mut heap.lists[list].items;
    if bounds.step == 1 {
        items.drain(bounds.start..bounds.start + bounds.count);
        return Ok(());
    }
    let mut gone = vec![false; items.len()];
    for at in bounds.positions() {
        gone[at] = true;
    }
    let mut at = 0;
    items.retain(|_| {
        at += 1;
        !gone[at - 1]
    });
    Ok(())
}

fn sliced_list(heap: &Heap, object: Value, refusal: &str) -> Res<Ref<crate::objects::List>> {
    match object {
        Value::List(list) => Ok(list),
        Value::Dict(_) => Err(Raise::type_error("unhashable type: 'slice'")),
        _ => Err(Raise::type_error(format!("'{}' object {refusal}", object.type_name(heap)))),
    }
}
