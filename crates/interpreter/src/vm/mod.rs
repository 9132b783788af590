//! The virtual machine: runs compiled modules, a task at a time, and stops wherever its owner wants.

mod answers;
mod asking;
mod attributes;
mod call;
mod coerce;
mod context;
mod convert;
mod embed;
mod exceptions;
mod execute;
mod import;
mod inspect;
mod last_words;
mod machine;
mod pipe;
mod records;
mod stops;
mod unwind;
mod values;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use danaide_analysis::library::LibraryFile;

use crate::bytecode::{CodeId, CodeModule};
use crate::exception_kind::{ExceptionKind, Raise};
use crate::host::{Data, Failure, Host, LogLevel, Request, RequestId, Started};
use crate::limits::Limits;
use crate::loader::Loader;
use crate::meter::steps_passed;
use crate::objects::{Exception, Module};
use crate::report::Report;
use crate::value::{Ref, Value};

use self::call::Flow;
pub(crate) use self::call::is_callable;
pub(crate) use self::coerce::{is_instance, is_subclass, type_of};
pub(crate) use self::convert::to_data;
pub use self::embed::{CallError, Canceller};
pub(crate) use self::exceptions::{
    as_seen as exception_as_seen, of_value as exception_of, type_name as exception_type_name,
};
pub(crate) use self::execute::Cx;
use self::execute::{Exit, NARROW, WIDE, execute};
pub(crate) use self::inspect::position;
pub use self::inspect::{FrameInfo, Position, Variable};
pub(crate) use self::machine::{Answer, LoadedCode, Machine};
use self::machine::{Frame, OnReturn, Replay, Task, TaskState};
pub use self::stops::Step;
use self::stops::Stops;

/// How many steps a call of [`Vm::run`] may take. What a step is, see [`Limits::steps`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    steps: u64,
}

impl Budget {
    /// As many as the limits allow.
    pub const UNLIMITED: Budget = Budget { steps: u64::MAX };

    /// At most so many steps, then [`Outcome::Paused`].
    pub fn steps(steps: u64) -> Budget {
        Budget { steps }
    }
}

/// Why [`Vm::run`] came back.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The program, or the function that was called, is done. Of a value without a plain form, its text.
    Finished(Data),
    /// An exception that nobody handled.
    Failed(Box<Report>),
    /// The program waits for the answer to a request: [`Vm::resume`], then run again.
    Waiting(RequestId),
    /// The budget is used up, or a step or breakpoint was reached: run again to go on.
    Paused,
    /// The program ended because of [`Vm::cancel`].
    Cancelled,
}

/// One run of a program.
///
/// Make it with [`Vm::new`], then call [`Vm::run`] until the [`Outcome`] says that it has ended. Between two calls of `run`
/// the program stands still: it can be looked at, changed, cancelled, or moved to another thread.
pub struct Vm {
    codes: Vec<LoadedCode>,
    machine: Machine,
    /// The main task first.
    tasks: Vec<Task>,
    loader: Box<dyn Loader>,
    /// Some code uses more registers than the loop for most programs has at hand.
    is_wide: bool,
    stops: Stops,
    main: Option<Ref<Module>>,
    cancelled: bool,
}

const MAIN_TASK: usize = 0;

/// Steps between two looks at whether the run is cancelled: some milliseconds.
const SLICE: u64 = 1 << 20;

impl Vm {
    /// A machine about to run the body of a module.
    pub fn new(module: Arc<CodeModule>, loader: Box<dyn Loader>, limits: Limits) -> Vm {
        let mut vm = Vm {
            codes: Vec::new(),
            machine: Machine::new(Limits::default()),
            tasks: vec![Task::new()],
            loader,
            is_wide: false,
            stops: Stops::default(),
            main: None,
            cancelled: false,
        };
        if let Some(file) = LibraryFile::by_path(crate::prelude::INTERNAL) {
            vm.load_library(file);
        }
        // The bounds are for the program.
        vm.machine.steps = 0;
        vm.machine.limits = limits;
        vm.machine.heap.set_limit(limits.memory);

        let (code, main) = vm.load(module);
        let name = vm.machine.names.dunder_name;
        let text = vm.machine.names.main;
        vm.machine.heap.modules[main].set(name, Value::Str(text));
        vm.main = Some(main);
        vm.start(code, main, OnReturn::Discard);
        vm
    }

