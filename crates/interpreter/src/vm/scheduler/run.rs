//! The loop around the loop of instructions: which task runs, and what becomes of one that stops.

use crate::exception_kind::{ExceptionKind, Raise};
use crate::host::{Host, Request, RequestId, Started, TaskEventKind};
use crate::meter::steps_passed;
use crate::objects::{Exception, Producer, Promise, PromiseState, TraceEntry};
use crate::value::{Ref, Value};
use crate::vm::execute::{Cx, Exit, NARROW, WIDE, execute};
use crate::vm::machine::{LoadedCode, Machine, Replay, Task, TaskState};
use crate::vm::{Budget, Outcome, SLICE, Vm, answer_value};

use super::scope::Returned;
use super::start::Answered;
use super::wait::Wakes;
use super::{KEPT_STACKS, TaskId, Woken};

/// How long cancelled tasks may wait while they clean up, in seconds.
const GRACE: f64 = 5.0;

impl Vm {
    /// Runs library code that only defines names: it starts no tasks and is not cancelled from outside.
    pub(in crate::vm) fn run_alone(&mut self, host: &mut dyn Host) {
        loop {
            let mut fuel = SLICE;
            match self.execute(host, &mut fuel) {
                Exit::Finished | Exit::Failed if self.task.frames.is_empty() => return,
                Exit::Waiting | Exit::Stopped | Exit::Start(_) | Exit::Returned(_) => return,
                Exit::Import { .. } | Exit::ImportMember { .. } => return,
                Exit::Finished | Exit::Failed | Exit::Replay | Exit::Budget => {}
            }
        }
    }

    fn execute(&mut self, host: &mut dyn Host, fuel: &mut u64) -> Exit {
        let mut cx = Cx { codes: &self.codes, m: &mut self.machine, task: &mut self.task, host };
        let is_plain = self.stops.is_empty() && cx.task.replay == Replay::No;
        match (is_plain, self.is_wide) {
            (true, false) => execute::<false, NARROW>(&mut cx, fuel, &mut self.stops),
            (true, true) => execute::<false, WIDE>(&mut cx, fuel, &mut self.stops),
            (false, false) => execute::<true, NARROW>(&mut cx, fuel, &mut self.stops),
            (false, true) => execute::<true, WIDE>(&mut cx, fuel, &mut self.stops),
        }
    }

    pub(in crate::vm) fn run_tasks(&mut self, host: &mut dyn Host, budget: Budget) -> Outcome {
        let mut left = budget.steps;
        self.machine.sched.is_tracing = host.is_tracing();
        loop {
            if self.machine.heap.meter().take_flag() {
                self.cancel();
            }
            self.serve(host);
            match self.task.state {
                TaskState::Ready => {}
                TaskState::Finished => {
                    self.machine.sched.tell(host);
                    return self.outcome();
                }
                TaskState::Blocked => {
                    if self.next_task() {
                        continue;
                    }
                    // Nobody can go on. What was asked for meanwhile may have been answered at once.
                    self.bring_main();
                    self.serve(host);
                    if !self.machine.sched.woken.is_empty() {
                        continue;
                    }
                    let oldest = self.machine.sched.pending().next();
                    match oldest {
                        Some(id) => return Outcome::Waiting(id),
                        None => {
                            self.break_deadlock();
                            continue;
                        }
                    }
                }
            }
            if !self.machine.sched.guards.is_empty() {
                self.look_at_deadlines(host);
            }
            let limit = self.machine.limits.steps;
            let allowed = limit.saturating_sub(self.machine.all_steps());
            let granted = left.min(allowed).min(SLICE);
            self.machine.heap.meter().allow(allowed, limit);
            let mut fuel = granted;
            let exit = self.execute(host, &mut fuel);
            let used = granted - fuel;
            self.machine.steps += used;
            left -= used;
            if self.machine.heap.meter().take_cancelled() {
                self.cancelled = true;
                self.cancel_others();
            }
            match exit {
                Exit::Finished => {
                    let value = self.task.result;
                    self.complete(Ok(value));
                }
                Exit::Failed if self.task.state == TaskState::Blocked || !self.task.frames.is_empty() => {}
                Exit::Failed => {
                    if let Some(exception) = self.task.failure {
                        self.complete(Err(exception));
                    }
                }
                Exit::Returned(value) => self.returned(host, value),
                Exit::Start(task) => self.begin(task),
                Exit::Waiting | Exit::Replay => {}
                Exit::Stopped => {
                    self.stops.finish();
                    return Outcome::Paused;
                }
                Exit::Budget if self.machine.all_steps() >= limit => self.abort(&steps_passed(limit)),
                Exit::Budget if left > 0 => {}
                Exit::Budget => return Outcome::Paused,
                Exit::Import { request, dst } => {
                    if let Err(raise) = self.import(host, &request, dst) {
                        self.fail(&raise);
                    }
                }
                Exit::ImportMember { module, name, dst } => {
                    if let Err(raise) = self.import_member(module, name, dst) {
                        self.fail(&raise);
                    }
                }
            }
        }
    }

