//! Assignment: to names, attributes, subscripts, and several targets at once.

use danaide_syntax::TextRange;
use danaide_syntax::ast::{self, AstNode, Expr};

use super::expr::{Subscript, binary_op, scoped_name, small_int};
use super::{Lowerer, Place};
use crate::bytecode::{BinaryOp, Op, Reg, Scope, TypeSpec};

impl Lowerer<'_> {
    pub(super) fn assign_stmt(&mut self, assign: &ast::AssignStmt) {
        let Some(value) = assign.value() else {
            // `x: T` declares and assigns nothing.
            return;
        };
        let targets = assign.targets();
        if assign.decorators().next().is_some() {
            let decorators = self.decorators(assign.decorators());
            let decorated = self.temp_expr(&value);
            self.decorate(&decorators, decorated);
            return targets.iter().for_each(|target| self.assign(target, decorated));
        }
        let ty = assign.ty().map(|ty| self.type_spec(&ty)).unwrap_or(TypeSpec::Any);
        if let ([Expr::TupleExpr(left)], Expr::TupleExpr(right)) = (targets.as_slice(), &value)
            && self.swap(left, right)
        {
            return;
        }
        if ty != TypeSpec::Any && matches!(value, Expr::CallExpr(_)) {
            self.f().expected = Some(ty.clone());
        }
        if let [target] = targets.as_slice()
            && let Some(dst) = self.plain_local(target)
            && ty == TypeSpec::Any
        {
            self.expr_to_local(&value, dst);
            self.f().expected = None;
            return self.mark_assigned(dst);
        }
        let mut src = if ty == TypeSpec::Any { self.operand(&value) } else { self.temp_expr(&value) };
        self.f().expected = None;
        if ty != TypeSpec::Any {
            let what = targets.first().map(|target| target.syntax().text().to_string()).unwrap_or_default();
            self.coerce_as(true, src, ty, &what, value.range());
        } else if targets.len() > 1 && !matches!(value, Expr::NameExpr(_)) {
            let copy = self.temp();
            self.emit(Op::Move { dst: copy, src });
            src = copy;
        }
        for target in &targets {
            self.assign(target, src);
        }
    }

    /// The value whose attribute is set. A scoped name that was never set is a dict then: `private:status.phase = "on"`.
    fn attribute_owner(&mut self, base: &Expr) -> Reg {
        let scoped = match base {
            Expr::ScopedName(name) => match scoped_name(name) {
                Some((Some(scope), name)) => Some((scope, name)),
                _ => None,
            },
            Expr::AttributeExpr(attribute) => match (attribute.base(), attribute.name()) {
                (Some(inner), Some(name)) => match self.old_scope(&inner) {
                    Some(Some(scope)) => Some((scope, name.text().to_owned())),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        let Some((scope, name)) = scoped else { return self.operand(base) };
        let dst = self.temp();
        let name = self.b().str(&name);
        self.emit(Op::OpenScoped { dst, scope, name });
        dst
    }

    /// `a, b = x, y` without the tuple between.
    fn swap(&mut self, left: &ast::TupleExpr, right: &ast::TupleExpr) -> bool {
        let targets: Vec<Expr> = left.exprs().collect();
        let values: Vec<Expr> = right.exprs().collect();
        let spread = |exprs: &[Expr]| exprs.iter().any(|it| matches!(it, Expr::SpreadExpr(_)));
        if targets.len() != values.len() || values.len() > 8 || spread(&targets) || spread(&values) {
            return false;
        }
        let sources: Vec<Reg> = values.iter().map(|value| self.temp_expr(value)).collect();
        for (target, src) in targets.iter().zip(sources) {
            self.assign(target, src);
        }
        true
    }

    /// Emits a check that converts a value to its annotated type.
    pub(super) fn coerce(&mut self, reg: Reg, ty: TypeSpec, what: &str, range: TextRange) {
        self.coerce_as(false, reg, ty, what, range);
    }

    fn coerce_as(&mut self, assign: bool, reg: Reg, ty: TypeSpec, what: &str, range: TextRange) {
        if ty != TypeSpec::Any {
            let ty = self.b().ty(ty);
            let what = self.b().str(what);
            self.at(range, |it| it.emit(Op::Coerce { reg, assign, ty, what }));
        }
    }

    /// The register of a target that is a local variable without a cell.
    pub(super) fn plain_local(&mut self, target: &Expr) -> Option<Reg> {
        match target {
            Expr::NameExpr(name) => match self.resolve(name.ident_token()?.text()) {
                Place::Register(reg) => Some(reg),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn mark_assigned(&mut self, reg: Reg) {
        // A name that is deleted somewhere is checked at every use.
        let deleted = {
            let f = self.f();
            !f.names.deleted.is_empty()
                && f.names.deleted.iter().any(|name| f.locals.get(name) == Some(&Place::Register(reg)))
        };
        if !deleted && let Some(assigned) = self.f().assigned.get_mut(usize::from(reg)) {
            *assigned = true;
        }
    }

    /// Stores the value of a register in a target.
    pub(super) fn assign(&mut self, target: &Expr, src: Reg) {
        self.at(target.range(), |it| {
            it.in_order(target.range());
            it.scoped(|it| it.assign_inner(target, src));
        });
    }

    fn assign_inner(&mut self, target: &Expr, src: Reg) {
        match target {
            Expr::NameExpr(name) => match name.ident_token() {
                Some(token) => self.store_name(token.text(), src),
                None => self.missing(name.syntax()),
            },
            Expr::ScopedName(name) => match scoped_name(name) {
                Some((Some(scope), name)) => self.store_scoped(scope, &name, src),
                Some((None, local)) => self.store_name(&local, src),
                None => self.missing(name.syntax()),
            },
            Expr::AttributeExpr(attribute) => {
                let (Some(base), Some(name)) = (attribute.base(), attribute.name()) else {
                    return self.missing(attribute.syntax());
                };
                match self.old_scope(&base) {
                    Some(Some(scope)) => self.store_scoped(scope, name.text(), src),
                    Some(None) => self.store_name(name.text(), src),
                    None => {
                        let object = self.attribute_owner(&base);
                        let name = self.b().str(name.text());
                        self.emit(Op::StoreAttr { object, src, name });
                    }
                }
            }
            Expr::IndexExpr(index) => {
                let Some(base) = index.base() else { return self.missing(index.syntax()) };
                let object = self.operand(&base);
                match self.subscript(index) {
                    Subscript::Index(index) => self.emit(Op::StoreIndex { object, index, src }),
                    Subscript::Slice(first) => self.emit(Op::StoreSlice { object, first, src }),
                }
            }
            Expr::ParenExpr(paren) => match paren.expr() {
                Some(inner) => self.assign(&inner, src),
                None => self.missing(paren.syntax()),
            },
            Expr::TupleExpr(tuple) => self.unpack(tuple.exprs().collect(), target.range(), src),
            Expr::ListExpr(list) => self.unpack(list.exprs().collect(), target.range(), src),
            Expr::SpreadExpr(spread) => {
                self.error("a starred target stands in a tuple or a list of targets", spread.range());
            }
            other => self.error("this cannot be assigned to", other.range()),
        }
    }

    fn unpack(&mut self, targets: Vec<Expr>, range: TextRange, src: Reg) {
        let rest = targets.iter().position(|it| matches!(it, Expr::SpreadExpr(_)));
        let (Ok(count), Some(first)) = (u16::try_from(targets.len()), Some(self.b().temps(targets.len() as u32)))
        else {
            return self.error("too many targets", range);
        };
        match rest {
            None => self.emit(Op::Unpack { src, first, count }),
            Some(at) => {
                let before = at as u16;
                self.emit(Op::UnpackRest { src, first, before, after: count - before - 1 });
            }
        }
        for (index, target) in targets.iter().enumerate() {
            let item = first.saturating_add(index as u16);
            match target {
                Expr::SpreadExpr(spread) if Some(index) == rest => match spread.expr() {
                    Some(inner) => self.assign(&inner, item),
                    None => self.missing(spread.syntax()),
                },
                target => self.assign(target, item),
            }
        }
    }

    pub(super) fn store_name(&mut self, name: &str, src: Reg) {
        match self.resolve(name) {
            Place::Register(dst) => {
                if dst != src {
                    self.emit(Op::Move { dst, src });
                }
                self.mark_assigned(dst);
            }
            Place::Cell(cell) => self.emit(Op::StoreCell { cell, src }),
            Place::Capture(capture) => self.emit(Op::StoreCapture { capture, src }),
            Place::Global(slot) => {
                self.emit(Op::StoreGlobal { src, slot });
            }
            Place::Builtin => {
                let slot = self.global_slot(name);
                self.emit(Op::StoreGlobal { src, slot });
            }
        }
    }

    fn store_scoped(&mut self, scope: Scope, name: &str, src: Reg) {
        let name = self.b().str(name);
        self.emit(Op::StoreScoped { src, scope, name });
    }

    pub(super) fn aug_assign(&mut self, assign: &ast::AugAssignStmt) {
        let (Some(target), Some(op), Some(value)) = (assign.target(), assign.op(), assign.value()) else {
            return self.missing(assign.syntax());
        };
        let Some(op) = binary_op(op.kind()) else { return self.missing(assign.syntax()) };
        self.in_order(target.range());
        if let Some(reg) = self.plain_local(&target) {
            let name = target.syntax().text().to_string();
            self.check_local(reg, &name, target.range());
            self.in_place(op, reg, reg, &value);
            return;
        }
        match super::pipeline::without_parens(target.clone()) {
            Expr::AttributeExpr(attribute) if attribute.base().is_none_or(|base| self.old_scope(&base).is_none()) => {
                let (Some(base), Some(name)) = (attribute.base(), attribute.name()) else {
                    return self.missing(attribute.syntax());
                };
                let object = self.operand(&base);
                let name = self.b().str(name.text());
                let old = self.temp();
                self.emit(Op::LoadAttr { dst: old, object, name });
                self.in_place(op, old, old, &value);
                self.emit(Op::StoreAttr { object, src: old, name });
            }
            Expr::IndexExpr(index) => {
                let Some(base) = index.base() else { return self.missing(index.syntax()) };
                let object = self.operand(&base);
                let subscript = self.subscript(&index);
                let old = self.temp();
                match subscript {
                    Subscript::Index(index) => {
                        self.emit(Op::LoadIndex { dst: old, object, index });
                        self.in_place(op, old, old, &value);
                        self.emit(Op::StoreIndex { object, index, src: old });
                    }
                    Subscript::Slice(first) => {
                        self.emit(Op::LoadSlice { dst: old, object, first });
                        self.in_place(op, old, old, &value);
                        self.emit(Op::StoreSlice { object, first, src: old });
                    }
                }
            }
            target @ (Expr::NameExpr(_) | Expr::ScopedName(_) | Expr::AttributeExpr(_)) => {
                let old = self.temp_expr(&target);
                self.in_place(op, old, old, &value);
                self.assign(&target, old);
            }
            other => {
                self.error("an augmented assignment has one target: a name, an attribute or a subscript", other.range())
            }
        }
    }

    fn in_place(&mut self, op: BinaryOp, dst: Reg, a: Reg, value: &Expr) {
        if let Some(value) = small_int(value)
            && matches!(op, BinaryOp::Add | BinaryOp::Subtract)
        {
            return self.emit(if op == BinaryOp::Add {
                Op::AddInt { dst, a, value, in_place: true }
            } else {
                Op::SubInt { dst, a, value, in_place: true }
            });
        }
        self.scoped(|it| {
            let b = it.operand(value);
            it.emit(Op::BinaryInPlace { op, dst, a, b });
        });
    }

    /// Takes the value from a name, which may have none already.
    pub(super) fn unset_name(&mut self, name: &str) {
        self.scoped(|it| {
            let unset = it.temp();
            it.emit(Op::LoadUnset { dst: unset });
            match it.resolve(name) {
                Place::Register(dst) => {
                    it.emit(Op::LoadUnset { dst });
                    if let Some(assigned) = it.f().assigned.get_mut(usize::from(dst)) {
                        *assigned = false;
                    }
                }
                Place::Cell(cell) => it.emit(Op::StoreCell { cell, src: unset }),
                Place::Capture(capture) => it.emit(Op::StoreCapture { capture, src: unset }),
                Place::Global(slot) => it.emit(Op::DeleteGlobal { slot }),
                Place::Builtin => {}
            }
        });
    }

    pub(super) fn delete(&mut self, target: &Expr) {
        self.at(target.range(), |it| {
            it.in_order(target.range());
            it.scoped(|it| it.delete_inner(target));
        });
    }

    fn delete_inner(&mut self, target: &Expr) {
        match target {
            Expr::NameExpr(name) => {
                let Some(token) = name.ident_token() else { return self.missing(name.syntax()) };
                // Reading it first reports a name without a value.
                self.scoped(|it| {
                    let value = it.temp();
                    it.load_name(token.text(), token.text_range(), value);
                });
                if self.resolve(token.text()) == Place::Builtin {
                    return self.error("a builtin cannot be deleted", token.text_range());
                }
                self.unset_name(token.text());
            }
            Expr::ScopedName(name) => match scoped_name(name) {
                Some((Some(scope), name)) => {
                    let name = self.b().str(&name);
                    self.emit(Op::DeleteScoped { scope, name });
                }
                _ => self.error("delete a local variable by its plain name", name.range()),
            },
            Expr::AttributeExpr(attribute) => {
                let (Some(base), Some(name)) = (attribute.base(), attribute.name()) else {
                    return self.missing(attribute.syntax());
                };
                let name = self.b().str(name.text());
                match self.old_scope(&base) {
                    Some(Some(scope)) => self.emit(Op::DeleteScoped { scope, name }),
                    _ => {
                        let object = self.operand(&base);
                        self.emit(Op::DeleteAttr { object, name });
                    }
                }
            }
            Expr::IndexExpr(index) => {
                let Some(base) = index.base() else { return self.missing(index.syntax()) };
                let object = self.operand(&base);
                match self.subscript(index) {
                    Subscript::Index(index) => self.emit(Op::DeleteIndex { object, index }),
                    Subscript::Slice(first) => self.emit(Op::DeleteSlice { object, first }),
                }
            }
            Expr::ParenExpr(paren) => paren.expr().iter().for_each(|it| self.delete(it)),
            Expr::TupleExpr(tuple) => tuple.exprs().for_each(|it| self.delete(&it)),
            Expr::ListExpr(list) => list.exprs().for_each(|it| self.delete(&it)),
            other => self.error("this cannot be deleted", other.range()),
        }
    }
}
