//! A trace as one page for browsers that needs nothing beside it: no file, no network. `page.js` draws what is in it.

use std::collections::HashMap;
use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::TraceError;
use super::model::{Outcome, Trace, shown};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// How many names the table of the whole run has.
const MOST_NAMES: usize = 30;

/// How many waits of one task go into the page; of more, the longest.
const MOST_WAITS: usize = 1000;

/// A page of HTML with the tasks of a trace along the time, as a tree that can be folded, searched and read with the keyboard alone.
/// `title` says of which run.
///
/// # Errors
/// For a text that is no trace.
pub fn render_trace_page(text: &str, title: &str) -> Result<String, TraceError> {
    let trace = Trace::read(text)?;
    let title = escaped(title);
    let summary = escaped(&trace.summary());
    let names = names(&trace);
    // In a script nothing ends the text but `</script>`, and nothing begins a comment but `<!--`.
    let data = data(&trace).to_string().replace('<', "\\u003c");
    // Nothing is loaded, and no other script or style than these two counts, whatever stands in a trace.
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
        fingerprint(SCRIPT),
        fingerprint(STYLE)
    );
    Ok(format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} – tasks</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p>{summary}</p>
<noscript><p>The timeline is drawn by a script of this page, which this browser does not run. The table shows the whole run.</p></noscript>
<div id="tools" role="toolbar" aria-label="What is shown" hidden>
<label>Find <input id="find" type="search" autocomplete="off" spellcheck="false"></label>
<label><input id="only-critical" type="checkbox"> only the critical path</label>
<label><input id="only-failed" type="checkbox"> only failures</label>
<span class="group">
<button id="expand" type="button">Unfold all</button>
<button id="collapse" type="button">Fold all</button>
</span>
<span class="group">
<button id="zoom-in" type="button" aria-label="Zoom in">+</button>
<button id="zoom-out" type="button" aria-label="Zoom out">−</button>
<button id="earlier" type="button" aria-label="Earlier">◀</button>
<button id="later" type="button" aria-label="Later">▶</button>
<button id="zoom-task" type="button">This task</button>
<button id="zoom-whole" type="button">Whole run</button>
</span>
<span id="shown" role="status"></span>
</div>
<p class="legend" aria-label="Signs"><span><i class="key run"></i> runs</span> <span><i class="key wait"></i> waits</span>
<span><i class="key failed"></i> failed</span> <span><i class="key attempt"></i> another attempt</span>
<span><b>*</b> on the critical path: without it the run would have been shorter</span></p>
</header>
<main>
<div id="grid" role="treegrid" aria-label="Tasks" aria-readonly="true" tabindex="0" aria-describedby="keys" hidden></div>
<section id="details" aria-label="The chosen task" aria-live="polite" hidden></section>
</main>
<p id="keys">Arrow keys move, and fold or unfold; Enter folds, + and − zoom, comma and full stop go earlier and later, Z shows this task, 0 the whole run.</p>
<details>
<summary>By name</summary>
{names}</details>
<script type="application/json" id="trace">{data}</script>
<script>{SCRIPT}</script>
</body>
</html>
"#
    ))
}

