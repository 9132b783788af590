//! Methods of `bytes` that take the bytes for ASCII letters: case, kinds of letters, padding, stripping, translation.

use super::bytes::{bytes_argument, receiver};
use super::bytes_search::{is_white, trim_end, trim_start};
use crate::builtins::{CallArgs, by_name, by_place};
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::ops;
use crate::value::Value;

fn mapped(heap: &mut Heap, this: Value, args: &CallArgs<'_>, name: &str, change: impl FnMut(u8) -> u8) -> Res<Value> {
    args.none(heap, name)?;
    let bytes: Vec<u8> = receiver(heap, this).iter().copied().map(change).collect();
    Ok(heap.new_bytes(bytes))
}

pub(super) fn lower(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    mapped(heap, this, args, "bytes.lower", |byte| byte.to_ascii_lowercase())
}

pub(super) fn upper(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    mapped(heap, this, args, "bytes.upper", |byte| byte.to_ascii_uppercase())
}

pub(super) fn swap_case(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let swap = |byte: u8| if byte.is_ascii_lowercase() { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() };
    mapped(heap, this, args, "bytes.swapcase", swap)
}

pub(super) fn capitalize(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let mut first = true;
    mapped(heap, this, args, "bytes.capitalize", |byte| {
        if std::mem::take(&mut first) { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() }
    })
}

pub(super) fn title(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let mut within = false;
    mapped(heap, this, args, "bytes.title", |byte| {
        let starts = !std::mem::replace(&mut within, byte.is_ascii_alphabetic());
        if starts { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() }
    })
}

fn all(heap: &Heap, this: Value, args: &CallArgs<'_>, name: &str, test: fn(u8) -> bool) -> Res<Value> {
    args.none(heap, name)?;
    let bytes = receiver(heap, this);
    Ok(Value::bool(!bytes.is_empty() && bytes.iter().all(|byte| test(*byte))))
}

pub(super) fn is_alnum(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    all(heap, this, args, "bytes.isalnum", |byte| byte.is_ascii_alphanumeric())
}

pub(super) fn is_alpha(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    all(heap, this, args, "bytes.isalpha", |byte| byte.is_ascii_alphabetic())
}

pub(super) fn is_digit(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    all(heap, this, args, "bytes.isdigit", |byte| byte.is_ascii_digit())
}

pub(super) fn is_space(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    all(heap, this, args, "bytes.isspace", is_white)
}

pub(super) fn is_ascii(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "bytes.isascii")?;
    Ok(Value::bool(receiver(heap, this).is_ascii()))
}

/// Is there a letter of one case, and none of the other?
fn only(heap: &Heap, this: Value, args: &CallArgs<'_>, name: &str, upper: bool) -> Res<Value> {
    args.none(heap, name)?;
    let letters = || receiver(heap, this).iter().filter(|byte| byte.is_ascii_alphabetic());
    Ok(Value::bool(letters().next().is_some() && letters().all(|byte| byte.is_ascii_uppercase() == upper)))
}

pub(super) fn is_lower(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    only(heap, this, args, "bytes.islower", false)
}

pub(super) fn is_upper(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    only(heap, this, args, "bytes.isupper", true)
}

pub(super) fn is_title(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "bytes.istitle")?;
    let (mut within, mut found) = (false, false);
    for byte in receiver(heap, this) {
        if byte.is_ascii_uppercase() == within && byte.is_ascii_alphabetic() {
            return Ok(Value::bool(false));
        }
        within = byte.is_ascii_alphabetic();
        found |= within;
    }
    Ok(Value::bool(found))
}

/// The bytes with as many others before and after them as `share` says of those that are missing.
fn padded(
    heap: &mut Heap,
    this: Value,
    args: &CallArgs<'_>,
    name: &str,
    share: fn(usize, usize) -> usize,
) -> Res<Value> {
    let [width, fill] = args.bind(heap, name, [by_place("width"), by_place("fillchar")], 1)?;
    let width = ops::index_argument(heap, width.unwrap_or(Value::None))?;
    let fill = match fill {
        None => b' ',
        Some(fill) => match (fill, receiver(heap, fill)) {
            (Value::Bytes(_), [byte]) => *byte,
            _ => {
                let given = fill.type_name(heap);
                return Err(Raise::type_error(format!(
                    "{name}() argument 2 must be a byte string of length 1, not {given}"
                )));
            }
        },
    };
    let bytes = receiver(heap, this);
    let width = usize::try_from(width).unwrap_or(0);
    let missing = width.saturating_sub(bytes.len());
    if missing == 0 {
        return Ok(this);
    }
    heap.ensure(width)?;
    let before = share(missing, width);
    let mut out = vec![fill; before];
    out.extend_from_slice(bytes);
    out.resize(width, fill);
    Ok(heap.new_bytes(out))
}

