//! `unknown-nonlocal`: `nonlocal` with a name that no function around has.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{Body, DiagnosticCode, FunctionId, FunctionKind, Stmt};

pub(super) const RULE: Rule = Rule {
    name: "unknown-nonlocal",
    level: Level::Error,
    category: Category::Syntax,
    summary: "`nonlocal` names a variable that no function around has",
    explanation: "`nonlocal x` makes `x` the variable of a function around this one. None of them has it, and the program \
                  does not start. Variables of the module are reached with `global x`.",
    bad: "count = 0\n\ndef step():\n    nonlocal count\n    count += 1\n",
    good: "count = 0\n\ndef step():\n    global count\n    count += 1\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    if !body.stmts.iter().any(|(_, it)| matches!(it, Stmt::Global { is_nonlocal: true, .. })) {
        return;
    }
    for (id, _) in body.functions.iter() {
        for it in body.statements_of(id) {
            let Stmt::Global { names, is_nonlocal: true } = &body.stmts[it.stmt] else { continue };
            for name in names.iter().filter(|it| !is_around(&body, id, it)) {
                let message = format!("no function around this one has a variable `{name}`");
                cx.report(Finding::new(DiagnosticCode::UnknownNonlocal, message, cx.stmt(it.stmt)));
            }
        }
    }
}

/// Has a function around this one the variable?
fn is_around(body: &Body, function: FunctionId, name: &str) -> bool {
    let around = std::iter::successors(body.functions[function].parent, |it| body.functions[*it].parent);
    let mut around = around.filter(|it| body.functions[*it].kind != FunctionKind::Module);
    around.any(|it| body.variables.iter().any(|(_, variable)| variable.function == it && variable.name == name))
}
