//! A trace as a tree to read in a terminal: each task with a bar of the time it took, and what became of it.

use std::fmt::Write;

use super::TraceError;
use super::model::{Outcome, Task, Trace, shown};

/// How many levels of the tree are indented.
const MOST_INDENTED: usize = 20;

/// The tasks of a trace, one a line, with bars of `width` columns: `█` runs, `░` waits. The tasks without which the run would have
/// been shorter are marked with `*`. A last line that is cut off, as of a run that was killed, is left out.
///
/// # Errors
/// For a text that is no trace.
pub fn render_trace(text: &str, width: usize) -> Result<String, TraceError> {
    let trace = Trace::read(text)?;
    let depth = |depth: usize| depth.min(MOST_INDENTED);
    let name_width =
        trace.tree().iter().map(|it| depth(it.depth) * 2 + trace.task(it.id).name.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for line in trace.tree() {
        let task = trace.task(line.id);
        let mark = if trace.is_critical(line.id) { '*' } else { ' ' };
        let name = format!("{}{}", "  ".repeat(depth(line.depth)), task.name);
        let bar = bar(task, &trace, width);
        let mut notes = Vec::new();
        match &task.outcome {
            Outcome::Done => {}
            Outcome::Failed(error) => notes.push(format!("failed: {}", error.lines().next().unwrap_or_default())),
            other => notes.push(other.name().to_owned()),
        }
        if task.attempts > 1 {
            notes.push(format!("{} attempts", task.attempts));
        }
        if let Some((asked, answered)) = task.tokens {
            notes.push(format!("{asked} + {answered} tokens"));
        }
        if let Some(place) = &task.place {
            notes.push(place.short());
        }
        // Writing to a string does not fail.
        let line = format!("{mark} {name:<name_width$} │{bar}│ {:>9} {}", shown(trace.seconds(task)), notes.join(", "));
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let _ = writeln!(out, "\n{}", trace.summary());
    Ok(out)
}

fn bar(task: &Task, trace: &Trace, width: usize) -> String {
    let (first, end) = (trace.first, trace.end);
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
