//! Comments that say what the analysis has to find.

use std::collections::BTreeMap;

use danaide_analysis::Severity;
use danaide_syntax::{NodeOrToken, SyntaxKind, parse};

use crate::page::{FileText, Problem};

/// What has to be found on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// `# error: [code] "part of the message"`; at least one of the two.
    Finding { severity: Severity, code: Option<String>, message: Option<String> },
    /// `# revealed: list[int]`.
    Revealed(String),
    /// `# effects: llm, log`, or `none`.
    Effects(String),
}

/// The expectations of a file by line from 0, each with the line of the page that holds it.
pub type Expectations = BTreeMap<usize, Vec<(usize, Expectation)>>;

/// Reads the comments of a file. One on a line of its own that holds nothing else speaks for the next line that holds
/// more than a comment.
pub fn expectations(path: &str, file: &FileText, problems: &mut Vec<Problem>) -> Expectations {
    let mut all = Expectations::new();
    let mut waiting = Vec::new();
    let comments = if path.ends_with(".na") { comments_of_dana(&file.text) } else { comments_of_others(&file.text) };
    for (number, line) in file.text.lines().enumerate() {
        let page_line = file.lines[number];
        let mut found = Vec::new();
        let comment = comments.get(&number).map(|start| &line[*start..]);
        for part in comment.unwrap_or_default().split('#').skip(1) {
            match expectation(part) {
                None => {}
                Some(Ok(expectation)) => found.push((page_line, expectation)),
                Some(Err(message)) => problems.push(Problem { line: page_line, message }),
            }
        }
        let code = comments.get(&number).map_or(line, |start| &line[..*start]);
        let says_more = comment.and_then(|it| it.split('#').nth(1)).is_some_and(|it| expectation(it).is_none());
        if code.trim().is_empty() && (found.is_empty() || !says_more) {
            waiting.append(&mut found);
        } else {
            waiting.append(&mut found);
            if !waiting.is_empty() {
                all.entry(number).or_default().append(&mut waiting);
            }
        }
    }
    for (line, _) in waiting {
        let message = "this expectation stands above no line of code".to_owned();
        problems.push(Problem { line, message });
    }
    all
}

/// For each line its comment's first byte.
fn comments_of_dana(text: &str) -> BTreeMap<usize, usize> {
    let tree = parse(text).syntax_node();
    let tokens = tree.descendants_with_tokens().filter_map(NodeOrToken::into_token);
    let comments = tokens.filter(|it| it.kind() == SyntaxKind::COMMENT);
    comments.map(|it| place(text, usize::from(it.text_range().start()))).collect()
}

fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    (before.matches('\n').count(), offset - before.rfind('\n').map_or(0, |at| at + 1))
}

/// In other files no string of a test holds ` #`, so the first one starts a comment.
fn comments_of_others(text: &str) -> BTreeMap<usize, usize> {
    let start = |line: &str| if line.starts_with('#') { Some(0) } else { line.find(" #").map(|at| at + 1) };
    text.lines().enumerate().filter_map(|(number, line)| Some((number, start(line)?))).collect()
}

/// The expectation in a comment without its `#`; an error if it looks like one and is none.
fn expectation(comment: &str) -> Option<Result<Expectation, String>> {
    let (word, rest) = comment.trim().split_once(':')?;
    let severity = match word {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        "info" => Severity::Information,
        "hint" => Severity::Hint,
        "revealed" => {
            let ty = rest.trim();
            let error = || Err("expected a type after `revealed:`".to_owned());
            return Some(if ty.is_empty() { error() } else { Ok(Expectation::Revealed(ty.to_owned())) });
        }
        "effects" => {
            let effects = rest.trim();
            let error = || Err("expected effects after `effects:`, or `none`".to_owned());
            return Some(if effects.is_empty() { error() } else { Ok(Expectation::Effects(effects.to_owned())) });
        }
        _ => return None,
    };
    Some(finding(severity, rest.trim()))
}

fn finding(severity: Severity, text: &str) -> Result<Expectation, String> {
    let malformed = || "write `# error: [code] \"part of the message\"`; one of the two may be missing".to_owned();
    let (code, rest) = match text.strip_prefix('[') {
        Some(rest) => {
            let (code, rest) = rest.split_once(']').ok_or_else(malformed)?;
            let known = danaide_analysis::DiagnosticCode::from_name(code);
            known.ok_or_else(|| format!("there is no code `{code}`"))?;
            (Some(code.to_owned()), rest.trim())
        }
        None => (None, text),
    };
    let message = match rest {
        "" => None,
        quoted => {
            let message = quoted.strip_prefix('"').and_then(|it| it.strip_suffix('"')).ok_or_else(malformed)?;
            Some(message.to_owned())
        }
    };
    if code.is_none() && message.is_none() {
        return Err(malformed());
    }
    Ok(Expectation::Finding { severity, code, message })
}
