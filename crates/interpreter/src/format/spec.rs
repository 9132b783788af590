//! The format specification mini-language: `[[fill]align][sign][z][#][0][width][,_][.precision][type]`.

use super::number;
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::ops;
use crate::value::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
    Center,
    /// Padding goes between the sign and the digits.
    AfterSign,
}

/// A parsed specification.
#[derive(Clone, Debug)]
pub(super) struct Spec {
    pub fill: char,
    pub align: Option<Align>,
    /// `+`, `-` or a space.
    pub sign: Option<char>,
    /// `z`: a result of negative zero loses its sign.
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    /// In characters.
    pub width: usize,
    /// `,` or `_`
    pub grouping: Option<char>,
    pub precision: Option<usize>,
    /// The letter at the end.
    pub kind: Option<char>,
}

/// `format(value, spec)`, as f-strings and `str.format` use it.
///
/// # Errors
/// `ValueError` for a malformed specification or one the value's type does not take, `TypeError`
/// for a type that takes none.
pub fn format_value(heap: &Heap, value: Value, spec: &str) -> Res<String> {
    if let Some(text) = ops::protocol::format(heap, value, spec)? {
        return Ok(text);
    }
    if spec.is_empty() {
        return ops::text(heap, value);
    }
    match value {
        Value::Str(text) => {
            let spec = parse(spec, "str")?;
            format_str(heap, heap.str(text), &spec)
        }
        Value::Int(_) | Value::Bool(_) | Value::BigInt(_) => {
            number::format_int(heap, value, &parse(spec, value.type_name(heap))?)
        }
        Value::Float(float) => number::format_float(heap, float.get(), &parse(spec, "float")?, "float"),
        Value::Native(native) if crate::modules::native::has_format(native) => {
            crate::modules::native::format(heap, native, spec)
        }
        _ => {
            Err(Raise::type_error(format!("unsupported format string passed to {}.__format__", value.type_name(heap))))
        }
    }
}

fn align_of(c: char) -> Option<Align> {
    Some(match c {
        '<' => Align::Left,
        '>' => Align::Right,
        '^' => Align::Center,
        '=' => Align::AfterSign,
        _ => return None,
    })
}

/// Reads a number at the front of `rest` and moves past it.
fn digits(rest: &mut &str) -> Res<Option<usize>> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    if end == 0 {
        return Ok(None);
    }
    let (number, tail) = rest.split_at(end);
    *rest = tail;
    match number.parse::<u32>() {
        Ok(number) if number <= i32::MAX as u32 => Ok(Some(number as usize)),
        _ => Err(Raise::value_error("Too many decimal digits in format string")),
    }
}

fn eat(rest: &mut &str, c: char) -> bool {
    match rest.strip_prefix(c) {
        Some(tail) => {
            *rest = tail;
            true
        }
        None => false,
    }
}

