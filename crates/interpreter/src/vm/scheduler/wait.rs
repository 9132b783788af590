//! Waiting: what a task waits for, and the values of promises at the places that need them.
//!
//! No instruction knows of promises. One that needs a value and finds a promise ends with the wish to wait, or with an
//! error that the value would not have led to. Then the task waits, the value takes the place of the promise, and the
//! instruction is carried out again.

use rustc_hash::FxHashSet;

use crate::bytecode::{CodeId, Reg};
use crate::exception_kind::{ExceptionKind, Raise, Res, Resume};
use crate::heap::Marker;
use crate::objects::{Exception, Module, Native, NativeRef, Producer, Promise, PromiseState, TraceEntry, Tuple};
use crate::ops::protocol::Answer as Answered;
use crate::value::{Ref, Value};
use crate::vm::call::Flow;
use crate::vm::execute::{Cx, Exit};
use crate::vm::machine::{Replay, TaskState};

use super::operands::operands;

/// When a task that waits goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Wakes {
    /// When all are done.
    #[default]
    All,
    /// When all are done, or one has failed.
    AllOrFailure,
    /// When one is done.
    Any,
}

/// What a task waits for.
#[derive(Default)]
pub(crate) struct Wait {
    /// Counts the waits of the task.
    pub number: u32,
    /// How many promises have still to be settled.
    pub left: usize,
    pub wakes: Wakes,
    /// The register that takes the value of the promise; without one, the instruction is carried out again.
    pub dst: Option<Reg>,
    pub on: Vec<Ref<Promise>>,
    held: Option<Box<Held>>,
}

/// What belongs to the instruction that waits, and lies where other tasks would find it.
struct Held {
    answers: Vec<Answered>,
    expected: Option<(CodeId, u32)>,
    expected_of_agent: Option<(usize, CodeId, u32, Ref<Module>)>,
}

impl Flow {
    /// What an instruction has led to that only waits.
    pub(super) fn after(goes_on: bool) -> Flow {
        if goes_on { Flow::Entered } else { Flow::Exit(Exit::Failed) }
    }
}

impl Wait {
    pub(crate) fn trace(&self, marker: &mut Marker) {
        self.on.iter().for_each(|promise| marker.object(*promise));
        for answer in self.held.iter().flat_map(|held| &held.answers) {
            marker.value(answer.value);
        }
    }
}

/// What a promise is at the moment.
pub(crate) enum Look {
    Done(Value),
    /// With the promise of the task that failed.
    Failed(Ref<Promise>, Ref<Exception>),
    /// With the promise of the task or request that has to be done first.
    Pending(Ref<Promise>),
}

/// What became of the promises inside a value.
enum Within {
    /// There are none.
    None,
    /// Their values stand in their places.
    Settled,
    Pending(Vec<Ref<Promise>>),
    Failed(Ref<Promise>, Ref<Exception>),
}

/// How many values inside each other are looked at.
const MOST_VALUES: usize = 1 << 20;

