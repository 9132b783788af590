//! `wrong-field-type`: a value of a type that a field refuses.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "wrong-field-type",
    level: Level::Error,
    category: Category::Records,
    summary: "A value never fits the type of a field",
    explanation: "Fields are checked when a record is made and when a field is assigned; this value is refused with a \
                  TypeError.",
    bad: "struct Point:\n    x: int\n\nprint(Point(x=[1]))\n",
    good: "struct Point:\n    x: int\n\nprint(Point(x=1))\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let (value, what, expected, found) = match problem {
            Problem::FieldType { value, record, field, expected, found } => {
                (value, format!("{}.{field}", record.item.name()), expected, found)
            }
            Problem::FieldDefault { value, name, expected, found } => (value, name.to_string(), expected, found),
            _ => continue,
        };
        let message =
            format!("`{what}` takes {}, not {}{}", cx.show(expected), cx.show(found), cx.why_not(found, expected));
        cx.report(Finding::new(DiagnosticCode::WrongFieldType, message, cx.expr(*value)));
    }
}
