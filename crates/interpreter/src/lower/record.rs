//! Records and agents.

use std::sync::Arc;

use danaide_syntax::SyntaxKind;
use danaide_syntax::ast::{self, AstNode, Expr, Stmt};

use super::Lowerer;
use super::literal::{self, constant_text};
use crate::bytecode::{CodeKind, FieldDef, FieldDefaultSpec, Op, Params, RecordSpec, Reg, TypeSpec};
use crate::host::Data;
use crate::objects::RecordKind;

/// The old form of a blueprint: `agent Name:` with typed fields.
pub(super) fn is_blueprint(agent: &ast::AgentDef) -> bool {
    agent.base_list().is_none()
        && agent.block().is_some_and(|block| {
            block.stmts().any(|statement| matches!(statement, Stmt::Field(field) if field.ty().is_some()))
        })
}

struct Definition {
    name: String,
    kind: RecordKind,
    bases: Vec<ast::Type>,
    embedded: Vec<Expr>,
    block: Option<ast::Block>,
}

impl Lowerer<'_> {
    pub(super) fn record_def(&mut self, record: &ast::RecordDef) {
        let (Some(name), Some(keyword)) = (record.name(), record.keyword()) else {
            return self.missing(record.syntax());
        };
        if self.internal && record.block().is_none_or(|block| block.stmts().count() <= 1) {
            // A declaration of the library that the interpreter knows by itself, such as an exception.
            return;
        }
        let kind = match keyword.kind() {
            SyntaxKind::RESOURCE_KW => RecordKind::Resource,
            SyntaxKind::AGENT_BLUEPRINT_KW => RecordKind::AgentBlueprint,
            SyntaxKind::INTERFACE_KW => RecordKind::Interface,
            SyntaxKind::WORKFLOW_KW => RecordKind::Workflow,
            _ => RecordKind::Struct,
        };
        let decorators = self.decorators(record.decorators());
        let ty = self.temp();
        let definition = definition(name.text(), kind, record.base_list(), record.block());
        self.define(record.syntax(), &definition, ty);
        self.methods(record.block(), ty, kind == RecordKind::Interface);
        self.decorate(&decorators, ty);
        self.store_name(name.text(), ty);
    }

    pub(super) fn agent_def(&mut self, agent: &ast::AgentDef) {
        let Some(name) = agent.name() else { return self.missing(agent.syntax()) };
        let decorators = self.decorators(agent.decorators());
        let ty = self.temp();
        if is_blueprint(agent) {
            let definition = definition(name.text(), RecordKind::AgentBlueprint, None, agent.block());
            self.define(agent.syntax(), &definition, ty);
            self.methods(agent.block(), ty, false);
            self.decorate(&decorators, ty);
            return self.store_name(name.text(), ty);
        }
        let bases: Vec<ast::Type> = agent.base_list().iter().flat_map(|list| list.types()).collect();
        let fields: Vec<ast::Field> = agent
            .block()
            .iter()
            .flat_map(|block| block.stmts())
            .filter_map(|statement| match statement {
                Stmt::Field(field) => Some(field),
                _ => None,
            })
            .collect();
        let spec = RecordSpec {
            name: name.text().into(),
            kind: RecordKind::Agent,
            fields: fields
                .iter()
                .filter_map(|field| {
                    Some(FieldDef {
                        name: field.name()?.text().into(),
                        default: FieldDefaultSpec::None,
                        ty: Arc::new(TypeSpec::Any),
                    })
                })
                .collect(),
            bases: bases.len() as u16,
            doc: agent.block().and_then(|block| block.docstring()).and_then(|doc| constant_text(&doc)).map(Into::into),
            signatures: Vec::new(),
        };
        self.scoped(|it| {
            let first = it.b().temps(1 + bases.len() as u32);
            it.emit(Op::LoadNone { dst: first });
            for (base, dst) in bases.iter().zip(first.saturating_add(1)..) {
                it.at(base.range(), |it| it.type_values(base, dst));
            }
            let spec = it.b().record(spec);
            it.emit(Op::DefineRecord { dst: ty, spec, first });
        });
        self.methods(agent.block(), ty, false);
        let values = self.temp();
        self.emit(Op::BuildDict { dst: values, first: values, count: 0 });
        for field in &fields {
            self.field_entry(field, values);
        }
        let instance = self.temp();
        self.emit(Op::MakeAgent { dst: instance, ty, fields: values });
        self.decorate(&decorators, instance);
        self.store_name(name.text(), instance);
    }

    /// Adds a field's name and value to a dict.
    fn field_entry(&mut self, field: &ast::Field, dict: Reg) {
        self.scoped(|it| {
            let Some(name) = field.name() else { return it.missing(field.syntax()) };
            let key = it.temp();
            let constant = it.b().str(name.text());
            it.emit(Op::LoadConst { dst: key, constant });
            let value = it.temp();
            it.field_value(field, value);
            it.emit(Op::DictInsert { dict, key, value });
        });
    }

    /// The default of a field; fields nested below it are a dict.
    fn field_value(&mut self, field: &ast::Field, dst: Reg) {
        match (field.default(), field.block()) {
            (Some(default), _) => self.expr(&default, dst),
            (None, Some(block)) => {
                let dict = self.temp();
                self.emit(Op::BuildDict { dst: dict, first: dict, count: 0 });
                for statement in block.stmts() {
                    if let Stmt::Field(nested) = statement {
                        self.field_entry(&nested, dict);
                    }
                }
                self.emit(Op::Move { dst, src: dict });
            }
            (None, None) => self.emit(Op::LoadNone { dst }),
        }
    }

    /// The record type of a definition, without its methods.
    fn define(&mut self, node: &danaide_syntax::SyntaxNode, definition: &Definition, dst: Reg) {
        let mut fields = Vec::new();
        let mut computed = Vec::new();
        let mut signatures = Vec::new();
        for statement in definition.block.iter().flat_map(|block| block.stmts()) {
            match statement {
                Stmt::Field(field) => {
                    let Some(name) = field.name() else { continue };
                    if fields.iter().any(|it: &FieldDef| &*it.name == name.text()) {
                        self.error(format!("the field `{}` is there twice", name.text()), name.text_range());
                    }
                    let default = self.field_default(&field);
                    let mut ty = field.ty().map(|ty| self.type_spec(&ty)).unwrap_or(TypeSpec::Any);
                    if default == FieldDefaultSpec::None && ty != TypeSpec::Any {
                        ty = ty.or_none();
                    }
                    if default == FieldDefaultSpec::Computed {
                        computed.push(field.clone());
                    }
                    fields.push(FieldDef { name: name.text().into(), default, ty: Arc::new(ty) });
                }
                Stmt::MethodSig(signature) => {
                    let count = signature.param_list().iter().flat_map(|list| list.params()).count();
                    if let Some(name) = signature.name() {
                        signatures.push((name.text().into(), count as u16));
                    }
                }
                // With a body that does nothing it is as good as a signature.
                Stmt::FunctionDef(function) if definition.kind == RecordKind::Interface && is_empty(&function) => {
                    let count = function.param_list().iter().flat_map(|list| list.params()).count();
                    if let Some(name) = function.name() {
                        signatures.push((name.text().into(), count as u16));
                    }
                }
                _ => {}
            }
        }
        let spec = RecordSpec {
            name: definition.name.as_str().into(),
            kind: definition.kind,
            fields,
            bases: (definition.bases.len() + definition.embedded.len()) as u16,
            doc: definition
                .block
                .as_ref()
                .and_then(|block| block.docstring())
                .and_then(|doc| constant_text(&doc))
                .map(Into::into),
            signatures,
        };
        if spec.kind == RecordKind::Workflow {
            // Every instance is given its state machine by this function of the library.
            self.b().builtin("__init_workflow__");
        }
        self.scoped(|it| {
            let first = it.b().temps(1 + u32::from(spec.bases));
            if computed.is_empty() {
                it.emit(Op::LoadNone { dst: first });
            } else {
                it.initialiser(node, &definition.name, &computed, first);
            }
            let mut bases = first.saturating_add(1)..;
            for (base, dst) in definition.bases.iter().zip(bases.by_ref()) {
                it.at(base.range(), |it| it.type_values(base, dst));
            }
            for (embedded, dst) in definition.embedded.iter().zip(bases) {
                it.expr(embedded, dst);
            }
            let spec = it.b().record(spec);
            it.emit(Op::DefineRecord { dst, spec, first });
        });
    }

    fn field_default(&mut self, field: &ast::Field) -> FieldDefaultSpec {
        match field.default() {
            None if field.block().is_some() => FieldDefaultSpec::Computed,
            None => FieldDefaultSpec::Required,
            Some(Expr::Literal(literal)) => match self.literal_value(&literal) {
                Some(literal::Value::None) => FieldDefaultSpec::None,
                Some(literal::Value::Bool(value)) => FieldDefaultSpec::Bool(value),
                Some(literal::Value::Constant(constant)) => FieldDefaultSpec::Constant(constant),
                None => FieldDefaultSpec::None,
            },
            Some(default) => match literal_data(&default, 0) {
                Some(data) => FieldDefaultSpec::Fresh(Arc::new(data)),
                None => FieldDefaultSpec::Computed,
            },
        }
    }

    /// The function that fills in the defaults of a new record.
    fn initialiser(&mut self, node: &danaide_syntax::SyntaxNode, name: &str, fields: &[ast::Field], dst: Reg) {
        let names = self.names.of(node);
        self.start_function(CodeKind::Initialiser, names, node.text_range(), TypeSpec::Any);
        let record = self.temp();
        for field in fields {
            let Some(field_name) = field.name() else { continue };
            self.at(field.range(), |it| {
                it.b().start_statement();
                let name = it.b().str(field_name.text());
                let skip = it.b().label();
                let target = it.b().target(skip);
                it.emit(Op::JumpIfField { record, name, target });
                it.scoped(|it| {
                    let src = it.temp();
                    it.field_value(field, src);
                    it.emit(Op::InitField { record, src, name });
                });
                it.b().place(skip);
            });
        }
        self.emit(Op::Return { src: record });
        let params = Params { names: vec!["self".into()], positional: 1, defaults: vec![false], ..Params::default() };
        let code = self.end_function(name, params, node.text_range());
        let code = self.add_code(code);
        self.emit(Op::MakeFunction { dst, code, first: dst });
    }

    /// The methods written in the block of a record.
    fn methods(&mut self, block: Option<ast::Block>, ty: Reg, is_interface: bool) {
        for statement in block.iter().flat_map(|block| block.stmts()) {
            if let Stmt::FunctionDef(function) = statement {
                if is_interface && is_empty(&function) {
                    continue;
                }
                self.scoped(|it| {
                    let Some(name) = function.name() else { return it.missing(function.syntax()) };
                    let decorators = it.decorators(function.decorators());
                    let dst = it.temp();
                    it.at(function.range(), |it| {
                        it.function_value(&function, dst);
                        it.decorate(&decorators, dst);
                        let name = it.b().str(name.text());
                        it.emit(Op::DefineMethod { types: ty, function: dst, name });
                    });
                });
            }
        }
    }
}

