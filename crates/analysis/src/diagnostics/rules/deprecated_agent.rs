//! `deprecated-agent`: the old form of a blueprint.

use danaide_syntax::{TextRange, TextSize};

use crate::diagnostics::DiagnosticTag;
use crate::diagnostics::finding::{BodyCheck, Finding, FindingFix, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{DiagnosticCode, ItemKind, Owner, Place};

pub(super) const RULE: Rule = Rule {
    name: "deprecated-agent",
    level: Level::Hint,
    category: Category::Deprecated,
    summary: "A blueprint is written as an agent with typed fields",
    explanation: "`agent Name:` with fields that have types is the old form of `agent_blueprint Name:`. Today `agent` makes \
                  the one agent of a name, and its fields have values only. The fix writes the keyword.",
    bad: "agent Clerk:\n    name: str = \"nobody\"\n\nprint(Clerk(name=\"Di\").name)\n",
    good: "agent_blueprint Clerk:\n    name: str = \"nobody\"\n\nprint(Clerk(name=\"Di\").name)\n",
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let Owner::Item(item) = cx.definition.owner(cx.db) else { return };
    let body = cx.body.clone();
    let Some(record) = body.record.as_ref().filter(|it| item.kind() == ItemKind::Agent && !it.is_singleton) else {
        return;
    };
    let Some(name) = cx.map.function(body.root) else { return };
    let Some(text) = cx.part_text(name) else { return };
    let before = text.get(..name.range.start().into()).unwrap_or_default().trim_end();
    if !before.ends_with("agent") {
        return;
    }
    let end = TextSize::of(before);
    let keyword = Place { part: name.part, range: TextRange::new(end - TextSize::of("agent"), end) };
    let message = format!("`agent {}` with typed fields is written `agent_blueprint {}` now", item.name(), item.name());
    let title = "Change to `agent_blueprint`";
    let is_plain = record.fields.iter().all(|it| it.ty.is_some());
    let fix = if is_plain { FindingFix::safe(title) } else { FindingFix::needs_review(title) };
    let finding = Finding::new(DiagnosticCode::DeprecatedAgent, message, keyword);
    let finding = finding.with_tag(DiagnosticTag::Deprecated);
    cx.report(finding.with_fix(fix.edit(Spot::Here(keyword), "agent_blueprint")));
}
