//! `unordered-access`: tasks that the program starts together change the same state.

use crate::DiagnosticCode;
use crate::diagnostics::finding::{BodyCheck, Finding, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::graph::task_graphs;

pub(super) const RULE: Rule = Rule {
    name: "unordered-access",
    level: Level::Warning,
    category: Category::Tasks,
    summary: "Tasks that start together change the same state",
    explanation: "`gather(f(x), g(y))`, `race(f(x), g(y))` and a list of stages start their calls at once, whatever these share. If two of \
                  them touch the same `public:` or `private:` name, variable, agent or resource, and one changes it, what each finds \
                  there depends on how long the others wait. Calls in statements of their own keep their order.",
    bad: "def bump(text):\n    public:last = reason(text)\n\ndef f():\n    return gather(bump(\"a\"), bump(\"b\"))\n",
    good: "def bump(text):\n    public:last = reason(text)\n\ndef f():\n    a = bump(\"a\")\n    b = bump(\"b\")\n    return gather(a, b)\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let graphs = task_graphs(cx.db, cx.definition);
    for (_, graph) in &graphs.all {
        for found in &graph.unordered {
            let (first, second) = (&graph.nodes[found.first], &graph.nodes[found.second]);
            let message = format!(
                "`{}` starts together with `{}`, and both touch `{}`; in statements of their own they would keep their order",
                second.name, first.name, found.name
            );
            let (here, there) = (cx.site(second.site), cx.site(first.site));
            let finding = Finding::new(DiagnosticCode::UnorderedAccess, message, here);
            cx.report(finding.with_related("the other one starts here", Spot::Here(there)));
        }
    }
}
