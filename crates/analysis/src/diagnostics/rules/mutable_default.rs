//! `mutable-default`: a default that keeps what a call put into it.

use crate::diagnostics::finding::{BodyCheck, Finding, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{Body, DiagnosticCode, Expr, ExprId, NameRef, Place, Stmt, VariableId};

pub(super) const RULE: Rule = Rule {
    name: "mutable-default",
    level: Level::Warning,
    category: Category::Style,
    summary: "A function changes the collection that is the default of a parameter",
    explanation: "A default is made once, when the function is defined, and all calls share it: what one call puts into it \
                  is there in the next. Make `None` the default, and the collection in the function.",
    bad: "def collect(item: str, into: list = []) -> list:\n    into.append(item)\n    return into\n",
    good: "def collect(item: str, into: list = None) -> list:\n    if into is None:\n        into = []\n    into.append(item)\n    return into\n",
    has_fix: false,
    check: Check::Body(check),
};

/// Methods that change the collection they belong to.
const CHANGING: [&str; 15] = [
    "add",
    "append",
    "clear",
    "discard",
    "extend",
    "insert",
    "pop",
    "popitem",
    "remove",
    "reverse",
    "setdefault",
    "sort",
    "update",
    "difference_update",
    "intersection_update",
];

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (_, function) in body.functions.iter() {
        for param in &function.params {
            let (Some(binding), Some(default)) = (param.binding, param.default) else { continue };
            let is_collection = matches!(body.exprs[default], Expr::List(_) | Expr::Dict(_) | Expr::Set(_));
            let variable = body.bindings[binding].variable;
            let bound = body.bindings.iter().filter(|(_, it)| it.variable == variable).count();
            // A parameter that is given another value before may hold that one.
            if !is_collection || bound > 1 {
                continue;
            }
            if let Some(place) = change_of(cx, &body, variable) {
                let message = format!("calls share the default of `{}`, and this function changes it", param.name);
                let finding = Finding::new(DiagnosticCode::MutableDefault, message, cx.expr(default));
                cx.report(finding.with_related("it is changed here", Spot::Here(place)));
            }
        }
    }
}

/// Where a variable's collection is changed.
fn change_of(cx: &BodyCheck<'_>, body: &Body, variable: VariableId) -> Option<Place> {
    let is_it = |expr: ExprId| body.exprs[expr] == Expr::Name(NameRef::Variable(variable));
    let is_item = |expr: &ExprId| matches!(&body.exprs[*expr], Expr::Index { base, .. } if is_it(*base));
    let by_method = body.exprs.iter().find(|(_, expr)| match expr {
        Expr::Call(call) => match &body.exprs[call.callee] {
            Expr::Attribute { base, name } => is_it(*base) && CHANGING.contains(&name.as_str()),
            _ => false,
        },
        _ => false,
    });
    if let Some((id, _)) = by_method {
        return Some(cx.expr(id));
    }
    let by_statement = body.stmts.iter().find(|(_, stmt)| match stmt {
        Stmt::Assign { targets, .. } => targets.iter().any(is_item),
        Stmt::AugAssign { target, .. } | Stmt::Del(target) => is_item(target),
        _ => false,
    });
    by_statement.map(|(id, _)| cx.stmt(id))
}
