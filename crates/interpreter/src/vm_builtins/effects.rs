//! Builtins that ask the host: output, waiting, language models, files.

use crate::builtins::{CallArgs, by_name};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::host::{Data, LogLevel, Request};
use crate::ops;
use crate::value::Value;
use crate::vm::{Answer, Cx, to_data};

use super::{Control, VmBuiltin, text};

fn joined(cx: &Cx<'_>, values: &[Value], separator: &str) -> Res<String> {
    let mut out = String::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        match cx.m.heap.as_str(*value) {
            Some(text) => {
                cx.m.heap.work(text.len() / 64)?;
                cx.m.heap.ensure(out.len() + text.len())?;
                out.push_str(text);
            }
            None => out.push_str(&ops::text(&cx.m.heap, *value)?),
        }
    }
    Ok(out)
}

pub(super) fn print(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let mut separator = " ".to_owned();
    let mut end = "\n".to_owned();
    for &(name, value) in args.keywords {
        let place = match cx.m.heap.str(name) {
            "sep" => &mut separator,
            "end" => &mut end,
            "flush" => continue,
            "file" => match value {
                Value::None => continue,
                _ => return Err(Raise::type_error("print() has one output: file must be None")),
            },
            other => {
                return Err(invalid_keyword("print", other));
            }
        };
        match value {
            Value::None => {}
            Value::Str(text) => *place = cx.m.heap.str(text).to_owned(),
            other => {
                return Err(Raise::type_error(format!(
                    "{} must be None or a string, not {}",
                    cx.m.heap.str(name),
                    other.type_name(&cx.m.heap)
                )));
            }
        }
    }
    let mut out = joined(cx, args.positional, &separator)?;
    out.push_str(&end);
    cx.m.count_output(out.len())?;
    cx.host.print(&out);
    Ok(Value::None)
}

fn level(cx: &Cx<'_>, value: Value) -> Res<LogLevel> {
    let name = text(cx, "log_level", value)?;
    LogLevel::from_name(&name).ok_or_else(|| {
        Raise::value_error(format!("unknown log level '{name}': use DEBUG, INFO, WARNING, ERROR or CRITICAL"))
    })
}

/// `log(message, level="INFO")`; further values are part of the message.
pub(super) fn log(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let mut values = args.positional;
    let mut chosen = LogLevel::Info;
    let (mut named_level, mut message) = (None, None);
    for &(name, value) in args.keywords {
        match cx.m.heap.str(name) {
            "level" => named_level = Some(value),
            "message" if values.is_empty() => message = Some([value]),
            other => return Err(invalid_keyword("log", other)),
        }
    }
    if let Some(message) = &message {
        values = message;
    }
    if values.is_empty() {
        return Err(missing("log", "message"));
    }
    if let Some(named) = named_level {
        // As upstream has it, a level that there is not is INFO.
        chosen = LogLevel::from_name(&text(cx, "log", named)?).unwrap_or(LogLevel::Info);
    } else if let [rest @ .., last] = values
        && !rest.is_empty()
        && let Some(found) = cx.m.heap.as_str(*last).and_then(LogLevel::from_name)
    {
        chosen = found;
        values = rest;
    }
    if chosen >= cx.m.log_level {
        let message = joined(cx, values, " ")?;
        cx.m.count_output(message.len())?;
        cx.host.log(chosen, &message);
    }
    Ok(Value::None)
}

pub(super) fn log_level(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let [value, _] = args.bind(&cx.m.heap, "log_level", [by_name("level"), by_name("namespace")], 1)?;
    cx.m.log_level = level(cx, value.unwrap_or(Value::None))?;
    Ok(Value::None)
}

