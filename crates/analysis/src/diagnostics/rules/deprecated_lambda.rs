//! `deprecated-lambda`: a lambda with one colon.

use danaide_syntax::{TextRange, TextSize};

use crate::diagnostics::DiagnosticTag;
use crate::diagnostics::finding::{BodyCheck, Finding, FindingFix, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{DiagnosticCode, FunctionBody, FunctionKind, Place};

pub(super) const RULE: Rule = Rule {
    name: "deprecated-lambda",
    level: Level::Hint,
    category: Category::Deprecated,
    summary: "A lambda has one colon before its body",
    explanation: "`lambda x: x + 1` is Python's form, and one of older documents of Dana. Here parameters have types after one \
                  colon, and the body stands after two: `lambda x: int :: x + 1`. The fix writes the second colon.",
    bad: "double = lambda n: n * 2\n",
    good: "double = lambda n :: n * 2\n",
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (id, function) in body.functions.iter().filter(|(_, it)| it.kind == FunctionKind::Lambda) {
        let FunctionBody::Expr(value) = function.body else { continue };
        let (Some(lambda), Some(value)) = (cx.map.function(id), cx.map.expr(value)) else { continue };
        if lambda.part != value.part || lambda.range.start() > value.range.start() {
            continue;
        }
        let head = Place { part: lambda.part, range: TextRange::new(lambda.range.start(), value.range.start()) };
        let text = cx.text(head);
        let before = text.trim_end_matches(|it: char| it.is_whitespace() || it == '(');
        if !before.ends_with(':') || before.ends_with("::") {
            continue;
        }
        let end = lambda.range.start() + TextSize::of(before);
        let colon = Place { part: lambda.part, range: TextRange::new(end - TextSize::new(1), end) };
        let text = if before.trim_end_matches(':').ends_with([' ', '\t']) { "::" } else { " ::" };
        let finding = Finding::new(DiagnosticCode::DeprecatedLambda, "a lambda has `::` before its body", colon);
        let fix = FindingFix::safe("Change to `::`").edit(Spot::Here(colon), text);
        cx.report(finding.with_tag(DiagnosticTag::Deprecated).with_fix(fix));
    }
}
