//! `sync-in-loop`: a loop calls a `sync` function that waits.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::graph::task_graphs;
use crate::signature::signature;
use crate::ty::DefRef;
use crate::{Expr, Owner};

pub(super) const RULE: Rule = Rule {
    name: "sync-in-loop",
    level: Level::Information,
    category: Category::Tasks,
    summary: "A loop calls a `sync` function that waits for something outside the program",
    explanation: "A call of a `sync def` is always waited for, so the turns of the loop can never run at the same time. Take \
                  `sync` away if the order does not matter, or keep what waits out of the function.",
    bad: "sync def ask(text):\n    return reason(text)\n\ndef f(texts):\n    return [ask(it) for it in texts]\n",
    good: "def ask(text):\n    return reason(text)\n\ndef f(texts):\n    return [ask(it) for it in texts]\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let graphs = task_graphs(cx.db, cx.definition);
    for (_, graph) in &graphs.all {
        for task in graph.tasks() {
            let node = &graph.nodes[task];
            let is_sync = node.callees.iter().any(|it| match &it.owner {
                Owner::Item(item) => {
                    let def = DefRef { file: it.file, item: item.clone() };
                    signature(cx.db, &def).is_some_and(|it| it.is_sync)
                }
                Owner::Module => false,
            });
            if !is_sync || node.loop_depth == 0 || !node.is_certain {
                continue;
            }
            let message = format!(
                "`{}` is `sync`, so each turn of the loop waits for it ({}) before the next one starts",
                node.name, node.effects
            );
            let place = match node.site {
                crate::effects::Site::Expr(expr) => match &cx.body.exprs[expr] {
                    Expr::Call(call) => cx.name(call.callee),
                    _ => cx.expr(expr),
                },
                site => cx.site(site),
            };
            cx.report(Finding::new(DiagnosticCode::SyncInLoop, message, place));
        }
    }
}
