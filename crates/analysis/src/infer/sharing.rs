//! Which collections may get other items than those that are put into them in sight.
//!
//! The items of a list, a set or a dict are known from what a body puts into it. When the collection is handed to a
//! function that may change it, kept in a second place, or changed by a function inside, other items may come: then
//! nothing is claimed about its items. The same holds for the collections inside a collection once one of them is changed
//! under another name, as `row` in `for row in rows: row.append(x)`.

use std::sync::Arc;

use la_arena::{ArenaMap, Idx};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::scope::{Meaning, Names, module_scope};
use crate::ty::{DefRef, ModuleType, Type};
use crate::{
    Arg, BindingKind, Body, Call, Clause, Db, Definition, Expr, ExprId, File, FilePath, FunctionBody, ItemKind,
    NameRef, Owner, Stmt, TypeRef, VariableId, body_of, definition, definitions,
};

/// Methods of collections that put something in.
const GROWING: &[&str] = &["append", "add", "insert", "extend", "update", "setdefault"];
/// Methods of collections that put in the value itself, not what it holds.
const KEEPING: &[&str] = &["append", "add", "insert", "setdefault"];
/// Methods that take something out of a collection: what they give may be in the collection still.
const TAKING: &[&str] = &["get", "pop", "popitem", "setdefault", "values", "items"];
/// Other methods of builtin types to which collections are given or which they have.
const HARMLESS: &[&str] = &[
    "clear",
    "copy",
    "count",
    "difference",
    "difference_update",
    "discard",
    "endswith",
    "extend",
    "format",
    "index",
    "intersection",
    "intersection_update",
    "isdisjoint",
    "issubset",
    "issuperset",
    "join",
    "keys",
    "remove",
    "reverse",
    "sort",
    "split",
    "startswith",
    "symmetric_difference",
    "union",
    "update",
];

/// What is done with a value where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It is looked at.
    Read,
    /// Something is put into it.
    Grow,
    /// It is kept in another place too.
    Keep,
    /// A function gets it that may change it.
    Give,
    /// It is an argument: the number of it in the call.
    Passed(ExprId, usize),
    /// The function gives it to whoever calls.
    Returned,
    /// The value of the expression around may be this one.
    Same(ExprId),
    /// It is the first of a pipeline, or of a union of sets or dicts: with this.
    Piped(ExprId),
}

impl Use {
    /// May the collection be another one then, if nobody else keeps it?
    fn changes(self) -> bool {
        matches!(self, Use::Grow | Use::Give)
    }
}

/// What a body does with collections.
#[derive(Debug, Default)]
pub(super) struct Sharing {
    shared: ArenaMap<VariableId, ()>,
    /// Collections inside others are changed under other names.
    changes_inner: bool,
}

impl Sharing {
    pub(super) fn new(db: &dyn Db, definition: Definition<'_>, body: &Body, names: &Names<'_>) -> Sharing {
        let mut sharing = Sharing::default();
        let found = uses_of(db, definition);
        let uses = Uses { db, body, names, looks_into: true, found: &found };
        uses.variables(|variable, found| {
            // What is put in by the function itself is seen where it happens.
            if found != Use::Read && (found != Use::Grow || body.variables[variable].is_captured) {
                sharing.shared.insert(variable, ());
            }
        });
        if *definition.owner(db) == Owner::Module {
            let elsewhere = changed_elsewhere(db, definition.file(db));
            for (id, variable) in body.variables.iter() {
                if variable.function == body.root && elsewhere.contains(&variable.name) {
                    sharing.shared.insert(id, ());
                }
            }
        }
        sharing.changes_inner = uses.changes_inner();
        sharing
    }

    /// What is known of a value in a variable.
    pub(super) fn kept(&self, variable: VariableId, ty: &Type) -> Type {
        if self.shared.contains_idx(variable) {
            opened(ty)
        } else if self.changes_inner {
            opened_inside(ty)
        } else {
            ty.clone()
        }
    }
}

/// Is there a collection in the type whose items can change?
pub(super) fn is_collection(ty: &Type) -> bool {
    ty.members().iter().any(|it| match it {
        Type::List(_) | Type::Set(_) | Type::Dict(_) => true,
        Type::Tuple(all) => all.iter().any(is_collection),
        Type::TupleOf(item) | Type::Iterator(item) => is_collection(item),
        _ => false,
    })
}

