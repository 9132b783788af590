//! `undefined-type`: a type that nothing defines.

use crate::diagnostics::finding::BodyCheck;
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::scope::{module_scope, resolve_name};
use crate::signature::is_type_name;
use crate::{DiagnosticCode, FilePath};

pub(super) const RULE: Rule = Rule {
    name: "undefined-type",
    level: Level::Warning,
    category: Category::Names,
    summary: "A type names nothing that is known",
    explanation: "Nothing is checked where the name of a type is not known: every value is taken. Define the type, import \
                  it, or correct its spelling; if a similar name is known, the fix puts it in.",
    bad: "struct Point:\n    x: int\n\ndef shift(p: Piont) -> Point:\n    return Point(x=p.x + 1)\n",
    good: "struct Point:\n    x: int\n\ndef shift(p: Point) -> Point:\n    return Point(x=p.x + 1)\n",
    has_fix: true,
    check: Check::Body(check),
};

/// Names of types that can be meant by a wrong one.
const COMMON: [&str; 12] =
    ["any", "bool", "bytes", "callable", "dict", "float", "int", "list", "range", "set", "str", "tuple"];

fn check(cx: &mut BodyCheck<'_>) {
    if matches!(cx.file.path(cx.db), FilePath::Library(_)) {
        return;
    }
    let body = cx.body.clone();
    let mut found = Vec::new();
    for (_, ty) in body.types.iter() {
        ty.for_each_path(&mut |path, id| {
            let Some(name) = path.first() else { return };
            // A module or record of a function is a variable of it.
            let is_local = || body.variables.iter().any(|(_, it)| it.name == *name);
            if !is_type_name(name) && !is_local() && resolve_name(cx.db, cx.file, name).is_none() {
                found.extend(cx.map.path(id).map(|place| (name.clone(), path.len(), place)));
            }
        });
    }
    for (name, length, place) in found {
        let scope = module_scope(cx.db, cx.file);
        let starts_large = |it: &&str| it.starts_with(char::is_uppercase);
        let known = scope.names().map(|it| it.as_str()).filter(starts_large).chain(COMMON);
        let message = format!("there is no type `{name}`");
        // In `a.B`, and in a text, the place is that of more than the name.
        let known: Vec<&str> = if length == 1 && cx.text(place) == name { known.collect() } else { Vec::new() };
        cx.report(cx.unknown(DiagnosticCode::UndefinedType, message, place, &name, known));
    }
}
