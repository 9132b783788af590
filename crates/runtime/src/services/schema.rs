//! Arguments of tools as JSON, and whether they fit the JSON schema that a tool declares.
//!
//! What is checked is what a person can see from the schema: types, required and additional members, items, listed values, lengths and
//! bounds, alternatives, and references inside the schema. Other words (`pattern`, `format`, `if`) are left to the server.

use danaide_interpreter::Data;
use serde_json::{Map, Number, Value, json};

/// How deep values are looked into; the reader of JSON goes no deeper than 128.
const MAX_DEPTH: usize = 100;

/// A value as JSON; why not, with the path to what JSON cannot hold.
pub(super) fn plain(data: &Data) -> Result<Value, String> {
    plain_at(data, "", 0)
}

fn plain_at(data: &Data, path: &str, depth: usize) -> Result<Value, String> {
    let wrong = |why: &str| Err(format!("{}{why}", named(path)));
    if depth > MAX_DEPTH {
        return wrong("is nested too deeply");
    }
    Ok(match data {
        Data::None => Value::Null,
        Data::Bool(truth) => json!(truth),
        Data::Int(int) => json!(int),
        Data::BigInt(digits) => match digits.parse::<u64>() {
            Ok(int) => json!(int),
            Err(_) => return wrong("is too large a number for JSON"),
        },
        Data::Float(float) => match Number::from_f64(*float) {
            Some(number) => Value::Number(number),
            None => return wrong("is no number that JSON has"),
        },
        Data::Str(text) => json!(text),
        Data::Bytes(_) => return wrong("is bytes, which JSON cannot hold"),
        Data::List(items) => {
            let items = items.iter().enumerate();
            items.map(|(at, item)| plain_at(item, &format!("{path}[{at}]"), depth + 1)).collect::<Result<_, _>>()?
        }
        Data::Dict(entries) => {
            let mut members = Map::new();
            for (key, value) in entries {
                let Some(key) = key.as_str() else { return wrong("has a key that is no text") };
                members.insert(key.to_owned(), plain_at(value, &member(path, key), depth + 1)?);
            }
            Value::Object(members)
        }
    })
}

/// Does a value fit a schema? Why not, with the path to what does not.
pub(super) fn check(value: &Value, schema: &Value) -> Result<(), String> {
    Checker { root: schema }.check(value, schema, "", 0)
}

struct Checker<'a> {
    root: &'a Value,
}

