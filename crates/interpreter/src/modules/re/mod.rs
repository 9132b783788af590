//! The module `re`: regular expressions.

mod engine;
mod found;
mod syntax;
mod template;

use std::sync::Arc;

pub use engine::Compiled;
pub use found::Match;
pub(crate) use found::{MATCH_METHODS, group};

use engine::{Anchor, Spans};
use found::Positions;

use crate::builtins::{Builtin, CallArgs, by_name, by_vm, pure};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::methods::{Method, method, method_by_vm};
use crate::objects::{Native, NativeRef, Str};
use crate::ops;
use crate::value::{Ref, TypeTag, Value};
use crate::vm_builtins::VmBuiltin;

/// A compiled pattern.
#[derive(Debug)]
pub struct Pattern {
    pub source: Ref<Str>,
    pub compiled: Arc<Compiled>,
}

impl Pattern {
    /// Approximate memory, in bytes.
    pub fn bytes(&self) -> usize {
        size_of::<Pattern>() + self.compiled.bytes()
    }

    /// The same pattern with the same flags?
    pub fn is_same(&self, other: &Pattern, heap: &Heap) -> bool {
        self.compiled.flags == other.compiled.flags && heap.str(self.source) == heap.str(other.source)
    }
}

pub(super) const FUNCTIONS: &[Builtin] = &[
    pure("compile", compile),
    pure("escape", escape),
    pure("findall", |heap, args| on_pattern(heap, args, "findall", 2, find_all)),
    pure("finditer", |heap, args| on_pattern(heap, args, "finditer", 2, find_iter)),
    pure("fullmatch", |heap, args| on_pattern(heap, args, "fullmatch", 2, full_match)),
    pure("match", |heap, args| on_pattern(heap, args, "match", 2, match_start)),
    pure("purge", purge),
    pure("search", |heap, args| on_pattern(heap, args, "search", 2, search)),
    pure("split", |heap, args| on_pattern(heap, args, "split", 3, split)),
    by_vm("sub", VmBuiltin::ReSub { counted: false, method: false }),
    by_vm("subn", VmBuiltin::ReSub { counted: true, method: false }),
];

pub(crate) const PATTERN_METHODS: &[Method] = &[
    method("findall", find_all),
    method("finditer", find_iter),
    method("fullmatch", full_match),
    method("match", match_start),
    method("search", search),
    method("split", split),
    method_by_vm("sub", VmBuiltin::ReSub { counted: false, method: true }),
    method_by_vm("subn", VmBuiltin::ReSub { counted: true, method: true }),
];

/// The names of the module that are no functions.
pub(super) fn members() -> Vec<(&'static str, Value)> {
    let flags = [
        ("A", syntax::ASCII),
        ("ASCII", syntax::ASCII),
        ("DOTALL", syntax::DOTALL),
        ("I", syntax::IGNORECASE),
        ("IGNORECASE", syntax::IGNORECASE),
        ("M", syntax::MULTILINE),
        ("MULTILINE", syntax::MULTILINE),
        ("NOFLAG", 0),
        ("S", syntax::DOTALL),
        ("U", syntax::UNICODE),
        ("UNICODE", syntax::UNICODE),
        ("VERBOSE", syntax::VERBOSE),
        ("X", syntax::VERBOSE),
    ];
    let mut members: Vec<_> = flags.into_iter().map(|(name, bits)| (name, Value::Int(i64::from(bits)))).collect();
    members.push(("Match", Value::Type(TypeTag::Match)));
    members.push(("Pattern", Value::Type(TypeTag::Pattern)));
    for name in ["PatternError", "error"] {
        members.push((name, Value::ExceptionType(ExceptionKind::PatternError)));
    }
    members
}

/// `e.pos` and `e.msg` of the error of a pattern, from its text.
pub(crate) fn error_part(heap: &mut Heap, message: &str, part: &str) -> Value {
    let (text, position) = match message.rsplit_once(" at position ") {
        Some((text, position)) => (text, position.parse().map_or(Value::None, Value::Int)),
        None => (message, Value::None),
    };
    if part == "pos" { position } else { heap.new_str(text) }
}

/// The pattern that a value is, or that a text compiles to.
fn pattern_of(heap: &mut Heap, value: Value, flags: Option<Value>) -> Res<Value> {
    let bits = match flags {
        None => 0,
        Some(flags) => ops::index_argument(heap, flags)?,
    };
    match value {
        Value::Native(native) if native.tag() == TypeTag::Pattern => {
            if bits != 0 {
                return Err(Raise::value_error("cannot process flags argument with a compiled pattern"));
            }
            Ok(value)
        }
        Value::Str(source) => {
            let compiled = engine::compile(heap.str(source), bits as u32)?;
            Ok(heap.new_native(Native::Pattern(Box::new(Pattern { source, compiled }))))
        }
        Value::Bytes(_) => Err(Raise::type_error("patterns of bytes are not supported: decode the bytes first")),
        _ => Err(Raise::type_error("first argument must be string or compiled pattern")),
    }
}

