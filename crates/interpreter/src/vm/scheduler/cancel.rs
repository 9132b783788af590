//! Cancelling: the task, every task below it, and the requests that they wait for.

use crate::exception_kind::ExceptionKind;
use crate::host::RequestId;
use crate::objects::{Exception, Producer, Promise, PromiseState};
use crate::value::Ref;
use crate::vm::execute::Cx;
use crate::vm::machine::{LoadedCode, Machine, Task, TaskState};

use super::TaskId;

/// What the exception says.
pub(super) const CANCELLED: &str = "the task was cancelled";

impl Cx<'_> {
    /// Ends what a promise stands for, as soon as it is its turn. Whoever waits for it still gets a `CancelledError`.
    pub(crate) fn cancel_promise(&mut self, promise: Ref<Promise>) {
        let own = self.task.identity.id;
        self.m.cancel_promise(self.codes, promise, own);
    }
}

impl Machine {
    /// `running`: the task in the hands of the virtual machine.
    pub(super) fn cancel_promise(&mut self, codes: &[LoadedCode], promise: Ref<Promise>, running: TaskId) {
        let mut pending = vec![promise];
        while let Some(promise) = pending.pop() {
            let object = &mut self.heap.promises[promise];
            // That it has failed is no news to somebody who does not want it any more.
            object.seen = true;
            if !object.is_pending() {
                continue;
            }
            match object.producer {
                Producer::Converted { source, .. } => pending.push(source),
                Producer::Request(id) => self.cancel_request(codes, id),
                Producer::Task(id) if id == running => {
                    self.sched.cancelled_running.insert(id);
                }
                // The first that was started comes first.
                Producer::Task(id) => pending.extend(self.cancel_task(id, CANCELLED).into_iter().rev()),
            }
        }
    }

    fn cancel_request(&mut self, codes: &[LoadedCode], id: RequestId) {
        let Some(asked) = self.sched.asked.remove(&id) else { return };
        match self.sched.queue.iter().position(|(queued, _)| *queued == id) {
            Some(at) => {
                self.sched.queue.remove(at);
            }
            None => {
                self.sched.at_work -= usize::from(asked.counts);
                self.sched.dropped.push(id);
            }
        }
        let exception = self.new_exception(ExceptionKind::CancelledError, CANCELLED);
        if let Some(identity) = self.identity_of(asked.promise) {
            self.note_end(codes, &identity, Some(exception));
        }
        self.settle(asked.promise, PromiseState::Failed(exception));
    }

    /// Raises `CancelledError` where a task stands. Gives the tasks below it, which are to be cancelled too.
    pub(super) fn cancel_task(&mut self, id: TaskId, message: &str) -> Vec<Ref<Promise>> {
        let exception = self.new_exception(ExceptionKind::CancelledError, message);
        let Some(task) = self.sched.tasks.get_mut(&id) else { return Vec::new() };
        let is_blocked = task.state == TaskState::Blocked;
        if !task.cancel(exception) {
            return Vec::new();
        }
        let below = task.started();
        if is_blocked && task.state == TaskState::Ready {
            self.sched.ready.push_back(id);
        }
        below
    }

    /// Ends a task that was cancelled and does not come to its end, and all below it, without running anything more.
    pub(super) fn kill(&mut self, codes: &[LoadedCode], id: TaskId) {
        let mut pending = vec![id];
        while let Some(id) = pending.pop() {
            let Some(task) = self.sched.tasks.remove(&id) else { continue };
            for promise in task.started() {
                let object = &self.heap.promises[promise];
                match (object.is_pending(), object.producer) {
                    (true, Producer::Task(child)) => pending.push(child),
                    (true, Producer::Request(request)) => self.cancel_request(codes, request),
                    _ => {}
                }
            }
            self.drop_grace(task.grace);
            self.sched.methods -= usize::from(task.receiver.is_some());
            let message = "the task was cancelled and took too long to end";
            let exception = self.new_exception(ExceptionKind::CancelledError, message);
            self.note_end(codes, &task.identity, Some(exception));
            if let Some(promise) = task.promise {
                self.settle(promise, PromiseState::Failed(exception));
            }
        }
    }

    /// A cancelled task is over: it needs no timer any more.
    pub(super) fn drop_grace(&mut self, grace: Option<RequestId>) {
        if let Some(grace) = grace
            && self.sched.graces.remove(&grace).is_some()
        {
            self.sched.dropped.push(grace);
        }
    }
}

impl Task {
    /// Raises an exception where the task goes on; false if it was cancelled before.
    pub(super) fn cancel(&mut self, exception: Ref<Exception>) -> bool {
        if self.cancelled || self.state == TaskState::Finished {
            return false;
        }
        self.cancelled = true;
        // One that is on its way out already goes on with that.
        if self.failure.is_none() {
            self.failure = Some(exception);
            self.recorded = false;
            if self.state == TaskState::Blocked {
                self.state = TaskState::Ready;
                // What it waited for does not wake it.
                self.wait.number += 1;
                self.wait.on.clear();
                self.wait.dst = None;
            }
        }
        true
    }
}
