//! Match objects.

use super::{Compiled, template};
use crate::builtins::{CallArgs, by_name, by_place};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::{Heap, Marker};
use crate::methods::{Method, method};
use crate::objects::{Native, NativeRef, Str};
use crate::ops;
use crate::value::{Ref, Value};

/// What a pattern found.
#[derive(Debug)]
pub struct Match {
    pub pattern: Value,
    pub text: Ref<Str>,
    pub pos: usize,
    pub endpos: usize,
    /// Where the whole match and each group starts and ends, in characters.
    pub spans: Box<[Option<(usize, usize)>]>,
    /// The group that closed last.
    pub last: Option<usize>,
}

impl Match {
    /// Marks what the match holds.
    pub fn trace(&self, marker: &mut Marker) {
        marker.value(self.pattern);
        marker.object(self.text);
    }

    /// Approximate memory, in bytes.
    pub fn bytes(&self) -> usize {
        size_of::<Match>() + size_of_val(&*self.spans)
    }
}

/// Turns byte offsets, which mostly grow, into numbers of characters.
pub(super) struct Positions {
    text: Ref<Str>,
    byte: usize,
    char: usize,
}

impl Positions {
    pub(super) fn new(text: Ref<Str>) -> Positions {
        Positions { text, byte: 0, char: 0 }
    }

    pub(super) fn char_of(&mut self, heap: &Heap, byte: usize) -> usize {
        let text = &heap.strs[self.text];
        if text.is_ascii() {
            return byte;
        }
        let text = text.as_str();
        if byte >= self.byte {
            self.char += text[self.byte..byte].chars().count();
        } else {
            self.char -= text[byte..self.byte].chars().count();
        }
        self.byte = byte;
        self.char
    }
}

pub(crate) const MATCH_METHODS: &[Method] = &[
    method("end", end),
    method("expand", expand),
    method("group", method_group),
    method("groupdict", group_dict),
    method("groups", groups),
    method("span", span),
    method("start", start),
];

fn found(heap: &Heap, this: Value) -> Res<&Match> {
    if let Value::Native(native) = this
        && let Native::Match(found) = &heap.natives[native]
    {
        return Ok(found);
    }
    Err(Raise::type_error("a match is required"))
}

fn compiled<'a>(heap: &'a Heap, found: &Match) -> Option<&'a Compiled> {
    match found.pattern {
        Value::Native(native) => match &heap.natives[native] {
            Native::Pattern(pattern) => Some(&*pattern.compiled),
            _ => None,
        },
        _ => None,
    }
}

/// The number of a group given by number or name.
fn number(heap: &Heap, found: &Match, group: Value) -> Res<usize> {
    let number = match group {
        Value::Str(name) => {
            let name = heap.str(name);
            let names = compiled(heap, found).map_or(&[][..], |compiled| &compiled.names);
            names.iter().find(|(known, _)| known == name).map(|(_, number)| *number)
        }
        Value::Int(_) | Value::Bool(_) => {
            usize::try_from(ops::index_argument(heap, group)?).ok().filter(|number| *number < found.spans.len())
        }
        _ => None,
    };
    number.ok_or_else(|| Raise::new(ExceptionKind::IndexError, "no such group"))
}

fn text_of(heap: &mut Heap, this: Value, group: usize, default: Value) -> Res<Value> {
    let found = found(heap, this)?;
    let Some((start, end)) = found.spans[group] else { return Ok(default) };
    let text = heap.strs[found.text].slice(start, end).to_owned();
    Ok(heap.new_str(text))
}

/// `match[group]`.
pub(crate) fn group(heap: &mut Heap, native: NativeRef, group: Value) -> Res<Value> {
    let this = Value::Native(native);
    let number = number(heap, found(heap, this)?, group)?;
    text_of(heap, this, number, Value::None)
}

fn method_group(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.no_keywords("group")?;
    let mut texts = Vec::with_capacity(args.positional.len());
    for group in args.positional {
        let number = number(heap, found(heap, this)?, *group)?;
        texts.push(text_of(heap, this, number, Value::None)?);
    }
    match texts.as_slice() {
        [] => text_of(heap, this, 0, Value::None),
        [only] => Ok(*only),
        _ => Ok(heap.new_tuple(texts)),
    }
}

