//! `ask` and `approve`: what a program asks a person.

use crate::builtins::{CallArgs, by_name};
use crate::exception_kind::{Raise, Res};
use crate::host::{Data, Request};
use crate::value::Value;
use crate::vm::{Answer, Cx, to_data};

use super::{Control, text};

/// `ask(question, options=…, default=…)`.
pub(super) fn ask(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Control> {
    let params = [by_name("question"), by_name("options"), by_name("default")];
    let [question, options, default] =
        args.bind(&cx.m.heap, "ask", params, 1)?.map(|value| value.unwrap_or(Value::None));
    let question = text(cx, "ask", question)?;
    let options = match to_data(&cx.m.heap, options)? {
        Data::None => Vec::new(),
        Data::List(items) => items.into_iter().map(option).collect::<Res<Vec<String>>>()?,
        _ => return Err(Raise::type_error("options takes a list of texts to choose from")),
    };
    let default = match default {
        Value::None => None,
        default => Some(text(cx, "ask", default)?),
    };
    if let Some(default) = &default
        && !options.is_empty()
        && !options.contains(default)
    {
        return Err(Raise::value_error(format!("the default '{default}' is none of the options")));
    }
    Ok(Control::Request { request: Request::Ask { question, options, default }, answer: Answer::AsIs })
}

fn option(data: Data) -> Res<String> {
    match data {
        Data::Str(text) => Ok(text),
        _ => Err(Raise::type_error("options takes a list of texts to choose from")),
    }
}

/// `approve(what)`.
pub(super) fn approve(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Control> {
    let [what] = args.bind(&cx.m.heap, "approve", [by_name("what")], 1)?;
    let what = text(cx, "approve", what.unwrap_or(Value::None))?;
    Ok(Control::Request { request: Request::Approve { what }, answer: Answer::AsIs })
}
