//! The state that running code works on: the heap, the frames of a task, and what all tasks of a run share.

use std::cell::Cell;
use std::sync::Arc;

use danaide_analysis::library::LibraryFile;
use rustc_hash::FxHashMap;

use crate::bytecode::{Code, CodeId, CodeModule, Constant, Reg, Scope as Scoped, Waits};
use crate::exception_kind::Raise;
use crate::heap::{Heap, Marker};
use crate::host::{LogLevel, RequestId};
use crate::limits::{Limit, Limits};
use crate::methods::{self, Method};
use crate::objects::{Exception, Function, Module, Promise, Record, RecordType, Str};
use crate::ops::protocol::{Answer as Answered, Question};
use crate::value::{Ref, TypeTag, Value};

use super::scheduler::{Children, Identity, Scheduler, Scope, TaskId, Wait};

/// The code of a function, ready to run in one VM.
pub(crate) struct LoadedCode {
    pub code: Arc<Code>,
    pub unit: Arc<CodeModule>,
    pub constants: Box<[Value]>,
    /// What code indices of the unit are counted from.
    pub unit_base: u32,
    /// As [`Code::registers`].
    pub registers: usize,
    /// How many arguments a call has that needs no matching: plain parameters only. `u32::MAX` if there are others.
    pub plain_arguments: u32,
    /// The names of keyword arguments, for each shape of a call.
    pub keywords: Box<[Box<[Ref<Str>]>]>,
    /// A call starts a task.
    pub is_task: bool,
    /// It may, depending on what it calls, if there is something in the program that waits.
    pub may_be_task: bool,
    /// One for each instruction.
    pub sites: Box<[Site]>,
}

impl LoadedCode {
    /// `may_wait`: is there something in the program that waits?
    pub(crate) fn new(
        code: Arc<Code>,
        unit: Arc<CodeModule>,
        constants: Box<[Value]>,
        unit_base: u32,
        may_wait: bool,
    ) -> LoadedCode {
        let is_task = code.effects.waits == Waits::Yes || code.effects.is_sync;
        let may_be_task = may_wait && matches!(code.effects.waits, Waits::Unknown | Waits::Given(_));
        let name = |constant: &u32| match constants.get(*constant as usize) {
            Some(Value::Str(name)) => Some(*name),
            _ => None,
        };
        let keywords = code.shapes.iter().map(|shape| shape.keywords.iter().filter_map(name).collect()).collect();
        let sites = code.ops.iter().map(|_| Site::default()).collect();
        let mut loaded = LoadedCode {
            registers: usize::from(code.registers),
            code,
            unit,
            constants,
            unit_base,
            plain_arguments: u32::MAX,
            keywords,
            is_task,
            may_be_task,
            sites,
        };
        loaded.count_plain();
        loaded
    }

    /// From now on something in the program may wait.
    pub(crate) fn mind_tasks(&mut self) {
        self.may_be_task = matches!(self.code.effects.waits, Waits::Unknown | Waits::Given(_));
        self.count_plain();
    }

    fn count_plain(&mut self) {
        let params = &self.code.params;
        let is_plain =
            params.names.len() == usize::from(params.positional) && params.rest.is_none() && params.named.is_none();
        // Calls that start tasks go the longer way.
        let is_call = is_plain && !self.is_task && !self.may_be_task;
        self.plain_arguments = if is_call { u32::from(params.positional) } else { u32::MAX };
    }
}

/// What an instruction has learned of the record type that it met last: an inline cache.
///
/// What it knows holds for one version of the record types: when a type or a method is defined, all is forgotten.
#[derive(Debug, Default)]
pub(crate) struct Site {
    ty: Cell<u32>,
    /// Zero while nothing is known.
    version: Cell<u32>,
    known: Cell<u32>,
}

impl Site {
    /// What is known if the instruction meets this type again: the index of a field or of a function.
    #[inline(always)]
    pub(crate) fn known(&self, ty: Ref<RecordType>, version: u32) -> Option<u32> {
        (self.ty.get() == ty.index() && self.version.get() == version).then(|| self.known.get())
    }

    /// As [`Site::known`] for a builtin type.
    #[inline(always)]
    pub(crate) fn known_of_builtin(&self, tag: TypeTag, version: u32) -> Option<u32> {
        (self.ty.get() == Site::builtin(tag) && self.version.get() == version).then(|| self.known.get())
    }

