//! Record types, interfaces, exceptions and agents: fields, methods, bases, and who satisfies what.

use std::cell::LazyCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::scope::{ModuleScope, imported_files, module_scope};
use crate::signature::{resolve_type, signature};
use crate::ty::{DefRef, Type};
use crate::{
    CallableForm, Db, Definition, Expr, File, ItemData, ItemId, ItemKind, Literal, NameRef, Owner, RecordKind, body_of,
    definition, item_tree,
};

/// What a record type or an agent says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordInfo {
    /// None for an agent with a value.
    pub kind: Option<RecordKind>,
    pub is_singleton: bool,
    pub bases: Vec<DefRef>,
    /// A base is not known: members may come from it.
    pub has_unknown_base: bool,
    pub fields: Vec<FieldInfo>,
    /// Functions in the body, signatures included.
    pub methods: FxHashMap<SmolStr, ItemId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldInfo {
    pub name: SmolStr,
    pub ty: Type,
    pub has_default: bool,
}

impl FieldInfo {
    /// Members that the record lacks are looked up in its value.
    pub fn is_delegate(&self) -> bool {
        self.name.starts_with('_')
    }
}

#[salsa::tracked(returns(clone))]
fn record_info_of<'db>(db: &'db dyn Db, of: Definition<'db>) -> Option<Arc<RecordInfo>> {
    let body = body_of(db, of);
    let file = of.file(db);
    let Owner::Item(item) = of.owner(db) else { return None };
    let record = body.record.as_ref()?;
    let mut bases = Vec::new();
    let mut has_unknown_base = false;
    for base in &record.bases {
        match resolve_type(db, file, &body.types[*base]) {
            Type::Record(def) | Type::Agent(def) => bases.push(def),
            _ => has_unknown_base = true,
        }
    }
    for embedded in &record.embeds {
        let Expr::Name(NameRef::Free(name)) = &body.exprs[*embedded] else { continue };
        match crate::scope::resolve_name(db, file, name) {
            Some(crate::scope::Meaning::Item(def)) if matches!(def.item.kind(), ItemKind::Record) => bases.push(def),
            _ => has_unknown_base = true,
        }
    }
    let fields = record
        .fields
        .iter()
        .map(|field| FieldInfo {
            name: field.name.clone(),
            ty: match (field.ty, field.default) {
                (Some(ty), _) => resolve_type(db, file, &body.types[ty]),
                (None, Some(default)) if record.is_singleton => literal_type(&body.exprs[default]),
                (None, _) => Type::Any,
            },
            has_default: field.default.is_some() || !field.nested.is_empty(),
        })
        .collect();
    let tree = item_tree(db, file);
    let methods = tree
        .children(item)
        .filter(|it| it.id.kind() == ItemKind::Function)
        .map(|it| (it.name().clone(), it.id.clone()))
        .collect();
    Some(Arc::new(RecordInfo {
        kind: record.kind,
        is_singleton: record.is_singleton,
        bases,
        has_unknown_base,
        fields,
        methods,
    }))
}

/// The type of a literal; `any` for everything else, and for `None`, which says nothing about later values.
pub(crate) fn literal_type(expr: &Expr) -> Type {
    match expr {
        Expr::Literal(Literal::Int(_)) => Type::Int,
        Expr::Literal(Literal::Float) => Type::Float,
        Expr::Literal(Literal::Str(_)) | Expr::FString(_) => Type::Str,
        Expr::Literal(Literal::Bytes) => Type::Bytes,
        Expr::Literal(Literal::Bool(_)) => Type::Bool,
        Expr::List(_) => Type::list(Type::Any),
        Expr::Dict(_) => Type::dict(Type::Any, Type::Any),
        Expr::Set(_) => Type::set(Type::Any),
        _ => Type::Any,
    }
}

