//! From an edit to fresh diagnostics through both language servers, with one client that asks for them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::edits::{Edit, Edits};
use super::{Options, ms, spread};

/// The kinds of tokens that an editor draws.
const TOKENS: [&str; 8] = ["namespace", "type", "class", "function", "method", "variable", "parameter", "property"];

/// A server and the messages to it.
pub(crate) struct Client {
    pub(crate) child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next: i64,
    /// It answers requests for diagnostics; else it sends them.
    pulls: bool,
    /// What the server says it can.
    pub(crate) offered: Value,
    pub(crate) uri: String,
}

impl Client {
    pub(crate) fn start(program: &Path, args: &[&str], folder: &Path, file: &Path) -> Result<Client, String> {
        let mut child = Command::new(program)
            .args(args)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("cannot start {}: {e}", program.display()))?;
        let (input, output) = (child.stdin.take().ok_or("no input")?, child.stdout.take().ok_or("no output")?);
        let uri = format!("file://{}", file.display());
        let mut client =
            Client { child, input, output: BufReader::new(output), next: 0, pulls: false, offered: Value::Null, uri };
        let root = format!("file://{}", folder.display());
        let offered = client.ask(
            "initialize",
            json!({
                "processId": null,
                "rootUri": root,
                "workspaceFolders": [{ "uri": root, "name": "bench" }],
                "capabilities": {
                    "general": { "positionEncodings": ["utf-8"] },
                    "textDocument": {
                        "diagnostic": { "dynamicRegistration": false },
                        "publishDiagnostics": { "versionSupport": true },
                        "inlayHint": {},
                        "semanticTokens": {
                            "requests": { "full": { "delta": true }, "range": true },
                            "tokenTypes": TOKENS, "tokenModifiers": [], "formats": ["relative"],
                        },
                    },
                    "workspace": { "workspaceEdit": { "documentChanges": true } },
                },
            }),
        )?;
        client.pulls = !offered["capabilities"]["diagnosticProvider"].is_null();
        client.offered = offered["capabilities"].clone();
        client.tell("initialized", json!({}))?;
        Ok(client)
    }

    pub(crate) fn send(&mut self, message: &Value) -> Result<(), String> {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len())
            .and_then(|()| self.input.flush())
            .map_err(|e| format!("the server does not read: {e}"))
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) -> Result<(), String> {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    /// Sends a request and gives its answer; requests of the server on the way are answered with nothing.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
        loop {
            let message = self.read()?;
            if message.get("method").is_some() {
                self.answer(&message)?;
            } else if message["id"] == id {
                return match message.get("error") {
                    Some(error) => Err(format!("{method}: {error}")),
                    None => Ok(message["result"].clone()),
                };
            }
        }
    }

    /// Answers a request of the server with nothing.
    fn answer(&mut self, message: &Value) -> Result<(), String> {
        let (Some(id), Some(_)) = (message.get("id"), message.get("method")) else { return Ok(()) };
        let asked = message["params"]["items"].as_array().map_or(0, Vec::len);
        let result = if asked > 0 { Value::Array(vec![Value::Null; asked]) } else { Value::Null };
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }))
    }

    pub(crate) fn read(&mut self) -> Result<Value, String> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            let read = self.output.read_line(&mut line).map_err(|e| e.to_string())?;
            if read == 0 {
                return Err("the server ended".into());
            }
            match line.trim().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().map_err(|_| "a message without a length")?;
                }
                Some(_) => {}
                None => break,
            }
        }
        let mut bytes = vec![0; length];
        self.output.read_exact(&mut bytes).map_err(|e| e.to_string())?;
        serde_json::from_slice(&bytes).map_err(|e| e.to_string())
    }

    pub(crate) fn open(&mut self, language: &str, text: &str) -> Result<(), String> {
        let uri = self.uri.clone();
        self.tell(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": language, "version": 0, "text": text } }),
        )?;
        self.diagnostics().map(|_| ())
    }

    pub(crate) fn diagnostics(&mut self) -> Result<usize, String> {
        let uri = self.uri.clone();
        if !self.pulls {
            loop {
                let message = self.read()?;
                self.answer(&message)?;
                if message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri.as_str() {
                    return Ok(message["params"]["diagnostics"].as_array().map_or(0, Vec::len));
                }
            }
        }
        let report = self.ask("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }))?;
        Ok(report["items"].as_array().map_or(0, Vec::len))
    }

    /// The time from an edit to its diagnostics. Lines are whole, so that columns are 0.
    pub(crate) fn edit(&mut self, version: usize, line: usize, edit: &Edit) -> Result<Duration, String> {
        let uri = self.uri.clone();
        let last = line + usize::from(edit.removed > 0);
        let change = json!({
            "textDocument": { "uri": uri, "version": version },
            "contentChanges": [{
                "range": {
                    "start": { "line": line, "character": 0 },
                    "end": { "line": last, "character": 0 },
                },
                "text": edit.added,
            }],
        });
        let start = Instant::now();
        self.tell("textDocument/didChange", change)?;
        self.diagnostics()?;
        Ok(start.elapsed())
    }

    pub(crate) fn stop(mut self) {
        let _ = self.ask("shutdown", Value::Null);
        let _ = self.tell("exit", Value::Null);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn run(options: &Options) -> Result<(), String> {
    println!(
        "{:<34} {:>9} {:>9} {:>9} {:>9} {:>8}",
        "edit, ms, through the servers", "danaide", "95 of 100", "ty", "95 of 100", "ratio"
    );
    for (lines, count) in [(400, 200), (10_000, 100)] {
        let folder = tempfile::tempdir().map_err(|e| format!("cannot make a folder: {e}"))?;
        let folder = folder.path().canonicalize().map_err(|e| e.to_string())?;
        let mut edits = Edits::new(lines);
        let (na, py) = (folder.join("main.na"), folder.join("main.py"));
        for file in [&na, &py] {
            std::fs::write(file, edits.text()).map_err(|e| format!("cannot write {}: {e}", file.display()))?;
        }
        let mut ours = Client::start(&options.binary, &["lsp"], &folder, &na)?;
        let mut theirs = Client::start(&options.peer, &["server"], &folder, &py)?;
        ours.open("dana", edits.text())?;
        theirs.open("python", edits.text())?;
        let mut times = (Vec::new(), Vec::new());
        for version in 1..=count {
            let edit = edits.next();
            let line = edits.text()[..edit.at].matches('\n').count();
            // They take turns, so that both see the same machine.
            times.0.push(ours.edit(version, line, &edit)?);
            times.1.push(theirs.edit(version, line, &edit)?);
        }
        ours.stop();
        theirs.stop();
        let ((a, a95, _), (b, b95, _)) = (spread(times.0), spread(times.1));
        println!(
            "{:<34} {:>9.2} {:>9.2} {:>9.2} {:>9.2} {:>7.1}x",
            format!("{lines} lines"),
            ms(a),
            ms(a95),
            ms(b),
            ms(b95),
            ms(b) / ms(a)
        );
    }
    println!();
    Ok(())
}
