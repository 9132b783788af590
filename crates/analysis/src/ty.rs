//! Types that values are known to have. Whatever is not known is [`Type::Any`], and nothing is reported about it.

mod display;
mod fits;

use std::sync::Arc;

use smol_str::SmolStr;

use crate::{File, FunctionId, ItemId, Owner};

pub use display::DisplayType;
pub use fits::{Fit, fits};

/// An item of a file: what a name of the module leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DefRef {
    pub file: File,
    pub item: ItemId,
}

/// What a value can be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// Not known, or declared as `any`.
    Any,
    /// There is no value: after `raise`, or in a loop that never ends.
    Never,
    None,
    Bool,
    Int,
    Float,
    Str,
    Bytes,
    Range,
    List(Arc<Type>),
    Set(Arc<Type>),
    Dict(Arc<(Type, Type)>),
    /// A tuple of known length.
    Tuple(Arc<[Type]>),
    /// A tuple of any length.
    TupleOf(Arc<Type>),
    /// What `iter`, `zip`, `enumerate`, views and generators give: only iterated.
    Iterator(Arc<Type>),
    /// A value of a record type, an exception, or an interface.
    Record(DefRef),
    /// The one value that `agent Name` makes.
    Agent(DefRef),
    /// A value that the library makes natively, by the function that makes it: `re.compile`'s, a date.
    Native(DefRef),
    /// A record type itself, to be called or asked for.
    RecordType(DefRef),
    /// `int`, `str` … as values.
    BuiltinType(SmolStr),
    /// A function or workflow of a module or the library.
    Function(DefRef),
    /// A method with the value it belongs to.
    Method(Arc<(Type, DefRef)>),
    /// A function inside a body, or a lambda.
    Closure(Arc<Closure>),
    /// A pipeline value and other callables, with what a call gives.
    Callable(Arc<CallableType>),
    Module(Arc<ModuleType>),
    /// At least two members, none of them a union or `Any`.
    Union(Arc<[Type]>),
}

/// A function that is defined inside a body.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Closure {
    pub file: File,
    pub owner: Owner,
    pub function: FunctionId,
    pub callable: CallableType,
}

/// What is known of something that can be called.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CallableType {
    /// None if any arguments are taken.
    pub params: Option<Arc<[Parameter]>>,
    pub result: Type,
}

/// A parameter of a signature.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Parameter {
    pub name: SmolStr,
    pub kind: ParameterKind,
    pub ty: Type,
    pub has_default: bool,
}

impl Parameter {
    /// Whether a call has to give it.
    pub fn is_required(&self) -> bool {
        !self.has_default && !matches!(self.kind, ParameterKind::Rest | ParameterKind::Named)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterKind {
    PositionalOnly,
    Normal,
    KeywordOnly,
    /// `*rest`.
    Rest,
    /// `**named`.
    Named,
}

/// A module as a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ModuleType {
    File(File),
    /// A folder, with the path of its modules as a request would spell it.
    Package {
        folder: camino::Utf8PathBuf,
        init: Option<File>,
    },
}

impl ModuleType {
    pub fn file(&self) -> Option<File> {
        match self {
            Self::File(file) => Some(*file),
            Self::Package { init, .. } => *init,
        }
    }
}

/// More members make a union `Any`.
const MOST_MEMBERS: usize = 12;
/// A type nested deeper than this is `Any` inside.
const DEEPEST: usize = 8;

impl Type {
    pub fn list(item: Type) -> Type {
        Type::List(Arc::new(item.bounded(1)))
    }

    pub fn set(item: Type) -> Type {
        Type::Set(Arc::new(item.bounded(1)))
    }

    pub fn dict(key: Type, value: Type) -> Type {
        Type::Dict(Arc::new((key.bounded(1), value.bounded(1))))
    }

    pub fn tuple(items: Vec<Type>) -> Type {
        Type::Tuple(items.into_iter().map(|it| it.bounded(1)).collect())
    }

    pub fn tuple_of(item: Type) -> Type {
        Type::TupleOf(Arc::new(item.bounded(1)))
    }

    pub fn iterator(item: Type) -> Type {
        Type::Iterator(Arc::new(item.bounded(1)))
    }

    pub fn callable(result: Type) -> Type {
        Type::Callable(Arc::new(CallableType { params: None, result }))
    }

    /// The type of an item of a collection when it is taken out: of an empty collection nothing is known.
    pub fn known(&self) -> Type {
        if *self == Type::Never { Type::Any } else { self.clone() }
    }

    pub fn is_any(&self) -> bool {
        matches!(self, Type::Any)
    }

