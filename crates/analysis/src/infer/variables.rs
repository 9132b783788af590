//! What the variables of a module are, for those who use them from functions and other modules.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::record::literal_type;
use crate::scope::{Meaning, is_assigned_by_functions, resolve_name};
use crate::signature::{instance_of, resolve_type};
use crate::ty::Type;
use crate::{
    Body, Db, Definition, Expr, ExprId, File, ItemKind, NameRef, Owner, Stmt, VariableId, body_of, definitions,
};

/// The type of a variable of a module as functions see it, whenever they run: what is declared, or what all its
/// assignments give if that can be told from their form.
pub fn variable_type(db: &dyn Db, file: File, name: &str) -> Type {
    let Some(module) = definitions(db, file).get(&Owner::Module) else { return Type::Any };
    variable_types(db, module).get(name).cloned().unwrap_or(Type::Any)
}

#[salsa::tracked(returns(clone))]
fn variable_types<'db>(db: &'db dyn Db, module: Definition<'db>) -> Arc<FxHashMap<SmolStr, Type>> {
    let body = body_of(db, module);
    let file = module.file(db);
    let mut types: FxHashMap<VariableId, Type> = FxHashMap::default();
    let mut declared: FxHashMap<VariableId, Type> = FxHashMap::default();
    // How many bindings of a variable are not plain assignments. What loops, unpacking or `+=` bind is not known.
    let mut others: FxHashMap<VariableId, i64> = FxHashMap::default();
    for (_, binding) in body.bindings.iter() {
        *others.entry(binding.variable).or_default() += 1;
    }
    for (_, stmt) in body.stmts.iter() {
        let Stmt::Assign { targets, ty, value, .. } = stmt else { continue };
        for target in targets {
            let Expr::Bind(binding) = body.exprs[*target] else { continue };
            let variable = body.bindings[binding].variable;
            *others.entry(variable).or_default() -= 1;
            if let Some(ty) = ty {
                // What is assigned with the annotation is converted to it.
                let ty = resolve_type(db, file, &body.types[*ty]);
                let known = declared.entry(variable).or_insert(Type::Never);
                *known = known.or(&ty);
                continue;
            }
            let found = value.map_or(Type::Never, |it| form_type(db, file, &body, it));
            let known = types.entry(variable).or_insert(Type::Never);
            *known = known.or(&found);
        }
    }
    let mut out = FxHashMap::default();
    for (id, variable) in body.variables.iter().filter(|(_, it)| it.function == body.root && !it.is_inner) {
        let ty = match declared.get(&id) {
            // What is assigned without an annotation stays what it is.
            Some(ty) => ty.or(types.get(&id).unwrap_or(&Type::Never)),
            None if is_assigned_by_functions(db, file, &variable.name) => Type::Any,
            None if others.get(&id).is_none_or(|it| *it == 0) && !variable.is_captured => {
                types.get(&id).cloned().filter(|it| *it != Type::Never).unwrap_or(Type::Any)
            }
            None => Type::Any,
        };
        out.insert(variable.name.clone(), ty);
    }
    Arc::new(out)
}

/// What the form of a value tells, without inference.
fn form_type(db: &dyn Db, file: File, body: &Body, value: ExprId) -> Type {
    match &body.exprs[value] {
        Expr::Call(call) => match &body.exprs[call.callee] {
            Expr::Name(NameRef::Free(name)) => made_by(db, file, name),
            Expr::Name(NameRef::Variable(variable)) => made_by(db, file, &body.variables[*variable].name),
            _ => Type::Any,
        },
        other => literal_type(other),
    }
}

/// What a call of a record type makes.
fn made_by(db: &dyn Db, file: File, name: &str) -> Type {
    match resolve_name(db, file, name) {
        Some(Meaning::Item(def)) if def.item.kind() == ItemKind::Record => instance_of(db, &def),
        _ => Type::Any,
    }
}
