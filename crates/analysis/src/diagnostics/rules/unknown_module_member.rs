//! `unknown-module-member`: a name that a module does not have.

use smol_str::SmolStr;

use crate::diagnostics::finding::BodyCheck;
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;
use crate::scope::{import_target, module_scope, resolve_member};
use crate::ty::ModuleType;
use crate::{DiagnosticCode, Stmt};

pub(super) const RULE: Rule = Rule {
    name: "unknown-module-member",
    level: Level::Error,
    category: Category::Modules,
    summary: "A module has nothing of the name",
    explanation: "The access is an AttributeError, the import of the name an ImportError. If the module has a similar \
                  name, the fix puts it in.",
    bad: "import math\n\nprint(math.sqrtt(4))\n",
    good: "import math\n\nprint(math.sqrt(4))\n",
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let Problem::UnknownMember { expr, name, known, .. } = problem else { continue };
        let message = format!("the module has no `{name}`");
        let known = known.iter().map(|it| it.as_str());
        cx.report(cx.unknown(DiagnosticCode::UnknownModuleMember, message, cx.name(*expr), name, known));
    }
    let body = cx.body.clone();
    if !body.stmts.iter().any(|(_, it)| matches!(it, Stmt::FromImport { .. })) {
        return;
    }
    // What is tried may be missing.
    for stmt in body.untried() {
        let Stmt::FromImport { path, names, .. } = &body.stmts[stmt] else { continue };
        let Some(module) = import_target(cx.db, cx.file, path.dots, &path.path) else { continue };
        for (name, binding) in names {
            // Methods with a receiver are brought by any import of their module.
            let is_method = || module.file().is_some_and(|it| !module_scope(cx.db, it).receivers(name).is_empty());
            if resolve_member(cx.db, &module, name).is_none()
                && !is_method()
                && let Some(binding) = binding
            {
                let message = format!("`{}{}` has no `{name}`", ".".repeat(path.dots), path.path.join("."));
                // After `as` stands another name.
                let place = cx.binding(*binding);
                let known = if cx.text(place) == *name { members(cx, &module) } else { Vec::new() };
                let known = known.iter().map(|it| it.as_str());
                cx.report(cx.unknown(DiagnosticCode::UnknownModuleMember, message, place, name, known));
            }
        }
    }
}

/// The names that a module gives to others.
fn members(cx: &BodyCheck<'_>, module: &ModuleType) -> Vec<SmolStr> {
    let Some(file) = module.file() else { return Vec::new() };
    module_scope(cx.db, file).names().filter(|it| !it.starts_with('_')).cloned().collect()
}
