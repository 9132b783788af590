//! Code lenses.

use danaide_ide::LensKind;
use lsp_types::{CodeLens, CodeLensParams, Command, Url};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_lsp::jsonrpc::Result;

use super::commands;
use crate::query::ask;
use crate::server::Server;

#[derive(Debug, Serialize, Deserialize)]
struct Data {
    uri: Url,
    kind: String,
}

/// The command of a lens: the server has those that run and test, the client may have the others.
fn command(kind: LensKind) -> &'static str {
    match kind {
        LensKind::Run => commands::RUN,
        LensKind::Test => commands::TEST,
        LensKind::Graph => "danaide.graph",
        LensKind::References => "danaide.showReferences",
    }
}

fn title(kind: LensKind) -> &'static str {
    match kind {
        LensKind::Run => "Run",
        LensKind::Test => "Test",
        LensKind::Graph => "Graph",
        LensKind::References => "References",
    }
}

/// Lenses for what the server or the client has commands for, and that are wanted. References are counted when they are shown.
pub(crate) async fn code_lenses(server: &Server, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    let client = server.session.client();
    let wanted = server.session.settings().lens;
    let can_run = server.session.is_trusted();
    let is_shown = move |kind: LensKind| match kind {
        LensKind::Run => wanted.run && can_run,
        LensKind::Test => wanted.test && can_run,
        LensKind::Graph => wanted.graph && client.has_command(command(kind)),
        LensKind::References => wanted.references,
    };
    let answer = ask(&server.session, params.text_document.uri, move |it| {
        let lenses = it.analysis.with_db(|db| danaide_ide::code_lenses(db, it.file))?;
        it.with_lines(it.file, |lines| {
            let shown = lenses.iter().filter(|it| is_shown(it.kind));
            let lens = |lens: &danaide_ide::CodeLens| {
                let is_later = lens.kind == LensKind::References;
                let data = Data { uri: it.uri.clone(), kind: lens.kind.as_str().to_owned() };
                CodeLens {
                    range: lines.range(lens.range),
                    command: (!is_later).then(|| Command {
                        title: title(lens.kind).to_owned(),
                        command: command(lens.kind).to_owned(),
                        arguments: Some(vec![json!({ "uri": it.uri, "function": lens.name })]),
                    }),
                    data: is_later.then(|| serde_json::to_value(data).ok()).flatten(),
                }
            };
            Some(shown.map(lens).collect())
        })
    });
    Ok(answer.await?)
}

pub(crate) async fn resolve(server: &Server, mut lens: CodeLens) -> Result<CodeLens> {
    let Some(data) = lens.data.clone().and_then(|it| serde_json::from_value::<Data>(it).ok()) else { return Ok(lens) };
    if LensKind::from_name(&data.kind) != Some(LensKind::References) {
        return Ok(lens);
    }
    let (uri, range) = (data.uri.clone(), lens.range);
    let answer = ask(&server.session, data.uri, move |it| {
        let at = it.text_range(range)?;
        let found = it.analysis.with_db(|db| danaide_ide::lens_references(db, it.file, at))?;
        let mut out = Vec::new();
        for (file, range) in found {
            out.extend(it.location(file, range)?);
        }
        Ok(out)
    });
    let found = answer.await?;
    let title = match found.len() {
        1 => "1 reference".to_owned(),
        n => format!("{n} references"),
    };
    let name = command(LensKind::References);
    let can_show = server.session.client().has_command(name) && !found.is_empty();
    lens.command = Some(if can_show {
        Command { title, command: name.to_owned(), arguments: Some(vec![json!(uri), json!(range.start), json!(found)]) }
    } else {
        Command { title, command: String::new(), arguments: None }
    });
    Ok(lens)
}
