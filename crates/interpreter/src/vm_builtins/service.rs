//! `_serve`: what modules of the library ask of a service of the host.

use crate::builtins::{CallArgs, by_name};
use crate::exception_kind::{Raise, Res};
use crate::host::Request;
use crate::value::Value;
use crate::vm::{Answer, Cx, to_data};

use super::{Control, text};

pub(super) fn serve(cx: &mut Cx<'_>, service: &'static str, args: &CallArgs<'_>) -> Res<Control> {
    let params = [by_name("operation"), by_name("arguments")];
    let [operation, arguments] = args.bind(&cx.m.heap, "_serve", params, 2)?.map(|it| it.unwrap_or(Value::None));
    let operation = text(cx, "_serve", operation)?;
    if !matches!(arguments, Value::Dict(_)) {
        return Err(Raise::type_error("_serve() takes a dict of arguments"));
    }
    let arguments = to_data(&cx.m.heap, arguments)?;
    Ok(Control::Request { request: Request::Service { service, operation, arguments }, answer: Answer::AsIs })
}
