//! Which functions an expression may stand for, and whose state it may share: flow-insensitively, over one body.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::{Callee, CodeId, ParamRef, StatePlace};
use crate::infer::{Inference, Target, infer};
use crate::record::{Member, find_method, record_info};
use crate::scope::{Meaning, is_assigned_by_functions};
use crate::signature::{Signature, Signatures};
use crate::ty::{DefRef, Type};
use crate::{
    Body, Call, Clause, Db, Definition, Expr, ExprId, File, FunctionBody, FunctionId, ItemKind, NameRef, Owner,
    RecordKind, Stmt, VariableId, body_of, definitions,
};

/// The functions that a value is or holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Value {
    pub functions: Vec<Callee>,
    /// Parameters that it may be, or that hold it.
    pub params: Vec<ParamRef>,
    /// It may be a function of which nothing is known.
    pub is_unknown: bool,
    pub roots: Vec<Root>,
}

impl Value {
    pub fn is_empty(&self) -> bool {
        *self == Value::default()
    }

    fn add(&mut self, callee: Callee) {
        if !self.functions.contains(&callee) {
            self.functions.push(callee);
        }
    }

    fn add_param(&mut self, param: ParamRef) {
        if !self.params.contains(&param) {
            self.params.push(param);
        }
    }
}

/// Something whose content a value may share.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Root {
    pub kind: RootKind,
    /// There is no call on the way, which may give a value of its own.
    pub is_direct: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RootKind {
    Variable(VariableId),
    Param(ParamRef),
    Place(StatePlace),
}

/// Where the piped value of a stage comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piped {
    /// From the stage before.
    Stage(ExprId),
    /// It is the first stage of a pipeline function, which gets the parameters.
    Params(FunctionId),
    /// It is the first stage of a pipeline value: whoever calls it gives it.
    Caller,
}

/// How many steps an expression is followed.
const DEEPEST: usize = 24;

/// How many variables an expression is followed through. A table that thousands of others were put into shares its content
/// with all of them, and would make every use of it as expensive as the whole body.
const MOST_VARIABLES: usize = 100;

/// Functions and methods of the library whose result holds what is in their arguments.
const PASSING_ON: &[&str] = &[
    "enumerate",
    "zip",
    "reversed",
    "sorted",
    "iter",
    "next",
    "filter",
    "min",
    "max",
    "copy",
    "get",
    "items",
    "keys",
    "pop",
    "popitem",
    "setdefault",
    "values",
    "chain",
    "noop",
];

/// What is known of the values in a body.
pub(crate) struct Values<'db> {
    pub(crate) db: &'db dyn Db,
    pub(crate) file: File,
    pub(crate) owner: Owner,
    pub(crate) body: Arc<Body>,
    pub(crate) inference: Arc<Inference>,
    params: FxHashMap<VariableId, ParamRef>,
    /// Expressions that a variable may be the value of.
    assigned: FxHashMap<VariableId, Vec<ExprId>>,
    /// Expressions that hold what a variable is, or that it holds itself.
    parts: FxHashMap<VariableId, Vec<ExprId>>,
    defined: FxHashMap<VariableId, Vec<FunctionId>>,
    /// Variables that get a value in another way.
    opaque: FxHashSet<VariableId>,
    pub(crate) piped: FxHashMap<ExprId, Piped>,
    signatures: Signatures,
}

