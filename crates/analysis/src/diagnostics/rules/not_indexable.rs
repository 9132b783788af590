//! `not-indexable`: an index where none is taken.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;
use crate::ty::Type;

pub(super) const RULE: Rule = Rule {
    name: "not-indexable",
    level: Level::Error,
    category: Category::Types,
    summary: "A value is indexed that has no items, or with a wrong index",
    explanation: "Lists, tuples and text take ints and slices, dicts take keys; everything else is a TypeError.",
    bad: "items = [1, 2]\nprint(items[\"first\"])\n",
    good: "items = [1, 2]\nprint(items[0])\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let (at, message) = match problem {
            Problem::NotIndexable { expr, found } => {
                (expr, format!("{} has no items to take by index", cx.show(found)))
            }
            Problem::ItemsStay { expr, found } => (expr, format!("the items of {} cannot be replaced", cx.show(found))),
            Problem::IndexType { expr, base: Type::Dict(_), .. } => (expr, "a dict takes keys, not slices".to_owned()),
            Problem::IndexType { expr, base, found } => {
                (expr, format!("{} takes an int or a slice as index, not {}", cx.show(base), cx.show(found)))
            }
            _ => continue,
        };
        cx.report(Finding::new(DiagnosticCode::NotIndexable, message, cx.expr(*at)));
    }
}
