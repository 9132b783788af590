//! `not-raisable`: something is raised that is no exception.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "not-raisable",
    level: Level::Error,
    category: Category::Types,
    summary: "A value is raised that is no exception",
    explanation: "The statement is a TypeError instead of what it should raise. Raise an exception, such as \
                  `ValueError(\"what is wrong\")`.",
    bad: "def fail(code: int):\n    raise 404\n",
    good: "def fail(code: int):\n    raise ValueError(f\"code {code}\")\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let Problem::RaiseType { expr, found } = problem else { continue };
        let message = format!("this is {} and no exception", cx.show(found));
        cx.report(Finding::new(DiagnosticCode::NotRaisable, message, cx.expr(*expr)));
    }
}
