//! Expressions.

use danaide_syntax::ast::{self, AstNode, Expr};
use danaide_syntax::{SyntaxKind, SyntaxToken, TextRange};

use super::builder::Label;
use super::{Lowerer, Place, pipeline};
use crate::bytecode::{BinaryOp, CompareOp, Op, Reg, Scope};

/// How many items of a collection are made at once; longer ones are filled bit by bit.
pub(super) const CHUNK: usize = 64;

impl Lowerer<'_> {
    /// The expression's value in a register: its own if it is a local variable, else a new temporary.
    pub(super) fn operand(&mut self, expr: &Expr) -> Reg {
        match expr {
            Expr::ParenExpr(paren) => {
                if let Some(inner) = paren.expr() {
                    return self.operand(&inner);
                }
            }
            Expr::NameExpr(name) => {
                if let Some(token) = name.ident_token()
                    && let Place::Register(reg) = self.resolve(token.text())
                {
                    self.in_order(name.range());
                    self.check_local(reg, token.text(), token.text_range());
                    return reg;
                }
            }
            Expr::Placeholder(_) => {
                if let Some(reg) = self.f().placeholder {
                    return reg;
                }
            }
            _ => {}
        }
        self.temp_expr(expr)
    }

    /// The expression's value in a new temporary.
    pub(super) fn temp_expr(&mut self, expr: &Expr) -> Reg {
        let dst = self.temp();
        self.expr(expr, dst);
        dst
    }

    /// An optional part: `None` where it is absent.
    pub(super) fn optional(&mut self, expr: Option<Expr>, dst: Reg) {
        match expr {
            Some(expr) => self.expr(&expr, dst),
            None => self.emit(Op::LoadNone { dst }),
        }
    }

    /// The value to a local variable's register, which keeps its old value until the new one is complete.
    pub(super) fn expr_to_local(&mut self, expr: &Expr, dst: Reg) {
        let at_once = match expr {
            Expr::Literal(_)
            | Expr::NameExpr(_)
            | Expr::BinaryExpr(_)
            | Expr::UnaryExpr(_)
            | Expr::CallExpr(_)
            | Expr::IndexExpr(_)
            | Expr::AttributeExpr(_)
            | Expr::LambdaExpr(_)
            | Expr::FString(_) => !is_logic(expr),
            Expr::CompareExpr(compare) => compare.exprs().count() <= 2,
            _ => false,
        };
        if at_once {
            self.expr(expr, dst);
        } else {
            self.scoped(|it| {
                let src = it.temp_expr(expr);
                it.emit(Op::Move { dst, src });
            });
        }
    }

    /// The expression's value to `dst`.
    pub(super) fn expr(&mut self, expr: &Expr, dst: Reg) {
        let range = expr.range();
        self.at(range, |it| {
            it.in_order(range);
            it.scoped(|it| it.expr_inner(expr, dst));
        });
    }

    fn expr_inner(&mut self, expr: &Expr, dst: Reg) {
        match expr {
            Expr::Literal(literal) => self.literal(literal, dst),
            Expr::StringConcat(strings) => self.string_concat(strings, dst),
            Expr::FString(fstring) => self.fstring(fstring, dst),
            Expr::NameExpr(name) => match name.ident_token() {
                Some(token) => self.load_name(token.text(), token.text_range(), dst),
                None => self.missing(name.syntax()),
            },
            Expr::ScopedName(name) => match scoped_name(name) {
                Some((Some(scope), name)) => {
                    let name = self.b().str(&name);
                    self.emit(Op::LoadScoped { dst, scope, name });
                }
                Some((None, local)) => self.load_name(&local, name.range(), dst),
                None => self.missing(name.syntax()),
            },
            Expr::Placeholder(placeholder) => match self.f().placeholder {
                Some(src) => self.emit(Op::Move { dst, src }),
                None => self.error("`$$` is the piped value: it stands in a stage of a pipeline", placeholder.range()),
            },
            Expr::ParenExpr(paren) => match paren.expr() {
                Some(inner) => self.expr(&inner, dst),
                None => self.missing(paren.syntax()),
            },
            Expr::TupleExpr(tuple) => {
                let items: Vec<Expr> = tuple.exprs().collect();
                self.sequence(&items, dst, true);
            }
            Expr::ListExpr(list) => {
                let items: Vec<Expr> = list.exprs().collect();
                self.sequence(&items, dst, false);
            }
            Expr::SetExpr(set) => self.set(set, dst),
            Expr::DictExpr(dict) => self.dict(dict, dst),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::GeneratorExpr(_) => {
                self.comprehension(expr, dst);
            }
            Expr::LambdaExpr(lambda) => self.lambda(lambda, dst),
            Expr::TernaryExpr(ternary) => self.ternary(ternary, dst),
            Expr::BinaryExpr(binary) => self.binary(binary, dst),
            Expr::CompareExpr(compare) => self.compare(compare, dst),
            Expr::UnaryExpr(unary) => self.unary(unary, dst),
            Expr::PipeExpr(pipe) => self.pipe_value(pipe, dst),
            Expr::CaptureExpr(capture) => {
                self.error("`as` names the result of a pipeline's stage: it stands in a pipeline", capture.range());
            }
            Expr::CallExpr(call) => self.call(call, dst),
            Expr::IndexExpr(index) => self.index(index, dst),
            Expr::SliceExpr(slice) => {
                let first = self.b().temps(3);
                for (part, dst) in slice.parts().into_iter().zip(first..) {
                    self.optional(part, dst);
                }
                self.emit(Op::BuildSlice { dst, first });
            }
            Expr::AttributeExpr(attribute) => self.attribute(attribute, dst),
            Expr::SpreadExpr(spread) => {
                self.error("`*` spreads a value into a call, a collection or a target", spread.range());
            }
        }
    }

    // ----- names

    pub(super) fn check_local(&mut self, reg: Reg, name: &str, range: TextRange) {
        let assigned = self.f().assigned.get(usize::from(reg)).copied().unwrap_or(true);
        // In a loop, a `del` further down may have run already.
        if !assigned || self.f().names.deleted.contains(name) {
            let name_constant = self.b().str(name);
            self.at(range, |it| it.emit(Op::CheckLocal { reg, name: name_constant }));
            if !self.f().names.deleted.contains(name) {
                self.f().assigned[usize::from(reg)] = true;
            }
        }
    }

    pub(super) fn load_name(&mut self, text: &str, range: TextRange, dst: Reg) {
        match self.resolve(text) {
            Place::Register(src) => {
                self.check_local(src, text, range);
                if src != dst {
                    self.emit(Op::Move { dst, src });
                }
            }
            Place::Cell(cell) => {
                let name = self.b().str(text);
                self.emit(Op::LoadCell { dst, cell, name });
            }
            Place::Capture(capture) => {
                let name = self.b().str(text);
                self.emit(Op::LoadCapture { dst, capture, name });
            }
            Place::Global(slot) => {
                self.emit(Op::LoadGlobal { dst, slot });
            }
            Place::Builtin => self.load_builtin(text, dst),
        }
    }

    pub(super) fn load_builtin(&mut self, name: &str, dst: Reg) {
        let constant = self.b().builtin(name);
        self.emit(Op::LoadConst { dst, constant });
    }

    fn attribute(&mut self, attribute: &ast::AttributeExpr, dst: Reg) {
        let (Some(base), Some(name)) = (attribute.base(), attribute.name()) else {
            return self.missing(attribute.syntax());
        };
        match self.old_scope(&base) {
            Some(Some(scope)) => {
                let name = self.b().str(name.text());
                self.emit(Op::LoadScoped { dst, scope, name });
            }
            Some(None) => self.load_name(name.text(), name.text_range(), dst),
            None => {
                let object = self.operand(&base);
                let name = self.b().str(name.text());
                self.emit(Op::LoadAttr { dst, object, name });
            }
        }
    }

    /// The scope that the base of `private.x` means in the old form; `Some(None)` is the local one.
    pub(super) fn old_scope(&mut self, base: &Expr) -> Option<Option<Scope>> {
        let Expr::NameExpr(name) = base else { return None };
        let token = name.ident_token()?;
        let scope = scope_of(token.text())?;
        if self.is_variable(token.text()) { None } else { Some(scope) }
    }

    // ----- subscripts

    fn index(&mut self, index: &ast::IndexExpr, dst: Reg) {
        let Some(base) = index.base() else { return self.missing(index.syntax()) };
        let object = self.operand(&base);
        match self.subscript(index) {
            Subscript::Index(index) => self.emit(Op::LoadIndex { dst, object, index }),
            Subscript::Slice(first) => self.emit(Op::LoadSlice { dst, object, first }),
        }
    }

    pub(super) fn subscript(&mut self, index: &ast::IndexExpr) -> Subscript {
        let indices: Vec<Expr> = index.indices().collect();
        match indices.as_slice() {
            [Expr::SliceExpr(slice)] => {
                let first = self.b().temps(3);
                for (part, dst) in slice.parts().into_iter().zip(first..) {
                    self.optional(part, dst);
                }
                Subscript::Slice(first)
            }
            [single] => Subscript::Index(self.operand(single)),
            [] => {
                self.missing(index.syntax());
                Subscript::Index(0)
            }
            several => {
                let dst = self.temp();
                self.sequence(several, dst, true);
                Subscript::Index(dst)
            }
        }
    }

    // ----- collections

    /// A list or a tuple; items may be spread.
    pub(super) fn sequence(&mut self, items: &[Expr], dst: Reg, tuple: bool) {
        let plain = items.len() <= CHUNK && !items.iter().any(|it| matches!(it, Expr::SpreadExpr(_)));
        let first = self.b().in_use() as Reg;
        if plain {
            for item in items {
                self.temp_expr(item);
            }
            let count = items.len() as u16;
            self.emit(if tuple { Op::BuildTuple { dst, first, count } } else { Op::BuildList { dst, first, count } });
            return;
        }
        let list = self.temp();
        self.emit(Op::BuildList { dst: list, first: list, count: 0 });
        for item in items {
            self.append(item, list);
        }
        if items.iter().any(|item| self.may_wait(item.syntax())) {
            self.emit(Op::Gather { reg: list });
        }
        self.emit(if tuple { Op::ListToTuple { dst, src: list } } else { Op::Move { dst, src: list } });
    }

    /// Appends an item, or the items of `*items`, to the list in a register.
    pub(super) fn append(&mut self, item: &Expr, list: Reg) {
        self.scoped(|it| match item {
            Expr::SpreadExpr(spread) => {
                if let Some(inner) = spread.expr() {
                    let src = it.operand(&inner);
                    it.at(spread.range(), |it| it.emit(Op::ListExtend { list, src }));
                }
            }
            item => {
                let src = it.operand(item);
                it.emit(Op::ListAppend { list, src });
            }
        });
    }

    fn set(&mut self, set: &ast::SetExpr, dst: Reg) {
        let result = self.temp();
        if self.may_wait(set.syntax()) {
            let items: Vec<Expr> = set.exprs().collect();
            let list = self.temp();
            self.sequence(&items, list, false);
            self.emit(Op::BuildSet { dst: result, first: result, count: 0 });
            self.emit(Op::SetUpdate { set: result, src: list });
            return self.emit(Op::Move { dst, src: result });
        }
        self.emit(Op::BuildSet { dst: result, first: result, count: 0 });
        for item in set.exprs() {
            self.scoped(|it| match &item {
                Expr::SpreadExpr(spread) => {
                    if let Some(inner) = spread.expr() {
                        let src = it.operand(&inner);
                        it.emit(Op::SetUpdate { set: result, src });
                    }
                }
                item => {
                    let src = it.operand(item);
                    it.at(item.range(), |it| it.emit(Op::SetAdd { set: result, src }));
                }
            });
        }
        self.emit(Op::Move { dst, src: result });
    }

    fn dict(&mut self, dict: &ast::DictExpr, dst: Reg) {
        let items: Vec<ast::DictItem> = dict.dict_items().collect();
        if items.is_empty() {
            return self.emit(Op::BuildDict { dst, first: dst, count: 0 });
        }
        let result = self.temp();
        self.emit(Op::BuildDict { dst: result, first: result, count: 0 });
        for item in items {
            self.scoped(|it| match &item {
                ast::DictItem::DictEntry(entry) => it.dict_entry(entry, result),
                ast::DictItem::SpreadExpr(spread) => {
                    if let Some(inner) = spread.expr() {
                        let src = it.operand(&inner);
                        it.at(spread.range(), |it| it.emit(Op::DictUpdate { dict: result, src }));
                    }
                }
            });
        }
        // Names may stand for tasks where there are some.
        if self.has_tasks() {
            self.emit(Op::Gather { reg: result });
        }
        self.emit(Op::Move { dst, src: result });
    }

    pub(super) fn dict_entry(&mut self, entry: &ast::DictEntry, dict: Reg) {
        let (Some(key), Some(value)) = (entry.key(), entry.value()) else { return self.missing(entry.syntax()) };
        let key = self.operand(&key);
        let value = self.operand(&value);
        self.at(entry.range(), |it| it.emit(Op::DictInsert { dict, key, value }));
    }

    // ----- operators

    fn ternary(&mut self, ternary: &ast::TernaryExpr, dst: Reg) {
        let (Some(then), Some(condition), Some(otherwise)) = (ternary.then(), ternary.condition(), ternary.otherwise())
        else {
            return self.missing(ternary.syntax());
        };
        let else_label = self.b().label();
        let end = self.b().label();
        self.jump_unless(&condition, else_label);
        let assigned = self.f().assigned.clone();
        self.expr(&then, dst);
        self.b().jump(end);
        self.b().place(else_label);
        self.f().assigned.clone_from(&assigned);
        self.expr(&otherwise, dst);
        self.f().assigned = assigned;
        self.b().place(end);
    }

    fn binary(&mut self, binary: &ast::BinaryExpr, dst: Reg) {
        let operands: Vec<Expr> = binary.exprs().collect();
        let operators: Vec<SyntaxToken> = binary.operators().collect();
        let (Some(first), Some(kind)) = (operands.first(), operators.first().map(|it| it.kind())) else {
            return self.missing(binary.syntax());
        };
        if operators.len() + 1 != operands.len() {
            return self.missing(binary.syntax());
        }
        if matches!(kind, SyntaxKind::AND_KW | SyntaxKind::OR_KW) {
            let end = self.b().label();
            let mut assigned = None;
            for (index, operand) in operands.iter().enumerate() {
                self.expr(operand, dst);
                assigned.get_or_insert_with(|| self.functions.last().map(|f| f.assigned.clone()));
                if index + 1 < operands.len() {
                    let target = self.b().target(end);
                    self.emit(if kind == SyntaxKind::AND_KW {
                        Op::JumpIfNot { cond: dst, target }
                    } else {
                        Op::JumpIf { cond: dst, target }
                    });
                }
            }
            if let Some(Some(assigned)) = assigned {
                self.f().assigned = assigned;
            }
            return self.b().place(end);
        }
        if operators.iter().all(|it| it.kind() == SyntaxKind::PLUS)
            && (3..=CHUNK).contains(&operands.len())
            && operands.iter().all(|it| self.is_text(it))
        {
            // Texts are joined at once. Nothing but the parts themselves can fail, so the order of events is the same.
            let first = self.b().in_use() as Reg;
            for operand in &operands {
                self.temp_expr(operand);
            }
            let count = operands.len() as u16;
            return self.emit(Op::BuildString { dst, first, count });
        }
        let mut a = self.operand(first);
        let start = first.range().start();
        let between = if operators.len() > 1 { self.temp() } else { dst };
        for (index, (operator, operand)) in operators.iter().zip(&operands[1..]).enumerate() {
            let result = if index + 1 == operators.len() { dst } else { between };
            let range = TextRange::new(start, operand.range().end());
            self.at(range, |it| it.scoped(|it| it.binary_step(operator, operand, result, a)));
            a = result;
        }
    }

    /// Is the value a string, whatever the program does?
    fn is_text(&mut self, expr: &Expr) -> bool {
        match expr {
            Expr::Literal(literal) => literal.token().is_some_and(|token| token.kind() == SyntaxKind::STRING),
            Expr::FString(_) => true,
            Expr::ParenExpr(paren) => paren.expr().is_some_and(|inner| self.is_text(&inner)),
            Expr::CallExpr(call) => {
                let Some(Expr::NameExpr(name)) = call.callee() else { return false };
                name.ident_token().is_some_and(|token| token.text() == "str") && self.resolve("str") == Place::Builtin
            }
            _ => false,
        }
    }

    /// One operator of a chain.
    fn binary_step(&mut self, operator: &SyntaxToken, operand: &Expr, dst: Reg, a: Reg) {
        if let Some(value) = small_int(operand)
            && let Some(op) = binary_op(operator.kind())
        {
            return self.emit(match op {
                BinaryOp::Add => Op::AddInt { dst, a, value, in_place: false },
                BinaryOp::Subtract => Op::SubInt { dst, a, value, in_place: false },
                op => Op::BinaryInt { op, dst, a, value },
            });
        }
        let b = self.operand(operand);
        match binary_op(operator.kind()) {
            Some(op) => self.emit_binary(op, dst, a, b),
            None => self.error(
                format!("the operator `{}` has no meaning for any type here", operator.text()),
                operator.text_range(),
            ),
        }
    }

    pub(super) fn emit_binary(&mut self, op: BinaryOp, dst: Reg, a: Reg, b: Reg) {
        self.emit(match op {
            BinaryOp::Add => Op::Add { dst, a, b },
            BinaryOp::Subtract => Op::Sub { dst, a, b },
            BinaryOp::Multiply => Op::Mul { dst, a, b },
            op => Op::Binary { op, dst, a, b },
        });
    }

    fn unary(&mut self, unary: &ast::UnaryExpr, dst: Reg) {
        let (Some(op), Some(inner)) = (unary.op(), unary.expr()) else { return self.missing(unary.syntax()) };
        let src = self.operand(&inner);
        self.emit(match op.kind() {
            SyntaxKind::NOT_KW => Op::Not { dst, src },
            SyntaxKind::MINUS => Op::Negate { dst, src },
            SyntaxKind::PLUS => Op::Positive { dst, src },
            _ => Op::Invert { dst, src },
        });
    }

    fn compare(&mut self, compare: &ast::CompareExpr, dst: Reg) {
        let Some((operands, operators)) = self.comparison(compare) else { return };
        let end = self.b().label();
        let mut a = self.operand(&operands[0]);
        let mut assigned = None;
        for (index, op) in operators.iter().copied().enumerate() {
            let b = self.operand(&operands[index + 1]);
            // The third operand is read only where the first two compare well.
            assigned.get_or_insert_with(|| self.functions.last().map(|f| f.assigned.clone()));
            self.emit(Op::Compare { op, dst, a, b });
            if index + 1 < operators.len() {
                let target = self.b().target(end);
                self.emit(Op::JumpIfNot { cond: dst, target });
            }
            a = b;
        }
        if let Some(Some(assigned)) = assigned {
            self.f().assigned = assigned;
        }
        self.b().place(end);
    }

    /// The operands and operators of a comparison; at least one operator.
    fn comparison(&mut self, compare: &ast::CompareExpr) -> Option<(Vec<Expr>, Vec<CompareOp>)> {
        let operands: Vec<Expr> = compare.exprs().collect();
        let operators: Vec<CompareOp> = compare
            .operator_pairs()
            .into_iter()
            .filter_map(|(first, second)| compare_op(first.kind(), second.is_some()))
            .collect();
        if operators.is_empty() || operators.len() + 1 != operands.len() {
            self.missing(compare.syntax());
            return None;
        }
        Some((operands, operators))
    }

    // ----- conditions

    /// Jumps to `label` if the condition does not hold.
    pub(super) fn jump_unless(&mut self, condition: &Expr, label: Label) {
        self.at(condition.range(), |it| it.scoped(|it| it.branch(condition, label, false)));
    }

    /// Jumps to `label` if the condition holds.
    pub(super) fn jump_if(&mut self, condition: &Expr, label: Label) {
        self.at(condition.range(), |it| it.scoped(|it| it.branch(condition, label, true)));
    }

    fn branch(&mut self, condition: &Expr, label: Label, when: bool) {
        let target = self.b().target(label);
        match condition {
            Expr::ParenExpr(paren) if paren.expr().is_some() => {
                if let Some(inner) = paren.expr() {
                    self.branch(&inner, label, when);
                }
            }
            Expr::UnaryExpr(unary) if unary.op().is_some_and(|op| op.kind() == SyntaxKind::NOT_KW) => {
                match unary.expr() {
                    Some(inner) => self.branch(&inner, label, !when),
                    None => self.missing(unary.syntax()),
                }
            }
            Expr::BinaryExpr(binary) if is_logic(condition) => {
                let all = binary.operators().next().is_some_and(|op| op.kind() == SyntaxKind::AND_KW);
                let operands: Vec<Expr> = binary.exprs().collect();
                let skip = self.b().label();
                let mut assigned = None;
                for (index, operand) in operands.iter().enumerate() {
                    let is_last = index + 1 == operands.len();
                    // `a and b` fails at the first operand that does; `a or b` holds at the first that does.
                    if all == when && !is_last {
                        self.at(operand.range(), |it| it.scoped(|it| it.branch(operand, skip, !when)));
                    } else {
                        self.at(operand.range(), |it| it.scoped(|it| it.branch(operand, label, when)));
                    }
                    assigned.get_or_insert_with(|| self.functions.last().map(|f| f.assigned.clone()));
                }
                if let Some(Some(assigned)) = assigned {
                    self.f().assigned = assigned;
                }
                self.b().place(skip);
            }
            Expr::CompareExpr(compare) if compare.exprs().count() == 2 => {
                let Some((operands, operators)) = self.comparison(compare) else { return };
                let op = operators[0];
                let a = self.operand(&operands[0]);
                if let Some(value) = small_int(&operands[1])
                    && !when
                    && !matches!(op, CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot)
                {
                    return self.emit(Op::JumpUnlessInt { op, a, value, target });
                }
                let b = self.operand(&operands[1]);
                self.emit(if when { Op::JumpWhen { op, a, b, target } } else { Op::JumpUnless { op, a, b, target } });
            }
            other => {
                let cond = self.operand(other);
                self.emit(if when { Op::JumpIf { cond, target } } else { Op::JumpIfNot { cond, target } });
            }
        }
    }
}

