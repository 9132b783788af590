//! The tasks of a run while it goes on, on a terminal: drawn by indicatif below what the program prints.

use std::collections::{BTreeSet, HashMap};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use console::{Term, truncate_str};
use danaide_interpreter::{TaskEvent, TaskEventKind};
use danaide_runtime::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::When;

/// Runs that are shorter show nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often it is drawn.
const INTERVAL: Duration = Duration::from_millis(100);

/// How many tasks are shown at most; of a low terminal, fewer.
const MOST_TASKS: usize = 12;

/// How many levels of the tree are indented.
const MOST_INDENTED: usize = 10;

/// The program itself, in the events of tasks.
const PROGRAM: u64 = 0;

/// What is shown, if anything is.
pub fn progress(when: When) -> Option<Box<dyn Progress>> {
    let is_wanted = match when {
        When::Always => true,
        When::Never => false,
        When::Auto => std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
    };
    is_wanted.then(|| Box::new(LiveView::new(Term::stderr(), Instant::now())) as Box<dyn Progress>)
}

struct LiveView {
    tasks: Tasks,
    terminal: Term,
    drawn: Option<ProgressBar>,
    next: Instant,
}

impl LiveView {
    fn new(terminal: Term, now: Instant) -> LiveView {
        LiveView { tasks: Tasks::new(now), terminal, drawn: None, next: now + PATIENCE }
    }
}

impl Progress for LiveView {
    fn note(&mut self, event: &TaskEvent) {
        self.tasks.note(event, Instant::now());
    }

    fn show(&mut self) {
        let now = Instant::now();
        if now < self.next {
            return;
        }
        self.next = now + INTERVAL;
        let (height, width) = self.terminal.size();
        let most = MOST_TASKS.min(usize::from(height).saturating_sub(4));
        let lines = self.tasks.lines(now, most);
        if lines.is_empty() {
            return self.clear();
        }
        // The last column stays free: some terminals go to the next line after it.
        let width = usize::from(width).saturating_sub(1);
        let lines: Vec<_> = lines.iter().map(|line| truncate_str(line, width, "…")).collect();
        let bar = self.drawn.get_or_insert_with(|| {
            let target = ProgressDrawTarget::term_like_with_hz(Box::new(self.terminal.clone()), 255);
            let style = ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
            ProgressBar::with_draw_target(None, target).with_style(style)
        });
        // This draws it, too.
        bar.set_message(lines.join("\n"));
    }

    fn next(&self) -> Instant {
        self.next
    }

    fn clear(&mut self) {
        if let Some(bar) = self.drawn.take() {
            bar.finish_and_clear();
        }
    }
}

/// The tasks that are under way, and how many were.
struct Tasks {
    start: Instant,
    running: HashMap<u64, Task>,
    done: usize,
    failed: usize,
}

#[derive(Default)]
struct Task {
    name: String,
    parent: u64,
    since: Option<Instant>,
    /// Since when it stands still.
    waits_since: Option<Instant>,
    attempt: Option<(u64, u64)>,
    /// The tasks under way that it started, in the order in which they started.
    children: BTreeSet<u64>,
    /// How many others it started that are done.
    done: usize,
}

impl Tasks {
    fn new(now: Instant) -> Tasks {
        Tasks { start: now, running: HashMap::from([(PROGRAM, Task::default())]), done: 0, failed: 0 }
    }

    fn note(&mut self, event: &TaskEvent, now: Instant) {
        let id = event.task;
        match &event.kind {
            TaskEventKind::Started { name, parent, request, .. } if id != PROGRAM => {
                // What the host is asked for does nothing else than wait.
                let waits_since = request.map(|_| now);
                let task =
                    Task { name: name.clone(), parent: *parent, since: Some(now), waits_since, ..Task::default() };
                self.running.insert(id, task);
                if let Some(parent) = self.running.get_mut(parent) {
                    parent.children.insert(id);
                }
            }
            TaskEventKind::Started { .. } => {}
            TaskEventKind::Attempt { number, of } => {
                self.change(id, |task| task.attempt = Some((*number, *of)));
            }
            TaskEventKind::Waiting { .. } => self.change(id, |task| task.waits_since = Some(now)),
            TaskEventKind::Resumed => self.change(id, |task| task.waits_since = None),
            TaskEventKind::Finished | TaskEventKind::Cancelled => self.end(id),
            TaskEventKind::Failed { .. } => {
                self.failed += usize::from(id != PROGRAM);
                self.end(id);
            }
        }
    }

    fn change(&mut self, id: u64, change: impl FnOnce(&mut Task)) {
        if let Some(task) = self.running.get_mut(&id) {
            change(task);
        }
    }

    fn end(&mut self, id: u64) {
        if id == PROGRAM {
            return;
        }
        let Some(task) = self.running.remove(&id) else { return };
        self.done += 1;
        self.change(task.parent, |parent| {
            parent.children.remove(&id);
            parent.done += 1;
        });
    }

