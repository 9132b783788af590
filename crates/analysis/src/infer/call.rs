//! Calls, and the stages of pipelines, which are calls too.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::library_types::Given;
use super::{ArityProblem, CallInfo, Infer, Problem, Target};
use crate::record::{all_fields, find_method, has_unknown_base, record_info};
use crate::scope::{Meaning, module_scope, resolve_name};
use crate::signature::Signature;
use crate::ty::{DefRef, Parameter, ParameterKind, Type};
use crate::{Arg, Call, Expr, ExprId, FilePath, Function, ItemKind, NameRef, RecordKind};

/// An argument with its type; `place` is none for the piped value.
#[derive(Debug, Clone)]
pub(super) struct Passed {
    name: Option<SmolStr>,
    pub(super) ty: Type,
    place: Option<ExprId>,
}

/// The arguments of a call.
#[derive(Debug, Clone, Default)]
pub(super) struct Args {
    passed: Vec<Passed>,
    /// `*x` or `**x`: how many there are is not known.
    is_open: bool,
    /// The function gets as many of them as it takes.
    is_cut: bool,
}

impl Args {
    pub(super) fn positional(&self) -> impl Iterator<Item = &Passed> {
        self.passed.iter().filter(|it| it.name.is_none())
    }
}

/// A call whose arguments are compared with parameters.
#[derive(Clone, Copy)]
pub(super) struct Called<'a> {
    pub(super) id: ExprId,
    pub(super) callee: &'a SmolStr,
    pub(super) def: Option<&'a DefRef>,
    pub(super) is_piped: bool,
}

