//! `workspace/diagnostic`: what is wrong in all files of the workspace, those that are not open included.
//!
//! It is work for the background: a few files at a time, and requests of other kinds go first.

use std::sync::Arc;
use std::time::{Duration, Instant};

use danaide_analysis::{FilePath, is_excluded, workspace_paths};
use lsp_types::notification::{Notification as _, Progress};
use lsp_types::{
    Diagnostic, FullDocumentDiagnosticReport, ProgressToken, UnchangedDocumentDiagnosticReport, Url, WorkDoneProgress,
    WorkDoneProgressBegin, WorkDoneProgressEnd, WorkDoneProgressReport, WorkspaceDiagnosticParams,
    WorkspaceDiagnosticReport, WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport,
};
use rustc_hash::FxHashMap;
use serde::Serialize;
use serde_json::json;
use tower_lsp::jsonrpc::Result;

use crate::convert::{self, file_uri};
use crate::query::{Context, Failure, ask_workspace, release};
use crate::server::Server;
use crate::session::Session;
use crate::transport;
use crate::writer::Job;

/// So many files are looked at on one snapshot, and told of at once to a client that takes parts.
pub(crate) const AT_ONCE: usize = 16;
/// After so many files their trees are dropped.
const FORGET_AFTER: usize = 64;
/// How long the work rests while requests are under way, at a time and before some files at most.
const REST: Duration = Duration::from_millis(2);
pub(crate) const LONGEST_REST: Duration = Duration::from_millis(200);

/// The last answer: clients ask again every few seconds, mostly when nothing has changed.
#[derive(Debug, Default)]
pub(crate) struct LastAnswer {
    /// Of which state of the analysis it is.
    revision: u64,
    /// The lists of diagnostics that the client has.
    ids: FxHashMap<Url, String>,
}

pub(crate) async fn diagnostics(
    server: &Server,
    params: WorkspaceDiagnosticParams,
) -> Result<WorkspaceDiagnosticReportResult> {
    let session = &server.session;
    let known: FxHashMap<Url, String> = params.previous_result_ids.into_iter().map(|it| (it.uri, it.value)).collect();
    let (revision, paths) =
        ask_workspace(session, |it| Ok((it.revision, it.analysis.with_db(workspace_paths)?))).await?;
    let parts = Parts { session, token: params.partial_result_params.partial_result_token };
    if let Some(items) = as_before(session, revision, &known) {
        return Ok(parts.last(items).await);
    }
    let progress = Said { session, token: params.work_done_progress_params.work_done_token };
    progress.begin().await;
    let answer = look_at_all(session, &known, revision, &paths, &parts, &progress).await;
    progress.end().await;
    Ok(parts.last(answer?).await)
}

/// The answer when nothing has changed since the last one.
fn as_before(
    session: &Session,
    revision: u64,
    known: &FxHashMap<Url, String>,
) -> Option<Vec<WorkspaceDocumentDiagnosticReport>> {
    let last = session.last_workspace_answer.lock();
    let is_same = last.revision == revision && !known.is_empty() && last.ids == *known;
    is_same.then(|| {
        let mut all: Vec<_> = known.iter().collect();
        all.sort();
        all.into_iter().map(|(uri, id)| unchanged(uri.clone(), None, id.clone())).collect()
    })
}

async fn look_at_all(
    session: &Arc<Session>,
    known: &FxHashMap<Url, String>,
    revision: u64,
    paths: &[FilePath],
    parts: &Parts<'_>,
    progress: &Said<'_>,
) -> std::result::Result<Vec<WorkspaceDocumentDiagnosticReport>, Failure> {
    let mut gone = known.clone();
    let mut items = Vec::new();
    let mut ids = FxHashMap::default();
    let (mut done, mut since_forgotten) = (0, 0);
    let paths = if session.settings().diagnostics.workspace { paths } else { &[] };
    for chunk in paths.chunks(AT_ONCE) {
        rest(session).await;
        for found in look_at(session, chunk.to_vec()).await? {
            let id = convert::result_id(&found.items);
            let before = gone.remove(&found.uri);
            if before.is_none() && found.items.is_empty() {
                // Nothing is known, and nothing is to be said.
                continue;
            }
            ids.insert(found.uri.clone(), id.clone());
            items.push(if before.as_ref() == Some(&id) {
                unchanged(found.uri, found.version, id)
            } else {
                full(found.uri, found.version, Some(id), found.items)
            });
        }
        done += chunk.len();
        since_forgotten += chunk.len();
        if since_forgotten >= FORGET_AFTER && !session.is_busy() {
            since_forgotten = 0;
            session.writer.send(Job::Forget);
        }
        parts.send(&mut items).await;
        progress.tell(done, paths.len()).await;
    }
    // Files that are no more, or do not belong to the workspace any more.
    let mut gone: Vec<Url> = gone.into_keys().collect();
    gone.sort();
    items.extend(gone.into_iter().map(|uri| full(uri, None, None, Vec::new())));
    *session.last_workspace_answer.lock() = LastAnswer { revision, ids };
    Ok(items)
}

