//! Methods of `bytes` that look for others: finding, counting, replacing, splitting.

use memchr::memmem;

use super::bytes::{bytes_argument, receiver};
use crate::builtins::{CallArgs, by_name, by_place};
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::ops;
use crate::value::Value;

/// A byte string, or a number that stands for one byte.
fn needle(heap: &Heap, value: Value) -> Res<Vec<u8>> {
    match value {
        Value::Bytes(bytes) => Ok(heap.byte_strings[bytes].as_slice().to_vec()),
        Value::Int(_) | Value::Bool(_) | Value::BigInt(_) => match u8::try_from(ops::index_argument(heap, value)?) {
            Ok(byte) => Ok(vec![byte]),
            Err(_) => Err(Raise::value_error("byte must be in range(0, 256)")),
        },
        _ => Err(Raise::type_error(format!(
            "argument should be integer or bytes-like object, not '{}'",
            value.type_name(heap)
        ))),
    }
}

/// Where a search starts and ends, as slices count; none if it starts past the end.
fn bounds(heap: &Heap, start: Option<Value>, end: Option<Value>, len: usize) -> Res<Option<(usize, usize)>> {
    let place = |value: Option<Value>, default: usize| -> Res<usize> {
        let Some(value) = value.filter(|value| !matches!(value, Value::None)) else { return Ok(default) };
        let at = i128::from(ops::index_argument(heap, value)?);
        let at = if at < 0 { (at + len as i128).max(0) } else { at };
        Ok(usize::try_from(at).unwrap_or(usize::MAX))
    };
    let (start, end) = (place(start, 0)?, place(end, len)?.min(len));
    Ok((start <= end).then_some((start, end)))
}

struct Search {
    needle: Vec<u8>,
    bounds: Option<(usize, usize)>,
}

fn search(heap: &Heap, this: Value, args: &CallArgs<'_>, name: &str) -> Res<Search> {
    let [sub, start, end] = args.bind(heap, name, [by_place("sub"), by_place("start"), by_place("end")], 1)?;
    let needle = needle(heap, sub.unwrap_or(Value::None))?;
    Ok(Search { needle, bounds: bounds(heap, start, end, receiver(heap, this).len())? })
}

fn position(heap: &Heap, this: Value, args: &CallArgs<'_>, name: &str, last: bool) -> Res<Option<usize>> {
    let Search { needle, bounds } = search(heap, this, args, name)?;
    let Some((start, end)) = bounds else { return Ok(None) };
    let part = &receiver(heap, this)[start..end];
    let found = if last { memmem::rfind(part, &needle) } else { memmem::find(part, &needle) };
    Ok(found.map(|at| at + start))
}

fn number(position: usize) -> Value {
    Value::Int(i64::try_from(position).unwrap_or(i64::MAX))
}

pub(super) fn find(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    Ok(position(heap, this, args, "find", false)?.map_or(Value::Int(-1), number))
}

pub(super) fn rfind(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    Ok(position(heap, this, args, "rfind", true)?.map_or(Value::Int(-1), number))
}

pub(super) fn index(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    position(heap, this, args, "index", false)?.map(number).ok_or_else(|| Raise::value_error("subsection not found"))
}

pub(super) fn rindex(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    position(heap, this, args, "rindex", true)?.map(number).ok_or_else(|| Raise::value_error("subsection not found"))
}

pub(super) fn count(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let Search { needle, bounds } = search(heap, this, args, "count")?;
    let Some((start, end)) = bounds else { return Ok(Value::Int(0)) };
    let part = &receiver(heap, this)[start..end];
    Ok(number(if needle.is_empty() { part.len() + 1 } else { memmem::find_iter(part, &needle).count() }))
}

pub(super) fn starts_with(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    any_affix(heap, this, args, "startswith", |text, affix| text.starts_with(affix))
}

pub(super) fn ends_with(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    any_affix(heap, this, args, "endswith", |text, affix| text.ends_with(affix))
}

/// Whether `test` holds for a byte string, or for one of a tuple of them.
fn any_affix(heap: &Heap, this: Value, args: &CallArgs<'_>, name: &str, test: fn(&[u8], &[u8]) -> bool) -> Res<Value> {
    let [affix, start, end] = args.bind(heap, name, [by_place("affix"), by_place("start"), by_place("end")], 1)?;
    let affix = affix.unwrap_or(Value::None);
    let affixes = match &affix {
        Value::Bytes(_) => std::slice::from_ref(&affix),
        Value::Tuple(tuple) => heap.tuples[*tuple].items(),
        _ => {
            let given = affix.type_name(heap);
            let message = format!("{name} first arg must be bytes or a tuple of bytes, not {given}");
            return Err(Raise::type_error(message));
        }
    };
    let text = receiver(heap, this);
    let bounds = bounds(heap, start, end, text.len())?;
    for affix in affixes {
        let affix = bytes_argument(heap, *affix)?;
        if bounds.is_some_and(|(start, end)| test(&text[start..end], affix)) {
            return Ok(Value::bool(true));
        }
    }
    Ok(Value::bool(false))
}

pub(super) fn remove_prefix(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let prefix = args.one(heap, "bytes.removeprefix")?;
    let rest = receiver(heap, this).strip_prefix(bytes_argument(heap, prefix)?).map(<[u8]>::to_vec);
    Ok(rest.map_or(this, |rest| heap.new_bytes(rest)))
}

pub(super) fn remove_suffix(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let suffix = args.one(heap, "bytes.removesuffix")?;
    let rest = receiver(heap, this).strip_suffix(bytes_argument(heap, suffix)?).map(<[u8]>::to_vec);
    Ok(rest.map_or(this, |rest| heap.new_bytes(rest)))
}

