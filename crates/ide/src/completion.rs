//! What can be written at an offset.

mod context;
mod expected;
mod imports;
mod keywords;
mod members;
mod names;

use danaide_analysis::occurrence::Symbol;
use danaide_analysis::ty::Type;
use danaide_analysis::{Db, File, parse};
use danaide_syntax::{TextRange, TextSize};
use smol_str::SmolStr;

use context::{Context, Place};

pub(crate) use imports::new_import;
pub use imports::{import_edit, module_path};

/// What a person may choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completions {
    /// The best first.
    pub items: Vec<Completion>,
    /// The text that an item replaces: from the beginning of the word to the caret.
    pub range: TextRange,
    /// The whole word, with what stands behind the caret.
    pub word: TextRange,
    /// There are more; asking again after the next key gives others.
    pub is_incomplete: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    pub label: SmolStr,
    pub kind: CompletionKind,
    /// What follows the label: `(a: int) -> str`, or a type.
    pub detail: String,
    /// Where it comes from, if not from here.
    pub origin: String,
    /// The text to insert.
    pub insert: String,
    /// The same with places to fill in, `$1` to `$0`, for editors that have them.
    pub snippet: Option<String>,
    /// The smaller, the better it fits.
    pub rank: u8,
    /// What it stands for: says what its documentation is.
    pub symbol: Option<Symbol>,
    /// It must be imported: the module and the name, for [`import_edit`].
    pub import: Option<(SmolStr, SmolStr)>,
    /// Of a variable, as far as it is known.
    ty: Option<Type>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompletionKind {
    Keyword,
    Variable,
    Parameter,
    Constant,
    Function,
    Method,
    Field,
    Record,
    Interface,
    Agent,
    Workflow,
    Module,
    Type,
    Argument,
    Snippet,
}

/// How many items are given at once.
const MOST_ITEMS: usize = 300;

impl Completion {
    fn new(label: impl Into<SmolStr>, kind: CompletionKind, rank: u8) -> Self {
        let label = label.into();
        Self {
            insert: label.to_string(),
            label,
            kind,
            detail: String::new(),
            origin: String::new(),
            snippet: None,
            rank,
            symbol: None,
            import: None,
            ty: None,
        }
    }
}

/// What can be written at an offset. Names that have to be imported first are among them: for these the whole workspace
/// is looked at, when at least two letters are there.
pub fn completions(db: &dyn Db, file: File, offset: TextSize) -> Option<Completions> {
    let root = parse(db, file).syntax_node();
    let context = Context::new(db, file, &root, offset)?;
    let mut items = Vec::new();
    match &context.place {
        Place::Member { base } => members::members(&context, *base, &mut items),
        Place::Scope { scope } => members::scoped(&context, *scope, &mut items),
        Place::ImportPath { dots, path } => imports::modules(&context, *dots, path, &mut items),
        Place::ImportName { dots, path, taken } => imports::names(&context, *dots, path, taken, &mut items),
        Place::TypeMember { path } => members::type_members(&context, path, &mut items),
        Place::Type => names::types(&context, &mut items),
        Place::Decorator => names::decorators(&context, &mut items),
        Place::OwnNames => names::own_names(&context, &mut items),
        Place::AfterExpr => keywords::operators(&context, &mut items),
        Place::RecordBody { is_interface } => keywords::record_body(*is_interface, &mut items),
        Place::Statement { .. } | Place::Expr | Place::Argument | Place::Stage => {
            names::arguments(&context, &mut items);
            names::in_scope(&context, &mut items);
            keywords::keywords(&context, &mut items);
            imports::importable(&context, &mut items);
        }
    }
    items.retain(|it| matches(&context.prefix, &it.label));
    expected::rank(&context, &mut items);
    items.sort_by(|a, b| {
        let key =
            |it: &Completion| (it.rank, !it.label.starts_with(context.prefix.as_str()), it.label.starts_with('_'));
        key(a).cmp(&key(b)).then_with(|| a.label.cmp(&b.label)).then_with(|| a.origin.cmp(&b.origin))
    });
    items.dedup_by(|a, b| (&a.label, a.kind, &a.origin) == (&b.label, b.kind, &b.origin));
    let is_incomplete = items.len() > MOST_ITEMS || context.has_left_out.get();
    items.truncate(MOST_ITEMS);
    Some(Completions { items, range: context.range, word: context.word, is_incomplete })
}

/// What has documentation, in words that outlive the database: an item of a file, a member of a record, or with an empty
/// name the file itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documented {
    pub file: File,
    pub parent: Option<SmolStr>,
    pub name: SmolStr,
}

impl Documented {
    /// What to ask for later, of what a symbol stands for.
    pub fn of(symbol: &Symbol) -> Option<Self> {
        Some(match symbol {
            Symbol::Item(def) => Self {
                file: def.file,
                parent: def.item.parent().map(|it| it.name().clone()).or_else(|| receiver_key(def)),
                name: def.item.name().clone(),
            },
            Symbol::Variable { file, name } => Self { file: *file, parent: None, name: name.clone() },
            Symbol::Module(module) => Self { file: module.file()?, parent: None, name: SmolStr::default() },
            Symbol::Local { .. } | Symbol::Field { .. } | Symbol::Scoped { .. } => return None,
        })
    }

    /// The documentation, as Markdown, below the line of code that stands for it.
    pub fn documentation(&self, db: &dyn Db) -> String {
        if self.name.is_empty() {
            let module = danaide_analysis::ty::ModuleType::File(self.file);
            return crate::render::documentation(db, &Symbol::Module(module));
        }
        let tree = danaide_analysis::item_tree(db, self.file);
        let is_it = |it: &&danaide_analysis::Item| {
            let number = it.id.disambiguator();
            let parent =
                it.id.parent().map(|it| it.name().clone()).or_else(|| (number > 0).then(|| number_key(number)));
            *it.name() == self.name && parent == self.parent
        };
        match tree.items.iter().find(is_it) {
            Some(item) => {
                let def = danaide_analysis::ty::DefRef { file: self.file, item: item.id.clone() };
                let code = crate::hover::item_declaration(db, &def);
                let doc = crate::render::item_documentation(db, &def);
                format!("```dana\n{code}\n```\n\n{doc}").trim_end().to_owned()
            }
            None => {
                let symbol = Symbol::Variable { file: self.file, name: self.name.clone() };
                crate::render::documentation(db, &symbol)
            }
        }
    }
}

/// Methods with a receiver share their names: which of them it is.
fn receiver_key(def: &danaide_analysis::ty::DefRef) -> Option<SmolStr> {
    (def.item.disambiguator() > 0).then(|| number_key(def.item.disambiguator()))
}

fn number_key(number: u32) -> SmolStr {
    format!("#{number}").into()
}

/// Are the letters of a prefix in a label, in this order? Case does not count; the first letter must begin a part of it.
fn matches(prefix: &str, label: &str) -> bool {
    let mut letters = label.chars().flat_map(char::to_lowercase);
    let mut prefix = prefix.chars().flat_map(char::to_lowercase);
    let Some(first) = prefix.next() else { return true };
    let mut before = '_';
    let found = letters.by_ref().find(|it| {
        let begins = *it == first && !before.is_alphanumeric();
        before = *it;
        begins
    });
    found.is_some() && prefix.all(|it| letters.any(|other| other == it))
}

#[cfg(test)]
mod tests;