impl<'db> Values<'db> {
    pub(crate) fn new(db: &'db dyn Db, definition: Definition<'db>) -> Values<'db> {
        let mut values = Values {
            db,
            file: definition.file(db),
            owner: definition.owner(db).clone(),
            body: body_of(db, definition),
            inference: infer(db, definition),
            params: FxHashMap::default(),
            assigned: FxHashMap::default(),
            parts: FxHashMap::default(),
            defined: FxHashMap::default(),
            opaque: FxHashSet::default(),
            piped: FxHashMap::default(),
            signatures: Signatures::default(),
        };
        values.collect_params();
        db.unwind_if_revision_cancelled();
        values.collect_statements();
        db.unwind_if_revision_cancelled();
        values.collect_expressions();
        values
    }

    pub(super) fn signature(&self, def: &DefRef) -> Option<Arc<Signature>> {
        self.signatures.get(self.db, def)
    }

    pub(crate) fn code_of(&self, function: FunctionId) -> CodeId {
        if function == self.body.root { CodeId::Root } else { CodeId::Function(function) }
    }

    fn callee(&self, function: FunctionId) -> Callee {
        Callee { file: self.file, owner: self.owner.clone(), code: self.code_of(function) }
    }

    pub(crate) fn param_of(&self, variable: VariableId) -> Option<ParamRef> {
        self.params.get(&variable).copied()
    }

    fn collect_params(&mut self) {
        let body = self.body.clone();
        for (id, function) in body.functions.iter() {
            let code = self.code_of(id);
            let all = function.receiver.iter().chain(&function.params).filter_map(|it| it.binding);
            for (index, binding) in all.enumerate() {
                let index = u16::try_from(index).unwrap_or(u16::MAX);
                self.params.insert(body.bindings[binding].variable, ParamRef { code, index });
            }
            if let FunctionBody::Pipeline(stages) = &function.body {
                self.pipe(stages, Piped::Params(id));
            }
        }
    }

    fn pipe(&mut self, stages: &[ExprId], first: Piped) {
        let mut piped = first;
        for stage in stages {
            self.db.unwind_if_revision_cancelled();
            self.stage(*stage, piped);
            piped = Piped::Stage(*stage);
        }
    }

    fn stage(&mut self, stage: ExprId, piped: Piped) {
        self.piped.insert(stage, piped);
        match &self.body.clone().exprs[stage] {
            Expr::Capture { stage: inner, .. } => self.stage(*inner, piped),
            Expr::List(items) => items.iter().for_each(|it| self.stage(*it, piped)),
            _ => {}
        }
    }

    fn collect_statements(&mut self) {
        let body = self.body.clone();
        for (_, stmt) in body.stmts.iter() {
            match stmt {
                Stmt::Assign { targets, value: Some(value), .. } => {
                    targets.iter().for_each(|it| self.assign(*it, *value, true));
                }
                Stmt::AugAssign { target, value, .. } => self.assign(*target, *value, false),
                Stmt::For { target, iterable, .. } => self.assign(*target, *iterable, false),
                Stmt::With { items, .. } => {
                    for (context, target) in items {
                        target.iter().for_each(|it| self.assign(*it, *context, false));
                    }
                }
                Stmt::Function { function, binding: Some(binding) } => {
                    self.defined.entry(body.bindings[*binding].variable).or_default().push(*function);
                }
                Stmt::LocalRecord { binding: Some(it), .. } | Stmt::Import { binding: Some(it), .. } => {
                    self.opaque.insert(body.bindings[*it].variable);
                }
                Stmt::FromImport { names, .. } => {
                    self.opaque.extend(names.iter().filter_map(|(_, it)| *it).map(|it| body.bindings[it].variable));
                }
                Stmt::Try { handlers, .. } => {
                    self.opaque
                        .extend(handlers.iter().filter_map(|it| it.binding).map(|it| body.bindings[it].variable));
                }
                _ => {}
            }
        }
    }

    fn collect_expressions(&mut self) {
        let body = self.body.clone();
        for (id, expr) in body.exprs.iter() {
            self.db.unwind_if_revision_cancelled();
            match expr {
                Expr::Comprehension(it) => {
                    for clause in &it.clauses {
                        if let Clause::For { target, iterable } = clause {
                            self.assign(*target, *iterable, false);
                        }
                    }
                }
                Expr::Capture { stage, binding: Some(binding) } => {
                    let variable = body.bindings[*binding].variable;
                    self.parts.entry(variable).or_default().push(*stage);
                    self.opaque.insert(variable);
                }
                Expr::Pipe(stages) => self.pipe(stages, Piped::Caller),
                // `xs.append(x)`: what the variable holds is not only what was assigned.
                Expr::Call(call) => {
                    if let Expr::Attribute { base, .. } = &body.exprs[call.callee]
                        && let Some(variable) = self.base_variable(*base)
                    {
                        let args = call.args.iter().map(|it| it.value()).filter(|it| *it != id);
                        self.parts.entry(variable).or_default().extend(args);
                    }
                }
                _ => {}
            }
        }
    }

    /// The variable at the beginning of `a.b[0].c`.
    fn base_variable(&self, mut expr: ExprId) -> Option<VariableId> {
        loop {
            match &self.body.exprs[expr] {
                Expr::Name(NameRef::Variable(variable)) => return Some(*variable),
                Expr::Attribute { base, .. } | Expr::Index { base, .. } => expr = *base,
                _ => return None,
            }
        }
    }

    fn assign(&mut self, target: ExprId, value: ExprId, is_whole: bool) {
        let body = self.body.clone();
        match &body.exprs[target] {
            Expr::Bind(binding) => {
                let variable = body.bindings[*binding].variable;
                let map = if is_whole { &mut self.assigned } else { &mut self.parts };
                map.entry(variable).or_default().push(value);
            }
            Expr::Tuple(targets) | Expr::List(targets) => match &body.exprs[value] {
                Expr::Tuple(values) | Expr::List(values)
                    if is_whole
                        && values.len() == targets.len()
                        && !targets.iter().chain(values).any(|it| matches!(body.exprs[*it], Expr::Spread { .. })) =>
                {
                    targets.iter().zip(values).for_each(|(target, value)| self.assign(*target, *value, true));
                }
                _ => targets.iter().for_each(|it| self.assign(*it, value, false)),
            },
            Expr::Spread { expr, .. } => self.assign(*expr, value, false),
            Expr::Attribute { base, .. } | Expr::Index { base, .. } => {
                if let Some(variable) = self.base_variable(*base) {
                    self.parts.entry(variable).or_default().push(value);
                }
            }
            _ => {}
        }
    }

    // ----- functions

    /// The functions that an expression is or holds, and whose content it shares.
    pub(crate) fn value(&self, expr: ExprId) -> Value {
        let mut value = Value::default();
        self.functions_in(expr, &mut value);
        value.roots = self.roots(expr);
        value
    }

    pub(crate) fn functions_in(&self, expr: ExprId, out: &mut Value) {
        self.by_type(expr, out, &mut FxHashSet::default(), 0);
    }

    fn by_type(&self, expr: ExprId, out: &mut Value, seen: &mut FxHashSet<VariableId>, depth: usize) {
        if depth > DEEPEST {
            out.is_unknown = true;
            return;
        }
        match self.inference.exprs.get(expr) {
            Some(ty) if self.type_functions(ty, out) => {}
            _ => self.by_form(expr, out, seen, depth),
        }
    }

    /// The functions that a type tells. False if it does not tell.
    fn type_functions(&self, ty: &Type, out: &mut Value) -> bool {
        let mut is_told = true;
        for member in ty.members() {
            match member {
                Type::Any | Type::Callable(_) => is_told = false,
                Type::Function(def) | Type::RecordType(def) => out.add(Callee::item(def)),
                Type::Method(it) => out.add(Callee::item(&it.1)),
                Type::Closure(it) => out.add(self.closure(it)),
                Type::Record(def) | Type::Agent(def) => {
                    match find_method(self.db, self.file, def, "__call__") {
                        Some(method) => out.add(Callee::item(&method)),
                        // Its pipeline is a field.
                        None => {
                            let info = record_info(self.db, def);
                            is_told &= info.is_none_or(|it| it.kind != Some(RecordKind::Workflow));
                        }
                    }
                }
                Type::List(item) | Type::Set(item) | Type::TupleOf(item) | Type::Iterator(item) => {
                    is_told &= self.type_functions(item, out);
                }
                Type::Tuple(items) => is_told &= items.iter().all(|it| self.type_functions(it, out)),
                Type::Dict(it) => is_told &= self.type_functions(&it.1, out),
                _ => {}
            }
        }
        is_told
    }

    pub(crate) fn closure(&self, it: &crate::ty::Closure) -> Callee {
        if it.file == self.file && it.owner == self.owner {
            return self.callee(it.function);
        }
        Callee { file: it.file, owner: it.owner.clone(), code: CodeId::Function(it.function) }
    }

    fn by_form(&self, expr: ExprId, out: &mut Value, seen: &mut FxHashSet<VariableId>, depth: usize) {
        let next = depth + 1;
        match &self.body.exprs[expr] {
            Expr::Name(NameRef::Variable(variable)) => self.by_variable(*variable, out, seen, next),
            Expr::Name(NameRef::Free(_)) | Expr::Attribute { .. } => match self.inference.meanings.get(expr) {
                Some(meaning) => self.by_meaning(meaning, out),
                None => match self.inference.members.get(expr) {
                    Some(Member::Method(def)) => out.add(Callee::item(def)),
                    _ => out.is_unknown = true,
                },
            },
            Expr::Lambda(function) => out.add(self.callee(*function)),
            Expr::Pipe(_) => {
                out.add(Callee { file: self.file, owner: self.owner.clone(), code: CodeId::Pipeline(expr) });
            }
            Expr::Index { base, .. } => self.by_type(*base, out, seen, next),
            Expr::Ternary { then, otherwise, .. } => {
                self.by_type(*then, out, seen, next);
                self.by_type(*otherwise, out, seen, next);
            }
            Expr::Capture { stage: it, .. } | Expr::Spread { expr: it, .. } => self.by_type(*it, out, seen, next),
            Expr::Tuple(all) | Expr::List(all) | Expr::Set(all) | Expr::Logic { operands: all, .. } => {
                all.iter().for_each(|it| self.by_type(*it, out, seen, next));
            }
            Expr::Dict(items) => items.iter().for_each(|(_, it)| self.by_type(*it, out, seen, next)),
            Expr::Comprehension(it) => self.by_type(it.element, out, seen, next),
            Expr::Literal(_)
            | Expr::FString(_)
            | Expr::Binary { .. }
            | Expr::Compare { .. }
            | Expr::Unary { .. }
            | Expr::Slice(_)
            | Expr::Bind(_)
            | Expr::BindGlobal(_) => {}
            // What takes values out of a collection or makes another one of them.
            Expr::Call(call) if self.passes_on(expr) => {
                if let Expr::Attribute { base, .. } = &self.body.exprs[call.callee] {
                    self.by_type(*base, out, seen, next);
                }
                call.args.iter().for_each(|it| self.by_type(it.value(), out, seen, next));
            }
            Expr::Call(_) | Expr::Scoped { .. } | Expr::Placeholder | Expr::Missing => out.is_unknown = true,
        }
    }

    /// Does a call give a value that shares nothing with its arguments?
    fn is_new(&self, call: ExprId) -> bool {
        let Some(info) = self.inference.calls.get(&call) else { return false };
        !info.targets.is_empty()
            && info.targets.iter().all(|target| match target {
                Target::Def(def) => {
                    super::native::is_library(self.db, def.file)
                        && self.signature(def).is_some_and(|it| it.is_signature)
                        && !PASSING_ON.contains(&def.item.name().as_str())
                }
                _ => false,
            })
    }

    fn passes_on(&self, call: ExprId) -> bool {
        let Some(info) = self.inference.calls.get(&call) else { return false };
        info.targets.iter().all(|target| match target {
            Target::Def(def) => {
                super::native::is_library(self.db, def.file) && PASSING_ON.contains(&def.item.name().as_str())
            }
            Target::BuiltinType(_) => true,
            _ => false,
        })
    }

    fn by_variable(&self, variable: VariableId, out: &mut Value, seen: &mut FxHashSet<VariableId>, depth: usize) {
        if seen.len() >= MOST_VARIABLES {
            out.is_unknown = true;
            return;
        }
        if !seen.insert(variable) {
            return;
        }
        let mut is_known = false;
        if let Some(param) = self.params.get(&variable) {
            out.add_param(*param);
            is_known = true;
        }
        for function in self.defined.get(&variable).into_iter().flatten() {
            out.add(self.callee(*function));
            is_known = true;
        }
        for map in [&self.assigned, &self.parts] {
            for value in map.get(&variable).into_iter().flatten() {
                self.by_type(*value, out, seen, depth);
                is_known = true;
            }
        }
        out.is_unknown |= !is_known || self.opaque.contains(&variable);
    }

    fn by_meaning(&self, meaning: &Meaning, out: &mut Value) {
        match meaning {
            Meaning::Item(def) if def.item.kind() != ItemKind::Field => out.add(Callee::item(def)),
            Meaning::Variable { file, name } => match module_values(self.db, *file).get(name) {
                Some(value) => {
                    value.functions.iter().for_each(|it| out.add(it.clone()));
                    out.is_unknown |= value.is_unknown;
                }
                None => out.is_unknown = true,
            },
            _ => out.is_unknown = true,
        }
    }

    // ----- shared content

    /// What an expression may share content with: changing the one changes the other.
    pub(crate) fn roots(&self, expr: ExprId) -> Vec<Root> {
        let mut out = Vec::new();
        self.roots_of(expr, true, &mut out, &mut FxHashSet::default(), 0);
        out
    }

    fn roots_of(
        &self,
        expr: ExprId,
        is_direct: bool,
        out: &mut Vec<Root>,
        seen: &mut FxHashSet<VariableId>,
        depth: usize,
    ) {
        if depth > DEEPEST || self.inference.exprs.get(expr).is_some_and(is_scalar) {
            return;
        }
        let next = depth + 1;
        match &self.body.exprs[expr] {
            Expr::Name(NameRef::Variable(variable)) => self.variable_roots(*variable, is_direct, out, seen, next),
            Expr::Name(NameRef::Free(_)) => self.meaning_root(expr, is_direct, out),
            Expr::Scoped { scope, name, .. } => {
                add_root(out, RootKind::Place(StatePlace::Scoped(*scope, name.clone())), is_direct);
            }
            Expr::Attribute { base, .. } => {
                if self.inference.meanings.get(expr).is_some() {
                    self.meaning_root(expr, is_direct, out);
                } else {
                    self.roots_of(*base, is_direct, out, seen, next);
                }
            }
            Expr::Index { base, .. } => self.roots_of(*base, is_direct, out, seen, next),
            Expr::Ternary { then, otherwise, .. } => {
                self.roots_of(*then, is_direct, out, seen, next);
                self.roots_of(*otherwise, is_direct, out, seen, next);
            }
            Expr::Capture { stage: it, .. } | Expr::Spread { expr: it, .. } => {
                self.roots_of(*it, is_direct, out, seen, next);
            }
            Expr::Tuple(all) | Expr::List(all) | Expr::Set(all) | Expr::Logic { operands: all, .. } => {
                all.iter().for_each(|it| self.roots_of(*it, is_direct, out, seen, next));
            }
            Expr::Dict(items) => items.iter().for_each(|(_, it)| self.roots_of(*it, is_direct, out, seen, next)),
            Expr::Comprehension(it) => self.roots_of(it.element, is_direct, out, seen, next),
            Expr::Binary { first, rest } => {
                self.roots_of(*first, false, out, seen, next);
                rest.iter().for_each(|(_, it)| self.roots_of(*it, false, out, seen, next));
            }
            // What the library makes is new, unless it takes values out of what it is given.
            Expr::Call(_) if self.is_new(expr) => {}
            Expr::Call(call) => {
                self.call_roots(call, out, seen, next);
                self.piped_roots(expr, out, seen, next);
            }
            Expr::Pipe(stages) => stages.iter().for_each(|it| self.roots_of(*it, false, out, seen, next)),
            _ => {}
        }
    }

    /// What a call is given may be in what it gives.
    fn call_roots(&self, call: &Call, out: &mut Vec<Root>, seen: &mut FxHashSet<VariableId>, depth: usize) {
        if let Expr::Attribute { base, .. } = &self.body.exprs[call.callee] {
            self.roots_of(*base, false, out, seen, depth);
        }
        call.args.iter().for_each(|it| self.roots_of(it.value(), false, out, seen, depth));
    }

    /// From the stage before back to the first, as far as each may pass on what it is given: in turn, since a pipeline may
    /// have thousands of stages.
    fn piped_roots(&self, mut stage: ExprId, out: &mut Vec<Root>, seen: &mut FxHashSet<VariableId>, depth: usize) {
        while let Some(piped) = self.piped.get(&stage) {
            let before = match piped {
                Piped::Stage(before) => *before,
                Piped::Params(function) => return self.param_roots(*function, out),
                Piped::Caller => return,
            };
            if self.inference.calls.get(&before).is_some_and(|it| is_scalar(&it.result)) {
                return;
            }
            match &self.body.exprs[before] {
                Expr::Call(_) if self.is_new(before) => return,
                Expr::Call(call) => self.call_roots(call, out, seen, depth),
                _ => self.roots_of(before, false, out, seen, depth),
            }
            stage = before;
        }
    }

    /// What the piped value of a stage may share content with.
    pub(crate) fn roots_of_piped(&self, piped: Piped) -> Vec<Root> {
        let mut out = Vec::new();
        match piped {
            Piped::Stage(before) => {
                self.roots_of(before, true, &mut out, &mut FxHashSet::default(), 0);
                self.piped_roots(before, &mut out, &mut FxHashSet::default(), 0);
            }
            Piped::Params(function) => self.param_roots(function, &mut out),
            Piped::Caller => {}
        }
        out
    }

    fn param_roots(&self, function: FunctionId, out: &mut Vec<Root>) {
        let function = &self.body.functions[function];
        for binding in function.params.iter().filter_map(|it| it.binding) {
            let variable = self.body.bindings[binding].variable;
            if let Some(param) = self.params.get(&variable) {
                add_root(out, RootKind::Param(*param), true);
            }
            add_root(out, RootKind::Variable(variable), true);
        }
    }

    fn variable_roots(
        &self,
        variable: VariableId,
        is_direct: bool,
        out: &mut Vec<Root>,
        seen: &mut FxHashSet<VariableId>,
        depth: usize,
    ) {
        if seen.len() >= MOST_VARIABLES || !seen.insert(variable) {
            return;
        }
        add_root(out, RootKind::Variable(variable), is_direct);
        if let Some(param) = self.params.get(&variable) {
            add_root(out, RootKind::Param(*param), is_direct);
        }
        let of = &self.body.variables[variable];
        if of.is_captured {
            let place = StatePlace::Local { function: of.function, variable, name: of.name.clone() };
            add_root(out, RootKind::Place(place), is_direct);
        }
        for map in [&self.assigned, &self.parts] {
            for value in map.get(&variable).into_iter().flatten() {
                self.roots_of(*value, is_direct, out, seen, depth);
            }
        }
    }

    fn meaning_root(&self, expr: ExprId, is_direct: bool, out: &mut Vec<Root>) {
        match self.inference.meanings.get(expr) {
            Some(Meaning::Variable { file, name }) => {
                add_root(out, RootKind::Place(StatePlace::Module(*file, name.clone())), is_direct);
            }
            Some(Meaning::Item(def)) if def.item.kind() == ItemKind::Agent => {
                add_root(out, RootKind::Place(StatePlace::Agent(def.clone())), is_direct);
            }
            _ => {}
        }
    }
}

