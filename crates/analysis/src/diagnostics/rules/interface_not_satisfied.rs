//! `interface-not-satisfied`: a record that lacks members of an interface it names.

use crate::diagnostics::finding::{BodyCheck, Finding, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::record::{has_unknown_base, missing_members, record_info};
use crate::signature::resolve_type;
use crate::ty::{DefRef, Type};
use crate::{DiagnosticCode, Owner, RecordKind};

pub(super) const RULE: Rule = Rule {
    name: "interface-not-satisfied",
    level: Level::Warning,
    category: Category::Records,
    summary: "A record names an interface and lacks some of its members",
    explanation: "The record does not fit where the interface is declared: passing it there is a TypeError. Add what is \
                  missing, in the record or as `def (self: Name) method()`, or take the interface out.",
    bad: "interface Shape:\n    area() -> float\n\nstruct Square(Shape):\n    side: float\n",
    good: "interface Shape:\n    area() -> float\n\nstruct Square(Shape):\n    side: float\n\ndef (self: Square) area() -> float:\n    return self.side * self.side\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let Owner::Item(item) = cx.definition.owner(cx.db) else { return };
    let body = cx.body.clone();
    let Some(record) = body.record.as_ref().filter(|it| it.kind != Some(RecordKind::Interface)) else { return };
    let this = DefRef { file: cx.file, item: item.clone() };
    if record.bases.is_empty() || has_unknown_base(cx.db, &this) {
        return;
    }
    for base in &record.bases {
        let Type::Record(interface) = resolve_type(cx.db, cx.file, &body.types[*base]) else { continue };
        if record_info(cx.db, &interface).is_none_or(|it| it.kind != Some(RecordKind::Interface)) {
            continue;
        }
        let missing = missing_members(cx.db, &this, &interface);
        if missing.is_empty() {
            continue;
        }
        let names: Vec<String> = missing.iter().map(|it| format!("`{it}`")).collect();
        let message = format!("`{}` lacks {} of `{}`", item.name(), names.join(" and "), interface.item.name());
        let place = cx.map.type_ref(*base).unwrap_or(crate::Place::START);
        let finding = Finding::new(DiagnosticCode::InterfaceNotSatisfied, message, place);
        cx.report(finding.with_related("the interface is here", Spot::Item(interface)));
    }
}
