//! Decorators: what they make of a function is called in its place.

use super::{CallFact, Collector, Pass, Site};
use crate::effects::native;
use crate::effects::values::{Value, returned_values};
use crate::effects::{Callee, Effect, ParamRef};
use crate::scope::Meaning;
use crate::signature::decorator_name;
use crate::{Expr, ExprId};

impl Collector<'_, '_> {
    pub(super) fn decorator(&mut self, decorator: ExprId) {
        let body = self.body.clone();
        let name = decorator_name(&body, decorator);
        let call = match &body.exprs[decorator] {
            Expr::Call(call) => Some(call),
            _ => None,
        };
        let keyword = |asked: &str| call?.keyword(asked);
        let callee = call.map_or(decorator, |it| it.callee);
        let is_library = match self.values.inference.meanings.get(callee) {
            Some(Meaning::Item(def)) => native::is_library(self.db(), def.file),
            _ => native::is_library(self.db(), self.values.file),
        };
        match name.as_str() {
            "retry" if is_library => {
                self.seed(Effect::Time, Site::Expr(decorator), "`@retry` waits between attempts");
                if let Some(fallback) = keyword("fallback") {
                    let value = self.values.value(fallback);
                    for function in value.functions {
                        self.call(Site::Expr(decorator), function, Vec::new(), true);
                    }
                    if value.is_unknown {
                        self.seed(Effect::Unknown, Site::Expr(decorator), "the function for `fallback` is not known");
                    }
                }
            }
            "poet" if is_library => {
                if keyword("retries").is_some() {
                    self.seed(Effect::Time, Site::Expr(decorator), "`@poet` waits between attempts");
                }
            }
            _ if is_library || name == "timeout" || name == "sync" => {}
            _ => self.user_decorator(decorator, callee, call.is_some(), &name),
        }
    }

    /// A decorator of the program: what it returns is called in place of the function.
    pub(super) fn user_decorator(&mut self, decorator: ExprId, callee: ExprId, is_call: bool, name: &str) {
        let site = Site::Expr(decorator);
        let mut makers = Value::default();
        self.values.functions_in(callee, &mut makers);
        let mut is_known = !makers.is_unknown;
        let mut returned = self.returned(&makers.functions, &mut is_known);
        let mut last = makers.functions;
        if is_call {
            last = returned.functions.clone();
            returned = self.returned(&last, &mut is_known);
        }
        let own: Vec<ParamRef> = last.iter().map(|it| ParamRef { code: it.code, index: 0 }).collect();
        for wrapper in returned.functions {
            let passes = own.iter().map(|param| Pass { param: *param, value: Value::default() }).collect();
            self.facts.calls.push(CallFact { site, callee: wrapper, passes, is_open: true });
        }
        if !is_known || returned.is_unknown {
            self.seed(Effect::Unknown, site, format!("`@{name}` may make any function of it"));
        }
    }

    pub(super) fn returned(&self, functions: &[Callee], is_known: &mut bool) -> Value {
        let mut all = Value::default();
        for function in functions {
            let Some(definition) = function.definition(self.db()) else { continue };
            match returned_values(self.db(), definition).get(&function.code) {
                Some(value) => all.absorb(value.clone()),
                None => *is_known = false,
            }
        }
        all
    }
}
