//! Answers and messages about notebooks become such about their cells.

use lsp_types::{Position, Range};
use serde_json::{Map, Value, json};
use tower_lsp::jsonrpc::{Request, Response};

use super::incoming::{CELL, View, as_position};
use super::layout::{Cell, Layout};
use super::{Notebooks, Open, key};
use crate::gate::rebuilt;
use crate::handlers::commands;

impl Notebooks {
    /// An answer as the client understands it.
    pub(crate) fn leave(&self, view: &View, answer: Response) -> Response {
        let (id, result) = answer.into_parts();
        match result {
            Ok(mut result) => {
                let open = self.open.read();
                Translation { open: &open, view }.answer(&mut result);
                Response::from_ok(id, result)
            }
            Err(error) => Response::from_error(id, error),
        }
    }

    /// A message of the server as the client understands it; diagnostics of a notebook become a message for each cell.
    pub(crate) fn to_client(&self, message: Request) -> Vec<Request> {
        if self.is_empty() {
            return vec![message];
        }
        if message.params().is_none() {
            return vec![message];
        }
        let (method, id, params) = message.into_parts();
        let mut params = params.unwrap_or_default();
        if method == "textDocument/publishDiagnostics"
            && let Some(messages) = self.diagnostics(&params)
        {
            return messages;
        }
        self.params_to_client(&method, &mut params);
        vec![rebuilt(method, id, Some(params))]
    }

    /// What a message of the server holds, as the client understands it.
    pub(crate) fn params_to_client(&self, method: &str, params: &mut Value) {
        if self.is_empty() {
            return;
        }
        let open = self.open.read();
        let view = View { method: method.to_owned(), asked: None };
        let translation = Translation { open: &open, view: &view };
        // Parts of a long answer.
        if let ("$/progress", Some(part)) = (method, params.get_mut("value")) {
            translation.without_notebooks(part);
        }
        translation.value(params, None);
    }

    /// The diagnostics of a notebook, by cells. `None` if they are not of a notebook.
    fn diagnostics(&self, params: &Value) -> Option<Vec<Request>> {
        let path = key(params["uri"].as_str()?)?;
        let mut open = self.open.write();
        let gone = open.closed.remove(&path);
        let layout = open.notebooks.get(&path).map(|it| it.layout().clone());
        if gone.is_none() && layout.is_none() {
            return None;
        }
        let publish = |params: Value| Request::build("textDocument/publishDiagnostics").params(params).finish();
        let mut messages: Vec<Request> =
            gone.into_iter().flatten().map(|uri| publish(json!({ "uri": uri, "diagnostics": [] }))).collect();
        let Some(layout) = layout else { return Some(messages) };
        // Those of a text before the last change: others are on their way.
        if params["version"].as_i64().is_some_and(|it| it != i64::from(layout.version)) {
            return Some(messages);
        }
        for (index, cell) in layout.cells.iter().enumerate() {
            let view = View { method: String::new(), asked: Some((layout.clone(), index)) };
            let mut items = params["diagnostics"].clone();
            Translation { open: &open, view: &view }.value(&mut items, Some(cell));
            messages.push(publish(json!({ "uri": cell.uri, "version": cell.version, "diagnostics": items })));
        }
        Some(messages)
    }
}

/// The way from the lines of notebooks to those of cells.
struct Translation<'a> {
    open: &'a Open,
    view: &'a View,
}