    pub(crate) fn learn_of_builtin(&self, tag: TypeTag, version: u32, known: u32) {
        self.ty.set(Site::builtin(tag));
        self.version.set(version);
        self.known.set(known);
    }

    /// As [`Site::known`] for a module: the slot of the name.
    #[inline(always)]
    pub(crate) fn known_of_module(&self, module: Ref<Module>) -> Option<usize> {
        (self.ty.get() == Site::module(module) && self.version.get() != 0).then(|| self.known.get() as usize)
    }

    /// The slot of a name in a module stays where it is.
    pub(crate) fn learn_of_module(&self, module: Ref<Module>, version: u32, slot: u32) {
        self.ty.set(Site::module(module));
        self.version.set(version);
        self.known.set(slot);
    }

    /// A number that neither a record type nor a builtin type has: there are never so many of each.
    fn module(module: Ref<Module>) -> u32 {
        (u32::MAX / 2).wrapping_add(module.index())
    }

    /// A number that no record type has: there are never so many of them.
    fn builtin(tag: TypeTag) -> u32 {
        u32::MAX - tag as u32
    }

    pub(crate) fn learn(&self, ty: Ref<RecordType>, version: u32, known: u32) {
        self.ty.set(ty.index());
        self.version.set(version);
        self.known.set(known);
    }
}

/// What becomes of the value that a frame returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnReturn {
    /// It goes to a register of the frame below.
    Store(Reg),
    Discard,
    /// The module whose body this was goes to a register of the frame below.
    StoreModule(Reg),
    /// The frame has started tasks: what becomes of its value, and of them, stands in [`Task::scopes`].
    Join,
    /// It answers what the instruction of the frame below has asked, which is then carried out again.
    Answer,
    /// The result of an operator's method goes to a register, unless it is `NotImplemented`, which is an answer.
    Operator(Reg),
    /// The same for a comparison, where only a truth value is the result.
    Comparison(Reg),
}

/// An activation of a function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub code: CodeId,
    /// The next instruction.
    pub pc: u32,
    /// Where the frame's registers start in the stack.
    pub base: u32,
    pub on_return: OnReturn,
    /// None for the body of a module.
    pub function: Option<Ref<Function>>,
    pub module: Ref<Module>,
    /// Which of the frames below is the nearest that handles an exception, or one of the two numbers that no frame has.
    pub handled_below: u32,
}

/// No frame below handles an exception.
pub(crate) const BELOW_NOBODY: u32 = u32::MAX;
/// Nobody has looked yet which frame below handles an exception.
pub(crate) const BELOW_NOT_LOOKED: u32 = u32::MAX - 1;

impl Frame {
    /// A frame at the start of its code.
    #[inline(always)]
    pub(crate) fn new(
        code: CodeId,
        base: u32,
        on_return: OnReturn,
        function: Option<Ref<Function>>,
        module: Ref<Module>,
    ) -> Frame {
        Frame { code, pc: 0, base, on_return, function, module, handled_below: BELOW_NOT_LOOKED }
    }
}

/// How the result of a request becomes a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    AsIs,
    /// The text of a language model, converted to the type that the program expects.
    Typed {
        code: CodeId,
        ty: u32,
        /// Where the types that the annotation names are looked up.
        module: Ref<Module>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskState {
    Ready,
    /// It waits for others, see [`Task::wait`].
    Blocked,
    Finished,
}

/// One line of execution: its frames and registers.
pub(crate) struct Task {
    pub frames: Vec<Frame>,
    pub stack: Vec<Value>,
    /// The stack has only the registers in use: the task is put aside.
    pub is_small: bool,
    pub state: TaskState,
    /// The exception that ends the task, or that is to be raised when it goes on.
    pub failure: Option<Ref<Exception>>,
    /// The exception that was being handled where it was started.
    pub handled: Option<Ref<Exception>>,
    pub result: Value,
    /// Instructions that wait for an answer, the outermost first.
    pub asking: Vec<Asking>,
    pub replay: Replay,
    pub identity: Arc<Identity>,
    pub children: Children,
    /// The task whose call started it. None for the program itself.
    pub owner: Option<TaskId>,
    /// Where its caller takes the value, until the caller has gone on.
    pub dst: Option<Reg>,
    /// How many calls were inside each other where it was started.
    pub below: usize,
    /// What its caller goes on with, once it has.
    pub promise: Option<Ref<Promise>>,
    /// The frames that have started tasks, the outermost first.
    pub scopes: Vec<Scope>,
    pub wait: Wait,
    /// The top frame is in the traceback of `failure` already.
    pub recorded: bool,
    /// It was told to end.
    pub cancelled: bool,
    /// The timer that ends its cleaning up.
    pub grace: Option<RequestId>,
    /// Its caller has a handle.
    pub is_spawned: bool,
    /// Its caller waits for it.
    pub is_awaited: bool,
    /// Whether it is a task at all shows when it waits for the first time.
    pub is_tentative: bool,
    /// The record whose method it is, and whether it changes its fields.
    pub receiver: Option<(Ref<Record>, bool)>,
    /// The call of its caller that starts it together with others, without order among them.
    pub together: Option<Together>,
}

/// A call, such as one of `gather`, that starts several tasks together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Together {
    /// How many frames there are where it stands.
    pub depth: u32,
    /// The place in the text.
    pub place: u32,
}

