//! Expressions and targets.

use std::borrow::Cow;

use danaide_syntax::ast::{self, AstNode, CompClause, Expr as AstExpr};
use danaide_syntax::{NodeOrToken, SyntaxKind, SyntaxNode, SyntaxToken, T, TextRange, TextSize, literal};
use smol_str::SmolStr;

use super::{Lowering, text};
use crate::body::names::{BoundNames, scope_of};
use crate::body::{
    Arg, BinaryOp, BindingKind, Call, Clause, CompareOp, Comprehension, ComprehensionKind, ContextScope, Expr, ExprId,
    Function, FunctionBody, FunctionKind, Literal, SyntaxProblem, UnaryOp,
};

/// Text literals up to this many bytes are kept: names of fields, codes, plans.
const LONGEST_TEXT: usize = 256;

impl Lowering<'_> {
    pub(super) fn expr(&mut self, expr: &AstExpr) -> ExprId {
        self.tick();
        let range = expr.range();
        let lowered = match expr {
            AstExpr::ParenExpr(it) => {
                return match it.expr() {
                    Some(inner) => self.expr(&inner),
                    None => self.expr_at(Expr::Missing, range),
                };
            }
            AstExpr::Literal(it) => {
                let token = it.token();
                let literal = literal_of(token.as_ref());
                if literal == Literal::Imaginary {
                    self.problem(SyntaxProblem::Complex, range);
                }
                self.check_literal(token.as_ref());
                Expr::Literal(literal)
            }
            AstExpr::StringConcat(it) => {
                self.check_parts(it);
                let mut fields = Vec::new();
                let mut joined = Some(String::new());
                for part in it.parts() {
                    match part {
                        AstExpr::FString(it) => {
                            self.fstring_fields(it.syntax(), &mut fields);
                            joined = None;
                        }
                        AstExpr::Literal(it) => match (literal_of(it.token().as_ref()), &mut joined) {
                            (Literal::Str(Some(text)), Some(joined)) => joined.push_str(&text),
                            (Literal::Bytes, _) => return self.expr_at(Expr::Literal(Literal::Bytes), range),
                            _ => joined = None,
                        },
                        other => fields.push(self.expr(&other)),
                    }
                }
                if fields.is_empty() {
                    let text = joined.filter(|it| it.len() <= LONGEST_TEXT).map(SmolStr::from);
                    Expr::Literal(Literal::Str(text))
                } else {
                    Expr::FString(fields)
                }
            }
            AstExpr::FString(it) => {
                let mut fields = Vec::new();
                self.check_fstring(it);
                self.fstring_fields(it.syntax(), &mut fields);
                Expr::FString(fields)
            }
            AstExpr::NameExpr(it) => it.with_name(|it| Expr::Name(self.name_ref(it))).unwrap_or(Expr::Missing),
            AstExpr::ScopedName(it) => match (scope_of(it), it.name()) {
                (Some(ContextScope::Local), Some(name)) => Expr::Name(self.name_ref(name.text())),
                (Some(scope), Some(name)) => Expr::Scoped { scope, name: text(&name), is_old: false },
                _ => Expr::Missing,
            },
            AstExpr::Placeholder(_) => Expr::Placeholder,
            AstExpr::TupleExpr(it) => Expr::Tuple(self.all(it.exprs())),
            AstExpr::ListExpr(it) => Expr::List(self.all(it.exprs())),
            AstExpr::SetExpr(it) => Expr::Set(self.all(it.exprs())),
            AstExpr::DictExpr(it) => {
                let items = it.dict_items().map(|item| match item {
                    ast::DictItem::DictEntry(entry) => {
                        let key = self.required(entry.key());
                        (Some(key), self.required(entry.value()))
                    }
                    ast::DictItem::SpreadExpr(spread) => (None, self.required(spread.expr())),
                });
                Expr::Dict(items.collect())
            }
            AstExpr::ListComp(it) => self.comprehension(ComprehensionKind::List, it.comp_clauses(), None, it.element()),
            AstExpr::SetComp(it) => self.comprehension(ComprehensionKind::Set, it.comp_clauses(), None, it.element()),
            AstExpr::GeneratorExpr(it) => {
                self.comprehension(ComprehensionKind::Generator, it.comp_clauses(), None, it.element())
            }
            AstExpr::DictComp(it) => {
                let entry = it.dict_entry();
                let (key, value) = (entry.as_ref().and_then(|it| it.key()), entry.and_then(|it| it.value()));
                self.comprehension(ComprehensionKind::Dict, it.comp_clauses(), Some(key), value)
            }
            AstExpr::LambdaExpr(it) => self.lambda(it),
            AstExpr::TernaryExpr(it) => {
                let condition = self.required(it.condition());
                let then = self.required(it.then());
                Expr::Ternary { condition, then, otherwise: self.required(it.otherwise()) }
            }
            AstExpr::BinaryExpr(it) => self.binary(it),
            AstExpr::CompareExpr(it) => {
                let mut operands = self.all(it.exprs()).into_iter();
                let Some(first) = operands.next() else { return self.expr_at(Expr::Missing, range) };
                let operators = it.operator_pairs();
                let rest = operators.iter().zip(operands).map(|((a, b), operand)| (compare_op(a, b.as_ref()), operand));
                Expr::Compare { first, rest: rest.collect() }
            }
            AstExpr::UnaryExpr(it) => {
                let op = match it.op().map(|it| it.kind()) {
                    Some(T![not]) => UnaryOp::Not,
                    Some(SyntaxKind::PLUS) => UnaryOp::Pos,
                    Some(SyntaxKind::TILDE) => UnaryOp::Invert,
                    _ => UnaryOp::Neg,
                };
                Expr::Unary { op, operand: self.required(it.expr()) }
            }
            AstExpr::PipeExpr(it) => {
                let stages: Vec<AstExpr> = it.exprs().collect();
                let mut names = BoundNames::new(self.db);
                names.stages(&stages);
                self.open_inner_scope(&names);
                let stages = stages.iter().map(|it| self.expr(it)).collect();
                self.scopes.pop();
                Expr::Pipe(stages)
            }
            AstExpr::CaptureExpr(it) => {
                let stage = self.required(it.expr());
                Expr::Capture { stage, binding: self.bind_token(it.name(), BindingKind::Capture) }
            }
            AstExpr::CallExpr(it) => {
                let callee = self.required(it.callee());
                let args = it.arg_list().iter().flat_map(ast::ArgList::args).map(|it| self.arg(&it)).collect();
                Expr::Call(Call { callee, args })
            }
            AstExpr::IndexExpr(it) => {
                let base = self.required(it.base());
                Expr::Index { base, indices: self.all(it.indices()) }
            }
            AstExpr::SliceExpr(it) => {
                let parts = it.parts();
                Expr::Slice(parts.map(|part| self.optional(part)))
            }
            AstExpr::AttributeExpr(it) => return self.attribute(it, None),
            AstExpr::SpreadExpr(it) => {
                let is_named = it.op().is_some_and(|it| it.kind() == SyntaxKind::STAR2);
                Expr::Spread { is_named, expr: self.required(it.expr()) }
            }
        };
        self.expr_at(lowered, range)
    }

    fn all(&mut self, exprs: impl Iterator<Item = AstExpr>) -> Vec<ExprId> {
        exprs.map(|it| self.expr(&it)).collect()
    }

    fn expr_at(&mut self, expr: Expr, range: TextRange) -> ExprId {
        let id = self.exprs.alloc(expr);
        self.map.exprs.insert(id, self.place(range));
        id
    }

    fn arg(&mut self, arg: &ast::Arg) -> Arg {
        match arg {
            ast::Arg::KeywordArg(it) => {
                let value = self.required(it.expr());
                if let Some(name) = it.name() {
                    self.map.names.insert(value, self.place(name.text_range()));
                }
                Arg::Keyword(it.name().as_ref().map(text).unwrap_or_default(), value)
            }
            ast::Arg::Expr(AstExpr::SpreadExpr(it)) => {
                let value = self.required(it.expr());
                match it.op().map(|it| it.kind()) {
                    Some(SyntaxKind::STAR2) => Arg::NamedSpread(value),
                    _ => Arg::Spread(value),
                }
            }
            ast::Arg::Expr(it) => Arg::Positional(self.expr(it)),
        }
    }

    /// An attribute, or a name in the old form of the scopes: `private.x`.
    fn attribute(&mut self, attribute: &ast::AttributeExpr, target: Option<BindingKind>) -> ExprId {
        let range = attribute.range();
        let base = attribute.base();
        if let Some((scope, name)) = self.old_scoped(attribute, base.as_ref()) {
            let lowered = match (scope, target) {
                (ContextScope::Local, Some(kind)) => {
                    let token = attribute.name();
                    let range = token.as_ref().map_or(range, SyntaxToken::text_range);
                    self.bind_name(&name, kind, range).map_or(Expr::Missing, Expr::Bind)
                }
                (ContextScope::Local, None) => Expr::Name(self.name_ref(&name)),
                (scope, _) => Expr::Scoped { scope, name, is_old: true },
            };
            return self.expr_at(lowered, range);
        }
        let base = self.required(base);
        let token = attribute.name();
        let lowered = Expr::Attribute { base, name: token.as_ref().map(text).unwrap_or_default() };
        let id = self.expr_at(lowered, range);
        if let Some(token) = token {
            self.map.names.insert(id, self.place(token.text_range()));
        }
        id
    }

    fn old_scoped(&self, attribute: &ast::AttributeExpr, base: Option<&AstExpr>) -> Option<(ContextScope, SmolStr)> {
        let Some(AstExpr::NameExpr(base)) = base else { return None };
        let scope = base.with_name(|it| ContextScope::from_name(it).filter(|_| self.lookup(it).is_none()))??;
        Some((scope, text(&attribute.name()?)))
    }

    pub(super) fn target(&mut self, target: &AstExpr, kind: BindingKind) -> ExprId {
        let range = target.range();
        let lowered = match target {
            AstExpr::ParenExpr(it) => {
                return match it.expr() {
                    Some(inner) => self.target(&inner, kind),
                    None => self.expr_at(Expr::Missing, range),
                };
            }
            AstExpr::NameExpr(it) => match it.ident_token() {
                Some(token) => self.bind_or_global(&token, kind),
                None => Expr::Missing,
            },
            AstExpr::ScopedName(it) if scope_of(it) == Some(ContextScope::Local) => match it.name() {
                Some(token) => self.bind_or_global(&token, kind),
                None => Expr::Missing,
            },
            AstExpr::AttributeExpr(it) => return self.attribute(it, Some(kind)),
            AstExpr::TupleExpr(it) => Expr::Tuple(it.exprs().map(|it| self.target(&it, kind)).collect()),
            AstExpr::ListExpr(it) => Expr::List(it.exprs().map(|it| self.target(&it, kind)).collect()),
            AstExpr::SpreadExpr(it) => {
                let inner = match it.expr() {
                    Some(inner) => self.target(&inner, kind),
                    None => self.exprs.alloc(Expr::Missing),
                };
                Expr::Spread { is_named: false, expr: inner }
            }
            other => return self.expr(other),
        };
        self.expr_at(lowered, range)
    }

    fn bind_or_global(&mut self, token: &SyntaxToken, kind: BindingKind) -> Expr {
        match self.bind_name(token.text(), kind, token.text_range()) {
            Some(binding) => Expr::Bind(binding),
            None => Expr::BindGlobal(text(token)),
        }
    }

    fn check_literal(&mut self, token: Option<&SyntaxToken>) {
        if let Some(token) = token
            && matches!(token.kind(), SyntaxKind::STRING | SyntaxKind::BYTES)
            && !literal::is_raw(token.text())
        {
            self.check_escapes(token, token.kind() == SyntaxKind::BYTES);
        }
    }

    fn check_fstring(&mut self, it: &ast::FString) {
        if it.fstring_start_token().is_some_and(|it| literal::is_raw(it.text())) {
            return;
        }
        for part in it.parts() {
            if let NodeOrToken::Token(token) = part {
                self.check_escapes(&token, false);
            }
        }
    }

    /// Reports escapes that lack something.
    fn check_escapes(&mut self, token: &SyntaxToken, is_bytes: bool) {
        for (at, text) in literal::broken_escapes(token.text(), is_bytes) {
            let start = token.text_range().start() + TextSize::new(at as u32);
            let range = TextRange::at(start, TextSize::of(text));
            self.problem(SyntaxProblem::BrokenEscape(text.into()), range);
        }
    }

    /// Reports bytes among text, or text among bytes, and what is wrong with each.
    fn check_parts(&mut self, strings: &ast::StringConcat) {
        let is_bytes =
            |it: &AstExpr| matches!(it, AstExpr::Literal(it) if literal_of(it.token().as_ref()) == Literal::Bytes);
        let parts: Vec<AstExpr> = strings.parts().collect();
        for part in &parts {
            match part {
                AstExpr::Literal(it) => self.check_literal(it.token().as_ref()),
                AstExpr::FString(it) => self.check_fstring(it),
                _ => {}
            }
        }
        let first = parts.first().is_some_and(is_bytes);
        if let Some(other) = parts.iter().find(|it| is_bytes(it) != first) {
            self.problem(SyntaxProblem::BytesBesideText, other.range());
        }
    }

    fn fstring_fields(&mut self, node: &SyntaxNode, out: &mut Vec<ExprId>) {
        for field in node.children().filter_map(ast::FStringField::cast) {
            out.extend(field.expr().map(|it| self.expr(&it)));
            if let Some(spec) = field.format_spec() {
                self.fstring_fields(spec.syntax(), out);
            }
        }
    }

    fn binary(&mut self, binary: &ast::BinaryExpr) -> Expr {
        let operators: Vec<SyntaxKind> = binary.operators().map(|it| it.kind()).collect();
        let mut operands = self.all(binary.exprs());
        if let Some(T![and] | T![or]) = operators.first() {
            return Expr::Logic { is_and: operators[0] == T![and], operands };
        }
        if operands.is_empty() {
            return Expr::Missing;
        }
        let first = operands.remove(0);
        Expr::Binary { first, rest: operators.into_iter().map(binary_op).zip(operands).collect() }
    }

    /// The clauses come first, since the element sees their names. The first iterable belongs to the scope around.
    fn comprehension(
        &mut self,
        kind: ComprehensionKind,
        clauses: impl Iterator<Item = CompClause>,
        key: Option<Option<AstExpr>>,
        element: Option<AstExpr>,
    ) -> Expr {
        let clauses: Vec<CompClause> = clauses.collect();
        let mut names = BoundNames::new(self.db);
        for clause in &clauses {
            if let CompClause::CompFor(it) = clause {
                it.target().iter().for_each(|it| names.target(it));
            }
        }
        let first = match clauses.first() {
            Some(CompClause::CompFor(it)) => Some(self.required(it.iterable())),
            _ => None,
        };
        self.open_inner_scope(&names);
        let mut first = first;
        let clauses = clauses
            .iter()
            .map(|clause| match clause {
                CompClause::CompFor(it) => {
                    let iterable = match first.take() {
                        Some(iterable) => iterable,
                        None => self.required(it.iterable()),
                    };
                    Clause::For { target: self.required_target(it.target(), BindingKind::For), iterable }
                }
                CompClause::CompIf(it) => {
                    first = None;
                    Clause::If(self.required(it.condition()))
                }
            })
            .collect();
        let key = key.map(|it| self.required(it));
        let element = self.required(element);
        self.scopes.pop();
        Expr::Comprehension(Comprehension { kind, key, element, clauses })
    }

    fn lambda(&mut self, lambda: &ast::LambdaExpr) -> Expr {
        let id = self.functions.alloc(Function::empty(FunctionKind::Lambda));
        self.map.functions.insert(id, self.place(lambda.range()));
        let receiver = lambda.receiver().and_then(|it| it.param());
        let params: Vec<ast::Param> = lambda.params().collect();
        let mut names = BoundNames::new(self.db);
        receiver.iter().chain(&params).filter_map(ast::Param::name).for_each(|it| names.bind(it.text()));
        if let Some(block) = lambda.block() {
            names.statements(block.stmts());
        }
        let parent = self.current_function();
        self.function(
            id,
            parent,
            &names,
            |it| {
                let receiver = receiver.as_ref().map(|param| it.param(param));
                (receiver, params.iter().map(|param| it.param(param)).collect())
            },
            |it| match (lambda.block(), lambda.body()) {
                (Some(block), _) => FunctionBody::Block(it.block(&block)),
                (None, Some(body)) => FunctionBody::Expr(it.expr(&body)),
                (None, None) => FunctionBody::None,
            },
        );
        Expr::Lambda(id)
    }
}

