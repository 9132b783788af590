//! Messages on a pair of streams: frames, JSON-RPC, and the answers on their way out.
//!
//! tower-lsp has a transport of its own, which stops at the first body that is not JSON, runs four handlers at a time
//! (so that a cancellation can wait behind what it cancels), and waits for the end of the input after `exit`.

use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::{FutureExt as _, SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};
use tower::Service as _;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_lsp::{ClientSocket, Loopback};

use crate::gate::Gate;
use crate::notebooks::View;
use crate::query::KEPT;
use crate::session::{Phase, Session};
use crate::writer::Job;

/// The longest message that is read, in bytes; the body of a longer one is skipped.
const MAX_MESSAGE: u64 = 256 << 20;
/// The longest header line, in bytes.
const MAX_HEADER: u64 = 4096;
/// How many requests may wait for their answer before no more are read.
const MAX_IN_FLIGHT: usize = 4096;
/// How many answers may wait for a client that does not read.
const OUTPUT_QUEUE: usize = 64;
/// How long answers under way are waited for when the input ends, and after `exit`.
const GRACE_AT_END_OF_INPUT: Duration = Duration::from_secs(2);
const GRACE_AT_EXIT: Duration = Duration::from_millis(200);

type Output = mpsc::Sender<String>;

/// The way to the client, and what writes there.
pub(crate) struct Outgoing {
    messages: Output,
    writing: JoinHandle<io::Result<()>>,
}

impl Outgoing {
    pub(crate) fn new(output: impl AsyncWrite + Send + Unpin + 'static) -> Self {
        let (messages, receiver) = mpsc::channel(OUTPUT_QUEUE);
        Self { messages, writing: tokio::spawn(write_all(output, receiver)) }
    }

    /// `write` runs on a thread of its own.
    pub(crate) fn by_thread(write: fn(mpsc::Receiver<String>) -> io::Result<()>) -> Self {
        let (messages, receiver) = mpsc::channel(OUTPUT_QUEUE);
        Self { messages, writing: tokio::task::spawn_blocking(move || write(receiver)) }
    }
}

/// Serves until the session ends; gives the exit code.
pub(crate) async fn run<R>(input: R, output: Outgoing, gate: Gate, socket: ClientSocket, session: Arc<Session>) -> i32
where
    R: AsyncRead + Send + Unpin + 'static,
{
    let Outgoing { messages: sender, mut writing } = output;
    session.output.get_or_init(|| sender.downgrade());
    let (mut client_requests, client_answers) = socket.split();
    let to_client = sender.clone();
    let of_session = session.clone();
    let forwarding = tokio::spawn(async move {
        while let Some(request) = client_requests.next().await {
            for request in of_session.notebooks.to_client(request) {
                send(&to_client, &request).await;
            }
        }
    });

    let mut handlers = JoinSet::new();
    let in_flight = Arc::new(Semaphore::new(MAX_IN_FLIGHT));
    let reader = Reader { gate, session: session.clone(), client_answers, output: sender.clone(), in_flight };
    let grace = tokio::select! {
        () = reader.run(BufReader::new(input), &mut handlers) => GRACE_AT_END_OF_INPUT,
        _ = session.ended() => GRACE_AT_EXIT,
        // The client closed its end: nobody reads answers any more.
        _ = &mut writing => Duration::ZERO,
    };

    session.end();
    let _ = tokio::time::timeout(grace, async { while handlers.join_next().await.is_some() {} }).await;
    handlers.abort_all();
    forwarding.abort();
    drop(sender);
    let _ = forwarding.await;
    while handlers.join_next().await.is_some() {}
    if !writing.is_finished() {
        let _ = tokio::time::timeout(GRACE_AT_EXIT, &mut writing).await;
        writing.abort();
    }
    session.ended().await
}

struct Reader {
    gate: Gate,
    session: Arc<Session>,
    client_answers: <ClientSocket as Loopback>::ResponseSink,
    output: Output,
    in_flight: Arc<Semaphore>,
}

