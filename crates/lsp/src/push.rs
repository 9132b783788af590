//! What the server sends by itself: diagnostics to clients that do not ask for them, and lines for their log.

use std::sync::Arc;

use lsp_types::{MessageType, Url};
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::sync::mpsc;

use crate::convert;
use crate::query::{Failure, ask};
use crate::session::Session;

/// Sends the diagnostics of the open documents whenever they change, and none for a document that was closed.
pub(crate) async fn diagnostics(client: tower_lsp::Client, session: Arc<Session>) {
    // What the client shows: the name of the list of each document.
    let mut shown: FxHashMap<Url, String> = FxHashMap::default();
    loop {
        session.changed.notified().await;
        let Some(open) = open_documents(&session).await else { return };
        let closed: Vec<Url> = shown.keys().filter(|it| !open.contains(*it)).cloned().collect();
        for uri in closed {
            shown.remove(&uri);
            client.publish_diagnostics(uri, Vec::new(), None).await;
        }
        for uri in open {
            let capabilities = session.client();
            let question =
                move |it: &crate::query::Context<'_>| Ok((convert::diagnostics(it, &capabilities)?, it.version));
            match ask(&session, uri.clone(), question).await {
                // Closed meanwhile; the bell has rung again.
                Ok((_, None)) => {}
                Ok((items, version)) => {
                    let id = convert::result_id(&items);
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

async fn open_documents(session: &Arc<Session>) -> Option<FxHashSet<Url>> {
    let writer = session.writer.clone();
    let snapshot = tokio::task::spawn_blocking(move || writer.snapshot().map(|it| it.open)).await;
    Some(snapshot.ok()??.keys().cloned().collect())
}

/// Writes lines into the client's log.
pub(crate) async fn warnings(client: tower_lsp::Client, mut warnings: mpsc::Receiver<String>) {
    while let Some(message) = warnings.recv().await {
        client.log_message(MessageType::WARNING, message).await;
    }
}
