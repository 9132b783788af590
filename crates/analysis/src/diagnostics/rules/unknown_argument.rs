//! `unknown-argument`: a keyword argument that no parameter takes.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding, FindingFix, Spot};
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
        if cx.is_overloaded(def.as_ref()) {
            continue;
        }
        let place = cx.name(*value);
        let finding = match crate::nearest(name, known.iter().map(|it| it.as_str())) {
            Some(nearest) => {
                let message = format!("`{callee}` has no parameter `{name}`; did you mean `{nearest}`?");
                let fix = FindingFix::needs_review(format!("Change to `{nearest}`")).edit(Spot::Here(place), nearest);
                Finding::new(DiagnosticCode::UnknownArgument, message, place).with_fix(fix)
            }
            None => {
                let message = format!("`{callee}` has no parameter `{name}`");
                Finding::new(DiagnosticCode::UnknownArgument, message, place)
            }
        };
        let finding = cx.with_definition(finding, def.as_ref());
        cx.report(finding);
    }
}