pub(super) fn replace(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [old, new, most] = args.bind(heap, "replace", [by_place("old"), by_place("new"), by_place("count")], 2)?;
    let most = most.map_or(Ok(-1), |most| ops::index_argument(heap, most))?;
    let mut left = usize::try_from(most).unwrap_or(usize::MAX);
    let text = receiver(heap, this);
    let old = bytes_argument(heap, old.unwrap_or(Value::None))?;
    let new = bytes_argument(heap, new.unwrap_or(Value::None))?;
    let mut out = Vec::new();
    if old.is_empty() {
        // The new bytes go between all bytes, and to both ends.
        heap.ensure(text.len().saturating_add(1).saturating_mul(new.len().saturating_add(1)))?;
        for (at, byte) in text.iter().map(Some).chain([None]).enumerate() {
            if at < left {
                out.extend_from_slice(new);
            }
            out.extend(byte);
        }
        return Ok(heap.new_bytes(out));
    }
    let mut rest = text;
    while left > 0
        && let Some(at) = memmem::find(rest, old)
    {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(new);
        heap.ensure(out.len())?;
        rest = &rest[at + old.len()..];
        left -= 1;
    }
    out.extend_from_slice(rest);
    Ok(heap.new_bytes(out))
}

pub(super) fn partition(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    parted(heap, this, args, "bytes.partition", false)
}

pub(super) fn rpartition(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    parted(heap, this, args, "bytes.rpartition", true)
}

fn parted(heap: &mut Heap, this: Value, args: &CallArgs<'_>, name: &str, last: bool) -> Res<Value> {
    let separator = args.one(heap, name)?;
    let (text, separator) = (receiver(heap, this), bytes_argument(heap, separator)?);
    if separator.is_empty() {
        return Err(Raise::value_error("empty separator"));
    }
    let found = if last { memmem::rfind(text, separator) } else { memmem::find(text, separator) };
    let parts = match found {
        Some(at) => [&text[..at], separator, &text[at + separator.len()..]].map(<[u8]>::to_vec),
        None if last => [Vec::new(), Vec::new(), text.to_vec()],
        None => [text.to_vec(), Vec::new(), Vec::new()],
    };
    let parts = parts.map(|part| heap.new_bytes(part));
    Ok(heap.new_tuple(parts))
}

pub(super) fn split(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    parts(heap, this, args, "split", false)
}

pub(super) fn rsplit(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    parts(heap, this, args, "rsplit", true)
}

pub(super) fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C)
}

fn parts(heap: &mut Heap, this: Value, args: &CallArgs<'_>, name: &str, from_end: bool) -> Res<Value> {
    let [separator, most] = args.bind(heap, name, [by_name("sep"), by_name("maxsplit")], 0)?;
    let most = most.map_or(Ok(-1), |most| ops::index_argument(heap, most))?;
    let mut left = usize::try_from(most).unwrap_or(usize::MAX);
    let mut rest = receiver(heap, this);
    let mut parts = Vec::new();
    match separator {
        None | Some(Value::None) => loop {
            rest = if from_end { trim_end(rest) } else { trim_start(rest) };
            if rest.is_empty() {
                break;
            }
            let at = if from_end {
                rest.iter().rposition(|byte| is_white(*byte)).map(|at| at + 1)
            } else {
                rest.iter().position(|byte| is_white(*byte))
            };
            let Some(at) = at.filter(|_| left > 0) else {
                // What is not split any more keeps its white space inside and at its other end.
                parts.push(rest.to_vec());
                break;
            };
            left -= 1;
            let (before, after) = rest.split_at(at);
            parts.push(if from_end { after } else { before }.to_vec());
            rest = if from_end { before } else { after };
        },
        Some(separator) => {
            let separator = bytes_argument(heap, separator)?;
            if separator.is_empty() {
                return Err(Raise::value_error("empty separator"));
            }
            while left > 0
                && let Some(at) = if from_end { memmem::rfind(rest, separator) } else { memmem::find(rest, separator) }
            {
                let (before, after) = (&rest[..at], &rest[at + separator.len()..]);
                parts.push(if from_end { after } else { before }.to_vec());
                rest = if from_end { before } else { after };
                left -= 1;
            }
            parts.push(rest.to_vec());
        }
    }
    if from_end {
        parts.reverse();
    }
    heap.ensure(parts.len().saturating_mul(size_of::<Value>()))?;
    let parts = parts.into_iter().map(|part| heap.new_bytes(part)).collect();
    Ok(heap.new_list(parts))
}

pub(super) fn trim_start(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.iter().position(|byte| !is_white(*byte)).unwrap_or(bytes.len())..]
}

pub(super) fn trim_end(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.iter().rposition(|byte| !is_white(*byte)).map_or(0, |at| at + 1)]
}

pub(super) fn split_lines(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [keep] = args.bind(heap, "splitlines", [by_name("keepends")], 0)?;
    let keep = keep.is_some_and(|keep| ops::truth(heap, keep));
    let text = receiver(heap, this);
    let mut lines = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end =
            text[start..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(text.len(), |at| at + start);
        let after = match &text[end..] {
            [b'\r', b'\n', ..] => end + 2,
            [_, ..] => end + 1,
            [] => end,
        };
        lines.push(text[start..if keep { after } else { end }].to_vec());
        start = after;
    }
    let lines = lines.into_iter().map(|line| heap.new_bytes(line)).collect();
    Ok(heap.new_list(lines))
}
