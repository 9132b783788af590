//! A service over real HTTP on this machine, whose replies a test chooses.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// A request as the service got it.
#[derive(Debug, Clone)]
pub struct Request {
    /// `POST /v1/chat/completions`.
    pub line: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// `null` without a body.
    pub body: Value,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The text of the last message.
    pub fn prompt(&self) -> &str {
        let messages = self.body["messages"].as_array().map_or(&[][..], Vec::as_slice);
        messages.last().and_then(|message| message["content"].as_str()).unwrap_or_default()
    }
}

/// What the service says.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    /// Sent one after the other, each after a pause.
    parts: Vec<(Duration, String)>,
}

impl Reply {
    pub fn json(status: u16, body: &Value) -> Reply {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Reply { status, headers, parts: vec![(Duration::ZERO, body.to_string())] }
    }

    /// A whole answer of a model.
    pub fn answer(text: &str) -> Reply {
        let message = json!({"role": "assistant", "content": text});
        let usage = json!({"prompt_tokens": 3, "completion_tokens": 2});
        Reply::json(200, &json!({"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage}))
    }

    /// An answer that comes in pieces; without an end if `whole` is false.
    pub fn stream(pieces: &[&str], whole: bool) -> Reply {
        let event = |value: Value| (Duration::ZERO, format!("data: {value}\n\n"));
        let mut parts: Vec<_> =
            pieces.iter().map(|piece| event(json!({"choices": [{"delta": {"content": piece}}]}))).collect();
        if whole {
            parts.push(event(json!({"choices": [{"delta": {}, "finish_reason": "stop"}]})));
            parts.push((Duration::ZERO, "data: [DONE]\n\n".to_owned()));
        }
        Reply { status: 200, headers: vec![("content-type".to_owned(), "text/event-stream".to_owned())], parts }
    }

    pub fn header(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Says nothing for so long before the body.
    pub fn after(mut self, pause: Duration) -> Reply {
        if let Some((first, _)) = self.parts.first_mut() {
            *first = pause;
        }
        self
    }
}

/// Serves until the test ends.
pub struct FakeService {
    /// `http://127.0.0.1:40123`.
    pub url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl FakeService {
    /// `reply` gets each request and its number from 0.
    pub fn start(reply: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static) -> FakeService {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("a bound socket has an address"));
        let requests = Arc::<Mutex<Vec<Request>>>::default();
        let (seen, reply) = (requests.clone(), Arc::new(reply));
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (seen, reply) = (seen.clone(), reply.clone());
                // A client that goes away is no fault of the service.
                std::thread::spawn(move || serve(&connection, &seen, &*reply).ok());
            }
        });
        FakeService { url, requests }
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no test panics with the lock").clone()
    }
}

fn serve(
    mut connection: &TcpStream,
    seen: &Mutex<Vec<Request>>,
    reply: &dyn Fn(usize, &Request) -> Reply,
) -> std::io::Result<()> {
    let request = read(connection)?;
    let number = {
        let mut seen = seen.lock().expect("no test panics with the lock");
        seen.push(request.clone());
        seen.len() - 1
    };
    let Reply { status, headers, parts } = reply(number, &request);
    let mut head = format!("HTTP/1.1 {status} Status\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    connection.write_all(format!("{head}\r\n").as_bytes())?;
    for (pause, part) in parts {
        std::thread::sleep(pause);
        connection.write_all(part.as_bytes())?;
    }
    Ok(())
}

fn read(connection: &TcpStream) -> std::io::Result<Request> {
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim().split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request { line: line.trim_end_matches([' ', '\r', '\n']).to_owned(), headers, body: Value::Null };
    request.line = request.line.trim_end_matches(" HTTP/1.1").to_owned();
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    request.body = serde_json::from_slice(&body).unwrap_or_default();
    Ok(request)
}