fn add_root(out: &mut Vec<Root>, kind: RootKind, is_direct: bool) {
    match out.iter_mut().find(|it| it.kind == kind) {
        Some(known) => known.is_direct |= is_direct,
        None => out.push(Root { kind, is_direct }),
    }
}

/// Is there nothing inside that could be changed?
pub(crate) fn is_scalar(ty: &Type) -> bool {
    !ty.members().is_empty()
        && ty.members().iter().all(|it| {
            matches!(
                it,
                Type::None
                    | Type::Bool
                    | Type::Int
                    | Type::Float
                    | Type::Str
                    | Type::Bytes
                    | Type::Range
                    | Type::Function(_)
                    | Type::BuiltinType(_)
                    | Type::RecordType(_)
                    | Type::Module(_)
            )
        })
}

/// The functions in the variables of a module. Variables that are made of each other in a circle, of one module or of
/// several, are joined until nothing changes: on the way they begin as unknown.
#[salsa::tracked(returns(clone), cycle_initial = nothing_known)]
pub(crate) fn module_values(db: &dyn Db, file: File) -> Arc<FxHashMap<SmolStr, Value>> {
    let Some(module) = definitions(db, file).get(&Owner::Module) else { return Arc::default() };
    let values = Values::new(db, module);
    let mut out = FxHashMap::default();
    for (id, variable) in values.body.variables.iter() {
        if variable.function != values.body.root || variable.is_inner {
            continue;
        }
        let mut value = Value::default();
        values.by_variable(id, &mut value, &mut FxHashSet::default(), 0);
        value.is_unknown |= is_assigned_by_functions(db, file, &variable.name);
        out.insert(variable.name.clone(), value);
    }
    Arc::new(out)
}

