//! Random editing sessions: after each step a server that saw all of it answers as a fresh one does that sees the end.
//!
//! `DANAIDE_SOAK=2000 cargo test -p danaide-lsp soak` makes so many steps, and `DANAIDE_SOAK_SEED` begins elsewhere.

use std::collections::BTreeMap;

use danaide_analysis::MemoryFileSystem;
use serde_json::{Value, json};

use super::client::Client;

const NAMES: [&str; 3] = ["a", "b", "c"];

/// What the texts begin with, and what is put into them.
const PIECES: [&str; 16] = [
    "from b import shared, other\nimport c\r\n\ndef use(n: int):\n    return shared(n) + c.value\n",
    "struct Point:\n    x: int\n    y: str = \"😀\"\n\ndef shared(n): return Point(x=n, y='é')\n",
    "value = [1, 2, 3]\nworkflow flow = str | len\nfor i in value:\n    print(i)\n",
    "def test_it():\r\n\tassert use(1)\r\n",
    "a = fetch(1)\nb = fetch(2)\nprint(a, b)\n",
    "    ",
    "\n",
    "(",
    "\"\"\"",
    ".",
    "😀",
    "shared",
    "def ",
    "# danaide: ignore\n",
    "public:count = 1\n",
    "x = {'k': [1, (2",
];

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

fn uri(name: &str) -> String {
    format!("file:///w/{name}.na")
}

fn initialize() -> Value {
    json!({
        "processId": null,
        "capabilities": {
            "textDocument": {
                "diagnostic": {},
                "publishDiagnostics": { "relatedInformation": true },
                "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            },
            "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } },
        },
        "workspaceFolders": [{ "uri": "file:///w", "name": "w" }],
    })
}

/// What is on disk, and what is open.
#[derive(Default)]
struct State {
    disk: BTreeMap<&'static str, String>,
    open: BTreeMap<&'static str, String>,
}

impl State {
    async fn fresh(&self) -> Client {
        let files = MemoryFileSystem::from_files(self.disk.iter().map(|(name, text)| (format!("/w/{name}.na"), text)));
        let mut client = Client::initialized(files, initialize()).await;
        for (name, text) in &self.open {
            client.open(&uri(name), text).await;
        }
        client
    }
}

/// A line and a column in UTF-16 of an offset.
fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    json!({ "line": line, "character": before[start..].encode_utf16().count() })
}

/// An offset between two characters, and not inside a line end.
fn place(text: &str, random: &mut Random) -> usize {
    let wanted = random.below(text.len() + 1);
    let fits =
        |it: &usize| text.is_char_boundary(*it) && !(text[..*it].ends_with('\r') && text[*it..].starts_with('\n'));
    (0..=wanted).rev().find(fits).unwrap_or(0)
}

/// Everything that a document is asked for, as far as it does not name answers.
async fn answers(client: &mut Client, name: &str, at: &Value) -> Vec<(&'static str, Value)> {
    let document = json!({ "uri": uri(name) });
    let here = json!({ "textDocument": document, "position": at });
    let references = json!({ "textDocument": document, "position": at, "context": { "includeDeclaration": true } });
    let everything = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 999, "character": 0 } });
    let whole = json!({ "textDocument": document, "range": everything });
    let mut out = Vec::new();
    for (method, params) in [
        ("textDocument/diagnostic", json!({ "textDocument": document })),
        ("textDocument/documentSymbol", json!({ "textDocument": document })),
        ("textDocument/semanticTokens/full", json!({ "textDocument": document })),
        ("textDocument/foldingRange", json!({ "textDocument": document })),
        ("textDocument/codeLens", json!({ "textDocument": document })),
        ("textDocument/inlayHint", whole),
        ("textDocument/hover", here.clone()),
        ("textDocument/definition", here.clone()),
        ("textDocument/references", references),
        ("textDocument/signatureHelp", here.clone()),
        ("textDocument/completion", here),
        ("workspace/symbol", json!({ "query": "s" })),
        ("danaide/taskGraph", json!({ "textDocument": document })),
    ] {
        let mut answer = client.ask(method, params).await;
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        let mut result = answer["result"].take();
        if let Some(object) = result.as_object_mut() {
            object.remove("resultId");
            object.remove("version");
        }
        out.push((method, result));
    }
    out
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn soak() {
    let steps = number("DANAIDE_SOAK").unwrap_or(25);
    let mut random = Random(number("DANAIDE_SOAK_SEED").unwrap_or(0x9E37_79B9_7F4A_7C15) | 1);
    let mut state = State::default();
    for (name, text) in NAMES.iter().zip(PIECES) {
        state.disk.insert(name, text.to_owned());
    }
    let files = MemoryFileSystem::from_files(state.disk.iter().map(|(name, text)| (format!("/w/{name}.na"), text)));
    let mut client = Client::initialized(files.clone(), initialize()).await;
    let mut version = 1;
    for step in 0..steps {
        let name = NAMES[random.below(NAMES.len())];
        version += 1;
        match (random.below(12), state.open.get_mut(name)) {
            (0, Some(_)) => {
                client.close(&uri(name)).await;
                state.open.remove(name);
            }
            (1, _) => {
                let text = PIECES[random.below(5)].to_owned();
                files.write(format!("/w/{name}.na"), &text);
                state.disk.insert(name, text);
                let changes = json!({ "changes": [{ "uri": uri(name), "type": 2 }] });
                client.notify("workspace/didChangeWatchedFiles", changes).await;
            }
            (_, None) => {
                let text = state.disk[name].clone();
                client.open(&uri(name), &text).await;
                state.open.insert(name, text);
            }
            (2, Some(text)) => {
                *text = PIECES[random.below(5)].to_owned();
                client.replace(&uri(name), version, text).await;
            }
            (kind, Some(text)) => {
                let (a, b) = (place(text, &mut random), place(text, &mut random));
                // Mostly something is typed; sometimes something is removed.
                let (start, end) = if kind < 5 { (a.min(b), a.max(b)) } else { (a, a) };
                let piece = if kind == 3 { "" } else { PIECES[random.below(PIECES.len())] };
                let range = json!({ "start": position(text, start), "end": position(text, end) });
                client.change(&uri(name), version, json!([{ "range": range, "text": piece }])).await;
                text.replace_range(start..end, piece);
            }
        }
        let asked = NAMES[random.below(NAMES.len())];
        let text = state.open.get(asked).unwrap_or(&state.disk[asked]).clone();
        let at = position(&text, place(&text, &mut random));
        let mut fresh = state.fresh().await;
        let (known, new) = (answers(&mut client, asked, &at).await, answers(&mut fresh, asked, &at).await);
        for ((method, known), (_, new)) in known.iter().zip(&new) {
            assert_eq!(known, new, "step {step}: {method} of {asked} at {at} in\n{text}");
        }
    }
}
