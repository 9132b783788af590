//! Task graphs as a page shows them.

use danaide_analysis::graph::{EdgeDocument, GraphDocument, NodeDocument};

use crate::page::{GraphBlock, Problem};

/// Compares a block with the graph of its function; none if the function has no tasks.
pub fn compare(block: &GraphBlock, graph: Option<&GraphDocument>, problems: &mut Vec<Problem>) {
    let (required, optional) = match graph {
        Some(graph) => lines(graph),
        None => (vec!["tasks: none".to_owned()], Vec::new()),
    };
    for (line, text) in &block.lines {
        if !required.contains(text) && !optional.contains(text) {
            problems.push(Problem { line: *line, message: format!("not found: {text}") });
        }
    }
    let is_expected = |it: &&String| block.lines.iter().any(|(_, text)| text == *it);
    for missing in required.iter().filter(|it| !is_expected(it)) {
        problems.push(Problem { line: block.line, message: format!("not expected: {missing}") });
    }
    // A word that a block begins with has to be right, so what else it could be is said.
    for (line, text) in block.lines.iter().filter(|(_, it)| !required.contains(it) && !optional.contains(it)) {
        let Some((word, _)) = text.split_once(' ') else { continue };
        for other in optional.iter().filter(|it| it.split_once(' ').is_some_and(|(it, _)| it == word)) {
            problems.push(Problem { line: *line, message: format!("found instead: {other}") });
        }
    }
}

/// What a block has to say, and what it may say.
fn lines(graph: &GraphDocument) -> (Vec<String>, Vec<String>) {
    let short = |id: &str| id.strip_prefix(&graph.name).and_then(|it| it.strip_prefix('/')).unwrap_or(id).to_owned();
    let all = |ids: &mut dyn Iterator<Item = &String>| ids.map(|it| short(it)).collect::<Vec<_>>();
    let is_task = |it: &&NodeDocument| matches!(it.kind, "call" | "stage");
    let tasks = all(&mut graph.nodes.iter().filter(is_task).map(|it| &it.id));
    let mut required = vec![format!("tasks: {}", if tasks.is_empty() { "none".into() } else { tasks.join(", ") })];
    for node in graph.nodes.iter().filter(|it| !is_task(it)) {
        let inside = all(&mut graph.nodes.iter().filter(|it| it.parent.as_deref() == Some(&node.id)).map(|it| &it.id));
        let turns = match (node.turns_overlap, node.carries.as_slice()) {
            (true, _) => "; turns overlap".to_owned(),
            (false, []) => String::new(),
            (false, carried) => format!("; next turn: {}", carried.join(", ")),
        };
        required.push(format!("{} of {}{turns}", short(&node.id), inside.join(", ")));
    }
    required.extend(graph.edges.iter().map(|it| edge(it, &short)));
    let mut optional = Vec::new();
    for node in &graph.nodes {
        let id = short(&node.id);
        if !node.effects.is_empty() {
            optional.push(format!("effects of {id}: {}", node.effects.join(", ")));
        }
        if let Some(reason) = &node.reason {
            optional.push(format!("maybe {id}: {reason}"));
        }
        if let Some(opens) = &node.opens {
            optional.push(format!("opens {id}: {opens}"));
        }
        if let Some(retry) = &node.retry {
            optional.push(format!("retries {id}: {}", retry.attempts.as_deref().unwrap_or("3")));
        }
        if let Some(timeout) = &node.timeout {
            optional.push(format!("timeout {id}: {timeout}"));
        }
        if !node.branches.is_empty() {
            optional.push(format!("perhaps {id}"));
        }
    }
    for edge in &graph.edges {
        optional.push(format!("because {} -> {}: {}", short(&edge.from), short(&edge.to), edge.cause));
        if let Some(reason) = &edge.reason {
            optional.push(format!("doubt {} -> {}: {reason}", short(&edge.from), short(&edge.to)));
        }
    }
    for wait in &graph.waits {
        optional.push(format!("waits for {}: {}", all(&mut wait.tasks.iter()).join(", "), wait.cause));
    }
    optional.push(format!("longest: {}", all(&mut graph.critical_path.iter()).join(" -> ")));
    let width = if graph.width_is_unbounded { "any number".to_owned() } else { graph.width.to_string() };
    optional.push(format!("at once: {width}"));
    (required, optional)
}

fn edge(edge: &EdgeDocument, short: &dyn Fn(&str) -> String) -> String {
    let turn = if edge.next_turn { ", next turn" } else { "" };
    let doubt = if edge.certain { "" } else { ", perhaps" };
    format!("{} -> {}: {}{turn}{doubt}", short(&edge.from), short(&edge.to), edge.kind)
}
