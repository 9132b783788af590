//! `unused-variable`: a local variable that is only written.

use danaide_syntax::TextRange;
use la_arena::ArenaMap;

use super::self_assignment::taken_out;
use crate::diagnostics::DiagnosticTag;
use crate::diagnostics::finding::{BodyCheck, Finding, FindingFix, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{BindingId, BindingKind, Body, DiagnosticCode, Expr, FunctionKind, Place, Stmt, StmtId};

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
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    let read = body.variables_read();
    // The statement that a plain target is in.
    let mut plain = ArenaMap::default();
    for (id, stmt) in body.stmts.iter() {
        if let Stmt::Assign { targets, .. } = stmt {
            for target in targets {
                if let Expr::Bind(binding) = body.exprs[*target] {
                    plain.insert(binding, id);
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
        {
            continue;
        }
        let Some(statement) = plain.get(id) else { continue };
        let message = format!("nobody reads `{}`", variable.name);
        let mut finding = Finding::new(DiagnosticCode::UnusedVariable, message, cx.binding(id));
        finding.fixes = fixes(cx, &body, *statement, id);
        cx.report(finding.with_tag(DiagnosticTag::Unnecessary));
    }
}

/// To take the assignment out, or what of it does nothing; or to say that it is on purpose.
fn fixes(cx: &BodyCheck<'_>, body: &Body, statement: StmtId, binding: BindingId) -> Vec<FindingFix> {
    let mut fixes = Vec::new();
    if let Stmt::Assign { targets, value: Some(value), decorators, .. } = &body.stmts[statement]
        && targets.len() == 1
        && decorators.is_empty()
    {
        let mut does_nothing = true;
        body.walk(*value, &mut |it| {
            does_nothing &= matches!(
                body.exprs[it],
                Expr::Literal(_) | Expr::Name(_) | Expr::List(_) | Expr::Tuple(_) | Expr::Dict(_) | Expr::Set(_)
            );
        });
        if does_nothing {
            fixes.push(taken_out(cx, statement));
        } else {
            let (whole, value) = (cx.stmt(statement), cx.expr(*value));
            let before = TextRange::new(whole.range.start(), value.range.start());
            let before = Place { part: whole.part, range: before };
            fixes.push(FindingFix::needs_review("Keep only the value").edit(Spot::Here(before), ""));
        }
    }
    let variable = body.bindings[binding].variable;
    let name = format!("_{}", body.variables[variable].name);
    let is_bound_once = body.bindings.iter().filter(|(_, it)| it.variable == variable).count() == 1;
    if is_bound_once && !body.variables.iter().any(|(_, it)| it.name == name) {
        let fix = FindingFix::needs_review(format!("Name it `{name}`: it is ignored on purpose"));
        fixes.push(fix.edit(Spot::Here(cx.binding(binding)), name));
    }
    fixes
}
