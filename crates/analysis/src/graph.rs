//! The task graph: which calls of a function may wait, and what each of them waits for.
//!
//! Nodes are tasks: calls of functions, builtins and methods with a waiting effect, stages of pipelines, members of
//! parallel calls, and loops with tasks inside. Edges are what `docs/tasks.md` describes. Where the analysis cannot tell, there is
//! an edge that says so: never a missing one. A graph holds no offsets, so an edit elsewhere leaves it as it is.

mod accesses;
mod bits;
mod build;
mod captures;
mod document;
mod dot;
mod expr;
mod hints;
mod measure;
mod mermaid;
mod policy;
mod state;
mod stmt;
mod suspension;
#[cfg(test)]
mod tests;
mod text;

use std::sync::Arc;

use danaide_syntax::TextRange;
use smol_str::SmolStr;

pub use document::{EdgeDocument, FileGraphs, GraphDocument, NodeDocument, Range, WaitDocument, file_graphs};
pub use dot::dot;
pub use hints::{TaskHint, WaitHint, definition_hints, task_hints};
pub use measure::{Width, measure};
pub use mermaid::mermaid;
pub(crate) use stmt::{expressions as statement_expressions, expressions_of};

pub use policy::{Policies, Retry, policies};
pub use suspension::{FunctionTasks, SuspensionPoint, suspension_points};
pub use text::text;

use crate::effects::{Callee, CodeId, EffectSet, Site};
use crate::{Db, Definition, FunctionId, FunctionKind, body_of, body_source_map};

/// The tasks of one function, or of the statements of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskGraph {
    /// In the order of the text; what is inside a loop or a parallel call stands after it.
    pub nodes: Vec<TaskNode>,
    pub edges: Vec<TaskEdge>,
    /// Where the function waits, in the order of the text.
    pub waits: Vec<WaitPoint>,
    /// Where tasks that are started together, as `gather` says, touch the same state all the same.
    pub unordered: Vec<Unordered>,
    /// The longest chain of tasks that follow each other.
    pub critical_path: Vec<usize>,
    pub width: Width,
}

/// A call that may wait, or a loop around such calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskNode {
    /// What it is called within its function: `fetch`, `fetch#2`. Stable as long as the calls of the same name before it stay.
    pub id: SmolStr,
    pub name: SmolStr,
    pub kind: NodeKind,
    pub site: Site,
    pub effects: EffectSet,
    /// It surely waits. Otherwise something is called of which nothing is known.
    pub is_certain: bool,
    /// What may be called.
    pub callees: Vec<Callee>,
    /// The loop or the parallel call that it is inside.
    pub parent: Option<usize>,
    /// How many loops are around it.
    pub loop_depth: u32,
    /// The alternatives that it is in, outermost first: which statement or expression decides, and which way it is on.
    pub branches: Vec<(Site, u32)>,
    /// It is a statement by itself, or its function is `sync`: the caller goes on when it is done.
    pub is_waited: bool,
    /// A function with tasks of its own.
    pub opens: Option<Callee>,
    pub policies: Policies,
    /// Of a loop: what one turn needs from the one before. Without it, turns overlap.
    pub carries: Vec<SmolStr>,
    /// A task inside is started again for each item, and nothing makes one wait for the other.
    pub is_repeated: bool,
    /// The call or the list of stages that starts it together with others: they have no order among each other.
    pub together: Option<Site>,
}

/// Two tasks that would be in order, if the program did not say that they start together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unordered {
    pub first: usize,
    pub second: usize,
    /// What both touch, and one of them changes.
    pub name: SmolStr,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeKind {
    Call,
    /// Of a pipeline.
    Stage,
    /// A function that is given to a call which runs it: `pmap(f, items)`.
    Member,
    For,
    While,
    Comprehension,
}

impl NodeKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Stage => "stage",
            Self::Member => "member",
            Self::For => "for",
            Self::While => "while",
            Self::Comprehension => "comprehension",
        }
    }

    pub const fn is_loop(self) -> bool {
        matches!(self, Self::For | Self::While | Self::Comprehension)
    }
}

/// One task depends on another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskEdge {
    pub from: usize,
    pub to: usize,
    pub kind: EdgeKind,
    /// Why, for readers: "uses `page`".
    pub cause: SmolStr,
    /// Where that is.
    pub site: Site,
    /// None if it is certain; else what the analysis cannot tell.
    pub doubt: Option<SmolStr>,
    /// It leads to the next turn of a loop.
    pub is_carried: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EdgeKind {
    /// A value of the one is used by the other.
    Data,
    /// The one decides whether the other runs.
    Control,
    /// Both touch the same state, and one writes it.
    Order,
    /// The program waits for the one before it gets to the other.
    Sync,
    /// The other follows in a pipeline.
    Stage,
}

