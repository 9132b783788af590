//! Requests that are answered when their time has come, by the real clock or one that jumps.

use std::collections::BTreeSet;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use danaide_interpreter::RequestId;
use rustc_hash::FxHashMap;

/// What the run takes for the time.
#[derive(Debug, Clone, Copy)]
enum Clock {
    Real(Instant),
    /// It stands still while the program works, and jumps to the next moment that somebody waits for. So an hour of sleep
    /// takes no time.
    Virtual(Duration),
}

/// Sleeping requests, the next to wake first; of two for the same moment, the older request first.
#[derive(Debug)]
pub(crate) struct Timers {
    clock: Clock,
    /// By the time since the start.
    sleeping: BTreeSet<(Duration, RequestId)>,
    /// When each of them wakes.
    times: FxHashMap<RequestId, Duration>,
}

impl Default for Timers {
    fn default() -> Timers {
        Timers { clock: Clock::Real(Instant::now()), sleeping: BTreeSet::new(), times: FxHashMap::default() }
    }
}

impl Timers {
    /// Timers of a clock that starts at 0 and jumps.
    pub(crate) fn virtual_clock() -> Timers {
        Timers { clock: Clock::Virtual(Duration::ZERO), ..Timers::default() }
    }

    /// The time since the start.
    pub(crate) fn now(&self) -> Duration {
        match self.clock {
            Clock::Real(start) => start.elapsed(),
            Clock::Virtual(now) => now,
        }
    }

    /// Does the clock jump?
    pub(crate) fn is_virtual(&self) -> bool {
        matches!(self.clock, Clock::Virtual(_))
    }

    /// Seconds since 1970; the virtual clock started there.
    pub(crate) fn seconds(&self) -> f64 {
        match self.clock {
            Clock::Real(_) => match SystemTime::now().duration_since(UNIX_EPOCH) {
                Ok(time) => time.as_secs_f64(),
                Err(before) => -before.duration().as_secs_f64(),
            },
            Clock::Virtual(now) => now.as_secs_f64(),
        }
    }

    /// Wakes `id` after so many seconds; a time too long to count is as long as can be counted.
    pub(crate) fn add(&mut self, id: RequestId, seconds: f64) {
        let century = Duration::from_secs(100 * 366 * 24 * 3600);
        let time = Duration::try_from_secs_f64(seconds.max(0.0)).map_or(century, |time| time.min(century));
        let when = self.now() + time;
        self.sleeping.insert((when, id));
        self.times.insert(id, when);
    }

    /// Forgets a request.
    pub(crate) fn cancel(&mut self, id: RequestId) {
        if let Some(when) = self.times.remove(&id) {
            self.sleeping.remove(&(when, id));
        }
    }

    /// When the next request wakes. Nothing is waited for if there is none.
    pub(crate) fn next(&self) -> Option<Duration> {
        self.sleeping.first().map(|it| it.0)
    }

    /// How long it takes until a moment. The virtual clock is there at once.
    pub(crate) fn time_until(&mut self, when: Duration) -> Duration {
        match &mut self.clock {
            Clock::Real(start) => when.saturating_sub(start.elapsed()),
            Clock::Virtual(now) => {
                *now = when.max(*now);
                Duration::ZERO
            }
        }
    }

    /// A request whose time has come.
    pub(crate) fn due(&mut self) -> Option<RequestId> {
        if self.next()? > self.now() {
            return None;
        }
        let (_, id) = self.sleeping.pop_first()?;
        self.times.remove(&id);
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_wake_in_the_order_of_their_times() {
        let mut timers = Timers::virtual_clock();
        timers.add(RequestId(0), 20.0);
        timers.add(RequestId(1), 10.0);
        timers.add(RequestId(2), f64::NAN);
        timers.add(RequestId(3), f64::INFINITY);
        timers.add(RequestId(4), 20.0);
        timers.add(RequestId(5), 15.0);
        timers.cancel(RequestId(5));
        assert_eq!(timers.due(), Some(RequestId(2)));
        assert_eq!(timers.due(), None);
        assert_eq!(timers.next(), Some(Duration::from_secs(10)));
        assert_eq!(timers.time_until(Duration::from_secs(30)), Duration::ZERO);
        let due = [timers.due(), timers.due(), timers.due(), timers.due()];
        assert_eq!(due, [Some(RequestId(1)), Some(RequestId(0)), Some(RequestId(4)), None]);
        assert!((timers.seconds() - 30.0).abs() < 1e-9);
        assert!(timers.next().is_some());
    }

    #[test]
    fn the_real_clock_goes_on() {
        let mut timers = Timers::default();
        timers.add(RequestId(0), 60.0);
        assert_eq!(timers.due(), None);
        let next = timers.next().unwrap();
        assert!(timers.time_until(next) > Duration::from_secs(50));
        assert!(timers.seconds() > 1.0e9);
    }
}