/// The type with nothing claimed about items.
fn opened(ty: &Type) -> Type {
    let single = |ty: &Type| match ty {
        Type::List(_) => Type::list(Type::Any),
        Type::Set(_) => Type::set(Type::Any),
        Type::Dict(_) => Type::dict(Type::Any, Type::Any),
        Type::Tuple(all) => Type::tuple(all.iter().map(opened).collect()),
        Type::TupleOf(item) => Type::tuple_of(opened(item)),
        Type::Iterator(item) => Type::iterator(opened(item)),
        other => other.clone(),
    };
    if is_collection(ty) { Type::union(ty.members().iter().map(single)) } else { ty.clone() }
}

fn opened_inside(ty: &Type) -> Type {
    let single = |ty: &Type| match ty {
        Type::List(item) => Type::list(opened(item)),
        Type::Set(item) => Type::set(opened(item)),
        Type::Dict(it) => Type::dict(it.0.clone(), opened(&it.1)),
        Type::Tuple(all) => Type::tuple(all.iter().map(opened_inside).collect()),
        Type::TupleOf(item) => Type::tuple_of(opened(item)),
        Type::Iterator(item) => Type::iterator(opened(item)),
        other => other.clone(),
    };
    if is_collection(ty) { Type::union(ty.members().iter().map(single)) } else { ty.clone() }
}

/// What a definition may change of what it does not make, looking only at itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Changes {
    /// The parameters, and whether each may be changed. Empty if a decorator may make another function of it.
    params: Vec<(SmolStr, bool)>,
    /// Names of the module.
    free: FxHashSet<SmolStr>,
}

#[salsa::tracked(returns(clone))]
fn changes_of<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<Changes> {
    let body = body_of(db, definition);
    let names = Names::new(db, definition.file(db));
    let found = uses_of(db, definition);
    let uses = Uses { db, body: &body, names: &names, looks_into: false, found: &found };
    let mut changes = Changes::default();
    let mut changed = ArenaMap::default();
    uses.variables(|variable, found| {
        if found != Use::Read {
            changed.insert(variable, ());
        }
    });
    // What is taken out of a parameter and changed is a change of it too.
    let changes_inner = uses.changes_inner();
    let root = body.root();
    for param in root.params.iter().filter(|_| root.decorators.is_empty()) {
        // One that declares its items keeps to that.
        let is_declared = param.ty.is_some_and(|it| matches!(body.types[it], TypeRef::Generic { .. }));
        let is_changed =
            param.binding.is_some_and(|it| changes_inner || changed.contains_idx(body.bindings[it].variable));
        changes.params.push((param.name.clone(), is_changed && !is_declared));
    }
    for (id, expr) in body.exprs.iter() {
        if let Expr::Name(NameRef::Free(name)) = expr
            && uses.of(id) != Use::Read
        {
            changes.free.insert(name.clone());
        }
    }
    Arc::new(changes)
}

/// The variables of a module whose collections its functions may change.
#[salsa::tracked(returns(clone))]
fn changed_elsewhere(db: &dyn Db, file: File) -> Arc<FxHashSet<SmolStr>> {
    let mut names = FxHashSet::default();
    for definition in definitions(db, file).iter().filter(|it| *it.owner(db) != Owner::Module) {
        names.extend(changes_of(db, definition).free.iter().cloned());
    }
    Arc::new(names)
}

/// What is done with each value of a body, as far as the body itself says it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    uses: ArenaMap<Idx<Expr>, Use>,
    /// Whose values may be in another place too: what loops and items give.
    borrowed: ArenaMap<VariableId, ()>,
    /// Parameters, imported names and whatever else is given a value by other means than an assignment.
    given: ArenaMap<VariableId, ()>,
}

#[salsa::tracked(returns(clone))]
fn uses_of<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<Found> {
    let body = body_of(db, definition);
    let names = Names::new(db, definition.file(db));
    let uses = ArenaMap::with_capacity(body.exprs.len());
    let found = Found { uses, borrowed: ArenaMap::default(), given: ArenaMap::default() };
    let mut collect = Collect { db, body: &body, names: &names, found };
    collect.all();
    Arc::new(collect.found)
}

/// What is done with each value of a body.
struct Uses<'a> {
    db: &'a dyn Db,
    body: &'a Body,
    names: &'a Names<'a>,
    /// Are the functions that are called looked into?
    looks_into: bool,
    found: &'a Found,
}

