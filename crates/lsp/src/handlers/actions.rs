//! Code actions.

use danaide_analysis::Cancellable;
use danaide_ide::ActionKind;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Diagnostic, NumberOrString,
};
use tower_lsp::jsonrpc::Result;

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

pub(crate) async fn code_actions(server: &Server, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
    let client = server.session.client();
    // A client that knows no literals could only be given commands of its own.
    if !client.action_literals {
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
        for action in found {
            out.push(CodeActionOrCommand::CodeAction(CodeAction {
                kind: Some(kind(action.kind)),
                diagnostics: mended(it, &action, &params.context.diagnostics)?,
                edit: Some(workspace_edit(it, &action.edits, client.versioned_edits)?),
                is_preferred: action.is_preferred.then_some(true),
                title: action.title,
                ..CodeAction::default()
            }));
        }
        Ok(Some(out))
    });
    Ok(answer.await?)
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