    /// A line about all tasks, then at most `most` of them, each below the one that started it. Nothing if none is under way.
    fn lines(&self, now: Instant, most: usize) -> Vec<String> {
        let running = self.running.len() - 1;
        if running == 0 {
            return Vec::new();
        }
        let waiting = self.running.iter().filter(|(id, task)| **id != PROGRAM && task.waits_since.is_some()).count();
        let mut head = format!("{} · {running} tasks under way, {waiting} waiting", shown(now - self.start));
        for (number, what) in [(self.done, "done"), (self.failed, "failed")] {
            if number > 0 {
                head += &format!(", {number} {what}");
            }
        }
        let mut lines = vec![head];
        // One whose starter is gone stands at the top.
        let is_top = |(id, task): &(&u64, &Task)| **id != PROGRAM && !self.running.contains_key(&task.parent);
        let mut top: BTreeSet<u64> = self.running.iter().filter(is_top).map(|(id, _)| *id).collect();
        top.extend(&self.running[&PROGRAM].children);
        let mut pending: Vec<(usize, u64)> = top.into_iter().rev().map(|id| (0, id)).collect();
        while lines.len() <= most
            && let Some((depth, id)) = pending.pop()
        {
            let task = &self.running[&id];
            lines.push(format!("  {}{}", "  ".repeat(depth.min(MOST_INDENTED)), task.line(now)));
            pending.extend(task.children.iter().rev().map(|child| (depth + 1, *child)));
        }
        let left_out = running - (lines.len() - 1);
        if left_out > 0 {
            lines.push(format!("  and {left_out} more"));
        }
        lines
    }
}

impl Task {
    fn line(&self, now: Instant) -> String {
        let mut line = self.name.clone();
        match (self.waits_since, self.since) {
            (Some(since), _) => line += &format!(", waits {}", shown(now - since)),
            (None, Some(since)) => line += &format!(", runs {}", shown(now - since)),
            (None, None) => {}
        }
        if let Some((number, of)) = self.attempt.filter(|(number, _)| *number > 1) {
            line += &format!(", attempt {number} of {of}");
        }
        if self.done > 0 || self.children.len() > 1 {
            line += &format!(", {} of {} done", self.done, self.done + self.children.len());
        }
        line
    }
}

/// Tenths of a second, then seconds, then minutes.
fn shown(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use danaide_interpreter::RequestId;

    use super::*;

    fn started(task: u64, name: &str, parent: u64, request: Option<RequestId>) -> TaskEvent {
        let kind = TaskEventKind::Started { name: name.to_owned(), parent, position: None, request };
        TaskEvent { task, identity: String::new(), kind }
    }

    fn happened(task: u64, kind: TaskEventKind) -> TaskEvent {
        TaskEvent { task, identity: String::new(), kind }
    }

    #[test]
    fn tasks_stand_below_what_started_them_and_go_when_they_are_done() {
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let mut tasks = Tasks::new(start);
        assert!(tasks.lines(at(1), 5).is_empty());
        tasks.note(&started(1, "load", 0, None), at(0));
        tasks.note(&happened(1, TaskEventKind::Waiting { on: vec![2, 3] }), at(0));
        for (task, name) in [(2, "fetch"), (3, "fetch"), (4, "fetch")] {
            tasks.note(&started(task, name, 1, None), at(0));
        }
        tasks.note(&started(5, "http.get", 3, Some(RequestId(7))), at(1));
        tasks.note(&happened(3, TaskEventKind::Waiting { on: vec![5] }), at(1));
        tasks.note(&happened(2, TaskEventKind::Failed { error: "x".into() }), at(2));
        tasks.note(&happened(3, TaskEventKind::Attempt { number: 2, of: 3 }), at(2));
        let expected = [
            "1 min 1 s · 4 tasks under way, 3 waiting, 1 done, 1 failed",
            "  load, waits 1 min 1 s, 1 of 3 done",
            "    fetch, waits 1 min 0 s, attempt 2 of 3",
            "      http.get, waits 1 min 0 s",
            "    fetch, runs 1 min 1 s",
        ];
        assert_eq!(tasks.lines(at(61), 5), expected);
        assert_eq!(tasks.lines(at(61), 2).last().unwrap(), "  and 2 more");
        // What outlives the task that started it is still shown.
        tasks.note(&happened(1, TaskEventKind::Cancelled), at(3));
        assert_eq!(tasks.lines(at(3), 1)[1], "  fetch, waits 2.0 s, attempt 2 of 3");
        for task in [3, 4, 5] {
            tasks.note(&happened(task, TaskEventKind::Finished), at(4));
        }
        assert!(tasks.lines(at(4), 5).is_empty());
    }
}
