//! Calls of names with several definitions, among which the first argument chooses when the program runs.

use super::call::Args;
use super::{Infer, Problem, Target};
use crate::record::record_info;
use crate::scope::module_scope;
use crate::signature::signature;
use crate::ty::{DefRef, Type};
use crate::{ExprId, FilePath, Item, ItemData, item_tree};

impl Infer<'_> {
    /// A call of a name that may have several definitions: those that can take the arguments, with what they give.
    /// Empty if it cannot be called.
    pub(super) fn call_member(
        &mut self,
        id: ExprId,
        callee: ExprId,
        ty: &Type,
        args: &Args,
        is_piped: bool,
    ) -> Vec<(Target, Type)> {
        let overloads = match ty {
            Type::Function(def) => self.overloads(def),
            _ => Vec::new(),
        };
        let Some(last) = overloads.last().cloned() else {
            return self.call_one(id, callee, ty, args, is_piped).into_iter().collect();
        };
        let mut fitting = Vec::new();
        for def in &overloads {
            if self.takes(id, def, args, is_piped) {
                let result = self.result_of(def);
                fitting.push((Target::Def(def.clone()), result));
            }
        }
        if fitting.is_empty() {
            let name = last.item.name().clone();
            self.problem(Problem::NoOverload { call: id, callee: name, defs: overloads });
            fitting.push((Target::Def(last), Type::Any));
        }
        fitting
    }

    /// The definitions of a function with several; none if there is one, or if not all are functions.
    fn overloads(&self, def: &DefRef) -> Vec<DefRef> {
        let name = def.item.name();
        if def.item.parent().is_some()
            || matches!(def.file.path(self.db), FilePath::Library(_))
            || !module_scope(self.db, def.file).is_overloaded(name)
        {
            return Vec::new();
        }
        let tree = item_tree(self.db, def.file);
        let all: Vec<&Item> = tree.top_level().filter(|it| it.name() == name && !has_receiver(it)).collect();
        let are_functions = all.iter().all(|it| matches!(it.data, ItemData::Callable(_)));
        let is_assigned = tree.assigned.iter().any(|it| it.name == *name);
        if all.len() < 2 || !are_functions || is_assigned {
            return Vec::new();
        }
        all.into_iter().map(|it| DefRef { file: def.file, item: it.id.clone() }).collect()
    }

    /// May a definition take the arguments?
    fn takes(&mut self, id: ExprId, def: &DefRef, args: &Args, is_piped: bool) -> bool {
        let Some(signature) = signature(self.db, def) else { return true };
        if signature.is_replaced() || signature.takes_all() {
            return true;
        }
        let before = self.tried.replace(Vec::new());
        self.match_args(id, def.item.name(), None, &signature.params, args, is_piped);
        let tried = std::mem::replace(&mut self.tried, before);
        tried.is_none_or(|it| it.is_empty())
    }

    /// Is it unclear which definition of a name a call leads to?
    pub(super) fn is_overloaded(&self, def: &DefRef) -> bool {
        let name = def.item.name();
        let Some(record) = def.item.parent() else {
            let scope = module_scope(self.db, def.file);
            let methods = scope.receivers(name);
            if !methods.contains(&def.item) {
                return scope.is_overloaded(name);
            }
            // Of methods, the receiver chooses; unless there are several for it.
            let types = |item: &crate::ItemId| {
                let method = DefRef { file: def.file, item: item.clone() };
                signature(self.db, &method).and_then(|it| it.receiver.clone()).unwrap_or(Type::Any)
            };
            let own = types(&def.item);
            return methods.iter().filter(|it| **it != def.item).map(types).any(|other| {
                own.is_any() || other.is_any() || other.members().iter().any(|it| own.members().contains(it))
            });
        };
        let record = record_info(self.db, &DefRef { file: def.file, item: record.clone() });
        def.item.disambiguator() > 0 || record.is_some_and(|it| it.fields.iter().any(|field| field.name == *name))
    }
}

fn has_receiver(item: &Item) -> bool {
    matches!(&item.data, ItemData::Callable(it) if it.receiver.is_some())
}
