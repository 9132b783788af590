//! The builtins that need the VM: they call Dana functions, the host, or look at the running program.

mod choose;
mod effects;
mod http;
mod library;
mod person;
mod reflect;
mod tasks;

use crate::builtins::{CallArgs, by_name};
use crate::exception_kind::{Raise, Res};
use crate::host::Request;
use crate::objects::{Promise, Str};
use crate::value::{Ref, TypeTag, Value};
use crate::vm::{Answer, Cx, Wakes};

pub use self::tasks::TaskBuiltin;
pub(crate) use self::tasks::{METHODS as TASK_METHODS, chance, takes_promises, waits};

/// A builtin that the VM carries out itself, because it needs more than the heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VmBuiltin {
    Print,
    Log,
    LogLevel,
    Sleep,
    Now,
    Reason,
    Llm,
    SetModel,
    Use,
    GetResource,
    Feedback,
    /// `sorted(items, key=…, reverse=…)`.
    Sorted,
    /// `list.sort`.
    ListSort,
    Min,
    Max,
    Noop,
    HasAttr,
    GetAttr,
    SetAttr,
    Callable,
    IsInstance,
    /// Converts to a type given as a value or by name.
    Cast,
    IsSubclass,
    ReadText,
    WriteText,
    AppendText,
    FileExists,
    ListFolder,
    IsFile,
    IsFolder,
    FileSize,
    /// `_send` of the module `http`.
    HttpSend,
    Ask,
    Approve,
    /// A function of the prelude.
    Prelude(&'static str),
    Accumulate,
    /// `sub` and `subn` of a pattern, or of the module `re`.
    ReSub {
        counted: bool,
        method: bool,
    },
    RandomNew,
    RandomSeed,
    /// The method of the run's own random generator.
    RandomMethod(&'static str),
    DateToday,
    DateTimeNow,
    /// The same without a zone, under the name of a method.
    DateTimeUtc(&'static str),
    Clock(ClockReading),
    Task(TaskBuiltin),
}

/// What a function of the module `time` makes of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClockReading {
    Nanoseconds,
    Parts,
    CTime,
    AscTime,
    Format,
}

/// How a builtin goes on.
pub(crate) enum Control {
    Value(Value),
    /// What a call gives is the result.
    Call {
        callee: Value,
        positional: Vec<Value>,
        keywords: Vec<(Ref<Str>, Value)>,
    },
    /// What the host answers is the result.
    Request {
        request: Request,
        answer: Answer,
    },
    /// Starts a task and gives its handle.
    Spawn {
        callee: Value,
        /// A list.
        positional: Value,
        /// A dict.
        named: Value,
    },
    /// Waits; then the call is made again.
    Wait {
        on: Vec<Ref<Promise>>,
        wakes: Wakes,
    },
}

/// Carries out a builtin.
pub(crate) fn run(cx: &mut Cx<'_>, which: VmBuiltin, args: &CallArgs<'_>) -> Res<Control> {
    match which {
        VmBuiltin::Print => effects::print(cx, args).map(Control::Value),
        VmBuiltin::Log => effects::log(cx, args).map(Control::Value),
        VmBuiltin::LogLevel => effects::log_level(cx, args).map(Control::Value),
        VmBuiltin::Now => {
            args.none(&cx.m.heap, "time")?;
            Ok(Control::Value(Value::float(cx.host.now())))
        }
        VmBuiltin::Sleep => effects::sleep(cx, args),
        VmBuiltin::Reason | VmBuiltin::Llm => effects::ask_model(cx, which, args),
        VmBuiltin::SetModel => effects::set_model(cx, args).map(Control::Value),
        VmBuiltin::Prelude(name) => library::prelude(cx, name, args),
        VmBuiltin::Accumulate => library::accumulate(cx, args),
        VmBuiltin::ReSub { counted, method } => library::replace(cx, args, counted, method),
        VmBuiltin::RandomNew => library::random_new(cx, args).map(Control::Value),
        VmBuiltin::RandomSeed => library::random_seed(cx, args).map(Control::Value),
        VmBuiltin::RandomMethod(name) => library::random_method(cx, name, args).map(Control::Value),
        VmBuiltin::DateToday => library::now(cx, TypeTag::Date, args).map(Control::Value),
        VmBuiltin::DateTimeNow => library::now(cx, TypeTag::DateTime, args).map(Control::Value),
        VmBuiltin::DateTimeUtc(name) => library::utc_now(cx, name, args).map(Control::Value),
        VmBuiltin::Clock(what) => library::clock(cx, what, args).map(Control::Value),
        VmBuiltin::ReadText
        | VmBuiltin::WriteText
        | VmBuiltin::AppendText
        | VmBuiltin::FileExists
        | VmBuiltin::ListFolder
        | VmBuiltin::IsFile
        | VmBuiltin::IsFolder
        | VmBuiltin::FileSize => effects::files(cx, which, args),
        VmBuiltin::HttpSend => http::send(cx, args),
        VmBuiltin::Ask => person::ask(cx, args),
        VmBuiltin::Approve => person::approve(cx, args),
        VmBuiltin::Use | VmBuiltin::GetResource => effects::no_resource(cx, which, args),
        VmBuiltin::Feedback => {
            // There is no learner yet that could take it.
            args.bind(&cx.m.heap, "feedback", [by_name("result"), by_name("feedback_payload")], 1)?;
            Ok(Control::Value(Value::None))
        }
        VmBuiltin::Noop => Ok(Control::Value(match *args.positional {
            [] => Value::None,
            [value] => value,
            ref several => cx.m.heap.new_tuple(several),
        })),
        VmBuiltin::Sorted => choose::sorted(cx, args),
        VmBuiltin::ListSort => choose::list_sort(cx, args),
        VmBuiltin::Min | VmBuiltin::Max => choose::extreme(cx, which, args),
        VmBuiltin::HasAttr => reflect::has_attr(cx, args).map(Control::Value),
        VmBuiltin::GetAttr => reflect::get_attr(cx, args).map(Control::Value),
        VmBuiltin::SetAttr => reflect::set_attr(cx, args).map(Control::Value),
        VmBuiltin::Callable => reflect::callable(cx, args).map(Control::Value),
        VmBuiltin::IsInstance => reflect::is_instance(cx, args).map(Control::Value),
        VmBuiltin::Cast => reflect::cast(cx, args),
        VmBuiltin::Task(which) => tasks::run(cx, which, args),
        VmBuiltin::IsSubclass => reflect::is_subclass(cx, args).map(Control::Value),
    }
}

/// The text of an argument that must be one.
fn text(cx: &Cx<'_>, function: &str, value: Value) -> Res<String> {
    match cx.m.heap.as_str(value) {
        Some(text) => Ok(text.to_owned()),
        None => Err(Raise::type_error(format!("{function}() takes text, not '{}'", value.type_name(&cx.m.heap)))),
    }
}
