//! `template % values`: printf-style formatting.

use super::float;
use super::number::{magnitude, sign};
use super::spec::{Align, pad};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::objects::{Bytes, Str};
use crate::ops;
use crate::value::{Ref, Value};

/// One conversion after `%`.
#[derive(Default)]
struct Conversion {
    alternate: bool,
    zero: bool,
    left: bool,
    sign: Option<char>,
    width: usize,
    precision: Option<usize>,
}

/// `template % values`, where `values` is a tuple, a dict for `%(name)s`, or one value.
///
/// # Errors
/// `TypeError` for missing, superfluous or unfitting values, `ValueError` for a malformed template.
pub fn percent(heap: &mut Heap, template: Ref<Str>, values: Value) -> Res<Value> {
    let template = heap.str(template).to_owned();
    let text = fill(heap, &template, values, false)?;
    Ok(heap.new_str(text))
}

/// The same for bytes: each stands for the character of its number, until the result is bytes again.
///
/// # Errors
/// As [`percent`].
pub fn percent_bytes(heap: &mut Heap, template: Ref<Bytes>, values: Value) -> Res<Value> {
    let template = latin(heap.byte_strings[template].as_slice());
    let text = fill(heap, &template, values, true)?;
    let bytes: Vec<u8> = text.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
    Ok(heap.new_bytes(bytes))
}

fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn fill(heap: &mut Heap, template: &str, values: Value, bytes: bool) -> Res<String> {
    let arguments = match values {
        Value::Tuple(tuple) => heap.tuples[tuple].items().to_vec(),
        value => vec![value],
    };
    // What can be subscripted counts as a mapping, of which not everything needs to be shown.
    let is_mapping = matches!(values, Value::Dict(_) | Value::List(_) | Value::Range(_) | Value::Bytes(_));
    let mut next = 0;
    let mut named = false;
    let mut chars = template.chars().peekable();
    let mut out = String::new();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        // Only without flags, width and name is it a plain `%`.
        if chars.next_if_eq(&'%').is_some() {
            out.push('%');
            continue;
        }
        let mut value = None;
        if chars.next_if_eq(&'(').is_some() {
            let Value::Dict(mapping) = values else { return Err(Raise::type_error("format requires a mapping")) };
            let mut key = String::new();
            loop {
                match chars.next() {
                    Some(')') => break,
                    Some(c) => key.push(c),
                    None => return Err(Raise::value_error("incomplete format key")),
                }
            }
            named = true;
            let found = if bytes {
                let key: Vec<u8> = key.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
                let key = heap.new_bytes(key);
                ops::dict_get(heap, mapping, key)?
            } else {
                ops::dict_get_str(heap, mapping, &key)
            };
            value = Some(match found {
                Some(found) => found,
                None => {
                    let key = heap.new_str(key);
                    return Err(ops::key_error(heap, key));
                }
            });
        }
        let mut conversion = Conversion::default();
        while let Some(flag) = chars.next_if(|c| "#0- +".contains(*c)) {
            match flag {
                '#' => conversion.alternate = true,
                '0' => conversion.zero = true,
                '-' => conversion.left = true,
                '+' => conversion.sign = Some('+'),
                _ => conversion.sign = conversion.sign.or(Some(' ')),
            }
        }
        let mut take = || -> Res<Value> {
            let taken = arguments.get(next).copied();
            next += 1;
            taken.ok_or_else(|| Raise::type_error("not enough arguments for format string"))
        };
        if chars.next_if_eq(&'*').is_some() {
            let width = star(heap, take()?)?;
            conversion.left |= width < 0;
            conversion.width = usize::try_from(width.unsigned_abs()).unwrap_or(usize::MAX);
        } else {
            conversion.width = number(&mut chars)?;
        }
        if chars.next_if_eq(&'.').is_some() {
            conversion.precision = Some(if chars.next_if_eq(&'*').is_some() {
                usize::try_from(star(heap, take()?)?).unwrap_or(0)
            } else {
                number(&mut chars)?
            });
        }
        while chars.next_if(|c| matches!(c, 'l' | 'h' | 'L')).is_some() {}
        let Some(kind) = chars.next() else { return Err(Raise::value_error("incomplete format")) };
        let value = match value {
            Some(value) => value,
            None => take()?,
        };
        if !("sraciduxXoeEfFgG".contains(kind) || bytes && kind == 'b') {
            let at = template.chars().count() - chars.count() - 1;
            return Err(Raise::value_error(format!(
                "unsupported format character '{kind}' (0x{:x}) at index {at}",
                u32::from(kind)
            )));
        }
        out.push_str(&match bytes {
            true => convert_for_bytes(heap, kind, &conversion, value)?,
            false => convert(heap, kind, &conversion, value)?,
        });
    }
    if next < arguments.len() && !named && !is_mapping {
        let what = if bytes { "bytes" } else { "string" };
        return Err(Raise::type_error(format!("not all arguments converted during {what} formatting")));
    }
    Ok(out)
}

fn number(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Res<usize> {
    let mut number = 0usize;
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        number = number * 10 + digit.to_digit(10).unwrap_or(0) as usize;
        if number > i32::MAX as usize {
            return Err(Raise::value_error("width too big"));
        }
    }
    Ok(number)
}

