//! Functions, lambdas, and their parameters.

use danaide_syntax::ast::{self, AstNode, Expr, ParamKind};
use danaide_syntax::{SyntaxKind, SyntaxNode};

use super::literal::constant_text;
use super::{Lowerer, Place};
use crate::bytecode::{CodeKind, Op, Params, Reg, TypeSpec};
use crate::value::TypeTag;

/// What a function does.
pub(super) enum Body {
    Block(Option<ast::Block>),
    /// The value of an expression.
    Value(Expr),
    Pipeline(Expr),
}

/// What a closure is made from, besides its parameters.
pub(super) struct Source<'a> {
    /// The node that has the function's names.
    pub node: &'a SyntaxNode,
    pub name: &'a str,
    pub kind: CodeKind,
    pub return_type: Option<ast::Type>,
    pub body: Body,
}

/// The parameters of a function in the order of their registers.
#[derive(Default)]
pub(super) struct ParamNodes {
    positional: Vec<ast::Param>,
    keyword_only: Vec<ast::Param>,
    rest: Option<ast::Param>,
    named: Option<ast::Param>,
    positional_only: usize,
    /// A method in the body of a record that does not name its receiver.
    implicit_self: bool,
}

impl Lowerer<'_> {
    pub(super) fn param_nodes(&mut self, params: impl Iterator<Item = ast::Param>) -> ParamNodes {
        let mut nodes = ParamNodes::default();
        let mut seen: Vec<String> = Vec::new();
        let mut after_rest = false;
        for param in params {
            if let Some(name) = param.name() {
                if seen.iter().any(|it| it == name.text()) {
                    self.error(format!("the parameter `{}` is there twice", name.text()), name.text_range());
                }
                seen.push(name.text().to_owned());
            }
            match param.kind() {
                ParamKind::Mark => match param.prefix().map(|token| token.kind()) {
                    Some(SyntaxKind::SLASH) => nodes.positional_only = nodes.positional.len(),
                    _ => after_rest = true,
                },
                ParamKind::Rest => {
                    nodes.rest = Some(param);
                    after_rest = true;
                }
                ParamKind::Named => nodes.named = Some(param),
                ParamKind::Normal if after_rest => nodes.keyword_only.push(param),
                ParamKind::Normal => {
                    let needs_default = nodes.positional.last().is_some_and(|before| before.default().is_some());
                    if needs_default && param.default().is_none() {
                        self.error("a parameter without a default stands before those with one", param.range());
                    }
                    nodes.positional.push(param);
                }
            }
        }
        nodes
    }

    /// Makes the closure of a function-like node.
    pub(super) fn make_function(&mut self, source: Source<'_>, params: &ParamNodes, dst: Reg) {
        let Source { node, name, kind, return_type, body } = source;
        let first = self.b().in_use() as Reg;
        for default in params.positional.iter().chain(&params.keyword_only).filter_map(|param| param.default()) {
            self.temp_expr(&default);
        }
        let return_type = return_type.map(|ty| self.type_spec(&ty)).unwrap_or(TypeSpec::Any);
        let names = self.names.of(node);
        let range = node.text_range();
        self.start_function(kind, names.clone(), range, return_type);
        self.f().is_sync = ast::FunctionDef::cast(node.clone()).is_some_and(|it| it.sync_token().is_some());

        let name_of = |param: &ast::Param| param.name().map(|token| token.text().to_owned()).unwrap_or_default();
        let hidden = matches!(body, Body::Pipeline(_))
            && params.positional.is_empty()
            && !params.implicit_self
            && params.keyword_only.is_empty()
            && params.rest.is_none()
            && params.named.is_none();
        let mut info = Params {
            positional: params.positional.len() as u16 + u16::from(params.implicit_self),
            positional_only: params.positional_only as u16 + u16::from(params.implicit_self),
            rest: params.rest.as_ref().map(|param| name_of(param).into()),
            named: params.named.as_ref().map(|param| name_of(param).into()),
            receiver: params
                .positional
                .first()
                .filter(|_| !params.implicit_self)
                .map(receiver_types)
                .unwrap_or_default(),
            ..Params::default()
        };
        let mut registers = Vec::new();
        if params.implicit_self {
            info.names.push("self".into());
            info.defaults.push(false);
            info.types.push(None);
            registers.push((self.declare_local(&"self".into(), true), None));
        }
        for param in params.positional.iter().chain(&params.keyword_only) {
            let text = name_of(param);
            info.names.push(text.as_str().into());
            info.defaults.push(param.default().is_some());
            let ty = self.param_type(param);
            info.types.push((ty != TypeSpec::Any).then(|| self.b().ty(ty)));
            registers.push((self.declare_local(&text.as_str().into(), true), Some(param)));
        }
        for param in params.rest.iter().chain(&params.named) {
            registers.push((self.declare_local(&name_of(param).into(), true), Some(param)));
        }
        let mut hidden_registers = None;
        if hidden {
            let (args, named) = (self.temp(), self.temp());
            info.rest = Some(".args".into());
            info.named = Some(".named".into());
            hidden_registers = Some((args, named));
        }
        for name in &names.bound {
            if !self.f().locals.contains_key(name) {
                let reg = self.declare_local(name, false);
                if let Some(Place::Cell(_)) = self.f().locals.get(name) {
                    self.emit(Op::MakeCell { reg });
                }
            }
        }
        for (reg, param) in &registers {
            if let Some(param) = param {
                self.coerce_param(*reg, param);
            }
        }
        let f = self.f();
        let cells: Vec<Reg> = registers
            .iter()
            .map(|(reg, _)| *reg)
            .filter(|reg| f.locals.values().any(|place| *place == Place::Cell(*reg)))
            .collect();
        for reg in cells {
            self.emit(Op::MakeCell { reg });
        }

        match body {
            Body::Block(block) => {
                let doc = block.as_ref().and_then(|block| block.docstring()).and_then(|doc| constant_text(&doc));
                self.f().doc = doc.map(Into::into);
                self.block(block);
                let none = self.temp();
                self.emit(Op::LoadNone { dst: none });
                self.emit(Op::Return { src: none });
            }
            Body::Value(value) => {
                self.b().start_statement();
                let ty = self.f().return_type.clone();
                let src = self.temp_expr(&value);
                self.coerce(src, ty, "the returned value", value.range());
                self.at(value.range(), |it| it.emit(Op::Return { src }));
            }
            Body::Pipeline(pipeline) => {
                self.b().start_statement();
                let input = match hidden_registers {
                    Some((args, named)) => super::pipeline::Input::Hidden { args, named },
                    None => {
                        super::pipeline::Input::Params(info.names.iter().map(|name| name.as_ref().into()).collect())
                    }
                };
                self.pipeline_body(&pipeline, &input);
            }
        }
        let code = self.end_function(name, info, range);
        let code = self.add_code(code);
        self.emit(Op::MakeFunction { dst, code, first });
    }

    fn coerce_param(&mut self, reg: Reg, param: &ast::Param) {
        let ty = self.param_type(param);
        if let Some(name) = param.name() {
            self.coerce(reg, ty, name.text(), param.range());
        }
    }

    /// What the annotation of a parameter says.
    fn param_type(&mut self, param: &ast::Param) -> TypeSpec {
        let Some(ty) = param.ty() else { return TypeSpec::Any };
        let mut spec = self.type_spec(&ty);
        // `x: int = None` takes `None` too.
        let default_is_none = matches!(param.default(), Some(Expr::Literal(literal))
            if literal.token().is_some_and(|token| token.kind() == SyntaxKind::NONE_KW));
        if default_is_none && spec != TypeSpec::Any {
            spec = spec.or_none();
        }
        // The annotation of `*rest` and `**named` is that of each argument.
        match param.kind() {
            _ if spec == TypeSpec::Any => {}
            ParamKind::Rest => spec = TypeSpec::Generic { base: TypeTag::Tuple, args: vec![spec].into() },
            ParamKind::Named => {
                let args = vec![TypeSpec::Builtin(TypeTag::Str), spec].into();
                spec = TypeSpec::Generic { base: TypeTag::Dict, args };
            }
            ParamKind::Normal | ParamKind::Mark => {}
        }
        spec
    }

    pub(super) fn function_def(&mut self, function: &ast::FunctionDef) {
        let Some(name) = function.name() else { return self.missing(function.syntax()) };
        if self.internal && function.block().is_some_and(|block| block.is_ellipsis()) {
            // A declaration of the library whose implementation is native.
            return;
        }
        let decorators = self.decorators(function.decorators());
        let dst = self.temp();
        let receiver = function.receiver().and_then(|it| it.param());
        let is_plain = receiver.is_none();
        let takes_record = self.function_value(function, dst);
        self.decorate(&decorators, dst);
        if is_plain {
            if takes_record && let Place::Global(slot) = self.resolve(name.text()) {
                let previous = self.temp();
                self.emit(Op::PeekGlobal { dst: previous, slot });
                self.emit(Op::JoinOverloads { function: dst, previous });
            }
            return self.store_name(name.text(), dst);
        }
        match receiver.and_then(|param| param.ty()) {
            Some(ty) => {
                let types = self.temp();
                self.at(ty.range(), |it| it.type_values(&ty, types));
                let constant = self.b().str(name.text());
                self.emit(Op::DefineMethod { types, function: dst, name: constant });
            }
            None => self.error("a receiver names its type: `def (self: Type) name()`", function.range()),
        }
    }

    /// The closure of a definition, without its decorators. Tells whether its first parameter takes records.
    pub(super) fn function_value(&mut self, function: &ast::FunctionDef, dst: Reg) -> bool {
        let name = function.name().map(|token| token.text().to_owned()).unwrap_or_default();
        let params = function
            .receiver()
            .and_then(|it| it.param())
            .into_iter()
            .chain(function.param_list().into_iter().flat_map(|list| list.params()));
        let mut params = self.param_nodes(params);
        params.implicit_self = super::record::has_implicit_self(function);
        let body = match function.pipeline() {
            Some(pipeline) => Body::Pipeline(pipeline),
            None => Body::Block(function.block()),
        };
        let takes_record = params
            .positional
            .first()
            .is_some_and(|param| receiver_types(param).iter().any(|ty| matches!(ty, TypeSpec::Named(_))));
        self.scoped(|it| {
            let source = Source {
                node: function.syntax(),
                name: &name,
                kind: CodeKind::Function,
                return_type: function.return_type(),
                body,
            };
            it.make_function(source, &params, dst);
        });
        takes_record
    }

    /// The values of decorators in consecutive registers.
    pub(super) fn decorators(
        &mut self,
        decorators: impl Iterator<Item = ast::Decorator>,
    ) -> Vec<(Reg, ast::Decorator)> {
        let mut registers = Vec::new();
        for decorator in decorators {
            match decorator.expr() {
                Some(expr) => {
                    let reg = self.temp_expr(&expr);
                    registers.push((reg, decorator));
                }
                None => self.missing(decorator.syntax()),
            }
        }
        registers
    }

    /// Applies decorators to the value in a register, the last one first.
    pub(super) fn decorate(&mut self, decorators: &[(Reg, ast::Decorator)], dst: Reg) {
        for (decorator, node) in decorators.iter().rev() {
            self.scoped(|it| {
                let first = it.b().temps(2);
                it.emit(Op::Move { dst: first, src: *decorator });
                it.emit(Op::Move { dst: first.saturating_add(1), src: dst });
                it.at(node.range(), |it| it.emit(Op::Call { dst, first, count: 1 }));
            });
        }
    }

    pub(super) fn lambda(&mut self, lambda: &ast::LambdaExpr, dst: Reg) {
        let params = lambda.receiver().and_then(|it| it.param()).into_iter().chain(lambda.params());
        let params = self.param_nodes(params);
        let body = match lambda.body() {
            Some(value) => Body::Value(value),
            None => Body::Block(lambda.block()),
        };
        let source =
            Source { node: lambda.syntax(), name: "<lambda>", kind: CodeKind::Lambda, return_type: None, body };
        self.make_function(source, &params, dst);
    }

    pub(super) fn workflow_def(&mut self, workflow: &ast::WorkflowDef) {
        let (Some(name), Some(pipeline)) = (workflow.name(), workflow.pipeline()) else {
            return self.missing(workflow.syntax());
        };
        let decorators = self.decorators(workflow.decorators());
        let dst = self.temp();
        let params = self.param_nodes(workflow.param_list().iter().flat_map(|list| list.params()));
        self.scoped(|it| {
            let source = Source {
                node: workflow.syntax(),
                name: name.text(),
                kind: CodeKind::Function,
                return_type: workflow.return_type(),
                body: Body::Pipeline(pipeline),
            };
            it.make_function(source, &params, dst);
        });
        self.decorate(&decorators, dst);
        let constant = self.b().str(name.text());
        self.emit(Op::MakeWorkflow { dst, src: dst, name: constant });
        self.store_name(name.text(), dst);
    }
}

/// The types that a first parameter names, by which a call as a method finds the function.
fn receiver_types(param: &ast::Param) -> Vec<TypeSpec> {
    match param.ty().map(|ty| super::types::type_spec(&ty)) {
        Some(TypeSpec::Union(members)) => members.into_vec(),
        Some(TypeSpec::Any) | None => Vec::new(),
        Some(single) => vec![single],
    }
}
