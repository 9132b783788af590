//! Statements in the order in which they run.

use smol_str::SmolStr;

use super::build::{Builder, DEEPEST_LOOP};
use super::state::{Dep, Key, Val};
use super::{NodeKind, WaitCause};
use crate::effects::{Site, StatePlace};
use crate::scope::{Meaning, resolve_name};
use crate::{Body, Expr, ExprId, Function, FunctionBody, Handler, Stmt, StmtId};

/// Does the statement after this one run?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Runs,
    /// This way ends here.
    Ends,
}

impl Builder<'_> {
    pub(super) fn statements(&mut self, statements: &[StmtId]) {
        self.block(statements);
    }

    fn block(&mut self, statements: &[StmtId]) -> Next {
        for statement in statements {
            self.db.unwind_if_revision_cancelled();
            if self.statement(*statement) == Next::Ends {
                return Next::Ends;
            }
        }
        Next::Runs
    }

    fn statement(&mut self, id: StmtId) -> Next {
        let body = self.body.clone();
        let site = Site::Stmt(id);
        match &body.stmts[id] {
            Stmt::Expr(expr) => {
                let value = self.eval(*expr);
                for task in &value.pending {
                    self.graph.nodes[*task].is_waited = true;
                }
                self.wait(&value.pending, Site::Expr(*expr), WaitCause::Statement);
            }
            Stmt::Assign { targets, value: Some(value), decorators, .. } => {
                decorators.iter().for_each(|it| {
                    self.used(*it);
                });
                let found = self.eval(*value);
                for target in targets {
                    self.assign(*target, found.clone(), *value);
                }
            }
            Stmt::Assign { .. } => {}
            Stmt::AugAssign { read, value, target, .. } => {
                let mut found = self.eval(*read);
                found.add(self.eval(*value));
                let pending = std::mem::take(&mut found.pending);
                self.wait(&pending, Site::Expr(*value), WaitCause::Value);
                self.content_touched(*read, true);
                self.protocol(*read, &found);
                self.bind(*target, &found);
            }
            Stmt::Return(value) => {
                if let Some(value) = value {
                    let found = self.eval(*value);
                    if self.is_module() {
                        self.wait(&found.pending, Site::Expr(*value), WaitCause::Value);
                    }
                }
                self.leaves();
                return Next::Ends;
            }
            Stmt::Deliver(value) => {
                value.iter().for_each(|it| {
                    self.used(*it);
                });
                self.leaves();
                return Next::Ends;
            }
            Stmt::Raise { exception, cause } => {
                exception.iter().chain(cause).for_each(|it| {
                    self.used(*it);
                });
                self.leaves();
                return Next::Ends;
            }
            Stmt::Assert { condition, message } => {
                let value = self.used(*condition);
                // Nothing after it runs if the condition does not hold.
                self.decided_by(&value);
                message.iter().for_each(|it| {
                    self.used(*it);
                });
            }
            Stmt::Break | Stmt::Continue => {
                self.may_leave_loop = true;
                return Next::Ends;
            }
            Stmt::Del(target) => {
                if let Expr::Index { base, .. } | Expr::Attribute { base, .. } = &body.exprs[*target] {
                    self.used(*base);
                    self.content_touched(*base, true);
                }
            }
            Stmt::If { branches, otherwise } => return self.if_statement(id, branches, otherwise.as_deref()),
            Stmt::While { condition, body, otherwise } => {
                self.looped(site, NodeKind::While, "while".into(), &mut |it| {
                    let before = it.control.len();
                    let value = it.used(*condition);
                    it.protocol(*condition, &value);
                    it.decided_by(&value);
                    it.block(body);
                    it.control.truncate(before);
                });
                if let Some(otherwise) = otherwise {
                    return self.block(otherwise);
                }
            }
            Stmt::For { target, iterable, body, otherwise } => {
                let iterated = self.used(*iterable);
                self.protocol(*iterable, &iterated);
                self.looped(site, NodeKind::For, "for".into(), &mut |it| {
                    let before = it.control.len();
                    it.decided_by(&iterated);
                    it.bind(*target, &iterated);
                    it.block(body);
                    it.control.truncate(before);
                });
                if let Some(otherwise) = otherwise {
                    return self.block(otherwise);
                }
            }
            Stmt::Try { body, handlers, otherwise, finally } => {
                return self.try_statement(id, body, handlers, otherwise.as_deref(), finally.as_deref());
            }
            Stmt::With { items, body } => {
                for (context, target) in items {
                    let value = self.used(*context);
                    self.protocol(*context, &value);
                    target.iter().for_each(|it| self.bind(*it, &value));
                }
                return self.block(body);
            }
            Stmt::Import { .. } | Stmt::FromImport { .. } | Stmt::Item { .. } => {
                if let Some(task) = self.start(site, NodeKind::Call, Val::default(), None) {
                    self.graph.nodes[task].is_waited = true;
                    self.wait(&[task], site, WaitCause::Statement);
                }
            }
            Stmt::Function { function, binding } => {
                let value = self.captured(*function);
                if let Some(binding) = binding {
                    self.write(Key::Variable(body.bindings[*binding].variable), value);
                }
            }
            Stmt::LocalRecord { values, .. } => values.iter().for_each(|it| {
                self.used(*it);
            }),
            Stmt::Pass | Stmt::Global { .. } | Stmt::Export(_) => {}
        }
        Next::Runs
    }

    fn leaves(&mut self) {
        self.may_exit = true;
    }

    // ----- targets

    fn assign(&mut self, target: ExprId, value: Val, from: ExprId) {
        match &self.body.clone().exprs[target] {
            Expr::Tuple(_) | Expr::List(_) => {
                self.wait(&value.pending, Site::Expr(from), WaitCause::Value);
                self.bind(target, &Val { pending: Vec::new(), ..value });
            }
            _ => self.bind(target, &value),
        }
    }

    /// A target gets a value.
    pub(super) fn bind(&mut self, target: ExprId, value: &Val) {
        let body = self.body.clone();
        let site = Site::Expr(target);
        match &body.exprs[target] {
            Expr::Bind(binding) => {
                let key = Key::Variable(body.bindings[*binding].variable);
                if body.variables[body.bindings[*binding].variable].is_captured {
                    self.touches_now(&key, true, site);
                }
                self.state.touched.remove(&key);
                self.write(key, value.clone());
            }
            Expr::BindGlobal(name) => {
                if let Some(Meaning::Variable { file, name }) = resolve_name(self.db, self.file, name) {
                    let key = self.key(&StatePlace::Module(file, name));
                    self.touches_now(&key, true, site);
                    self.write(key, value.clone());
                }
            }
            Expr::Scoped { scope, name, .. } => {
                let key = Key::Place(StatePlace::Scoped(*scope, name.clone()));
                self.touches_now(&key, true, site);
                self.write(key, value.clone());
            }
            Expr::Tuple(all) | Expr::List(all) => all.iter().for_each(|it| self.bind(*it, value)),
            Expr::Spread { expr, .. } => self.bind(*expr, value),
            Expr::Attribute { base, .. } => {
                self.used(*base);
                self.content_changed(*base, value);
            }
            Expr::Index { base, indices } => {
                self.used(*base);
                indices.iter().for_each(|it| {
                    self.used(*it);
                });
                self.content_changed(*base, value);
            }
            _ => {}
        }
    }

    /// Something is put in a collection or a record.
    fn content_changed(&mut self, base: ExprId, value: &Val) {
        self.content_touched(base, true);
        for root in self.values.roots(base) {
            let key = match &root.kind {
                crate::effects::RootKind::Variable(variable) => Key::Variable(*variable),
                crate::effects::RootKind::Place(place) => self.key(place),
                crate::effects::RootKind::Param(_) => continue,
            };
            self.state.values.entry(key).or_default().add(value.clone());
        }
    }

    // ----- branches and loops

    fn if_statement(&mut self, id: StmtId, branches: &[(ExprId, Vec<StmtId>)], otherwise: Option<&[StmtId]>) -> Next {
        let before = self.control.len();
        let exits = (std::mem::take(&mut self.may_exit), std::mem::take(&mut self.may_leave_loop));
        let mut ends = Vec::new();
        let mut decides = Val::default();
        for (index, (condition, statements)) in branches.iter().enumerate() {
            let value = self.used(*condition);
            self.protocol(*condition, &value);
            self.decided_by(&value);
            decides.add(value);
            let base = self.state.clone();
            self.branches.push((Site::Stmt(id), u32::try_from(index).unwrap_or(u32::MAX)));
            let next = self.block(statements);
            self.branches.pop();
            let state = std::mem::replace(&mut self.state, base);
            ends.push((state, next));
        }
        let mut next = Next::Runs;
        if let Some(otherwise) = otherwise {
            self.branches.push((Site::Stmt(id), u32::try_from(branches.len()).unwrap_or(u32::MAX)));
            next = self.block(otherwise);
            self.branches.pop();
        }
        let last = std::mem::take(&mut self.state);
        ends.push((last, next));
        self.control.truncate(before);
        if self.may_exit || self.may_leave_loop {
            // What comes after runs only if the way that ends was not taken.
            self.decided_by(&decides);
        }
        self.may_exit |= exits.0;
        self.may_leave_loop |= exits.1;
        self.meet(ends)
    }

    /// Goes on where ways meet. Ways that end are left out, unless all do.
    fn meet(&mut self, ends: Vec<(super::state::State, Next)>) -> Next {
        let all_end = ends.iter().all(|(_, next)| *next == Next::Ends);
        let mut states = ends.into_iter().filter(|(_, next)| all_end || *next == Next::Runs).map(|it| it.0);
        self.state = states.next().unwrap_or_default();
        states.for_each(|it| self.state.join(it));
        if all_end { Next::Ends } else { Next::Runs }
    }

    /// A loop. What one turn leaves to the next is found in a second walk.
    pub(super) fn looped(&mut self, site: Site, kind: NodeKind, name: SmolStr, turn: &mut dyn FnMut(&mut Self)) {
        let (node, _) = self.node(site, kind, name.clone());
        let leaves = std::mem::take(&mut self.may_leave_loop);
        let exits = std::mem::take(&mut self.may_exit);
        let control = self.control.len();
        let before = self.state.clone();
        self.loops.push(node);
        turn(self);
        let first_carried = self.graph.edges.len();
        let has_tasks = self.graph.nodes.len() > node + 1;
        if has_tasks && self.loops.len() <= DEEPEST_LOOP {
            self.second_turns += 1;
            turn(self);
            self.second_turns -= 1;
        }
        let is_deep = self.loops.len() > DEEPEST_LOOP;
        self.loops.pop();
        // What a `return` in the loop decides goes on to count after it; what `break` decides does not.
        if !self.may_exit {
            self.control.truncate(control);
        }
        self.may_leave_loop = leaves;
        self.may_exit |= exits;
        self.state.join(before);
        let mut carries: Vec<SmolStr> = Vec::new();
        for edge in self.graph.edges[first_carried..].iter().filter(|it| it.is_carried) {
            if !carries.contains(&edge.cause) {
                carries.push(edge.cause.clone());
            }
        }
        if is_deep && has_tasks {
            carries.push("the loops are nested too deep to look".into());
        }
        let of_loop = &mut self.graph.nodes[node];
        for cause in carries {
            if !of_loop.carries.contains(&cause) {
                of_loop.carries.push(cause);
            }
        }
        of_loop.is_repeated = of_loop.carries.is_empty() && kind != NodeKind::While;
        if !has_tasks {
            self.forget_empty_loop(node, &name);
        }
    }

    fn try_statement(
        &mut self,
        id: StmtId,
        statements: &[StmtId],
        handlers: &[Handler],
        otherwise: Option<&[StmtId]>,
        finally: Option<&[StmtId]>,
    ) -> Next {
        let body = self.body.clone();
        let base = self.state.clone();
        let first = self.graph.nodes.len();
        let exits = std::mem::take(&mut self.may_exit);
        let next = self.block(statements);
        let inside: Vec<usize> = if self.second_turns == 0 {
            (first..self.graph.nodes.len()).filter(|it| self.graph.is_task(*it)).collect()
        } else {
            Vec::new()
        };
        let pending: Vec<usize> = self.state.pending.iter().filter(|it| !base.pending.contains(*it)).collect();
        self.wait(&pending, Site::Stmt(id), WaitCause::Try);
        let after = self.state.clone();
        let before = self.control.len();
        let mut ends = Vec::new();
        for (index, handler) in handlers.iter().enumerate() {
            self.state = base.clone();
            self.state.join(after.clone());
            for task in &inside {
                if !self.control.iter().any(|it| it.task == *task) {
                    self.control.push(Dep { task: *task, via: None });
                }
            }
            self.branches.push((Site::Stmt(id), u32::try_from(index + 1).unwrap_or(u32::MAX)));
            if let Some(exception) = handler.exception {
                self.used(exception);
            }
            if let Some(binding) = handler.binding {
                let deps = inside.iter().map(|it| Dep { task: *it, via: None }).collect();
                self.write(Key::Variable(body.bindings[binding].variable), Val { deps, pending: Vec::new() });
            }
            let next = self.block(&handler.body);
            self.branches.pop();
            self.control.truncate(before);
            ends.push((std::mem::take(&mut self.state), next));
        }
        self.state = after;
        let mut next = next;
        if let Some(otherwise) = otherwise
            && next == Next::Runs
        {
            self.branches.push((Site::Stmt(id), 0));
            next = self.block(otherwise);
            self.branches.pop();
        }
        ends.push((std::mem::take(&mut self.state), next));
        let next = self.meet(ends);
        self.may_exit |= exits;
        match finally {
            Some(finally) => match self.block(finally) {
                Next::Ends => Next::Ends,
                Next::Runs => next,
            },
            None => next,
        }
    }
}

