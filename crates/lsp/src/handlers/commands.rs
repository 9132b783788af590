//! Commands of the server: run, test, cancel, carry out a code action.

use lsp_types::ExecuteCommandParams;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};

use super::actions;
use crate::runs::protocol::{CancelParams, RunParams, RunSelectionParams, TestParams};
use crate::runs::{self, Wanted};
use crate::server::{CLIENT_ANSWER_LIMIT, Server};

pub(crate) const RUN: &str = "danaide.run";
pub(crate) const RUN_SELECTION: &str = "danaide.runSelection";
pub(crate) const TEST: &str = "danaide.test";
pub(crate) const CANCEL: &str = "danaide.cancel";

/// Of code actions, for clients that take commands only.
pub(crate) const APPLY: &str = "danaide.applyAction";

/// What the server carries out itself.
pub(crate) const ALL: [&str; 5] = [RUN, RUN_SELECTION, TEST, CANCEL, APPLY];

pub(crate) async fn execute(server: &Server, params: ExecuteCommandParams) -> Result<Option<Value>> {
    let arguments = params.arguments;
    let (uri, wanted) = match params.command.as_str() {
        RUN => {
            let RunParams { uri, function, arguments } = first(arguments)?;
            (uri, Wanted::File { function, arguments: arguments.unwrap_or_default() })
        }
        RUN_SELECTION => {
            let RunSelectionParams { uri, range } = first(arguments)?;
            (uri, Wanted::Selection(range))
        }
        TEST => {
            let TestParams { uri, function } = first(arguments)?;
            (uri, Wanted::Tests { function })
        }
        CANCEL => {
            let CancelParams { run } =
                if arguments.first().is_none_or(Value::is_null) { CancelParams::default() } else { first(arguments)? };
            let cancelled = server.session.runs.cancel(run.as_deref());
            return Ok(Some(json!({ "cancelled": cancelled })));
        }
        APPLY => {
            let edit = actions::edit_of(server, first(arguments)?).await?;
            if let Some(edit) = edit {
                let client = server.client.clone();
                // Not awaited: a handler that waits for the client keeps others from running.
                server.session.spawn(async move {
                    let _ = tokio::time::timeout(CLIENT_ANSWER_LIMIT, client.apply_edit(edit)).await;
                });
            }
            return Ok(None);
        }
        other => return Err(Error::invalid_params(format!("there is no command `{other}`"))),
    };
    let run = runs::start(&server.session, &server.client, uri, wanted).await?;
    Ok(Some(json!({ "run": run })))
}

/// The one argument of a command.
fn first<T: DeserializeOwned>(arguments: Vec<Value>) -> Result<T> {
    let argument = arguments.into_iter().next().unwrap_or_default();
    serde_json::from_value(argument)
        .map_err(|error| Error::invalid_params(format!("the argument of the command: {error}")))
}