/// Has a function nothing in its body but `...`, `pass` and a docstring?
fn is_empty(function: &ast::FunctionDef) -> bool {
    function.block().is_some_and(|block| {
        block.stmts().all(|statement| match statement {
            Stmt::PassStmt(_) => true,
            Stmt::ExprStmt(statement) => matches!(statement.expr(), Some(Expr::Literal(_))),
            _ => false,
        })
    })
}

/// Is it a method in the body of a record that does not name its receiver as the first parameter? It is reached as `self`.
pub(super) fn has_implicit_self(function: &ast::FunctionDef) -> bool {
    let record = function.syntax().parent().and_then(|block| block.parent());
    let Some(name) = record.and_then(|node| {
        ast::RecordDef::cast(node.clone())
            .and_then(|record| record.name())
            .or_else(|| ast::AgentDef::cast(node).and_then(|agent| agent.name()))
    }) else {
        return false;
    };
    if function.receiver().is_some() {
        return false;
    }
    let Some(first) = function.param_list().and_then(|list| list.params().next()) else { return true };
    let takes_record = first.ty().is_some_and(|ty| ty.syntax().text() == name.text());
    let is_receiver = first
        .name()
        .is_some_and(|first| matches!(first.text(), "self" | "this") || first.text().eq_ignore_ascii_case(name.text()));
    !takes_record && !is_receiver
}

