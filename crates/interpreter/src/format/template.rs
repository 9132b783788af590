//! `template.format(…)`: replacement fields with attributes, items, conversions and nested specifications.

use super::spec::format_value;
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::ops;
use crate::value::Value;

/// Fields inside a specification may not have fields of their own in turn.
const MAX_NESTING: u32 = 2;

/// The values a template is filled from.
struct Fields<'a> {
    positional: &'a [Value],
    /// The value of a named field.
    named: &'a dyn Fn(&mut Heap, &str) -> Res<Value>,
    /// The number of the next field without a name; none once fields were numbered by hand.
    automatic: Option<usize>,
    by_hand: bool,
}

/// `template.format(*positional, **named)`.
///
/// # Errors
/// `ValueError` for a malformed template, `IndexError` and `KeyError` for a missing value.
pub fn format_template(
    heap: &mut Heap,
    template: &str,
    positional: &[Value],
    named: &dyn Fn(&mut Heap, &str) -> Res<Value>,
) -> Res<String> {
    let mut fields = Fields { positional, named, automatic: Some(0), by_hand: false };
    fill(heap, template, &mut fields, MAX_NESTING)
}

fn fill(heap: &mut Heap, template: &str, fields: &mut Fields<'_>, nesting: u32) -> Res<String> {
    if nesting == 0 {
        return Err(Raise::value_error("Max string recursion exceeded"));
    }
    let mut out = String::new();
    let mut rest = template;
    while let Some(brace) = rest.find(['{', '}']) {
        out.push_str(&rest[..brace]);
        let (open, after) = (rest.as_bytes()[brace] == b'{', &rest[brace + 1..]);
        let doubled = if open { '{' } else { '}' };
        // Inside a specification braces are only fields.
        if nesting == MAX_NESTING
            && let Some(tail) = after.strip_prefix(doubled)
        {
            out.push(doubled);
            rest = tail;
            continue;
        }
        if !open {
            return Err(Raise::value_error("Single '}' encountered in format string"));
        }
        let end = field_end(after)?;
        let text = field(heap, &after[..end], fields, nesting)?;
        heap.ensure(out.len() + text.len())?;
        out.push_str(&text);
        rest = &after[end + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

/// The offset of the brace that closes the field whose text starts here.
fn field_end(text: &str) -> Res<usize> {
    let mut depth = 0usize;
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Ok(offset),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    Err(Raise::value_error(if text.is_empty() {
        "Single '{' encountered in format string"
    } else {
        "expected '}' before end of string"
    }))
}

fn field(heap: &mut Heap, text: &str, fields: &mut Fields<'_>, nesting: u32) -> Res<String> {
    // The name ends at `!` or `:` outside of brackets.
    let mut in_brackets = false;
    let name_end = text
        .bytes()
        .position(|byte| {
            match byte {
                b'[' => in_brackets = true,
                b']' => in_brackets = false,
                b'!' | b':' => return !in_brackets,
                _ => {}
            }
            false
        })
        .unwrap_or(text.len());
    let (name, mut tail) = text.split_at(name_end);
    let mut value = lookup(heap, name, fields)?;
    if let Some(conversion) = tail.strip_prefix('!') {
        let mut chars = conversion.chars();
        let Some(letter) = chars.next() else {
            return Err(Raise::value_error("end of string while looking for conversion specifier"));
        };
        tail = chars.as_str();
        if !tail.is_empty() && !tail.starts_with(':') {
            return Err(Raise::value_error("expected ':' after conversion specifier"));
        }
        let converted = match letter {
            's' => ops::text(heap, value)?,
            'r' => ops::repr(heap, value)?,
            'a' => crate::methods::ascii_only(&ops::repr(heap, value)?),
            _ => return Err(Raise::value_error(format!("Unknown conversion specifier {letter}"))),
        };
        value = heap.new_str(converted);
    }
    let spec = tail.strip_prefix(':').unwrap_or("");
    let spec = if spec.contains(['{', '}']) { fill(heap, spec, fields, nesting - 1)? } else { spec.to_owned() };
    format_value(heap, value, &spec)
}

/// The value a field name such as `0`, `name`, `point.x` or `rows[2][key]` means.
fn lookup(heap: &mut Heap, name: &str, fields: &mut Fields<'_>) -> Res<Value> {
    let first_end = name.find(['.', '[']).unwrap_or(name.len());
    let (first, mut path) = name.split_at(first_end);
    let index = if first.is_empty() {
        if fields.by_hand {
            return Err(Raise::value_error(
                "cannot switch from manual field specification to automatic field numbering",
            ));
        }
        let index = fields.automatic.unwrap_or(0);
        fields.automatic = Some(index + 1);
        Some(index)
    } else if first.bytes().all(|b| b.is_ascii_digit()) {
        if fields.automatic != Some(0) {
            return Err(Raise::value_error(
                "cannot switch from automatic field numbering to manual field specification",
            ));
        }
        fields.by_hand = true;
        Some(first.parse().map_err(|_| Raise::value_error("Too many decimal digits in format string"))?)
    } else {
        None
    };
    let mut value = match index {
        Some(index) => fields.positional.get(index).copied().ok_or_else(|| {
            Raise::new(
                ExceptionKind::IndexError,
                format!("Replacement index {index} out of range for positional args tuple"),
            )
        })?,
        None => (fields.named)(heap, first)?,
    };
    while !path.is_empty() {
        if let Some(rest) = path.strip_prefix('.') {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            if end == 0 {
                return Err(Raise::value_error("Empty attribute in format string"));
            }
            value = attribute(heap, value, &rest[..end])?;
            path = &rest[end..];
        } else {
            let Some(close) = path.find(']') else {
                return Err(Raise::value_error("Missing ']' in format string"));
            };
            let key = &path[1..close];
            if key.is_empty() {
                return Err(Raise::value_error("Empty attribute in format string"));
            }
            let key = match key.parse::<i64>() {
                Ok(index) if !key.starts_with(['-', '+']) => Value::Int(index),
                _ => heap.new_str(key),
            };
            value = ops::get_item(heap, value, key)?;
            path = &path[close + 1..];
            if !path.is_empty() && !path.starts_with(['.', '[']) {
                return Err(Raise::value_error("Only '.' or '[' may follow ']' in format field specifier"));
            }
        }
    }
    Ok(value)
}

/// A field of a record or a name of a module: what a template can read without running code.
fn attribute(heap: &Heap, value: Value, name: &str) -> Res<Value> {
    let found = match value {
        Value::Record(record) => {
            let record = &heap.records[record];
            let fields = &heap.record_types[record.ty].fields;
            let position = fields.iter().position(|field| heap.str(field.name) == name);
            position.and_then(|position| record.fields.get(position).copied())
        }
        Value::Module(module) => heap.find_interned(name).and_then(|name| heap.modules[module].get(name)),
        _ => None,
    };
    found.ok_or_else(|| {
        Raise::new(
            ExceptionKind::AttributeError,
            format!("'{}' object has no attribute '{name}'", value.type_name(heap)),
        )
    })
}
