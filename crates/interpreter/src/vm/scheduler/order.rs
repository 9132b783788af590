//! Overlap that does not show: what two tasks share, they reach in the order in which their calls stand. The task graph says
//! which calls have to wait for which; only which agent or resource a method belongs to is found out here.

use crate::exception_kind::{Raise, Res, Resume};
use crate::objects::{Function, Producer, Promise, Record, RecordKind};
use crate::value::{Ref, Value};
use crate::vm::execute::Cx;
use crate::vm::machine::{Task, Together};

impl Cx<'_> {
    /// What starts the call at hand together with others.
    pub(super) fn together(&self) -> Option<Together> {
        let frame = self.task.frames.last()?;
        let point = self.codes[frame.code.0 as usize].code.point(frame.pc.saturating_sub(1))?;
        Some(Together { depth: self.task.frames.len() as u32, place: point.together? })
    }

    /// A task that the call at hand comes after, by the task graph, and that still runs.
    pub(super) fn before_point(&self) -> Option<Ref<Promise>> {
        let frame = self.task.frames.last()?;
        let point = self.codes[frame.code.0 as usize].code.point(frame.pc.saturating_sub(1))?;
        if point.after.is_empty() { None } else { self.running_of(&point.after) }
    }

    /// Before a place that touches what tasks touch: waits for those.
    ///
    /// # Errors
    /// The wish to wait.
    pub(crate) fn order_access(&self, calls: u32) -> Res<()> {
        if self.m.sched.is_idle() {
            return Ok(());
        }
        let frame = self.task.frames.last().map(|frame| frame.code.0 as usize);
        let before = frame.and_then(|code| self.running_of(self.codes[code].code.order.get(calls as usize)?));
        match before {
            Some(promise) => Err(Raise::resume_after(Resume::Wait(promise))),
            None => Ok(()),
        }
    }

    /// The agent or resource whose method a call is, and whether the method changes its fields.
    pub(super) fn shared_receiver(
        &self,
        function: Ref<Function>,
        first: Option<&Value>,
    ) -> Option<(Ref<Record>, bool)> {
        let code = &self.codes[self.m.heap.functions[function].code.0 as usize].code;
        let changes = code.effects.receiver?;
        let &Value::Record(record) = first? else { return None };
        let ty = self.m.heap.records[record].ty;
        let is_shared = matches!(
            self.m.heap.record_types[ty].kind,
            RecordKind::Agent | RecordKind::AgentBlueprint | RecordKind::Resource
        );
        is_shared.then_some((record, changes))
    }

    /// A method of the same agent or resource that is still running, if one of the two changes its fields. What starts together
    /// with it has no order.
    pub(super) fn before_method(
        &self,
        (record, changes): (Ref<Record>, bool),
        together: Option<Together>,
    ) -> Option<Ref<Promise>> {
        if !self.m.sched.orders_fields() {
            return None;
        }
        self.earlier(together, |task| {
            task.receiver.is_some_and(|(other, writes)| other == record && (writes || changes))
        })
    }

    /// Before an access to a field of an agent or resource: waits for methods of it that change fields, or run while it is
    /// changed here.
    ///
    /// # Errors
    /// The wish to wait.
    #[inline]
    pub(crate) fn order_field(&self, object: Value, write: bool) -> Res<()> {
        if !self.m.sched.orders_fields() {
            return Ok(());
        }
        let Value::Record(record) = object else { return Ok(()) };
        match self.before_method((record, write), None) {
            Some(promise) => Err(Raise::resume_after(Resume::Wait(promise))),
            None => Ok(()),
        }
    }

    /// The first task before this place of the program that still runs and for which `is_it` holds. A task with a handle
    /// has no place in the order, nor have those that start together.
    fn earlier(&self, mut together: Option<Together>, is_it: impl Fn(&Task) -> bool) -> Option<Ref<Promise>> {
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
                    && (together.is_none() || task.together != together)
                    && is_it(task)
                {
                    return Some(promise);
                }
            }
            if current.is_spawned {
                return None;
            }
            (before, together) = (current.promise, current.together);
            current = self.m.sched.tasks.get(&current.owner?)?;
        }
    }
}