/// An instruction that has asked the program, and will be carried out again.
#[derive(Debug)]
pub(crate) struct Asking {
    /// How many frames there are while it runs.
    depth: usize,
    /// What is asked: one question, or several that a list answers.
    questions: Vec<Question>,
    /// The answers so far.
    answers: Vec<Answered>,
}

/// Whether an instruction is being carried out again, with answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replay {
    No,
    /// The next instruction is.
    Next,
    /// The one that ran just now was.
    Done,
}

impl Task {
    pub(crate) fn new() -> Task {
        Task {
            frames: Vec::new(),
            stack: Vec::new(),
            is_small: false,
            state: TaskState::Ready,
            failure: None,
            handled: None,
            result: Value::None,
            asking: Vec::new(),
            replay: Replay::No,
            identity: Identity::main(),
            children: Children::default(),
            owner: None,
            dst: None,
            below: 0,
            promise: None,
            scopes: Vec::new(),
            wait: Wait::default(),
            recorded: false,
            cancelled: false,
            grace: None,
            is_spawned: false,
            is_awaited: false,
            is_tentative: false,
            receiver: None,
            together: None,
        }
    }

    /// Whether it is the program itself, or a function that the program's owner has called.
    pub(crate) fn is_main(&self) -> bool {
        self.owner.is_none()
    }

    pub(crate) fn trace(&self, codes: &[LoadedCode], marker: &mut Marker) {
        for frame in &self.frames {
            marker.value(Value::Module(frame.module));
            if let Some(function) = frame.function {
                marker.value(Value::Function(function));
            }
            if let OnReturn::StoreModule(_) = frame.on_return {
                marker.value(Value::Module(frame.module));
            }
        }
        marker.values(&self.stack[..self.reach(codes)]);
        for exception in self.failure.iter().chain(&self.handled) {
            marker.value(Value::Exception(*exception));
        }
        marker.value(self.result);
        for asking in &self.asking {
            asking.answers.iter().for_each(|answer| marker.value(answer.value));
        }
        self.wait.trace(marker);
        self.promise.iter().for_each(|promise| marker.object(*promise));
        self.scopes.iter().for_each(|scope| scope.trace(marker));
        self.receiver.iter().for_each(|(receiver, _)| marker.object(*receiver));
    }

    /// Puts the answers that an instruction has so far aside, while code of the program finds the next one.
    pub(crate) fn ask(&mut self, questions: Vec<Question>, answers: Vec<Answered>) {
        let depth = self.frames.len();
        self.replay = Replay::No;
        // Those that an exception has ended.
        while self.asking.pop_if(|asking| asking.depth >= depth).is_some() {}
        self.asking.push(Asking { depth, questions, answers });
    }

    /// The answers of the instruction in the top frame, which is to be carried out again. `question` is what it has
    /// asked, if that was not by [`Task::ask`].
    pub(crate) fn answered(&mut self, answer: Value, question: Option<Question>, heap: &Heap) -> Vec<Answered> {
        let depth = self.frames.len();
        while self.asking.pop_if(|asking| asking.depth > depth).is_some() {}
        self.replay = Replay::Next;
        if let Some(question) = question {
            return vec![question.answer(answer)];
        }
        let Some(Asking { questions, mut answers, .. }) = self.asking.pop_if(|asking| asking.depth == depth) else {
            return Vec::new();
        };
        match (questions.as_slice(), answer) {
            ([question], answer) => answers.push(question.answer(answer)),
            (several, Value::List(list)) => {
                let values = several.iter().zip(&heap.lists[list].items);
                answers.extend(values.map(|(question, value)| question.answer(*value)));
            }
            _ => {}
        }
        answers
    }

