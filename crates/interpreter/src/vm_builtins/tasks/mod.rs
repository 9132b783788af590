//! The functions with which programs steer tasks.

mod handles;
mod together;

use crate::builtins::{CallArgs, by_name};
use crate::exception_kind::{Raise, Res, Resume};
use crate::objects::Promise;
use crate::value::{Ref, Value};
use crate::vm::{Cx, Look};

use super::{Control, VmBuiltin};

pub(crate) use self::handles::METHODS;

/// A function of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaskBuiltin {
    Gather,
    Race,
    Spawn,
    Sync,
    /// `cancel` of a handle.
    Cancel,
    /// `result` of a handle.
    Result,
    /// `now()`.
    Seconds,
    /// `random()`.
    Chance,
}

/// May a call of the builtin wait?
pub(crate) fn waits(which: VmBuiltin) -> bool {
    matches!(
        which,
        VmBuiltin::Sleep
            | VmBuiltin::Reason
            | VmBuiltin::Llm
            | VmBuiltin::HttpSend
            | VmBuiltin::Ask
            | VmBuiltin::Approve
            | VmBuiltin::ReadText
            | VmBuiltin::WriteText
            | VmBuiltin::AppendText
            | VmBuiltin::FileExists
            | VmBuiltin::ListFolder
            | VmBuiltin::IsFile
            | VmBuiltin::IsFolder
            | VmBuiltin::FileSize
            | VmBuiltin::Task(TaskBuiltin::Gather | TaskBuiltin::Race | TaskBuiltin::Sync | TaskBuiltin::Result)
    )
}

/// Does the builtin take the values of tasks as they are, not waiting for them?
pub(crate) fn takes_promises(which: VmBuiltin) -> bool {
    matches!(which, VmBuiltin::Task(TaskBuiltin::Gather | TaskBuiltin::Race | TaskBuiltin::Spawn))
}

pub(super) fn run(cx: &mut Cx<'_>, which: TaskBuiltin, args: &CallArgs<'_>) -> Res<Control> {
    match which {
        TaskBuiltin::Gather => together::gather(cx, args),
        TaskBuiltin::Race => together::race(cx, args),
        TaskBuiltin::Spawn => handles::spawn(cx, args),
        TaskBuiltin::Cancel => handles::cancel(cx, args).map(Control::Value),
        TaskBuiltin::Result => handles::result(cx, args),
        TaskBuiltin::Sync => {
            let [value] = args.bind(&cx.m.heap, "sync", [by_name("value")], 1)?;
            cx.sync(value.unwrap_or(Value::None))
        }
        TaskBuiltin::Seconds => {
            args.none(&cx.m.heap, "now")?;
            Ok(Control::Value(Value::float(cx.host.now())))
        }
        TaskBuiltin::Chance => {
            args.none(&cx.m.heap, "random")?;
            Ok(Control::Value(Value::float(chance(cx))))
        }
    }
}

/// A number from 0 up to 1 from the host's source of randomness.
pub(crate) fn chance(cx: &mut Cx<'_>) -> f64 {
    const BITS: u32 = 53;
    (cx.host.random() >> (u64::BITS - BITS)) as f64 / (1_u64 << BITS) as f64
}

/// The value of a task that is done.
///
/// # Errors
/// What it failed with.
fn value_of(cx: &mut Cx<'_>, promise: Ref<Promise>) -> Res<Option<Value>> {
    match cx.look(promise) {
        Look::Done(value) => Ok(Some(value)),
        Look::Failed(..) => Err(Raise::resume_after(Resume::Wait(promise))),
        Look::Pending(_) => Ok(None),
    }
}
