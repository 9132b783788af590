//! `no-matching-overload`: a call that none of several definitions takes.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "no-matching-overload",
    level: Level::Error,
    category: Category::Types,
    summary: "Of several definitions of a function, none takes the arguments",
    explanation: "The type of the first argument chooses among the definitions, and none of them takes what is given here: \
                  the call is a TypeError. Compare it with their parameters.",
    bad: "struct Square:\n    side: float\n\nstruct Circle:\n    radius: float\n\ndef area(of: Square) -> float:\n    return of.side ** 2\n\ndef area(of: Circle) -> float:\n    return of.radius ** 2 * 3.14\n\nprint(area(5))\n",
    good: "struct Square:\n    side: float\n\nstruct Circle:\n    radius: float\n\ndef area(of: Square) -> float:\n    return of.side ** 2\n\ndef area(of: Circle) -> float:\n    return of.radius ** 2 * 3.14\n\nprint(area(Square(side=5.0)))\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let Problem::NoOverload { call, callee, defs } = problem else { continue };
        let message = format!("none of the {} definitions of `{callee}` takes these arguments", defs.len());
        let mut finding = Finding::new(DiagnosticCode::NoMatchingOverload, message, cx.expr(*call));
        for def in defs {
            finding = finding.with_related("one of them is here", Spot::Item(def.clone()));
        }
        cx.report(finding);
    }
}
