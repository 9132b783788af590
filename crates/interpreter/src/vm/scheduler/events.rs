//! What happens to tasks, as the host is told.

use std::sync::Arc;

use crate::host::{Host, TaskEvent, TaskEventKind};
use crate::objects::{Exception, Promise};
use crate::ops;
use crate::value::Ref;
use crate::vm::execute::Cx;
use crate::vm::machine::{LoadedCode, Machine};
use crate::vm::position;

use super::{Identity, Scheduler};

impl Scheduler {
    /// Tells the host what has happened since the last time.
    pub(super) fn tell(&mut self, host: &mut dyn Host) {
        for event in self.events.drain(..) {
            host.trace(&event);
        }
    }

    pub(super) fn note(&mut self, codes: &[LoadedCode], identity: &Identity, kind: TaskEventKind) {
        if !self.is_tracing {
            return;
        }
        // A call that might have been a task, and was none, shows nowhere.
        let is_end = matches!(kind, TaskEventKind::Finished | TaskEventKind::Failed { .. } | TaskEventKind::Cancelled);
        if is_end && !identity.is_told() {
            return;
        }
        self.note_start(codes, identity);
        self.push(codes, identity, kind);
    }

    /// A task has started; so have those that led to it.
    pub(super) fn note_start(&mut self, codes: &[LoadedCode], identity: &Identity) {
        if !self.is_tracing {
            return;
        }
        for identity in identity.untold().into_iter().rev() {
            identity.tell();
            let place = identity.call().and_then(|(code, at)| Some((codes.get(code.0 as usize)?, at)));
            let position = place.map(|(loaded, at)| position(loaded, at as usize));
            let (name, parent) = (identity.name.to_string(), u64::from(identity.parent().0));
            self.push(codes, identity, TaskEventKind::Started { name, parent, position });
        }
    }

    fn push(&mut self, codes: &[LoadedCode], identity: &Identity, kind: TaskEventKind) {
        self.events.push(TaskEvent { task: u64::from(identity.id.0), identity: identity.text(codes), kind });
    }
}

impl Machine {
    /// How a task or request ended.
    pub(super) fn note_end(&mut self, codes: &[LoadedCode], identity: &Identity, failure: Option<Ref<Exception>>) {
        if !self.sched.is_tracing {
            return;
        }
        let kind = match failure {
            None => TaskEventKind::Finished,
            Some(exception) => {
                let kind = self.heap.exceptions[exception].kind;
                if kind == crate::ExceptionKind::CancelledError {
                    TaskEventKind::Cancelled
                } else {
                    let text = self.heap.answers.quietly(|| ops::exception_text(&self.heap, exception));
                    let error = match text {
                        Ok(text) if !text.is_empty() => format!("{}: {text}", kind.name()),
                        _ => kind.name().to_owned(),
                    };
                    TaskEventKind::Failed { error }
                }
            }
        };
        self.sched.note(codes, identity, kind);
    }

    pub(super) fn identity_of(&self, promise: Ref<Promise>) -> Option<Arc<Identity>> {
        self.heap.promises[promise].identity.clone()
    }
}

impl Cx<'_> {
    /// The running task waits.
    pub(super) fn tell_wait(&mut self) {
        if !self.m.sched.is_tracing {
            return;
        }
        let of = |promise: &Ref<Promise>| self.m.heap.promises[*promise].identity.as_ref().map(|it| u64::from(it.id.0));
        let on = self.task.wait.on.iter().filter_map(of).collect();
        self.m.sched.note(self.codes, &self.task.identity, TaskEventKind::Waiting { on });
    }

    /// A call is about to be tried, for the first time or again.
    pub(crate) fn tell_attempt(&mut self, number: u64, of: u64) {
        self.m.sched.note(self.codes, &self.task.identity, TaskEventKind::Attempt { number, of });
    }
}
