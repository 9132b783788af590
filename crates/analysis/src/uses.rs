//! Which names of a module its definitions use.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::{Db, Definition, Expr, File, NameRef, Stmt, body_of, definitions, item_tree};

/// The names of the module that a definition uses: those it reads, those in its types, and those it exports.
#[salsa::tracked(returns(clone))]
fn names_used_by<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<FxHashSet<SmolStr>> {
    let body = body_of(db, definition);
    // Most names are used again and again: only different ones are cloned.
    let mut names: FxHashSet<&SmolStr> = FxHashSet::default();
    for (_, expr) in body.exprs.iter() {
        match expr {
            Expr::Name(NameRef::Free(name)) | Expr::BindGlobal(name) => {
                names.insert(name);
            }
            Expr::Name(NameRef::Variable(variable)) if body.variables[*variable].function == body.root => {
                names.insert(&body.variables[*variable].name);
            }
            _ => {}
        }
    }
    let mut names: FxHashSet<SmolStr> = names.into_iter().cloned().collect();
    for (_, ty) in body.types.iter() {
        ty.for_each_path(&mut |path, _| names.extend(path.first().cloned()));
    }
    for (_, stmt) in body.stmts.iter() {
        if let Stmt::Export(exported) = stmt {
            names.extend(exported.iter().cloned());
        }
    }
    Arc::new(names)
}

/// The names of a module that its own text uses, exported ones included. Names of other modules and of the library are
/// there too, and names of local variables of its statements.
#[salsa::tracked(returns(clone))]
pub fn used_names(db: &dyn Db, file: File) -> Arc<FxHashSet<SmolStr>> {
    let mut names: FxHashSet<SmolStr> = item_tree(db, file).exports.iter().cloned().collect();
    for definition in definitions(db, file).iter() {
        names.extend(names_used_by(db, definition).iter().cloned());
    }
    Arc::new(names)
}