    /// A function that has started tasks wants to return.
    fn returned(&mut self, host: &mut dyn Host, value: Value) {
        let mut cx = Cx { codes: &self.codes, m: &mut self.machine, task: &mut self.task, host };
        match cx.returned(value) {
            Returned::Now | Returned::Later => {}
            Returned::Failed(exception, recorded) => {
                cx.task.failure = Some(exception);
                cx.task.recorded = recorded;
            }
            Returned::End(value) => {
                cx.task.frames.clear();
                self.complete(Ok(value));
            }
        }
    }

    /// A call has started a task, which runs at once.
    pub(in crate::vm) fn begin(&mut self, task: Box<Task>) {
        // The call is made: what was answered for it is not for the instructions of the task.
        if self.task.replay != Replay::No {
            self.task.replay = Replay::No;
            self.machine.heap.answers.take();
        }
        let parent = std::mem::replace(&mut self.task, task);
        let sched = &mut self.machine.sched;
        sched.starters.push(parent.id());
        // Most tasks are over soon: then the parent goes on with its registers where they are.
        if sched.starters.len() <= KEPT_STACKS {
            sched.tasks.insert(parent.id(), parent);
        } else {
            self.machine.shelve(&self.codes, parent);
        }
    }

    /// The task in hand is over.
    fn complete(&mut self, result: Result<Value, Ref<Exception>>) {
        self.machine.heap.answers.take();
        let failure = result.err();
        if self.task.is_main() {
            self.stops.finish();
            self.task.result = result.unwrap_or(Value::None);
            self.task.failure = failure;
            self.task.state = TaskState::Finished;
            let identity = self.task.identity.clone();
            self.machine.note_end(&self.codes, &identity, failure);
            return;
        }
        let (machine, task) = (&mut self.machine, &mut self.task);
        machine.note_end(&self.codes, &task.identity, failure);
        machine.sched.cancelled_running.remove(&task.id());
        machine.drop_grace(task.grace);
        machine.sched.methods -= usize::from(task.receiver.is_some());
        machine.sched.give_stack(std::mem::take(&mut task.stack));
        let state = match result {
            Ok(value) => PromiseState::Done(value),
            Err(exception) => PromiseState::Failed(exception),
        };
        if let Some(promise) = task.promise {
            machine.settle(promise, state);
        }
        // Whose call it was waits for it, unless it went on long ago.
        let Some(dst) = task.dst else {
            *self.task = Task::nobody();
            self.resume_next();
            return;
        };
        let task = self.take_starter();
        let parent = &mut self.task;
        let at = parent.frames.last().map(|frame| frame.base as usize + usize::from(dst)).unwrap_or_default();
        match result {
            _ if task.is_spawned => {}
            Ok(value) => {
                parent.grow(at + 1);
                parent.stack[at] = value;
            }
            Err(exception) => {
                let started = parent.frames.last().map(|frame| TraceEntry {
                    code: frame.code,
                    instruction: frame.pc.saturating_sub(1),
                    is_start: false,
                });
                if task.is_awaited || task.is_tentative || parent.failure.is_some() {
                    parent.failure.get_or_insert(exception);
                    return;
                }
                let mut promise = Promise::new(Producer::Task(task.id()));
                promise.started = started;
                promise.identity = Some(task.identity.clone());
                let promise = self.machine.new_promise(promise);
                self.machine.settle(promise, PromiseState::Failed(exception));
                let depth = self.task.frames.len();
                self.machine.adopt(&mut self.task, depth, promise);
                self.task.grow(at + 1);
                self.task.stack[at] = Value::Promise(promise);
            }
        }
    }

