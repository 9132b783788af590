//! Values to plain data and back, where they cross to the host.

use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::host::Data;
use crate::ops;
use crate::value::Value;

/// How deep data may be nested.
const MAX_DEPTH: usize = 200;

/// The value of plain data.
pub(crate) fn to_value(heap: &mut Heap, data: &Data) -> Res<Value> {
    to_value_at(heap, data, 0)
}

fn to_value_at(heap: &mut Heap, data: &Data, depth: usize) -> Res<Value> {
    if depth > MAX_DEPTH {
        return Err(Raise::value_error("the data of the host is nested too deeply"));
    }
    Ok(match data {
        Data::None => Value::None,
        Data::Bool(value) => Value::bool(*value),
        Data::Int(value) => Value::Int(*value),
        Data::BigInt(digits) => match digits.parse() {
            Ok(int) => heap.new_int(int),
            Err(_) => return Err(Raise::value_error(format!("'{digits}' is not an integer"))),
        },
        Data::Float(value) => Value::float(*value),
        Data::Str(text) => heap.new_str(text.as_str()),
        Data::Bytes(bytes) => heap.new_bytes(bytes.as_slice()),
        Data::List(items) => {
            let mut values = Vec::with_capacity(items.len());
            for item in items {
                values.push(to_value_at(heap, item, depth + 1)?);
            }
            heap.new_list(values)
        }
        Data::Dict(entries) => {
            let dict = heap.new_dict();
            for (key, value) in entries {
                let key = to_value_at(heap, key, depth + 1)?;
                let value = to_value_at(heap, value, depth + 1)?;
                ops::dict_insert(heap, dict, key, value)?;
            }
            Value::Dict(dict)
        }
    })
}

/// The plain data of a value; what has no such form (functions, records) is given as its text.
pub(crate) fn to_data(heap: &Heap, value: Value) -> Res<Data> {
    to_data_at(heap, value, 0, &mut 0)
}

fn to_data_at(heap: &Heap, value: Value, depth: usize, bytes: &mut usize) -> Res<Data> {
    if depth > MAX_DEPTH {
        return Err(Raise::value_error("the value is nested too deeply to be given to the host"));
    }
    // Shared parts are copied each time they occur.
    heap.work(1)?;
    *bytes += size_of::<Data>();
    match value {
        Value::Str(text) => *bytes += heap.strs[text].len(),
        Value::Bytes(object) => *bytes += heap.byte_strings[object].as_slice().len(),
        _ => {}
    }
    heap.ensure(*bytes)?;
    Ok(match value {
        Value::Unset | Value::None => Data::None,
        Value::Bool(value) => Data::Bool(value.get()),
        Value::Int(value) => Data::Int(value),
        Value::BigInt(_) => Data::BigInt(ops::int_to_text(heap, value)?),
        Value::Float(value) => Data::Float(value.get()),
        Value::Str(text) => Data::Str(heap.str(text).to_owned()),
        Value::Bytes(bytes) => Data::Bytes(heap.byte_strings[bytes].as_slice().to_vec()),
        Value::List(list) => items(heap, &heap.lists[list].items, depth, bytes)?,
        Value::Tuple(tuple) => items(heap, heap.tuples[tuple].items(), depth, bytes)?,
        Value::Dict(dict) => {
            let mut entries = Vec::new();
            for entry in heap.dicts[dict].table.iter() {
                let key = to_data_at(heap, entry.key, depth + 1, bytes)?;
                entries.push((key, to_data_at(heap, entry.value, depth + 1, bytes)?));
            }
            Data::Dict(entries)
        }
        Value::Promise(promise) => to_data_at(heap, crate::objects::value_of(heap, promise)?, depth, bytes)?,
        other => {
            let text = ops::plain_text(heap, other)?;
            *bytes += text.len();
            heap.ensure(*bytes)?;
            Data::Str(text)
        }
    })
}

fn items(heap: &Heap, values: &[Value], depth: usize, bytes: &mut usize) -> Res<Data> {
    values.iter().map(|value| to_data_at(heap, *value, depth + 1, bytes)).collect::<Res<Vec<_>>>().map(Data::List)
}
