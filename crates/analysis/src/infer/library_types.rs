//! Results of library functions that depend on the arguments: what the declaration alone cannot say.

use super::Infer;
use super::call::Args;
use crate::FilePath;
use crate::ty::{DefRef, Parameter, Type};

/// What is passed to a function, by position.
pub(super) struct Given<'a> {
    pub args: &'a Args,
    /// The call is a stage of a pipeline.
    pub is_piped: bool,
}

impl Infer<'_> {
    /// A more precise result of a function or method of the library than its declaration has.
    pub(super) fn library_result(&mut self, def: &DefRef, receiver: Option<&Type>, given: &Given<'_>) -> Option<Type> {
        let FilePath::Library(path) = def.file.path(self.db) else { return None };
        let args: Vec<&Type> = given.args.positional().map(|it| &it.ty).collect();
        let first = args.first().copied();
        let item = |ty: Option<&Type>| ty.map_or(Type::Any, items);
        let name = def.item.name().as_str();
        if let Some(receiver) = receiver {
            return Some(match (receiver, name) {
                (Type::List(item), "pop") => item.known(),
                (Type::List(_) | Type::Set(_) | Type::Dict(_), "copy") => receiver.clone(),
                (Type::Set(_), "union" | "intersection" | "difference" | "symmetric_difference") => receiver.clone(),
                (Type::Set(item), "pop") => item.known(),
                (Type::Dict(it), "get") => match args.get(1).copied() {
                    Some(default) => it.1.known().or(default),
                    None => it.1.known().or(&Type::None),
                },
                (Type::Dict(it), "pop" | "setdefault") => match args.get(1).copied() {
                    Some(default) => it.1.known().or(default),
                    None => it.1.known(),
                },
                (Type::Dict(it), "keys") => Type::iterator(it.0.known()),
                (Type::Dict(it), "values") => Type::iterator(it.1.known()),
                (Type::Dict(it), "items") => Type::iterator(Type::tuple(vec![it.0.known(), it.1.known()])),
                (Type::Str | Type::Bytes, "partition" | "rpartition") => Type::tuple(vec![receiver.clone(); 3]),
                (Type::Dict(it), "popitem") => Type::tuple(vec![it.0.known(), it.1.known()]),
                _ => return None,
            });
        }
        if !path.starts_with("library/builtins")
            && !path.starts_with("library/functional")
            && !path.starts_with("library/types")
        {
            return None;
        }
        Some(match name {
            "sorted" => Type::list(item(first)),
            "reversed" | "iter" => Type::iterator(item(first)),
            "enumerate" => Type::iterator(Type::tuple(vec![Type::Int, item(first)])),
            "zip" => Type::iterator(Type::tuple(args.iter().map(|it| items(it)).collect())),
            "filter" => Type::list(item(args.get(1).copied())),
            "map" => Type::list(first.map_or(Type::Any, |it| self.result_of_value(it))),
            "list" if first.is_none() => Type::list(Type::Never),
            "set" if first.is_none() => Type::set(Type::Never),
            "tuple" if first.is_none() => Type::tuple(Vec::new()),
            "list" => Type::list(item(first)),
            "set" => Type::set(item(first)),
            "tuple" => Type::tuple_of(item(first)),
            "next" => match args.get(1).copied() {
                Some(default) => item(first).or(default),
                None => item(first),
            },
            "min" | "max" => match args[..] {
                [single] => items(single),
                _ => Type::union(args.iter().map(|it| (*it).clone())),
            },
            "sum" => match item(first) {
                Type::Int | Type::Bool if args.len() == 1 => Type::Int,
                Type::Float => Type::Float,
                _ => Type::Any,
            },
            "case" => {
                // Pairs of a condition and a function, and a function for the rest; the piped value may stand before.
                let (last, others) = args.split_last()?;
                if matches!(last, Type::Tuple(_)) {
                    return None;
                }
                let branches: Vec<&Type> = others.iter().filter_map(|it| branch(it)).chain([*last]).collect();
                let takes_value = given.is_piped || !self.placeholders.is_empty();
                Type::union(branches.into_iter().map(|it| self.result_of_branch(it, takes_value)).collect::<Vec<_>>())
            }
            "abs" => match first {
                Some(Type::Int | Type::Bool) => Type::Int,
                Some(Type::Float) => Type::Float,
                _ => return None,
            },
            "round" if args.len() == 1 => Type::Int,
            "round" => match first {
                Some(Type::Int | Type::Bool) => Type::Int,
                Some(Type::Float) => Type::Float,
                _ => return None,
            },
            "divmod" => match (first, args.get(1).copied()) {
                (Some(Type::Int | Type::Bool), Some(Type::Int | Type::Bool)) => Type::tuple(vec![Type::Int, Type::Int]),
                (Some(Type::Any), _) | (_, Some(Type::Any)) => return None,
                _ => Type::tuple(vec![Type::Float, Type::Float]),
            },
            // It ends the program.
            "exit" | "quit" => Type::Never,
            "noop" => first.cloned().unwrap_or(Type::None),
            _ => return None,
        })
    }

    /// What `case` gives where it takes a branch: outside pipelines, functions that need arguments are not called.
    fn result_of_branch(&mut self, branch: &Type, takes_value: bool) -> Type {
        if !takes_value {
            match self.needs_arguments(branch) {
                Some(true) => return branch.clone(),
                Some(false) => {}
                None => return Type::Any,
            }
        }
        match branch {
            Type::None => Type::None,
            value if super::builtin_type_name(value).is_some() => value.clone(),
            function => self.result_of_value(function),
        }
    }

    /// Whether a call without arguments fails; none if that is not known.
    fn needs_arguments(&self, ty: &Type) -> Option<bool> {
        let any = |params: &[Parameter]| params.iter().any(Parameter::is_required);
        match ty {
            Type::Function(def) => {
                let signature = self.signature(def)?;
                if signature.is_replaced() || !super::overload::beside_each_other(self.db, def).is_empty() {
                    return None;
                }
                Some(!signature.takes_all() && any(&signature.params))
            }
            Type::Closure(it) => it.callable.params.as_ref().map(|it| any(it)),
            Type::Callable(it) => it.params.as_ref().map(|it| any(it)),
            Type::None => Some(false),
            value => super::builtin_type_name(value).map(|_| false),
        }
    }

    /// What a call of a value gives, whatever the arguments.
    pub(super) fn result_of_value(&mut self, ty: &Type) -> Type {
        match ty {
            Type::Function(def) => {
                let reached = self.reached(def, None);
                Type::union(reached.iter().map(|it| self.result_of(it)))
            }
            Type::Method(it) => self.result_of(&it.1),
            Type::Closure(it) => it.callable.result.clone(),
            Type::Callable(it) => it.result.clone(),
            Type::RecordType(def) => Type::Record(def.clone()),
            Type::BuiltinType(name) => crate::signature::builtin_type(name).unwrap_or(Type::Any),
            _ => Type::Any,
        }
    }
}

/// The function of a branch of `case`: of a pair the second part. None for other values.
pub(super) fn branch(arg: &Type) -> Option<&Type> {
    match arg {
        Type::Tuple(pair) => pair.get(1),
        Type::Function(_) | Type::Closure(_) | Type::Callable(_) | Type::Method(_) | Type::RecordType(_) => Some(arg),
        Type::BuiltinType(_) | Type::Any => Some(arg),
        _ => None,
    }
}

/// What a value gives when it is iterated, without reports.
fn items(ty: &Type) -> Type {
    let single = |ty: &Type| match ty {
        Type::List(item) | Type::Set(item) | Type::TupleOf(item) | Type::Iterator(item) => item.known(),
        Type::Tuple(all) => Type::union(all.iter().cloned()),
        Type::Dict(it) => it.0.known(),
        Type::Str => Type::Str,
        Type::Bytes | Type::Range => Type::Int,
        _ => Type::Any,
    };
    if ty.members().is_empty() { Type::Any } else { Type::union(ty.members().iter().map(single)) }
}
