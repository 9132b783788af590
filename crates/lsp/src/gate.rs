//! The gate: sees every message in the order of the wire and keeps that order where it matters.
//!
//! tower-lsp runs handlers side by side, so two edits could be applied in the wrong order. Here, in [`Gate::call`],
//! messages still come one by one: what changes documents goes to the writer at once and never reaches a handler, and
//! each request takes a ticket that says which changes came before it.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use futures::FutureExt as _;
use futures::future::{self, BoxFuture};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders, DidCloseTextDocument, DidOpenTextDocument,
    DidSaveTextDocument, Notification, WorkDoneProgressCancel,
};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, NumberOrString, Url, WorkDoneProgressCancelParams,
};
use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower::Service;
use tower_lsp::LspService;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};

use crate::convert::disk_paths;
use crate::observe::Clock;
use crate::progress::Stops;
use crate::query::TICKET;
use crate::server::Server;
use crate::session::{Phase, Session};
use crate::writer::Job;
use crate::{notebooks, warm};

/// Wraps the router of tower-lsp.
#[derive(Debug)]
pub(crate) struct Gate {
    inner: LspService<Server>,
    session: Arc<Session>,
}

impl Gate {
    pub(crate) fn new(inner: LspService<Server>, session: Arc<Session>) -> Self {
        Self { inner, session }
    }

    /// Takes a notification that must not wait for a handler. `false` if it is none of those.
    fn take_notification(&self, method: &str, params: Option<&Value>) -> bool {
        let taken = match method {
            DidOpenTextDocument::METHOD => {
                let mut opened = None;
                let taken = self.with_params(params, |it: DidOpenTextDocumentParams| {
                    let document = it.text_document;
                    self.session.note_arrival(&document.uri);
                    opened = Some(document.uri.clone());
                    Job::Open { uri: document.uri, version: document.version, text: document.text }
                });
                if let Some(uri) = opened {
                    warm::imports_of(&self.session, uri);
                }
                taken
            }
            DidChangeTextDocument::METHOD => self.with_params(params, |it: DidChangeTextDocumentParams| {
                let document = it.text_document;
                self.session.note_arrival(&document.uri);
                Job::Edit { uri: document.uri, version: document.version, changes: it.content_changes }
            }),
            DidCloseTextDocument::METHOD => self.with_params(params, |it: DidCloseTextDocumentParams| {
                self.session.note_arrival(&it.text_document.uri);
                Job::Close { uri: it.text_document.uri }
            }),
            DidChangeWatchedFiles::METHOD => self.with_params(params, |it: DidChangeWatchedFilesParams| Job::Disk {
                paths: disk_paths(it.changes.iter().map(|it| &it.uri)),
            }),
            DidChangeWorkspaceFolders::METHOD => {
                self.with_params(params, |it: DidChangeWorkspaceFoldersParams| Job::Folders {
                    added: disk_paths(it.event.added.iter().map(|it| &it.uri)),
                    removed: disk_paths(it.event.removed.iter().map(|it| &it.uri)),
                })
            }
            WorkDoneProgressCancel::METHOD => self.cancel_progress(params),
            // The text is known already; what the save did to the disk comes from the file watcher.
            DidSaveTextDocument::METHOD => Ok(()),
            _ => return false,
        };
        if let Err(reason) = taken {
            self.session.writer.send(Job::Warn(format!("ignored `{method}`: {reason}")));
        }
        true
    }

    fn with_params<P: DeserializeOwned>(
        &self,
        params: Option<&Value>,
        job: impl FnOnce(P) -> Job,
    ) -> Result<(), serde_json::Error> {
        let params = P::deserialize(params.unwrap_or(&Value::Null))?;
        self.session.writer.send(job(params));
        Ok(())
    }

    /// The client's user wants no more of some work.
    fn cancel_progress(&self, params: Option<&Value>) -> Result<(), serde_json::Error> {
        let params = WorkDoneProgressCancelParams::deserialize(params.unwrap_or(&Value::Null))?;
        if let NumberOrString::String(token) = params.token
            && let Some(stops) = self.session.progress.lock().get(&token)
        {
            match stops {
                Stops::Run(run) => {
                    self.session.runs.cancel(Some(run));
                }
                Stops::Work(stop) => stop.store(true, Ordering::Relaxed),
            }
        }
        Ok(())
    }

    /// Which changes a request has to see, and no later ones: those of the document it is about.
    fn ticket(&self, request: &Request) -> Option<u64> {
        let uri = request.params()?.get("textDocument")?.get("uri")?.as_str()?;
        Some(self.session.arrivals(&Url::parse(uri).ok()?))
    }
}