impl Cx<'_> {
    pub(crate) fn look(&mut self, promise: Ref<Promise>) -> Look {
        // Conversions of conversions lie on top of each other.
        let mut chain = Vec::new();
        let mut current = promise;
        let mut look = loop {
            let object = &self.m.heap.promises[current];
            match (object.state, object.producer) {
                (PromiseState::Done(value), _) => break Look::Done(value),
                (PromiseState::Failed(exception), _) => break Look::Failed(current, exception),
                (PromiseState::Pending, Producer::Converted { source, .. }) => {
                    chain.push(current);
                    current = source;
                }
                (PromiseState::Pending, _) => break Look::Pending(current),
            }
        };
        while let (Look::Done(value), Some(converted)) = (&look, chain.pop()) {
            look = self.convert(converted, *value);
        }
        look
    }

    /// Makes the value of a promise from that of its source.
    fn convert(&mut self, promise: Ref<Promise>, value: Value) -> Look {
        let Producer::Converted { code, ty, what, module, assign, .. } = self.m.heap.promises[promise].producer else {
            return Look::Done(value);
        };
        let codes = self.codes;
        let loaded = &codes[code.0 as usize];
        let name = match loaded.constants[what as usize] {
            Value::Str(name) => name,
            _ => self.m.names.main,
        };
        match self.coerce(value, &loaded.code.types[ty as usize], name, module, assign) {
            Ok(value) => {
                self.m.heap.promises[promise].state = PromiseState::Done(value);
                Look::Done(value)
            }
            Err(raise) => {
                let exception = self.m.exception(&raise);
                self.m.heap.promises[promise].state = PromiseState::Failed(exception);
                Look::Failed(promise, exception)
            }
        }
    }

    /// The value of a promise, or, while it is not there, a promise of it converted to an annotated type.
    ///
    /// # Errors
    /// The wish to wait for a task that has failed, which raises its failure.
    pub(crate) fn coerce_promise(
        &mut self,
        source: Ref<Promise>,
        place: (Option<CodeId>, u32, u32),
        module: Ref<Module>,
        assign: bool,
    ) -> Res<Value> {
        match self.look(source) {
            Look::Done(value) => return Ok(value),
            Look::Failed(..) => return Err(Raise::resume_after(Resume::Wait(source))),
            Look::Pending(_) => {}
        }
        let (Some(code), ty, what) = place else { return Err(Raise::resume_after(Resume::Wait(source))) };
        let object = &self.m.heap.promises[source];
        let (started, identity) = (object.started, object.identity.clone());
        let promise = Promise::new(Producer::Converted { source, code, ty, what, module, assign });
        let promise = self.m.new_promise(Promise { started, identity, ..promise });
        // If nobody uses the value, that it does not fit is still told where the block or function ends.
        let depth = self.task.frames.len();
        self.m.adopt(self.task, depth, promise);
        Ok(Value::Promise(promise))
    }

    /// Makes the running task wait; the loop of instructions has to be left then.
    pub(crate) fn block(&mut self, on: Vec<Ref<Promise>>, wakes: Wakes, dst: Option<Reg>) {
        let answers = self.m.heap.answers.take();
        let (expected, expected_of_agent) = (self.m.expected.take(), self.m.expected_of_agent.take());
        let is_held = !answers.is_empty() || expected.is_some() || expected_of_agent.is_some();
        let task = &mut *self.task;
        task.replay = Replay::No;
        let wait = &mut task.wait;
        wait.number += 1;
        wait.left = if wakes == Wakes::Any { 1 } else { on.len() };
        wait.wakes = wakes;
        wait.dst = dst;
        wait.held = is_held.then(|| Box::new(Held { answers, expected, expected_of_agent }));
        for promise in &on {
            let waiters = &mut self.m.heap.promises[*promise].waiters;
            // Most have one.
            waiters.reserve_exact(usize::from(waiters.is_empty()));
            waiters.push((task.identity.id, wait.number));
        }
        wait.on = on;
        task.state = TaskState::Blocked;
        self.tell_wait();
    }

    /// The running task goes on after a wait. False if an exception is raised where it stands.
    pub(super) fn unblock(&mut self) {
        if let Some(held) = self.task.wait.held.take() {
            let Held { answers, expected, expected_of_agent } = *held;
            if !answers.is_empty() {
                self.task.replay = Replay::Next;
                self.m.heap.answers.put(answers);
            }
            self.m.expected = expected;
            self.m.expected_of_agent = expected_of_agent;
        }
        let on = std::mem::take(&mut self.task.wait.on);
        let (Some(dst), Some(&promise)) = (self.task.wait.dst.take(), on.first()) else { return };
        if self.task.failure.is_some() {
            return;
        }
        match self.look(promise) {
            Look::Done(value) => self.put(dst, value),
            Look::Failed(promise, exception) => self.fail_with(promise, exception),
            // It is settled: that is what woke the task.
            Look::Pending(_) => {}
        }
    }

    /// Stores a value in a register of the top frame.
    pub(super) fn put(&mut self, dst: Reg, value: Value) {
        if let Some(frame) = self.task.frames.last() {
            let at = frame.base as usize + usize::from(dst);
            self.task.grow(at + 1);
            self.task.stack[at] = value;
        }
    }

    /// Raises the failure of a task where the running one goes on.
    fn fail_with(&mut self, promise: Ref<Promise>, exception: Ref<Exception>) {
        self.see(promise, exception);
        self.task.failure = Some(exception);
        self.task.recorded = false;
    }

    /// Makes a failure ready to be raised by the running task: its traceback has the task itself, and where it started.
    pub(super) fn see(&mut self, promise: Ref<Promise>, exception: Ref<Exception>) {
        let object = &mut self.m.heap.promises[promise];
        object.seen = true;
        let (kept, started) = (object.kept, object.started);
        let traceback = &mut self.m.heap.exceptions[exception].traceback;
        traceback.truncate(kept);
        traceback.extend(started.map(|entry| TraceEntry { is_start: true, ..entry }));
    }

    /// As [`Cx::see`], for a failure that shows up at the end of a block or function: the traceback has the call that started
    /// the task as the place in the function on top. Gives whether it has.
    pub(super) fn see_at_end(&mut self, promise: Ref<Promise>, exception: Ref<Exception>) -> bool {
        self.see(promise, exception);
        let Some(frame) = self.task.frames.last() else { return false };
        match self.m.heap.exceptions[exception].traceback.last_mut() {
            Some(entry) if entry.is_start && entry.code == frame.code => {
                entry.is_start = false;
                true
            }
            _ => false,
        }
    }

    /// The instruction before the next one is carried out again, with the answers that it has.
    fn again(&mut self) {
        if let Some(frame) = self.task.frames.last_mut() {
            frame.pc = frame.pc.saturating_sub(1);
        }
    }

    /// The same, at once.
    fn retry(&mut self) -> bool {
        self.again();
        let answers = self.m.heap.answers.take();
        if answers.is_empty() {
            self.task.replay = Replay::No;
            return true;
        }
        // The loop that minds answers has to be entered.
        self.task.replay = Replay::Next;
        self.m.heap.answers.put(answers);
        false
    }

    /// An instruction needs the value of a promise. False if the loop of instructions has to be left.
    pub(crate) fn wait_in_place(&mut self, promise: Ref<Promise>) -> bool {
        match self.look(promise) {
            Look::Done(value) => {
                self.replace(promise, value);
                self.retry()
            }
            Look::Failed(promise, exception) => {
                self.see(promise, exception);
                self.unwind(exception, true)
            }
            Look::Pending(root) => {
                self.again();
                self.block(vec![root], Wakes::All, None);
                false
            }
        }
    }

    /// An instruction has failed. If it has met promises, that may be the reason: waits for them and tries again. None if
    /// there are none; else false if the loop of instructions has to be left.
    pub(crate) fn settle_operands(&mut self, kind: ExceptionKind) -> Option<bool> {
        let frame = *self.task.frames.last()?;
        let code = &self.codes[frame.code.0 as usize].code;
        let op = *code.ops.get((frame.pc as usize).checked_sub(1)?)?;
        let registers: Vec<usize> = operands(op, &code.shapes)
            .into_iter()
            .flat_map(|(first, count)| (0..count).map(move |index| usize::from(first) + usize::from(index)))
            .filter(|register| *register < usize::from(code.registers))
            .collect();
        let mut settled = false;
        for register in registers {
            let at = frame.base as usize + register;
            let Some(&value) = self.task.stack.get(at) else { continue };
            match value {
                Value::Promise(promise) => match self.look(promise) {
                    Look::Done(value) => {
                        self.task.stack[at] = value;
                        self.replace(promise, value);
                        settled = true;
                    }
                    Look::Failed(..) | Look::Pending(_) => return Some(self.wait_in_place(promise)),
                },
                // No other error comes from what is inside of a value.
                _ if kind != ExceptionKind::TypeError => {}
                value => match self.settle_within(value) {
                    Within::None => {}
                    Within::Settled => settled = true,
                    Within::Failed(promise, exception) => {
                        self.see(promise, exception);
                        return Some(self.unwind(exception, true));
                    }
                    Within::Pending(on) => {
                        self.again();
                        self.block(on, Wakes::AllOrFailure, None);
                        return Some(false);
                    }
                },
            }
        }
        settled.then(|| self.retry())
    }

    /// Puts a value where its promise stands: in the registers of the running function, and in the variables around it.
    fn replace(&mut self, promise: Ref<Promise>, value: Value) {
        let is_it = |slot: &Value| matches!(slot, Value::Promise(other) if *other == promise);
        let Some(frame) = self.task.frames.last() else { return };
        let base = frame.base as usize;
        let end = base + usize::from(self.codes[frame.code.0 as usize].code.registers);
        let end = end.min(self.task.stack.len());
        let captures = frame.function.map(|function| self.m.heap.functions[function].captures.to_vec());
        let heap = &mut self.m.heap;
        let mut put = |slot: &mut Value| {
            if is_it(slot) {
                *slot = value;
            }
        };
        for slot in &mut self.task.stack[base..end] {
            match *slot {
                Value::Cell(cell) => put(&mut heap.cells[cell].value),
                _ => put(slot),
            }
        }
        heap.modules[frame.module].slots.iter_mut().for_each(&mut put);
        for cell in captures.into_iter().flatten() {
            put(&mut heap.cells[cell].value);
        }
    }

    /// Puts the values of promises in place of them among arguments on the stack.
    ///
    /// # Errors
    /// The wish to wait, if one is not there.
    pub(crate) fn settle_arguments(&mut self, at: usize, count: usize) -> Res<()> {
        for slot in at..at + count {
            if let Some(&Value::Promise(promise)) = self.task.stack.get(slot) {
                match self.look(promise) {
                    Look::Done(value) => self.task.stack[slot] = value,
                    Look::Failed(..) | Look::Pending(_) => {
                        return Err(Raise::resume_after(Resume::Wait(promise)));
                    }
                }
            }
        }
        Ok(())
    }

    /// Waits for the value of a promise in a register, and for those inside of a collection there.
    pub(crate) fn gather(&mut self, reg: Reg) -> Res<Flow> {
        Ok(Flow::after(self.gather_here(reg)))
    }

    /// Gives whether the next instruction can be carried out.
    fn gather_here(&mut self, reg: Reg) -> bool {
        let Some(frame) = self.task.frames.last() else { return true };
        let at = frame.base as usize + usize::from(reg);
        let Some(&value) = self.task.stack.get(at) else { return true };
        if let Value::Promise(promise) = value {
            return match self.look(promise) {
                Look::Done(value) => {
                    self.task.stack[at] = value;
                    true
                }
                Look::Failed(..) | Look::Pending(_) => self.wait_in_place(promise),
            };
        }
        match self.settle_within(value) {
            Within::None | Within::Settled => true,
            Within::Failed(promise, exception) => {
                self.see(promise, exception);
                self.unwind(exception, true)
            }
            Within::Pending(on) => {
                self.again();
                self.block(on, Wakes::AllOrFailure, None);
                false
            }
        }
    }

    /// Puts values in place of the promises inside a value, if all are there. A failure counts when all before it are.
    fn settle_within(&mut self, value: Value) -> Within {
        let found = self.promises_within(value);
        if found.is_empty() {
            return Within::None;
        }
        let mut pending = Vec::new();
        let mut seen = FxHashSet::default();
        for promise in &found {
            match self.look(*promise) {
                Look::Done(_) => {}
                Look::Failed(promise, exception) if pending.is_empty() => return Within::Failed(promise, exception),
                Look::Failed(..) => break,
                Look::Pending(root) => {
                    if seen.insert(root) {
                        pending.push(root);
                    }
                }
            }
        }
        if !pending.is_empty() {
            return Within::Pending(pending);
        }
        self.fill(value);
        Within::Settled
    }

    /// The promises inside a value, in the order of its parts; those of tasks with handles not.
    pub(super) fn promises_within(&self, value: Value) -> Vec<Ref<Promise>> {
        let mut found = Vec::new();
        self.walk(value, |value| {
            if let Value::Promise(promise) = value {
                found.push(promise);
            }
        });
        found
    }

    /// Visits a value and all inside it.
    pub(super) fn walk(&self, value: Value, mut visit: impl FnMut(Value)) {
        let heap = &self.m.heap;
        let mut seen: FxHashSet<(u8, u32)> = FxHashSet::default();
        let mut pending = vec![value];
        while let Some(value) = pending.pop() {
            visit(value);
            let start = pending.len();
            let key = match value {
                Value::List(list) => (0, list.index()),
                Value::Tuple(tuple) => (1, tuple.index()),
                Value::Dict(dict) => (2, dict.index()),
                Value::Record(record) => (3, record.index()),
                _ => continue,
            };
            if seen.len() > MOST_VALUES || !seen.insert(key) {
                continue;
            }
            match value {
                Value::List(list) => pending.extend_from_slice(&heap.lists[list].items),
                Value::Tuple(tuple) => pending.extend_from_slice(heap.tuples[tuple].items()),
                Value::Dict(dict) => pending.extend(heap.dicts[dict].table.iter().map(|entry| entry.value)),
                Value::Record(record) => pending.extend_from_slice(&heap.records[record].fields),
                _ => {}
            }
            pending[start..].reverse();
        }
    }

    /// Puts values in place of the promises inside a value; all are there.
    pub(super) fn fill(&mut self, value: Value) {
        let mut containers = Vec::new();
        self.walk(value, |value| containers.push(value));
        for container in containers {
            let items: Vec<Value> = match container {
                Value::List(list) => self.m.heap.lists[list].items.clone(),
                Value::Tuple(tuple) => self.m.heap.tuples[tuple].items().to_vec(),
                Value::Record(record) => self.m.heap.records[record].fields.to_vec(),
                Value::Dict(dict) => {
                    let table = &self.m.heap.dicts[dict].table;
                    let promises: Vec<(usize, Ref<Promise>)> = (0..table.end())
                        .filter_map(|at| match table.at(at).map(|entry| entry.value) {
                            Some(Value::Promise(promise)) => Some((at, promise)),
                            _ => None,
                        })
                        .collect();
                    for (at, promise) in promises {
                        if let Look::Done(value) = self.look(promise) {
                            self.m.heap.dicts[dict].table.set_value(at, value);
                        }
                    }
                    continue;
                }
                _ => continue,
            };
            if !items.iter().any(|item| matches!(item, Value::Promise(_))) {
                continue;
            }
            let filled: Vec<Value> = items
                .into_iter()
                .map(|item| match item {
                    Value::Promise(promise) => match self.look(promise) {
                        Look::Done(value) => value,
                        _ => item,
                    },
                    item => item,
                })
                .collect();
            match container {
                Value::List(list) => self.m.heap.lists[list].items.copy_from_slice(&filled),
                Value::Tuple(tuple) => self.m.heap.tuples[tuple] = Tuple::of(&filled),
                Value::Record(record) => self.m.heap.records[record].fields = filled.into(),
                _ => {}
            }
        }
    }

    /// The promise behind a value that names a task: a promise itself, or a handle.
    pub(crate) fn promise_of(&self, value: Value) -> Option<Ref<Promise>> {
        match value {
            Value::Promise(promise) => Some(promise),
            Value::Native(native) => self.promise_of_handle(native),
            _ => None,
        }
    }

    fn promise_of_handle(&self, native: NativeRef) -> Option<Ref<Promise>> {
        match &self.m.heap.natives[native] {
            Native::Task(promise) => Some(*promise),
            _ => None,
        }
    }
}
