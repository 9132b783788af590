//! `serialising-wait`: tasks that could run together run one after the other.

use crate::diagnostics::finding::{BodyCheck, Finding, FindingFix, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::effects::{CodeId, Effect, Site, Sites, sites};
use crate::graph::{EdgeKind, NodeKind, TaskGraph, WaitCause, WaitPoint, task_graphs};
use crate::{Body, DiagnosticCode, Expr, FunctionId, NameRef, Place, Stmt, StmtId, VariableId};

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
    for (function, graph) in &graphs.all {
        for wait in graph.waits.iter().filter(|it| it.cause == WaitCause::Value) {
            match in_loop(graph, wait) {
                Some(task) => report_loop(cx, graph, wait, task),
                None => report_later(cx, *function, graph, wait),
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

fn report_later(cx: &mut BodyCheck<'_>, function: FunctionId, graph: &TaskGraph, wait: &WaitPoint) {
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
    // Only where it can surely go before the others: what stands between may be why they are in this order.
    let shows = after.effects.contains(Effect::Log);
    let Some(statements) = movable(cx, function, wait_place, after_place, shows) else { return };
    // Each statement takes the place of the next, and the last that of the first.
    let mut fix = FindingFix::needs_review(format!("Start `{}` before", after.name));
    let texts: Vec<String> = statements.iter().map(|it| cx.text(*it)).collect();
    for (at, place) in statements.iter().enumerate() {
        let text = &texts[at.checked_sub(1).unwrap_or(texts.len() - 1)];
        fix = fix.edit(Spot::Here(*place), text.clone());
    }
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

/// The statements from that with the wait to that with the task, if the last can go before the others. `shows`: the task
/// writes to the output.
fn movable(cx: &BodyCheck<'_>, function: FunctionId, wait: Place, task: Place, shows: bool) -> Option<Vec<Place>> {
    let body = cx.body.clone();
    let code = if function == body.root { CodeId::Root } else { CodeId::Function(function) };
    let sites = sites(cx.db, cx.definition, code);
    for (_, function) in body.functions.iter() {
        let crate::FunctionBody::Block(statements) = &function.body else { continue };
        let at = |place: Place| statements.iter().position(|it| holds(cx.stmt(*it), place));
        let (Some(first), Some(last)) = (at(wait), at(task)) else { continue };
        if first >= last || last - first > MOST_BETWEEN {
            continue;
        }
        let before = &statements[first..last];
        let is_free = |(at, it): (usize, &StmtId)| {
            // The first one waits, and may do so for what it does itself.
            can_swap(&body, *it, statements[last]) && keeps_values(&body, &sites, *it, at == 0, !shows)
        };
        return before
            .iter()
            .enumerate()
            .all(is_free)
            .then(|| statements[first..=last].iter().map(|it| cx.stmt(*it)).collect());
    }
    None
}

/// More statements than this between a wait and a task are not looked at.
const MOST_BETWEEN: usize = 8;

/// Does a statement leave state and values as they are, and not look at state that a task may change?
fn keeps_values(body: &Body, sites: &Sites<'_>, statement: StmtId, may_wait: bool, may_show: bool) -> bool {
    let is_free = |site: Site| {
        sites.get(site).is_none_or(|it| {
            it.changed.is_empty()
                && it.effects.touched().is_empty()
                && !it.effects.touches_everything()
                && it.effects.iter().all(|it| may_wait && it.waits() || may_show && it == Effect::Log)
        })
    };
    let value = match &body.stmts[statement] {
        Stmt::Expr(value) | Stmt::Assign { value: Some(value), .. } => *value,
        _ => return false,
    };
    let mut is_kept = is_free(Site::Stmt(statement));
    body.walk(value, &mut |it| is_kept &= is_free(Site::Expr(it)));
    is_kept
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
