//! Methods of `str`: case, padding, searching, replacing, joining, formatting.

use super::chars::{is_cased, push_folded, push_lower, push_title};
use super::{Method, method, str_split, str_test};
use crate::builtins::{CallArgs, by_name, by_place};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::format;
use crate::heap::Heap;
use crate::objects::text::INLINE;
use crate::ops;
use crate::value::Value;

pub(super) const METHODS: &[Method] = &[
    method("capitalize", capitalize),
    method("casefold", casefold),
    method("center", center),
    method("count", count),
    method("encode", encode),
    method("endswith", ends_with),
    method("expandtabs", expand_tabs),
    method("find", find),
    method("format", format_fields),
    method("format_map", format_map),
    method("index", index),
    method("isalnum", str_test::is_alnum),
    method("isalpha", str_test::is_alpha),
    method("isascii", str_test::is_ascii),
    method("isdecimal", str_test::is_decimal),
    method("isdigit", str_test::is_digit),
    method("isidentifier", str_test::is_identifier),
    method("islower", str_test::is_lower),
    method("isnumeric", str_test::is_numeric),
    method("isprintable", str_test::is_printable),
    method("isspace", str_test::is_space),
    method("istitle", str_test::is_title),
    method("isupper", str_test::is_upper),
    method("join", join),
    method("ljust", ljust),
    method("lower", lower),
    method("lstrip", str_split::lstrip),
    method("maketrans", make_table),
    method("partition", str_split::partition),
    method("removeprefix", remove_prefix),
    method("removesuffix", remove_suffix),
    method("replace", replace),
    method("rfind", rfind),
    method("rindex", rindex),
    method("rjust", rjust),
    method("rpartition", str_split::rpartition),
    method("rsplit", str_split::rsplit),
    method("rstrip", str_split::rstrip),
    method("split", str_split::split),
    method("splitlines", str_split::split_lines),
    method("startswith", starts_with),
    method("strip", str_split::strip),
    method("swapcase", swap_case),
    method("title", title),
    method("translate", translate),
    method("upper", upper),
    method("zfill", zfill),
];

pub(super) const CLASS_METHODS: &[Method] = &[method("maketrans", make_table)];

/// The text of the receiver.
pub(super) fn receiver(heap: &Heap, value: Value) -> &str {
    heap.as_str(value).unwrap_or_default()
}

/// The text of an argument that has to be a string.
pub(super) fn str_argument<'h>(heap: &'h Heap, function: &str, place: Option<usize>, value: Value) -> Res<&'h str> {
    heap.as_str(value).ok_or_else(|| {
        let place = place.map_or_else(|| "argument".to_owned(), |place| format!("argument {place}"));
        let given = if value.is(Value::None) { "None" } else { value.type_name(heap) };
        Raise::type_error(format!("{function}() {place} must be str, not {given}"))
    })
}

fn same_or_new(heap: &mut Heap, value: Value, text: String) -> Res<Value> {
    if receiver(heap, value) == text { Ok(value) } else { Ok(heap.new_str(text)) }
}

/// `title()` of any text, shared with the builtin `title_case`.
pub(crate) fn title_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        if in_word {
            push_lower(text, at, c, &mut out);
        } else {
            push_title(c, &mut out);
        }
        in_word = is_cased(c);
    }
    out
}

fn capitalize(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "str.capitalize")?;
    let mut chars = receiver(heap, this).chars();
    let mut out = String::new();
    if let Some(first) = chars.next() {
        push_title(first, &mut out);
        out.push_str(&chars.as_str().to_lowercase());
    }
    same_or_new(heap, this, out)
}

fn casefold(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "str.casefold")?;
    let mut out = String::new();
    for c in receiver(heap, this).chars() {
        push_folded(c, &mut out);
    }
    same_or_new(heap, this, out)
}

/// Short ASCII text with another case, without a block of memory on the way; none for other text.
fn ascii_case(heap: &mut Heap, this: Value, changed: fn(u8) -> u8) -> Option<Value> {
    let Value::Str(text) = this else { return None };
    let text = &heap.strs[text];
    if !text.is_ascii() || text.len() > INLINE {
        return None;
    }
    let mut bytes = [0; INLINE];
    let bytes = &mut bytes[..text.len()];
    let mut same = true;
    for (to, from) in bytes.iter_mut().zip(text.as_str().bytes()) {
        *to = changed(from);
        same &= *to == from;
    }
    if same {
        return Some(this);
    }
    match bytes {
        &mut [byte] => Some(heap.char_str(char::from(byte))),
        bytes => std::str::from_utf8(bytes).ok().map(|text| heap.new_str(text)),
    }
}

