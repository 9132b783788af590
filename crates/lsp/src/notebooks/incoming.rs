//! Requests about cells become requests about notebooks.

use std::sync::Arc;

use lsp_types::Position;
use serde_json::{Map, Value, json};
use tower_lsp::jsonrpc::Request;

use super::layout::{Cell, Layout};
use super::{Notebooks, Open};
use crate::gate::rebuilt;

/// How the notebooks were when a request came: the answer is about them.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(super) method: String,
    /// The notebook and the cell that was asked about.
    pub(super) asked: Option<(Arc<Layout>, usize)>,
}

impl View {
    pub(super) fn cell(&self) -> Option<&Cell> {
        let (layout, index) = self.asked.as_ref()?;
        layout.cells.get(*index)
    }
}

/// The field that says which cell an item came from, while the client has it.
pub(super) const CELL: &str = "danaideCell";

impl Notebooks {
    /// A request as the handlers take it, and what its answer needs to be translated back.
    pub(crate) fn enter(&self, request: Request) -> (Request, View) {
        let open = self.open.read();
        let (method, id, params) = request.into_parts();
        let mut view = View { method: method.to_string(), asked: None };
        let mut asked_as = method;
        let params = params.map(|mut params| {
            view.asked = asked(&open, &mut params);
            let cell = view.cell().cloned();
            translate(&open, &mut params, cell.as_ref());
            if let Some(cell) = &cell {
                asked_as = narrow(&view.method, &mut params, cell).map_or_else(|| asked_as.clone(), Into::into);
            }
            params
        });
        (rebuilt(asked_as, id, params), view)
    }
}

/// The cell that a request is about: that of its document, that of its item, or that which an item to complete came from.
fn asked(open: &Open, params: &mut Value) -> Option<(Arc<Layout>, usize)> {
    let uri = match params.get_mut("data") {
        // The item that is to be completed.
        Some(data) if data.get(CELL).is_some() => {
            let uri = data[CELL].as_str().map(str::to_owned);
            *data = data["data"].take();
            uri
        }
        _ => {
            let named = ["/textDocument/uri", "/item/uri", "/arguments/0/uri", "/arguments/0/textDocument/uri"];
            named.iter().find_map(|it| params.pointer(it)).and_then(Value::as_str).map(str::to_owned)
        }
    };
    open.cell(&uri?).map(|(layout, index)| (layout.clone(), index))
}

/// Gives the notebook's URI in place of those of cells, and its lines in place of theirs. What stands beside no URI is about `cell`.
fn translate(open: &Open, value: &mut Value, cell: Option<&Cell>) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(|it| translate(open, it, cell)),
        Value::Object(fields) => {
            let own = match fields.get_mut("uri") {
                Some(Value::String(uri)) => match open.cell(uri) {
                    Some((layout, index)) => {
                        let cell = layout.cells.get(index).cloned();
                        uri.clone_from(&layout.notebook);
                        Some(cell)
                    }
                    None => Some(None),
                },
                _ => None,
            };
            let cell = match &own {
                Some(own) => own.as_ref(),
                None => cell,
            };
            if let (Some(cell), Some(position)) = (cell, as_position(fields)) {
                // Past the end of a cell the next one begins.
                let Position { line, character } = cell.in_notebook(position);
                fields.insert("line".to_owned(), line.into());
                fields.insert("character".to_owned(), character.into());
                return;
            }
            for (name, value) in fields {
                if name != "data" {
                    translate(open, value, cell);
                } else if value.get(CELL).is_some() {
                    // What the server gave to have it back.
                    *value = value["data"].take();
                }
            }
        }
        _ => {}
    }
}

pub(super) fn as_position(fields: &Map<String, Value>) -> Option<Position> {
    let number = |name: &str| u32::try_from(fields.get(name)?.as_u64()?).ok();
    Some(Position::new(number("line")?, number("character")?))
}

/// What is asked about a whole document is asked about the lines of the cell, where there is a request for that: then this gives
/// its method.
fn narrow(method: &str, params: &mut Value, cell: &Cell) -> Option<&'static str> {
    match method {
        "textDocument/formatting" => {
            params["range"] = json!(cell.range());
            Some("textDocument/rangeFormatting")
        }
        "textDocument/semanticTokens/full" | "textDocument/semanticTokens/full/delta" => {
            params["range"] = json!(cell.range());
            Some("textDocument/semanticTokens/range")
        }
        // The answer before may have been about other lines.
        "textDocument/diagnostic" => {
            params["previousResultId"].take();
            None
        }
        "danaide/taskGraph" => {
            let is_given = |it: &str| !params[it].is_null();
            if !["function", "position", "range"].into_iter().any(is_given) {
                params["range"] = json!(cell.range());
            }
            None
        }
        _ => None,
    }
}
