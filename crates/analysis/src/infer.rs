//! What the expressions of a definition are, found by following its statements in order.
//!
//! A variable has the type of what was last put in it; where ways meet, it has either. What cannot be known is
//! [`Type::Any`], and nothing is reported about it: a report means that the program fails whenever it gets there.

mod attribute;
mod call;
mod env;
mod expr;
mod library_types;
mod narrow;
mod ops;
mod overload;
mod problem;
mod sharing;
mod special;
mod stmt;
#[cfg(test)]
mod tests;
mod variables;

use std::sync::Arc;

use la_arena::{ArenaMap, Idx};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

pub(crate) use attribute::AGENT_METHODS;
pub use attribute::{agent_methods, native_method, record_member_names};
pub use env::Bound;
pub(crate) use expr::uses_placeholder;
pub use problem::{ArityProblem, Problem};
pub use variables::variable_type;

use crate::record::Member;
use crate::scope::Meaning;
use crate::signature::Signatures;
use crate::ty::{DefRef, Type};
use crate::{
    Binding, BindingId, BindingKind, Body, Db, Definition, Expr, ExprId, File, Function, FunctionId, Owner, Stmt,
    StmtId, VariableId, body_of,
};

/// What is known of a definition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inference {
    /// Of every expression that can be reached.
    pub exprs: ArenaMap<Idx<Expr>, Type>,
    /// What free names mean; a name that is not here is not found anywhere.
    pub meanings: ArenaMap<Idx<Expr>, Meaning>,
    /// What attributes of records lead to.
    pub members: ArenaMap<Idx<Expr>, Member>,
    /// By the call; by the stage, where a pipeline calls.
    pub calls: FxHashMap<ExprId, CallInfo>,
    pub bindings: ArenaMap<Idx<Binding>, Type>,
    /// What the functions of the body give, as far as their statements tell.
    pub returns: ArenaMap<Idx<Function>, Type>,
    /// Does the end of a function's statements lie on a way that can be taken?
    pub falls_through: Vec<FunctionId>,
    /// Uses of variables that have no value yet, or not on every way.
    pub unbound: Vec<(ExprId, Bound)>,
    /// The first statement of each run that no way leads to.
    pub unreachable: Vec<StmtId>,
    pub problems: Vec<Problem>,
}

/// What a call calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallInfo {
    pub targets: Vec<Target>,
    /// A pipeline gives it the piped value as its first argument.
    pub is_piped: bool,
    /// It is written as a call; otherwise a stage of a pipeline that is only named.
    pub is_call: bool,
    pub result: Type,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A function, workflow, method or builtin.
    Def(DefRef),
    /// A function inside a body.
    Closure { file: File, owner: Owner, function: FunctionId },
    /// A record is made.
    Constructor(DefRef),
    /// A value of a builtin type is made.
    BuiltinType(SmolStr),
    /// It is not known what is called; why, as the end of a sentence: "`handler` is a parameter".
    Unknown(String),
}

impl Inference {
    /// The type of an expression; `any` where no way leads to it.
    pub fn type_of(&self, expr: ExprId) -> &Type {
        self.exprs.get(expr).unwrap_or(&Type::Any)
    }
}

/// How many definitions keep what was inferred of them.
pub(crate) fn keep_inferred(db: &mut dyn Db, definitions: usize) {
    infer::set_lru_capacity(db, definitions);
}

/// What is known of a definition.
#[salsa::tracked(returns(clone), lru = 8192)]
pub fn infer<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<Inference> {
    Arc::new(Infer::new(db, definition, false).run())
}

/// What a function gives whose result is not declared, looking only at its own statements: what functions give that do
/// not declare it either is not asked. So the answer does not depend on who asks first, even where functions call each
/// other in a circle.
#[salsa::tracked(returns(clone))]
pub fn own_result<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Type {
    let body = body_of(db, definition);
    let inference = Infer::new(db, definition, true).run();
    inference.returns.get(body.root).cloned().unwrap_or(Type::Any)
}