/// Reads a specification; `type_name` is the type named in the complaint about one that is malformed.
fn parse(text: &str, type_name: &str) -> Res<Spec> {
    let mut spec = Spec {
        fill: ' ',
        align: None,
        sign: None,
        no_negative_zero: false,
        alternate: false,
        width: 0,
        grouping: None,
        precision: None,
        kind: None,
    };
    let mut rest = text;
    let mut chars = text.chars();
    let mut has_fill = false;
    if let (Some(fill), Some(align)) = (chars.next(), chars.next().and_then(align_of)) {
        spec.fill = fill;
        spec.align = Some(align);
        has_fill = true;
        rest = chars.as_str();
    } else if let Some(align) = rest.chars().next().and_then(align_of) {
        spec.align = Some(align);
        rest = &rest[1..];
    }
    for sign in ['+', '-', ' '] {
        if spec.sign.is_none() && eat(&mut rest, sign) {
            spec.sign = Some(sign);
        }
    }
    spec.no_negative_zero = eat(&mut rest, 'z');
    spec.alternate = eat(&mut rest, '#');
    if !has_fill && eat(&mut rest, '0') {
        spec.fill = '0';
        // For text the flag means only its fill.
        if spec.align.is_none() && type_name != "str" {
            spec.align = Some(Align::AfterSign);
        }
    }
    spec.width = digits(&mut rest)?.unwrap_or(0);
    if eat(&mut rest, ',') {
        spec.grouping = Some(',');
    }
    if eat(&mut rest, '_') {
        if spec.grouping.is_some() {
            return Err(Raise::value_error("Cannot specify both ',' and '_'."));
        }
        spec.grouping = Some('_');
    }
    if eat(&mut rest, ',') {
        return Err(Raise::value_error(match spec.grouping {
            Some(',') => "Cannot specify ',' with ','.",
            _ => "Cannot specify both ',' and '_'.",
        }));
    }
    if eat(&mut rest, '.') {
        match digits(&mut rest)? {
            Some(precision) => spec.precision = Some(precision),
            None => return Err(Raise::value_error("Format specifier missing precision")),
        }
    }
    let mut chars = rest.chars();
    spec.kind = chars.next();
    if chars.next().is_some() {
        return Err(Raise::value_error(format!("Invalid format specifier '{text}' for object of type '{type_name}'")));
    }
    if let (Some(grouping), Some(kind)) = (spec.grouping, spec.kind) {
        let takes = match kind {
            'd' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' => true,
            'b' | 'o' | 'x' | 'X' => grouping == '_',
            _ => false,
        };
        if !takes {
            return Err(Raise::value_error(format!("Cannot specify '{grouping}' with '{kind}'.")));
        }
    }
    Ok(spec)
}

pub(super) fn unknown_code(kind: char, type_name: &str) -> Raise {
    let kind = if matches!(kind, '!'..='\u{7f}') { kind.to_string() } else { format!("\\x{:x}", u32::from(kind)) };
    Raise::value_error(format!("Unknown format code '{kind}' for object of type '{type_name}'"))
}

fn format_str(heap: &Heap, text: &str, spec: &Spec) -> Res<String> {
    let refuse = |what: &str| Err(Raise::value_error(format!("{what} not allowed in string format specifier")));
    if let Some(kind) = spec.kind.filter(|kind| *kind != 's') {
        return Err(unknown_code(kind, "str"));
    }
    if let Some(grouping) = spec.grouping {
        return Err(Raise::value_error(format!("Cannot specify '{grouping}' with 's'.")));
    }
    if spec.sign == Some(' ') {
        return refuse("Space");
    }
    if spec.sign.is_some() {
        return refuse("Sign");
    }
    if spec.no_negative_zero {
        return refuse("Negative zero coercion (z)");
    }
    if spec.alternate {
        return refuse("Alternate form (#)");
    }
    let align = match spec.align {
        Some(Align::AfterSign) => {
            return Err(Raise::value_error("'=' alignment not allowed in string format specifier"));
        }
        Some(align) => align,
        None => Align::Left,
    };
    let shown = match spec.precision {
        Some(precision) => text.char_indices().nth(precision).map_or(text, |(end, _)| &text[..end]),
        None => text,
    };
    pad(heap, "", shown, align, spec.fill, spec.width)
}

/// `prefix` and `body` padded to `width` characters.
pub(super) fn pad(heap: &Heap, prefix: &str, body: &str, align: Align, fill: char, width: usize) -> Res<String> {
    let missing = width.saturating_sub(characters(prefix) + characters(body));
    heap.ensure(missing.saturating_mul(fill.len_utf8()))?;
    let (before, between, after) = match align {
        Align::Left => (0, 0, missing),
        Align::Right => (missing, 0, 0),
        Align::Center => (missing / 2, 0, missing - missing / 2),
        Align::AfterSign => (0, missing, 0),
    };
    let mut out = String::with_capacity(prefix.len() + body.len() + missing * fill.len_utf8());
    push_times(&mut out, fill, before);
    out.push_str(prefix);
    push_times(&mut out, fill, between);
    out.push_str(body);
    push_times(&mut out, fill, after);
    Ok(out)
}

fn characters(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

fn push_times(out: &mut String, fill: char, times: usize) {
    const SPACES: &str = "                ";
    if fill == ' ' && times <= SPACES.len() {
        out.push_str(&SPACES[..times]);
    } else {
        out.extend(std::iter::repeat_n(fill, times));
    }
}
