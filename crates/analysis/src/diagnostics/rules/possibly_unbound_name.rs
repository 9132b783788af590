//! `possibly-unbound-name`: a variable that not every way has given a value.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Bound;

pub(super) const RULE: Rule = Rule {
    name: "possibly-unbound-name",
    level: Level::Warning,
    category: Category::Names,
    summary: "A variable has no value on some ways to where it is read",
    explanation: "One of the branches, a loop without a turn, or a handler leads here without an assignment, and then \
                  the read is a NameError. Give the variable a value before the branch, or in all branches.",
    bad: "def pick(flag: bool):\n    if flag:\n        answer = 1\n    return answer\n",
    good: "def pick(flag: bool):\n    answer = 0\n    if flag:\n        answer = 1\n    return answer\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for (expr, _) in inference.unbound.iter().filter(|(_, bound)| *bound == Bound::Maybe) {
        let place = cx.expr(*expr);
        let message = format!("`{}` may have no value here: not every way gives it one", cx.text(place));
        cx.report(Finding::new(DiagnosticCode::PossiblyUnboundName, message, place));
    }
}