/// What a policy names a script or style by.
fn fingerprint(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The tasks in the order of the tree; times are seconds since the start of the run, and tasks are named by their place in the list.
fn data(trace: &Trace) -> Value {
    let places: HashMap<u64, usize> = trace.tree().iter().enumerate().map(|(place, line)| (line.id, place)).collect();
    // Nobody sees less than a microsecond.
    let since_first = |time: f64| ((time - trace.first).max(0.0) * 1e6).round() / 1e6;
    let tasks = trace.tree().iter().map(|line| {
        let task = trace.task(line.id);
        let mut waits: Vec<_> = task.waits.iter().collect();
        if waits.len() > MOST_WAITS {
            waits.sort_by(|a, b| (b.until - b.since).total_cmp(&(a.until - a.since)));
            waits.truncate(MOST_WAITS);
            waits.sort_by(|a, b| a.since.total_cmp(&b.since));
        }
        let waits: Vec<Value> = waits
            .iter()
            .map(|wait| {
                let on: Vec<usize> = wait.on.iter().filter_map(|id| places.get(id).copied()).collect();
                json!([since_first(wait.since), since_first(wait.until), on])
            })
            .collect();
        let mut object = json!({
            "name": task.name,
            "id": task.identity,
            "depth": line.depth,
            "start": since_first(task.start),
            "end": since_first(task.end.unwrap_or(trace.end)),
            "waited": (task.waited() * 1e6).round() / 1e6,
            "outcome": task.outcome.name(),
        });
        let mut put = |name: &str, value: Value| object[name] = value;
        if !waits.is_empty() {
            put("waits", Value::Array(waits));
        }
        if task.attempts > 1 {
            put("attempts", json!(task.attempts));
            put("again", json!(task.attempt_times.iter().map(|time| since_first(*time)).collect::<Vec<_>>()));
        }
        if let Some((asked, answered)) = task.tokens {
            put("tokens", json!([asked, answered]));
        }
        if let Outcome::Failed(error) = &task.outcome {
            put("error", json!(error));
        }
        if let Some(place) = &task.place {
            put("place", json!(place.short()));
            put("file", json!(place.file));
        }
        if trace.is_critical(line.id) {
            put("critical", json!(true));
        }
        object
    });
    json!({"seconds": trace.end - trace.first, "tasks": tasks.collect::<Vec<_>>()})
}

/// What all tasks of one name together took.
#[derive(Default)]
struct Total {
    tasks: usize,
    failed: usize,
    attempts: u64,
    ran: f64,
    waited: f64,
    tokens: (u64, u64),
}

fn names(trace: &Trace) -> String {
    let mut totals: HashMap<&str, Total> = HashMap::new();
    for line in trace.tree() {
        let task = trace.task(line.id);
        let total = totals.entry(task.name.as_str()).or_default();
        total.tasks += 1;
        total.failed += usize::from(matches!(task.outcome, Outcome::Failed(_)));
        total.attempts += task.attempts.max(1);
        total.waited += task.waited();
        total.ran += (trace.seconds(task) - task.waited()).max(0.0);
        let (asked, answered) = task.tokens.unwrap_or_default();
        total.tokens = (total.tokens.0 + asked, total.tokens.1 + answered);
    }
    let mut totals: Vec<(&str, Total)> = totals.into_iter().collect();
    totals.sort_by(|(a, x), (b, y)| (y.ran + y.waited).total_cmp(&(x.ran + x.waited)).then(a.cmp(b)));
    let mut out = String::from(
        "<table>\n<thead><tr><th scope=\"col\">name</th><th scope=\"col\">tasks</th><th scope=\"col\">ran</th>\
         <th scope=\"col\">waited</th><th scope=\"col\">attempts</th><th scope=\"col\">failed</th>\
         <th scope=\"col\">tokens</th></tr></thead>\n<tbody>\n",
    );
    let left_out = totals.len().saturating_sub(MOST_NAMES);
    for (name, total) in totals.into_iter().take(MOST_NAMES) {
        let Total { tasks, failed, attempts, ran, waited, tokens: (asked, answered) } = total;
        // Writing to a string does not fail.
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{tasks}</td><td>{}</td><td>{}</td><td>{attempts}</td><td>{failed}</td>\
             <td>{asked} + {answered}</td></tr>",
            escaped(name),
            shown(ran),
            shown(waited)
        );
    }
    out.push_str("</tbody>\n</table>\n");
    if left_out > 0 {
        let _ = writeln!(out, "<p>and {left_out} more</p>");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = r#"
{"time":10.0,"event":"start","task":1,"id":"f","name":"f","parent":0,"file":"/x/a.na","line":1,"column":1}
{"time":10.0,"event":"wait","task":0,"id":"main","on":[1]}
{"time":10.5,"event":"attempt","task":1,"id":"f","attempt":2,"of":3}
{"time":11.0,"event":"failure","task":1,"id":"f","error":"ValueError: no\nmore"}
"#;

    /// What the script of the page gets to see.
    fn embedded(page: &str) -> Value {
        let start = "<script type=\"application/json\" id=\"trace\">";
        let (_, rest) = page.split_once(start).unwrap();
        serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
    }

    #[test]
    fn the_page_has_the_tasks_of_the_terminal() {
        let page = render_trace_page(TRACE, "run.jsonl").unwrap();
        assert!(page.contains("<p>2 tasks in 1.00 s, 1 failed, 1 not done</p>"), "{page}");
        let data = embedded(&page);
        let expected = json!({"seconds": 1.0, "tasks": [
            {"name": "main", "id": "main", "depth": 0, "start": 0.0, "end": 1.0, "waited": 1.0, "outcome": "not done",
             "waits": [[0.0, 1.0, [1]]], "critical": true},
            {"name": "f", "id": "f", "depth": 1, "start": 0.0, "end": 1.0, "waited": 0.0, "outcome": "failed",
             "attempts": 2, "again": [0.5], "error": "ValueError: no\nmore", "place": "a.na:1", "file": "/x/a.na", "critical": true},
        ]});
        assert_eq!(data, expected);
        let row = "<tr><th scope=\"row\">f</th><td>1</td><td>1.00 s</td><td>0.0 ms</td><td>2</td><td>1</td><td>0 + 0</td></tr>";
        assert!(page.contains(row), "{page}");
    }

    #[test]
    fn nothing_of_a_trace_or_its_name_becomes_part_of_the_page() {
        let hostile = "</script><script>alert(1)</script><!--\"'&<img src=x onerror=alert(1)>";
        let event = json!({"time": 0, "event": "start", "task": 1, "parent": 0, "name": hostile, "id": hostile,
                           "file": hostile, "line": 1});
        let failure = json!({"time": 1, "event": "failure", "task": 1, "error": hostile});
        let page = render_trace_page(&format!("{event}\n{failure}\n"), hostile).unwrap();
        let plain =
            render_trace_page(&format!("{event}\n{failure}\n").replace(&event["name"].to_string(), "\"x\""), "x");
        let tags = |page: &str| page.matches('<').count();
        assert_eq!(tags(&page), tags(&plain.unwrap()), "{page}");
        assert!(!page.contains("<img") && !page.contains("<!--"));
        let data = embedded(&page);
        for field in ["name", "id", "file", "error"] {
            assert_eq!(data["tasks"][1][field], hostile, "{field}");
        }
    }

    #[test]
    fn only_the_script_and_the_style_of_the_page_count() {
        let page = render_trace_page(TRACE, "x").unwrap();
        let policy = page.split_once("Content-Security-Policy\" content=\"").unwrap().1.split_once('"').unwrap().0;
        assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        // The browser takes the fingerprint of what stands between the tags.
        let between = |start: &str, end: &str| page.rsplit_once(start).unwrap().1.split_once(end).unwrap().0.to_owned();
        assert!(policy.contains(&fingerprint(&between("<script>", "</script>"))));
        assert!(policy.contains(&fingerprint(&between("<style>", "</style>"))));
        for loads in ["http://", "https://", "src=", "href=", "@import", "url(", "fetch(", "innerHTML"] {
            assert!(!page.contains(loads), "{loads}");
        }
    }

    #[test]
    fn a_big_trace_makes_a_page_of_a_size_that_browsers_take() {
        let mut trace = String::new();
        for task in 1..=10_000 {
            let start = json!({"time": task, "event": "start", "task": task, "id": format!("main/f[{task}]"), "name": "f",
                               "parent": 0, "file": "/home/ada/a.na", "line": 3, "column": 1});
            let end = json!({"time": task + 5, "event": "result", "task": task});
            trace += &format!("{start}\n{end}\n");
        }
        let page = render_trace_page(&trace, "x").unwrap();
        assert_eq!(embedded(&page)["tasks"].as_array().unwrap().len(), 10_001);
        assert!(page.len() < 2_500_000, "{}", page.len());
    }
}