impl Checker<'_> {
    fn check(&self, value: &Value, schema: &Value, path: &str, depth: usize) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Ok(());
        }
        let wrong = |expected: String| Err(format!("{}takes {expected}, not {}", named(path), shown(value)));
        let words = match schema {
            Value::Object(words) => words,
            Value::Bool(false) => return wrong("nothing".to_owned()),
            _ => return Ok(()),
        };
        if let Some(target) = words.get("$ref").and_then(Value::as_str).and_then(|name| self.target(name)) {
            self.check(value, target, path, depth + 1)?;
        }
        let types: Vec<&str> = match words.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        if !types.is_empty() && !types.iter().any(|name| is_of(value, name)) {
            return wrong(types.join(" or "));
        }
        if let Some(Value::Array(known)) = words.get("enum")
            && !known.iter().any(|it| equal(it, value))
        {
            let known: Vec<String> = known.iter().map(Value::to_string).collect();
            return Err(format!("{}takes one of {}, not {}", named(path), known.join(", "), short(value)));
        }
        if let Some(only) = words.get("const")
            && !equal(only, value)
        {
            return Err(format!("{}takes {only}, not {}", named(path), short(value)));
        }
        self.alternatives(value, words, path, depth)?;
        match value {
            Value::Object(members) => self.members(members, words, path, depth),
            Value::Array(items) => self.items(items, words, path, depth),
            Value::String(text) => bounds(text.chars().count() as f64, words, ("minLength", "maxLength"))
                .map_err(|bound| format!("{}takes {bound} characters, not {}", named(path), text.chars().count())),
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or_default();
                let strict = |word: &str| words.get(word).and_then(Value::as_f64);
                let is_out = strict("exclusiveMinimum").is_some_and(|least| number <= least)
                    || strict("exclusiveMaximum").is_some_and(|most| number >= most);
                let bounded = bounds(number, words, ("minimum", "maximum"));
                match bounded {
                    Err(bound) => Err(format!("{}takes {bound}, not {value}", named(path))),
                    Ok(()) if is_out => Err(format!("{}takes a number within other bounds, not {value}", named(path))),
                    Ok(()) => Ok(()),
                }
            }
            Value::Null | Value::Bool(_) => Ok(()),
        }
    }

    fn alternatives(&self, value: &Value, words: &Map<String, Value>, path: &str, depth: usize) -> Result<(), String> {
        if let Some(Value::Array(all)) = words.get("allOf") {
            for schema in all {
                self.check(value, schema, path, depth + 1)?;
            }
        }
        for word in ["anyOf", "oneOf"] {
            let Some(Value::Array(some)) = words.get(word) else { continue };
            let failures: Vec<(&Value, String)> = some
                .iter()
                .filter_map(|schema| Some((schema, self.check(value, schema, path, depth + 1).err()?)))
                .collect();
            if failures.len() < some.len() {
                continue;
            }
            let types: Vec<&str> = some.iter().filter_map(|schema| schema["type"].as_str()).collect();
            if types.len() == some.len() && !types.iter().any(|name| is_of(value, name)) {
                return Err(format!("{}takes {}, not {}", named(path), types.join(" or "), shown(value)));
            }
            // What is of the right type, and what comes furthest, is what was meant.
            let score = |(schema, failure): &&(&Value, String)| {
                let fits = schema["type"].as_str().is_some_and(|name| is_of(value, name));
                (fits, failure.matches(['.', '[']).count())
            };
            if let Some((_, failure)) = failures.iter().max_by_key(score) {
                return Err(failure.clone());
            }
        }
        Ok(())
    }

    fn members(
        &self,
        members: &Map<String, Value>,
        words: &Map<String, Value>,
        path: &str,
        depth: usize,
    ) -> Result<(), String> {
        let required = words.get("required").and_then(Value::as_array).into_iter().flatten();
        for name in required.filter_map(Value::as_str) {
            if !members.contains_key(name) {
                return Err(format!("{}needs '{name}'", named(path)));
            }
        }
        let properties = words.get("properties").and_then(Value::as_object);
        // Which names `patternProperties` speaks of is the server's to say.
        let others = words.get("additionalProperties").filter(|_| !words.contains_key("patternProperties"));
        for (name, value) in members {
            let at = member(path, name);
            match (properties.and_then(|known| known.get(name)), others) {
                (Some(schema), _) => self.check(value, schema, &at, depth + 1)?,
                (None, Some(Value::Bool(false))) => {
                    let known: Vec<&str> = properties.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
                    return Err(format!("{}has no '{name}'; it has {}", named(path), known.join(", ")));
                }
                (None, Some(schema)) => self.check(value, schema, &at, depth + 1)?,
                // What a schema does not speak of is allowed.
                (None, None) => {}
            }
        }
        Ok(())
    }

    fn items(&self, items: &[Value], words: &Map<String, Value>, path: &str, depth: usize) -> Result<(), String> {
        bounds(items.len() as f64, words, ("minItems", "maxItems"))
            .map_err(|bound| format!("{}takes {bound} items, not {}", named(path), items.len()))?;
        let first = words.get("prefixItems").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let rest = words.get("items");
        for (at, item) in items.iter().enumerate() {
            if let Some(schema) = first.get(at).or(rest) {
                self.check(item, schema, &format!("{path}[{at}]"), depth + 1)?;
            }
            if words.get("uniqueItems") == Some(&Value::Bool(true))
                && items[..at].iter().any(|other| equal(other, item))
            {
                return Err(format!("{}takes no item twice: {}", named(path), short(item)));
            }
        }
        Ok(())
    }

    /// What `#/$defs/Name` stands for.
    fn target(&self, name: &str) -> Option<&Value> {
        self.root.pointer(name.strip_prefix('#')?)
    }
}

/// At the start of a message: the path in quotes, nothing for all arguments together.
fn named(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("'{path}' ") }
}

fn member(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn is_of(value: &Value, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        // 2.0 is an integer to JSON.
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    }
}

/// 1 and 1.0 are the same number.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (left, right) => left == right,
    }
}

/// The type of a value, as programs name it.
fn shown(value: &Value) -> &'static str {
    match value {
        Value::Null => "None",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

/// The beginning of a value.
fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 { text } else { text.chars().take(59).chain(['…']).collect() }
}

