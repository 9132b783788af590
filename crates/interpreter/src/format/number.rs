//! Ints and floats under a format specification.

use std::borrow::Cow;

use num_bigint::{BigInt, Sign};

use super::float;
use super::spec::{Align, Spec, pad, unknown_code};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::ops;
use crate::value::Value;

pub(super) fn format_int(heap: &Heap, value: Value, spec: &Spec) -> Res<String> {
    let type_name = value.type_name(heap);
    let kind = spec.kind.unwrap_or('d');
    if matches!(kind, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') {
        let float = match ops::number(heap, value) {
            Some(number) => number.to_f64()?,
            None => 0.0,
        };
        return format_float(heap, float, spec, type_name);
    }
    if !matches!(kind, 'b' | 'c' | 'd' | 'n' | 'o' | 'x' | 'X') {
        return Err(unknown_code(kind, type_name));
    }
    if spec.precision.is_some() {
        return Err(Raise::value_error("Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(Raise::value_error("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    if kind == 'c' {
        return format_char(heap, value, spec);
    }
    let radix = match kind {
        'b' => 2,
        'o' => 8,
        'x' | 'X' => 16,
        _ => 10,
    };
    let (negative, mut digits) = magnitude(heap, value, radix)?;
    if kind == 'X' {
        digits.make_ascii_uppercase();
    }
    let mut prefix = sign(negative, spec.sign).to_owned();
    if spec.alternate && radix != 10 {
        prefix.push('0');
        prefix.push(kind);
    }
    let group = if radix == 10 { 3 } else { 4 };
    layout(heap, &prefix, &digits, "", spec, group)
}

fn format_char(heap: &Heap, value: Value, spec: &Spec) -> Res<String> {
    if spec.sign.is_some() {
        return Err(Raise::value_error("Sign not allowed with integer format specifier 'c'"));
    }
    if spec.alternate {
        return Err(Raise::value_error("Alternate form (#) not allowed with integer format specifier 'c'"));
    }
    let code = match value {
        Value::Int(code) => u32::try_from(code).ok(),
        Value::Bool(truth) => Some(u32::from(truth.get())),
        _ => {
            return Err(Raise::new(ExceptionKind::OverflowError, "Python int too large to convert to C long"));
        }
    };
    match code.and_then(char::from_u32) {
        Some(c) => pad(heap, "", c.encode_utf8(&mut [0; 4]), spec.align.unwrap_or(Align::Right), spec.fill, spec.width),
        None => Err(Raise::new(ExceptionKind::OverflowError, "%c arg not in range(0x110000)")),
    }
}

/// The sign and the digits of an int value.
pub(super) fn magnitude(heap: &Heap, value: Value, radix: u32) -> Res<(bool, String)> {
    let small = match value {
        Value::Int(int) => int,
        Value::Bool(truth) => i64::from(truth.get()),
        Value::BigInt(int) => {
            let int: &BigInt = &heap.bigints[int];
            let text = if radix == 10 { ops::int_to_text(heap, value)? } else { int.to_str_radix(radix) };
            return Ok((int.sign() == Sign::Minus, text.trim_start_matches('-').to_owned()));
        }
        _ => 0,
    };
    let size = small.unsigned_abs();
    let digits = match radix {
        2 => format!("{size:b}"),
        8 => format!("{size:o}"),
        16 => format!("{size:x}"),
        _ => itoa::Buffer::new().format(size).to_owned(),
    };
    Ok((small < 0, digits))
}

pub(super) fn sign(negative: bool, option: Option<char>) -> &'static str {
    match (negative, option) {
        (true, _) => "-",
        (false, Some('+')) => "+",
        (false, Some(' ')) => " ",
        (false, _) => "",
    }
}

pub(super) fn format_float(heap: &Heap, float: f64, spec: &Spec, type_name: &str) -> Res<String> {
    let size = float.abs();
    let precision = spec.precision.unwrap_or(6);
    heap.ensure(precision)?;
    let mut body = match spec.kind {
        _ if !size.is_finite() && spec.kind.is_none_or(|kind| "eEfFgGn%".contains(kind)) => {
            float::non_finite(float).to_owned()
        }
        None => match spec.precision {
            None => {
                let shortest = float::shortest_general(float);
                // The alternate form keeps a point even in an exponent form.
                if spec.alternate && !shortest.contains('.') { shortest.replacen('e', ".e", 1) } else { shortest }
            }
            Some(precision) => float::general(size, precision, spec.alternate, true),
        },
        Some('f' | 'F') => float::fixed(size, precision, spec.alternate),
        Some('%') => float::fixed(size * 100.0, precision, spec.alternate),
        Some('e' | 'E') => float::scientific(size, precision, spec.alternate),
        Some('g' | 'G' | 'n') => float::general(size, precision, spec.alternate, false),
        Some(kind) => return Err(unknown_code(kind, type_name)),
    };
    if matches!(spec.kind, Some('E' | 'F' | 'G')) {
        body.make_ascii_uppercase();
    }
    let zero = body.bytes().take_while(|b| !matches!(b, b'e' | b'E')).all(|b| matches!(b, b'0' | b'.'));
    let negative = float.is_sign_negative() && !float.is_nan() && !(spec.no_negative_zero && zero);
    let split = body.find(|c: char| !c.is_ascii_digit()).unwrap_or(body.len());
    let (whole, fraction) = body.split_at(split);
    let sign = sign(negative, spec.sign);
    if spec.grouping.is_none() && spec.kind != Some('%') {
        return pad(heap, sign, &body, spec.align.unwrap_or(Align::Right), spec.fill, spec.width);
    }
    let tail = if spec.kind == Some('%') { format!("{fraction}%") } else { fraction.to_owned() };
    layout(heap, sign, whole, &tail, spec, 3)
}

/// Groups the digits before the point, fills with zeros where asked, and pads.
fn layout(heap: &Heap, prefix: &str, digits: &str, tail: &str, spec: &Spec, group: usize) -> Res<String> {
    let align = spec.align.unwrap_or(Align::Right);
    let Some(separator) = spec.grouping else {
        let body = if tail.is_empty() { Cow::Borrowed(digits) } else { Cow::Owned([digits, tail].concat()) };
        return pad(heap, prefix, &body, align, spec.fill, spec.width);
    };
    heap.ensure(spec.width)?;
    let mut least = 0;
    if spec.fill == '0' && align == Align::AfterSign {
        // Zeros in front are grouped too.
        least = spec.width.saturating_sub(prefix.len() + tail.len());
    }
    let grouped = group_digits(digits, separator, group, least);
    pad(heap, prefix, &format!("{grouped}{tail}"), align, spec.fill, spec.width)
}

/// Digits with a separator between groups, filled with zeros in front to at least `width`.
fn group_digits(digits: &str, separator: char, group: usize, width: usize) -> String {
    let mut reversed = String::with_capacity(width.max(digits.len() * 4 / 3 + 1));
    let mut source = digits.chars().rev();
    let mut count = 0;
    loop {
        let next = source.next();
        if next.is_none() && (reversed.len() >= width && count > 0 || digits.is_empty()) {
            break;
        }
        if count > 0 && count % group == 0 {
            reversed.push(separator);
        }
        reversed.push(next.unwrap_or('0'));
        count += 1;
    }
    reversed.chars().rev().collect()
}
