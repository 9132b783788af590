//! The rules as Markdown: what `docs/diagnostics.md` and `danaide explain` show.

use std::fmt::Write as _;

use super::example::example_files;
use super::rule::{Category, Level, Rule};
use super::rules::DiagnosticCode;

impl DiagnosticCode {
    /// All that is to be said about the code: paragraphs and examples, without a heading.
    pub fn markdown(self) -> String {
        let rule = self.rule();
        let mut out = format!("{}\n\n{}\n", properties(rule), rule.explanation);
        for (title, example) in [("Bad", rule.bad), ("Good", rule.good)] {
            if !example.is_empty() {
                out += &format!("\n{title}:\n");
                push_example(&mut out, example);
            }
        }
        out
    }
}

/// `Error · syntax · has a fix`.
fn properties(rule: &Rule) -> String {
    let level = match rule.level {
        Level::Error => "Error",
        Level::Warning => "Warning",
        Level::Information => "Information",
        Level::Hint => "Hint",
        Level::Off => "Off unless a setting turns it on",
    };
    let fix = if rule.has_fix { " · has a fix" } else { "" };
    format!("{level} · {}{fix}", rule.category.as_str())
}

fn push_example(out: &mut String, example: &str) {
    for file in example_files(example) {
        let name = file.path.trim_start_matches('/');
        if example.starts_with("//- ") {
            *out += &format!("\n`{name}`:\n");
        }
        let language = if name.ends_with(".toml") { "toml" } else { "dana" };
        *out += &format!("\n```{language}\n{}\n```\n", file.text.trim_end());
    }
}

/// The page that describes all rules.
pub fn diagnostics_page() -> String {
    let mut out = String::from(
        "# Diagnostics\n\n\
         Every finding has a code that never changes. `danaide check` prints it in brackets after the severity, editors show it\n\
         beside the message, and the JSON and SARIF outputs carry it. `danaide explain CODE` prints a section of this page.\n\n\
         How severe a finding is can be set by code or by category, for all files or some of them: see\n\
         [the guide](guide.md#settings). A comment hides findings where they stand:\n\n\
         | comment | hides |\n| --- | --- |\n\
         | `# danaide: ignore[code, code]` at the end of a line | the findings of these codes that start on the line, or on the head of the statement there, if it has several lines |\n\
         | `# danaide: ignore` | all findings there |\n\
         | `# danaide: ignore-file[code]` above the first statement | the findings of the file |\n\n\
         A reason may follow. What the category `syntax` holds can be neither hidden nor set.\n",
    );
    for category in Category::ALL {
        let codes = || DiagnosticCode::ALL.iter().filter(|it| it.rule().category == category);
        if codes().next().is_none() {
            continue;
        }
        let name = category.as_str();
        // Writing to a string does not fail.
        let _ = write!(out, "\n## Category `{name}`\n\n| code | | | |\n| --- | --- | --- | --- |\n");
        for rule in codes().map(|it| it.rule()) {
            let fix = if rule.has_fix { "fix" } else { "" };
            let (name, level, summary) = (rule.name, rule.level.as_str(), rule.summary);
            let _ = writeln!(out, "| [{name}](#{name}) | {level} | {fix} | {summary} |");
        }
    }
    for code in DiagnosticCode::ALL {
        let _ = write!(out, "\n## {}\n\n{}", code.as_str(), code.markdown());
    }
    out
}
