//! `not-callable`: a call of what is no function.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "not-callable",
    level: Level::Error,
    category: Category::Types,
    summary: "A value that is called is no function",
    explanation: "The call is a TypeError. Often the name of a function is also that of a variable.",
    bad: "size = 3\nprint(size())\n",
    good: "size = 3\nprint(size)\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let Problem::NotCallable { callee, found } = problem else { continue };
        let message = format!("this is {} and cannot be called", cx.show(found));
        cx.report(Finding::new(DiagnosticCode::NotCallable, message, cx.expr(*callee)));
    }
}
