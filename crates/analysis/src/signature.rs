//! What functions take and give, and what annotations mean.

use std::cell::RefCell;
use std::sync::Arc;

use danaide_syntax::ast::ParamKind;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::record::is_singleton;
use crate::scope::{Meaning, resolve_member, resolve_name};
use crate::ty::{CallableType, DefRef, Parameter, ParameterKind, Type};
use crate::{
    Body, Db, Definition, Expr, File, FilePath, Function, FunctionBody, ItemKind, Literal, NameRef, Stmt, TypeRef,
    body_of, definition,
};

/// What is known of a function without looking at its statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The type before the name, or the record that a method in a record's body belongs to.
    pub receiver: Option<Type>,
    /// In the body of a record, the receiver is the first of the parameters: calls on the record leave it out.
    pub receiver_is_first: bool,
    pub params: Arc<[Parameter]>,
    /// None if the result is not declared.
    pub result: Option<Type>,
    pub is_sync: bool,
    pub is_pipeline: bool,
    /// The name of what a pipeline begins with, if it is no variable: who calls the pipeline gives it the arguments.
    pub first_stage: Option<SmolStr>,
    /// The body is `...` or missing: the interpreter or an interface knows more.
    pub is_signature: bool,
    /// The names of its decorators: `retry` of `@retry(attempts=3)`. Empty for what is no name.
    pub decorators: Vec<SmolStr>,
}

impl Signature {
    /// May the function be another one after its decorators? The known ones keep parameters and result.
    pub fn is_replaced(&self) -> bool {
        self.decorators.iter().any(|it| !matches!(it.as_str(), "retry" | "timeout" | "poet" | "sync"))
    }

    /// Does it take whatever it is given? A pipeline without parameters gives all arguments to its first stage.
    pub fn takes_all(&self) -> bool {
        self.is_pipeline && self.params.is_empty() && self.receiver.is_none()
    }

    pub fn callable(&self) -> CallableType {
        let result = self.result.clone().unwrap_or(Type::Any);
        if self.is_replaced() {
            return CallableType { params: None, result: Type::Any };
        }
        if self.takes_all() {
            return CallableType { params: None, result };
        }
        CallableType { params: Some(self.params.clone()), result }
    }
}

/// The signature of a function, workflow or method.
#[salsa::tracked(returns(clone))]
pub fn signature_of<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<Signature> {
    let body = body_of(db, definition);
    let file = definition.file(db);
    let function = body.root();
    let receiver = function.receiver.as_ref().map(|it| match it.ty {
        Some(ty) => resolve_type(db, file, &body.types[ty]),
        None => Type::Any,
    });
    let owner = match definition.owner(db) {
        crate::Owner::Item(item) => item.parent().cloned(),
        crate::Owner::Module => None,
    };
    let mut receiver_is_first = false;
    let receiver = match (receiver, owner) {
        (None, Some(parent)) => {
            receiver_is_first = true;
            Some(instance_of(db, &DefRef { file, item: parent }))
        }
        (receiver, _) => receiver,
    };
    let mut params = parameters(db, file, &body, function);
    // A member of an interface may name the receiver too.
    let names_receiver = params.first().is_some_and(|it| it.name == "self");
    if receiver_is_first && !params.is_empty() && (names_receiver || !matches!(function.body, FunctionBody::None)) {
        params.remove(0);
    }
    let is_library = matches!(file.path(db), FilePath::Library(_));
    Arc::new(Signature {
        receiver,
        receiver_is_first,
        params: params.into(),
        result: function.return_type.map(|it| resolve_type(db, file, &body.types[it])),
        is_sync: function.is_sync,
        is_pipeline: matches!(function.body, FunctionBody::Pipeline(_)),
        first_stage: first_stage(&body, function),
        is_signature: matches!(function.body, FunctionBody::None) || (is_library && is_native(&body, function)),
        decorators: function
            .decorators
            .iter()
            .map(|it| decorator_name(&body, *it))
            .filter(|it| !is_library || !crate::effects::LIBRARY_DECORATORS.contains(&it.as_str()))
            .collect(),
    })
}

