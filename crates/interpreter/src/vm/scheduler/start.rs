//! Starting tasks and requests.

use std::sync::Arc;

use smol_str::SmolStr;

use crate::bytecode::{Given, Reg, Waits};
use crate::exception_kind::{ExceptionKind, Raise, Res, Resume};
use crate::host::{Data, Failure, Request, RequestId, Started};
use crate::limits::Limit;
use crate::objects::{Function, MethodTarget, Native, Producer, Promise, PromiseState, Record, RecordKind, TraceEntry};
use crate::value::{Ref, Value};
use crate::vm::answer_value;
use crate::vm::call::{Args, Flow};
use crate::vm::execute::{Cx, Exit};
use crate::vm::machine::{Answer, Frame, OnReturn, Task};
use crate::vm_builtins;

use super::wait::Wakes;
use super::{Asked, Identity, Scope};

/// How deep values are looked into that hold functions.
const MOST_NESTED: usize = 4;

/// What a call comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::vm) enum Starts {
    /// A frame on top of the caller's.
    Call,
    Task,
    /// A task, but nobody notices unless it waits.
    Perhaps,
}

impl Cx<'_> {
    /// Does the caller wait for the task that its call starts, rather than going on with a promise? It does for a call that
    /// is a statement.
    pub(super) fn caller_waits(&self) -> bool {
        let frames = &self.task.frames;
        // The frame on top wants to return: the call stands in the one below.
        let Some(frame) = frames.len().checked_sub(2).and_then(|index| frames.get(index)) else { return false };
        self.is_bare(frame)
    }

    /// Is the running function the one that a task of `spawn` consists of? What it calls is the task.
    pub(in crate::vm) fn is_run_by_spawn(&self) -> bool {
        self.task.is_spawned && self.task.frames.len() == 1
    }

    fn is_bare(&self, frame: &Frame) -> bool {
        let code = &self.codes[frame.code.0 as usize].code;
        code.bare.binary_search(&frame.pc.saturating_sub(1)).is_ok()
    }

    fn is_bare_call(&self) -> bool {
        self.task.frames.last().is_some_and(|frame| self.is_bare(frame))
    }

    /// What a call of a function starts that may wait.
    pub(in crate::vm) fn starts(&self, function: Ref<Function>, args: Args<'_>) -> Starts {
        let loaded = &self.codes[self.m.heap.functions[function].code.0 as usize];
        if self.is_run_by_spawn() {
            return Starts::Call;
        }
        if loaded.is_task {
            return Starts::Task;
        }
        match &loaded.code.effects.waits {
            Waits::Unknown => Starts::Perhaps,
            Waits::Given(given) if given.iter().any(|it| self.is_given_task(function, *it, args)) => Starts::Task,
            Waits::Given(_) | Waits::No | Waits::Yes => Starts::Call,
        }
    }

    /// Is what a function has been given, or something in it, a function whose calls start tasks?
    fn is_given_task(&self, function: Ref<Function>, given: Given, args: Args<'_>) -> bool {
        match given {
            Given::Register(register) => {
                let passed = &self.task.stack[args.at..args.at + args.count];
                match passed.get(usize::from(register)).filter(|_| usize::from(register) < args.positional()) {
                    Some(value) => self.has_task(*value, MOST_NESTED),
                    // It has a name, or is one of many.
                    None => passed.iter().any(|value| self.has_task(*value, MOST_NESTED)),
                }
            }
            Given::Capture(_) => self.is_captured_task(function, given, MOST_NESTED),
        }
    }

    fn is_captured_task(&self, function: Ref<Function>, given: Given, depth: usize) -> bool {
        let Given::Capture(capture) = given else { return false };
        let cell = self.m.heap.functions[function].captures.get(usize::from(capture));
        cell.is_some_and(|cell| self.has_task(self.m.heap.cells[*cell].value, depth))
    }

    /// Does calling a value, or something in it, start a task?
    fn has_task(&self, value: Value, depth: usize) -> bool {
        let heap = &self.m.heap;
        let Some(depth) = depth.checked_sub(1) else { return false };
        match value {
            Value::List(list) => heap.lists[list].items.iter().any(|item| self.has_task(*item, depth)),
            Value::Tuple(tuple) => heap.tuples[tuple].items().iter().any(|item| self.has_task(*item, depth)),
            Value::Dict(dict) => heap.dicts[dict].table.iter().any(|entry| self.has_task(entry.value, depth)),
            value => self.is_task_within(value, depth),
        }
    }

    /// A call may start a task: waits for what has to be done before it.
    ///
    /// # Errors
    /// The wish to wait.
    pub(in crate::vm) fn order_call(&mut self, function: Ref<Function>, args: Args<'_>) -> Res<()> {
        if self.m.sched.is_idle() {
            return Ok(());
        }
        let receiver = self.shared_receiver(function, self.task.stack[args.at..args.at + args.count].first());
        let before = self.before_point().or_else(|| self.before_method(receiver?, self.together()));
        match before {
            Some(promise) => Err(Raise::resume_after(Resume::Wait(promise))),
            None => Ok(()),
        }
    }

    /// Makes a task of a function whose arguments stand in the first of its registers, from `at` on. It runs when the loop of
    /// instructions is left.
    pub(in crate::vm) fn start_task(
        &mut self,
        function: Ref<Function>,
        at: usize,
        bound: usize,
        dst: Reg,
        starts: Starts,
    ) -> Res<Flow> {
        let name = SmolStr::new(self.m.heap.str(self.m.heap.functions[function].name));
        let is_tentative = starts == Starts::Perhaps;
        let task = self.start_named(name, function, (at, bound), dst, is_tentative)?;
        Ok(Flow::Exit(Exit::Start(task)))
    }

    pub(super) fn start_named(
        &mut self,
        name: SmolStr,
        function: Ref<Function>,
        (at, bound): (usize, usize),
        dst: Reg,
        is_tentative: bool,
    ) -> Res<Box<Task>> {
        let object = &self.m.heap.functions[function];
        let (code, module) = (object.code, object.module);
        let loaded = &self.codes[code.0 as usize];
        let receiver = self.shared_receiver(function, self.task.stack[at..at + bound].first());
        let below = self.task.below + self.task.frames.len();
        if below >= self.m.limits.depth {
            return Err(Raise::limit(
                Limit::Depth,
                format!("maximum recursion depth of {} calls exceeded", self.m.limits.depth),
            ));
        }
        let end = usize::from(loaded.code.registers).max(bound);
        let mut stack = self.m.sched.take_stack(end);
        stack[..bound].copy_from_slice(&self.task.stack[at..at + bound]);
        // Registers hold what the task before has left there.
        stack[bound..end].fill(Value::Unset);
        if receiver.is_some() {
            // What instructions have learned of fields lets them go past the order.
            self.m.types_version += u32::from(self.m.sched.methods == 0);
            self.m.sched.methods += 1;
        }
        let frame = Frame::new(code, 0, OnReturn::Join, Some(function), module);
        let task = Task {
            frames: vec![frame],
            stack,
            identity: self.new_identity(name, is_tentative),
            owner: Some(self.task.identity.id),
            dst: Some(dst),
            below,
            handled: self.active_exception(),
            is_awaited: loaded.code.effects.is_sync || self.is_bare_call(),
            scopes: vec![Scope::new(1, OnReturn::Discard)],
            is_tentative,
            receiver,
            together: self.together(),
            ..Task::new()
        };
        Ok(Box::new(task))
    }

    fn new_identity(&mut self, name: SmolStr, is_tentative: bool) -> Arc<Identity> {
        let id = self.m.sched.next_id();
        let task = &mut *self.task;
        let identity = task.children.next(self.codes, &task.identity, id, name, &task.frames);
        if !is_tentative {
            self.m.sched.note_start(self.codes, &identity);
        }
        identity
    }

    /// Where the running task stands.
    fn here(&self) -> Option<TraceEntry> {
        let frame = self.task.frames.last()?;
        Some(TraceEntry { code: frame.code, instruction: frame.pc.saturating_sub(1), is_start: false })
    }

    /// Starts a task for any call, with a handle that the caller goes on with.
    pub(crate) fn spawn(&mut self, callee: Value, args: Value, named: Value, on_return: OnReturn) -> Res<Flow> {
        let Some(Value::Function(run)) = self.m.builtin("__run_task__") else {
            return Err(Raise::new(ExceptionKind::RuntimeError, "tasks cannot be started here"));
        };
        let OnReturn::Store(dst) = on_return else {
            return Err(Raise::new(
                ExceptionKind::RuntimeError,
                "a task cannot be started by a method of the data model",
            ));
        };
        let at = self.task.top(self.codes) + 1;
        self.task.grow(at + 3);
        self.task.stack[at..at + 3].copy_from_slice(&[callee, args, named]);
        let name = self.name_of(callee);
        let mut task = self.start_named(name, run, (at, 3), dst, false)?;
        let promise = Promise::new(Producer::Task(task.id()));
        let promise = Promise { identity: Some(task.identity.clone()), started: self.here(), ..promise };
        let promise = self.m.new_promise(promise);
        task.promise = Some(promise);
        task.is_spawned = true;
        task.is_awaited = false;
        let depth = self.task.frames.len();
        self.m.adopt(self.task, depth, promise);
        let handle = self.m.heap.new_native(Native::Task(promise));
        self.put(dst, handle);
        Ok(Flow::Exit(Exit::Start(task)))
    }

    /// What a callable is called in traces.
    pub(super) fn name_of(&self, callee: Value) -> SmolStr {
        let heap = &self.m.heap;
        SmolStr::new(match callee {
            Value::Function(function) => heap.str(heap.functions[function].name),
            Value::BoundMethod(method) => heap.str(heap.bound_methods[method].name),
            Value::Builtin(id) => id.row().name,
            Value::Pipeline(pipeline) => heap.pipelines[pipeline].name.map_or("pipeline", |name| heap.str(name)),
            Value::RecordType(ty) => heap.str(heap.record_types[ty].name),
            Value::Record(record) => heap.str(heap.record_types[heap.records[record].ty].name),
            _ => "call",
        })
    }

    /// What a call of a workflow record runs, unless it has a call of its own.
    pub(in crate::vm) fn pipeline_of(&self, record: Ref<Record>) -> Option<Value> {
        let heap = &self.m.heap;
        let ty = &heap.record_types[heap.records[record].ty];
        if ty.kind != RecordKind::Workflow {
            return None;
        }
        let Value::Function(call) = *ty.methods.get(&heap.find_interned("__call__")?)? else { return None };
        let is_library = self.codes[heap.functions[call].code.0 as usize].unit.internal;
        let pipeline = ty.field(heap.find_interned("pipeline")?)?;
        is_library.then(|| heap.records[record].fields[pipeline])
    }

    /// Does a call of the value start a task?
    pub(crate) fn is_task(&self, callee: Value) -> bool {
        self.is_task_within(callee, MOST_NESTED)
    }

    fn is_task_within(&self, callee: Value, depth: usize) -> bool {
        let heap = &self.m.heap;
        match callee {
            Value::Function(function) => {
                let loaded = &self.codes[heap.functions[function].code.0 as usize];
                let is_given = match &loaded.code.effects.waits {
                    Waits::Unknown => true,
                    Waits::Given(given) => given.iter().any(|it| self.is_captured_task(function, *it, depth)),
                    Waits::No | Waits::Yes => false,
                };
                loaded.is_task || loaded.may_be_task && is_given
            }
            Value::Builtin(id) => match id.row().run {
                crate::builtins::Implementation::Vm(which) => vm_builtins::waits(which),
                crate::builtins::Implementation::Pure(_) => false,
            },
            Value::BoundMethod(method) => match heap.bound_methods[method].target {
                MethodTarget::Callable(callee @ Value::Function(_)) => self.is_task_within(callee, depth),
                _ => false,
            },
            Value::Record(record) => {
                let inner = self.pipeline_of(record).zip(depth.checked_sub(1));
                inner.is_some_and(|(pipeline, depth)| self.is_task_within(pipeline, depth))
            }
            // A pipeline may hold itself only through a function.
            Value::Pipeline(pipeline) => heap.pipelines[pipeline].stages.iter().any(|stage| match *stage {
                Value::List(list) => heap.lists[list].items.iter().any(|item| self.is_task_within(*item, depth)),
                stage => self.is_task_within(stage, depth),
            }),
            _ => false,
        }
    }

    /// Starts a request of the running task. Unless the host answers at once, the program goes on with a promise.
    pub(crate) fn request(&mut self, request: Request, answer: Answer, on_return: OnReturn) -> Res<Flow> {
        if !self.m.sched.is_idle()
            && let Some(promise) = self.before_point()
        {
            return Err(Raise::resume_after(Resume::Wait(promise)));
        }
        let name = request.name();
        let promise = match self.start_request(request, answer, name)? {
            Begun::Done(value) => return Ok(Flow::Value(value)),
            Begun::Failed(raise, None) => return Err(raise),
            Begun::Failed(raise, Some(_)) if self.is_bare_call() => return Err(raise),
            Begun::Failed(_, Some(promise)) | Begun::Pending(promise) => promise,
        };
        match on_return {
            OnReturn::Store(_) if !self.is_bare_call() => Ok(Flow::Value(Value::Promise(promise))),
            OnReturn::Store(dst) | OnReturn::StoreModule(dst) | OnReturn::Operator(dst) | OnReturn::Comparison(dst) => {
                self.block(vec![promise], Wakes::All, Some(dst));
                Ok(Flow::Exit(Exit::Waiting))
            }
            OnReturn::Discard | OnReturn::Answer | OnReturn::Join => {
                self.block(vec![promise], Wakes::All, Some(0));
                Ok(Flow::Exit(Exit::Waiting))
            }
        }
    }

    /// A timer as a promise.
    pub(crate) fn timer(&mut self, seconds: f64) -> Res<Value> {
        match self.start_request(Request::Sleep { seconds }, Answer::AsIs, "timer")? {
            Begun::Done(_) => {
                let mut promise = Promise::new(Producer::Request(RequestId(u64::MAX)));
                promise.state = PromiseState::Done(Value::None);
                Ok(Value::Promise(self.m.new_promise(promise)))
            }
            Begun::Failed(_, Some(promise)) | Begun::Pending(promise) => Ok(Value::Promise(promise)),
            Begun::Failed(raise, None) => Err(raise),
        }
    }

    fn start_request(&mut self, request: Request, answer: Answer, name: &'static str) -> Res<Begun> {
        let id = RequestId(self.m.next_request);
        self.m.next_request += 1;
        let counts = !matches!(request, Request::Sleep { .. });
        let has_place = !counts || self.m.sched.max_concurrency.is_none_or(|most| self.m.sched.at_work < most);
        let started = if has_place {
            self.m.sched.tell(self.host);
            self.host.start(id, request)
        } else {
            self.m.sched.queue.push_back((id, request));
            Started::Pending
        };
        let is_tracing = self.m.sched.is_tracing;
        let done = match started {
            Started::Done(Ok(data)) => {
                if is_tracing {
                    let identity = self.new_identity(SmolStr::new_static(name), false);
                    self.m.note_end(self.codes, &identity, None);
                }
                return answer_value(self.m, self.codes, &data, &answer).map(Begun::Done);
            }
            Started::Done(Err(failure)) => Some(failure),
            Started::Pending => None,
        };
        let identity = self.new_identity(SmolStr::new_static(name), false);
        self.m.sched.note_request(id);
        let mut promise = Promise::new(Producer::Request(id));
        promise.identity = Some(identity.clone());
        promise.started = self.here();
        let promise = self.m.new_promise(promise);
        let depth = self.task.frames.len();
        if let Some(Failure { kind, message }) = done {
            let raise = Raise::new(kind, message);
            let exception = self.m.exception(&raise);
            self.m.note_end(self.codes, &identity, Some(exception));
            self.m.settle(promise, PromiseState::Failed(exception));
            if self.is_bare_call() {
                return Ok(Begun::Failed(raise, None));
            }
            self.m.adopt(self.task, depth, promise);
            return Ok(Begun::Failed(raise, Some(promise)));
        }
        self.m.sched.at_work += usize::from(counts && has_place);
        self.m.sched.asked.insert(id, Asked { promise, answer, counts });
        self.m.adopt(self.task, depth, promise);
        Ok(Begun::Pending(promise))
    }
}

/// What became of a request when it was started.
enum Begun {
    Done(Value),
    /// A promise unless the failure has to be raised at once.
    Failed(Raise, Option<Ref<Promise>>),
    Pending(Ref<Promise>),
}

/// The answer to a request as what the program sees.
pub(super) type Answered = Result<Data, Failure>;
