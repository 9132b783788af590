//! What an activation owes the tasks that it has started: it ends when they have ended, and no failure gets lost.

use crate::exception_kind::{ExceptionKind, Res};
use crate::heap::Marker;
use crate::limits::Limit;
use crate::objects::{Exception, Native, Producer, Promise, PromiseState};
use crate::value::{Ref, Value};
use crate::vm::call::Flow;
use crate::vm::execute::Cx;
use crate::vm::machine::{Machine, OnReturn, Task};

use super::wait::Look;
use super::{TaskId, Wakes};

/// The tasks that an activation has started.
#[derive(Debug)]
pub(crate) struct Scope {
    /// How many frames there are while the activation is the top one.
    pub depth: usize,
    /// What becomes of the value of the frame.
    pub on_return: OnReturn,
    children: Vec<Child>,
    /// How many children there may be before those that are done are dropped.
    room: usize,
}

#[derive(Debug, Clone, Copy)]
struct Child {
    promise: Ref<Promise>,
    /// The instruction of the frame that started it.
    at: u32,
}

/// A task with the exception that ended it.
type Failed = (Ref<Promise>, Ref<Exception>);

impl Scope {
    pub(super) fn new(depth: usize, on_return: OnReturn) -> Scope {
        Scope { depth, on_return, children: Vec::new(), room: 32 }
    }

    pub(crate) fn trace(&self, marker: &mut Marker) {
        self.children.iter().for_each(|child| marker.object(child.promise));
    }

    pub(super) fn promises(&self) -> impl Iterator<Item = Ref<Promise>> {
        self.children.iter().map(|child| child.promise)
    }
}

/// What a function that wants to return has to do.
pub(super) enum Returned {
    /// Its tasks are done: the return is carried out.
    Now,
    /// As before, and the task is over with this value.
    End(Value),
    /// It waits.
    Later,
    /// A task that nobody has looked at has failed.
    /// Whether its traceback has the function already.
    Failed(Ref<Exception>, bool),
}

/// Whether an exception can leave a block or function.
pub(crate) enum Leaving {
    Now(Ref<Exception>),
    /// The task waits for those it has started.
    Later,
}

impl Machine {
    /// Makes a task the child of the activation at a depth of another.
    pub(super) fn adopt(&mut self, task: &mut Task, depth: usize, promise: Ref<Promise>) {
        let Some(frame) = depth.checked_sub(1).and_then(|index| task.frames.get_mut(index)) else { return };
        let at = frame.pc.saturating_sub(1);
        let index = match task.scopes.iter().position(|scope| scope.depth >= depth) {
            Some(index) if task.scopes[index].depth == depth => index,
            found => {
                let index = found.unwrap_or(task.scopes.len());
                task.scopes.insert(index, Scope::new(depth, frame.on_return));
                frame.on_return = OnReturn::Join;
                index
            }
        };
        let scope = &mut task.scopes[index];
        if scope.children.len() >= scope.room {
            let promises = &self.heap.promises;
            scope.children.retain(|child| match promises[child.promise].state {
                PromiseState::Pending => true,
                PromiseState::Failed(_) => !promises[child.promise].seen,
                PromiseState::Done(_) => false,
            });
            scope.room = (scope.children.len() * 2).max(32);
        }
        // Most tasks start one.
        scope.children.reserve_exact(usize::from(scope.children.is_empty()));
        scope.children.push(Child { promise, at });
    }
}

