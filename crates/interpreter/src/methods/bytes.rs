//! Methods of `bytes`.

use memchr::memmem;

use super::str::str_argument;
use super::{Method, method};
use crate::builtins::{CallArgs, by_name, by_place};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::ops;
use crate::value::Value;

pub(super) const METHODS: &[Method] = &[
    method("decode", decode),
    method("endswith", ends_with),
    method("find", find),
    method("fromhex", from_hex),
    method("hex", hex),
    method("join", join),
    method("split", split),
    method("startswith", starts_with),
];

pub(super) const CLASS_METHODS: &[Method] = &[method("fromhex", from_hex)];

fn receiver(heap: &Heap, value: Value) -> &[u8] {
    match value {
        Value::Bytes(bytes) => heap.byte_strings[bytes].as_slice(),
        _ => &[],
    }
}

fn bytes_argument(heap: &Heap, value: Value) -> Res<&[u8]> {
    match value {
        Value::Bytes(bytes) => Ok(heap.byte_strings[bytes].as_slice()),
        _ => Err(Raise::type_error(format!("a bytes-like object is required, not '{}'", value.type_name(heap)))),
    }
}

fn decode(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [encoding, errors] = args.bind(heap, "bytes.decode", [by_name("encoding"), by_name("errors")], 0)?;
    decode_bytes(heap, this, encoding, errors)
}

/// `bytes.decode` and `str(bytes, encoding, errors)`.
pub(crate) fn decode_bytes(heap: &mut Heap, this: Value, encoding: Option<Value>, errors: Option<Value>) -> Res<Value> {
    let encoding = match encoding {
        Some(value) => str_argument(heap, "decode", Some(1), value)?,
        None => "utf-8",
    };
    let errors = match errors {
        Some(value) => str_argument(heap, "decode", Some(2), value)?,
        None => "strict",
    };
    let bytes = bytes_argument(heap, this)?;
    let fail = |codec: &str, byte: u8, at: usize, why: &str| {
        Err(Raise::new(
            ExceptionKind::UnicodeDecodeError,
            format!("'{codec}' codec can't decode byte 0x{byte:02x} in position {at}: {why}"),
        ))
    };
    let mut out = String::new();
    match encoding.to_ascii_lowercase().replace('_', "-").as_str() {
        "utf-8" | "utf8" => {
            let mut at = 0;
            for chunk in bytes.utf8_chunks() {
                out.push_str(chunk.valid());
                at += chunk.valid().len();
                let Some(first) = chunk.invalid().first() else { continue };
                match errors {
                    "ignore" => {}
                    "replace" => out.push('\u{FFFD}'),
                    _ => {
                        let cut_short = at + chunk.invalid().len() == bytes.len() && *first >= 0xC2 && *first < 0xF5;
                        let why = match (cut_short, *first) {
                            (true, _) => "unexpected end of data",
                            (false, 0x80..=0xC1 | 0xF5..) => "invalid start byte",
                            _ => "invalid continuation byte",
                        };
                        return fail("utf-8", *first, at, why);
                    }
                }
                at += chunk.invalid().len();
            }
        }
        "latin-1" | "latin1" | "iso-8859-1" => out.extend(bytes.iter().map(|byte| char::from(*byte))),
        "ascii" | "us-ascii" => {
            for (at, byte) in bytes.iter().enumerate() {
                match (byte.is_ascii(), errors) {
                    (true, _) => out.push(char::from(*byte)),
                    (_, "ignore") => {}
                    (_, "replace") => out.push('\u{FFFD}'),
                    _ => return fail("ascii", *byte, at, "ordinal not in range(128)"),
                }
            }
        }
        _ => return Err(Raise::new(ExceptionKind::LookupError, format!("unknown encoding: {encoding}"))),
    }
    Ok(heap.new_str(out))
}

fn starts_with(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let prefix = args.one(heap, "bytes.startswith")?;
    Ok(Value::Bool(receiver(heap, this).starts_with(bytes_argument(heap, prefix)?)))
}

fn ends_with(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let suffix = args.one(heap, "bytes.endswith")?;
    Ok(Value::Bool(receiver(heap, this).ends_with(bytes_argument(heap, suffix)?)))
}

fn find(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let sub = args.one(heap, "bytes.find")?;
    let found = memmem::find(receiver(heap, this), bytes_argument(heap, sub)?);
    Ok(Value::Int(found.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1)))
}

fn hex(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "bytes.hex")?;
    let digits: String = receiver(heap, this).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(heap.new_str(digits))
}

fn from_hex(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [text] = args.bind(heap, "fromhex", [by_place("string")], 1)?;
    let text = str_argument(heap, "fromhex", None, text.unwrap_or(Value::None))?;
    let mut bytes = Vec::new();
    let mut chars = text.chars().enumerate();
    while let Some((at, c)) = chars.next() {
        if c.is_ascii_whitespace() {
            continue;
        }
        let bad =
            |at: usize| Raise::value_error(format!("non-hexadecimal number found in fromhex() arg at position {at}"));
        let high = c.to_digit(16).ok_or_else(|| bad(at))?;
        let (_, second) = chars.next().ok_or_else(|| bad(at + 1))?;
        let low = second.to_digit(16).ok_or_else(|| bad(at + 1))?;
        // Two hexadecimal digits fit in a byte.
        bytes.push((high * 16 + low) as u8);
    }
    Ok(heap.new_bytes(bytes))
}

fn join(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let iterable = args.one(heap, "bytes.join")?;
    let items = ops::collect(heap, iterable)?;
    let mut out = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let Value::Bytes(_) = item else {
            return Err(Raise::type_error(format!(
                "sequence item {at}: expected a bytes-like object, {} found",
                item.type_name(heap)
            )));
        };
        if at > 0 {
            out.extend_from_slice(receiver(heap, this));
        }
        out.extend_from_slice(receiver(heap, *item));
        heap.ensure(out.len())?;
    }
    Ok(heap.new_bytes(out))
}

fn split(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let separator = args.one(heap, "bytes.split")?;
    let separator = bytes_argument(heap, separator)?;
    if separator.is_empty() {
        return Err(Raise::value_error("empty separator"));
    }
    let mut rest = receiver(heap, this);
    let mut parts = Vec::new();
    while let Some(at) = memmem::find(rest, separator) {
        parts.push(rest[..at].to_vec());
        rest = &rest[at + separator.len()..];
    }
    parts.push(rest.to_vec());
    let parts = parts.into_iter().map(|part| heap.new_bytes(part)).collect();
    Ok(heap.new_list(parts))
}
