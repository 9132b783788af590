//! The options of `danaide run` as values.

use std::time::Duration;

use danaide_analysis::{ItemData, ItemTree, Parameter};
use danaide_interpreter::{Data, LogLevel};
use danaide_runtime::data_of_json;
use danaide_syntax::ast::ParamKind;
use serde_json::Value;

/// A positive number of seconds.
pub fn time_limit(seconds: f64) -> Result<Duration, String> {
    let limit = Duration::try_from_secs_f64(seconds).ok().filter(|limit| !limit.is_zero());
    limit.ok_or_else(|| "the time limit has to be a positive number of seconds".into())
}

/// A number of bytes, or of kilobytes, megabytes or gigabytes with `k`, `m` or `g` (`kb` and `KiB` are the same).
pub fn size(text: &str) -> Result<usize, String> {
    let lower = text.to_ascii_lowercase();
    let (digits, suffix) = lower.split_at(lower.find(|c: char| !c.is_ascii_digit()).unwrap_or(lower.len()));
    let unit = match suffix.trim_end_matches('b').trim_end_matches('i') {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        _ => 0,
    };
    let size = digits.parse::<usize>().ok().and_then(|size| size.checked_mul(unit)).filter(|size| *size > 0);
    size.ok_or_else(|| format!("`{text}` is not a size; write a number of bytes, or one with k, m or g"))
}

pub fn log_level(text: &str) -> Result<LogLevel, String> {
    LogLevel::from_name(text)
        .ok_or_else(|| format!("`{text}` is not a log level; use debug, info, warning, error or critical"))
}

/// The parameters of the program's `__main__`, if it is a function of the file.
pub fn main_parameters(items: &ItemTree) -> Option<&[Parameter]> {
    items.top_level().filter(|item| item.name() == "__main__").find_map(|item| match &item.data {
        ItemData::Callable(callable) => Some(callable.params.as_slice()),
        _ => None,
    })
}

/// The values of `--arg NAME=VALUE`. A value for a parameter that is declared as `str` is text; any other is JSON if it
/// can be, else text.
pub fn arguments(
    texts: &[String],
    parameters: Option<&[Parameter]>,
    program: &str,
) -> Result<Vec<(String, Data)>, String> {
    let mut names = Vec::new();
    let arguments: Result<Vec<_>, String> = texts
        .iter()
        .map(|text| {
            let Some((name, value)) = text.split_once('=') else {
                return Err(format!("`--arg {text}` has no value; write --arg NAME=VALUE"));
            };
            if names.contains(&name) {
                return Err(format!("the argument `{name}` is given twice"));
            }
            names.push(name);
            let Some(parameters) = parameters else {
                return Err(format!("{program} defines no `__main__` that could take the argument `{name}`"));
            };
            let parameter = parameters.iter().find(|parameter| parameter.name == name);
            let takes_any = parameters.iter().any(|parameter| parameter.kind == ParamKind::Named);
            if parameter.is_none() && !takes_any {
                return Err(format!("`__main__` has no parameter `{name}`; {}", list(parameters)));
            }
            let is_text = parameter.and_then(|parameter| parameter.ty.as_deref()) == Some("str");
            let json = if is_text { None } else { serde_json::from_str::<Value>(value).ok() };
            let data = json.map_or_else(|| Data::Str(value.to_owned()), |json| data_of_json(&json));
            Ok((name.to_owned(), data))
        })
        .collect();
    let arguments = arguments?;
    if let Some(parameters) = parameters {
        let given = |name: &str| texts.iter().any(|text| text.split_once('=').is_some_and(|(known, _)| known == name));
        let is_required = |it: &&Parameter| it.kind == ParamKind::Normal && it.default.is_none() && !given(&it.name);
        if let Some(missing) = parameters.iter().find(is_required) {
            let name = &missing.name;
            return Err(format!("`__main__` needs the argument `{name}`; give it with --arg {name}=VALUE"));
        }
    }
    Ok(arguments)
}

fn list(parameters: &[Parameter]) -> String {
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    if names.is_empty() { "it has none".into() } else { format!("it has {}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(size("1000"), Ok(1000));
        assert_eq!(size("64k"), Ok(65536));
        assert_eq!(size("2G"), Ok(2 << 30));
        assert_eq!(size("100MB"), size("100MiB"));
        for wrong in ["", "k", "0", "-1", "1.5m", "99999999999999999999g", "1é"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn seconds() {
        assert_eq!(time_limit(1.5), Ok(Duration::from_millis(1500)));
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(time_limit(wrong).is_err(), "{wrong}");
        }
    }
}
