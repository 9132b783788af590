//! A scripted client.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use danaide_analysis::MemoryFileSystem;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};
use tokio::task::JoinHandle;

use crate::ServerOptions;

pub(crate) const URI: &str = "file:///w/a.na";

/// Longer than anything here should take; a test that waits so long has failed.
const LIMIT: Duration = Duration::from_secs(20);

pub(crate) struct Client {
    to_server: DuplexStream,
    from_server: BufReader<DuplexStream>,
    /// Messages that came while another was waited for.
    waiting: VecDeque<Value>,
    server: JoinHandle<i32>,
    last_id: i64,
}

impl Client {
    /// A server that was not initialised yet.
    pub(crate) fn start() -> Self {
        Self::start_with(Arc::new(MemoryFileSystem::default()))
    }

    fn start_with(file_system: Arc<MemoryFileSystem>) -> Self {
        let (to_server, input) = tokio::io::duplex(1 << 20);
        let (output, from_server) = tokio::io::duplex(1 << 20);
        let options = ServerOptions {
            file_system,
            search_path: Vec::new(),
            library_folder: None,
            log: None,
            poll_interval: Duration::from_millis(50),
        };
        let server = tokio::spawn(crate::serve(input, output, options));
        let from_server = BufReader::new(from_server);
        Self { to_server, from_server, waiting: VecDeque::new(), server, last_id: 0 }
    }

    /// A server that runs, for a client with these capabilities.
    pub(crate) async fn with_capabilities(capabilities: Value) -> Self {
        Self::with_files(Arc::new(MemoryFileSystem::default()), capabilities).await
    }

    /// The same beside a file system.
    pub(crate) async fn with_files(file_system: Arc<MemoryFileSystem>, capabilities: Value) -> Self {
        Self::initialized(file_system, json!({ "processId": null, "capabilities": capabilities })).await
    }

    /// A server that runs, for a client that says this of itself.
    pub(crate) async fn initialized(file_system: Arc<MemoryFileSystem>, params: Value) -> Self {
        let mut client = Self::start_with(file_system);
        let result = client.ask("initialize", params).await;
        assert!(result["result"]["capabilities"].is_object(), "{result}");
        client.notify("initialized", json!({})).await;
        client
    }

    /// A server that runs, for a client that asks for diagnostics and counts in UTF-16.
    pub(crate) async fn running() -> Self {
        Self::with_capabilities(json!({ "textDocument": { "diagnostic": {} } })).await
    }

    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        self.to_server.write_all(bytes).await.expect("the server reads");
    }

    pub(crate) async fn send_body(&mut self, body: &str) {
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).await;
    }

    pub(crate) async fn notify(&mut self, method: &str, params: Value) {
        self.send_body(&json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string()).await;
    }

    /// Sends a request and gives its id.
    pub(crate) async fn request(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        let request = json!({ "jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params });
        self.send_body(&request.to_string()).await;
        self.last_id
    }

    /// Sends a request and waits for the answer to it.
    pub(crate) async fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params).await;
        self.answer(id).await
    }

    pub(crate) async fn answer(&mut self, id: i64) -> Value {
        self.find(|it| it["id"] == id && it.get("method").is_none()).await
    }

    /// The next notification or request of this method from the server.
    pub(crate) async fn message(&mut self, method: &str) -> Value {
        self.find(|it| it["method"] == method).await
    }

    /// Answers a request of the server.
    pub(crate) async fn reply(&mut self, request: &Value, result: Value) {
        self.send_body(&json!({ "jsonrpc": "2.0", "id": request["id"], "result": result }).to_string()).await;
    }

    /// A message that came already, and that no one waited for.
    pub(crate) fn take(&mut self, fits: impl Fn(&Value) -> bool) -> Option<Value> {
        let at = self.waiting.iter().position(fits)?;
        self.waiting.remove(at)
    }

    /// Waits until something holds that follows from what the server does by and by.
    pub(crate) async fn until_settled(&mut self, holds: impl AsyncFn(&mut Self) -> bool) {
        let before = std::time::Instant::now();
        while !holds(self).await {
            assert!(before.elapsed() < LIMIT, "it does not come to that");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The next message, of those that no one waited for yet, that fits.
    pub(crate) async fn find(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.waiting.iter().position(&fits)
            && let Some(message) = self.waiting.remove(at)
        {
            return message;
        }
        loop {
            let message = tokio::time::timeout(LIMIT, self.read()).await.expect("an answer in time");
            if fits(&message) {
                return message;
            }
            self.waiting.push_back(message);
        }
    }

    async fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.from_server.read_line(&mut line).await.expect("the server writes");
            assert!(!line.is_empty(), "the server closed its output");
            match line.trim().strip_prefix("Content-Length: ") {
                Some(value) => length = value.parse().expect("a length"),
                None if line.trim().is_empty() => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        self.from_server.read_exact(&mut body).await.expect("a whole message");
        serde_json::from_slice(&body).expect("JSON")
    }

    pub(crate) async fn open(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "dana", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document })).await;
    }

    /// Replaces the text of a document.
    pub(crate) async fn replace(&mut self, uri: &str, version: i32, text: &str) {
        self.change(uri, version, json!([{ "text": text }])).await;
    }

    pub(crate) async fn change(&mut self, uri: &str, version: i32, changes: Value) {
        let params = json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes });
        self.notify("textDocument/didChange", params).await;
    }

    pub(crate) async fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", document(uri)).await;
    }

    /// The text of a document as the server sees it.
    pub(crate) async fn text(&mut self, uri: &str) -> String {
        let position = json!({ "line": 0, "character": 0 });
        let answer = self.ask("test/text", json!({ "textDocument": { "uri": uri }, "position": position })).await;
        answer["result"].as_str().unwrap_or_else(|| panic!("a text: {answer}")).to_owned()
    }

    /// The diagnostics of a document, each as `line:column-line:column code message`.
    pub(crate) async fn diagnostics(&mut self, uri: &str) -> Vec<String> {
        let answer = self.ask("textDocument/diagnostic", document(uri)).await;
        render(&answer["result"]["items"])
    }

    /// Waits for the server to end, with both streams still open.
    pub(crate) async fn exit_code(self) -> i32 {
        tokio::time::timeout(LIMIT, self.server).await.expect("an end in time").expect("no panic")
    }

    /// Closes the input, and waits for the server to end.
    pub(crate) async fn hang_up(self) -> i32 {
        drop(self.to_server);
        tokio::time::timeout(LIMIT, self.server).await.expect("an end in time").expect("no panic")
    }
}

pub(crate) fn document(uri: &str) -> Value {
    json!({ "textDocument": { "uri": uri } })
}

pub(crate) fn range(range: &Value) -> String {
    let position = |it: &Value| format!("{}:{}", it["line"], it["character"]);
    format!("{}-{}", position(&range["start"]), position(&range["end"]))
}

pub(crate) fn render(diagnostics: &Value) -> Vec<String> {
    let items = diagnostics.as_array().expect("a list of diagnostics");
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    items.iter().map(|it| format!("{} {} {}", range(&it["range"]), text(&it["code"]), text(&it["message"]))).collect()
}
