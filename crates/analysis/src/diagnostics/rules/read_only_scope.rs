//! `read-only-scope`: the program writes what is the host's.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{Body, ContextScope, DiagnosticCode, Expr, ExprId, Stmt, WRITABLE_SYSTEM_NAMES};

pub(super) const RULE: Rule = Rule {
    name: "read-only-scope",
    level: Level::Error,
    category: Category::Names,
    summary: "The program writes to a name of `system:` that is the host's",
    explanation: "`system:` holds what the host tells the program. Programs read it, and write only the names with which they describe and set \
                  up themselves: `agent_description`, `agent_name`, `alerts`, `config`, `debug`, `log_level`, `status` and `version`. Another \
                  write is a PermissionError. State of the program belongs into `private:` or `public:`.",
    bad: "system:mode = \"fast\"\n",
    good: "private:mode = \"fast\"\nsystem:debug = True\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (_, stmt) in body.stmts.iter() {
        let targets = match stmt {
            Stmt::Assign { targets, value: Some(_), .. } => targets.as_slice(),
            Stmt::AugAssign { target, .. } | Stmt::Del(target) | Stmt::For { target, .. } => {
                std::slice::from_ref(target)
            }
            _ => continue,
        };
        targets.iter().for_each(|it| target(cx, &body, *it));
    }
}

fn target(cx: &mut BodyCheck<'_>, body: &Body, written: ExprId) {
    match &body.exprs[written] {
        Expr::Tuple(all) | Expr::List(all) => all.iter().for_each(|it| target(cx, body, *it)),
        Expr::Spread { expr, .. } => target(cx, body, *expr),
        // A part of the value.
        Expr::Attribute { base, .. } | Expr::Index { base, .. } => target(cx, body, *base),
        Expr::Scoped { scope: ContextScope::System, name, .. } if !WRITABLE_SYSTEM_NAMES.contains(&name.as_str()) => {
            let known = crate::nearest(name, WRITABLE_SYSTEM_NAMES);
            let message = match known {
                Some(nearest) => format!("`system:{name}` is read-only for programs; did you mean `system:{nearest}`?"),
                None => format!("`system:{name}` is read-only for programs; write `private:{name}` or `public:{name}`"),
            };
            let place = cx.expr(written);
            cx.report(Finding::new(DiagnosticCode::ReadOnlyScope, message, place));
        }
        _ => {}
    }
}
