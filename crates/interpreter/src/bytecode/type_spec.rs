//! Type annotations as the VM checks them.

use std::fmt;

use crate::value::TypeTag;

/// A type annotation. Names of records are looked up when a value is checked, since they may be defined later.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeSpec {
    /// Takes every value: no annotation, `any`, or a form that is not checked.
    Any,
    None,
    Builtin(TypeTag),
    /// A type that the program defines, by its (dotted) name.
    Named(Box<str>),
    Generic {
        base: TypeTag,
        args: Box<[TypeSpec]>,
    },
    Union(Box<[TypeSpec]>),
}

impl TypeSpec {
    /// The type that takes `None` too.
    #[must_use]
    pub fn or_none(self) -> TypeSpec {
        match self {
            TypeSpec::Union(members) if members.contains(&TypeSpec::None) => TypeSpec::Union(members),
            TypeSpec::Union(members) => TypeSpec::Union(members.into_iter().chain([TypeSpec::None]).collect()),
            other => TypeSpec::Union(Box::new([other, TypeSpec::None])),
        }
    }
}

impl fmt::Display for TypeSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TypeSpec::Any => f.write_str("any"),
            TypeSpec::None => f.write_str("None"),
            TypeSpec::Builtin(tag) => f.write_str(tag.name()),
            TypeSpec::Named(name) => f.write_str(name),
            TypeSpec::Generic { base, args } => {
                write!(f, "{}[", base.name())?;
                separated(f, args, ", ")?;
                f.write_str("]")
            }
            TypeSpec::Union(members) => separated(f, members, " | "),
        }
    }
}

fn separated(f: &mut fmt::Formatter<'_>, types: &[TypeSpec], separator: &str) -> fmt::Result {
    for (index, ty) in types.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        write!(f, "{ty}")?;
    }
    Ok(())
}
