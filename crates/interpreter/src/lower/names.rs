//! Which names each function, comprehension and pipeline binds, uses, and shares with the functions inside it.
//!
//! One walk over the file, before any code is made: a variable that an inner function uses must live in a cell from
//! its first assignment on.

use std::rc::Rc;

use danaide_syntax::ast::{self, AstNode, Expr};
use danaide_syntax::{SyntaxKind, SyntaxNode, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::pipeline;

/// Identifies a node that has names of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ScopeKey(SyntaxKind, TextRange);

impl ScopeKey {
    pub(super) fn of(node: &SyntaxNode) -> ScopeKey {
        ScopeKey(node.kind(), node.text_range())
    }
}

#[derive(Debug, Default)]
pub(super) struct Names {
    /// What the scope binds, in the order of the text.
    pub bound: Vec<SmolStr>,
    bound_set: FxHashSet<SmolStr>,
    /// What it uses of the scopes around it, the scopes inside it included.
    pub free: FxHashSet<SmolStr>,
    /// What the functions inside it use of the scopes around them.
    pub nested: FxHashSet<SmolStr>,
    pub globals: FxHashSet<SmolStr>,
    /// Names of `del` statements.
    pub deleted: FxHashSet<SmolStr>,
    nonlocals: FxHashSet<SmolStr>,
    uses: FxHashSet<SmolStr>,
}

impl Names {
    pub(super) fn binds(&self, name: &str) -> bool {
        self.bound_set.contains(name)
    }

    fn bind(&mut self, name: &str) {
        if self.globals.contains(name) || self.nonlocals.contains(name) {
            return;
        }
        if self.bound_set.insert(name.into()) {
            self.bound.push(name.into());
        }
    }

    fn unbind(&mut self, name: &str) {
        if self.bound_set.remove(name) {
            self.bound.retain(|it| it != name);
        }
    }

    fn finish(&mut self) {
        let mut free = std::mem::take(&mut self.uses);
        free.extend(self.nested.iter().cloned());
        free.extend(self.nonlocals.iter().cloned());
        free.retain(|name| !self.bound_set.contains(name) && !self.globals.contains(name));
        self.free = free;
    }
}

#[derive(Debug, Default)]
pub(super) struct NameTable {
    scopes: FxHashMap<ScopeKey, Rc<Names>>,
}

impl NameTable {
    pub(super) fn of(&self, node: &SyntaxNode) -> Rc<Names> {
        self.scopes.get(&ScopeKey::of(node)).cloned().unwrap_or_default()
    }

    pub(super) fn of_file(file: &ast::SourceFile) -> NameTable {
        let mut table = NameTable::default();
        let mut names = Names::default();
        table.visit_children(file.syntax(), &mut names);
        names.finish();
        table.scopes.insert(ScopeKey::of(file.syntax()), Rc::new(names));
        table
    }

    fn visit_children(&mut self, node: &SyntaxNode, names: &mut Names) {
        for child in node.children() {
            self.visit(&child, names);
        }
    }

    fn visit_all<N: AstNode>(&mut self, nodes: impl Iterator<Item = N>, names: &mut Names) {
        for node in nodes {
            self.visit(node.syntax(), names);
        }
    }

    fn visit(&mut self, node: &SyntaxNode, names: &mut Names) {
        match node.kind() {
            SyntaxKind::NAME_EXPR => {
                if let Some(token) = node.first_token() {
                    names.uses.insert(token.text().into());
                }
            }
            SyntaxKind::SCOPED_NAME => {
                if let Some(name) = ast::ScopedName::cast(node.clone()).as_ref().and_then(local_name) {
                    names.uses.insert(name);
                }
            }
            SyntaxKind::ATTRIBUTE_EXPR => {
                let attribute = ast::AttributeExpr::cast(node.clone());
                if let Some(name) = attribute.as_ref().and_then(old_local_name) {
                    names.uses.insert(name);
                }
                self.visit_children(node, names);
            }
            SyntaxKind::PATH_TYPE
            | SyntaxKind::GENERIC_TYPE
            | SyntaxKind::UNION_TYPE
            | SyntaxKind::LIST_TYPE
            | SyntaxKind::TUPLE_TYPE
            | SyntaxKind::LITERAL_TYPE
            | SyntaxKind::METHOD_SIG => {}
            SyntaxKind::FUNCTION_DEF => {
                if let Some(function) = ast::FunctionDef::cast(node.clone()) {
                    if function.receiver().is_none() {
                        bind_token(function.name(), names);
                    }
                    self.function(&function, names);
                }
            }
            SyntaxKind::LAMBDA_EXPR => {
                if let Some(lambda) = ast::LambdaExpr::cast(node.clone()) {
                    self.lambda(&lambda, names);
                }
            }
            SyntaxKind::LIST_COMP | SyntaxKind::SET_COMP | SyntaxKind::DICT_COMP | SyntaxKind::GENERATOR_EXPR => {
                self.comprehension(node, names);
            }
            SyntaxKind::PIPE_EXPR => {
                if let Some(pipe) = ast::PipeExpr::cast(node.clone()) {
                    self.pipe_value(&pipe, names);
                }
            }
            SyntaxKind::RECORD_DEF => {
                if let Some(record) = ast::RecordDef::cast(node.clone()) {
                    bind_token(record.name(), names);
                    self.visit_all(record.decorators(), names);
                    base_uses(record.base_list(), names);
                    self.record_block(node, record.block(), names);
                }
            }
            SyntaxKind::AGENT_DEF => {
                if let Some(agent) = ast::AgentDef::cast(node.clone()) {
                    bind_token(agent.name(), names);
                    self.visit_all(agent.decorators(), names);
                    base_uses(agent.base_list(), names);
                    if super::record::is_blueprint(&agent) {
                        self.record_block(node, agent.block(), names);
                    } else if let Some(block) = agent.block() {
                        for statement in block.stmts() {
                            match statement {
                                ast::Stmt::Field(field) => self.visit_children(field.syntax(), names),
                                ast::Stmt::FunctionDef(function) => self.function(&function, names),
                                other => self.visit(other.syntax(), names),
                            }
                        }
                    }
                }
            }
            SyntaxKind::WORKFLOW_DEF => {
                if let Some(workflow) = ast::WorkflowDef::cast(node.clone()) {
                    bind_token(workflow.name(), names);
                    self.visit_all(workflow.decorators(), names);
                    let params = workflow.param_list();
                    self.param_defaults(params.iter().flat_map(|list| list.params()), names);
                    let mut inner = Names::default();
                    bind_params(params.iter().flat_map(|list| list.params()), &mut inner);
                    if let Some(pipeline) = workflow.pipeline() {
                        self.pipe_body(&pipeline, &mut inner);
                    }
                    self.close(node, inner, names);
                }
            }
            SyntaxKind::ASSIGN_STMT => {
                if let Some(assign) = ast::AssignStmt::cast(node.clone()) {
                    for target in assign.targets() {
                        bind_target(&target, names);
                    }
                }
                self.visit_children(node, names);
            }
            SyntaxKind::AUG_ASSIGN_STMT => {
                if let Some(target) = ast::AugAssignStmt::cast(node.clone()).and_then(|it| it.target()) {
                    bind_target(&target, names);
                }
                self.visit_children(node, names);
            }
            SyntaxKind::FOR_STMT => {
                if let Some(target) = ast::ForStmt::cast(node.clone()).and_then(|it| it.target()) {
                    bind_target(&target, names);
                }
                self.visit_children(node, names);
            }
            SyntaxKind::WITH_ITEM => {
                if let Some(target) = ast::WithItem::cast(node.clone()).and_then(|it| it.target()) {
                    bind_target(&target, names);
                }
                self.visit_children(node, names);
            }
            SyntaxKind::DEL_STMT => {
                if let Some(target) = ast::DelStmt::cast(node.clone()).and_then(|it| it.expr()) {
                    bind_target(&target, names);
                    deleted_names(&target, names);
                }
                self.visit_children(node, names);
            }
            SyntaxKind::EXCEPT_CLAUSE => {
                if let Some(clause) = ast::ExceptClause::cast(node.clone()) {
                    bind_token(clause.name(), names);
                    names.deleted.extend(clause.name().map(|name| SmolStr::from(name.text())));
                }
                self.visit_children(node, names);
            }
            SyntaxKind::GLOBAL_STMT => {
                if let Some(global) = ast::GlobalStmt::cast(node.clone()) {
                    let is_global = global.keyword().is_some_and(|token| token.kind() == SyntaxKind::GLOBAL_KW);
                    for name in global.idents() {
                        names.unbind(name.text());
                        let set = if is_global { &mut names.globals } else { &mut names.nonlocals };
                        set.insert(name.text().into());
                    }
                }
            }
            SyntaxKind::IMPORT_STMT => {
                if let Some(import) = ast::ImportStmt::cast(node.clone()) {
                    for alias in import.import_aliases() {
                        bind_token(super::import::bound_name(&alias), names);
                    }
                }
            }
            SyntaxKind::FROM_IMPORT_STMT => {
                if let Some(import) = ast::FromImportStmt::cast(node.clone()) {
                    for name in import.import_names() {
                        bind_token(name.bound_name(), names);
                    }
                }
            }
            _ => self.visit_children(node, names),
        }
    }

    /// Records the names of a function-like node and passes on what it needs from outside.
    fn close(&mut self, node: &SyntaxNode, mut inner: Names, outer: &mut Names) {
        inner.finish();
        outer.nested.extend(inner.free.iter().cloned());
        self.scopes.insert(ScopeKey::of(node), Rc::new(inner));
    }

    fn function(&mut self, function: &ast::FunctionDef, names: &mut Names) {
        self.visit_all(function.decorators(), names);
        let params: Vec<ast::Param> = function
            .receiver()
            .and_then(|receiver| receiver.param())
            .into_iter()
            .chain(function.param_list().iter().flat_map(|list| list.params()))
            .collect();
        if let Some(ty) = function.receiver().and_then(|receiver| receiver.param()).and_then(|param| param.ty()) {
            type_uses(&ty, names);
        }
        self.param_defaults(params.iter().cloned(), names);
        let mut inner = Names::default();
        if super::record::has_implicit_self(function) {
            inner.bind("self");
        }
        bind_params(params.into_iter(), &mut inner);
        if let Some(block) = function.block() {
            self.visit_children(block.syntax(), &mut inner);
        }
        if let Some(pipeline) = function.pipeline() {
            self.pipe_body(&pipeline, &mut inner);
        }
        self.close(function.syntax(), inner, names);
    }

    fn lambda(&mut self, lambda: &ast::LambdaExpr, names: &mut Names) {
        let params: Vec<ast::Param> =
            lambda.receiver().and_then(|receiver| receiver.param()).into_iter().chain(lambda.params()).collect();
        self.param_defaults(params.iter().cloned(), names);
        let mut inner = Names::default();
        bind_params(params.into_iter(), &mut inner);
        if let Some(body) = lambda.body() {
            self.visit(body.syntax(), &mut inner);
        }
        if let Some(block) = lambda.block() {
            self.visit_children(block.syntax(), &mut inner);
        }
        self.close(lambda.syntax(), inner, names);
    }

    fn param_defaults(&mut self, params: impl Iterator<Item = ast::Param>, names: &mut Names) {
        for default in params.filter_map(|param| param.default()) {
            self.visit(default.syntax(), names);
        }
    }

    fn record_block(&mut self, node: &SyntaxNode, block: Option<ast::Block>, names: &mut Names) {
        let mut inner = Names::default();
        for statement in block.iter().flat_map(|block| block.stmts()) {
            match statement {
                ast::Stmt::FunctionDef(function) => self.function(&function, names),
                ast::Stmt::Field(field) => self.visit_children(field.syntax(), &mut inner),
                // An embedded interface.
                ast::Stmt::ExprStmt(embedded) => self.visit(embedded.syntax(), names),
                _ => {}
            }
        }
        self.close(node, inner, names);
    }

    /// A comprehension is not a function, but its variables are its own.
    fn comprehension(&mut self, node: &SyntaxNode, names: &mut Names) {
        let mut inner = Names::default();
        let mut first = true;
        for child in node.children() {
            match ast::CompFor::cast(child.clone()) {
                Some(clause) => {
                    if let Some(target) = clause.target() {
                        bind_target(&target, &mut inner);
                    }
                    if first && let Some(iterable) = clause.iterable() {
                        self.visit(iterable.syntax(), names);
                        if let Some(target) = clause.target() {
                            self.visit(target.syntax(), &mut inner);
                        }
                    } else {
                        self.visit_children(&child, &mut inner);
                    }
                    first = false;
                }
                None => self.visit(&child, &mut inner),
            }
        }
        let uses = inner.uses.clone();
        names.uses.extend(uses.into_iter().filter(|name| !inner.bound_set.contains(name)));
        let nested = inner.nested.clone();
        names.nested.extend(nested.into_iter().filter(|name| !inner.bound_set.contains(name)));
        inner.finish();
        self.scopes.insert(ScopeKey::of(node), Rc::new(inner));
    }

    /// A pipeline as a value: its first operand and its plain stages are evaluated at once, the rest is a function.
    fn pipe_value(&mut self, pipe: &ast::PipeExpr, names: &mut Names) {
        let mut inner = Names::default();
        for (index, stage) in pipe.exprs().enumerate() {
            if pipeline::is_deferred(&stage, index == 0) {
                self.stage(&stage, &mut inner);
            } else {
                self.visit(stage.syntax(), names);
            }
        }
        self.close(pipe.syntax(), inner, names);
    }

    /// The pipeline that is the body of a function.
    fn pipe_body(&mut self, body: &Expr, names: &mut Names) {
        match pipeline::without_parens(body.clone()) {
            Expr::PipeExpr(pipe) => {
                for stage in pipe.exprs() {
                    self.stage(&stage, names);
                }
            }
            other => self.stage(&other, names),
        }
    }

    fn stage(&mut self, stage: &Expr, names: &mut Names) {
        match stage {
            Expr::CaptureExpr(capture) => {
                bind_token(capture.name(), names);
                if let Some(expr) = capture.expr() {
                    self.stage(&expr, names);
                }
            }
            other => self.visit(other.syntax(), names),
        }
    }
}

fn bind_token(token: Option<danaide_syntax::SyntaxToken>, names: &mut Names) {
    if let Some(token) = token {
        names.bind(token.text());
    }
}

fn bind_params(params: impl Iterator<Item = ast::Param>, names: &mut Names) {
    for param in params {
        bind_token(param.name(), names);
    }
}

/// The name after `local:`.
fn local_name(scoped: &ast::ScopedName) -> Option<SmolStr> {
    let is_local = scoped.scope()?.text() == "local";
    is_local.then(|| scoped.name().map(|name| name.text().into()))?
}

/// The name after the old form `local.`.
fn old_local_name(attribute: &ast::AttributeExpr) -> Option<SmolStr> {
    match attribute.base()? {
        Expr::NameExpr(base) if base.ident_token()?.text() == "local" => Some(attribute.name()?.text().into()),
        _ => None,
    }
}

fn bind_target(target: &Expr, names: &mut Names) {
    match target {
        Expr::NameExpr(name) => bind_token(name.ident_token(), names),
        Expr::ScopedName(scoped) => {
            if let Some(name) = local_name(scoped) {
                names.bind(&name);
            }
        }
        Expr::AttributeExpr(attribute) => {
            if let Some(name) = old_local_name(attribute) {
                names.bind(&name);
            }
        }
        Expr::ParenExpr(paren) => paren.expr().iter().for_each(|it| bind_target(it, names)),
        Expr::TupleExpr(tuple) => tuple.exprs().for_each(|it| bind_target(&it, names)),
        Expr::ListExpr(list) => list.exprs().for_each(|it| bind_target(&it, names)),
        Expr::SpreadExpr(spread) => spread.expr().iter().for_each(|it| bind_target(it, names)),
        _ => {}
    }
}

fn deleted_names(target: &Expr, names: &mut Names) {
    match target {
        Expr::NameExpr(name) => {
            if let Some(token) = name.ident_token() {
                names.deleted.insert(token.text().into());
            }
        }
        Expr::ParenExpr(paren) => paren.expr().iter().for_each(|it| deleted_names(it, names)),
        Expr::TupleExpr(tuple) => tuple.exprs().for_each(|it| deleted_names(&it, names)),
        Expr::ListExpr(list) => list.exprs().for_each(|it| deleted_names(&it, names)),
        _ => {}
    }
}

fn base_uses(bases: Option<ast::BaseList>, names: &mut Names) {
    for ty in bases.iter().flat_map(|bases| bases.types()) {
        type_uses(&ty, names);
    }
}

/// The names that a type names, where it is evaluated: receivers and bases.
fn type_uses(ty: &ast::Type, names: &mut Names) {
    match ty {
        ast::Type::PathType(path) => {
            if let Some(name) = path.idents().next() {
                names.uses.insert(name.text().into());
            }
        }
        ast::Type::UnionType(union) => union.types().for_each(|it| type_uses(&it, names)),
        _ => {}
    }
}
