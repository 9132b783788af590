//! What the server knows of itself: how long requests take, how much memory it has, and a log.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use parking_lot::Mutex;

/// So many of the last times of each method are kept.
const KEPT: usize = 1_000;
/// So many methods are told apart: a client may make up names.
const METHODS: usize = 200;
/// A log starts again when it is longer.
const LONGEST_LOG: u64 = 64 << 20;

/// The times of requests, by method.
#[derive(Debug, Default)]
pub(crate) struct Timings(Mutex<BTreeMap<String, Times>>);

#[derive(Debug, Default)]
struct Times {
    count: u64,
    /// The last, in milliseconds.
    last: VecDeque<f32>,
}

/// The times of a method: how many requests, median and 95th percentile of the last in milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Timing {
    pub(crate) method: String,
    pub(crate) count: u64,
    pub(crate) median: f32,
    pub(crate) p95: f32,
}

impl Timings {
    pub(crate) fn add(&self, method: &str, time: Duration) {
        let mut all = self.0.lock();
        if !all.contains_key(method) {
            if all.len() >= METHODS {
                return;
            }
            all.insert(method.to_owned(), Times::default());
        }
        if let Some(times) = all.get_mut(method) {
            times.count += 1;
            if times.last.len() == KEPT {
                times.last.pop_front();
            }
            times.last.push_back(time.as_secs_f32() * 1000.0);
        }
    }

    pub(crate) fn all(&self) -> Vec<Timing> {
        let all = self.0.lock();
        all.iter()
            .map(|(method, times)| {
                let mut last: Vec<f32> = times.last.iter().copied().collect();
                last.sort_by(f32::total_cmp);
                let at = |part: f32| last.get(((last.len() - 1) as f32 * part).round() as usize).copied();
                let (median, p95) =
                    if last.is_empty() { (0.0, 0.0) } else { (at(0.5).unwrap_or(0.0), at(0.95).unwrap_or(0.0)) };
                Timing { method: method.clone(), count: times.count, median, p95 }
            })
            .collect()
    }
}

/// The memory of the process in bytes; 0 where the system does not say it.
pub fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap_or(0) * 1024
}

/// A file that takes a line for each message and each mishap.
#[derive(Debug, Clone)]
pub struct Log(Arc<Mutex<LogFile>>);

#[derive(Debug)]
struct LogFile {
    file: File,
    length: u64,
}

impl Log {
    /// # Errors
    /// When the file cannot be made.
    pub fn create(path: &Path) -> std::io::Result<Self> {
        Ok(Self(Arc::new(Mutex::new(LogFile { file: File::create(path)?, length: 0 }))))
    }

    pub(crate) fn write(&self, text: &str) {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let line = format!("{seconds:.3} {}\n", text.replace('\n', "\n    "));
        let mut log = self.0.lock();
        if log.length > LONGEST_LOG && log.file.set_len(0).is_ok() && log.file.rewind().is_ok() {
            log.length = 0;
        }
        log.length += line.len() as u64;
        // A log that cannot be written is no reason to stop.
        let _ = log.file.write_all(line.as_bytes());
    }
}

/// What a panic said.
pub(crate) fn panic_text(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no reason given").to_owned()
}

/// Writes panics into the log too, with the place.
pub(crate) fn log_panics(log: Log) {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        log.write(&format!("panic: {info}\n{}", std::backtrace::Backtrace::capture()));
        before(info);
    }));
}

/// Times one request.
pub(crate) struct Clock {
    began: Instant,
    method: String,
}

impl Clock {
    pub(crate) fn start(method: &str) -> Self {
        Self { began: Instant::now(), method: method.to_owned() }
    }

    /// The request was answered.
    pub(crate) fn stop(self, timings: &Timings, log: Option<&Log>, error: Option<i64>) {
        let time = self.began.elapsed();
        timings.add(&self.method, time);
        if let Some(log) = log {
            let milliseconds = time.as_secs_f64() * 1000.0;
            let error = error.map(|it| format!(" error {it}")).unwrap_or_default();
            log.write(&format!("answered {} in {milliseconds:.3} ms{error}", self.method));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_by_method_and_bounded() {
        let timings = Timings::default();
        for number in 0..5_000 {
            timings.add("a", Duration::from_millis(number % 100));
            timings.add(&format!("made up {number}"), Duration::ZERO);
        }
        let all = timings.all();
        assert_eq!(all.len(), METHODS);
        assert_eq!(all[0].method, "a");
        assert_eq!(all[0].count, 5_000);
        assert!((all[0].median - 50.0).abs() < 1.0 && (all[0].p95 - 95.0).abs() < 1.5, "{:?}", all[0]);
    }
}
