//! Calls and their arguments.

use danaide_syntax::ast::{self, AstNode, Expr};
use danaide_syntax::{SyntaxKind, TextRange};

use super::expr::CHUNK;
use super::{Lowerer, Place};
use crate::bytecode::{CallShape, Intrinsic, Op, Reg};

/// What a call in a pipeline is given besides its own arguments.
#[derive(Clone, Copy)]
pub(super) enum Piped {
    /// The value of the stage before, as the first argument.
    Value(Reg),
    /// The arguments of the pipeline itself: a tuple of values and a dict of named ones.
    All { args: Reg, named: Reg },
}

/// What a call calls.
#[derive(Clone, Copy)]
enum Callee {
    /// The value in the first register.
    Value,
    /// A method, by its name's constant, of the value in the first register.
    Method(u32),
}

impl Lowerer<'_> {
    pub(super) fn call(&mut self, call: &ast::CallExpr, dst: Reg) {
        self.call_with(call, None, dst);
    }

    /// A call; `piped` is passed before its own arguments.
    pub(super) fn call_with(&mut self, call: &ast::CallExpr, piped: Option<Piped>, dst: Reg) {
        let expected = self.f().expected.take();
        let Some(callee) = call.callee() else { return self.missing(call.syntax()) };
        let args: Vec<ast::Arg> = call.arg_list().iter().flat_map(|list| list.args()).collect();
        if self.internal
            && let Expr::NameExpr(name) = &callee
            && let Some(intrinsic) = name.ident_token().and_then(|token| intrinsic(token.text()))
        {
            return self.intrinsic(intrinsic, &args, dst);
        }
        let first = self.temp();
        let callee = match &callee {
            Expr::AttributeExpr(attribute) => match (attribute.base(), attribute.name()) {
                (Some(base), Some(name)) if self.old_scope(&base).is_none() => {
                    self.expr(&base, first);
                    Callee::Method(self.b().str(name.text()))
                }
                _ => {
                    self.expr(&callee, first);
                    Callee::Value
                }
            },
            Expr::NameExpr(name) if piped.is_some() && self.is_builtin_case(name) => {
                self.load_builtin("__case_stage__", first);
                Callee::Value
            }
            _ => {
                self.expr(&callee, first);
                Callee::Value
            }
        };
        let plain = args.len() < CHUNK
            && !matches!(piped, Some(Piped::All { .. }))
            && !args.iter().any(|arg| {
                matches!(arg, ast::Arg::Expr(Expr::SpreadExpr(_)))
                    || matches!(arg, ast::Arg::KeywordArg(keyword) if keyword.expr().is_none())
            })
            && args
                .iter()
                .skip_while(|arg| matches!(arg, ast::Arg::Expr(_)))
                .all(|arg| matches!(arg, ast::Arg::KeywordArg(_)));
        if plain {
            self.plain_args(&args, piped);
        } else {
            self.spread_args(&args, piped, first);
        }
        if let Some(ty) = expected {
            let ty = self.b().ty(ty);
            self.emit(Op::ExpectType { ty });
        }
        let count = args.len() as u16 + u16::from(piped.is_some());
        if !plain {
            return self.emit(match callee {
                Callee::Value => Op::CallSpread { dst, first },
                Callee::Method(name) => Op::CallMethodSpread { dst, first, name },
            });
        }
        let keywords = self.keyword_names(&args);
        let op = match (callee, keywords.is_empty()) {
            (Callee::Value, true) => Op::Call { dst, first, count },
            (Callee::Method(name), true) => Op::CallMethod { dst, first, count, name },
            (Callee::Value, false) => {
                let shape = self.b().shape(CallShape { count, keywords, name: 0 });
                Op::CallShaped { dst, first, shape }
            }
            (Callee::Method(name), false) => {
                let shape = self.b().shape(CallShape { count, keywords, name });
                Op::CallMethodShaped { dst, first, shape }
            }
        };
        self.emit(op);
    }

    pub(super) fn is_builtin_case(&mut self, name: &ast::NameExpr) -> bool {
        name.ident_token().is_some_and(|token| token.text() == "case" && self.resolve("case") == Place::Builtin)
    }

    /// The arguments in consecutive registers.
    fn plain_args(&mut self, args: &[ast::Arg], piped: Option<Piped>) {
        if let Some(Piped::Value(src)) = piped {
            let dst = self.temp();
            self.emit(Op::Move { dst, src });
        }
        for arg in args {
            match arg {
                ast::Arg::Expr(expr) => {
                    self.temp_expr(expr);
                }
                ast::Arg::KeywordArg(keyword) => {
                    if let Some(expr) = keyword.expr() {
                        self.temp_expr(&expr);
                    }
                }
            }
        }
    }

    fn keyword_names(&mut self, args: &[ast::Arg]) -> Vec<u32> {
        let mut seen: Vec<String> = Vec::new();
        let mut constants = Vec::new();
        for arg in args {
            if let ast::Arg::KeywordArg(keyword) = arg {
                let Some(name) = keyword.name() else { continue };
                self.repeated_keyword(&mut seen, name.text(), name.text_range());
                constants.push(self.b().str(name.text()));
            }
        }
        constants
    }

    fn repeated_keyword(&mut self, seen: &mut Vec<String>, name: &str, range: TextRange) {
        if seen.iter().any(|it| it == name) {
            self.error(format!("the argument `{name}` is given twice"), range);
        }
        seen.push(name.to_owned());
    }

    /// The arguments as a list and a dict in the two registers after the callee's.
    fn spread_args(&mut self, args: &[ast::Arg], piped: Option<Piped>, first: Reg) {
        let mut may_repeat = matches!(piped, Some(Piped::All { .. }));
        let list = self.temp();
        let dict = self.temp();
        self.emit(Op::BuildList { dst: list, first: list, count: 0 });
        self.emit(Op::BuildDict { dst: dict, first: dict, count: 0 });
        match piped {
            Some(Piped::Value(src)) => self.emit(Op::ListAppend { list, src }),
            Some(Piped::All { args, named }) => {
                self.emit(Op::ListExtend { list, src: args });
                self.emit(Op::KeywordsUpdate { first, src: named });
            }
            None => {}
        }
        let mut seen: Vec<String> = Vec::new();
        // All that goes by position is evaluated first, wherever it stands.
        for arg in args {
            match arg {
                ast::Arg::Expr(expr) if !is_named_spread(expr) => self.append(expr, list),
                _ => {}
            }
        }
        for arg in args {
            match arg {
                ast::Arg::Expr(Expr::SpreadExpr(spread)) if is_double(spread) => {
                    may_repeat = true;
                    self.scoped(|it| match spread.expr() {
                        Some(inner) => {
                            let src = it.operand(&inner);
                            it.at(spread.range(), |it| it.emit(Op::KeywordsUpdate { first, src }));
                        }
                        None => it.missing(spread.syntax()),
                    });
                }
                ast::Arg::Expr(_) => {}
                ast::Arg::KeywordArg(keyword) => self.scoped(|it| {
                    let (Some(name), Some(expr)) = (keyword.name(), keyword.expr()) else {
                        return it.missing(keyword.syntax());
                    };
                    it.repeated_keyword(&mut seen, name.text(), name.text_range());
                    let key = it.temp();
                    let constant = it.b().str(name.text());
                    it.emit(Op::LoadConst { dst: key, constant });
                    let value = it.operand(&expr);
                    it.emit(if may_repeat {
                        Op::KeywordInsert { first, key, value }
                    } else {
                        Op::DictInsert { dict, key, value }
                    });
                }),
            }
        }
    }

    fn intrinsic(&mut self, intrinsic: Intrinsic, args: &[ast::Arg], dst: Reg) {
        let first = self.b().in_use() as Reg;
        self.plain_args(args, None);
        self.emit(Op::CallIntrinsic { dst, intrinsic, first });
    }
}

