//! What a file defines, without a single offset: an edit inside a body leaves it equal, and everything that stands on
//! it is spared.

mod lower;

pub(crate) use lower::{control_flow_blocks, source_text, target_names};

use std::sync::Arc;

use danaide_syntax::ast::{self, ParamKind};
use danaide_syntax::{Parse, SyntaxNode, SyntaxNodePtr, T};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::{Db, File, parse};

/// The definitions, imports, exports and assigned names at the top level of a file, those inside its `if`, `for`,
/// `while`, `try` and `with` statements included. What stands in the body of a function is not here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemTree {
    /// In the order of the text; a record stands before its fields and methods.
    pub items: Vec<Item>,
    pub imports: Vec<Import>,
    /// The names of all `export` statements and of `__exports__`.
    pub exports: Vec<SmolStr>,
    /// Each name once, in the order of the first assignment.
    pub assigned: Vec<Assigned>,
}

impl ItemTree {
    pub fn get(&self, id: &ItemId) -> Option<&Item> {
        self.items.iter().find(|it| it.id == *id)
    }

    /// The items of the file itself.
    pub fn top_level(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|it| it.id.parent().is_none())
    }

    /// The fields and methods of a record or an agent, or the fields below a field.
    pub fn children<'a>(&'a self, parent: &'a ItemId) -> impl Iterator<Item = &'a Item> {
        self.items.iter().filter(move |it| it.id.parent() == Some(parent))
    }
}

/// What an item is called, independent of where it stands. Stable across edits elsewhere in the file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId(Arc<ItemIdData>);

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct ItemIdData {
    parent: Option<ItemId>,
    kind: ItemKind,
    name: SmolStr,
    disambiguator: u32,
}

impl ItemId {
    pub(crate) fn top_level(kind: ItemKind, name: SmolStr, disambiguator: u32) -> ItemId {
        ItemId(Arc::new(ItemIdData { parent: None, kind, name, disambiguator }))
    }

    pub fn kind(&self) -> ItemKind {
        self.0.kind
    }

    /// Empty in half-typed code.
    pub fn name(&self) -> &SmolStr {
        &self.0.name
    }

    /// How many items of the same parent, kind and name stand before.
    pub fn disambiguator(&self) -> u32 {
        self.0.disambiguator
    }