/// Is it an agent itself, and not a type of agents? Told without the types of its fields, which may be the agent's own.
pub(crate) fn is_singleton(db: &dyn Db, def: &DefRef) -> bool {
    let definition = definition(db, def.file, &def.item);
    definition.is_some_and(|it| body_of(db, it).record.as_ref().is_some_and(|it| it.is_singleton))
}

pub fn record_info(db: &dyn Db, def: &DefRef) -> Option<Arc<RecordInfo>> {
    if !matches!(def.item.kind(), ItemKind::Record | ItemKind::Agent) {
        return None;
    }
    record_info_of(db, definition(db, def.file, &def.item)?)
}

/// How many bases a type may have, directly or through others.
const MOST_BASES: usize = 64;

/// A type and its bases, nearest first, each once.
pub fn linearize(db: &dyn Db, def: &DefRef) -> Vec<DefRef> {
    let mut all = vec![def.clone()];
    let mut at = 0;
    while let Some(def) = all.get(at).cloned()
        && all.len() < MOST_BASES
    {
        at += 1;
        for base in record_info(db, &def).iter().flat_map(|it| &it.bases) {
            if !all.contains(base) {
                all.push(base.clone());
            }
        }
    }
    all
}

/// Is one type the other or derived from it?
pub fn is_derived(db: &dyn Db, def: &DefRef, base: &DefRef) -> bool {
    def == base || linearize(db, def).contains(base)
}

/// The fields of a type and its bases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Fields {
    /// Those of bases first, each once.
    all: Vec<FieldInfo>,
    by_name: FxHashMap<SmolStr, usize>,
    /// Those that lead to further members.
    delegates: Vec<usize>,
}

#[salsa::tracked(returns(clone))]
fn fields_of<'db>(db: &'db dyn Db, of: Definition<'db>) -> Arc<Fields> {
    let Owner::Item(item) = of.owner(db) else { return Arc::default() };
    let mut fields = Fields::default();
    for it in linearize(db, &DefRef { file: of.file(db), item: item.clone() }).iter().rev() {
        for field in record_info(db, it).iter().flat_map(|it| &it.fields) {
            match fields.by_name.get(&field.name) {
                Some(known) => fields.all[*known] = field.clone(),
                None => {
                    fields.by_name.insert(field.name.clone(), fields.all.len());
                    fields.all.push(field.clone());
                }
            }
        }
    }
    fields.delegates = (0..fields.all.len()).filter(|at| fields.all[*at].is_delegate()).collect();
    Arc::new(fields)
}

fn fields(db: &dyn Db, def: &DefRef) -> Arc<Fields> {
    match definition(db, def.file, &def.item) {
        Some(definition) => fields_of(db, definition),
        None => Arc::default(),
    }
}

/// All fields, those of bases first, each once. For one of them ask [`find_member`].
pub fn all_fields(db: &dyn Db, def: &DefRef) -> Vec<FieldInfo> {
    fields(db, def).all.clone()
}

/// Is there a base, direct or not, of which nothing is known?
pub fn has_unknown_base(db: &dyn Db, def: &DefRef) -> bool {
    linearize(db, def).iter().any(|it| record_info(db, it).is_none_or(|it| it.has_unknown_base))
}

/// The method of a record type, as a file sees it: in the body, or with a receiver in the type's file or any that the
/// file imports.
pub fn find_method(db: &dyn Db, from: File, def: &DefRef, name: &str) -> Option<DefRef> {
    find_methods(db, from, def, &[name]).pop()
}

