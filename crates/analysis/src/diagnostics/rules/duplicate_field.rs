//! `duplicate-field`: a record with two fields of one name.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{DiagnosticCode, SyntaxProblem};

pub(super) const RULE: Rule = Rule {
    name: "duplicate-field",
    level: Level::Error,
    category: Category::Syntax,
    summary: "A record has two fields of the same name",
    explanation: "A record has one value for a name, so the program does not start. Rename one of the fields, or take it \
                  out.",
    bad: "struct Point:\n    x: int\n    x: int\n",
    good: "struct Point:\n    x: int\n    y: int\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let map = cx.map.clone();
    for (problem, place) in map.problems() {
        let SyntaxProblem::DuplicateField(name) = problem else { continue };
        let message = format!("the field `{name}` is there twice");
        cx.report(Finding::new(DiagnosticCode::DuplicateField, message, *place));
    }
}
