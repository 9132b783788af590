//! Methods of `dict`.

use super::{Method, method};
use crate::builtins::{CallArgs, by_place};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::objects::{Dict, View, ViewKind};
use crate::ops;
use crate::ops::protocol;
use crate::value::{Ref, Value};

pub(super) const METHODS: &[Method] = &[
    method("clear", clear),
    method("copy", copy),
    method("fromkeys", from_keys),
    method("get", get),
    method("items", items),
    method("keys", keys),
    method("pop", pop),
    method("popitem", pop_item),
    method("setdefault", set_default),
    method("update", update),
    method("values", values),
];

pub(super) const CLASS_METHODS: &[Method] = &[method("fromkeys", from_keys)];

fn receiver(heap: &Heap, this: Value) -> Res<Ref<Dict>> {
    match this {
        Value::Dict(dict) => Ok(dict),
        _ => Err(Raise::type_error(format!("a dict is required, not '{}'", this.type_name(heap)))),
    }
}

fn clear(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "dict.clear")?;
    let dict = receiver(heap, this)?;
    heap.dicts[dict].table.clear();
    Ok(Value::None)
}

fn copy(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "dict.copy")?;
    let dict = receiver(heap, this)?;
    let copied = heap.dicts[dict].clone();
    Ok(Value::Dict(heap.alloc(copied)))
}

fn from_keys(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [keys, value] = args.bind(heap, "fromkeys", [by_place("iterable"), by_place("value")], 1)?;
    let keys = ops::collect(heap, keys.unwrap_or(Value::None))?;
    let value = value.unwrap_or(Value::None);
    let dict = heap.new_dict();
    if let Some(filled) = filled(heap, dict, keys.iter().map(|key| (*key, value)))? {
        return Ok(filled);
    }
    for key in keys {
        ops::dict_insert(heap, dict, key, value)?;
    }
    Ok(Value::Dict(dict))
}

fn get(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [key, default] = args.bind(heap, "get", [by_place("key"), by_place("default")], 1)?;
    let dict = receiver(heap, this)?;
    let found = ops::dict_get(heap, dict, key.unwrap_or(Value::None))?;
    Ok(found.or(default).unwrap_or(Value::None))
}

fn view(heap: &mut Heap, this: Value, args: &CallArgs<'_>, name: &str, kind: ViewKind) -> Res<Value> {
    args.none(heap, name)?;
    let dict = receiver(heap, this)?;
    Ok(Value::View(heap.alloc(View { dict, kind })))
}

fn items(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    view(heap, this, args, "dict.items", ViewKind::Items)
}

fn keys(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    view(heap, this, args, "dict.keys", ViewKind::Keys)
}

fn values(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    view(heap, this, args, "dict.values", ViewKind::Values)
}

fn pop(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [key, default] = args.bind(heap, "pop", [by_place("key"), by_place("default")], 1)?;
    let (dict, key) = (receiver(heap, this)?, key.unwrap_or(Value::None));
    // An empty dict does not ask for the key's hash.
    let found = if heap.dicts[dict].table.len() == 0 { None } else { ops::dict_remove(heap, dict, key)? };
    match found.or(default) {
        Some(value) => Ok(value),
        None => Err(ops::key_error(heap, key).about(this)),
    }
}

fn pop_item(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "dict.popitem")?;
    let dict = receiver(heap, this)?;
    let table = &mut heap.dicts[dict].table;
    match table.last().and_then(|last| table.remove(last)) {
        Some(entry) => Ok(heap.new_pair(entry.key, entry.value)),
        None => {
            let message = heap.new_str("popitem(): dictionary is empty");
            Err(Raise::with_argument(ExceptionKind::KeyError, "'popitem(): dictionary is empty'", message))
        }
    }
}

fn set_default(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [key, default] = args.bind(heap, "setdefault", [by_place("key"), by_place("default")], 1)?;
    let (dict, key, default) = (receiver(heap, this)?, key.unwrap_or(Value::None), default.unwrap_or(Value::None));
    if let Some(found) = ops::dict_get(heap, dict, key)? {
        return Ok(found);
    }
    ops::dict_insert(heap, dict, key, default)?;
    Ok(default)
}

fn update(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let dict = receiver(heap, this)?;
    let done = match args.positional {
        [Value::Dict(other)] if heap.answers.in_use => {
            let entries: Vec<(Value, Value)> =
                heap.dicts[*other].table.iter().map(|entry| (entry.key, entry.value)).collect();
            filled(heap, dict, entries.into_iter())?.is_some()
        }
        [Value::List(pairs)] if heap.answers.in_use => {
            let pairs = heap.lists[*pairs].items.clone();
            protocol::filled(heap, "__put_all__", this, &pairs)?.is_some()
        }
        _ => false,
    };
    let rest = CallArgs { positional: if done { &[] } else { args.positional }, keywords: args.keywords };
    fill(heap, dict, &rest, "update")?;
    Ok(Value::None)
}

/// A dict filled with many entries by code, if the program has to be asked about the keys.
fn filled(
    heap: &mut Heap,
    dict: Ref<Dict>,
    entries: impl Iterator<Item = (Value, Value)> + Clone,
) -> Res<Option<Value>> {
    if !heap.answers.in_use || !entries.clone().any(|(key, _)| matches!(key, Value::Record(_))) {
        return Ok(None);
    }
    let pairs: Vec<Value> = entries.map(|(key, value)| heap.new_pair(key, value)).collect();
    protocol::filled(heap, "__put_all__", Value::Dict(dict), &pairs)
}

/// Adds what the arguments of `dict(…)` and `dict.update(…)` describe: a dict or pairs, then keywords.
pub(crate) fn fill(heap: &mut Heap, dict: Ref<Dict>, args: &CallArgs<'_>, function: &str) -> Res<()> {
    match args.positional {
        [] => {}
        [Value::Dict(other)] => ops::dict_merge(heap, dict, *other)?,
        [pairs] => {
            let pairs = ops::collect(heap, *pairs)?;
            for (at, pair) in pairs.into_iter().enumerate() {
                let parts = ops::collect(heap, pair).map_err(|raise| {
                    if raise.resume().is_some() || raise.kind() != ExceptionKind::TypeError {
                        return raise;
                    }
                    Raise::type_error(format!("cannot convert dictionary update sequence element #{at} to a sequence"))
                })?;
                let [key, value] = parts.as_slice() else {
                    return Err(Raise::value_error(format!(
                        "dictionary update sequence element #{at} has length {}; 2 is required",
                        parts.len()
                    )));
                };
                ops::dict_insert(heap, dict, *key, *value)?;
            }
        }
        several => {
            return Err(Raise::type_error(format!("{function} expected at most 1 argument, got {}", several.len())));
        }
    }
    for (name, value) in args.keywords {
        ops::dict_insert(heap, dict, Value::Str(*name), *value)?;
    }
    Ok(())
}
