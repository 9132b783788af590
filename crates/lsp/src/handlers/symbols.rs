//! Workspace symbols, selection ranges and links.

use danaide_analysis::FilePath;
use danaide_ide::LinkTarget;
use lsp_types::{
    DocumentLink, DocumentLinkParams, SelectionRange, SelectionRangeParams, SymbolInformation, Url,
    WorkspaceSymbolParams,
};
use tower_lsp::jsonrpc::Result;

use crate::convert::{file_uri, symbol_kind};
use crate::query::{ask, ask_workspace};
use crate::server::Server;

#[expect(deprecated, reason = "the field must be set")]
pub(crate) async fn workspace_symbols(
    server: &Server,
    params: WorkspaceSymbolParams,
) -> Result<Option<Vec<SymbolInformation>>> {
    let client = server.session.client();
    let answer = ask_workspace(&server.session, move |it| {
        let found = it.analysis.with_db(|db| danaide_ide::workspace_symbols(db, &params.query))?;
        let mut out = Vec::with_capacity(found.len());
        for symbol in found {
            let Some(location) = it.location(symbol.file, symbol.range)? else { continue };
            out.push(SymbolInformation {
                name: symbol.name,
                kind: symbol_kind(symbol.kind, &client),
                tags: None,
                deprecated: None,
                location,
                container_name: symbol.container,
            });
        }
        Ok(Some(out))
    });
    Ok(answer.await?)
}

pub(crate) async fn selection_ranges(
    server: &Server,
    params: SelectionRangeParams,
) -> Result<Option<Vec<SelectionRange>>> {
    let answer = ask(&server.session, params.text_document.uri, move |it| {
        let mut out = Vec::new();
        for position in &params.positions {
            let ranges = match it.offset(*position)? {
                Some(offset) => it.analysis.with_db(|db| danaide_ide::selection_ranges(db, it.file, offset))?,
                None => Vec::new(),
            };
            let mut selection: Option<SelectionRange> = None;
            for range in ranges.into_iter().rev() {
                let range = it.range(it.file, range)?;
                selection = Some(SelectionRange { range, parent: selection.map(Box::new) });
            }
            // Each position needs an answer.
            let here = lsp_types::Range::new(*position, *position);
            out.push(selection.unwrap_or(SelectionRange { range: here, parent: None }));
        }
        Ok(Some(out))
    });
    Ok(answer.await?)
}

pub(crate) async fn document_links(server: &Server, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
    let answer = ask(&server.session, params.text_document.uri, move |it| {
        let links = it.analysis.with_db(|db| danaide_ide::document_links(db, it.file))?;
        let mut out = Vec::new();
        for link in links {
            let target = match &link.target {
                LinkTarget::File(file) => it.uri_of(*file)?,
                LinkTarget::Web(address) => Url::parse(address).ok(),
            };
            let tooltip = match &link.target {
                LinkTarget::File(file) => it.analysis.with_db(|db| match file.path(db) {
                    FilePath::Library(_) => file_uri(file.path(db)).map(String::from),
                    path => Some(path.to_string()),
                })?,
                LinkTarget::Web(_) => None,
            };
            if target.is_some() {
                out.push(DocumentLink { range: it.range(it.file, link.range)?, target, tooltip, data: None });
            }
        }
        Ok(Some(out))
    });
    Ok(answer.await?)
}
