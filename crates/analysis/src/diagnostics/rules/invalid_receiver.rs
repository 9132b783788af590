//! `invalid-receiver`: a method with a receiver that names no type.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{DiagnosticCode, FunctionId, FunctionKind, Owner, Stmt, TypeRef};

pub(super) const RULE: Rule = Rule {
    name: "invalid-receiver",
    level: Level::Error,
    category: Category::Syntax,
    summary: "The receiver of a method names no type",
    explanation: "`def (self: Type) name()` adds a method to `Type`; without the name of a type there is nothing to add \
                  it to, and the program does not start. Several types are joined with `|`.",
    bad: "def (self) area() -> float:\n    return 1.0\n",
    good: "struct Square:\n    side: float\n\ndef (self: Square) area() -> float:\n    return self.side * self.side\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    let is_member = matches!(cx.definition.owner(cx.db), Owner::Item(item) if item.parent().is_some());
    let of_local_records: Vec<FunctionId> = body.stmts.iter().flat_map(|(_, it)| methods(it)).copied().collect();
    let of_interface = body.record.as_ref().map_or(&[][..], |it| it.signatures.as_slice());
    for (id, function) in body.functions.iter().filter(|(_, it)| it.kind == FunctionKind::Def) {
        // In the body of a record the type is that of the record.
        if (id == body.root && is_member) || of_local_records.contains(&id) || of_interface.contains(&id) {
            continue;
        }
        let Some(receiver) = function.receiver.as_ref().filter(|it| !it.is_implicit) else { continue };
        let Some(binding) = receiver.binding else { continue };
        let (place, message) = match receiver.ty {
            None => (cx.binding(binding), "a receiver names its type: `def (self: Type) name()`"),
            Some(ty) => {
                let place = cx.map.type_ref(ty).unwrap_or(cx.binding(binding));
                // Types in quotes are looked up later, and methods are added at once.
                if names_types(&body.types[ty]) && !cx.text(place).contains(['"', '\'']) {
                    continue;
                }
                (place, "a receiver names a type here")
            }
        };
        cx.report(Finding::new(DiagnosticCode::InvalidReceiver, message, place));
    }
}

fn methods(stmt: &Stmt) -> &[FunctionId] {
    match stmt {
        Stmt::LocalRecord { methods, .. } => methods,
        _ => &[],
    }
}

fn names_types(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Path { .. } | TypeRef::Missing => true,
        TypeRef::Generic { base, .. } => names_types(base),
        TypeRef::Union(all) => all.iter().all(names_types),
        TypeRef::None | TypeRef::Literal(_) | TypeRef::List(_) | TypeRef::Tuple(_) => false,
    }
}