    /// Makes sure that the stack reaches to `end`. It never shrinks while frames run: the registers of a caller lie
    /// beyond the window of what it calls.
    pub(crate) fn grow(&mut self, end: usize) {
        if self.stack.len() < end {
            self.stack.resize(end, Value::Unset);
        }
    }

    /// Whether the body of the module is still running.
    pub(crate) fn is_loading(&self, module: Ref<Module>) -> bool {
        self.frames.iter().any(|frame| frame.module == module && frame.function.is_none())
    }

    /// Where the registers of all frames end. Those of a caller may lie beyond those of what it calls.
    fn reach(&self, codes: &[LoadedCode]) -> usize {
        let end = |frame: &Frame| frame.base as usize + codes[frame.code.0 as usize].registers;
        self.frames.iter().map(end).max().unwrap_or_default().min(self.stack.len())
    }

    /// Forgets what calls have left beyond the registers of all frames: it is about to be freed.
    pub(crate) fn forget_beyond(&mut self, codes: &[LoadedCode]) {
        const KEPT: usize = 1 << 12;
        let reach = self.reach(codes);
        self.stack.truncate(reach + KEPT);
        self.stack[reach..].fill(Value::Unset);
    }

    /// Where the registers of the next frame start.
    pub(crate) fn top(&self, codes: &[LoadedCode]) -> usize {
        self.frames
            .last()
            .map_or(0, |frame| frame.base as usize + usize::from(codes[frame.code.0 as usize].code.registers))
    }
}

/// Names that the VM itself looks up.
pub(crate) struct KnownNames {
    pub enter_context: Ref<Str>,
    pub exit_context: Ref<Str>,
    pub dunder_name: Ref<Str>,
    pub main: Ref<Str>,
    pub exports: Ref<Str>,
    pub doc: Ref<Str>,
}

/// What all tasks of a run share.
pub(crate) struct Machine {
    pub heap: Heap,
    pub limits: Limits,
    /// Steps taken by the code of the whole run.
    pub steps: u64,
    /// Bytes of output so far.
    pub output: usize,
    pub log_level: LogLevel,
    pub next_request: u64,
    /// The modules loaded so far, by path.
    pub modules: FxHashMap<String, Ref<Module>>,
    pub scopes: [FxHashMap<Ref<Str>, Value>; 3],
    /// Methods that programs have added to builtin types.
    pub extensions: FxHashMap<(TypeTag, Ref<Str>), Value>,
    /// What the library implements in Dana, by the path of the file: the internal one, and those that the program names.
    pub library: FxHashMap<&'static str, Ref<Module>>,
    pub names: KnownNames,
    /// The type that the next call's result will be converted to.
    pub expected: Option<(CodeId, u32)>,
    /// The same for what a method of an agent asks: how many frames there are then, and the module of its caller.
    pub expected_of_agent: Option<(usize, CodeId, u32, Ref<Module>)>,
    /// Methods of builtin types by interned name, as calls have found them.
    pub methods: FxHashMap<(TypeTag, Ref<Str>), &'static Method>,
    /// Counts the definitions of record types and methods; see [`Site`].
    pub types_version: u32,
    /// The model that `set_model` chose.
    pub model: Option<String>,
    /// The random generator of the run, once it was asked for.
    pub random: Option<Value>,
    /// Something in the program may wait.
    pub may_wait: bool,
    /// The tasks that are not running.
    pub sched: Scheduler,
}

impl Machine {
    pub(crate) fn new(limits: Limits) -> Machine {
        let mut heap = Heap::new();
        heap.set_limit(limits.memory);
        let names = KnownNames {
            enter_context: heap.intern("enter_context"),
            exit_context: heap.intern("exit_context"),
            dunder_name: heap.intern("__name__"),
            main: heap.intern("__main__"),
            exports: heap.intern("__exports__"),
            doc: heap.intern("__doc__"),
        };
        Machine {
            heap,
            limits,
            steps: 0,
            output: 0,
            log_level: LogLevel::Warning,
            next_request: 0,
            modules: FxHashMap::default(),
            scopes: Default::default(),
            extensions: FxHashMap::default(),
            library: FxHashMap::default(),
            names,
            expected: None,
            expected_of_agent: None,
            methods: FxHashMap::default(),
            types_version: 1,
            model: None,
            random: None,
            may_wait: false,
            sched: Scheduler::default(),
        }
    }