impl EdgeKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Control => "control",
            Self::Order => "order",
            Self::Sync => "sync",
            Self::Stage => "stage",
        }
    }
}

/// A place where a function waits for tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitPoint {
    pub site: Site,
    pub tasks: Vec<usize>,
    pub cause: WaitCause,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitCause {
    /// The value is needed.
    Value,
    /// A call that is a statement by itself.
    Statement,
    /// State is touched that the task touches too; the name of it, empty if it is not known which.
    Order(SmolStr),
    /// The end of a `try` block.
    Try,
    /// A collection is complete, or all arguments of a builtin are there.
    Together,
    /// Of a function that is `sync`.
    SyncFunction,
}

impl WaitCause {
    /// As the end of a sentence: "waits for `fetch`, because …".
    pub fn text(&self) -> String {
        match self {
            Self::Value => "its value is needed".into(),
            Self::Statement => "the call is a statement by itself".into(),
            Self::Order(name) if name.is_empty() => "it may touch the same state".into(),
            Self::Order(name) => format!("it touches `{name}` too"),
            Self::Try => "the `try` block ends".into(),
            Self::Together => "all parts are needed together".into(),
            Self::SyncFunction => "its function is `sync`".into(),
        }
    }
}

impl TaskGraph {
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The tasks themselves, without loops and members.
    pub fn tasks(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.nodes.len()).filter(|it| self.is_task(*it))
    }

    /// Is it a task by itself, not a loop around some or a part of one?
    pub fn is_task(&self, node: usize) -> bool {
        matches!(self.nodes[node].kind, NodeKind::Call | NodeKind::Stage)
    }

    /// Is there a way from one task to another, within one turn of a loop?
    pub fn is_before(&self, from: usize, to: usize) -> bool {
        let mut seen = vec![false; self.nodes.len()];
        let mut stack = vec![from];
        while let Some(node) = stack.pop() {
            for edge in self.edges.iter().filter(|it| it.from == node && !it.is_carried) {
                if edge.to == to {
                    return true;
                }
                if !std::mem::replace(&mut seen[edge.to], true) {
                    stack.push(edge.to);
                }
            }
        }
        false
    }

    /// Are the two on different ways of one decision, so that only one of them runs?
    pub fn are_exclusive(&self, a: usize, b: usize) -> bool {
        let (a, b) = (&self.nodes[a].branches, &self.nodes[b].branches);
        a.iter().zip(b).find(|(a, b)| a != b).is_some_and(|(a, b)| a.0 == b.0 && a.1 != b.1)
    }
}

/// The task graphs of a definition: that of its root first, then those of functions inside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskGraphs {
    pub all: Vec<(FunctionId, Arc<TaskGraph>)>,
}

impl TaskGraphs {
    pub fn get(&self, function: FunctionId) -> Option<&Arc<TaskGraph>> {
        self.all.iter().find(|(it, _)| *it == function).map(|(_, graph)| graph)
    }
}

/// The task graphs of a definition. Functions inside without tasks have none.
#[salsa::tracked(returns(clone), lru = 1024)]
pub fn task_graphs<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<TaskGraphs> {
    let body = body_of(db, definition);
    let source = build::Source::new(db, definition);
    let mut all = Vec::new();
    for (id, function) in body.functions.iter() {
        if function.kind == FunctionKind::Record {
            continue;
        }
        let graph = build::build(&source, id);
        if id == body.root {
            all.insert(0, (id, Arc::new(graph)));
        } else if !graph.is_empty() {
            all.push((id, Arc::new(graph)));
        }
    }
    Arc::new(TaskGraphs { all })
}

/// How many definitions keep their graphs.
pub(crate) fn keep_graphs(db: &mut dyn Db, definitions: usize) {
    task_graphs::set_lru_capacity(db, definitions);
}

/// The task graph of a function or of the statements of a file.
pub fn task_graph<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<TaskGraph> {
    let root = body_of(db, definition).root;
    task_graphs(db, definition).get(root).cloned().unwrap_or_default()
}

/// Where something of a graph stands in its file.
pub fn site_range<'db>(db: &'db dyn Db, definition: Definition<'db>, site: Site) -> Option<TextRange> {
    let map = body_source_map(db, definition);
    let place = match site {
        Site::Expr(expr) => map.expr(expr),
        Site::Stmt(stmt) => map.stmt(stmt),
    };
    definition.absolute(db, place?)
}

/// Does other code have tasks, so that a call of it can be opened?
fn has_tasks(db: &dyn Db, callee: &Callee) -> bool {
    // From the facts and not from the graph, which could lead back here.
    let Some(definition) = callee.definition(db) else { return false };
    if crate::effects::is_native(db, definition) || callee.code != CodeId::Root {
        return false;
    }
    crate::effects::effects(db, definition).waits() != crate::effects::Waits::No
        && !matches!(callee.file.path(db), crate::FilePath::Library(_))
}
