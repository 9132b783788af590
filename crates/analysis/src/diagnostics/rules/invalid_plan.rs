//! `invalid-plan`: a plan that cannot run.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::diagnostics::finding::{BodyCheck, Finding, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{Body, Call, DiagnosticCode, Expr, ExprId, Literal, NameRef};

pub(super) const RULE: Rule = Rule {
    name: "invalid-plan",
    level: Level::Warning,
    category: Category::Tasks,
    summary: "A plan has steps that cannot run",
    explanation: "A plan is a list of steps `{\"name\": …, \"task\": …, \"args\": …, \"needs\": […]}`. Each step has a name of its own, no other keys than \
                  these, and needs only steps that are there, and no step needs itself, directly or through others. Where the plan stands in a call of \
                  `run_plan` with `tasks={…}`, each task is one of them. A list counts as a plan if all of its items have a name \
                  and a task, and if it stands in a call of `run_plan` or some item has needs.",
    bad: "plan = [\n    {\"name\": \"load\", \"task\": \"fetch\", \"needs\": [\"store\"]},\n    {\"name\": \"store\", \"task\": \"save\", \"needs\": [\"load\"]},\n]\n",
    good: "plan = [\n    {\"name\": \"load\", \"task\": \"fetch\", \"needs\": []},\n    {\"name\": \"store\", \"task\": \"save\", \"needs\": [\"load\"]},\n]\n",
    has_fix: false,
    check: Check::Body(check),
};

struct Step {
    name: SmolStr,
    name_at: ExprId,
    task: Option<(SmolStr, ExprId)>,
    needs: Vec<(SmolStr, ExprId)>,
    /// Some need is not a text that stands there.
    is_open: bool,
    /// Keys that no step has.
    unknown: Vec<(SmolStr, ExprId)>,
}

const KEYS: [&str; 4] = ["name", "task", "args", "needs"];

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    let runs = runs(&body);
    for (id, expr) in body.exprs.iter() {
        let Expr::List(items) = expr else { continue };
        let run = runs.get(&id).copied();
        let Some(steps) = steps(cx, items, run.is_some()) else { continue };
        check_steps(cx, &steps);
        if let Some(tasks) = run.and_then(|it| tasks_of(cx, it)) {
            for (task, at) in steps.iter().filter_map(|it| it.task.as_ref()) {
                if !tasks.contains(task) {
                    let known = tasks.iter().map(SmolStr::as_str);
                    let place = cx.expr(*at);
                    let message = match crate::nearest(task, known) {
                        Some(nearest) => format!("there is no task `{task}`; did you mean `{nearest}`?"),
                        None => format!("there is no task `{task}`; `tasks` has {}", tasks.join(", ")),
                    };
                    cx.report(Finding::new(DiagnosticCode::InvalidPlan, message, place));
                }
            }
        }
    }
}

fn steps(cx: &BodyCheck<'_>, items: &[ExprId], is_run: bool) -> Option<Vec<Step>> {
    let body = &cx.body;
    let mut steps = Vec::new();
    let mut has_needs = false;
    for item in items {
        let Expr::Dict(entries) = &body.exprs[*item] else { return None };
        let field = |asked: &str| {
            entries.iter().find_map(|(key, value)| match &body.exprs[(*key)?] {
                Expr::Literal(Literal::Str(Some(text))) if text == asked => Some(*value),
                _ => None,
            })
        };
        let name_at = field("name")?;
        let name = text(cx, name_at)?;
        let task_at = field("task")?;
        let mut step = Step {
            name,
            name_at,
            task: text(cx, task_at).map(|it| (it, task_at)),
            needs: Vec::new(),
            is_open: false,
            unknown: Vec::new(),
        };
        for key in entries.iter().filter_map(|(key, _)| *key) {
            if let Some(name) = text(cx, key).filter(|it| !KEYS.contains(&it.as_str())) {
                step.unknown.push((name, key));
            }
        }
        if let Some(needs) = field("needs") {
            has_needs = true;
            match &body.exprs[needs] {
                Expr::List(all) => {
                    for need in all {
                        match text(cx, *need) {
                            Some(name) => step.needs.push((name, *need)),
                            None => step.is_open = true,
                        }
                    }
                }
                _ => step.is_open = true,
            }
        }
        if let Some(args) = field("args")
            && let Expr::Dict(entries) = &body.exprs[args]
        {
            for (_, value) in entries {
                // `"$name"` stands for the result of a step and makes it a need.
                if let Some(need) = text(cx, *value)
                    && let Some(need) = need.strip_prefix('$').filter(|it| !it.starts_with('$'))
                {
                    step.needs.push((need.into(), *value));
                }
            }
        }
        steps.push(step);
    }
    ((has_needs || is_run) && !steps.is_empty()).then_some(steps)
}