pub fn signature(db: &dyn Db, def: &DefRef) -> Option<Arc<Signature>> {
    if !matches!(def.item.kind(), ItemKind::Function | ItemKind::Workflow) {
        return None;
    }
    Some(signature_of(db, definition(db, def.file, &def.item)?))
}

/// The signatures that one query has asked for. It may only live as long as that query: what it depends on is noted when a
/// signature is asked for first.
#[derive(Debug, Default)]
pub(crate) struct Signatures(RefCell<FxHashMap<DefRef, Option<Arc<Signature>>>>);

impl Signatures {
    pub(crate) fn get(&self, db: &dyn Db, def: &DefRef) -> Option<Arc<Signature>> {
        if let Some(known) = self.0.borrow().get(def) {
            return known.clone();
        }
        let found = signature(db, def);
        self.0.borrow_mut().insert(def.clone(), found.clone());
        found
    }
}

fn first_stage(body: &Body, function: &Function) -> Option<SmolStr> {
    let FunctionBody::Pipeline(stages) = &function.body else { return None };
    match &body.exprs[*stages.first()?] {
        Expr::Name(NameRef::Free(name)) => Some(name.clone()),
        _ => None,
    }
}

/// Is there nothing but `...` after the docstring?
fn is_native(body: &Body, function: &Function) -> bool {
    let FunctionBody::Block(statements) = &function.body else { return false };
    statements.last().is_some_and(
        |it| matches!(&body.stmts[*it], Stmt::Expr(it) if body.exprs[*it] == Expr::Literal(Literal::Ellipsis)),
    )
}

/// The name of a decorator: `retry` of `@retry(attempts=3)`.
pub fn decorator_name(body: &Body, expr: crate::ExprId) -> SmolStr {
    match &body.exprs[expr] {
        Expr::Name(NameRef::Free(name)) => name.clone(),
        Expr::Name(NameRef::Variable(variable)) => body.variables[*variable].name.clone(),
        Expr::Call(call) => decorator_name(body, call.callee),
        Expr::Attribute { name, .. } => name.clone(),
        _ => SmolStr::default(),
    }
}

/// The parameters of a function of a body, marks resolved.
pub fn parameters(db: &dyn Db, file: File, body: &Body, function: &Function) -> Vec<Parameter> {
    let mut params: Vec<Parameter> = Vec::with_capacity(function.params.len());
    let mut kind = ParameterKind::Normal;
    for param in &function.params {
        let own = match param.kind {
            ParamKind::Mark if param.name == "/" => {
                params.iter_mut().for_each(|it| it.kind = ParameterKind::PositionalOnly);
                continue;
            }
            ParamKind::Mark => {
                kind = ParameterKind::KeywordOnly;
                continue;
            }
            ParamKind::Normal => kind,
            ParamKind::Rest => {
                kind = ParameterKind::KeywordOnly;
                ParameterKind::Rest
            }
            ParamKind::Named => ParameterKind::Named,
        };
        let ty = param.ty.map_or(Type::Any, |it| resolve_type(db, file, &body.types[it]));
        params.push(Parameter { name: param.name.clone(), kind: own, ty, has_default: param.default.is_some() });
    }
    params
}

