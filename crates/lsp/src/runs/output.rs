//! The streams of a program that runs in the server: what it writes waits for the reporter.

use std::io;
use std::sync::Arc;

use super::protocol::Channel;
use super::sink::Sink;

/// A stream of a program.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) sink: Arc<Sink>,
    pub(crate) channel: Channel,
    /// The start of a character whose other bytes were not written yet.
    rest: Vec<u8>,
}

impl Stream {
    pub(crate) fn new(sink: Arc<Sink>, channel: Channel) -> Self {
        Self { sink, channel, rest: Vec::new() }
    }
}

/// Printing this breaks the interpreter, in tests.
#[cfg(test)]
const BREAKS: &[u8] = b"\x07break";

impl io::Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        #[cfg(test)]
        if bytes.starts_with(BREAKS) {
            // Like a builtin function that breaks, without a word in the output of the tests.
            std::panic::resume_unwind(Box::new("a test"));
        }
        self.rest.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.rest) {
            Ok(text) => text.len(),
            // What cannot become a character is shown as such.
            Err(error) if error.error_len().is_some() => self.rest.len(),
            Err(error) => error.valid_up_to(),
        };
        let rest = self.rest.split_off(whole);
        self.sink.write(self.channel, &String::from_utf8_lossy(&self.rest));
        self.rest = rest;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