fn text(cx: &BodyCheck<'_>, expr: ExprId) -> Option<SmolStr> {
    match &cx.body.exprs[expr] {
        Expr::Literal(Literal::Str(text)) => text.clone(),
        _ => None,
    }
}

fn check_steps(cx: &mut BodyCheck<'_>, steps: &[Step]) {
    for (index, step) in steps.iter().enumerate() {
        if let Some(first) = steps[..index].iter().find(|it| it.name == step.name) {
            let (place, first) = (cx.expr(step.name_at), cx.expr(first.name_at));
            let message = format!("there are two steps `{}`; each needs a name of its own", step.name);
            let finding = Finding::new(DiagnosticCode::InvalidPlan, message, place);
            cx.report(finding.with_related("the other one is here", Spot::Here(first)));
        }
        for (key, at) in &step.unknown {
            let message = match crate::nearest(key, KEYS) {
                Some(nearest) => format!("no step has the key `{key}`; did you mean `{nearest}`?"),
                None => format!("no step has the key `{key}`"),
            };
            cx.report(Finding::new(DiagnosticCode::InvalidPlan, message, cx.expr(*at)));
        }
        for (need, at) in &step.needs {
            if !steps.iter().any(|it| it.name == *need) {
                let place = cx.expr(*at);
                let known = steps.iter().filter(|it| it.name != step.name).map(|it| it.name.as_str());
                let message = match crate::nearest(need, known) {
                    Some(nearest) => format!("there is no step `{need}`; did you mean `{nearest}`?"),
                    None => format!("there is no step `{need}` in this plan"),
                };
                cx.report(Finding::new(DiagnosticCode::InvalidPlan, message, place));
            }
        }
    }
    if let Some(cycle) = cycle(steps) {
        let names: Vec<&str> = cycle.iter().map(|it| steps[*it].name.as_str()).collect();
        let message = format!("these steps need each other in a circle: {} → {}", names.join(" → "), names[0]);
        let place = cx.expr(steps[cycle[0]].name_at);
        cx.report(Finding::new(DiagnosticCode::InvalidPlan, message, place));
    }
}

/// Steps each of which needs the next, and the last the first; from the earliest step on.
fn cycle(steps: &[Step]) -> Option<Vec<usize>> {
    let needs = |step: usize| {
        steps[step]
            .needs
            .iter()
            .filter_map(|(need, _)| steps.iter().position(|it| it.name == *need))
            .collect::<Vec<_>>()
    };
    for start in 0..steps.len() {
        let mut seen = vec![false; steps.len()];
        // The way to each step, and the next of its needs to look at.
        let mut way = vec![(start, needs(start), 0)];
        while let Some((_, all, next)) = way.last_mut() {
            let Some(&step) = all.get(*next) else {
                way.pop();
                continue;
            };
            *next += 1;
            if step == start {
                return Some(way.iter().map(|it| it.0).collect());
            }
            if !std::mem::replace(&mut seen[step], true) {
                way.push((step, needs(step), 0));
            }
        }
    }
    None
}

/// The calls of `run_plan`, by what is their first argument.
fn runs(body: &Body) -> FxHashMap<ExprId, &Call> {
    let calls = body.exprs.iter().filter_map(|(_, expr)| match expr {
        Expr::Call(call) => match &body.exprs[call.callee] {
            Expr::Name(NameRef::Free(name)) if name == "run_plan" => Some((call.args.first()?.value(), call)),
            _ => None,
        },
        _ => None,
    });
    calls.collect()
}

/// The names of `tasks={…}` of a call of `run_plan`.
fn tasks_of(cx: &BodyCheck<'_>, run: &Call) -> Option<Vec<SmolStr>> {
    let Expr::Dict(entries) = &cx.body.exprs[run.argument("tasks", 1)?] else { return None };
    entries.iter().map(|(key, _)| text(cx, (*key)?)).collect()
}
