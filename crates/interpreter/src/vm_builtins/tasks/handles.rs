//! `spawn`, and the handle that it gives.

use crate::builtins::{CallArgs, by_name, by_place};
use crate::exception_kind::{Raise, Res, Resume};
use crate::methods::{Method, method_by_vm};
use crate::objects::Promise;
use crate::value::{Ref, Value};
use crate::vm::{Cx, Look, Wakes, is_callable};
use crate::vm_builtins::VmBuiltin;

use super::{Control, TaskBuiltin, value_of};

pub(crate) const METHODS: &[Method] = &[
    method_by_vm("cancel", VmBuiltin::Task(TaskBuiltin::Cancel)),
    method_by_vm("result", VmBuiltin::Task(TaskBuiltin::Result)),
];

/// `spawn(function, *arguments, **named)`.
pub(super) fn spawn(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Control> {
    let Some((&callee, positional)) = args.positional.split_first() else {
        return Err(Raise::type_error("spawn() missing 1 required positional argument: 'function'"));
    };
    if let Value::Promise(promise) = callee {
        return Err(Raise::resume_after(Resume::Wait(promise)));
    }
    if !is_callable(&cx.m.heap, callee) {
        let name = callee.type_name(&cx.m.heap);
        return Err(Raise::type_error(format!(
            "spawn() takes a function and its arguments, not a '{name}': write spawn(f, x), not spawn(f(x))"
        )));
    }
    let positional = cx.m.heap.new_list(positional.to_vec());
    let named = cx.dict_of(args.keywords)?;
    Ok(Control::Spawn { callee, positional, named })
}

fn promise(cx: &Cx<'_>, value: Option<Value>) -> Res<Ref<Promise>> {
    value.and_then(|value| cx.promise_of(value)).ok_or_else(|| Raise::type_error("the handle of a task is required"))
}

/// Gives whether the task was still running.
pub(super) fn cancel(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let [handle] = args.bind(&cx.m.heap, "cancel", [by_place("self")], 1)?;
    let promise = promise(cx, handle)?;
    let was_running = matches!(cx.look(promise), Look::Pending(_));
    cx.cancel_promise(promise);
    Ok(Value::bool(was_running))
}

pub(super) fn result(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Control> {
    let [handle, timeout] = args.bind(&cx.m.heap, "result", [by_place("self"), by_name("timeout")], 1)?;
    let promise = promise(cx, handle)?;
    if let Some(value) = value_of(cx, promise)? {
        return Ok(Control::Value(value));
    }
    match (handle, timeout) {
        (Some(handle), Some(timeout)) if !matches!(timeout, Value::None) => {
            let callee = cx.m.builtin("__result__").unwrap_or(Value::None);
            Ok(Control::Call { callee, positional: vec![handle, timeout], keywords: Vec::new() })
        }
        _ => Ok(Control::Wait { on: vec![promise], wakes: Wakes::All }),
    }
}
