//! Hover.

use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};
use tower_lsp::jsonrpc::Result;

use crate::query::ask;
use crate::server::Server;

pub(crate) async fn hover(server: &Server, params: HoverParams) -> Result<Option<Hover>> {
    let at = params.text_document_position_params;
    let markdown = server.session.client().markdown_hover;
    let answer = ask(&server.session, at.text_document.uri, move |it| {
        let Some(offset) = it.offset(at.position)? else { return Ok(None) };
        let Some(hover) = it.analysis.with_db(|db| danaide_ide::hover(db, it.file, offset))? else { return Ok(None) };
        let range = Some(it.range(it.file, hover.range)?);
        Ok(Some(Hover { contents: HoverContents::Markup(markup(hover.markdown, markdown)), range }))
    });
    Ok(answer.await?)
}

/// Text for clients that show Markdown, or as plain text for others.
pub(crate) fn markup(text: String, markdown: bool) -> MarkupContent {
    if markdown {
        MarkupContent { kind: MarkupKind::Markdown, value: text }
    } else {
        MarkupContent { kind: MarkupKind::PlainText, value: plain(&text) }
    }
}

/// Markdown without its marks, as far as hovers use them.
fn plain(markdown: &str) -> String {
    let mut lines = Vec::new();
    for line in markdown.lines() {
        if line.starts_with("```") || line == "---" {
            continue;
        }
        if line.is_empty() && lines.last().is_some_and(String::is_empty) {
            continue;
        }
        lines.push(line.replace('`', ""));
    }
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_out() {
        assert_eq!(plain("```dana\nx: int\n```\n\n---\n\nOf `f`."), "x: int\n\nOf f.");
    }
}
