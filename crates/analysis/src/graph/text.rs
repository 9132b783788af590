//! Task graphs as text for a terminal.

use std::fmt::Write as _;

use super::{FileGraphs, GraphDocument, NodeDocument};

/// Each function with its tasks, and below each task what it comes after.
pub fn text(file: &FileGraphs) -> String {
    let mut out = String::new();
    for graph in &file.graphs {
        if !out.is_empty() {
            out.push('\n');
        }
        one(&mut out, graph);
    }
    out
}

fn one(out: &mut String, graph: &GraphDocument) {
    let tasks = graph.nodes.iter().filter(|it| matches!(it.kind, "call" | "stage")).count();
    let width = match (graph.width_is_unbounded, graph.width_is_exact) {
        (true, _) => format!("{} or more at a time", graph.width.max(1)),
        (false, true) => format!("{} at a time", graph.width),
        (false, false) => format!("about {} at a time", graph.width),
    };
    let line = graph.range.map(|it| format!(" (line {})", it.start.line)).unwrap_or_default();
    // Writing to a string does not fail.
    let _ = write!(out, "{} {}{line}: ", graph.kind, graph.name);
    if tasks == 0 {
        out.push_str("no tasks\n");
        return;
    }
    let word = if tasks == 1 { "task" } else { "tasks" };
    let _ = writeln!(out, "{tasks} {word}, {} one after the other, {width}", graph.depth);
    if !graph.effects.is_empty() {
        let _ = writeln!(out, "  effects: {}", graph.effects.join(", "));
    }
    let short = |id: &str| id.strip_prefix(&graph.name).and_then(|it| it.strip_prefix('/')).unwrap_or(id).to_owned();
    let mut stack: Vec<(usize, usize)> =
        (0..graph.nodes.len()).rev().filter(|it| graph.nodes[*it].parent.is_none()).map(|it| (it, 0)).collect();
    while let Some((index, depth)) = stack.pop() {
        let node = &graph.nodes[index];
        let pad = "  ".repeat(depth + 1);
        let mark = if node.on_critical_path { "*" } else { "-" };
        let line = node.range.map(|it| format!("line {}", it.start.line)).unwrap_or_default();
        let _ = write!(out, "{pad}{mark} {}  {line}", short(&node.id));
        let notes = notes(node);
        if !notes.is_empty() {
            let _ = write!(out, "  [{}]", notes.join("; "));
        }
        out.push('\n');
        if let Some(reason) = &node.reason {
            let _ = writeln!(out, "{pad}    may be a task: {reason}");
        }
        for edge in graph.edges.iter().filter(|it| it.to == node.id) {
            let doubt = edge.reason.as_ref().map(|it| format!("; not certain: {it}")).unwrap_or_default();
            let turn = if edge.next_turn { " of the turn before" } else { "" };
            let _ = writeln!(out, "{pad}    after {}{turn} ({}: {}{doubt})", short(&edge.from), edge.kind, edge.cause);
        }
        let children = (0..graph.nodes.len()).filter(|it| graph.nodes[*it].parent.as_deref() == Some(&node.id)).rev();
        stack.extend(children.map(|it| (it, depth + 1)));
    }
    if !graph.critical_path.is_empty() {
        let path: Vec<String> = graph.critical_path.iter().map(|it| short(it)).collect();
        let _ = writeln!(out, "  longest chain: {}", path.join(" → "));
    }
}

fn notes(node: &NodeDocument) -> Vec<String> {
    let mut notes = Vec::new();
    if !node.effects.is_empty() {
        notes.push(node.effects.join(", "));
    }
    if let Some(opens) = &node.opens {
        notes.push(format!("opens {opens}"));
    }
    if let Some(retry) = &node.retry {
        notes.push(format!("retry {}", retry.attempts.as_deref().unwrap_or("3")));
    }
    if let Some(timeout) = &node.timeout {
        notes.push(format!("timeout {timeout}"));
    }
    if matches!(node.kind, "for" | "while" | "comprehension") {
        if node.turns_overlap {
            notes.push("turns overlap".into());
        } else if !node.carries.is_empty() {
            notes.push(format!("one turn after the other: {}", node.carries.join(", ")));
        }
    }
    if !node.branches.is_empty() {
        let lines: Vec<&str> = node.branches.iter().filter_map(|it| it.split(':').next()).collect();
        notes.push(format!("if line {} says so", lines.join(" and ")));
    }
    notes
}

/// The label of a node in a drawing.
pub(super) fn label(node: &NodeDocument) -> String {
    let mut out = node.name.clone();
    if !node.effects.is_empty() {
        let _ = write!(out, " ({})", node.effects.join(", "));
    }
    if let Some(range) = node.range {
        let _ = write!(out, " line {}", range.start.line);
    }
    if node.turns_overlap {
        out.push_str(", turns overlap");
    }
    out
}