/// The name of the builtin type that has the methods of a type.
pub fn builtin_type_name(ty: &Type) -> Option<&'static str> {
    Some(match ty {
        Type::Bool => "bool",
        Type::Int => "int",
        Type::Float => "float",
        Type::Str => "str",
        Type::Bytes => "bytes",
        Type::Range => "range",
        Type::List(_) => "list",
        Type::Set(_) => "set",
        Type::Dict(_) => "dict",
        Type::Tuple(_) | Type::TupleOf(_) => "tuple",
        _ => return None,
    })
}

/// How many statements and expressions are walked between two looks at whether a write waits.
const TICKS: u32 = 64;

/// The walk over one definition.
struct Infer<'db> {
    db: &'db dyn Db,
    definition: Definition<'db>,
    file: File,
    owner: Owner,
    body: Arc<Body>,
    names: crate::scope::Names<'db>,
    signatures: Signatures,
    /// Results of functions that do not declare them are not asked.
    is_shallow: bool,
    env: env::Env,
    /// How many places give each variable a value.
    binding_counts: ArenaMap<VariableId, u32>,
    /// How many of these keep to a type that is declared.
    annotated: ArenaMap<VariableId, u32>,
    /// Names that functions inside declare `nonlocal`.
    nonlocals: FxHashSet<smol_str::SmolStr>,
    /// The variables that keep the result of a stage.
    captures: ArenaMap<VariableId, ()>,
    /// The types of variables all of whose values go through an annotation.
    declared: ArenaMap<VariableId, Type>,
    /// What the body does with collections; made when the first one is put into a variable.
    sharing: Option<Arc<sharing::Sharing>>,
    function: FunctionId,
    returned: Type,
    loops: Vec<env::Loop>,
    placeholders: Vec<Type>,
    /// How many loops are around, those around the functions that are walked included.
    nesting: usize,
    /// Above zero, nothing is recorded: the walk comes here again.
    muted: u32,
    /// Problems of a call that is only tried go here.
    tried: Option<Vec<Problem>>,
    depth: u32,
    ticks: u32,
    out: Inference,
}

impl<'db> Infer<'db> {
    fn new(db: &'db dyn Db, definition: Definition<'db>, is_shallow: bool) -> Self {
        let body = body_of(db, definition);
        let mut binding_counts: ArenaMap<VariableId, u32> = ArenaMap::with_capacity(body.variables.len());
        let mut captures = ArenaMap::default();
        let mut annotated: ArenaMap<VariableId, u32> = ArenaMap::default();
        let mut nonlocals = FxHashSet::default();
        for (_, stmt) in body.stmts.iter() {
            if let Stmt::Global { names, is_nonlocal: true } = stmt {
                nonlocals.extend(names.iter().cloned());
            }
            // `x: T` alone binds `x` too, and `+=` goes on with what is there.
            let targets = match stmt {
                Stmt::Assign { targets, ty: Some(_), .. } => targets.as_slice(),
                Stmt::AugAssign { target, .. } => std::slice::from_ref(target),
                _ => continue,
            };
            for target in targets {
                if let Expr::Bind(binding) = body.exprs[*target] {
                    *annotated.entry(body.bindings[binding].variable).or_insert(0) += 1;
                }
            }
        }
        for (_, binding) in body.bindings.iter() {
            if binding.kind == BindingKind::Capture {
                captures.insert(binding.variable, ());
            }
            *binding_counts.entry(binding.variable).or_insert(0) += 1;
        }
        Self {
            db,
            definition,
            file: definition.file(db),
            owner: definition.owner(db).clone(),
            env: env::Env::new(body.variables.len()),
            function: body.root,
            out: Inference { exprs: ArenaMap::with_capacity(body.exprs.len()), ..Inference::default() },
            body,
            signatures: Signatures::default(),
            names: crate::scope::Names::new(db, definition.file(db)),
            is_shallow,
            binding_counts,
            annotated,
            captures,
            nonlocals,
            declared: ArenaMap::default(),
            sharing: None,
            returned: Type::Never,
            loops: Vec::new(),
            placeholders: Vec::new(),
            nesting: 0,
            muted: 0,
            tried: None,
            depth: 0,
            ticks: 0,
        }
    }

