//! How somebody outside, such as Ctrl-C, ends a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, after, never, select, unbounded};

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
    let (ask, asked) = unbounded();
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

    /// Waits for a message until a moment, without one for any time; less if the run should end.
    pub(crate) fn receive<T>(&mut self, messages: &Receiver<T>, until: Option<Instant>) -> Option<T> {
        if self.seen {
            return None;
        }
        let timer = match until {
            Some(until) => after(until.saturating_duration_since(Instant::now())),
            None => never(),
        };
        let mut asked = self.asked.clone();
        loop {
            select! {
                recv(messages) -> message => return message.ok(),
                recv(asked) -> asking => match asking {
                    Ok(()) => {
                        self.seen = true;
                        return None;
                    }
                    // Nobody can interrupt any more: the rest still has to come.
                    Err(_) => asked = never(),
                },
                recv(timer) -> _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_interruption_ends_a_wait_and_stays() {
        let (interrupter, mut interrupt) = interrupt();
        assert!(!interrupt.is_asked());
        let start = Instant::now();
        let thread = std::thread::spawn(move || interrupter.interrupt());
        assert_eq!(interrupt.receive::<()>(&never(), Some(start + Duration::from_secs(60))), None);
        thread.join().unwrap();
        assert!(start.elapsed() < Duration::from_secs(30));
        assert!(interrupt.is_asked());
        assert!(interrupt.is_asked());
    }

    #[test]
    fn a_wait_ends_with_a_message_or_at_its_time_though_nobody_can_interrupt() {
        let (interrupter, mut interrupt) = interrupt();
        drop(interrupter);
        let (send, messages) = unbounded();
        send.send(7).unwrap();
        let until = Instant::now() + Duration::from_millis(10);
        assert_eq!(interrupt.receive(&messages, Some(until)), Some(7));
        assert_eq!(interrupt.receive(&messages, Some(until)), None);
        assert!(Instant::now() >= until && !interrupt.is_asked());
    }
}
