//! `not-iterable`: an iteration over what has no items.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "not-iterable",
    level: Level::Error,
    category: Category::Types,
    summary: "A value that is iterated has no items",
    explanation: "Loops, unpacking, `in` and the like take collections, text, ranges and iterators; this is a \
                  TypeError. To count, use `range(n)`.",
    bad: "for i in 5:\n    print(i)\n",
    good: "for i in range(5):\n    print(i)\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let Problem::NotIterable { expr, found } = problem else { continue };
        let message = format!("this is {} and has no items", cx.show(found));
        cx.report(Finding::new(DiagnosticCode::NotIterable, message, cx.expr(*expr)));
    }
}
