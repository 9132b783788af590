//! `duplicate-parameter`: two parameters of one name.

use crate::diagnostics::finding::{BodyCheck, Finding, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{DiagnosticCode, FunctionBody};

pub(super) const RULE: Rule = Rule {
    name: "duplicate-parameter",
    level: Level::Error,
    category: Category::Syntax,
    summary: "Two parameters of a function have the same name",
    explanation: "Only one of them could be reached by the name, so the program does not start. Rename one.",
    bad: "add = lambda a, a :: a + a\n",
    good: "add = lambda a, b :: a + b\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (_, function) in body.functions.iter().filter(|(_, it)| it.body != FunctionBody::None) {
        let params: Vec<_> = function
            .receiver
            .iter()
            .chain(&function.params)
            .filter(|it| !it.is_implicit && !it.name.is_empty())
            .filter_map(|it| Some((&it.name, it.binding?)))
            .collect();
        for (index, (name, binding)) in params.iter().enumerate() {
            let Some((_, first)) = params[..index].iter().find(|(earlier, _)| earlier == name) else { continue };
            let message = format!("the parameter `{name}` is there twice");
            let finding = Finding::new(DiagnosticCode::DuplicateParameter, message, cx.binding(*binding));
            cx.report(finding.with_related("it is here first", Spot::Here(cx.binding(*first))));
        }
    }
}
