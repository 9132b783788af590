//! Statements, one after the other.

use rustc_hash::FxHashSet;

use super::env::{Bound, Branch, Loop, State};
use super::{Infer, Problem};
use crate::ty::{ModuleType, Type};
use crate::{Arg, Expr, ExprId, Literal, NameRef, Stmt, StmtId, VariableId};

/// Loops inside loops deeper than this are walked once, with nothing known about what they change.
const DEEPEST_LOOP: usize = 3;
/// How often a loop is walked at the most until the types of its variables stay.
const MOST_ROUNDS: usize = 3;

/// How often the body of a loop runs.
#[derive(Debug, Clone, Copy)]
struct Turns {
    /// It is left by `break` and the like only.
    is_endless: bool,
    /// At least once.
    has_one: bool,
}

/// A turn of a loop that was walked.
struct Turn {
    /// Where the next turn begins.
    ends: Vec<Branch>,
    /// Where the loop is left.
    breaks: Vec<Branch>,
    /// The variables that were read with what they held when it began.
    entered: FxHashSet<VariableId>,
}

/// Methods of which a record that `with` takes has at least one.
const CONTEXT_METHODS: &[&str] = &["enter_context", "__enter__", "exit_context", "__exit__"];

impl Infer<'_> {
    pub(super) fn statements(&mut self, statements: &[StmtId]) {
        for statement in statements {
            if !self.env.reachable {
                if self.muted == 0 {
                    self.out.unreachable.push(*statement);
                }
                return;
            }
            self.statement(*statement);
        }
    }

    fn statement(&mut self, id: StmtId) {
        self.tick();
        let body = self.body.clone();
        match &body.stmts[id] {
            Stmt::Expr(expr) => {
                let ty = self.expr(*expr);
                if ty == Type::Never {
                    self.env.reachable = false;
                }
            }
            Stmt::Assign { targets, ty, value, decorators } => {
                decorators.iter().for_each(|it| {
                    self.expr(*it);
                });
                let declared = ty.map(|it| self.resolve(it));
                let mut found = match value {
                    Some(value) => self.expr_expecting(*value, declared.as_ref()),
                    None => Type::Never,
                };
                if !decorators.is_empty() {
                    found = Type::Any;
                }
                for target in targets {
                    if let (Some(declared), Some(value)) = (&declared, value) {
                        self.assign_declared(*target, &found, declared, *value);
                        continue;
                    }
                    match value {
                        Some(value) => self.assign(*target, &found, Some(*value)),
                        // `x: T` alone gives no value; `x =` will, when it is typed to the end.
                        None if declared.is_none() => self.assign(*target, &Type::Any, None),
                        None => {}
                    }
                }
            }
            Stmt::AugAssign { read, op, value, target } => {
                let left = self.expr(*read);
                let right = self.expr(*value);
                let result = self.in_place_op(*value, *op, &left, &right);
                self.assign(*target, &result, None);
            }
            Stmt::Return(value) | Stmt::Deliver(value) => {
                let declared = body.functions[self.function].return_type.map(|it| self.resolve(it));
                let found = match value {
                    Some(value) => self.expr_expecting(*value, declared.as_ref()),
                    None => Type::None,
                };
                if let (Some(value), Some(declared)) = (value, &declared) {
                    self.check_value(*value, &found, declared, |value, expected, found| Problem::ReturnType {
                        value,
                        expected,
                        found,
                    });
                }
                self.returned = self.returned.or(&found);
                self.env.reachable = false;
            }
            Stmt::Raise { exception, cause } => {
                if let Some(exception) = exception {
                    let found = self.expr(*exception);
                    let is_exception = |ty: &Type| {
                        !matches!(ty, Type::Int | Type::Float | Type::Bool | Type::List(_) | Type::Dict(_) | Type::None)
                    };
                    if !found.members().is_empty() && !found.members().iter().any(is_exception) {
                        self.problem(Problem::RaiseType { expr: *exception, found });
                    }
                }
                cause.iter().for_each(|it| {
                    self.expr(*it);
                });
                self.env.reachable = false;
            }
            Stmt::Assert { condition, message } => {
                self.expr(*condition);
                if let Some(message) = message {
                    let mark = self.env.mark();
                    self.assume(*condition, false);
                    self.expr(*message);
                    self.env.undo(mark);
                }
                self.assume(*condition, true);
                if is_false(&body.exprs[*condition]) {
                    self.env.reachable = false;
                }
            }
            Stmt::Break | Stmt::Continue => {
                let is_break = matches!(body.stmts[id], Stmt::Break);
                if let Some(mark) = self.loops.last().map(|it| it.mark) {
                    let branch = self.env.branch(mark);
                    if let Some(inner) = self.loops.last_mut() {
                        if is_break { &mut inner.breaks } else { &mut inner.continues }.push(branch);
                    }
                }
                self.env.reachable = false;
            }
            Stmt::Pass | Stmt::Global { .. } | Stmt::Export(_) => {}
            Stmt::Del(target) => self.delete(*target),
            Stmt::Import { path, binding, has_alias } => {
                let Some(binding) = binding else { return };
                // `import a.b` binds `a`.
                let bound =
                    if *has_alias || path.extension().is_some() { path.path.len() } else { 1.min(path.path.len()) };
                let module = crate::scope::import_target(self.db, self.file, path.dots, &path.path[..bound]);
                let ty = module.map_or(Type::Any, |it| Type::Module(it.into()));
                self.bind(*binding, ty);
            }
            Stmt::FromImport { path, names, .. } => {
                let module = crate::scope::import_target(self.db, self.file, path.dots, &path.path);
                for (name, binding) in names {
                    let Some(binding) = binding else { continue };
                    let ty = match module.as_ref().and_then(|it| crate::scope::resolve_member(self.db, it, name)) {
                        Some(meaning) => self.meaning_type(&meaning),
                        None => Type::Any,
                    };
                    self.bind(*binding, ty);
                }
            }
            Stmt::If { branches, otherwise } => self.if_statement(branches, otherwise.as_deref()),
            Stmt::While { condition, body, otherwise } => {
                let (condition, is_endless) = (*condition, is_true(&self.body.exprs[*condition]));
                let loops = Turns { is_endless, has_one: is_endless };
                self.looped(body, otherwise.as_deref(), loops, None, |it, entering| {
                    if entering {
                        it.expr(condition);
                    }
                    it.assume(condition, entering);
                });
            }
            Stmt::For { target, iterable, body, otherwise } => {
                let iterated = self.expr(*iterable);
                let item = self.item_of(*iterable, &iterated);
                let loops = Turns { is_endless: false, has_one: self.has_items(*iterable) };
                self.looped(body, otherwise.as_deref(), loops, Some(*target), |it, entering| {
                    if entering {
                        it.assign(*target, &item, None);
                    }
                });
            }
            Stmt::Try { body, handlers, otherwise, finally } => {
                self.try_statement(body, handlers, otherwise.as_deref(), finally.as_deref());
            }
            Stmt::With { items, body } => {
                for (context, target) in items {
                    let ty = self.expr(*context);
                    let entered = self.enter(*context, &ty);
                    if let Some(target) = target {
                        self.assign(*target, &entered, None);
                    }
                }
                // `exit_context` may end an exception, so what stands after the block can be reached when its end cannot:
                // only a plain `return` or the like in the block says that it is not.
                self.statements(body);
            }
            Stmt::Function { function, binding } => {
                let callable = self.closure(*function);
                for decorator in &body.functions[*function].decorators {
                    self.expr(*decorator);
                }
                let is_replaced = !body.functions[*function].decorators.is_empty();
                if let Some(binding) = binding {
                    self.bind(*binding, if is_replaced { Type::Any } else { callable });
                }
            }
            Stmt::Item { item, binding } => {
                let Some(binding) = binding else { return };
                let def = crate::ty::DefRef { file: self.file, item: item.clone() };
                let ty = self.meaning_type(&crate::scope::Meaning::Item(def));
                self.bind(*binding, ty);
            }
            Stmt::LocalRecord { binding, methods, values } => {
                values.iter().for_each(|it| {
                    self.expr(*it);
                });
                for method in methods {
                    self.closure(*method);
                }
                if let Some(binding) = binding {
                    self.bind(*binding, Type::Any);
                }
            }
        }
    }

    fn if_statement(&mut self, branches: &[(ExprId, Vec<StmtId>)], otherwise: Option<&[StmtId]>) {
        let mut ends = Vec::new();
        // What the conditions that were false so far tell is kept for the next branch.
        let start = self.env.mark();
        for (condition, statements) in branches {
            if !self.env.reachable {
                break;
            }
            self.expr(*condition);
            let mark = self.env.mark();
            self.assume(*condition, true);
            let is_dead = is_false(&self.body.exprs[*condition]);
            if is_dead {
                // `if False:` is a way to switch something off, not a mistake.
                self.muted(|it| it.statements(statements));
                self.env.reachable = false;
            } else {
                self.statements(statements);
            }
            ends.push(self.env.branch(start));
            self.env.undo(mark);
            self.env.reachable = true;
            self.assume(*condition, false);
            if is_true(&self.body.exprs[*condition]) {
                self.env.reachable = false;
            }
        }
        if let Some(statements) = otherwise
            && self.env.reachable
        {
            self.statements(statements);
        }
        ends.push(self.env.take(start));
        self.env.join(&ends);
    }

    /// A loop: `enter` is called where a turn begins (true) and where the loop ends by itself (false).
    fn looped(
        &mut self,
        statements: &[StmtId],
        otherwise: Option<&[StmtId]>,
        turns: Turns,
        target: Option<ExprId>,
        mut enter: impl FnMut(&mut Self, bool),
    ) {
        self.nesting += 1;
        let (last, breaks) = if self.nesting > DEEPEST_LOOP {
            // Each walk of a loop walks those inside it: a deep nest would never end.
            self.forget_bound_in(statements, target);
            let turn = self.turn(statements, &mut enter);
            (turn.ends, turn.breaks)
        } else {
            self.settle(statements, &mut enter)
        };
        self.nesting -= 1;
        let mark = self.env.mark();

        // The end by itself: the state before the loop and after any turn is already joined, but what is before the
        // first turn does not count if there surely is one.
        if turns.has_one {
            self.env.join(&last);
        }
        if self.env.reachable {
            enter(self, false);
        }
        if turns.is_endless {
            self.env.reachable = false;
        }
        if let Some(otherwise) = otherwise
            && self.env.reachable
        {
            self.statements(otherwise);
        }
        let by_itself = self.env.take(mark);
        let mut ends = vec![by_itself];
        ends.extend(breaks);
        self.env.reachable = true;
        self.env.join(&ends);
    }

    /// Does an iterable surely give something? Literals and `range(3)` do.
    fn has_items(&self, iterable: ExprId) -> bool {
        let is_item = |it: &ExprId| !matches!(self.body.exprs[*it], Expr::Spread { .. });
        match &self.body.exprs[iterable] {
            Expr::List(all) | Expr::Tuple(all) | Expr::Set(all) => all.iter().any(is_item),
            Expr::Dict(items) => items.iter().any(|(key, _)| key.is_some()),
            Expr::Literal(Literal::Str(Some(text))) => !text.is_empty(),
            Expr::Call(call) => match (&self.body.exprs[call.callee], call.args.as_slice()) {
                (Expr::Name(NameRef::Free(name)), [Arg::Positional(it)]) => {
                    match (name.as_str(), &self.body.exprs[*it]) {
                        ("range", Expr::Literal(Literal::Int(Some(count)))) => *count > 0,
                        ("enumerate" | "reversed" | "sorted" | "list", _) => self.has_items(*it),
                        _ => false,
                    }
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Walks a loop until nothing that a turn reads is changed by turns, and leaves the variables as they are before any
    /// turn. Gives how the last turn ended, and the ways that left the loop.
    fn settle(&mut self, statements: &[StmtId], enter: &mut impl FnMut(&mut Self, bool)) -> (Vec<Branch>, Vec<Branch>) {
        let before = self.recorded();
        for _ in 0..MOST_ROUNDS {
            let turn = self.turn(statements, enter);
            let changed = self.widen(&turn.ends, false);
            if changed.iter().all(|it| !turn.entered.contains(it)) {
                return (turn.ends, turn.breaks);
            }
            self.take_back(&before);
        }
        // Whatever a turn changes is not known from now on.
        let turn = self.turn(statements, enter);
        self.widen(&turn.ends, true);
        self.take_back(&before);
        let turn = self.turn(statements, enter);
        (turn.ends, turn.breaks)
    }

    /// Nothing is known any more of the variables that a loop gives a value anywhere.
    fn forget_bound_in(&mut self, statements: &[StmtId], target: Option<ExprId>) {
        let body = self.body.clone();
        let mut variables = Vec::new();
        target.iter().for_each(|it| body.bound_by(*it, &mut variables));
        body.bound_in(statements, &mut variables);
        for variable in variables {
            let State { bound, since, .. } = *self.env.get(variable);
            let bound = bound.max(Bound::Maybe);
            self.env.put(variable, State { ty: Type::Any, bound, since, is_ruled_out: false });
        }
    }

    /// Walks one turn of a loop, and undoes what it did to the variables.
    fn turn(&mut self, statements: &[StmtId], enter: &mut impl FnMut(&mut Self, bool)) -> Turn {
        let mark = self.env.mark();
        self.env.begin_turn();
        self.loops.push(Loop { mark, breaks: Vec::new(), continues: Vec::new() });
        enter(self, true);
        self.statements(statements);
        let ended = self.loops.pop();
        let mut ends = vec![self.env.take(mark)];
        let mut breaks = Vec::new();
        if let Some(ended) = ended {
            ends.extend(ended.continues);
            breaks = ended.breaks;
        }
        self.env.reachable = true;
        Turn { ends, breaks, entered: self.env.end_turn() }
    }

    /// Joins the ends of a turn into the state before the next one. Gives the variables that this changed.
    fn widen(&mut self, ends: &[Branch], forget: bool) -> Vec<VariableId> {
        let mut changed = Vec::new();
        for end in ends.iter().filter(|it| it.reachable) {
            for (variable, state) in &end.changes {
                let base = self.env.get(*variable);
                let mut joined = base.join(state);
                if joined.says(base) {
                    continue;
                }
                if forget {
                    joined.ty = Type::Any;
                }
                changed.push(*variable);
                self.env.put(*variable, joined);
            }
        }
        changed
    }

    /// How much is recorded so far of what only grows.
    fn recorded(&self) -> [usize; 5] {
        let out = &self.out;
        let tried = self.tried.as_ref().map_or(0, Vec::len);
        [out.problems.len(), out.unbound.len(), out.unreachable.len(), out.falls_through.len(), tried]
    }

    /// Forgets what was recorded since: the walk comes here again.
    fn take_back(&mut self, [problems, unbound, unreachable, falls_through, tried]: &[usize; 5]) {
        self.out.problems.truncate(*problems);
        self.out.unbound.truncate(*unbound);
        self.out.unreachable.truncate(*unreachable);
        self.out.falls_through.truncate(*falls_through);
        if let Some(all) = &mut self.tried {
            all.truncate(*tried);
        }
    }

    fn try_statement(
        &mut self,
        statements: &[StmtId],
        handlers: &[crate::Handler],
        otherwise: Option<&[StmtId]>,
        finally: Option<&[StmtId]>,
    ) {
        let start = self.env.mark();
        self.statements(statements);
        let at_any_moment = self.env.any_moment(start);
        if let Some(otherwise) = otherwise
            && self.env.reachable
        {
            self.statements(otherwise);
        }
        let mut ends = vec![self.env.take(start)];
        for handler in handlers {
            self.env.reachable = true;
            self.env.apply(&at_any_moment);
            let ty = match handler.exception {
                Some(exception) => {
                    let asked = self.expr(exception);
                    self.caught(&asked)
                }
                None => crate::scope::builtin_def(self.db, "Exception").map_or(Type::Any, Type::Record),
            };
            if let Some(binding) = handler.binding {
                self.bind(binding, ty);
            }
            self.statements(&handler.body);
            if let Some(binding) = handler.binding {
                // The name is gone after the handler.
                let variable = self.body.bindings[binding].variable;
                self.env.unset(variable);
            }
            ends.push(self.env.take(start));
        }
        let Some(finally) = finally else {
            self.env.reachable = true;
            self.env.join(&ends);
            return;
        };
        // An exception or a way out leads here from any moment of all of it.
        self.env.reachable = true;
        let mut moments = vec![Branch { reachable: true, changes: at_any_moment }];
        moments.extend(ends.iter().map(|it| Branch { reachable: true, changes: it.changes.clone() }));
        self.env.join(&moments);
        let inside = self.env.mark();
        self.statements(finally);
        let end = self.env.branch(inside);
        self.env.undo(start);
        if !end.reachable || ends.iter().all(|it| !it.reachable) {
            self.env.reachable = false;
            return;
        }
        // What comes next comes from an end that was reached, and knows what `finally` did there.
        self.env.join(&ends);
        let mut given = Vec::new();
        self.body.bound_in(finally, &mut given);
        for (variable, state) in end.changes.into_iter().filter(|(it, _)| given.contains(it)) {
            self.env.put(variable, state);
        }
    }

    /// The type of what a handler catches.
    fn caught(&self, asked: &Type) -> Type {
        match asked {
            Type::RecordType(def) => Type::Record(def.clone()),
            Type::Tuple(all) => Type::union(all.iter().map(|it| self.caught(it))),
            _ => Type::Any,
        }
    }

    fn enter(&mut self, context: ExprId, ty: &Type) -> Type {
        let method = self.method_result(ty, "enter_context").or_else(|| self.method_result(ty, "__enter__"));
        match method {
            Some(Type::Any) => Type::Any,
            None => {
                let is_plain = |it: &Type| {
                    super::builtin_type_name(it).is_some()
                        || *it == Type::None
                        || (matches!(it, Type::Record(_)) && self.lacks_all(it, CONTEXT_METHODS))
                };
                if !ty.members().is_empty() && ty.members().iter().all(is_plain) && !ty.is_any() {
                    self.problem(Problem::NotContext { expr: context, found: ty.clone() });
                    return Type::Any;
                }
                // A record that says only what happens at the end is what `with` names.
                let has_end = |it: &str| matches!(self.special(ty, it), super::special::Special::Has(_));
                if has_end("exit_context") || has_end("__exit__") { ty.clone() } else { Type::Any }
            }
            Some(other) => other,
        }
    }

    fn delete(&mut self, target: ExprId) {
        let body = self.body.clone();
        match &body.exprs[target] {
            Expr::Name(NameRef::Variable(variable)) => {
                self.expr(target);
                self.env.unset(*variable);
            }
            Expr::Tuple(all) | Expr::List(all) => all.iter().for_each(|it| self.delete(*it)),
            _ => {
                self.expr(target);
            }
        }
    }

    /// A value goes to an annotated target: it is converted to the declared type there. What is assigned later without
    /// an annotation stays what it is.
    fn assign_declared(&mut self, target: ExprId, found: &Type, declared: &Type, value: ExprId) {
        let body = self.body.clone();
        let name = match &body.exprs[target] {
            Expr::Bind(binding) => body.variables[body.bindings[*binding].variable].name.clone(),
            Expr::BindGlobal(name) => name.clone(),
            Expr::Scoped { scope, name, .. } => format!("{}:{name}", scope.as_str()).into(),
            _ => return self.assign(target, found, Some(value)),
        };
        self.check_value(value, found, declared, |value, expected, found| Problem::AssignType {
            value,
            name,
            expected,
            found,
        });
        let Expr::Bind(binding) = body.exprs[target] else { return };
        let variable = body.bindings[binding].variable;
        let is_always = self.annotated.get(variable) == self.binding_counts.get(variable);
        if is_always {
            self.declared.insert(variable, declared.clone());
        }
        let ty = match found {
            Type::None => declared.or(&Type::None),
            found if matches!(declared, Type::Union(_)) && !found.is_any() => {
                // What already is of one of the types stays that.
                match crate::ty::fits(self.db, found, declared) {
                    crate::ty::Fit::Yes => found.clone(),
                    _ => declared.clone(),
                }
            }
            _ => declared.clone(),
        };
        self.bind_as(binding, ty);
    }

    /// A value goes to a target. `value` is where it stands, for reports.
    pub(super) fn assign(&mut self, target: ExprId, found: &Type, value: Option<ExprId>) {
        let body = self.body.clone();
        match &body.exprs[target] {
            Expr::Bind(binding) => self.bind(*binding, found.clone()),
            Expr::Tuple(all) | Expr::List(all) => match value.map(|it| &body.exprs[it]) {
                // A list that is written down has a number of items, as a tuple has.
                Some(Expr::List(items)) if !items.iter().any(|it| matches!(body.exprs[*it], Expr::Spread { .. })) => {
                    let item = self.item_of_member(found).unwrap_or(Type::Any);
                    self.unpack(target, all, &Type::tuple(vec![item; items.len()]));
                }
                _ => self.unpack(target, all, found),
            },
            Expr::Spread { expr, .. } => self.assign(*expr, found, None),
            Expr::Attribute { base, name } => {
                let ty = self.expr(*base);
                self.assign_attribute(target, &ty, name, found, value);
            }
            Expr::Index { base, indices } => {
                let base_ty = self.expr(*base);
                let key = indices.iter().map(|it| self.expr(*it)).last().unwrap_or(Type::Any);
                let is_slice = matches!(indices.as_slice(), [it] if matches!(body.exprs[*it], Expr::Slice(_)));
                let put_in = if is_slice { self.item_of_member(found).unwrap_or(Type::Any) } else { found.clone() };
                if !base_ty.members().is_empty() && base_ty.members().iter().all(|it| self.keeps_items(it)) {
                    self.problem(Problem::ItemsStay { expr: target, found: base_ty });
                    return;
                }
                self.grow(*base, &base_ty, &key, &put_in);
            }
            Expr::Missing | Expr::BindGlobal(_) | Expr::Scoped { .. } => {}
            _ => {
                self.expr(target);
            }
        }
    }

    /// Has a value no items that can be replaced?
    fn keeps_items(&self, ty: &Type) -> bool {
        match ty {
            Type::List(_) | Type::Dict(_) => false,
            Type::None | Type::Function(_) | Type::Closure(_) => true,
            Type::Record(_) => self.lacks_all(ty, &["__setitem__"]),
            other => super::builtin_type_name(other).is_some(),
        }
    }

    /// `base[key] = value` on a variable: its collection now holds the value too.
    pub(super) fn grow(&mut self, base: ExprId, ty: &Type, key: &Type, value: &Type) {
        let Expr::Name(NameRef::Variable(variable)) = self.body.exprs[base] else { return };
        // A collection that a record passes the call on to is not in the variable.
        let kind = std::mem::discriminant(ty);
        if !self.env.get(variable).ty.members().iter().any(|it| std::mem::discriminant(it) == kind) {
            return;
        }
        let grown = match ty {
            Type::List(item) => Type::list(item.or(value)),
            Type::Dict(it) => Type::dict(it.0.or(key), it.1.or(value)),
            Type::Set(item) => Type::set(item.or(value)),
            _ => return,
        };
        if self.declared.contains_idx(variable) {
            return;
        }
        let ty = self.kept(variable, grown);
        let bound = self.env.get(variable).bound;
        self.env.set(variable, ty, bound);
    }

    /// Gives each target its part. Only if no member of a union can be taken apart, it is a mistake.
    fn unpack(&mut self, target: ExprId, targets: &[ExprId], found: &Type) {
        let body = self.body.clone();
        let star = targets.iter().position(|it| matches!(body.exprs[*it], Expr::Spread { .. }));
        let mut parts: Vec<Vec<Type>> = vec![Vec::new(); targets.len()];
        let mut wrong_count = None;
        let mut is_possible = false;
        for member in found.members() {
            if let Type::Tuple(items) = member {
                let fits = match star {
                    None => items.len() == targets.len(),
                    Some(_) => items.len() + 1 >= targets.len(),
                };
                if !fits {
                    wrong_count = Some(items.len());
                    continue;
                }
                is_possible = true;
                let after = star.map_or(0, |at| targets.len() - at - 1);
                for (index, part) in parts.iter_mut().enumerate() {
                    part.push(match star {
                        Some(at) if index == at => {
                            Type::list(Type::union(items[at..items.len() - after].iter().cloned()))
                        }
                        Some(at) if index > at => items[items.len() - (targets.len() - index)].clone(),
                        _ => items[index].clone(),
                    });
                }
            } else if let Some(item) = self.item_of_member(member) {
                is_possible = true;
                for (index, part) in parts.iter_mut().enumerate() {
                    part.push(if star == Some(index) { Type::list(item.clone()) } else { item.clone() });
                }
            }
        }
        match wrong_count {
            Some(found) if !is_possible => {
                let expected = if star.is_some() { targets.len() - 1 } else { targets.len() };
                self.problem(Problem::Unpack { target, expected, found, at_least: star.is_some() });
            }
            None if !is_possible => {
                self.item_of(target, found);
            }
            _ => {}
        }
        for (it, part) in targets.iter().zip(parts) {
            let ty = if is_possible { Type::union(part) } else { Type::Any };
            self.assign(*it, &ty, None);
        }
    }

    /// What a value gives when it is iterated.
    pub(super) fn item_of(&mut self, expr: ExprId, ty: &Type) -> Type {
        if ty.members().is_empty() {
            return Type::Any;
        }
        let items: Vec<Type> = ty.members().iter().filter_map(|it| self.item_of_member(it)).collect();
        if items.is_empty() {
            self.problem(Problem::NotIterable { expr, found: ty.clone() });
            return Type::Any;
        }
        Type::union(items)
    }

    /// What one kind of value gives when it is iterated; none if it has no items.
    fn item_of_member(&self, member: &Type) -> Option<Type> {
        Some(match member {
            Type::List(item) | Type::Set(item) | Type::TupleOf(item) | Type::Iterator(item) => item.known(),
            Type::Tuple(all) => Type::union(all.iter().cloned()).known(),
            Type::Dict(it) => it.0.known(),
            Type::Str => Type::Str,
            Type::Bytes | Type::Range => Type::Int,
            Type::None | Type::Bool | Type::Int | Type::Float | Type::Function(_) | Type::Closure(_) => return None,
            Type::Module(module) if matches!(**module, ModuleType::File(_)) => return None,
            Type::Record(_) if self.lacks_all(member, &["__iter__", "__getitem__"]) => return None,
            _ => Type::Any,
        })
    }

    /// Is a variable without a value here?
    pub(super) fn check_bound(&mut self, expr: ExprId, variable: crate::VariableId) {
        if self.body.variables[variable].function != self.function {
            // A function inside runs later, when the variable may have a value.
            return;
        }
        if self.is_written_inside(variable) {
            // A function that was called before may have given it a value.
            return;
        }
        let State { ty, bound, since, is_ruled_out } = self.env.read(variable).clone();
        if bound == Bound::Yes || !self.env.reachable {
            return;
        }
        if self.muted == 0 {
            self.out.unbound.push((expr, bound));
        }
        // Whoever comes further has found a value: it is told once.
        self.env.put(variable, State { ty: ty.known(), bound: Bound::Yes, since, is_ruled_out });
    }
}

fn is_true(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(Literal::Bool(true)) | Expr::Literal(Literal::Int(Some(1))))
}

fn is_false(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(Literal::Bool(false)) | Expr::Literal(Literal::Int(Some(0))))
}
