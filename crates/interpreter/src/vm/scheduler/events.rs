//! What happens to tasks, as the host is told.

use std::sync::Arc;

use crate::host::{Host, RequestId, TaskEvent, TaskEventKind};
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
        if self.is_tracing {
            let event = TaskEvent { task: u64::from(identity.id.0), identity: identity.text(codes), kind };
            self.events.push(event);
        }
    }

    /// What was started last is a request.
    pub(super) fn note_request(&mut self, id: RequestId) {
        if let Some(TaskEvent { kind: TaskEventKind::Started { request, .. }, .. }) = self.events.last_mut() {
            *request = Some(id);
        }
    }

    pub(super) fn note_start(&mut self, codes: &[LoadedCode], identity: &Identity) {
        if !self.is_tracing {
            return;
        }
        let place = identity.call().and_then(|(code, at)| Some((codes.get(code.0 as usize)?, at)));
        let position =
            place.filter(|(loaded, _)| !loaded.unit.internal).map(|(loaded, at)| position(loaded, at as usize));
        let (name, parent) = (identity.name.to_string(), u64::from(identity.parent().0));
        self.note(codes, identity, TaskEventKind::Started { name, parent, position, request: None });
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
