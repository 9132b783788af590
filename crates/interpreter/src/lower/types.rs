//! Type annotations.

use danaide_syntax::SyntaxKind;
use danaide_syntax::ast::{self, Type};

use super::Lowerer;
use crate::bytecode::{Op, Reg, TypeSpec};
use crate::value::TypeTag;

impl Lowerer<'_> {
    pub(super) fn type_spec(&mut self, ty: &Type) -> TypeSpec {
        type_spec(ty)
    }

    /// The values of the types that a receiver names, as one type or a tuple of them.
    pub(super) fn type_values(&mut self, ty: &Type, dst: Reg) {
        match ty {
            Type::UnionType(union) => {
                let first = self.b().in_use() as Reg;
                let members: Vec<Type> = union.types().collect();
                for member in &members {
                    let member_dst = self.temp();
                    self.scoped(|it| it.type_values(member, member_dst));
                }
                self.emit(Op::BuildTuple { dst, first, count: members.len() as u16 });
            }
            Type::GenericType(generic) => match generic.base() {
                Some(base) => self.type_values(&base, dst),
                None => self.emit(Op::LoadNone { dst }),
            },
            Type::PathType(path) => {
                let mut names = path.idents();
                let Some(first) = names.next() else { return };
                self.load_name(first.text(), first.text_range(), dst);
                for name in names {
                    let name = self.b().str(name.text());
                    self.emit(Op::LoadAttr { dst, object: dst, name });
                }
            }
            other => {
                self.error("a type is named here", other.range());
            }
        }
    }
}

pub(super) fn type_spec(ty: &Type) -> TypeSpec {
    match ty {
        Type::PathType(path) => {
            let names: Vec<_> = path.idents().collect();
            match names.as_slice() {
                [name] => named(name.text()),
                [] => TypeSpec::Any,
                several => {
                    let dotted: Vec<&str> = several.iter().map(|name| name.text()).collect();
                    TypeSpec::Named(dotted.join(".").into())
                }
            }
        }
        Type::GenericType(generic) => match generic.base().map(|base| type_spec(&base)) {
            Some(TypeSpec::Builtin(base)) => {
                TypeSpec::Generic { base, args: generic.args().map(|arg| type_spec(&arg)).collect() }
            }
            Some(TypeSpec::Named(name)) => match (&*name, generic.args().next()) {
                ("Optional", Some(arg)) => TypeSpec::Union(Box::new([type_spec(&arg), TypeSpec::None])),
                ("Union", _) => TypeSpec::Union(generic.args().map(|arg| type_spec(&arg)).collect()),
                ("List", _) => TypeSpec::Builtin(TypeTag::List),
                ("Dict", _) => TypeSpec::Builtin(TypeTag::Dict),
                ("Tuple", _) => TypeSpec::Builtin(TypeTag::Tuple),
                ("FrozenSet", _) => TypeSpec::Builtin(TypeTag::FrozenSet),
                ("Set", _) => TypeSpec::Builtin(TypeTag::Set),
                _ => TypeSpec::Any,
            },
            _ => TypeSpec::Any,
        },
        Type::UnionType(union) => {
            let members: Box<[TypeSpec]> = union.types().map(|member| type_spec(&member)).collect();
            if members.contains(&TypeSpec::Any) { TypeSpec::Any } else { TypeSpec::Union(members) }
        }
        Type::LiteralType(literal) => literal_type(literal),
        Type::ListType(_) | Type::TupleType(_) => TypeSpec::Any,
    }
}

fn literal_type(literal: &ast::LiteralType) -> TypeSpec {
    match literal.literal().and_then(|it| it.token()) {
        Some(token) if token.kind() == SyntaxKind::NONE_KW => TypeSpec::None,
        // A forward reference.
        Some(token) if token.kind() == SyntaxKind::STRING => {
            let name = danaide_syntax::literal::string_value(token.text());
            if name.chars().all(|c| c.is_alphanumeric() || c == '_') { named(&name) } else { TypeSpec::Any }
        }
        _ => TypeSpec::Any,
    }
}

fn named(name: &str) -> TypeSpec {
    match name {
        "any" | "Any" | "object" | "callable" | "Callable" => TypeSpec::Any,
        "None" | "none" | "null" => TypeSpec::None,
        name => match TypeTag::from_name(name) {
            Some(tag) => TypeSpec::Builtin(tag),
            None => TypeSpec::Named(name.into()),
        },
    }
}
