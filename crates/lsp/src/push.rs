//! What the server sends by itself: diagnostics to clients that do not ask for them, and lines for their log.

use std::sync::Arc;
use std::time::Duration;

use danaide_analysis::{Cancelled, settings_file};
use lsp_types::{MessageType, Url};
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::sync::mpsc;

use crate::convert;
use crate::query::{Failure, ask};
use crate::session::Session;

/// Sends diagnostics whenever they change: those of the settings files of open documents, those of the open documents
/// themselves if `of_documents`, and none for what is not of interest any more.
pub(crate) async fn diagnostics(client: tower_lsp::Client, session: Arc<Session>, of_documents: bool) {
    // What the client shows: the name of the list of each document.
    let mut shown: FxHashMap<Url, String> = FxHashMap::default();
    loop {
        session.bells.changed.notified().await;
        let Some(Known { open, settings }) = known(&session).await else { return };
        let mut wanted: FxHashSet<Url> = settings.difference(&open).cloned().collect();
        if of_documents {
            wanted.extend(open.iter().cloned());
        }
        // A client that asks for diagnostics is sent those of runs all the same: they are no part of a document.
        wanted.extend(session.runs.kept.documents());
        let gone: Vec<Url> = shown.keys().filter(|it| !wanted.contains(*it)).cloned().collect();
        for uri in gone {
            let id = shown.remove(&uri);
            if id.as_deref() != Some(NONE) {
                client.publish_diagnostics(uri, Vec::new(), None).await;
            }
        }
        for uri in wanted {
            let capabilities = session.client();
            let has_own = of_documents || settings.contains(&uri) && !open.contains(&uri);
            let of_runs = session.clone();
            let question = move |it: &crate::query::Context<'_>| {
                let mut items = if has_own { convert::diagnostics(it, &capabilities)? } else { Vec::new() };
                items.extend(of_runs.runs.kept.failures(it.uri, &it.analysis.text(it.file)?));
                Ok((items, it.version))
            };
            match ask(&session, uri.clone(), question).await {
                // Closed meanwhile; the bell has rung again.
                Ok((_, None)) if has_own && open.contains(&uri) => {}
                // Of a settings file that nobody opened nothing is to be said while it is right.
                Ok((items, None)) if items.is_empty() && !shown.contains_key(&uri) => {
                    shown.insert(uri, NONE.to_owned());
                }
                Ok((items, version)) => {
                    let is_nothing_new = items.is_empty() && version.is_none();
                    let id = if is_nothing_new { NONE.to_owned() } else { convert::result_id(&items) };
                    if shown.get(&uri) != Some(&id) {
                        shown.insert(uri.clone(), id);
                        client.publish_diagnostics(uri, items, version).await;
                    }
                }
                Err(Failure::Cancelled | Failure::Outdated | Failure::Broken) => {}
            }
        }
    }
}

/// In place of the name of a list: the client shows nothing for a settings file that is right.
const NONE: &str = "";

struct Known {
    open: FxHashSet<Url>,
    /// The settings files of the open documents.
    settings: FxHashSet<Url>,
}

async fn known(session: &Arc<Session>) -> Option<Known> {
    let writer = session.writer.clone();
    let question = move || {
        loop {
            let snapshot = writer.snapshot()?;
            let open: FxHashSet<Url> = snapshot.open.keys().cloned().collect();
            let settings = snapshot.analysis.with_db(|db| {
                let files = open.iter().map(|it| db.file(&convert::file_path(it)));
                files.filter_map(|it| convert::file_uri(settings_file(db, it)?.path(db))).collect()
            });
            match settings {
                Ok(settings) => return Some(Known { open, settings }),
                Err(Cancelled::Outdated) => {}
                Err(Cancelled::Requested | Cancelled::Failed) => {
                    return Some(Known { open, settings: FxHashSet::default() });
                }
            }
        }
    };
    tokio::task::spawn_blocking(question).await.ok()?
}

/// What a client asks for again when it is told to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Refreshes {
    pub(crate) diagnostics: bool,
    pub(crate) tokens: bool,
    pub(crate) hints: bool,
    pub(crate) lenses: bool,
}

impl Refreshes {
    pub(crate) fn any(self) -> bool {
        self.diagnostics || self.tokens || self.hints || self.lenses
    }
}

/// Asks the client to ask again for what it shows, whenever something changed that is not in an open document.
pub(crate) async fn refresh(client: tower_lsp::Client, session: Arc<Session>, what: Refreshes, limit: Duration) {
    loop {
        session.bells.elsewhere.notified().await;
        // A client that refuses or does not answer shows what it has, which it is free to do.
        if what.diagnostics {
            let _ = tokio::time::timeout(limit, client.workspace_diagnostic_refresh()).await;
        }
        if what.tokens {
            let _ = tokio::time::timeout(limit, client.semantic_tokens_refresh()).await;
        }
        if what.hints {
            let _ = tokio::time::timeout(limit, client.inlay_hint_refresh()).await;
        }
        if what.lenses {
            let _ = tokio::time::timeout(limit, client.code_lens_refresh()).await;
        }
    }
}

/// Writes lines into the client's log.
pub(crate) async fn warnings(client: tower_lsp::Client, mut warnings: mpsc::Receiver<String>) {
    while let Some(message) = warnings.recv().await {
        client.log_message(MessageType::WARNING, message).await;
    }
}
