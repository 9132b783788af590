//! `unknown-field`: a value for a field that the record does not have.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding, FindingFix, Spot};
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
        let (value, record, finding) = match problem {
            Problem::UnknownField { value, record, name, known } => {
                let place = cx.name(*value);
                let nearest = crate::nearest(name, known.iter().map(|it| it.as_str()));
                let hint = nearest.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
                let message = format!("`{}` has no field `{name}`{hint}", record.item.name());
                let finding = Finding::new(DiagnosticCode::UnknownField, message, place);
                let finding = match nearest {
                    Some(nearest) => finding.with_fix(
                        FindingFix::needs_review(format!("Change to `{nearest}`")).edit(Spot::Here(place), nearest),
                    ),
                    None => finding,
                };
                (value, record, finding)
            }
            Problem::TooManyFields { call, record, expected, found } => {
                let message = format!("`{}` has {expected} fields, and {found} values are given", record.item.name());
                (call, record, Finding::new(DiagnosticCode::UnknownField, message, cx.expr(*call)))
            }
            _ => continue,
        };
        let _ = value;
        let finding = cx.with_definition(finding, Some(record));
        cx.report(finding);
    }
}
