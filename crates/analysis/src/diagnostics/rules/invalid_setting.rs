//! `invalid-setting`: something in `danaide.toml` does not count.

use std::ops::Range;

use crate::diagnostics::diagnostic::Fix;
use crate::diagnostics::rule::{Category, Check, FileCheck, Level, Rule};
use crate::settings::setting_problems;
use crate::{Diagnostic, DiagnosticCode};

pub(super) const RULE: Rule = Rule {
    name: "invalid-setting",
    level: Level::Warning,
    category: Category::Settings,
    summary: "A setting in danaide.toml is not known or has a wrong value",
    explanation: "The file of settings is not TOML there, names a setting, a code or a category that does not exist, or gives a value that \
                  is not possible. That entry does not count; the others do.\n\n\
                  The guide has all settings; `docs/danaide.schema.json` describes them for editors.",
    bad: "//- /danaide.toml\n[rules]\nunused-supression = \"off\"\n//- /main.na\nx = 1\n",
    good: "//- /danaide.toml\n[rules]\nunused-suppression = \"off\"\n//- /main.na\nx = 1\n",
    has_fix: true,
    check: Check::Elsewhere,
};

/// Called for settings files, and only this rule is.
pub(in crate::diagnostics) fn check(cx: &mut FileCheck<'_>) {
    let file = cx.file;
    let text: &str = file.text(cx.db);
    for problem in setting_problems(cx.db, file) {
        let diagnostic = Diagnostic::new(DiagnosticCode::InvalidSetting, problem.message, problem.range);
        let written = text.get(Range::<usize>::from(problem.range)).unwrap_or_default();
        let is_quoted = written.starts_with(['"', '\'']);
        cx.report(match problem.meant {
            Some(meant) => {
                let new = if is_quoted { format!("\"{meant}\"") } else { meant.clone() };
                // It changes which findings are shown.
                diagnostic.with_fix(Fix::needs_review(format!("Change to `{meant}`")).edit(file, problem.range, new))
            }
            None => diagnostic,
        });
    }
}
