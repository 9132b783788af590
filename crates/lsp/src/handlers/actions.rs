//! Code actions.

use danaide_analysis::Cancellable;
use danaide_ide::ActionKind;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Command, Diagnostic,
    NumberOrString, Range, Url, WorkspaceEdit,
};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::{Error, Result};

use super::commands;
use super::rename::workspace_edit;
use crate::query::{Context, ask};
use crate::server::Server;

const FIX_ALL: &str = "source.fixAll.danaide";

fn kind(kind: ActionKind) -> CodeActionKind {
    match kind {
        ActionKind::QuickFix => CodeActionKind::QUICKFIX,
        ActionKind::Extract => CodeActionKind::REFACTOR_EXTRACT,
        ActionKind::Inline => CodeActionKind::REFACTOR_INLINE,
        ActionKind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
        ActionKind::FixAll => CodeActionKind::new(FIX_ALL),
    }
}

pub(crate) fn kinds() -> Vec<CodeActionKind> {
    let all = [ActionKind::QuickFix, ActionKind::Extract, ActionKind::Inline, ActionKind::Rewrite, ActionKind::FixAll];
    all.into_iter().map(kind).collect()
}

/// Is a kind the wanted one, or a part of it? `refactor` wants `refactor.inline` too.
fn is_wanted(kind: &CodeActionKind, wanted: &Option<Vec<CodeActionKind>>) -> bool {
    let Some(wanted) = wanted else { return true };
    wanted.iter().any(|it| {
        let rest = kind.as_str().strip_prefix(it.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || it.as_str().is_empty())
    })
}

/// What an action carries so that its edits can be asked for later.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Data {
    uri: Url,
    /// Of the document, if it is open: in another one the action may be something else.
    version: Option<i32>,
    range: Range,
    kind: CodeActionKind,
    /// Which of this kind.
    index: usize,
}

pub(crate) async fn code_actions(server: &Server, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
    let client = server.session.client();
    if !client.action_literals && !client.applies_edits {
        return Ok(None);
    }
    let answer = ask(&server.session, params.text_document.uri, move |it| {
        let range = it.text_range(params.range)?;
        let wanted = |it: ActionKind| {
            // Everything at once only where it is asked for.
            let is_asked = it != ActionKind::FixAll || params.context.only.is_some();
            is_asked && is_wanted(&kind(it), &params.context.only)
        };
        let found = it.analysis.with_db(|db| danaide_ide::code_actions(db, it.file, range, wanted))?;
        let mut out = Vec::new();
        let mut counts: FxHashMap<ActionKind, usize> = FxHashMap::default();
        for action in found {
            let count = counts.entry(action.kind).or_default();
            let data = Data {
                uri: it.uri.clone(),
                version: it.version,
                range: params.range,
                kind: kind(action.kind),
                index: std::mem::replace(count, *count + 1),
            };
            let data = serde_json::to_value(data).ok();
            if !client.action_literals {
                // One that the server carries out by asking for the edit.
                let (title, command) = (action.title, commands::APPLY.to_owned());
                let arguments = data.map(|it| vec![it]);
                out.push(CodeActionOrCommand::Command(Command { title, command, arguments }));
                continue;
            }
            let (edit, data) = if client.resolves_actions {
                (None, data)
            } else {
                (Some(workspace_edit(it, &action.edits, client.versioned_edits)?), None)
            };
            out.push(CodeActionOrCommand::CodeAction(CodeAction {
                kind: Some(kind(action.kind)),
                diagnostics: mended(it, &action, &params.context.diagnostics)?,
                edit,
                data,
                is_preferred: action.is_preferred.then_some(true),
                title: action.title,
                ..CodeAction::default()
            }));
        }
        Ok(Some(out))
    });
    Ok(answer.await?)
}

/// The edits of an action that was chosen.
pub(crate) async fn edit_of(server: &Server, data: Data) -> Result<Option<WorkspaceEdit>> {
    let versioned = server.session.client().versioned_edits;
    let answer = ask(&server.session, data.uri, move |it| {
        if it.version != data.version {
            return Ok(Err(Error::content_modified()));
        }
        let range = it.text_range(data.range)?;
        let is_kind = |it: ActionKind| kind(it) == data.kind;
        let found = it.analysis.with_db(|db| danaide_ide::code_actions(db, it.file, range, is_kind))?;
        match found.into_iter().nth(data.index) {
            Some(action) => Ok(Ok(Some(workspace_edit(it, &action.edits, versioned)?))),
            None => Ok(Ok(None)),
        }
    });
    answer.await?
}

pub(crate) async fn resolve(server: &Server, mut action: CodeAction) -> Result<CodeAction> {
    if action.edit.is_none()
        && let Some(data) = action.data.clone().and_then(|it| serde_json::from_value(it).ok())
    {
        action.edit = edit_of(server, data).await?;
    }
    Ok(action)
}

/// The diagnostics of the request that the action mends.
fn mended(
    context: &Context<'_>,
    action: &danaide_ide::CodeAction,
    known: &[Diagnostic],
) -> Cancellable<Option<Vec<Diagnostic>>> {
    let Some((code, range)) = action.mends else { return Ok(None) };
    let range = context.range(context.file, range)?;
    let is_it =
        |it: &&Diagnostic| it.range == range && it.code == Some(NumberOrString::String(code.as_str().to_owned()));
    let found: Vec<Diagnostic> = known.iter().filter(is_it).cloned().collect();
    Ok((!found.is_empty()).then_some(found))
}
