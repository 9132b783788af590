//! Ends a program that is busy inside one operation when it should have ended.
//!
//! A run looks at the clock between its steps. One step can take long: sorting a huge list, say. Such an operation sees
//! only a [`Canceller`].

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use danaide_interpreter::Canceller;

/// How often the watchdog looks.
const INTERVAL: Duration = Duration::from_millis(100);

/// How long the run itself has time to notice that it should end.
const PATIENCE: Duration = Duration::from_millis(300);

/// Watches until it is dropped.
pub(crate) struct Watchdog {
    /// Its end ends the thread.
    _alive: Sender<()>,
    fired: Arc<AtomicBool>,
}

impl Watchdog {
    /// Cancels the run a little after the deadline, or after `asked` becomes true.
    pub(crate) fn start(canceller: Canceller, deadline: Option<Instant>, asked: Arc<AtomicBool>) -> Watchdog {
        let (alive, ended) = channel();
        let fired = Arc::new(AtomicBool::new(false));
        let has_fired = fired.clone();
        // Without a thread, the run ends between two steps only.
        let _ = std::thread::Builder::new().name("watchdog".into()).spawn(move || {
            let mut due: Option<Instant> = None;
            while ended.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                let now = Instant::now();
                if due.is_none() && (asked.load(Ordering::Relaxed) || deadline.is_some_and(|deadline| now >= deadline))
                {
                    due = Some(now + PATIENCE);
                }
                if due.is_some_and(|due| now >= due) {
                    has_fired.store(true, Ordering::Relaxed);
                    canceller.cancel();
                    return;
                }
            }
        });
        Watchdog { _alive: alive, fired }
    }

    /// Whether the run was cancelled by the watchdog.
    pub(crate) fn has_fired(&self) -> bool {
        self.fired.load(Ordering::Relaxed)
    }
}
