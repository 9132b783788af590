//! Pipelines: as the body of a function, and as values.
//!
//! As a body, `a | b(2, $$) | [c, d] as both` is straight code. As a value, the first operand and the plain stages are
//! evaluated at once; if a stage is a call, has `$$`, or names its result, the stages become a function.

use danaide_syntax::ast::{self, AstNode, Expr};
use danaide_syntax::{SyntaxKind, SyntaxNode};
use smol_str::SmolStr;

use super::Lowerer;
use super::call::Piped;
use super::names::NameTable;
use crate::bytecode::{CodeKind, Intrinsic, Op, Params, Reg, TypeSpec};

/// What the first stage of a pipeline is given.
pub(super) enum Input {
    /// The parameters of the function.
    Params(Vec<SmolStr>),
    /// All arguments: a tuple and a dict.
    Hidden { args: Reg, named: Reg },
}

pub(super) fn without_parens(mut expr: Expr) -> Expr {
    while let Expr::ParenExpr(paren) = &expr {
        match paren.expr() {
            Some(inner) => expr = inner,
            None => break,
        }
    }
    expr
}

/// Is the stage part of the function that a pipeline value becomes, instead of being evaluated at once?
pub(super) fn is_deferred(stage: &Expr, first: bool) -> bool {
    match without_parens(stage.clone()) {
        Expr::CaptureExpr(_) => true,
        Expr::CallExpr(_) if !first => true,
        Expr::ListExpr(list) if !first => list.exprs().any(|item| is_deferred(&item, false)),
        other => has_placeholder(other.syntax()),
    }
}

/// Does `$$` stand in the node, outside pipelines inside it?
fn has_placeholder(node: &SyntaxNode) -> bool {
    node.kind() == SyntaxKind::PLACEHOLDER
        || node.children().any(|child| {
            !matches!(child.kind(), SyntaxKind::PIPE_EXPR | SyntaxKind::LAMBDA_EXPR) && has_placeholder(&child)
        })
}

/// Do the arguments of a call use a variable of the function? A parameter of a lambda may have the same name.
fn mentions(call: &ast::CallExpr, names: &NameTable, is_one: &dyn Fn(&str) -> bool) -> bool {
    call.arg_list().is_some_and(|args| uses(args.syntax(), names, is_one))
}

fn uses(node: &SyntaxNode, names: &NameTable, is_one: &dyn Fn(&str) -> bool) -> bool {
    if let Some(name) = ast::NameExpr::cast(node.clone()) {
        return name.ident_token().is_some_and(|token| is_one(token.text()));
    }
    let is_seen = |name: &str| is_one(name) && !names.of(node).binds(name);
    match node.kind() {
        // What it needs of the scopes around it; defaults are evaluated there.
        SyntaxKind::LAMBDA_EXPR => {
            names.of(node).free.iter().any(|name| is_one(name))
                || ast::LambdaExpr::cast(node.clone())
                    .into_iter()
                    .flat_map(|it| it.params())
                    .filter_map(|it| it.default())
                    .any(|it| uses(it.syntax(), names, is_one))
        }
        SyntaxKind::LIST_COMP | SyntaxKind::SET_COMP | SyntaxKind::DICT_COMP | SyntaxKind::GENERATOR_EXPR => {
            let first = node.children().find_map(ast::CompFor::cast).and_then(|it| it.iterable());
            first.is_some_and(|it| uses(it.syntax(), names, is_one))
                || node.children().any(|child| uses(&child, names, &is_seen))
        }
        _ => node.children().any(|child| uses(&child, names, is_one)),
    }
}

/// Could every item of a list be a function?
fn is_parallel(list: &ast::ListExpr, params: &[SmolStr]) -> bool {
    let mut items = list.exprs().peekable();
    items.peek().is_some()
        && items.all(|item| match without_parens(item) {
            Expr::NameExpr(name) => {
                name.ident_token().is_some_and(|token| !params.iter().any(|param| param == token.text()))
            }
            Expr::AttributeExpr(_) | Expr::LambdaExpr(_) | Expr::CallExpr(_) | Expr::PipeExpr(_) => true,
            _ => false,
        })
}

