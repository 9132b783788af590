//! Calls of names with several definitions, among which the first argument chooses when the program runs.
//!
//! A function whose first parameter takes records stays beside the earlier functions of its name; another one takes their
//! place. The newest one that takes the argument is called.

use super::call::{Args, Called};
use super::{Infer, Problem, Target};
use crate::record::record_info;
use crate::scope::module_scope;
use crate::signature::{Signature, signature};
use crate::ty::{DefRef, Fit, Type, fits};
use crate::{Db, ExprId, FilePath, Item, ItemData, ItemKind, item_tree};

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
            Type::Function(def) => match beside_each_other(self.db, def) {
                all if all.is_empty() => self.overloads(def),
                all => {
                    // What the first argument leaves is called, whatever the others are.
                    let first = args.positional().next().map(|it| it.ty.clone());
                    let reached = self.accepting(all.clone(), first.as_ref());
                    if let [only] = reached.as_slice() {
                        let ty = Type::Function(only.clone());
                        return self.call_one(id, callee, &ty, args, is_piped).into_iter().collect();
                    }
                    if reached.is_empty() { all } else { reached }
                }
            },
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

    /// The functions that a call with a first argument may reach, where several have the name of `def`; else itself.
    pub(super) fn reached(&self, def: &DefRef, first: Option<&Type>) -> Vec<DefRef> {
        let reached = self.accepting(beside_each_other(self.db, def), first);
        if reached.is_empty() { vec![def.clone()] } else { reached }
    }

    /// Those of several functions, the newest first, that take a first argument.
    fn accepting(&self, mut all: Vec<DefRef>, first: Option<&Type>) -> Vec<DefRef> {
        let Some(first) = first else { return all };
        let takes = |it: &DefRef| {
            self.signature(it).and_then(|it| Some(fits(self.db, first, &it.params.first()?.ty))).unwrap_or(Fit::Maybe)
        };
        let is_single = !first.is_any() && first.members().len() == 1;
        // A record that surely goes to one goes to the newest of those.
        if let Some(sure) = all.iter().find(|it| is_single && takes(it) == Fit::Yes) {
            return vec![sure.clone()];
        }
        all.retain(|it| takes(it) != Fit::No);
        all
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
        let Some(signature) = self.signature(def) else { return true };
        if signature.is_replaced() || signature.takes_all() {
            return true;
        }
        let called = Called { id, callee: def.item.name(), def: None, is_piped };
        self.problems_of(|it| it.match_args(called, &signature.params, args)).1.is_empty()
    }

    /// Is it unclear which definition of a name a call leads to?
    pub(super) fn is_overloaded(&self, def: &DefRef) -> bool {
        let name = def.item.name();
        let Some(record) = def.item.parent() else {
            let scope = module_scope(self.db, def.file);
            let methods = scope.receivers(name);
            if !methods.contains(&def.item) {
                return scope.is_overloaded(name) && beside_each_other(self.db, def).is_empty();
            }
            // Of methods, the receiver chooses; unless there are several for it.
            let types = |item: &crate::ItemId| {
                let method = DefRef { file: def.file, item: item.clone() };
                self.signature(&method).and_then(|it| it.receiver.clone()).unwrap_or(Type::Any)
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

/// The functions that stand beside each other under the name of one of them, newest first. Empty where there is one
/// only, or where it is not known which of them there are.
pub(super) fn beside_each_other(db: &dyn Db, def: &DefRef) -> Vec<DefRef> {
    if def.item.parent().is_some() {
        return Vec::new();
    }
    let scope = module_scope(db, def.file);
    let items = scope.definitions(def.item.name());
    let mut all: Vec<(DefRef, Type)> = Vec::new();
    for item in items {
        let def = DefRef { file: def.file, item: item.clone() };
        let Some(signature) = signature(db, &def).filter(|_| item.kind() == ItemKind::Function) else {
            return Vec::new();
        };
        // Only what takes records is sure to stay beside the others; the rest may be in branches.
        let Some(first) = first_of_records(&signature) else { return Vec::new() };
        if signature.is_replaced() {
            return Vec::new();
        }
        all.retain(|(_, it)| *it != first);
        all.insert(0, (def, first));
    }
    if all.len() > 1 { all.into_iter().map(|(it, _)| it).collect() } else { Vec::new() }
}

/// The declared type of the first parameter if all its members are records.
fn first_of_records(signature: &Signature) -> Option<Type> {
    let first = signature.params.first()?;
    let is_record = |it: &Type| matches!(it, Type::Record(_) | Type::Agent(_));
    (!first.ty.members().is_empty() && first.ty.members().iter().all(is_record)).then(|| first.ty.clone())
}
