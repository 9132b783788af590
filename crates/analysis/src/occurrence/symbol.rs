//! What names can stand for, and how it is found from what is known of them.

use smol_str::SmolStr;

use crate::record::{Member, all_fields, linearize, record_info};
use crate::scope::{Meaning, last_definition, module_scope, resolve_member, resolve_name};
use crate::signature::signature;
use crate::ty::{DefRef, ModuleType, Type};
use crate::{
    Body, ContextScope, Db, Definition, Expr, File, FilePath, FunctionId, ItemKind, Owner, VariableId, body_of,
};

/// What a name stands for, the same wherever it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Symbol {
    /// A parameter, a variable or a function inside a body.
    Local {
        file: File,
        owner: Owner,
        variable: VariableId,
    },
    /// A function, workflow, record type, agent or method.
    Item(DefRef),
    /// A field, with the record that declares it.
    Field {
        record: DefRef,
        name: SmolStr,
    },
    /// A variable of a module.
    Variable {
        file: File,
        name: SmolStr,
    },
    Module(ModuleType),
    /// `public:x`: one value for the whole run.
    Scoped {
        scope: ContextScope,
        name: SmolStr,
    },
}

impl Symbol {
    /// The name at its definition. Empty for a module without a file, which has none.
    pub fn name(&self, db: &dyn Db) -> SmolStr {
        match self {
            Self::Local { file, owner, variable } => crate::definitions(db, *file)
                .get(owner)
                .map(|it| body_of(db, it).variables[*variable].name.clone())
                .unwrap_or_default(),
            Self::Item(def) => def.item.name().clone(),
            Self::Field { name, .. } | Self::Variable { name, .. } | Self::Scoped { name, .. } => name.clone(),
            Self::Module(module) => module_name(db, module),
        }
    }

    /// Does it come with the language?
    pub fn is_library(&self, db: &dyn Db) -> bool {
        self.file().is_some_and(|it| matches!(it.path(db), FilePath::Library(_)))
    }

    /// The file that defines it. None for a folder and for what lives in the context of a run.
    pub fn file(&self) -> Option<File> {
        match self {
            Self::Local { file, .. } | Self::Variable { file, .. } => Some(*file),
            Self::Item(def) | Self::Field { record: def, .. } => Some(def.file),
            Self::Module(module) => module.file(),
            Self::Scoped { .. } => None,
        }
    }
}

/// The name by which programs import a module: the last part of its path.
pub fn module_name(db: &dyn Db, module: &ModuleType) -> SmolStr {
    match module {
        ModuleType::File(file) => match file.path(db) {
            FilePath::Disk(path) => path.file_stem().unwrap_or_default().into(),
            FilePath::Library(path) => path.trim_start_matches("library/").trim_end_matches(".na").into(),
            FilePath::Virtual(_) => SmolStr::default(),
        },
        ModuleType::Package { folder, .. } => folder.file_name().unwrap_or_default().into(),
    }
}

/// What a meaning stands for. None if nothing is known of it.
pub fn meaning_symbol(meaning: &Meaning) -> Option<Symbol> {
    Some(match meaning {
        Meaning::Item(def) => item_symbol(def),
        Meaning::Variable { file, name } => Symbol::Variable { file: *file, name: name.clone() },
        Meaning::Module(module) => Symbol::Module(module.clone()),
        Meaning::Unknown => return None,
    })
}

/// What a name stands for in a module: its own names, those it imports, or what every program sees.
pub fn module_name_symbol(db: &dyn Db, file: File, name: &str) -> Option<Symbol> {
    let found = resolve_name(db, file, name).and_then(|it| meaning_symbol(&it));
    found.or_else(|| {
        // From a module that is not found: still one name in this file.
        module_scope(db, file).contains(name).then(|| Symbol::Variable { file, name: name.into() })
    })
}

/// The symbol of a function, method, record type, agent or field.
pub fn item_symbol(def: &DefRef) -> Symbol {
    match (def.item.kind(), def.item.parent()) {
        (ItemKind::Field, Some(parent)) => {
            Symbol::Field { record: DefRef { file: def.file, item: parent.clone() }, name: def.item.name().clone() }
        }
        _ => Symbol::Item(def.clone()),
    }
}

/// The method in the body of the outermost base that has one of the name.
fn outermost_method(db: &dyn Db, record: &DefRef, name: &str) -> Option<DefRef> {
    linearize(db, record).iter().rev().find_map(|it| {
        let item = record_info(db, it)?.methods.get(name)?.clone();
        Some(DefRef { file: it.file, item })
    })
}

/// Does the record itself declare the field?
fn declares_field(db: &dyn Db, record: &DefRef, name: &str) -> bool {
    record_info(db, record).is_some_and(|it| it.fields.iter().any(|field| field.name == name))
}

