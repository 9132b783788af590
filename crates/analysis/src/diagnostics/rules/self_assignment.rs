//! `self-assignment`: a variable that gets its own value.

use super::unused_import::is_only_in_block;
use crate::diagnostics::finding::{BodyCheck, Finding, FindingFix, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{Body, DiagnosticCode, Expr, ExprId, NameRef, Stmt, StmtId};

pub(super) const RULE: Rule = Rule {
    name: "self-assignment",
    level: Level::Warning,
    category: Category::Style,
    summary: "A variable or a field gets the value it has",
    explanation: "The statement changes nothing; one of its sides was probably meant to be another one, such as \
                  `self.name = name`. A declaration with a type, `x: int = x`, converts the value and is not looked at.",
    bad: "def grow(size: int) -> int:\n    size = size\n    return size\n",
    good: "def grow(size: int) -> int:\n    size = size + 1\n    return size\n",
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (id, stmt) in body.stmts.iter() {
        let Stmt::Assign { targets, ty: None, value: Some(value), decorators } = stmt else { continue };
        if decorators.is_empty() && targets.iter().any(|it| is_same(&body, *it, *value)) {
            let message = "this assigns a value to where it already is";
            let finding = Finding::new(DiagnosticCode::SelfAssignment, message, cx.stmt(id));
            let is_alone = targets.len() == 1;
            cx.report(if is_alone { finding.with_fix(taken_out(cx, id)) } else { finding });
        }
    }
}

/// The fix that takes an assignment out.
pub(super) fn taken_out(cx: &BodyCheck<'_>, statement: StmtId) -> FindingFix {
    let place = cx.stmt(statement);
    let fix = FindingFix::needs_review("Take the assignment out");
    if is_only_in_block(cx, statement) { fix.edit(Spot::Here(place), "pass") } else { fix.edit(Spot::Lines(place), "") }
}

fn is_same(body: &Body, target: ExprId, value: ExprId) -> bool {
    match (&body.exprs[target], &body.exprs[value]) {
        (Expr::Bind(binding), Expr::Name(NameRef::Variable(variable))) => body.bindings[*binding].variable == *variable,
        (Expr::Name(a), Expr::Name(b)) => a == b,
        (Expr::Scoped { scope, name, .. }, Expr::Scoped { scope: other_scope, name: other, .. }) => {
            (scope, name) == (other_scope, other)
        }
        (Expr::Attribute { base, name }, Expr::Attribute { base: other_base, name: other }) => {
            name == other && !name.is_empty() && is_same(body, *base, *other_base)
        }
        _ => false,
    }
}