    /// The task whose call has started the one in hand goes on. Gives the one that was in hand.
    fn take_starter(&mut self) -> Box<Task> {
        let starter = self.machine.sched.starters.pop();
        let parent = starter.and_then(|id| self.machine.unshelve(id));
        std::mem::replace(&mut self.task, parent.unwrap_or_else(|| Box::new(Task::new())))
    }

    /// Another task takes the place of the one in hand, which is over.
    fn resume_next(&mut self) {
        match self.machine.next_ready() {
            Some(task) => self.hand_over(task),
            None => self.bring_main(),
        }
    }

    /// The task in hand waits: another one goes on. False if none can.
    fn next_task(&mut self) -> bool {
        if self.machine.sched.cancelled_running.remove(&self.task.id()) {
            let message = super::cancel::CANCELLED;
            let exception = self.machine.new_exception(ExceptionKind::CancelledError, message);
            self.task.cancel(exception);
            for promise in self.task.started() {
                self.machine.cancel_promise(&self.codes, promise, self.task.id());
            }
            return true;
        }
        if self.task.cancelled && self.task.grace.is_none() {
            self.machine.sched.lingering.push(self.task.id());
        }
        if let Some(dst) = self.task.dst.take() {
            self.detach(dst);
            return true;
        }
        let task = std::mem::replace(&mut self.task, Box::new(Task::nobody()));
        self.machine.shelve(&self.codes, task);
        match self.machine.next_ready() {
            Some(task) => {
                self.hand_over(task);
                true
            }
            None => false,
        }
    }

    /// The task in hand waits for the first time: its caller goes on with a promise, or waits for it.
    fn detach(&mut self, dst: crate::bytecode::Reg) {
        let mut task = self.take_starter();
        let id = task.id();
        let (is_awaited, is_spawned) = (task.is_awaited, task.is_spawned);
        // Now it is a task.
        task.is_tentative = false;
        let promise = match task.promise {
            Some(promise) => promise,
            None => {
                let mut promise = Promise::new(Producer::Task(id));
                promise.identity = Some(task.identity.clone());
                promise.started = self.task.frames.last().map(|frame| TraceEntry {
                    code: frame.code,
                    instruction: frame.pc.saturating_sub(1),
                    is_start: false,
                });
                let promise = self.machine.new_promise(promise);
                task.promise = Some(promise);
                let depth = self.task.frames.len();
                self.machine.adopt(&mut self.task, depth, promise);
                promise
            }
        };
        self.machine.shelve(&self.codes, task);
        if is_spawned {
            return;
        }
        if let Some(frame) = self.task.frames.last() {
            let at = frame.base as usize + usize::from(dst);
            self.task.grow(at + 1);
            self.task.stack[at] = Value::Promise(promise);
        }
        if is_awaited && self.task.failure.is_none() {
            let mut cx =
                Cx { codes: &self.codes, m: &mut self.machine, task: &mut self.task, host: &mut crate::vm::Silent };
            cx.block(vec![promise], Wakes::All, Some(dst));
        }
    }

    /// Takes a task in hand that can go on.
    fn hand_over(&mut self, task: Box<Task>) {
        self.task = task;
        let was_waiting = !self.task.wait.on.is_empty();
        let mut cx =
            Cx { codes: &self.codes, m: &mut self.machine, task: &mut self.task, host: &mut crate::vm::Silent };
        cx.unblock();
        if was_waiting {
            let identity = self.task.identity.clone();
            self.machine.sched.note(&self.codes, &identity, TaskEventKind::Resumed);
        }
    }

    /// Takes the program itself in hand.
    pub(in crate::vm) fn bring_main(&mut self) {
        if !self.task.is_main()
            && let Some(main) = self.machine.unshelve(TaskId(0))
        {
            self.task = main;
        }
    }

    /// Tells the host what it has to know, and asks it for what has to wait no longer.
    fn serve(&mut self, host: &mut dyn Host) {
        let sched = &mut self.machine.sched;
        if !sched.events.is_empty() {
            sched.tell(host);
        }
        for id in std::mem::take(&mut sched.dropped) {
            host.cancel(id);
        }
        for task in std::mem::take(&mut sched.lingering) {
            self.start_grace(host, task);
        }
        loop {
            let sched = &mut self.machine.sched;
            if sched.max_concurrency.is_some_and(|most| sched.at_work >= most) {
                return;
            }
            let Some((id, request)) = sched.queue.pop_front() else { return };
            sched.at_work += 1;
            if let Started::Done(result) = host.start(id, request) {
                self.answer(id, result);
            }
        }
    }

