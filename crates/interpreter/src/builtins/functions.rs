//! Builtin functions over collections, text and any value.

use num_bigint::BigInt;

use super::{CallArgs, by_name, by_place};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::format as formatting;
use crate::heap::Heap;
use crate::methods;
use crate::objects::{Iter, Nest, ViewKind};
use crate::ops::protocol;
use crate::ops::{self, BinaryOp};
use crate::value::{Ref, Value};

/// How many iterators may be nested in each other.
const MAX_ITERATORS: u16 = 200;

pub(super) fn all(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let values = args.one(heap, "all")?;
    if let Value::Range(range) = values {
        return Ok(Value::bool(heap.ranges[range].position(0).is_none()));
    }
    // They may end before the iterator does, so they take no more of it than they need.
    if let Some(answer) = protocol::quantify(heap, "__all__", values)? {
        return Ok(answer);
    }
    let iter = ops::iter_lazily(heap, values)?;
    while let Some(value) = ops::iter_next(heap, iter)? {
        heap.work(1)?;
        if !ops::holds(heap, value)? {
            return Ok(Value::bool(false));
        }
    }
    Ok(Value::bool(true))
}

pub(super) fn any(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let values = args.one(heap, "any")?;
    if let Value::Range(range) = values {
        let range = heap.ranges[range];
        return Ok(Value::bool(range.len() > u64::from(range.position(0).is_some())));
    }
    // They may end before the iterator does, so they take no more of it than they need.
    if let Some(answer) = protocol::quantify(heap, "__any__", values)? {
        return Ok(answer);
    }
    let iter = ops::iter_lazily(heap, values)?;
    while let Some(value) = ops::iter_next(heap, iter)? {
        heap.work(1)?;
        if ops::holds(heap, value)? {
            return Ok(Value::bool(true));
        }
    }
    Ok(Value::bool(false))
}

pub(super) fn ascii(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let value = args.one(heap, "ascii")?;
    let shown = methods::ascii_only(&ops::repr(heap, value)?);
    Ok(heap.new_str(shown))
}

pub(super) fn chr(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let code = args.one(heap, "chr")?;
    let code = ops::index_argument(heap, code)?;
    match u32::try_from(code).ok().filter(|code| *code < 0x11_0000) {
        Some(code) => match char::from_u32(code) {
            Some(c) => Ok(heap.char_str(c)),
            None => {
                Err(Raise::value_error(format!("chr() arg {code:#x} is half of a surrogate pair, not a character")))
            }
        },
        None => Err(Raise::value_error("chr() arg not in range(0x110000)")),
    }
}

pub(super) fn ord(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let value = args.one(heap, "ord")?;
    let len = match value {
        Value::Str(text) => {
            let text = &heap.strs[text];
            if let (1, Some(c)) = (text.chars(), text.char_at(0)) {
                return Ok(Value::Int(i64::from(u32::from(c))));
            }
            text.chars()
        }
        Value::Bytes(bytes) => match heap.byte_strings[bytes].as_slice() {
            [byte] => return Ok(Value::Int(i64::from(*byte))),
            several => several.len(),
        },
        _ => {
            return Err(Raise::type_error(format!(
                "ord() expected string of length 1, but {} found",
                value.type_name(heap)
            )));
        }
    };
    Err(Raise::type_error(format!("ord() expected a character, but string of length {len} found")))
}

/// What an iterator is made of that takes values from `inner`; it ends with the first of them, or with the last.
pub(crate) fn nest_of(heap: &Heap, inner: &[Ref<Iter>], ends_with_first: bool) -> Res<Nest> {
    let nests = || inner.iter().map(|iter| heap.iters[*iter].nest());
    let depth = nests().map(|nest| nest.depth).max().unwrap_or(0);
    if depth >= MAX_ITERATORS {
        return Err(Raise::new(
            ExceptionKind::RecursionError,
            format!("more than {MAX_ITERATORS} iterators are nested in each other"),
        ));
    }
    let endless = if ends_with_first {
        !inner.is_empty() && nests().all(|nest| nest.endless)
    } else {
        nests().any(|nest| nest.endless)
    };
    Ok(Nest { depth: depth + 1, calls: nests().any(|nest| nest.calls), endless })
}

