//! Where the parts of a body stand.

use danaide_syntax::{TextRange, TextSize};
use la_arena::ArenaMap;
use smol_str::SmolStr;

use super::{BindingId, ExprId, FunctionId, PathId, StmtId, TypeRefId};
use crate::{Binding, Db, Definition, Expr, Function, Stmt, TypeRef, definition_offsets};

/// A range in a part of a definition, in bytes from where the part begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    pub part: u32,
    pub range: TextRange,
}

impl Place {
    /// The beginning of a definition.
    pub const START: Place = Place { part: 0, range: TextRange::empty(TextSize::new(0)) };

    /// From where one place begins to where another ends.
    pub fn cover(self, other: Place) -> Place {
        if self.part == other.part { Place { part: self.part, range: self.range.cover(other.range) } } else { self }
    }

    /// The empty place where this one ends.
    pub fn end(self) -> Place {
        Place { part: self.part, range: TextRange::empty(self.range.end()) }
    }

    /// The empty place where this one begins.
    pub fn start(self) -> Place {
        Place { part: self.part, range: TextRange::empty(self.range.start()) }
    }
}

/// Places of what is in a [`Body`](super::Body), relative to the parts of the definition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BodySourceMap {
    pub(super) exprs: ArenaMap<la_arena::Idx<Expr>, Place>,
    pub(super) stmts: ArenaMap<la_arena::Idx<Stmt>, Place>,
    pub(super) bindings: ArenaMap<la_arena::Idx<Binding>, Place>,
    /// The name, or the whole of what has none.
    pub(super) functions: ArenaMap<la_arena::Idx<Function>, Place>,
    pub(super) types: ArenaMap<la_arena::Idx<TypeRef>, Place>,
    pub(super) paths: Vec<Place>,
    /// The names of keyword arguments and attributes, by the value or the attribute expression.
    pub(super) names: ArenaMap<la_arena::Idx<Expr>, Place>,
    /// The names of the fields of a record, nested ones after the field they are in.
    pub(super) fields: Vec<Place>,
    pub(super) problems: Vec<(SyntaxProblem, Place)>,
}

/// What the tree has and the body leaves out, since it means nothing: the interpreter refuses most of it before a program
/// starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyntaxProblem {
    /// A record has two fields of the name.
    DuplicateField(SmolStr),
    /// `3j`.
    Complex,
    /// `b"…" "…"`.
    BytesBesideText,
    /// `\x4`: the interpreter takes it for text.
    BrokenEscape(SmolStr),
}

impl BodySourceMap {
    pub fn expr(&self, id: ExprId) -> Option<Place> {
        self.exprs.get(id).copied()
    }

    pub fn stmt(&self, id: StmtId) -> Option<Place> {
        self.stmts.get(id).copied()
    }

    /// The name that is bound.
    pub fn binding(&self, id: BindingId) -> Option<Place> {
        self.bindings.get(id).copied()
    }

    /// The name of a function; all of a lambda.
    pub fn function(&self, id: FunctionId) -> Option<Place> {
        self.functions.get(id).copied()
    }

    pub fn type_ref(&self, id: TypeRefId) -> Option<Place> {
        self.types.get(id).copied()
    }

    /// A name in a type.
    pub fn path(&self, id: PathId) -> Option<Place> {
        self.paths.get(id.index()).copied()
    }

    /// The name of an attribute; by its value, the name of a keyword argument.
    pub fn name(&self, id: ExprId) -> Option<Place> {
        self.names.get(id).copied()
    }

    /// What means nothing where it stands, in the order in which it was met.
    pub fn problems(&self) -> &[(SyntaxProblem, Place)] {
        &self.problems
    }

    /// The name of a field by its number in the record, nested fields counted.
    pub fn field(&self, index: usize) -> Option<Place> {
        self.fields.get(index).copied()
    }
}

/// Where the parts of one definition begin, for many places at once.
#[derive(Debug, Clone, Default)]
pub struct PartStarts(Vec<TextSize>);

impl PartStarts {
    /// A place as a range of the file. None if the file has changed under it.
    pub fn absolute(&self, place: Place) -> Option<TextRange> {
        let start = *self.0.get(place.part as usize)?;
        Some(TextRange::new(start + place.range.start(), start + place.range.end()))
    }
}

impl<'db> Definition<'db> {
    /// Where its parts begin.
    pub fn starts(self, db: &'db dyn Db) -> PartStarts {
        PartStarts(definition_offsets(db, self.file(db)).starts(self.owner(db)).to_vec())
    }

    /// A place as a range of the file. None if the file has changed under it.
    pub fn absolute(self, db: &'db dyn Db, place: Place) -> Option<TextRange> {
        let offsets = definition_offsets(db, self.file(db));
        let start = *offsets.starts(self.owner(db)).get(place.part as usize)?;
        Some(TextRange::new(start + place.range.start(), start + place.range.end()))
    }
}