    /// The record or agent that a field or a method stands in.
    pub fn parent(&self) -> Option<&ItemId> {
        self.0.parent.as_ref()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemKind {
    /// `def`, and the signatures of an interface.
    Function,
    /// `workflow name = pipeline`.
    Workflow,
    /// `struct`, `resource`, `agent_blueprint`, `interface`, `workflow Name:`.
    Record,
    Agent,
    Field,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub id: ItemId,
    pub data: ItemData,
}

impl Item {
    pub fn name(&self) -> &SmolStr {
        self.id.name()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemData {
    /// Of [`ItemKind::Function`] and [`ItemKind::Workflow`].
    Callable(Callable),
    Record(Record),
    Agent(Agent),
    Field(Field),
}

/// The signature of a function, a method or a workflow. Types, defaults and decorators are source text with white
/// space and comments reduced to single spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callable {
    pub form: CallableForm,
    /// `sync def`: its calls wait.
    pub is_sync: bool,
    /// `(self: Type)` before the name.
    pub receiver: Option<Parameter>,
    pub params: Vec<Parameter>,
    pub return_type: Option<SmolStr>,
    /// Without the `@`.
    pub decorators: Vec<SmolStr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallableForm {
    /// `def f(): …`
    Block,
    /// `def f() = a | b` and `workflow f = a | b`.
    Pipeline,
    /// A signature without a body.
    Signature,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// For [`ParamKind::Mark`] the mark itself, `*` or `/`.
    pub name: SmolStr,
    pub kind: ParamKind,
    pub ty: Option<SmolStr>,
    pub default: Option<SmolStr>,
}

/// As it is written: `n: int = 1`, `*rest`.
impl std::fmt::Display for Parameter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let stars = match self.kind {
            ParamKind::Rest => "*",
            ParamKind::Named => "**",
            ParamKind::Normal | ParamKind::Mark => "",
        };
        write!(f, "{stars}{}", self.name)?;
        if let Some(ty) = &self.ty {
            write!(f, ": {ty}")?;
        }
        match (&self.default, &self.ty) {
            (Some(default), Some(_)) => write!(f, " = {default}"),
            (Some(default), None) => write!(f, "={default}"),
            (None, _) => Ok(()),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub kind: RecordKind,
    pub bases: Vec<SmolStr>,
    /// The interfaces that an interface names in its body.
    pub embeds: Vec<SmolStr>,
    pub decorators: Vec<SmolStr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordKind {
    Struct,
    Resource,
    AgentBlueprint,
    Interface,
    Workflow,
}

impl RecordKind {
    /// By the keyword of a definition.
    pub(crate) fn of(def: &ast::RecordDef) -> Self {
        match def.keyword().map(|it| it.kind()) {
            Some(T![resource]) => Self::Resource,
            Some(T![agent_blueprint]) => Self::AgentBlueprint,
            Some(T![interface]) => Self::Interface,
            Some(T![workflow]) => Self::Workflow,
            _ => Self::Struct,
        }
    }
}

/// Is it the old form of a blueprint: an agent without a base whose fields have types?
pub(crate) fn is_blueprint(def: &ast::AgentDef) -> bool {
    let is_typed = |it: ast::Stmt| matches!(it, ast::Stmt::Field(field) if field.ty().is_some());
    def.base_list().is_none() && def.block().is_some_and(|it| it.stmts().any(is_typed))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// The blueprint in parentheses.
    pub bases: Vec<SmolStr>,
    /// The old form of a blueprint: `agent Name:` whose fields have types.
    pub is_blueprint: bool,
    pub decorators: Vec<SmolStr>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub ty: Option<SmolStr>,
    pub default: Option<SmolStr>,
}

/// `import a.b as c`, or `from ..a import b as c, d`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// How many dots stand before the path.
    pub dots: usize,
    pub path: Vec<SmolStr>,
    pub imported: Imported,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// The module itself.
    Module {
        alias: Option<SmolStr>,
    },
    Names(Vec<ImportedName>),
    /// `from a import *`.
    All,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedName {
    pub name: SmolStr,
    pub alias: Option<SmolStr>,
}

/// A name that an assignment, a loop or a `with` binds at the top level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    pub name: SmolStr,
    /// The annotation of the first assignment.
    pub ty: Option<SmolStr>,
}

/// Where the items of an [`ItemTree`] stand. Every edit that moves something changes it: only ask for it to show a
/// place to a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemSourceMap {
    nodes: FxHashMap<ItemId, SyntaxNodePtr>,
}

impl ItemSourceMap {
    pub fn ptr(&self, id: &ItemId) -> Option<SyntaxNodePtr> {
        self.nodes.get(id).copied()
    }

    /// The definition in the tree that the map was made from.
    pub fn node(&self, id: &ItemId, parse: &Parse) -> Option<SyntaxNode> {
        self.ptr(id)?.to_node(&parse.syntax_node())
    }
}

/// Both halves at once; not compared, since the halves are.
#[salsa::tracked(no_eq, lru = 128)]
fn lower_items(db: &dyn Db, file: File) -> (Arc<ItemTree>, Arc<ItemSourceMap>) {
    let (tree, map) = lower::lower(db, &parse(db, file).tree());
    (Arc::new(tree), Arc::new(map))
}

/// How many files keep what was made of their trees at once.
pub(crate) fn keep_items(db: &mut dyn Db, files: usize) {
    lower_items::set_lru_capacity(db, files);
    item_source_map::set_lru_capacity(db, files);
}

/// What a file defines.
#[salsa::tracked(returns(clone))]
pub fn item_tree(db: &dyn Db, file: File) -> Arc<ItemTree> {
    lower_items(db, file).0.clone()
}

/// Where the items of a file stand.
#[salsa::tracked(returns(clone), lru = 128)]
pub fn item_source_map(db: &dyn Db, file: File) -> Arc<ItemSourceMap> {
    lower_items(db, file).1.clone()
}

#[cfg(test)]
mod tests;