fn star(heap: &Heap, value: Value) -> Res<i64> {
    match value {
        Value::Int(_) | Value::Bool(_) => ops::index_argument(heap, value),
        _ => Err(Raise::type_error("* wants int")),
    }
}

/// As [`convert`] in a template of bytes: text goes in as bytes only.
fn convert_for_bytes(heap: &mut Heap, kind: char, conversion: &Conversion, value: Value) -> Res<String> {
    let raw = match (kind, value) {
        ('s' | 'b', Value::Bytes(bytes)) => latin(heap.byte_strings[bytes].as_slice()),
        ('s' | 'b', _) => {
            return Err(Raise::type_error(format!(
                "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
                value.type_name(heap)
            )));
        }
        ('c', Value::Bytes(bytes)) if heap.byte_strings[bytes].as_slice().len() == 1 => {
            latin(heap.byte_strings[bytes].as_slice())
        }
        ('c', Value::Int(code)) => match u8::try_from(code) {
            Ok(byte) => char::from(byte).to_string(),
            Err(_) => return Err(Raise::new(ExceptionKind::OverflowError, "%c arg not in range(256)")),
        },
        ('c', _) => return Err(Raise::type_error("%c requires an integer in range(256) or a single byte")),
        ('r', _) => return convert(heap, 'a', conversion, value),
        _ => return convert(heap, kind, conversion, value),
    };
    let shown: String = match conversion.precision {
        Some(precision) if kind != 'c' => raw.chars().take(precision).collect(),
        _ => raw,
    };
    let align = if conversion.left { Align::Left } else { Align::Right };
    pad(heap, "", &shown, align, ' ', conversion.width)
}

fn convert(heap: &mut Heap, kind: char, conversion: &Conversion, value: Value) -> Res<String> {
    let align = match (conversion.left, conversion.zero) {
        (true, _) => Align::Left,
        (false, true) => Align::AfterSign,
        (false, false) => Align::Right,
    };
    let number_fill = if conversion.zero && !conversion.left { '0' } else { ' ' };
    match kind {
        's' | 'r' | 'a' => {
            let text = if kind == 's' { ops::text(heap, value)? } else { ops::repr(heap, value)? };
            let text = if kind == 'a' { crate::methods::ascii_only(&text) } else { text };
            let shown = match conversion.precision {
                Some(precision) => text.char_indices().nth(precision).map_or(text.as_str(), |(end, _)| &text[..end]),
                None => &text,
            };
            let align = if conversion.left { Align::Left } else { Align::Right };
            pad(heap, "", shown, align, ' ', conversion.width)
        }
        'c' => {
            let text = match value {
                Value::Str(text) if heap.strs[text].chars() == 1 => heap.str(text).to_owned(),
                Value::Int(code) => match u32::try_from(code).ok().and_then(char::from_u32) {
                    Some(c) => c.to_string(),
                    None => {
                        return Err(Raise::new(ExceptionKind::OverflowError, "%c arg not in range(0x110000)"));
                    }
                },
                _ => return Err(Raise::type_error("%c requires int or char")),
            };
            let align = if conversion.left { Align::Left } else { Align::Right };
            pad(heap, "", &text, align, ' ', conversion.width)
        }
        'd' | 'i' | 'u' | 'x' | 'X' | 'o' => {
            let int = match value {
                Value::Int(_) | Value::Bool(_) | Value::BigInt(_) => value,
                Value::Float(float) if matches!(kind, 'd' | 'i' | 'u') => crate::builtins::truncate(heap, float.get())?,
                _ => {
                    let wanted = if matches!(kind, 'd' | 'i' | 'u') { "a real number" } else { "an integer" };
                    return Err(Raise::type_error(format!(
                        "%{kind} format: {wanted} is required, not {}",
                        value.type_name(heap)
                    )));
                }
            };
            let radix = match kind {
                'x' | 'X' => 16,
                'o' => 8,
                _ => 10,
            };
            let (negative, mut digits) = magnitude(heap, int, radix)?;
            if let Some(precision) = conversion.precision {
                heap.ensure(precision)?;
                digits.insert_str(0, &"0".repeat(precision.saturating_sub(digits.len())));
            }
            let mut prefix = sign(negative, conversion.sign).to_owned();
            if conversion.alternate && radix != 10 {
                prefix.push('0');
                prefix.push(kind);
            }
            if kind == 'X' {
                digits.make_ascii_uppercase();
            }
            pad(heap, &prefix, &digits, align, number_fill, conversion.width)
        }
        _ => {
            let Some(float) = ops::number(heap, value) else {
                return Err(Raise::type_error(format!("must be real number, not {}", value.type_name(heap))));
            };
            let float = float.to_f64()?;
            let precision = conversion.precision.unwrap_or(6);
            heap.ensure(precision)?;
            let size = float.abs();
            let mut body = match kind {
                _ if !size.is_finite() => float::non_finite(float).to_owned(),
                'e' | 'E' => float::scientific(size, precision, conversion.alternate),
                'f' | 'F' => float::fixed(size, precision, conversion.alternate),
                _ => float::general(size, precision, conversion.alternate, false),
            };
            if kind.is_ascii_uppercase() {
                body.make_ascii_uppercase();
            }
            let negative = float.is_sign_negative() && !float.is_nan();
            pad(heap, sign(negative, conversion.sign), &body, align, number_fill, conversion.width)
        }
    }
}
