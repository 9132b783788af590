//! What code does by itself, without the places where it does it. An edit that only moves places, or that does once more
//! what is done anyway, leaves the summary as it is, and with it the effects of all code that calls it.

use std::sync::Arc;

use super::local::{CodeFacts, Pass, facts};
use super::values::{RootKind, Value};
use super::{Access, Callee, CodeId, EffectSet, ParamRef, StatePlace};
use crate::{Db, Definition};

/// The codes of a definition, the root first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Summary {
    pub codes: Vec<(CodeId, CodeSummary)>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CodeSummary {
    pub effects: EffectSet,
    pub touches: Vec<(StatePlace, Access)>,
    /// Parameters of this code, or of code around it, that are called.
    pub called: Vec<ParamRef>,
    /// Parameters whose value is changed in place; is that certain?
    pub changed: Vec<(ParamRef, bool)>,
    /// Each only once.
    pub calls: Vec<CallSummary>,
    /// What parameters are if nothing is passed.
    pub defaults: Vec<(ParamRef, Value)>,
    /// The code around this one.
    pub parent: Option<CodeId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CallSummary {
    pub callee: Callee,
    pub passes: Vec<Pass>,
    pub is_open: bool,
}

#[salsa::tracked(returns(clone))]
pub(super) fn summary<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<Summary> {
    let facts = facts(db, definition);
    Arc::new(Summary { codes: facts.codes.iter().map(|(code, facts)| (*code, summarised(facts))).collect() })
}

fn summarised(facts: &CodeFacts) -> CodeSummary {
    let mut out = CodeSummary { parent: facts.parent, ..CodeSummary::default() };
    facts.seeds.iter().for_each(|it| out.effects.insert(it.effect));
    for touch in &facts.touches {
        add(&mut out.touches, (touch.place.clone(), touch.access));
    }
    facts.called.iter().for_each(|(param, _)| add(&mut out.called, *param));
    facts.changed.iter().for_each(|(param, is_sure, _)| add(&mut out.changed, (*param, *is_sure)));
    for call in &facts.calls {
        let passes = call.passes.iter().map(|it| Pass { param: it.param, value: shared(&it.value) }).collect();
        add(&mut out.calls, CallSummary { callee: call.callee.clone(), passes, is_open: call.is_open });
    }
    out.defaults.extend(facts.defaults.iter().map(|(param, value)| (*param, shared(value))));
    out
}

/// A value without the variables that it is in: nobody else sees them.
fn shared(value: &Value) -> Value {
    let mut value = value.clone();
    value.roots.retain(|it| !matches!(it.kind, RootKind::Variable(_)));
    value
}

/// How many different things are looked through before one is added: a list of thousands of calls stays cheap.
const LOOKED_THROUGH: usize = 64;

fn add<T: PartialEq>(all: &mut Vec<T>, new: T) {
    if !all.iter().rev().take(LOOKED_THROUGH).any(|it| *it == new) {
        all.push(new);
    }
}
