//! A generated program as a tree of statements, and its text in each of the two languages.

use std::fmt::Write;

/// Stands where the body of a lambda starts: `:` in Python, ` ::` in Dana.
pub const LAMBDA_BODY: char = '\u{1}';

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Dana,
    Python,
}

#[derive(Clone, Debug)]
pub enum Node {
    Line(String),
    /// A statement with blocks: `if … elif … else`, `try … except`, `def`.
    Compound(Vec<Clause>),
    /// A `struct` in Dana, a dataclass in Python.
    Record {
        name: String,
        fields: Vec<Field>,
        /// Their headers are `name(parameters)`, without the receiver `self`.
        methods: Vec<Clause>,
    },
}

#[derive(Clone, Debug)]
pub struct Clause {
    /// Without the colon.
    pub header: String,
    pub body: Vec<Node>,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub annotation: &'static str,
    pub default: Option<String>,
}

impl Node {
    pub fn line(text: impl Into<String>) -> Node {
        Node::Line(text.into())
    }

    pub fn block(header: impl Into<String>, body: Vec<Node>) -> Node {
        Node::Compound(vec![Clause { header: header.into(), body }])
    }
}

pub fn clause(header: impl Into<String>, body: Vec<Node>) -> Clause {
    Clause { header: header.into(), body }
}

/// The text of a program.
pub fn render(nodes: &[Node], language: Language) -> String {
    let mut text = String::new();
    match language {
        Language::Dana => {}
        Language::Python => text.push_str("from dataclasses import dataclass, field\n"),
    }
    text.push_str("import datetime\nimport itertools\nimport json\nimport math\nimport re\n");
    write_nodes(&mut text, nodes, 0, language);
    text
}

fn write_nodes(out: &mut String, nodes: &[Node], depth: usize, language: Language) {
    for node in nodes {
        match node {
            Node::Line(line) => {
                let body = if language == Language::Dana { " ::" } else { ":" };
                indent(out, depth, &line.replace(LAMBDA_BODY, body));
            }
            Node::Compound(clauses) => {
                for Clause { header, body } in clauses {
                    let lambda = if language == Language::Dana { " ::" } else { ":" };
                    indent(out, depth, &(header.replace(LAMBDA_BODY, lambda) + ":"));
                    if body.is_empty() {
                        indent(out, depth + 1, "pass");
                    }
                    write_nodes(out, body, depth + 1, language);
                }
            }
            Node::Record { name, fields, methods } => {
                write_record(out, name, fields, depth, language);
                write_methods(out, name, methods, depth, language);
            }
        }
    }
}

fn write_record(out: &mut String, name: &str, fields: &[Field], depth: usize, language: Language) {
    match language {
        Language::Dana => indent(out, depth, &format!("struct {name}:")),
        Language::Python => {
            // An exception without fields is a plain class: a dataclass would take no arguments.
            if !name.ends_with(')') {
                indent(out, depth, "@dataclass");
            }
            indent(out, depth, &format!("class {name}:"));
        }
    }
    if name.ends_with(')') {
        indent(out, depth + 1, "pass");
    }
    for Field { name, annotation, default } in fields {
        let mut line = format!("{name}: {annotation}");
        match default {
            Some(default) if language == Language::Python && matches!(*annotation, "list" | "dict") => {
                write!(line, " = field(default_factory=lambda: {default})").expect("a string takes text");
            }
            Some(default) => write!(line, " = {default}").expect("a string takes text"),
            None => {}
        }
        indent(out, depth + 1, &line);
    }
}

fn write_methods(out: &mut String, record: &str, methods: &[Clause], depth: usize, language: Language) {
    for Clause { header, body } in methods {
        let (name, parameters) = header.split_once('(').unwrap_or((header, ")"));
        let (header, depth) = match language {
            Language::Dana => {
                let record = record.split('(').next().unwrap_or(record);
                (format!("def (self: {record}) {header}"), depth)
            }
            Language::Python if parameters == ")" => (format!("def {name}(self)"), depth + 1),
            Language::Python => (format!("def {name}(self, {parameters}"), depth + 1),
        };
        write_nodes(out, &[Node::block(header, body.clone())], depth, language);
    }
}

fn indent(out: &mut String, depth: usize, line: &str) {
    for _ in 0..depth {
        out.push_str("    ");
    }
    out.push_str(line);
    out.push('\n');
}

/// Every program that lacks one statement or one clause of this one, or has the body of a block in place of the block; what
/// removes most comes first.
pub fn smaller(nodes: &[Node]) -> Vec<Vec<Node>> {
    let mut all = Vec::new();
    for size in [nodes.len() / 2, nodes.len() / 4] {
        if size > 1 {
            for start in (0..nodes.len()).step_by(size) {
                let mut rest = nodes.to_vec();
                rest.drain(start..(start + size).min(nodes.len()));
                all.push(rest);
            }
        }
    }
    for index in (0..nodes.len()).rev() {
        let with = |replacement: Vec<Node>| {
            let mut changed = nodes.to_vec();
            changed.splice(index..=index, replacement);
            changed
        };
        all.push(with(Vec::new()));
        let Node::Compound(clauses) = &nodes[index] else { continue };
        for (position, clause) in clauses.iter().enumerate() {
            all.push(with(clause.body.clone()));
            if position > 0 {
                let mut fewer = clauses.clone();
                fewer.remove(position);
                all.push(with(vec![Node::Compound(fewer)]));
            }
            for body in smaller(&clause.body) {
                let mut changed = clauses.clone();
                changed[position].body = body;
                all.push(with(vec![Node::Compound(changed)]));
            }
        }
    }
    all
}
