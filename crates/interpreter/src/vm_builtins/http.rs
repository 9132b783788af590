//! `_send` of the module `http`: what its functions in Dana ask of the host.

use crate::builtins::{CallArgs, by_name};
use crate::exception_kind::{Raise, Res};
use crate::host::{Data, HttpBody, Request};
use crate::value::Value;
use crate::vm::{Answer, Cx, to_data};

use super::{Control, text};

/// A service that is silent for longer is not waited for.
const LONGEST_TIMEOUT: f64 = 24.0 * 3600.0;

pub(super) fn send(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Control> {
    const PARAMS: [&str; 8] = ["method", "url", "params", "headers", "body", "is_json", "timeout", "follow_redirects"];
    let values = args.bind(&cx.m.heap, "_send", PARAMS.map(by_name), PARAMS.len())?;
    let [method, url, params, headers, body, is_json, timeout, follow_redirects] =
        values.map(|value| value.unwrap_or(Value::None));
    let method = text(cx, "http.request", method)?.to_ascii_uppercase();
    let url = text(cx, "http.request", url)?;
    let query = pairs("params", &to_data(&cx.m.heap, params)?)?;
    let headers = pairs("headers", &to_data(&cx.m.heap, headers)?)?;
    let body = match to_data(&cx.m.heap, body)? {
        Data::None => HttpBody::None,
        Data::Str(text) if matches!(is_json, Value::Bool(crate::value::Truth::True)) => HttpBody::Json(text),
        Data::Str(text) => HttpBody::Bytes(text.into_bytes()),
        Data::Bytes(bytes) => HttpBody::Bytes(bytes),
        form @ Data::Dict(_) => HttpBody::Form(pairs("data", &form)?),
        _ => return Err(Raise::type_error("data takes text, bytes or a dict; a list is sent with json=")),
    };
    let timeout = match timeout {
        Value::Int(seconds) => seconds as f64,
        Value::Float(seconds) => seconds.get(),
        Value::None => LONGEST_TIMEOUT,
        _ => return Err(Raise::type_error("timeout takes a number of seconds")),
    };
    if timeout.is_nan() || timeout <= 0.0 {
        return Err(Raise::value_error("timeout must be a positive number of seconds"));
    }
    let request = Request::Http {
        method,
        url,
        query,
        headers,
        body,
        timeout: timeout.min(LONGEST_TIMEOUT),
        follow_redirects: !matches!(follow_redirects, Value::Bool(crate::value::Truth::False)),
    };
    Ok(Control::Request { request, answer: Answer::AsIs })
}

/// Names and values as text. A list is the same name several times, `None` leaves a name out.
fn pairs(parameter: &str, data: &Data) -> Res<Vec<(String, String)>> {
    let entries = match data {
        Data::None => return Ok(Vec::new()),
        Data::Dict(entries) => entries,
        _ => return Err(Raise::type_error(format!("{parameter} takes a dict"))),
    };
    let mut pairs = Vec::with_capacity(entries.len());
    for (name, value) in entries {
        let name = plain(parameter, name)?;
        match value {
            Data::None => {}
            Data::List(items) => {
                for item in items {
                    pairs.push((name.clone(), plain(parameter, item)?));
                }
            }
            value => pairs.push((name, plain(parameter, value)?)),
        }
    }
    Ok(pairs)
}

fn plain(parameter: &str, data: &Data) -> Res<String> {
    Ok(match data {
        Data::Str(text) | Data::BigInt(text) => text.clone(),
        Data::Int(int) => int.to_string(),
        Data::Float(float) => float.to_string(),
        Data::Bool(truth) => truth.to_string(),
        _ => return Err(Raise::type_error(format!("{parameter} takes text and numbers as names and values"))),
    })
}
