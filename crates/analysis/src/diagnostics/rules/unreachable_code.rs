//! `unreachable-code`: statements that never run.

use crate::DiagnosticCode;
use crate::diagnostics::DiagnosticTag;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};

pub(super) const RULE: Rule = Rule {
    name: "unreachable-code",
    level: Level::Hint,
    category: Category::Style,
    summary: "No way leads to a statement",
    explanation: "What stands before it always leaves: by `return`, `raise`, `break`, `continue`, or in a loop without \
                  end. Take it out, or change what comes before.",
    bad: "def f():\n    return 1\n    print(\"never\")\n",
    good: "def f():\n    print(\"before\")\n    return 1\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for stmt in &inference.unreachable {
        let finding = Finding::new(DiagnosticCode::UnreachableCode, "no way leads here", cx.stmt(*stmt));
        cx.report(finding.with_tag(DiagnosticTag::Unnecessary));
    }
}
