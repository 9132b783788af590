//! `fstring-without-field`: an f-string with nothing to fill in.

use danaide_syntax::{TextRange, TextSize};

use crate::diagnostics::finding::{BodyCheck, Finding, FindingFix, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{DiagnosticCode, Expr, Place};

pub(super) const RULE: Rule = Rule {
    name: "fstring-without-field",
    level: Level::Hint,
    category: Category::Style,
    summary: "An f-string has no field to fill in",
    explanation: "Without `{…}` the `f` does nothing. Take it out, or put in what was forgotten.",
    bad: "name = \"Ada\"\nprint(f\"Hello, name\")\n",
    good: "name = \"Ada\"\nprint(f\"Hello, {name}\")\n",
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (id, expr) in body.exprs.iter() {
        let Expr::FString(fields) = expr else { continue };
        if !fields.is_empty() {
            continue;
        }
        let place = cx.expr(id);
        let text = cx.text(place);
        let prefix = &text[..text.find(['"', '\'']).unwrap_or(0)];
        // `{{` is an f-string's way to write `{`, and `{}` an empty field.
        let (Some(at), false) = (prefix.find(['f', 'F']), text.contains(['{', '}'])) else { continue };
        let start = place.range.start() + TextSize::try_from(at).unwrap_or_default();
        let letter = Place { part: place.part, range: TextRange::at(start, TextSize::new(1)) };
        let fix = FindingFix::safe("Remove the `f`").edit(Spot::Here(letter), "");
        let message = "this f-string has no field: the `f` does nothing";
        cx.report(Finding::new(DiagnosticCode::FstringWithoutField, message, place).with_fix(fix));
    }
}