fn nothing_known(_db: &dyn Db, _id: salsa::Id, _file: File) -> Arc<FxHashMap<SmolStr, Value>> {
    Arc::default()
}

/// What the functions of a definition return, as far as it is functions: what a decorator makes of a function.
#[salsa::tracked(returns(clone))]
pub(crate) fn returned_values<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<FxHashMap<CodeId, Value>> {
    let values = Values::new(db, definition);
    let body = values.body.clone();
    let mut out = FxHashMap::default();
    for (id, function) in body.functions.iter() {
        let mut value = Value::default();
        match &function.body {
            FunctionBody::Block(statements) => {
                for expr in returns_in(&body, statements) {
                    values.functions_in(expr, &mut value);
                }
            }
            FunctionBody::Expr(expr) => values.functions_in(*expr, &mut value),
            FunctionBody::Pipeline(_) | FunctionBody::None => value.is_unknown = true,
        }
        out.insert(values.code_of(id), value);
    }
    Arc::new(out)
}

/// The values that the statements of a function return.
fn returns_in(body: &Body, statements: &[crate::StmtId]) -> Vec<ExprId> {
    let mut out = Vec::new();
    super::local::for_each_statement(body, statements, &mut |it| {
        if let Stmt::Return(Some(value)) | Stmt::Deliver(Some(value)) = &body.stmts[it] {
            out.push(*value);
        }
    });
    out
}
