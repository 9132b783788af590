//! JSON that comes from outside as data of programs.

use danaide_interpreter::Data;
use serde_json::Value;

/// The value that JSON stands for. A whole number beyond 64 bits with a sign is a large integer, beyond that a float.
pub fn data_of_json(json: &Value) -> Data {
    match json {
        Value::Null => Data::None,
        Value::Bool(truth) => Data::Bool(*truth),
        Value::Number(number) => match number.as_i64() {
            Some(int) => Data::Int(int),
            None if number.is_u64() => Data::BigInt(number.to_string()),
            None => Data::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Data::Str(text.clone()),
        Value::Array(items) => Data::List(items.iter().map(data_of_json).collect()),
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), data_of_json(value))).collect(),
    }
}
