//! Task graphs as Mermaid flowcharts.

use std::fmt::Write as _;

use super::{FileGraphs, GraphDocument};

/// One flowchart with a subgraph for each function.
pub fn mermaid(file: &FileGraphs) -> String {
    let mut out = String::from("flowchart TD\n");
    for (number, graph) in file.graphs.iter().enumerate() {
        one(&mut out, number, graph);
    }
    out
}

fn one(out: &mut String, number: usize, graph: &GraphDocument) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "  subgraph g{number}[\"{}\"]", escape(&graph.name));
    let name = |id: &str| {
        let index = graph.nodes.iter().position(|it| it.id == id).unwrap_or(0);
        format!("g{number}n{index}")
    };
    let mut stack: Vec<(usize, usize, bool)> =
        (0..graph.nodes.len()).rev().filter(|it| graph.nodes[*it].parent.is_none()).map(|it| (it, 2, false)).collect();
    while let Some((index, depth, is_end)) = stack.pop() {
        let pad = "  ".repeat(depth);
        if is_end {
            let _ = writeln!(out, "{pad}end");
            continue;
        }
        let node = &graph.nodes[index];
        let label = super::text::label(node);
        let children: Vec<usize> =
            (0..graph.nodes.len()).filter(|it| graph.nodes[*it].parent.as_deref() == Some(&node.id)).collect();
        if children.is_empty() {
            let (open, close) = if node.opens.is_some() { ("[[", "]]") } else { ("[", "]") };
            let class = if node.on_critical_path { ":::critical" } else { "" };
            let _ = writeln!(out, "{pad}g{number}n{index}{open}\"{}\"{close}{class}", escape(&label));
        } else {
            let _ = writeln!(out, "{pad}subgraph g{number}n{index}[\"{}\"]", escape(&label));
            stack.push((index, depth, true));
            stack.extend(children.iter().rev().map(|it| (*it, depth + 1, false)));
        }
    }
    out.push_str("  end\n");
    for edge in &graph.edges {
        let arrow = match (edge.kind, edge.certain) {
            ("data" | "stage", true) => "-->",
            _ => "-.->",
        };
        let mut label = format!("{}: {}", edge.kind, edge.cause);
        if !edge.certain {
            label.push('?');
        }
        if edge.next_turn {
            label.push_str(" (next turn)");
        }
        let _ = writeln!(out, "  {} {arrow}|\"{}\"| {}", name(&edge.from), escape(&label), name(&edge.to));
    }
    if graph.nodes.iter().any(|it| it.on_critical_path) && !out.contains("classDef critical") {
        out.push_str("  classDef critical stroke-width:3px\n");
    }
}

/// Text inside quotes. Mermaid knows entities only.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("#quot;"),
            '#' => out.push_str("#35;"),
            '&' => out.push_str("#amp;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '`' => out.push_str("#96;"),
            '\\' => out.push_str("#92;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn nothing_in_a_text_ends_it() {
        assert_eq!(escape("a \"b\" <c> #d `e`\n\\"), "a #quot;b#quot; #lt;c#gt; #35;d #96;e#96; #92;");
    }
}