impl Cx<'_> {
    /// The tasks of the activation on top that the instructions from `from` up to `to` have started, in their order.
    fn children(&self, from: u32, to: u32) -> Vec<Ref<Promise>> {
        let depth = self.task.frames.len();
        let scope = self.task.scopes.last().filter(|scope| scope.depth == depth);
        let within = |child: &&Child| from <= child.at && child.at < to;
        scope.map_or_else(Vec::new, |scope| scope.children.iter().filter(within).map(|child| child.promise).collect())
    }

    /// A task that calls of the activation on top have started, at one of these instructions, and that still runs. One with a
    /// handle is under nobody's order.
    pub(super) fn running_of(&self, calls: &[u32]) -> Option<Ref<Promise>> {
        let depth = self.task.frames.len();
        let scope = self.task.scopes.last().filter(|scope| scope.depth == depth)?;
        let started = scope.children.iter().filter(|child| calls.contains(&child.at)).map(|child| child.promise);
        started.into_iter().find(|promise| {
            let promise = &self.m.heap.promises[*promise];
            let is_spawned = |id| self.m.sched.tasks.get(&id).is_some_and(|task| task.is_spawned);
            promise.is_pending()
                && match promise.producer {
                    Producer::Task(id) => !is_spawned(id),
                    Producer::Request(_) => true,
                    Producer::Converted { .. } => false,
                }
        })
    }

    /// The first failure that nobody has seen, if all tasks before it are done; else those that are not done.
    fn first_failure(&mut self, children: &[Ref<Promise>]) -> Result<Vec<Ref<Promise>>, Failed> {
        let mut pending = Vec::new();
        for &child in children {
            match self.look(child) {
                Look::Pending(root) => pending.push(root),
                Look::Failed(promise, exception) if !self.m.heap.promises[promise].seen => {
                    if pending.is_empty() {
                        return Err((promise, exception));
                    }
                    break;
                }
                Look::Failed(..) | Look::Done(_) => {}
            }
        }
        Ok(pending)
    }

    /// A block of the function on top ends: waits for the tasks that it has started.
    pub(crate) fn join_block(&mut self, from: u32) -> Res<Flow> {
        Ok(Flow::after(self.join_here(from)))
    }

    /// Gives whether the next instruction can be carried out.
    fn join_here(&mut self, from: u32) -> bool {
        let Some(at) = self.task.frames.last().map(|frame| frame.pc) else { return true };
        let children = self.children(from, at);
        match self.first_failure(&children) {
            Ok(pending) if pending.is_empty() => true,
            Ok(pending) => {
                if let Some(frame) = self.task.frames.last_mut() {
                    frame.pc -= 1;
                }
                self.block(pending, Wakes::AllOrFailure, None);
                false
            }
            Err((promise, exception)) => {
                let recorded = self.see_at_end(promise, exception);
                self.unwind(exception, !recorded)
            }
        }
    }

    /// The function on top, which has started tasks, wants to return a value.
    pub(super) fn returned(&mut self, mut value: Value) -> Returned {
        let depth = self.task.frames.len();
        let is_root = depth == 1;
        if let Value::Promise(promise) = value
            && (is_root || self.caller_waits())
        {
            match self.look(promise) {
                Look::Done(done) => value = done,
                Look::Failed(promise, exception) => {
                    self.see(promise, exception);
                    return Returned::Failed(exception, false);
                }
                Look::Pending(root) => {
                    if let Some(frame) = self.task.frames.last_mut() {
                        frame.pc -= 1;
                    }
                    self.block(vec![root], Wakes::All, None);
                    return Returned::Later;
                }
            }
        }
        let escaping = if is_root && self.task.is_main() { Vec::new() } else { self.tasks_within(value) };
        let children: Vec<Ref<Promise>> =
            self.children(0, u32::MAX).into_iter().filter(|child| !escaping.contains(child)).collect();
        match self.first_failure(&children) {
            Ok(pending) if !pending.is_empty() => {
                if let Some(frame) = self.task.frames.last_mut() {
                    frame.pc -= 1;
                }
                self.block(pending, Wakes::AllOrFailure, None);
                return Returned::Later;
            }
            Ok(_) => {}
            Err((promise, exception)) => {
                let recorded = self.see_at_end(promise, exception);
                return Returned::Failed(exception, recorded);
            }
        }
        let Some(scope) = self.task.scopes.pop_if(|scope| scope.depth == depth) else { return Returned::Now };
        if let Some(frame) = self.task.frames.last_mut() {
            frame.on_return = scope.on_return;
            frame.pc -= 1;
        }
        let left: Vec<Ref<Promise>> = scope.promises().filter(|child| escaping.contains(child)).collect();
        if is_root {
            self.leave_to_owner(left);
            return Returned::End(value);
        }
        for promise in left {
            self.m.adopt(self.task, depth - 1, promise);
        }
        Returned::Now
    }

    /// The tasks that are part of a value, those with handles too.
    fn tasks_within(&self, value: Value) -> Vec<Ref<Promise>> {
        let mut found = Vec::new();
        self.walk(value, |value| match value {
            Value::Promise(mut promise) => {
                // What is converted is the task's.
                while let Producer::Converted { source, .. } = self.m.heap.promises[promise].producer {
                    found.push(promise);
                    promise = source;
                }
                found.push(promise);
            }
            Value::Native(native) => {
                if let Native::Task(promise) = &self.m.heap.natives[native] {
                    found.push(*promise);
                }
            }
            _ => {}
        });
        found
    }

    /// Tasks that a task has started and that are part of its value go to the task that started it.
    fn leave_to_owner(&mut self, promises: Vec<Ref<Promise>>) {
        let Some(owner) = self.task.owner else { return };
        if promises.is_empty() {
            return;
        }
        let own = self.task.promise;
        let Some(mut parent) = self.m.sched.tasks.remove(&owner) else { return };
        let scope = parent.scopes.iter().find(|scope| own.is_some_and(|own| scope.promises().any(|it| it == own)));
        let depth = scope.map_or(parent.frames.len(), |scope| scope.depth);
        for promise in promises {
            self.m.adopt(&mut parent, depth, promise);
            if let Producer::Task(id) = self.m.heap.promises[promise].producer
                && let Some(child) = self.m.sched.tasks.get_mut(&id)
            {
                child.owner = Some(owner);
            }
        }
        self.m.sched.tasks.insert(owner, parent);
    }

    /// An exception leaves instructions of the function on top: those of a block, or all. As if calls did not overlap, tasks
    /// that were started before the one that failed come to their end, and those after it are cancelled; all are, if the
    /// exception ends the program.
    pub(crate) fn leave(&mut self, from: u32, to: u32, exception: Ref<Exception>) -> Leaving {
        let children = self.children(from, to);
        if children.is_empty() {
            return Leaving::Now(exception);
        }
        let is_it = |m: &Machine, child: Ref<Promise>| match m.heap.promises[child].state {
            PromiseState::Failed(failure) => failure == exception,
            _ => false,
        };
        let at = children.iter().position(|child| is_it(self.m, *child)).unwrap_or(children.len());
        let (before, after) = children.split_at(at);
        let object = &self.m.heap.exceptions[exception];
        // What ends the program, `exit()` or a limit, ends all that it has started.
        let ends_all = matches!(object.kind, ExceptionKind::CancelledError | ExceptionKind::SystemExit);
        let has_passed = object.limit.is_some_and(|limit| limit != Limit::Depth);
        let is_cancelled = self.task.cancelled || ends_all || has_passed;
        if is_cancelled {
            before.iter().for_each(|child| self.cancel_promise(*child));
        }
        after.iter().for_each(|child| self.cancel_promise(*child));
        if !is_cancelled && let Err((promise, earlier)) = self.first_failure(before) {
            self.see_at_end(promise, earlier);
            if self.m.heap.exceptions[earlier].context.is_none() && earlier != exception {
                self.set_context(earlier, exception);
            }
            return self.leave(from, to, earlier);
        }
        let mut pending = Vec::new();
        for &child in &children {
            if let Look::Pending(root) = self.look(child) {
                pending.push(root);
            }
        }
        if pending.is_empty() {
            return Leaving::Now(exception);
        }
        self.task.failure = Some(exception);
        self.task.recorded = true;
        self.block(pending, Wakes::All, None);
        Leaving::Later
    }

    /// The frame on top, which has started tasks, is left by an exception: gives what would have become of its value.
    pub(crate) fn drop_scope(&mut self) -> Option<OnReturn> {
        let depth = self.task.frames.len();
        self.task.scopes.pop_if(|scope| scope.depth >= depth).map(|scope| scope.on_return)
    }
}

impl Task {
    /// The tasks that this one has started and that may still run.
    pub(super) fn started(&self) -> Vec<Ref<Promise>> {
        self.scopes.iter().flat_map(Scope::promises).collect()
    }

    pub(super) fn id(&self) -> TaskId {
        self.identity.id
    }
}
