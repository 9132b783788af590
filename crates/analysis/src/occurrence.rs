//! What each name in a definition stands for: the one answer that navigation, references, renaming and highlighting share.
//!
//! The names of a definition are a query of their own, without offsets of the file: an edit elsewhere leaves them.

use std::sync::Arc;

use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{SyntaxNode, SyntaxToken, TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::infer::{Inference, Target, infer};
use crate::record::{Member, all_fields, linearize, record_info};
use crate::scope::{Meaning, builtin_def, import_target, last_definition, module_scope, resolve_member, resolve_name};
use crate::signature::{builtin_type, signature};
use crate::ty::{DefRef, ModuleType, Type};
use crate::{
    BindingKind, Body, BodySourceMap, ContextScope, Db, Definition, Expr, ExprId, FieldBody, File, FilePath, ItemKind,
    ModuleRef, NameRef, Owner, Part, Place, Stmt, VariableId, body_of, body_source_map,
};

/// What a name stands for, the same wherever it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Symbol {
    /// A parameter, a variable or a function inside a body.
    Local {
        file: File,
        owner: Owner,
        variable: VariableId,
    },
    /// A function, workflow, record type, agent or method.
    Item(DefRef),
    /// A field, with the record that declares it.
    Field {
        record: DefRef,
        name: SmolStr,
    },
    /// A variable of a module.
    Variable {
        file: File,
        name: SmolStr,
    },
    Module(ModuleType),
    /// `public:x`: one value for the whole run.
    Scoped {
        scope: ContextScope,
        name: SmolStr,
    },
}

impl Symbol {
    /// The name at its definition. Empty for a module without a file, which has none.
    pub fn name(&self, db: &dyn Db) -> SmolStr {
        match self {
            Self::Local { file, owner, variable } => crate::definitions(db, *file)
                .get(owner)
                .map(|it| body_of(db, it).variables[*variable].name.clone())
                .unwrap_or_default(),
            Self::Item(def) => def.item.name().clone(),
            Self::Field { name, .. } | Self::Variable { name, .. } | Self::Scoped { name, .. } => name.clone(),
            Self::Module(module) => module_name(db, module),
        }
    }

    /// Does it come with the language?
    pub fn is_library(&self, db: &dyn Db) -> bool {
        self.file().is_some_and(|it| matches!(it.path(db), FilePath::Library(_)))
    }

    /// The file that defines it. None for a folder and for what lives in the context of a run.
    pub fn file(&self) -> Option<File> {
        match self {
            Self::Local { file, .. } | Self::Variable { file, .. } => Some(*file),
            Self::Item(def) | Self::Field { record: def, .. } => Some(def.file),
            Self::Module(module) => module.file(),
            Self::Scoped { .. } => None,
        }
    }
}

/// The name by which programs import a module: the last part of its path.
pub fn module_name(db: &dyn Db, module: &ModuleType) -> SmolStr {
    match module {
        ModuleType::File(file) => match file.path(db) {
            FilePath::Disk(path) => path.file_stem().unwrap_or_default().into(),
            FilePath::Library(path) => path.trim_start_matches("library/").trim_end_matches(".na").into(),
            FilePath::Virtual(_) => SmolStr::default(),
        },
        ModuleType::Package { folder, .. } => folder.file_name().unwrap_or_default().into(),
    }
}

/// What happens to a name where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    Read,
    Write,
    /// `x += 1`.
    ReadWrite,
}

/// A name in a definition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Occurrence {
    /// The name itself: `x` of `public:x`.
    pub place: Place,
    pub symbol: Symbol,
    pub access: Access,
    /// Is the symbol defined here: a parameter, the name after `def`?
    pub is_definition: bool,
    /// It is part of an import or an export.
    pub is_import: bool,
}