    fn start_grace(&mut self, host: &mut dyn Host, id: TaskId) {
        let task = match self.machine.sched.tasks.get_mut(&id) {
            Some(task) => &mut **task,
            None if self.task.id() == id => &mut *self.task,
            None => return,
        };
        // The program itself is ended by its owner.
        if task.grace.is_some() || task.is_main() {
            return;
        }
        let request = RequestId(self.machine.next_request);
        self.machine.next_request += 1;
        task.grace = Some(request);
        if let Started::Pending = host.start(request, Request::Sleep { seconds: GRACE }) {
            self.machine.sched.graces.insert(request, id);
        }
    }

    /// Gives the answer to a request that the program waits for. False if it does not wait for this one.
    pub fn resume(&mut self, id: RequestId, result: Answered) -> bool {
        if let Some(task) = self.machine.sched.graces.remove(&id) {
            self.machine.kill(&self.codes, task);
            return true;
        }
        self.answer(id, result)
    }

    fn answer(&mut self, id: RequestId, result: Answered) -> bool {
        let Some(asked) = self.machine.sched.asked.remove(&id) else { return false };
        self.machine.sched.at_work -= usize::from(asked.counts);
        let value = match result {
            Ok(data) => answer_value(&mut self.machine, &self.codes, &data, &asked.answer),
            Err(failure) => Err(Raise::new(failure.kind, failure.message)),
        };
        let (state, failure) = match value {
            Ok(value) => (PromiseState::Done(value), None),
            Err(raise) => {
                let exception = self.machine.exception(&raise);
                (PromiseState::Failed(exception), Some(exception))
            }
        };
        if let Some(identity) = self.machine.identity_of(asked.promise) {
            self.machine.note_end(&self.codes, &identity, failure);
        }
        self.machine.settle(asked.promise, state);
        true
    }

    /// The requests that the host has not answered, the oldest first.
    pub fn pending_requests(&self) -> Vec<RequestId> {
        let mut pending: Vec<RequestId> = self.machine.sched.pending().collect();
        pending.sort_unstable();
        pending
    }

    /// At most so many requests are given to the host at once, timers aside; the others wait their turn.
    pub fn set_max_concurrency(&mut self, most: Option<usize>) {
        self.machine.sched.max_concurrency = most.map(|most| most.max(1));
    }

    /// Raises `CancelledError` where the program stands, in all its tasks; it takes effect when the program is run again, so
    /// that their `finally` blocks run.
    pub fn cancel(&mut self) {
        self.cancelled = true;
        let exception = self.machine.new_exception(ExceptionKind::CancelledError, CANCELLED);
        if self.task.state != TaskState::Finished {
            self.task.cancelled = false;
            self.task.cancel(exception);
        }
        self.cancel_others();
    }

