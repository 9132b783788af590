//! `not-a-context`: `with` on a value that cannot be entered.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "not-a-context",
    level: Level::Error,
    category: Category::Types,
    summary: "`with` is used on a value that cannot be entered",
    explanation: "`with` calls the value's `enter_context` and `exit_context`, and this value has neither: the \
                  statement is a TypeError. Assign the value to a variable instead.",
    bad: "with 5 as number:\n    print(number)\n",
    good: "number = 5\nprint(number)\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let Problem::NotContext { expr, found } = problem else { continue };
        let message = format!("{} has no `enter_context`, so `with` cannot use it", cx.show(found));
        cx.report(Finding::new(DiagnosticCode::NotAContext, message, cx.expr(*expr)));
    }
}