    /// Adds a file of the library whose names every program sees. Its body only defines functions and types: it needs
    /// no host and ends at once, so it runs beside the program, wherever that stands.
    fn load_library(&mut self, file: &'static LibraryFile) {
        if self.machine.library.contains_key(file.path) {
            return;
        }
        let unit = crate::prelude::module(file);
        let path = unit.path.clone();
        let (code, module) = self.load(unit);
        // Not a module that programs import.
        self.machine.modules.remove(&path);
        self.machine.library.insert(file.path, module);
        let tasks = std::mem::replace(&mut self.tasks, vec![Task::new()]);
        let stops = std::mem::take(&mut self.stops);
        let steps = std::mem::take(&mut self.machine.steps);
        // The values of the program are out of the collector's sight meanwhile.
        let threshold = self.machine.heap.defer_collection();
        self.start(code, module, OnReturn::Discard);
        // The limits are for the program, and so is a cancellation.
        let limits = std::mem::take(&mut self.machine.limits);
        self.run_tasks(&mut Silent, Budget::UNLIMITED, false);
        self.machine.limits = limits;
        self.machine.heap.resume_collection(threshold);
        self.machine.steps = steps;
        self.stops = stops;
        self.tasks = tasks;
    }

    /// Adds a compiled module; gives the code of its body and the module, whose names have no values yet.
    fn load(&mut self, unit: Arc<CodeModule>) -> (CodeId, Ref<Module>) {
        for file in crate::prelude::needed_by(&unit) {
            self.load_library(file);
        }
        let unit_base = self.codes.len() as u32;
        for code in &unit.codes {
            let constants = self.machine.constants(code);
            self.codes.push(LoadedCode::new(code.clone(), unit.clone(), constants, unit_base));
            self.is_wide |= usize::from(code.registers) > NARROW;
        }
        let heap = &mut self.machine.heap;
        let name = heap.intern(&unit.name);
        let path = heap.intern(&unit.path);
        let names: Vec<_> = unit.globals.iter().map(|name| heap.intern(name)).collect();
        let module = heap.alloc(Module {
            name,
            path,
            slots: vec![Value::Unset; names.len()],
            index: names.iter().zip(0..).map(|(name, slot)| (*name, slot)).collect(),
            names,
            exports: None,
        });
        self.machine.modules.insert(unit.path.clone(), module);
        self.stops.find_places(&self.codes, unit_base as usize);
        (CodeId(unit_base), module)
    }

    /// Puts the frame of a module's body on top of the main task.
    fn start(&mut self, code: CodeId, module: Ref<Module>, on_return: OnReturn) {
        let task = &mut self.tasks[MAIN_TASK];
        let base = task.top(&self.codes);
        let registers = usize::from(self.codes[code.0 as usize].code.registers);
        task.grow(base + registers);
        task.stack[base..base + registers].fill(Value::Unset);
        task.frames.push(Frame { code, pc: 0, base: base as u32, on_return, function: None, module });
        task.state = TaskState::Ready;
    }

    /// Runs until the program is done, waits, or stops for another reason. What the program asks of the world goes to the
    /// host meanwhile. A run that has ended gives its outcome again.
    pub fn run(&mut self, host: &mut dyn Host, budget: Budget) -> Outcome {
        self.stops.resume();
        self.run_tasks(host, budget, true)
    }

