//! `unused-task`: a task whose value nobody uses.

use crate::diagnostics::finding::{BodyCheck, Finding, FindingFix, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::effects::Site;
use crate::graph::task_graphs;
use crate::{DiagnosticCode, Expr, FunctionKind, Place, Stmt};

pub(super) const RULE: Rule = Rule {
    name: "unused-task",
    level: Level::Warning,
    category: Category::Tasks,
    summary: "A task is started whose value nobody uses",
    explanation: "`x = notify(y)` starts a task and goes on at once. If nothing uses `x`, it ends at some time before the \
                  function does, beside whatever comes next, and a failure of it is only seen at the end. Written as a \
                  statement, `notify(y)`, the function waits for it where it stands. Name the variable with a leading `_` if it is \
                  meant to run beside the rest.",
    bad: "def notify(who):\n    return reason(who)\n\ndef f():\n    sent = notify(\"Ann\")\n    return 1\n",
    good: "def notify(who):\n    return reason(who)\n\ndef f():\n    notify(\"Ann\")\n    return 1\n",
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    let graphs = task_graphs(cx.db, cx.definition);
    if graphs.all.iter().all(|(_, graph)| graph.is_empty()) {
        return;
    }
    let read = body.variables_read();
    for (id, stmt) in body.stmts.iter() {
        let Stmt::Assign { targets, value: Some(value), .. } = stmt else { continue };
        let [target] = targets.as_slice() else { continue };
        let Expr::Bind(binding) = body.exprs[*target] else { continue };
        let of = &body.bindings[binding];
        let variable = &body.variables[of.variable];
        if read.contains_idx(of.variable)
            || variable.is_captured
            || variable.name.starts_with('_')
            || body.functions[variable.function].kind == FunctionKind::Module
        {
            continue;
        }
        let is_task = graphs.all.iter().any(|(_, graph)| {
            graph.tasks().any(|it| {
                graph.nodes[it].site == Site::Expr(*value) && graph.nodes[it].is_certain && !graph.nodes[it].is_waited
            })
        });
        if !is_task {
            continue;
        }
        let place = cx.binding(binding);
        let whole = cx.stmt(id);
        let call = cx.expr(*value);
        let message = format!("nobody uses `{}`, the value of this task; write the call as a statement", variable.name);
        let before =
            Place { part: whole.part, range: danaide_syntax::TextRange::new(whole.range.start(), call.range.start()) };
        let fix = FindingFix::needs_review("Wait for it here").edit(Spot::Here(before), "");
        cx.report(Finding::new(DiagnosticCode::UnusedTask, message, place).with_fix(fix));
    }
}
