//! What a trace tells of the tasks of a run, for all who show it.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use thiserror::Error;

/// A trace that cannot be shown.
#[derive(Debug, Error)]
pub enum TraceError {
    #[error("line {line} is no event of a trace: {reason}")]
    Malformed { line: usize, reason: String },
    #[error("there are no tasks in it")]
    Empty,
}

/// The tasks of a run.
#[derive(Debug)]
pub(super) struct Trace {
    tasks: HashMap<u64, Task>,
    tree: Vec<TreeLine>,
    critical: HashSet<u64>,
    /// When the first task started and the last event happened, in seconds.
    pub first: f64,
    pub end: f64,
}

/// A task's place in the tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct TreeLine {
    pub depth: usize,
    pub id: u64,
}

/// A task as the trace tells of it.
#[derive(Debug, Default)]
pub(super) struct Task {
    pub name: String,
    pub identity: String,
    pub place: Option<Place>,
    children: Vec<u64>,
    pub start: f64,
    pub end: Option<f64>,
    /// When it stood still, and for which tasks.
    pub waits: Vec<Wait>,
    waits_since: Option<(f64, Vec<u64>)>,
    /// The number of the last attempt; 0 for what is tried once only.
    pub attempts: u64,
    /// When each attempt after the first began.
    pub attempt_times: Vec<f64>,
    pub tokens: Option<(u64, u64)>,
    pub outcome: Outcome,
}

#[derive(Debug)]
pub(super) struct Wait {
    pub since: f64,
    pub until: f64,
    pub on: Vec<u64>,
}

/// Where a task was started.
#[derive(Debug)]
pub(super) struct Place {
    pub file: String,
    pub line: u64,
}

/// What became of a task.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    /// With the type and the message.
    Failed(String),
    Cancelled,
    #[default]
    NotDone,
}

impl Outcome {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Failed(_) => "failed",
            Outcome::Cancelled => "cancelled",
            Outcome::NotDone => "not done",
        }
    }
}

impl Place {
    /// The name of the file without its folder, and the line.
    pub(super) fn short(&self) -> String {
        let file = self.file.rsplit(['/', '\\']).next().unwrap_or(&self.file);
        format!("{file}:{}", self.line)
    }
}

impl Task {
    fn new(name: &str, start: f64) -> Task {
        Task { name: name.to_owned(), start, ..Task::default() }
    }

    /// How long it stood still.
    pub(super) fn waited(&self) -> f64 {
        self.waits.iter().map(|wait| wait.until - wait.since).sum()
    }
}

impl Trace {
    /// Reads the lines of a trace. A last line that is cut off, as of a run that was killed, is left out.
    pub(super) fn read(text: &str) -> Result<Trace, TraceError> {
        let (tasks, end) = read(text)?;
        let first = tasks.values().map(|task| task.start).fold(f64::INFINITY, f64::min);
        if !first.is_finite() {
            return Err(TraceError::Empty);
        }
        let critical = critical_tasks(&tasks, end);
        Ok(Trace { tree: tree(&tasks), critical, tasks, first, end })
    }

    /// The tasks in the order of the tree: each before those that it started.
    pub(super) fn tree(&self) -> &[TreeLine] {
        &self.tree
    }

    /// `id` is one of [`Trace::tree`].
    pub(super) fn task(&self, id: u64) -> &Task {
        &self.tasks[&id]
    }

    /// Would the run have been shorter without it?
    pub(super) fn is_critical(&self, id: u64) -> bool {
        self.critical.contains(&id)
    }

    /// How long it took, to the end of the trace if it was not done by then.
    pub(super) fn seconds(&self, task: &Task) -> f64 {
        task.end.unwrap_or(self.end) - task.start
    }

    /// One line about all tasks together.
    pub(super) fn summary(&self) -> String {
        let mut summary = format!("{} tasks in {}", self.tasks.len(), shown(self.end - self.first));
        for outcome in ["failed", "cancelled", "not done"] {
            let number = self.tasks.values().filter(|task| task.outcome.name() == outcome).count();
            if number > 0 {
                summary += &format!(", {number} {outcome}");
            }
        }
        let tokens = self.tasks.values().filter_map(|task| task.tokens);
        let (asked, answered) = tokens.fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
        if asked + answered > 0 {
            summary += &format!(", {asked} + {answered} tokens");
        }
        summary
    }
}

/// A length of time to read.
pub(super) fn shown(seconds: f64) -> String {
    if seconds < 0.9995 { format!("{:.1} ms", seconds * 1e3) } else { format!("{seconds:.2} s") }
}