/// A request whose parameters are all optional, so that clients leave them out.
const WITHOUT_PARAMS: &str = "danaide/status";

/// Some clients send `"params": null` where there are none, which the router would refuse.
fn without_null(request: Request) -> Request {
    if request.method() == WITHOUT_PARAMS && request.params().is_none_or(Value::is_null) {
        let (method, id, _) = request.into_parts();
        return rebuilt(method, id, Some(Value::Object(serde_json::Map::new())));
    }
    if request.params() != Some(&Value::Null) {
        return request;
    }
    let (method, id, _) = request.into_parts();
    rebuilt(method, id, None)
}

/// A message of its parts, some of which were changed.
pub(crate) fn rebuilt(method: Cow<'static, str>, id: Option<Id>, params: Option<Value>) -> Request {
    let mut message = Request::build(method);
    if let Some(params) = params {
        message = message.params(params);
    }
    match id {
        Some(id) => message.id(id).finish(),
        None => message.finish(),
    }
}

/// The protocol calls a capability of the client `workspace.diagnostics`, and the router's types `workspace.diagnostic`.
fn with_known_names(request: Request) -> Request {
    if request.method() != "initialize" {
        return request;
    }
    let (method, id, mut params) = request.into_parts();
    if let Some(Value::Object(workspace)) = params.as_mut().and_then(|it| it.pointer_mut("/capabilities/workspace"))
        && let Some(diagnostics) = workspace.get("diagnostics").cloned()
    {
        workspace.insert("diagnostic".to_owned(), diagnostics);
    }
    rebuilt(method, id, params)
}

/// The router's types have no names for some of the server's capabilities.
fn with_unnamed_capabilities(answer: Response, session: &Session, has_notebooks: bool) -> Response {
    let (id, result) = answer.into_parts();
    match result {
        Ok(mut result) => {
            if let Some(Value::Object(offered)) = result.get_mut("capabilities") {
                if !session.client().registers_type_hierarchy {
                    offered.insert("typeHierarchyProvider".to_owned(), Value::Bool(true));
                }
                if has_notebooks {
                    offered.insert("notebookDocumentSync".to_owned(), notebooks::offer());
                }
            }
            Response::from_ok(id, result)
        }
        Err(error) => Response::from_error(id, error),
    }
}

impl Service<Request> for Gate {
    type Response = Option<Response>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if self.session.phase() == Phase::Over {
            return future::ready(Ok(None)).boxed();
        }
        self.session.note_message();
        if request.id().is_none() {
            let method = request.method();
            // The protocol has notifications dropped before `initialize` is answered and after `shutdown`.
            if method == "exit" {
                self.session.end();
                return future::ready(Ok(None)).boxed();
            }
            if method != "$/cancelRequest" && self.session.phase() != Phase::Running {
                return future::ready(Ok(None)).boxed();
            }
            if self.take_notification(method, request.params()) {
                return future::ready(Ok(None)).boxed();
            }
        }
        if let (Some(id), "exit") = (request.id(), request.method()) {
            // The router would end its service without a look at the id.
            return future::ready(Ok(Some(Response::from_error(id.clone(), Error::invalid_request())))).boxed();
        }
        if let Some(log) = &self.session.log {
            let kind = if request.id().is_some() { "request" } else { "notification" };
            log.write(&format!("{kind} {}", request.method()));
        }
        let request = with_known_names(without_null(request));
        let clock = request.id().map(|_| Clock::start(request.method()));
        let session = self.session.clone();
        let is_cancel = request.method() == "$/cancelRequest";
        let is_initialize = request.method() == "initialize";
        let has_notebooks = is_initialize
            && request.params().and_then(|it| it.pointer("/capabilities/notebookDocument/synchronization")).is_some();
        let ticket = self.ticket(&request);
        let answer = self.inner.call(request);
        let mut answer = TICKET
            .scope(ticket, answer)
            .map(move |it| {
                let answer = it.unwrap_or_default();
                let answer = match answer {
                    Some(answer) if is_initialize => Some(with_unnamed_capabilities(answer, &session, has_notebooks)),
                    answer => answer,
                };
                let error = answer.as_ref().and_then(Response::error).map(|it| it.code.code());
                if let Some(clock) = clock {
                    clock.stop(&session.timings, session.log.as_ref(), error);
                }
                Ok(answer)
            })
            .boxed();
        if is_cancel {
            // Not behind other handlers: the one it cancels may be what keeps them from running.
            if let Some(done) = (&mut answer).now_or_never() {
                return future::ready(done).boxed();
            }
        }
        answer
    }
}
