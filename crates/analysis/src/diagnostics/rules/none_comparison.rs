//! `none-comparison`: `==` with `None`.

use crate::diagnostics::finding::{BodyCheck, Finding, FindingFix, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{CompareOp, DiagnosticCode, Expr, Literal};

pub(super) const RULE: Rule = Rule {
    name: "none-comparison",
    level: Level::Hint,
    category: Category::Style,
    summary: "A value is compared with `None` by `==`",
    explanation: "There is only one `None`, so `is None` says what is meant, and no `__eq__` of a record is asked.",
    bad: "def shown(name):\n    if name == None:\n        return \"nobody\"\n    return name\n",
    good: "def shown(name):\n    if name is None:\n        return \"nobody\"\n    return name\n",
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (id, expr) in body.exprs.iter() {
        let Expr::Compare { first, rest } = expr else { continue };
        let [(op, right)] = rest.as_slice() else { continue };
        let (old, new) = match op {
            CompareOp::Eq => ("==", "is"),
            CompareOp::Ne => ("!=", "is not"),
            _ => continue,
        };
        let is_none = |it| body.exprs[it] == Expr::Literal(Literal::None);
        if is_none(*first) == is_none(*right) {
            continue;
        }
        let message = format!("`{new}` compares with `None`");
        let mut finding = Finding::new(DiagnosticCode::NoneComparison, message, cx.expr(id));
        if let Some(place) = cx.between(*first, *right, &[old]) {
            let (before, after) = cx.needs_blanks(place);
            let text = format!("{}{new}{}", if before { " " } else { "" }, if after { " " } else { "" });
            let fix = FindingFix::needs_review(format!("Change to `{new}`")).edit(Spot::Here(place), text);
            finding = finding.with_fix(fix);
        }
        cx.report(finding);
    }
}