impl Translation<'_> {
    fn answer(&self, result: &mut Value) {
        let cell = self.view.cell();
        match (self.view.method.as_str(), cell) {
            (
                "textDocument/semanticTokens/full"
                | "textDocument/semanticTokens/full/delta"
                | "textDocument/semanticTokens/range",
                Some(cell),
            ) => shift_tokens(result, cell),
            (
                "textDocument/formatting" | "textDocument/rangeFormatting" | "textDocument/onTypeFormatting",
                Some(cell),
            ) => {
                self.value(result, Some(cell));
                if let Value::Array(edits) = result {
                    edits.retain(|it| !only_parts_cells(it, cell));
                }
            }
            ("textDocument/linkedEditingRange", Some(cell)) => {
                let all = |it: &Value| it["ranges"].as_array().map_or(0, Vec::len);
                let before = all(result);
                self.value(result, Some(cell));
                // To change only some of them would break what is in other cells.
                if all(result) < before {
                    *result = Value::Null;
                }
            }
            ("textDocument/foldingRange", Some(cell)) => fold(result, cell),
            ("textDocument/documentSymbol", Some(cell)) => {
                // Clients without trees get a list whose entries name the document.
                let is_here = |it: &Value| range(&it["location"]["range"]).is_none_or(|it| cell.has(it.start.line));
                if let Value::Array(symbols) = result {
                    symbols.retain(is_here);
                }
                self.value(result, Some(cell));
            }
            ("workspace/diagnostic", _) => {
                self.without_notebooks(result);
                self.value(result, cell);
            }
            _ => self.value(result, cell),
        }
    }

    /// Takes notebooks out of the diagnostics of a workspace: every cell is asked about by itself.
    fn without_notebooks(&self, report: &mut Value) {
        if let Some(Value::Array(items)) = report.get_mut("items") {
            items.retain(|it| it["uri"].as_str().is_none_or(|uri| self.open.notebook(uri).is_none()));
        }
    }

    /// Positions that stand beside no URI are about `cell`.
    fn value(&self, value: &mut Value, cell: Option<&Cell>) {
        match value {
            Value::Array(all) => {
                if let Some(cell) = cell {
                    all.retain(|it| !is_elsewhere(it, cell));
                }
                for it in all {
                    self.value(it, cell);
                }
            }
            Value::Object(fields) => self.object(fields, cell),
            _ => {}
        }
    }

    fn object(&self, fields: &mut Map<String, Value>, outer: Option<&Cell>) {
        if let Some(position) = as_position(fields) {
            if let Some(cell) = outer {
                let Position { line, character } = cell.position(position);
                fields.insert("line".to_owned(), line.into());
                fields.insert("character".to_owned(), character.into());
            }
            return;
        }
        self.edit(fields);
        let origin = fields.remove("originSelectionRange");
        let inner = self.cell_of(fields, outer);
        let cell = inner.as_ref().map_or(outer, |it| it.as_ref());
        // The ranges of a call are in the document of the caller.
        let mut from_ranges = fields.remove("fromRanges");
        let caller = fields.get("from").and_then(|it| self.cell_of(&mut it.as_object()?.clone(), None)).flatten();
        if let Some(it) = &mut from_ranges {
            let by = fields.contains_key("from").then_some(caller.as_ref());
            self.value(it, by.unwrap_or(outer));
        }
        if let (Some(cell), Some(parent)) = (cell, fields.get("parent"))
            && range(&parent["range"]).is_some_and(|it| !cell.holds(it))
        {
            fields.remove("parent");
        }
        let is_opaque = fields.get("command").and_then(Value::as_str) == Some(commands::APPLY);
        for (name, value) in fields.iter_mut() {
            match name.as_str() {
                "data" => {
                    if let (Some(cell), false) = (outer, value.is_null()) {
                        *value = json!({ CELL: cell.uri, "data": value.take() });
                    }
                }
                "changes" | "documentChanges" => {}
                "additionalTextEdits" => {
                    if let Some(cell) = cell {
                        to_beginning(value, cell);
                    }
                    self.value(value, cell);
                }
                "arguments" if is_opaque => {}
                "arguments" => {
                    self.value(value, cell);
                    self.names(value, cell);
                }
                _ => self.value(value, cell),
            }
        }
        if let Some(mut origin) = origin {
            self.value(&mut origin, outer);
            fields.insert("originSelectionRange".to_owned(), origin);
        }
        if let Some(from_ranges) = from_ranges {
            fields.insert("fromRanges".to_owned(), from_ranges);
        }
    }

    /// The cell that an object with a URI is about, and gives the object that cell's URI. `None` if it has no URI; `Some(None)` if
    /// that is of no notebook.
    fn cell_of(&self, fields: &mut Map<String, Value>, outer: Option<&Cell>) -> Option<Option<Cell>> {
        let name = if fields.contains_key("targetUri") { "targetUri" } else { "uri" };
        let uri = fields.get(name)?.as_str()?;
        let Some(layout) = self.layout(uri) else { return Some(None) };
        let start = ["targetSelectionRange", "selectionRange", "range"].iter().find_map(|it| range(fields.get(*it)?));
        let cell = match start {
            Some(Range { start, .. }) => layout.at(start.line),
            None => outer,
        };
        if let Some(cell) = cell {
            fields.insert(name.to_owned(), cell.uri.clone().into());
        }
        Some(cell.cloned())
    }

    /// How a notebook was when the client asked.
    fn layout(&self, uri: &str) -> Option<&Layout> {
        let now = self.open.notebook(uri)?;
        let asked = self.view.asked.as_ref().map(|(layout, _)| layout);
        Some(asked.filter(|it| it.notebook == now.notebook).unwrap_or(now))
    }

    /// Notebooks that are named among the arguments of a command.
    fn names(&self, arguments: &mut Value, cell: Option<&Cell>) {
        for it in arguments.as_array_mut().into_iter().flatten() {
            if let (Value::String(uri), Some(cell)) = (&it, cell)
                && self.layout(uri).is_some()
            {
                *it = cell.uri.clone().into();
            }
        }
    }

    /// The edits of a notebook, by cells, if the object is an edit of the workspace.
    fn edit(&self, fields: &mut Map<String, Value>) {
        if let Some(Value::Object(changes)) = fields.get_mut("changes") {
            let of_notebooks: Vec<String> = changes.keys().filter(|it| self.layout(it).is_some()).cloned().collect();
            for uri in of_notebooks {
                let (Some(Value::Array(edits)), Some(layout)) = (changes.remove(&uri), self.layout(&uri)) else {
                    continue;
                };
                for (cell, edits) in by_cells(edits, layout) {
                    changes.insert(cell.uri.clone(), edits.into());
                }
            }
        }
        if let Some(Value::Array(changes)) = fields.get_mut("documentChanges") {
            let split = |mut change: Value| {
                let layout = change["textDocument"]["uri"].as_str().and_then(|it| self.layout(it));
                match (layout, change.get_mut("edits").map(Value::take).unwrap_or_default()) {
                    (Some(layout), Value::Array(edits)) => by_cells(edits, layout)
                        .into_iter()
                        .map(|(cell, edits)| json!({ "textDocument": cell.identifier(), "edits": edits }))
                        .collect(),
                    (_, edits) => {
                        if !edits.is_null() {
                            change["edits"] = edits;
                        }
                        vec![change]
                    }
                }
            };
            *changes = std::mem::take(changes).into_iter().flat_map(split).collect();
        }
    }
}

