//! From the syntax tree of a definition to its body: functions and statements. Expressions are in [`expr`].

mod expr;

use danaide_syntax::ast::{self, AstNode, ParamKind, Stmt as AstStmt};
use danaide_syntax::{SyntaxKind, SyntaxNode, SyntaxToken, TextRange, literal};
use la_arena::Arena;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::names::BoundNames;
use super::{
    BinaryOp, Binding, BindingId, BindingKind, Body, BodySourceMap, Expr, ExprId, FieldBody, Function, FunctionBody,
    FunctionId, FunctionKind, Handler, ModuleRef, NameRef, Param, PathId, Place, RecordBody, Stmt, StmtId,
    SyntaxProblem, TypeRef, TypeRefId, Variable, VariableId,
};
use crate::definition::{DefinitionSyntax, Owner, Part};
use crate::items::is_blueprint;
use crate::{Db, ItemId, ItemKind, RecordKind};

pub(super) fn lower(db: &dyn Db, owner: &Owner, syntax: &DefinitionSyntax) -> (Body, BodySourceMap) {
    let mut lowering = Lowering {
        db,
        ticks: 0,
        exprs: Arena::default(),
        stmts: Arena::default(),
        variables: Arena::default(),
        bindings: Arena::default(),
        functions: Arena::default(),
        types: Arena::default(),
        map: BodySourceMap::default(),
        scopes: Vec::new(),
        part: 0,
        items: None,
    };
    let (root, record) = match owner {
        Owner::Module => (lowering.module(&syntax.parts), None),
        Owner::Item(item) => lowering.item(item, &syntax.parts),
    };
    let Lowering { exprs, stmts, variables, bindings, functions, types, map, .. } = lowering;
    (Body { exprs, stmts, variables, bindings, functions, types, root, record }, map)
}

/// The names of a function, a comprehension or a pipeline value.
#[derive(Debug, Default)]
struct Scope {
    variables: FxHashMap<SmolStr, VariableId>,
    globals: FxHashSet<SmolStr>,
    function: Option<FunctionId>,
    /// Of a comprehension or a pipeline value.
    is_inner: bool,
}

/// How many statements and expressions are lowered between two looks at whether a write waits.
const TICKS: u32 = 64;

struct Lowering<'db> {
    db: &'db dyn Db,
    ticks: u32,
    exprs: Arena<Expr>,
    stmts: Arena<Stmt>,
    variables: Arena<Variable>,
    bindings: Arena<Binding>,
    functions: Arena<Function>,
    types: Arena<TypeRef>,
    map: BodySourceMap,
    scopes: Vec<Scope>,
    part: u32,
    /// Of the statements of a file: how many items of a kind and name there were.
    items: Option<FxHashMap<(ItemKind, SmolStr), u32>>,
}

