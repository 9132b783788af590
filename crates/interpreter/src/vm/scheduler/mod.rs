//! Tasks that overlap: each has frames and registers of its own, and runs until it waits.
//!
//! A call of a function that may wait starts a task. It runs at once; when it waits for the first time, its caller goes on
//! with a [`Promise`]. One task runs at a time, and only a wait gives another its turn, so that code between two waits is
//! never interrupted. The task that runs is in the hands of the virtual machine, all others are here.

mod cancel;
mod deadline;
mod events;
mod identity;
mod intrinsics;
mod operands;
mod order;
mod run;
mod scope;
mod start;
mod wait;

use std::collections::{BTreeMap, VecDeque};

use rustc_hash::{FxHashMap, FxHashSet};

pub(crate) use self::identity::Children;
pub use self::identity::{Identity, TaskId};
pub(crate) use self::scope::{Leaving, Scope};
pub(in crate::vm) use self::start::Starts;
pub(crate) use self::wait::{Look, Wait, Wakes};

use super::machine::{Answer, LoadedCode, Machine, Task};
use crate::exception_kind::ExceptionKind;
use crate::heap::Marker;
use crate::host::{Request, RequestId, TaskEvent};
use crate::objects::{Exception, Promise, PromiseState};
use crate::value::{Ref, Value};

/// A task that was woken: by what it waited for, or something of it.
#[derive(Debug, Clone, Copy)]
struct Woken {
    task: TaskId,
    /// The wait that it was in then.
    wait: u32,
    failed: bool,
}

/// A request that the host has not answered.
#[derive(Debug)]
pub(crate) struct Asked {
    promise: Ref<Promise>,
    answer: Answer,
    /// It takes one of the places that the limit of requests leaves.
    counts: bool,
}

/// The tasks of a run that are not running, and what they wait for.
#[derive(Default)]
pub(crate) struct Scheduler {
    tasks: FxHashMap<TaskId, Box<Task>>,
    /// Those that can go on, in the order in which they became able to.
    ready: VecDeque<TaskId>,
    /// Those whose call has started a task that has not waited yet, the innermost last: each goes on when that task waits.
    starters: Vec<TaskId>,
    /// Those that something they wait for has woken, in the order of that.
    woken: Vec<Woken>,
    asked: BTreeMap<RequestId, Asked>,
    /// Requests for which there is no place yet, the oldest first.
    queue: VecDeque<(RequestId, Request)>,
    /// Requests that take a place now.
    at_work: usize,
    /// How many requests may be at work at once.
    pub(crate) max_concurrency: Option<usize>,
    /// Requests that nobody waits for any more, of which the host is to be told.
    dropped: Vec<RequestId>,
    /// Timers that end the cleaning up of cancelled tasks, and those tasks.
    graces: FxHashMap<RequestId, TaskId>,
    /// Cancelled tasks that wait while they clean up and have no timer yet.
    lingering: Vec<TaskId>,
    /// How many tasks and requests were started.
    started: u32,
    /// How many promises were settled.
    settled: u64,
    /// Stacks of registers for tasks to run on.
    stacks: Vec<Vec<Value>>,
    /// How many tasks are methods of agents or resources.
    methods: usize,
    pub(crate) is_tracing: bool,
    events: Vec<TaskEvent>,
    /// Tasks that are cancelled while they run.
    cancelled_running: FxHashSet<TaskId>,
    /// Tasks that are cancelled when a timer is due, also while they compute.
    guards: Vec<Guard>,
    /// How many slices of steps the run had taken when they were looked at last.
    guards_seen: u64,
}

/// A task and the timer that ends it.
#[derive(Debug, Clone, Copy)]
struct Guard {
    task: TaskId,
    timer: RequestId,
    /// By the clock of the host.
    due: f64,
}

/// How many stacks are kept for tasks to come, and how many starters keep theirs.
const KEPT_STACKS: usize = 8;

impl Scheduler {
    /// Are there tasks besides the running one, or requests under way?
    pub(crate) fn is_idle(&self) -> bool {
        self.tasks.is_empty() && self.asked.is_empty()
    }

    /// How many tasks there are here besides the program itself.
    pub(crate) fn open_tasks(&self) -> usize {
        self.tasks.keys().filter(|id| **id != TaskId(0)).count()
    }

    /// Are there tasks that have to be minded when a field is read or written?
    #[inline]
    pub(crate) fn orders_fields(&self) -> bool {
        self.methods > 0
    }

    /// The requests that the host has not answered, the oldest first.
    pub(crate) fn pending(&self) -> impl Iterator<Item = RequestId> {
        self.asked.keys().copied().chain(self.graces.keys().copied())
    }

    /// Marks what the tasks here hold.
    pub(crate) fn trace(&self, codes: &[LoadedCode], marker: &mut Marker) {
        for task in self.tasks.values() {
            task.trace(codes, marker);
        }
        for asked in self.asked.values() {
            marker.object(asked.promise);
        }
    }

    /// Bytes of the registers of the tasks here.
    pub(crate) fn bytes(&self) -> usize {
        let of_task = |task: &Task| size_of::<Task>() + size_of_val(task.stack.as_slice());
        self.tasks.values().map(|task| of_task(task)).sum()
    }

    /// Forgets what lies beyond the registers of all frames: it is about to be freed.
    pub(crate) fn forget_beyond(&mut self, codes: &[LoadedCode]) {
        self.stacks.iter_mut().for_each(Vec::clear);
        for id in &self.starters {
            if let Some(task) = self.tasks.get_mut(id)
                && !task.is_small
            {
                task.forget_beyond(codes);
            }
        }
    }

    /// A stack of at least so many registers for a task to run on. What others have left there still stands in it.
    fn take_stack(&mut self, registers: usize) -> Vec<Value> {
        let mut stack = self.stacks.pop().unwrap_or_default();
        if stack.len() < registers {
            stack.resize(registers, Value::Unset);
        }
        stack
    }

    fn give_stack(&mut self, stack: Vec<Value>) {
        const LARGEST: usize = 1 << 14;
        if self.stacks.len() < KEPT_STACKS && stack.capacity() <= LARGEST {
            self.stacks.push(stack);
        }
    }

    fn next_id(&mut self) -> TaskId {
        self.started += 1;
        TaskId(self.started)
    }
}

impl Machine {
    /// A task or request is over; those that wait for it are woken.
    pub(crate) fn settle(&mut self, promise: Ref<Promise>, state: PromiseState) {
        self.sched.settled += 1;
        let failed = matches!(state, PromiseState::Failed(_));
        let kept = match state {
            PromiseState::Failed(exception) => self.heap.exceptions[exception].traceback.len(),
            _ => 0,
        };
        let object = &mut self.heap.promises[promise];
        object.state = state;
        object.kept = kept;
        object.settled = self.sched.settled;
        for (task, wait) in std::mem::take(&mut object.waiters) {
            self.sched.woken.push(Woken { task, wait, failed });
        }
    }

    /// A new exception with a message.
    pub(crate) fn new_exception(&mut self, kind: ExceptionKind, message: &str) -> Ref<Exception> {
        let message = self.heap.new_str(message);
        self.heap.alloc(Exception::new(kind, vec![message]))
    }

    /// A new promise; from now on, operations look out for them.
    pub(crate) fn new_promise(&mut self, promise: Promise) -> Ref<Promise> {
        self.heap.has_promises = true;
        self.heap.alloc(promise)
    }
}