impl Uses<'_> {
    /// What is done with the value of an expression, followed to where it goes.
    fn of(&self, expr: ExprId) -> Use {
        let mut at = expr;
        for _ in 0..self.body.exprs.len() {
            match self.found.uses.get(at) {
                Some(Use::Same(around)) => at = *around,
                Some(Use::Piped(next)) => {
                    return match &self.body.exprs[*next] {
                        Expr::Name(NameRef::Variable(variable)) if self.is_own(*variable) => Use::Read,
                        Expr::Name(_) => self.passed(*next, 0, None),
                        Expr::Set(_) | Expr::Dict(_) => Use::Read,
                        _ => Use::Give,
                    };
                }
                Some(Use::Passed(call, number)) => return self.passed_in(*call, *number),
                // Who calls has it then; the function itself is over.
                Some(Use::Returned) => return if self.looks_into { Use::Read } else { Use::Keep },
                Some(found) => return *found,
                None => return Use::Give,
            }
        }
        Use::Give
    }

    /// Are all values of a variable made here? None of them is a function.
    fn is_own(&self, variable: VariableId) -> bool {
        !self.found.borrowed.contains_idx(variable) && !self.found.given.contains_idx(variable)
    }

    fn variables(&self, mut visit: impl FnMut(VariableId, Use)) {
        for (id, expr) in self.body.exprs.iter() {
            if let Expr::Name(NameRef::Variable(variable)) = expr {
                visit(*variable, self.of(id));
            }
        }
    }

    /// Is a collection changed that may be inside another one?
    fn changes_inner(&self) -> bool {
        self.body.exprs.iter().any(|(id, expr)| match expr {
            Expr::Name(NameRef::Variable(variable)) => {
                self.found.borrowed.contains_idx(*variable) && self.of(id).changes()
            }
            Expr::Index { .. } => self.of(id).changes(),
            Expr::Call(call) => match &self.body.exprs[call.callee] {
                Expr::Attribute { name, .. } if TAKING.contains(&name.as_str()) => self.of(id).changes(),
                _ => self.of(id) == Use::Grow,
            },
            _ => false,
        })
    }

    /// What a call does with one of its arguments.
    fn passed_in(&self, call: ExprId, number: usize) -> Use {
        match &self.body.exprs[call] {
            Expr::Call(call) => match call.args.get(number) {
                Some(Arg::Keyword(name, _)) => self.passed(call.callee, number, Some(name)),
                _ => self.passed(call.callee, number, None),
            },
            _ => Use::Give,
        }
    }

    /// What a function does with an argument.
    fn passed(&self, callee: ExprId, index: usize, keyword: Option<&SmolStr>) -> Use {
        let body = self.body;
        let name = match &body.exprs[callee] {
            Expr::Name(NameRef::Free(name)) => name,
            Expr::Name(NameRef::Variable(variable)) if body.variables[*variable].function == body.root => {
                &body.variables[*variable].name
            }
            Expr::Attribute { base, name } => {
                let is_harmless = HARMLESS.contains(&name.as_str()) || matches!(name.as_str(), "get" | "pop");
                let keeps = KEEPING.contains(&name.as_str());
                return match keeps {
                    true => Use::Keep,
                    false if is_harmless || is_library_module(self.db, self.names, body, *base) => Use::Read,
                    false => Use::Give,
                };
            }
            _ => return Use::Give,
        };
        match self.names.resolve(name) {
            Some(Meaning::Item(def)) if matches!(def.file.path(self.db), FilePath::Library(_)) => Use::Read,
            Some(Meaning::Item(def)) if self.looks_into && self.leaves_as_is(&def, index, keyword) => Use::Read,
            _ => Use::Give,
        }
    }

    /// Does a function leave an argument as it is? A parameter that declares its items does.
    fn leaves_as_is(&self, def: &DefRef, index: usize, keyword: Option<&SmolStr>) -> bool {
        let is_function = matches!(def.item.kind(), ItemKind::Function | ItemKind::Workflow);
        if !is_function || module_scope(self.db, def.file).is_overloaded(def.item.name()) {
            return false;
        }
        let Some(definition) = definition(self.db, def.file, &def.item) else { return false };
        // Not by its body: then an edit in the function would reach the inference of all that call it.
        let changes = changes_of(self.db, definition);
        let param = match keyword {
            Some(name) => changes.params.iter().find(|(it, _)| it == name),
            None => changes.params.get(index),
        };
        param.is_some_and(|(_, is_changed)| !is_changed)
    }
}

fn is_library_module(db: &dyn Db, names: &Names<'_>, body: &Body, base: ExprId) -> bool {
    let name = match &body.exprs[base] {
        Expr::Name(NameRef::Free(name)) => name,
        Expr::Name(NameRef::Variable(variable)) => &body.variables[*variable].name,
        _ => return false,
    };
    match names.resolve(name) {
        Some(Meaning::Module(ModuleType::File(file))) => matches!(file.path(db), FilePath::Library(_)),
        _ => false,
    }
}