fn lower(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "str.lower")?;
    if let Some(done) = ascii_case(heap, this, |byte| byte.to_ascii_lowercase()) {
        return Ok(done);
    }
    let out = receiver(heap, this).to_lowercase();
    same_or_new(heap, this, out)
}

fn upper(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "str.upper")?;
    if let Some(done) = ascii_case(heap, this, |byte| byte.to_ascii_uppercase()) {
        return Ok(done);
    }
    let out = receiver(heap, this).to_uppercase();
    same_or_new(heap, this, out)
}

fn swap_case(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "str.swapcase")?;
    let mut out = String::new();
    let text = receiver(heap, this);
    for (at, c) in text.char_indices() {
        if c.is_uppercase() {
            push_lower(text, at, c, &mut out);
        } else if c.is_lowercase() {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
    }
    same_or_new(heap, this, out)
}

fn title(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "str.title")?;
    let out = title_text(receiver(heap, this));
    same_or_new(heap, this, out)
}

/// The missing width and the fill character of a padding method.
fn padding(heap: &Heap, this: Value, args: &CallArgs<'_>, name: &str) -> Res<(usize, char)> {
    let [width, fill] = args.bind(heap, name, [by_place("width"), by_place("fillchar")], 1)?;
    let width = usize::try_from(ops::index_argument(heap, width.unwrap_or(Value::None))?).unwrap_or(0);
    let fill = match fill {
        None => ' ',
        Some(value) => {
            let Some(text) = heap.as_str(value) else {
                return Err(Raise::type_error(format!(
                    "The fill character must be a unicode character, not {}",
                    value.type_name(heap)
                )));
            };
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => c,
                _ => return Err(Raise::type_error("The fill character must be exactly one character long")),
            }
        }
    };
    let missing = width.saturating_sub(ops::len(heap, this)?);
    heap.ensure(missing.saturating_mul(fill.len_utf8()))?;
    Ok((missing, fill))
}

fn padded(heap: &mut Heap, this: Value, before: usize, after: usize, fill: char) -> Res<Value> {
    if before + after == 0 {
        return Ok(this);
    }
    let mut out = String::new();
    out.extend(std::iter::repeat_n(fill, before));
    out.push_str(receiver(heap, this));
    out.extend(std::iter::repeat_n(fill, after));
    Ok(heap.new_str(out))
}

fn center(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let (missing, fill) = padding(heap, this, args, "center")?;
    let width = missing + ops::len(heap, this)?;
    // An odd rest goes to the left when the width is odd.
    let left = missing / 2 + (missing & width & 1);
    padded(heap, this, left, missing - left, fill)
}

fn ljust(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let (missing, fill) = padding(heap, this, args, "ljust")?;
    padded(heap, this, 0, missing, fill)
}

fn rjust(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let (missing, fill) = padding(heap, this, args, "rjust")?;
    padded(heap, this, missing, 0, fill)
}

fn zfill(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let width = args.one(heap, "str.zfill")?;
    let width = usize::try_from(ops::index_argument(heap, width)?).unwrap_or(0);
    let missing = width.saturating_sub(ops::len(heap, this)?);
    if missing == 0 {
        return Ok(this);
    }
    heap.ensure(missing)?;
    let text = receiver(heap, this);
    let (sign, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (&text[..1], digits),
        None => ("", text),
    };
    let out = format!("{sign}{}{digits}", "0".repeat(missing));
    Ok(heap.new_str(out))
}

fn expand_tabs(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [size] = args.bind(heap, "str.expandtabs", [by_name("tabsize")], 0)?;
    let size = match size {
        Some(size) => {
            let size = i32::try_from(ops::index_argument(heap, size)?)
                .map_err(|_| Raise::new(ExceptionKind::OverflowError, "Python int too large to convert to C int"))?;
            usize::try_from(size).unwrap_or(0)
        }
        None => 8,
    };
    let tabs = receiver(heap, this).bytes().filter(|b| *b == b'\t').count();
    heap.ensure(tabs.saturating_mul(size))?;
    let mut out = String::new();
    let mut column = 0;
    for c in receiver(heap, this).chars() {
        match c {
            '\t' => {
                if size > 0 {
                    let spaces = size - column % size;
                    out.extend(std::iter::repeat_n(' ', spaces));
                    column += spaces;
                }
            }
            c => {
                out.push(c);
                column = if matches!(c, '\n' | '\r') { 0 } else { column + 1 };
            }
        }
    }
    Ok(heap.new_str(out))
}

