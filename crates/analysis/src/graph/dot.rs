//! Task graphs in the language of Graphviz.

use std::fmt::Write as _;

use super::{FileGraphs, GraphDocument};

/// One directed graph with a cluster for each function.
pub fn dot(file: &FileGraphs) -> String {
    let mut out = String::from("digraph tasks {\n  rankdir=TB;\n  node [shape=box];\n");
    for (number, graph) in file.graphs.iter().enumerate() {
        one(&mut out, number, graph);
    }
    out.push_str("}\n");
    out
}

fn one(out: &mut String, number: usize, graph: &GraphDocument) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "  subgraph cluster_{number} {{\n    label={};", quote(&graph.name));
    let mut stack: Vec<(usize, usize, bool)> =
        (0..graph.nodes.len()).rev().filter(|it| graph.nodes[*it].parent.is_none()).map(|it| (it, 2, false)).collect();
    while let Some((index, depth, is_end)) = stack.pop() {
        let pad = "  ".repeat(depth);
        if is_end {
            let _ = writeln!(out, "{pad}}}");
            continue;
        }
        let node = &graph.nodes[index];
        let label = super::text::label(node);
        let children: Vec<usize> =
            (0..graph.nodes.len()).filter(|it| graph.nodes[*it].parent.as_deref() == Some(&node.id)).collect();
        if !children.is_empty() {
            let _ = writeln!(out, "{pad}subgraph cluster_{number}_{index} {{\n{pad}  label={};", quote(&label));
            stack.push((index, depth, true));
            stack.extend(children.iter().rev().map(|it| (*it, depth + 1, false)));
        }
        // A call with members stands in its own cluster, so that edges have an end; a loop has none.
        if children.is_empty() || !matches!(node.kind, "for" | "while" | "comprehension") {
            let mut style = String::new();
            if node.on_critical_path {
                style.push_str(", penwidth=2");
            }
            if node.opens.is_some() {
                style.push_str(", peripheries=2");
            }
            if !node.certain {
                style.push_str(", style=dashed");
            }
            let _ = writeln!(out, "{pad}{} [label={}{style}];", quote(&node.id), quote(&label));
        }
    }
    out.push_str("  }\n");
    for edge in &graph.edges {
        let mut style = String::new();
        if !edge.certain {
            style.push_str(", style=dotted");
        } else if !matches!(edge.kind, "data" | "stage") {
            style.push_str(", style=dashed");
        }
        if edge.next_turn {
            style.push_str(", constraint=false");
        }
        let label = format!("{}: {}", edge.kind, edge.cause);
        let _ = writeln!(out, "  {} -> {} [label={}{style}];", quote(&edge.from), quote(&edge.to), quote(&label));
    }
}

/// A text in quotes.
fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn nothing_in_a_text_ends_it() {
        assert_eq!(quote("a \"b\" \\ c\nd"), r#""a \"b\" \\ c\nd""#);
    }
}
