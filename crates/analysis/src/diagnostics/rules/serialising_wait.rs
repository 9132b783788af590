//! `serialising-wait`: tasks that could run together run one after the other.

use crate::diagnostics::finding::{BodyCheck, Finding, FindingFix, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::effects::Site;
use crate::graph::{EdgeKind, NodeKind, TaskGraph, WaitCause, WaitPoint, task_graphs};
use crate::{Body, DiagnosticCode, Expr, NameRef, Place, Stmt, StmtId, VariableId};

pub(super) const RULE: Rule = Rule {
    name: "serialising-wait",
    level: Level::Information,
    category: Category::Tasks,
    summary: "A wait keeps a task from starting that does not need it",
    explanation: "`x = fetch(a)` starts a task and goes on; the first use of `x` waits for it. A task that starts after that use \
                  begins late, even if it needs nothing of `x`. Start it before, and both run at the same time. In a loop, \
                  waiting for each turn's task makes the turns run one after the other; a comprehension starts them all.",
    bad: "def fetch(url):\n    return reason(url)\n\ndef f():\n    a = fetch(\"a\")\n    print(a)\n    b = fetch(\"b\")\n    return b\n",
    good: "def fetch(url):\n    return reason(url)\n\ndef f():\n    a = fetch(\"a\")\n    b = fetch(\"b\")\n    print(a)\n    return b\n",
    has_fix: true,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let graphs = task_graphs(cx.db, cx.definition);
    for (_, graph) in &graphs.all {
        for wait in graph.waits.iter().filter(|it| it.cause == WaitCause::Value) {
            match in_loop(graph, wait) {
                Some(task) => report_loop(cx, graph, wait, task),
                None => report_later(cx, graph, wait),
            }
        }
    }
}

/// The task of a loop whose turns are in order only because each is waited for.
fn in_loop(graph: &TaskGraph, wait: &WaitPoint) -> Option<usize> {
    wait.tasks.iter().copied().find(|task| {
        let Some(parent) = graph.nodes[*task].parent else { return false };
        let is_for = matches!(graph.nodes[parent].kind, NodeKind::For) && graph.nodes[*task].is_certain;
        let inside = |node: usize| graph.nodes[node].parent == Some(parent);
        let mut carried = graph.edges.iter().filter(|it| it.is_carried && inside(it.from) && inside(it.to)).peekable();
        is_for && carried.peek().is_some() && carried.all(|it| it.kind == EdgeKind::Sync && it.doubt.is_none())
    })
}

fn report_loop(cx: &mut BodyCheck<'_>, graph: &TaskGraph, wait: &WaitPoint, task: usize) {
    let name = &graph.nodes[task].name;
    let message = format!(
        "each turn of the loop waits for `{name}` here, so the turns run one after the other; a comprehension starts them all"
    );
    let place = cx.site(wait.site);
    let task = cx.site(graph.nodes[task].site);
    let finding = Finding::new(DiagnosticCode::SerialisingWait, message, place);
    cx.report(finding.with_related("the task starts here", Spot::Here(task)));
}

fn report_later(cx: &mut BodyCheck<'_>, graph: &TaskGraph, wait: &WaitPoint) {
    // The first task after the wait that is there for no other reason.
    let later = graph.edges.iter().find(|edge| {
        let is_only_sync = edge.kind == EdgeKind::Sync && edge.doubt.is_none() && !edge.is_carried;
        let others = graph.edges.iter().any(|it| {
            it.to == edge.to && it.kind != EdgeKind::Sync && (it.from == edge.from || wait.tasks.contains(&it.from))
        });
        is_only_sync
            && graph.nodes[edge.from].is_certain
            && graph.nodes[edge.to].is_certain
            && wait.tasks.contains(&edge.from)
            && !others
            && graph.nodes[edge.to].branches == graph.nodes[edge.from].branches
            && graph.nodes[edge.to].parent == graph.nodes[edge.from].parent
            && !needs_another(graph, wait, edge.to)
    });
    let Some(later) = later else { return };
    let (before, after) = (&graph.nodes[later.from], &graph.nodes[later.to]);
    let message = format!(
        "`{}` is waited for here, so `{}` starts late, which does not need it; start it before",
        before.name, after.name
    );
    let (wait_place, after_place) = (cx.site(wait.site), cx.site(after.site));
    // Only where the two can surely change places: what stands between them may be why they are in this order.
    let Some((first, second)) = neighbours(cx, wait_place, after_place) else { return };
    let (first_text, second_text) = (cx.text(first), cx.text(second));
    let fix = FindingFix::needs_review(format!("Start `{}` before", after.name))
        .edit(Spot::Here(first), second_text)
        .edit(Spot::Here(second), first_text);
    let finding = Finding::new(DiagnosticCode::SerialisingWait, message, wait_place)
        .with_related(format!("`{}` starts here", after.name), Spot::Here(after_place))
        .with_fix(fix);
    cx.report(finding);
}

/// Does a task need a value that is only there after the wait, of another task?
fn needs_another(graph: &TaskGraph, wait: &WaitPoint, task: usize) -> bool {
    graph
        .edges
        .iter()
        .filter(|it| it.to == task && it.kind != EdgeKind::Sync && !it.is_carried)
        .any(|it| wait.tasks.iter().any(|waited| *waited == it.from || graph.is_before(*waited, it.from)))
}

/// The two statements around the wait and the task, if one follows the other and they can change places.
fn neighbours(cx: &BodyCheck<'_>, wait: Place, task: Place) -> Option<(Place, Place)> {
    let body = cx.body.clone();
    let mut found = None;
    for (_, function) in body.functions.iter() {
        let crate::FunctionBody::Block(statements) = &function.body else { continue };
        for pair in statements.windows(2) {
            let (first, second) = (cx.stmt(pair[0]), cx.stmt(pair[1]));
            if holds(first, wait) && holds(second, task) && can_swap(&body, pair[0], pair[1]) {
                found = Some((first, second));
            }
        }
    }
    found
}

fn holds(outer: Place, inner: Place) -> bool {
    outer.part == inner.part && outer.range.contains_range(inner.range)
}

/// Is the second a plain assignment that neither needs what the first gives nor changes what it reads?
fn can_swap(body: &Body, first: StmtId, second: StmtId) -> bool {
    let Stmt::Assign { targets, value: Some(value), .. } = &body.stmts[second] else { return false };
    let mut given: Vec<VariableId> = Vec::new();
    for target in targets {
        match &body.exprs[*target] {
            Expr::Bind(binding) => given.push(body.bindings[*binding].variable),
            _ => return false,
        }
    }
    let mut of_first: Vec<VariableId> = Vec::new();
    body.bound_in(&[first], &mut of_first);
    let exprs = match &body.stmts[first] {
        Stmt::Expr(expr) => vec![*expr],
        Stmt::Assign { value: Some(value), .. } => vec![*value],
        _ => return false,
    };
    let reads = |expr, variables: &[VariableId]| {
        let mut found = false;
        body.walk(expr, &mut |it| {
            if let Expr::Name(NameRef::Variable(variable)) = &body.exprs[it] {
                found |= variables.contains(variable);
            }
        });
        found
    };
    !reads(*value, &of_first)
        && !exprs.iter().any(|it| reads(*it, &given))
        && !given.iter().any(|it| of_first.contains(it))
}

impl BodyCheck<'_> {
    /// Where something of a task graph stands.
    pub(crate) fn site(&self, site: Site) -> Place {
        match site {
            Site::Expr(expr) => self.expr(expr),
            Site::Stmt(stmt) => self.stmt(stmt),
        }
    }
}
