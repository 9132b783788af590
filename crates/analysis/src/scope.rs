//! What the names of a module mean: its own definitions, imports, and what every program sees.

use std::cell::RefCell;
use std::sync::Arc;

use camino::Utf8PathBuf;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::library::{FILES, LibraryKind};
use crate::ty::{DefRef, ModuleType};
use crate::{
    Db, Definition, Expr, File, FilePath, Imported, ItemData, ItemId, ItemKind, ModuleRef, Owner, ResolvedModule,
    body_of, definitions, item_tree, resolve_module,
};

/// What a name of a module stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// A function, workflow, record type or agent of this or another module or the library.
    Item(DefRef),
    /// A variable of a module.
    Variable {
        file: File,
        name: SmolStr,
    },
    Module(ModuleType),
    /// It is there, and nothing is known of it: from a Python module, or from a module that is not found.
    Unknown,
}

/// How a module says what a name means.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Local {
    Item(ItemId),
    Variable,
    /// `import a.b as c`, or `import a` and `import a.b`, which bind the first part.
    Module {
        dots: usize,
        path: Vec<SmolStr>,
    },
    Member {
        dots: usize,
        path: Vec<SmolStr>,
        name: SmolStr,
    },
}

/// The names of a module in the order in which they win: of several definitions of a name the last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModuleScope {
    names: FxHashMap<SmolStr, Local>,
    stars: Vec<ModuleRef>,
    exports: Vec<SmolStr>,
    /// `def (self: Type) name()`: methods by their name.
    receivers: FxHashMap<SmolStr, Vec<ItemId>>,
    /// All modules that are imported in any way.
    imports: Vec<ModuleRef>,
    /// Names with several definitions, in their order: the type of the first argument chooses among functions.
    overloaded: FxHashMap<SmolStr, Vec<ItemId>>,
}

impl ModuleScope {
    pub fn names(&self) -> impl Iterator<Item = &SmolStr> {
        self.names.keys()
    }

    pub fn contains(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    pub fn imports(&self) -> &[ModuleRef] {
        &self.imports
    }

    pub fn stars(&self) -> &[ModuleRef] {
        &self.stars
    }

    /// The names of `export` statements and `__exports__`.
    pub fn exports(&self) -> &[SmolStr] {
        &self.exports
    }

    /// Are there several definitions of the name at the top level?
    pub fn is_overloaded(&self, name: &str) -> bool {
        self.overloaded.contains_key(name)
    }

    /// The definitions of a name that has several, in their order. Methods with a receiver are not among them.
    pub fn definitions(&self, name: &str) -> &[ItemId] {
        self.overloaded.get(name).map_or(&[], Vec::as_slice)
    }

    /// Does the module add methods to types?
    pub fn has_receivers(&self) -> bool {
        !self.receivers.is_empty()
    }

    /// Methods with a receiver of a name.
    pub fn receivers(&self, name: &str) -> &[ItemId] {
        self.receivers.get(name).map_or(&[], Vec::as_slice)
    }
}

/// The names of a module.
#[salsa::tracked(returns(clone))]
pub fn module_scope(db: &dyn Db, file: File) -> Arc<ModuleScope> {
    let tree = item_tree(db, file);
    let mut scope = ModuleScope { exports: tree.exports.clone(), ..ModuleScope::default() };
    for assigned in &tree.assigned {
        scope.names.insert(assigned.name.clone(), Local::Variable);
    }
    for import in &tree.imports {
        let module = ModuleRef { dots: import.dots, path: import.path.clone() };
        scope.imports.push(module.clone());
        let ModuleRef { dots, path } = module.clone();
        match &import.imported {
            Imported::Module { alias: Some(alias) } => {
                scope.names.insert(alias.clone(), Local::Module { dots, path });
            }
            Imported::Module { alias: None } => {
                if let Some(first) = path.first() {
                    // `import data.na` names the file, another path its outermost package.
                    let path = if module.extension().is_some() { path.clone() } else { vec![first.clone()] };
                    scope.names.insert(first.clone(), Local::Module { dots, path });
                }
            }
            Imported::Names(names) => {
                for it in names {
                    let bound = it.alias.clone().unwrap_or_else(|| it.name.clone());
                    let member = Local::Member { dots, path: path.clone(), name: it.name.clone() };
                    scope.names.insert(bound, member);
                }
            }
            Imported::All => scope.stars.push(module),
        }
    }
    for item in tree.top_level().filter(|it| !it.name().is_empty()) {
        let has_receiver = matches!(&item.data, ItemData::Callable(it) if it.receiver.is_some());
        if has_receiver {
            scope.receivers.entry(item.name().clone()).or_default().push(item.id.clone());
        } else if item.id.kind() != ItemKind::Field {
            let before = scope.names.insert(item.name().clone(), Local::Item(item.id.clone()));
            if let Some(Local::Item(before)) = before {
                scope.overloaded.entry(item.name().clone()).or_insert_with(|| vec![before]).push(item.id.clone());
            }
        }
    }
    Arc::new(scope)
}

/// How many modules a name is followed through.
const MOST_STEPS: usize = 32;

/// The names that were followed so far, and where: few, so that a list does.
type Seen = Vec<(File, SmolStr)>;

/// What a name means in a module: its own names, then star imports, then what every program sees.
pub fn resolve_name(db: &dyn Db, file: File, name: &str) -> Option<Meaning> {
    let mut seen = Seen::new();
    member(db, file, name, &mut seen)
        .or_else(|| builtin(db, name))
        .or_else(|| dunder(name))
        .or_else(|| constant(name))
        .or_else(|| {
            // `global x` in a function makes `x` a name of the module.
            global_names(db, file).contains(name).then(|| Meaning::Variable { file, name: name.into() })
        })
}

/// [`resolve_name`] for one who asks for the same names again and again.
pub(crate) struct Names<'db> {
    db: &'db dyn Db,
    file: File,
    known: RefCell<FxHashMap<SmolStr, Option<Meaning>>>,
}

