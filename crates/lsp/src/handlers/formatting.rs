//! Formatting of documents and ranges, and what typing does to a line.

use danaide_analysis::Cancellable;
use danaide_syntax::TextEdit;
use lsp_types::{
    self as lsp, DocumentFormattingParams, DocumentOnTypeFormattingParams, DocumentRangeFormattingParams, Url,
};
use tower_lsp::jsonrpc::Result;

use crate::query::{Context, ask};
use crate::server::Server;

pub(crate) async fn document(server: &Server, params: DocumentFormattingParams) -> Result<Option<Vec<lsp::TextEdit>>> {
    edits(server, params.text_document.uri, |it| it.analysis.with_db(|db| danaide_ide::formatting(db, it.file, None)))
        .await
}

pub(crate) async fn range(
    server: &Server,
    params: DocumentRangeFormattingParams,
) -> Result<Option<Vec<lsp::TextEdit>>> {
    edits(server, params.text_document.uri, move |it| {
        let range = it.text_range(params.range)?;
        it.analysis.with_db(|db| danaide_ide::formatting(db, it.file, Some(range)))
    })
    .await
}

pub(crate) async fn on_type(
    server: &Server,
    params: DocumentOnTypeFormattingParams,
) -> Result<Option<Vec<lsp::TextEdit>>> {
    let place = params.text_document_position;
    edits(server, place.text_document.uri, move |it| {
        let (Some(offset), Some(typed)) = (it.offset(place.position)?, params.ch.chars().last()) else {
            return Ok(TextEdit::default());
        };
        it.analysis.with_db(|db| danaide_ide::on_type(db, it.file, offset, typed))
    })
    .await
}

/// The changes to a document for the client; how wide a level of indentation is does not depend on the editor.
async fn edits(
    server: &Server,
    uri: Url,
    question: impl Fn(&Context<'_>) -> Cancellable<TextEdit> + Send + 'static,
) -> Result<Option<Vec<lsp::TextEdit>>> {
    let answer = ask(&server.session, uri, move |it| {
        let edit = question(it)?;
        it.with_lines(it.file, |lines| {
            let edits = edit
                .iter()
                .map(|indel| lsp::TextEdit { range: lines.range(indel.delete), new_text: indel.insert.clone() });
            Some(edits.collect())
        })
    });
    Ok(answer.await?)
}
