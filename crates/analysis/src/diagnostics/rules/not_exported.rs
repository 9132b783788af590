//! `not-exported`: an import of a name that its module does not list.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::scope::{import_target, module_scope};
use crate::{DiagnosticCode, FilePath, Stmt};

pub(super) const RULE: Rule = Rule {
    name: "not-exported",
    level: Level::Warning,
    category: Category::Modules,
    summary: "An import takes a name that its module does not export",
    explanation: "The module lists what is meant for others, with `export` or `__exports__`, and this name is not there. The \
                  import works, but the module's author may change the name at any time. Use what is listed, or add the \
                  name to the list.",
    bad: "//- /shapes.na\n__exports__ = [\"area\"]\n\ndef area(r: float) -> float:\n    return square(r) * 3.14\n\ndef square(r: float) -> float:\n    return r * r\n//- /main.na\nfrom shapes import square\n\nprint(square(2.0))\n",
    good: "//- /shapes.na\n__exports__ = [\"area\"]\n\ndef area(r: float) -> float:\n    return square(r) * 3.14\n\ndef square(r: float) -> float:\n    return r * r\n//- /main.na\nfrom shapes import area\n\nprint(area(2.0))\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (_, stmt) in body.stmts.iter() {
        let Stmt::FromImport { path, names, .. } = stmt else { continue };
        let Some(file) = import_target(cx.db, cx.file, path.dots, &path.path).and_then(|it| it.file()) else {
            continue;
        };
        let scope = module_scope(cx.db, file);
        if scope.exports().is_empty() || matches!(file.path(cx.db), FilePath::Library(_)) {
            continue;
        }
        for (name, binding) in names {
            let is_listed = scope.exports().iter().any(|it| it == name);
            let Some(binding) = binding.filter(|_| !is_listed && !name.starts_with('_') && scope.contains(name)) else {
                continue;
            };
            let message = format!("`{name}` is not among the names that `{}` exports", path.path.join("."));
            cx.report(Finding::new(DiagnosticCode::NotExported, message, cx.binding(binding)));
        }
    }
}
