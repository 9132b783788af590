//! Branches, loops, handlers, and the ways out of them.
//!
//! A `finally` block is made once. Whoever leaves through it notes where to go on in a register (`why`); at its end the
//! block looks there: 0 falls through, every other number is one of the block's exits, an exception is raised again.

use danaide_syntax::TextRange;
use danaide_syntax::ast::{self, AstNode, Expr};

use super::builder::Label;
use super::{Lowerer, Place};
use crate::bytecode::{CompareOp, Op, Reg};

/// What a statement can leave through.
pub(super) enum Control {
    Loop {
        breaks: Label,
        continues: Label,
    },
    /// `block`: where the tasks start that are waited for before the block is left, if it starts any.
    Finally {
        why: Reg,
        value: Reg,
        entry: Label,
        exits: Vec<Exit>,
        block: Option<Label>,
    },
    /// A block with handlers: the tasks that it has started since the label are waited for before it is left.
    Block {
        start: Label,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    Break,
    Continue,
    /// With the value in the register.
    Return(Reg),
}

impl Lowerer<'_> {
    pub(super) fn leave(&mut self, exit: Exit, range: TextRange) {
        self.join_blocks(exit);
        let controls = &mut self.f().controls;
        for control in controls.iter_mut().rev() {
            match (control, exit) {
                (Control::Loop { breaks, .. }, Exit::Break) => {
                    let label = *breaks;
                    return self.b().jump(label);
                }
                (Control::Loop { continues, .. }, Exit::Continue) => {
                    // A jump back, as at the end of the body: it counts as a step, and garbage is collected there.
                    let label = *continues;
                    let target = self.b().target(label);
                    return self.emit(Op::JumpBack { target });
                }
                (Control::Loop { .. }, Exit::Return(_)) | (Control::Block { .. }, _) => {}
                (Control::Finally { why, value, entry, exits, .. }, exit) => {
                    let (why, value, entry) = (*why, *value, *entry);
                    let known = match exit {
                        Exit::Return(_) => Exit::Return(value),
                        other => other,
                    };
                    let index = exits.iter().position(|it| *it == known).unwrap_or_else(|| {
                        exits.push(known);
                        exits.len() - 1
                    });
                    if let Exit::Return(src) = exit {
                        self.emit(Op::Move { dst: value, src });
                    }
                    self.emit(Op::LoadInt { dst: why, value: index as i32 + 1 });
                    return self.b().jump(entry);
                }
            }
        }
        match exit {
            Exit::Return(src) => self.emit(Op::Return { src }),
            Exit::Break => self.error("`break` outside a loop", range),
            Exit::Continue => self.error("`continue` outside a loop", range),
        }
    }

    /// Waits for the tasks of the blocks that an exit leaves, up to the `finally` block through which it goes.
    fn join_blocks(&mut self, exit: Exit) {
        let mut starts = Vec::new();
        for control in self.f().controls.iter().rev() {
            match (control, exit) {
                (Control::Loop { .. }, Exit::Break | Exit::Continue) => break,
                (Control::Loop { .. }, Exit::Return(_)) => {}
                (Control::Block { start }, _) => starts.push(*start),
                (Control::Finally { block, .. }, _) => {
                    starts.extend(*block);
                    break;
                }
            }
        }
        for start in starts {
            self.join(start);
        }
    }

    /// Waits for the tasks started since a label.
    fn join(&mut self, start: Label) {
        let target = self.b().target(start);
        self.emit(Op::Join { target });
    }

