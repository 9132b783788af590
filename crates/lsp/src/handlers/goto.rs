//! Definition, declaration, type definition, implementation.

use danaide_analysis::{Cancellable, Db, File};
use danaide_ide::Target;
use danaide_syntax::{TextRange, TextSize};
use lsp_types::{GotoDefinitionParams, GotoDefinitionResponse, LocationLink};
use tower_lsp::jsonrpc::Result;

use crate::query::{Context, ask};
use crate::server::Server;

pub(crate) type Goto = fn(&dyn Db, File, TextSize) -> Vec<Target>;

pub(crate) async fn goto(
    server: &Server,
    params: GotoDefinitionParams,
    goto: Goto,
    links: bool,
) -> Result<Option<GotoDefinitionResponse>> {
    let at = params.text_document_position_params;
    let answer = ask(&server.session, at.text_document.uri, move |it| {
        let Some(offset) = it.offset(at.position)? else { return Ok(None) };
        let targets = it.analysis.with_db(|db| goto(db, it.file, offset))?;
        if targets.is_empty() {
            return Ok(None);
        }
        let origin = it
            .analysis
            .with_db(|db| danaide_ide::semantics::names_at(db, it.file, offset).first().map(|it| it.range))?;
        response(it, origin, &targets, links).map(Some)
    });
    Ok(answer.await?)
}

fn response(
    context: &Context<'_>,
    origin: Option<TextRange>,
    targets: &[Target],
    links: bool,
) -> Cancellable<GotoDefinitionResponse> {
    if !links {
        let mut all = Vec::new();
        for it in targets {
            all.extend(context.location(it.file, it.name_range)?);
        }
        return Ok(GotoDefinitionResponse::Array(all));
    }
    let origin = origin.map(|it| context.range(context.file, it)).transpose()?;
    let mut all = Vec::new();
    for it in targets {
        let Some(target_uri) = context.uri_of(it.file)? else { continue };
        all.push(LocationLink {
            origin_selection_range: origin,
            target_uri,
            target_range: context.range(it.file, it.range)?,
            target_selection_range: context.range(it.file, it.name_range)?,
        });
    }
    Ok(GotoDefinitionResponse::Link(all))
}
