//! What the interpreter needs from the task graph: where code can suspend, and what the tasks are called.

use danaide_syntax::TextRange;

use super::document::graph_name;
use super::{EdgeKind, NodeKind, site_range, task_graphs};
use crate::effects::{CodeId, EffectSet, Waits, effects_of};
use crate::{Db, File, FunctionId, body_of, definitions};

/// A call that may suspend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspensionPoint {
    /// Of the call expression, the stage, or the statement.
    pub range: TextRange,
    /// `load/fetch#2`: the function and the call in it. The scheduler adds the path of the caller before it and the number of the
    /// turn behind it.
    pub identity: String,
    pub kind: NodeKind,
    pub effects: EffectSet,
    /// It surely waits; else only the function that is called tells, at run time.
    pub is_certain: bool,
    /// The caller goes on when it is done.
    pub is_waited: bool,
    /// The calls of the same function that must be done before this one starts, because both touch the same state. Identities;
    /// those of the turn before are among them.
    pub after: Vec<String>,
}

/// What a function is for the scheduler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionTasks {
    /// `load`, `Shop.buy`, `(file)`.
    pub name: String,
    pub function: FunctionId,
    pub waits: Waits,
    pub points: Vec<SuspensionPoint>,
    /// Where the function itself touches state that a task touches too: it waits for these tasks before it goes on.
    pub order_waits: Vec<(TextRange, Vec<String>)>,
}

/// The functions of a file with the calls that may suspend, in the order of the text.
pub fn suspension_points(db: &dyn Db, file: File) -> Vec<FunctionTasks> {
    let mut all = Vec::new();
    for definition in definitions(db, file).iter() {
        let body = body_of(db, definition);
        let owner = definition.owner(db);
        for (function, graph) in &task_graphs(db, definition).all {
            let name = graph_name(&body, owner, *function);
            let code = if *function == body.root { CodeId::Root } else { CodeId::Function(*function) };
            let callee = crate::effects::Callee { file, owner: owner.clone(), code };
            let identity = |node: usize| format!("{name}/{}", graph.nodes[node].id);
            let points = graph
                .tasks()
                .filter_map(|task| {
                    let node = &graph.nodes[task];
                    let mut after: Vec<String> = graph
                        .edges
                        .iter()
                        .filter(|it| it.to == task && it.kind == EdgeKind::Order)
                        .map(|it| identity(it.from))
                        .collect();
                    after.sort();
                    after.dedup();
                    Some(SuspensionPoint {
                        range: site_range(db, definition, node.site)?,
                        identity: identity(task),
                        kind: node.kind,
                        effects: node.effects,
                        is_certain: node.is_certain,
                        is_waited: node.is_waited,
                        after,
                    })
                })
                .collect();
            let order_waits = graph
                .waits
                .iter()
                .filter(|it| matches!(it.cause, super::WaitCause::Order(_)))
                .filter_map(|it| {
                    let range = site_range(db, definition, it.site)?;
                    Some((range, it.tasks.iter().map(|it| identity(*it)).collect()))
                })
                .collect();
            all.push(FunctionTasks {
                name,
                function: *function,
                waits: effects_of(db, &callee).waits(),
                points,
                order_waits,
            });
        }
    }
    all
}
