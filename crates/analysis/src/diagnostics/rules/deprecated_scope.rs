//! `deprecated-scope`: the old form of a scoped name.

use crate::diagnostics::DiagnosticTag;
use crate::diagnostics::finding::{BodyCheck, Finding, FindingFix, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{DiagnosticCode, Expr};

pub(super) const RULE: Rule = Rule {
    name: "deprecated-scope",
    level: Level::Hint,
    category: Category::Deprecated,
    summary: "A scoped name is written with a dot",
    explanation: "`private.x` is the old form of `private:x`. It still works where `private` is no variable, and only \
                  there. The fix writes the colon.",
    bad: "private.count = 1\n",
    good: "private:count = 1\n",
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    let mut last = None;
    for (id, expr) in body.exprs.iter() {
        let Expr::Scoped { scope, name, is_old: true } = expr else { continue };
        let place = cx.expr(id);
        // `private.x += 1` is there as what is read and as what is written.
        if last.replace(place) == Some(place) {
            continue;
        }
        let new = format!("{}:{name}", scope.as_str());
        let message = format!("`{}.{name}` is written `{new}` now", scope.as_str());
        let fix = FindingFix::safe(format!("Change to `{new}`")).edit(Spot::Here(place), new);
        let finding = Finding::new(DiagnosticCode::DeprecatedScope, message, place);
        cx.report(finding.with_tag(DiagnosticTag::Deprecated).with_fix(fix));
    }
}
