//! `case-without-fallback`: a `case` that may choose nothing.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::scope::Meaning;
use crate::{Arg, Body, Call, DiagnosticCode, Expr, ExprId, FilePath, FunctionBody, Literal};

pub(super) const RULE: Rule = Rule {
    name: "case-without-fallback",
    level: Level::Hint,
    category: Category::Types,
    summary: "A `case` has no branch for when no condition holds",
    explanation: "If no condition holds, the call is a ValueError. Give a function or a value as the last branch, without a \
                  condition, or the condition `true`.",
    bad: "def size(n: int) = case((lambda v :: v > 9, lambda v :: \"large\"), (lambda v :: v > 4, lambda v :: \"middle\"))\n",
    good: "def size(n: int) = case((lambda v :: v > 9, lambda v :: \"large\"), lambda v :: \"small\")\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (_, expr) in body.exprs.iter() {
        let Expr::Call(call) = expr else { continue };
        if !is_case(cx, call) {
            continue;
        }
        let branches: Option<Vec<&[ExprId]>> = call.args.iter().map(|it| pair(&body, it)).collect();
        let Some(branches) = branches.filter(|it| !it.is_empty()) else { continue };
        if !branches.iter().any(|it| always_holds(&body, it[0])) {
            let message = "no branch is there for when no condition holds: give one without a condition last";
            cx.report(Finding::new(DiagnosticCode::CaseWithoutFallback, message, cx.expr(call.callee)));
        }
    }
}

pub(super) fn is_case(cx: &BodyCheck<'_>, call: &Call) -> bool {
    let meaning = cx.inference.meanings.get(call.callee);
    matches!(meaning, Some(Meaning::Item(def)) if def.item.name() == "case" && matches!(def.file.path(cx.db), FilePath::Library(_)))
}

/// A condition and what it chooses.
pub(super) fn pair<'a>(body: &'a Body, arg: &Arg) -> Option<&'a [ExprId]> {
    match (arg, &body.exprs[arg.value()]) {
        (Arg::Positional(_), Expr::Tuple(items)) if items.len() == 2 => Some(items),
        _ => None,
    }
}

pub(super) fn always_holds(body: &Body, condition: ExprId) -> bool {
    match &body.exprs[condition] {
        Expr::Literal(Literal::Bool(true)) => true,
        Expr::Lambda(function) => match body.functions[*function].body {
            FunctionBody::Expr(expr) => always_holds(body, expr),
            _ => false,
        },
        _ => false,
    }
}
