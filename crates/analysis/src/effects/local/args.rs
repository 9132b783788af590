//! What parameters are given at a call.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::{Collector, Pass, Site};
use crate::effects::values::{Piped, Root, RootKind, Value, Values};
use crate::effects::{Callee, CodeId, ParamRef};
use crate::infer::CallInfo;
use crate::signature::parameters;
use crate::ty::{DefRef, Parameter, ParameterKind};
use crate::{Arg, Body, Call, Expr, ExprId, Owner, body_of};

/// The arguments of a call.
#[derive(Debug, Default)]
pub(super) struct Args {
    pub(super) passed: Vec<Passed>,
    pub(super) spread: Vec<ExprId>,
    pub(super) is_open: bool,
    pub(super) receiver: Option<ExprId>,
    pub(super) receiver_roots: Vec<Root>,
}

#[derive(Debug, Default)]
pub(super) struct Passed {
    pub(super) name: Option<SmolStr>,
    pub(super) expr: Option<ExprId>,
    pub(super) piped: Option<Piped>,
    /// A parameter that a pipeline function gives to its first stage.
    pub(super) variable: Option<crate::VariableId>,
}

impl Passed {
    pub(super) fn roots(&self, values: &Values<'_>) -> Vec<Root> {
        match (self.expr, self.piped) {
            (Some(expr), _) => values.roots(expr),
            (None, Some(piped)) => values.roots_of_piped(piped),
            (None, None) => self
                .param(values)
                .map_or_else(Vec::new, |param| vec![Root { kind: RootKind::Param(param), is_direct: true }]),
        }
    }

    pub(super) fn param(&self, values: &Values<'_>) -> Option<ParamRef> {
        values.param_of(self.variable?)
    }

    pub(super) fn value(&self, values: &Values<'_>) -> Value {
        match self.expr {
            Some(expr) => values.value(expr),
            None => Value {
                params: self.param(values).into_iter().collect(),
                roots: self.roots(values),
                ..Value::default()
            },
        }
    }
}

impl Collector<'_, '_> {
    pub(super) fn args(&self, expr: ExprId, info: &CallInfo, callee: ExprId, call: Option<&Call>) -> Args {
        let mut args = Args::default();
        let piped = self.values.piped.get(&expr).copied();
        if info.is_piped
            && let Some(piped) = piped
        {
            match (piped, call) {
                // The first stage of a pipeline function gets all parameters.
                (Piped::Params(function), None) => {
                    for binding in self.body.functions[function].params.iter().filter_map(|it| it.binding) {
                        let variable = self.body.bindings[binding].variable;
                        args.passed.push(Passed { variable: Some(variable), ..Passed::default() });
                    }
                }
                _ => args.passed.push(Passed { piped: Some(piped), ..Passed::default() }),
            }
        }
        for arg in call.iter().flat_map(|it| &it.args) {
            match arg {
                Arg::Positional(value) => args.passed.push(Passed { expr: Some(*value), ..Passed::default() }),
                Arg::Keyword(name, value) => {
                    args.passed.push(Passed { name: Some(name.clone()), expr: Some(*value), ..Passed::default() });
                }
                Arg::Spread(value) | Arg::NamedSpread(value) => {
                    args.is_open = true;
                    args.spread.push(*value);
                }
            }
        }
        if let Expr::Attribute { base, .. } = &self.body.exprs[callee] {
            args.receiver = Some(*base);
            args.receiver_roots = self.values.roots(*base);
        }
        args
    }

    pub(super) fn call_code(&mut self, expr: ExprId, callee: Callee, has_receiver: bool, args: &Args) {
        let (receiver_declared, params) = self.params_of(&callee);
        let mut passes: Vec<Pass> = Vec::new();
        let code = callee.code;
        let mut pass = |index: usize, value: Value| {
            let param = ParamRef { code, index: u16::try_from(index).unwrap_or(u16::MAX) };
            match passes.iter_mut().find(|it| it.param == param) {
                Some(known) => known.value.absorb(value),
                None => passes.push(Pass { param, value }),
            }
        };
        let offset = usize::from(receiver_declared);
        // A function whose first parameter takes the value: `value.f()`.
        let mut skip = 0;
        if has_receiver || (receiver_declared && args.receiver.is_some()) {
            let value = Value { roots: args.receiver_roots.clone(), ..Value::default() };
            pass(0, value);
            skip = usize::from(!receiver_declared && has_receiver);
        }
        let positional: Vec<usize> = params
            .iter()
            .enumerate()
            .filter(|(_, it)| matches!(it.kind, ParameterKind::PositionalOnly | ParameterKind::Normal))
            .map(|(index, _)| index)
            .skip(skip)
            .collect();
        let rest = params.iter().position(|it| it.kind == ParameterKind::Rest);
        let named = params.iter().position(|it| it.kind == ParameterKind::Named);
        let mut next = 0;
        for passed in &args.passed {
            let index = match &passed.name {
                None => {
                    let index = positional.get(next).copied().or(rest);
                    next += 1;
                    index
                }
                Some(name) => params.iter().position(|it| it.name == *name).or(named),
            };
            if let Some(index) = index {
                pass(index + offset, passed.value(self.values));
            }
        }
        for spread in &args.spread {
            let value = self.values.value(*spread);
            for index in 0..params.len() {
                pass(index + offset, value.clone());
            }
        }
        self.call(Site::Expr(expr), callee, passes, args.is_open);
    }

    /// The parameters of some code, and whether a receiver stands before them.
    pub(super) fn params_of(&self, callee: &Callee) -> (bool, Arc<[Parameter]>) {
        let none = || (false, Arc::from([]));
        match (callee.code, &callee.owner) {
            (CodeId::Root, Owner::Item(item)) => {
                match self.values.signature(&DefRef { file: callee.file, item: item.clone() }) {
                    Some(signature) => (signature.receiver.is_some(), signature.params.clone()),
                    None => none(),
                }
            }
            (CodeId::Function(function), owner) => {
                let of_function = |body: &Body| {
                    let of = &body.functions[function];
                    (of.receiver.is_some(), parameters(self.db(), callee.file, body, of).into())
                };
                if callee.file == self.values.file && *owner == self.values.owner {
                    return of_function(&self.body);
                }
                match callee.definition(self.db()) {
                    Some(definition) => of_function(&body_of(self.db(), definition)),
                    None => none(),
                }
            }
            _ => none(),
        }
    }
}

impl Value {
    pub(in crate::effects) fn absorb(&mut self, other: Value) {
        let seen: FxHashSet<Callee> = self.functions.iter().cloned().collect();
        self.functions.extend(other.functions.into_iter().filter(|it| !seen.contains(it)));
        for param in other.params {
            if !self.params.contains(&param) {
                self.params.push(param);
            }
        }
        for root in other.roots {
            match self.roots.iter_mut().find(|it| it.kind == root.kind) {
                Some(known) => known.is_direct |= root.is_direct,
                None => self.roots.push(root),
            }
        }
        self.is_unknown |= other.is_unknown;
    }
}
