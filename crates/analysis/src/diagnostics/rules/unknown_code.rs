//! `unknown-code`: a suppression names a code that does not exist.

use crate::diagnostics::diagnostic::Fix;
use crate::diagnostics::rule::{Category, Check, FileCheck, Level, Rule};
use crate::diagnostics::suppressions::{Codes, suppressions};
use crate::{Diagnostic, DiagnosticCode};

pub(super) const RULE: Rule = Rule {
    name: "unknown-code",
    level: Level::Warning,
    category: Category::Settings,
    summary: "A suppression names a code that does not exist",
    explanation: "A comment suppresses a finding whose code is not known, so it suppresses nothing. Codes are those in this list, as they \
                  stand in brackets behind the severity of a finding; `danaide explain` prints them all.\n\n\
                  Correct the name, or remove it.",
    bad: "total = 1  # danaide: ignore[unused-supression]\n",
    good: "total = 1\n",
    has_fix: true,
    check: Check::File(check),
};

fn check(cx: &mut FileCheck<'_>) {
    for suppression in &suppressions(cx.db, cx.file).valid {
        let Codes::Listed(codes) = &suppression.directive.codes else { continue };
        for listed in codes.iter().filter(|it| DiagnosticCode::from_name(&it.name).is_none()) {
            let name = &listed.name;
            let diagnostic = match DiagnosticCode::nearest(name) {
                Some(code) => {
                    let meant = code.as_str();
                    let message = format!("there is no code `{name}`; did you mean `{meant}`?");
                    let fix = Fix::safe(format!("Change to `{meant}`")).edit(cx.file, listed.range, meant);
                    Diagnostic::new(DiagnosticCode::UnknownCode, message, listed.range).with_fix(fix)
                }
                None => {
                    let message = format!("there is no code `{name}`; `danaide explain` lists those that there are");
                    Diagnostic::new(DiagnosticCode::UnknownCode, message, listed.range)
                }
            };
            cx.report(diagnostic);
        }
    }
}
