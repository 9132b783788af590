//! Standard input and output as async streams.
//!
//! The time to a short answer is mostly changes of threads, so there are none where the system can do without: pipes and sockets,
//! which is what editors give, are waited for by the runtime. tokio's own standard streams take a thread of its pool for each
//! read and each write. What cannot be waited for, such as a terminal or a file, is read and written by a thread of its own.

use std::io::{self, Read as _, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc;

use crate::transport::{Outgoing, frame};

/// Standard input.
pub(crate) fn input() -> Box<dyn AsyncRead + Send + Unpin> {
    #[cfg(unix)]
    if let Some(input) = waited_for::input() {
        return input;
    }
    Box::new(Stdin::start())
}

/// Standard output.
pub(crate) fn output() -> Outgoing {
    #[cfg(unix)]
    if let Some(output) = waited_for::output() {
        return Outgoing::new(output);
    }
    Outgoing::by_thread(write_all)
}

#[cfg(unix)]
mod waited_for {
    use std::io;
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::net::UnixStream as Socket;

    use tokio::io::{AsyncRead, AsyncWrite};
    use tokio::net::UnixStream;
    use tokio::net::unix::pipe;

    pub(super) fn input() -> Option<Box<dyn AsyncRead + Send + Unpin>> {
        let stream = io::stdin().as_fd().try_clone_to_owned().ok()?;
        if let Some(socket) = socket(&stream) {
            return Some(Box::new(socket));
        }
        Some(Box::new(pipe::Receiver::from_owned_fd(stream).ok()?))
    }

    pub(super) fn output() -> Option<Box<dyn AsyncWrite + Send + Unpin>> {
        let stream = io::stdout().as_fd().try_clone_to_owned().ok()?;
        if let Some(socket) = socket(&stream) {
            return Some(Box::new(socket));
        }
        Some(Box::new(pipe::Sender::from_owned_fd(stream).ok()?))
    }

    fn socket(stream: &OwnedFd) -> Option<UnixStream> {
        let socket = Socket::from(stream.try_clone().ok()?);
        // Anything else has no such address.
        socket.local_addr().ok()?;
        socket.set_nonblocking(true).ok()?;
        UnixStream::from_std(socket).ok()
    }
}

/// How much is read at a time, in bytes.
const CHUNK: usize = 64 << 10;
/// How many chunks may wait before no more is read.
const CHUNKS: usize = 16;

/// What a thread reads of standard input; it ends where that ends, or fails.
#[derive(Debug)]
struct Stdin {
    chunks: mpsc::Receiver<Vec<u8>>,
    chunk: Vec<u8>,
    /// How much of the chunk was taken.
    taken: usize,
}

impl Stdin {
    fn start() -> Self {
        let (sender, chunks) = mpsc::channel(CHUNKS);
        // Without the thread the input is at its end.
        let _ = std::thread::Builder::new().name("danaide-reader".to_owned()).spawn(move || read_all(&sender));
        Self { chunks, chunk: Vec::new(), taken: 0 }
    }
}

fn read_all(chunks: &mpsc::Sender<Vec<u8>>) {
    let mut input = io::stdin().lock();
    let mut buffer = vec![0; CHUNK];
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => {
                if chunks.blocking_send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

impl AsyncRead for Stdin {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.taken == self.chunk.len() {
            let Some(chunk) = ready!(self.chunks.poll_recv(context)) else { return Poll::Ready(Ok(())) };
            (self.chunk, self.taken) = (chunk, 0);
        }
        let rest = &self.chunk[self.taken..];
        let count = rest.len().min(out.remaining());
        out.put_slice(&rest[..count]);
        self.taken += count;
        Poll::Ready(Ok(()))
    }
}

fn write_all(mut messages: mpsc::Receiver<String>) -> io::Result<()> {
    let mut output = io::stdout().lock();
    while let Some(message) = messages.blocking_recv() {
        output.write_all(frame(&message).as_bytes())?;
        output.flush()?;
    }
    Ok(())
}