/// The methods of some names that a value of a record type has.
pub fn find_methods(db: &dyn Db, from: File, def: &DefRef, names: &[&str]) -> Vec<DefRef> {
    let types = linearize(db, def);
    let is_interface = |it: &DefRef| record_info(db, it).is_some_and(|it| it.kind == Some(RecordKind::Interface));
    // Only what is needed is asked for: who finds a method in a record does not depend on the names around it.
    let of_types: Vec<_> =
        types.iter().map(|it| (it, record_info(db, it), LazyCell::new(move || module_scope(db, it.file)))).collect();
    let imported: LazyCell<Vec<_>, _> =
        LazyCell::new(|| imported_files(db, from).iter().map(|it| (*it, module_scope(db, *it))).collect());
    let find = |name: &str| {
        for (ty, info, scope) in &of_types {
            if let Some(item) = info.as_ref().and_then(|it| it.methods.get(name).cloned()) {
                // That a record names an interface does not give it the methods.
                let is_promise = *ty != def && is_signature(db, ty.file, &item) && !is_interface(def);
                if !is_promise {
                    return Some(DefRef { file: ty.file, item });
                }
            }
            if let Some(found) = receiver_method(db, ty.file, scope, &types, name) {
                return Some(found);
            }
        }
        imported.iter().find_map(|(file, scope)| receiver_method(db, *file, scope, &types, name))
    };
    names.iter().filter_map(|it| find(it)).collect()
}

/// A method with a receiver in a file whose receiver is one of the types.
fn receiver_method(db: &dyn Db, file: File, scope: &ModuleScope, types: &[DefRef], name: &str) -> Option<DefRef> {
    // The last definition wins.
    scope.receivers(name).iter().rev().find_map(|item| {
        let method = DefRef { file, item: item.clone() };
        let receiver = signature(db, &method)?.receiver.clone()?;
        let takes = receiver.members().iter().any(|it| match it {
            Type::Record(def) | Type::Agent(def) => types.contains(def),
            Type::Any => false,
            _ => false,
        });
        takes.then_some(method)
    })
}

/// A member of a record value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    Field(FieldInfo),
    Method(DefRef),
    /// It is somewhere that the analysis does not see.
    Unknown,
}

/// What `value.name` is for a value of a record type, delegation through `_fields` included.
pub fn find_member(db: &dyn Db, from: File, def: &DefRef, name: &str) -> Option<Member> {
    find_member_in(db, from, def, name, &mut Vec::new())
}

fn find_member_in(db: &dyn Db, from: File, def: &DefRef, name: &str, seen: &mut Vec<DefRef>) -> Option<Member> {
    if seen.contains(def) || seen.len() > MOST_BASES {
        return None;
    }
    seen.push(def.clone());
    let fields = fields(db, def);
    if let Some(field) = fields.by_name.get(name) {
        return Some(Member::Field(fields.all[*field].clone()));
    }
    if let Some(method) = find_method(db, from, def, name) {
        return Some(Member::Method(method));
    }
    for delegate in &fields.delegates {
        for ty in fields.all[*delegate].ty.members() {
            let found = match ty {
                Type::Record(inner) | Type::Agent(inner) => find_member_in(db, from, inner, name, seen),
                Type::None => None,
                other => match crate::infer::builtin_type_name(other) {
                    Some(ty) => crate::scope::builtin_method(db, ty, name).map(Member::Method),
                    None => Some(Member::Unknown),
                },
            };
            if found.is_some() {
                return found;
            }
        }
    }
    has_unknown_base(db, def).then_some(Member::Unknown)
}

/// The names of members that an interface asks for and a type lacks, sorted.
pub fn missing_members(db: &dyn Db, def: &DefRef, interface: &DefRef) -> Vec<SmolStr> {
    let mut missing = Vec::new();
    for asked in linearize(db, interface) {
        let Some(info) = record_info(db, &asked) else { continue };
        for name in info.methods.keys().chain(info.fields.iter().map(|it| &it.name)) {
            if !missing.contains(name) && find_member(db, def.file, def, name).is_none() {
                missing.push(name.clone());
            }
        }
    }
    missing.sort();
    missing
}

/// Is a method without a body, as in an interface?
fn is_signature(db: &dyn Db, file: File, method: &ItemId) -> bool {
    let tree = item_tree(db, file);
    matches!(tree.get(method).map(|it| &it.data), Some(ItemData::Callable(it)) if it.form == CallableForm::Signature)
}
