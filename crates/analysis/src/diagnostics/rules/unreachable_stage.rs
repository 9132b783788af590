//! `unreachable-stage`: a stage of a pipeline that no value comes to, or a branch of a `case` that is never asked.

use super::case_without_fallback::{always_holds, is_case, pair};
use crate::diagnostics::DiagnosticTag;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::ty::Type;
use crate::{Arg, Call, DiagnosticCode, Expr, ExprId, FunctionBody};

pub(super) const RULE: Rule = Rule {
    name: "unreachable-stage",
    level: Level::Warning,
    category: Category::Tasks,
    summary: "No value ever comes to a stage of a pipeline or to a branch of a `case`",
    explanation: "A stage before it never gives a value, because it always raises or never ends; or a branch of the `case` \
                  before it always holds, so that this one is never asked. Take the stage out, or change what comes before.",
    bad: "def refuse(text: str):\n    raise ValueError(text)\n\ndef shout(text: str) -> str:\n    return text.upper()\n\ndef work(text: str) = refuse | shout\n",
    good: "def check(text: str) -> str:\n    if not text:\n        raise ValueError(\"no text\")\n    return text\n\ndef shout(text: str) -> str:\n    return text.upper()\n\ndef work(text: str) = check | shout\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (_, function) in body.functions.iter() {
        if let FunctionBody::Pipeline(stages) = &function.body {
            check_stages(cx, stages);
        }
    }
    for (_, expr) in body.exprs.iter() {
        match expr {
            Expr::Pipe(stages) => check_stages(cx, stages),
            Expr::Call(call) if is_case(cx, call) => check_branches(cx, call),
            _ => {}
        }
    }
}

fn check_stages(cx: &mut BodyCheck<'_>, stages: &[ExprId]) {
    for pair in stages.windows(2) {
        if gives_nothing(cx, pair[0]) {
            let message = format!("`{}` never gives a value, so none comes here", cx.text(cx.expr(pair[0])).trim());
            let finding = Finding::new(DiagnosticCode::UnreachableStage, message, cx.expr(pair[1]));
            cx.report(finding.with_tag(DiagnosticTag::Unnecessary));
            // What comes after that one is as unreachable, and said with it.
            return;
        }
    }
}

/// Does a stage always raise, or never end?
fn gives_nothing(cx: &BodyCheck<'_>, stage: ExprId) -> bool {
    match &cx.body.exprs[stage] {
        Expr::Capture { stage, .. } => gives_nothing(cx, *stage),
        Expr::List(items) => items.iter().any(|it| gives_nothing(cx, *it)),
        _ => cx.inference.calls.get(&stage).is_some_and(|it| it.result == Type::Never),
    }
}

fn check_branches(cx: &mut BodyCheck<'_>, call: &Call) {
    let body = cx.body.clone();
    let holds = |it: &Arg| pair(&body, it).is_some_and(|it| always_holds(&body, it[0]));
    let Some(unreachable) = call.args.iter().position(holds).and_then(|at| call.args.get(at + 1)) else { return };
    let message = "the branch before always holds, so this one is never asked";
    let finding = Finding::new(DiagnosticCode::UnreachableStage, message, cx.expr(unreachable.value()));
    cx.report(finding.with_tag(DiagnosticTag::Unnecessary));
}