impl Lowering<'_> {
    // ----- roots

    fn module(&mut self, parts: &[Part]) -> FunctionId {
        self.items = Some(FxHashMap::default());
        let root = self.functions.alloc(Function::empty(FunctionKind::Module));
        let mut names = BoundNames::new(self.db);
        let trees: Vec<Option<AstStmt>> = parts
            .iter()
            .map(|part| match part {
                Part::Tree(green) => AstStmt::cast(SyntaxNode::new_root(green.clone())),
                Part::Item { id, is_bound } => {
                    if *is_bound {
                        names.bind(id.name());
                    }
                    None
                }
            })
            .collect();
        for statement in trees.iter().flatten() {
            names.statement(statement);
        }
        self.open_scope(root, &names);
        let mut statements = Vec::new();
        for (index, (part, tree)) in parts.iter().zip(&trees).enumerate() {
            self.part = u32::try_from(index).unwrap_or(u32::MAX);
            match (part, tree) {
                (Part::Item { id, is_bound }, _) => {
                    self.count_item(id.kind(), id.name());
                    let name = is_bound.then(|| id.name());
                    let binding = name.and_then(|it| self.bind_name(it, BindingKind::Definition, TextRange::default()));
                    statements.push(self.stmt_at(Stmt::Item { item: id.clone(), binding }, TextRange::default()));
                }
                (Part::Tree(_), Some(statement)) => self.statement(statement, &mut statements),
                (Part::Tree(_), None) => {}
            }
        }
        self.scopes.pop();
        self.functions[root].doc = trees.first().and_then(|it| it.as_ref()).and_then(docstring);
        self.functions[root].body = FunctionBody::Block(statements);
        root
    }

    fn item(&mut self, item: &ItemId, parts: &[Part]) -> (FunctionId, Option<RecordBody>) {
        let node = parts.iter().find_map(|it| match it {
            Part::Tree(green) => Some(SyntaxNode::new_root(green.clone())),
            Part::Item { .. } => None,
        });
        let Some(node) = node else { return (self.functions.alloc(Function::empty(FunctionKind::Def)), None) };
        if let Some(def) = ast::FunctionDef::cast(node.clone()) {
            let record = item.parent().map(|it| it.name().clone());
            return (self.function_def(&def, record.as_deref(), None), None);
        }
        if let Some(def) = ast::WorkflowDef::cast(node.clone()) {
            return (self.workflow_def(&def, None), None);
        }
        if let Some(sig) = ast::MethodSig::cast(node.clone()) {
            return (self.method_signature(&sig, None), None);
        }
        if let Some(def) = ast::RecordDef::cast(node.clone()) {
            return self.record_def(&def);
        }
        if let Some(def) = ast::AgentDef::cast(node) {
            return self.agent_def(&def);
        }
        (self.functions.alloc(Function::empty(FunctionKind::Def)), None)
    }

    fn record_def(&mut self, def: &ast::RecordDef) -> (FunctionId, Option<RecordBody>) {
        let kind = RecordKind::of(def);
        self.record_root(Some(kind), false, def.name(), def.decorators(), def.base_list(), def.block(), def.range())
    }

    fn agent_def(&mut self, def: &ast::AgentDef) -> (FunctionId, Option<RecordBody>) {
        let is_blueprint = is_blueprint(def);
        let kind = is_blueprint.then_some(RecordKind::AgentBlueprint);
        self.record_root(kind, !is_blueprint, def.name(), def.decorators(), def.base_list(), def.block(), def.range())
    }

    #[allow(clippy::too_many_arguments)]
    fn record_root(
        &mut self,
        kind: Option<RecordKind>,
        is_singleton: bool,
        name: Option<SyntaxToken>,
        decorators: impl Iterator<Item = ast::Decorator>,
        bases: Option<ast::BaseList>,
        block: Option<ast::Block>,
        range: TextRange,
    ) -> (FunctionId, Option<RecordBody>) {
        let root = self.functions.alloc(Function::empty(FunctionKind::Record));
        self.map.functions.insert(root, self.place(name.as_ref().map_or(range, SyntaxToken::text_range)));
        self.functions[root].name = name.as_ref().map(text).unwrap_or_default();
        self.functions[root].decorators = self.decorators(decorators);
        self.scopes.push(Scope { function: Some(root), ..Scope::default() });
        // An agent's fields are values, of which the last counts.
        if !is_singleton {
            self.check_fields(block.as_ref());
        }
        let doc = block.as_ref().and_then(|it| it.stmts().next()).as_ref().and_then(docstring);
        self.functions[root].doc = doc.clone();
        let mut record = RecordBody {
            kind,
            is_singleton,
            bases: bases.iter().flat_map(ast::BaseList::types).map(|it| self.type_ref(&it)).collect(),
            fields: Vec::new(),
            signatures: Vec::new(),
            embeds: Vec::new(),
            doc,
        };
        for (index, statement) in block.iter().flat_map(ast::Block::stmts).enumerate() {
            match statement {
                AstStmt::Field(field) => record.fields.push(self.field(&field)),
                AstStmt::MethodSig(sig) => record.signatures.push(self.method_signature(&sig, Some(root))),
                AstStmt::ExprStmt(it) if index > 0 || record.doc.is_none() => {
                    record.embeds.extend(it.expr().map(|it| self.expr(&it)));
                }
                _ => {}
            }
        }
        self.scopes.pop();
        (root, Some(record))
    }

    /// Reports the fields of a record whose names are there already.
    fn check_fields(&mut self, block: Option<&ast::Block>) {
        let mut seen: FxHashSet<SmolStr> = FxHashSet::default();
        for statement in block.iter().flat_map(|it| it.stmts()) {
            let AstStmt::Field(field) = statement else { continue };
            let Some(name) = field.name() else { continue };
            if !seen.insert(text(&name)) {
                self.problem(SyntaxProblem::DuplicateField(text(&name)), name.text_range());
            }
        }
    }

    fn field(&mut self, field: &ast::Field) -> FieldBody {
        let place = self.place(field.name().map_or(field.range(), |it| it.text_range()));
        self.map.fields.push(place);
        let ty = field.ty().map(|it| self.type_ref(&it));
        let default = field.default().map(|it| self.expr(&it));
        let nested = field
            .block()
            .iter()
            .flat_map(ast::Block::stmts)
            .filter_map(|it| match it {
                AstStmt::Field(field) => Some(self.field(&field)),
                _ => None,
            })
            .collect();
        FieldBody { name: field.name().as_ref().map(text).unwrap_or_default(), ty, default, nested }
    }

    // ----- functions

    fn function_def(&mut self, def: &ast::FunctionDef, record: Option<&str>, parent: Option<FunctionId>) -> FunctionId {
        let id = self.functions.alloc(Function::empty(FunctionKind::Def));
        self.map.functions.insert(id, self.place(def.name().map_or(def.range(), |it| it.text_range())));
        let decorators = self.decorators(def.decorators());
        let params: Vec<ast::Param> = def.param_list().iter().flat_map(ast::ParamList::params).collect();
        let written = def.receiver().and_then(|it| it.param());
        let is_implicit = written.is_none() && record.is_some_and(|it| has_implicit_self(it, params.first()));

        let mut names = BoundNames::new(self.db);
        if is_implicit {
            names.bind("self");
        }
        written.iter().chain(&params).filter_map(ast::Param::name).for_each(|it| names.bind(it.text()));
        let stages = def.pipeline().map(|it| stages(&it));
        match (&stages, def.block()) {
            (Some(stages), _) => names.stages(stages),
            (None, Some(block)) => names.statements(block.stmts()),
            (None, None) => {}
        }
        let doc = def.block().and_then(|it| it.stmts().next()).as_ref().and_then(docstring);
        self.function(
            id,
            parent,
            &names,
            |it| {
                let receiver = match &written {
                    Some(param) => Some(it.param(param)),
                    None if is_implicit => it.implicit_self(record, def.range()),
                    None => None,
                };
                let mut params: Vec<Param> = params.iter().map(|param| it.param(param)).collect();
                // A `self` that is written without a type has that of the record it stands in.
                if let (Some(record), None, Some(first)) = (record, &receiver, params.first_mut())
                    && first.ty.is_none()
                {
                    first.ty = Some(it.types.alloc(TypeRef::Path { names: vec![record.into()], id: PathId::NONE }));
                }
                (receiver, params)
            },
            |it| match (stages, def.block()) {
                (Some(stages), _) => it.pipeline(&stages),
                (None, Some(block)) => FunctionBody::Block(it.block(&block)),
                (None, None) => FunctionBody::None,
            },
        );
        let return_type = def.return_type().map(|it| self.type_ref(&it));
        let function = &mut self.functions[id];
        function.name = def.name().as_ref().map(text).unwrap_or_default();
        function.is_sync = def.sync_token().is_some();
        function.return_type = return_type;
        function.decorators = decorators;
        function.doc = doc;
        id
    }

    fn workflow_def(&mut self, def: &ast::WorkflowDef, parent: Option<FunctionId>) -> FunctionId {
        let id = self.functions.alloc(Function::empty(FunctionKind::Workflow));
        self.map.functions.insert(id, self.place(def.name().map_or(def.range(), |it| it.text_range())));
        let decorators = self.decorators(def.decorators());
        let params: Vec<ast::Param> = def.param_list().iter().flat_map(ast::ParamList::params).collect();
        let mut names = BoundNames::new(self.db);
        params.iter().filter_map(ast::Param::name).for_each(|it| names.bind(it.text()));
        let stages = def.pipeline().map(|it| stages(&it)).unwrap_or_default();
        names.stages(&stages);
        self.function(
            id,
            parent,
            &names,
            |it| (None, params.iter().map(|param| it.param(param)).collect()),
            |it| it.pipeline(&stages),
        );
        let return_type = def.return_type().map(|it| self.type_ref(&it));
        let function = &mut self.functions[id];
        function.name = def.name().as_ref().map(text).unwrap_or_default();
        function.return_type = return_type;
        function.decorators = decorators;
        id
    }

    fn method_signature(&mut self, sig: &ast::MethodSig, parent: Option<FunctionId>) -> FunctionId {
        let id = self.functions.alloc(Function::empty(FunctionKind::Def));
        self.map.functions.insert(id, self.place(sig.name().map_or(sig.range(), |it| it.text_range())));
        let params: Vec<ast::Param> = sig.param_list().iter().flat_map(ast::ParamList::params).collect();
        let mut names = BoundNames::new(self.db);
        params.iter().filter_map(ast::Param::name).for_each(|it| names.bind(it.text()));
        let has_receiver = params.first().and_then(ast::Param::name).is_some_and(|it| it.text() == "self");
        self.function(
            id,
            parent,
            &names,
            |it| {
                let mut params: Vec<Param> = params.iter().map(|param| it.param(param)).collect();
                // `def speak(self) -> str`: the receiver may be written down.
                let receiver = has_receiver.then(|| params.remove(0));
                (receiver, params)
            },
            |_| FunctionBody::None,
        );
        let return_type = sig.return_type().map(|it| self.type_ref(&it));
        let function = &mut self.functions[id];
        function.name = sig.name().as_ref().map(text).unwrap_or_default();
        function.return_type = return_type;
        id
    }

    /// Fills a function: its parameters, whose defaults belong to the scope around it, then its body.
    fn function(
        &mut self,
        id: FunctionId,
        parent: Option<FunctionId>,
        names: &BoundNames<'_>,
        params: impl FnOnce(&mut Self) -> (Option<Param>, Vec<Param>),
        body: impl FnOnce(&mut Self) -> FunctionBody,
    ) {
        self.functions[id].parent = parent;
        self.open_scope(id, names);
        let (receiver, params) = params(self);
        self.functions[id].receiver = receiver;
        self.functions[id].params = params;
        let body = body(self);
        self.functions[id].body = body;
        self.scopes.pop();
    }

    fn param(&mut self, param: &ast::Param) -> Param {
        let kind = param.kind();
        let name = if kind == ParamKind::Mark { param.prefix() } else { param.name() };
        let binding = match (&name, kind) {
            (Some(name), kind) if kind != ParamKind::Mark => {
                self.bind_name(name.text(), BindingKind::Param, name.text_range())
            }
            _ => None,
        };
        let ty = param.ty().map(|it| self.type_ref(&it));
        // A default is evaluated where the function is defined, not inside it.
        let default = param.default().map(|it| {
            let own = self.scopes.pop();
            let default = self.expr(&it);
            self.scopes.extend(own);
            default
        });
        Param { name: name.as_ref().map(text).unwrap_or_default(), kind, binding, ty, default, is_implicit: false }
    }

    fn implicit_self(&mut self, record: Option<&str>, range: TextRange) -> Option<Param> {
        let binding = self.bind_name("self", BindingKind::Param, TextRange::empty(range.start()));
        let ty = record.map(|it| {
            let ty = TypeRef::Path { names: vec![it.into()], id: PathId::NONE };
            self.types.alloc(ty)
        });
        Some(Param { name: "self".into(), kind: ParamKind::Normal, binding, ty, default: None, is_implicit: true })
    }

    fn decorators(&mut self, decorators: impl Iterator<Item = ast::Decorator>) -> Vec<ExprId> {
        decorators.filter_map(|it| it.expr()).map(|it| self.expr(&it)).collect()
    }

    fn pipeline(&mut self, stages: &[ast::Expr]) -> FunctionBody {
        FunctionBody::Pipeline(stages.iter().map(|it| self.expr(it)).collect())
    }

    // ----- names

    fn open_scope(&mut self, function: FunctionId, names: &BoundNames<'_>) {
        let variables = names
            .bound
            .iter()
            .map(|name| {
                let variable = Variable { name: name.clone(), function, is_captured: false, is_inner: false };
                (name.clone(), self.variables.alloc(variable))
            })
            .collect();
        let mut scope = Scope { variables, globals: names.globals.clone(), function: Some(function), is_inner: false };
        for name in &names.nonlocals {
            if let Some(variable) = self.lookup(name) {
                self.variables[variable].is_captured = true;
                scope.variables.insert(name.clone(), variable);
            }
        }
        self.scopes.push(scope);
    }

    /// A scope for a comprehension or a pipeline value.
    fn open_inner_scope(&mut self, names: &BoundNames<'_>) {
        let function = self.current_function();
        let variables = names
            .bound
            .iter()
            .filter_map(|name| {
                let variable = Variable { name: name.clone(), function: function?, is_captured: false, is_inner: true };
                Some((name.clone(), self.variables.alloc(variable)))
            })
            .collect();
        self.scopes.push(Scope { variables, globals: FxHashSet::default(), function, is_inner: true });
    }

    fn current_function(&self) -> Option<FunctionId> {
        self.scopes.last().and_then(|it| it.function)
    }

    fn lookup(&self, name: &str) -> Option<VariableId> {
        for scope in self.scopes.iter().rev() {
            if scope.globals.contains(name) {
                return None;
            }
            if let Some(variable) = scope.variables.get(name) {
                return Some(*variable);
            }
        }
        None
    }

    /// What a name means where it is used.
    fn name_ref(&mut self, name: &str) -> NameRef {
        match self.lookup(name) {
            Some(variable) => {
                if Some(self.variables[variable].function) != self.current_function() {
                    self.variables[variable].is_captured = true;
                }
                NameRef::Variable(variable)
            }
            None => NameRef::Free(name.into()),
        }
    }

    /// Gives the variable of a name in the current scope a binding. None for a name that is declared `global`.
    fn bind_name(&mut self, name: &str, kind: BindingKind, range: TextRange) -> Option<BindingId> {
        let mut variable = None;
        for scope in self.scopes.iter().rev() {
            variable = scope.variables.get(name).copied();
            if variable.is_some() || !scope.is_inner {
                break;
            }
        }
        let id = self.bindings.alloc(Binding { variable: variable?, kind });
        self.map.bindings.insert(id, self.place(range));
        Some(id)
    }

    fn bind_token(&mut self, token: Option<SyntaxToken>, kind: BindingKind) -> Option<BindingId> {
        let token = token?;
        self.bind_name(token.text(), kind, token.text_range())
    }

    // ----- statements

    fn block(&mut self, block: &ast::Block) -> Vec<StmtId> {
        let mut statements = Vec::new();
        for statement in block.stmts() {
            self.statement(&statement, &mut statements);
        }
        statements
    }

    fn optional_block(&mut self, block: Option<ast::Block>) -> Vec<StmtId> {
        block.map(|it| self.block(&it)).unwrap_or_default()
    }

    fn else_block(&mut self, clause: Option<ast::ElseClause>) -> Option<Vec<StmtId>> {
        clause.map(|it| self.optional_block(it.block()))
    }

    fn optional(&mut self, expr: Option<ast::Expr>) -> Option<ExprId> {
        expr.map(|it| self.expr(&it))
    }

    fn required(&mut self, expr: Option<ast::Expr>) -> ExprId {
        match expr {
            Some(expr) => self.expr(&expr),
            None => self.exprs.alloc(Expr::Missing),
        }
    }

    fn required_target(&mut self, target: Option<ast::Expr>, kind: BindingKind) -> ExprId {
        match target {
            Some(target) => self.target(&target, kind),
            None => self.exprs.alloc(Expr::Missing),
        }
    }

    /// Gives way to a write. Called for each statement and expression.
    fn tick(&mut self) {
        self.ticks = self.ticks.wrapping_add(1);
        if self.ticks.is_multiple_of(TICKS) {
            self.db.unwind_if_revision_cancelled();
        }
    }

    fn statement(&mut self, statement: &AstStmt, out: &mut Vec<StmtId>) {
        self.tick();
        let range = statement.range();
        let lowered = match statement {
            AstStmt::ExprStmt(it) => Stmt::Expr(self.required(it.expr())),
            AstStmt::AssignStmt(it) => {
                let decorators = self.decorators(it.decorators());
                let ty = it.ty().map(|it| self.type_ref(&it));
                let (targets, value) = it.targets_and_value();
                let value = self.optional(value);
                let targets = targets.iter().map(|it| self.target(it, BindingKind::Assign)).collect();
                Stmt::Assign { targets, ty, value, decorators }
            }
            AstStmt::AugAssignStmt(it) => {
                let read = self.required(it.target());
                let value = self.required(it.value());
                let op = it.op().map_or(BinaryOp::Add, |it| assign_op(it.kind()));
                let target = self.required_target(it.target(), BindingKind::Assign);
                Stmt::AugAssign { read, op, value, target }
            }
            AstStmt::ReturnStmt(it) => Stmt::Return(self.optional(it.expr())),
            AstStmt::DeliverStmt(it) => Stmt::Deliver(self.optional(it.expr())),
            AstStmt::RaiseStmt(it) => {
                Stmt::Raise { exception: self.optional(it.exception()), cause: self.optional(it.cause()) }
            }
            AstStmt::AssertStmt(it) => {
                Stmt::Assert { condition: self.required(it.condition()), message: self.optional(it.message()) }
            }
            AstStmt::BreakStmt(_) => Stmt::Break,
            AstStmt::ContinueStmt(_) => Stmt::Continue,
            AstStmt::PassStmt(_) => Stmt::Pass,
            AstStmt::DelStmt(it) => Stmt::Del(self.required(it.expr())),
            AstStmt::GlobalStmt(it) => Stmt::Global {
                names: it.idents().map(|it| text(&it)).collect(),
                is_nonlocal: it.keyword().is_some_and(|it| it.kind() != SyntaxKind::GLOBAL_KW),
            },
            AstStmt::ImportStmt(it) => {
                for alias in it.import_aliases() {
                    let path = module_ref(alias.module_path());
                    let bound = alias.alias().or_else(|| alias.module_path()?.idents().next());
                    let binding = self.bind_token(bound, BindingKind::Import);
                    let statement = Stmt::Import { path, binding, has_alias: alias.alias().is_some() };
                    out.push(self.stmt_at(statement, alias.range()));
                }
                return;
            }
            AstStmt::FromImportStmt(it) => {
                let names = it
                    .import_names()
                    .filter_map(|it| {
                        let name = text(&it.name()?);
                        Some((name, self.bind_token(it.bound_name(), BindingKind::Import)))
                    })
                    .collect();
                Stmt::FromImport { path: module_ref(it.module_path()), names, is_star: it.star().is_some() }
            }
            AstStmt::ExportStmt(it) => Stmt::Export(it.idents().map(|it| text(&it)).collect()),
            AstStmt::IfStmt(it) => {
                let mut branches = vec![(self.required(it.condition()), self.optional_block(it.block()))];
                for clause in it.elif_clauses() {
                    branches.push((self.required(clause.condition()), self.optional_block(clause.block())));
                }
                Stmt::If { branches, otherwise: self.else_block(it.else_clause()) }
            }
            AstStmt::WhileStmt(it) => Stmt::While {
                condition: self.required(it.condition()),
                body: self.optional_block(it.block()),
                otherwise: self.else_block(it.else_clause()),
            },
            AstStmt::ForStmt(it) => {
                let iterable = self.required(it.iterable());
                let target = self.required_target(it.target(), BindingKind::For);
                Stmt::For {
                    target,
                    iterable,
                    body: self.optional_block(it.block()),
                    otherwise: self.else_block(it.else_clause()),
                }
            }
            AstStmt::TryStmt(it) => Stmt::Try {
                body: self.optional_block(it.block()),
                handlers: it
                    .except_clauses()
                    .map(|it| Handler {
                        exception: self.optional(it.exception()),
                        binding: self.bind_token(it.name(), BindingKind::Exception),
                        body: self.optional_block(it.block()),
                    })
                    .collect(),
                otherwise: self.else_block(it.else_clause()),
                finally: it.finally_clause().map(|it| self.optional_block(it.block())),
            },
            AstStmt::WithStmt(it) => {
                let items = it
                    .with_items()
                    .map(|it| {
                        let context = self.required(it.context());
                        (context, it.target().map(|it| self.target(&it, BindingKind::With)))
                    })
                    .collect();
                Stmt::With { items, body: self.optional_block(it.block()) }
            }
            AstStmt::FunctionDef(it) => match self.nested_item(ItemKind::Function, it.name()) {
                Some(item) => {
                    let has_receiver = it.receiver().is_some();
                    self.item_stmt(item, if has_receiver { None } else { it.name() })
                }
                None => {
                    let function = self.function_def(it, None, self.current_function());
                    let binding = match it.receiver() {
                        None => self.bind_token(it.name(), BindingKind::Definition),
                        Some(_) => None,
                    };
                    Stmt::Function { function, binding }
                }
            },
            AstStmt::WorkflowDef(it) => match self.nested_item(ItemKind::Workflow, it.name()) {
                Some(item) => self.item_stmt(item, it.name()),
                None => {
                    let function = self.workflow_def(it, self.current_function());
                    let binding = self.bind_token(it.name(), BindingKind::Definition);
                    Stmt::Function { function, binding }
                }
            },
            AstStmt::RecordDef(it) => match self.nested_item(ItemKind::Record, it.name()) {
                Some(item) => self.item_stmt(item, it.name()),
                None => {
                    self.check_fields(it.block().as_ref());
                    self.local_record(it.name(), it.decorators(), it.base_list(), it.block())
                }
            },
            AstStmt::AgentDef(it) => match self.nested_item(ItemKind::Agent, it.name()) {
                Some(item) => self.item_stmt(item, it.name()),
                None => {
                    if is_blueprint(it) {
                        self.check_fields(it.block().as_ref());
                    }
                    self.local_record(it.name(), it.decorators(), it.base_list(), it.block())
                }
            },
            AstStmt::Field(it) => match it.default() {
                Some(default) => Stmt::Expr(self.expr(&default)),
                None => return,
            },
            AstStmt::MethodSig(_) => return,
        };
        out.push(self.stmt_at(lowered, range));
    }

    /// At the level of the module: the id of a definition inside an `if` or the like, counted as the item tree counts.
    fn nested_item(&mut self, kind: ItemKind, name: Option<SyntaxToken>) -> Option<ItemId> {
        let is_module = self.scopes.len() == 1 && self.items.is_some();
        if !is_module {
            return None;
        }
        let name = name.as_ref().map(text).unwrap_or_default();
        let disambiguator = self.count_item(kind, &name);
        Some(ItemId::top_level(kind, name, disambiguator))
    }

    fn count_item(&mut self, kind: ItemKind, name: &SmolStr) -> u32 {
        let Some(items) = &mut self.items else { return 0 };
        let count = items.entry((kind, name.clone())).or_default();
        *count += 1;
        *count - 1
    }

    fn item_stmt(&mut self, item: ItemId, name: Option<SyntaxToken>) -> Stmt {
        let binding = self.bind_token(name, BindingKind::Definition);
        Stmt::Item { item, binding }
    }

    fn local_record(
        &mut self,
        name: Option<SyntaxToken>,
        decorators: impl Iterator<Item = ast::Decorator>,
        bases: Option<ast::BaseList>,
        block: Option<ast::Block>,
    ) -> Stmt {
        bases.iter().flat_map(ast::BaseList::types).for_each(|it| {
            self.type_ref(&it);
        });
        let record = name.as_ref().map(text).unwrap_or_default();
        let mut values = self.decorators(decorators);
        let mut methods = Vec::new();
        for statement in block.iter().flat_map(ast::Block::stmts) {
            match statement {
                AstStmt::FunctionDef(def) => {
                    methods.push(self.function_def(&def, Some(&record), self.current_function()));
                }
                AstStmt::Field(field) => {
                    if let Some(ty) = field.ty() {
                        self.type_ref(&ty);
                    }
                    values.extend(field.default().map(|it| self.expr(&it)));
                }
                // What is inside is not followed, but the names in it are used.
                AstStmt::MethodSig(sig) => {
                    let params = sig.param_list().into_iter().flat_map(|it| it.params().collect::<Vec<_>>());
                    params.filter_map(|it| it.ty()).chain(sig.return_type()).for_each(|it| {
                        self.type_ref(&it);
                    });
                }
                AstStmt::ExprStmt(it) => {
                    let embedded =
                        it.expr().filter(|it| matches!(it, ast::Expr::NameExpr(_) | ast::Expr::AttributeExpr(_)));
                    values.extend(embedded.map(|it| self.expr(&it)));
                }
                _ => {}
            }
        }
        let binding = self.bind_token(name, BindingKind::Definition);
        Stmt::LocalRecord { binding, methods, values }
    }

    // ----- places

    fn place(&self, range: TextRange) -> Place {
        Place { part: self.part, range }
    }

    fn problem(&mut self, problem: SyntaxProblem, range: TextRange) {
        let place = self.place(range);
        self.map.problems.push((problem, place));
    }

    fn stmt_at(&mut self, stmt: Stmt, range: TextRange) -> StmtId {
        let id = self.stmts.alloc(stmt);
        self.map.stmts.insert(id, self.place(range));
        id
    }

    fn type_ref(&mut self, ty: &ast::Type) -> TypeRefId {
        let part = self.part;
        let paths = &mut self.map.paths;
        let lowered = TypeRef::lower(ty, &mut |range| {
            paths.push(Place { part, range });
            PathId::new(paths.len() - 1)
        });
        let id = self.types.alloc(lowered);
        self.map.types.insert(id, self.place(ty.range()));
        id
    }
}