impl Infer<'_> {
    pub(super) fn call(&mut self, id: ExprId, call: &Call, expected: Option<&Type>) -> Type {
        let callee = self.expr(call.callee);
        let args = self.args(call);
        self.called(id, call, &callee, args, false, expected)
    }

    fn args(&mut self, call: &Call) -> Args {
        let mut args = Args::default();
        for arg in &call.args {
            let ty = self.expr(arg.value());
            match arg {
                Arg::Positional(value) => args.passed.push(Passed { name: None, ty, place: Some(*value) }),
                Arg::Keyword(name, value) => {
                    args.passed.push(Passed { name: Some(name.clone()), ty, place: Some(*value) });
                }
                Arg::Spread(_) | Arg::NamedSpread(_) => args.is_open = true,
            }
        }
        args
    }

    fn called(
        &mut self,
        id: ExprId,
        call: &Call,
        callee: &Type,
        args: Args,
        is_piped: bool,
        expected: Option<&Type>,
    ) -> Type {
        self.note_mutation(call, callee, &args);
        let (mut targets, results) = self.call_members(id, call.callee, callee, &args, is_piped);
        if callee.is_any() {
            targets = vec![self.unknown_target(call.callee)];
        } else if results.is_empty() && !callee.members().is_empty() {
            self.problem(Problem::NotCallable { callee: call.callee, found: callee.clone() });
            targets = vec![self.unknown_target(call.callee)];
        }
        let mut result = if results.is_empty() { Type::Any } else { Type::union(results) };
        // What a model answers becomes what is declared.
        if let Some(expected) = expected
            && targets.iter().any(|it| is_answer(self, it))
        {
            result = expected.clone();
        }
        if self.muted == 0 {
            self.out.calls.insert(id, CallInfo { targets, is_piped, is_call: true, result: result.clone() });
        }
        result
    }

    /// A call of a value that may be one of several: what it may reach, and what it may give. One that takes the
    /// arguments is enough, as in a table of functions that the program chooses from; if there is none, what is wrong
    /// with the first is reported.
    fn call_members(
        &mut self,
        id: ExprId,
        place: ExprId,
        callee: &Type,
        args: &Args,
        is_piped: bool,
    ) -> (Vec<Target>, Vec<Type>) {
        if let [only] = callee.members() {
            return self.call_member(id, place, only, args, is_piped).into_iter().unzip();
        }
        let (mut targets, mut fitting, mut failing) = (Vec::new(), Vec::new(), Vec::new());
        let mut first_problems = None;
        for member in callee.members() {
            let (reached, problems) = self.problems_of(|it| it.call_member(id, place, member, args, is_piped));
            let results = if problems.is_empty() { &mut fitting } else { &mut failing };
            for (target, result) in reached {
                targets.push(target);
                results.push(result);
            }
            if !problems.is_empty() {
                first_problems.get_or_insert(problems);
            }
        }
        if !fitting.is_empty() {
            return (targets, fitting);
        }
        for problem in first_problems.unwrap_or_default() {
            self.problem(problem);
        }
        (targets, failing)
    }

    /// A call of one kind of value; none if it cannot be called.
    pub(super) fn call_one(
        &mut self,
        id: ExprId,
        callee: ExprId,
        ty: &Type,
        args: &Args,
        is_piped: bool,
    ) -> Option<(Target, Type)> {
        Some(match ty {
            Type::Function(def) => {
                let signature = self.signature(def);
                if let Some(signature) = &signature
                    && !signature.is_replaced()
                {
                    if signature.takes_all() {
                        self.match_first_stage(id, def, args, is_piped);
                    } else if def.item.kind() == ItemKind::Workflow {
                        // A workflow takes as many as it needs.
                        let args = Args { is_cut: true, ..args.clone() };
                        self.match_args(
                            Called { id, callee: def.item.name(), def: Some(def), is_piped },
                            &signature.params,
                            &args,
                        );
                    } else {
                        self.match_args(
                            Called { id, callee: def.item.name(), def: Some(def), is_piped },
                            &signature.params,
                            args,
                        );
                    }
                }
                let result = self.library_result(def, None, &Given { args, is_piped });
                (Target::Def(def.clone()), result.unwrap_or_else(|| self.result_of(def)))
            }
            Type::Method(it) => {
                let (receiver, def) = &**it;
                let signature = self.signature(def)?;
                // A function whose first parameter takes the value has no receiver.
                let params = match (&signature.receiver, &signature.params[..]) {
                    (None, [_, rest @ ..]) => rest,
                    (_, all) => all,
                };
                if !signature.is_replaced() {
                    self.match_args(Called { id, callee: def.item.name(), def: Some(def), is_piped }, params, args);
                }
                let result = self.library_result(def, Some(receiver), &Given { args, is_piped });
                // A method that only raises is there to be replaced in derived types.
                (Target::Def(def.clone()), result.unwrap_or_else(|| self.result_of(def).known()))
            }
            Type::Closure(it) => {
                let name = self.closure_name(it);
                if let Some(params) = &it.callable.params {
                    self.match_args(Called { id, callee: &name, def: None, is_piped }, params, args);
                }
                let target = Target::Closure { file: it.file, owner: it.owner.clone(), function: it.function };
                (target, it.callable.result.clone())
            }
            Type::Callable(it) => {
                if let Some(params) = &it.params {
                    self.match_args(Called { id, callee: &"function".into(), def: None, is_piped }, params, args);
                }
                (self.unknown_target(callee), it.result.clone())
            }
            Type::RecordType(def) => {
                self.construct(id, def, args);
                (Target::Constructor(def.clone()), Type::Record(def.clone()))
            }
            Type::BuiltinType(name) => {
                let def = crate::scope::builtin_def(self.db, name);
                if let Some(def) = &def
                    && let Some(signature) = self.signature(def)
                {
                    self.match_args(Called { id, callee: name, def: Some(def), is_piped }, &signature.params, args);
                }
                let precise = def.and_then(|it| self.library_result(&it, None, &Given { args, is_piped }));
                let result = precise.or_else(|| crate::signature::builtin_type(name)).unwrap_or(Type::Any);
                (Target::BuiltinType(name.clone()), result)
            }
            Type::Record(def) => match find_method(self.db, self.file, def, "__call__") {
                Some(method) => {
                    let result = self.result_of(&method);
                    (Target::Def(method), result)
                }
                None => {
                    let is_workflow = record_info(self.db, def).is_some_and(|it| it.kind == Some(RecordKind::Workflow));
                    if !is_workflow && !has_unknown_base(self.db, def) {
                        return None;
                    }
                    (self.unknown_target(callee), Type::Any)
                }
            },
            // An agent or a native value may be called in ways that are not declared.
            Type::Agent(_) | Type::Native(_) | Type::Any => (self.unknown_target(callee), Type::Any),
            _ => return None,
        })
    }

    /// A pipeline without parameters hands its arguments to its first stage, as many as that takes.
    fn match_first_stage(&mut self, id: ExprId, def: &DefRef, args: &Args, is_piped: bool) {
        let Some(name) = self.signature(def).and_then(|it| it.first_stage.clone()) else { return };
        let Some(Meaning::Item(first)) = resolve_name(self.db, def.file, &name) else { return };
        let Some(signature) = self.signature(&first) else { return };
        let is_plain = first.item.kind() == ItemKind::Function
            && !signature.is_pipeline
            && !signature.is_replaced()
            && !matches!(first.file.path(self.db), FilePath::Library(_));
        if is_plain {
            let args = Args { is_cut: true, ..args.clone() };
            self.match_args(
                Called { id, callee: first.item.name(), def: Some(&first), is_piped },
                &signature.params,
                &args,
            );
        }
    }

    fn closure_name(&self, it: &crate::ty::Closure) -> SmolStr {
        let name = if it.file == self.file && it.owner == self.owner {
            self.body.functions[it.function].name.clone()
        } else {
            SmolStr::default()
        };
        if name.is_empty() { "lambda".into() } else { name }
    }

    pub(super) fn signature(&self, def: &DefRef) -> Option<Arc<Signature>> {
        self.signatures.get(self.db, def)
    }

    /// What a function gives: what it declares, or what its own statements tell.
    pub(super) fn result_of(&mut self, def: &DefRef) -> Type {
        let Some(signature) = self.signature(def) else { return Type::Any };
        if signature.is_replaced() {
            return Type::Any;
        }
        if let Some(result) = &signature.result {
            // A declared result may be `None` too, but saying so everywhere helps nobody.
            return result.clone();
        }
        if self.is_shallow || signature.is_signature || matches!(def.file.path(self.db), FilePath::Library(_)) {
            return Type::Any;
        }
        match crate::definition(self.db, def.file, &def.item) {
            Some(definition) => super::own_result(self.db, definition),
            None => Type::Any,
        }
    }

    /// Compares arguments with parameters.
    pub(super) fn match_args(&mut self, called: Called<'_>, params: &[Parameter], args: &Args) {
        let ((), problems) = self.problems_of(|it| it.compare_args(called, params, args));
        // Which of several functions is called depends on the first argument.
        if problems.is_empty() || called.def.is_some_and(|it| self.is_overloaded(it)) {
            return;
        }
        for problem in problems {
            self.problem(problem);
        }
    }

    fn compare_args(&mut self, called: Called<'_>, params: &[Parameter], args: &Args) {
        let Called { callee, def, .. } = called;
        let rest = params.iter().find(|it| it.kind == ParameterKind::Rest);
        let named = params.iter().find(|it| it.kind == ParameterKind::Named);
        // By the parameters' places.
        let mut filled = vec![false; params.len()];
        let mut places = params
            .iter()
            .enumerate()
            .filter(|(_, it)| matches!(it.kind, ParameterKind::PositionalOnly | ParameterKind::Normal));
        let (mut given, mut most) = (0, 0);
        for passed in args.positional() {
            given += 1;
            let param = match places.next() {
                Some((place, param)) => {
                    most += 1;
                    filled[place] = true;
                    Some(param)
                }
                None => rest,
            };
            if let Some(param) = param {
                self.match_one(called, param, passed);
            }
        }
        let has_too_many = rest.is_none() && given > most && !args.is_cut;
        if has_too_many {
            self.arity(called, ArityProblem::TooMany { most, found: given });
        }
        let has_name = |it: &Parameter| matches!(it.kind, ParameterKind::Normal | ParameterKind::KeywordOnly);
        for passed in args.passed.iter().filter(|it| it.name.is_some()) {
            let (Some(name), Some(value)) = (&passed.name, passed.place) else { continue };
            let known = params.iter().enumerate().find(|(_, it)| it.name == *name && has_name(it));
            if let Some((place, param)) = known {
                if std::mem::replace(&mut filled[place], true) {
                    self.problem(Problem::DuplicateArgument {
                        value,
                        name: name.clone(),
                        callee: callee.clone(),
                        def: def.cloned(),
                    });
                }
                self.match_one(called, param, passed);
            } else if let Some(named) = named {
                self.match_one(called, named, passed);
            } else {
                self.problem(Problem::UnknownKeyword {
                    value,
                    name: name.clone(),
                    callee: callee.clone(),
                    def: def.cloned(),
                    known: params.iter().filter(|it| has_name(it)).map(|it| it.name.clone()).collect(),
                });
            }
        }
        // Too many by position and too few by name are one mistake.
        if !args.is_open && !has_too_many {
            let missing: Vec<SmolStr> = params
                .iter()
                .zip(filled)
                .filter(|(param, is_filled)| param.is_required() && !is_filled)
                .map(|(param, _)| param.name.clone())
                .collect();
            if !missing.is_empty() {
                self.arity(called, ArityProblem::Missing(missing));
            }
        }
    }

    fn arity(&mut self, called: Called<'_>, problem: ArityProblem) {
        let (callee, def) = (called.callee.clone(), called.def.cloned());
        self.problem(if called.is_piped {
            Problem::StageArity { stage: called.id, callee, def, problem }
        } else {
            Problem::Arity { call: called.id, callee, def, problem }
        });
    }

    fn match_one(&mut self, called: Called<'_>, param: &Parameter, passed: &Passed) {
        let fits = crate::ty::fits(self.db, &passed.ty, &param.ty) != crate::ty::Fit::No;
        if fits && !passed.place.is_some_and(|it| self.spells_no(it, &param.ty)) {
            return;
        }
        // The interpreter's own functions convert their arguments by themselves, and say so at run time.
        let is_native = called.def.is_some_and(|it| matches!(it.file.path(self.db), FilePath::Library(_)));
        if is_native && (fits || self.converts_itself(&passed.ty)) {
            return;
        }
        let (expected, found) = (param.ty.clone(), passed.ty.clone());
        let (parameter, callee, def) = (param.name.clone(), called.callee.clone(), called.def.cloned());
        match passed.place {
            Some(value) => {
                self.problem(Problem::ArgumentType { value, parameter, callee, def, expected, found });
            }
            None if called.is_piped => {
                self.problem(Problem::StageType { stage: called.id, parameter, callee, def, expected, found });
            }
            None => {}
        }
    }

    /// A record is made.
    fn construct(&mut self, id: ExprId, def: &DefRef, args: &Args) {
        // Exceptions and other records of the library take what they take.
        if matches!(def.file.path(self.db), FilePath::Library(_)) || has_unknown_base(self.db, def) {
            return;
        }
        let Some(info) = record_info(self.db, def) else { return };
        if crate::record::linearize(self.db, def).iter().any(|it| matches!(it.file.path(self.db), FilePath::Library(_)))
        {
            return;
        }
        let fields = all_fields(self.db, def);
        let by_name: FxHashMap<&SmolStr, &crate::record::FieldInfo> = fields.iter().map(|it| (&it.name, it)).collect();
        let mut filled: FxHashSet<&SmolStr> = FxHashSet::default();
        let is_struct = info.kind == Some(RecordKind::Struct);
        let mut given: Vec<&Passed> = args.positional().collect();
        let is_open = args.is_open || (!is_struct && !given.is_empty());
        if !is_struct {
            // By place come first the fields that the interpreter gives agents, resources and workflows.
            given.clear();
        }
        if given.len() > fields.len() {
            self.problem(Problem::TooManyFields {
                call: id,
                record: def.clone(),
                expected: fields.len(),
                found: given.len(),
            });
        }
        let mut values: Vec<(&Passed, &crate::record::FieldInfo)> = given.iter().copied().zip(&fields).collect();
        filled.extend(values.iter().map(|(_, field)| &field.name));
        for passed in args.passed.iter() {
            let (Some(name), Some(value)) = (&passed.name, passed.place) else { continue };
            match by_name.get(name).copied() {
                Some(field) => {
                    if !filled.insert(&field.name) {
                        self.problem(Problem::DuplicateArgument {
                            value,
                            name: name.clone(),
                            callee: def.item.name().clone(),
                            def: Some(def.clone()),
                        });
                    }
                    values.push((passed, field));
                }
                None => {
                    // Agents, resources and workflows have fields that the interpreter gives them.
                    if is_struct {
                        let known = fields.iter().map(|it| it.name.clone()).collect();
                        self.problem(Problem::UnknownField { value, record: def.clone(), name: name.clone(), known });
                    }
                }
            }
        }
        for (passed, field) in values {
            let Some(value) = passed.place else { continue };
            let (record, name) = (def.clone(), field.name.clone());
            self.check_field(value, &passed.ty, &field.ty, |value, expected, found| Problem::FieldType {
                value,
                record,
                field: name,
                expected,
                found,
            });
        }
        if !is_open {
            let missing: Vec<SmolStr> = fields
                .iter()
                .filter(|it| !it.has_default && !filled.contains(&it.name))
                .map(|it| it.name.clone())
                .collect();
            if !missing.is_empty() {
                self.problem(Problem::MissingFields { call: id, record: def.clone(), names: missing });
            }
        }
    }

    /// `items.append(x)` on a variable: its items may be of another type now.
    fn note_mutation(&mut self, call: &Call, callee: &Type, args: &Args) {
        let Expr::Attribute { base, name } = &self.body.clone().exprs[call.callee] else { return };
        let Type::Method(it) = callee else { return };
        let given = |at: usize, absent: Type| args.positional().nth(at).map_or(absent, |it| it.ty.clone());
        match (&it.0, name.as_str()) {
            (Type::List(_), "append") | (Type::Set(_), "add") => {
                self.grow(*base, &it.0.clone(), &Type::Any, &given(0, Type::Any));
            }
            (Type::List(_), "insert") => {
                let value = given(1, Type::Any);
                self.grow(*base, &it.0.clone(), &Type::Any, &value);
            }
            (Type::List(_), "extend") | (Type::Set(_), "update") => {
                let item = match given(0, Type::Any) {
                    Type::List(item) | Type::Set(item) | Type::TupleOf(item) | Type::Iterator(item) => {
                        Type::clone(&item)
                    }
                    _ => Type::Any,
                };
                self.grow(*base, &it.0.clone(), &Type::Any, &item);
            }
            (Type::Dict(_), "update") => {
                let by_name = args.passed.iter().filter(|it| it.name.is_some());
                let mut added =
                    by_name.fold((Type::Never, Type::Never), |(_, values), it| (Type::Str, values.or(&it.ty)));
                for given in args.positional() {
                    let (key, value) = match &given.ty {
                        Type::Dict(it) => (&it.0, &it.1),
                        _ => (&Type::Any, &Type::Any),
                    };
                    added = (added.0.or(key), added.1.or(value));
                }
                if args.is_open {
                    added = (Type::Any, Type::Any);
                }
                self.grow(*base, &it.0.clone(), &added.0, &added.1);
            }
            (Type::Dict(_), "setdefault") => {
                let value = given(1, Type::None);
                self.grow(*base, &it.0.clone(), &given(0, Type::Any), &value);
            }
            _ => {}
        }
    }

    // ----- pipelines

    /// The body of `def f(params) = a | b`: the first stage gets the parameters.
    pub(super) fn pipeline_body(&mut self, function: &Function, stages: &[ExprId]) -> Type {
        let first_param = function.params.iter().find_map(|it| it.binding).map(|binding| {
            let variable = self.body.bindings[binding].variable;
            self.env.read(variable).ty.clone()
        });
        let mut piped = first_param.unwrap_or(Type::Any);
        let body = self.body.clone();
        for (index, stage) in stages.iter().enumerate() {
            if index > 0 {
                piped = self.stage(*stage, &piped, true);
                continue;
            }
            piped = self.first_stage(function, *stage, &piped, &body);
        }
        piped
    }

    fn first_stage(&mut self, function: &Function, stage: ExprId, piped: &Type, body: &crate::Body) -> Type {
        match &body.exprs[stage] {
            Expr::Capture { stage: inner, binding } => {
                let ty = self.first_stage(function, *inner, piped, body);
                self.note(stage, &ty);
                if let Some(binding) = binding {
                    self.bind(*binding, ty.clone());
                }
                ty
            }
            // A parameter by its name is the value itself.
            Expr::Name(NameRef::Variable(_)) => {
                let ty = self.expr(stage);
                let is_param = matches!(body.exprs[stage], Expr::Name(NameRef::Variable(variable))
                    if function.params.iter().any(|it| it.binding.is_some_and(|it| body.bindings[it].variable == variable)));
                if is_param { ty } else { self.call_stage_with_params(function, stage, &ty) }
            }
            Expr::List(items) if !items.is_empty() => {
                let types = items.iter().map(|it| self.first_stage(function, *it, piped, body)).collect::<Vec<_>>();
                let ty = Type::list(Type::union(types));
                self.note(stage, &ty);
                ty
            }
            Expr::Call(call) => {
                let is_param = |variable| {
                    let mut bindings = function.params.iter().filter_map(|it| it.binding);
                    bindings.any(|it| body.bindings[it].variable == variable)
                };
                let mentions = call.args.iter().any(|arg| mentions(body, arg.value(), &is_param));
                if mentions || super::expr::uses_placeholder(body, stage) {
                    self.placeholders.push(piped.clone());
                    let ty = self.expr(stage);
                    self.placeholders.pop();
                    ty
                } else {
                    self.stage(stage, piped, function.params.iter().any(|it| it.binding.is_some()))
                }
            }
            _ if super::expr::uses_placeholder(body, stage) => {
                self.placeholders.push(piped.clone());
                let ty = self.expr(stage);
                self.placeholders.pop();
                ty
            }
            _ => {
                let ty = self.expr(stage);
                self.call_stage_with_params(function, stage, &ty)
            }
        }
    }

    /// The first stage is a function: it gets all parameters, as many as it takes.
    fn call_stage_with_params(&mut self, function: &Function, stage: ExprId, callee: &Type) -> Type {
        if callee.is_any() {
            let target = self.unknown_target(stage);
            self.note_call(stage, vec![target], Type::Any);
            return Type::Any;
        }
        let passed = function
            .params
            .iter()
            .filter_map(|it| it.binding)
            .map(|binding| {
                let variable = self.body.bindings[binding].variable;
                Passed { name: None, ty: self.env.read(variable).ty.clone(), place: None }
            })
            .collect();
        // The call fits the number of arguments to the function, so only types are compared.
        let args = Args { passed, is_open: true, is_cut: true };
        self.stage_value(stage, callee, &args)
    }

    /// A stage that gets a value. `is_known` says that it surely gets this value.
    pub(super) fn stage(&mut self, stage: ExprId, piped: &Type, is_known: bool) -> Type {
        let body = self.body.clone();
        match &body.exprs[stage] {
            Expr::Capture { stage: inner, binding } => {
                let ty = self.stage(*inner, piped, is_known);
                self.note(stage, &ty);
                if let Some(binding) = binding {
                    self.bind(*binding, ty.clone());
                }
                ty
            }
            Expr::List(items) if !items.is_empty() => {
                let types: Vec<Type> = items.iter().map(|it| self.stage_in_list(*it, piped, is_known)).collect();
                let ty = Type::list(Type::union(types));
                self.note(stage, &ty);
                ty
            }
            Expr::Call(call) => {
                if super::expr::uses_placeholder(&body, stage) {
                    self.placeholders.push(piped.clone());
                    let ty = self.expr(stage);
                    self.placeholders.pop();
                    return ty;
                }
                let callee = self.expr(call.callee);
                let mut args = self.args(call);
                let names_stage =
                    call.args.iter().any(|arg| mentions(&body, arg.value(), &|it| self.captures.contains_idx(it)));
                if !names_stage {
                    args.passed.insert(0, Passed { name: None, ty: piped.clone(), place: None });
                }
                self.check_branches(&callee, &args, piped);
                let ty = self.called(stage, call, &callee, args, true, None);
                self.note(stage, &ty);
                ty
            }
            _ if super::expr::uses_placeholder(&body, stage) => {
                self.placeholders.push(piped.clone());
                let ty = self.expr(stage);
                self.placeholders.pop();
                ty
            }
            _ => {
                let callee = self.expr(stage);
                // A union of sets or dicts, or what a record says of `|`.
                let is_record = |it: &Type| matches!(it, Type::Record(_) | Type::Agent(_));
                match (piped, &callee) {
                    (left, right)
                        if (is_record(left) || is_record(right))
                            && !super::expr::is_function(right)
                            && matches!(self.special(right, "__call__"), super::special::Special::Lacks)
                            && (matches!(self.special(left, "__or__"), super::special::Special::Has(_))
                                || matches!(self.special(right, "__ror__"), super::special::Special::Has(_))) =>
                    {
                        return self.binary_op(stage, crate::BinaryOp::BitOr, piped, &callee);
                    }
                    (Type::Set(_), Type::Set(_)) | (Type::Dict(_), Type::Dict(_)) => {
                        return self.binary_op(stage, crate::BinaryOp::BitOr, piped, &callee);
                    }
                    (Type::Int | Type::Bool, Type::Int | Type::Bool) => {
                        return self.binary_op(stage, crate::BinaryOp::BitOr, piped, &callee);
                    }
                    _ => {}
                }
                if !is_known || callee.is_any() {
                    let targets = if callee.is_any() {
                        vec![self.unknown_target(stage)]
                    } else {
                        self.targets_of(stage, &callee)
                    };
                    self.note_call(stage, targets, Type::Any);
                    return if callee.is_any() { Type::Any } else { self.result_of_value(&callee) };
                }
                let args = Args {
                    passed: vec![Passed { name: None, ty: piped.clone(), place: None }],
                    is_open: false,
                    is_cut: false,
                };
                self.stage_value(stage, &callee, &args)
            }
        }
    }

    /// A stage in a list of stages, where nothing is united.
    fn stage_in_list(&mut self, stage: ExprId, piped: &Type, is_known: bool) -> Type {
        match &self.body.exprs[stage] {
            Expr::Literal(_) | Expr::FString(_) | Expr::Set(_) | Expr::Dict(_) => {
                let found = self.expr(stage);
                self.problem(Problem::StageNotCallable { stage, found });
                Type::Any
            }
            _ => self.stage(stage, piped, is_known),
        }
    }

    /// The functions of `case` as a stage get the piped value.
    fn check_branches(&mut self, callee: &Type, args: &Args, piped: &Type) {
        let Type::Function(def) = callee else { return };
        if def.item.name() != "case" || !matches!(def.file.path(self.db), FilePath::Library(_)) {
            return;
        }
        for passed in &args.passed {
            let (Some(place), Some(Type::Function(function))) =
                (passed.place, super::library_types::branch(&passed.ty))
            else {
                continue;
            };
            let Some(signature) = self.signature(function) else { continue };
            let Some(param) = signature.params.first().filter(|_| !signature.is_replaced()) else { continue };
            if !module_scope(self.db, function.file).is_overloaded(function.item.name()) {
                let piped = Passed { name: None, ty: piped.clone(), place: None };
                let called = Called { id: place, callee: function.item.name(), def: Some(function), is_piped: true };
                self.match_one(called, param, &piped);
            }
        }
    }

    fn stage_value(&mut self, stage: ExprId, callee: &Type, args: &Args) -> Type {
        let (mut targets, results) = self.call_members(stage, stage, callee, args, true);
        if results.is_empty() && !callee.members().is_empty() {
            let is_data = |it: &Type| super::builtin_type_name(it).is_some() || *it == Type::None;
            if callee.members().iter().all(is_data) {
                self.problem(Problem::StageNotCallable { stage, found: callee.clone() });
            }
            targets = vec![self.unknown_target(stage)];
        }
        let result = if results.is_empty() { Type::Any } else { Type::union(results) };
        self.note_call(stage, targets, result.clone());
        result
    }

    fn targets_of(&self, stage: ExprId, callee: &Type) -> Vec<Target> {
        let single = |ty: &Type| match ty {
            Type::Function(def) => Target::Def(def.clone()),
            Type::Method(it) => Target::Def(it.1.clone()),
            Type::Closure(it) => Target::Closure { file: it.file, owner: it.owner.clone(), function: it.function },
            Type::RecordType(def) => Target::Constructor(def.clone()),
            Type::BuiltinType(name) => Target::BuiltinType(name.clone()),
            _ => self.unknown_target(stage),
        };
        callee.members().iter().map(single).collect()
    }

    fn note_call(&mut self, stage: ExprId, targets: Vec<Target>, result: Type) {
        if self.muted == 0 {
            self.out.calls.insert(stage, CallInfo { targets, is_piped: true, is_call: false, result });
        }
    }

    fn note(&mut self, expr: ExprId, ty: &Type) {
        if self.muted == 0 {
            self.out.exprs.insert(expr, ty.clone());
        }
    }
}

/// Does a function give what a model answers, so that it becomes what is declared?
fn is_answer(infer: &Infer<'_>, target: &Target) -> bool {
    match target {
        Target::Def(def) => {
            matches!(def.file.path(infer.db), FilePath::Library(_))
                && matches!(def.item.name().as_str(), "reason" | "llm" | "cast" | "ask")
        }
        _ => false,
    }
}

/// Does an expression use one of some variables, be it in a lambda?
fn mentions(body: &crate::Body, expr: ExprId, is_one: &dyn Fn(crate::VariableId) -> bool) -> bool {
    let mut rest = vec![expr];
    while let Some(expr) = rest.pop() {
        match &body.exprs[expr] {
            Expr::Name(NameRef::Variable(variable)) if is_one(*variable) => return true,
            Expr::Lambda(function) => {
                let function = &body.functions[*function];
                rest.extend(function.params.iter().filter_map(|it| it.default));
                crate::graph::expressions_of(body, function, &mut |it| rest.push(it));
            }
            _ => body.children(expr, &mut |it| rest.push(it)),
        }
    }
    false
}
