//! Asking the analysis from an async handler: on a thread of its own, on a snapshot, and never longer than wanted.

use std::sync::Arc;

use danaide_analysis::{Analysis, CancelToken, Cancellable, Cancelled, File};
use lsp_types::Url;
use parking_lot::Mutex;
use tokio::sync::OwnedSemaphorePermit;
use tower_lsp::jsonrpc::{Error, ErrorCode};

use crate::convert::{Encoding, file_path};
use crate::observe::panic_text;
use crate::session::Session;
use crate::writer::Job;

tokio::task_local! {
    /// Set by the gate around each request: how many notifications about its document came before it.
    pub(crate) static TICKET: Option<u64>;
    /// Set by the transport around each request: keeps the permit of its query until the answer is on its way, so that
    /// answers do not pile up before a client that does not read.
    pub(crate) static KEPT: Arc<Mutex<Option<OwnedSemaphorePermit>>>;
}

/// Gives the permit back that the request under way has kept: it goes on with something else before it answers.
pub(crate) fn release() {
    let _ = KEPT.try_with(|kept| kept.lock().take());
}

/// What a query may look at.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) analysis: &'a Analysis,
    pub(crate) file: File,
    pub(crate) uri: &'a Url,
    pub(crate) encoding: Encoding,
    /// Which state of the analysis it is: another one has another number.
    pub(crate) revision: u64,
    /// The version of the document if it is open.
    pub(crate) version: Option<i32>,
    /// The versions of all open documents.
    pub(crate) open: &'a rustc_hash::FxHashMap<Url, i32>,
    /// Where files of the library can be written for the client; none if it opens them by their own names.
    pub(crate) library_folder: Option<&'a camino::Utf8Path>,
}

/// Why a query gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Nobody waits for the answer.
    Cancelled,
    /// The document changed after the question.
    Outdated,
    /// A query broke.
    Broken,
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Cancelled => Error::request_cancelled(),
            Failure::Outdated => Error::content_modified(),
            Failure::Broken => Error { message: "the analysis failed".into(), ..Error::new(ErrorCode::InternalError) },
        }
    }
}

/// Ends a query when the future that waits for it is dropped, whether the query has begun or not.
#[derive(Debug, Clone, Default)]
struct Stop(Arc<Mutex<StopState>>);

#[derive(Debug, Default)]
struct StopState {
    stopped: bool,
    running: Option<CancelToken>,
}

impl Stop {
    fn stop(&self) {
        let mut state = self.0.lock();
        state.stopped = true;
        if let Some(token) = &state.running {
            token.cancel();
        }
    }

    /// `false` if it is too late to begin.
    fn begin(&self, token: CancelToken) -> bool {
        let mut state = self.0.lock();
        state.running = Some(token);
        !state.stopped
    }
}

struct StopOnDrop(Stop);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Asks about no document in particular: in the place of one stands a file of the library.
pub(crate) async fn ask_workspace<T: Send + 'static>(
    session: &Arc<Session>,
    question: impl Fn(&Context<'_>) -> Cancellable<T> + Send + 'static,
) -> Result<T, Failure> {
    let uri = Url::parse("danaide:library/builtins.na").map_err(|_| Failure::Broken)?;
    ask(session, uri, question).await
}

/// Asks about a document. The answer is about the text as it was when the request came; if that text is no more, the
/// query fails at once. A write to another file only makes it begin again.
pub(crate) async fn ask<T: Send + 'static>(
    session: &Arc<Session>,
    uri: Url,
    question: impl Fn(&Context<'_>) -> Cancellable<T> + Send + 'static,
) -> Result<T, Failure> {
    let ticket = TICKET.try_with(|it| *it).ok().flatten();
    let permit = session.permits.clone().acquire_owned().await.map_err(|_| Failure::Broken)?;
    let stop = Stop::default();
    let _guard = StopOnDrop(stop.clone());
    let (owner, session) = (session.clone(), session.clone());
    let work = move || {
        let client = session.client();
        let encoding = client.encoding;
        let library_folder = session.library_folder.as_deref().filter(|_| !client.virtual_library);
        let is_outdated = || ticket.is_some_and(|it| it != session.arrivals(&uri));
        loop {
            let snapshot = session.writer.snapshot().ok_or(Failure::Broken)?;
            if !stop.begin(snapshot.analysis.cancel_token()) {
                return Err(Failure::Cancelled);
            }
            if is_outdated() {
                return Err(Failure::Outdated);
            }
            let analysis = &snapshot.analysis;
            let answer = analysis.file(&file_path(&uri)).and_then(|file| {
                let version = snapshot.open.get(&uri).copied();
                question(&Context {
                    analysis,
                    file,
                    uri: &uri,
                    encoding,
                    revision: snapshot.revision,
                    version,
                    open: &snapshot.open,
                    library_folder,
                })
            });
            match answer {
                Ok(answer) => return Ok(answer),
                Err(Cancelled::Requested) => return Err(Failure::Cancelled),
                Err(Cancelled::Failed) => return Err(Failure::Broken),
                Err(Cancelled::Outdated) => {}
            }
        }
    };
    // The thread holds the permit even when nobody waits for it any more.
    let done = tokio::task::spawn_blocking(move || (work(), permit)).await;
    let (answer, permit) = done.map_err(|error| {
        if let Ok(panic) = error.try_into_panic() {
            let text = panic_text(&*panic);
            let message = format!("a request broke the analysis, which is a mistake in Danaide; it said: {text}");
            owner.writer.send(Job::Warn(message));
        }
        Failure::Broken
    })?;
    let _ = KEPT.try_with(|kept| *kept.lock() = Some(permit));
    answer
}
