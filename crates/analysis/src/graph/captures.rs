//! The variables that functions inside a body take from around them.

use rustc_hash::FxHashMap;

use crate::{Body, Expr, FunctionId, NameRef, VariableId};

/// For each function, the variables of functions around it that it or a function inside it reads.
pub(super) fn captures(body: &Body) -> FxHashMap<FunctionId, Vec<VariableId>> {
    let mut all: FxHashMap<FunctionId, Vec<VariableId>> = FxHashMap::default();
    for (id, function) in body.functions.iter() {
        if function.parent.is_none() && id == body.root {
            continue;
        }
        let mut found = Vec::new();
        let mut visit = |expr: crate::ExprId| {
            body.walk(expr, &mut |it| {
                if let Expr::Name(NameRef::Variable(variable)) = &body.exprs[it]
                    && body.variables[*variable].function != id
                    && !found.contains(variable)
                {
                    found.push(*variable);
                }
            });
        };
        super::stmt::expressions_of(body, function, &mut visit);
        if !found.is_empty() {
            all.insert(id, found);
        }
    }
    // What a function inside takes, the one around takes too, unless it is its own.
    for (id, function) in body.functions.iter() {
        let Some(found) = all.get(&id).cloned() else { continue };
        let mut parent = function.parent;
        while let Some(around) = parent {
            let known = all.entry(around).or_default();
            for variable in &found {
                if body.variables[*variable].function != around && !known.contains(variable) {
                    known.push(*variable);
                }
            }
            parent = body.functions[around].parent;
        }
    }
    all
}
