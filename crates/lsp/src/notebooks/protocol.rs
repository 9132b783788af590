//! What the protocol says about notebooks, as far as it is of use here; the router's types do not have it.

use lsp_types::TextDocumentContentChangeEvent;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DidOpen {
    pub(super) notebook_document: NotebookDocument,
    #[serde(default)]
    pub(super) cell_text_documents: Vec<CellText>,
}

#[derive(Debug, Deserialize)]
pub(super) struct NotebookDocument {
    pub(super) uri: String,
    #[serde(default)]
    pub(super) cells: Vec<NotebookCell>,
}

/// The text of a cell in Dana. Its URI is kept as the client spells it.
#[derive(Debug, Deserialize)]
pub(super) struct CellText {
    pub(super) uri: String,
    pub(super) version: i32,
    pub(super) text: String,
}

/// A cell of any language; those of others have no text here.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct NotebookCell {
    pub(super) document: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DidChange {
    pub(super) notebook_document: NotebookIdentifier,
    pub(super) change: Change,
}

#[derive(Debug, Deserialize)]
pub(super) struct NotebookIdentifier {
    pub(super) uri: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Change {
    pub(super) cells: Option<CellChanges>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CellChanges {
    pub(super) structure: Option<Structure>,
    #[serde(default)]
    pub(super) text_content: Vec<TextContent>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Structure {
    pub(super) array: ArrayChange,
    #[serde(default)]
    pub(super) did_open: Vec<CellText>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArrayChange {
    pub(super) start: usize,
    pub(super) delete_count: usize,
    #[serde(default)]
    pub(super) cells: Vec<NotebookCell>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TextContent {
    pub(super) document: CellVersion,
    pub(super) changes: Vec<TextDocumentContentChangeEvent>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CellVersion {
    pub(super) uri: String,
    pub(super) version: i32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DidClose {
    pub(super) notebook_document: NotebookIdentifier,
}
