//! What the library's own code for tasks needs of the scheduler.

use crate::bytecode::{Intrinsic, Reg};
use crate::exception_kind::{ExceptionKind, Raise, Res, Resume};
use crate::objects::{Function, MethodTarget, Native};
use crate::ops;
use crate::value::{Ref, TypeTag, Value};
use crate::vm::call::Flow;
use crate::vm::execute::{Cx, Exit};
use crate::vm::machine::{Machine, OnReturn};
use crate::vm_builtins::{Control, chance};

use super::wait::{Look, Wakes};

impl Cx<'_> {
    /// Carries out an intrinsic of tasks; its arguments stand on the stack from `at` on.
    pub(crate) fn task_intrinsic(&mut self, intrinsic: Intrinsic, at: usize, on_return: OnReturn) -> Res<Flow> {
        let stack = &self.task.stack;
        let args: [Value; 5] = std::array::from_fn(|index| stack.get(at + index).copied().unwrap_or(Value::None));
        let arg = |index: usize| args[index];
        match intrinsic {
            Intrinsic::Spawn => self.spawn(arg(0), arg(1), arg(2), on_return),
            Intrinsic::SpawnWithin => {
                let (timer, seconds) = (self.promise_of(arg(3)), number_of_seconds(self.m, arg(4))?);
                let due = self.host.now() + seconds;
                let flow = self.spawn(arg(0), arg(1), arg(2), on_return)?;
                if let (Flow::Exit(Exit::Start(task)), Some(timer)) = (&flow, timer) {
                    self.m.guard(timer, task.id(), due);
                }
                Ok(flow)
            }
            Intrinsic::Timer => {
                let seconds = number_of_seconds(self.m, arg(0))?;
                let timer = self.timer(seconds)?;
                let Value::Promise(promise) = timer else { return Ok(Flow::Value(timer)) };
                Ok(Flow::Value(self.m.heap.new_native(Native::Task(promise))))
            }
            Intrinsic::First => self.first(arg(0)),
            Intrinsic::Attempt => {
                let number = |value: Value| if let Value::Int(number) = value { number.unsigned_abs() } else { 0 };
                let (attempt, of) = (number(arg(0)), number(arg(1)));
                self.tell_attempt(attempt, of);
                Ok(Flow::Value(Value::None))
            }
            Intrinsic::Chance => Ok(Flow::Value(Value::float(chance(self)))),
            Intrinsic::Misfit => {
                let misfit = self.misfit(arg(0), arg(1), arg(2));
                Ok(Flow::Value(misfit.map_or(Value::None, |text| self.m.heap.new_str(text))))
            }
            Intrinsic::UnknownKind => {
                let unknown = self.unknown_kind(arg(0))?;
                Ok(Flow::Value(unknown.map_or(Value::None, |text| self.m.heap.new_str(text))))
            }
            Intrinsic::Nearest => {
                let known =
                    if let Value::List(known) = arg(1) { self.m.heap.lists[known].items.clone() } else { vec![] };
                let heap = &self.m.heap;
                let known = known.iter().filter_map(|name| heap.as_str(*name));
                let nearest = heap.as_str(arg(0)).and_then(|name| danaide_analysis::nearest(name, known));
                let text = nearest.map_or_else(String::new, |nearest| format!("; did you mean '{nearest}'?"));
                Ok(Flow::Value(self.m.heap.new_str(text)))
            }
            Intrinsic::NamedAs => {
                let (wrapper, function) = (arg(0), arg(1));
                if let Value::Function(wrapper) = wrapper {
                    let name = self.name_of(function);
                    let name = self.m.heap.intern(&name);
                    self.m.heap.functions[wrapper].name = name;
                }
                Ok(Flow::Value(wrapper))
            }
            _ => Ok(Flow::Value(Value::None)),
        }
    }

    /// The first of a list that is neither a type of exceptions nor the name of one, and what may be meant.
    fn unknown_kind(&self, kinds: Value) -> Res<Option<String>> {
        let heap = &self.m.heap;
        let Value::List(kinds) = kinds else { return Ok(None) };
        for &kind in &heap.lists[kinds].items {
            let Some(name) = heap.as_str(kind) else {
                let is_exception = match kind {
                    Value::ExceptionType(_) | Value::Type(TypeTag::Exception) => true,
                    Value::RecordType(ty) => heap.record_types[ty].exception.is_some(),
                    _ => false,
                };
                if is_exception {
                    continue;
                }
                return Ok(Some(format!("{} is no type of exceptions", ops::plain_repr(heap, kind)?)));
            };
            // A type of the program may be defined further down.
            let is_of_program = heap.find_interned(name).is_some_and(|name| {
                self.m.modules.values().any(|module| heap.modules[*module].index.contains_key(&name))
            });
            if is_of_program || ExceptionKind::from_name(name).is_some() {
                continue;
            }
            let known = ExceptionKind::ALL.iter().map(|kind| kind.name());
            return Ok(Some(match danaide_analysis::nearest(name, known) {
                Some(nearest) => format!("there is no exception '{name}'; did you mean '{nearest}'?"),
                None => format!("there is no exception '{name}'"),
            }));
        }
        Ok(None)
    }

    /// Why a function cannot be called with keyword arguments of these names, of which some have these values.
    fn misfit(&mut self, function: Value, names: Value, values: Value) -> Option<String> {
        let (function, bound) = match function {
            Value::Function(function) => (function, 0),
            Value::BoundMethod(method) => match self.m.heap.bound_methods[method].target {
                MethodTarget::Callable(Value::Function(function)) => (function, 1),
                _ => return None,
            },
            _ => return None,
        };
        let Value::List(names) = names else { return None };
        let given: Vec<&str> =
            self.m.heap.lists[names].items.iter().filter_map(|name| self.m.heap.as_str(*name)).collect();
        let params = &self.codes[self.m.heap.functions[function].code.0 as usize].code.params;
        let known = &params.names[bound.min(params.names.len())..];
        if params.named.is_none()
            && let Some(name) = given.iter().find(|name| !known.iter().any(|known| **known == ***name))
        {
            return Some(format!("takes no argument '{name}'"));
        }
        let needed = known.iter().zip(&params.defaults[bound.min(params.defaults.len())..]);
        let missing = needed.filter(|(_, has_default)| !**has_default).find(|(name, _)| !given.contains(&&***name));
        if let Some((name, _)) = missing {
            return Some(format!("needs the argument '{name}'"));
        }
        let Value::Dict(values) = values else { return None };
        let entries: Vec<(Value, Value)> =
            self.m.heap.dicts[values].table.iter().map(|entry| (entry.key, entry.value)).collect();
        let Function { code, module, .. } = self.m.heap.functions[function];
        let code = &self.codes[code.0 as usize].code;
        for (name, value) in entries {
            let Some(name) = self.m.heap.as_str(name) else { continue };
            let Some(at) = code.params.names.iter().position(|known| **known == *name) else { continue };
            let Some(ty) = code.params.types.get(at).copied().flatten() else { continue };
            let what = self.m.heap.intern(&code.params.names[at]);
            if let Err(raise) = self.coerce(value, &code.types[ty as usize], what, module, false) {
                return Some(format!("takes other arguments: {}", raise.message()));
            }
        }
        None
    }

    /// Which of the tasks in a list was the first to end; waits for it.
    fn first(&mut self, list: Value) -> Res<Flow> {
        let Value::List(list) = list else { return Err(Raise::type_error("a list of tasks is expected")) };
        let items = self.m.heap.lists[list].items.clone();
        let mut pending = Vec::new();
        let mut first: Option<(u64, usize)> = None;
        for (index, item) in items.into_iter().enumerate() {
            let Some(promise) = self.promise_of(item) else { continue };
            match self.look(promise) {
                Look::Pending(root) => pending.push(root),
                Look::Done(_) | Look::Failed(..) => {
                    let settled = self.m.heap.promises[promise].settled;
                    if first.is_none_or(|(earlier, _)| settled < earlier) {
                        first = Some((settled, index));
                    }
                }
            }
        }
        if let Some((_, index)) = first {
            return Ok(Flow::Value(Value::Int(index as i64)));
        }
        if pending.is_empty() {
            return Ok(Flow::Value(Value::None));
        }
        if let Some(frame) = self.task.frames.last_mut() {
            frame.pc -= 1;
        }
        self.block(pending, Wakes::Any, None);
        Ok(Flow::Exit(Exit::Waiting))
    }

    /// `sync(value)`: waits for the tasks inside of a value.
    pub(crate) fn sync(&mut self, value: Value) -> Res<Control> {
        let mut pending = Vec::new();
        for promise in self.promises_within(value) {
            match self.look(promise) {
                Look::Done(_) => {}
                Look::Failed(promise, _) if pending.is_empty() => {
                    return Err(Raise::resume_after(Resume::Wait(promise)));
                }
                Look::Failed(..) => break,
                Look::Pending(root) => pending.push(root),
            }
        }
        if pending.is_empty() {
            self.fill(value);
            return Ok(Control::Value(value));
        }
        Ok(Control::Wait { on: pending, wakes: Wakes::AllOrFailure })
    }

    /// Starts a task that runs a pipeline.
    pub(crate) fn start_pipeline(
        &mut self,
        pipeline: Value,
        run: Ref<Function>,
        values: &[Value; 3],
        dst: Reg,
    ) -> Res<Flow> {
        let at = self.task.top(self.codes) + 1;
        self.task.grow(at + values.len());
        self.task.stack[at..at + values.len()].copy_from_slice(values);
        let name = self.name_of(pipeline);
        self.start_named(name, run, (at, values.len()), dst, false).map(|task| Flow::Exit(Exit::Start(task)))
    }
}

fn number_of_seconds(m: &Machine, value: Value) -> Res<f64> {
    let seconds = match value {
        Value::Int(seconds) => seconds as f64,
        Value::Float(seconds) => seconds.get(),
        other => {
            let name = other.type_name(&m.heap);
            return Err(Raise::type_error(format!("a number of seconds is expected, not '{name}'")));
        }
    };
    Ok(seconds.max(0.0))
}
