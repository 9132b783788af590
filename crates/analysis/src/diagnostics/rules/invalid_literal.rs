//! `invalid-literal`: a number or a text that has no value in the language.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{DiagnosticCode, SyntaxProblem};

pub(super) const RULE: Rule = Rule {
    name: "invalid-literal",
    level: Level::Error,
    category: Category::Syntax,
    summary: "A number or a text has no value in the language",
    explanation: "The language has no complex numbers, and bytes do not join with text that stands beside them. The \
                  program does not start.",
    bad: "data = b\"head\" \"body\"\n",
    good: "data = b\"head\" b\"body\"\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let map = cx.map.clone();
    for (problem, place) in map.problems() {
        let message = match problem {
            SyntaxProblem::Complex => "complex numbers are not part of the language",
            SyntaxProblem::BytesBesideText => "bytes and text cannot stand side by side",
            SyntaxProblem::DuplicateField(_) | SyntaxProblem::BrokenEscape(_) => continue,
        };
        cx.report(Finding::new(DiagnosticCode::InvalidLiteral, message, *place));
    }
}