impl<'db> Names<'db> {
    pub(crate) fn new(db: &'db dyn Db, file: File) -> Self {
        Names { db, file, known: RefCell::default() }
    }

    pub(crate) fn resolve(&self, name: &SmolStr) -> Option<Meaning> {
        if let Some(known) = self.known.borrow().get(name) {
            return known.clone();
        }
        let found = resolve_name(self.db, self.file, name);
        self.known.borrow_mut().insert(name.clone(), found.clone());
        found
    }
}

/// What a module has under a name, for `module.name` and `from module import name`.
pub fn resolve_member(db: &dyn Db, module: &ModuleType, name: &str) -> Option<Meaning> {
    let mut seen = Seen::new();
    module_member(db, module, name, &mut seen)
}

fn module_member(db: &dyn Db, module: &ModuleType, name: &str, seen: &mut Seen) -> Option<Meaning> {
    if let Some(file) = module.file() {
        if let Some(found) = member(db, file, name, seen) {
            return Some(found);
        }
        // `global x` in a function makes `x` a name of the module.
        if global_names(db, file).contains(name) {
            return Some(Meaning::Variable { file, name: name.into() });
        }
    }
    let ModuleType::Package { folder, .. } = module else { return dunder(name) };
    submodule(db, folder, name).map(Meaning::Module).or_else(|| dunder(name))
}

fn submodule(db: &dyn Db, folder: &Utf8PathBuf, name: &str) -> Option<ModuleType> {
    // The search starts in the folder when a file of the folder imports with one dot.
    let importer = db.file(&FilePath::Disk(folder.join("__init__.na")));
    resolve_module(db, importer, 1, &[name.into()]).map(ModuleType::from)
}

/// Of the definitions of a name at the top level of a module, the one that counts: the last.
pub fn last_definition(db: &dyn Db, def: &DefRef) -> DefRef {
    match module_scope(db, def.file).names.get(def.item.name()) {
        Some(Local::Item(item)) => DefRef { file: def.file, item: item.clone() },
        _ => def.clone(),
    }
}