    /// The members of a union; of another type, itself.
    pub fn members(&self) -> &[Type] {
        match self {
            Type::Union(all) => all,
            Type::Never => &[],
            other => std::slice::from_ref(other),
        }
    }

    /// Either of two types. What is `Any` swallows the other.
    pub fn or(&self, other: &Type) -> Type {
        match (self, other) {
            (Type::Any, _) | (_, Type::Any) => Type::Any,
            (Type::Never, it) | (it, Type::Never) => it.clone(),
            (it, same) if it == same => it.clone(),
            _ => Type::union([self.clone(), other.clone()]),
        }
    }

    pub fn union(types: impl IntoIterator<Item = Type>) -> Type {
        let mut types = types.into_iter();
        // Most are of one type.
        let Some(first) = types.next() else { return Type::Never };
        let Some(second) = types.next() else { return first };
        let mut all: Vec<Type> = Vec::new();
        for ty in [first, second].into_iter().chain(types) {
            match ty {
                Type::Any => return Type::Any,
                Type::Never => {}
                Type::Union(members) => {
                    for it in members.iter() {
                        if !all.contains(it) {
                            all.push(it.clone());
                        }
                    }
                }
                other => {
                    if !all.contains(&other) {
                        all.push(other);
                    }
                }
            }
        }
        // `[]` beside `[1]`: what is not known about an empty collection says nothing.
        if all.len() > 1 {
            all = merge_collections(all);
        }
        match all.len() {
            0 => Type::Never,
            1 => all.swap_remove(0),
            n if n > MOST_MEMBERS => Type::Any,
            _ => Type::Union(all.into()),
        }
    }

    /// The type without the members that `keep` refuses.
    pub fn filter(&self, mut keep: impl FnMut(&Type) -> bool) -> Type {
        match self {
            Type::Any => Type::Any,
            other => Type::union(other.members().iter().filter(|it| keep(it)).cloned()),
        }
    }

    /// `Any` where the type is nested too deeply: inference of `x = [x]` comes to an end.
    fn bounded(self, depth: usize) -> Type {
        if self.depth() + depth > DEEPEST { Type::Any } else { self }
    }

    fn depth(&self) -> usize {
        match self {
            Type::List(it) | Type::Set(it) | Type::TupleOf(it) | Type::Iterator(it) => 1 + it.depth(),
            Type::Dict(it) => 1 + it.0.depth().max(it.1.depth()),
            Type::Tuple(all) => 1 + all.iter().map(Type::depth).max().unwrap_or(0),
            Type::Union(all) => all.iter().map(Type::depth).max().unwrap_or(0),
            Type::Callable(it) => 1 + it.result.depth(),
            Type::Closure(it) => 1 + it.callable.result.depth(),
            Type::Method(it) => it.0.depth(),
            _ => 0,
        }
    }
}

/// Joins the collections of one kind: `list[int] | list[str]` is `list[int | str]`.
fn merge_collections(all: Vec<Type>) -> Vec<Type> {
    let mut out: Vec<Type> = Vec::new();
    for ty in all {
        let at = out.iter().position(|it| std::mem::discriminant(it) == std::mem::discriminant(&ty));
        let Some(at) = at else {
            out.push(ty);
            continue;
        };
        let merged = match (&out[at], &ty) {
            (Type::List(a), Type::List(b)) => Type::List(Arc::new(a.or(b))),
            (Type::Set(a), Type::Set(b)) => Type::Set(Arc::new(a.or(b))),
            (Type::Iterator(a), Type::Iterator(b)) => Type::Iterator(Arc::new(a.or(b))),
            (Type::TupleOf(a), Type::TupleOf(b)) => Type::TupleOf(Arc::new(a.or(b))),
            (Type::Dict(a), Type::Dict(b)) => Type::Dict(Arc::new((a.0.or(&b.0), a.1.or(&b.1)))),
            _ => {
                if !out.contains(&ty) {
                    out.push(ty);
                }
                continue;
            }
        };
        out[at] = merged;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Type;

    #[test]
    fn unions_are_flat_and_small() {
        assert_eq!(Type::Int.or(&Type::Int), Type::Int);
        assert_eq!(Type::Int.or(&Type::Any), Type::Any);
        assert_eq!(Type::Int.or(&Type::Never), Type::Int);
        let lists = Type::list(Type::Int).or(&Type::list(Type::Str));
        assert_eq!(lists, Type::list(Type::Int.or(&Type::Str)));
        let mut deep = Type::Int;
        for _ in 0..100 {
            deep = Type::list(deep);
        }
        assert!(deep.depth() <= super::DEEPEST);
    }
}
