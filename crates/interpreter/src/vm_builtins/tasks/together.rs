//! `gather` and `race`: several tasks, one result.

use crate::builtins::CallArgs;
use crate::exception_kind::{Raise, Res, Resume};
use crate::objects::Promise;
use crate::ops;
use crate::value::{Ref, Value};
use crate::vm::{Cx, Look, Wakes};

use super::{Control, value_of};

/// What is waited for: a value that is there, or a task.
enum Member {
    Value(Value),
    Task(Ref<Promise>),
}

fn members(cx: &Cx<'_>, args: &CallArgs<'_>) -> Vec<Member> {
    let member = |value: &Value| cx.promise_of(*value).map_or(Member::Value(*value), Member::Task);
    args.positional.iter().map(member).collect()
}

/// Ends all members but one.
fn cancel_others(cx: &mut Cx<'_>, members: &[Member], kept: Option<Ref<Promise>>) {
    for member in members {
        if let Member::Task(promise) = member
            && Some(*promise) != kept
        {
            cx.cancel_promise(*promise);
        }
    }
}

/// `gather(a, b, …, return_errors=false)`.
pub(super) fn gather(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Control> {
    let mut return_errors = false;
    for &(name, value) in args.keywords {
        match cx.m.heap.str(name) {
            "return_errors" => match value {
                Value::Promise(promise) => return Err(Raise::resume_after(Resume::Wait(promise))),
                value => return_errors = ops::truth(&cx.m.heap, value),
            },
            other => {
                return Err(Raise::type_error(format!("'{other}' is an invalid keyword argument for gather()")));
            }
        }
    }
    let members = members(cx, args);
    let mut values = Vec::with_capacity(members.len());
    let mut pending = Vec::new();
    let mut failed = None;
    for member in &members {
        let promise = match *member {
            Member::Value(value) => {
                values.push(value);
                continue;
            }
            Member::Task(promise) => promise,
        };
        match cx.look(promise) {
            Look::Done(value) => values.push(value),
            Look::Failed(root, exception) if return_errors => {
                cx.m.heap.promises[root].seen = true;
                values.push(Value::Exception(exception));
            }
            Look::Failed(root, _) => {
                // The first to fail is the one that counts.
                let at = cx.m.heap.promises[root].settled;
                if failed.is_none_or(|(earlier, _)| at < earlier) {
                    failed = Some((at, promise));
                }
            }
            Look::Pending(root) => pending.push(root),
        }
    }
    if let Some((_, promise)) = failed {
        cancel_others(cx, &members, Some(promise));
        return Err(Raise::resume_after(Resume::Wait(promise)));
    }
    if pending.is_empty() {
        return Ok(Control::Value(cx.m.heap.new_list(values)));
    }
    pending.sort_unstable_by_key(|promise| promise.index());
    pending.dedup();
    Ok(Control::Wait { on: pending, wakes: if return_errors { Wakes::All } else { Wakes::AllOrFailure } })
}

/// `race(a, b, …)`: what the first of them to end gives, or fails with; the others are cancelled.
pub(super) fn race(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Control> {
    if let Some((name, _)) = args.keywords.first() {
        let name = cx.m.heap.str(*name);
        return Err(Raise::type_error(format!("'{name}' is an invalid keyword argument for race()")));
    }
    let members = members(cx, args);
    if members.is_empty() {
        return Err(Raise::value_error("race() needs something to wait for"));
    }
    let mut pending = Vec::new();
    let mut first: Option<(u64, Ref<Promise>)> = None;
    for member in &members {
        let promise = match *member {
            // It was there before any task ended.
            Member::Value(value) => {
                cancel_others(cx, &members, None);
                return Ok(Control::Value(value));
            }
            Member::Task(promise) => promise,
        };
        match cx.look(promise) {
            Look::Pending(root) => pending.push(root),
            Look::Done(_) | Look::Failed(..) => {
                let at = cx.m.heap.promises[promise].settled;
                if first.is_none_or(|(earlier, _)| at < earlier) {
                    first = Some((at, promise));
                }
            }
        }
    }
    match first {
        Some((_, promise)) => {
            cancel_others(cx, &members, Some(promise));
            Ok(Control::Value(value_of(cx, promise)?.unwrap_or(Value::None)))
        }
        None => Ok(Control::Wait { on: pending, wakes: Wakes::Any }),
    }
}
