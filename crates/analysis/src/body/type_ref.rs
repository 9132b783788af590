//! Types as they are written, with the names not yet looked up.

use danaide_syntax::ast;
use danaide_syntax::{SyntaxKind, TextRange, literal};
use smol_str::SmolStr;

/// The number of a name in the types of a body, in the order of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathId(u32);

impl PathId {
    /// For types that stand in no body.
    pub const NONE: PathId = PathId(u32::MAX);

    pub(super) fn new(index: usize) -> PathId {
        PathId(u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A type as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TypeRef {
    /// `int`, `shapes.Point`.
    Path {
        names: Vec<SmolStr>,
        id: PathId,
    },
    Generic {
        base: Box<TypeRef>,
        args: Vec<TypeRef>,
    },
    Union(Vec<TypeRef>),
    None,
    /// A value, inside `Literal[…]`: text.
    Literal(SmolStr),
    /// `[int, str]`, the parameters of `Callable`.
    List(Vec<TypeRef>),
    Tuple(Vec<TypeRef>),
    /// Half-typed code.
    Missing,
}

/// How deep a type may be nested; what is deeper is [`TypeRef::Missing`].
const DEEPEST: usize = 50;

impl TypeRef {
    /// The type of a syntax tree. `add_path` is told the range of each name and gives it a number.
    pub(crate) fn lower(ty: &ast::Type, add_path: &mut dyn FnMut(TextRange) -> PathId) -> TypeRef {
        Self::lower_at(ty, add_path, 0)
    }

    fn lower_at(ty: &ast::Type, add_path: &mut dyn FnMut(TextRange) -> PathId, depth: usize) -> TypeRef {
        if depth > DEEPEST {
            return TypeRef::Missing;
        }
        let all = |types: &mut dyn Iterator<Item = ast::Type>, add_path: &mut dyn FnMut(TextRange) -> PathId| {
            types.map(|it| Self::lower_at(&it, add_path, depth + 1)).collect::<Vec<_>>()
        };
        match ty {
            ast::Type::PathType(path) => {
                let names = path.idents().map(|it| SmolStr::new(it.text())).collect();
                TypeRef::Path { names, id: add_path(path.range()) }
            }
            ast::Type::GenericType(generic) => {
                let base = generic.base().map_or(TypeRef::Missing, |it| Self::lower_at(&it, add_path, depth + 1));
                TypeRef::Generic { base: Box::new(base), args: all(&mut generic.args(), add_path) }
            }
            ast::Type::UnionType(union) => TypeRef::Union(all(&mut union.types(), add_path)),
            ast::Type::ListType(list) => TypeRef::List(all(&mut list.types(), add_path)),
            ast::Type::TupleType(tuple) => TypeRef::Tuple(all(&mut tuple.types(), add_path)),
            ast::Type::LiteralType(literal) => {
                let Some(token) = literal.literal().and_then(|it| it.token()) else { return TypeRef::Missing };
                match token.kind() {
                    SyntaxKind::STRING => {
                        let text = literal::string_value(token.text());
                        // A forward reference; the names in it have one place, that of the string.
                        let id = add_path(token.text_range());
                        Self::parse_at(&text, &mut |_| id, depth + 1)
                            .unwrap_or_else(|| TypeRef::Literal(text.as_str().into()))
                    }
                    SyntaxKind::NONE_KW => TypeRef::None,
                    _ => TypeRef::Literal(token.text().into()),
                }
            }
        }
    }

    /// The type that a text spells; none if it is not a type.
    pub fn parse(text: &str) -> Option<TypeRef> {
        Self::parse_at(text, &mut |_| PathId::NONE, 0)
    }

    fn parse_at(text: &str, add_path: &mut dyn FnMut(TextRange) -> PathId, depth: usize) -> Option<TypeRef> {
        let parse = danaide_syntax::parse(&format!("_: {text}\n"));
        if !parse.errors().is_empty() {
            return None;
        }
        let mut stmts = parse.tree().stmts();
        let Some(ast::Stmt::AssignStmt(assign)) = stmts.next() else { return None };
        let ty = assign.ty()?;
        (stmts.next().is_none() && assign.value().is_none()).then(|| Self::lower_at(&ty, add_path, depth))
    }

    /// Calls `visit` for each name.
    pub fn for_each_path(&self, visit: &mut dyn FnMut(&[SmolStr], PathId)) {
        match self {
            TypeRef::Path { names, id } => visit(names, *id),
            TypeRef::Generic { base, args } => {
                base.for_each_path(visit);
                // What `Literal[…]` lists are values.
                if !matches!(&**base, TypeRef::Path { names, .. } if names.last().is_some_and(|it| it == "Literal")) {
                    args.iter().for_each(|it| it.for_each_path(visit));
                }
            }
            TypeRef::Union(all) | TypeRef::List(all) | TypeRef::Tuple(all) => {
                all.iter().for_each(|it| it.for_each_path(visit));
            }
            TypeRef::None | TypeRef::Literal(_) | TypeRef::Missing => {}
        }
    }
}

/// As it would be written.
impl std::fmt::Display for TypeRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |f: &mut std::fmt::Formatter<'_>, all: &[TypeRef], between: &str| {
            for (index, it) in all.iter().enumerate() {
                if index > 0 {
                    f.write_str(between)?;
                }
                write!(f, "{it}")?;
            }
            Ok(())
        };
        match self {
            TypeRef::Path { names, .. } => {
                for (index, name) in names.iter().enumerate() {
                    write!(f, "{}{name}", if index > 0 { "." } else { "" })?;
                }
                Ok(())
            }
            TypeRef::Generic { base, args } => {
                write!(f, "{base}[")?;
                list(f, args, ", ")?;
                f.write_str("]")
            }
            TypeRef::Union(all) => list(f, all, " | "),
            TypeRef::None => f.write_str("None"),
            TypeRef::Literal(text) => write!(f, "{text:?}"),
            TypeRef::List(all) => {
                f.write_str("[")?;
                list(f, all, ", ")?;
                f.write_str("]")
            }
            TypeRef::Tuple(all) => {
                f.write_str("(")?;
                list(f, all, ", ")?;
                f.write_str(")")
            }
            TypeRef::Missing => f.write_str("…"),
        }
    }
}
