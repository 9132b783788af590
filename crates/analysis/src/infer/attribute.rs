//! Attributes and methods as values.

use std::sync::Arc;

use smol_str::SmolStr;

use super::{Infer, Problem, builtin_type_name};
use crate::record::{Member, all_fields, find_member, linearize, record_info};
use crate::scope::{Meaning, builtin_method, builtin_method_names, module_scope, resolve_member};
use crate::ty::{DefRef, Type};
use crate::{Db, ExprId, File, FilePath, ItemData, RecordKind, item_tree};

/// Methods that the interpreter gives every agent.
pub(crate) const AGENT_METHODS: &[&str] = &[
    "plan",
    "solve",
    "chat",
    "reason",
    "input",
    "log",
    "info",
    "remember",
    "recall",
    "get_metrics",
    "llm",
    "start_new_conversation",
    "clear_conversation",
];

/// The names of the methods that the interpreter gives every agent.
pub fn agent_methods() -> &'static [&'static str] {
    AGENT_METHODS
}

impl Infer<'_> {
    /// `base.name` as a value.
    pub(super) fn attribute(&mut self, expr: ExprId, base: &Type, name: &SmolStr) -> Type {
        if name.is_empty() || base.is_any() {
            return Type::Any;
        }
        let mut results = Vec::new();
        for member in base.members() {
            results.extend(self.attribute_of(expr, member, name));
        }
        if results.is_empty() && !base.members().is_empty() {
            self.no_attribute(expr, base, name);
            return Type::Any;
        }
        Type::union(results)
    }

    /// The attribute of one member of a union; none if it has none of the name.
    fn attribute_of(&mut self, expr: ExprId, base: &Type, name: &SmolStr) -> Option<Type> {
        if name.starts_with("__") && name.ends_with("__") {
            return Some(Type::Any);
        }
        match base {
            Type::Record(def) | Type::Agent(def) => {
                let member = find_member(self.db, self.file, def, name);
                if let Some(member) = &member
                    && self.muted == 0
                {
                    self.out.members.insert(expr, member.clone());
                }
                match member {
                    Some(Member::Field(field)) => return Some(field.ty),
                    Some(Member::Method(method)) => {
                        let receiver = self.builtin_delegate(def, &method).unwrap_or_else(|| base.clone());
                        return Some(Type::Method(Arc::new((receiver, method))));
                    }
                    Some(Member::Unknown) => return Some(Type::Any),
                    None => {}
                }
                if self.has_hidden_member(def, name) {
                    return Some(Type::Any);
                }
                self.function_as_method(base, name)
            }
            Type::Module(module) => match resolve_member(self.db, module, name) {
                Some(meaning) => {
                    let ty = self.meaning_type(&meaning);
                    if self.muted == 0 {
                        self.out.meanings.insert(expr, meaning);
                    }
                    Some(ty)
                }
                None => None,
            },
            Type::Native(def) => match native_method(self.db, def, name) {
                Some(method) => Some(Type::Method(Arc::new((base.clone(), method)))),
                // Values made by the library have attributes that are not declared.
                None => Some(Type::Any),
            },
            Type::RecordType(def) => {
                // A method asked of the type takes the record as its first argument.
                let _ = find_member(self.db, self.file, def, name)?;
                Some(Type::Any)
            }
            Type::BuiltinType(_) => Some(Type::Any),
            Type::Iterator(_) => Some(Type::Any),
            Type::Function(_) | Type::Closure(_) | Type::Callable(_) | Type::Method(_) => Some(Type::Any),
            other => {
                let owner = builtin_type_name(other)?;
                match builtin_method(self.db, owner, name) {
                    Some(method) => Some(Type::Method(Arc::new((other.clone(), method)))),
                    None => self.function_as_method(base, name),
                }
            }
        }
    }

    /// The type of the field of a record that a method of a builtin type is delegated to.
    fn builtin_delegate(&self, def: &DefRef, method: &DefRef) -> Option<Type> {
        if !matches!(method.file.path(self.db), FilePath::Library(_)) {
            return None;
        }
        let fields = all_fields(self.db, def);
        let mut types = fields.iter().filter(|it| it.is_delegate()).flat_map(|it| it.ty.members());
        let has_it = |ty: &&Type| {
            let found = builtin_type_name(ty).and_then(|it| builtin_method(self.db, it, method.item.name()));
            found.as_ref() == Some(method)
        };
        types.find(has_it).cloned()
    }

    /// `value.f` where `f` is a function in sight whose first parameter takes the value.
    fn function_as_method(&self, base: &Type, name: &SmolStr) -> Option<Type> {
        let meaning = self.names.resolve(name);
        match meaning {
            Some(Meaning::Item(def))
                if matches!(def.item.kind(), crate::ItemKind::Function | crate::ItemKind::Workflow) =>
            {
                let def = self.reached(&def, Some(base)).into_iter().next()?;
                let signature = self.signature(&def)?;
                let takes = match signature.params.first() {
                    Some(first) => crate::ty::fits(self.db, base, &first.ty) != crate::ty::Fit::No,
                    None => signature.is_replaced(),
                };
                takes.then(|| Type::Method(Arc::new((base.clone(), def))))
            }
            Some(Meaning::Item(_)) | None => self.receiver_of_any(base, name),
            // A function in a variable.
            Some(_) => Some(Type::Any),
        }
    }

    /// `def (self: int | str) name()`: methods that programs add to builtin types.
    fn receiver_of_any(&self, base: &Type, name: &SmolStr) -> Option<Type> {
        for file in crate::scope::imported_files(self.db, self.file).iter() {
            for item in module_scope(self.db, *file).receivers(name) {
                let def = DefRef { file: *file, item: item.clone() };
                let receiver = self.signature(&def)?.receiver.clone().unwrap_or(Type::Any);
                if receiver.is_any() {
                    return Some(Type::Any);
                }
                let is_record = matches!(base, Type::Record(_) | Type::Agent(_));
                let fits = receiver.members().iter().any(|it| match it {
                    Type::Record(interface) if is_record => {
                        crate::ty::fits(self.db, base, &Type::Record(interface.clone())) != crate::ty::Fit::No
                    }
                    other => std::mem::discriminant(other) == std::mem::discriminant(base) && !is_record,
                });
                if fits {
                    return Some(Type::Method(Arc::new((base.clone(), def))));
                }
            }
        }
        None
    }

    /// What records have without declaring it.
    fn has_hidden_member(&self, def: &DefRef, name: &str) -> bool {
        let types = linearize(self.db, def);
        if name == "_type" {
            return true;
        }
        types.iter().filter_map(|it| record_info(self.db, it)).any(|info| match info.kind {
            None | Some(RecordKind::AgentBlueprint) => {
                AGENT_METHODS.contains(&name) || matches!(name, "name" | "config" | "_agent_name")
            }
            Some(RecordKind::Workflow) => matches!(name, "name" | "fsm" | "execute" | "get_status"),
            Some(RecordKind::Resource) => {
                matches!(name, "kind" | "name" | "state" | "initialize" | "cleanup" | "query" | "start" | "stop")
            }
            // Who implements it may have more.
            Some(RecordKind::Interface) => true,
            Some(RecordKind::Struct) => {
                // Exceptions are records of the library with attributes that are the interpreter's.
                matches!(def.file.path(self.db), FilePath::Library(_))
                    || types.iter().any(|it| matches!(it.file.path(self.db), FilePath::Library(_)))
            }
        })
    }

    fn no_attribute(&mut self, expr: ExprId, base: &Type, name: &SmolStr) {
        if let Type::Module(module) = base {
            let known = module
                .file()
                .map(|it| module_scope(self.db, it).names().filter(|it| !it.starts_with('_')).cloned().collect());
            self.problem(Problem::UnknownMember {
                expr,
                module: (**module).clone(),
                name: name.clone(),
                known: known.unwrap_or_default(),
            });
            return;
        }
        let known = self.member_names(base);
        self.problem(Problem::UnknownAttribute { expr, base: base.clone(), name: name.clone(), known });
    }

    /// The names of the members of a type, for suggestions.
    fn member_names(&self, base: &Type) -> Vec<SmolStr> {
        let mut names = Vec::new();
        for member in base.members() {
            match member {
                Type::Record(def) | Type::Agent(def) => names.extend(record_member_names(self.db, self.file, def)),
                other => {
                    if let Some(owner) = builtin_type_name(other) {
                        names.extend(builtin_method_names(self.db, owner));
                    }
                }
            }
        }
        names
    }

    pub(super) fn assign_attribute(
        &mut self,
        target: ExprId,
        base: &Type,
        name: &SmolStr,
        found: &Type,
        value: Option<ExprId>,
    ) {
        for member in base.members() {
            let (Type::Record(def) | Type::Agent(def)) = member else { continue };
            let member = find_member(self.db, self.file, def, name);
            let Some(Member::Field(field)) = member else {
                let is_closed = member.is_none()
                    && !self.has_hidden_member(def, name)
                    && matches!(base, Type::Record(_))
                    && record_info(self.db, def).is_some_and(|it| it.kind.is_some());
                if is_closed {
                    let known = all_fields(self.db, def).into_iter().map(|it| it.name).collect();
                    self.problem(Problem::UnknownAttribute {
                        expr: target,
                        base: base.clone(),
                        name: name.clone(),
                        known,
                    });
                }
                continue;
            };
            if self.muted == 0 {
                self.out.members.insert(target, Member::Field(field.clone()));
            }
            if let Some(value) = value {
                let record = def.clone();
                let field_name = field.name.clone();
                self.check_field(value, found, &field.ty, |value, expected, found| Problem::FieldType {
                    value,
                    record,
                    field: field_name,
                    expected,
                    found,
                });
            }
        }
    }

    /// What a method of a value gives; none if it has no such method.
    pub(super) fn method_result(&mut self, ty: &Type, name: &str) -> Option<Type> {
        let (Type::Record(def) | Type::Agent(def)) = ty else { return None };
        match find_member(self.db, self.file, def, name)? {
            Member::Method(method) => Some(self.result_of(&method)),
            _ => Some(Type::Any),
        }
    }
}

