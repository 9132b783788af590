//! References and document highlights.

use danaide_analysis::occurrence::Access;
use lsp_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, LinkedEditingRangeParams, LinkedEditingRanges,
    Location, ReferenceParams,
};
use tower_lsp::jsonrpc::Result;

use crate::query::ask;
use crate::server::Server;

pub(crate) async fn references(server: &Server, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
    let at = params.text_document_position;
    let include = params.context.include_declaration;
    let answer = ask(&server.session, at.text_document.uri, move |it| {
        let Some(offset) = it.offset(at.position)? else { return Ok(None) };
        let found = it.analysis.with_db(|db| danaide_ide::references(db, it.file, offset, include))?;
        let mut out = Vec::new();
        for reference in found {
            out.extend(it.location(reference.file, reference.range)?);
        }
        Ok(Some(out))
    });
    Ok(answer.await?)
}

pub(crate) async fn highlights(
    server: &Server,
    params: DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>> {
    let at = params.text_document_position_params;
    let answer = ask(&server.session, at.text_document.uri, move |it| {
        let Some(offset) = it.offset(at.position)? else { return Ok(None) };
        let found = it.analysis.with_db(|db| danaide_ide::highlights(db, it.file, offset))?;
        it.with_lines(it.file, |lines| {
            let highlight = |it: &danaide_ide::Highlight| DocumentHighlight {
                range: lines.range(it.range),
                kind: Some(match it.access {
                    Access::Read => DocumentHighlightKind::READ,
                    Access::Write | Access::ReadWrite => DocumentHighlightKind::WRITE,
                }),
            };
            Some(found.iter().map(highlight).collect())
        })
    });
    Ok(answer.await?)
}

/// The places that are changed together while one of them is typed in.
pub(crate) async fn linked(server: &Server, params: LinkedEditingRangeParams) -> Result<Option<LinkedEditingRanges>> {
    let at = params.text_document_position_params;
    let answer = ask(&server.session, at.text_document.uri, move |it| {
        let Some(offset) = it.offset(at.position)? else { return Ok(None) };
        let found = it.analysis.with_db(|db| danaide_ide::linked_editing_ranges(db, it.file, offset))?;
        let Some(found) = found else { return Ok(None) };
        it.with_lines(it.file, |lines| {
            let ranges = found.iter().map(|it| lines.range(*it)).collect();
            Some(LinkedEditingRanges { ranges, word_pattern: None })
        })
    });
    Ok(answer.await?)
}
