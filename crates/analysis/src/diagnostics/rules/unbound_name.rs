//! `unbound-name`: a variable that is read where no way has given it a value.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Bound;

pub(super) const RULE: Rule = Rule {
    name: "unbound-name",
    level: Level::Error,
    category: Category::Names,
    summary: "A local variable is read before it has a value",
    explanation: "A name that a function assigns anywhere is local to the whole function, so a read before the \
                  assignment is an UnboundLocalError (a NameError), even if the module has a variable of the name. \
                  Assign it first; to change a variable of the module use `global name`, of a function around it \
                  `nonlocal name`, or keep it in a scope: `public:name`.",
    bad: "count = 0\n\ndef add():\n    count = count + 1\n    return count\n",
    good: "count = 0\n\ndef add():\n    global count\n    count = count + 1\n    return count\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let inference = cx.inference.clone();
    for (expr, _) in inference.unbound.iter().filter(|(_, bound)| *bound == Bound::No) {
        let place = cx.expr(*expr);
        let message = format!("`{}` has no value here: it is assigned later, or deleted", cx.text(place));
        cx.report(Finding::new(DiagnosticCode::UnboundName, message, place));
    }
}