pub(super) fn sleep(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Control> {
    let [seconds] = args.bind(&cx.m.heap, "sleep", [by_name("seconds")], 1)?;
    let seconds = match seconds {
        Some(Value::Int(seconds)) => seconds as f64,
        Some(Value::Float(seconds)) => seconds.get(),
        other => {
            let name = other.unwrap_or(Value::None).type_name(&cx.m.heap);
            return Err(Raise::type_error(format!("sleep() takes a number of seconds, not '{name}'")));
        }
    };
    if !(seconds >= 0.0 && seconds.is_finite()) {
        return Err(Raise::value_error("sleep length must be non-negative"));
    }
    Ok(Control::Request { request: Request::Sleep { seconds }, answer: Answer::AsIs })
}

pub(super) fn ask_model(cx: &mut Cx<'_>, which: VmBuiltin, args: &CallArgs<'_>) -> Res<Control> {
    let function = if which == VmBuiltin::Reason { "reason" } else { "llm" };
    let module = cx.task.frames.last().map(|frame| frame.module);
    let (answer_type, answer) = cx.m.expected_answer(cx.codes, module, cx.task.frames.len());
    let mut prompt = args.positional.first().copied();
    let mut system = None;
    let mut options: Vec<(String, Data)> = Vec::new();
    for &(name, value) in args.keywords {
        match cx.m.heap.str(name) {
            "prompt" if prompt.is_none() => prompt = Some(value),
            "prompt" => {
                return Err(Raise::type_error(format!("{function}() got multiple values for argument 'prompt'")));
            }
            "system" | "system_message" => system = Some(text(cx, function, value)?),
            other => options.push((other.to_owned(), to_data(&cx.m.heap, value)?)),
        }
    }
    for &extra in args.positional.iter().skip(1) {
        match to_data(&cx.m.heap, extra)? {
            Data::Dict(entries) => options.extend(entries.into_iter().filter_map(|(key, value)| match key {
                Data::Str(key) => Some((key, value)),
                _ => None,
            })),
            other => options.push(("context".to_owned(), other)),
        }
    }
    let Some(prompt) = prompt else {
        return Err(missing(function, "prompt"));
    };
    let prompt = ops::text(&cx.m.heap, prompt)?;
    if let Some(model) = &cx.m.model
        && !options.iter().any(|(name, _)| name == "model")
    {
        options.push(("model".to_owned(), Data::Str(model.clone())));
    }
    Ok(Control::Request { request: Request::Llm { prompt, system, options, answer_type }, answer })
}

pub(super) fn set_model(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    // The options are about how upstream guesses which model a part of a name means.
    let [model, _] = args.bind(&cx.m.heap, "set_model", [by_name("model"), by_name("options")], 0)?;
    match model {
        Some(Value::None) => cx.m.model = None,
        Some(model) => cx.m.model = Some(text(cx, "set_model", model)?),
        // Without an argument, it only tells.
        None => {}
    }
    Ok(match cx.m.model.clone() {
        Some(model) => cx.m.heap.new_str(model),
        None => Value::None,
    })
}

pub(super) fn files(cx: &mut Cx<'_>, which: VmBuiltin, args: &CallArgs<'_>) -> Res<Control> {
    let function = match which {
        VmBuiltin::ReadText => "read_text",
        VmBuiltin::WriteText => "write_text",
        VmBuiltin::AppendText => "append_text",
        VmBuiltin::FileExists => "exists",
        VmBuiltin::IsFile => "isfile",
        VmBuiltin::IsFolder => "isdir",
        VmBuiltin::FileSize => "getsize",
        _ => "list",
    };
    let request = match which {
        VmBuiltin::WriteText | VmBuiltin::AppendText => {
            let [path, content] = args.bind(&cx.m.heap, function, [by_name("path"), by_name("text")], 2)?;
            Request::WriteText {
                path: text(cx, function, path.unwrap_or(Value::None))?,
                text: text(cx, function, content.unwrap_or(Value::None))?,
                append: which == VmBuiltin::AppendText,
            }
        }
        _ => {
            let [path] = args.bind(&cx.m.heap, function, [by_name("path")], 1)?;
            let path = text(cx, function, path.unwrap_or(Value::None))?;
            match which {
                VmBuiltin::ReadText => Request::ReadText { path },
                VmBuiltin::FileExists => Request::Exists { path },
                VmBuiltin::IsFile => Request::IsFile { path },
                VmBuiltin::IsFolder => Request::IsFolder { path },
                VmBuiltin::FileSize => Request::FileSize { path },
                _ => Request::ListFolder { path },
            }
        }
    };
    Ok(Control::Request { request, answer: Answer::AsIs })
}

pub(super) fn resource(cx: &mut Cx<'_>, which: VmBuiltin, args: &CallArgs<'_>) -> Res<Control> {
    let (function, parameter) = if which == VmBuiltin::Use { ("use", "resource") } else { ("get_resource", "name") };
    let name = match args.positional.first().copied().or_else(|| args.keyword(&cx.m.heap, parameter)) {
        Some(name) => ops::text(&cx.m.heap, name)?,
        None => return Err(missing(function, parameter)),
    };
    if which == VmBuiltin::Use && name == "mcp" {
        let callee = cx.m.builtin("__use_mcp__").unwrap_or(Value::None);
        let positional = args.positional.get(1..).unwrap_or_default().to_vec();
        let keywords = args.keywords.iter().filter(|(name, _)| cx.m.heap.str(*name) != "resource").copied().collect();
        return Ok(Control::Call { callee, positional, keywords });
    }
    Err(Raise::new(ExceptionKind::ResourceError, format!("no resource '{name}' is available to this run")))
}

fn missing(function: &str, parameter: &str) -> Raise {
    Raise::type_error(format!("{function}() missing 1 required positional argument: '{parameter}'"))
}

fn invalid_keyword(function: &str, keyword: &str) -> Raise {
    Raise::type_error(format!("'{keyword}' is an invalid keyword argument for {function}()"))
}
