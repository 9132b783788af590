//! What happens in a run, from its thread to the task that reports it.

use danaide_interpreter::TaskEvent;
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::End;
use super::protocol::{Channel, RunTask};
use super::tasks::Tasks;

/// Shared by the thread of a run and its reporter.
#[derive(Debug)]
pub(crate) struct Sink {
    happened: Mutex<Happened>,
    /// Rung whenever something happened.
    pub(crate) bell: Notify,
}

#[derive(Debug)]
struct Happened {
    output: Vec<(Channel, String)>,
    tasks: Tasks,
    end: Option<End>,
}

impl Sink {
    pub(crate) fn new(tasks: Tasks) -> Self {
        Self { happened: Mutex::new(Happened { output: Vec::new(), tasks, end: None }), bell: Notify::new() }
    }

    pub(crate) fn write(&self, channel: Channel, text: &str) {
        if text.is_empty() {
            return;
        }
        let mut happened = self.happened.lock();
        match happened.output.last_mut() {
            Some((last, written)) if *last == channel => written.push_str(text),
            _ => happened.output.push((channel, text.to_owned())),
        }
        drop(happened);
        self.bell.notify_one();
    }

    pub(crate) fn task(&self, event: &TaskEvent) {
        self.happened.lock().tasks.take(event);
        self.bell.notify_one();
    }

    pub(crate) fn end(&self, end: End) {
        let mut happened = self.happened.lock();
        happened.tasks.end(end.outcome);
        happened.end = Some(end);
        drop(happened);
        self.bell.notify_one();
    }

    pub(crate) fn take_output(&self) -> Vec<(Channel, String)> {
        std::mem::take(&mut self.happened.lock().output)
    }

    /// The tasks that changed since the last time.
    pub(crate) fn take_tasks(&self) -> Vec<RunTask> {
        self.happened.lock().tasks.take_changed()
    }

    /// How many tasks have ended, of how many.
    pub(crate) fn count_tasks(&self) -> (usize, usize) {
        self.happened.lock().tasks.count()
    }

    pub(crate) fn take_end(&self) -> Option<End> {
        self.happened.lock().end.take()
    }

    /// Calls `work` with all that is known about tasks.
    pub(crate) fn with_tasks<T>(&self, work: impl FnOnce(&mut Tasks) -> T) -> T {
        work(&mut self.happened.lock().tasks)
    }
}