/// Goes through a body for its [`Found`].
struct Collect<'a> {
    db: &'a dyn Db,
    body: &'a Body,
    names: &'a Names<'a>,
    found: Found,
}

impl Collect<'_> {
    fn all(&mut self) {
        let body = self.body;
        let mut owned = ArenaMap::default();
        for (id, expr) in body.exprs.iter() {
            self.expr(id, expr);
        }
        for (_, stmt) in body.stmts.iter() {
            self.stmt(stmt, &mut owned);
        }
        for (_, function) in body.functions.iter() {
            match &function.body {
                FunctionBody::Expr(it) => self.put(*it, Use::Read),
                FunctionBody::Pipeline(stages) => self.pipe(stages),
                FunctionBody::Block(_) | FunctionBody::None => {}
            }
        }
        for (id, binding) in body.bindings.iter() {
            let is_own = matches!(
                binding.kind,
                BindingKind::Param | BindingKind::Import | BindingKind::Definition | BindingKind::Exception
            );
            if binding.kind != BindingKind::Assign {
                self.found.given.insert(binding.variable, ());
            }
            if !is_own && !owned.contains_idx(id) {
                self.found.borrowed.insert(binding.variable, ());
            }
        }
    }

    fn put(&mut self, expr: ExprId, found: Use) {
        self.found.uses.insert(expr, found);
    }

    fn expr(&mut self, id: ExprId, expr: &Expr) {
        let body = self.body;
        match expr {
            Expr::Missing
            | Expr::Literal(_)
            | Expr::Name(_)
            | Expr::Bind(_)
            | Expr::BindGlobal(_)
            | Expr::Scoped { .. }
            | Expr::Placeholder
            | Expr::Lambda(_) => {}
            Expr::Tuple(all) | Expr::List(all) | Expr::Set(all) => all.iter().for_each(|it| self.put(*it, Use::Keep)),
            Expr::Dict(items) => {
                for (key, value) in items {
                    key.iter().for_each(|it| self.put(*it, Use::Read));
                    self.put(*value, if key.is_some() { Use::Keep } else { Use::Read });
                }
            }
            Expr::Comprehension(it) => {
                for clause in &it.clauses {
                    let (Clause::For { iterable: read, .. } | Clause::If(read)) = clause;
                    self.put(*read, Use::Read);
                }
                it.key.iter().for_each(|it| self.put(*it, Use::Read));
                self.put(it.element, Use::Keep);
            }
            Expr::Ternary { condition, then, otherwise } => {
                self.put(*condition, Use::Read);
                self.put(*then, Use::Same(id));
                self.put(*otherwise, Use::Same(id));
            }
            Expr::Logic { operands, .. } => operands.iter().for_each(|it| self.put(*it, Use::Same(id))),
            Expr::Capture { stage, .. } => self.put(*stage, Use::Same(id)),
            Expr::Pipe(stages) => self.pipe(stages),
            Expr::Call(call) => self.call(id, call),
            Expr::Attribute { base, name } => {
                // A method as a value may be called anywhere.
                let is_method = GROWING.contains(&name.as_str());
                self.put(*base, if is_method { Use::Give } else { Use::Read });
            }
            Expr::FString(_)
            | Expr::Binary { .. }
            | Expr::Compare { .. }
            | Expr::Unary { .. }
            | Expr::Index { .. }
            | Expr::Slice(_)
            | Expr::Spread { .. } => body.children(id, &mut |it| self.put(it, Use::Read)),
        }
    }

    fn call(&mut self, id: ExprId, call: &Call) {
        let body = self.body;
        self.put(call.callee, Use::Read);
        if let Expr::Attribute { base, name } = &body.exprs[call.callee] {
            let name = name.as_str();
            let found = if GROWING.contains(&name) {
                Use::Grow
            } else if HARMLESS.contains(&name)
                || TAKING.contains(&name)
                || is_library_module(self.db, self.names, body, *base)
            {
                Use::Read
            } else {
                // A function of the program may be called like a method.
                Use::Give
            };
            self.put(*base, found);
        }
        for (index, arg) in call.args.iter().enumerate() {
            let found = match arg {
                Arg::Spread(_) | Arg::NamedSpread(_) => Use::Read,
                Arg::Positional(_) | Arg::Keyword(..) => Use::Passed(id, index),
            };
            self.put(arg.value(), found);
        }
    }

    fn pipe(&mut self, stages: &[ExprId]) {
        let Some((first, rest)) = stages.split_first() else { return };
        self.put(*first, rest.first().map_or(Use::Read, |it| Use::Piped(*it)));
        rest.iter().for_each(|it| self.put(*it, Use::Read));
    }

    fn stmt(&mut self, stmt: &Stmt, owned: &mut ArenaMap<crate::BindingId, ()>) {
        let body = self.body;
        match stmt {
            Stmt::Expr(it) => self.put(*it, Use::Read),
            Stmt::Return(Some(it)) | Stmt::Deliver(Some(it)) => self.put(*it, Use::Returned),
            Stmt::Assign { targets, value, decorators, .. } => {
                decorators.iter().for_each(|it| self.put(*it, Use::Read));
                targets.iter().for_each(|it| self.target(*it));
                let Some(value) = value else { return };
                let is_unpacked = |it: &ExprId| matches!(body.exprs[*it], Expr::Tuple(_) | Expr::List(_));
                let is_named = |it: &ExprId| matches!(body.exprs[*it], Expr::Bind(_));
                let is_fresh = self.is_fresh(*value);
                let is_name = matches!(body.exprs[*value], Expr::Name(_) | Expr::Ternary { .. } | Expr::Logic { .. });
                // What an item or a call gives is borrowed by the name; a name beside a name is two ways to it.
                let is_lent = targets.iter().all(is_unpacked) || (targets.iter().all(is_named) && !is_name);
                self.put(*value, if is_lent { Use::Read } else { Use::Keep });
                for target in targets {
                    if let Expr::Bind(binding) = body.exprs[*target]
                        && is_fresh
                    {
                        owned.insert(binding, ());
                    }
                }
            }
            Stmt::AugAssign { read, value, target, .. } => {
                self.put(*read, Use::Read);
                self.put(*value, Use::Read);
                self.target(*target);
                if let Expr::Bind(binding) = body.exprs[*target] {
                    owned.insert(binding, ());
                }
            }
            Stmt::Raise { exception, cause } => {
                exception.iter().chain(cause).for_each(|it| self.put(*it, Use::Read));
            }
            Stmt::Assert { condition, message } => {
                self.put(*condition, Use::Read);
                message.iter().for_each(|it| self.put(*it, Use::Read));
            }
            Stmt::If { branches, .. } => branches.iter().for_each(|(it, _)| self.put(*it, Use::Read)),
            Stmt::While { condition, .. } => self.put(*condition, Use::Read),
            Stmt::For { target, iterable, .. } => {
                self.put(*iterable, Use::Read);
                self.target(*target);
            }
            Stmt::Try { handlers, .. } => {
                handlers.iter().filter_map(|it| it.exception).for_each(|it| self.put(it, Use::Read));
            }
            Stmt::With { items, .. } => {
                for (context, target) in items {
                    self.put(*context, Use::Give);
                    target.iter().for_each(|it| self.target(*it));
                }
            }
            Stmt::Del(target) => self.put(*target, Use::Read),
            Stmt::Return(None)
            | Stmt::Deliver(None)
            | Stmt::Break
            | Stmt::Continue
            | Stmt::Pass
            | Stmt::Global { .. }
            | Stmt::Import { .. }
            | Stmt::FromImport { .. }
            | Stmt::Export(_)
            | Stmt::Function { .. }
            | Stmt::Item { .. }
            | Stmt::LocalRecord { .. } => {}
        }
    }

    /// `base[key] = value` puts something into `base`.
    fn target(&mut self, target: ExprId) {
        let body = self.body;
        match &body.exprs[target] {
            Expr::Index { base, .. } => self.put(*base, Use::Grow),
            // An attribute of a dict is a key.
            Expr::Attribute { base, .. } => self.put(*base, Use::Give),
            Expr::Tuple(all) | Expr::List(all) => all.iter().for_each(|it| self.target(*it)),
            Expr::Spread { expr, .. } => self.target(*expr),
            _ => {}
        }
    }

    /// Is a value made where it stands, so that no other place has it?
    fn is_fresh(&self, value: ExprId) -> bool {
        match &self.body.exprs[value] {
            Expr::Name(_)
            | Expr::Scoped { .. }
            | Expr::Placeholder
            | Expr::Ternary { .. }
            | Expr::Logic { .. }
            | Expr::Pipe(_)
            | Expr::Capture { .. }
            | Expr::Lambda(_)
            | Expr::Index { .. }
            | Expr::Attribute { .. } => false,
            Expr::Call(call) => match &self.body.exprs[call.callee] {
                Expr::Attribute { name, .. } => HARMLESS.contains(&name.as_str()),
                Expr::Name(NameRef::Free(name)) => match self.names.resolve(name) {
                    Some(Meaning::Item(def)) => matches!(def.file.path(self.db), FilePath::Library(_)),
                    _ => false,
                },
                _ => false,
            },
            _ => true,
        }
    }
}
