//! `unresolved-import`: an import of a module that is not there.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::scope::import_target;
use crate::{DiagnosticCode, Stmt};

pub(super) const RULE: Rule = Rule {
    name: "unresolved-import",
    level: Level::Error,
    category: Category::Modules,
    summary: "An import names a module that is not found",
    explanation: "The import is a ModuleNotFoundError. Modules are looked for in the folder of the file, the folders \
                  of the workspace, those of `DANAPATH`, and the library. Modules that end in `.py` are Python's and \
                  not looked for.",
    bad: "import shapes_of_nobody\n",
    good: "import math\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (id, stmt) in body.stmts.iter() {
        let (Stmt::Import { path, .. } | Stmt::FromImport { path, .. }) = stmt else { continue };
        let is_whole = path.dots > 0 || !path.path.is_empty();
        if !is_whole || path.extension() == Some("py") || import_target(cx.db, cx.file, path.dots, &path.path).is_some()
        {
            continue;
        }
        let name = format!("{}{}", ".".repeat(path.dots), path.path.join("."));
        let message = format!("there is no module `{name}` in the folders where modules are looked for");
        cx.report(Finding::new(DiagnosticCode::UnresolvedImport, message, cx.stmt(id)));
    }
}
