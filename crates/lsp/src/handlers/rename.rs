//! Rename, and whether there is something to rename.

use std::collections::HashMap;

use danaide_analysis::{Cancellable, File};
use danaide_syntax::TextRange;
use lsp_types::{
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, PrepareRenameResponse, RenameFilesParams,
    RenameParams, TextDocumentEdit, TextDocumentPositionParams, TextEdit, Url, WorkspaceEdit,
};
use tower_lsp::jsonrpc::{Error, Result};

use crate::convert::file_path;
use crate::errors::request_failed;
use crate::query::{Context, ask, ask_workspace};
use crate::server::Server;

fn refused(reason: danaide_ide::RenameError) -> Error {
    request_failed(reason.to_string())
}

pub(crate) async fn prepare(server: &Server, at: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>> {
    let answer = ask(&server.session, at.text_document.uri, move |it| {
        let Some(offset) = it.offset(at.position)? else { return Ok(Ok(None)) };
        match it.analysis.with_db(|db| danaide_ide::prepare_rename(db, it.file, offset))? {
            Ok((range, placeholder)) => {
                let range = it.range(it.file, range)?;
                Ok(Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder })))
            }
            Err(reason) => Ok(Err(reason)),
        }
    });
    answer.await?.map_err(refused)
}

pub(crate) async fn rename(server: &Server, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
    let at = params.text_document_position;
    let new_name = params.new_name;
    let versioned = server.session.client().versioned_edits;
    let answer = ask(&server.session, at.text_document.uri, move |it| {
        let Some(offset) = it.offset(at.position)? else { return Ok(Ok(None)) };
        match it.analysis.with_db(|db| danaide_ide::rename(db, it.file, offset, &new_name))? {
            Ok(rename) => {
                let edits: Vec<(File, TextRange, String)> =
                    rename.edits.into_iter().map(|(file, range)| (file, range, rename.new_name.clone())).collect();
                Ok(Ok(Some(workspace_edit(it, &edits, versioned)?)))
            }
            Err(reason) => Ok(Err(reason)),
        }
    });
    answer.await?.map_err(refused)
}

/// What imports of files and folders that are about to be renamed become.
pub(crate) async fn files(server: &Server, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
    let versioned = server.session.client().versioned_edits;
    let disk = |uri: &str| Url::parse(uri).ok().and_then(|it| file_path(&it).as_disk().map(ToOwned::to_owned));
    let renamed: Vec<_> = params.files.iter().filter_map(|it| Some((disk(&it.old_uri)?, disk(&it.new_uri)?))).collect();
    let answer = ask_workspace(&server.session, move |it| {
        let edits = it.analysis.with_db(|db| danaide_ide::files_renamed(db, &renamed))?;
        if edits.is_empty() { Ok(None) } else { workspace_edit(it, &edits, versioned).map(Some) }
    });
    Ok(answer.await?)
}

/// Edits of several files, with the versions of open documents where the client compares them.
pub(crate) fn workspace_edit(
    context: &Context<'_>,
    edits: &[(File, TextRange, String)],
    versioned: bool,
) -> Cancellable<WorkspaceEdit> {
    let mut by_file: Vec<(File, Vec<TextEdit>)> = Vec::new();
    for (file, range, text) in edits {
        let edit = TextEdit { range: context.range(*file, *range)?, new_text: text.clone() };
        match by_file.iter_mut().find(|it| it.0 == *file) {
            Some((_, known)) => known.push(edit),
            None => by_file.push((*file, vec![edit])),
        }
    }
    if !versioned {
        let mut changes = HashMap::new();
        for (file, edits) in by_file {
            changes.extend(context.uri_of(file)?.map(|uri| (uri, edits)));
        }
        return Ok(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() });
    }
    let mut all = Vec::new();
    for (file, edits) in by_file {
        let Some(uri) = context.uri_of(file)? else { continue };
        let version = context.open.get(&uri).copied();
        all.push(TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
            edits: edits.into_iter().map(OneOf::Left).collect(),
        });
    }
    Ok(WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(all)), ..WorkspaceEdit::default() })
}