    fn run(mut self) -> Inference {
        let body = self.body.clone();
        for decorator in &body.root().decorators {
            self.expr(*decorator);
        }
        if let Some(record) = &body.record {
            self.record(record);
        }
        self.function(body.root);
        self.out.problems.dedup();
        self.out
    }

    /// Parameters, then the body. Gives what a call gives.
    fn function(&mut self, id: FunctionId) -> Type {
        let body = self.body.clone();
        let function = &body.functions[id];
        let before = (self.function, std::mem::replace(&mut self.returned, Type::Never));
        let loops = std::mem::take(&mut self.loops);
        let placeholders = std::mem::take(&mut self.placeholders);
        let was_reachable = std::mem::replace(&mut self.env.reachable, true);
        self.function = id;
        for param in function.receiver.iter().chain(&function.params) {
            if let Some(default) = param.default {
                let found = self.expr(default);
                if let Some(ty) = param.ty {
                    let expected = self.resolve(ty);
                    self.check_value(default, &found, &expected, |value, expected, found| Problem::DefaultType {
                        value,
                        name: param.name.clone(),
                        expected,
                        found,
                    });
                }
            }
            let Some(binding) = param.binding else { continue };
            let declared = match param.ty {
                Some(ty) => self.resolve(ty),
                None if id == body.root && function.params.first() == Some(param) => self.own_record(),
                None => Type::Any,
            };
            let ty = match param.kind {
                danaide_syntax::ast::ParamKind::Rest => Type::tuple_of(declared),
                danaide_syntax::ast::ParamKind::Named => Type::dict(Type::Str, declared),
                // What is passed may be `None` whatever is declared.
                _ => declared,
            };
            self.bind(binding, ty);
        }
        let result = match &function.body {
            crate::FunctionBody::Block(statements) => {
                self.statements(statements);
                if self.env.reachable {
                    if self.muted == 0 {
                        self.out.falls_through.push(id);
                    }
                    self.returned = self.returned.or(&Type::None);
                }
                std::mem::replace(&mut self.returned, Type::Never)
            }
            crate::FunctionBody::Expr(expr) => self.expr(*expr),
            crate::FunctionBody::Pipeline(stages) => self.pipeline_body(function, stages),
            crate::FunctionBody::None => Type::Any,
        };
        if self.muted == 0 {
            self.out.returns.insert(id, result.clone());
        }
        (self.function, self.returned) = before;
        self.loops = loops;
        self.placeholders = placeholders;
        self.env.reachable = was_reachable;
        result
    }

    /// What the first parameter of a method in the body of a record is, if it names the record without a type: `self`.
    fn own_record(&self) -> Type {
        let Owner::Item(item) = &self.owner else { return Type::Any };
        let (Some(record), true) = (item.parent(), self.body.root().receiver.is_none()) else { return Type::Any };
        crate::signature::instance_of(self.db, &DefRef { file: self.file, item: record.clone() })
    }

    /// The fields and decorators of a record type.
    fn record(&mut self, record: &crate::RecordBody) {
        fn fields(infer: &mut Infer<'_>, all: &[crate::FieldBody]) {
            for field in all {
                if let Some(default) = field.default {
                    let found = infer.expr(default);
                    if let Some(ty) = field.ty {
                        let expected = infer.resolve(ty);
                        let name = field.name.clone();
                        infer.check_value(default, &found, &expected, |value, expected, found| Problem::FieldDefault {
                            value,
                            name,
                            expected,
                            found,
                        });
                    }
                }
                fields(infer, &field.nested);
            }
        }
        fields(self, &record.fields);
        for embedded in &record.embeds {
            self.expr(*embedded);
        }
        let body = self.body.clone();
        for signature in &record.signatures {
            for param in &body.functions[*signature].params {
                if let Some(default) = param.default {
                    self.expr(default);
                }
            }
        }
    }

    fn resolve(&self, ty: crate::TypeRefId) -> Type {
        crate::signature::resolve_type(self.db, self.file, &self.body.types[ty])
    }

    /// Gives way to a write. Called for each statement and expression.
    fn tick(&mut self) {
        self.ticks = self.ticks.wrapping_add(1);
        if self.ticks.is_multiple_of(TICKS) {
            self.db.unwind_if_revision_cancelled();
        }
    }

