//! `duplicate-key`: a dict with a key twice.

use rustc_hash::FxHashMap;

use crate::diagnostics::finding::{BodyCheck, Finding, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{Body, DiagnosticCode, Expr, ExprId, Literal};

pub(super) const RULE: Rule = Rule {
    name: "duplicate-key",
    level: Level::Warning,
    category: Category::Style,
    summary: "A dict has the same key twice",
    explanation: "The later value takes the place of the earlier one, which nobody ever sees. Take one out, or correct the \
                  key.",
    bad: "prices = {\"tea\": 3, \"milk\": 1, \"tea\": 4}\n",
    good: "prices = {\"tea\": 4, \"milk\": 1}\n",
    has_fix: false,
    check: Check::Body(check),
};

#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Text(&'a str),
    Int(i64),
    None,
}

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (_, expr) in body.exprs.iter() {
        let Expr::Dict(items) = expr else { continue };
        let mut seen: FxHashMap<Key<'_>, ExprId> = FxHashMap::default();
        for key in items.iter().filter_map(|(key, _)| *key) {
            let Some(value) = value(&body, key) else { continue };
            match seen.get(&value) {
                Some(first) => {
                    let message = format!("the key {} is there twice", cx.text(cx.expr(key)));
                    let finding = Finding::new(DiagnosticCode::DuplicateKey, message, cx.expr(key));
                    cx.report(finding.with_related("it is here first", Spot::Here(cx.expr(*first))));
                }
                None => {
                    seen.insert(value, key);
                }
            }
        }
    }
}

fn value(body: &Body, key: ExprId) -> Option<Key<'_>> {
    match &body.exprs[key] {
        Expr::Literal(Literal::Str(Some(text))) => Some(Key::Text(text)),
        Expr::Literal(Literal::Int(Some(value))) => Some(Key::Int(*value)),
        // As keys they are numbers.
        Expr::Literal(Literal::Bool(value)) => Some(Key::Int(i64::from(*value))),
        Expr::Literal(Literal::None) => Some(Key::None),
        _ => None,
    }
}