impl Function {
    fn empty(kind: FunctionKind) -> Function {
        Function {
            kind,
            name: SmolStr::default(),
            parent: None,
            is_sync: false,
            receiver: None,
            params: Vec::new(),
            return_type: None,
            decorators: Vec::new(),
            doc: None,
            body: FunctionBody::None,
        }
    }
}

/// The stages of a pipeline that is the body of a function.
fn stages(body: &ast::Expr) -> Vec<ast::Expr> {
    match without_parens(body.clone()) {
        ast::Expr::PipeExpr(pipe) => pipe.exprs().collect(),
        other => vec![other],
    }
}

fn without_parens(mut expr: ast::Expr) -> ast::Expr {
    while let ast::Expr::ParenExpr(paren) = &expr {
        match paren.expr() {
            Some(inner) => expr = inner,
            None => break,
        }
    }
    expr
}

/// Does a method in the body of a record leave its receiver out? Then it reaches the record as `self`.
fn has_implicit_self(record: &str, first: Option<&ast::Param>) -> bool {
    let Some(first) = first else { return true };
    let takes_record = first.ty().is_some_and(|ty| ty.syntax().text() == record);
    let is_receiver = first
        .name()
        .is_some_and(|first| matches!(first.text(), "self" | "this") || first.text().eq_ignore_ascii_case(record));
    !takes_record && !is_receiver
}

