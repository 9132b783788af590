//! Calling a builtin type: `int("5")`, `list(xs)`, `dict(a=1)`.

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::{CallArgs, by_name, by_place};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::methods;
use crate::objects::{Range, Tuple};
use crate::ops;
use crate::ops::protocol::{self, Protocol};
use crate::value::{TypeTag, Value};

/// `type(…)` of a builtin type.
///
/// # Errors
/// `TypeError` and `ValueError` for arguments that cannot be converted, and for types that cannot be called.
pub fn construct(heap: &mut Heap, tag: TypeTag, args: &CallArgs<'_>) -> Res<Value> {
    match tag {
        TypeTag::Bool => {
            let [value] = args.bind(heap, "bool", [by_place("x")], 0)?;
            Ok(Value::bool(match value {
                Some(value) => ops::holds(heap, value)?,
                None => false,
            }))
        }
        TypeTag::Int => int(heap, args),
        TypeTag::Float => float(heap, args),
        TypeTag::Str => str(heap, args),
        TypeTag::Bytes => bytes(heap, args),
        TypeTag::List => {
            let items = optional_items(heap, args, "list")?;
            heap.ensure(size_of_val(items.as_slice()))?;
            Ok(heap.new_list(items))
        }
        TypeTag::Tuple => match args.positional {
            [tuple @ Value::Tuple(_)] if args.keywords.is_empty() => Ok(*tuple),
            _ => {
                let items = optional_items(heap, args, "tuple")?;
                Ok(Value::Tuple(heap.alloc(Tuple::new(items.into()))))
            }
        },
        TypeTag::Set => {
            let items = optional_items(heap, args, "set")?;
            let set = heap.new_set();
            if let Some(filled) = protocol::filled(heap, "__add_all__", Value::Set(set), &items)? {
                return Ok(filled);
            }
            for item in items {
                ops::set_insert(heap, set, item)?;
            }
            Ok(Value::Set(set))
        }
        TypeTag::FrozenSet => match args.positional {
            [frozen @ Value::FrozenSet(_)] if args.keywords.is_empty() => Ok(*frozen),
            _ => {
                let items = optional_items(heap, args, "frozenset")?;
                let set = heap.new_set();
                if let Some(Value::Set(filled)) = protocol::filled(heap, "__add_all__", Value::Set(set), &items)? {
                    return Ok(Value::FrozenSet(filled));
                }
                for item in items {
                    ops::set_insert(heap, set, item)?;
                }
                Ok(Value::FrozenSet(set))
            }
        },
        TypeTag::Dict => {
            let dict = heap.new_dict();
            if let [pairs @ (Value::Iter(_) | Value::List(_))] = args.positional {
                let pairs = ops::collect(heap, *pairs)?;
                if let Some(filled) = protocol::filled(heap, "__put_all__", Value::Dict(dict), &pairs)? {
                    let Value::Dict(filled) = filled else { return Ok(filled) };
                    let keywords = CallArgs { positional: &[], keywords: args.keywords };
                    methods::dict::fill(heap, filled, &keywords, "dict")?;
                    return Ok(Value::Dict(filled));
                }
                let pairs = heap.new_list(pairs);
                let args = CallArgs { positional: &[pairs], keywords: args.keywords };
                methods::dict::fill(heap, dict, &args, "dict")?;
                return Ok(Value::Dict(dict));
            }
            methods::dict::fill(heap, dict, args, "dict")?;
            Ok(Value::Dict(dict))
        }
        TypeTag::Range => range(heap, args),
        TypeTag::Type => {
            let value = args.one(heap, "type")?;
            Ok(crate::vm::type_of(heap, value))
        }
        tag if tag.is_native() => crate::modules::native::construct(heap, tag, args),
        _ => Err(Raise::type_error(format!("cannot create '{}' instances", tag.name()))),
    }
}

fn optional_items(heap: &mut Heap, args: &CallArgs<'_>, name: &str) -> Res<Vec<Value>> {
    let [items] = args.bind(heap, name, [by_place("iterable")], 0)?;
    items.map_or_else(|| Ok(Vec::new()), |items| ops::collect(heap, items))
}

/// Text given to `int` or `float`: a string, or bytes read as ASCII.
fn numeral(heap: &Heap, value: Value) -> Option<String> {
    match value {
        Value::Str(text) => Some(heap.str(text).to_owned()),
        Value::Bytes(bytes) => Some(heap.byte_strings[bytes].as_slice().iter().map(|byte| char::from(*byte)).collect()),
        _ => None,
    }
}

fn int(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [value, base] = args.bind(heap, "int", [by_place("x"), by_name("base")], 0)?;
    let Some(value) = value else {
        return if base.is_some() {
            Err(Raise::type_error("int() missing string argument"))
        } else {
            Ok(Value::Int(0))
        };
    };
    let base = match base {
        None => None,
        Some(base) => match ops::index_argument(heap, base)? {
            base @ (0 | 2..=36) => u32::try_from(base).ok(),
            _ => return Err(Raise::value_error("int() base must be >= 2 and <= 36, or 0")),
        },
    };
    if let Some(text) = numeral(heap, value) {
        let shown = ops::repr(heap, value)?;
        return ops::int_from_text(heap, &text, base.unwrap_or(10), &shown);
    }
    if base.is_some() {
        return Err(Raise::type_error("int() can't convert non-string with explicit base"));
    }
    let value = match value {
        Value::Record(_) => match protocol::number(heap, Protocol::Int, value)? {
            Some(int) => int,
            None => protocol::unary(heap, Protocol::Trunc, value)?.unwrap_or(value),
        },
        value => value,
    };
    match value {
        Value::Int(_) | Value::BigInt(_) | Value::Bool(_) => ops::positive(heap, value),
        Value::Float(float) => truncate(heap, float.get()),
        _ => Err(Raise::type_error(format!(
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            value.type_name(heap)
        ))),
    }
}