/// Which bound a number is beyond.
fn bounds(number: f64, words: &Map<String, Value>, (least, most): (&str, &str)) -> Result<(), String> {
    let bound = |word: &str| words.get(word).and_then(Value::as_f64);
    if let Some(least) = bound(least).filter(|least| number < *least) {
        return Err(format!("at least {least}"));
    }
    if let Some(most) = bound(most).filter(|most| number > *most) {
        return Err(format!("at most {most}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Value {
        json!({
            "type": "object",
            "properties": {
                "order": {"$ref": "#/$defs/Order"},
                "size": {"enum": ["small", "large"]},
                "note": {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}]},
                "count": {"type": "integer", "minimum": 1, "exclusiveMaximum": 10},
                "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": true},
                "labels": {"type": "object", "additionalProperties": {"type": "integer"}}
            },
            "required": ["order"],
            "$defs": {"Order": {
                "type": "object",
                "properties": {
                    "items": {"type": "array", "items": {"$ref": "#/$defs/Item"}},
                    "parent": {"$ref": "#/$defs/Order"}
                },
                "required": ["items"]
            }, "Item": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "price": {"type": ["number", "null"]}},
                "required": ["name"],
                "additionalProperties": false
            }}
        })
    }

    fn wrong(value: Value) -> String {
        check(&value, &schema()).unwrap_err()
    }

    #[test]
    fn what_fits_is_taken() {
        let fits = json!({
            "order": {"items": [{"name": "lamp", "price": 1.5}, {"name": "desk", "price": null}], "more": 1,
                      "parent": {"items": []}},
            "size": "small", "note": null, "count": 2.0, "tags": ["a", "b"], "labels": {"x": 1}, "unknown": true
        });
        assert_eq!(check(&fits, &schema()), Ok(()));
        assert_eq!(check(&json!({"any": 1}), &json!({})), Ok(()));
        // A schema that refers to itself without end says nothing.
        assert_eq!(check(&json!(1), &json!({"$ref": "#"})), Ok(()));
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_path() {
        assert_eq!(wrong(json!({})), "needs 'order'");
        assert_eq!(wrong(json!({"order": {}})), "'order' needs 'items'");
        let order = |item: Value| json!({"order": {"items": [{"name": "lamp"}, item]}});
        assert_eq!(wrong(order(json!({"name": 1}))), "'order.items[1].name' takes string, not int");
        assert_eq!(
            wrong(order(json!({"name": "x", "price": "1"}))),
            "'order.items[1].price' takes number or null, not str"
        );
        assert_eq!(
            wrong(order(json!({"name": "x", "colour": 1}))),
            "'order.items[1]' has no 'colour'; it has name, price"
        );
        assert_eq!(wrong(order(json!([]))), "'order.items[1]' takes object, not list");
        let with = |name: &str, value: Value| {
            let mut all = json!({"order": {"items": []}});
            all[name] = value;
            wrong(all)
        };
        assert_eq!(with("size", json!("huge")), "'size' takes one of \"small\", \"large\", not \"huge\"");
        assert_eq!(with("note", json!(true)), "'note' takes string or null, not bool");
        assert_eq!(with("note", json!("long")), "'note' takes at most 3 characters, not 4");
        assert_eq!(with("count", json!(0)), "'count' takes at least 1, not 0");
        assert_eq!(with("count", json!(10)), "'count' takes a number within other bounds, not 10");
        assert_eq!(with("count", json!(1.5)), "'count' takes integer, not float");
        assert_eq!(with("count", json!(true)), "'count' takes integer, not bool");
        assert_eq!(with("tags", json!([])), "'tags' takes at least 1 items, not 0");
        assert_eq!(with("tags", json!(["a", "a"])), "'tags' takes no item twice: \"a\"");
        assert_eq!(with("labels", json!({"x": "1"})), "'labels.x' takes integer, not str");
    }

    #[test]
    fn what_json_cannot_hold_is_named_with_its_path() {
        let list = |data: Data| Data::Dict(vec![("a".into(), Data::List(vec![Data::None, data]))]);
        assert_eq!(plain(&list(Data::Bytes(vec![1]))).unwrap_err(), "'a[1]' is bytes, which JSON cannot hold");
        assert_eq!(plain(&list(Data::Float(f64::NAN))).unwrap_err(), "'a[1]' is no number that JSON has");
        assert_eq!(
            plain(&list(Data::Dict(vec![(Data::Int(1), Data::None)]))).unwrap_err(),
            "'a[1]' has a key that is no text"
        );
        assert_eq!(plain(&list(Data::BigInt("18446744073709551615".into()))).unwrap(), json!({"a": [null, u64::MAX]}));
        let deep = (0..200).fold(Data::None, |inner, _| Data::List(vec![inner]));
        assert!(plain(&deep).unwrap_err().ends_with("is nested too deeply"));
    }
}
