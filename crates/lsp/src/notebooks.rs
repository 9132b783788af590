//! Notebooks: their cells in Dana are one module, and every message about a cell is one about that module.
//!
//! A cell sees the names of the cells before it, so the analysis has one text for a notebook: the texts of its cells, each
//! on lines of its own, under the URI of the notebook. What the client asks about a cell is asked about the notebook, some
//! lines further down ([`incoming`]); what is answered goes the other way ([`outgoing`]). No handler knows of cells.
//! [`layout`] says which lines are whose.

mod incoming;
mod layout;
mod outgoing;
mod protocol;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use danaide_analysis::FilePath;
use lsp_types::{TextDocumentContentChangeEvent, Url};
use parking_lot::RwLock;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Request;

use self::layout::{Layout, Notebook};
use self::protocol::{DidChange, DidClose, DidOpen};
use crate::convert::{Encoding, file_path};

pub(crate) use self::incoming::View;

/// What the server offers to clients that have notebooks: all notebooks that have cells in Dana.
pub(crate) fn offer() -> Value {
    json!({ "notebookSelector": [{ "notebook": "*", "cells": [{ "language": "dana" }] }], "save": false })
}

/// The notebooks that the client has open.
#[derive(Debug, Default)]
pub(crate) struct Notebooks {
    /// Whether there is one: without any, messages pass without a look.
    any: AtomicBool,
    open: RwLock<Open>,
}

#[derive(Debug, Default)]
struct Open {
    notebooks: FxHashMap<FilePath, Notebook>,
    /// Whose cells they are, by the URIs that the client gave.
    cells: FxHashMap<String, FilePath>,
    /// The cells of notebooks that were closed, until the client was told that nothing is wrong there any more.
    closed: FxHashMap<FilePath, FxHashSet<String>>,
}

impl Open {
    /// The notebook with such a URI, however it is spelt.
    fn notebook(&self, uri: &str) -> Option<&Arc<Layout>> {
        self.notebooks.get(&key(uri)?).map(Notebook::layout)
    }

    /// The notebook of a cell, and which of its cells it is.
    fn cell(&self, uri: &str) -> Option<(&Arc<Layout>, usize)> {
        let layout = self.notebooks.get(self.cells.get(uri)?)?.layout();
        Some((layout, layout.index_of(uri)?))
    }

    /// Notes whose cells they are.
    fn note(&mut self, path: &FilePath) {
        self.cells.retain(|_, it| it != path);
        if let Some(notebook) = self.notebooks.get(path) {
            let own = notebook.layout().cells.iter().map(|it| (it.uri.clone(), path.clone()));
            self.cells.extend(own);
        }
    }
}

fn key(uri: &str) -> Option<FilePath> {
    Some(file_path(&Url::parse(uri).ok()?))
}

impl Notebooks {
    pub(crate) fn is_empty(&self) -> bool {
        !self.any.load(Ordering::SeqCst)
    }

    /// Takes a notification about a notebook: what to make of it is one about a text document. `None` if it is another one.
    ///
    /// # Errors
    ///
    /// A sentence about what cannot be taken.
    pub(crate) fn take(&self, request: &Request, encoding: Encoding) -> Option<Result<Option<Request>, String>> {
        let params = request.params();
        let taken = match request.method() {
            "notebookDocument/didOpen" => read(params).and_then(|it| self.opened(it, encoding)),
            "notebookDocument/didChange" => read(params).and_then(|it| self.changed(it, encoding)),
            "notebookDocument/didClose" => read(params).map(|it| self.closed(&it)),
            // The texts are known already.
            "notebookDocument/didSave" => Ok(None),
            _ => return None,
        };
        Some(taken.map_err(|reason| format!("ignored `{}`: {reason}", request.method())))
    }

    fn opened(&self, params: DidOpen, encoding: Encoding) -> Result<Option<Request>, String> {
        let uri = params.notebook_document.uri.clone();
        let path = key(&uri).ok_or_else(|| format!("{uri} is no URI"))?;
        let notebook = Notebook::open(params, encoding);
        let text = notebook.text();
        let mut open = self.open.write();
        open.closed.remove(&path);
        open.notebooks.insert(path.clone(), notebook);
        open.note(&path);
        self.any.store(true, Ordering::SeqCst);
        let document = json!({ "uri": uri, "languageId": "dana", "version": 0, "text": text });
        Ok(Some(notification("textDocument/didOpen", json!({ "textDocument": document }))))
    }

    fn changed(&self, params: DidChange, encoding: Encoding) -> Result<Option<Request>, String> {
        let uri = params.notebook_document.uri;
        let path = key(&uri).ok_or_else(|| format!("{uri} is no URI"))?;
        let Some(cells) = params.change.cells else { return Ok(None) };
        let mut open = self.open.write();
        let notebook = open.notebooks.get_mut(&path).ok_or_else(|| format!("{uri} is not open"))?;
        let before: Vec<String> = notebook.layout().cells.iter().map(|it| it.uri.clone()).collect();
        let changed = notebook.change(cells, encoding);
        let layout = notebook.layout().clone();
        let text = notebook.text();
        open.note(&path);
        let gone = before.into_iter().filter(|it| layout.index_of(it).is_none());
        let closed = open.closed.entry(path).or_default();
        closed.extend(gone);
        // One that was taken back is told of as others are.
        closed.retain(|it| layout.index_of(it).is_none());
        changed?;
        let changes = [TextDocumentContentChangeEvent { range: None, range_length: None, text }];
        let document = json!({ "uri": uri, "version": layout.version });
        let params = json!({ "textDocument": document, "contentChanges": changes });
        Ok(Some(notification("textDocument/didChange", params)))
    }

    fn closed(&self, params: &DidClose) -> Option<Request> {
        let uri = &params.notebook_document.uri;
        let path = key(uri)?;
        let mut open = self.open.write();
        let notebook = open.notebooks.remove(&path)?;
        open.note(&path);
        let cells = notebook.layout().cells.iter().map(|it| it.uri.clone());
        // Messages on their way to the client still name the notebook, so its end does not switch the look at them off.
        open.closed.entry(path).or_default().extend(cells);
        Some(notification("textDocument/didClose", json!({ "textDocument": { "uri": uri } })))
    }
}

fn read<T: DeserializeOwned>(params: Option<&Value>) -> Result<T, String> {
    T::deserialize(params.unwrap_or(&Value::Null)).map_err(|error| error.to_string())
}

fn notification(method: &'static str, params: Value) -> Request {
    Request::build(method).params(params).finish()
}
