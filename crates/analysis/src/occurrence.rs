//! What each name in a definition stands for: the one answer that navigation, references, renaming and highlighting share.
//!
//! The names of a definition are a query of their own, without offsets of the file: an edit elsewhere leaves them.

mod symbol;

use std::sync::Arc;

use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{SyntaxNode, SyntaxToken, TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

pub use symbol::{
    Symbol, field_symbol, item_symbol, meaning_symbol, member_symbols, module_name, module_name_symbol, names_of_scope,
    parameter_symbol, root_symbol,
};

use symbol::parameter_of;

use crate::infer::{Inference, Target, infer};
use crate::scope::{Meaning, builtin_def, import_target, resolve_member, resolve_name};
use crate::signature::builtin_type;
use crate::ty::{DefRef, Type};
use crate::{
    BindingKind, Body, BodySourceMap, Db, Definition, Expr, ExprId, FieldBody, File, ModuleRef, NameRef, Owner, Part,
    Place, Stmt, VariableId, body_of, body_source_map,
};

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

#[cfg(test)]
mod tests;
