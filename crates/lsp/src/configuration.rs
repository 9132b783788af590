//! Settings of the editor: where they come from, and what changes with them.

use std::sync::Arc;

use lsp_types::ConfigurationItem;
use serde_json::Value;

use crate::server::CLIENT_ANSWER_LIMIT;
use crate::session::Session;
use crate::settings;
use crate::writer::Job;

/// The section of an editor's settings that is ours, and the key of ours in `initializationOptions`.
pub(crate) const SECTION: &str = "danaide";

/// The key in `initializationOptions` that is no setting.
const TRUSTED: &str = "trusted";

/// Takes what a client says when it starts.
pub(crate) fn begin(session: &Arc<Session>, options: Option<&Value>) {
    let Some(Value::Object(ours)) = options.and_then(|it| it.get(SECTION)) else { return };
    let mut ours = ours.clone();
    if let Some(trusted) = ours.remove(TRUSTED) {
        // What is no clear yes is a no.
        session.set_trusted(trusted == Value::Bool(true));
    }
    if !ours.is_empty() {
        apply(session, Some(&Value::Object(ours)));
    }
}

/// Asks the client for its settings. A client that does not answer has those from before.
pub(crate) async fn pull(session: Arc<Session>, client: tower_lsp::Client) {
    let _turn = session.asking_settings.lock().await;
    let item = ConfigurationItem { scope_uri: None, section: Some(SECTION.to_owned()) };
    let answer = tokio::time::timeout(CLIENT_ANSWER_LIMIT, client.configuration(vec![item])).await;
    if let Ok(Ok(sections)) = answer {
        apply(&session, sections.first());
    }
}

/// Takes settings over, and says once what is wrong with them.
pub(crate) fn apply(session: &Arc<Session>, section: Option<&Value>) {
    let (settings, problems) = settings::read(section.unwrap_or(&Value::Null));
    for problem in problems {
        if session.said_of_settings.lock().insert(problem.clone()) {
            session.writer.send(Job::Warn(problem));
        }
    }
    if *session.settings() == settings {
        return;
    }
    let (max_diagnostics, levels) = (settings.diagnostics.max, settings.diagnostics.rules.levels());
    session.set_settings(settings);
    session.writer.send(Job::Settings { max_diagnostics, levels });
    // What is shown between and above the lines may be another now.
    session.bells.elsewhere.notify_one();
}
