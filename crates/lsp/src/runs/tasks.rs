//! The tasks of a run: how each stands now, and what was measured at each call.

use std::collections::BTreeMap;
use std::time::Instant;

use danaide_interpreter::{TaskEvent, TaskEventKind};
use danaide_syntax::TextRange;
use lsp_types::{Range, Url};
use rustc_hash::{FxHashMap, FxHashSet};

use super::places::Places;
use super::protocol::{RunOutcome, RunState, RunTask};

/// So many tasks of a run are shown at most: a tree that nobody can look at helps nobody.
const MOST_SHOWN: usize = 10_000;

/// Names the program itself, which all other tasks are below.
const PROGRAM: u64 = 0;

/// The tasks of a run.
#[derive(Debug)]
pub(crate) struct Tasks {
    began: Instant,
    pub(crate) places: Places,
    /// Those that run, and those that ended but were not reported yet.
    known: FxHashMap<u64, Task>,
    changed: Vec<u64>,
    is_changed: FxHashSet<u64>,
    shown: usize,
    started: usize,
    ended: usize,
    measured: BTreeMap<Site, Measure>,
}

/// A call: the file as the program names it, start and end in bytes.
type Site = (String, u32, u32);

#[derive(Debug)]
struct Task {
    is_shown: bool,
    site: Option<Site>,
    /// As the client is told.
    report: RunTask,
    waits_since: Option<f64>,
}

/// What was measured at one call, over all its tasks.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Measure {
    pub(crate) name: String,
    pub(crate) tasks: u64,
    pub(crate) failed: u64,
    /// Of the task that was tried most often.
    pub(crate) attempts: u64,
    /// The longest.
    pub(crate) longest_ms: f64,
    pub(crate) total_ms: f64,
    pub(crate) waiting_ms: f64,
}

impl Tasks {
    pub(crate) fn new(places: Places, uri: Url, title: String) -> Self {
        let mut tasks = Self {
            began: Instant::now(),
            places,
            known: FxHashMap::default(),
            changed: Vec::new(),
            is_changed: FxHashSet::default(),
            shown: 0,
            started: 0,
            ended: 0,
            measured: BTreeMap::new(),
        };
        tasks.add(PROGRAM, None, title, (uri, None), None);
        tasks
    }

    fn now(&self) -> f64 {
        milliseconds(self.began)
    }

    fn add(&mut self, id: u64, parent: Option<u64>, name: String, place: (Url, Option<Range>), site: Option<Site>) {
        let is_shown = self.shown < MOST_SHOWN;
        self.shown += usize::from(is_shown);
        let (uri, range) = place;
        let report = RunTask {
            id: id.to_string(),
            parent: parent.map(|it| it.to_string()),
            name,
            uri,
            range,
            state: RunState::Running,
            attempts: 1,
            started_ms: self.now(),
            duration_ms: 0.0,
            waiting_ms: 0.0,
        };
        self.known.insert(id, Task { is_shown, site, report, waits_since: None });
        self.change(id);
    }

    fn change(&mut self, id: u64) {
        if self.known.get(&id).is_some_and(|it| it.is_shown) && self.is_changed.insert(id) {
            self.changed.push(id);
        }
    }

    /// Notes what happened.
    pub(crate) fn take(&mut self, event: &TaskEvent) {
        let id = event.task;
        let now = self.now();
        match &event.kind {
            TaskEventKind::Started { name, parent, position, .. } => {
                self.started += 1;
                let root = self.known.get(&PROGRAM).map(|it| it.report.uri.clone());
                let found = position.as_ref().and_then(|it| self.places.find(&it.path, it.range));
                let place = match (found, root) {
                    (Some((uri, range, _)), _) => (uri, Some(range)),
                    (None, Some(root)) => (root, None),
                    (None, None) => return,
                };
                let site = position.as_ref().map(|it| {
                    let range = self.places.in_document(&it.path, it.range);
                    (it.path.clone(), range.start().into(), range.end().into())
                });
                self.add(id, Some(*parent), name.clone(), place, site);
            }
            TaskEventKind::Attempt { number, .. } => {
                if let Some(task) = self.known.get_mut(&id) {
                    task.report.attempts = *number;
                }
                self.change(id);
            }
            TaskEventKind::Waiting { .. } => {
                if let Some(task) = self.known.get_mut(&id) {
                    task.report.state = RunState::Waiting;
                    task.waits_since = Some(now);
                }
                self.change(id);
            }
            TaskEventKind::Resumed => {
                if let Some(task) = self.known.get_mut(&id) {
                    task.report.state = RunState::Running;
                    task.stop_waiting(now);
                }
                self.change(id);
            }
            TaskEventKind::Finished => self.finish(id, RunState::Done),
            TaskEventKind::Failed { .. } => self.finish(id, RunState::Failed),
            TaskEventKind::Cancelled => self.finish(id, RunState::Cancelled),
        }
    }