/// The names of a definition in the order of the text. A name that may stand for several things is there several times.
#[salsa::tracked(returns(clone), lru = 1024)]
pub fn occurrences<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<[Occurrence]> {
    let body = body_of(db, definition);
    let inference = infer(db, definition);
    let map = body_source_map(db, definition);
    let mut finder = Finder {
        db,
        definition,
        file: definition.file(db),
        owner: definition.owner(db),
        targets: targets(&body),
        imported: FxHashMap::default(),
        hidden: FxHashSet::default(),
        body: &body,
        map: &map,
        inference: &inference,
        out: Vec::new(),
    };
    finder.imports();
    finder.hide_signatures();
    finder.exprs();
    finder.bindings();
    finder.own_name();
    finder.fields();
    finder.types();
    let mut out = finder.out;
    out.sort_by_key(|it| (it.place.part, it.place.range.start(), it.place.range.end(), it.access));
    merge(out).into()
}

/// `x += 1` reads and writes: one name.
fn merge(all: Vec<Occurrence>) -> Vec<Occurrence> {
    let mut out: Vec<Occurrence> = Vec::with_capacity(all.len());
    for it in all {
        let known =
            out.iter_mut().rev().take_while(|known| known.place == it.place).find(|known| known.symbol == it.symbol);
        match known {
            Some(known) => {
                if known.access != it.access {
                    known.access = Access::ReadWrite;
                }
                known.is_definition |= it.is_definition;
                known.is_import |= it.is_import;
            }
            None => out.push(it),
        }
    }
    out
}

/// The expressions that are given a value.
fn targets(body: &Body) -> FxHashSet<ExprId> {
    let mut out = FxHashSet::default();
    let mut rest: Vec<ExprId> = Vec::new();
    for (_, stmt) in body.stmts.iter() {
        match stmt {
            Stmt::Assign { targets, .. } => rest.extend(targets),
            Stmt::AugAssign { target, .. } | Stmt::For { target, .. } | Stmt::Del(target) => rest.push(*target),
            Stmt::With { items, .. } => rest.extend(items.iter().filter_map(|(_, it)| *it)),
            _ => {}
        }
    }
    while let Some(expr) = rest.pop() {
        out.insert(expr);
        match &body.exprs[expr] {
            Expr::Tuple(all) | Expr::List(all) => rest.extend(all),
            Expr::Spread { expr, .. } => rest.push(*expr),
            _ => {}
        }
    }
    out
}

struct Finder<'db, 'a> {
    db: &'db dyn Db,
    definition: Definition<'db>,
    file: File,
    owner: &'db Owner,
    body: &'a Body,
    map: &'a BodySourceMap,
    inference: &'a Inference,
    targets: FxHashSet<ExprId>,
    /// What imports inside a function put in its variables.
    imported: FxHashMap<VariableId, Symbol>,
    /// The variables of functions that have a definition of their own.
    hidden: FxHashSet<VariableId>,
    out: Vec<Occurrence>,
}

impl Finder<'_, '_> {
    fn add(&mut self, place: Place, symbol: Symbol, access: Access) {
        self.push(place, symbol, access, false, false);
    }

    fn push(&mut self, place: Place, symbol: Symbol, access: Access, is_definition: bool, is_import: bool) {
        if !place.range.is_empty() {
            self.out.push(Occurrence { place, symbol, access, is_definition, is_import });
        }
    }

    /// The last part of a place: a name with something before it.
    fn tail(place: Place, name: &str) -> Place {
        let len = TextSize::of(name);
        let start = place.range.end().checked_sub(len).unwrap_or(place.range.start());
        Place { part: place.part, range: TextRange::new(start, place.range.end()) }
    }

    fn access(&self, expr: ExprId) -> Access {
        if self.targets.contains(&expr) { Access::Write } else { Access::Read }
    }

    // ----- what names mean

    fn meaning(&self, meaning: &Meaning) -> Option<Symbol> {
        meaning_symbol(meaning)
    }

    /// What a name of the module or the library stands for.
    fn module_name(&self, name: &str) -> Option<Symbol> {
        module_name_symbol(self.db, self.file, name)
    }