fn literal_of(token: Option<&SyntaxToken>) -> Literal {
    let Some(token) = token else { return Literal::None };
    match token.kind() {
        SyntaxKind::INT_NUMBER => Literal::Int(int(token.text())),
        SyntaxKind::FLOAT_NUMBER => Literal::Float,
        SyntaxKind::IMAGINARY_NUMBER => Literal::Imaginary,
        SyntaxKind::STRING => {
            let short = token.text().len() <= LONGEST_TEXT;
            Literal::Str(short.then(|| literal::string_value(token.text()).into()))
        }
        SyntaxKind::BYTES => Literal::Bytes,
        SyntaxKind::TRUE_KW => Literal::Bool(true),
        SyntaxKind::FALSE_KW => Literal::Bool(false),
        SyntaxKind::ELLIPSIS => Literal::Ellipsis,
        _ => Literal::None,
    }
}

fn int(text: &str) -> Option<i64> {
    let text = if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) };
    let radix = match text.get(..2) {
        Some("0x" | "0X") => 16,
        Some("0o" | "0O") => 8,
        Some("0b" | "0B") => 2,
        _ => return text.parse().ok(),
    };
    i64::from_str_radix(text.get(2..)?, radix).ok()
}

fn binary_op(kind: SyntaxKind) -> BinaryOp {
    match kind {
        SyntaxKind::MINUS => BinaryOp::Sub,
        SyntaxKind::STAR => BinaryOp::Mul,
        SyntaxKind::SLASH => BinaryOp::Div,
        SyntaxKind::SLASH2 => BinaryOp::FloorDiv,
        SyntaxKind::PERCENT => BinaryOp::Mod,
        SyntaxKind::STAR2 => BinaryOp::Pow,
        SyntaxKind::AMP => BinaryOp::BitAnd,
        SyntaxKind::PIPE => BinaryOp::BitOr,
        SyntaxKind::CARET => BinaryOp::BitXor,
        SyntaxKind::SHL => BinaryOp::Shl,
        SyntaxKind::SHR => BinaryOp::Shr,
        SyntaxKind::AT => BinaryOp::MatMul,
        _ => BinaryOp::Add,
    }
}

fn compare_op(first: &SyntaxToken, second: Option<&SyntaxToken>) -> CompareOp {
    match (first.kind(), second) {
        (SyntaxKind::NEQ, _) => CompareOp::Ne,
        (SyntaxKind::LT, _) => CompareOp::Lt,
        (SyntaxKind::LE, _) => CompareOp::Le,
        (SyntaxKind::GT, _) => CompareOp::Gt,
        (SyntaxKind::GE, _) => CompareOp::Ge,
        (T![in], _) => CompareOp::In,
        (T![not], _) => CompareOp::NotIn,
        (T![is], None) => CompareOp::Is,
        (T![is], Some(_)) => CompareOp::IsNot,
        _ => CompareOp::Eq,
    }
}
