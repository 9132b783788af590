//! Overlap that does not show: what two tasks share, they reach in the order in which their calls stand.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::bytecode::{Scope as Scoped, Touches};
use crate::exception_kind::{Raise, Res, Resume};
use crate::objects::{Function, MethodTarget, Producer, Promise, Record, RecordKind, Str};
use crate::value::{Ref, Value};
use crate::vm::execute::Cx;
use crate::vm::machine::Task;

/// How many functions are looked at to find out what one of them may touch.
const MOST_FUNCTIONS: usize = 256;

impl Cx<'_> {
    /// What a call of a function may touch, what it is given to call included.
    pub(super) fn touches_of(&self, function: Ref<Function>, arguments: &[Value]) -> Arc<Touches> {
        let own = &self.touches(function).clone();
        if own.calls.is_empty() && own.methods.is_empty() {
            return own.clone();
        }
        let mut all = Touches::clone(own);
        let mut seen = FxHashSet::default();
        let mut pending = vec![function];
        let callable = |value: Value, pending: &mut Vec<Ref<Function>>| match value {
            Value::Function(function) => pending.push(function),
            Value::BoundMethod(method) => {
                if let MethodTarget::Callable(Value::Function(function)) = self.m.heap.bound_methods[method].target {
                    pending.push(function);
                }
            }
            _ => {}
        };
        for &argument in arguments {
            match argument {
                Value::List(list) => {
                    self.m.heap.lists[list].items.iter().for_each(|item| callable(*item, &mut pending));
                }
                Value::Pipeline(pipeline) => {
                    self.m.heap.pipelines[pipeline].stages.iter().for_each(|item| callable(*item, &mut pending));
                }
                argument => callable(argument, &mut pending),
            }
        }
        while let Some(function) = pending.pop() {
            if !seen.insert(function) {
                continue;
            }
            if seen.len() > MOST_FUNCTIONS {
                all.unknown = true;
                break;
            }
            let touches = self.touches(function);
            all.merge(touches);
            let object = &self.m.heap.functions[function];
            for cell in &object.captures {
                callable(self.m.heap.cells[*cell].value, &mut pending);
            }
            let module = &self.m.heap.modules[object.module];
            for name in &touches.calls {
                let (name, member) =
                    name.split_once('.').map_or((&**name, None), |(name, member)| (name, Some(member)));
                let mut value = self.m.heap.find_interned(name).and_then(|name| module.get(name));
                if let (Some(Value::Module(module)), Some(member)) = (value, member) {
                    value = self.m.heap.find_interned(member).and_then(|name| self.m.heap.modules[module].get(name));
                }
                if let Some(value) = value {
                    callable(value, &mut pending);
                }
            }
            for name in &touches.methods {
                let Some(name) = self.m.heap.find_interned(name) else { continue };
                for (_, value) in self.m.methods_named(name) {
                    callable(value, &mut pending);
                }
            }
        }
        Arc::new(all)
    }

    fn touches(&self, function: Ref<Function>) -> &Arc<Touches> {
        let code = self.m.heap.functions[function].code;
        &self.codes[code.0 as usize].code.effects.touches
    }

    /// The agent or resource whose method a call is.
    pub(super) fn shared_receiver(&self, function: Ref<Function>, arguments: &[Value]) -> Option<Ref<Record>> {
        self.touches(function).receiver?;
        let &Value::Record(record) = arguments.first()? else { return None };
        let ty = self.m.heap.records[record].ty;
        let is_shared = matches!(
            self.m.heap.record_types[ty].kind,
            RecordKind::Agent | RecordKind::AgentBlueprint | RecordKind::Resource
        );
        is_shared.then_some(record)
    }

    /// A task that stands before this place of the program, still runs, and may touch something that a call touches too.
    pub(super) fn before_call(&self, touches: &Touches, receiver: Option<Ref<Record>>) -> Option<Ref<Promise>> {
        if touches.is_empty() && receiver.is_none() {
            return None;
        }
        self.earlier(|task| {
            let same_receiver = receiver.is_some() && receiver == task.receiver;
            let writes = |touches: &Touches| touches.receiver == Some(true);
            (same_receiver && (writes(touches) || writes(&task.touches))) || task.touches.conflicts_with(touches)
        })
    }

    fn before_access(&self, scope: Scoped, name: &str, write: bool) -> Option<Ref<Promise>> {
        self.earlier(|task| task.touches.reaches(scope, name, write))
    }

    fn before_global(&self, name: &str, write: bool) -> Option<Ref<Promise>> {
        self.earlier(|task| {
            task.touches.unknown || task.touches.globals.get(name).is_some_and(|writes| write || *writes)
        })
    }

    /// Before an access to a scoped name: waits for earlier tasks that reach it too.
    ///
    /// # Errors
    /// The wish to wait.
    #[inline]
    pub(crate) fn order_access(&self, scope: Scoped, name: Ref<Str>, write: bool) -> Res<()> {
        if self.m.sched.is_idle() {
            return Ok(());
        }
        match self.before_access(scope, self.m.heap.str(name), write) {
            Some(promise) => Err(Raise::resume_after(Resume::Wait(promise))),
            None => Ok(()),
        }
    }

    /// The same for a field of an agent or resource.
    ///
    /// # Errors
    /// The wish to wait.
    #[inline]
    pub(crate) fn order_field(&self, object: Value, write: bool) -> Res<()> {
        if !self.m.sched.orders_fields() {
            return Ok(());
        }
        let Value::Record(record) = object else { return Ok(()) };
        let before =
            self.earlier(|task| task.receiver == Some(record) && (write || task.touches.receiver == Some(true)));
        match before {
            Some(promise) => Err(Raise::resume_after(Resume::Wait(promise))),
            None => Ok(()),
        }
    }

    /// The same for a global variable.
    ///
    /// # Errors
    /// The wish to wait.
    pub(crate) fn order_global(&self, name: Ref<Str>, write: bool) -> Res<()> {
        match self.before_global(self.m.heap.str(name), write) {
            Some(promise) => Err(Raise::resume_after(Resume::Wait(promise))),
            None => Ok(()),
        }
    }

    /// The first task before this place of the program that still runs and for which `is_it` holds. A task with a handle
    /// has no place in the order.
    fn earlier(&self, is_it: impl Fn(&Task) -> bool) -> Option<Ref<Promise>> {
        let mut current: &Task = self.task;
        let mut before: Option<Ref<Promise>> = None;
        loop {
            for promise in current.scopes.iter().flat_map(|scope| scope.promises()) {
                if before == Some(promise) {
                    break;
                }
                let object = &self.m.heap.promises[promise];
                if object.is_pending()
                    && let Producer::Task(id) = object.producer
                    && let Some(task) = self.m.sched.tasks.get(&id)
                    && !task.is_spawned
                    && is_it(task)
                {
                    return Some(promise);
                }
            }
            if current.is_spawned {
                return None;
            }
            before = current.promise;
            current = self.m.sched.tasks.get(&current.owner?)?;
        }
    }
}

impl Touches {
    pub(crate) fn is_empty(&self) -> bool {
        self.scoped.is_empty() && self.globals.is_empty() && !self.unknown
    }

    pub(crate) fn merge(&mut self, other: &Touches) {
        for (key, writes) in &other.scoped {
            *self.scoped.entry(key.clone()).or_default() |= *writes;
        }
        for (name, writes) in &other.globals {
            *self.globals.entry(name.clone()).or_default() |= *writes;
        }
        self.unknown |= other.unknown;
    }

    fn reaches(&self, scope: Scoped, name: &str, write: bool) -> bool {
        self.unknown || self.scoped.get(&(scope, name.into())).is_some_and(|writes| write || *writes)
    }

    fn conflicts_with(&self, other: &Touches) -> bool {
        if self.unknown || other.unknown {
            return !self.is_empty() && !other.is_empty();
        }
        let meets = |(key, writes): (&(Scoped, Box<str>), &bool)| {
            other.scoped.get(key).is_some_and(|others| *writes || *others)
        };
        let mut globals = self.globals.iter();
        self.scoped.iter().any(meets)
            || globals.any(|(name, writes)| other.globals.get(name).is_some_and(|others| *writes || *others))
    }
}