fn read(text: &str) -> Result<(HashMap<u64, Task>, f64), TraceError> {
    let mut tasks: HashMap<u64, Task> = HashMap::new();
    let mut end = f64::NEG_INFINITY;
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let wrong = |reason: &str| TraceError::Malformed { line: index + 1, reason: reason.to_owned() };
        let event: Value = match serde_json::from_str(line) {
            Ok(event) => event,
            Err(error) if error.is_eof() && text.ends_with(line) => break,
            Err(error) => return Err(wrong(&error.to_string())),
        };
        let time = event["time"].as_f64().ok_or_else(|| wrong("it has no `time`"))?;
        let id = event["task"].as_u64().ok_or_else(|| wrong("it has no `task`"))?;
        let kind = event["event"].as_str().ok_or_else(|| wrong("it has no `event`"))?;
        end = end.max(time);
        let is_new = !tasks.contains_key(&id);
        let task = tasks.entry(id).or_insert_with(|| Task::new("main", time));
        if task.identity.is_empty() {
            task.identity = event["id"].as_str().unwrap_or_default().to_owned();
        }
        match kind {
            "start" => {
                task.name = event["name"].as_str().unwrap_or("?").to_owned();
                if let (Some(file), Some(line)) = (event["file"].as_str(), event["line"].as_u64()) {
                    task.place = Some(Place { file: file.to_owned(), line });
                }
                let parent = event["parent"].as_u64().filter(|parent| *parent != id && is_new);
                if let Some(parent) = parent {
                    tasks.entry(parent).or_insert_with(|| Task::new("main", time)).children.push(id);
                }
            }
            "attempt" => {
                task.attempts = event["attempt"].as_u64().unwrap_or(0);
                if task.attempts > 1 {
                    task.attempt_times.push(time);
                }
            }
            "wait" => {
                let on = event["on"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
                task.waits_since = Some((time, on));
            }
            "usage" => {
                let count = |name: &str| event[name].as_u64().unwrap_or(0);
                task.tokens = Some((count("prompt_tokens"), count("completion_tokens")));
            }
            _ => {
                if let Some((since, on)) = task.waits_since.take() {
                    task.waits.push(Wait { since, until: time, on });
                }
                match kind {
                    "result" => (task.end, task.outcome) = (Some(time), Outcome::Done),
                    "cancellation" => (task.end, task.outcome) = (Some(time), Outcome::Cancelled),
                    "failure" => {
                        let error = event["error"].as_str().unwrap_or_default().to_owned();
                        (task.end, task.outcome) = (Some(time), Outcome::Failed(error));
                    }
                    _ => {}
                }
            }
        }
    }
    for task in tasks.values_mut() {
        if let Some((since, on)) = task.waits_since.take() {
            task.waits.push(Wait { since, until: end, on });
        }
    }
    Ok((tasks, end))
}

/// The tasks in the order of the tree, with how deep each stands.
fn tree(tasks: &HashMap<u64, Task>) -> Vec<TreeLine> {
    // What starts with the trace stands at the top; that is one task in most.
    let mut pending = match tasks.get(&0) {
        Some(_) => vec![TreeLine { depth: 0, id: 0 }],
        None => {
            let children: HashSet<u64> = tasks.values().flat_map(|task| task.children.iter().copied()).collect();
            let mut top: Vec<u64> = tasks.keys().copied().filter(|id| !children.contains(id)).collect();
            top.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
            top.into_iter().map(|id| TreeLine { depth: 0, id }).collect()
        }
    };
    let mut found = Vec::with_capacity(tasks.len());
    while let Some(line) = pending.pop() {
        found.push(line);
        let children = tasks[&line.id].children.iter().rev();
        pending.extend(children.map(|child| TreeLine { depth: line.depth + 1, id: *child }));
    }
    found
}

/// From the end of the run back to its start: what the task that is looked at waited for last decided when it went on, and so on
/// in that; before that one started, the task that waited for it did what counts.
fn critical_tasks(tasks: &HashMap<u64, Task>, end: f64) -> HashSet<u64> {
    let mut critical = HashSet::new();
    let ends = |id: &u64| tasks.get(id).and_then(|it| it.end).unwrap_or(end);
    // Each with the moment from which it is looked at backwards, and how many of its waits are before that.
    let mut pending: Vec<(u64, f64, usize)> = Vec::new();
    let mut enter = |id: u64, pending: &mut Vec<(u64, f64, usize)>| {
        if let Some(task) = tasks.get(&id)
            && critical.insert(id)
        {
            pending.push((id, ends(&id), task.waits.len()));
        }
    };
    tasks.keys().min().into_iter().for_each(|first| enter(*first, &mut pending));
    while let Some((id, until, waits)) = pending.pop() {
        let task = &tasks[&id];
        let Some(at) = task.waits[..waits].iter().rposition(|it| it.until <= until) else { continue };
        let wait = &task.waits[at];
        let on = wait.on.iter().copied().max_by(|a, b| ends(a).total_cmp(&ends(b)));
        let start = on.and_then(|it| tasks.get(&it)).map_or(wait.since, |it| it.start.min(wait.since));
        pending.push((id, start, at));
        on.into_iter().for_each(|on| enter(on, &mut pending));
    }
    critical
}
