//! What the code of one definition does by itself, and what it calls. Other definitions are not looked into, so an edit in
//! one of them leaves the facts as they are.

mod args;
mod calls;
mod decorators;

use std::sync::Arc;

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::native;
use super::values::{RootKind, Value, Values};
use super::{Access, Callee, CodeId, Effect, ParamRef, StatePlace};
use crate::record::{find_methods, is_singleton};
use crate::scope::{Meaning, resolve_name};
use crate::ty::{DefRef, Type};
use crate::{Body, Clause, Db, Definition, Expr, ExprId, FunctionBody, FunctionId, ItemKind, NameRef, Stmt, StmtId};
use calls::{COMPARISONS, OPERATORS, records_in};

/// What the codes of a definition do by themselves, the root first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    pub codes: Vec<(CodeId, CodeFacts)>,
}

impl Facts {
    pub fn get(&self, code: CodeId) -> Option<&CodeFacts> {
        self.codes.iter().find(|(it, _)| *it == code).map(|(_, facts)| facts)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeFacts {
    pub seeds: Vec<Seed>,
    /// In the order of the text.
    pub calls: Vec<CallFact>,
    pub touches: Vec<Touch>,
    /// Parameters of this code, or of code around it, that are called.
    pub called: Vec<(ParamRef, Site)>,
    /// Parameters whose value is changed in place; is that certain?
    pub changed: Vec<(ParamRef, bool, Site)>,
    /// What parameters are if nothing is passed.
    pub defaults: Vec<(ParamRef, Value)>,
    /// The code around this one.
    pub parent: Option<CodeId>,
}

/// Where something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Site {
    Expr(ExprId),
    Stmt(StmtId),
}

/// An effect that does not come from a function called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    pub effect: Effect,
    pub site: Site,
    /// As the end of a sentence: "`handler` is a parameter".
    pub reason: SmolStr,
}

/// Some code is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallFact {
    pub site: Site,
    pub callee: Callee,
    /// What parameters of the callee get, as far as it is functions or can be changed.
    pub passes: Vec<Pass>,
    /// `*x` or `**x`: other parameters may get anything.
    pub is_open: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    pub param: ParamRef,
    pub value: Value,
}

/// Shared state is read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    pub place: StatePlace,
    pub access: Access,
    pub site: Site,
}

/// What the code of a definition does by itself.
#[salsa::tracked(returns(clone), lru = 1024)]
pub fn facts<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<Facts> {
    let values = Values::new(db, definition);
    let body = values.body.clone();
    let mut codes = Vec::new();
    // A pipeline may be met on several ways.
    let mut seen: FxHashSet<ExprId> = FxHashSet::default();
    let mut order: Vec<FunctionId> = body.functions.iter().map(|(id, _)| id).collect();
    order.sort_by_key(|it| (*it != body.root, it.into_raw().into_u32()));
    for function in order {
        db.unwind_if_revision_cancelled();
        let code = values.code_of(function);
        let mut collector = Collector::new(&values, function);
        collector.function();
        let pipelines = std::mem::take(&mut collector.pipelines);
        codes.push((code, collector.facts));
        let mut pending = pipelines;
        while let Some(pipeline) = pending.pop() {
            if !seen.insert(pipeline) {
                continue;
            }
            let mut collector = Collector::new(&values, function);
            collector.facts.parent = Some(code);
            if let Expr::Pipe(stages) = &body.exprs[pipeline] {
                stages.iter().take(1).for_each(|it| collector.first_stage(*it));
                stages.iter().for_each(|it| collector.expr(*it));
            }
            pending.append(&mut collector.pipelines);
            codes.push((CodeId::Pipeline(pipeline), collector.facts));
        }
    }
    Arc::new(Facts { codes })
}

/// How many definitions keep their facts.
pub(crate) fn keep_facts(db: &mut dyn Db, definitions: usize) {
    facts::set_lru_capacity(db, definitions);
}

/// Calls `visit` for each statement, blocks inside included, functions inside not; in the order of the text.
pub(crate) fn for_each_statement(body: &Body, statements: &[StmtId], visit: &mut dyn FnMut(StmtId)) {
    let mut stack: Vec<StmtId> = statements.iter().rev().copied().collect();
    while let Some(statement) = stack.pop() {
        visit(statement);
        let mut blocks: Vec<&[StmtId]> = Vec::new();
        match &body.stmts[statement] {
            Stmt::If { branches, otherwise } => {
                blocks.extend(branches.iter().map(|(_, it)| it.as_slice()));
                blocks.extend(otherwise.as_deref());
            }
            Stmt::While { body, otherwise, .. } | Stmt::For { body, otherwise, .. } => {
                blocks.push(body);
                blocks.extend(otherwise.as_deref());
            }
            Stmt::Try { body, handlers, otherwise, finally } => {
                blocks.push(body);
                blocks.extend(handlers.iter().map(|it| it.body.as_slice()));
                blocks.extend(otherwise.as_deref());
                blocks.extend(finally.as_deref());
            }
            Stmt::With { body, .. } => blocks.push(body),
            _ => {}
        }
        for block in blocks.into_iter().rev() {
            stack.extend(block.iter().rev());
        }
    }
}