/// How deep the literals of a default may be nested.
const DEEPEST_DEFAULT: usize = 20;

/// A list or dict of literals as data; none if the default must be computed by code.
fn literal_data(expr: &Expr, depth: usize) -> Option<Data> {
    if depth > DEEPEST_DEFAULT {
        return None;
    }
    match expr {
        Expr::ListExpr(list) => {
            list.exprs().map(|item| literal_item(&item, depth + 1)).collect::<Option<Vec<_>>>().map(Data::List)
        }
        Expr::DictExpr(dict) => dict
            .dict_items()
            .map(|item| match item {
                ast::DictItem::DictEntry(entry) => {
                    Some((literal_item(&entry.key()?, depth + 1)?, literal_item(&entry.value()?, depth + 1)?))
                }
                ast::DictItem::SpreadExpr(_) => None,
            })
            .collect::<Option<Vec<_>>>()
            .map(Data::Dict),
        _ => None,
    }
}

fn literal_item(expr: &Expr, depth: usize) -> Option<Data> {
    let Expr::Literal(literal) = expr else { return literal_data(expr, depth) };
    let token = literal.token()?;
    let text = token.text();
    Some(match token.kind() {
        SyntaxKind::INT_NUMBER => Data::Int(literal::int_value(text)?),
        SyntaxKind::FLOAT_NUMBER => Data::Float(text.replace('_', "").parse().ok()?),
        SyntaxKind::STRING => Data::Str(danaide_syntax::literal::string_value(text).to_string()),
        SyntaxKind::TRUE_KW => Data::Bool(true),
        SyntaxKind::FALSE_KW => Data::Bool(false),
        SyntaxKind::NONE_KW => Data::None,
        _ => return None,
    })
}

fn definition(name: &str, kind: RecordKind, bases: Option<ast::BaseList>, block: Option<ast::Block>) -> Definition {
    let embedded = block
        .iter()
        .flat_map(|block| block.stmts())
        .filter_map(|statement| match statement {
            Stmt::ExprStmt(statement) => statement.expr().filter(|expr| matches!(expr, Expr::NameExpr(_))),
            _ => None,
        })
        .collect();
    Definition {
        name: name.to_owned(),
        kind,
        bases: bases.iter().flat_map(|list| list.types()).collect(),
        embedded,
        block,
    }
}