    /// Runs `make` for a part that may not run: what it assigns is not sure afterwards.
    fn maybe<T>(&mut self, make: impl FnOnce(&mut Lowerer<'_>) -> T) -> T {
        let assigned = self.f().assigned.clone();
        let result = make(self);
        let now = std::mem::replace(&mut self.f().assigned, assigned);
        // A name deleted in the part is not sure either.
        for (before, now) in self.f().assigned.iter_mut().zip(now) {
            *before &= now;
        }
        result
    }

    pub(super) fn if_stmt(&mut self, statement: &ast::IfStmt) {
        let end = self.b().label();
        let mut branches = vec![(statement.condition(), statement.block())];
        branches.extend(statement.elif_clauses().map(|clause| (clause.condition(), clause.block())));
        let mut next = self.b().label();
        for (condition, block) in branches {
            let Some(condition) = condition else { return self.missing(statement.syntax()) };
            self.b().place(next);
            next = self.b().label();
            self.jump_unless(&condition, next);
            self.maybe(|it| it.block(block));
            self.b().jump(end);
        }
        self.b().place(next);
        if let Some(clause) = statement.else_clause() {
            self.maybe(|it| it.block(clause.block()));
        }
        self.b().place(end);
    }

    /// The body of a loop, between its labels.
    fn loop_body(&mut self, block: Option<ast::Block>, breaks: Label, continues: Label) {
        self.f().controls.push(Control::Loop { breaks, continues });
        self.block(block);
        self.f().controls.pop();
    }

    pub(super) fn while_stmt(&mut self, statement: &ast::WhileStmt) {
        let Some(condition) = statement.condition() else { return self.missing(statement.syntax()) };
        let (breaks, done) = (self.b().label(), self.b().label());
        let top = self.b().label_here();
        self.maybe(|it| {
            let forever = matches!(&condition, Expr::Literal(literal)
                if literal.token().is_some_and(|token| token.kind() == danaide_syntax::SyntaxKind::TRUE_KW));
            if !forever {
                it.jump_unless(&condition, done);
            }
            it.loop_body(statement.block(), breaks, top);
            let target = it.b().target(top);
            it.emit(Op::JumpBack { target });
        });
        self.loop_end(statement.else_clause(), done, breaks);
    }

    /// Where a loop goes when it is done (through its `else`), and when it breaks.
    fn loop_end(&mut self, otherwise: Option<ast::ElseClause>, done: Label, breaks: Label) {
        self.b().place(done);
        if let Some(clause) = otherwise {
            self.maybe(|it| it.block(clause.block()));
        }
        self.b().place(breaks);
    }

    pub(super) fn for_stmt(&mut self, statement: &ast::ForStmt) {
        let Some(iterable) = statement.iterable() else { return self.missing(statement.syntax()) };
        let (breaks, done, continues) = (self.b().label(), self.b().label(), self.b().label());
        let range_args = self.range_args(&iterable);
        let iter = match &range_args {
            Some(args) => {
                let first = self.b().temps(3);
                for (arg, dst) in args.iter().zip(first..) {
                    self.expr(arg, dst);
                }
                let count = args.len() as u16;
                self.at(iterable.range(), |it| it.emit(Op::PrepareRange { first, count }));
                first
            }
            None => {
                let iter = self.temp();
                self.expr(&iterable, iter);
                self.at(iterable.range(), |it| it.emit(Op::GetIter { dst: iter, src: iter }));
                iter
            }
        };
        let top = self.b().label_here();
        self.b().place(continues);
        self.maybe(|it| {
            if range_args.is_some() {
                it.next_of_range(statement, iter, done);
            } else {
                it.at(iterable.range(), |it| it.next_item(statement.target(), statement.syntax(), iter, done));
            }
            it.loop_body(statement.block(), breaks, continues);
            let target = it.b().target(top);
            it.emit(Op::JumpBack { target });
        });
        self.loop_end(statement.else_clause(), done, breaks);
    }

    /// The arguments of a plain `range(…)`.
    fn range_args(&mut self, iterable: &Expr) -> Option<Vec<Expr>> {
        let Expr::CallExpr(call) = iterable else { return None };
        let Expr::NameExpr(name) = call.callee()? else { return None };
        if name.ident_token()?.text() != "range" || self.resolve("range") != Place::Builtin {
            return None;
        }
        let args = call
            .arg_list()?
            .args()
            .map(|arg| match arg {
                ast::Arg::Expr(Expr::SpreadExpr(_)) | ast::Arg::KeywordArg(_) => None,
                ast::Arg::Expr(expr) => Some(expr),
            })
            .collect::<Option<Vec<Expr>>>()?;
        (1..=3).contains(&args.len()).then_some(args)
    }

    fn next_of_range(&mut self, statement: &ast::ForStmt, first: Reg, done: Label) {
        let Some(target) = statement.target() else { return self.missing(statement.syntax()) };
        let end = self.b().target(done);
        match self.plain_local(&target) {
            Some(dst) => {
                self.emit(Op::ForRange { dst, first, target: end });
                self.mark_assigned(dst);
            }
            None => self.scoped(|it| {
                let item = it.temp();
                it.emit(Op::ForRange { dst: item, first, target: end });
                it.assign(&target, item);
            }),
        }
    }

    pub(super) fn try_stmt(&mut self, statement: &ast::TryStmt) {
        match statement.finally_clause() {
            None => self.try_except(statement),
            Some(clause) => {
                let may_wait = statement.block().is_some_and(|block| self.may_wait(block.syntax()));
                self.protected(may_wait, |it| it.try_except(statement), |it, _| it.block(clause.block()));
            }
        }
    }

    /// `body`, then `cleanup` however the body is left.
    ///
    /// `cleanup` gets the register of the reason: 0, an exception, or the number of an exit. `may_wait` tells that the body may
    /// start tasks, which end before the cleanup begins.
    fn protected(
        &mut self,
        may_wait: bool,
        body: impl FnOnce(&mut Lowerer<'_>),
        cleanup: impl FnOnce(&mut Lowerer<'_>, Reg),
    ) {
        let why = self.temp();
        let value = self.temp();
        let (entry, handler, end) = (self.b().label(), self.b().label(), self.b().label());
        let region = self.b().region();
        let block = may_wait.then(|| self.b().label_here());
        self.f().controls.push(Control::Finally { why, value, entry, exits: Vec::new(), block });
        let before = self.f().assigned.clone();
        body(self);
        if let Some(start) = block {
            self.join(start);
        }
        let after = std::mem::replace(&mut self.f().assigned, before);
        // The exception itself is the reason, so that the block does not mistake a value that is on its way out, or the
        // exception of an earlier pass, for the one it handles.
        self.b().handler(region, handler, why);
        self.emit(Op::LoadInt { dst: why, value: 0 });
        self.b().place(handler);
        self.b().place(entry);
        let exits = match self.f().controls.pop() {
            Some(Control::Finally { exits, .. }) => exits,
            _ => Vec::new(),
        };
        let handling = self.b().region();
        // What a bare `raise` in the block means is known at run time only.
        let outer = std::mem::take(&mut self.f().handling);
        cleanup(self, why);
        self.f().handling = outer;
        self.b().handling(handling, why);

        let target = self.b().target(end);
        self.emit(Op::JumpUnlessInt { op: CompareOp::NotEqual, a: why, value: 0, target });
        for (index, exit) in exits.into_iter().enumerate() {
            let next = self.b().label();
            let target = self.b().target(next);
            let number = i16::try_from(index + 1).unwrap_or(i16::MAX);
            self.emit(Op::JumpUnlessInt { op: CompareOp::Equal, a: why, value: number, target });
            let range = self.b().range;
            self.leave(exit, range);
            self.b().place(next);
        }
        self.emit(Op::Reraise { src: why });
        self.b().place(end);
        // Whoever comes here went through the whole body.
        for (now, after) in self.f().assigned.iter_mut().zip(after) {
            *now |= after;
        }
    }

    fn try_except(&mut self, statement: &ast::TryStmt) {
        let clauses: Vec<ast::ExceptClause> = statement.except_clauses().collect();
        if clauses.is_empty() {
            self.block(statement.block());
            if let Some(clause) = statement.else_clause() {
                self.block(clause.block());
            }
            return;
        }
        let exception = self.temp();
        let (handler, end) = (self.b().label(), self.b().label());
        let before = self.f().assigned.clone();
        let region = self.b().region();
        let start = self.b().label_here();
        let may_wait = statement.block().is_some_and(|block| self.may_wait(block.syntax()));
        if may_wait {
            self.f().controls.push(Control::Block { start });
        }
        self.block(statement.block());
        if may_wait {
            self.f().controls.pop();
            self.join(start);
        }
        self.b().handler(region, handler, exception);
        if let Some(clause) = statement.else_clause() {
            self.block(clause.block());
        }
        let mut sure = std::mem::replace(&mut self.f().assigned, before.clone());
        self.b().jump(end);

        self.b().place(handler);
        let handling = self.b().region();
        self.f().handling.push(exception);
        let mut catches_all = false;
        for clause in clauses {
            self.f().assigned.clone_from(&before);
            let next = self.b().label();
            self.at(clause.range(), |it| it.except_clause(&clause, exception, next));
            catches_all |= clause.exception().is_none();
            for (sure, now) in
                sure.iter_mut().zip(&self.functions.last().map(|f| f.assigned.clone()).unwrap_or_default())
            {
                *sure &= now;
            }
            self.b().jump(end);
            self.b().place(next);
        }
        if !catches_all {
            self.emit(Op::Reraise { src: exception });
        }
        self.f().handling.pop();
        self.b().handling(handling, exception);
        self.b().place(end);
        self.f().assigned = sure;
    }

    fn except_clause(&mut self, clause: &ast::ExceptClause, exception: Reg, next: Label) {
        if let Some(types) = clause.exception() {
            self.scoped(|it| {
                let types = it.operand(&types);
                let target = it.b().target(next);
                it.emit(Op::JumpUnlessMatches { exception, types, target });
            });
        }
        let Some(name) = clause.name() else { return self.block(clause.block()) };
        self.scoped(|it| {
            let seen = it.temp();
            it.emit(Op::Caught { dst: seen, exception });
            it.store_name(name.text(), seen);
        });
        // The name is gone after the handler, however it is left.
        self.protected(false, |it| it.block(clause.block()), |it, _| it.unset_name(name.text()));
    }

    pub(super) fn with_stmt(&mut self, statement: &ast::WithStmt) {
        let items: Vec<ast::WithItem> = statement.with_items().collect();
        self.with_items(&items, statement);
    }

    fn with_items(&mut self, items: &[ast::WithItem], statement: &ast::WithStmt) {
        let Some((item, rest)) = items.split_first() else { return self.block(statement.block()) };
        let Some(expr) = item.context() else { return self.missing(item.syntax()) };
        let context = self.temp_expr(&expr);
        let entered = self.temp();
        self.at(expr.range(), |it| it.emit(Op::WithEnter { dst: entered, context }));
        if let Some(target) = item.target() {
            self.assign(&target, entered);
        }
        let may_wait = statement.block().is_some_and(|block| self.may_wait(block.syntax()));
        self.protected(
            may_wait,
            |it| it.with_items(rest, statement),
            |it, why| {
                it.at(expr.range(), |it| {
                    it.scoped(|it| {
                        let result = it.temp();
                        it.emit(Op::WithExit { dst: result, context, why });
                        it.emit(Op::WithSuppress { why, context, result });
                    });
                });
            },
        );
    }
}