    fn finish(&mut self, id: u64, state: RunState) {
        let now = self.now();
        let Some(task) = self.known.get_mut(&id) else { return };
        task.stop_waiting(now);
        task.report.state = state;
        task.report.duration_ms = now - task.report.started_ms;
        if id != PROGRAM {
            self.ended += 1;
        }
        if let Some(site) = &task.site {
            let report = &task.report;
            let measure = self.measured.entry(site.clone()).or_default();
            measure.name.clone_from(&report.name);
            measure.tasks += 1;
            measure.failed += u64::from(state == RunState::Failed);
            measure.attempts = measure.attempts.max(report.attempts);
            measure.longest_ms = measure.longest_ms.max(report.duration_ms);
            measure.total_ms += report.duration_ms;
            measure.waiting_ms += report.waiting_ms;
        }
        if task.is_shown {
            self.change(id);
        } else {
            self.known.remove(&id);
        }
    }

    /// The run has ended, and with it whatever still ran.
    pub(crate) fn end(&mut self, outcome: RunOutcome) {
        let mut running: Vec<u64> = self.known.iter().filter(|(_, it)| !it.has_ended()).map(|(id, _)| *id).collect();
        running.sort_unstable_by(|a, b| b.cmp(a));
        for id in running {
            let state = match outcome {
                RunOutcome::Done => RunState::Done,
                RunOutcome::Failed if id == PROGRAM => RunState::Failed,
                RunOutcome::Failed | RunOutcome::Cancelled | RunOutcome::Limit => RunState::Cancelled,
            };
            self.finish(id, state);
        }
    }

    /// How many have ended of how many, without the program itself.
    pub(crate) fn count(&self) -> (usize, usize) {
        (self.ended, self.started)
    }

    /// The tasks that changed since the last time. Those that ended are forgotten.
    pub(crate) fn take_changed(&mut self) -> Vec<RunTask> {
        let now = self.now();
        self.is_changed.clear();
        let mut out = Vec::new();
        for id in std::mem::take(&mut self.changed) {
            let Some(task) = self.known.get(&id) else { continue };
            let mut report = task.report.clone();
            let has_ended = task.has_ended();
            if !has_ended {
                report.duration_ms = now - report.started_ms;
                report.waiting_ms += task.waits_since.map_or(0.0, |it| now - it);
            }
            for number in [&mut report.started_ms, &mut report.duration_ms, &mut report.waiting_ms] {
                *number = (*number * 1000.0).round() / 1000.0;
            }
            if has_ended {
                self.known.remove(&id);
            }
            out.push(report);
        }
        out
    }

    /// What was measured, by file and range.
    pub(crate) fn measured(&self) -> impl Iterator<Item = (&str, TextRange, &Measure)> {
        self.measured
            .iter()
            .map(|((path, start, end), it)| (path.as_str(), TextRange::new((*start).into(), (*end).into()), it))
    }
}

impl Task {
    fn stop_waiting(&mut self, now: f64) {
        if let Some(since) = self.waits_since.take() {
            self.report.waiting_ms += now - since;
        }
    }

    fn has_ended(&self) -> bool {
        matches!(self.report.state, RunState::Done | RunState::Failed | RunState::Cancelled)
    }
}

/// The time since a moment.
pub(crate) fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
