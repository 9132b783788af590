//! The parts of a file that are analysed one by one: its statements, and each function, workflow, record and agent.
//!
//! A part is known by its [`Owner`] and holds the tree of its text. The tree has no offsets, so a part whose text did not
//! change is equal after an edit elsewhere in the file, and nothing that was computed from it runs again.

use std::sync::Arc;

use danaide_syntax::{GreenNode, SyntaxNode, SyntaxNodePtr, TextSize};
use rustc_hash::FxHashMap;

use crate::{Db, File, Item, ItemData, ItemId, ItemKind, item_source_map, item_tree, parse};

/// Whose text it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, salsa::SalsaValue)]
pub enum Owner {
    /// The statements of the file, without what has a definition of its own.
    Module,
    Item(ItemId),
}

/// A part of a file that is analysed on its own.
#[salsa::tracked(debug)]
pub struct Definition<'db> {
    #[returns(copy)]
    pub file: File,
    #[returns(ref)]
    pub owner: Owner,
}

impl<'db> Definition<'db> {
    /// Its text as trees.
    pub fn syntax(self, db: &'db dyn Db) -> DefinitionSyntax {
        definition_syntax(db, self)
    }
}

/// The text of a definition as trees. All but the statements of a file have one part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DefinitionSyntax {
    pub parts: Arc<[Part]>,
}

#[derive(Debug, Clone, Eq)]
pub enum Part {
    Tree(GreenNode),
    /// Stands in the statements of a file for a definition of its own.
    Item {
        id: ItemId,
        /// Does the module have a variable of its name? A method with a receiver has none.
        is_bound: bool,
    },
}

impl PartialEq for Part {
    fn eq(&self, other: &Part) -> bool {
        match (self, other) {
            // Most edits take the trees of other definitions over.
            (Part::Tree(a), Part::Tree(b)) => std::ptr::eq(&**a, &**b) || a == b,
            (Part::Item { id: a, is_bound: a_bound }, Part::Item { id: b, is_bound: b_bound }) => {
                a == b && a_bound == b_bound
            }
            _ => false,
        }
    }
}

/// The definitions of a file, in the order of the text; the first is [`Owner::Module`].
#[derive(Debug, Clone, PartialEq, Eq, salsa::SalsaValue)]
pub struct Definitions<'db> {
    all: Box<[Definition<'db>]>,
    by_owner: FxHashMap<Owner, Definition<'db>>,
}

impl<'db> Definitions<'db> {
    pub fn iter(&self) -> impl Iterator<Item = Definition<'db>> + '_ {
        self.all.iter().copied()
    }

    pub fn get(&self, owner: &Owner) -> Option<Definition<'db>> {
        self.by_owner.get(owner).copied()
    }
}

/// Where the parts of the definitions of a file begin, in bytes. Every edit that moves something changes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DefinitionOffsets {
    starts: FxHashMap<Owner, Vec<TextSize>>,
}

impl DefinitionOffsets {
    /// Where each part of a definition begins.
    pub fn starts(&self, owner: &Owner) -> &[TextSize] {
        self.starts.get(owner).map_or(&[], Vec::as_slice)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, salsa::SalsaValue)]
struct Split<'db> {
    all: Vec<Definition<'db>>,
    syntax: Arc<FxHashMap<Owner, DefinitionSyntax>>,
    offsets: Arc<DefinitionOffsets>,
}

/// All parts at once; not compared, since the parts are.
#[salsa::tracked(no_eq, returns(ref), lru = 128)]
fn split<'db>(db: &'db dyn Db, file: File) -> Split<'db> {
    let root = parse(db, file).syntax_node();
    let tree = item_tree(db, file);
    let map = item_source_map(db, file);
    let owners: FxHashMap<SyntaxNodePtr, &Item> =
        tree.items.iter().filter_map(|item| Some((map.ptr(&item.id)?, item))).collect();

    let mut parts = Vec::new();
    let mut starts = Vec::new();
    for child in root.children() {
        db.unwind_if_revision_cancelled();
        match owners.get(&SyntaxNodePtr::new(&child)) {
            Some(item) => parts.push(Part::Item { id: item.id.clone(), is_bound: is_bound(&item.data) }),
            None => parts.push(Part::Tree(green(&child))),
        }
        starts.push(child.text_range().start());
    }

    let mut offsets = DefinitionOffsets::default();
    let mut all = Vec::new();
    let mut syntax = FxHashMap::default();
    let mut add = |owner: Owner, parts: Vec<Part>, starts: Vec<TextSize>| {
        offsets.starts.insert(owner.clone(), starts);
        syntax.insert(owner.clone(), DefinitionSyntax { parts: parts.into() });
        all.push(Definition::new(db, file, owner));
    };
    add(Owner::Module, parts, starts);
    for item in &tree.items {
        db.unwind_if_revision_cancelled();
        // A field belongs to its record.
        let has_own = item.id.kind() != ItemKind::Field;
        let Some(node) = has_own.then(|| map.ptr(&item.id)?.to_node(&root)).flatten() else { continue };
        add(Owner::Item(item.id.clone()), vec![Part::Tree(green(&node))], vec![node.text_range().start()]);
    }
    Split { all, syntax: Arc::new(syntax), offsets: Arc::new(offsets) }
}

fn is_bound(data: &ItemData) -> bool {
    !matches!(data, ItemData::Callable(callable) if callable.receiver.is_some())
}

fn green(node: &SyntaxNode) -> GreenNode {
    node.green().into_owned()
}

/// The parts of a file that are analysed one by one.
#[salsa::tracked(returns(ref))]
pub fn definitions<'db>(db: &'db dyn Db, file: File) -> Definitions<'db> {
    let all: Box<[Definition<'db>]> = split(db, file).all.as_slice().into();
    let by_owner = all.iter().map(|it| (it.owner(db).clone(), *it)).collect();
    Definitions { all, by_owner }
}

/// The trees of a definition. An edit elsewhere in the file leaves them equal. They are a query, and not part of the
/// definition, so that they can be dropped: trees are the largest thing that is known of a file.
#[salsa::tracked(returns(clone), lru = 8192)]
fn definition_syntax<'db>(db: &'db dyn Db, definition: Definition<'db>) -> DefinitionSyntax {
    split(db, definition.file(db)).syntax.get(definition.owner(db)).cloned().unwrap_or_default()
}

/// How many definitions keep their trees.
pub(crate) fn keep_syntax(db: &mut dyn Db, definitions: usize, files: usize) {
    definition_syntax::set_lru_capacity(db, definitions);
    split::set_lru_capacity(db, files);
}

/// Where the definitions of a file stand.
#[salsa::tracked(returns(clone))]
pub fn definition_offsets(db: &dyn Db, file: File) -> Arc<DefinitionOffsets> {
    split(db, file).offsets.clone()
}

/// The definition of an item, if the file still has it.
pub fn definition<'db>(db: &'db dyn Db, file: File, item: &ItemId) -> Option<Definition<'db>> {
    definitions(db, file).get(&Owner::Item(item.clone()))
}
