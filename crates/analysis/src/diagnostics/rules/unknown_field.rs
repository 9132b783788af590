//! `unknown-field`: a value for a field that the record does not have.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "unknown-field",
    level: Level::Error,
    category: Category::Records,
    summary: "A record is made with a field that it does not have",
    explanation: "Making the record is a TypeError. If a field has a similar name, the fix puts it in.",
    bad: "struct Point:\n    width: int = 0\n\nprint(Point(widht=1))\n",
    good: "struct Point:\n    width: int = 0\n\nprint(Point(width=1))\n",
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let (record, finding) = match problem {
            Problem::UnknownField { value, record, name, known } => {
                let message = format!("`{}` has no field `{name}`", record.item.name());
                let known = known.iter().map(|it| it.as_str());
                (record, cx.unknown(DiagnosticCode::UnknownField, message, cx.name(*value), name, known))
            }
            Problem::TooManyFields { call, record, expected, found } => {
                let message = format!("`{}` has {expected} fields, and {found} values are given", record.item.name());
                (record, Finding::new(DiagnosticCode::UnknownField, message, cx.expr(*call)))
            }
            _ => continue,
        };
        cx.report(cx.with_definition(finding, Some(record)));
    }
}
