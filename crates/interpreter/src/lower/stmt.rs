//! Statements that do not change the flow of control, and the choice among the others.

use danaide_syntax::SyntaxKind;
use danaide_syntax::ast::{self, AstNode, Expr, Stmt};

use super::Lowerer;
use super::control::{Control, Exit};
use crate::bytecode::{CodeKind, Op};

impl Lowerer<'_> {
    pub(super) fn statements(&mut self, statements: impl Iterator<Item = Stmt>) {
        for statement in statements {
            self.statement(&statement);
        }
    }

    pub(super) fn block(&mut self, block: Option<ast::Block>) {
        self.statements(block.iter().flat_map(|block| block.stmts()));
    }

    fn statement(&mut self, statement: &Stmt) {
        self.b().start_statement();
        self.at(statement.range(), |it| {
            it.in_order(statement.range());
            it.scoped(|it| it.statement_inner(statement));
        });
    }

    fn statement_inner(&mut self, statement: &Stmt) {
        match statement {
            Stmt::ExprStmt(it) => match it.expr() {
                // A string by itself is documentation.
                Some(Expr::Literal(_)) => {}
                Some(expr) => self.expr_stmt(&expr),
                None => self.missing(it.syntax()),
            },
            Stmt::AssignStmt(it) => self.assign_stmt(it),
            Stmt::AugAssignStmt(it) => self.aug_assign(it),
            Stmt::ReturnStmt(it) => self.return_stmt(it.expr(), false, it.syntax()),
            Stmt::DeliverStmt(it) => self.return_stmt(it.expr(), true, it.syntax()),
            Stmt::RaiseStmt(it) => self.raise_stmt(it),
            Stmt::AssertStmt(it) => self.assert_stmt(it),
            Stmt::BreakStmt(it) => self.leave(Exit::Break, it.range()),
            Stmt::ContinueStmt(it) => self.leave(Exit::Continue, it.range()),
            Stmt::PassStmt(_) => {}
            Stmt::DelStmt(it) => match it.expr() {
                Some(target) => self.delete(&target),
                None => self.missing(it.syntax()),
            },
            Stmt::GlobalStmt(it) => self.global_stmt(it),
            Stmt::ImportStmt(it) => self.import_stmt(it),
            Stmt::FromImportStmt(it) => self.import_names_stmt(it),
            Stmt::ExportStmt(it) => {
                for name in it.idents() {
                    let name = self.b().str(name.text());
                    self.emit(Op::Export { name });
                }
            }
            Stmt::IfStmt(it) => self.if_stmt(it),
            Stmt::WhileStmt(it) => self.while_stmt(it),
            Stmt::ForStmt(it) => self.for_stmt(it),
            Stmt::TryStmt(it) => self.try_stmt(it),
            Stmt::WithStmt(it) => self.with_stmt(it),
            Stmt::FunctionDef(it) => self.function_def(it),
            Stmt::RecordDef(it) => self.record_def(it),
            Stmt::AgentDef(it) => self.agent_def(it),
            Stmt::WorkflowDef(it) => self.workflow_def(it),
            Stmt::Field(it) => self.error("a field stands in the block of a record", it.range()),
            Stmt::MethodSig(it) => self.error("a signature stands in the block of an interface", it.range()),
        }
    }

    /// An expression that is a statement is written for its effect: it waits for what it starts.
    fn expr_stmt(&mut self, expr: &Expr) {
        let reg = self.temp_expr(expr);
        match super::pipeline::without_parens(expr.clone()) {
            Expr::CallExpr(_) => self.b().bare_call(),
            other if self.may_wait(other.syntax()) => self.emit(Op::Gather { reg }),
            _ => {}
        }
    }

    /// Is the current place in a block that waits for its tasks before it is left?
    fn is_in_block(&mut self) -> bool {
        self.f().controls.iter().any(|control| {
            matches!(control, Control::Block { .. }) || matches!(control, Control::Finally { block: Some(_), .. })
        })
    }

    /// `waits` is true for `deliver`.
    fn return_stmt(&mut self, value: Option<Expr>, waits: bool, node: &danaide_syntax::SyntaxNode) {
        if !matches!(self.f().kind, CodeKind::Function | CodeKind::Lambda) {
            return self.error("`return` outside a function", node.text_range());
        }
        let ty = self.f().return_type.clone();
        let src = match &value {
            Some(value) if ty == crate::bytecode::TypeSpec::Any => self.operand(value),
            Some(value) => {
                if matches!(value, Expr::CallExpr(_)) {
                    self.f().expected = Some(ty.clone());
                }
                let src = self.temp_expr(value);
                self.f().expected = None;
                self.coerce(src, ty, "the returned value", value.range());
                src
            }
            None => {
                let src = self.temp();
                self.emit(Op::LoadNone { dst: src });
                src
            }
        };
        if let Some(value) = &value
            && (waits || (self.is_in_block() && self.may_be_task(value)))
        {
            // The register may be that of a variable, which keeps what it has.
            let reg = self.temp();
            self.emit(Op::Move { dst: reg, src });
            self.at(value.range(), |it| it.emit(Op::Gather { reg }));
            return self.leave(Exit::Return(reg), node.text_range());
        }
        self.leave(Exit::Return(src), node.text_range());
    }

    fn raise_stmt(&mut self, raise: &ast::RaiseStmt) {
        let Some(exception) = raise.exception() else {
            return match self.f().handling.last().copied() {
                Some(src) => self.emit(Op::Reraise { src }),
                None => self.emit(Op::RaiseActive),
            };
        };
        let src = self.operand(&exception);
        match raise.cause() {
            Some(cause) => {
                let cause = self.operand(&cause);
                self.emit(Op::RaiseFrom { src, cause });
            }
            None => self.emit(Op::Raise { src }),
        }
    }

    fn assert_stmt(&mut self, assert: &ast::AssertStmt) {
        let Some(condition) = assert.condition() else { return self.missing(assert.syntax()) };
        let holds = self.b().label();
        self.jump_if(&condition, holds);
        let message = self.temp();
        let assigned = self.f().assigned.clone();
        match assert.message() {
            Some(expr) => self.expr(&expr, message),
            None => self.emit(Op::LoadUnset { dst: message }),
        }
        self.f().assigned = assigned;
        self.at(condition.range(), |it| it.emit(Op::AssertFail { message }));
        self.b().place(holds);
    }

    fn global_stmt(&mut self, global: &ast::GlobalStmt) {
        let is_global = global.keyword().is_some_and(|token| token.kind() == SyntaxKind::GLOBAL_KW);
        for name in global.idents() {
            if is_global {
                self.global_slot(name.text());
            } else if !matches!(self.resolve(name.text()), super::Place::Capture(_)) {
                let message = format!("no function around this one has a variable `{}`", name.text());
                self.error(message, name.text_range());
            }
        }
    }
}
