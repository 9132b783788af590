//! What the owner of a run does with it from outside: calls of its functions, its global variables, cancelling it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::bytecode::Scope as Scoped;
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::host::Data;
use crate::value::Value;

use super::call::Flow;
use super::convert::{to_data, to_value};
use super::execute::Cx;
use super::machine::{OnReturn, Task, TaskState};
use super::{Silent, Vm};

/// How deep data may be nested.
const MAX_DEPTH: usize = 200;

/// Cancels a run from any thread; made by [`Vm::canceller`].
#[derive(Debug, Clone)]
pub struct Canceller(Arc<AtomicBool>);

impl Canceller {
    /// Raises `CancelledError` in the program within milliseconds, wherever it stands; its `finally` blocks run. A
    /// program that stands still is cancelled when it is run again.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Why a function cannot be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallError {
    /// No global variable of the main module has the name.
    NotDefined,
    /// The program, or the function called before, has not ended.
    Running,
}

impl std::fmt::Display for CallError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            CallError::NotDefined => "the program defines no such name",
            CallError::Running => "the program has not ended yet",
        })
    }
}

impl std::error::Error for CallError {}

impl Vm {
    /// What cancels this run from another thread.
    pub fn canceller(&self) -> Canceller {
        Canceller(self.machine.heap.meter().cancel_flag().clone())
    }

    /// Makes ready the call of a function of the main module, once the module has run; [`Vm::run`] carries it out, and its
    /// outcome is that of the function. Anything callable will do: a record type, a pipeline.
    ///
    /// An exception, such as that of a wrong argument, comes as [`super::Outcome::Failed`] from `run`.
    ///
    /// # Errors
    /// When there is no such name, or the program has not ended.
    pub fn call(&mut self, name: &str, positional: &[Data], named: &[(&str, Data)]) -> Result<(), CallError> {
        let function = self.global_value(name).ok_or(CallError::NotDefined)?;
        if self.task.state != TaskState::Finished {
            return Err(CallError::Running);
        }
        *self.task = Task::new();
        self.cancelled = false;
        match self.enter(function, positional, named) {
            Ok(Flow::Value(value)) => {
                self.task.result = value;
                self.task.state = TaskState::Finished;
            }
            Ok(Flow::Entered | Flow::Exit(_)) => {}
            Err(raise) => {
                let exception = self.machine.exception(&raise);
                self.task.failure = Some(exception);
                self.task.state = TaskState::Finished;
            }
        }
        Ok(())
    }

    fn enter(&mut self, function: Value, positional: &[Data], named: &[(&str, Data)]) -> Res<Flow> {
        let heap = &mut self.machine.heap;
        let positional = positional.iter().map(|data| to_value(heap, data)).collect::<Res<Vec<Value>>>()?;
        let mut keywords = Vec::with_capacity(named.len());
        for (name, data) in named {
            let value = to_value(heap, data)?;
            keywords.push((heap.intern(name), value));
        }
        // What a builtin asks of the host here is refused: only functions of the program can ask.
        let task = &mut self.task;
        let mut cx = Cx { codes: &self.codes, m: &mut self.machine, task, host: &mut Silent };
        cx.call_with(function, &positional, &keywords, OnReturn::Discard)
    }

    fn global_value(&self, name: &str) -> Option<Value> {
        let name = self.machine.heap.find_interned(name)?;
        self.machine.heap.modules[self.main?].get(name)
    }

    /// The value of a global variable of the main module; of a value without a plain form, such as a record, its text.
    /// None for a variable without a value, and for data that is nested too deeply or too large.
    pub fn global(&self, name: &str) -> Option<Data> {
        to_data(&self.machine.heap, self.global_value(name)?).ok()
    }

    /// The variables of a scope of the run by name, sorted. Those that hold something else than plain data, such as a
    /// function or a record, have the name of its type in place of a value.
    pub fn scoped(&self, scope: Scoped) -> Vec<(String, Result<Data, String>)> {
        let heap = &self.machine.heap;
        let variables = self.machine.scopes[scope as usize].iter();
        let mut found: Vec<(String, Result<Data, String>)> = variables
            .filter(|(_, value)| !matches!(value, Value::Unset))
            .map(|(name, value)| {
                let data = match unplain(heap, *value, 0) {
                    Some(ty) => Err(ty),
                    None => to_data(heap, *value).map_err(|raise| raise.message().to_owned()),
                };
                (heap.str(*name).to_owned(), data)
            })
            .collect();
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        found
    }

    /// Gives a variable of a scope of the run a value, before the run or whenever it stands still.
    ///
    /// # Errors
    /// As [`Vm::set_global`].
    pub fn set_scoped(&mut self, scope: Scoped, name: &str, data: &Data) -> Result<(), String> {
        let heap = &mut self.machine.heap;
        let value = to_value(heap, data).map_err(|raise: Raise| raise.message().to_owned())?;
        let name = heap.intern(name);
        self.machine.scope(scope).insert(name, value);
        Ok(())
    }

    /// Gives a global variable of the main module a value, before the module runs or whenever the program stands still.
    ///
    /// # Errors
    /// For data that no value can stand for: nested more than 200 deep, or a key that cannot be one; with the reason.
    pub fn set_global(&mut self, name: &str, data: &Data) -> Result<(), String> {
        let heap = &mut self.machine.heap;
        let value = to_value(heap, data).map_err(|raise: Raise| raise.message().to_owned())?;
        let name = heap.intern(name);
        if let Some(main) = self.main {
            heap.modules[main].set(name, value);
        }
        Ok(())
    }
}

/// The type of the first part of a value that is no plain data.
fn unplain(heap: &Heap, value: Value, depth: usize) -> Option<String> {
    if depth > MAX_DEPTH {
        return Some("value that is nested too deeply".to_owned());
    }
    let all = |values: &[Value]| values.iter().find_map(|value| unplain(heap, *value, depth + 1));
    match value {
        Value::Unset | Value::None | Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_) => None,
        Value::Str(_) | Value::Bytes(_) => None,
        Value::List(list) => all(&heap.lists[list].items),
        Value::Tuple(tuple) => all(heap.tuples[tuple].items()),
        Value::Dict(dict) => heap.dicts[dict].table.iter().find_map(|entry| all(&[entry.key, entry.value])),
        Value::Promise(promise) => match crate::objects::value_of(heap, promise) {
            Ok(value) => all(&[value]),
            Err(_) => Some("task".to_owned()),
        },
        other => Some(other.type_name(heap).to_string()),
    }
}
