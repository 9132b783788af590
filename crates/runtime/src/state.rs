//! What a program keeps from one run to the next: its `private:` and `public:` variables, in a file of JSON.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use danaide_interpreter::{Data, Scope, Vm};
use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::Secrets;

/// The form of the file.
const VERSION: u64 = 1;

/// The scopes that are kept.
const SCOPES: [Scope; 2] = [Scope::Private, Scope::Public];

/// How deep a value may be nested to be kept; the reader of JSON goes no deeper than 128.
const MAX_DEPTH: usize = 50;

/// Keys of values that JSON has no form for.
const BYTES: &str = "$bytes";
const INT: &str = "$int";
const FLOAT: &str = "$float";
const DICT: &str = "$dict";

/// The file with the state of a program, read when it is opened and replaced as a whole at the end of the run.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
    variables: Vec<(Scope, String, Data)>,
}

/// State that cannot be read or kept.
#[derive(Debug, Error)]
pub enum StateError {
    #[error("cannot read the state in {path}: {reason}")]
    Unreadable { path: String, reason: String },
    #[error("{path} does not hold the state of a program: {reason}; repair it, or move it away to start without state")]
    Malformed { path: String, reason: String },
    #[error("the state in {path} has the version {found}, and this is version {VERSION}; run a newer danaide")]
    Newer { path: String, found: u64 },
    #[error("cannot keep the state in {path}: {reason}; the state of the run before is still there")]
    Unwritable { path: String, reason: String },
}

impl StateFile {
    /// Reads the file; without one there is no state yet.
    ///
    /// # Errors
    /// When it cannot be read, or holds something else.
    pub fn open(path: &Path) -> Result<StateFile, StateError> {
        let shown = || path.display().to_string();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(StateFile { path: path.to_owned(), variables: Vec::new() });
            }
            Err(error) => return Err(StateError::Unreadable { path: shown(), reason: error.to_string() }),
        };
        let malformed = |reason: String| StateError::Malformed { path: shown(), reason };
        let json: Value = serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        match json["version"].as_u64() {
            Some(VERSION) => {}
            Some(found) if found > VERSION => return Err(StateError::Newer { path: shown(), found }),
            _ => return Err(malformed("it has no `version`".to_owned())),
        }
        let mut variables = Vec::new();
        for scope in SCOPES {
            let Some(entries) = json[scope.name()].as_object() else {
                return Err(malformed(format!("it has no `{}`", scope.name())));
            };
            for (name, value) in entries {
                let data = from_json(value)
                    .ok_or_else(|| malformed(format!("the value of {}:{name} has no known form", scope.name())))?;
                variables.push((scope, name.clone(), data));
            }
        }
        Ok(StateFile { path: path.to_owned(), variables })
    }

    /// Gives the variables to a program that has not started.
    ///
    /// # Errors
    /// When one of the values cannot be one of a program.
    pub fn give(&self, vm: &mut Vm) -> Result<(), StateError> {
        for (scope, name, data) in &self.variables {
            vm.set_scoped(*scope, name, data).map_err(|reason| StateError::Malformed {
                path: self.path.display().to_string(),
                reason: format!("{}:{name}: {reason}", scope.name()),
            })?;
        }
        Ok(())
    }

    /// Replaces the file by what the program has now; a run that is stopped meanwhile leaves the old or the new one. Gives a
    /// sentence for each variable that is not kept.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep(&self, vm: &Vm, secrets: &Secrets) -> Result<Vec<String>, StateError> {
        let mut left_out = Vec::new();
        let mut document = Map::new();
        document.insert("version".to_owned(), json!(VERSION));
        for scope in SCOPES {
            let mut entries = Map::new();
            for (name, value) in vm.scoped(scope) {
                let why = match value {
                    Ok(data) if holds_secret(&data, secrets) => "it holds a secret".to_owned(),
                    Ok(data) => match to_json(&data, 0) {
                        Some(value) => {
                            entries.insert(name, value);
                            continue;
                        }
                        None => "it is nested too deeply".to_owned(),
                    },
                    Err(ty) => format!("a {ty} is no plain data"),
                };
                left_out.push(format!("{}:{name} is not kept in {}: {why}", scope.name(), self.path.display()));
            }
            document.insert(scope.name().to_owned(), Value::Object(entries));
        }
        self.replace(&format!("{:#}\n", Value::Object(document))).map_err(|error| StateError::Unwritable {
            path: self.path.display().to_string(),
            reason: error.to_string(),
        })?;
        Ok(left_out)
    }

    fn replace(&self, text: &str) -> std::io::Result<()> {
        // A link stays one: what it leads to is replaced.
        let target = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.new", std::process::id()));
        let new = target.with_file_name(name);
        let written = File::create(&new).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.and_then(|()| std::fs::rename(&new, &target)).inspect_err(|_| {
            let _ = std::fs::remove_file(&new);
        })
    }
}

