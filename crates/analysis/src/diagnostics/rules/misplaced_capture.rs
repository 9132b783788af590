//! `misplaced-capture`: `as` after what is no stage of a pipeline.

use rustc_hash::FxHashSet;

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{DiagnosticCode, Expr, ExprId, FunctionBody};

pub(super) const RULE: Rule = Rule {
    name: "misplaced-capture",
    level: Level::Error,
    category: Category::Syntax,
    summary: "`as` names what is no stage of a pipeline",
    explanation: "`stage as name` keeps the result of a pipeline's stage for the stages after it. Elsewhere the program \
                  does not start; assign the value to a variable instead.",
    bad: "total = (sum([1, 2]) as both)\n",
    good: "both = sum([1, 2])\ntotal = both\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    if !body.exprs.iter().any(|(_, it)| matches!(it, Expr::Capture { .. })) {
        return;
    }
    let mut stages: FxHashSet<ExprId> = FxHashSet::default();
    let mut add = |stage: ExprId| {
        let mut stage = stage;
        stages.insert(stage);
        while let Expr::Capture { stage: inner, .. } = &body.exprs[stage] {
            stage = *inner;
            stages.insert(stage);
        }
    };
    for (_, expr) in body.exprs.iter() {
        if let Expr::Pipe(all) = expr {
            all.iter().for_each(|it| add(*it));
        }
    }
    for (_, function) in body.functions.iter() {
        if let FunctionBody::Pipeline(all) = &function.body {
            all.iter().for_each(|it| add(*it));
        }
    }
    for (id, expr) in body.exprs.iter() {
        if matches!(expr, Expr::Capture { .. }) && !stages.contains(&id) {
            let message = "`as` names the result of a pipeline's stage: it stands in a pipeline";
            cx.report(Finding::new(DiagnosticCode::MisplacedCapture, message, cx.expr(id)));
        }
    }
}