/// The expressions of a function's body that are not inside others.
pub(crate) fn expressions_of(body: &Body, function: &Function, visit: &mut dyn FnMut(ExprId)) {
    match &function.body {
        FunctionBody::Expr(expr) => visit(*expr),
        FunctionBody::Pipeline(stages) => stages.iter().for_each(|it| visit(*it)),
        FunctionBody::Block(statements) => {
            crate::effects::for_each_statement(body, statements, &mut |it| expressions(&body.stmts[it], visit));
        }
        FunctionBody::None => {}
    }
}

/// The expressions of a statement itself, blocks inside left out.
pub(crate) fn expressions(stmt: &Stmt, visit: &mut dyn FnMut(ExprId)) {
    match stmt {
        Stmt::Expr(it) | Stmt::Del(it) => visit(*it),
        Stmt::Assign { targets, value, decorators, .. } => {
            decorators.iter().chain(value).chain(targets).for_each(|it| visit(*it));
        }
        Stmt::AugAssign { read, value, target, .. } => [read, value, target].into_iter().for_each(|it| visit(*it)),
        Stmt::Return(value) | Stmt::Deliver(value) => value.iter().for_each(|it| visit(*it)),
        Stmt::Raise { exception, cause } => exception.iter().chain(cause).for_each(|it| visit(*it)),
        Stmt::Assert { condition, message } => std::iter::once(condition).chain(message).for_each(|it| visit(*it)),
        Stmt::If { branches, .. } => branches.iter().for_each(|(it, _)| visit(*it)),
        Stmt::While { condition, .. } => visit(*condition),
        Stmt::For { target, iterable, .. } => [iterable, target].into_iter().for_each(|it| visit(*it)),
        Stmt::Try { handlers, .. } => handlers.iter().filter_map(|it| it.exception).for_each(visit),
        Stmt::With { items, .. } => items.iter().for_each(|(context, target)| {
            visit(*context);
            target.iter().for_each(|it| visit(*it));
        }),
        Stmt::LocalRecord { values, .. } => values.iter().for_each(|it| visit(*it)),
        Stmt::Break
        | Stmt::Continue
        | Stmt::Pass
        | Stmt::Global { .. }
        | Stmt::Import { .. }
        | Stmt::FromImport { .. }
        | Stmt::Export(_)
        | Stmt::Function { .. }
        | Stmt::Item { .. } => {}
    }
}