/// What a written type means in a file. Names that are not found are `any`, as at run time.
pub fn resolve_type(db: &dyn Db, file: File, ty: &TypeRef) -> Type {
    match ty {
        TypeRef::None => Type::None,
        TypeRef::Literal(_) | TypeRef::List(_) | TypeRef::Missing => Type::Any,
        TypeRef::Tuple(all) => Type::tuple(all.iter().map(|it| resolve_type(db, file, it)).collect()),
        TypeRef::Union(all) => Type::union(all.iter().map(|it| resolve_type(db, file, it))),
        TypeRef::Path { names, .. } => match names.as_slice() {
            [name] => named_type(db, file, name),
            [first, rest @ ..] => path_type(db, file, first, rest),
            [] => Type::Any,
        },
        TypeRef::Generic { base, args } => {
            let TypeRef::Path { names, .. } = &**base else { return Type::Any };
            let [name] = names.as_slice() else { return Type::Any };
            let mut resolved = args.iter().map(|it| resolve_type(db, file, it));
            match name.as_str() {
                "list" | "List" => Type::list(resolved.next().unwrap_or(Type::Any)),
                "set" | "Set" => Type::set(resolved.next().unwrap_or(Type::Any)),
                "dict" | "Dict" => {
                    let key = resolved.next().unwrap_or(Type::Any);
                    Type::dict(key, resolved.next().unwrap_or(Type::Any))
                }
                "tuple" | "Tuple" => match args.as_slice() {
                    [_, TypeRef::Literal(dots)] if dots == "..." => {
                        Type::tuple_of(resolved.next().unwrap_or(Type::Any))
                    }
                    _ => Type::tuple(resolved.collect()),
                },
                "iterator" | "Iterator" | "Iterable" | "Sequence" => {
                    Type::iterator(resolved.next().unwrap_or(Type::Any))
                }
                "Optional" => resolved.next().unwrap_or(Type::Any).or(&Type::None),
                "Union" => Type::union(resolved),
                "Callable" | "callable" => Type::callable(Type::Any),
                _ => Type::Any,
            }
        }
    }
}

/// The type that a builtin name spells.
pub fn builtin_type(name: &str) -> Option<Type> {
    Some(match name {
        "any" | "Any" | "object" | "type" => Type::Any,
        "callable" | "Callable" | "function" => Type::callable(Type::Any),
        "None" | "none" | "null" => Type::None,
        "bool" => Type::Bool,
        "int" => Type::Int,
        "float" => Type::Float,
        "str" => Type::Str,
        "bytes" => Type::Bytes,
        "range" => Type::Range,
        "list" | "List" => Type::list(Type::Any),
        "set" | "Set" => Type::set(Type::Any),
        "dict" | "Dict" => Type::dict(Type::Any, Type::Any),
        "tuple" | "Tuple" => Type::tuple_of(Type::Any),
        _ => return None,
    })
}

/// Does a name mean a type without being defined: one of the language, or one of those that Python's `typing` has?
pub fn is_type_name(name: &str) -> bool {
    builtin_type(name).is_some()
        || matches!(
            name,
            "Optional"
                | "Union"
                | "Literal"
                | "iterator"
                | "Iterator"
                | "Iterable"
                | "Sequence"
                | "Mapping"
                | "Generator"
        )
}

fn named_type(db: &dyn Db, file: File, name: &str) -> Type {
    if let Some(ty) = builtin_type(name) {
        return ty;
    }
    match resolve_name(db, file, name) {
        Some(Meaning::Item(def)) => instance_of(db, &def),
        _ => Type::Any,
    }
}

fn path_type(db: &dyn Db, file: File, first: &SmolStr, rest: &[SmolStr]) -> Type {
    let mut meaning = resolve_name(db, file, first);
    for name in rest {
        meaning = match meaning {
            Some(Meaning::Module(module)) => resolve_member(db, &module, name),
            _ => return Type::Any,
        };
    }
    match meaning {
        Some(Meaning::Item(def)) => instance_of(db, &def),
        _ => Type::Any,
    }
}

/// What a value of a declared type is, where an item's name is used as a type.
pub fn instance_of(db: &dyn Db, def: &DefRef) -> Type {
    match def.item.kind() {
        ItemKind::Agent if is_singleton(db, def) => Type::Agent(def.clone()),
        ItemKind::Record | ItemKind::Agent => Type::Record(def.clone()),
        // In the library, what makes a value is named like the type of the value.
        ItemKind::Function if matches!(def.file.path(db), FilePath::Library(_)) => Type::Native(def.clone()),
        _ => Type::Any,
    }
}
