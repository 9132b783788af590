//! What an editor shows beside tasks: what each waits for, what runs beside it, and where the function waits.

use danaide_syntax::{ColumnEncoding, TextRange};

use super::{EdgeKind, site_range, task_graphs};
use crate::effects::EffectSet;
use crate::{Db, Definition, File, definitions, line_index};

/// A task and how it is tied to others of its function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskHint {
    pub range: TextRange,
    pub name: String,
    pub effects: EffectSet,
    pub is_certain: bool,
    /// The tasks that it comes after, without those that come after them by others of these: names and lines, from 1.
    pub after: Vec<(String, u32, EdgeKind)>,
    /// The tasks that come after it, in the same way.
    pub then: Vec<(String, u32, EdgeKind)>,
    /// The tasks that can run at the same time.
    pub beside: Vec<(String, u32)>,
    pub is_on_critical_path: bool,
    /// The function goes on when it is done.
    pub is_waited: bool,
}

/// A place where a function waits for tasks that were started before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitHint {
    pub range: TextRange,
    /// Names and lines, from 1.
    pub tasks: Vec<(String, u32)>,
    /// As the end of a sentence.
    pub cause: String,
}

/// More tasks beside a task than this are not listed.
const MOST_BESIDE: usize = 8;

/// The hints of a file, in the order of the text.
pub fn task_hints(db: &dyn Db, file: File) -> (Vec<TaskHint>, Vec<WaitHint>) {
    let (mut tasks, mut waits) = (Vec::new(), Vec::new());
    for definition in definitions(db, file).iter() {
        let of = definition_hints(db, definition);
        tasks.extend(of.0);
        waits.extend(of.1);
    }
    tasks.sort_by_key(|it| (it.range.start(), it.range.end()));
    waits.sort_by_key(|it| (it.range.start(), it.range.end()));
    (tasks, waits)
}

/// The hints of one definition, in no order.
pub fn definition_hints(db: &dyn Db, definition: Definition<'_>) -> (Vec<TaskHint>, Vec<WaitHint>) {
    let index = line_index(db, definition.file(db));
    let mut tasks = Vec::new();
    let mut waits = Vec::new();
    for (_, graph) in &task_graphs(db, definition).all {
        let range = |node: usize| site_range(db, definition, graph.nodes[node].site);
        let line = |node: usize| range(node).map_or(0, |it| index.line_col(it.start(), ColumnEncoding::Utf8).line + 1);
        let named = |node: usize| (graph.nodes[node].id.to_string(), line(node));
        let with_kinds = |nodes: Vec<(usize, EdgeKind)>| {
            nodes.into_iter().map(|(it, kind)| (graph.nodes[it].id.to_string(), line(it), kind)).collect()
        };
        let (mut before, mut after) = (vec![Vec::new(); graph.nodes.len()], vec![Vec::new(); graph.nodes.len()]);
        for edge in graph.edges.iter().filter(|it| !it.is_carried) {
            before[edge.to].push((edge.from, edge.kind));
            after[edge.from].push((edge.to, edge.kind));
        }
        for task in graph.tasks() {
            let Some(range) = range(task) else { continue };
            let beside = graph
                .tasks()
                .filter(|other| {
                    *other != task
                        && !graph.is_before(*other, task)
                        && !graph.is_before(task, *other)
                        && !graph.are_exclusive(task, *other)
                })
                .take(MOST_BESIDE)
                .map(named)
                .collect();
            tasks.push(TaskHint {
                range,
                name: graph.nodes[task].id.to_string(),
                effects: graph.nodes[task].effects,
                is_certain: graph.nodes[task].is_certain,
                after: with_kinds(nearest(&before[task], |it, other| graph.is_before(it, other))),
                then: with_kinds(nearest(&after[task], |it, other| graph.is_before(other, it))),
                beside,
                is_on_critical_path: graph.critical_path.contains(&task),
                is_waited: graph.nodes[task].is_waited,
            });
        }
        for wait in &graph.waits {
            // That a statement waits for its own call needs no hint.
            if wait.cause == super::WaitCause::Statement || wait.cause == super::WaitCause::SyncFunction {
                continue;
            }
            if let Some(range) = site_range(db, definition, wait.site) {
                let tasks = wait.tasks.iter().map(|it| named(*it)).collect();
                waits.push(WaitHint { range, tasks, cause: wait.cause.text() });
            }
        }
    }
    (tasks, waits)
}

/// Each task at the other end of edges once, with the strongest of the reasons, without those behind another of them.
fn nearest(edges: &[(usize, EdgeKind)], is_behind: impl Fn(usize, usize) -> bool) -> Vec<(usize, EdgeKind)> {
    let mut all: Vec<(usize, EdgeKind)> = Vec::new();
    for (task, kind) in edges {
        match all.iter_mut().find(|it| it.0 == *task) {
            Some(known) => known.1 = known.1.min(*kind),
            None => all.push((*task, *kind)),
        }
    }
    let is_nearest = |it: usize| !all.iter().any(|(other, _)| *other != it && is_behind(it, *other));
    all.iter().copied().filter(|it| is_nearest(it.0)).collect()
}
