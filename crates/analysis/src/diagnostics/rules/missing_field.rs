//! `missing-field`: a field that gets no value.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "missing-field",
    level: Level::Error,
    category: Category::Records,
    summary: "A record is made without a field that has no default",
    explanation: "Making the record is a TypeError. Give the field a value here, or a default where the record is \
                  declared.",
    bad: "struct Point:\n    x: int\n    y: int\n\nprint(Point(x=1))\n",
    good: "struct Point:\n    x: int\n    y: int = 0\n\nprint(Point(x=1))\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let Problem::MissingFields { call, record, names } = problem else { continue };
        let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
        let message = format!("`{}` needs a value for {}", record.item.name(), names.join(" and "));
        let finding = Finding::new(DiagnosticCode::MissingField, message, cx.expr(*call));
        let finding = cx.with_definition(finding, Some(record));
        cx.report(finding);
    }
}
