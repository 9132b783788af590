//! `unhandled-failure`: a task that is made to fail in time, where nobody handles it.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::effects::{Site, for_each_statement};
use crate::graph::{NodeKind, task_graph};
use crate::{DiagnosticCode, FunctionBody, FunctionKind, Stmt};

pub(super) const RULE: Rule = Rule {
    name: "unhandled-failure",
    level: Level::Hint,
    category: Category::Tasks,
    summary: "The program ends if this task runs out of time or attempts",
    explanation: "A function with `@timeout` or `@retry` is expected to fail at times: then it raises TimeoutError or RetryExhausted. \
                  At the top of the program nobody is left to handle that. Put the call in a `try`, or give `@retry` a \
                  `fallback`. Only calls in `__main__` and in the statements of a file are looked at.",
    bad: "@retry(attempts=3)\ndef load(url):\n    return reason(url)\n\nprint(load(\"a\"))\n",
    good: "@retry(attempts=3)\ndef load(url):\n    return reason(url)\n\ntry:\n    print(load(\"a\"))\nexcept RetryExhausted:\n    print(\"no answer\")\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    let root = body.root();
    let is_top = root.kind == FunctionKind::Module || root.name == "__main__";
    let FunctionBody::Block(statements) = &root.body else { return };
    if !is_top {
        return;
    }
    let graph = task_graph(cx.db, cx.definition);
    let mut guarded = Vec::new();
    for_each_statement(&body, statements, &mut |it| {
        if let Stmt::Try { handlers, .. } = &body.stmts[it]
            && !handlers.is_empty()
        {
            guarded.push(cx.stmt(it));
        }
    });
    for node in graph.nodes.iter().filter(|it| it.kind == NodeKind::Call) {
        let (retry, timeout) = (&node.policies.retry, &node.policies.timeout);
        let has_fallback = retry.as_ref().is_some_and(|it| it.fallback.is_some());
        if (retry.is_none() && timeout.is_none()) || has_fallback {
            continue;
        }
        let Site::Expr(expr) = node.site else { continue };
        let place = cx.expr(expr);
        if guarded.iter().any(|it| it.part == place.part && it.range.contains_range(place.range)) {
            continue;
        }
        let what = if retry.is_some() { "has used up its attempts" } else { "runs out of time" };
        let message = format!("the program ends if `{}` {what}: no `try` is around it", node.name);
        cx.report(Finding::new(DiagnosticCode::UnhandledFailure, message, place));
    }
}