impl Reader {
    /// Reads until the input ends.
    async fn run<R: AsyncRead + Unpin>(mut self, mut input: BufReader<R>, handlers: &mut JoinSet<()>) {
        loop {
            match read_frame(&mut input).await {
                Ok(Frame::Message(bytes)) => self.take(&bytes, handlers).await,
                Ok(Frame::Bad) => self.refuse(Id::Null, Error::parse_error()).await,
                Ok(Frame::TooLong) => {
                    let message = format!("a message is longer than {MAX_MESSAGE} bytes");
                    self.refuse(Id::Null, Error { message: message.into(), ..Error::invalid_request() }).await;
                }
                Ok(Frame::End) | Err(_) => return,
            }
            while handlers.try_join_next().is_some() {}
        }
    }

    async fn take(&mut self, bytes: &[u8], handlers: &mut JoinSet<()>) {
        let Ok(message) = serde_json::from_slice::<Value>(bytes) else {
            return self.refuse(Id::Null, Error::parse_error()).await;
        };
        let id = message.get("id").and_then(|it| serde_json::from_value::<Id>(it.clone()).ok());
        if message.get("method").is_some() {
            match serde_json::from_value::<Request>(message) {
                Ok(request) => self.call_of_client(request, handlers).await,
                Err(_) => self.refuse(id.unwrap_or_default(), Error::invalid_request()).await,
            }
        } else if message.get("result").is_some() || message.get("error").is_some() {
            // What cannot be an answer to anything is dropped: answering an answer makes no sense.
            if let Ok(response) = serde_json::from_value::<Response>(message) {
                // One that comes after the server gave up waiting makes tower-lsp panic.
                let _ = AssertUnwindSafe(self.client_answers.send(response)).catch_unwind().await;
            }
        } else {
            self.refuse(id.unwrap_or_default(), Error::invalid_request()).await;
        }
    }

    /// Takes a message of the client: one about a notebook or its cells becomes one about a text document.
    async fn call_of_client(&mut self, request: Request, handlers: &mut JoinSet<()>) {
        let notebooks = &self.session.notebooks;
        if self.session.phase() == Phase::Running
            && request.id().is_none()
            && let Some(taken) = notebooks.take(&request, self.session.client().encoding)
        {
            match taken {
                Ok(Some(request)) => self.call(request, None, handlers).await,
                Ok(None) => {}
                Err(reason) => self.session.writer.send(Job::Warn(reason)),
            }
        } else if notebooks.is_empty() {
            self.call(request, None, handlers).await;
        } else {
            let (request, view) = notebooks.enter(request);
            self.call(request, Some(view), handlers).await;
        }
    }

    async fn call(&mut self, request: Request, view: Option<View>, handlers: &mut JoinSet<()>) {
        let id = request.id().cloned();
        // These change what the gate does with later messages, which may already be there.
        let first = matches!(request.method(), "initialize" | "shutdown");
        let permit = match id {
            Some(_) => self.in_flight.clone().acquire_owned().await.ok(),
            None => None,
        };
        let Ok(()) = futures::future::poll_fn(|context| self.gate.poll_ready(context)).await;
        let answer = AssertUnwindSafe(self.gate.call(request)).catch_unwind();
        let output = self.output.clone();
        let session = self.session.clone();
        let handler = async move {
            let response = match answer.await {
                Ok(Ok(response)) => response,
                Err(_panic) => id.map(|id| Response::from_error(id, Error::internal_error())),
            };
            if let Some(response) = response {
                let response = match view {
                    Some(view) => session.notebooks.leave(&view, response),
                    None => response,
                };
                send(&output, &response).await;
            }
            drop(permit);
        };
        let handler = KEPT.scope(Arc::default(), handler);
        if first {
            handler.await;
        } else {
            handlers.spawn(handler);
        }
    }

    async fn refuse(&mut self, id: Id, error: Error) {
        send(&self.output, &Response::from_error(id, error)).await;
    }
}

