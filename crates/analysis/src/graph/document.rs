//! A task graph as a document: plain data with places and names, to be written as JSON, Mermaid, DOT or text.

use std::sync::Arc;

use danaide_syntax::{ColumnEncoding, LineIndex, TextRange};
use serde::Serialize;
use smol_str::SmolStr;

use super::{TaskGraph, site_range, task_graphs};
use crate::effects::{Callee, CodeId, Effect, EffectSet, Site, effects_of, why_call};
use crate::{
    Body, Db, Definition, File, FunctionId, FunctionKind, Owner, body_of, body_source_map, definitions, line_index,
};

/// The graphs of a file. `docs/tasks.md` describes the JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileGraphs {
    /// Of this description; it grows when a field changes its meaning.
    pub version: u32,
    pub path: String,
    /// The statements of the file first, then functions with tasks in the order of the text.
    pub graphs: Vec<GraphDocument>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GraphDocument {
    /// `load`, `Shop.buy`, `outer.inner`; `(file)` for the statements of a file.
    pub name: String,
    /// `function`, `workflow` or `file`.
    pub kind: &'static str,
    pub range: Option<Range>,
    pub effects: Vec<&'static str>,
    pub nodes: Vec<NodeDocument>,
    pub edges: Vec<EdgeDocument>,
    pub waits: Vec<WaitDocument>,
    /// Ids of nodes.
    pub critical_path: Vec<String>,
    /// How many tasks are on the critical path.
    pub depth: usize,
    /// How many tasks can run at the same time.
    pub width: usize,
    /// Turns of a loop overlap, so there can be any number.
    pub width_is_unbounded: bool,
    pub width_is_exact: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NodeDocument {
    /// `load/fetch#2`: the same in traces.
    pub id: String,
    pub name: String,
    pub kind: &'static str,
    pub range: Option<Range>,
    pub callees: Vec<String>,
    pub effects: Vec<&'static str>,
    /// It surely waits.
    pub certain: bool,
    /// If it is not certain, why.
    pub reason: Option<String>,
    pub parent: Option<String>,
    pub loop_depth: u32,
    /// How many tasks come before it on the longest way, itself included.
    pub level: usize,
    /// `12:1`: the second way of the decision in line 12.
    pub branches: Vec<String>,
    /// The caller goes on when it is done.
    pub waited: bool,
    /// The name of the graph of what is called.
    pub opens: Option<String>,
    pub retry: Option<RetryDocument>,
    pub timeout: Option<String>,
    /// Of a loop: what a turn needs from the one before.
    pub carries: Vec<String>,
    /// Of a loop: its turns overlap.
    pub turns_overlap: bool,
    pub on_critical_path: bool,
}

/// As it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RetryDocument {
    pub attempts: Option<String>,
    pub backoff: Option<String>,
    pub initial: Option<String>,
    pub max_delay: Option<String>,
    pub on: Option<String>,
    pub fallback: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EdgeDocument {
    pub from: String,
    pub to: String,
    /// `data`, `control`, `order`, `sync` or `stage`.
    pub kind: &'static str,
    pub cause: String,
    pub range: Option<Range>,
    pub certain: bool,
    /// If it is not certain, what the analysis cannot tell.
    pub reason: Option<String>,
    /// To the next turn of the loop.
    pub next_turn: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaitDocument {
    pub range: Option<Range>,
    pub tasks: Vec<String>,
    pub cause: String,
}

/// Lines and columns from 1, columns in characters; offsets in bytes from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Range {
    pub start: Position,
    pub end: Position,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Position {
    pub line: u32,
    pub column: u32,
    pub offset: u32,
}

impl Range {
    fn new(index: &LineIndex, range: TextRange) -> Range {
        let position = |offset| {
            let at = index.line_col(offset, ColumnEncoding::Utf32);
            Position { line: at.line + 1, column: at.col + 1, offset: u32::from(offset) }
        };
        Range { start: position(range.start()), end: position(range.end()) }
    }
}

/// The graphs of a file. Without `all`, only those with tasks.
pub fn file_graphs(db: &dyn Db, file: File, all: bool) -> FileGraphs {
    let index = line_index(db, file);
    let mut graphs = Vec::new();
    for definition in definitions(db, file).iter() {
        let body = body_of(db, definition);
        for (function, graph) in &task_graphs(db, definition).all {
            if all || !graph.is_empty() {
                graphs.push(
                    Document { db, definition, body: body.clone(), function: *function, graph, index: &index }.make(),
                );
            }
        }
    }
    graphs.sort_by_key(|it: &GraphDocument| (it.kind != "file", it.range.map(|it| it.start.offset)));
    FileGraphs { version: 1, path: file.path(db).to_string(), graphs }
}

/// The name of the graph of a function: `load`, `Shop.buy`, `outer.inner`.
pub(crate) fn graph_name(body: &Body, owner: &Owner, function: FunctionId) -> String {
    let own = |function: FunctionId| {
        let of = &body.functions[function];
        match (of.kind, of.name.as_str()) {
            (FunctionKind::Module, _) => "(file)".to_owned(),
            (_, "") => {
                let before = body.functions.iter().take_while(|it| it.0 != function).filter(|it| it.1.name.is_empty());
                let number = before.count();
                if number == 0 { "lambda".into() } else { format!("lambda{}", number + 1) }
            }
            (_, name) => name.to_owned(),
        }
    };
    let mut parts = vec![own(function)];
    let mut at = body.functions[function].parent;
    while let Some(parent) = at {
        parts.push(own(parent));
        at = body.functions[parent].parent;
    }
    if let Owner::Item(item) = owner
        && let Some(parent) = item.parent()
    {
        parts.push(parent.name().to_string());
    }
    parts.reverse();
    if parts.len() > 1 && parts[0] == "(file)" {
        parts.remove(0);
    }
    parts.join(".")
}

struct Document<'a, 'db> {
    db: &'db dyn Db,
    definition: Definition<'db>,
    body: Arc<Body>,
    function: FunctionId,
    graph: &'a TaskGraph,
    index: &'a LineIndex,
}

impl Document<'_, '_> {
    fn make(self) -> GraphDocument {
        let owner = self.definition.owner(self.db);
        let name = graph_name(&self.body, owner, self.function);
        let id = |node: usize| format!("{name}/{}", self.graph.nodes[node].id);
        let code = if self.function == self.body.root { CodeId::Root } else { CodeId::Function(self.function) };
        let callee = Callee { file: self.definition.file(self.db), owner: owner.clone(), code };
        let mut levels = vec![0; self.graph.nodes.len()];
        for node in 0..self.graph.nodes.len() {
            let before = self.graph.edges.iter().filter(|it| it.to == node && !it.is_carried).map(|it| levels[it.from]);
            levels[node] = before.max().unwrap_or(0) + usize::from(self.graph.is_task(node));
        }
        let nodes = (0..self.graph.nodes.len()).map(|it| self.node(it, &id, code, levels[it])).collect();
        let edges = self
            .graph
            .edges
            .iter()
            .map(|it| EdgeDocument {
                from: id(it.from),
                to: id(it.to),
                kind: it.kind.as_str(),
                cause: it.cause.to_string(),
                range: self.range(it.site),
                certain: it.doubt.is_none(),
                reason: it.doubt.as_ref().map(SmolStr::to_string),
                next_turn: it.is_carried,
            })
            .collect();
        let waits = self
            .graph
            .waits
            .iter()
            .map(|it| WaitDocument {
                range: self.range(it.site),
                tasks: it.tasks.iter().map(|it| id(*it)).collect(),
                cause: it.cause.text(),
            })
            .collect();
        let place = body_source_map(self.db, self.definition).function(self.function);
        let range = place.and_then(|it| self.definition.absolute(self.db, it));
        GraphDocument {
            kind: match self.body.functions[self.function].kind {
                FunctionKind::Module => "file",
                FunctionKind::Workflow => "workflow",
                _ => "function",
            },
            range: range.map(|it| Range::new(self.index, it)),
            effects: words(effects_of(self.db, &callee).set),
            nodes,
            edges,
            waits,
            critical_path: self.graph.critical_path.iter().map(|it| id(*it)).collect(),
            depth: self.graph.critical_path.len(),
            width: self.graph.width.tasks,
            width_is_unbounded: self.graph.width.is_unbounded,
            width_is_exact: self.graph.width.is_exact,
            name,
        }
    }

    fn range(&self, site: Site) -> Option<Range> {
        Some(Range::new(self.index, site_range(self.db, self.definition, site)?))
    }

    fn node(&self, index: usize, id: &dyn Fn(usize) -> String, code: CodeId, level: usize) -> NodeDocument {
        let node = &self.graph.nodes[index];
        let uncertain = !node.is_certain && !node.kind.is_loop();
        let reason = uncertain.then(|| match why_call(self.db, self.definition, code, node.site, Effect::Unknown) {
            Some(why) => why.text(self.db),
            None => "it calls a function that it is given".to_owned(),
        });
        let text = |it: &Option<SmolStr>| it.as_ref().map(SmolStr::to_string);
        let opens = node.opens.as_ref().and_then(|it| {
            let definition = it.definition(self.db)?;
            let body = body_of(self.db, definition);
            let name = graph_name(&body, &it.owner, body.root);
            Some(if it.file == self.definition.file(self.db) {
                name
            } else {
                format!("{}:{name}", it.file.path(self.db))
            })
        });
        NodeDocument {
            id: id(index),
            name: node.name.to_string(),
            kind: node.kind.as_str(),
            range: self.range(node.site),
            callees: node.callees.iter().map(|it| it.name(self.db).to_string()).collect(),
            effects: words(node.effects),
            certain: node.is_certain,
            reason,
            parent: node.parent.map(id),
            loop_depth: node.loop_depth,
            level,
            branches: node
                .branches
                .iter()
                .map(|(site, way)| {
                    let line = self.range(*site).map_or(0, |it| it.start.line);
                    format!("{line}:{way}")
                })
                .collect(),
            waited: node.is_waited,
            opens,
            retry: node.policies.retry.as_ref().map(|it| RetryDocument {
                attempts: text(&it.attempts),
                backoff: text(&it.backoff),
                initial: text(&it.initial),
                max_delay: text(&it.max_delay),
                on: text(&it.on),
                fallback: text(&it.fallback),
            }),
            timeout: text(&node.policies.timeout),
            carries: node.carries.iter().map(SmolStr::to_string).collect(),
            turns_overlap: node.is_repeated,
            on_critical_path: self.graph.critical_path.contains(&index),
        }
    }
}

fn words(effects: EffectSet) -> Vec<&'static str> {
    effects.iter().map(Effect::as_str).collect()
}
