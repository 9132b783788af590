//! `repeated-effect`: a retry around something that should not happen twice.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::effects::{Effect, StatePlace, effects, why};
use crate::graph::policies;
use crate::signature::decorator_name;
use crate::{DiagnosticCode, ExprId};

pub(super) const RULE: Rule = Rule {
    name: "repeated-effect",
    level: Level::Warning,
    category: Category::Tasks,
    summary: "A retry repeats something that should happen once",
    explanation: "`@retry` calls the whole function again. What it did before it failed has happened: a text that was appended is \
                  appended twice, a count is increased twice, a person is asked twice. Retry only the part that can be \
                  repeated, in a function of its own.",
    bad: "import files\n\n@retry(attempts=3)\ndef note(text):\n    files.append_text(\"notes.txt\", reason(text))\n",
    good: "import files\n\n@retry(attempts=3)\ndef ask(text):\n    return reason(text)\n\ndef note(text):\n    files.append_text(\"notes.txt\", ask(text))\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let Some(retry) = policies(cx.db, cx.definition).retry else { return };
    if retry.attempts.as_deref() == Some("1") {
        return;
    }
    let body = cx.body.clone();
    let decorator: Option<ExprId> = body
        .root()
        .decorators
        .iter()
        .copied()
        .find(|it| matches!(decorator_name(&body, *it).as_str(), "retry" | "poet"));
    let Some(decorator) = decorator else { return };
    let effects = effects(cx.db, cx.definition);
    let reason = if let Some(name) = effects.once() {
        Some(format!("`{name}` is called again"))
    } else if let Some(effect) = [Effect::Human, Effect::Process].into_iter().find(|it| effects.contains(*it)) {
        let why = why(cx.db, cx.definition, effect).map(|it| it.text(cx.db)).unwrap_or_default();
        Some(format!("it does this again: {why}"))
    } else {
        effects
            .touched()
            .into_iter()
            .find(|(place, access)| {
                access.read && access.sure && matches!(place, StatePlace::Scoped(..) | StatePlace::Module(..))
            })
            .map(|(place, _)| format!("`{}` is changed again", place.name()))
    };
    if let Some(reason) = reason {
        let message = format!("when `{}` is tried again, {reason}", body.root().name);
        let place = cx.expr(decorator);
        cx.report(Finding::new(DiagnosticCode::RepeatedEffect, message, place));
    }
}