/// Edits of a text by the cells that they begin in.
fn by_cells(edits: Vec<Value>, layout: &Layout) -> Vec<(&Cell, Vec<Value>)> {
    let mut cells: Vec<(&Cell, Vec<Value>)> = Vec::new();
    for mut edit in edits {
        let Some(place) = range(&edit["range"]) else { continue };
        let Some(cell) = layout.at(place.start.line) else { continue };
        edit["range"] = json!(Range::new(cell.position(place.start), cell.position(place.end)));
        match cells.iter_mut().find(|it| it.0.uri == cell.uri) {
            Some((_, edits)) => edits.push(edit),
            None => cells.push((cell, vec![edit])),
        }
    }
    cells
}

fn range(value: &Value) -> Option<Range> {
    value.get("start")?;
    serde_json::from_value(value.clone()).ok()
}

/// Is an entry of a list about lines of other cells? Entries with a URI say where they are themselves.
fn is_elsewhere(value: &Value, cell: &Cell) -> bool {
    let Value::Object(fields) = value else { return false };
    if ["uri", "targetUri", "location", "from", "to"].iter().any(|it| fields.contains_key(*it)) {
        return false;
    }
    if let Some(range) = range(value).or_else(|| range(fields.get("range")?)) {
        // Half-typed code can reach into the next cell; its beginning is what it is shown at.
        let is_edit = fields.contains_key("newText");
        return if is_edit { !cell.holds(range) } else { !cell.has(range.start.line) };
    }
    match fields.get("position").and_then(Value::as_object).and_then(as_position) {
        Some(position) => !cell.has(position.line),
        None => false,
    }
}

/// Is an edit one of the lines between cells?
fn only_parts_cells(edit: &Value, cell: &Cell) -> bool {
    let is_blank =
        edit["newText"].as_str().is_some_and(|it| it.trim_matches(['\r', '\n']).is_empty() && !it.is_empty());
    let whole = cell.range();
    let (first, last) = (cell.position(whole.start), cell.position(whole.end));
    is_blank && range(&edit["range"]).is_some_and(|it| it.start == it.end && (it.start == first || it.start == last))
}

/// Lines that are added to other cells, such as imports, are added at the beginning of this one: an edit beside a completion is
/// one of the same document.
fn to_beginning(edits: &mut Value, cell: &Cell) {
    let beginning = Range::new(cell.range().start, cell.range().start);
    for edit in edits.as_array_mut().into_iter().flatten() {
        if let Some(place) = range(&edit["range"])
            && place.start == place.end
            && !cell.has(place.start.line)
        {
            edit["range"] = json!(beginning);
        }
    }
}

fn fold(result: &mut Value, cell: &Cell) {
    let line = |it: &Value, name: &str| u32::try_from(it[name].as_u64()?).ok();
    let Value::Array(folds) = result else { return };
    folds.retain_mut(|fold| {
        let (Some(start), Some(end)) = (line(fold, "startLine"), line(fold, "endLine")) else { return false };
        let end = end.min(cell.range().end.line);
        fold["startLine"] = start.saturating_sub(cell.start).into();
        fold["endLine"] = end.saturating_sub(cell.start).into();
        cell.has(start) && start < end
    });
}

/// Tokens are told by their distance from the one before: the first one of the cell is told from the cell's beginning.
fn shift_tokens(result: &mut Value, cell: &Cell) {
    /// Numbers of a token.
    const NUMBERS: usize = 5;
    let Some(Value::Array(numbers)) = result.get_mut("data") else { return };
    let all = std::mem::take(numbers);
    let mut line = 0;
    let mut is_first = true;
    for token in all.chunks_exact(NUMBERS) {
        line += token[0].as_u64().and_then(|it| u32::try_from(it).ok()).unwrap_or_default();
        if !cell.has(line) {
            continue;
        }
        numbers.extend_from_slice(token);
        if std::mem::take(&mut is_first) {
            let at = numbers.len() - NUMBERS;
            numbers[at] = (line - cell.start).into();
        }
    }
}