fn module_ref(path: Option<ast::ModulePath>) -> ModuleRef {
    match path {
        Some(path) => ModuleRef { dots: path.leading_dots(), path: path.idents().map(|it| text(&it)).collect() },
        None => ModuleRef { dots: 0, path: Vec::new() },
    }
}

fn docstring(first: &AstStmt) -> Option<SmolStr> {
    let AstStmt::ExprStmt(statement) = first else { return None };
    match statement.expr()? {
        ast::Expr::Literal(it) => {
            let token = it.token().filter(|it| it.kind() == SyntaxKind::STRING)?;
            Some(literal::string_value(token.text()).into())
        }
        ast::Expr::StringConcat(_) => Some(SmolStr::default()),
        _ => None,
    }
}

fn assign_op(kind: SyntaxKind) -> BinaryOp {
    match kind {
        SyntaxKind::MINUS_EQ => BinaryOp::Sub,
        SyntaxKind::STAR_EQ => BinaryOp::Mul,
        SyntaxKind::SLASH_EQ => BinaryOp::Div,
        SyntaxKind::SLASH2_EQ => BinaryOp::FloorDiv,
        SyntaxKind::PERCENT_EQ => BinaryOp::Mod,
        SyntaxKind::STAR2_EQ => BinaryOp::Pow,
        SyntaxKind::AMP_EQ => BinaryOp::BitAnd,
        SyntaxKind::PIPE_EQ => BinaryOp::BitOr,
        SyntaxKind::CARET_EQ => BinaryOp::BitXor,
        SyntaxKind::SHL_EQ => BinaryOp::Shl,
        SyntaxKind::SHR_EQ => BinaryOp::Shr,
        _ => BinaryOp::Add,
    }
}

fn text(token: &SyntaxToken) -> SmolStr {
    SmolStr::new(token.text())
}
