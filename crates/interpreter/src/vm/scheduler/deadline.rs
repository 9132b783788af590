//! Time limits of tasks that compute. Who waits for a timer gets its turn when the task that runs waits; a task that never
//! does is looked at from time to time.

use crate::exception_kind::ExceptionKind;
use crate::host::{Data, Host};
use crate::objects::{Producer, Promise};
use crate::value::Ref;
use crate::vm::machine::Machine;
use crate::vm::{SLICE, Vm};

use super::cancel::CANCELLED;
use super::{Guard, TaskId};

impl Machine {
    /// The task is to be cancelled when the timer is due.
    pub(super) fn guard(&mut self, timer: Ref<Promise>, task: TaskId, due: f64) {
        if let Producer::Request(timer) = self.heap.promises[timer].producer {
            self.sched.guards.push(Guard { task, timer, due });
        }
    }
}

impl Vm {
    /// Cancels the task that runs if it, or one that it belongs to, has had its time.
    pub(super) fn look_at_deadlines(&mut self, host: &mut dyn Host) {
        let slices = self.machine.all_steps() / SLICE;
        let sched = &mut self.machine.sched;
        if slices == sched.guards_seen {
            return;
        }
        sched.guards_seen = slices;
        let running = self.task.id();
        // One that is over needs no time limit, nor one that cleans up already.
        let is_cancelled = self.task.cancelled;
        sched.guards.retain(|guard| match sched.tasks.get(&guard.task) {
            Some(task) => !task.cancelled,
            None => guard.task == running && !is_cancelled,
        });
        if sched.guards.is_empty() {
            return;
        }
        let around = self.tasks_around();
        let now = host.now();
        let sched = &mut self.machine.sched;
        // The host may have said already that the timer is due; whoever waits for it has not had its turn since.
        let is_over = |guard: &Guard| guard.due <= now || !sched.asked.contains_key(&guard.timer);
        // The outermost ends all that are inside.
        let over = sched.guards.iter().enumerate().filter(|it| is_over(it.1));
        let depths = over.filter_map(|(at, guard)| Some((around.iter().position(|task| *task == guard.task)?, at)));
        let Some((depth, at)) = depths.max() else { return };
        let guard = sched.guards.swap_remove(at);
        // For whoever waits, the timer ended first, and the task because of that.
        if sched.asked.contains_key(&guard.timer) {
            self.resume(guard.timer, Ok(Data::None));
            self.machine.sched.dropped.push(guard.timer);
        }
        for id in &around[1..=depth] {
            for below in self.machine.cancel_task(*id, CANCELLED) {
                self.machine.cancel_promise(&self.codes, below, running);
            }
        }
        self.machine.sched.cancelled_running.remove(&running);
        let exception = self.machine.new_exception(ExceptionKind::CancelledError, CANCELLED);
        if self.task.cancel(exception) {
            for below in self.task.started() {
                self.machine.cancel_promise(&self.codes, below, running);
            }
        }
    }

    /// The task that runs, the one that started it, and so on.
    fn tasks_around(&self) -> Vec<TaskId> {
        let mut around = vec![self.task.id()];
        let mut owner = self.task.owner;
        while let Some(id) = owner {
            around.push(id);
            owner = self.machine.sched.tasks.get(&id).and_then(|task| task.owner);
        }
        around
    }
}
