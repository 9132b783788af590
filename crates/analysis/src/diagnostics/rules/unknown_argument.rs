//! `unknown-argument`: a keyword argument that no parameter takes.

use crate::DiagnosticCode;
use crate::diagnostics::finding::BodyCheck;
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "unknown-argument",
    level: Level::Error,
    category: Category::Types,
    summary: "No parameter has the name of a keyword argument",
    explanation: "The call is a TypeError. If a parameter has a similar name, the fix puts it in.",
    bad: "def greet(name: str, loud: bool = false) -> str:\n    return name\n\nprint(greet(name=\"Ada\", load=true))\n",
    good: "def greet(name: str, loud: bool = false) -> str:\n    return name\n\nprint(greet(name=\"Ada\", loud=true))\n",
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let Problem::UnknownKeyword { value, name, callee, def, known } = problem else { continue };
        let message = format!("`{callee}` has no parameter `{name}`");
        let known = known.iter().map(|it| it.as_str());
        let finding = cx.unknown(DiagnosticCode::UnknownArgument, message, cx.name(*value), name, known);
        cx.report(cx.with_definition(finding, def.as_ref()));
    }
}
