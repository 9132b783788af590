//! `wrong-argument-count`: arguments that do not match the parameters in number.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::{ArityProblem, Problem};

pub(super) const RULE: Rule = Rule {
    name: "wrong-argument-count",
    level: Level::Error,
    category: Category::Types,
    summary: "A call has too many or too few arguments",
    explanation: "The call is a TypeError. Compare it with the parameters of the function: those without a default \
                  need a value, and only `*rest` takes more than are named. In a pipeline the piped value is the first \
                  argument, unless `$$` stands in the call.",
    bad: "def add(a: int, b: int) -> int:\n    return a + b\n\nprint(add(1))\n",
    good: "def add(a: int, b: int) -> int:\n    return a + b\n\nprint(add(1, 2))\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let (at, callee, def, problem, is_stage) = match problem {
            Problem::Arity { call, callee, def, problem } => (call, callee, def, problem, false),
            Problem::StageArity { stage, callee, def, problem } => (stage, callee, def, problem, true),
            _ => continue,
        };
        let piped = if is_stage { " (the piped value is the first)" } else { "" };
        let message = match problem {
            ArityProblem::Missing(names) => {
                let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
                format!("`{callee}` needs a value for {}{piped}", names.join(" and "))
            }
            ArityProblem::TooMany { most: 0, found } => {
                format!("`{callee}` takes no arguments, and {found} are given{piped}")
            }
            ArityProblem::TooMany { most, found } => {
                format!("`{callee}` takes at most {most} positional arguments, and {found} are given{piped}")
            }
        };
        let finding = Finding::new(DiagnosticCode::WrongArgumentCount, message, cx.expr(*at));
        let finding = cx.with_definition(finding, def.as_ref());
        cx.report(finding);
    }
}
