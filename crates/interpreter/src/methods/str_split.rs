//! Methods of `str` that cut text: stripping, splitting, partitioning, lines.

use super::chars::{is_line_break, is_space};
use super::str::receiver;
use crate::builtins::{CallArgs, by_name, by_place};
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::objects::Str;
use crate::ops;
use crate::value::{Ref, Value};

/// The characters to strip; none for white space.
fn strip_set(heap: &Heap, args: &CallArgs<'_>, name: &str) -> Res<Option<Vec<char>>> {
    let [set] = args.bind(heap, name, [by_place("chars")], 0)?;
    match set {
        None | Some(Value::None) => Ok(None),
        Some(Value::Str(text)) => Ok(Some(heap.str(text).chars().collect())),
        Some(_) => Err(Raise::type_error(format!("{name} arg must be None or str"))),
    }
}

fn stripped(heap: &mut Heap, this: Value, set: Option<Vec<char>>, start: bool, end: bool) -> Res<Value> {
    let Value::Str(whole) = this else { return Ok(this) };
    let text = heap.str(whole);
    let cut = |c: char| set.as_ref().map_or_else(|| is_space(c), |set| set.contains(&c));
    let (mut first, mut last) = (0, text.len());
    if start {
        first = last - text.trim_start_matches(cut).len();
    }
    if end {
        last = first + text[first..].trim_end_matches(cut).len();
    }
    if last - first == text.len() {
        return Ok(this);
    }
    Ok(heap.new_part(whole, first, last))
}

pub(super) fn strip(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let set = strip_set(heap, args, "strip")?;
    stripped(heap, this, set, true, true)
}

pub(super) fn lstrip(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let set = strip_set(heap, args, "lstrip")?;
    stripped(heap, this, set, true, false)
}

pub(super) fn rstrip(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let set = strip_set(heap, args, "rstrip")?;
    stripped(heap, this, set, false, true)
}

/// The separator (none for white space) and the most cuts.
fn split_arguments(heap: &Heap, args: &CallArgs<'_>, name: &str) -> Res<(Option<Ref<Str>>, usize)> {
    let [separator, most] = args.bind(heap, name, [by_name("sep"), by_name("maxsplit")], 0)?;
    let most = match most {
        Some(most) => usize::try_from(ops::index_argument(heap, most)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    match separator {
        None | Some(Value::None) => Ok((None, most)),
        Some(Value::Str(text)) if heap.str(text).is_empty() => Err(Raise::value_error("empty separator")),
        Some(Value::Str(text)) => Ok((Some(text), most)),
        Some(other) => Err(Raise::type_error(format!("must be str or None, not {}", other.type_name(heap)))),
    }
}

fn list_of(heap: &mut Heap, parts: &[String]) -> Value {
    let parts = parts.iter().map(|part| heap.new_str(part.as_str())).collect();
    heap.new_list(parts)
}

pub(super) fn split(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let (separator, most) = split_arguments(heap, args, "split")?;
    let Value::Str(whole) = this else { return Ok(this) };
    let mut parts = Vec::new();
    let mut start = 0;
    match separator {
        Some(separator) => {
            let wanted = heap.str(separator).as_bytes();
            if let &[wanted] = wanted {
                while parts.len() < most
                    && let Some(at) = memchr::memchr(wanted, &heap.str(whole).as_bytes()[start..])
                {
                    parts.push(heap.new_part(whole, start, start + at));
                    start += at + 1;
                }
            } else {
                let width = wanted.len();
                let cuts: Vec<usize> =
                    memchr::memmem::find_iter(heap.str(whole).as_bytes(), wanted).take(most).collect();
                for cut in cuts {
                    parts.push(heap.new_part(whole, start, cut));
                    start = cut + width;
                }
            }
            parts.push(heap.new_part(whole, start, heap.strs[whole].len()));
        }
        None => loop {
            let text = heap.str(whole);
            let rest = text[start..].trim_start_matches(is_space);
            if rest.is_empty() {
                break;
            }
            start = text.len() - rest.len();
            let is_last = parts.len() == most;
            let Some(end) = rest.find(is_space).filter(|_| !is_last) else {
                parts.push(heap.new_part(whole, start, heap.strs[whole].len()));
                break;
            };
            parts.push(heap.new_part(whole, start, start + end));
            start += end;
        },
    }
    Ok(heap.new_list(parts))
}

pub(super) fn rsplit(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let (separator, most) = split_arguments(heap, args, "rsplit")?;
    let text = receiver(heap, this);
    let mut parts: Vec<String> = Vec::new();
    match separator {
        Some(separator) => {
            parts.extend(text.rsplitn(most.saturating_add(1), heap.str(separator)).map(str::to_owned));
        }
        None => {
            let mut rest = text.trim_end_matches(is_space);
            while !rest.is_empty() {
                let last_space =
                    if parts.len() == most { None } else { rest.char_indices().rfind(|(_, c)| is_space(*c)) };
                let Some((at, space)) = last_space else {
                    parts.push(rest.to_owned());
                    break;
                };
                parts.push(rest[at + space.len_utf8()..].to_owned());
                rest = rest[..at].trim_end_matches(is_space);
            }
        }
    }
    parts.reverse();
    Ok(list_of(heap, &parts))
}

pub(super) fn split_lines(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [keep] = args.bind(heap, "splitlines", [by_name("keepends")], 0)?;
    let keep = keep.is_some_and(|keep| ops::truth(heap, keep));
    let mut rest = receiver(heap, this);
    let mut lines = Vec::new();
    while !rest.is_empty() {
        let Some((end, c)) = rest.char_indices().find(|(_, c)| is_line_break(*c)) else {
            lines.push(rest.to_owned());
            break;
        };
        let after = if rest[end..].starts_with("\r\n") { end + 2 } else { end + c.len_utf8() };
        lines.push(rest[..if keep { after } else { end }].to_owned());
        rest = &rest[after..];
    }
    Ok(list_of(heap, &lines))
}

fn separator_of(heap: &Heap, args: &CallArgs<'_>, name: &str) -> Res<String> {
    let separator = args.one(heap, name)?;
    match heap.as_str(separator) {
        Some("") => Err(Raise::value_error("empty separator")),
        Some(text) => Ok(text.to_owned()),
        None => Err(Raise::type_error(format!("must be str, not {}", separator.type_name(heap)))),
    }
}

fn triple(heap: &mut Heap, before: &str, at: &str, after: &str) -> Value {
    let parts = [before, at, after].map(|part| heap.new_str(part));
    heap.new_tuple(parts)
}

pub(super) fn partition(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let separator = separator_of(heap, args, "str.partition")?;
    let text = receiver(heap, this).to_owned();
    Ok(match text.split_once(separator.as_str()) {
        Some((before, after)) => triple(heap, before, &separator, after),
        None => triple(heap, &text, "", ""),
    })
}

pub(super) fn rpartition(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let separator = separator_of(heap, args, "str.rpartition")?;
    let text = receiver(heap, this).to_owned();
    Ok(match text.rsplit_once(separator.as_str()) {
        Some((before, after)) => triple(heap, before, &separator, after),
        None => triple(heap, "", "", &text),
    })
}
