//! Looks for changed files itself, for clients that do not watch them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use camino::Utf8PathBuf;
use danaide_analysis::{FileSystem, list_folders};
use rustc_hash::FxHashMap;

use crate::session::Session;
use crate::writer::Job;

/// A look takes at most this part of the time.
const SHARE: u32 = 30;

/// Files with what tells their contents apart.
type Seen = FxHashMap<Utf8PathBuf, u64>;

/// Looks every now and then, and tells the writer what changed.
pub(crate) async fn watch(session: Arc<Session>, interval: Duration) {
    let mut seen: Option<Seen> = None;
    let mut pause = interval;
    loop {
        tokio::time::sleep(pause).await;
        let looking = session.clone();
        let began = Instant::now();
        let Ok(Some(now)) = tokio::task::spawn_blocking(move || look(&looking)).await else { return };
        pause = interval.max(began.elapsed() * SHARE);
        // The first look shows what there is.
        if let Some(before) = &seen {
            let paths = changed(before, &now);
            if !paths.is_empty() {
                session.writer.send(Job::Disk { paths });
            }
        }
        seen = Some(now);
    }
}

/// The files of the workspace, and those from elsewhere that the analysis has read. None at the end of the session.
fn look(session: &Session) -> Option<Seen> {
    let file_system: &dyn FileSystem = &*session.file_system;
    let (folders, known) = session.writer.known_on_disk()?;
    let mut seen = Seen::default();
    for path in list_folders(file_system, &folders, || {}).into_iter().chain(known) {
        if let Some(stamp) = file_system.stamp(&path) {
            seen.insert(path, stamp);
        }
    }
    Some(seen)
}

fn changed(before: &Seen, now: &Seen) -> Vec<Utf8PathBuf> {
    let gone = before.keys().filter(|it| !now.contains_key(*it));
    let other = now.iter().filter(|(path, stamp)| before.get(*path) != Some(*stamp)).map(|(path, _)| path);
    gone.chain(other).cloned().collect()
}
