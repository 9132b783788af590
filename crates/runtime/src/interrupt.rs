//! How somebody outside, such as Ctrl-C, ends a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// The end that asks for the interruption. It can be cloned and sent to other threads.
#[derive(Debug, Clone)]
pub struct Interrupter {
    ask: Sender<()>,
    asked: Arc<AtomicBool>,
}

/// The end that a run listens to.
#[derive(Debug)]
pub struct Interrupt {
    asked: Receiver<()>,
    seen: bool,
    flag: Arc<AtomicBool>,
}

/// Both ends.
pub fn interrupt() -> (Interrupter, Interrupt) {
    let (ask, asked) = channel();
    let flag = Arc::new(AtomicBool::new(false));
    (Interrupter { ask, asked: flag.clone() }, Interrupt { asked, seen: false, flag })
}

impl Interrupter {
    pub fn interrupt(&self) {
        self.asked.store(true, Ordering::Relaxed);
        // Nobody listens once the run is over.
        let _ = self.ask.send(());
    }
}

impl Interrupt {
    /// Whether the run should end.
    pub fn is_asked(&mut self) -> bool {
        self.seen = self.seen || self.asked.try_recv().is_ok();
        self.seen
    }

    /// True from the moment of the interruption, for other threads.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        self.flag.clone()
    }

    /// Waits for at most `time`, less if the run should end.
    pub fn sleep(&mut self, time: Duration) {
        if self.seen {
            return;
        }
        match self.asked.recv_timeout(time) {
            Ok(()) => self.seen = true,
            Err(RecvTimeoutError::Timeout) => {}
            // Nobody can interrupt any more: the time still has to pass.
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(time),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn an_interruption_ends_a_sleep_and_stays() {
        let (interrupter, mut interrupt) = interrupt();
        assert!(!interrupt.is_asked());
        let start = Instant::now();
        let thread = std::thread::spawn(move || interrupter.interrupt());
        interrupt.sleep(Duration::from_secs(60));
        thread.join().unwrap();
        assert!(start.elapsed() < Duration::from_secs(30));
        assert!(interrupt.is_asked());
        assert!(interrupt.is_asked());
    }
}