    /// `listens` is false for code of the library, which is not cancelled from outside.
    fn run_tasks(&mut self, host: &mut dyn Host, budget: Budget, listens: bool) -> Outcome {
        let mut left = budget.steps;
        loop {
            if listens && self.machine.heap.meter().cancel_flag().swap(false, Ordering::Relaxed) {
                self.cancel();
            }
            let task = &mut self.tasks[MAIN_TASK];
            match &task.state {
                TaskState::Waiting { id, .. } => return Outcome::Waiting(*id),
                TaskState::Finished => return self.outcome(),
                TaskState::Ready => {}
            }
            let limit = self.machine.limits.steps;
            let allowed = limit.saturating_sub(self.machine.all_steps());
            let granted = left.min(allowed).min(SLICE);
            self.machine.heap.meter().allow(allowed, limit);
            let mut fuel = granted;
            let mut cx = Cx { codes: &self.codes, m: &mut self.machine, task, host };
            let is_plain = self.stops.is_empty() && cx.task.replay == Replay::No;
            let exit = match (is_plain, self.is_wide) {
                (true, false) => execute::<false, NARROW>(&mut cx, &mut fuel, &mut self.stops),
                (true, true) => execute::<false, WIDE>(&mut cx, &mut fuel, &mut self.stops),
                (false, false) => execute::<true, NARROW>(&mut cx, &mut fuel, &mut self.stops),
                (false, true) => execute::<true, WIDE>(&mut cx, &mut fuel, &mut self.stops),
            };
            let used = granted - fuel;
            self.machine.steps += used;
            left -= used;
            self.cancelled |= self.machine.heap.meter().take_cancelled();
            match exit {
                Exit::Finished | Exit::Failed => {
                    self.machine.heap.answers.take();
                    self.stops.finish();
                    self.tasks[MAIN_TASK].state = TaskState::Finished;
                }
                Exit::Waiting | Exit::Replay => {}
                Exit::Stopped => {
                    self.stops.finish();
                    return Outcome::Paused;
                }
                Exit::Budget if self.machine.all_steps() >= limit => self.abort(&steps_passed(limit)),
                Exit::Budget if left > 0 => {}
                Exit::Budget => return Outcome::Paused,
                Exit::Import { request, dst } => {
                    if let Err(raise) = self.import(&request, dst) {
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

    /// Raises an error in the main task when it goes on.
    fn fail(&mut self, raise: &Raise) {
        let exception = self.machine.exception(raise);
        self.tasks[MAIN_TASK].failure = Some(exception);
    }

    /// Ends the main task with an error that it cannot handle.
    fn abort(&mut self, raise: &Raise) {
        let exception = self.machine.exception(raise);
        let task = &mut self.tasks[MAIN_TASK];
        let entries = task
            .frames
            .iter()
            .rev()
            .map(|frame| crate::objects::TraceEntry { code: frame.code, instruction: frame.pc.saturating_sub(1) });
        self.machine.heap.exceptions[exception].traceback.extend(entries);
        task.frames.clear();
        task.failure = Some(exception);
        task.state = TaskState::Finished;
    }

    fn outcome(&mut self) -> Outcome {
        let task = &self.tasks[MAIN_TASK];
        match task.failure {
            Some(exception) => {
                let kind = self.machine.heap.exceptions[exception].kind;
                if self.cancelled && kind == ExceptionKind::CancelledError {
                    return Outcome::Cancelled;
                }
                let mut report = Report::of(&self.machine.heap, &self.codes, exception);
                if let Some(text) = self.last_words(exception) {
                    report.message = text;
                }
                Outcome::Failed(Box::new(report))
            }
            None => match to_data(&self.machine.heap, task.result) {
                Ok(data) => Outcome::Finished(data),
                Err(_) => Outcome::Finished(Data::None),
            },
        }
    }

    /// Gives the answer to a request that the program waits for. False if it does not wait for this one.
    pub fn resume(&mut self, id: RequestId, result: Result<Data, Failure>) -> bool {
        let waiting = self
            .tasks
            .iter()
            .position(|task| matches!(&task.state, TaskState::Waiting { id: waits_for, .. } if *waits_for == id));
        let Some(index) = waiting else { return false };
        let TaskState::Waiting { dst, answer, .. } = std::mem::replace(&mut self.tasks[index].state, TaskState::Ready)
        else {
            return false;
        };
        let value = match result {
            Ok(data) => answer_value(&mut self.machine, &self.codes, &data, &answer),
            Err(failure) => Err(Raise::new(failure.kind, failure.message)),
        };
        match value {
            Ok(value) => {
                let task = &mut self.tasks[index];
                if let Some(frame) = task.frames.last() {
                    task.stack[frame.base as usize + usize::from(dst)] = value;
                }
            }
            Err(raise) => {
                let exception = self.machine.exception(&raise);
                self.tasks[index].failure = Some(exception);
            }
        }
        true
    }

    /// Raises `CancelledError` where the program stands; it takes effect when the program is run again, so that its
    /// `finally` blocks run.
    pub fn cancel(&mut self) {
        self.cancelled = true;
        let raise = Raise::new(ExceptionKind::CancelledError, "the run was cancelled");
        for index in 0..self.tasks.len() {
            if self.tasks[index].state != TaskState::Finished {
                let exception = self.machine.exception(&raise);
                self.tasks[index].failure = Some(exception);
                self.tasks[index].state = TaskState::Ready;
            }
        }
    }

    /// Makes ready the call of `__main__` in the module that ran, with the arguments by name; run again to carry it out.
    /// False if the program defines none or has not ended.
    pub fn call_main(&mut self, arguments: &[(String, Data)]) -> bool {
        let named: Vec<(&str, Data)> = arguments.iter().map(|(name, data)| (name.as_str(), data.clone())).collect();
        self.call("__main__", &[], &named).is_ok()
    }

    /// Makes the next [`Vm::run`] stop at a statement; it then comes back as [`Outcome::Paused`].
    pub fn step(&mut self, step: Step) {
        self.stops.start(step, &self.tasks[MAIN_TASK].frames);
    }

    /// Sets the breakpoints of a file, by line from 1, in place of those set before: [`Vm::run`] comes back as
    /// [`Outcome::Paused`] before the first statement of such a line. Gives the line of each breakpoint: the first from the
    /// one asked for that has a statement, if there is any. A file that is not loaded yet gets its breakpoints when it is.
    pub fn set_breakpoints(&mut self, path: &str, lines: &[u32]) -> Vec<Option<u32>> {
        self.stops.set_lines(&self.codes, path, lines)
    }

    /// Sets the least level of log messages that reach the host; programs change it with `log_level`.
    pub fn set_log_level(&mut self, level: LogLevel) {
        self.machine.log_level = level;
    }

    /// Steps taken so far, see [`Limits::steps`].
    pub fn steps(&self) -> u64 {
        self.machine.all_steps()
    }

    /// Approximate bytes of all values.
    pub fn memory(&self) -> usize {
        self.machine.heap.bytes()
    }
}

impl Cx<'_> {
    /// Starts a request of the running task.
    fn request(&mut self, request: Request, answer: Answer, on_return: OnReturn) -> Result<Flow, Raise> {
        let id = RequestId(self.m.next_request);
        self.m.next_request += 1;
        match self.host.start(id, request) {
            Started::Done(Ok(data)) => answer_value(self.m, self.codes, &data, &answer).map(Flow::Value),
            Started::Done(Err(failure)) => Err(Raise::new(failure.kind, failure.message)),
            Started::Pending => {
                let dst = match on_return {
                    OnReturn::Store(dst)
                    | OnReturn::StoreModule(dst)
                    | OnReturn::Operator(dst)
                    | OnReturn::Comparison(dst) => dst,
                    OnReturn::Discard | OnReturn::Answer => 0,
                };
                self.task.state = TaskState::Waiting { id, dst, answer };
                Ok(Flow::Exit(Exit::Waiting))
            }
        }
    }
}

fn answer_value(m: &mut Machine, codes: &[LoadedCode], data: &Data, answer: &Answer) -> Result<Value, Raise> {
    match (answer, data) {
        (Answer::Typed { code, ty, module }, Data::Str(text)) => {
            let spec = &codes[code.0 as usize].code.types[*ty as usize];
            Ok(answers::from_answer(m, text, spec, *module))
        }
        _ => convert::to_value(&mut m.heap, data),
    }
}

impl Machine {
    /// The text of the type that the program expects of the call being made, and how to convert to it.
    pub(crate) fn expected_answer(
        &mut self,
        codes: &[LoadedCode],
        module: Option<Ref<Module>>,
        frames: usize,
    ) -> (Option<String>, Answer) {
        let of_agent = self.expected_of_agent.take_if(|(depth, ..)| *depth == frames);
        let expected = match (self.expected.take(), of_agent) {
            (Some((code, ty)), _) => module.map(|module| (code, ty, module)),
            (None, of_agent) => of_agent.map(|(_, code, ty, module)| (code, ty, module)),
        };
        match expected {
            Some((code, ty, module)) => {
                let text = answers::describe(self, &codes[code.0 as usize].code.types[ty as usize], module);
                (Some(text), Answer::Typed { code, ty, module })
            }
            _ => (None, Answer::AsIs),
        }
    }
}

/// The host of code that asks for nothing.
struct Silent;

impl Host for Silent {
    fn print(&mut self, _text: &str) {}

    fn log(&mut self, _level: LogLevel, _message: &str) {}

    fn now(&mut self) -> f64 {
        0.0
    }

    fn random(&mut self) -> u64 {
        0
    }

    fn start(&mut self, _id: RequestId, _request: Request) -> Started {
        Started::Done(Err(Failure::new(ExceptionKind::RuntimeError, "nothing can be requested here")))
    }
}

/// Keeps the promise that a machine can be moved between threads.
const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<Vm>();
    is_send::<Exception>();
};
