//! Examples of values for the types that a program expects of the mock model, written as
//! [`Request::Llm`](danaide_interpreter::Request::Llm) gives them: `list[int]`, `Point(x: int, y: int)`.

use serde_json::{Map, Value, json};

/// An example of a type; none for a type that says nothing of its values.
pub(crate) fn example(ty: &str) -> Option<Value> {
    example_of(ty, "")
}

/// `field`: the name of the field that the value is for.
fn example_of(ty: &str, field: &str) -> Option<Value> {
    let ty = ty.trim();
    if let [first, _, ..] = split(ty, '|').as_slice() {
        return example_of(first, field);
    }
    if let Some((_, inside)) = within(ty, '(', ')') {
        let mut fields = Map::new();
        for part in split(inside, ',') {
            let (name, ty) = part.split_once(':')?;
            let name = name.trim();
            fields.insert(name.to_owned(), example_of(ty, name).unwrap_or(Value::Null));
        }
        return Some(Value::Object(fields));
    }
    let (base, args) = within(ty, '[', ']').unwrap_or((ty, ""));
    let args = split(args, ',');
    let item = |index: usize| args.get(index).filter(|it| !it.trim().is_empty()).map(|it| it.trim());
    Some(match base.trim() {
        "int" => json!(42),
        "float" => json!(1.5),
        "bool" => json!(true),
        "str" | "any" if field.is_empty() => json!("mock"),
        "str" | "any" => json!(format!("mock {field}")),
        "None" => Value::Null,
        "list" | "set" => match item(0) {
            None | Some("str" | "any") => json!(["first", "second", "third"]),
            Some(ty) => json!([example_of(ty, field)?]),
        },
        "tuple" => Value::Array((0..args.len()).filter_map(|index| example_of(item(index)?, field)).collect()),
        "dict" => match item(1) {
            Some(ty) if item(0) == Some("str") => json!({"key": example_of(ty, field)?}),
            _ => json!({}),
        },
        _ => return None,
    })
}

/// What stands before the first `open`, and between it and the last `close` at the end.
fn within(text: &str, open: char, close: char) -> Option<(&str, &str)> {
    let (base, rest) = text.split_once(open)?;
    let is_name = base.trim().chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    is_name.then_some((base, rest.strip_suffix(close)?))
}

/// The parts between separators that stand in no brackets.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            c if c == separator && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