    /// Takes a module that failed out of its package.
    pub(crate) fn forget_member(&mut self, module: Ref<Module>) {
        for package in self.modules.values() {
            for slot in &mut self.heap.modules[*package].slots {
                if matches!(slot, Value::Module(member) if *member == module) {
                    *slot = Value::Unset;
                }
            }
        }
    }

    /// Steps of the program, and what the interpreter's own work counts as.
    pub(crate) fn all_steps(&self) -> u64 {
        self.steps.saturating_add(self.heap.meter().steps())
    }

    /// The method of a builtin type; `name` is interned, so it stays what it is.
    #[inline]
    pub(crate) fn native_method(&mut self, tag: TypeTag, name: Ref<Str>) -> Option<&'static Method> {
        if let Some(&method) = self.methods.get(&(tag, name)) {
            return Some(method);
        }
        let method = methods::lookup(tag, self.heap.str(name))?;
        self.methods.insert((tag, name), method);
        Some(method)
    }

    pub(crate) fn scope(&mut self, scope: Scoped) -> &mut FxHashMap<Ref<Str>, Value> {
        &mut self.scopes[scope as usize]
    }

    /// Frees what cannot be reached any more.
    pub(crate) fn collect(&mut self, codes: &[LoadedCode], task: &mut Task) {
        task.forget_beyond(codes);
        self.sched.forget_beyond(codes);
        let Machine { heap, modules, scopes, extensions, library, random, sched, .. } = self;
        heap.collect(|marker| {
            task.trace(codes, marker);
            sched.trace(codes, marker);
            marker.values(random.as_slice());
            for code in codes {
                marker.values(&code.constants);
            }
            for &module in modules.values().chain(library.values()) {
                marker.value(Value::Module(module));
            }
            for (&name, &value) in scopes.iter().flatten() {
                marker.value(Value::Str(name));
                marker.value(value);
            }
            for (&(_, name), &value) in extensions.iter() {
                marker.value(Value::Str(name));
                marker.value(value);
            }
        });
    }

    /// The exception object of an error.
    pub(crate) fn exception(&mut self, raise: &Raise) -> Ref<Exception> {
        let args = match raise.arguments() {
            Some(values) => values.to_vec(),
            None if raise.message().is_empty() => Vec::new(),
            None => vec![self.heap.new_str(raise.message())],
        };
        let exception =
            Exception { limit: raise.passed(), about: raise.lacking(), ..Exception::new(raise.kind(), args) };
        self.heap.alloc(exception)
    }

    /// Counts text that goes to the host.
    pub(crate) fn count_output(&mut self, bytes: usize) -> Result<(), Raise> {
        self.output = self.output.saturating_add(bytes);
        if self.output > self.limits.output {
            return Err(Raise::limit(
                Limit::Output,
                format!("the program printed more than its output limit of {} bytes", self.limits.output),
            ));
        }
        Ok(())
    }

    /// The constants of a code as values.
    pub(crate) fn constants(&mut self, code: &Code) -> Box<[Value]> {
        code.constants
            .iter()
            .map(|constant| match constant {
                Constant::Int(value) => Value::Int(*value),
                Constant::BigInt(value) => self.heap.new_int(value.clone()),
                Constant::Float(value) => Value::float(*value),
                Constant::Str(text) => Value::Str(self.heap.intern(text)),
                Constant::Bytes(bytes) => self.heap.new_bytes(bytes.clone()),
                Constant::Builtin(name) => self.builtin(name).unwrap_or(Value::Unset),
            })
            .collect()
    }

    /// A builtin by name: one that the library implements in Dana, or one of the table.
    pub(crate) fn builtin(&mut self, name: &str) -> Option<Value> {
        let path = match LibraryFile::implementing(name) {
            Some(file) => file.path,
            None if name.starts_with("__") => crate::prelude::INTERNAL,
            // Old programs name levels of the log as Python's module does: `log.setLevel(INFO)`.
            None if matches!(name, "DEBUG" | "INFO" | "WARN" | "WARNING" | "ERROR" | "CRITICAL") => {
                return Some(Value::Str(self.heap.intern(name)));
            }
            None => return crate::builtins::lookup(name),
        };
        let interned = self.heap.intern(name);
        let found = self.library.get(path).and_then(|&module| self.heap.modules[module].get(interned));
        found.or_else(|| crate::builtins::lookup(name))
    }
}