pub(super) fn center(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    padded(heap, this, args, "center", |missing, width| missing / 2 + (missing & width & 1))
}

pub(super) fn ljust(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    padded(heap, this, args, "ljust", |_, _| 0)
}

pub(super) fn rjust(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    padded(heap, this, args, "rjust", |missing, _| missing)
}

pub(super) fn zfill(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let width = args.one(heap, "bytes.zfill")?;
    let width = usize::try_from(ops::index_argument(heap, width)?).unwrap_or(0);
    let bytes = receiver(heap, this);
    let missing = width.saturating_sub(bytes.len());
    heap.ensure(width)?;
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let mut out = bytes[..sign].to_vec();
    out.resize(sign + missing, b'0');
    out.extend_from_slice(&bytes[sign..]);
    Ok(heap.new_bytes(out))
}

pub(super) fn expand_tabs(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [size] = args.bind(heap, "expandtabs", [by_name("tabsize")], 0)?;
    let size = size.map_or(Ok(8), |size| ops::index_argument(heap, size))?;
    let size = usize::try_from(size).unwrap_or(0);
    let mut out = Vec::new();
    let mut column = 0;
    for byte in receiver(heap, this) {
        match byte {
            b'\t' => {
                let spaces = if size == 0 { 0 } else { size - column % size };
                heap.ensure(out.len() + spaces)?;
                out.resize(out.len() + spaces, b' ');
                column += spaces;
            }
            byte => {
                out.push(*byte);
                column = if matches!(byte, b'\n' | b'\r') { 0 } else { column + 1 };
            }
        }
    }
    Ok(heap.new_bytes(out))
}

fn stripped(heap: &mut Heap, this: Value, args: &CallArgs<'_>, name: &str, (start, end): (bool, bool)) -> Res<Value> {
    let [unwanted] = args.bind(heap, name, [by_place("bytes")], 0)?;
    let mut bytes = receiver(heap, this);
    match unwanted {
        None | Some(Value::None) => {
            bytes = if start { trim_start(bytes) } else { bytes };
            bytes = if end { trim_end(bytes) } else { bytes };
        }
        Some(unwanted) => {
            let unwanted = bytes_argument(heap, unwanted)?;
            while start
                && let [first, rest @ ..] = bytes
                && unwanted.contains(first)
            {
                bytes = rest;
            }
            while end
                && let [rest @ .., last] = bytes
                && unwanted.contains(last)
            {
                bytes = rest;
            }
        }
    }
    let bytes = bytes.to_vec();
    Ok(heap.new_bytes(bytes))
}

pub(super) fn strip(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    stripped(heap, this, args, "strip", (true, true))
}

pub(super) fn lstrip(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    stripped(heap, this, args, "lstrip", (true, false))
}

pub(super) fn rstrip(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    stripped(heap, this, args, "rstrip", (false, true))
}

/// `bytes.maketrans(from, to)`.
pub(super) fn make_table(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [from, to] = args.bind(heap, "maketrans", [by_place("frm"), by_place("to")], 2)?;
    let from = bytes_argument(heap, from.unwrap_or(Value::None))?;
    let to = bytes_argument(heap, to.unwrap_or(Value::None))?;
    if from.len() != to.len() {
        return Err(Raise::value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=u8::MAX).collect();
    for (from, to) in from.iter().zip(to) {
        table[usize::from(*from)] = *to;
    }
    Ok(heap.new_bytes(table))
}

pub(super) fn translate(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [table, delete] = args.bind(heap, "translate", [by_place("table"), by_name("delete")], 1)?;
    let table = match table {
        None | Some(Value::None) => None,
        Some(table) => Some(bytes_argument(heap, table)?),
    };
    if table.is_some_and(|table| table.len() != 256) {
        return Err(Raise::value_error("translation table must be 256 characters long"));
    }
    let delete = delete.map_or(Ok(&[][..]), |delete| bytes_argument(heap, delete))?;
    let kept = receiver(heap, this).iter().filter(|byte| !delete.contains(byte));
    let out: Vec<u8> = kept.map(|byte| table.map_or(*byte, |table| table[usize::from(*byte)])).collect();
    Ok(heap.new_bytes(out))
}
