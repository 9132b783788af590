//! `unused-variable`: a local variable that is only written.

use la_arena::ArenaMap;

use crate::diagnostics::DiagnosticTag;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{BindingKind, DiagnosticCode, Expr, FunctionKind, Stmt};

pub(super) const RULE: Rule = Rule {
    name: "unused-variable",
    level: Level::Hint,
    category: Category::Style,
    summary: "A local variable gets a value that nobody reads",
    explanation: "Take the assignment out, or name the variable with a leading `_` if the value is ignored on purpose. \
                  Only variables of functions are looked at that are assigned by themselves; parameters, loop \
                  variables and unpacked values are not.",
    bad: "def f():\n    left = 1\n    return 2\n",
    good: "def f():\n    _left = 1\n    return 2\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    let read = body.variables_read();
    let mut plain = ArenaMap::default();
    for (_, stmt) in body.stmts.iter() {
        if let Stmt::Assign { targets, .. } = stmt {
            for target in targets {
                if let Expr::Bind(binding) = body.exprs[*target] {
                    plain.insert(binding, ());
                }
            }
        }
    }
    for (id, binding) in body.bindings.iter() {
        let variable = &body.variables[binding.variable];
        let is_local = body.functions[variable.function].kind != FunctionKind::Module;
        if binding.kind != BindingKind::Assign
            || !is_local
            || variable.is_captured
            || variable.name.starts_with('_')
            || read.contains_idx(binding.variable)
            || !plain.contains_idx(id)
        {
            continue;
        }
        let message = format!("nobody reads `{}`", variable.name);
        let finding = Finding::new(DiagnosticCode::UnusedVariable, message, cx.binding(id));
        cx.report(finding.with_tag(DiagnosticTag::Unnecessary));
    }
}