/// Sends a notification on the way that answers take: the client has it before the answer of the handler that sends it.
/// Notifications of the router take another way.
pub(crate) async fn notify(session: &Session, method: &str, mut params: Value) {
    session.notebooks.params_to_client(method, &mut params);
    if let Some(output) = session.output.get().and_then(mpsc::WeakSender::upgrade) {
        send(&output, &serde_json::json!({ "jsonrpc": "2.0", "method": method, "params": params })).await;
    }
}

async fn send(output: &Output, message: &impl serde::Serialize) {
    if let Ok(message) = serde_json::to_string(message) {
        // Without a writer there is no client.
        let _ = output.send(message).await;
    }
}

async fn write_all<W: AsyncWrite + Unpin>(mut output: W, mut messages: mpsc::Receiver<String>) -> io::Result<()> {
    while let Some(message) = messages.recv().await {
        output.write_all(frame(&message).as_bytes()).await?;
        if messages.is_empty() {
            output.flush().await?;
        }
    }
    output.flush().await
}

/// A message with its header, in one piece.
pub(crate) fn frame(message: &str) -> String {
    format!("Content-Length: {}\r\n\r\n{message}", message.len())
}

#[derive(Debug, PartialEq)]
enum Frame {
    Message(Vec<u8>),
    /// Headers without a length; the next frame is searched after them.
    Bad,
    TooLong,
    End,
}

/// Reads headers and a body. Header lines that say nothing about a length are passed over.
async fn read_frame<R: AsyncRead + Unpin>(input: &mut BufReader<R>) -> io::Result<Frame> {
    let mut length: Option<u64> = None;
    let mut is_first = true;
    let mut line = Vec::new();
    loop {
        line.clear();
        let count = (&mut *input).take(MAX_HEADER).read_until(b'\n', &mut line).await?;
        if count == 0 {
            return Ok(Frame::End);
        }
        let header = line.trim_ascii();
        if header.is_empty() {
            if is_first {
                // An empty line between two messages.
                continue;
            }
            break;
        }
        is_first = false;
        if let Some((name, value)) = std::str::from_utf8(header).ok().and_then(|it| it.split_once(':'))
            && name.trim().eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
    }
    let Some(length) = length else { return Ok(Frame::Bad) };
    if length > MAX_MESSAGE {
        let skipped = tokio::io::copy(&mut (&mut *input).take(length), &mut tokio::io::sink()).await?;
        return Ok(if skipped < length { Frame::End } else { Frame::TooLong });
    }
    let mut body = Vec::new();
    let count = (&mut *input).take(length).read_to_end(&mut body).await?;
    Ok(if (count as u64) < length { Frame::End } else { Frame::Message(body) })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn frames(bytes: &[u8]) -> Vec<Frame> {
        let mut input = BufReader::new(bytes);
        let mut frames = Vec::new();
        loop {
            match read_frame(&mut input).await.unwrap() {
                Frame::End => return frames,
                frame => frames.push(frame),
            }
        }
    }

    #[tokio::test]
    async fn headers_in_any_spelling() {
        let bytes = b"content-length:2\r\nContent-Type: x; charset=utf-8\r\nX: y\r\n\r\n{}\r\nContent-Length: 1\n\n[";
        assert_eq!(frames(bytes).await, [Frame::Message(b"{}".to_vec()), Frame::Message(b"[".to_vec())]);
    }

    #[tokio::test]
    async fn bad_frames_do_not_hide_the_next() {
        let bytes = b"Content-Length: many\r\n\r\nX: y\r\n\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(frames(bytes).await, [Frame::Bad, Frame::Bad, Frame::Message(b"{}".to_vec())]);
    }

    #[tokio::test]
    async fn a_body_cut_short_is_the_end() {
        assert_eq!(frames(b"Content-Length: 9\r\n\r\n{}").await, []);
        assert_eq!(frames(b"Content-Length: 99999999999999\r\n\r\n{}").await, []);
        assert_eq!(frames(b"Content-Len").await, []);
    }
}
