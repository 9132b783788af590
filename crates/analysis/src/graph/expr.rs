//! Expressions in the order in which they run: what they start, and what they wait for.

use smol_str::SmolStr;

use super::build::{Builder, DEEPEST};
use super::state::{Key, Val};
use super::{NodeKind, WaitCause};
use crate::effects::{Site, Waits};
use crate::infer::Target;
use crate::scope::Meaning;
use crate::ty::Type;
use crate::{Arg, Call, Clause, Comprehension, ComprehensionKind, Expr, ExprId, FilePath, ItemKind, NameRef};

impl Builder<'_> {
    /// The value of an expression that is needed here.
    pub(super) fn used(&mut self, expr: ExprId) -> Val {
        let mut value = self.eval(expr);
        let pending = std::mem::take(&mut value.pending);
        self.wait(&pending, Site::Expr(expr), WaitCause::Value);
        self.content_touched(expr, false);
        value
    }

    fn used_all(&mut self, exprs: impl IntoIterator<Item = ExprId>) -> Val {
        let mut all = Val::default();
        exprs.into_iter().for_each(|it| all.add(self.used(it)));
        all
    }

    /// An operation on a value may call a method of its record type that waits.
    pub(super) fn protocol(&mut self, expr: ExprId, value: &Val) {
        if matches!(self.body.exprs[expr], Expr::Call(_)) || self.values.inference.calls.contains_key(&expr) {
            return;
        }
        if let Some(task) = self.start(Site::Expr(expr), NodeKind::Call, value.clone(), None) {
            self.graph.nodes[task].is_waited = true;
            self.wait(&[task], Site::Expr(expr), WaitCause::Value);
        }
    }

    /// May something in an expression wait?
    pub(super) fn has_task(&self, expr: ExprId) -> bool {
        let mut found = false;
        self.body.walk(expr, &mut |it| {
            found |= self.sites.waits(Site::Expr(it)) != Waits::No;
        });
        found
    }

    pub(super) fn eval(&mut self, expr: ExprId) -> Val {
        if self.depth > DEEPEST {
            return Val::default();
        }
        self.db.unwind_if_revision_cancelled();
        self.depth += 1;
        let value = self.eval_inner(expr);
        self.depth -= 1;
        value
    }

    fn eval_inner(&mut self, expr: ExprId) -> Val {
        let body = self.body.clone();
        match &body.exprs[expr] {
            Expr::Missing | Expr::Literal(_) | Expr::Bind(_) | Expr::BindGlobal(_) => Val::default(),
            Expr::FString(fields) => {
                let value = self.used_all(fields.iter().copied());
                fields.iter().for_each(|it| self.protocol(*it, &value));
                value
            }
            Expr::Name(NameRef::Variable(variable)) => {
                let key = Key::Variable(*variable);
                if body.variables[*variable].is_captured {
                    // A function inside may give it another value.
                    self.touches_now(&key, false, Site::Expr(expr));
                }
                self.read(&key)
            }
            Expr::Name(NameRef::Free(_)) => self.meaning(expr),
            Expr::Scoped { scope, name, .. } => {
                let key = Key::Place(crate::effects::StatePlace::Scoped(*scope, name.clone()));
                self.touches_now(&key, false, Site::Expr(expr));
                self.read(&key)
            }
            Expr::Placeholder => self.piped.last().cloned().unwrap_or_default(),
            Expr::Tuple(all) | Expr::List(all) | Expr::Set(all) => self.together(expr, all.iter().copied()),
            Expr::Dict(items) => {
                let all: Vec<ExprId> =
                    items.iter().flat_map(|(key, value)| key.iter().copied().chain([*value])).collect();
                self.together(expr, all)
            }
            Expr::Comprehension(it) => self.comprehension(expr, it),
            Expr::Lambda(function) => self.captured(*function),
            Expr::Ternary { condition, then, otherwise } => {
                let decides = self.used(*condition);
                self.protocol(*condition, &decides);
                let site = Site::Expr(expr);
                let mut value = Val::default();
                self.alternatives(site, &decides, 2, &mut |it, index| {
                    value.add(it.eval(if index == 0 { *then } else { *otherwise }));
                });
                value.deps.extend(decides.deps);
                value
            }
            Expr::Logic { operands, .. } => {
                let mut all = Val::default();
                let before = self.control.len();
                for (index, operand) in operands.iter().enumerate() {
                    let is_last = index + 1 == operands.len();
                    let may_be_skipped = index > 0 && self.has_task(*operand);
                    let base = may_be_skipped.then(|| self.state.clone());
                    let value = if is_last { self.eval(*operand) } else { self.used(*operand) };
                    if !is_last {
                        self.protocol(*operand, &value);
                        self.decided_by(&value);
                    }
                    if let Some(base) = base {
                        self.state.join(base);
                    }
                    all.add(value);
                }
                self.control.truncate(before);
                all
            }
            Expr::Binary { first, rest } => {
                let operands: Vec<ExprId> = std::iter::once(*first).chain(rest.iter().map(|(_, it)| *it)).collect();
                self.operation(expr, operands)
            }
            Expr::Compare { first, rest } => {
                let operands: Vec<ExprId> = std::iter::once(*first).chain(rest.iter().map(|(_, it)| *it)).collect();
                self.operation(expr, operands)
            }
            Expr::Unary { operand, .. } => {
                let value = self.used(*operand);
                self.protocol(*operand, &value);
                value
            }
            Expr::Pipe(stages) => match self.values.inference.exprs.get(expr) {
                // A function: its stages run when somebody calls it.
                Some(Type::Callable(_)) => {
                    let mut value = Val::default();
                    for stage in stages {
                        body.walk(*stage, &mut |it| {
                            if let Expr::Name(NameRef::Variable(variable)) = &body.exprs[it] {
                                value.add(self.read(&Key::Variable(*variable)));
                            }
                        });
                    }
                    value
                }
                _ => match stages.split_first() {
                    Some((first, rest)) => {
                        let first = self.eval(*first);
                        self.pipeline(rest, Some(first))
                    }
                    None => Val::default(),
                },
            },
            Expr::Capture { stage, binding } => {
                let value = self.eval(*stage);
                if let Some(binding) = binding {
                    self.write(Key::Variable(body.bindings[*binding].variable), value.clone());
                }
                value
            }
            Expr::Call(call) => self.call(expr, call),
            Expr::Index { base, indices } => {
                let mut value = self.used(*base);
                value.add(self.used_all(indices.iter().copied()));
                self.protocol(*base, &value);
                value
            }
            Expr::Slice(parts) => self.used_all(parts.iter().flatten().copied()),
            Expr::Attribute { base, .. } => {
                if self.values.inference.meanings.get(expr).is_some() {
                    self.used(*base);
                    return self.meaning(expr);
                }
                let value = self.used(*base);
                self.protocol(*base, &value);
                value
            }
            Expr::Spread { expr, .. } => self.used(*expr),
        }
    }

    /// Operands are all started, then all are needed.
    fn operation(&mut self, expr: ExprId, operands: Vec<ExprId>) -> Val {
        let mut all = Val::default();
        for operand in &operands {
            all.add(self.eval(*operand));
        }
        let pending = std::mem::take(&mut all.pending);
        self.wait(&pending, Site::Expr(expr), WaitCause::Value);
        for operand in operands {
            self.content_touched(operand, false);
            self.protocol(operand, &all);
        }
        all
    }

    /// Elements of a collection are all started; the collection is complete when all are there.
    fn together(&mut self, expr: ExprId, elements: impl IntoIterator<Item = ExprId>) -> Val {
        let mut all = Val::default();
        for element in elements {
            all.add(self.eval(element));
        }
        let pending = std::mem::take(&mut all.pending);
        self.wait(&pending, Site::Expr(expr), WaitCause::Together);
        all
    }

    fn meaning(&mut self, expr: ExprId) -> Val {
        match self.values.inference.meanings.get(expr) {
            Some(Meaning::Variable { file, name }) => {
                let key = self.key(&crate::effects::StatePlace::Module(*file, name.clone()));
                self.touches_now(&key, false, Site::Expr(expr));
                self.read(&key)
            }
            Some(Meaning::Item(def)) if def.item.kind() == ItemKind::Agent => {
                self.read(&Key::Place(crate::effects::StatePlace::Agent(def.clone())))
            }
            _ => Val::default(),
        }
    }

    /// What a function inside takes from around it.
    pub(super) fn captured(&mut self, function: crate::FunctionId) -> Val {
        let mut value = Val::default();
        for variable in self.captures.get(&function).cloned().unwrap_or_default() {
            value.add(self.read(&Key::Variable(variable)));
        }
        // Whoever calls it may wait for them; the function itself is there.
        value.pending.clear();
        value
    }

    /// Whether what follows runs is decided by a value.
    pub(super) fn decided_by(&mut self, value: &Val) {
        for dep in &value.deps {
            if !self.control.iter().any(|it| it.task == dep.task) {
                self.control.push(dep.clone());
            }
        }
    }

    /// Walks several ways of which one is taken.
    pub(super) fn alternatives(&mut self, site: Site, decides: &Val, count: u32, walk: &mut dyn FnMut(&mut Self, u32)) {
        let before = self.control.len();
        self.decided_by(decides);
        let base = self.state.clone();
        let mut end: Option<super::state::State> = None;
        for index in 0..count {
            self.state = base.clone();
            self.branches.push((site, index));
            walk(self, index);
            self.branches.pop();
            let state = std::mem::take(&mut self.state);
            match &mut end {
                Some(end) => end.join(state),
                None => end = Some(state),
            }
        }
        self.control.truncate(before);
        self.state = end.unwrap_or(base);
    }

    fn comprehension(&mut self, expr: ExprId, it: &Comprehension) -> Val {
        let mut all = Val::default();
        let mut clauses = it.clauses.iter();
        let mut first_target = None;
        if let Some(Clause::For { target, iterable }) = it.clauses.first() {
            all.add(self.used(*iterable));
            self.protocol(*iterable, &all);
            first_target = Some(*target);
            clauses.next();
        }
        let rest: Vec<Clause> = clauses.cloned().collect();
        let iterated = all.clone();
        let site = Site::Expr(expr);
        let mut elements = Val::default();
        self.looped(site, NodeKind::Comprehension, "comprehension".into(), &mut |builder| {
            let before = builder.control.len();
            builder.decided_by(&iterated);
            if let Some(target) = first_target {
                builder.bind(target, &iterated);
            }
            for clause in &rest {
                match clause {
                    Clause::For { target, iterable } => {
                        let value = builder.used(*iterable);
                        builder.decided_by(&value);
                        builder.bind(*target, &value);
                    }
                    Clause::If(condition) => {
                        let value = builder.used(*condition);
                        builder.decided_by(&value);
                    }
                }
            }
            if let Some(key) = it.key {
                elements.add(builder.eval(key));
            }
            elements.add(builder.eval(it.element));
            builder.control.truncate(before);
        });
        let pending = std::mem::take(&mut elements.pending);
        if it.kind == ComprehensionKind::Generator {
            elements.pending = pending;
        } else {
            self.wait(&pending, site, WaitCause::Together);
        }
        all.add(elements);
        all
    }

    // ----- calls

    /// Is everything that may be called part of the library, or a type? It needs the values of its arguments.
    fn is_builtin(&self, expr: ExprId) -> bool {
        let Some(info) = self.values.inference.calls.get(&expr) else { return false };
        !info.targets.is_empty()
            && info.targets.iter().all(|it| match it {
                Target::Def(def) => matches!(def.file.path(self.db), FilePath::Library(_)),
                Target::BuiltinType(_) | Target::Constructor(_) => true,
                Target::Closure { .. } | Target::Unknown(_) => false,
            })
    }

    /// Does a call start the calls that are its arguments together, as `gather` and `race` do?
    fn starts_together(&self, expr: ExprId) -> bool {
        let Some(info) = self.values.inference.calls.get(&expr) else { return false };
        info.targets.iter().any(|it| match it {
            Target::Def(def) => {
                matches!(def.file.path(self.db), FilePath::Library(_))
                    && matches!(def.item.name().as_str(), "gather" | "race")
            }
            _ => false,
        })
    }

    /// The arguments of such a call.
    fn members(&mut self, expr: ExprId, call: &Call) -> Val {
        let body = self.body.clone();
        let mut all = Val::default();
        let mut members = Vec::new();
        for arg in &call.args {
            let value = match arg {
                Arg::Positional(value) if matches!(body.exprs[*value], Expr::Call(_)) => {
                    let call = (Site::Expr(*value), NodeKind::Call, Site::Expr(expr));
                    self.together_with(&mut members, call, &mut |it| it.eval(*value))
                }
                Arg::Positional(value) | Arg::Keyword(_, value) => self.eval(*value),
                Arg::Spread(value) | Arg::NamedSpread(value) => self.used(*value),
            };
            all.add(value);
        }
        all
    }

    fn arguments(&mut self, call: &Call) -> Val {
        let mut all = Val::default();
        for arg in &call.args {
            let value = match arg {
                Arg::Positional(value) | Arg::Keyword(_, value) => self.eval(*value),
                Arg::Spread(value) | Arg::NamedSpread(value) => self.used(*value),
            };
            all.add(value);
        }
        all
    }

    /// What is called: a method needs its receiver.
    fn callee(&mut self, callee: ExprId) -> Val {
        let mut value = match &self.body.clone().exprs[callee] {
            // Its content may still be changed by a task: order is kept when the call starts.
            Expr::Attribute { base, .. } if self.values.inference.meanings.get(callee).is_none() => {
                let value = self.eval(*base);
                self.protocol(*base, &value);
                value
            }
            _ => self.eval(callee),
        };
        let pending = std::mem::take(&mut value.pending);
        self.wait(&pending, Site::Expr(callee), WaitCause::Value);
        value
    }

    fn call(&mut self, expr: ExprId, call: &Call) -> Val {
        let mut value = self.callee(call.callee);
        let args = if self.starts_together(expr) { self.members(expr, call) } else { self.arguments(call) };
        value.add(args);
        self.run(expr, NodeKind::Call, value, None, call.args.iter().map(Arg::value).collect())
    }

    /// Calls what a call or a stage calls.
    fn run(&mut self, expr: ExprId, kind: NodeKind, mut args: Val, piped: Option<Val>, exprs: Vec<ExprId>) -> Val {
        let site = Site::Expr(expr);
        let is_builtin = self.is_builtin(expr);
        if is_builtin {
            let mut pending = std::mem::take(&mut args.pending);
            pending.extend(piped.iter().flat_map(|it| it.pending.iter().copied()));
            let cause = if pending.len() > 1 { WaitCause::Together } else { WaitCause::Value };
            self.wait(&pending, site, cause);
            exprs.iter().for_each(|it| self.content_touched(*it, false));
        }
        if let Some(task) = self.start(site, kind, args.clone(), piped.clone()) {
            if self.graph.nodes[task].is_waited {
                self.wait(&[task], site, WaitCause::SyncFunction);
                return Val { pending: Vec::new(), ..Val::of_task(task) };
            }
            return Val::of_task(task);
        }
        if let Some(piped) = piped {
            args.add(piped);
        }
        if let Some(at) = self.sites.get(site) {
            for (place, _) in at.effects.touched() {
                if let crate::effects::StatePlace::Local { variable, .. } = place {
                    args.add(self.read(&Key::Variable(*variable)));
                }
            }
            for access in self.accesses(&at) {
                if access.is_write || matches!(access.key, Key::Place(_)) {
                    self.touches_now(&access.key, access.is_write, site);
                }
                if access.is_write {
                    // `items.append(x)`: the items come from where `x` comes from.
                    let value = Val { deps: args.deps.clone(), pending: Vec::new() };
                    self.state.values.entry(access.key.clone()).or_default().add(value);
                }
            }
        }
        if is_builtin {
            args.pending.clear();
        } else {
            let name = self.values.inference.calls.get(&expr).and_then(|info| match info.targets.first() {
                Some(Target::Def(def)) => Some(def.item.name().clone()),
                _ => None,
            });
            self.may_wait(&args, &name.unwrap_or_else(|| SmolStr::new_static("the function")));
        }
        args
    }

    // ----- pipelines

    /// Stages after a value; without one, a pipeline that is the body of a function.
    pub(super) fn pipeline(&mut self, stages: &[ExprId], first: Option<Val>) -> Val {
        let mut piped = first.unwrap_or_default();
        for stage in stages {
            self.db.unwind_if_revision_cancelled();
            piped = self.stage(*stage, piped);
        }
        piped
    }

    fn stage(&mut self, stage: ExprId, piped: Val) -> Val {
        let body = self.body.clone();
        match &body.exprs[stage] {
            Expr::Capture { stage: inner, binding } => {
                let value = self.stage(*inner, piped);
                if let Some(binding) = binding {
                    self.write(Key::Variable(body.bindings[*binding].variable), value.clone());
                }
                value
            }
            Expr::List(items) if !items.is_empty() => {
                let mut all = Val::default();
                let mut members = Vec::new();
                for item in items {
                    let mut called = *item;
                    while let Expr::Capture { stage: inner, .. } = &body.exprs[called] {
                        called = *inner;
                    }
                    let call = (Site::Expr(called), NodeKind::Stage, Site::Expr(stage));
                    all.add(self.together_with(&mut members, call, &mut |it| it.stage(*item, piped.clone())));
                }
                let pending = std::mem::take(&mut all.pending);
                self.wait(&pending, Site::Expr(stage), WaitCause::Together);
                all
            }
            Expr::Call(call) => {
                self.piped.push(piped.clone());
                let mut value = self.callee(call.callee);
                let args = self.arguments(call);
                self.piped.pop();
                value.add(args);
                value.deps.retain(|dep| dep.via.is_some() || !piped.deps.iter().any(|it| it.task == dep.task));
                self.run(stage, NodeKind::Stage, value, Some(piped), call.args.iter().map(Arg::value).collect())
            }
            _ if crate::infer::uses_placeholder(&body, stage) => {
                self.piped.push(piped);
                let value = self.eval(stage);
                self.piped.pop();
                value
            }
            _ => {
                let callee = self.callee(stage);
                self.run(stage, NodeKind::Stage, callee, Some(piped), Vec::new())
            }
        }
    }
}