pub(super) fn enumerate(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [values, start] = args.bind(heap, "enumerate", [by_name("iterable"), by_name("start")], 1)?;
    let count = match start {
        None => Value::Int(0),
        Some(start @ (Value::Int(_) | Value::BigInt(_))) => start,
        Some(start) => Value::Int(ops::index_argument(heap, start)?),
    };
    let inner = ops::iter_lazily(heap, values.unwrap_or(Value::None))?;
    let nest = nest_of(heap, &[inner], true)?;
    Ok(Value::Iter(heap.alloc(Iter::Enumerate { inner, count, nest })))
}

pub(super) fn zip(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    for (name, _) in args.keywords {
        if heap.str(*name) != "strict" {
            return Err(Raise::type_error(format!("'{}' is an invalid keyword argument for zip()", heap.str(*name))));
        }
    }
    let strict = args.keyword(heap, "strict").is_some_and(|strict| ops::truth(heap, strict));
    let mut inner = Vec::with_capacity(args.positional.len());
    for value in args.positional {
        inner.push(ops::iter_lazily(heap, *value)?);
    }
    let nest = nest_of(heap, &inner, true)?;
    Ok(Value::Iter(heap.alloc(Iter::Zip { inner: inner.into(), strict, nest, partial: Box::default() })))
}

pub(super) fn reversed(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let value = args.one(heap, "reversed")?;
    let iter = match value {
        Value::List(list) => Iter::ListReversed { list, left: heap.lists[list].items.len() },
        Value::Range(range) => {
            let range = heap.ranges[range].reversed();
            Iter::Range { next: range.start, left: range.len(), step: range.step }
        }
        Value::Dict(dict) => {
            let table = &heap.dicts[dict].table;
            Iter::DictReversed { dict, kind: ViewKind::Keys, left: table.end(), len: table.len() }
        }
        Value::View(view) => {
            let view = heap.views[view];
            let table = &heap.dicts[view.dict].table;
            Iter::DictReversed { dict: view.dict, kind: view.kind, left: table.end(), len: table.len() }
        }
        Value::Str(_) | Value::Tuple(_) | Value::Bytes(_) => {
            let items = ops::collect(heap, value)?;
            let left = items.len();
            let Value::List(list) = heap.new_list(items) else { return Ok(Value::None) };
            Iter::ListReversed { list, left }
        }
        _ => match protocol::reversed(heap, value)? {
            Some(iter) => return Ok(iter),
            None => return Err(Raise::type_error(format!("'{}' object is not reversible", value.type_name(heap)))),
        },
    };
    Ok(Value::Iter(heap.alloc(iter)))
}

pub(super) fn iter(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let value = args.one(heap, "iter")?;
    if let Some(own) = protocol::own_iterator(heap, value)? {
        return Ok(own);
    }
    Ok(Value::Iter(ops::iter_lazily(heap, value)?))
}

pub(super) fn next(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [iterator, default] = args.bind(heap, "next", [by_place("iterator"), by_place("default")], 1)?;
    let iterator = iterator.unwrap_or(Value::None);
    if let Some(next) = protocol::next(heap, iterator, default)? {
        return Ok(next);
    }
    match ops::next_of(heap, iterator)?.or(default) {
        Some(value) => Ok(value),
        None => Err(Raise::new(ExceptionKind::StopIteration, "")),
    }
}

pub(super) fn len(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let value = match (args.positional, args.keywords) {
        ([value], []) => *value,
        _ => args.one(heap, "len")?,
    };
    Ok(Value::Int(i64::try_from(ops::len(heap, value)?).unwrap_or(i64::MAX)))
}

pub(super) fn hash(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let value = args.one(heap, "hash")?;
    Ok(Value::Int(ops::hash(heap, value)?))
}