fn holds_secret(data: &Data, secrets: &Secrets) -> bool {
    match data {
        Data::Str(text) => secrets.hide(text).is_some(),
        Data::Bytes(bytes) => secrets.hide(&String::from_utf8_lossy(bytes)).is_some(),
        Data::List(items) => items.iter().any(|item| holds_secret(item, secrets)),
        Data::Dict(entries) => {
            entries.iter().any(|(key, value)| holds_secret(key, secrets) || holds_secret(value, secrets))
        }
        Data::None | Data::Bool(_) | Data::Int(_) | Data::BigInt(_) | Data::Float(_) => false,
    }
}

/// None for what is nested too deeply.
fn to_json(data: &Data, depth: usize) -> Option<Value> {
    if depth > MAX_DEPTH {
        return None;
    }
    Some(match data {
        Data::None => Value::Null,
        Data::Bool(truth) => json!(truth),
        Data::Int(int) => json!(int),
        Data::BigInt(digits) => json!({INT: digits}),
        Data::Float(float) if float.is_finite() => json!(float),
        Data::Float(float) => json!({FLOAT: float.to_string()}),
        Data::Str(text) => json!(text),
        Data::Bytes(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({BYTES: digits})
        }
        Data::List(items) => Value::Array(items.iter().map(|item| to_json(item, depth + 1)).collect::<Option<_>>()?),
        Data::Dict(entries) => {
            let plain = |(key, _): &(Data, Data)| key.as_str().is_some_and(|key| !key.starts_with('$'));
            if entries.iter().all(plain) {
                let member = |(key, value): &(Data, Data)| Some((key.as_str()?.to_owned(), to_json(value, depth + 1)?));
                Value::Object(entries.iter().map(member).collect::<Option<_>>()?)
            } else {
                let pair =
                    |(key, value): &(Data, Data)| Some(json!([to_json(key, depth + 1)?, to_json(value, depth + 1)?]));
                json!({DICT: entries.iter().map(pair).collect::<Option<Vec<Value>>>()?})
            }
        }
    })
}

/// None for what `to_json` does not write.
fn from_json(json: &Value) -> Option<Data> {
    Some(match json {
        Value::Null => Data::None,
        Value::Bool(truth) => Data::Bool(*truth),
        Value::Number(number) => match number.as_i64() {
            Some(int) => Data::Int(int),
            None => Data::Float(number.as_f64()?),
        },
        Value::String(text) => Data::Str(text.clone()),
        Value::Array(items) => Data::List(items.iter().map(from_json).collect::<Option<_>>()?),
        Value::Object(members) => match members.iter().next() {
            Some((key, value)) if key.starts_with('$') && members.len() == 1 => match (key.as_str(), value) {
                (INT, Value::String(digits)) => Data::BigInt(digits.clone()),
                (FLOAT, Value::String(text)) => Data::Float(text.parse().ok()?),
                (BYTES, Value::String(digits)) => Data::Bytes(bytes(digits)?),
                (DICT, Value::Array(pairs)) => {
                    let pair = |pair: &Value| match pair.as_array()?.as_slice() {
                        [key, value] => Some((from_json(key)?, from_json(value)?)),
                        _ => None,
                    };
                    Data::Dict(pairs.iter().map(pair).collect::<Option<_>>()?)
                }
                _ => return None,
            },
            _ => {
                let member = |(key, value): (&String, &Value)| Some((Data::Str(key.clone()), from_json(value)?));
                Data::Dict(members.iter().map(member).collect::<Option<_>>()?)
            }
        },
    })
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_data_comes_back() {
        let dict = |entries: Vec<(Data, Data)>| Data::Dict(entries);
        let all = Data::List(vec![
            Data::None,
            true.into(),
            Data::Int(i64::MIN),
            Data::BigInt("123456789012345678901".into()),
            Data::Float(1.0),
            Data::Float(f64::INFINITY),
            "text $int".into(),
            Data::Bytes(vec![0, 255, 16]),
            dict(vec![("a".into(), Data::Int(1)), ("b".into(), Data::List(vec![]))]),
            dict(vec![("$int".into(), Data::Int(1))]),
            dict(vec![(Data::Int(3), "three".into()), (Data::List(vec![Data::Int(1)]), Data::None)]),
            dict(vec![]),
        ]);
        let json = to_json(&all, 0).unwrap();
        let text = json.to_string();
        assert_eq!(from_json(&serde_json::from_str(&text).unwrap()), Some(all), "{text}");
    }

    #[test]
    fn what_is_too_deep_is_not_written() {
        let deep = |levels: usize| (0..levels).fold(Data::None, |inner, _| Data::List(vec![inner]));
        assert!(to_json(&deep(40), 0).is_some());
        assert!(to_json(&deep(150), 0).is_none());
    }

    #[test]
    fn what_has_no_known_form_is_refused() {
        for text in
            [r#"{"$int": 3}"#, r#"{"$bytes": "xy"}"#, r#"{"$float": "x"}"#, r#"{"$dict": [[1]]}"#, r#"{"$x": 1}"#]
        {
            assert_eq!(from_json(&serde_json::from_str(text).unwrap()), None, "{text}");
        }
    }
}