/// What stands in the brackets after a value.
pub(super) enum Subscript {
    Index(Reg),
    /// Start, stop and step in consecutive registers.
    Slice(Reg),
}

/// Is it an `and` or an `or`?
fn is_logic(expr: &Expr) -> bool {
    matches!(expr, Expr::BinaryExpr(binary)
        if binary.operators().next().is_some_and(|op| matches!(op.kind(), SyntaxKind::AND_KW | SyntaxKind::OR_KW)))
}

/// An integer literal that fits in an instruction.
pub(super) fn small_int(expr: &Expr) -> Option<i16> {
    match pipeline::without_parens(expr.clone()) {
        Expr::Literal(literal) => {
            let token = literal.token().filter(|token| token.kind() == SyntaxKind::INT_NUMBER)?;
            super::literal::int_value(token.text())?.try_into().ok()
        }
        _ => None,
    }
}

pub(super) fn scope_of(name: &str) -> Option<Option<Scope>> {
    Some(match name {
        "private" => Some(Scope::Private),
        "public" => Some(Scope::Public),
        "system" => Some(Scope::System),
        "local" => None,
        _ => return None,
    })
}

/// The scope (none for `local`) and the name of `scope:name`.
pub(super) fn scoped_name(name: &ast::ScopedName) -> Option<(Option<Scope>, String)> {
    Some((scope_of(name.scope()?.text())?, name.name()?.text().to_owned()))
}

