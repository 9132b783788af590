//! A world with a clock that jumps, where things go wrong when they are told to.

use std::collections::BTreeMap;

use danaide_interpreter::{
    Budget, CodeModule, Data, ExceptionKind, Failure, Host, Limits, LogLevel, NoModules, Outcome, Request, RequestId,
    Started, TaskEvent, Vm, compile,
};

use crate::services::Services;

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Its answer comes an hour later.
    Delayed,
    Failed,
    TimedOut,
    /// While it is under way, the run is cancelled.
    Cancelled,
}

pub const FAULTS: [Fault; 4] = [Fault::Delayed, Fault::Failed, Fault::TimedOut, Fault::Cancelled];

/// In which order answers come.
#[derive(Debug, Clone, Copy)]
pub enum Order {
    /// By the clock.
    Clock,
    /// By chance, from this number on.
    Chance(u64),
}

pub struct World {
    pub now: f64,
    pub output: String,
    pub events: Vec<TaskEvent>,
    pub order: Order,
    pub fault: Option<(u64, Fault)>,
    pub is_tracing: bool,
    /// How many requests were started.
    pub started: u64,
    /// The same for each kind.
    pub asked: BTreeMap<&'static str, u64>,
    pub services: Services,
    /// The prompts of the language model, in the order in which they came.
    pub prompts: Vec<String>,
    pub most_at_once: usize,
    pub cancels: bool,
    pub pending: BTreeMap<RequestId, (f64, Result<Data, Failure>)>,
}

impl Default for World {
    fn default() -> World {
        World {
            now: 0.0,
            output: String::new(),
            events: Vec::new(),
            order: Order::Clock,
            fault: None,
            is_tracing: false,
            started: 0,
            asked: BTreeMap::new(),
            services: Services::default(),
            prompts: Vec::new(),
            most_at_once: 0,
            cancels: false,
            pending: BTreeMap::new(),
        }
    }
}

/// The next number of a sequence that looks like chance.
fn chance(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// What the language model answers: it makes plans of a kind, at the second try, and else says everything louder.
fn said(prompt: &str) -> String {
    let plan = |second: &str| {
        let steps = [
            r#"{"name": "bees", "task": "fetch", "args": {"topic": "bees"}}"#,
            r#"{"name": "ants", "task": "fetch", "args": {"topic": "ants"}}"#,
            second,
        ];
        format!("{{\"steps\": [{}]}}", steps.join(", "))
    };
    match prompt {
        prompt if prompt.contains("cannot be carried out") => {
            plan(r#"{"name": "all", "task": "join", "args": {"left": "$bees", "right": "$ants"}}"#)
        }
        prompt if prompt.contains("Make a plan") => {
            plan(r#"{"name": "all", "task": "join", "args": {"left": "$bees"}}"#)
        }
        prompt => prompt.to_uppercase(),
    }
}

impl Host for World {
    fn print(&mut self, text: &str) {
        self.output.push_str(text);
    }

    fn log(&mut self, _level: LogLevel, _message: &str) {}

    fn now(&mut self) -> f64 {
        self.now
    }

    fn random(&mut self) -> u64 {
        1 << 62
    }

    fn start(&mut self, id: RequestId, request: Request) -> Started {
        *self.asked.entry(request.name()).or_default() += 1;
        let (seconds, mut answer) = match request {
            Request::Sleep { seconds } => (seconds, Ok(Data::None)),
            Request::Llm { prompt, .. } => {
                let answer = Data::Str(said(&prompt));
                self.prompts.push(prompt);
                (1.0, Ok(answer))
            }
            other => self.services.answer(other),
        };
        let number = self.started;
        self.started += 1;
        let mut due = self.now + seconds;
        match self.fault {
            Some((faulty, fault)) if faulty == number => match fault {
                Fault::Delayed => due += 3600.0,
                Fault::Failed => answer = Err(Failure::new(ExceptionKind::ResourceError, "the world broke")),
                Fault::TimedOut => answer = Err(Failure::new(ExceptionKind::TimeoutError, "the world is slow")),
                Fault::Cancelled => self.cancels = true,
            },
            _ => {}
        }
        self.pending.insert(id, (due, answer));
        self.most_at_once = self.most_at_once.max(self.pending.len());
        Started::Pending
    }

    fn cancel(&mut self, id: RequestId) {
        assert!(self.pending.remove(&id).is_some(), "{id:?} was cancelled and is not under way");
    }

    fn is_tracing(&self) -> bool {
        self.is_tracing
    }

    fn trace(&mut self, event: &TaskEvent) {
        self.events.push(event.clone());
    }
}

impl World {
    /// Gives an answer; false if nobody waits for one.
    pub fn answer(&mut self, vm: &mut Vm) -> bool {
        let next = match &mut self.order {
            Order::Clock => self.pending.iter().min_by(|(_, (a, _)), (_, (b, _))| a.total_cmp(b)).map(|(id, _)| *id),
            Order::Chance(state) => {
                let len = self.pending.len() as u64;
                (len > 0).then(|| self.pending.keys().nth((chance(state) % len) as usize).copied()).flatten()
            }
        };
        let Some((id, (due, answer))) = next.and_then(|id| Some((id, self.pending.remove(&id)?))) else { return false };
        self.now = self.now.max(due);
        assert!(vm.resume(id, answer), "the program does not wait for {id:?}");
        true
    }

    /// Runs a program to its end.
    pub fn run(&mut self, vm: &mut Vm) -> Outcome {
        for _ in 0..200_000 {
            match vm.run(self, Budget::steps(1_000_000)) {
                Outcome::Waiting(_) => {
                    if std::mem::take(&mut self.cancels) {
                        vm.cancel();
                    } else {
                        assert!(self.answer(vm), "the program waits for nothing");
                    }
                }
                Outcome::Paused => {}
                outcome => {
                    assert_eq!(vm.pending_requests(), [], "requests are left");
                    assert_eq!(self.pending.len(), 0, "the host still works");
                    return outcome;
                }
            }
        }
        panic!("the program does not come to its end:\n{}", self.output);
    }
}

pub fn code(source: &str) -> std::sync::Arc<CodeModule> {
    match compile("test.na", source) {
        Ok(code) => code,
        Err(errors) => panic!("{}", errors[0]),
    }
}

pub fn machine(source: &str) -> Vm {
    Vm::new(code(source), Box::new(NoModules), Limits::default())
}

/// Runs a program; gives what it printed, with the outcome if it did not end well.
pub fn run(source: &str) -> String {
    let mut world = World::default();
    let outcome = world.run(&mut machine(source));
    match outcome {
        Outcome::Finished(_) => world.output,
        Outcome::Failed(report) => format!("{}{report}\n", world.output),
        other => format!("{}{other:?}\n", world.output),
    }
}