fn groups(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [default] = args.bind(heap, "groups", [by_name("default")], 0)?;
    let count = found(heap, this)?.spans.len();
    let mut texts = Vec::with_capacity(count);
    for group in 1..count {
        texts.push(text_of(heap, this, group, default.unwrap_or(Value::None))?);
    }
    Ok(heap.new_tuple(texts))
}

fn group_dict(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [default] = args.bind(heap, "groupdict", [by_name("default")], 0)?;
    let names = compiled(heap, found(heap, this)?).map(|compiled| compiled.names.clone()).unwrap_or_default();
    let dict = heap.new_dict();
    for (name, group) in names {
        let text = text_of(heap, this, group, default.unwrap_or(Value::None))?;
        let name = heap.new_str(name);
        ops::dict_insert(heap, dict, name, text)?;
    }
    Ok(Value::Dict(dict))
}

/// The start and end of the group that the argument names.
fn bounds(heap: &Heap, this: Value, function: &str, args: &CallArgs<'_>) -> Res<(i64, i64)> {
    let [group] = args.bind(heap, function, [by_place("group")], 0)?;
    let found = found(heap, this)?;
    let number = number(heap, found, group.unwrap_or(Value::Int(0)))?;
    Ok(found.spans[number].map_or((-1, -1), |(start, end)| (start as i64, end as i64)))
}

fn start(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    bounds(heap, this, "start", args).map(|(start, _)| Value::Int(start))
}

fn end(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    bounds(heap, this, "end", args).map(|(_, end)| Value::Int(end))
}

fn span(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let (start, end) = bounds(heap, this, "span", args)?;
    Ok(heap.new_tuple([Value::Int(start), Value::Int(end)]))
}

fn expand(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [source] = args.bind(heap, "expand", [by_name("template")], 1)?;
    let found = found(heap, this)?;
    let source = source.unwrap_or(Value::None);
    let Some(source) = heap.as_str(source) else {
        return Err(Raise::type_error(format!("expected str instance, {} found", source.type_name(heap))));
    };
    let Some(compiled) = compiled(heap, found) else { return Ok(Value::None) };
    let parts = template::parse(source, compiled)?;
    let text = &heap.strs[found.text];
    let in_bytes = |group: usize| {
        let (start, end) = found.spans.get(group).copied().flatten()?;
        Some((text.byte_offset(start), text.byte_offset(end)))
    };
    let mut out = String::new();
    template::fill(&parts, text.as_str(), in_bytes, &mut out);
    heap.ensure(out.len())?;
    Ok(heap.new_str(out))
}

pub(super) fn attribute(heap: &mut Heap, native: NativeRef, name: &str) -> Option<Value> {
    let found = found(heap, Value::Native(native)).ok()?;
    match name {
        "string" => Some(Value::Str(found.text)),
        "re" => Some(found.pattern),
        "pos" => Some(Value::Int(found.pos as i64)),
        "endpos" => Some(Value::Int(found.endpos as i64)),
        "lastindex" => Some(found.last.map_or(Value::None, |last| Value::Int(last as i64))),
        "lastgroup" => {
            let last = found.last;
            let names = compiled(heap, found).map_or(&[][..], |compiled| &compiled.names);
            let name = names.iter().find(|(_, number)| Some(*number) == last).map(|(name, _)| name.clone());
            Some(name.map_or(Value::None, |name| heap.new_str(name)))
        }
        "regs" => {
            let spans: Vec<Option<(usize, usize)>> = found.spans.to_vec();
            let pairs: Vec<Value> = spans
                .into_iter()
                .map(|span| {
                    let (start, end) = span.map_or((-1, -1), |(start, end)| (start as i64, end as i64));
                    heap.new_tuple([Value::Int(start), Value::Int(end)])
                })
                .collect();
            Some(heap.new_tuple(pairs))
        }
        _ => None,
    }
}