pub(super) fn binary_op(kind: SyntaxKind) -> Option<BinaryOp> {
    Some(match kind {
        SyntaxKind::PLUS | SyntaxKind::PLUS_EQ => BinaryOp::Add,
        SyntaxKind::MINUS | SyntaxKind::MINUS_EQ => BinaryOp::Subtract,
        SyntaxKind::STAR | SyntaxKind::STAR_EQ => BinaryOp::Multiply,
        SyntaxKind::SLASH | SyntaxKind::SLASH_EQ => BinaryOp::Divide,
        SyntaxKind::SLASH2 | SyntaxKind::SLASH2_EQ => BinaryOp::FloorDivide,
        SyntaxKind::PERCENT | SyntaxKind::PERCENT_EQ => BinaryOp::Modulo,
        SyntaxKind::STAR2 | SyntaxKind::STAR2_EQ => BinaryOp::Power,
        SyntaxKind::AMP | SyntaxKind::AMP_EQ => BinaryOp::BitAnd,
        SyntaxKind::PIPE | SyntaxKind::PIPE_EQ => BinaryOp::BitOr,
        SyntaxKind::CARET | SyntaxKind::CARET_EQ => BinaryOp::BitXor,
        SyntaxKind::AT => BinaryOp::MatrixMultiply,
        SyntaxKind::SHL | SyntaxKind::SHL_EQ => BinaryOp::ShiftLeft,
        SyntaxKind::SHR | SyntaxKind::SHR_EQ => BinaryOp::ShiftRight,
        _ => return None,
    })
}

fn compare_op(kind: SyntaxKind, second: bool) -> Option<CompareOp> {
    Some(match kind {
        SyntaxKind::LT => CompareOp::Less,
        SyntaxKind::LE => CompareOp::LessEqual,
        SyntaxKind::GT => CompareOp::Greater,
        SyntaxKind::GE => CompareOp::GreaterEqual,
        SyntaxKind::EQ2 => CompareOp::Equal,
        SyntaxKind::NEQ => CompareOp::NotEqual,
        SyntaxKind::IN_KW => CompareOp::In,
        SyntaxKind::NOT_KW => CompareOp::NotIn,
        SyntaxKind::IS_KW if second => CompareOp::IsNot,
        SyntaxKind::IS_KW => CompareOp::Is,
        _ => return None,
    })
}
