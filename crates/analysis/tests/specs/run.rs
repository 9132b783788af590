//! Runs the projects of a page and compares what is found with what is expected.

use std::collections::BTreeMap;

use danaide_analysis::graph::{GraphDocument, file_graphs};
use danaide_analysis::{AnalysisHost, Diagnostic, FilePath, MemoryFileSystem, Severity, file_diagnostics, line_index};
use danaide_syntax::ColumnEncoding;

use crate::expectation::{Expectation, Expectations, expectations};
use crate::graph;
use crate::page::{FileText, Problem, Project, projects};

/// The code of what `reveal_type` reports; its message ends with the type between backticks.
const REVEALED: &str = "revealed-type";

/// All that is wrong with a page, in the order of its lines.
pub fn page(text: &str) -> Vec<Problem> {
    let (projects, mut problems) = projects(text);
    for project in &projects {
        run(project, &mut problems);
    }
    problems.sort();
    problems
}

fn run(project: &Project, problems: &mut Vec<Problem>) {
    let files = project.files.iter().map(|(path, file)| (path, &file.text));
    let host = AnalysisHost::new(MemoryFileSystem::from_files(files));
    for (path, file) in &project.files {
        let mut expected = expectations(path, file, problems);
        let is_checked = path.ends_with(".na") || path.ends_with("danaide.toml");
        let mut found: BTreeMap<usize, Vec<Diagnostic>> = BTreeMap::new();
        if is_checked {
            let input = host.file(&FilePath::disk(path));
            let lines = line_index(host.db(), input);
            for it in file_diagnostics(host.db(), input).iter() {
                let line = lines.line_col(it.range.start(), ColumnEncoding::Utf8).line as usize;
                found.entry(line).or_default().push(it.clone());
            }
        }
        let graphs = if path.ends_with(".na") {
            file_graphs(host.db(), host.file(&FilePath::disk(path)), true).graphs
        } else {
            Vec::new()
        };
        compare_effects(&graphs, &mut expected, problems);
        for block in project.graphs.iter().filter(|it| it.path == *path) {
            match graphs.iter().find(|it| it.name == block.function) {
                Some(found) => graph::compare(block, Some(found).filter(|it| !it.nodes.is_empty()), problems),
                None => {
                    let message = format!("there is no function `{}`", block.function);
                    problems.push(Problem { line: block.line, message });
                }
            }
        }
        compare(file, expected, found, problems);
    }
    for block in project.graphs.iter().filter(|it| !project.files.contains_key(&it.path)) {
        problems.push(Problem { line: block.line, message: format!("there is no file `{}`", block.path) });
    }
}

/// The effects of the functions on the lines that expect some.
fn compare_effects(graphs: &[GraphDocument], expected: &mut Expectations, problems: &mut Vec<Problem>) {
    for (line, all) in expected.iter_mut() {
        all.retain(|(page_line, it)| {
            let Expectation::Effects(wanted) = it else { return true };
            let on_line = |it: &&GraphDocument| it.range.is_some_and(|it| it.start.line as usize == *line + 1);
            let message = match graphs.iter().find(on_line) {
                None => "no function begins on this line".to_owned(),
                Some(graph) => {
                    let found = if graph.effects.is_empty() { "none".to_owned() } else { graph.effects.join(", ") };
                    if found == *wanted {
                        return false;
                    }
                    format!("not found: effects: {wanted}; the effects of `{}` are {found}", graph.name)
                }
            };
            problems.push(Problem { line: *page_line, message });
            false
        });
    }
}

fn compare(
    file: &FileText,
    mut expected: Expectations,
    mut found: BTreeMap<usize, Vec<Diagnostic>>,
    problems: &mut Vec<Problem>,
) {
    let last = file.lines.len();
    for line in 0..=last {
        let expected = expected.remove(&line).unwrap_or_default();
        let mut found = found.remove(&line).unwrap_or_default();
        // Where a hint is expected, all hints of the line are.
        let wants = |severity| {
            expected
                .iter()
                .any(|(_, it)| matches!(it, Expectation::Finding { severity: wanted, .. } if *wanted == severity))
        };
        let (wants_information, wants_hint) = (wants(Severity::Information), wants(Severity::Hint));
        for (page_line, expectation) in expected {
            match found.iter().position(|it| meets(it, &expectation)) {
                Some(at) => {
                    found.remove(at);
                }
                None => {
                    problems.push(Problem { line: page_line, message: format!("not found: {}", shown(&expectation)) })
                }
            }
        }
        found.retain(|it| match it.severity {
            Severity::Error | Severity::Warning => true,
            Severity::Information => wants_information || it.code.as_str() == REVEALED,
            Severity::Hint => wants_hint,
        });
        // What is missing at the end of the file is reported behind its last line.
        let page_line = file.lines.get(line).or(file.lines.last()).copied().unwrap_or(1);
        problems.extend(found.iter().map(|it| {
            let message = format!("not expected: {}: [{}] {:?}", word(it.severity), it.code.as_str(), it.message);
            Problem { line: page_line, message }
        }));
    }
}

fn meets(diagnostic: &Diagnostic, expectation: &Expectation) -> bool {
    match expectation {
        Expectation::Finding { severity, code, message } => {
            *severity == diagnostic.severity
                && code.as_ref().is_none_or(|it| it == diagnostic.code.as_str())
                && message.as_ref().is_none_or(|it| diagnostic.message.contains(it))
        }
        Expectation::Revealed(ty) => {
            diagnostic.code.as_str() == REVEALED && diagnostic.message.ends_with(&format!("`{ty}`"))
        }
        // They are no findings.
        Expectation::Effects(_) => false,
    }
}

fn shown(expectation: &Expectation) -> String {
    match expectation {
        Expectation::Finding { severity, code, message } => {
            let code = code.as_ref().map(|it| format!(" [{it}]")).unwrap_or_default();
            let message = message.as_ref().map(|it| format!(" {it:?}")).unwrap_or_default();
            format!("{}:{code}{message}", word(*severity))
        }
        Expectation::Revealed(ty) => format!("revealed: {ty}"),
        Expectation::Effects(effects) => format!("effects: {effects}"),
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Information => "info",
        other => other.as_str(),
    }
}
