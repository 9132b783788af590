//! Reads settings: what is wrong is left out and said, the rest counts.

use serde_json::{Map, Value};

use super::Settings;

/// The settings in a section `danaide`, and a sentence about each value that cannot be taken. Such a value, and one that
/// is null, is as if it was not there.
pub(crate) fn read(section: &Value) -> (Settings, Vec<String>) {
    let mut known = serde_json::to_value(Settings::default()).unwrap_or_default();
    let mut problems = Vec::new();
    match section {
        Value::Object(given) => take(&mut Vec::new(), given, &mut known, &mut problems),
        Value::Null => {}
        _ => problems.push("`danaide` has to be an object of settings".to_owned()),
    }
    (serde_json::from_value(known).unwrap_or_default(), problems)
}

/// Takes values into `all` one by one: each is tried alone, so that a wrong one spoils no other.
fn take(path: &mut Vec<String>, given: &Map<String, Value>, all: &mut Value, problems: &mut Vec<String>) {
    for (name, value) in given {
        path.push(name.clone());
        let is_group = |it: Option<&Value>| it.is_some_and(Value::is_object);
        match value {
            Value::Null => {}
            Value::Object(inner) if is_group(all.pointer(&pointer(path))) => take(path, inner, all, problems),
            value => {
                let mut tried = all.clone();
                put(&mut tried, path, value);
                let result = serde_json::from_value::<Settings>(tried.clone())
                    .map_err(|error| error.to_string())
                    .and_then(|it| it.check());
                match result {
                    Ok(()) => *all = tried,
                    Err(why) => problems.push(format!("the setting `danaide.{}` is ignored: {why}", path.join("."))),
                }
            }
        }
        path.pop();
    }
}

/// The place of a setting in JSON.
fn pointer(path: &[String]) -> String {
    path.iter().map(|it| format!("/{}", it.replace('~', "~0").replace('/', "~1"))).collect()
}

fn put(all: &mut Value, path: &[String], value: &Value) {
    let Some((last, groups)) = path.split_last() else { return };
    if let Some(Value::Object(group)) = all.pointer_mut(&pointer(groups)) {
        group.insert(last.clone(), value.clone());
    }
}
