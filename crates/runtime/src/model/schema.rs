//! JSON schemas for the answers of a model.

use serde_json::{Map, Value, json};

use super::shape::Shape;

/// The name of the member that holds an answer which is not an object by itself: an answer with a schema is an object.
const MEMBER: &str = "answer";

/// The format in which an answer is asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Schema {
    pub(crate) value: Value,
    /// Whether every object lists its members, as providers want it that promise to keep a schema.
    pub(crate) strict: bool,
    wrapped: bool,
}

impl Schema {
    /// None for an answer that may be any text.
    pub(crate) fn of(ty: &str) -> Option<Schema> {
        let shape = Shape::parse(ty);
        if matches!(shape, Shape::Str | Shape::Any | Shape::None) {
            return None;
        }
        let mut strict = true;
        let inner = schema_of(&shape, &mut strict);
        let wrapped = !matches!(shape, Shape::Record { .. } | Shape::Dict { .. });
        let value = if wrapped { object(vec![(MEMBER.to_owned(), inner)]) } else { inner };
        Some(Schema { value, strict, wrapped })
    }

    /// One that a program gives. What it is like is for the program to know.
    pub(crate) fn given(value: Value) -> Schema {
        Schema { value, strict: false, wrapped: false }
    }

    /// The answer itself; a text that does not have the form stays as it is.
    pub(crate) fn unwrap(&self, text: String) -> String {
        if !self.wrapped {
            return text;
        }
        match serde_json::from_str(text.trim()) {
            Ok(Value::Object(mut members)) if members.len() == 1 => match members.remove(MEMBER) {
                Some(Value::String(answer)) => answer,
                Some(answer) => answer.to_string(),
                None => text,
            },
            _ => text,
        }
    }

    /// For models that take no schema: the same in words.
    pub(crate) fn instruction(&self) -> String {
        format!("Answer with JSON that fits this JSON schema, and with nothing else: {}", self.value)
    }
}

fn schema_of(shape: &Shape, strict: &mut bool) -> Value {
    match shape {
        Shape::Any => {
            *strict = false;
            json!({})
        }
        Shape::None => json!({"type": "null"}),
        Shape::Bool => json!({"type": "boolean"}),
        Shape::Int => json!({"type": "integer"}),
        Shape::Float => json!({"type": "number"}),
        Shape::Str => json!({"type": "string"}),
        Shape::List(item) => json!({"type": "array", "items": schema_of(item, strict)}),
        Shape::Tuple(items) => {
            // Strict schemas know no arrays with an item for each place.
            *strict = false;
            let items: Vec<Value> = items.iter().map(|item| schema_of(item, strict)).collect();
            json!({"type": "array", "minItems": items.len(), "maxItems": items.len(), "prefixItems": items})
        }
        Shape::Dict { value, .. } => {
            *strict = false;
            json!({"type": "object", "additionalProperties": schema_of(value, strict)})
        }
        Shape::Record { fields, .. } => {
            object(fields.iter().map(|(name, shape)| (name.clone(), schema_of(shape, strict))).collect())
        }
        Shape::OneOf(members) => {
            json!({"anyOf": members.iter().map(|member| schema_of(member, strict)).collect::<Vec<_>>()})
        }
    }
}

fn object(members: Vec<(String, Value)>) -> Value {
    let names: Vec<String> = members.iter().map(|(name, _)| name.clone()).collect();
    json!({
        "type": "object",
        "properties": members.into_iter().collect::<Map<_, _>>(),
        "required": names,
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(ty: &str) -> String {
        Schema::of(ty).map_or_else(|| "none".to_owned(), |schema| format!("{} {}", schema.strict, schema.value))
    }

    #[test]
    fn a_record_is_an_object_with_all_its_fields() {
        assert_eq!(
            schema("Point(x: int, tags: list[str] | None)"),
            r#"true {"type":"object","properties":{"x":{"type":"integer"},"tags":{"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"null"}]}},"required":["x","tags"],"additionalProperties":false}"#
        );
    }

    #[test]
    fn what_is_no_object_is_the_member_of_one() {
        assert_eq!(
            schema("bool"),
            r#"true {"type":"object","properties":{"answer":{"type":"boolean"}},"required":["answer"],"additionalProperties":false}"#
        );
        let schema = Schema::of("list[int]").unwrap();
        assert_eq!(schema.unwrap(r#"{"answer": [1, 2]}"#.into()), "[1,2]");
        assert_eq!(schema.unwrap("[1, 2]".into()), "[1, 2]");
        assert_eq!(Schema::of("str | int").unwrap().unwrap(r#"{"answer": "seven"}"#.into()), "seven");
    }

    #[test]
    fn open_forms_are_not_strict_and_texts_have_none() {
        assert_eq!(schema("dict[str, int]"), r#"false {"type":"object","additionalProperties":{"type":"integer"}}"#);
        assert_eq!(schema("str"), "none");
        assert_eq!(schema("any"), "none");
    }
}
