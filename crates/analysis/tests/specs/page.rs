//! From a Markdown page to projects: sections with their fenced files.

use std::collections::BTreeMap;

/// Something that is wrong with a page, at a line from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub line: usize,
    pub message: String,
}

/// The files of one section.
#[derive(Debug, Default)]
pub struct Project {
    /// By path, such as `/main.na`.
    pub files: BTreeMap<String, FileText>,
    pub graphs: Vec<GraphBlock>,
}

/// A block with what the task graph of a function has to be.
#[derive(Debug)]
pub struct GraphBlock {
    /// The line of the page where it begins.
    pub line: usize,
    pub path: String,
    /// `work`, `Shop.buy`; `(file)` for the statements of a file.
    pub function: String,
    /// Each line that is not empty, with its line of the page.
    pub lines: Vec<(usize, String)>,
}

/// A file made of one fenced block or several.
#[derive(Debug, Default)]
pub struct FileText {
    pub text: String,
    /// For each line of the text, the line of the page it comes from.
    pub lines: Vec<usize>,
}

/// The file of a fence without a name.
const MAIN: &str = "main.na";

/// Cuts a page into projects; those without files are left out.
pub fn projects(page: &str) -> (Vec<Project>, Vec<Problem>) {
    let mut projects = vec![Project::default()];
    let mut problems = Vec::new();
    let mut lines = page.lines().enumerate().map(|(index, line)| (index + 1, line));
    while let Some((number, line)) = lines.next() {
        if line.starts_with('#') {
            projects.push(Project::default());
            continue;
        }
        let Some(info) = line.strip_prefix("```") else { continue };
        let mut block = FileText::default();
        let mut is_closed = false;
        for (number, line) in lines.by_ref() {
            if line == "```" {
                is_closed = true;
                break;
            }
            block.text.push_str(line);
            block.text.push('\n');
            block.lines.push(number);
        }
        if !is_closed {
            problems.push(Problem { line: number, message: "this fence is never closed".to_owned() });
        }
        if let Some(info) = info.strip_prefix("graph ") {
            let mut words = info.split_whitespace();
            let function = words.next().unwrap_or_default().to_owned();
            let path = match words.next().map(|it| it.strip_prefix("name=")) {
                None => format!("/{MAIN}"),
                Some(Some(name)) => format!("/{name}"),
                Some(None) => {
                    let message = "write graph FUNCTION, or graph FUNCTION name=FILE".to_owned();
                    problems.push(Problem { line: number, message });
                    continue;
                }
            };
            let lines = block.text.lines().map(str::trim).zip(block.lines);
            let lines = lines.filter(|(text, _)| !text.is_empty()).map(|(text, line)| (line, text.to_owned()));
            let block = GraphBlock { line: number, path, function, lines: lines.collect() };
            projects.last_mut().expect("there is always a project").graphs.push(block);
            continue;
        }
        match file_name(info) {
            Ok(None) => {}
            Ok(Some(name)) => {
                let project = projects.last_mut().expect("there is always a project");
                let file = project.files.entry(format!("/{name}")).or_default();
                file.text += &block.text;
                file.lines.extend(block.lines);
            }
            Err(message) => problems.push(Problem { line: number, message }),
        }
    }
    projects.retain(|it| !it.files.is_empty());
    if projects.is_empty() {
        problems.push(Problem { line: 1, message: "the page has no fence with Dana".to_owned() });
    }
    (projects, problems)
}

/// The file that a fence belongs to: `dana`, `dana name=tools.na`, `toml name=danaide.toml`. A fence of another language
/// without a name is part of the prose.
fn file_name(info: &str) -> Result<Option<&str>, String> {
    let mut words = info.split_whitespace();
    let language = words.next().unwrap_or_default();
    let mut name = (language == "dana").then_some(MAIN);
    for word in words {
        match word.strip_prefix("name=") {
            Some(given) if !given.is_empty() && !given.starts_with('/') && !given.contains("..") => name = Some(given),
            _ => return Err(format!("`{word}` is not known here; write name=FILE, with a path below the project")),
        }
    }
    Ok(name)
}
