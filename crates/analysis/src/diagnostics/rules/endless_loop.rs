//! `endless-loop`: a loop that never ends and never waits.

use rustc_hash::FxHashSet;

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::effects::{CodeId, Site, for_each_statement, sites};
use crate::graph::statement_expressions;
use crate::{DiagnosticCode, Expr, Literal, Stmt, StmtId};

pub(super) const RULE: Rule = Rule {
    name: "endless-loop",
    level: Level::Warning,
    category: Category::Tasks,
    summary: "A loop neither ends nor waits, so nothing else ever runs",
    explanation: "Tasks take turns only where they wait. A loop whose condition is always true, that no `break`, `return` or \
                  `raise` leaves, and in which nothing waits, keeps the whole run busy until a limit ends it. Leave the loop at some \
                  time, or wait in it: `sleep(1)`.",
    bad: "def f():\n    n = 0\n    while true:\n        n += 1\n",
    good: "def f():\n    n = 0\n    while true:\n        n += 1\n        sleep(1)\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    let loops: Vec<(StmtId, crate::ExprId, Vec<StmtId>)> = body
        .stmts
        .iter()
        .filter_map(|(id, stmt)| match stmt {
            Stmt::While { condition, body: statements, .. } if is_true(&body.exprs[*condition]) => {
                Some((id, *condition, statements.clone()))
            }
            _ => None,
        })
        .collect();
    if loops.is_empty() {
        return;
    }
    let functions = body.functions.iter().map(|(id, _)| id).filter(|it| *it != body.root);
    let codes = std::iter::once(CodeId::Root).chain(functions.map(CodeId::Function));
    let waiting: FxHashSet<Site> =
        codes.flat_map(|it| sites(cx.db, cx.definition, it).waiting().map(|it| it.0).collect::<Vec<_>>()).collect();
    for (id, condition, statements) in loops {
        let mut ends = false;
        let mut waits = false;
        let mut may_raise = false;
        // A `break` of a loop inside ends that one only.
        let mut of_inner = FxHashSet::default();
        for_each_statement(&body, &statements, &mut |it| {
            if let Stmt::While { body: inner, .. } | Stmt::For { body: inner, .. } = &body.stmts[it] {
                for_each_statement(&body, inner, &mut |it| {
                    of_inner.insert(it);
                });
            }
        });
        for_each_statement(&body, &statements, &mut |it| {
            let stmt = &body.stmts[it];
            ends |= match stmt {
                Stmt::Break => !of_inner.contains(&it),
                Stmt::Return(_) | Stmt::Deliver(_) | Stmt::Raise { .. } | Stmt::Assert { .. } => true,
                _ => false,
            };
            statement_expressions(stmt, &mut |expr| {
                body.walk(expr, &mut |it| {
                    waits |= waiting.contains(&Site::Expr(it));
                    // What is called may end the loop by raising: `next(…)`, `exit()`.
                    may_raise |= matches!(body.exprs[it], Expr::Call(_)) && !is_harmless(cx, it);
                });
            });
        });
        if !ends && !waits && !may_raise {
            let place = cx.stmt(id).start().cover(cx.expr(condition));
            let message = "this loop neither ends nor waits, so nothing else ever runs";
            cx.report(Finding::new(DiagnosticCode::EndlessLoop, message, place));
        }
    }
}

/// Calls that do not end a loop by raising.
fn is_harmless(cx: &BodyCheck<'_>, call: crate::ExprId) -> bool {
    cx.inference.calls.get(&call).is_some_and(|info| {
        info.targets.iter().all(|it| match it {
            crate::infer::Target::Def(def) => matches!(def.item.name().as_str(), "print" | "log" | "len" | "append"),
            _ => false,
        })
    })
}

fn is_true(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(Literal::Bool(true)) | Expr::Literal(Literal::Int(Some(1))))
}
