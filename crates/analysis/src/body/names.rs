//! Which names the statements of one function bind, before any of them is looked at closely.

use danaide_syntax::ast::{self, Expr, Stmt};
use danaide_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::ContextScope;
use crate::Db;
use crate::items::control_flow_blocks;

/// The names that a function binds by itself.
pub(super) struct BoundNames<'db> {
    db: &'db dyn Db,
    /// In the order of the text, each once.
    pub bound: Vec<SmolStr>,
    set: FxHashSet<SmolStr>,
    pub globals: FxHashSet<SmolStr>,
    pub nonlocals: FxHashSet<SmolStr>,
}

impl<'db> BoundNames<'db> {
    pub(super) fn new(db: &'db dyn Db) -> Self {
        Self {
            db,
            bound: Vec::new(),
            set: FxHashSet::default(),
            globals: FxHashSet::default(),
            nonlocals: FxHashSet::default(),
        }
    }

    pub(super) fn bind(&mut self, name: &str) {
        if self.globals.contains(name) || self.nonlocals.contains(name) {
            return;
        }
        if self.set.insert(name.into()) {
            self.bound.push(name.into());
        }
    }

    fn bind_token(&mut self, token: Option<SyntaxToken>) {
        if let Some(token) = token {
            self.bind(token.text());
        }
    }

    fn declare(&mut self, name: &str, is_nonlocal: bool) {
        if self.set.remove(name) {
            self.bound.retain(|it| it != name);
        }
        if is_nonlocal { &mut self.nonlocals } else { &mut self.globals }.insert(name.into());
    }

    pub(super) fn statements(&mut self, statements: impl Iterator<Item = Stmt>) {
        for statement in statements {
            self.db.unwind_if_revision_cancelled();
            self.statement(&statement);
        }
    }

    pub(super) fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::AssignStmt(it) => it.targets().iter().for_each(|it| self.target(it)),
            Stmt::AugAssignStmt(it) => it.target().iter().for_each(|it| self.target(it)),
            Stmt::DelStmt(it) => it.expr().iter().for_each(|it| self.target(it)),
            Stmt::ForStmt(it) => {
                it.target().iter().for_each(|it| self.target(it));
                self.blocks(statement_node(statement));
            }
            Stmt::WithStmt(it) => {
                it.with_items().filter_map(|it| it.target()).for_each(|it| self.target(&it));
                self.blocks(statement_node(statement));
            }
            Stmt::TryStmt(it) => {
                it.except_clauses().for_each(|it| self.bind_token(it.name()));
                self.blocks(statement_node(statement));
            }
            Stmt::IfStmt(_) | Stmt::WhileStmt(_) => self.blocks(statement_node(statement)),
            Stmt::FunctionDef(it) if it.receiver().is_none() => self.bind_token(it.name()),
            Stmt::RecordDef(it) => self.bind_token(it.name()),
            Stmt::AgentDef(it) => self.bind_token(it.name()),
            Stmt::WorkflowDef(it) => self.bind_token(it.name()),
            Stmt::ImportStmt(it) => {
                for alias in it.import_aliases() {
                    self.bind_token(alias.alias().or_else(|| alias.module_path()?.idents().next()));
                }
            }
            Stmt::FromImportStmt(it) => it.import_names().for_each(|it| self.bind_token(it.bound_name())),
            Stmt::GlobalStmt(it) => {
                let is_nonlocal = it.keyword().is_some_and(|it| it.kind() != SyntaxKind::GLOBAL_KW);
                it.idents().for_each(|it| self.declare(it.text(), is_nonlocal));
            }
            _ => {}
        }
    }

    fn blocks(&mut self, statement: &SyntaxNode) {
        for block in control_flow_blocks(statement) {
            self.statements(block.stmts());
        }
    }

    /// The names of a target; `private:x`, `a.b` and `a[0]` bind none.
    pub(super) fn target(&mut self, target: &Expr) {
        match target {
            Expr::NameExpr(name) => {
                name.with_name(|it| self.bind(it));
            }
            Expr::ScopedName(scoped) if scope_of(scoped) == Some(ContextScope::Local) => self.bind_token(scoped.name()),
            Expr::AttributeExpr(attribute) => {
                if let Some(Expr::NameExpr(base)) = attribute.base()
                    && base.with_name(|it| it == "local") == Some(true)
                    && !self.set.contains("local")
                {
                    self.bind_token(attribute.name());
                }
            }
            Expr::TupleExpr(it) => it.exprs().for_each(|it| self.target(&it)),
            Expr::ListExpr(it) => it.exprs().for_each(|it| self.target(&it)),
            Expr::ParenExpr(it) => it.expr().iter().for_each(|it| self.target(it)),
            Expr::SpreadExpr(it) => it.expr().iter().for_each(|it| self.target(it)),
            _ => {}
        }
    }

    /// The names that the stages of a pipeline keep.
    pub(super) fn stages(&mut self, stages: &[Expr]) {
        for stage in stages {
            if let Expr::CaptureExpr(capture) = stage {
                self.bind_token(capture.name());
                if let Some(inner) = capture.expr() {
                    self.stages(&[inner]);
                }
            }
        }
    }
}

fn statement_node(statement: &Stmt) -> &SyntaxNode {
    danaide_syntax::AstNode::syntax(statement)
}

pub(super) fn scope_of(scoped: &ast::ScopedName) -> Option<ContextScope> {
    ContextScope::from_name(scoped.scope()?.text())
}
