//! Scenes: small programs with a theme, of which a generated program holds a few. They are written as text with places as
//! in the templates, and read into statements.
//!
//! `@` is a name of the scene's own. A lambda's body follows ` ::`. In a `struct`, methods are written `def name(…)`, without
//! the receiver `self`.

mod exceptions;
mod iteration;
mod language;
mod library;
mod records;

use super::expressions::Generator;
use super::program::{Clause, Field, LAMBDA_BODY, Node, clause};

const THEMES: &[&[&str]] = &[records::SCENES, exceptions::SCENES, language::SCENES, iteration::SCENES, library::SCENES];
const ANNOTATIONS: &[&str] = &["int", "str", "list", "float", "dict", "bool", "tuple", "any"];

impl Generator {
    /// A scene, with what it needs filled in.
    pub fn scene(&mut self) -> Vec<Node> {
        let theme = self.random.pick(THEMES);
        let scene = self.random.pick(theme);
        let name = self.name("S");
        let mut lines = Vec::new();
        for line in scene.lines().filter(|line| !line.trim().is_empty()) {
            let depth = (line.len() - line.trim_start().len()) / 4;
            let line = line.trim().replace('@', &name).replace(" ::", &LAMBDA_BODY.to_string());
            lines.push((depth, self.fill(&line, 1)));
        }
        let mut rest = lines.as_slice();
        read(&mut rest, 0)
    }
}

/// Reads the statements of a depth from the start of `lines`.
fn read(lines: &mut &[(usize, String)], depth: usize) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    while let Some(((at, line), rest)) = lines.split_first() {
        if *at < depth {
            break;
        }
        *lines = rest;
        let Some(header) = line.strip_suffix(':') else {
            nodes.push(Node::line(line));
            continue;
        };
        if let Some(name) = header.strip_prefix("struct ") {
            nodes.push(record(name, lines, depth + 1));
            continue;
        }
        let block = clause(header, read(lines, depth + 1));
        let goes_on = ["else", "elif ", "except", "finally"].iter().any(|word| header.starts_with(word));
        match nodes.last_mut() {
            Some(Node::Compound(clauses)) if goes_on => clauses.push(block),
            _ => nodes.push(Node::Compound(vec![block])),
        }
    }
    nodes
}

fn record(name: &str, lines: &mut &[(usize, String)], depth: usize) -> Node {
    let mut fields = Vec::new();
    let mut methods: Vec<Clause> = Vec::new();
    for node in read(lines, depth) {
        match node {
            Node::Line(line) => {
                let (declared, default) = match line.split_once(" = ") {
                    Some((declared, default)) => (declared, Some(default.to_owned())),
                    None => (line.as_str(), None),
                };
                let (field, annotation) = declared.split_once(": ").unwrap_or((declared, "any"));
                let known = ANNOTATIONS.iter().find(|it| **it == annotation);
                let annotation = known.unwrap_or_else(|| panic!("no annotation {annotation}"));
                fields.push(Field { name: field.to_owned(), annotation, default });
            }
            Node::Compound(clauses) => methods.extend(clauses),
            Node::Record { .. } => panic!("a record in a record"),
        }
    }
    for method in &mut methods {
        method.header = method.header.trim_start_matches("def ").to_owned();
    }
    Node::Record { name: name.to_owned(), fields, methods }
}