/// Waits while other requests are under way, but not for ever.
async fn rest(session: &Session) {
    // What this request has kept would count as another one.
    release();
    let began = Instant::now();
    while session.is_busy() && began.elapsed() < LONGEST_REST {
        tokio::time::sleep(REST).await;
    }
}

/// What is wrong in a file.
struct Found {
    uri: Url,
    version: Option<i64>,
    items: Vec<Diagnostic>,
}

async fn look_at(session: &Arc<Session>, paths: Vec<FilePath>) -> std::result::Result<Vec<Found>, Failure> {
    let client = session.client();
    ask_workspace(session, move |it| {
        let mut out = Vec::new();
        for path in &paths {
            let Some(uri) = file_uri(path) else { continue };
            if it.analysis.with_db(|db| is_excluded(db, path))? && !it.open.contains_key(&uri) {
                continue;
            }
            let file = it.analysis.file(path)?;
            let version = it.open.get(&uri).copied();
            let items = convert::diagnostics(&Context { file, uri: &uri, version, ..*it }, &client)?;
            out.push(Found { uri, version: version.map(i64::from), items });
        }
        Ok(out)
    })
    .await
}

fn full(
    uri: Url,
    version: Option<i64>,
    result_id: Option<String>,
    items: Vec<Diagnostic>,
) -> WorkspaceDocumentDiagnosticReport {
    let full_document_diagnostic_report = FullDocumentDiagnosticReport { result_id, items };
    WorkspaceFullDocumentDiagnosticReport { uri, version, full_document_diagnostic_report }.into()
}

fn unchanged(uri: Url, version: Option<i64>, result_id: String) -> WorkspaceDocumentDiagnosticReport {
    let unchanged_document_diagnostic_report = UnchangedDocumentDiagnosticReport { result_id };
    WorkspaceUnchangedDocumentDiagnosticReport { uri, version, unchanged_document_diagnostic_report }.into()
}

async fn send(session: &Session, token: &ProgressToken, value: impl Serialize) {
    transport::notify(session, Progress::METHOD, json!({ "token": token, "value": value })).await;
}

/// Parts of the answer, for a client that takes them.
struct Parts<'a> {
    session: &'a Session,
    token: Option<ProgressToken>,
}

impl Parts<'_> {
    /// Sends what there is so far, and leaves nothing; the client keeps what it was sent.
    async fn send(&self, items: &mut Vec<WorkspaceDocumentDiagnosticReport>) {
        if let Some(token) = self.token.as_ref().filter(|_| !items.is_empty()) {
            send(self.session, token, WorkspaceDiagnosticReport { items: std::mem::take(items) }).await;
        }
    }

    async fn last(&self, mut items: Vec<WorkspaceDocumentDiagnosticReport>) -> WorkspaceDiagnosticReportResult {
        self.send(&mut items).await;
        WorkspaceDiagnosticReport { items }.into()
    }
}

/// How far the work is, for a client that gave a name for that.
struct Said<'a> {
    session: &'a Session,
    token: Option<ProgressToken>,
}

impl Said<'_> {
    async fn begin(&self) {
        let title = "Checking the workspace".to_owned();
        self.send(WorkDoneProgress::Begin(WorkDoneProgressBegin { title, ..WorkDoneProgressBegin::default() })).await;
    }

    async fn tell(&self, done: usize, of: usize) {
        let percentage = u32::try_from(done * 100 / of.max(1)).ok();
        let message = Some(format!("{done} of {of} files"));
        self.send(WorkDoneProgress::Report(WorkDoneProgressReport { message, percentage, cancellable: None })).await;
    }

    async fn end(&self) {
        self.send(WorkDoneProgress::End(WorkDoneProgressEnd::default())).await;
    }

    async fn send(&self, value: WorkDoneProgress) {
        if let Some(token) = &self.token {
            send(self.session, token, value).await;
        }
    }
}
