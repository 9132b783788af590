//! The program's output: buffered, and quiet about a reader that has gone.

use std::io::{ErrorKind, Write};

/// How many bytes are gathered before they are written.
const BUFFER: usize = 64 * 1024;

/// A buffered stream that stops when nobody reads it any more.
pub(crate) struct Output {
    stream: Box<dyn Write + Send>,
    buffer: Vec<u8>,
    /// Somebody watches: every line is written at once.
    by_line: bool,
    /// What was written last did not end a line.
    inside_line: bool,
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    /// The reader has gone, as `head` does when it has seen enough.
    Closed,
    /// What the system said, such as a full disk.
    Broken(String),
}

impl Output {
    pub(crate) fn new(stream: Box<dyn Write + Send>, by_line: bool) -> Output {
        Output { stream, buffer: Vec::new(), by_line, inside_line: false, state: State::Open }
    }

    /// Takes a text. Whether it is time to flush.
    #[must_use]
    pub(crate) fn write(&mut self, text: &str) -> bool {
        if self.state != State::Open {
            return false;
        }
        self.buffer.extend_from_slice(text.as_bytes());
        self.buffer.len() >= BUFFER || (self.by_line && text.contains('\n'))
    }

    /// Is there something that was not written yet?
    pub(crate) fn is_pending(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// Whether somebody watches a line that is not ended.
    pub(crate) fn is_inside_line(&self) -> bool {
        self.by_line && self.inside_line
    }

    pub(crate) fn flush(&mut self) {
        if self.state == State::Open && !self.buffer.is_empty() {
            self.inside_line = self.buffer.last() != Some(&b'\n');
            match self.stream.write_all(&self.buffer).and_then(|()| self.stream.flush()) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::BrokenPipe => self.state = State::Closed,
                Err(error) => self.state = State::Broken(error.to_string()),
            }
        }
        self.buffer.clear();
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Pieces(Arc<Mutex<Vec<String>>>);

    impl Write for Pieces {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().push(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Failing(ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn text_is_written_in_large_pieces_or_by_line() {
        let pieces = Pieces::default();
        let mut output = Output::new(Box::new(pieces.clone()), false);
        assert!(!output.write("a\n") && !output.write("b\n"));
        output.flush();
        assert!(output.write(&"x".repeat(BUFFER)));
        let mut output = Output::new(Box::new(pieces.clone()), true);
        assert!(!output.write("c"));
        assert!(output.write(" d\n") && output.is_pending());
        output.flush();
        assert_eq!(*pieces.0.lock().unwrap(), ["a\nb\n", "c d\n"]);
        assert!(!output.is_pending() && !output.is_inside_line());
        let _ = output.write("e");
        output.flush();
        assert!(output.is_inside_line());
    }

    #[test]
    fn a_reader_that_has_gone_is_told_from_a_broken_stream() {
        let state = |kind| {
            let mut output = Output::new(Box::new(Failing(kind)), true);
            assert!(output.write("a\n"));
            output.flush();
            output.state().clone()
        };
        assert_eq!(state(ErrorKind::BrokenPipe), State::Closed);
        assert!(matches!(state(ErrorKind::StorageFull), State::Broken(_)));
    }
}
