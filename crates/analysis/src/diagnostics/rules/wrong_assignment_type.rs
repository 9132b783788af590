//! `wrong-assignment-type`: a value of a type that its variable refuses.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "wrong-assignment-type",
    level: Level::Error,
    category: Category::Types,
    summary: "A value never fits the declared type of a variable",
    explanation: "Values are checked and converted where a type is declared; this one is refused with a TypeError. A \
                  default of a parameter is checked in the same way.",
    bad: "x: int = [1, 2]\n",
    good: "x: list = [1, 2]\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let (Problem::AssignType { value, name, expected, found }
        | Problem::DefaultType { value, name, expected, found }) = problem
        else {
            continue;
        };
        let message = format!(
            "`{name}` is declared {}, and this is {}{}",
            cx.show(expected),
            cx.show(found),
            cx.why_not(found, expected)
        );
        cx.report(Finding::new(DiagnosticCode::WrongAssignmentType, message, cx.expr(*value)));
    }
}