    fn variable(&self, variable: VariableId) -> Option<Symbol> {
        let of = &self.body.variables[variable];
        if *self.owner == Owner::Module && of.function == self.body.root && !of.is_inner {
            return self.module_name(&of.name);
        }
        if let Some(imported) = self.imported.get(&variable) {
            return Some(imported.clone());
        }
        if self.hidden.contains(&variable) {
            return None;
        }
        Some(Symbol::Local { file: self.file, owner: self.owner.clone(), variable })
    }

    // ----- the parts of a definition

    fn exprs(&mut self) {
        let body = self.body;
        for (id, expr) in body.exprs.iter() {
            let Some(place) = self.map.expr(id) else { continue };
            match expr {
                Expr::Name(NameRef::Variable(variable)) => {
                    if let Some(symbol) = self.variable(*variable) {
                        let place = Self::tail(place, &body.variables[*variable].name);
                        self.add(place, symbol, self.access(id));
                    }
                }
                Expr::Name(NameRef::Free(name)) => {
                    let known = self.inference.meanings.get(id).and_then(|it| self.meaning(it));
                    if let Some(symbol) = known.or_else(|| self.module_name(name)) {
                        self.add(Self::tail(place, name), symbol, Access::Read);
                    }
                }
                Expr::BindGlobal(name) => {
                    if let Some(symbol) = self.module_name(name) {
                        self.add(Self::tail(place, name), symbol, Access::Write);
                    }
                }
                Expr::Scoped { scope, name, .. } => {
                    let symbol = Symbol::Scoped { scope: *scope, name: name.clone() };
                    self.add(Self::tail(place, name), symbol, self.access(id));
                }
                Expr::Attribute { base, name } if !name.is_empty() => {
                    let place = Self::tail(place, name);
                    for symbol in self.attribute(id, *base, name) {
                        self.add(place, symbol, self.access(id));
                    }
                }
                Expr::Call(call) => {
                    for arg in &call.args {
                        let crate::Arg::Keyword(name, value) = arg else { continue };
                        let Some(place) = self.map.name(*value) else { continue };
                        for symbol in self.argument(id, name) {
                            self.add(place, symbol, Access::Read);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn attribute(&self, id: ExprId, base: ExprId, name: &SmolStr) -> Vec<Symbol> {
        if let Some(meaning) = self.inference.meanings.get(id) {
            return self.meaning(meaning).into_iter().collect();
        }
        let mut out = Vec::new();
        let mut add = |it: Symbol| {
            if !out.contains(&it) {
                out.push(it);
            }
        };
        for member in self.inference.type_of(base).members() {
            member_symbols(self.db, self.file, member, name).into_iter().for_each(&mut add);
        }
        if out.is_empty() {
            // A function in sight whose first parameter takes the value.
            for member in self.inference.type_of(id).members() {
                if let Type::Method(it) = member {
                    out.push(item_symbol(&it.1));
                }
            }
        }
        out
    }

    /// What a keyword argument names: a parameter, or a field of the record that is made.
    fn argument(&self, call: ExprId, name: &SmolStr) -> Vec<Symbol> {
        let Some(info) = self.inference.calls.get(&call) else { return Vec::new() };
        let mut out = Vec::new();
        for target in &info.targets {
            let symbol = match target {
                Target::Def(def) => parameter_symbol(self.db, def, name),
                Target::BuiltinType(ty) => builtin_def(self.db, ty).and_then(|it| parameter_symbol(self.db, &it, name)),
                Target::Constructor(def) => field_symbol(self.db, def, name),
                Target::Closure { file, owner, function } => {
                    parameter_of(self.db, *file, owner, name, |_| Some(*function))
                }
                Target::Unknown(_) => None,
            };
            out.extend(symbol.filter(|it| !out.contains(it)));
        }
        out
    }

    fn bindings(&mut self) {
        for (id, binding) in self.body.bindings.iter() {
            let Some(place) = self.map.binding(id) else { continue };
            if place.range.is_empty() || binding.kind == BindingKind::Import {
                continue;
            }
            let Some(symbol) = self.variable(binding.variable) else { continue };
            // The name of an item is told by its own definition.
            if matches!((&symbol, binding.kind), (Symbol::Item(_), BindingKind::Definition)) {
                continue;
            }
            let is_definition = matches!(binding.kind, BindingKind::Param | BindingKind::Definition);
            self.push(place, symbol, Access::Write, is_definition, false);
        }
    }

    /// The name after `def`, `struct` and the like.
    fn own_name(&mut self) {
        let Owner::Item(item) = self.owner else { return };
        if item.name().is_empty() {
            return;
        }
        if let Some(place) = self.map.function(self.body.root) {
            let def = DefRef { file: self.file, item: item.clone() };
            self.push(place, item_symbol(&def), Access::Write, true, false);
        }
    }

    fn fields(&mut self) {
        let (Owner::Item(item), Some(record)) = (self.owner, &self.body.record) else { return };
        let def = DefRef { file: self.file, item: item.clone() };
        let mut index = 0;
        for field in &record.fields {
            if let Some(place) = self.map.field(index)
                && !field.name.is_empty()
                && let Some(symbol) = field_symbol(self.db, &def, &field.name)
            {
                self.push(place, symbol, Access::Write, true, false);
            }
            index += count(field);
        }
    }

    /// The signatures of an interface have definitions of their own.
    fn hide_signatures(&mut self) {
        let Some(record) = &self.body.record else { return };
        if record.signatures.is_empty() {
            return;
        }
        for (id, variable) in self.body.variables.iter() {
            if record.signatures.contains(&variable.function) {
                self.hidden.insert(id);
            }
        }
    }

    fn types(&mut self) {
        let body = self.body;
        for (_, ty) in body.types.iter() {
            ty.for_each_path(&mut |names, id| {
                if let Some(place) = self.map.path(id) {
                    self.path(names, place);
                }
            });
        }
    }

    fn path(&mut self, names: &[SmolStr], place: Place) {
        let [first, rest @ ..] = names else { return };
        let written: usize = names.iter().map(|it| it.len() + 1).sum::<usize>() - 1;
        let len = usize::from(place.range.len());
        // A name in quotes refers forward; names with white space between them are not looked into.
        let inset = if len == written {
            0
        } else if len == written + 2 && rest.is_empty() {
            1
        } else {
            return;
        };
        let mut at = place.range.start() + TextSize::new(inset);
        let mut meaning = resolve_name(self.db, self.file, first);
        for (index, name) in names.iter().enumerate() {
            let range = TextRange::at(at, TextSize::of(name.as_str()));
            let symbol = match &meaning {
                Some(meaning) => self.meaning(meaning),
                None => None,
            };
            let symbol = symbol.or_else(|| {
                let builtin = index == 0 && names.len() == 1 && builtin_type(name).is_some();
                builtin.then(|| builtin_def(self.db, name)).flatten().map(Symbol::Item)
            });
            if let Some(symbol) = symbol {
                self.add(Place { part: place.part, range }, symbol, Access::Read);
            }
            at = range.end() + TextSize::new(1);
            let next = names.get(index + 1);
            meaning = match (meaning, next) {
                (Some(Meaning::Module(module)), Some(next)) => resolve_member(self.db, &module, next),
                _ => None,
            };
        }
    }

    // ----- imports, which the body keeps without places

    fn imports(&mut self) {
        let body = self.body;
        let mut trees: FxHashMap<u32, SyntaxNode> = FxHashMap::default();
        for (id, stmt) in body.stmts.iter() {
            if !matches!(stmt, Stmt::Import { .. } | Stmt::FromImport { .. } | Stmt::Export(_) | Stmt::Global { .. }) {
                continue;
            }
            let Some(place) = self.map.stmt(id) else { continue };
            let parts = &self.definition.syntax(self.db).parts;
            let Some(Part::Tree(green)) = parts.get(place.part as usize) else { continue };
            let tree = trees.entry(place.part).or_insert_with(|| SyntaxNode::new_root(green.clone()));
            if !tree.text_range().contains_range(place.range) {
                continue;
            }
            let found = tree.covering_element(place.range);
            let Some(node) = found.as_node().cloned().or_else(|| found.parent()) else { continue };
            self.import_statement(stmt, &node, place.part);
        }
    }

    fn import_statement(&mut self, stmt: &Stmt, node: &SyntaxNode, part: u32) {
        let find = |cast: fn(danaide_syntax::SyntaxKind) -> bool| node.ancestors().find(|it| cast(it.kind()));
        match stmt {
            Stmt::Import { path, binding, has_alias } => {
                let Some(alias) = find(ast::ImportAlias::can_cast).and_then(ast::ImportAlias::cast) else { return };
                self.module_path(alias.module_path(), path, part);
                let length = if *has_alias || path.extension().is_some() { path.path.len() } else { 1 };
                let module = import_target(self.db, self.file, path.dots, &path.path[..length.min(path.path.len())]);
                let symbol = module.map(Symbol::Module);
                if let Some(binding) = binding {
                    let variable = self.body.bindings[*binding].variable;
                    self.note_import(variable, symbol.clone());
                    if let (Some(token), Some(symbol)) = (alias.alias(), symbol.or_else(|| self.variable(variable))) {
                        self.push(at(part, &token), symbol, Access::Write, false, true);
                    }
                }
            }
            Stmt::FromImport { path, names, .. } => {
                let Some(import) = find(ast::FromImportStmt::can_cast).and_then(ast::FromImportStmt::cast) else {
                    return;
                };
                self.module_path(import.module_path(), path, part);
                let module = import_target(self.db, self.file, path.dots, &path.path);
                let written = import.import_names().filter(|it| it.name().is_some());
                for (it, (name, binding)) in written.zip(names) {
                    let meaning = module.as_ref().and_then(|module| resolve_member(self.db, module, name));
                    let mut symbol = meaning.and_then(|it| self.meaning(&it));
                    if let Some(binding) = binding {
                        let variable = self.body.bindings[*binding].variable;
                        self.note_import(variable, symbol.clone());
                        symbol = symbol.or_else(|| self.variable(variable));
                    }
                    let Some(symbol) = symbol else { continue };
                    if let Some(token) = it.name() {
                        self.push(at(part, &token), symbol.clone(), Access::Read, false, true);
                    }
                    if let Some(token) = it.alias() {
                        self.push(at(part, &token), symbol, Access::Write, false, true);
                    }
                }
            }
            Stmt::Export(_) => {
                let Some(export) = find(ast::ExportStmt::can_cast).and_then(ast::ExportStmt::cast) else { return };
                for token in export.idents() {
                    if let Some(symbol) = self.module_name(token.text()) {
                        self.push(at(part, &token), symbol, Access::Read, false, true);
                    }
                }
            }
            Stmt::Global { is_nonlocal, .. } => {
                let Some(global) = find(ast::GlobalStmt::can_cast).and_then(ast::GlobalStmt::cast) else { return };
                for token in global.idents() {
                    let symbol = if *is_nonlocal {
                        let captured =
                            self.body.variables.iter().find(|(_, it)| it.is_captured && it.name == token.text());
                        captured.and_then(|(id, _)| self.variable(id))
                    } else {
                        self.module_name(token.text())
                    };
                    if let Some(symbol) = symbol {
                        self.push(at(part, &token), symbol, Access::Read, false, false);
                    }
                }
            }
            _ => {}
        }
    }

    fn note_import(&mut self, variable: VariableId, symbol: Option<Symbol>) {
        let only = self.body.bindings.iter().filter(|(_, it)| it.variable == variable);
        if let Some(symbol) = symbol
            && only.count() == 1
        {
            self.imported.insert(variable, symbol);
        }
    }

    /// Each part of a path is a module of its own.
    fn module_path(&mut self, path: Option<ast::ModulePath>, names: &ModuleRef, part: u32) {
        let Some(path) = path else { return };
        let idents: Vec<SyntaxToken> = path.idents().collect();
        for (index, token) in idents.iter().enumerate() {
            let length = if names.extension().is_some() { names.path.len() } else { index + 1 };
            if length > names.path.len() {
                return;
            }
            let module = import_target(self.db, self.file, names.dots, &names.path[..length]);
            if let Some(module) = module {
                self.push(at(part, token), Symbol::Module(module), Access::Read, false, true);
            } else if index == 0
                && let Some(symbol @ Symbol::Variable { .. }) = self.module_name(token.text())
            {
                // It is not found, but its uses in the file belong together.
                self.push(at(part, token), symbol, Access::Write, false, true);
            }
        }
    }
}

fn at(part: u32, token: &SyntaxToken) -> Place {
    Place { part, range: token.text_range() }
}

/// How many names of fields a field has, with those below it.
fn count(field: &FieldBody) -> usize {
    1 + field.nested.iter().map(count).sum::<usize>()
}

/// What a meaning stands for. None if nothing is known of it.
pub fn meaning_symbol(meaning: &Meaning) -> Option<Symbol> {
    Some(match meaning {
        Meaning::Item(def) => item_symbol(def),
        Meaning::Variable { file, name } => Symbol::Variable { file: *file, name: name.clone() },
        Meaning::Module(module) => Symbol::Module(module.clone()),
        Meaning::Unknown => return None,
    })
}

/// What a name stands for in a module: its own names, those it imports, or what every program sees.
pub fn module_name_symbol(db: &dyn Db, file: File, name: &str) -> Option<Symbol> {
    let found = resolve_name(db, file, name).and_then(|it| meaning_symbol(&it));
    found.or_else(|| {
        // From a module that is not found: still one name in this file.
        module_scope(db, file).contains(name).then(|| Symbol::Variable { file, name: name.into() })
    })
}

/// The symbol of a function, method, record type, agent or field.
pub fn item_symbol(def: &DefRef) -> Symbol {
    match (def.item.kind(), def.item.parent()) {
        (ItemKind::Field, Some(parent)) => {
            Symbol::Field { record: DefRef { file: def.file, item: parent.clone() }, name: def.item.name().clone() }
        }
        _ => Symbol::Item(def.clone()),
    }
}

/// The method in the body of the outermost base that has one of the name.
fn outermost_method(db: &dyn Db, record: &DefRef, name: &str) -> Option<DefRef> {
    linearize(db, record).iter().rev().find_map(|it| {
        let item = record_info(db, it)?.methods.get(name)?.clone();
        Some(DefRef { file: it.file, item })
    })
}

/// Does the record itself declare the field?
fn declares_field(db: &dyn Db, record: &DefRef, name: &str) -> bool {
    record_info(db, record).is_some_and(|it| it.fields.iter().any(|field| field.name == name))
}

/// The field of a record type, or of the nearest base that has it.
pub fn field_symbol(db: &dyn Db, record: &DefRef, name: &str) -> Option<Symbol> {
    let owner = linearize(db, record).into_iter().find(|it| declares_field(db, it, name))?;
    Some(Symbol::Field { record: owner, name: name.into() })
}

/// The symbol that stands for all that share a name by design: the last of several definitions, and what a method or a
/// field overrides.
pub fn root_symbol(db: &dyn Db, symbol: &Symbol) -> Symbol {
    match symbol {
        Symbol::Field { record, name } => {
            let owner = linearize(db, record).into_iter().rev().find(|it| declares_field(db, it, name));
            Symbol::Field { record: owner.unwrap_or_else(|| record.clone()), name: name.clone() }
        }
        Symbol::Item(def) if matches!(def.file.path(db), FilePath::Library(_)) => symbol.clone(),
        Symbol::Item(def) => {
            let name = def.item.name();
            let overridden = match def.item.parent() {
                Some(parent) => outermost_method(db, &DefRef { file: def.file, item: parent.clone() }, name),
                None => match signature(db, def).and_then(|it| it.receiver.clone()) {
                    Some(receiver) => receiver.members().iter().find_map(|it| match it {
                        Type::Record(record) | Type::Agent(record) => outermost_method(db, record, name),
                        _ => None,
                    }),
                    None => return Symbol::Item(last_definition(db, def)),
                },
            };
            Symbol::Item(overridden.unwrap_or_else(|| def.clone()))
        }
        _ => symbol.clone(),
    }
}

/// What `value.name` stands for, for a value of a type. Several for what is delegated to a union.
pub fn member_symbols(db: &dyn Db, from: File, ty: &Type, name: &str) -> Vec<Symbol> {
    match ty {
        Type::Record(def) | Type::Agent(def) => record_member(db, from, def, name, &mut Vec::new()),
        Type::RecordType(def) => record_member(db, from, def, name, &mut Vec::new()),
        Type::Module(module) => {
            resolve_member(db, module, name).and_then(|it| meaning_symbol(&it)).into_iter().collect()
        }
        Type::Native(maker) => crate::infer::native_method(db, maker, name).map(Symbol::Item).into_iter().collect(),
        other => crate::infer::builtin_type_name(other)
            .and_then(|it| crate::scope::builtin_method(db, it, name))
            .map(Symbol::Item)
            .into_iter()
            .collect(),
    }
}

fn record_member(db: &dyn Db, from: File, def: &DefRef, name: &str, seen: &mut Vec<DefRef>) -> Vec<Symbol> {
    if seen.contains(def) || seen.len() > 32 {
        return Vec::new();
    }
    seen.push(def.clone());
    if let Some(field) = field_symbol(db, def, name) {
        return vec![field];
    }
    if let Some(method) = crate::record::find_method(db, from, def, name) {
        return vec![item_symbol(&method)];
    }
    if !matches!(crate::record::find_member(db, from, def, name), Some(Member::Field(_) | Member::Method(_))) {
        return Vec::new();
    }
    // A field whose name starts with `_` answers for the record.
    for field in all_fields(db, def).iter().filter(|it| it.is_delegate()) {
        let found: Vec<Symbol> = field
            .ty
            .members()
            .iter()
            .flat_map(|it| match it {
                Type::Record(inner) | Type::Agent(inner) => record_member(db, from, inner, name, seen),
                other => member_symbols(db, from, other, name),
            })
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The names that a definition uses with a scope.
pub fn names_of_scope(db: &dyn Db, definition: Definition<'_>, scope: ContextScope) -> Vec<SmolStr> {
    let body = body_of(db, definition);
    let names = body.exprs.iter().filter_map(|(_, it)| match it {
        Expr::Scoped { scope: other, name, .. } if *other == scope => Some(name.clone()),
        _ => None,
    });
    names.collect()
}

/// The parameter of a function by its name.
pub fn parameter_symbol(db: &dyn Db, def: &DefRef, name: &str) -> Option<Symbol> {
    parameter_of(db, def.file, &Owner::Item(def.item.clone()), name, |body| Some(body.root))
}

fn parameter_of(
    db: &dyn Db,
    file: File,
    owner: &Owner,
    name: &str,
    function: impl FnOnce(&Body) -> Option<crate::FunctionId>,
) -> Option<Symbol> {
    let body = body_of(db, crate::definitions(db, file).get(owner)?);
    let function = &body.functions[function(&body)?];
    let param = function.params.iter().find(|it| it.name == name)?;
    let variable = body.bindings[param.binding?].variable;
    Some(Symbol::Local { file, owner: owner.clone(), variable })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::{AnalysisHost, MemoryFileSystem, definitions};

    fn check(text: &str, expected: Expect) {
        let other = "def helper(n: int) -> int:\n    return n\nlimit = 3\n";
        let host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", text), ("/other.na", other)]));
        let db = host.db();
        let file = host.file(&FilePath::disk("/a.na"));
        let mut all = Vec::new();
        for definition in definitions(db, file).iter() {
            for it in occurrences(db, definition).iter() {
                let Some(range) = definition.absolute(db, it.place) else { continue };
                let symbol = match &it.symbol {
                    Symbol::Local { owner: Owner::Item(item), .. } => format!("local of {}", item.name()),
                    Symbol::Local { .. } => "local".to_owned(),
                    Symbol::Item(def) => format!("item {}:{}", def.file.path(db), def.item.name()),
                    Symbol::Field { record, name } => format!("field {}.{name}", record.item.name()),
                    Symbol::Variable { file, name } => format!("variable {}:{name}", file.path(db)),
                    Symbol::Module(module) => format!("module {}", module_name(db, module)),
                    Symbol::Scoped { scope, name } => format!("{}:{name}", scope.as_str()),
                };
                let mark = if it.is_definition { " definition" } else { "" };
                all.push((range, format!("{} {:?}{mark} {symbol}", &text[range], it.access)));
            }
        }
        all.sort_by_key(|it| (it.0.start(), it.0.end()));
        let mut out = String::new();
        for (range, line) in all {
            writeln!(out, "{:?} {line}", range.start()).unwrap();
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn names_of_a_function() {
        check(
            "def f(a, b=1):\n    c = a\n    c += b\n    print(f'{c}')\nx = f(1, b=2)\n",
            expect![[r#"
                4 f Write definition item /a.na:f
                6 a Write definition local of f
                9 b Write definition local of f
                19 c Write local of f
                23 a Read local of f
                29 c ReadWrite local of f
                34 b Read local of f
                40 print Read item library/builtins.na:print
                49 c Read local of f
                54 x Write variable /a.na:x
                58 f Read item /a.na:f
                63 b Read local of f
            "#]],
        );
    }

    #[test]
    fn imports_and_attributes() {
        check(
            "import other as o\nfrom other import helper as h, limit\nh(n=limit)\no.helper(o.limit)\n",
            expect![[r#"
                7 other Read module other
                16 o Write module other
                23 other Read module other
                36 helper Read item /other.na:helper
                46 h Write item /other.na:helper
                49 limit Read variable /other.na:limit
                55 h Read item /other.na:helper
                57 n Read local of helper
                59 limit Read variable /other.na:limit
                66 o Read module other
                68 helper Read item /other.na:helper
                75 o Read module other
                77 limit Read variable /other.na:limit
            "#]],
        );
    }

    #[test]
    fn records() {
        check(
            "struct P:\n    x: int = 0\n    def up(self, by: int):\n        self.x += by\ndef (self: P) twice() -> P:\n    return P(x=self.x)\np = P(x=1)\np.up(by=2)\np.twice().x\n'a'.upper()\n",
            expect![[r#"
                7 P Write definition item /a.na:P
                14 x Write definition field P.x
                17 int Read item library/types/int.na:int
                33 up Write definition item /a.na:up
                36 self Write definition local of up
                42 by Write definition local of up
                46 int Read item library/types/int.na:int
                60 self Read local of up
                65 x ReadWrite field P.x
                70 by Read local of up
                78 self Write definition local of twice
                84 P Read item /a.na:P
                87 twice Write definition item /a.na:twice
                98 P Read item /a.na:P
                112 P Read item /a.na:P
                114 x Read field P.x
                116 self Read local of twice
                121 x Read field P.x
                124 p Write variable /a.na:p
                128 P Read item /a.na:P
                130 x Read field P.x
                135 p Read variable /a.na:p
                137 up Read item /a.na:up
                140 by Read local of up
                146 p Read variable /a.na:p
                148 twice Read item /a.na:twice
                156 x Read field P.x
                162 upper Read item library/types/str.na:upper
            "#]],
        );
    }

    #[test]
    fn scopes() {
        check(
            "public:total = 1\ndef f() -> 'P':\n    global n\n    n = public:total\nstruct P:\n    y: int\n",
            expect![[r#"
                7 total Write public:total
                21 f Write definition item /a.na:f
                29 P Read item /a.na:P
                44 n Read variable /a.na:n
                50 n Write variable /a.na:n
                61 total Read public:total
                74 P Write definition item /a.na:P
                81 y Write definition field P.y
                84 int Read item library/types/int.na:int
            "#]],
        );
    }
}
