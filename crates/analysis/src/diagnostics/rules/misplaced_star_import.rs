//! `misplaced-star-import`: `import *` inside a function.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{DiagnosticCode, FunctionKind, Stmt};

pub(super) const RULE: Rule = Rule {
    name: "misplaced-star-import",
    level: Level::Error,
    category: Category::Syntax,
    summary: "`import *` stands in a function",
    explanation: "The variables of a function are known before it runs, so a function cannot take all names of a module, \
                  and the program does not start. Name what is needed, or move the import out of the function.",
    bad: "def area(r: float) -> float:\n    from math import *\n    return pi * r * r\n",
    good: "def area(r: float) -> float:\n    from math import pi\n    return pi * r * r\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    if !body.stmts.iter().any(|(_, it)| matches!(it, Stmt::FromImport { is_star: true, .. })) {
        return;
    }
    for (id, _) in body.functions.iter().filter(|(_, it)| it.kind != FunctionKind::Module) {
        for it in body.statements_of(id) {
            if matches!(body.stmts[it.stmt], Stmt::FromImport { is_star: true, .. }) {
                let message = "`import *` stands outside functions: name what is needed here";
                cx.report(Finding::new(DiagnosticCode::MisplacedStarImport, message, cx.stmt(it.stmt)));
            }
        }
    }
}
