//! `unused-parameter`: a parameter that its function does not read.

use crate::diagnostics::DiagnosticTag;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::scope::module_scope;
use crate::{Body, DiagnosticCode, Expr, Function, FunctionBody, FunctionKind, Literal, Owner, Stmt};

pub(super) const RULE: Rule = Rule {
    name: "unused-parameter",
    level: Level::Off,
    category: Category::Style,
    summary: "A function does not read one of its parameters",
    explanation: "Take the parameter out, or name it with a leading `_` if the callers need it all the same. Methods, \
                  overloads, decorated functions and functions without statements are not looked at: their parameters \
                  may be given by others.",
    bad: "//- /danaide.toml\n[rules]\nunused-parameter = \"hint\"\n//- /main.na\ndef double(n: int, times: int) -> int:\n    return n * 2\n",
    good: "//- /danaide.toml\n[rules]\nunused-parameter = \"hint\"\n//- /main.na\ndef double(n: int, times: int) -> int:\n    return n * times\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    let is_method = matches!(cx.definition.owner(cx.db), Owner::Item(item) if item.parent().is_some());
    let mut used = None;
    for (id, function) in body.functions.iter() {
        if function.kind != FunctionKind::Def
            || function.receiver.is_some()
            || !function.decorators.is_empty()
            || (id == body.root && is_method)
            || !does_something(&body, function)
        {
            continue;
        }
        let used = used.get_or_insert_with(|| body.variables_read());
        for param in &function.params {
            let Some(binding) = param.binding else { continue };
            let variable = body.bindings[binding].variable;
            let is_kept = param.name.starts_with('_')
                || param.name == "self"
                || used.contains_idx(variable)
                || (id == body.root && is_overload(cx));
            if !is_kept {
                let message = format!("`{}` does not read `{}`", function.name, param.name);
                let finding = Finding::new(DiagnosticCode::UnusedParameter, message, cx.binding(binding));
                cx.report(finding.with_tag(DiagnosticTag::Unnecessary));
            }
        }
    }
}

/// Is the definition one of several that the first argument chooses from?
fn is_overload(cx: &BodyCheck<'_>) -> bool {
    matches!(cx.definition.owner(cx.db), Owner::Item(item) if module_scope(cx.db, cx.file).is_overloaded(item.name()))
}

/// Are there statements besides a docstring, `pass`, `...` and `raise`? Others are to be written.
fn does_something(body: &Body, function: &Function) -> bool {
    let FunctionBody::Block(statements) = &function.body else { return false };
    statements.iter().any(|it| match &body.stmts[*it] {
        Stmt::Expr(expr) => !matches!(body.exprs[*expr], Expr::Literal(Literal::Str(_) | Literal::Ellipsis)),
        Stmt::Pass | Stmt::Raise { .. } => false,
        _ => true,
    })
}