fn member(db: &dyn Db, file: File, name: &str, seen: &mut Seen) -> Option<Meaning> {
    let scope = module_scope(db, file);
    match scope.names.get(name) {
        Some(Local::Item(item)) => return Some(Meaning::Item(DefRef { file, item: item.clone() })),
        Some(Local::Variable) => return Some(Meaning::Variable { file, name: name.into() }),
        Some(Local::Module { dots, path }) => {
            return Some(import_target(db, file, *dots, path).map_or(Meaning::Unknown, Meaning::Module));
        }
        Some(Local::Member { dots, path, name: member }) => {
            follow(seen, file, name)?;
            let found = import_target(db, file, *dots, path).and_then(|it| module_member(db, &it, member, seen));
            return Some(found.unwrap_or(Meaning::Unknown));
        }
        None if scope.stars.is_empty() => return None,
        None => follow(seen, file, name)?,
    }
    let mut is_unknown = false;
    for star in &scope.stars {
        match import_target(db, file, star.dots, &star.path) {
            None => is_unknown = true,
            Some(module) => {
                let Some(from) = module.file() else { continue };
                if is_exported(db, from, name)
                    && let Some(found) = member(db, from, name, seen)
                {
                    return Some(found);
                }
            }
        }
    }
    is_unknown.then_some(Meaning::Unknown)
}

/// Goes on to other modules from a name. None where it has been before, or has gone too far.
fn follow(seen: &mut Seen, file: File, name: &str) -> Option<()> {
    if seen.len() > MOST_STEPS || seen.iter().any(|it| it.0 == file && it.1 == name) {
        return None;
    }
    seen.push((file, name.into()));
    Some(())
}

/// Does `from module import *` bring the name?
pub fn is_exported(db: &dyn Db, module: File, name: &str) -> bool {
    let scope = module_scope(db, module);
    if scope.exports.is_empty() { !name.starts_with('_') } else { scope.exports.iter().any(|it| it == name) }
}

/// The module that a path of an import means. `data.na` means the file beside the importing one; `x.py` is none.
pub fn import_target(db: &dyn Db, file: File, dots: usize, path: &[SmolStr]) -> Option<ModuleType> {
    let path = match path {
        [name, extension] if extension == "na" => std::slice::from_ref(name),
        [_, .., extension] if extension == "py" => return None,
        other => other,
    };
    target_of(db, file, ImportPath::new(db, dots, path.to_vec()))
}

/// The path of an import.
#[salsa::interned(debug)]
struct ImportPath<'db> {
    #[returns(copy)]
    dots: usize,
    #[returns(ref)]
    names: Vec<SmolStr>,
}

/// Each name that an import binds is looked up wherever it is used: the folders are searched once.
#[salsa::tracked(returns(clone))]
fn target_of<'db>(db: &'db dyn Db, file: File, path: ImportPath<'db>) -> Option<ModuleType> {
    resolve_module(db, file, path.dots(db), path.names(db)).map(ModuleType::from)
}

impl From<ResolvedModule> for ModuleType {
    fn from(module: ResolvedModule) -> Self {
        match module {
            ResolvedModule::File(file) => Self::File(file),
            ResolvedModule::Package { folder, init } => Self::Package { folder, init },
        }
    }
}

/// Names that every module has.
fn dunder(name: &str) -> Option<Meaning> {
    matches!(name, "__name__" | "__file__" | "__doc__" | "__exports__").then_some(Meaning::Unknown)
}

/// Values of the language that are declared in no file of the library.
fn constant(name: &str) -> Option<Meaning> {
    matches!(name, "NotImplemented" | "Ellipsis" | "object").then_some(Meaning::Unknown)
}

/// What every program sees, by name, and the methods of builtin types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Builtins {
    names: FxHashMap<SmolStr, DefRef>,
    methods: FxHashMap<SmolStr, FxHashMap<SmolStr, DefRef>>,
}

#[salsa::tracked(returns(ref))]
fn builtins(db: &dyn Db) -> Builtins {
    let mut all = Builtins::default();
    for library_file in FILES.iter().filter(|it| matches!(it.kind, LibraryKind::Builtins | LibraryKind::Type)) {
        let file = db.file(&FilePath::Library(library_file.path));
        for item in item_tree(db, file).top_level() {
            let def = DefRef { file, item: item.id.clone() };
            match &item.data {
                ItemData::Callable(callable) => match callable.receiver.as_ref().and_then(|it| it.ty.clone()) {
                    Some(owner) => {
                        all.methods.entry(owner).or_default().insert(item.name().clone(), def);
                    }
                    None => {
                        all.names.insert(item.name().clone(), def);
                    }
                },
                ItemData::Record(_) => {
                    all.names.insert(item.name().clone(), def);
                }
                ItemData::Agent(_) | ItemData::Field(_) => {}
            }
        }
    }
    all
}

fn builtin(db: &dyn Db, name: &str) -> Option<Meaning> {
    builtins(db).names.get(name).cloned().map(Meaning::Item)
}

