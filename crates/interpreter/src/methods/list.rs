//! Methods of `list`, `tuple` and `range`.

use super::{Method, method};
use crate::builtins::{CallArgs, Implementation, by_place};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::ops::{self, protocol};
use crate::value::Value;
use crate::vm_builtins::VmBuiltin;

pub(super) const LIST_METHODS: &[Method] = &[
    method("append", append),
    method("clear", clear),
    method("copy", copy),
    method("count", count),
    method("extend", extend),
    method("index", index),
    method("insert", insert),
    method("pop", pop),
    method("remove", remove),
    method("reverse", reverse),
    Method { name: "sort", run: Implementation::Vm(VmBuiltin::ListSort) },
];

pub(super) const TUPLE_METHODS: &[Method] = &[method("count", count), method("index", index)];

pub(super) const RANGE_METHODS: &[Method] = &[method("count", range_count), method("index", range_index)];

/// The items of a list or tuple.
fn items(heap: &Heap, this: Value) -> &[Value] {
    match this {
        Value::List(list) => &heap.lists[list].items,
        Value::Tuple(tuple) => heap.tuples[tuple].items(),
        _ => &[],
    }
}

/// The items of a list, to change.
fn items_mut(heap: &mut Heap, this: Value) -> Res<&mut Vec<Value>> {
    match this {
        Value::List(list) => Ok(&mut heap.lists[list].items),
        _ => Err(Raise::type_error(format!("a list is required, not '{}'", this.type_name(heap)))),
    }
}

fn append(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let item = match (args.positional, args.keywords) {
        ([item], []) => *item,
        _ => args.one(heap, "list.append")?,
    };
    heap.charge(size_of::<Value>());
    items_mut(heap, this)?.push(item);
    Ok(Value::None)
}

fn clear(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "list.clear")?;
    items_mut(heap, this)?.clear();
    Ok(Value::None)
}

fn copy(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "list.copy")?;
    let copied = items(heap, this).to_vec();
    heap.ensure(size_of_val(copied.as_slice()))?;
    Ok(heap.new_list(copied))
}

fn count(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let wanted = args.one(heap, &format!("{}.count", this.type_name(heap)))?;
    let mut found = 0;
    for item in items(heap, this) {
        let equal = if item.is(wanted) { Ok(true) } else { ops::eq(heap, *item, wanted) };
        match equal {
            Ok(equal) => found += i64::from(equal),
            Err(raise) => {
                let len = items(heap, this).len();
                return protocol::or_by_code(heap, Err(raise), len, "__count_of__", &[this, wanted]);
            }
        }
    }
    Ok(Value::Int(found))
}

fn extend(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let iterable = args.one(heap, "list.extend")?;
    let mut added = ops::collect(heap, iterable)?;
    heap.ensure(size_of_val(added.as_slice()))?;
    heap.charge(size_of_val(added.as_slice()));
    items_mut(heap, this)?.append(&mut added);
    Ok(Value::None)
}

fn index(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [wanted, start, stop] =
        args.bind(heap, "index", [by_place("value"), by_place("start"), by_place("stop")], 1)?;
    let wanted = wanted.unwrap_or(Value::None);
    let len = items(heap, this).len();
    let clamp = |value: Option<Value>, default: usize| -> Res<usize> {
        match value {
            None => Ok(default),
            Some(value) => {
                let at = ops::index_argument(heap, value)
                    .map_err(|_| Raise::type_error("slice indices must be integers or have an __index__ method"))?;
                let at = if at < 0 { i128::from(at) + len as i128 } else { i128::from(at) };
                Ok(usize::try_from(at.max(0)).unwrap_or(usize::MAX).min(len))
            }
        }
    };
    let (start, stop) = (clamp(start, 0)?, clamp(stop, len)?);
    for (at, item) in items(heap, this).iter().enumerate().take(stop).skip(start) {
        let equal = if item.is(wanted) { Ok(true) } else { ops::eq(heap, *item, wanted) };
        match equal {
            Ok(false) => {}
            Ok(true) => return Ok(Value::Int(i64::try_from(at).unwrap_or(i64::MAX))),
            Err(raise) => {
                let place = |at: usize| Value::Int(i64::try_from(at).unwrap_or(i64::MAX));
                let arguments = [this, wanted, place(start), place(stop)];
                match protocol::or_by_code(heap, Err(raise), len, "__index_of__", &arguments)? {
                    Value::Int(at) if at < 0 => break,
                    found => return Ok(found),
                }
            }
        }
    }
    Err(Raise::value_error(match this {
        Value::Tuple(_) => "tuple.index(x): x not in tuple".to_owned(),
        _ => format!("{} is not in list", ops::repr(heap, wanted)?),
    }))
}

fn insert(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [at, item] = args.bind(heap, "insert", [by_place("index"), by_place("object")], 2)?;
    let at = ops::size_argument(heap, at.unwrap_or(Value::None))?;
    heap.charge(size_of::<Value>());
    let items = items_mut(heap, this)?;
    let at = if at < 0 { i128::from(at) + items.len() as i128 } else { i128::from(at) };
    let at = usize::try_from(at.max(0)).unwrap_or(usize::MAX).min(items.len());
    items.insert(at, item.unwrap_or(Value::None));
    Ok(Value::None)
}

fn pop(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [at] = args.bind(heap, "pop", [by_place("index")], 0)?;
    let at = match at {
        None => -1,
        Some(at) => ops::size_argument(heap, at)?,
    };
    let items = items_mut(heap, this)?;
    if items.is_empty() {
        return Err(Raise::new(ExceptionKind::IndexError, "pop from empty list"));
    }
    let position = if at < 0 { i128::from(at) + items.len() as i128 } else { i128::from(at) };
    match usize::try_from(position) {
        Ok(position) if position < items.len() => Ok(items.remove(position)),
        _ => Err(Raise::new(ExceptionKind::IndexError, "pop index out of range")),
    }
}

fn remove(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let wanted = args.one(heap, "list.remove")?;
    let mut found = None;
    for (at, item) in items(heap, this).iter().enumerate() {
        if item.is(wanted) || ops::eq(heap, *item, wanted)? {
            found = Some(at);
            break;
        }
    }
    match found {
        Some(at) => {
            items_mut(heap, this)?.remove(at);
            Ok(Value::None)
        }
        None => Err(Raise::value_error("list.remove(x): x not in list")),
    }
}

fn reverse(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "list.reverse")?;
    items_mut(heap, this)?.reverse();
    Ok(Value::None)
}

fn range_count(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let wanted = args.one(heap, "range.count")?;
    let found = ops::contains(heap, this, wanted)?;
    Ok(Value::Int(i64::from(found)))
}

fn range_index(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let wanted = args.one(heap, "range.index")?;
    let Value::Range(range) = this else { return Ok(Value::None) };
    let int = match wanted {
        Value::Int(int) => Some(int),
        Value::Bool(truth) => Some(i64::from(truth.get())),
        _ => None,
    };
    match int.and_then(|int| heap.ranges[range].position(int)) {
        Some(at) => Ok(Value::Int(i64::try_from(at).unwrap_or(i64::MAX))),
        None if ops::number(heap, wanted).is_none() || matches!(wanted, Value::Float(_)) => {
            Err(Raise::value_error("sequence.index(x): x not in sequence"))
        }
        None => Err(Raise::value_error(format!("{} is not in range", ops::repr(heap, wanted)?))),
    }
}
