//! `lost-update`: shared state is read, then there is a wait, then it is written.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::diagnostics::finding::{BodyCheck, Finding, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::effects::{Site, for_each_statement};
use crate::graph::{TaskGraph, task_graphs};
use crate::{ContextScope, DiagnosticCode, Expr, ExprId, FunctionBody, FunctionKind, NameRef, Place, Stmt, VariableId};

pub(super) const RULE: Rule = Rule {
    name: "lost-update",
    level: Level::Warning,
    category: Category::Tasks,
    summary: "Shared state is written from what it was before a wait",
    explanation: "While a task waits, other tasks run. If it reads `public:count`, waits, and then writes what it read plus one, \
                  whatever others wrote meanwhile is lost. Read the value after the wait, in the statement that writes it.",
    bad: "def count(text):\n    public:total = public:total + reason(text)\n",
    good: "def count(text):\n    more = cast(int, reason(text))\n    public:total = public:total + more\n",
    has_fix: false,
    check: Check::Body(check),
};

type Shared = (ContextScope, SmolStr);

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    let graphs = task_graphs(cx.db, cx.definition);
    for (function, graph) in &graphs.all {
        // The statements of a file run once, before anything else of it.
        if graph.is_empty() || body.functions[*function].kind == FunctionKind::Module {
            continue;
        }
        let FunctionBody::Block(statements) = &body.functions[*function].body else { continue };
        let mut walk = Walk { cx, graph, turn: 0, held: FxHashMap::default() };
        for_each_statement(&body, statements, &mut |it| walk.statement(it));
    }
}

/// What variables hold of shared state, from which stretch between waits, and where it was read.
struct Walk<'a, 'db> {
    cx: &'a mut BodyCheck<'db>,
    graph: &'a TaskGraph,
    turn: u32,
    held: FxHashMap<VariableId, Vec<(Shared, u32, Place)>>,
}

impl Walk<'_, '_> {
    fn statement(&mut self, id: crate::StmtId) {
        let body = self.cx.body.clone();
        let (target, values) = match &body.stmts[id] {
            Stmt::Assign { targets, value: Some(value), .. } => (targets.first().copied(), vec![*value]),
            Stmt::AugAssign { read, value, target, .. } => (Some(*target), vec![*read, *value]),
            Stmt::Expr(value) | Stmt::Return(Some(value)) | Stmt::Deliver(Some(value)) => (None, vec![*value]),
            Stmt::If { branches, .. } => (None, branches.iter().map(|it| it.0).collect()),
            Stmt::While { condition, .. } => (None, vec![*condition]),
            Stmt::For { iterable, .. } => (None, vec![*iterable]),
            _ => return,
        };
        let before = self.turn;
        let mut waits = false;
        let mut from: Vec<(Shared, u32, Place)> = Vec::new();
        for value in &values {
            waits |= self.waits(*value);
            self.sources(*value, before, &mut from);
        }
        // A task that is only started is no wait; a statement of its own, or a need of its value, is.
        if waits {
            self.turn += 1;
        }
        let Some(target) = target else { return };
        match &body.exprs[target] {
            Expr::Bind(binding) => {
                self.held.insert(body.bindings[*binding].variable, from);
            }
            Expr::Scoped { scope, name, .. } => {
                let shared = (*scope, name.clone());
                let old = from.iter().find(|(it, turn, _)| *it == shared && *turn < self.turn);
                if let Some((_, _, read)) = old {
                    let written = format!("{}:{name}", scope.as_str());
                    let message =
                        format!("`{written}` was read before a wait; what other tasks wrote to it meanwhile is lost");
                    let place = self.cx.expr(target);
                    let finding = Finding::new(DiagnosticCode::LostUpdate, message, place);
                    self.cx.report(finding.with_related("it is read here", Spot::Here(*read)));
                }
            }
            _ => {}
        }
    }

    /// Does the function wait while it evaluates an expression?
    fn waits(&self, expr: ExprId) -> bool {
        let mut found = false;
        self.cx.body.walk(expr, &mut |it| {
            found |= self.graph.waits.iter().any(|wait| wait.site == Site::Expr(it));
        });
        found
    }

    /// The shared state that a value comes from. What a task gives is not what it was given.
    fn sources(&self, expr: ExprId, turn: u32, out: &mut Vec<(Shared, u32, Place)>) {
        let body = &self.cx.body;
        let mut rest = vec![expr];
        while let Some(expr) = rest.pop() {
            match &body.exprs[expr] {
                Expr::Scoped { scope, name, .. } => {
                    out.push(((*scope, name.clone()), turn, self.cx.expr(expr)));
                }
                Expr::Name(NameRef::Variable(variable)) => {
                    out.extend(self.held.get(variable).into_iter().flatten().cloned());
                }
                Expr::Call(_) if self.graph.tasks().any(|it| self.graph.nodes[it].site == Site::Expr(expr)) => {}
                _ => body.children(expr, &mut |it| rest.push(it)),
            }
        }
    }
}