fn compile(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [pattern, flags] = args.bind(heap, "compile", [by_name("pattern"), by_name("flags")], 1)?;
    pattern_of(heap, pattern.unwrap_or(Value::None), flags)
}

fn purge(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "purge")?;
    engine::purge();
    Ok(Value::None)
}

fn escape(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [text] = args.bind(heap, "escape", [by_name("pattern")], 1)?;
    let text = text.unwrap_or(Value::None);
    let Some(text) = heap.as_str(text) else {
        return Err(Raise::type_error(format!(
            "decoding to str: need a bytes-like object, {} found",
            text.type_name(heap)
        )));
    };
    heap.ensure(text.len() * 2)?;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "()[]{}?*+-|^$\\.&~# \t\n\r\u{b}\u{c}".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    Ok(heap.new_str(out))
}

type PatternMethod = fn(&mut Heap, Value, &CallArgs<'_>) -> Res<Value>;

/// `re.name(pattern, string, …, flags)`: the method of the pattern, with the other arguments. `place` is that of the
/// flags.
fn on_pattern(heap: &mut Heap, args: &CallArgs<'_>, name: &str, place: usize, run: PatternMethod) -> Res<Value> {
    let mut params = [by_name("pattern"), by_name("string"), by_name("maxsplit"), by_name("flags")];
    let bound = if place == 2 {
        params[2] = by_name("flags");
        let [pattern, string, flags] = args.bind(heap, name, [params[0], params[1], params[2]], 2)?;
        [pattern, string, None, flags]
    } else {
        args.bind(heap, name, params, 2)?
    };
    let [pattern, string, most, flags] = bound;
    let pattern = pattern_of(heap, pattern.unwrap_or(Value::None), flags)?;
    let rest: Vec<Value> = [string, most].into_iter().flatten().collect();
    run(heap, pattern, &CallArgs::positional(&rest))
}

fn compiled(heap: &Heap, this: Value) -> Res<Arc<Compiled>> {
    if let Value::Native(native) = this
        && let Native::Pattern(pattern) = &heap.natives[native]
    {
        return Ok(Arc::clone(&pattern.compiled));
    }
    Err(Raise::type_error("a pattern is required"))
}

/// The text that is searched.
fn subject(heap: &Heap, value: Option<Value>) -> Res<Ref<Str>> {
    match value.unwrap_or(Value::None) {
        Value::Str(text) => Ok(text),
        Value::Bytes(_) => Err(Raise::type_error("cannot use a string pattern on a bytes-like object")),
        other => {
            Err(Raise::type_error(format!("expected string or bytes-like object, got '{}'", other.type_name(heap))))
        }
    }
}

/// A text with the bounds of the search in it, in characters.
#[derive(Clone, Copy)]
struct Subject {
    text: Ref<Str>,
    pos: usize,
    endpos: usize,
}

impl Subject {
    /// The arguments `string`, `pos` and `endpos`.
    fn bind(heap: &Heap, function: &str, args: &CallArgs<'_>) -> Res<Subject> {
        let [text, pos, endpos] =
            args.bind(heap, function, [by_name("string"), by_name("pos"), by_name("endpos")], 1)?;
        let text = subject(heap, text)?;
        let chars = heap.strs[text].chars();
        let place = |value: Option<Value>, default: usize| match value {
            None => Ok(default),
            Some(value) => ops::index_argument(heap, value).map(|at| (at.max(0) as u64).min(chars as u64) as usize),
        };
        let endpos = place(endpos, chars)?;
        Ok(Subject { text, pos: place(pos, 0)?, endpos })
    }

    fn whole(heap: &Heap, text: Ref<Str>) -> Subject {
        Subject { text, pos: 0, endpos: heap.strs[text].chars() }
    }

    /// The text up to the end of the search, and where the search starts, in bytes; none for an empty range.
    fn slice(self, heap: &Heap) -> Option<(&str, usize)> {
        let text = &heap.strs[self.text];
        (self.pos <= self.endpos).then(|| (&text.as_str()[..text.byte_offset(self.endpos)], text.byte_offset(self.pos)))
    }
}

fn one(heap: &mut Heap, this: Value, args: &CallArgs<'_>, function: &str, anchor: Anchor) -> Res<Value> {
    let compiled = compiled(heap, this)?;
    let subject = Subject::bind(heap, function, args)?;
    let spans = match subject.slice(heap) {
        Some((text, from)) => compiled.find(text, from, anchor, false)?,
        None => None,
    };
    Ok(match spans {
        Some(spans) => {
            let mut positions = Positions::new(subject.text);
            new_match(heap, this, subject, &compiled, &spans, &mut positions)
        }
        None => Value::None,
    })
}

fn new_match(
    heap: &mut Heap,
    pattern: Value,
    subject: Subject,
    compiled: &Compiled,
    spans: &Spans,
    positions: &mut Positions,
) -> Value {
    let in_chars = spans
        .iter()
        .map(|span| span.map(|(start, end)| (positions.char_of(heap, start), positions.char_of(heap, end))))
        .collect();
    let last = compiled.last_group(spans);
    heap.new_native(Native::Match(Box::new(Match {
        pattern,
        text: subject.text,
        pos: subject.pos,
        endpos: subject.endpos,
        spans: in_chars,
        last,
    })))
}

fn search(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    one(heap, this, args, "search", Anchor::Anywhere)
}

fn match_start(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    one(heap, this, args, "match", Anchor::Start)
}

fn full_match(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    one(heap, this, args, "fullmatch", Anchor::Both)
}

/// All matches, at most so many (0 for all).
fn all_spans(heap: &Heap, compiled: &Compiled, subject: Subject, most: i64) -> Res<Vec<Spans>> {
    let mut found = Vec::new();
    let most = if most <= 0 { usize::MAX } else { most as usize };
    if let Some((text, from)) = subject.slice(heap) {
        let size = (compiled.groups() + 1) * size_of::<Option<(usize, usize)>>() + size_of::<Spans>();
        compiled.find_all(text, from, most, |spans| {
            found.push(spans);
            if found.len().is_power_of_two() { heap.ensure(found.len() * size * 2) } else { Ok(()) }
        })?;
    }
    Ok(found)
}

fn find_all(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let compiled = compiled(heap, this)?;
    let subject = Subject::bind(heap, "findall", args)?;
    let found = all_spans(heap, &compiled, subject, 0)?;
    let mut items = Vec::with_capacity(found.len());
    for spans in found {
        heap.within_limit(0)?;
        let mut part = |group: usize| {
            let (start, end) = spans[group].unwrap_or((0, 0));
            let text = heap.str(subject.text)[start..end].to_owned();
            heap.new_str(text)
        };
        let item = match compiled.groups() {
            0 => part(0),
            1 => part(1),
            several => {
                let parts: Vec<Value> = (1..=several).map(part).collect();
                heap.new_tuple(parts)
            }
        };
        items.push(item);
    }
    Ok(heap.new_list(items))
}

fn matches(heap: &mut Heap, this: Value, subject: Subject, most: i64) -> Res<(Vec<Value>, Vec<Spans>)> {
    let compiled = compiled(heap, this)?;
    let found = all_spans(heap, &compiled, subject, most)?;
    let mut positions = Positions::new(subject.text);
    let mut items = Vec::with_capacity(found.len());
    for spans in &found {
        heap.within_limit(0)?;
        items.push(new_match(heap, this, subject, &compiled, spans, &mut positions));
    }
    Ok((items, found))
}

fn find_iter(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let subject = Subject::bind(heap, "finditer", args)?;
    let (items, _) = matches(heap, this, subject, 0)?;
    let list = heap.new_list(items);
    Ok(Value::Iter(ops::iter(heap, list)?))
}

fn split(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [text, most] = args.bind(heap, "split", [by_name("string"), by_name("maxsplit")], 1)?;
    let text = subject(heap, text)?;
    let most = most.map_or(Ok(0), |most| ops::index_argument(heap, most))?;
    let compiled = compiled(heap, this)?;
    let found = if most < 0 { Vec::new() } else { all_spans(heap, &compiled, Subject::whole(heap, text), most)? };
    let mut parts = Vec::with_capacity(found.len() * (compiled.groups() + 1) + 1);
    let mut from = 0;
    for spans in found {
        heap.within_limit(0)?;
        let (start, end) = spans[0].unwrap_or((from, from));
        let part = heap.str(text)[from..start].to_owned();
        parts.push(heap.new_str(part));
        for span in &spans[1..] {
            parts.push(match *span {
                Some((start, end)) => {
                    let part = heap.str(text)[start..end].to_owned();
                    heap.new_str(part)
                }
                None => Value::None,
            });
        }
        from = end;
    }
    let part = heap.str(text)[from..].to_owned();
    parts.push(heap.new_str(part));
    Ok(heap.new_list(parts))
}

/// What `sub` comes to: a result, or the call of the program's function for each match.
pub(crate) enum Replacement {
    Done(Value),
    /// The matches, and the texts between them.
    Calls {
        matches: Value,
        parts: Value,
        function: Value,
    },
}

/// `sub` and `subn`; of a method, the pattern is the first argument.
pub(crate) fn replace(heap: &mut Heap, args: &CallArgs<'_>, counted: bool, method: bool) -> Res<Replacement> {
    let name = if counted { "subn" } else { "sub" };
    let (pattern, replacement, text, most) = if method {
        let Some((&pattern, rest)) = args.positional.split_first() else {
            return Err(Raise::type_error("a pattern is required"));
        };
        let args = CallArgs { positional: rest, keywords: args.keywords };
        let [replacement, text, most] =
            args.bind(heap, name, [by_name("repl"), by_name("string"), by_name("count")], 2)?;
        (pattern, replacement, text, most)
    } else {
        let [pattern, replacement, text, most, flags] = args.bind(
            heap,
            name,
            [by_name("pattern"), by_name("repl"), by_name("string"), by_name("count"), by_name("flags")],
            3,
        )?;
        (pattern_of(heap, pattern.unwrap_or(Value::None), flags)?, replacement, text, most)
    };
    let text = subject(heap, text)?;
    let most = most.map_or(Ok(0), |most| ops::index_argument(heap, most))?;
    let compiled = compiled(heap, pattern)?;
    let whole = Subject::whole(heap, text);
    let replacement = replacement.unwrap_or(Value::None);
    if let Some(source) = heap.as_str(replacement) {
        let template = template::parse(source, &compiled)?;
        let found = if most < 0 { Vec::new() } else { all_spans(heap, &compiled, whole, most)? };
        let subject = heap.str(text);
        let mut out = String::with_capacity(subject.len());
        let mut from = 0;
        for spans in &found {
            let (start, end) = spans[0].unwrap_or((from, from));
            out.push_str(&subject[from..start]);
            template::fill(&template, subject, |group| spans.get(group).copied().flatten(), &mut out);
            heap.ensure(out.len())?;
            from = end;
        }
        out.push_str(&subject[from..]);
        let result = heap.new_str(out);
        let count = Value::Int(found.len() as i64);
        return Ok(Replacement::Done(if counted { heap.new_tuple([result, count]) } else { result }));
    }
    if !crate::vm::is_callable(heap, replacement) {
        return Err(Raise::type_error(format!(
            "decoding to str: need a bytes-like object, {} found",
            replacement.type_name(heap)
        )));
    }
    let (items, found) = if most < 0 { (Vec::new(), Vec::new()) } else { matches(heap, pattern, whole, most)? };
    let mut parts = Vec::with_capacity(found.len() + 1);
    let mut from = 0;
    let len = heap.str(text).len();
    for (start, end) in found.iter().filter_map(|spans| spans[0]).chain([(len, len)]) {
        let part = heap.str(text)[from..start].to_owned();
        parts.push(heap.new_str(part));
        from = end;
    }
    Ok(Replacement::Calls { matches: heap.new_list(items), parts: heap.new_list(parts), function: replacement })
}

pub(super) fn attribute(heap: &mut Heap, native: NativeRef, name: &str) -> Option<Value> {
    match &heap.natives[native] {
        Native::Pattern(pattern) => match name {
            "pattern" => Some(Value::Str(pattern.source)),
            "flags" => Some(Value::Int(i64::from(pattern.compiled.flags))),
            "groups" => Some(Value::Int(pattern.compiled.groups() as i64)),
            "groupindex" => {
                let compiled = Arc::clone(&pattern.compiled);
                let dict = heap.new_dict();
                for (name, number) in &compiled.names {
                    let name = heap.new_str(name.as_str());
                    ops::dict_insert(heap, dict, name, Value::Int(*number as i64)).ok()?;
                }
                Some(Value::Dict(dict))
            }
            _ => None,
        },
        _ => found::attribute(heap, native, name),
    }
}

pub(super) fn repr(heap: &Heap, native: NativeRef) -> Res<String> {
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    Ok(match &heap.natives[native] {
        Native::Pattern(pattern) => {
            let mut shown = String::new();
            ops::str_repr(heap.str(pattern.source), &mut shown);
            let flags: Vec<&str> = [
                (syntax::IGNORECASE, "re.IGNORECASE"),
                (syntax::MULTILINE, "re.MULTILINE"),
                (syntax::DOTALL, "re.DOTALL"),
                (syntax::VERBOSE, "re.VERBOSE"),
                (syntax::ASCII, "re.ASCII"),
            ]
            .into_iter()
            .filter(|(bit, _)| pattern.compiled.flags & bit != 0)
            .map(|(_, name)| name)
            .collect();
            let flags = if flags.is_empty() { String::new() } else { format!(", {}", flags.join("|")) };
            format!("re.compile({}{flags})", cut(&shown, 200))
        }
        Native::Match(found) => {
            let mut shown = String::new();
            let (start, end) = found.spans[0].unwrap_or((0, 0));
            ops::str_repr(heap.strs[found.text].slice(start, end), &mut shown);
            format!("<re.Match object; span=({start}, {end}), match={}>", cut(&shown, 50))
        }
        _ => String::new(),
    })
}
