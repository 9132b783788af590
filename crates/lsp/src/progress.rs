//! Progress in the client's window, for work that the server began by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use lsp_types::notification::Progress as ProgressNotification;
use lsp_types::request::WorkDoneProgressCreate;
use lsp_types::{
    ProgressParams, ProgressParamsValue, ProgressToken, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd, WorkDoneProgressReport,
};
use tokio::sync::watch;

use crate::server::CLIENT_ANSWER_LIMIT;
use crate::session::Session;

static LAST: AtomicU64 = AtomicU64::new(0);

/// What ends when the client cancels the progress.
#[derive(Debug, Clone)]
pub(crate) enum Stops {
    /// The run of a name.
    Run(String),
    /// Work that looks at this now and then.
    Work(Arc<AtomicBool>),
}

/// What a client that shows progress is told of some work. Without such a client it does nothing.
pub(crate) struct Progress {
    said: watch::Sender<Said>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Said {
    message: Option<String>,
    percentage: Option<u32>,
    ended: bool,
}

impl Progress {
    /// Work begins; `stops` says what the client cancels with it, if it can be cancelled.
    pub(crate) fn begin(session: &Arc<Session>, client: &tower_lsp::Client, title: &str, stops: Option<Stops>) -> Self {
        let (said, mut hears) = watch::channel(Said::default());
        if !session.client().shows_progress {
            return Self { said };
        }
        let name = format!("danaide-{}", LAST.fetch_add(1, Ordering::Relaxed) + 1);
        let token = ProgressToken::String(name.clone());
        let (client, title, cancellable) = (client.clone(), title.to_owned(), stops.is_some());
        if let Some(stops) = stops {
            session.progress.lock().insert(name.clone(), stops);
        }
        let owner = session.clone();
        session.spawn(async move {
            let create =
                client.send_request::<WorkDoneProgressCreate>(WorkDoneProgressCreateParams { token: token.clone() });
            let created = tokio::time::timeout(CLIENT_ANSWER_LIMIT, create).await;
            if matches!(created, Ok(Ok(()))) {
                let send = async |value| {
                    let value = ProgressParamsValue::WorkDone(value);
                    let params = ProgressParams { token: token.clone(), value };
                    client.send_notification::<ProgressNotification>(params).await;
                };
                send(WorkDoneProgress::Begin(WorkDoneProgressBegin {
                    title,
                    cancellable: Some(cancellable),
                    ..WorkDoneProgressBegin::default()
                }))
                .await;
                loop {
                    let said = hears.borrow_and_update().clone();
                    if said.ended {
                        send(WorkDoneProgress::End(WorkDoneProgressEnd { message: said.message })).await;
                        break;
                    }
                    if said != Said::default() {
                        send(WorkDoneProgress::Report(WorkDoneProgressReport {
                            cancellable: Some(cancellable),
                            message: said.message,
                            percentage: said.percentage,
                        }))
                        .await;
                    }
                    if hears.changed().await.is_err() {
                        send(WorkDoneProgress::End(WorkDoneProgressEnd { message: None })).await;
                        break;
                    }
                }
            }
            owner.progress.lock().remove(&name);
        });
        Self { said }
    }

    /// How far the work is; of several messages in a row the client may see the last.
    pub(crate) fn tell(&self, message: String, percentage: Option<u32>) {
        self.said.send_replace(Said { message: Some(message), percentage, ended: false });
    }

    pub(crate) fn end(self, message: &str) {
        self.said.send_replace(Said { message: Some(message.to_owned()), percentage: None, ended: true });
    }
}
