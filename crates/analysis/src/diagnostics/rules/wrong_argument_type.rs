//! `wrong-argument-type`: an argument of a type that its parameter refuses.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "wrong-argument-type",
    level: Level::Error,
    category: Category::Types,
    summary: "An argument never fits the type of its parameter",
    explanation: "Values are checked where a function is called, and this one is refused with a TypeError: no \
                  conversion of the language leads from its type to the declared one. Numbers, text and collections \
                  are converted where that is safe, so only what can never fit is reported.",
    bad: "def total(values: list) -> int:\n    return len(values)\n\nprint(total(5))\n",
    good: "def total(values: list) -> int:\n    return len(values)\n\nprint(total([5]))\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let Problem::ArgumentType { value, parameter, callee, def, expected, found } = problem else { continue };
        let message = format!(
            "`{parameter}` of `{callee}` takes {}, not {}{}",
            cx.show(expected),
            cx.show(found),
            cx.why_not(found, expected)
        );
        let finding = Finding::new(DiagnosticCode::WrongArgumentType, message, cx.expr(*value));
        let finding = cx.with_definition(finding, def.as_ref());
        cx.report(finding);
    }
}