    /// What a walk gives, and the problems that it would report.
    fn problems_of<R>(&mut self, walk: impl FnOnce(&mut Self) -> R) -> (R, Vec<Problem>) {
        let before = self.tried.replace(Vec::new());
        let result = walk(self);
        (result, std::mem::replace(&mut self.tried, before).unwrap_or_default())
    }

    fn problem(&mut self, problem: Problem) {
        if let Some(tried) = &mut self.tried {
            tried.push(problem);
        } else if self.muted == 0 && self.env.reachable {
            self.out.problems.push(problem);
        }
    }

    /// Reports a value that never fits where a type is declared.
    fn check_value(
        &mut self,
        value: ExprId,
        found: &Type,
        expected: &Type,
        problem: impl FnOnce(ExprId, Type, Type) -> Problem,
    ) -> bool {
        let is_bad = crate::ty::fits(self.db, found, expected) == crate::ty::Fit::No || self.spells_no(value, expected);
        if is_bad {
            self.problem(problem(value, expected.clone(), found.clone()));
        }
        !is_bad
    }

    /// As [`Infer::check_value`] for a field, where a number becomes neither text nor a truth value.
    fn check_field(
        &mut self,
        value: ExprId,
        found: &Type,
        expected: &Type,
        problem: impl FnOnce(ExprId, Type, Type) -> Problem,
    ) {
        let is_refused = |from: &Type, to: &Type| match (from, to) {
            (Type::Bool | Type::Int | Type::Float, Type::Str) | (Type::Int | Type::Float, Type::Bool) => true,
            _ => crate::ty::fits(self.db, from, to) == crate::ty::Fit::No,
        };
        let never_fits = |from: &Type| expected.members().iter().all(|to| is_refused(from, to));
        if !found.members().is_empty() && !expected.is_any() && found.members().iter().all(never_fits) {
            self.problem(problem(value, expected.clone(), found.clone()));
        } else {
            self.check_value(value, found, expected, problem);
        }
    }

    /// Is a value text in the program that spells none of the numbers that are declared?
    fn spells_no(&self, value: ExprId, expected: &Type) -> bool {
        let Expr::Literal(crate::Literal::Str(Some(text))) = &self.body.exprs[value] else { return false };
        if text.chars().any(char::is_numeric) {
            return false;
        }
        let word = text.trim().trim_start_matches(['+', '-']);
        let is_float = ["inf", "infinity", "nan"].iter().any(|it| word.eq_ignore_ascii_case(it));
        let takes_no = |ty: &Type| match ty {
            Type::Int | Type::None => true,
            Type::Float => !is_float,
            _ => false,
        };
        !expected.members().is_empty() && expected.members().iter().all(takes_no)
    }

    /// Runs a part of the walk of which nothing is recorded.
    fn muted<T>(&mut self, walk: impl FnOnce(&mut Self) -> T) -> T {
        self.muted += 1;
        let result = walk(self);
        self.muted -= 1;
        result
    }

    /// A place gives a variable a value.
    fn bind(&mut self, binding: BindingId, ty: Type) {
        let Binding { variable, kind } = self.body.bindings[binding];
        let ty = if kind == BindingKind::Param { ty } else { self.kept(variable, ty) };
        self.bind_as(binding, ty);
    }

    /// A place gives a variable a value of just this type.
    fn bind_as(&mut self, binding: BindingId, ty: Type) {
        let variable = self.body.bindings[binding].variable;
        if self.muted == 0 {
            self.out.bindings.insert(binding, ty.clone());
        }
        self.env.set(variable, ty, Bound::Yes);
    }

    /// What is known of a value while it is in a variable: of the items of a collection that others may change, nothing.
    fn kept(&mut self, variable: VariableId, ty: Type) -> Type {
        if !sharing::is_collection(&ty) || self.declared.contains_idx(variable) {
            return ty;
        }
        let sharing = match &self.sharing {
            Some(sharing) => sharing.clone(),
            None => {
                let sharing = Arc::new(sharing::Sharing::new(self.db, self.definition, &self.body, &self.names));
                self.sharing.insert(sharing).clone()
            }
        };
        sharing.kept(variable, &ty)
    }
}
