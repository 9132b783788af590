//! Reads the files of the workspace in the background, so that the first question about all of them finds them read.
//!
//! Answers do not depend on it: a question reads by itself what was not read yet.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use danaide_analysis::{Cancelled, FilePath, file_symbols, item_tree, workspace_is_cut, workspace_paths};
use lsp_types::MessageType;

use crate::progress::{Progress, Stops};
use crate::session::{Phase, Session};
use crate::writer::Job;

/// So many files are read on one snapshot: an edit waits for one of them at most.
const AT_ONCE: usize = 16;
/// Fewer files are read before anyone could look at the progress.
const WORTH_PROGRESS: usize = 200;
/// After so many files their trees are dropped: what was made from them is what later questions need.
const FORGET_AFTER: usize = 32;
/// How long the index rests while requests are under way or come one after the other, at a time and before some files at most.
const REST: Duration = Duration::from_millis(2);
/// When nothing came for so long, nobody is at work: edits come closer together than that while keys are pressed.
const QUIET: Duration = Duration::from_millis(20);
const LONGEST_REST: Duration = Duration::from_millis(200);
/// An editor that starts asks for what it shows first.
const AFTER_START: Duration = Duration::from_millis(50);

const TOO_MANY: &str = "Danaide looks at 20,000 files of this workspace, and there are more: what is only in others is not found. Open a \
                        smaller folder.";

/// Reads the workspace whenever its folders become others.
pub(crate) async fn keep(session: Arc<Session>, client: tower_lsp::Client) {
    loop {
        session.bells.folders.notified().await;
        let stop = Arc::new(AtomicBool::new(false));
        let (reading, stopped) = (session.clone(), stop.clone());
        let owner = client.clone();
        // Without a thread nothing is read before it is asked for.
        let _ = tokio::task::spawn_blocking(move || read_all(&reading, &owner, &stopped)).await;
        *session.indexing.lock() = None;
    }
}

fn read_all(session: &Arc<Session>, client: &tower_lsp::Client, stop: &Arc<AtomicBool>) {
    let ends = || stop.load(Ordering::Relaxed) || session.phase() != Phase::Running;
    let (paths, is_cut) = loop {
        let Some(snapshot) = session.writer.snapshot() else { return };
        match snapshot.analysis.with_db(|db| (workspace_paths(db), workspace_is_cut(db))) {
            Ok(found) => break found,
            Err(Cancelled::Outdated) if !ends() => {}
            Err(_) => return,
        }
    };
    if paths.is_empty() {
        return;
    }
    if is_cut {
        let client = client.clone();
        session.spawn(async move { client.show_message(MessageType::WARNING, TOO_MANY).await });
    }
    *session.indexing.lock() = Some((0, paths.len()));
    let progress = (paths.len() >= WORTH_PROGRESS)
        .then(|| Progress::begin(session, client, "Reading the workspace", Some(Stops::Work(stop.clone()))));
    let (mut done, mut since_forgotten) = (0, 0);
    std::thread::sleep(AFTER_START);
    rest(session);
    if !session.is_busy() {
        // What the first answers needed on their way.
        session.writer.send(Job::Forget);
    }
    for chunk in paths.chunks(AT_ONCE) {
        rest(session);
        if !read(session, chunk, &ends) {
            break;
        }
        done += chunk.len();
        since_forgotten += chunk.len();
        // Forgetting is a write: it would make requests that are under way begin again.
        if since_forgotten >= FORGET_AFTER && !session.is_busy() {
            since_forgotten = 0;
            session.writer.send(Job::Forget);
        }
        *session.indexing.lock() = Some((done, paths.len()));
        if let Some(progress) = &progress {
            let percentage = u32::try_from(done * 100 / paths.len()).ok();
            progress.tell(format!("{done} of {} files", paths.len()), percentage);
        }
    }
    if paths.len() > FORGET_AFTER {
        session.writer.send(Job::Forget);
    }
    if let Some(progress) = progress {
        progress.end(&format!("{done} of {} files", paths.len()));
    }
}

/// Waits while requests are under way or come, but not for ever: an edit would have to wait until some file is read.
fn rest(session: &Session) {
    let began = Instant::now();
    while (session.is_busy() || session.quiet_for() < QUIET) && began.elapsed() < LONGEST_REST {
        std::thread::sleep(REST);
    }
}

/// Reads some files, again and again until no write comes in between. `false` if the work has to end.
fn read(session: &Arc<Session>, paths: &[FilePath], ends: &impl Fn() -> bool) -> bool {
    loop {
        if ends() {
            return false;
        }
        let Some(snapshot) = session.writer.snapshot() else { return false };
        let read = snapshot.analysis.with_db(|db| {
            for path in paths {
                db.unwind_if_revision_cancelled();
                let file = db.file(path);
                item_tree(db, file);
                file_symbols(db, file);
            }
        });
        match read {
            // A file that breaks the analysis breaks it for whoever asks about it.
            Ok(()) | Err(Cancelled::Failed) => return true,
            Err(Cancelled::Outdated) => {}
            Err(Cancelled::Requested) => return false,
        }
    }
}
