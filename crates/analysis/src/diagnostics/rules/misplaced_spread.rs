//! `misplaced-spread`: `*` before a value that goes nowhere.

use rustc_hash::FxHashSet;

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{DiagnosticCode, Expr, ExprId};

pub(super) const RULE: Rule = Rule {
    name: "misplaced-spread",
    level: Level::Error,
    category: Category::Syntax,
    summary: "`*` spreads a value where there is nothing to spread it into",
    explanation: "`*x` puts the items of `x` into a call, a list, a tuple or a set, and `**x` those of a dict into a \
                  call or a dict. Elsewhere the program does not start. For a tuple of the items write `(*x,)`.",
    bad: "items = [1, 2]\ncopy = (*items)\n",
    good: "items = [1, 2]\ncopy = (*items,)\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    if !body.exprs.iter().any(|(_, it)| matches!(it, Expr::Spread { .. })) {
        return;
    }
    let mut spread: FxHashSet<ExprId> = FxHashSet::default();
    for (_, expr) in body.exprs.iter() {
        if let Expr::Tuple(items) | Expr::List(items) | Expr::Set(items) = expr {
            spread.extend(items);
        }
    }
    // A starred target that stands alone has a finding of its own.
    for (id, _) in body.functions.iter() {
        for it in body.statements_of(id) {
            body.targets_of(it.stmt, &mut |target| {
                spread.insert(target);
            });
        }
    }
    for (id, expr) in body.exprs.iter() {
        if matches!(expr, Expr::Spread { .. }) && !spread.contains(&id) {
            let message = "`*` spreads a value into a call, a list, a tuple or a set";
            cx.report(Finding::new(DiagnosticCode::MisplacedSpread, message, cx.expr(id)));
        }
    }
}
