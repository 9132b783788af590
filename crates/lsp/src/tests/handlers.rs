//! Requests that only tests have.

use danaide_analysis::Db;
use lsp_types::{TextDocumentIdentifier, TextDocumentPositionParams};
use tower_lsp::jsonrpc::Result;

use crate::query::ask;
use crate::server::Server;

/// The text of a document as the analysis sees it.
pub(crate) async fn text(server: &Server, params: TextDocumentPositionParams) -> Result<String> {
    let uri = params.text_document.uri;
    Ok(ask(&server.session, uri, |it| it.analysis.text(it.file)).await?.to_string())
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SpinParams {
    text_document: TextDocumentIdentifier,
}

/// A query that never ends by itself.
pub(crate) async fn spin(server: &Server, params: SpinParams) -> Result<()> {
    let forever = |db: &dyn Db| loop {
        db.unwind_if_revision_cancelled();
        std::thread::yield_now();
    };
    Ok(ask(&server.session, params.text_document.uri, move |it| it.analysis.with_db(forever)).await?)
}

/// A query that breaks.
pub(crate) async fn panic(server: &Server, params: SpinParams) -> Result<()> {
    let broken = |_: &dyn Db| std::panic::resume_unwind(Box::new("a test"));
    Ok(ask(&server.session, params.text_document.uri, move |it| it.analysis.with_db(broken)).await?)
}