fn intrinsic(name: &str) -> Option<Intrinsic> {
    Some(match name {
        "__sort_by_keys__" => Intrinsic::SortByKeys,
        "__replace__" => Intrinsic::Replace,
        "__calling__" => Intrinsic::Calling,
        "__feed__" => Intrinsic::Feed,
        "__step_of__" => Intrinsic::StepOf,
        "__is_kind__" => Intrinsic::IsKind,
        "__call_fit__" => Intrinsic::CallFit,
        "__is_callable__" => Intrinsic::IsCallable,
        "__needs_arguments__" => Intrinsic::NeedsArguments,
        "__memory__" => Intrinsic::Memory,
        "__retry_exhausted__" => Intrinsic::RetryExhausted,
        "__spawn__" => Intrinsic::Spawn,
        "__spawn_within__" => Intrinsic::SpawnWithin,
        "__timer__" => Intrinsic::Timer,
        "__first__" => Intrinsic::First,
        "__attempt__" => Intrinsic::Attempt,
        "__chance__" => Intrinsic::Chance,
        "__misfit__" => Intrinsic::Misfit,
        "__unknown_kind__" => Intrinsic::UnknownKind,
        "__nearest__" => Intrinsic::Nearest,
        "__named_as__" => Intrinsic::NamedAs,
        _ => return None,
    })
}

/// Whether a spread is `**value`.
fn is_double(spread: &ast::SpreadExpr) -> bool {
    spread.op().is_some_and(|op| op.kind() == SyntaxKind::STAR2)
}

fn is_named_spread(arg: &Expr) -> bool {
    matches!(arg, Expr::SpreadExpr(spread) if is_double(spread))
}
