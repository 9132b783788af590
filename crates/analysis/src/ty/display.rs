//! Types as a reader sees them.

use std::fmt;

use super::{ModuleType, Parameter, ParameterKind, Type};
use crate::{Db, FilePath};

/// A type with what is needed to show it.
pub struct DisplayType<'a> {
    ty: &'a Type,
    db: &'a dyn Db,
}

impl Type {
    pub fn display<'a>(&'a self, db: &'a dyn Db) -> DisplayType<'a> {
        DisplayType { ty: self, db }
    }
}

impl DisplayType<'_> {
    fn of<'a>(&'a self, ty: &'a Type) -> DisplayType<'a> {
        DisplayType { ty, db: self.db }
    }

    fn list(&self, f: &mut fmt::Formatter<'_>, all: &[Type], between: &str) -> fmt::Result {
        for (index, it) in all.iter().enumerate() {
            if index > 0 {
                f.write_str(between)?;
            }
            write!(f, "{}", self.of(it))?;
        }
        Ok(())
    }

    fn callable(&self, f: &mut fmt::Formatter<'_>, params: Option<&[Parameter]>, result: &Type) -> fmt::Result {
        f.write_str("(")?;
        match params {
            None => f.write_str("...")?,
            Some(params) => {
                for (index, it) in params.iter().enumerate() {
                    let stars = match it.kind {
                        ParameterKind::Rest => "*",
                        ParameterKind::Named => "**",
                        _ => "",
                    };
                    write!(f, "{}{stars}{}: {}", if index > 0 { ", " } else { "" }, it.name, self.of(&it.ty))?;
                }
            }
        }
        write!(f, ") -> {}", self.of(result))
    }
}

/// Is nothing known of the items?
fn is_open(item: &Type) -> bool {
    matches!(item, Type::Any | Type::Never)
}

impl fmt::Display for DisplayType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ty {
            Type::Any => f.write_str("any"),
            Type::Never => f.write_str("never"),
            Type::None => f.write_str("None"),
            Type::Bool => f.write_str("bool"),
            Type::Int => f.write_str("int"),
            Type::Float => f.write_str("float"),
            Type::Str => f.write_str("str"),
            Type::Bytes => f.write_str("bytes"),
            Type::Range => f.write_str("range"),
            Type::List(item) if is_open(item) => f.write_str("list"),
            Type::List(item) => write!(f, "list[{}]", self.of(item)),
            Type::Set(item) if is_open(item) => f.write_str("set"),
            Type::Set(item) => write!(f, "set[{}]", self.of(item)),
            Type::Dict(it) if is_open(&it.0) && is_open(&it.1) => f.write_str("dict"),
            Type::Dict(it) => write!(f, "dict[{}, {}]", self.of(&it.0), self.of(&it.1)),
            Type::Tuple(all) if all.is_empty() => f.write_str("tuple[()]"),
            Type::Tuple(all) => {
                f.write_str("tuple[")?;
                self.list(f, all, ", ")?;
                f.write_str("]")
            }
            Type::TupleOf(item) if is_open(item) => f.write_str("tuple"),
            Type::TupleOf(item) => write!(f, "tuple[{}, ...]", self.of(item)),
            Type::Iterator(item) => write!(f, "iterator[{}]", self.of(item)),
            Type::Record(def) | Type::Agent(def) | Type::Native(def) => f.write_str(def.item.name()),
            Type::RecordType(def) => write!(f, "type[{}]", def.item.name()),
            Type::BuiltinType(name) => write!(f, "type[{name}]"),
            Type::Function(def) => write!(f, "function {}", def.item.name()),
            Type::Method(it) => write!(f, "method {} of {}", it.1.item.name(), self.of(&it.0)),
            Type::Closure(it) => self.callable(f, it.callable.params.as_deref(), &it.callable.result),
            Type::Callable(it) => self.callable(f, it.params.as_deref(), &it.result),
            Type::Module(module) => {
                f.write_str("module ")?;
                match &**module {
                    ModuleType::File(file) => match file.path(self.db) {
                        FilePath::Disk(path) => f.write_str(path.file_stem().unwrap_or_default()),
                        FilePath::Library(path) => {
                            f.write_str(path.trim_start_matches("library/").trim_end_matches(".na"))
                        }
                        other => write!(f, "{other}"),
                    },
                    ModuleType::Package { folder, .. } => f.write_str(folder.file_name().unwrap_or_default()),
                }
            }
            Type::Union(all) => self.list(f, all, " | "),
        }
    }
}
