//! `danaide/status`: how the server is doing.

use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::Result;

use crate::observe;
use crate::server::Server;

/// Nothing has to be said to ask.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct StatusParams {}

/// How the server is doing.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    version: String,
    uptime_seconds: f64,
    memory_bytes: u64,
    files: usize,
    indexing: Option<Indexing>,
    runs: Vec<RunStatus>,
    requests: Vec<RequestStatus>,
    queries: Option<QueryStatus>,
}

/// How many files of the workspace were read.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Indexing {
    done: usize,
    total: usize,
}

/// A run that has not ended.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RunStatus {
    run: String,
    title: String,
    milliseconds: f64,
}

/// The times of a method.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestStatus {
    method: String,
    count: u64,
    median_ms: f32,
    p95_ms: f32,
}

/// What the analysis did.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct QueryStatus {
    computed: u64,
    kept: u64,
}

pub(crate) async fn status(server: &Server, _: StatusParams) -> Result<Status> {
    let session = &server.session;
    let known = session.clone();
    let files = tokio::task::spawn_blocking(move || known.writer.known_on_disk().map_or(0, |it| it.1.len()));
    let files = files.await.unwrap_or(0);
    let queries = session
        .counts
        .as_ref()
        .map(|it| QueryStatus { computed: it.computed.load(Ordering::Relaxed), kept: it.kept.load(Ordering::Relaxed) });
    let runs = session.runs.list().into_iter();
    Ok(Status {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime_seconds: session.began.elapsed().as_secs_f64(),
        memory_bytes: observe::memory(),
        files,
        indexing: session.indexing.lock().map(|(done, total)| Indexing { done, total }),
        runs: runs.map(|(run, title, milliseconds)| RunStatus { run, title, milliseconds }).collect(),
        requests: session
            .timings
            .all()
            .into_iter()
            .map(|it| RequestStatus { method: it.method, count: it.count, median_ms: it.median, p95_ms: it.p95 })
            .collect(),
        queries,
    })
}
