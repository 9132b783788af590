//! What the interpreter needs to know of a file before it runs it: which functions are tasks, where code can suspend, and
//! what the calls there are called and wait for. It is what the graphs and the effects say, by places of the text.

use std::sync::Arc;

use danaide_syntax::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::{EdgeKind, NodeKind, TaskGraph, WaitCause, document::graph_name, site_range, task_graphs};
use crate::effects::{Callee, CodeId, EffectSet, Effects, Site, Waits, effects_of, facts, sites};
use crate::{
    Body, Db, Definition, File, FunctionId, Owner, Stmt, body_of, body_source_map, definitions, item_source_map, parse,
};

/// A call that may suspend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspensionPoint {
    /// Of the call expression, the stage, or the statement.
    pub range: TextRange,
    /// What it is called within its function: `fetch`, `fetch#2`. The identity of a task is the labels of the calls that
    /// led to it.
    pub label: SmolStr,
    pub kind: NodeKind,
    pub effects: EffectSet,
    /// It surely waits; else only the function that is called tells, at run time.
    pub is_certain: bool,
    /// The caller goes on when it is done.
    pub is_waited: bool,
    /// The calls of the same function that must be done before this one starts, because both touch the same state. Labels;
    /// those of the turn before are among them.
    pub after: Vec<SmolStr>,
    /// The call that starts it together with others, without order among them. None for stages, which are code of their own.
    pub together: Option<TextRange>,
}

/// What some code of a file is for the scheduler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionTasks {
    /// `load`, `Shop.buy`, `(file)`.
    pub name: String,
    pub code: CodeId,
    /// Of the definition, the lambda or the pipeline; none for the statements of the file.
    pub range: Option<TextRange>,
    /// What a call of it does.
    pub effects: Arc<Effects>,
    /// The parameters that it calls, by name: its own, and those of functions around it.
    pub called: Vec<SmolStr>,
    /// It changes what its first parameter stands for: a method that writes to the fields of `self`.
    pub changes_first: bool,
    /// All places where something is called that may wait, and whether it surely does. Those of functions inside are not
    /// among them.
    pub waiting: Vec<(TextRange, Waits)>,
    pub points: Vec<SuspensionPoint>,
    /// Where the function itself, and no task that starts there, touches state that tasks touch too: it waits for these
    /// before it goes on.
    pub order_waits: Vec<(TextRange, Vec<SmolStr>)>,
}

impl FunctionTasks {
    pub fn waits(&self) -> Waits {
        self.effects.waits()
    }
}

/// The code of a file with the calls that may suspend, in the order of the text. A pipeline that is a value is code of its
/// own, after the function it stands in.
pub fn suspension_points(db: &dyn Db, file: File) -> Vec<FunctionTasks> {
    let mut all = Vec::new();
    let (parsed, places) = (parse(db, file), item_source_map(db, file));
    for definition in definitions(db, file).iter() {
        let body = body_of(db, definition);
        let owner = definition.owner(db);
        let graphs = task_graphs(db, definition);
        let mut definers: FxHashMap<FunctionId, Site> = FxHashMap::default();
        for (id, statement) in body.stmts.iter() {
            if let Stmt::Function { function, .. } = statement {
                definers.insert(*function, Site::Stmt(id));
            }
        }
        for (code, own) in &facts(db, definition).codes {
            let (function, range) = match *code {
                CodeId::Root => {
                    let node = match owner {
                        Owner::Item(item) => places.node(item, &parsed),
                        Owner::Module => None,
                    };
                    (body.root, node.map(|it| it.text_range()))
                }
                CodeId::Function(id) => match definers.get(&id) {
                    Some(site) => (id, site_range(db, definition, *site)),
                    None => {
                        let place = body_source_map(db, definition).function(id);
                        (id, place.and_then(|it| definition.absolute(db, it)))
                    }
                },
                CodeId::Pipeline(expr) => {
                    let parent = own.parent.unwrap_or(CodeId::Root);
                    let function = if let CodeId::Function(id) = parent { id } else { body.root };
                    (function, site_range(db, definition, Site::Expr(expr)))
                }
            };
            let graph = graphs.get(function).filter(|_| !matches!(code, CodeId::Pipeline(_)));
            let effects = effects_of(db, &Callee { file, owner: owner.clone(), code: *code });
            // Most code does not wait, and then no place in it does.
            let sites = (effects.waits() != Waits::No).then(|| sites(db, definition, *code));
            let waiting = sites
                .iter()
                .flat_map(|it| it.waiting())
                .filter_map(|(site, waits)| Some((site_range(db, definition, site)?, waits)))
                .collect();
            all.push(FunctionTasks {
                name: match code {
                    CodeId::Pipeline(_) => "pipeline".to_owned(),
                    _ => graph_name(&body, owner, function),
                },
                code: *code,
                range,
                called: called_names(&body, &effects),
                changes_first: effects.changes(crate::effects::ParamRef { code: *code, index: 0 }).is_some(),
                effects,
                waiting,
                points: graph.map(|it| points(db, definition, it)).unwrap_or_default(),
                order_waits: graph.map(|it| order_waits(db, definition, it)).unwrap_or_default(),
            });
        }
    }
    all
}

fn called_names(body: &Body, effects: &Effects) -> Vec<SmolStr> {
    let mut names: Vec<SmolStr> = effects
        .called()
        .filter_map(|param| {
            let function = match param.code {
                CodeId::Root => body.root,
                CodeId::Function(id) => id,
                CodeId::Pipeline(_) => return None,
            };
            let of = &body.functions[function];
            let mut params = of.receiver.iter().chain(&of.params).filter(|it| it.binding.is_some());
            params.nth(usize::from(param.index)).map(|it| it.name.clone())
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

fn points(db: &dyn Db, definition: Definition<'_>, graph: &TaskGraph) -> Vec<SuspensionPoint> {
    let mut before: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    for edge in graph.edges.iter().filter(|it| it.kind == EdgeKind::Order) {
        before.entry(edge.to).or_default().push(edge.from);
    }
    let point = |task: usize| {
        let node = &graph.nodes[task];
        let mut after: Vec<SmolStr> =
            before.get(&task).into_iter().flatten().map(|it| graph.nodes[*it].id.clone()).collect();
        after.sort();
        after.dedup();
        Some(SuspensionPoint {
            range: site_range(db, definition, node.site)?,
            label: node.id.clone(),
            kind: node.kind,
            effects: node.effects,
            is_certain: node.is_certain,
            is_waited: node.is_waited,
            after,
            together: node
                .together
                .filter(|_| node.kind == NodeKind::Call)
                .and_then(|it| site_range(db, definition, it)),
        })
    };
    graph.tasks().filter_map(point).collect()
}

fn order_waits(db: &dyn Db, definition: Definition<'_>, graph: &TaskGraph) -> Vec<(TextRange, Vec<SmolStr>)> {
    let of_tasks: FxHashSet<Site> = graph.tasks().map(|it| graph.nodes[it].site).collect();
    let waits = graph.waits.iter().filter(|it| matches!(it.cause, WaitCause::Order(_)) && !of_tasks.contains(&it.site));
    let labels = |tasks: &[usize]| tasks.iter().map(|it| graph.nodes[*it].id.clone()).collect();
    waits.filter_map(|it| Some((site_range(db, definition, it.site)?, labels(&it.tasks)))).collect()
}
