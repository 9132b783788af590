//! A stand-in for a model: it computes `2 + 2`, has one answer for each type, and says of everything else that it is a
//! mock.

use serde_json::{Map, Value, json};

use super::shape::Shape;

pub(super) fn answer(prompt: &str, answer_type: Option<&str>) -> String {
    let is_number = answer_type.is_none_or(|ty| matches!(ty, "int" | "float" | "str" | "any"));
    if let Some(number) = arithmetic(prompt)
        && is_number
    {
        return number.to_string();
    }
    let text = format!("This is a mock answer to: {}", super::shorten(prompt));
    match answer_type.unwrap_or_default() {
        "bool" => "yes".to_owned(),
        "float" => "3.14".to_owned(),
        "str" | "any" | "" => text,
        "dict" => r#"{"status": "success", "result": "mock"}"#.to_owned(),
        ty => match example(&Shape::parse(ty), "") {
            Some(example) => example.to_string(),
            None => text,
        },
    }
}

/// An example of a shape; none for one that says nothing of its values. `field`: the name of the field it is for.
fn example(shape: &Shape, field: &str) -> Option<Value> {
    Some(match shape {
        Shape::Any if field.is_empty() => return None,
        Shape::Int => json!(42),
        Shape::Float => json!(1.5),
        Shape::Bool => json!(true),
        Shape::Str if field.is_empty() => json!("mock"),
        Shape::Str | Shape::Any => json!(format!("mock {field}")),
        Shape::None => Value::Null,
        Shape::List(item) => match **item {
            Shape::Str | Shape::Any => json!(["first", "second", "third"]),
            _ => json!([example(item, field)?]),
        },
        Shape::Tuple(items) => Value::Array(items.iter().filter_map(|item| example(item, field)).collect()),
        Shape::Dict { key, value } => match (&**key, &**value) {
            (Shape::Str, Shape::Any) => json!({}),
            (Shape::Str, value) => json!({"key": example(value, field)?}),
            _ => json!({}),
        },
        Shape::Record { fields, .. } => {
            let entry = |(name, shape): &(String, Shape)| (name.clone(), example(shape, name).unwrap_or(Value::Null));
            Value::Object(fields.iter().map(entry).collect::<Map<_, _>>())
        }
        Shape::OneOf(members) => return members.first().and_then(|member| example(member, field)),
    })
}

/// The value of the first `a + b`, `a - b` or `a * b` of whole numbers in a text.
fn arithmetic(text: &str) -> Option<i64> {
    let is_operator = |c: char| matches!(c, '+' | '-' | '*');
    text.match_indices(is_operator).find_map(|(at, operator)| {
        let before = text[..at].trim_end();
        let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
        let left: i64 = before[before.len() - digits..].parse().ok()?;
        let after = text[at + 1..].trim_start();
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let right: i64 = after[..digits].parse().ok()?;
        match operator {
            "+" => left.checked_add(right),
            "-" => left.checked_sub(right),
            _ => left.checked_mul(right),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mock_computes_and_answers_by_type() {
        assert_eq!(answer("What is 2+2?", None), "4");
        assert_eq!(answer("What is 6 * 7?", Some("int")), "42");
        assert_eq!(answer("well-known 9223372036854775807 + 1", None), {
            "This is a mock answer to: well-known 9223372036854775807 + 1"
        });
        assert_eq!(answer("How many?", Some("int")), "42");
        assert_eq!(answer("Which?", Some("list[str]")), r#"["first","second","third"]"#);
        assert_eq!(answer("Hi", Some("str")), "This is a mock answer to: Hi");
        assert_eq!(answer("Hi", Some("Odd")), "This is a mock answer to: Hi");
        let ty = "Person(name: str, tags: list[str], home: Place(zip: int) | None)";
        let person: Value = serde_json::from_str(&answer("1 + 1 people", Some(ty))).unwrap();
        let expected = json!({"name": "mock name", "tags": ["first", "second", "third"], "home": {"zip": 42}});
        assert_eq!(person, expected);
    }
}
