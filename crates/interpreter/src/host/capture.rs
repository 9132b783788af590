//! A host for tests: it keeps what a program does, and answers what it is told to.

use std::collections::VecDeque;

use super::{Data, Failure, Host, LogLevel, Request, RequestId, Started};

/// Keeps output, log and requests. Requests take the prepared answers, in order; without one left they stay pending, so
/// that the program waits for [`crate::Vm::resume`]. The clock stands still unless it is set, and randomness is the same
/// in every run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Capture {
    /// All that was printed.
    pub output: String,
    pub log: Vec<(LogLevel, String)>,
    /// Everything that was asked for, also what was answered at once.
    pub requests: Vec<(RequestId, Request)>,
    pub answers: VecDeque<Result<Data, Failure>>,
    /// What the program sees as the time, in seconds since 1970.
    pub clock: f64,
    /// How many random numbers were drawn.
    pub drawn: u64,
}

impl Capture {
    /// A host that gives these answers.
    pub fn answering(answers: impl IntoIterator<Item = Data>) -> Capture {
        Capture { answers: answers.into_iter().map(Ok).collect(), ..Capture::default() }
    }
}

impl Host for Capture {
    fn print(&mut self, text: &str) {
        self.output.push_str(text);
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        self.log.push((level, message.to_owned()));
    }

    fn now(&mut self) -> f64 {
        self.clock
    }

    fn random(&mut self) -> u64 {
        self.drawn += 1;
        // SplitMix64: well spread numbers of a counter.
        let mut bits = self.drawn.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn start(&mut self, id: RequestId, request: Request) -> Started {
        self.requests.push((id, request));
        self.answers.pop_front().map_or(Started::Pending, Started::Done)
    }
}