impl Lowerer<'_> {
    /// The pipeline as the body of the current function.
    pub(super) fn pipeline_body(&mut self, body: &Expr, input: &Input) {
        let stages = stages(body);
        let Some((first, rest)) = stages.split_first() else { return self.missing(body.syntax()) };
        let mut value = self.temp();
        self.first_stage(first, input, value);
        for stage in rest {
            let result = self.temp();
            // A stage begins when the one before has ended.
            self.emit(Op::Gather { reg: value });
            self.stage(stage, value, result);
            value = result;
        }
        self.emit(Op::Return { src: value });
    }

    fn first_stage(&mut self, stage: &Expr, input: &Input, dst: Reg) {
        self.at(stage.range(), |it| it.scoped(|it| it.first_stage_inner(stage, input, dst)));
    }

    fn first_stage_inner(&mut self, stage: &Expr, input: &Input, dst: Reg) {
        let params: &[SmolStr] = match input {
            Input::Params(params) => params,
            Input::Hidden { .. } => &[],
        };
        match without_parens(stage.clone()) {
            Expr::CaptureExpr(capture) => {
                let Some(inner) = capture.expr() else { return self.missing(capture.syntax()) };
                self.first_stage(&inner, input, dst);
                self.keep(&capture, dst);
            }
            stage if has_placeholder(stage.syntax()) => {
                let value = self.temp();
                match input {
                    Input::Params(params) => match params.first() {
                        Some(name) => self.load_name(name, stage.range(), value),
                        None => {
                            return self.error("`$$` has no value here: the pipeline has no parameter", stage.range());
                        }
                    },
                    Input::Hidden { args, .. } => {
                        let zero = self.temp();
                        self.emit(Op::LoadInt { dst: zero, value: 0 });
                        self.emit(Op::LoadIndex { dst: value, object: *args, index: zero });
                    }
                }
                self.placeholder_stage(&stage, value, dst);
            }
            Expr::ListExpr(list) if is_parallel(&list, params) => {
                let items: Vec<Expr> = list.exprs().collect();
                self.parallel(&items, dst, |it, item, dst| it.first_stage(item, input, dst));
            }
            Expr::CallExpr(call) => {
                let piped = match input {
                    Input::Hidden { args, named } => Some(Piped::All { args: *args, named: *named }),
                    Input::Params(params)
                        if mentions(&call, &self.names, &|name: &str| params.iter().any(|it| it == name)) =>
                    {
                        None
                    }
                    Input::Params(params) => params.first().cloned().map(|name| {
                        let value = self.temp();
                        self.load_name(&name, call.range(), value);
                        Piped::Value(value)
                    }),
                };
                self.call_with(&call, piped, dst);
            }
            Expr::NameExpr(name)
                if name.ident_token().is_some_and(|token| params.iter().any(|it| it == token.text())) =>
            {
                self.expr(&Expr::NameExpr(name), dst);
            }
            other => {
                let first = self.b().temps(3);
                let (list, dict) = (first.saturating_add(1), first.saturating_add(2));
                self.expr(&other, first);
                self.emit(Op::BuildList { dst: list, first: list, count: 0 });
                self.emit(Op::BuildDict { dst: dict, first: dict, count: 0 });
                match input {
                    Input::Hidden { args, named } => {
                        self.emit(Op::ListExtend { list, src: *args });
                        self.emit(Op::KeywordsUpdate { first, src: *named });
                    }
                    Input::Params(params) => {
                        for name in params {
                            self.scoped(|it| {
                                let src = it.temp();
                                it.load_name(name, other.range(), src);
                                it.emit(Op::ListAppend { list, src });
                            });
                        }
                    }
                }
                self.emit(Op::CallIntrinsic { dst, intrinsic: Intrinsic::CallFit, first });
            }
        }
    }

    /// Gives the value in a register to a stage.
    fn stage(&mut self, stage: &Expr, value: Reg, dst: Reg) {
        self.at(stage.range(), |it| it.scoped(|it| it.stage_inner(stage, value, dst)));
    }

    fn stage_inner(&mut self, stage: &Expr, value: Reg, dst: Reg) {
        match without_parens(stage.clone()) {
            Expr::CaptureExpr(capture) => {
                let Some(inner) = capture.expr() else { return self.missing(capture.syntax()) };
                self.stage(&inner, value, dst);
                self.keep(&capture, dst);
            }
            Expr::ListExpr(list) if is_parallel(&list, &[]) => {
                let items: Vec<Expr> = list.exprs().collect();
                self.parallel(&items, dst, |it, item, dst| it.stage(item, value, dst));
            }
            stage if has_placeholder(stage.syntax()) => {
                self.placeholder_stage(&stage, value, dst);
            }
            Expr::CallExpr(call) => {
                let kept = self.f().stage_names.clone();
                let piped =
                    (!mentions(&call, &self.names, &|name: &str| kept.contains(name))).then_some(Piped::Value(value));
                self.call_with(&call, piped, dst);
            }
            other => {
                let stage = self.operand(&other);
                self.emit(Op::PipeInto { dst, value, stage });
            }
        }
    }

    /// A stage that names the piped value; `case` takes it besides, for the functions of its branches.
    fn placeholder_stage(&mut self, stage: &Expr, value: Reg, dst: Reg) {
        let case = match stage {
            Expr::CallExpr(call) => match call.callee() {
                Some(Expr::NameExpr(name)) if self.is_builtin_case(&name) => Some(call),
                _ => None,
            },
            _ => None,
        };
        self.with_placeholder(value, |it| match case {
            Some(call) => it.call_with(call, Some(Piped::Value(value)), dst),
            None => it.expr(stage, dst),
        });
    }

    fn with_placeholder(&mut self, value: Reg, make: impl FnOnce(&mut Lowerer<'_>)) {
        let before = self.f().placeholder.replace(value);
        make(self);
        self.f().placeholder = before;
    }

    fn keep(&mut self, capture: &ast::CaptureExpr, value: Reg) {
        match capture.name() {
            Some(name) => {
                self.store_name(name.text(), value);
                self.f().stage_names.insert(name.text().into());
            }
            None => self.missing(capture.syntax()),
        }
    }

    fn parallel(&mut self, items: &[Expr], dst: Reg, mut each: impl FnMut(&mut Lowerer<'_>, &Expr, Reg)) {
        let list = self.temp();
        self.emit(Op::BuildList { dst: list, first: list, count: 0 });
        for item in items {
            self.scoped(|it| {
                let src = it.temp();
                each(it, item, src);
                it.emit(Op::ListAppend { list, src });
            });
        }
        self.emit(Op::Gather { reg: list });
        self.emit(Op::Move { dst, src: list });
    }

    /// A pipeline as a value.
    pub(super) fn pipe_value(&mut self, pipe: &ast::PipeExpr, dst: Reg) {
        let stages: Vec<Expr> = pipe.exprs().collect();
        let Some((first, rest)) = stages.split_first() else { return self.missing(pipe.syntax()) };
        if !stages.iter().enumerate().any(|(index, stage)| is_deferred(stage, index == 0)) {
            let mut a = self.operand(first);
            for (index, stage) in rest.iter().enumerate() {
                let b = self.operand(stage);
                let result = if index + 1 == rest.len() { dst } else { self.temp() };
                self.at(stage.range(), |it| it.emit(Op::Pipe { dst: result, a, b }));
                a = result;
            }
            return;
        }
        let source = (!is_deferred(first, true)).then(|| self.temp_expr(first));
        let closure = self.temp();
        self.scoped(|it| it.pipe_closure(pipe, &stages, source.is_some(), closure));
        match source {
            Some(a) => self.emit(Op::Pipe { dst, a, b: closure }),
            None => self.emit(Op::Move { dst, src: closure }),
        }
    }

    /// The function of the stages; those evaluated at once are the defaults of hidden parameters.
    fn pipe_closure(&mut self, pipe: &ast::PipeExpr, stages: &[Expr], has_source: bool, dst: Reg) {
        let first = self.b().in_use() as Reg;
        let later = &stages[usize::from(has_source)..];
        let at_once: Vec<bool> =
            later.iter().enumerate().map(|(index, stage)| !is_deferred(stage, !has_source && index == 0)).collect();
        for (stage, at_once) in later.iter().zip(&at_once) {
            if *at_once {
                self.temp_expr(stage);
            }
        }
        let names = self.names.of(pipe.syntax());
        self.start_function(CodeKind::Pipeline, names.clone(), pipe.range(), TypeSpec::Any);
        let mut params = Params::default();
        let mut value = self.temp();
        let mut evaluated = Vec::new();
        let input = if has_source {
            params.positional = 1;
            params.names.push(".value".into());
            params.defaults.push(false);
            None
        } else {
            Some(())
        };
        if input.is_some() {
            // The first register belongs to the first parameter there is.
            self.b().release(0);
        }
        for (index, _) in at_once.iter().enumerate().filter(|(_, at_once)| **at_once) {
            params.names.push(format!(".{index}").into());
            params.defaults.push(true);
            evaluated.push(self.temp());
        }
        let hidden = input.map(|()| {
            params.rest = Some(".args".into());
            params.named = Some(".named".into());
            Input::Hidden { args: self.temp(), named: self.temp() }
        });
        for name in &names.bound {
            let reg = self.declare_local(name, false);
            if names.nested.contains(name) {
                self.emit(Op::MakeCell { reg });
            }
        }
        self.b().start_statement();
        let mut evaluated = evaluated.into_iter();
        for (index, (stage, at_once)) in later.iter().zip(&at_once).enumerate() {
            let result = self.temp();
            if index > 0 {
                self.emit(Op::Gather { reg: value });
            }
            match (&hidden, at_once) {
                (Some(input), _) if index == 0 => self.first_stage(stage, input, result),
                (_, true) => {
                    if let Some(stage_reg) = evaluated.next() {
                        self.at(stage.range(), |it| it.emit(Op::PipeInto { dst: result, value, stage: stage_reg }));
                    }
                }
                (_, false) => self.stage(stage, value, result),
            }
            value = result;
        }
        self.emit(Op::Return { src: value });
        let code = self.end_function("<pipeline>", params, pipe.range());
        let code = self.add_code(code);
        self.emit(Op::MakeFunction { dst, code, first });
    }
}

fn stages(body: &Expr) -> Vec<Expr> {
    match without_parens(body.clone()) {
        Expr::PipeExpr(pipe) => pipe.exprs().collect(),
        other => vec![other],
    }
}