struct Collector<'v, 'db> {
    values: &'v Values<'db>,
    body: Arc<Body>,
    function: FunctionId,
    facts: CodeFacts,
    /// Pipeline values found on the way: their stages run when somebody calls them.
    pipelines: Vec<ExprId>,
}

impl<'v, 'db> Collector<'v, 'db> {
    fn new(values: &'v Values<'db>, function: FunctionId) -> Self {
        Self { values, body: values.body.clone(), function, facts: CodeFacts::default(), pipelines: Vec::new() }
    }

    fn db(&self) -> &'db dyn Db {
        self.values.db
    }

    fn seed(&mut self, effect: Effect, site: Site, reason: impl Into<SmolStr>) {
        self.facts.seeds.push(Seed { effect, site, reason: reason.into() });
    }

    fn touch(&mut self, place: StatePlace, access: Access, site: Site) {
        self.facts.touches.push(Touch { place, access, site });
    }

    /// The content of a value is changed in place.
    fn change(&mut self, roots: &[super::Root], is_sure: bool, site: Site) {
        for root in roots {
            let sure = is_sure && root.is_direct;
            let access = if sure { Access::WRITE } else { Access::MAYBE_WRITE };
            match &root.kind {
                RootKind::Param(param) => self.facts.changed.push((*param, sure, site)),
                RootKind::Place(place) => self.touch(place.clone(), access, site),
                RootKind::Variable(_) => {}
            }
        }
    }

    // ----- functions and statements

    fn function(&mut self) {
        let body = self.body.clone();
        let function = &body.functions[self.function];
        self.facts.parent = function.parent.map(|it| self.values.code_of(it));
        let code = self.values.code_of(self.function);
        for (index, param) in
            function.receiver.iter().chain(&function.params).filter(|it| it.binding.is_some()).enumerate()
        {
            if let Some(default) = param.default {
                let index = u16::try_from(index).unwrap_or(u16::MAX);
                self.facts.defaults.push((ParamRef { code, index }, self.values.value(default)));
            }
        }
        for decorator in &function.decorators {
            self.decorator(*decorator);
        }
        match &function.body {
            FunctionBody::Block(statements) => {
                for_each_statement(&body, statements, &mut |it| self.statement(it));
            }
            FunctionBody::Expr(expr) => self.expr(*expr),
            FunctionBody::Pipeline(stages) => stages.iter().for_each(|it| self.expr(*it)),
            FunctionBody::None => {}
        }
        if self.function == body.root
            && let Some(record) = &body.record
        {
            self.fields(&record.fields);
        }
    }

    fn fields(&mut self, fields: &[crate::FieldBody]) {
        for field in fields {
            field.default.iter().for_each(|it| self.expr(*it));
            self.fields(&field.nested);
        }
    }

    fn statement(&mut self, id: StmtId) {
        self.db().unwind_if_revision_cancelled();
        let body = self.body.clone();
        match &body.stmts[id] {
            Stmt::Expr(expr) => self.expr(*expr),
            Stmt::Assign { targets, value, decorators, .. } => {
                decorators.iter().for_each(|it| self.expr(*it));
                value.iter().for_each(|it| self.expr(*it));
                targets.iter().for_each(|it| self.target(*it));
            }
            Stmt::AugAssign { read, value, target, .. } => {
                self.expr(*read);
                self.expr(*value);
                self.target(*target);
                self.protocol(*read, &["__iadd__", "__add__", "__sub__", "__mul__"]);
                // `items += more` changes a list in place.
                let roots = self.values.roots(*read);
                self.change(&roots, true, Site::Expr(*read));
            }
            Stmt::Return(value) | Stmt::Deliver(value) => value.iter().for_each(|it| self.expr(*it)),
            Stmt::Raise { exception, cause } => exception.iter().chain(cause).for_each(|it| self.expr(*it)),
            Stmt::Assert { condition, message } => {
                self.expr(*condition);
                message.iter().for_each(|it| self.expr(*it));
            }
            Stmt::Del(target) => {
                self.target(*target);
            }
            Stmt::If { branches, .. } => {
                for (condition, _) in branches {
                    self.expr(*condition);
                    self.protocol(*condition, &["__bool__", "__len__"]);
                }
            }
            Stmt::While { condition, .. } => {
                self.expr(*condition);
                self.protocol(*condition, &["__bool__", "__len__"]);
            }
            Stmt::For { target, iterable, .. } => {
                self.expr(*iterable);
                self.iterated(*iterable);
                self.target(*target);
            }
            Stmt::Try { handlers, .. } => {
                handlers.iter().filter_map(|it| it.exception).for_each(|it| self.expr(it));
            }
            Stmt::With { items, .. } => {
                for (context, target) in items {
                    self.expr(*context);
                    self.protocol(*context, &["__enter__", "__exit__", "enter_context", "exit_context"]);
                    target.iter().for_each(|it| self.target(*it));
                }
            }
            Stmt::Import { path, .. } | Stmt::FromImport { path, .. } => {
                let target = crate::scope::import_target(self.db(), self.values.file, path.dots, &path.path);
                if let Some(file) = target.as_ref().and_then(crate::ty::ModuleType::file)
                    && !native::is_library(self.db(), file)
                    && file != self.values.file
                {
                    self.call(Site::Stmt(id), Callee::module(file), Vec::new(), false);
                }
            }
            Stmt::Item { item, .. } if matches!(item.kind(), ItemKind::Agent) => {
                let def = DefRef { file: self.values.file, item: item.clone() };
                if is_singleton(self.db(), &def) {
                    self.construct(Site::Stmt(id), &def);
                }
            }
            Stmt::LocalRecord { values, .. } => values.iter().for_each(|it| self.expr(*it)),
            Stmt::Break
            | Stmt::Continue
            | Stmt::Pass
            | Stmt::Global { .. }
            | Stmt::Export(_)
            | Stmt::Function { .. }
            | Stmt::Item { .. } => {}
        }
    }

    fn target(&mut self, target: ExprId) {
        let body = self.body.clone();
        let site = Site::Expr(target);
        match &body.exprs[target] {
            Expr::Scoped { scope, name, .. } => {
                self.touch(StatePlace::Scoped(*scope, name.clone()), Access::WRITE, site);
            }
            Expr::BindGlobal(name) => {
                if let Some(Meaning::Variable { file, name }) = resolve_name(self.db(), self.values.file, name) {
                    self.touch(StatePlace::Module(file, name), Access::WRITE, site);
                }
            }
            Expr::Bind(binding) => self.local(body.bindings[*binding].variable, Access::WRITE, site),
            Expr::Tuple(all) | Expr::List(all) => all.iter().for_each(|it| self.target(*it)),
            Expr::Spread { expr, .. } => self.target(*expr),
            Expr::Attribute { base, .. } => {
                self.expr(*base);
                match self.values.inference.exprs.get(*base) {
                    Some(Type::Module(_)) => {
                        if let Some(Meaning::Variable { file, name }) = self.module_member(*base, target) {
                            self.touch(StatePlace::Module(file, name), Access::WRITE, site);
                        }
                    }
                    _ => {
                        let roots = self.values.roots(*base);
                        self.change(&roots, true, site);
                        self.protocol(*base, &["__setattr__"]);
                    }
                }
            }
            Expr::Index { base, indices } => {
                self.expr(*base);
                indices.iter().for_each(|it| self.expr(*it));
                let roots = self.values.roots(*base);
                self.change(&roots, true, site);
                self.protocol(*base, &["__setitem__", "__delitem__"]);
            }
            _ => self.expr(target),
        }
    }

    /// What `module.name` means where it gets a value.
    fn module_member(&self, base: ExprId, target: ExprId) -> Option<Meaning> {
        let Expr::Attribute { name, .. } = &self.body.exprs[target] else { return None };
        match self.values.inference.exprs.get(base)? {
            Type::Module(module) => crate::scope::resolve_member(self.db(), module, name),
            _ => None,
        }
    }

    /// A variable of a function around this code.
    fn local(&mut self, variable: crate::VariableId, access: Access, site: Site) {
        let of = &self.body.variables[variable];
        if of.is_captured && of.function != self.function {
            let place = StatePlace::Local { function: of.function, variable, name: of.name.clone() };
            self.touch(place, access, site);
        }
    }

    // ----- expressions

    fn expr(&mut self, root: ExprId) {
        let body = self.body.clone();
        let mut stack = vec![root];
        let mut children = Vec::new();
        while let Some(expr) = stack.pop() {
            if matches!(body.exprs[expr], Expr::Pipe(_)) && self.is_pipeline_value(expr) {
                continue;
            }
            self.one(expr);
            match &body.exprs[expr] {
                // The target is not read.
                Expr::Comprehension(it) => {
                    for clause in &it.clauses {
                        match clause {
                            Clause::For { target, iterable } => {
                                self.iterated(*iterable);
                                self.target(*target);
                                children.push(*iterable);
                            }
                            Clause::If(condition) => children.push(*condition),
                        }
                    }
                    children.extend(it.key);
                    children.push(it.element);
                }
                _ => body.children(expr, &mut |it| children.push(it)),
            }
            stack.extend(children.drain(..).rev());
        }
    }

    /// Does the pipeline give a function, so that its stages run later? One of which that is not known runs now as well.
    fn is_pipeline_value(&mut self, pipe: ExprId) -> bool {
        match self.values.inference.exprs.get(pipe) {
            Some(Type::Callable(_)) => {
                self.pipelines.push(pipe);
                true
            }
            Some(Type::Any) => {
                self.pipelines.push(pipe);
                false
            }
            _ => false,
        }
    }

    fn one(&mut self, expr: ExprId) {
        let body = self.body.clone();
        let site = Site::Expr(expr);
        match &body.exprs[expr] {
            Expr::Scoped { scope, name, .. } => {
                self.touch(StatePlace::Scoped(*scope, name.clone()), Access::READ, site);
            }
            Expr::Name(NameRef::Variable(variable)) => self.local(*variable, Access::READ, site),
            Expr::Name(NameRef::Free(_)) | Expr::Attribute { .. } => {
                match self.values.inference.meanings.get(expr) {
                    Some(Meaning::Variable { file, name }) => {
                        self.touch(StatePlace::Module(*file, name.clone()), Access::READ, site);
                    }
                    Some(Meaning::Item(def)) if def.item.kind() == ItemKind::Agent => {
                        self.touch(StatePlace::Agent(def.clone()), Access::READ, site);
                    }
                    _ => {}
                }
                if let Expr::Attribute { base, .. } = &body.exprs[expr] {
                    self.protocol(*base, &["__getattr__"]);
                }
            }
            Expr::FString(fields) => {
                fields.iter().for_each(|it| self.protocol(*it, &["__format__", "__str__", "__repr__"]));
            }
            Expr::Binary { first, rest } => {
                for operand in std::iter::once(first).chain(rest.iter().map(|(_, it)| it)) {
                    self.protocol(*operand, OPERATORS);
                }
            }
            Expr::Compare { first, rest } => {
                for operand in std::iter::once(first).chain(rest.iter().map(|(_, it)| it)) {
                    self.protocol(*operand, COMPARISONS);
                }
            }
            Expr::Unary { operand, .. } => {
                self.protocol(*operand, &["__neg__", "__pos__", "__invert__", "__bool__", "__len__"]);
            }
            Expr::Logic { operands, .. } => {
                operands.iter().for_each(|it| self.protocol(*it, &["__bool__", "__len__"]));
            }
            Expr::Ternary { condition, .. } => self.protocol(*condition, &["__bool__", "__len__"]),
            Expr::Index { base, .. } => self.protocol(*base, &["__getitem__"]),
            Expr::Spread { expr, .. } => self.iterated(*expr),
            Expr::Call(call) => {
                if let Some(info) = self.values.inference.clone().calls.get(&expr) {
                    self.called(expr, info, call.callee, Some(call));
                }
                return;
            }
            _ => {}
        }
        // A stage that is only named.
        if let Some(info) = self.values.inference.clone().calls.get(&expr) {
            self.called(expr, info, expr, None);
        }
    }

    fn iterated(&mut self, expr: ExprId) {
        self.protocol(expr, &["__iter__", "__next__", "__getitem__", "__len__"]);
    }

    /// An operation on a value may call methods of its record type.
    fn protocol(&mut self, expr: ExprId, methods: &[&str]) {
        let Some(ty) = self.values.inference.exprs.get(expr) else { return };
        let mut records = Vec::new();
        records_in(ty, 0, &mut records);
        for def in records {
            for method in find_methods(self.db(), self.values.file, &def, methods) {
                let roots = Value { roots: self.values.roots(expr), ..Value::default() };
                let passes = vec![Pass { param: ParamRef { code: CodeId::Root, index: 0 }, value: roots }];
                self.call(Site::Expr(expr), Callee::item(&method), passes, false);
            }
        }
    }

    /// The first stage of a pipeline value is called by whoever calls the pipeline.
    fn first_stage(&mut self, stage: ExprId) {
        let body = self.body.clone();
        match &body.exprs[stage] {
            Expr::Capture { stage, .. } => self.first_stage(*stage),
            Expr::List(items) if !items.is_empty() => items.iter().for_each(|it| self.first_stage(*it)),
            _ if crate::infer::uses_placeholder(&body, stage) => {}
            _ => {
                let mut value = Value::default();
                self.values.functions_in(stage, &mut value);
                for function in value.functions {
                    self.call(Site::Expr(stage), function, Vec::new(), true);
                }
                self.facts.called.extend(value.params.iter().map(|it| (*it, Site::Expr(stage))));
                if value.is_unknown {
                    self.seed(Effect::Unknown, Site::Expr(stage), "the first stage is not known");
                }
            }
        }
    }
}