/// The whole part of a float.
pub(crate) fn truncate(heap: &mut Heap, float: f64) -> Res<Value> {
    if float.is_nan() {
        return Err(Raise::value_error("cannot convert float NaN to integer"));
    }
    match BigInt::from_f64(float.trunc()) {
        Some(int) => Ok(heap.new_int(int)),
        None => Err(Raise::new(ExceptionKind::OverflowError, "cannot convert float infinity to integer")),
    }
}

fn float(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [value] = args.bind(heap, "float", [by_place("x")], 0)?;
    let Some(value) = value else { return Ok(Value::float(0.0)) };
    if let Some(number) = ops::number(heap, value) {
        return number.to_f64().map(Value::float);
    }
    if let Some(float) = protocol::number(heap, Protocol::Float, value)? {
        return ops::number(heap, float).map_or(Ok(0.0), |number| number.to_f64()).map(Value::float);
    }
    match numeral(heap, value) {
        Some(text) => match ops::parse_float(&text) {
            Some(float) if float.is_nan() => Ok(heap.new_nan()),
            Some(float) => Ok(Value::float(float)),
            None => Err(Raise::value_error(format!("could not convert string to float: {}", ops::repr(heap, value)?))),
        },
        None => Err(Raise::type_error(format!(
            "float() argument must be a string or a real number, not '{}'",
            value.type_name(heap)
        ))),
    }
}

fn str(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    if let CallArgs { positional: &[Value::Int(int)], keywords: [] } = *args {
        return Ok(heap.new_int_text(int));
    }
    let [value, encoding, errors] =
        args.bind(heap, "str", [by_name("object"), by_name("encoding"), by_name("errors")], 0)?;
    match value {
        None => Ok(heap.new_str("")),
        Some(text @ Value::Str(_)) if encoding.is_none() => Ok(text),
        Some(Value::Str(_)) => Err(Raise::type_error("decoding str is not supported")),
        Some(bytes) if encoding.is_some() || errors.is_some() => {
            for (name, argument) in [("encoding", encoding), ("errors", errors)] {
                if let Some(wrong) = argument.filter(|argument| !matches!(argument, Value::Str(_))) {
                    let given = wrong.type_name(heap);
                    return Err(Raise::type_error(format!("str() argument '{name}' must be str, not {given}")));
                }
            }
            methods::bytes::decode_bytes(heap, bytes, encoding, errors)
        }
        Some(value) => {
            let text = ops::text(heap, value)?;
            Ok(heap.new_str(text))
        }
    }
}

fn bytes(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [source, encoding, errors] =
        args.bind(heap, "bytes", [by_name("source"), by_name("encoding"), by_name("errors")], 0)?;
    match source {
        None => Ok(heap.new_bytes([])),
        Some(value) if !matches!(value, Value::Str(_)) && (encoding.is_some() || errors.is_some()) => {
            let which = if encoding.is_some() { "encoding" } else { "errors" };
            Err(Raise::type_error(format!("{which} without a string argument")))
        }
        Some(bytes @ Value::Bytes(_)) => Ok(bytes),
        Some(Value::Str(_)) if encoding.is_none() => Err(Raise::type_error("string argument without an encoding")),
        Some(text @ Value::Str(_)) => {
            let given: Vec<Value> = [encoding, errors].into_iter().flatten().collect();
            match methods::lookup(TypeTag::Str, "encode").map(|method| method.run) {
                Some(super::Implementation::Pure(encode)) => encode(heap, text, &CallArgs::positional(&given)),
                _ => Ok(Value::None),
            }
        }
        Some(count @ (Value::Int(_) | Value::Bool(_))) => {
            let count =
                usize::try_from(ops::index_argument(heap, count)?).map_err(|_| Raise::value_error("negative count"))?;
            heap.ensure(count)?;
            Ok(heap.new_bytes(vec![0; count]))
        }
        Some(items) => {
            let bytes = bytes_of_items(heap, items)?;
            Ok(heap.new_bytes(bytes))
        }
    }
}

/// The bytes that an iterable of ints gives.
///
/// # Errors
/// `TypeError` for something else, `ValueError` for an int that is no byte.
pub(crate) fn bytes_of_items(heap: &mut Heap, items: Value) -> Res<Vec<u8>> {
    let items = ops::collect(heap, items).map_err(|raise| match raise.resume() {
        Some(_) => raise,
        None => Raise::type_error(format!("cannot convert '{}' object to bytes", items.type_name(heap))),
    })?;
    let mut bytes = Vec::with_capacity(items.len());
    for item in items {
        let byte = u8::try_from(ops::index_argument(heap, item)?)
            .map_err(|_| Raise::value_error("bytes must be in range(0, 256)"))?;
        bytes.push(byte);
    }
    Ok(bytes)
}

fn range(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [first, second, step] = args.bind(heap, "range", [by_place("start"), by_place("stop"), by_place("step")], 1)?;
    let part = |value: Value| match value {
        Value::BigInt(_) => Err(Raise::new(ExceptionKind::OverflowError, "range() bounds must fit in 64 bits")),
        _ => ops::index_argument(heap, value),
    };
    let first = part(first.unwrap_or(Value::None))?;
    let second = second.map(part).transpose()?;
    let step = step.map_or(Ok(1), part)?;
    if step == 0 {
        return Err(Raise::value_error("range() arg 3 must not be zero"));
    }
    let range = match second {
        None => Range { start: 0, stop: first, step },
        Some(second) => Range { start: first, stop: second, step },
    };
    Ok(Value::Range(heap.alloc(range)))
}
