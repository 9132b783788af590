//! `stage-mismatch`: a stage that does not fit the one before.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "stage-mismatch",
    level: Level::Error,
    category: Category::Types,
    summary: "A stage of a pipeline cannot take what the stage before gives",
    explanation: "The piped value is the first argument of a stage, and this stage refuses its type, or is no function \
                  at all. Convert the value in a stage between, or use `$$` to say where it goes.",
    bad: "def words(text: str) -> list:\n    return text.split()\n\ndef double(n: int) -> int:\n    return n * 2\n\ndef work(text: str) = words | double\n",
    good: "def words(text: str) -> list:\n    return text.split()\n\ndef count(items: list) -> int:\n    return len(items)\n\ndef work(text: str) = words | count\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let finding = match problem {
            Problem::StageType { stage, parameter, callee, def, expected, found } => {
                let message = format!(
                    "the piped value is {}, and `{parameter}` of `{callee}` takes {}",
                    cx.show(found),
                    cx.show(expected)
                );
                let finding = Finding::new(DiagnosticCode::StageMismatch, message, cx.expr(*stage));
                cx.with_definition(finding, def.as_ref())
            }
            Problem::StageNotCallable { stage, found } => {
                let message = format!("a stage has to be a function, and this is {}", cx.show(found));
                Finding::new(DiagnosticCode::StageMismatch, message, cx.expr(*stage))
            }
            _ => continue,
        };
        cx.report(finding);
    }
}