    fn cancel_others(&mut self) {
        let mut ids: Vec<TaskId> = self.machine.sched.tasks.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            for promise in self.machine.cancel_task(id, CANCELLED) {
                self.machine.cancel_promise(&self.codes, promise, self.task.id());
            }
        }
        for promise in self.task.started() {
            self.machine.cancel_promise(&self.codes, promise, self.task.id());
        }
    }

    /// Ends all tasks but the program itself, without running anything more.
    pub(in crate::vm) fn drop_tasks(&mut self) {
        let mut ids: Vec<TaskId> = self.machine.sched.tasks.keys().copied().collect();
        ids.sort_unstable();
        for id in ids.into_iter().filter(|id| *id != TaskId(0)) {
            self.machine.kill(&self.codes, id);
        }
        for promise in self.task.started() {
            self.machine.cancel_promise(&self.codes, promise, self.task.id());
        }
        let sched = &mut self.machine.sched;
        sched.starters.clear();
        sched.ready.clear();
        sched.woken.clear();
    }

    /// Nobody can go on, and no answer will come: those that wait for each other are told.
    fn break_deadlock(&mut self) {
        let mut line: Vec<TaskId> = Vec::new();
        let mut current = self.task.id();
        while !line.contains(&current) {
            line.push(current);
            let task = if current == self.task.id() { Some(&*self.task) } else { self.machine.task(current) };
            let next = task.and_then(|task| {
                task.wait.on.iter().find_map(|promise| match self.machine.heap.promises[*promise] {
                    Promise { state: PromiseState::Pending, producer: Producer::Task(id), .. } => Some(id),
                    _ => None,
                })
            });
            match next {
                Some(id) => current = id,
                None => break,
            }
        }
        let first = line.iter().position(|id| *id == current).unwrap_or_default();
        let circle: Vec<String> = line[first..].iter().map(|id| self.describe(*id)).collect();
        let message = match circle.as_slice() {
            [one] => format!("{one} waits for itself, so it can never go on"),
            several => {
                let rest: Vec<String> =
                    several.iter().skip(1).chain(several.first()).map(|name| format!("waits for {name}")).collect();
                let first = several.first().cloned().unwrap_or_default();
                format!("these tasks wait for each other, so none can go on: {first} {}", rest.join(", which "))
            }
        };
        let exception = self.machine.new_exception(ExceptionKind::TaskError, &message);
        let last = line.last().copied().unwrap_or_default();
        if last == self.task.id() {
            self.task.wake_with(exception);
        } else if let Some(task) = self.machine.sched.tasks.get_mut(&last) {
            task.wake_with(exception);
            self.machine.sched.ready.push_back(last);
            // The program makes room for it.
            self.task.state = TaskState::Blocked;
        }
    }

    fn describe(&self, id: TaskId) -> String {
        let task = if id == self.task.id() { Some(&*self.task) } else { self.machine.task(id) };
        let Some(task) = task else { return "a task".to_owned() };
        if task.is_main() {
            return "the program".to_owned();
        }
        let place = task.identity.call().and_then(|(code, at)| {
            let loaded = self.codes.get(code.0 as usize).filter(|loaded| !loaded.unit.internal)?;
            Some(crate::vm::position(loaded, at as usize).line)
        });
        match place {
            Some(line) => format!("{} (line {line})", task.identity.name),
            None => task.identity.name.to_string(),
        }
    }
}

/// What the exception says when the whole run is cancelled.
const CANCELLED: &str = "the run was cancelled";

impl Task {
    /// What is in hand when no task is.
    fn nobody() -> Task {
        Task { state: TaskState::Blocked, owner: Some(TaskId(u32::MAX)), ..Task::new() }
    }

    fn wake_with(&mut self, exception: Ref<Exception>) {
        // One that is on its way out was waiting for tasks below it.
        self.failure = Some(self.failure.unwrap_or(exception));
        self.state = TaskState::Ready;
        self.wait.number += 1;
        self.wait.on.clear();
        self.wait.dst = None;
    }
}

impl Machine {
    fn task(&self, id: TaskId) -> Option<&Task> {
        self.sched.tasks.get(&id).map(|task| &**task)
    }

    /// Puts a task aside, with as many registers as it uses.
    fn shelve(&mut self, codes: &[LoadedCode], mut task: Box<Task>) {
        let used = task.top(codes);
        let small: Vec<Value> = task.stack.iter().take(used).copied().collect();
        let large = std::mem::replace(&mut task.stack, small);
        task.is_small = true;
        self.sched.give_stack(large);
        self.sched.tasks.insert(task.id(), task);
    }

    fn unshelve(&mut self, id: TaskId) -> Option<Box<Task>> {
        let mut task = self.sched.tasks.remove(&id)?;
        if task.is_small {
            let used = task.stack.len();
            let mut stack = self.sched.take_stack(used);
            stack[..used].copy_from_slice(&task.stack);
            task.stack = stack;
            task.is_small = false;
        }
        Some(task)
    }

    /// The task that has been able to go on for the longest time.
    fn next_ready(&mut self) -> Option<Box<Task>> {
        for Woken { task: id, wait, failed } in std::mem::take(&mut self.sched.woken) {
            let Some(task) = self.sched.tasks.get_mut(&id) else { continue };
            if task.state != TaskState::Blocked || task.wait.number != wait {
                continue;
            }
            task.wait.left = task.wait.left.saturating_sub(1);
            if task.wait.left == 0 || (failed && task.wait.wakes != Wakes::All) {
                task.state = TaskState::Ready;
                self.sched.ready.push_back(id);
            }
        }
        while let Some(id) = self.sched.ready.pop_front() {
            if self.sched.tasks.get(&id).is_some_and(|task| task.state == TaskState::Ready) {
                return self.unshelve(id);
            }
        }
        None
    }
}