/// The names of the fields and methods of a record type as a file sees them.
pub fn record_member_names(db: &dyn Db, from: File, def: &DefRef) -> Vec<SmolStr> {
    let mut names: Vec<SmolStr> = all_fields(db, def).into_iter().map(|it| it.name).collect();
    let types = linearize(db, def);
    for ty in &types {
        names.extend(record_info(db, ty).iter().flat_map(|it| it.methods.keys().cloned()));
    }
    let mut files: Vec<File> = types.iter().map(|it| it.file).collect();
    files.extend(crate::scope::imported_files(db, from).iter().copied());
    let mut seen = rustc_hash::FxHashSet::default();
    files.retain(|it| seen.insert(*it));
    for file in files {
        for item in item_tree(db, file).top_level() {
            let ItemData::Callable(callable) = &item.data else { continue };
            let Some(receiver) = callable.receiver.as_ref().and_then(|it| it.ty.as_ref()) else { continue };
            if receiver.split('|').any(|it| types.iter().any(|ty| ty.item.name() == it.trim())) {
                names.push(item.name().clone());
            }
        }
    }
    names.sort();
    names.dedup();
    names
}

/// A method of what the library makes natively: `def (self: Random) choice(…)` in the same file.
pub fn native_method(db: &dyn Db, maker: &DefRef, name: &str) -> Option<DefRef> {
    let scope = module_scope(db, maker.file);
    scope.receivers(name).iter().find_map(|item| {
        let def = DefRef { file: maker.file, item: item.clone() };
        let receiver = crate::signature::signature(db, &def)?.receiver.clone()?;
        (receiver == Type::Native(maker.clone())).then_some(def)
    })
}
