//! Functions of one name: the type of the first argument chooses.
//!
//! A function whose first parameter takes records stays beside the earlier functions of its name; another one takes their
//! place. The newest one that takes the argument is called.

use super::Infer;
use crate::scope::module_scope;
use crate::signature::{Signature, signature};
use crate::ty::{DefRef, Fit, Type, fits};
use crate::{Db, ItemKind};

/// The functions that stand beside each other under the name of one of them, newest first. Empty where there is one
/// only, or where it is not known which of them there are.
pub(super) fn overloads(db: &dyn Db, def: &DefRef) -> Vec<DefRef> {
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

impl Infer<'_> {
    /// The functions that a call with a first argument may reach, where several have the name of `def`; else itself.
    pub(super) fn reached(&self, def: &DefRef, first: Option<&Type>) -> Vec<DefRef> {
        let mut all = overloads(self.db, def);
        if all.is_empty() {
            return vec![def.clone()];
        }
        let Some(first) = first else { return all };
        let takes = |it: &DefRef| {
            signature(self.db, it)
                .and_then(|it| Some(fits(self.db, first, &it.params.first()?.ty)))
                .unwrap_or(Fit::Maybe)
        };
        // A record that surely goes to one goes to the newest of those.
        if let Some(sure) = all.iter().find(|it| takes(it) == Fit::Yes && !first.is_any() && first.members().len() == 1)
        {
            return vec![sure.clone()];
        }
        all.retain(|it| takes(it) != Fit::No);
        // None takes it: the newest says so.
        if all.is_empty() { vec![def.clone()] } else { all }
    }
}
