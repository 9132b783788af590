//! `invalid-target`: a value goes to, or is taken from, what cannot hold one.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::scope::{Meaning, resolve_name};
use crate::{Body, Clause, DiagnosticCode, Expr, ExprId, FilePath, NameRef, Stmt};

pub(super) const RULE: Rule = Rule {
    name: "invalid-target",
    level: Level::Error,
    category: Category::Syntax,
    summary: "Something that cannot hold a value is assigned to or deleted",
    explanation: "Names, attributes, items and slices hold values; tuples and lists of them take a value apart, and one of \
                  them may be `*rest`. Everything else is refused before the program starts.",
    bad: "*rest = [1, 2]\n",
    good: "first, *rest = [1, 2]\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    let mut found = Vec::new();
    for (id, _) in body.functions.iter() {
        for it in body.statements_of(id) {
            match &body.stmts[it.stmt] {
                Stmt::AugAssign { target, .. } => {
                    let holds = matches!(
                        body.exprs[*target],
                        Expr::Missing
                            | Expr::Bind(_)
                            | Expr::BindGlobal(_)
                            | Expr::Scoped { .. }
                            | Expr::Attribute { .. }
                            | Expr::Index { .. }
                    );
                    if !holds {
                        let message =
                            "an augmented assignment has one target: a name, an attribute or a subscript".to_owned();
                        found.push((*target, message));
                    }
                }
                Stmt::Del(target) => deleted(cx, &body, *target, &mut found),
                _ => body.targets_of(it.stmt, &mut |target| assigned(&body, target, false, &mut found)),
            }
        }
    }
    for (_, expr) in body.exprs.iter() {
        let Expr::Comprehension(comprehension) = expr else { continue };
        for clause in &comprehension.clauses {
            if let Clause::For { target, .. } = clause {
                assigned(&body, *target, false, &mut found);
            }
        }
    }
    for (expr, message) in found {
        cx.report(Finding::new(DiagnosticCode::InvalidTarget, message, cx.expr(expr)));
    }
}

fn assigned(body: &Body, target: ExprId, is_item: bool, found: &mut Vec<(ExprId, String)>) {
    match &body.exprs[target] {
        Expr::Missing
        | Expr::Bind(_)
        | Expr::BindGlobal(_)
        | Expr::Scoped { .. }
        | Expr::Attribute { .. }
        | Expr::Index { .. } => {}
        Expr::Tuple(items) | Expr::List(items) => {
            let mut has_rest = false;
            for item in items {
                let is_rest = matches!(body.exprs[*item], Expr::Spread { .. });
                if is_rest && has_rest {
                    found.push((*item, "only one of the targets can take the rest".to_owned()));
                }
                has_rest |= is_rest;
                assigned(body, *item, true, found);
            }
        }
        Expr::Spread { expr, .. } if is_item => assigned(body, *expr, false, found),
        Expr::Spread { .. } => {
            found.push((target, "a starred target stands in a tuple or a list of targets".to_owned()));
        }
        _ => found.push((target, "this cannot be assigned to".to_owned())),
    }
}

fn deleted(cx: &BodyCheck<'_>, body: &Body, target: ExprId, found: &mut Vec<(ExprId, String)>) {
    match &body.exprs[target] {
        Expr::Missing | Expr::Scoped { .. } | Expr::Attribute { .. } | Expr::Index { .. } => {}
        Expr::Name(name) => {
            let text = cx.text(cx.expr(target));
            if text.starts_with("local") && text.contains(':') {
                found.push((target, "delete a local variable by its plain name".to_owned()));
            } else if let NameRef::Free(name) = name
                && let Some(Meaning::Item(def)) = resolve_name(cx.db, cx.file, name)
                && matches!(def.file.path(cx.db), FilePath::Library(_))
            {
                found.push((target, format!("`{name}` is a builtin and cannot be deleted")));
            }
        }
        Expr::Tuple(items) | Expr::List(items) => items.iter().for_each(|it| deleted(cx, body, *it, found)),
        _ => found.push((target, "this cannot be deleted".to_owned())),
    }
}
