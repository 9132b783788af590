//! A trace as a tree to read: each task with a bar of the time it took, what became of it, and the chain that decided how long
//! the run took.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use serde_json::Value;
use thiserror::Error;

/// How many levels of the tree are indented.
const MOST_INDENTED: usize = 20;

/// A trace that cannot be shown.
#[derive(Debug, Error)]
pub enum TraceError {
    #[error("line {line} is no event of a trace: {reason}")]
    Malformed { line: usize, reason: String },
    #[error("there are no tasks in it")]
    Empty,
}

/// A task as the trace tells of it.
#[derive(Debug, Default)]
struct Task {
    name: String,
    place: String,
    children: Vec<u64>,
    start: f64,
    end: Option<f64>,
    /// When it stood still, and for which tasks.
    waits: Vec<Wait>,
    waits_since: Option<(f64, Vec<u64>)>,
    attempts: u64,
    tokens: Option<(u64, u64)>,
    outcome: String,
}

#[derive(Debug)]
struct Wait {
    since: f64,
    until: f64,
    on: Vec<u64>,
}

/// The tasks of a trace, one a line, with bars of `width` columns: `█` runs, `░` waits. The tasks without which the run would have
/// been shorter are marked with `*`. A last line that is cut off, as of a run that was killed, is left out.
///
/// # Errors
/// For a text that is no trace.
pub fn render_trace(text: &str, width: usize) -> Result<String, TraceError> {
    let (tasks, end) = read(text)?;
    let first = tasks.values().map(|task| task.start).fold(f64::INFINITY, f64::min);
    if !first.is_finite() {
        return Err(TraceError::Empty);
    }
    let critical = critical_tasks(&tasks, end);
    let lines = lines(&tasks);
    let name_width = lines.iter().map(|(depth, id)| depth * 2 + tasks[id].name.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for (depth, id) in lines {
        let task = &tasks[&id];
        let mark = if critical.contains(&id) { '*' } else { ' ' };
        let name = format!("{}{}", "  ".repeat(depth), task.name);
        let bar = bar(task, first, end, width);
        let seconds = task.end.unwrap_or(end) - task.start;
        let mut notes = vec![task.outcome.clone()];
        if task.attempts > 1 {
            notes.push(format!("{} attempts", task.attempts));
        }
        if let Some((asked, answered)) = task.tokens {
            notes.push(format!("{asked} + {answered} tokens"));
        }
        notes.push(task.place.clone());
        notes.retain(|note| !note.is_empty());
        // Writing to a string does not fail.
        let line = format!("{mark} {name:<name_width$} │{bar}│ {:>9} {}", shown(seconds), notes.join(", "));
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let (asked, answered) = tasks.values().filter_map(|task| task.tokens).fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
    let count = |outcome: &str| tasks.values().filter(|task| task.outcome.starts_with(outcome)).count();
    let _ = write!(out, "\n{} tasks in {}", tasks.len(), shown(end - first));
    for (number, what) in
        [(count("failed"), "failed"), (count("cancelled"), "cancelled"), (count("not done"), "not done")]
    {
        if number > 0 {
            let _ = write!(out, ", {number} {what}");
        }
    }
    if asked + answered > 0 {
        let _ = write!(out, ", {asked} + {answered} tokens");
    }
    out.push('\n');
    Ok(out)
}

fn shown(seconds: f64) -> String {
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
        let task = tasks.entry(id).or_insert_with(|| Task { start: time, name: "main".to_owned(), ..Task::default() });
        match kind {
            "start" => {
                task.name = event["name"].as_str().unwrap_or("?").to_owned();
                if let (Some(file), Some(line)) = (event["file"].as_str(), event["line"].as_u64()) {
                    let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
                    task.place = format!("{file}:{line}");
                }
                let parent = event["parent"].as_u64().filter(|parent| *parent != id && is_new);
                if let Some(parent) = parent {
                    let main = || Task { start: time, name: "main".to_owned(), ..Task::default() };
                    tasks.entry(parent).or_insert_with(main).children.push(id);
                }
            }
            "attempt" => task.attempts = event["attempt"].as_u64().unwrap_or(0),
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
                    "result" => task.end = Some(time),
                    "cancellation" => (task.end, task.outcome) = (Some(time), "cancelled".to_owned()),
                    "failure" => {
                        let error = event["error"].as_str().unwrap_or_default();
                        let error = error.lines().next().unwrap_or_default();
                        (task.end, task.outcome) = (Some(time), format!("failed: {error}"));
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
        if task.end.is_none() {
            task.outcome = "not done".to_owned();
        }
    }
    Ok((tasks, end))
}

/// The tasks in the order of the tree, with how deep each stands.
fn lines(tasks: &HashMap<u64, Task>) -> Vec<(usize, u64)> {
    let mut all: Vec<u64> = tasks.keys().copied().collect();
    all.sort_unstable();
    let is_child = |id: &u64| tasks.values().any(|task| task.children.contains(id));
    // What starts with the trace stands at the top; that is one task in most.
    let mut pending: Vec<(usize, u64)> = match tasks.get(&0) {
        Some(_) => vec![(0, 0)],
        None => all.iter().filter(|id| !is_child(id)).map(|id| (0, *id)).rev().collect(),
    };
    let mut found = Vec::with_capacity(tasks.len());
    while let Some((depth, id)) = pending.pop() {
        found.push((depth.min(MOST_INDENTED), id));
        pending.extend(tasks[&id].children.iter().rev().map(|child| (depth + 1, *child)));
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

fn bar(task: &Task, first: f64, end: f64, width: usize) -> String {
    let span = (end - first).max(f64::MIN_POSITIVE);
    let column = |time: f64| (((time - first) / span * width as f64).round().max(0.0) as usize).min(width);
    let from = column(task.start).min(width - 1);
    let to = column(task.end.unwrap_or(end)).max(from + 1);
    let waits: Vec<(usize, usize)> = task.waits.iter().map(|it| (column(it.since), column(it.until))).collect();
    let cell = |at: usize| match at {
        at if at < from || at >= to => ' ',
        at if waits.iter().any(|(since, until)| (*since..*until).contains(&at)) => '░',
        _ => '█',
    };
    (0..width).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    const TRACE: &str = r#"
{"time":0.0,"event":"start","task":1,"id":"f@1:1#0","name":"f","parent":0,"file":"/x/a.na","line":1,"column":1}
{"time":0.0,"event":"start","task":2,"id":"f@1:1#0/llm@2:1#0","name":"llm","parent":1,"file":"/x/a.na","line":2,"column":1}
{"time":0.0,"event":"wait","task":1,"id":"f@1:1#0","on":[2]}
{"time":0.0,"event":"start","task":3,"id":"g@1:9#0","name":"g","parent":0,"file":"/x/a.na","line":1,"column":9}
{"time":0.0,"event":"wait","task":3,"id":"g@1:9#0","on":[]}
{"time":0.0,"event":"wait","task":0,"id":"main","on":[1]}
{"time":0.5,"event":"usage","task":2,"id":"f@1:1#0/llm@2:1#0","prompt_tokens":12,"completion_tokens":3}
{"time":0.5,"event":"result","task":2,"id":"f@1:1#0/llm@2:1#0"}
{"time":0.5,"event":"resume","task":1,"id":"f@1:1#0"}
{"time":0.5,"event":"attempt","task":1,"id":"f@1:1#0","attempt":2,"of":3}
{"time":1.0,"event":"failure","task":1,"id":"f@1:1#0","error":"ValueError: no\nmore"}
{"time":1.0,"event":"resume","task":0,"id":"main"}
{"time":1.0,"event":"wait","task":0,"id":"main","on":[3]}
{"time":2.0,"event":"cancellation","task":3,"id":"g@1:9#0"}
"#;

    #[test]
    fn a_trace_is_a_tree_with_bars() {
        let view = render_trace(TRACE, 20).unwrap();
        expect![[r#"
            * main    │░░░░░░░░░░░░░░░░░░░░│    2.00 s not done
                f     │░░░░░█████          │    1.00 s failed: ValueError: no, 2 attempts, a.na:1
                  llm │█████               │  500.0 ms 12 + 3 tokens, a.na:2
            *   g     │░░░░░░░░░░░░░░░░░░░░│    2.00 s cancelled, a.na:1

            4 tasks in 2.00 s, 1 failed, 1 cancelled, 1 not done, 12 + 3 tokens
        "#]]
        .assert_eq(&view);
    }

    #[test]
    fn all_that_was_waited_for_in_turn_is_marked() {
        // `a` and `b` start together and `a` takes longer; then `c` runs alone.
        let trace = r#"
{"time":0,"event":"start","task":1,"name":"a","parent":0}
{"time":0,"event":"start","task":2,"name":"b","parent":0}
{"time":0,"event":"wait","task":0,"on":[1]}
{"time":2,"event":"result","task":2}
{"time":3,"event":"result","task":1}
{"time":3,"event":"resume","task":0}
{"time":3,"event":"start","task":3,"name":"c","parent":0}
{"time":3,"event":"wait","task":0,"on":[3]}
{"time":4,"event":"result","task":3}
{"time":4,"event":"resume","task":0}
{"time":4,"event":"result","task":0}
"#;
        expect![[r#"
            * main │░░░░░░░░│    4.00 s
            *   a  │██████  │    3.00 s
                b  │████    │    2.00 s
            *   c  │      ██│    1.00 s

            4 tasks in 4.00 s
        "#]]
        .assert_eq(&render_trace(trace, 8).unwrap());
        // One that started long before it is waited for: what happened before its start counts, too.
        let trace = r#"
{"time":0,"event":"start","task":1,"name":"first","parent":0}
{"time":0,"event":"wait","task":0,"on":[1]}
{"time":1,"event":"result","task":1}
{"time":1,"event":"resume","task":0}
{"time":1,"event":"start","task":2,"name":"long","parent":0}
{"time":1,"event":"start","task":3,"name":"short","parent":0}
{"time":1,"event":"wait","task":0,"on":[3]}
{"time":2,"event":"result","task":3}
{"time":2,"event":"resume","task":0}
{"time":2,"event":"wait","task":0,"on":[2]}
{"time":5,"event":"result","task":2}
{"time":5,"event":"resume","task":0}
{"time":5,"event":"result","task":0}
"#;
        expect![[r#"
            * main    │░░░░░░░░│    5.00 s
            *   first │██      │    1.00 s
            *   long  │  ██████│    4.00 s
                short │  █     │    1.00 s

            4 tasks in 5.00 s
        "#]]
        .assert_eq(&render_trace(trace, 8).unwrap());
    }

    #[test]
    fn a_line_that_was_cut_off_is_left_out() {
        let whole = render_trace(TRACE, 20).unwrap();
        assert_eq!(render_trace(&format!("{TRACE}{{\"time\":3.0,\"eve"), 20).unwrap(), whole);
        let message = render_trace(&format!("{{\"time\":3.0,\n{TRACE}"), 20).unwrap_err().to_string();
        assert!(message.starts_with("line 1 is no event of a trace"), "{message}");
    }

    #[test]
    fn what_is_no_trace_says_where() {
        let message = |text| render_trace(text, 20).unwrap_err().to_string();
        assert_eq!(message(""), "there are no tasks in it");
        assert!(message("\n{}").starts_with("line 2 is no event of a trace: it has no `time`"));
        assert!(message("x").starts_with("line 1 is no event of a trace: expected value"));
    }
}
