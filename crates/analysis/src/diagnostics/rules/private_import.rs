//! `private-import`: an import of a name that its module keeps for itself.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::scope::{import_target, module_scope};
use crate::{DiagnosticCode, Stmt};

pub(super) const RULE: Rule = Rule {
    name: "private-import",
    level: Level::Error,
    category: Category::Modules,
    summary: "An import takes a name that its module keeps for itself",
    explanation: "Names that start with one `_` belong to their module, and importing one is an ImportError. Name it \
                  without the `_` in its module, or import what uses it. `module._name` can be read, since the reader \
                  then sees where it comes from.",
    bad: "//- /tools.na\n_limit = 3\n//- /main.na\nfrom tools import _limit\n\nprint(_limit)\n",
    good: "//- /tools.na\nlimit = 3\n//- /main.na\nfrom tools import limit\n\nprint(limit)\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    if !body.stmts.iter().any(|(_, it)| matches!(it, Stmt::FromImport { .. })) {
        return;
    }
    for stmt in body.untried() {
        let Stmt::FromImport { path, names, .. } = &body.stmts[stmt] else { continue };
        for (name, binding) in names.iter().filter(|(name, _)| is_private(name)) {
            let module = import_target(cx.db, cx.file, path.dots, &path.path);
            // What a package does not have itself may be one of its modules.
            let has = module.and_then(|it| it.file()).is_some_and(|it| module_scope(cx.db, it).contains(name));
            if has {
                let message = format!("`{name}` is private: names that start with `_` stay in their module");
                let place = binding.map_or_else(|| cx.stmt(stmt), |it| cx.binding(it));
                cx.report(Finding::new(DiagnosticCode::PrivateImport, message, place));
            }
        }
    }
}

fn is_private(name: &str) -> bool {
    name.starts_with('_') && !name.starts_with("__")
}