/// The part of the receiver that `start` and `end` select, with its first character's number; none
/// when the start lies past the end, where even the empty string is not found.
fn window(heap: &Heap, this: Value, start: Option<Value>, end: Option<Value>) -> Res<Option<(&str, usize)>> {
    let len = ops::len(heap, this)?;
    let (start, end) = (start.unwrap_or(Value::None), end.unwrap_or(Value::None));
    let clamp = |value, default: usize| -> Res<usize> {
        Ok(match value {
            Value::None => default,
            _ => {
                let index = ops::index_argument(heap, value).map_err(|_| {
                    Raise::type_error("slice indices must be integers or None or have an __index__ method")
                })?;
                let from_start = if index < 0 { i128::from(index) + len as i128 } else { i128::from(index) };
                usize::try_from(from_start.max(0)).unwrap_or(usize::MAX)
            }
        })
    };
    let (start, end) = (clamp(start, 0)?, clamp(end, len)?.min(len));
    let Value::Str(text) = this else { return Ok(None) };
    Ok(if start > end { None } else { Some((heap.strs[text].slice(start, end), start)) })
}

/// Where the searched text starts, in characters; none if it does not occur.
fn search(heap: &Heap, this: Value, args: &CallArgs<'_>, name: &str, from_end: bool) -> Res<Option<i64>> {
    let [sub, start, end] = args.bind(heap, name, [by_place("sub"), by_place("start"), by_place("end")], 1)?;
    let sub = sub.unwrap_or(Value::None);
    let Some(sub) = heap.as_str(sub) else {
        return Err(Raise::type_error(format!("must be str, not {}", sub.type_name(heap))));
    };
    let Some((text, first)) = window(heap, this, start, end)? else { return Ok(None) };
    let offset = if from_end { text.rfind(sub) } else { ops::find_text(text, sub) };
    let before = |offset: usize| {
        let text = &text[..offset];
        if text.is_ascii() { text.len() } else { text.chars().count() }
    };
    let chars = offset.map(|offset| first + before(offset));
    Ok(chars.and_then(|chars| i64::try_from(chars).ok()))
}

fn find(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    Ok(Value::Int(search(heap, this, args, "find", false)?.unwrap_or(-1)))
}

fn rfind(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    Ok(Value::Int(search(heap, this, args, "rfind", true)?.unwrap_or(-1)))
}

fn index(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let found = search(heap, this, args, "index", false)?;
    found.map(Value::Int).ok_or_else(|| Raise::value_error("substring not found"))
}

fn rindex(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let found = search(heap, this, args, "rindex", true)?;
    found.map(Value::Int).ok_or_else(|| Raise::value_error("substring not found"))
}

/// The byte offsets at which a text occurs in another, without those that overlap.
fn occurrences<'t>(text: &'t str, sub: &'t str) -> impl Iterator<Item = usize> + 't {
    // An empty text stands between characters, not between bytes.
    let between = sub.is_empty().then(|| text.char_indices().map(|(at, _)| at).chain([text.len()]));
    let found = (!sub.is_empty()).then(|| memchr::memmem::find_iter(text.as_bytes(), sub.as_bytes()));
    between.into_iter().flatten().chain(found.into_iter().flatten())
}

fn count(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [sub, start, end] = args.bind(heap, "count", [by_place("sub"), by_place("start"), by_place("end")], 1)?;
    let sub = sub.unwrap_or(Value::None);
    let Some(sub) = heap.as_str(sub) else {
        return Err(Raise::type_error(format!("must be str, not {}", sub.type_name(heap))));
    };
    let found = window(heap, this, start, end)?.map_or(0, |(text, _)| occurrences(text, sub).count());
    Ok(Value::Int(i64::try_from(found).unwrap_or(i64::MAX)))
}

