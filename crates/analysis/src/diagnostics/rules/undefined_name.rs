//! `undefined-name`: a name that nothing defines.

use crate::diagnostics::finding::BodyCheck;
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{DiagnosticCode, Expr, NameRef};

pub(super) const RULE: Rule = Rule {
    name: "undefined-name",
    level: Level::Error,
    category: Category::Names,
    summary: "A name is defined nowhere",
    explanation: "The program ends with a `NameError` when it gets there. The name is looked up in the function, the functions around it, the \
                  module, what the module imports, and what the language brings. Define it, import it, or correct its spelling; if \
                  a similar name is known, the fix puts it in.",
    bad: "total = 1\nprint(totl)\n",
    good: "total = 1\nprint(total)\n",
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (id, expr) in body.exprs.iter() {
        let Expr::Name(NameRef::Free(name)) = expr else { continue };
        if !cx.inference.exprs.contains_idx(id) || cx.inference.meanings.contains_idx(id) {
            continue;
        }
        let scope = crate::scope::module_scope(cx.db, cx.file);
        let builtins = crate::scope::builtin_names(cx.db);
        let known = body
            .variables
            .iter()
            .map(|(_, it)| it.name.as_str())
            .chain(scope.names().map(|it| it.as_str()))
            .chain(builtins.iter().map(|it| it.as_str()));
        let message = format!("`{name}` is not defined");
        cx.report(cx.unknown(DiagnosticCode::UndefinedName, message, cx.expr(id), name, known));
    }
}
