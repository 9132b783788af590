//! Methods of `bytes`: the table of all of them, and those that translate from and to text.

use std::ops::Range;

use super::str::str_argument;
use super::{Method, bytes_letters as letters, bytes_search as search, method};
use crate::builtins::{CallArgs, by_name, by_place};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::ops;
use crate::value::Value;

pub(super) const METHODS: &[Method] = &[
    method("capitalize", letters::capitalize),
    method("center", letters::center),
    method("count", search::count),
    method("decode", decode),
    method("endswith", search::ends_with),
    method("expandtabs", letters::expand_tabs),
    method("find", search::find),
    method("fromhex", from_hex),
    method("hex", hex),
    method("index", search::index),
    method("isalnum", letters::is_alnum),
    method("isalpha", letters::is_alpha),
    method("isascii", letters::is_ascii),
    method("isdigit", letters::is_digit),
    method("islower", letters::is_lower),
    method("isspace", letters::is_space),
    method("istitle", letters::is_title),
    method("isupper", letters::is_upper),
    method("join", join),
    method("ljust", letters::ljust),
    method("lower", letters::lower),
    method("lstrip", letters::lstrip),
    method("maketrans", letters::make_table),
    method("partition", search::partition),
    method("removeprefix", search::remove_prefix),
    method("removesuffix", search::remove_suffix),
    method("replace", search::replace),
    method("rfind", search::rfind),
    method("rindex", search::rindex),
    method("rjust", letters::rjust),
    method("rpartition", search::rpartition),
    method("rsplit", search::rsplit),
    method("rstrip", letters::rstrip),
    method("split", search::split),
    method("splitlines", search::split_lines),
    method("startswith", search::starts_with),
    method("strip", letters::strip),
    method("swapcase", letters::swap_case),
    method("title", letters::title),
    method("translate", letters::translate),
    method("upper", letters::upper),
    method("zfill", letters::zfill),
];

pub(super) const CLASS_METHODS: &[Method] = &[method("fromhex", from_hex), method("maketrans", letters::make_table)];

pub(super) fn receiver(heap: &Heap, value: Value) -> &[u8] {
    match value {
        Value::Bytes(bytes) => heap.byte_strings[bytes].as_slice(),
        _ => &[],
    }
}

pub(super) fn bytes_argument(heap: &Heap, value: Value) -> Res<&[u8]> {
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
    let fail = |heap: &mut Heap, codec: &str, at: Range<usize>, why: &str| {
        Err(ops::coding_error(heap, ExceptionKind::UnicodeDecodeError, codec, this, at, why))
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
                        let end = at + chunk.invalid().len();
                        return fail(heap, "utf-8", at..end, why);
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
                    _ => return fail(heap, "ascii", at..at + 1, "ordinal not in range(128)"),
                }
            }
        }
        _ => return Err(Raise::new(ExceptionKind::LookupError, format!("unknown encoding: {encoding}"))),
    }
    Ok(heap.new_str(out))
}

fn hex(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [separator, group] = args.bind(heap, "bytes.hex", [by_name("sep"), by_name("bytes_per_sep")], 0)?;
    let separator = match separator {
        None => None,
        Some(Value::Bytes(bytes)) => Some(heap.byte_strings[bytes].as_slice().iter().map(|b| char::from(*b)).collect()),
        Some(value) => match heap.as_str(value) {
            Some(text) => Some(text.to_owned()),
            None => return Err(Raise::type_error("sep must be str or bytes.")),
        },
    };
    if separator.as_ref().is_some_and(|separator: &String| separator.chars().count() != 1) {
        return Err(Raise::value_error("sep must be length 1."));
    }
    let group = group.map_or(Ok(1), |group| ops::index_argument(heap, group))?;
    let bytes = receiver(heap, this);
    let size = usize::try_from(group.unsigned_abs()).unwrap_or(usize::MAX);
    let mut digits = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        // Groups are counted from the end, or from the start for a negative size.
        let place = if group < 0 { at } else { bytes.len() - at };
        if at > 0
            && size > 0
            && place.is_multiple_of(size)
            && let Some(separator) = &separator
        {
            digits.push_str(separator);
        }
        digits.push_str(&format!("{byte:02x}"));
    }
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
