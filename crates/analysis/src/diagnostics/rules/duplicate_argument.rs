//! `duplicate-argument`: an argument that is given by position and by name.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "duplicate-argument",
    level: Level::Error,
    category: Category::Types,
    summary: "A parameter gets two values",
    explanation: "One by position and one by name: the call is a TypeError. Leave one of them out.",
    bad: "def greet(name: str) -> str:\n    return name\n\nprint(greet(\"Ada\", name=\"Bob\"))\n",
    good: "def greet(name: str) -> str:\n    return name\n\nprint(greet(\"Ada\"))\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let Problem::DuplicateArgument { value, name, callee, def } = problem else { continue };
        let message = format!("`{callee}` gets a value for `{name}` twice");
        let finding = Finding::new(DiagnosticCode::DuplicateArgument, message, cx.name(*value));
        let finding = cx.with_definition(finding, def.as_ref());
        cx.report(finding);
    }
}
