//! `builtin-shadowed`: a name of the program that hides one of the language.

use rustc_hash::FxHashSet;

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::scope::builtin_defs;
use crate::{BindingKind, DiagnosticCode, FilePath, FunctionKind, Owner};

pub(super) const RULE: Rule = Rule {
    name: "builtin-shadowed",
    level: Level::Hint,
    category: Category::Names,
    summary: "A name of the program hides a builtin",
    explanation: "From here on the name means the program's own, and the builtin cannot be reached: `list = [1]` makes \
                  `list(range(3))` fail. Choose another name. Parameters, fields, methods and imports are not looked \
                  at.",
    bad: "sum = 0\nfor n in [1, 2]:\n    sum += n\nprint(sum)\n",
    good: "total = 0\nfor n in [1, 2]:\n    total += n\nprint(total)\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    if matches!(cx.file.path(cx.db), FilePath::Library(_)) {
        return;
    }
    let body = cx.body.clone();
    let builtins = builtin_defs(cx.db);
    let mut seen = FxHashSet::default();
    for (id, binding) in body.bindings.iter() {
        let variable = &body.variables[binding.variable];
        let is_own = match binding.kind {
            BindingKind::Assign | BindingKind::For | BindingKind::With => !variable.is_inner,
            // Definitions of the module say it themselves, below.
            BindingKind::Definition => body.functions[variable.function].kind != FunctionKind::Module,
            BindingKind::Param | BindingKind::Exception | BindingKind::Capture | BindingKind::Import => false,
        };
        if is_own && builtins.contains_key(&variable.name) && seen.insert(binding.variable) {
            report(cx, &variable.name, cx.binding(id));
        }
    }
    if let Owner::Item(item) = cx.definition.owner(cx.db)
        && item.parent().is_none()
        && item.disambiguator() == 0
        && body.root().receiver.is_none()
        && builtins.contains_key(item.name())
    {
        let place = cx.map.function(body.root).unwrap_or(crate::Place::START);
        report(cx, &item.name().clone(), place);
    }
}

fn report(cx: &mut BodyCheck<'_>, name: &str, place: crate::Place) {
    if name.starts_with('_') {
        return;
    }
    let message = format!("`{name}` hides the builtin of this name");
    cx.report(Finding::new(DiagnosticCode::BuiltinShadowed, message, place));
}
