//! `parameter-order`: a parameter without a default after one that has it.

use danaide_syntax::ast::ParamKind;

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{DiagnosticCode, FunctionBody};

pub(super) const RULE: Rule = Rule {
    name: "parameter-order",
    level: Level::Error,
    category: Category::Syntax,
    summary: "A parameter without a default stands after one that has it",
    explanation: "Arguments are taken in order, so the default before it could never be used, and the program does not \
                  start. Move the parameter forward, give it a default, or put it behind a `*` so that it is given by \
                  name.",
    bad: "def greet(greeting: str = \"Hello\", name: str) -> str:\n    return greeting + name\n",
    good: "def greet(name: str, greeting: str = \"Hello\") -> str:\n    return greeting + name\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (_, function) in body.functions.iter().filter(|(_, it)| it.body != FunctionBody::None) {
        let mut has_default = false;
        for param in &function.params {
            match param.kind {
                ParamKind::Normal => {}
                ParamKind::Mark if param.name == "/" => continue,
                ParamKind::Named => continue,
                // What follows is given by name.
                ParamKind::Mark | ParamKind::Rest => break,
            }
            let (Some(binding), false) = (param.binding, param.name.is_empty()) else { continue };
            if has_default && param.default.is_none() {
                let message = format!("`{}` has no default and stands after a parameter that has one", param.name);
                cx.report(Finding::new(DiagnosticCode::ParameterOrder, message, cx.binding(binding)));
            }
            has_default = param.default.is_some();
        }
    }
}
