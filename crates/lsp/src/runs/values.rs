//! Values of programs and JSON.

use std::fmt::Write as _;

use danaide_interpreter::Data;
use danaide_runtime::data_of_json;
use serde_json::Value;

/// How long the text of a value may be, in bytes.
const LONGEST: usize = 4_000;

/// The value of an argument. One that a client gives as text, for a parameter that takes no text, is read as JSON if it
/// can be.
pub(crate) fn argument(json: &Value, ty: Option<&str>) -> Data {
    if let (Value::String(text), Some("int" | "float" | "bool" | "list" | "dict")) =
        (json, ty.map(|it| it.split('[').next().unwrap_or(it).trim()))
        && let Ok(inner) = serde_json::from_str::<Value>(text)
    {
        return data_of_json(&inner);
    }
    data_of_json(json)
}

/// How a value is shown to a person, cut off where it is long; nothing for none.
pub(crate) fn shown(data: &Data) -> Option<String> {
    if matches!(data, Data::None) {
        return None;
    }
    let mut out = String::new();
    write_value(data, &mut out);
    if out.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|it| out.is_char_boundary(*it)).unwrap_or(0);
        out.truncate(end);
        out.push('…');
    }
    Some(out)
}

fn write_value(data: &Data, out: &mut String) {
    if out.len() > LONGEST {
        return;
    }
    let write = |out: &mut String, text: std::fmt::Arguments<'_>| {
        // A string takes all that is written to it.
        let _ = out.write_fmt(text);
    };
    match data {
        Data::None => out.push_str("None"),
        Data::Bool(true) => out.push_str("True"),
        Data::Bool(false) => out.push_str("False"),
        Data::Int(int) => write(out, format_args!("{int}")),
        Data::BigInt(digits) => out.push_str(digits),
        Data::Float(float) => write(out, format_args!("{float:?}")),
        Data::Str(text) => write(out, format_args!("{text:?}")),
        Data::Bytes(bytes) => write(out, format_args!("b\"{}\"", bytes.escape_ascii())),
        Data::List(items) => {
            out.push('[');
            for (number, item) in items.iter().enumerate() {
                out.push_str(if number > 0 { ", " } else { "" });
                write_value(item, out);
            }
            out.push(']');
        }
        Data::Dict(entries) => {
            out.push('{');
            for (number, (key, value)) in entries.iter().enumerate() {
                out.push_str(if number > 0 { ", " } else { "" });
                write_value(key, out);
                out.push_str(": ");
                write_value(value, out);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_as_a_person_reads_them() {
        let value = data_of_json(&json!({ "a": [1, 2.5, true, null, "é\n"], "b": {} }));
        assert_eq!(shown(&value).as_deref(), Some("{\"a\": [1, 2.5, True, None, \"é\\n\"], \"b\": {}}"));
        assert_eq!(shown(&Data::None), None);
        let long = shown(&Data::Str("é".repeat(10_000))).expect("a text");
        assert!(long.len() < LONGEST + 4 && long.ends_with('…'));
    }

    #[test]
    fn text_for_a_number_is_a_number() {
        assert_eq!(argument(&json!("5"), Some("int")), Data::Int(5));
        assert_eq!(argument(&json!("[1]"), Some("list[int]")), Data::List(vec![Data::Int(1)]));
        assert_eq!(argument(&json!("5"), Some("str")), Data::Str("5".into()));
        assert_eq!(argument(&json!("5"), None), Data::Str("5".into()));
        assert_eq!(argument(&json!("many"), Some("int")), Data::Str("many".into()));
    }
}
