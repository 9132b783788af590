//! Where symbols are used, in the whole workspace if they can be seen from elsewhere.
//!
//! The text of each file is searched for the name first. Only definitions that have it are looked at closely.

use danaide_analysis::occurrence::{Access, Occurrence, Symbol, occurrences, root_symbol};
use danaide_analysis::ty::DefRef;
use danaide_analysis::{BindingKind, Db, Definition, File, Owner, body_of, definitions, workspace_files};
use danaide_syntax::{TextRange, TextSize};
use memchr::memmem::Finder;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::semantics::part_ranges;

/// A place where a symbol is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    pub file: File,
    pub range: TextRange,
    pub access: Access,
    pub is_definition: bool,
    pub is_import: bool,
}

/// Every place that names a symbol, sorted by path and offset. Names it has by `import … as` count. Looks at the whole
/// workspace unless the symbol is local to a function.
pub fn usages(db: &dyn Db, symbol: &Symbol) -> Vec<Usage> {
    search(db, symbol, None)
}

/// The places in one file.
pub fn usages_in(db: &dyn Db, symbol: &Symbol, file: File) -> Vec<Usage> {
    search(db, symbol, Some(file))
}

/// Which files can name a symbol.
enum Reach {
    /// One definition of one file.
    Body(File, Owner),
    /// Any file; outside its own, a name like `x` of `f(x=1)` or `p.x` only.
    Member(File),
    /// Any file.
    Any,
}

fn reach(db: &dyn Db, symbol: &Symbol) -> Reach {
    match symbol {
        Symbol::Local { file, owner, variable } => {
            let is_named_elsewhere = definitions(db, *file).get(owner).is_some_and(|of| {
                let body = body_of(db, of);
                body.variables[*variable].function == body.root
                    && *owner != Owner::Module
                    && body.bindings.iter().any(|(_, it)| it.variable == *variable && it.kind == BindingKind::Param)
            });
            if is_named_elsewhere { Reach::Member(*file) } else { Reach::Body(*file, owner.clone()) }
        }
        Symbol::Field { record, .. } => Reach::Member(record.file),
        _ => Reach::Any,
    }
}

fn search(db: &dyn Db, symbol: &Symbol, only: Option<File>) -> Vec<Usage> {
    let root = root_symbol(db, symbol);
    let reach = reach(db, &root);
    let mut search = Search { db, root: root.clone(), roots: FxHashMap::default(), found: Vec::new() };
    if let Reach::Body(file, owner) = &reach {
        if only.is_none_or(|it| it == *file)
            && let Some(of) = definitions(db, *file).get(owner)
        {
            search.definition(of, *file);
        }
        return search.finish();
    }
    let files = match only {
        Some(file) => vec![file],
        None => {
            let mut files = workspace_files(db);
            if let Some(own) = root.file().filter(|it| !files.contains(it)) {
                files.push(own);
            }
            files
        }
    };
    let mut names: Vec<SmolStr> = vec![root.name(db)];
    let mut at = 0;
    // A file may give the symbol another name, by which others may import it.
    while let Some(name) = names.get(at).cloned() {
        at += 1;
        if name.is_empty() {
            continue;
        }
        let mut others = FxHashSet::default();
        let word = Finder::new(name.as_bytes());
        for file in &files {
            db.unwind_if_revision_cancelled();
            let is_member = matches!(reach, Reach::Member(own) if own != *file);
            let places = words(file.text(db), &word, is_member);
            if places.is_empty() {
                continue;
            }
            for of in definitions(db, *file).iter() {
                let ranges = part_ranges(db, of);
                if !places.iter().any(|place| ranges.iter().any(|it| it.contains(*place))) {
                    continue;
                }
                db.unwind_if_revision_cancelled();
                for alias in search.definition(of, *file) {
                    if !names.contains(&alias) {
                        others.insert(alias);
                    }
                }
            }
        }
        let mut others: Vec<SmolStr> = others.into_iter().collect();
        others.sort();
        names.extend(others);
    }
    search.finish()
}

