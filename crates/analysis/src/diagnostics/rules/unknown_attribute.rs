//! `unknown-attribute`: an attribute that a value does not have.

use crate::DiagnosticCode;
use crate::RecordKind;
use crate::diagnostics::finding::BodyCheck;
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;
use crate::record::record_info;
use crate::ty::Type;

pub(super) const RULE: Rule = Rule {
    name: "unknown-attribute",
    level: Level::Error,
    category: Category::Types,
    summary: "A value has no attribute or method of the name",
    explanation: "The access is an AttributeError. Only values whose type is known are looked at: builtin types and \
                  structs. If a member has a similar name, the fix puts it in.",
    bad: "text = \"a b\"\nprint(text.splitt())\n",
    good: "text = \"a b\"\nprint(text.split())\n",
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let Problem::UnknownAttribute { expr, base, name, known } = problem else { continue };
        if base.members().iter().any(|it| !is_closed(cx, it)) {
            continue;
        }
        let message = format!("{} has no attribute `{name}`", cx.show(base));
        let known = known.iter().map(|it| it.as_str());
        cx.report(cx.unknown(DiagnosticCode::UnknownAttribute, message, cx.name(*expr), name, known));
    }
}

/// Are all members of the type known? An attribute of a dict reads a key, and agents, resources and workflows have
/// members that the interpreter gives them.
fn is_closed(cx: &BodyCheck<'_>, ty: &Type) -> bool {
    match ty {
        Type::Dict(_) | Type::Agent(_) => false,
        Type::Record(def) => record_info(cx.db, def).is_some_and(|it| it.kind == Some(RecordKind::Struct)),
        _ => true,
    }
}