/// Whether one of the texts in an argument (a string or a tuple of them) fits.
fn fits(heap: &Heap, this: Value, args: &CallArgs<'_>, name: &str, test: fn(&str, &str) -> bool) -> Res<Value> {
    let [affix, start, end] = args.bind(heap, name, [by_place("prefix"), by_place("start"), by_place("end")], 1)?;
    let affix = affix.unwrap_or(Value::None);
    let candidates = match affix {
        Value::Tuple(tuple) => heap.tuples[tuple].items(),
        _ => &[affix],
    };
    let window = window(heap, this, start, end)?;
    for candidate in candidates {
        let Some(candidate_text) = heap.as_str(*candidate) else {
            return Err(Raise::type_error(if matches!(affix, Value::Tuple(_)) {
                format!("tuple for {name} must only contain str, not {}", candidate.type_name(heap))
            } else {
                format!("{name} first arg must be str or a tuple of str, not {}", candidate.type_name(heap))
            }));
        };
        if window.is_some_and(|(text, _)| test(text, candidate_text)) {
            return Ok(Value::bool(true));
        }
    }
    Ok(Value::bool(false))
}

fn starts_with(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    fits(heap, this, args, "startswith", |text, prefix| text.starts_with(prefix))
}

fn ends_with(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    fits(heap, this, args, "endswith", |text, suffix| text.ends_with(suffix))
}

fn remove_prefix(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let prefix = args.one(heap, "str.removeprefix")?;
    let prefix = str_argument(heap, "removeprefix", None, prefix)?;
    match receiver(heap, this).strip_prefix(prefix).map(str::to_owned) {
        Some(rest) => Ok(heap.new_str(rest)),
        None => Ok(this),
    }
}

fn remove_suffix(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let suffix = args.one(heap, "str.removesuffix")?;
    let suffix = str_argument(heap, "removesuffix", None, suffix)?;
    match receiver(heap, this).strip_suffix(suffix).map(str::to_owned) {
        Some(rest) => Ok(heap.new_str(rest)),
        None => Ok(this),
    }
}

fn replace(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [old, new, count] = args.bind(heap, "replace", [by_place("old"), by_place("new"), by_place("count")], 2)?;
    let old = str_argument(heap, "replace", Some(1), old.unwrap_or(Value::None))?;
    let new = str_argument(heap, "replace", Some(2), new.unwrap_or(Value::None))?;
    let count = match count {
        Some(count) => usize::try_from(ops::index_argument(heap, count)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let text = receiver(heap, this);
    let found: Vec<usize> = occurrences(text, old).take(count).collect();
    if found.is_empty() {
        return Ok(this);
    }
    heap.ensure(found.len().saturating_mul(new.len()).saturating_add(text.len()))?;
    let mut out = String::with_capacity(text.len() - found.len() * old.len() + found.len() * new.len());
    let mut start = 0;
    for at in found {
        out.push_str(&text[start..at]);
        out.push_str(new);
        start = at + old.len();
    }
    out.push_str(&text[start..]);
    same_or_new(heap, this, out)
}

fn join(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let iterable = args.one(heap, "str.join")?;
    if let Err(raise) = ops::iter(heap, iterable) {
        return Err(if raise.resume().is_some() { raise } else { Raise::type_error("can only join an iterable") });
    }
    let collected;
    let items: &[Value] = match iterable {
        Value::List(list) => &heap.lists[list].items,
        _ => {
            collected = ops::collect(heap, iterable)?;
            &collected
        }
    };
    let mut total = receiver(heap, this).len().saturating_mul(items.len());
    for (at, item) in items.iter().enumerate() {
        match heap.as_str(*item) {
            Some(text) => total = total.saturating_add(text.len()),
            None => {
                return Err(Raise::type_error(format!(
                    "sequence item {at}: expected str instance, {} found",
                    item.type_name(heap)
                )));
            }
        }
    }
    heap.ensure(total)?;
    let mut out = String::with_capacity(total);
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(receiver(heap, this));
        }
        out.push_str(receiver(heap, *item));
    }
    Ok(heap.new_str(out))
}

fn encode(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [encoding, errors] = args.bind(heap, "str.encode", [by_name("encoding"), by_name("errors")], 0)?;
    let encoding = match encoding {
        Some(value) => str_argument(heap, "encode", Some(1), value)?.to_owned(),
        None => "utf-8".to_owned(),
    };
    let errors = match errors {
        Some(value) => str_argument(heap, "encode", Some(2), value)?,
        None => "strict",
    };
    let text = receiver(heap, this);
    let limit = match encoding.to_ascii_lowercase().replace('_', "-").as_str() {
        "utf-8" | "utf8" => {
            let bytes = text.as_bytes().to_vec();
            return Ok(heap.new_bytes(bytes));
        }
        "ascii" | "us-ascii" => 0x80,
        "latin-1" | "latin1" | "iso-8859-1" => 0x100,
        _ => return Err(Raise::new(ExceptionKind::LookupError, format!("unknown encoding: {encoding}"))),
    };
    let mut bytes = Vec::new();
    for (at, c) in text.chars().enumerate() {
        match (u8::try_from(u32::from(c)), errors) {
            (Ok(byte), _) if u32::from(byte) < limit => bytes.push(byte),
            (_, "ignore") => {}
            (_, "replace") => bytes.push(b'?'),
            _ => {
                let name = if limit == 0x80 { "ascii" } else { "latin-1" };
                let run = text.chars().skip(at).take_while(|c| u32::from(*c) >= limit).count();
                let reason = format!("ordinal not in range({limit})");
                let kind = ExceptionKind::UnicodeEncodeError;
                return Err(ops::coding_error(heap, kind, name, this, at..at + run, &reason));
            }
        }
    }
    Ok(heap.new_bytes(bytes))
}

