//! `wrong-unpack-count`: a tuple that has not as many items as there are names.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "wrong-unpack-count",
    level: Level::Error,
    category: Category::Types,
    summary: "A tuple is taken apart into another number of names",
    explanation: "The assignment is a ValueError. Name all items, or collect the rest with `*rest`.",
    bad: "a, b = (1, 2, 3)\n",
    good: "a, *b = (1, 2, 3)\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let Problem::Unpack { target, expected, found, at_least } = problem else { continue };
        let least = if *at_least { "at least " } else { "" };
        let message = format!("{least}{expected} values are needed here, and there are {found}");
        cx.report(Finding::new(DiagnosticCode::WrongUnpackCount, message, cx.expr(*target)));
    }
}
