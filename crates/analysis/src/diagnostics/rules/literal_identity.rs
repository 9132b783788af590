//! `literal-identity`: `is` with a literal.

use crate::diagnostics::finding::{BodyCheck, Finding, FindingFix, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{Body, CompareOp, DiagnosticCode, Expr, ExprId, Literal};

pub(super) const RULE: Rule = Rule {
    name: "literal-identity",
    level: Level::Warning,
    category: Category::Types,
    summary: "`is` compares with a literal",
    explanation: "`is` asks whether both sides are the same object, not whether they are equal. Equal texts or lists may be \
                  several objects, so the answer may be false. Use `==`.",
    bad: "name = \"Ada\"\nif name is \"Ada\":\n    print(name)\n",
    good: "name = \"Ada\"\nif name == \"Ada\":\n    print(name)\n",
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (id, expr) in body.exprs.iter() {
        let Expr::Compare { first, rest } = expr else { continue };
        let mut left = *first;
        for (op, right) in rest {
            let (words, new): (&[&str], _) = match op {
                CompareOp::Is => (&["is"], "=="),
                CompareOp::IsNot => (&["is", "not"], "!="),
                _ => {
                    left = *right;
                    continue;
                }
            };
            if is_literal(&body, left) || is_literal(&body, *right) {
                let message = format!("`{}` asks for the same object: use `{new}` to compare values", words.join(" "));
                let mut finding = Finding::new(DiagnosticCode::LiteralIdentity, message, cx.expr(id));
                if let Some(place) = cx.between(left, *right, words) {
                    let title = format!("Change to `{new}`");
                    finding = finding.with_fix(FindingFix::needs_review(title).edit(Spot::Here(place), new));
                }
                cx.report(finding);
            }
            left = *right;
        }
    }
}

/// A literal other than `None`, the truth values and `...`, of which there is only one each.
fn is_literal(body: &Body, expr: ExprId) -> bool {
    match &body.exprs[expr] {
        Expr::Literal(it) => !matches!(it, Literal::None | Literal::Bool(_) | Literal::Ellipsis),
        Expr::FString(_) | Expr::List(_) | Expr::Set(_) | Expr::Dict(_) | Expr::Tuple(_) => true,
        _ => false,
    }
}
