//! `unsupported-operator`: operands that an operator does not take.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "unsupported-operator",
    level: Level::Error,
    category: Category::Types,
    summary: "An operator does not take the types of its operands",
    explanation: "The operation is a TypeError. Text joins with anything by `+`, numbers mix, and records say what \
                  they take by methods such as `__add__`; this combination does nothing.",
    bad: "print([1] - [2])\n",
    good: "print({1} - {2})\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let (at, message) = match problem {
            Problem::Operator { expr, op, left, right } => {
                (expr, format!("`{op}` does not take {} and {}", cx.show(left), cx.show(right)))
            }
            Problem::UnaryOperator { expr, op, operand } => {
                (expr, format!("`{op}` does not take {}", cx.show(operand)))
            }
            Problem::Comparison { expr, left, right } => {
                (expr, format!("{} and {} have no order", cx.show(left), cx.show(right)))
            }
            _ => continue,
        };
        cx.report(Finding::new(DiagnosticCode::UnsupportedOperator, message, cx.expr(*at)));
    }
}
