//! `wrong-return-type`: a result of a type that the function does not declare.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "wrong-return-type",
    level: Level::Error,
    category: Category::Types,
    summary: "A returned value never fits the declared result",
    explanation: "The result of a function is checked and converted when it returns; this value is refused with a \
                  TypeError.",
    bad: "def size() -> int:\n    return [1, 2]\n",
    good: "def size() -> int:\n    return len([1, 2])\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let Problem::ReturnType { value, expected, found } = problem else { continue };
        let message = format!(
            "the function gives {}, and this is {}{}",
            cx.show(expected),
            cx.show(found),
            cx.why_not(found, expected)
        );
        cx.report(Finding::new(DiagnosticCode::WrongReturnType, message, cx.expr(*value)));
    }
}