fn format_fields(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let template = receiver(heap, this).to_owned();
    let keywords = args.keywords;
    let named = |heap: &mut Heap, name: &str| {
        if let Some((_, value)) = keywords.iter().find(|(key, _)| heap.str(*key) == name) {
            return Ok(*value);
        }
        let key = heap.new_str(name);
        Err(ops::key_error(heap, key))
    };
    let out = format::format_template(heap, &template, args.positional, &named)?;
    Ok(heap.new_str(out))
}

fn format_map(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let mapping = args.one(heap, "str.format_map")?;
    let template = receiver(heap, this).to_owned();
    let named = |heap: &mut Heap, name: &str| {
        let key = heap.new_str(name);
        ops::get_item(heap, mapping, key)
    };
    let out = format::format_template(heap, &template, &[], &named)?;
    Ok(heap.new_str(out))
}

fn make_table(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [from, to, gone] = args.bind(heap, "maketrans", [by_place("x"), by_place("y"), by_place("z")], 1)?;
    let from = from.unwrap_or(Value::None);
    let table = heap.new_dict();
    let Some(to) = to else {
        let Value::Dict(source) = from else {
            return Err(Raise::type_error("if you give only one argument to maketrans it must be a dict"));
        };
        let entries: Vec<_> = heap.dicts[source].table.iter().copied().collect();
        for entry in entries {
            let key = match entry.key {
                Value::Str(text) => {
                    let text = &heap.strs[text];
                    match text.char_at(0) {
                        Some(c) if text.chars() == 1 => Value::Int(i64::from(u32::from(c))),
                        _ => {
                            return Err(Raise::value_error("string keys in translate table must be of length 1"));
                        }
                    }
                }
                Value::Int(_) => entry.key,
                _ => return Err(Raise::type_error("keys in translate table must be strings or integers")),
            };
            ops::dict_insert(heap, table, key, entry.value)?;
        }
        return Ok(Value::Dict(table));
    };
    let Some(from) = heap.as_str(from) else {
        return Err(Raise::type_error("first maketrans argument must be a string if there is a second argument"));
    };
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = str_argument(heap, "maketrans", Some(2), to)?.chars().collect();
    if from.len() != to.len() {
        return Err(Raise::value_error("the first two maketrans arguments must have equal length"));
    }
    for (a, b) in from.into_iter().zip(to) {
        ops::dict_insert(heap, table, code_point(a), code_point(b))?;
    }
    if let Some(gone) = gone {
        let gone: Vec<char> = str_argument(heap, "maketrans", Some(3), gone)?.chars().collect();
        for c in gone {
            ops::dict_insert(heap, table, code_point(c), Value::None)?;
        }
    }
    Ok(Value::Dict(table))
}

fn code_point(c: char) -> Value {
    Value::Int(i64::from(u32::from(c)))
}

fn translate(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let table = args.one(heap, "str.translate")?;
    let Value::Dict(table) = table else {
        return Err(Raise::type_error(format!("'{}' object is not subscriptable", table.type_name(heap))));
    };
    let mut out = String::new();
    for c in receiver(heap, this).chars() {
        match ops::dict_get(heap, table, code_point(c))? {
            None => out.push(c),
            Some(Value::None) => {}
            Some(Value::Str(text)) => out.push_str(heap.str(text)),
            Some(Value::Int(code)) => match u32::try_from(code).ok().and_then(char::from_u32) {
                Some(c) => out.push(c),
                None => return Err(Raise::value_error("character mapping must be in range(0x110000)")),
            },
            Some(_) => {
                return Err(Raise::type_error("character mapping must return integer, None or str"));
            }
        }
        heap.ensure(out.len())?;
    }
    Ok(heap.new_str(out))
}