/// The field of a record type, or of the nearest base that has it.
pub fn field_symbol(db: &dyn Db, record: &DefRef, name: &str) -> Option<Symbol> {
    let owner = linearize(db, record).into_iter().find(|it| declares_field(db, it, name))?;
    Some(Symbol::Field { record: owner, name: name.into() })
}

/// The symbol that stands for all that share a name by design: the last of several definitions, and what a method or a
/// field overrides.
pub fn root_symbol(db: &dyn Db, symbol: &Symbol) -> Symbol {
    match symbol {
        Symbol::Field { record, name } => {
            let owner = linearize(db, record).into_iter().rev().find(|it| declares_field(db, it, name));
            Symbol::Field { record: owner.unwrap_or_else(|| record.clone()), name: name.clone() }
        }
        Symbol::Item(def) if matches!(def.file.path(db), FilePath::Library(_)) => symbol.clone(),
        Symbol::Item(def) => {
            let name = def.item.name();
            let overridden = match def.item.parent() {
                Some(parent) => outermost_method(db, &DefRef { file: def.file, item: parent.clone() }, name),
                None => match signature(db, def).and_then(|it| it.receiver.clone()) {
                    Some(receiver) => receiver.members().iter().find_map(|it| match it {
                        Type::Record(record) | Type::Agent(record) => outermost_method(db, record, name),
                        _ => None,
                    }),
                    None => return Symbol::Item(last_definition(db, def)),
                },
            };
            Symbol::Item(overridden.unwrap_or_else(|| def.clone()))
        }
        _ => symbol.clone(),
    }
}

/// What `value.name` stands for, for a value of a type. Several for what is delegated to a union.
pub fn member_symbols(db: &dyn Db, from: File, ty: &Type, name: &str) -> Vec<Symbol> {
    match ty {
        Type::Record(def) | Type::Agent(def) => record_member(db, from, def, name, &mut Vec::new()),
        Type::RecordType(def) => record_member(db, from, def, name, &mut Vec::new()),
        Type::Module(module) => {
            resolve_member(db, module, name).and_then(|it| meaning_symbol(&it)).into_iter().collect()
        }
        Type::Native(maker) => crate::infer::native_method(db, maker, name).map(Symbol::Item).into_iter().collect(),
        other => crate::infer::builtin_type_name(other)
            .and_then(|it| crate::scope::builtin_method(db, it, name))
            .map(Symbol::Item)
            .into_iter()
            .collect(),
    }
}

fn record_member(db: &dyn Db, from: File, def: &DefRef, name: &str, seen: &mut Vec<DefRef>) -> Vec<Symbol> {
    if seen.contains(def) || seen.len() > 32 {
        return Vec::new();
    }
    seen.push(def.clone());
    if let Some(field) = field_symbol(db, def, name) {
        return vec![field];
    }
    if let Some(method) = crate::record::find_method(db, from, def, name) {
        return vec![item_symbol(&method)];
    }
    if !matches!(crate::record::find_member(db, from, def, name), Some(Member::Field(_) | Member::Method(_))) {
        return Vec::new();
    }
    // A field whose name starts with `_` answers for the record.
    for field in all_fields(db, def).iter().filter(|it| it.is_delegate()) {
        let found: Vec<Symbol> = field
            .ty
            .members()
            .iter()
            .flat_map(|it| match it {
                Type::Record(inner) | Type::Agent(inner) => record_member(db, from, inner, name, seen),
                other => member_symbols(db, from, other, name),
            })
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The names that a definition uses with a scope.
pub fn names_of_scope(db: &dyn Db, definition: Definition<'_>, scope: ContextScope) -> Vec<SmolStr> {
    let body = body_of(db, definition);
    let names = body.exprs.iter().filter_map(|(_, it)| match it {
        Expr::Scoped { scope: other, name, .. } if *other == scope => Some(name.clone()),
        _ => None,
    });
    names.collect()
}

/// The parameter of a function by its name.
pub fn parameter_symbol(db: &dyn Db, def: &DefRef, name: &str) -> Option<Symbol> {
    parameter_of(db, def.file, &Owner::Item(def.item.clone()), name, |body| Some(body.root))
}

pub(super) fn parameter_of(
    db: &dyn Db,
    file: File,
    owner: &Owner,
    name: &str,
    function: impl FnOnce(&Body) -> Option<FunctionId>,
) -> Option<Symbol> {
    let body = body_of(db, crate::definitions(db, file).get(owner)?);
    let function = &body.functions[function(&body)?];
    let param = function.params.iter().find(|it| it.name == name)?;
    let variable = body.bindings[param.binding?].variable;
    Some(Symbol::Local { file, owner: owner.clone(), variable })
}
