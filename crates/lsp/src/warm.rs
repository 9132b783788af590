//! What the first answers about a document need of the files that it imports, worked out on the processors that have
//! nothing to do.
//!
//! Answers do not depend on it: what is not worked out here is worked out when it is asked for. The threads begin at the
//! imports that an answer comes to last, so that they meet it half way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use danaide_analysis::effects::facts;
use danaide_analysis::scope::imported_files;
use danaide_analysis::{Cancelled, Db, File, definitions};
use lsp_types::Url;

use crate::convert::file_path;
use crate::session::{Phase, Session};

/// More threads are no use: an answer that waits for one part of the work waits for all threads.
const MOST_THREADS: usize = 4;

/// Begins with the imports of a document that was just opened, unless those of another one are looked at.
pub(crate) fn imports_of(session: &Arc<Session>, uri: Url) {
    let threads = session.spare_threads().min(MOST_THREADS);
    if threads == 0 || session.warming.compare_exchange(0, threads, Ordering::SeqCst, Ordering::SeqCst).is_err() {
        return;
    }
    let next = Arc::new(AtomicUsize::new(0));
    for _ in 0..threads {
        let (uri, next, running) = (uri.clone(), next.clone(), Running(session.clone()));
        tokio::task::spawn_blocking(move || work(&running.0, &uri, &next));
    }
}

/// A thread that is at work, until it ends in whatever way.
struct Running(Arc<Session>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.warming.fetch_sub(1, Ordering::SeqCst);
    }
}

/// `next` is the number of the next import, for all threads. An edit ends the work: it has the same needs, and from now on
/// little is new.
fn work(session: &Arc<Session>, uri: &Url, next: &AtomicUsize) {
    let Some(snapshot) = session.writer.snapshot() else { return };
    let done: Result<(), Cancelled> = snapshot.analysis.with_db(|db| {
        let all = imported_files(db, db.file(&file_path(uri)));
        // The first is the file itself.
        while session.phase() == Phase::Running {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = all.iter().skip(1).rev().nth(number) else { break };
            work_out(db, *file);
        }
    });
    // Whoever asks for it is told what is wrong.
    let _ = done;
}

fn work_out(db: &dyn Db, file: File) {
    for definition in definitions(db, file).iter() {
        db.unwind_if_revision_cancelled();
        facts(db, definition);
    }
}
