//! `unreachable-handler`: an `except` whose exceptions are caught before.

use crate::diagnostics::finding::{BodyCheck, Finding, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::record::is_derived;
use crate::ty::{DefRef, Type};
use crate::{DiagnosticCode, Handler, Stmt};

pub(super) const RULE: Rule = Rule {
    name: "unreachable-handler",
    level: Level::Warning,
    category: Category::Style,
    summary: "A handler comes after one that catches all its exceptions",
    explanation: "Handlers are tried in their order, and one before catches everything that this one asks for. Put the more \
                  special handler first, and `except` without a type last.",
    bad: "try:\n    print(int(\"x\"))\nexcept Exception:\n    print(\"failed\")\nexcept ValueError:\n    print(\"no number\")\n",
    good: "try:\n    print(int(\"x\"))\nexcept ValueError:\n    print(\"no number\")\nexcept Exception:\n    print(\"failed\")\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (_, stmt) in body.stmts.iter() {
        let Stmt::Try { handlers, .. } = stmt else { continue };
        for (index, handler) in handlers.iter().enumerate() {
            let before = &handlers[..index];
            let catches_all = |it: &&Handler| it.exception.is_none();
            let Some(caught) = caught(cx, handler) else {
                // A second handler for everything.
                if handler.exception.is_none() && before.iter().any(|it| catches_all(&it)) {
                    report(cx, handler, before.iter().find(catches_all));
                }
                continue;
            };
            let covers = |earlier: &Handler, ty: &DefRef| {
                earlier.exception.is_none()
                    || self::caught(cx, earlier)
                        .is_some_and(|all| all.iter().any(|caught| is_derived(cx.db, ty, caught)))
            };
            if !caught.is_empty() && caught.iter().all(|ty| before.iter().any(|earlier| covers(earlier, ty))) {
                let by = before.iter().find(|earlier| covers(earlier, &caught[0]));
                report(cx, handler, by);
            }
        }
    }
}

fn report(cx: &mut BodyCheck<'_>, handler: &Handler, by: Option<&Handler>) {
    let first = handler.body.first().map(|it| cx.stmt(*it));
    let Some(place) = handler.exception.map(|it| cx.expr(it)).or(first) else { return };
    let message = "a handler before this one catches all that comes here";
    let mut finding = Finding::new(DiagnosticCode::UnreachableHandler, message, place);
    if let Some(exception) = by.and_then(|it| it.exception) {
        finding = finding.with_related("it is caught here", Spot::Here(cx.expr(exception)));
    }
    cx.report(finding);
}

/// The exception types that a handler asks for; none if they are not all known.
fn caught(cx: &BodyCheck<'_>, handler: &Handler) -> Option<Vec<DefRef>> {
    let exception = handler.exception?;
    let one = |ty: &Type| match ty {
        Type::RecordType(def) => Some(def.clone()),
        _ => None,
    };
    match cx.inference.exprs.get(exception)? {
        Type::Tuple(all) => all.iter().map(one).collect(),
        ty => Some(vec![one(ty)?]),
    }
}
