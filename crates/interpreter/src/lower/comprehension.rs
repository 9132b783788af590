//! Comprehensions and generator expressions, as loops in place with variables of their own.

use danaide_syntax::ast::{self, AstNode, CompClause, Expr};
use rustc_hash::FxHashMap;

use super::builder::Label;
use super::{Lowerer, Place};
use crate::bytecode::{Op, Reg};

/// What is done with each element.
enum Element {
    List(Expr),
    Set(Expr),
    Dict(ast::DictEntry),
}

impl Lowerer<'_> {
    pub(super) fn comprehension(&mut self, expr: &Expr, dst: Reg) {
        let result = self.temp();
        let may_wait = self.may_wait(expr.syntax());
        let (element, clauses): (_, Vec<CompClause>) = match expr {
            Expr::ListComp(it) => (it.element().map(Element::List), it.comp_clauses().collect()),
            Expr::GeneratorExpr(it) => (it.element().map(Element::List), it.comp_clauses().collect()),
            Expr::SetComp(it) => {
                // What tasks give has a place in a set once it is there.
                let element = if may_wait { Element::List } else { Element::Set };
                (it.element().map(element), it.comp_clauses().collect())
            }
            Expr::DictComp(it) => (it.dict_entry().map(Element::Dict), it.comp_clauses().collect()),
            _ => (None, Vec::new()),
        };
        let (Some(element), Some(CompClause::CompFor(first))) = (element, clauses.first().cloned()) else {
            return self.missing(expr.syntax());
        };
        self.emit(match element {
            Element::List(_) => Op::BuildList { dst: result, first: result, count: 0 },
            Element::Set(_) => Op::BuildSet { dst: result, first: result, count: 0 },
            Element::Dict(_) => Op::BuildDict { dst: result, first: result, count: 0 },
        });
        // The first iterable is evaluated outside: `[x for x in x]` reads the outer `x`.
        let iter = self.temp();
        match first.iterable() {
            Some(iterable) => self.expr(&iterable, iter),
            None => return self.missing(first.syntax()),
        }
        self.emit(Op::GetIter { dst: iter, src: iter });

        let names = self.names.of(expr.syntax());
        let mut block = FxHashMap::default();
        let mut unset = Vec::new();
        for name in &names.bound {
            let reg = self.temp();
            let f = self.f();
            f.assigned.resize(f.assigned.len().max(usize::from(reg) + 1), false);
            f.assigned[usize::from(reg)] = true;
            let place = if names.nested.contains(name) { Place::Cell(reg) } else { Place::Register(reg) };
            block.insert(name.clone(), place);
            unset.push((reg, place));
        }
        for (reg, place) in unset {
            if let Place::Cell(_) = place {
                self.emit(Op::LoadUnset { dst: reg });
                self.emit(Op::MakeCell { reg });
            }
        }
        // What is read inside may never be read: there may be no items.
        let assigned = self.f().assigned.clone();
        self.f().blocks.push(block);
        self.clauses(&clauses, Some(iter), &element, result);
        self.f().blocks.pop();
        self.f().assigned = assigned;
        if may_wait && !matches!(element, Element::Set(_)) {
            self.emit(Op::Gather { reg: result });
        }
        if let (Expr::SetComp(_), Element::List(_)) = (expr, &element) {
            let set = self.temp();
            self.emit(Op::BuildSet { dst: set, first: set, count: 0 });
            self.emit(Op::SetUpdate { set, src: result });
            return self.emit(Op::Move { dst, src: set });
        }
        self.emit(match expr {
            Expr::GeneratorExpr(_) => Op::ListToIter { dst, src: result },
            _ => Op::Move { dst, src: result },
        });
    }

    /// The rest of the clauses, inside of those before; `iter` is the iterator of the first one if it is made already.
    fn clauses(&mut self, clauses: &[CompClause], iter: Option<Reg>, element: &Element, result: Reg) {
        // Conditions up to the next `for` jump to the same place.
        let Some((clause, rest)) = clauses.split_first() else { return self.element(element, result) };
        match clause {
            CompClause::CompFor(clause) => self.scoped(|it| {
                let iter = match iter {
                    Some(iter) => iter,
                    None => {
                        let iter = it.temp();
                        match clause.iterable() {
                            Some(iterable) => it.expr(&iterable, iter),
                            None => return it.missing(clause.syntax()),
                        }
                        it.emit(Op::GetIter { dst: iter, src: iter });
                        iter
                    }
                };
                let top = it.b().label_here();
                let end = it.b().label();
                it.next_item(clause.target(), clause.syntax(), iter, end);
                it.clauses(rest, None, element, result);
                let target = it.b().target(top);
                it.emit(Op::JumpBack { target });
                it.b().place(end);
            }),
            CompClause::CompIf(clause) => {
                let skip = self.b().label();
                match clause.condition() {
                    Some(condition) => self.jump_unless(&condition, skip),
                    None => return self.missing(clause.syntax()),
                }
                self.clauses(rest, None, element, result);
                self.b().place(skip);
            }
        }
    }

    /// The next item of an iterator to a target, or a jump to `end`.
    pub(super) fn next_item(&mut self, target: Option<Expr>, node: &danaide_syntax::SyntaxNode, iter: Reg, end: Label) {
        let Some(target) = target else { return self.missing(node) };
        let end = self.b().target(end);
        if let Some(dst) = self.plain_local(&target) {
            self.emit(Op::ForIter { dst, iter, target: end });
            self.mark_assigned(dst);
        } else {
            self.scoped(|it| {
                let item = it.temp();
                it.emit(Op::ForIter { dst: item, iter, target: end });
                it.assign(&target, item);
            });
        }
    }

    fn element(&mut self, element: &Element, result: Reg) {
        self.scoped(|it| match element {
            Element::List(expr) => {
                let src = it.operand(expr);
                it.emit(Op::ListAppend { list: result, src });
            }
            Element::Set(expr) => {
                let src = it.operand(expr);
                it.emit(Op::SetAdd { set: result, src });
            }
            Element::Dict(entry) => it.dict_entry(entry, result),
        });
    }
}
