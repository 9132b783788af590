//! `invalid-suppression`: a comment after `danaide:` that cannot be understood.

use crate::diagnostics::rule::{Category, Check, FileCheck, Level, Rule};
use crate::diagnostics::suppressions::{Codes, suppressions};
use crate::{Diagnostic, DiagnosticCode};

pub(super) const RULE: Rule = Rule {
    name: "invalid-suppression",
    level: Level::Warning,
    category: Category::Settings,
    summary: "A comment that should suppress findings cannot be understood",
    explanation: "A comment that starts with `danaide:` is meant for this tool, but it has none of the forms below, stands where it has no \
                  effect, or names a finding that cannot be suppressed. It suppresses nothing.\n\n\
                  - `# danaide: ignore[code, code]` at the end of a line, for the findings that start on it. On any line of a statement's \
                  head it speaks for the whole head.\n\
                  - `# danaide: ignore` for all findings there.\n\
                  - `# danaide: ignore-file[code]` above the first statement, for the file.\n\n\
                  A reason may follow, separated by a space.",
    bad: "total = 1  # danaide: ingore[unused-variable]\n",
    good: "total = 1  # the sum so far\n",
    has_fix: false,
    check: Check::File(check),
};

fn check(cx: &mut FileCheck<'_>) {
    let all = suppressions(cx.db, cx.file);
    for it in &all.malformed {
        cx.report(Diagnostic::new(DiagnosticCode::InvalidSuppression, it.message.clone(), it.range));
    }
    for suppression in &all.valid {
        let Codes::Listed(codes) = &suppression.directive.codes else { continue };
        for listed in codes {
            if DiagnosticCode::from_name(&listed.name).is_some_and(|it| !it.rule().can_be_hidden()) {
                let message = format!("`{}` cannot be suppressed", listed.name);
                cx.report(Diagnostic::new(DiagnosticCode::InvalidSuppression, message, listed.range));
            }
        }
    }
}
