//! `unresolved-import`: an import of a module that is not there.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::scope::import_target;
use crate::settings::file_settings;
use crate::{DiagnosticCode, Stmt};

pub(super) const RULE: Rule = Rule {
    name: "unresolved-import",
    level: Level::Error,
    category: Category::Modules,
    summary: "An import names a module that is not found",
    explanation: "The import is a ModuleNotFoundError. Modules are looked for in the folder of the file, the folders \
                  of the workspace, those of `DANAPATH`, and the library.\n\n\
                  Modules of Python are not looked for: one that comes with Python, one that `known-python` in \
                  `danaide.toml` lists, and one that ends in `.py` are taken to be there, and with \
                  `unresolved-python = \"assume\"` all are. What is imported in a `try` may be missing.",
    bad: "import shapes_of_nobody\n",
    good: "import math\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    let is_import = |it: &Stmt| matches!(it, Stmt::Import { .. } | Stmt::FromImport { .. });
    if !body.stmts.iter().any(|(_, it)| is_import(it)) {
        return;
    }
    // What is tried may be missing.
    for stmt in body.untried() {
        let (Stmt::Import { path, .. } | Stmt::FromImport { path, .. }) = &body.stmts[stmt] else { continue };
        let is_whole = path.dots > 0 || !path.path.is_empty();
        if !is_whole || path.extension() == Some("py") || import_target(cx.db, cx.file, path.dots, &path.path).is_some()
        {
            continue;
        }
        let name = path.path.join(".");
        if path.dots == 0 && file_settings(cx.db, cx.file).imports.assumes_python(&name) {
            continue;
        }
        let name = format!("{}{name}", ".".repeat(path.dots));
        let message = format!("there is no module `{name}` in the folders where modules are looked for");
        cx.report(Finding::new(DiagnosticCode::UnresolvedImport, message, cx.stmt(stmt)));
    }
}