struct Search<'db> {
    db: &'db dyn Db,
    root: Symbol,
    roots: FxHashMap<Symbol, bool>,
    found: Vec<Usage>,
}

impl<'db> Search<'db> {
    fn is_meant(&mut self, it: &Occurrence) -> bool {
        if it.symbol == self.root {
            return true;
        }
        if std::mem::discriminant(&it.symbol) != std::mem::discriminant(&self.root) {
            return false;
        }
        if let (Symbol::Item(a), Symbol::Item(b)) = (&it.symbol, &self.root)
            && a.item.name() != b.item.name()
        {
            return false;
        }
        if let (Symbol::Field { name: a, .. }, Symbol::Field { name: b, .. }) = (&it.symbol, &self.root)
            && a != b
        {
            return false;
        }
        let (db, root) = (self.db, &self.root);
        *self.roots.entry(it.symbol.clone()).or_insert_with(|| root_symbol(db, &it.symbol) == *root)
    }

    /// Gives the names that imports give the symbol.
    fn definition(&mut self, of: Definition<'db>, file: File) -> Vec<SmolStr> {
        let mut aliases = Vec::new();
        let starts = of.starts(self.db);
        for it in occurrences(self.db, of).iter() {
            if !self.is_meant(it) {
                continue;
            }
            let Some(range) = starts.absolute(it.place) else { continue };
            if it.is_import && it.access == Access::Write {
                aliases.extend(file.text(self.db).get(std::ops::Range::<usize>::from(range)).map(SmolStr::new));
            }
            self.found.push(Usage {
                file,
                range,
                access: it.access,
                is_definition: it.is_definition,
                is_import: it.is_import,
            });
        }
        aliases
    }

    fn finish(mut self) -> Vec<Usage> {
        let db = self.db;
        self.found.sort_by(|a, b| {
            let key = |it: &Usage| (it.range.start(), it.range.end(), !it.is_definition);
            a.file.path(db).cmp(b.file.path(db)).then_with(|| key(a).cmp(&key(b)))
        });
        self.found.dedup_by_key(|it| (it.file, it.range));
        self.found
    }
}

/// Where a text has a name as a word; `name` searches for it. `is_member` asks for what may be a field or a keyword argument: after a dot, or
/// before `=` or `:`.
fn words(text: &str, name: &Finder<'_>, is_member: bool) -> Vec<TextSize> {
    let is_word = |it: char| it == '_' || it.is_alphanumeric();
    name.find_iter(text.as_bytes())
        .filter(|at| {
            let (before, after) = (&text[..*at], &text[at + name.needle().len()..]);
            if before.chars().next_back().is_some_and(is_word) || after.chars().next().is_some_and(is_word) {
                return false;
            }
            let after = after.trim_start_matches([' ', '\t']);
            let is_keyword = (after.starts_with('=') && !after.starts_with("==")) || after.starts_with(':');
            !is_member || is_keyword || before.trim_end().ends_with('.')
        })
        .map(|at| TextSize::new(u32::try_from(at).unwrap_or(u32::MAX)))
        .collect()
}

/// The members of records that a record's own ones override or implement, by their name: bases and those derived from it.
pub fn derived_records(db: &dyn Db, base: &DefRef) -> Vec<DefRef> {
    let mut out = Vec::new();
    for file in workspace_files(db) {
        db.unwind_if_revision_cancelled();
        for item in danaide_analysis::item_tree(db, file).top_level() {
            if !matches!(item.id.kind(), danaide_analysis::ItemKind::Record | danaide_analysis::ItemKind::Agent) {
                continue;
            }
            let def = DefRef { file, item: item.id.clone() };
            if def != *base && danaide_analysis::record::is_derived(db, &def, base) {
                out.push(def);
            }
        }
    }
    out
}
