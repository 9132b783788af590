//! Data as JSON for services, where JSON has no form for it under a key of its own: `{"$bytes": "00ff"}`.

use danaide_interpreter::Data;
use serde_json::{Map, Value, json};

use crate::data_of_json;

const BYTES: &str = "$bytes";
const INT: &str = "$int";
const FLOAT: &str = "$float";
const DICT: &str = "$dict";

pub(super) fn to_json(data: &Data) -> Value {
    match data {
        Data::None => Value::Null,
        Data::Bool(truth) => json!(truth),
        Data::Int(int) => json!(int),
        Data::BigInt(digits) => json!({INT: digits}),
        Data::Float(float) if float.is_finite() => json!(float),
        Data::Float(float) => json!({FLOAT: float.to_string()}),
        Data::Str(text) => json!(text),
        Data::Bytes(bytes) => json!({BYTES: bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()}),
        Data::List(items) => items.iter().map(to_json).collect(),
        Data::Dict(entries) => {
            let member = |(key, value): &(Data, Data)| Some((key.as_str()?.to_owned(), to_json(value)));
            match entries.iter().map(member).collect::<Option<Map<_, _>>>() {
                Some(members) => Value::Object(members),
                None => {
                    let pairs = entries.iter().map(|(key, value)| json!([to_json(key), to_json(value)]));
                    json!({DICT: pairs.collect::<Vec<_>>()})
                }
            }
        }
    }
}

pub(super) fn from_json(json: &Value) -> Data {
    match json {
        Value::Array(items) => Data::List(items.iter().map(from_json).collect()),
        Value::Object(members) => tagged(members)
            .unwrap_or_else(|| members.iter().map(|(key, value)| (key.clone(), from_json(value))).collect()),
        plain => data_of_json(plain),
    }
}

fn tagged(members: &Map<String, Value>) -> Option<Data> {
    let (key, value) = members.iter().next().filter(|_| members.len() == 1)?;
    match (key.as_str(), value) {
        (INT, Value::String(digits)) => Some(Data::BigInt(digits.clone())),
        (FLOAT, Value::String(text)) => text.parse().ok().map(Data::Float),
        (BYTES, Value::String(digits)) => {
            let pairs = digits.as_bytes().chunks(2);
            let bytes = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
            bytes.collect::<Option<_>>().map(Data::Bytes)
        }
        (DICT, Value::Array(pairs)) => {
            let pair = |pair: &Value| match pair.as_array()?.as_slice() {
                [key, value] => Some((from_json(key), from_json(value))),
                _ => None,
            };
            pairs.iter().map(pair).collect::<Option<_>>().map(Data::Dict)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_json_has_no_form_for_comes_back() {
        let all = Data::List(vec![
            Data::BigInt("99999999999999999999".into()),
            Data::Float(f64::NEG_INFINITY),
            Data::Bytes(vec![0, 255]),
            Data::Dict(vec![(Data::Int(1), Data::None)]),
            Data::Dict(vec![("$ref".into(), Data::Int(1))]),
        ]);
        assert_eq!(from_json(&to_json(&all)), all);
    }
}
