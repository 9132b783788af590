//! Requests that are answered when their time has come.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use danaide_interpreter::RequestId;

/// Sleeping requests, the next to wake first; of two for the same moment, the older request first.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    sleeping: BinaryHeap<Reverse<(Instant, RequestId)>>,
}

impl Timers {
    /// Wakes `id` after so many seconds; a time too long to count is as long as can be counted.
    pub(crate) fn add(&mut self, id: RequestId, seconds: f64) {
        let century = Duration::from_secs(100 * 366 * 24 * 3600);
        let time = Duration::try_from_secs_f64(seconds.max(0.0)).map_or(century, |time| time.min(century));
        self.sleeping.push(Reverse((Instant::now() + time, id)));
    }

    /// When the next request wakes.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.sleeping.peek().map(|Reverse((when, _))| *when)
    }

    /// A request whose time has come.
    pub(crate) fn due(&mut self, now: Instant) -> Option<RequestId> {
        if self.next()? > now {
            return None;
        }
        self.sleeping.pop().map(|Reverse((_, id))| id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_wake_in_the_order_of_their_times() {
        let mut timers = Timers::default();
        timers.add(RequestId(0), 20.0);
        timers.add(RequestId(1), 10.0);
        timers.add(RequestId(2), f64::NAN);
        timers.add(RequestId(3), f64::INFINITY);
        let now = Instant::now();
        assert_eq!(timers.due(now), Some(RequestId(2)));
        assert_eq!(timers.due(now), None);
        let later = now + Duration::from_secs(30);
        assert_eq!(
            [timers.due(later), timers.due(later), timers.due(later)],
            [Some(RequestId(1)), Some(RequestId(0)), None]
        );
        assert!(timers.next().is_some());
    }
}