pub(super) fn id(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let value = args.one(heap, "id")?;
    let number = match value {
        Value::List(object) => object.index(),
        Value::Dict(object) => object.index(),
        Value::Set(object) | Value::FrozenSet(object) => object.index(),
        Value::Record(object) => object.index(),
        Value::Tuple(object) => object.index(),
        // Of values that cannot change, equal ones are as good as the same.
        _ => return Ok(Value::Int(ops::hash(heap, value)?.unsigned_abs() as i64 >> 1)),
    };
    Ok(Value::Int((i64::from(number) << 8) | i64::from(value.type_tag() as u8)))
}

pub(super) fn repr(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let value = args.one(heap, "repr")?;
    let shown = ops::repr(heap, value)?;
    Ok(heap.new_str(shown))
}

pub(super) fn reveal_type(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    args.one(heap, "reveal_type")
}

pub(super) fn format(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [value, spec] = args.bind(heap, "format", [by_place("value"), by_place("format_spec")], 1)?;
    let spec = match spec {
        None => "",
        Some(spec) => heap.as_str(spec).ok_or_else(|| {
            let given = if spec.is(Value::None) { "None" } else { spec.type_name(heap) };
            Raise::type_error(format!("format() argument 2 must be str, not {given}"))
        })?,
    };
    let shown = formatting::format_value(heap, value.unwrap_or(Value::None), spec)?;
    Ok(heap.new_str(shown))
}

/// `exit(code)`, `quit(code)`: `SystemExit`, which ends the program unless it is caught.
pub(super) fn exit(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [code] = args.bind(heap, "exit", [by_name("code")], 0)?;
    Err(match code {
        None | Some(Value::None) => Raise::new(ExceptionKind::SystemExit, ""),
        Some(code) => Raise::with_argument(ExceptionKind::SystemExit, ops::plain_text(heap, code)?, code),
    })
}

pub(super) fn sum(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [values, start] = args.bind(heap, "sum", [by_place("iterable"), by_name("start")], 1)?;
    let mut total = start.unwrap_or(Value::Int(0));
    match total {
        Value::Str(_) => return Err(Raise::type_error("sum() can't sum strings [use ''.join(seq) instead]")),
        Value::Bytes(_) => return Err(Raise::type_error("sum() can't sum bytes [use b''.join(seq) instead]")),
        _ => {}
    }
    let values = values.unwrap_or(Value::None);
    if let (Value::Range(range), Value::Int(_) | Value::BigInt(_)) = (values, total) {
        // A range can be longer than any program would wait for: count * (first + last) / 2.
        let range = heap.ranges[range];
        let last = range.len().checked_sub(1).and_then(|last| range.get(last));
        let double = BigInt::from(range.len()) * (BigInt::from(range.start) + last.unwrap_or(range.start));
        let sum = heap.new_int(double / 2);
        return ops::binary(heap, BinaryOp::Add, total, sum);
    }
    if let Some(sum) = protocol::sum(heap, values, total)? {
        return Ok(sum);
    }
    let iter = ops::iter(heap, values)?;
    while let Some(value) = ops::iter_next(heap, iter)? {
        heap.work(1)?;
        total = match (total, value) {
            (Value::Float(a), Value::Float(b)) => Value::float(a.get() + b.get()),
            (Value::Int(a), Value::Int(b)) if a.checked_add(b).is_some() => Value::Int(a.wrapping_add(b)),
            // A number and text join where `+` is written; a sum with text in it is a mistake, as in Python.
            (Value::Int(_) | Value::Float(_) | Value::BigInt(_) | Value::Bool(_), Value::Str(_)) => {
                let total = total.type_name(heap);
                return Err(Raise::type_error(format!("unsupported operand type(s) for +: '{total}' and 'str'")));
            }
            _ => ops::binary(heap, BinaryOp::Add, total, value)?,
        };
    }
    Ok(total)
}

pub(super) fn title_case(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [text] = args.bind(heap, "title_case", [by_name("text")], 1)?;
    let text = text.unwrap_or(Value::None);
    let Some(text) = heap.as_str(text) else {
        return Err(Raise::type_error(format!("title_case argument must be a string, not {}", text.type_name(heap))));
    };
    let title = methods::str::title_text(text);
    Ok(heap.new_str(title))
}
