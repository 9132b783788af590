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
mod scheduler;
mod stops;
mod unwind;
mod values;

use std::sync::Arc;

use danaide_analysis::library::LibraryFile;

use crate::bytecode::{CodeId, CodeModule};
use crate::exception_kind::{ExceptionKind, Raise};
use crate::host::{Data, Failure, Host, LogLevel, Request, RequestId, Started};
use crate::limits::Limits;
use crate::loader::Loader;
use crate::objects::{Exception, Module};
use crate::report::Report;
use crate::value::{Ref, Value};

pub(crate) use self::call::is_callable;
pub(crate) use self::coerce::{is_instance, is_subclass, type_of};
pub(crate) use self::convert::to_data;
pub use self::embed::{CallError, Canceller};
pub(crate) use self::exceptions::{
    as_seen as exception_as_seen, of_value as exception_of, type_name as exception_type_name,
};
pub(crate) use self::execute::Cx;
use self::execute::NARROW;
pub(crate) use self::inspect::position;
pub use self::inspect::{FrameInfo, Position, Variable};
pub(crate) use self::machine::{Answer, LoadedCode, Machine};
use self::machine::{Frame, OnReturn, Task, TaskState};
pub use self::scheduler::{Identity, TaskId};
pub(crate) use self::scheduler::{Look, Wakes};
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
    /// The program waits for the answer to a request, the oldest of those in [`Vm::pending_requests`]: [`Vm::resume`] with
    /// the answer to any of them, then run again.
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
    /// The task that runs, or the program itself while nothing does. The others are with the scheduler.
    task: Box<Task>,
    loader: Box<dyn Loader>,
    /// Some code uses more registers than the loop for most programs has at hand.
    is_wide: bool,
    stops: Stops,
    main: Option<Ref<Module>>,
    cancelled: bool,
}

/// Steps between two looks at whether the run is cancelled: few, since a step may print or copy a long text.
const SLICE: u64 = 1 << 14;

impl Vm {
    /// A machine about to run the body of a module.
    pub fn new(module: Arc<CodeModule>, loader: Box<dyn Loader>, limits: Limits) -> Vm {
        let mut vm = Vm {
            codes: Vec::new(),
            machine: Machine::new(Limits::default()),
            task: Box::new(Task::new()),
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
        let task = std::mem::replace(&mut self.task, Box::new(Task::new()));
        let stops = std::mem::take(&mut self.stops);
        let steps = std::mem::take(&mut self.machine.steps);
        // The values of the program are out of the collector's sight meanwhile.
        let threshold = self.machine.heap.defer_collection();
        self.start(code, module, OnReturn::Discard);
        // The limits are for the program, and so is a cancellation.
        let limits = std::mem::take(&mut self.machine.limits);
        self.run_alone(&mut Silent);
        self.machine.limits = limits;
        self.machine.heap.resume_collection(threshold);
        self.machine.steps = steps;
        self.stops = stops;
        self.task = task;
    }

    /// Adds a compiled module; gives the code of its body and the module, whose names have no values yet.
    fn load(&mut self, unit: Arc<CodeModule>) -> (CodeId, Ref<Module>) {
        for file in crate::prelude::needed_by(&unit) {
            self.load_library(file);
        }
        if unit.may_wait && !self.machine.may_wait {
            self.machine.may_wait = true;
            self.codes.iter_mut().for_each(LoadedCode::mind_tasks);
        }
        let unit_base = self.codes.len() as u32;
        for code in &unit.codes {
            let constants = self.machine.constants(code);
            self.codes.push(LoadedCode::new(code.clone(), unit.clone(), constants, unit_base, self.machine.may_wait));
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

    /// Puts the frame of a module's body on top of the running task.
    fn start(&mut self, code: CodeId, module: Ref<Module>, on_return: OnReturn) {
        let task = &mut self.task;
        let base = task.top(&self.codes);
        let registers = usize::from(self.codes[code.0 as usize].code.registers);
        task.grow(base + registers);
        task.stack[base..base + registers].fill(Value::Unset);
        task.frames.push(Frame::new(code, base as u32, on_return, None, module));
        task.state = TaskState::Ready;
    }

    /// Runs until the program is done, waits, or stops for another reason. What the program asks of the world goes to the
    /// host meanwhile. A run that has ended gives its outcome again.
    pub fn run(&mut self, host: &mut dyn Host, budget: Budget) -> Outcome {
        self.stops.resume();
        self.run_tasks(host, budget)
    }

    /// Raises an error in the running task when it goes on.
    fn fail(&mut self, raise: &Raise) {
        let exception = self.machine.exception(raise);
        self.task.failure = Some(exception);
    }

    /// Ends the run with an error that it cannot handle.
    fn abort(&mut self, raise: &Raise) {
        let exception = self.machine.exception(raise);
        let mut task = std::mem::replace(&mut self.task, Box::new(Task::new()));
        let entries = task.frames.iter().rev().map(|frame| crate::objects::TraceEntry {
            code: frame.code,
            instruction: frame.pc.saturating_sub(1),
            is_start: false,
        });
        self.machine.heap.exceptions[exception].traceback.extend(entries);
        if !task.is_main() {
            // The end of the run is the end of all tasks.
            self.bring_main();
            task = std::mem::replace(&mut self.task, Box::new(Task::new()));
        }
        self.task = task;
        self.drop_tasks();
        let task = &mut self.task;
        task.frames.clear();
        task.scopes.clear();
        task.failure = Some(exception);
        task.state = TaskState::Finished;
    }

    fn outcome(&mut self) -> Outcome {
        let task = &self.task;
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

    /// Makes ready the call of `__main__` in the module that ran, with the arguments by name; run again to carry it out.
    /// False if the program defines none or has not ended.
    pub fn call_main(&mut self, arguments: &[(String, Data)]) -> bool {
        let named: Vec<(&str, Data)> = arguments.iter().map(|(name, data)| (name.as_str(), data.clone())).collect();
        self.call("__main__", &[], &named).is_ok()
    }

    /// Makes the next [`Vm::run`] stop at a statement; it then comes back as [`Outcome::Paused`].
    pub fn step(&mut self, step: Step) {
        self.stops.start(step, &self.task.frames);
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

    /// Approximate bytes of all values, those that waiting tasks keep included.
    pub fn memory(&self) -> usize {
        self.machine.heap.bytes() + self.machine.sched.bytes()
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
