//! Methods of `str` that ask what kind of characters a text has.

use super::chars;
use super::str::receiver;
use crate::builtins::CallArgs;
use crate::exception_kind::Res;
use crate::heap::Heap;
use crate::value::Value;

/// Whether the text has characters and all pass the test.
fn all(heap: &Heap, this: Value, args: &CallArgs<'_>, name: &str, test: impl Fn(char) -> bool) -> Res<Value> {
    args.none(heap, name)?;
    let text = receiver(heap, this);
    Ok(Value::bool(!text.is_empty() && text.chars().all(test)))
}

pub(super) fn is_alnum(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    all(heap, this, args, "str.isalnum", |c| chars::is_alpha(c) || chars::is_digit(c) || chars::is_numeric(c))
}

pub(super) fn is_alpha(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    all(heap, this, args, "str.isalpha", chars::is_alpha)
}

pub(super) fn is_ascii(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "str.isascii")?;
    Ok(Value::bool(receiver(heap, this).is_ascii()))
}

pub(super) fn is_decimal(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    all(heap, this, args, "str.isdecimal", chars::is_decimal_digit)
}

pub(super) fn is_digit(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    all(heap, this, args, "str.isdigit", chars::is_digit)
}

pub(super) fn is_numeric(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    all(heap, this, args, "str.isnumeric", chars::is_numeric)
}

pub(super) fn is_space(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    all(heap, this, args, "str.isspace", chars::is_space)
}

pub(super) fn is_printable(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "str.isprintable")?;
    Ok(Value::bool(receiver(heap, this).chars().all(chars::is_printable)))
}

pub(super) fn is_identifier(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "str.isidentifier")?;
    let mut text = receiver(heap, this).chars();
    let first = text.next().is_some_and(|c| c == '_' || unicode_ident::is_xid_start(c));
    Ok(Value::bool(first && text.all(unicode_ident::is_xid_continue)))
}

pub(super) fn is_lower(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "str.islower")?;
    let text = receiver(heap, this);
    let large = text.chars().any(|c| c.is_uppercase() || chars::is_title(c));
    Ok(Value::bool(!large && text.chars().any(char::is_lowercase)))
}

pub(super) fn is_upper(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "str.isupper")?;
    let text = receiver(heap, this);
    let small = text.chars().any(|c| c.is_lowercase() || chars::is_title(c));
    Ok(Value::bool(!small && text.chars().any(char::is_uppercase)))
}

pub(super) fn is_title(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "str.istitle")?;
    let (mut in_word, mut any) = (false, false);
    for c in receiver(heap, this).chars() {
        let large = c.is_uppercase() || chars::is_title(c);
        let small = c.is_lowercase();
        if (large && in_word) || (small && !in_word) {
            return Ok(Value::bool(false));
        }
        in_word = large || small;
        any |= in_word;
    }
    Ok(Value::bool(any))
}
