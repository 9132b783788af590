//! `endless-pipeline`: a pipeline that comes back to itself at a stage.

use rustc_hash::FxHashSet;

use crate::diagnostics::finding::{BodyCheck, Finding, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::{CallInfo, Target, infer};
use crate::ty::DefRef;
use crate::{Body, Db, DiagnosticCode, Expr, ExprId, FunctionBody, Owner, body_of, definitions};

pub(super) const RULE: Rule = Rule {
    name: "endless-pipeline",
    level: Level::Warning,
    category: Category::Tasks,
    summary: "A pipeline is a stage of itself, so it never gives a value",
    explanation: "Each stage runs, so a pipeline that comes back to itself, straight or by way of other pipelines, begins anew for ever, \
                  until the limit of calls ends it. Take the stage out, or choose with `case` when it goes on.",
    bad: "def clean(text: str) -> str:\n    return text.strip()\n\ndef work(text: str) = clean | again\n\ndef again(text: str) = clean | work\n",
    good: "def clean(text: str) -> str:\n    return text.strip()\n\ndef work(text: str) = clean | again\n\ndef again(text: str) = clean | clean\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let Owner::Item(item) = cx.definition.owner(cx.db).clone() else { return };
    let root = DefRef { file: cx.file, item };
    let body = cx.body.clone();
    let inference = cx.inference.clone();
    let mut seen = FxHashSet::default();
    for (stage, next) in stages(&body, &|it| inference.calls.get(&it)) {
        if let Some(way) = way_back(cx.db, &next, &root, &mut seen) {
            let names: Vec<String> =
                std::iter::once(&root).chain(&way).chain([&root]).map(|it| format!("`{}`", it.item.name())).collect();
            let message = format!("this pipeline is a stage of itself and never ends: {}", names.join(" → "));
            let finding = Finding::new(DiagnosticCode::EndlessPipeline, message, cx.expr(stage));
            let related = way.into_iter().fold(finding, |finding, it| {
                let message = format!("`{}` is defined here", it.item.name());
                finding.with_related(message, Spot::Item(it))
            });
            cx.report(related);
            return;
        }
    }
}

/// The functions that a call of a pipeline calls whatever the values are, each at its first stage.
fn stages<'a>(body: &Body, call: &dyn Fn(ExprId) -> Option<&'a CallInfo>) -> Vec<(ExprId, DefRef)> {
    let FunctionBody::Pipeline(all) = &body.root().body else { return Vec::new() };
    let mut pending: Vec<ExprId> = all.iter().rev().copied().collect();
    let mut out = Vec::new();
    let mut known = FxHashSet::default();
    while let Some(stage) = pending.pop() {
        match &body.exprs[stage] {
            Expr::Capture { stage, .. } => pending.push(*stage),
            Expr::List(items) => pending.extend(items.iter().rev()),
            _ => {
                if let Some([Target::Def(def)]) = call(stage).map(|it| it.targets.as_slice())
                    && known.insert(def)
                {
                    out.push((stage, def.clone()));
                }
            }
        }
    }
    out
}

/// The pipelines from one to another, without the last; none if there is no way. There is none through those `seen`.
fn way_back(db: &dyn Db, from: &DefRef, to: &DefRef, seen: &mut FxHashSet<DefRef>) -> Option<Vec<DefRef>> {
    if from == to {
        return Some(Vec::new());
    }
    if !seen.insert(from.clone()) {
        return None;
    }
    let mut pending = vec![vec![from.clone()]];
    while let Some(way) = pending.pop() {
        db.unwind_if_revision_cancelled();
        let last = way.last()?;
        let Some(definition) = definitions(db, last.file).get(&Owner::Item(last.item.clone())) else { continue };
        let body = body_of(db, definition);
        if !matches!(body.root().body, FunctionBody::Pipeline(_)) {
            continue;
        }
        let inference = infer(db, definition);
        for (_, next) in stages(&body, &|it| inference.calls.get(&it)) {
            if next == *to {
                return Some(way);
            }
            if seen.insert(next.clone()) {
                pending.push(way.iter().cloned().chain([next]).collect());
            }
        }
    }
    None
}
