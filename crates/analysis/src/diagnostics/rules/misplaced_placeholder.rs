//! `misplaced-placeholder`: `$$` where nothing is piped.

use rustc_hash::FxHashSet;

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{Body, DiagnosticCode, Expr, ExprId, FunctionBody};

pub(super) const RULE: Rule = Rule {
    name: "misplaced-placeholder",
    level: Level::Error,
    category: Category::Syntax,
    summary: "`$$` stands where there is no piped value",
    explanation: "`$$` is the value that a stage of a pipeline gets from the stage before. Outside of a pipeline, and \
                  inside a lambda, there is none, and the program does not start.",
    bad: "total = $$ + 1\n",
    good: "def double(n: int) -> int:\n    return n * 2\n\ndef work(n: int) = double | max($$, 10)\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    if !body.exprs.iter().any(|(_, it)| *it == Expr::Placeholder) {
        return;
    }
    let piped = piped(&body);
    for (id, _) in body.exprs.iter().filter(|(id, it)| **it == Expr::Placeholder && !piped.contains(id)) {
        let message = "`$$` is the piped value: it stands in a stage of a pipeline";
        cx.report(Finding::new(DiagnosticCode::MisplacedPlaceholder, message, cx.expr(id)));
    }
}

/// The expressions in stages.
fn piped(body: &Body) -> FxHashSet<ExprId> {
    let mut piped = FxHashSet::default();
    let pipes = body.exprs.iter().filter_map(|(_, it)| match it {
        Expr::Pipe(stages) => Some(stages),
        _ => None,
    });
    let bodies = body.functions.iter().filter_map(|(_, it)| match &it.body {
        FunctionBody::Pipeline(stages) => Some(stages),
        _ => None,
    });
    for stage in pipes.chain(bodies).flatten() {
        body.walk(*stage, &mut |it| {
            piped.insert(it);
        });
    }
    piped
}
