//! `unknown-module-member`: a name that a module does not have.

use crate::DiagnosticCode;
use crate::diagnostics::finding::BodyCheck;
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;

pub(super) const RULE: Rule = Rule {
    name: "unknown-module-member",
    level: Level::Error,
    category: Category::Modules,
    summary: "A module has nothing of the name",
    explanation: "The access is an AttributeError. If the module has a similar name, the fix puts it in.",
    bad: "import math\n\nprint(math.sqrtt(4))\n",
    good: "import math\n\nprint(math.sqrt(4))\n",
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for problem in &inference.problems {
        let Problem::UnknownMember { expr, name, known, .. } = problem else { continue };
        let message = format!("the module has no `{name}`");
        let known = known.iter().map(|it| it.as_str());
        cx.report(cx.unknown(DiagnosticCode::UnknownModuleMember, message, cx.name(*expr), name, known));
    }
}
