//! `danaide/taskGraph`: which tasks of a document wait for which.

use danaide_analysis::graph::{FileGraphs, GraphDocument, dot, file_graphs, mermaid, text};
use danaide_syntax::TextRange;
use lsp_types::{Position, Range, TextDocumentIdentifier};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use crate::convert::Lines;
use crate::query::ask;
use crate::server::Server;

/// What is asked for.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaskGraphParams {
    #[cfg_attr(test, schemars(with = "Value"))]
    text_document: TextDocumentIdentifier,
    format: Option<TaskGraphFormat>,
    /// Only the graph of this function: `load`, `Shop.buy`, `outer.inner`, `(file)`.
    function: Option<String>,
    /// Only the graph of the innermost function around this place.
    #[cfg_attr(test, schemars(with = "Option<Value>"))]
    position: Option<Position>,
    /// Only the tasks that a selection touches.
    #[cfg_attr(test, schemars(with = "Option<Value>"))]
    range: Option<Range>,
}

/// In which form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum TaskGraphFormat {
    #[default]
    Json,
    Mermaid,
    Dot,
    Text,
}

/// The answer.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaskGraphResult {
    format: TaskGraphFormat,
    /// The version of the document, if it is open.
    version: Option<i32>,
    /// An object in the format `json`, else a text.
    graph: Value,
}

pub(crate) async fn task_graph(server: &Server, params: TaskGraphParams) -> Result<TaskGraphResult> {
    let TaskGraphParams { text_document, format, function, position, range } = params;
    let format = format.unwrap_or_default();
    let answer = ask(&server.session, text_document.uri, move |it| {
        let mut graphs = it.analysis.with_db(|db| file_graphs(db, it.file, false))?;
        if let Some(function) = &function {
            graphs.graphs.retain(|it| it.name == *function);
        }
        if let Some(position) = position {
            let around = match it.offset(position)? {
                Some(offset) => {
                    it.analysis.with_db(|db| danaide_ide::semantics::functions_around(db, it.file, offset))?
                }
                None => Vec::new(),
            };
            keep_around(&mut graphs, &around);
        }
        if let Some(range) = range {
            keep_selected(&mut graphs, it.text_range(range)?);
        }
        let graph = match format {
            TaskGraphFormat::Json => {
                let mut value = serde_json::to_value(&graphs).unwrap_or_default();
                it.with_lines(it.file, |lines| translate(&mut value, lines))?;
                value["uri"] = json!(it.uri);
                value
            }
            TaskGraphFormat::Mermaid => mermaid(&graphs).into(),
            TaskGraphFormat::Dot => dot(&graphs).into(),
            TaskGraphFormat::Text => text(&graphs).into(),
        };
        Ok(TaskGraphResult { format, version: it.version, graph })
    });
    Ok(answer.await?)
}

/// Leaves the graph of the innermost function that has one; that of the file if none has. Functions are told by where they
/// are named.
fn keep_around(graphs: &mut FileGraphs, around: &[danaide_syntax::TextSize]) {
    let named_at = |it: &GraphDocument| it.range.map(|it| it.start.offset);
    let all = &graphs.graphs;
    let inner = around.iter().find_map(|start| all.iter().position(|it| named_at(it) == Some(u32::from(*start))));
    let kept = inner.or_else(|| all.iter().position(|it| it.kind == "file"));
    graphs.graphs = kept.map(|it| graphs.graphs.swap_remove(it)).into_iter().collect();
}

/// Leaves the tasks that a selection touches, what is between these, and the graphs that have some. What is said of a graph
/// as a whole stays what it is of the whole function.
fn keep_selected(graphs: &mut FileGraphs, selection: TextRange) {
    let is_selected = |it: &Option<danaide_analysis::graph::Range>| {
        it.as_ref().is_some_and(|it| {
            let (start, end) = (u32::from(selection.start()), u32::from(selection.end()));
            let is_caret = start == end && it.start.offset <= start && start <= it.end.offset;
            is_caret || it.start.offset < end && start < it.end.offset
        })
    };
    for graph in &mut graphs.graphs {
        graph.nodes.retain(|it| is_selected(&it.range));
        let has = |id: &String| graph.nodes.iter().any(|it| it.id == *id);
        graph.edges.retain(|it| has(&it.from) && has(&it.to));
        graph.waits.iter_mut().for_each(|it| it.tasks.retain(has));
        graph.waits.retain(|it| !it.tasks.is_empty());
        graph.critical_path.retain(has);
    }
    graphs.graphs.retain(|it| !it.nodes.is_empty());
}

/// Ranges become those of the protocol.
fn translate(value: &mut Value, lines: &Lines<'_>) {
    let offset = |it: &Value| {
        let offset = u32::try_from(it["offset"].as_u64()?).ok()?;
        (usize::try_from(offset).ok()? <= lines.text().len()).then(|| danaide_syntax::TextSize::new(offset))
    };
    match value {
        Value::Array(all) => all.iter_mut().for_each(|it| translate(it, lines)),
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                if name == "range" {
                    *value = match (offset(&value["start"]), offset(&value["end"])) {
                        (Some(start), Some(end)) => {
                            json!(lines.range(danaide_syntax::TextRange::new(start, end.max(start))))
                        }
                        _ => Value::Null,
                    };
                } else {
                    translate(value, lines);
                }
            }
        }
        _ => {}
    }
}
