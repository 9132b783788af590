//! `invalid-policy`: a decorator for retries or time limits that is refused when the function is defined.

use smol_str::SmolStr;

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Target;
use crate::scope::{builtin_def, imported_files, module_scope, resolve_name};
use crate::{Body, DiagnosticCode, Expr, ExprId, FilePath, Literal, UnaryOp};

pub(super) const RULE: Rule = Rule {
    name: "invalid-policy",
    level: Level::Error,
    category: Category::Tasks,
    summary: "A decorator asks for retries or a time limit that cannot be",
    explanation: "`@retry` needs at least one attempt, since the first call counts. Times are not negative, and what `on` lists are \
                  exceptions that there are. When the program gets to the function, a decorator that asks for something else raises an error.",
    bad: "@retry(attempts=0, on=[\"TimeOutError\"])\ndef fetch(url):\n    return reason(url)\n",
    good: "@retry(attempts=1, on=[\"TimeoutError\"])\ndef fetch(url):\n    return reason(url)\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (id, expr) in body.exprs.iter() {
        let Expr::Call(call) = expr else { continue };
        match decorator(cx, id).as_deref() {
            Some("retry") => {
                attempts(cx, &body, call.argument("attempts", 0), "attempts");
                for (place, name) in [(1, "backoff"), (2, "initial"), (3, "max_delay")] {
                    time(cx, &body, call.argument(name, place), name);
                }
                exceptions(cx, &body, call.argument("on", 5));
            }
            Some("timeout") => time(cx, &body, call.argument("seconds", 0), "seconds"),
            Some("poet") => {
                attempts(cx, &body, call.argument("retries", 1), "retries");
                time(cx, &body, call.argument("timeout", 2), "timeout");
            }
            _ => {}
        }
    }
}

/// The name of the library's function that a call calls.
fn decorator(cx: &BodyCheck<'_>, call: ExprId) -> Option<SmolStr> {
    let [Target::Def(def)] = cx.inference.calls.get(&call)?.targets.as_slice() else { return None };
    matches!(def.file.path(cx.db), FilePath::Library(_)).then(|| def.item.name().clone())
}

fn attempts(cx: &mut BodyCheck<'_>, body: &Body, value: Option<ExprId>, name: &str) {
    let Some(value) = value else { return };
    let is_below_one = match body.exprs[value] {
        Expr::Literal(Literal::Int(Some(attempts))) => attempts < 1,
        _ => is_negative(body, value),
    };
    if is_below_one {
        let message = format!("`{name}` has to be at least 1: the first call counts");
        cx.report(Finding::new(DiagnosticCode::InvalidPolicy, message, cx.expr(value)));
    }
}

fn time(cx: &mut BodyCheck<'_>, body: &Body, value: Option<ExprId>, name: &str) {
    let Some(value) = value.filter(|it| is_negative(body, *it)) else { return };
    let message = format!("`{name}` cannot be negative");
    cx.report(Finding::new(DiagnosticCode::InvalidPolicy, message, cx.expr(value)));
}

fn is_negative(body: &Body, value: ExprId) -> bool {
    let Expr::Unary { op: UnaryOp::Neg, operand } = body.exprs[value] else { return false };
    match body.exprs[operand] {
        Expr::Literal(Literal::Int(number)) => number != Some(0),
        Expr::Literal(Literal::Float) => true,
        _ => false,
    }
}

fn exceptions(cx: &mut BodyCheck<'_>, body: &Body, list: Option<ExprId>) {
    let Some(Expr::List(items)) = list.map(|it| &body.exprs[it]) else { return };
    for item in items {
        let Expr::Literal(Literal::Str(Some(name))) = &body.exprs[*item] else { continue };
        if is_known(cx, name) {
            continue;
        }
        let known = crate::scope::builtin_names(cx.db);
        let known = known.iter().map(SmolStr::as_str).filter(|it| it.ends_with("Error") || it.ends_with("Exception"));
        let message = match crate::nearest(name, known) {
            Some(nearest) => format!("there is no exception `{name}`; did you mean `{nearest}`?"),
            None => format!("there is no exception `{name}`"),
        };
        cx.report(Finding::new(DiagnosticCode::InvalidPolicy, message, cx.expr(*item)));
    }
}

/// Is there something of the name: in the library, in this file, or in one that it imports?
fn is_known(cx: &BodyCheck<'_>, name: &str) -> bool {
    // A name for `Exception` that old programs have.
    name == "SandboxError"
        || builtin_def(cx.db, name).is_some()
        || resolve_name(cx.db, cx.file, name).is_some()
        || imported_files(cx.db, cx.file).iter().any(|file| module_scope(cx.db, *file).contains(name))
}