/// The names that every program sees.
pub fn builtin_names(db: &dyn Db) -> Vec<SmolStr> {
    let mut all: Vec<SmolStr> = builtins(db).names.keys().filter(|it| !it.starts_with('_')).cloned().collect();
    all.sort();
    all
}

/// The declaration of a builtin by its name.
pub fn builtin_def(db: &dyn Db, name: &str) -> Option<DefRef> {
    builtins(db).names.get(name).cloned()
}

/// The names of all builtins.
pub(crate) fn builtin_defs(db: &dyn Db) -> &FxHashMap<SmolStr, DefRef> {
    &builtins(db).names
}

/// The declaration of a method of a builtin type: `str`, `list` …
pub fn builtin_method(db: &dyn Db, ty: &str, name: &str) -> Option<DefRef> {
    builtins(db).methods.get(ty)?.get(name).cloned()
}

/// The names of the methods of a builtin type.
pub fn builtin_method_names(db: &dyn Db, ty: &str) -> Vec<SmolStr> {
    let mut all: Vec<SmolStr> = builtins(db).methods.get(ty).into_iter().flat_map(|it| it.keys().cloned()).collect();
    all.sort();
    all
}

/// Do functions of a file assign the name, after `global`?
pub fn is_assigned_by_functions(db: &dyn Db, file: File, name: &str) -> bool {
    global_names(db, file).contains(name)
}

/// The methods in the bodies of the records and agents of a file, by name.
#[salsa::tracked(returns(clone))]
pub(crate) fn record_methods(db: &dyn Db, file: File) -> Arc<FxHashMap<SmolStr, Vec<ItemId>>> {
    let mut all: FxHashMap<SmolStr, Vec<ItemId>> = FxHashMap::default();
    for item in item_tree(db, file).items.iter().filter(|it| it.id.kind() == ItemKind::Function) {
        if item.id.parent().is_some() {
            all.entry(item.name().clone()).or_default().push(item.id.clone());
        }
    }
    Arc::new(all)
}

/// The names that functions of a file assign after `global`.
#[salsa::tracked(returns(clone))]
fn global_names(db: &dyn Db, file: File) -> Arc<FxHashSet<SmolStr>> {
    let mut names = FxHashSet::default();
    for definition in definitions(db, file).iter().filter(|it| *it.owner(db) != Owner::Module) {
        names.extend(globals_of(db, definition).iter().cloned());
    }
    Arc::new(names)
}

#[salsa::tracked(returns(clone))]
fn globals_of<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<[SmolStr]> {
    let body = body_of(db, definition);
    let names = body.exprs.iter().filter_map(|(_, it)| match it {
        Expr::BindGlobal(name) => Some(name.clone()),
        _ => None,
    });
    names.collect()
}

/// The files that a file imports, directly or through others, itself first. At most a thousand.
#[salsa::tracked(returns(clone))]
pub fn imported_files(db: &dyn Db, file: File) -> Arc<[File]> {
    const MOST: usize = 1_000;
    let mut all = vec![file];
    let mut seen = FxHashSet::from_iter([file]);
    let mut at = 0;
    while let Some(&file) = all.get(at)
        && all.len() < MOST
    {
        at += 1;
        all.extend(direct_imports(db, file).iter().filter(|it| seen.insert(**it)));
    }
    all.into()
}

/// The files that a file imports itself.
#[salsa::tracked(returns(clone))]
pub fn direct_imports(db: &dyn Db, file: File) -> Arc<[File]> {
    let tree = item_tree(db, file);
    let mut all: Vec<File> = Vec::new();
    let mut add = |module: Option<ModuleType>| {
        if let Some(file) = module.as_ref().and_then(ModuleType::file)
            && !all.contains(&file)
            && !matches!(file.path(db), FilePath::Library(_))
        {
            all.push(file);
        }
    };
    for import in &tree.imports {
        let target = import_target(db, file, import.dots, &import.path);
        if let (Some(ModuleType::Package { folder, .. }), Imported::Names(names)) = (&target, &import.imported) {
            names.iter().for_each(|it| add(submodule(db, folder, &it.name)));
        }
        // Each package on the way runs too.
        for length in 1..import.path.len() {
            add(import_target(db, file, import.dots, &import.path[..length]));
        }
        add(target);
    }
    all.into()
}
