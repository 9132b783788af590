//! Editing sessions, random and recorded: after each step a server that saw all of it answers as a fresh one does that
//! sees the end.
//!
//! Recorded ones are in `sessions`: the notifications of an editor, one a line. `neovim.jsonl` and `vscode.jsonl` were recorded
//! in the editors while keys were pressed (`tests/lsp/record.py`); the others were written, with slips, brackets that are
//! closed late, and several changes at once.
//!
//! `DANAIDE_SOAK=2000 cargo test -p danaide-lsp soak` makes so many steps, and `DANAIDE_SOAK_SEED` begins elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use danaide_analysis::MemoryFileSystem;
use serde_json::{Value, json};

use super::client::Client;
use super::ide::offset;

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

pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, bound: usize) -> usize {
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
                "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [""] } } },
            },
            "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } },
        },
        "workspaceFolders": [{ "uri": "file:///w", "name": "w" }],
    })
}

/// What is on disk, and what is open.
#[derive(Default)]
struct State {
    disk: BTreeMap<String, String>,
    open: BTreeMap<String, String>,
}

/// The path of a document, which is on disk.
fn path(uri: &str) -> &str {
    uri.strip_prefix("file://").expect("a file")
}

impl State {
    fn text(&self, uri: &str) -> &str {
        self.open.get(uri).or(self.disk.get(uri)).map_or("", String::as_str)
    }

    async fn fresh(&self) -> Client {
        let files = MemoryFileSystem::from_files(self.disk.iter().map(|(uri, text)| (path(uri), text)));
        let mut client = Client::initialized(files, initialize()).await;
        for (uri, text) in &self.open {
            client.open(uri, text).await;
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

/// Takes out what names answers and states of documents, which only the client of one server can compare.
fn without_names(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("resultId");
            fields.remove("version");
            fields.values_mut().for_each(without_names);
        }
        Value::Array(items) => items.iter_mut().for_each(without_names),
        _ => {}
    }
}

/// Everything that can be asked for without changing something.
async fn answers(client: &mut Client, uri: &str, at: &Value) -> Vec<(&'static str, Value)> {
    let document = json!({ "uri": uri });
    let only = || json!({ "textDocument": document });
    let here = || json!({ "textDocument": document, "position": at });
    let with = |name: &str, value: Value| {
        let mut params = here();
        params[name] = value;
        params
    };
    let everything = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 999, "character": 0 } });
    let to_here = json!({ "start": { "line": 0, "character": 0 }, "end": at });
    let whole = json!({ "textDocument": document, "range": everything });
    let part = json!({ "textDocument": document, "range": to_here });
    let options = json!({ "tabSize": 4, "insertSpaces": true });
    let mut formatting = json!({ "textDocument": document, "options": options });
    let format = formatting.clone();
    formatting["range"] = to_here.clone();
    let mut typed = with("ch", json!("\n"));
    typed["options"] = options;
    let context = json!({ "diagnostics": [], "only": ["quickfix", "refactor", "source.fixAll"] });
    let actions = |range: &Value| json!({ "textDocument": document, "range": range, "context": context });
    let moved = json!({ "files": [{ "oldUri": uri, "newUri": "file:///w/other/moved.na" }] });
    let mut out = Vec::new();
    for (method, params) in [
        ("textDocument/diagnostic", only()),
        ("textDocument/documentSymbol", only()),
        ("textDocument/semanticTokens/full", only()),
        ("textDocument/semanticTokens/range", part),
        ("textDocument/foldingRange", only()),
        ("textDocument/documentLink", only()),
        ("textDocument/codeLens", only()),
        ("textDocument/inlayHint", whole),
        ("textDocument/hover", here()),
        ("textDocument/definition", here()),
        ("textDocument/declaration", here()),
        ("textDocument/typeDefinition", here()),
        ("textDocument/implementation", here()),
        ("textDocument/references", with("context", json!({ "includeDeclaration": true }))),
        ("textDocument/documentHighlight", here()),
        ("textDocument/linkedEditingRange", here()),
        ("textDocument/prepareRename", here()),
        ("textDocument/rename", with("newName", json!("renamed_here"))),
        ("textDocument/signatureHelp", here()),
        ("textDocument/completion", here()),
        ("textDocument/selectionRange", json!({ "textDocument": document, "positions": [at] })),
        ("textDocument/formatting", format),
        ("textDocument/rangeFormatting", formatting),
        ("textDocument/onTypeFormatting", typed),
        ("textDocument/codeAction", actions(&json!({ "start": at, "end": at }))),
        ("textDocument/codeAction", actions(&to_here)),
        ("textDocument/prepareCallHierarchy", here()),
        ("textDocument/prepareTypeHierarchy", here()),
        ("workspace/symbol", json!({ "query": "s" })),
        ("workspace/diagnostic", json!({ "previousResultIds": [] })),
        ("workspace/willRenameFiles", moved),
        ("danaide/taskGraph", only()),
        ("danaide/text", only()),
    ] {
        out.push((method, one_answer(client, method, params).await));
    }
    // What is asked about answers.
    for (method, of, later) in [
        ("textDocument/completion", &["items"][..], &["completionItem/resolve"][..]),
        ("textDocument/inlayHint", &[], &["inlayHint/resolve"]),
        ("textDocument/codeLens", &[], &["codeLens/resolve"]),
        ("textDocument/prepareCallHierarchy", &[], &["callHierarchy/incomingCalls", "callHierarchy/outgoingCalls"]),
        ("textDocument/prepareTypeHierarchy", &[], &["typeHierarchy/supertypes", "typeHierarchy/subtypes"]),
    ] {
        let found = out.iter().find(|it| it.0 == method).map(|it| it.1.clone()).unwrap_or_default();
        let found = of.iter().fold(found, |it, name| it[*name].clone());
        let Some(first) = found.as_array().and_then(|it| it.last()).cloned() else { continue };
        for later in later {
            let is_hierarchy = method.ends_with("Hierarchy");
            let params = if is_hierarchy { json!({ "item": first }) } else { first.clone() };
            out.push((later, one_answer(client, later, params).await));
        }
    }
    out
}

async fn one_answer(client: &mut Client, method: &str, params: Value) -> Value {
    let mut answer = client.ask(method, params).await;
    if let Some(error) = answer.get("error") {
        // That something cannot be renamed.
        assert_eq!(error["code"], -32803, "{method}: {answer}");
        return error.clone();
    }
    let mut result = answer["result"].take();
    without_names(&mut result);
    result
}

/// Semantic tokens as a client keeps them: the first time all of them, then what is different.
#[derive(Default)]
struct Tokens(BTreeMap<String, (Value, Vec<Value>)>);

impl Tokens {
    async fn follow(&mut self, client: &mut Client, uri: &str) -> Vec<Value> {
        let document = json!({ "uri": uri });
        let list = |it: &Value| it.as_array().cloned().unwrap_or_default();
        let known = self.0.get(uri).cloned();
        let result = match &known {
            None => client.ask("textDocument/semanticTokens/full", json!({ "textDocument": document })).await,
            Some((id, _)) => {
                let params = json!({ "textDocument": document, "previousResultId": id });
                client.ask("textDocument/semanticTokens/full/delta", params).await
            }
        };
        let result = &result["result"];
        let tokens = match (result.get("edits"), known) {
            (Some(edits), Some((_, mut tokens))) => {
                for edit in list(edits) {
                    let number = |name: &str| edit[name].as_u64().expect("a number") as usize;
                    let start = number("start");
                    tokens.splice(start..start + number("deleteCount"), list(&edit["data"]));
                }
                tokens
            }
            _ => list(&result["data"]),
        };
        self.0.insert(uri.to_owned(), (result["resultId"].clone(), tokens.clone()));
        tokens
    }
}

/// Compares a server with a fresh one, in what they say of a document and a place in it.
async fn compare(
    client: &mut Client,
    tokens: &mut Tokens,
    state: &State,
    uri: &str,
    at: &Value,
    step: impl std::fmt::Display,
) {
    let mut fresh = state.fresh().await;
    let (known, new) = (answers(client, uri, at).await, answers(&mut fresh, uri, at).await);
    let text = state.text(uri);
    assert_eq!(known.len(), new.len(), "step {step} at {at} in\n{text}");
    for ((method, known), (_, new)) in known.iter().zip(&new) {
        assert_eq!(known, new, "step {step}: {method} of {uri} at {at} in\n{text}");
    }
    let followed = tokens.follow(client, uri).await;
    let all = new.iter().find(|it| it.0 == "textDocument/semanticTokens/full").map(|it| it.1["data"].clone());
    assert_eq!(Some(json!(followed)), all, "step {step}: what is different in the tokens of {uri} in\n{text}");
}

pub(super) fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn soak() {
    let steps = number("DANAIDE_SOAK").unwrap_or(25);
    let mut random = Random(number("DANAIDE_SOAK_SEED").unwrap_or(0x9E37_79B9_7F4A_7C15) | 1);
    let mut state = State::default();
    for (name, text) in NAMES.iter().zip(PIECES) {
        state.disk.insert(uri(name), text.to_owned());
    }
    let files = MemoryFileSystem::from_files(state.disk.iter().map(|(uri, text)| (path(uri), text)));
    let mut client = Client::initialized(files.clone(), initialize()).await;
    let mut tokens = Tokens::default();
    let mut version = 1;
    for step in 0..steps {
        let uri = uri(NAMES[random.below(NAMES.len())]);
        version += 1;
        match (random.below(12), state.open.get_mut(&uri)) {
            (0, Some(_)) => {
                client.close(&uri).await;
                state.open.remove(&uri);
            }
            (1, _) => {
                let text = PIECES[random.below(5)].to_owned();
                files.write(path(&uri), &text);
                let changes = json!({ "changes": [{ "uri": uri, "type": 2 }] });
                client.notify("workspace/didChangeWatchedFiles", changes).await;
                state.disk.insert(uri, text);
            }
            (_, None) => {
                let text = state.disk[&uri].clone();
                client.open(&uri, &text).await;
                state.open.insert(uri, text);
            }
            (2, Some(text)) => {
                *text = PIECES[random.below(5)].to_owned();
                client.replace(&uri, version, text).await;
            }
            (kind, Some(text)) => {
                let (a, b) = (place(text, &mut random), place(text, &mut random));
                // Mostly something is typed; sometimes something is removed.
                let (start, end) = if kind < 5 { (a.min(b), a.max(b)) } else { (a, a) };
                let piece = if kind == 3 { "" } else { PIECES[random.below(PIECES.len())] };
                let range = json!({ "start": position(text, start), "end": position(text, end) });
                client.change(&uri, version, json!([{ "range": range, "text": piece }])).await;
                text.replace_range(start..end, piece);
            }
        }
        let asked = self::uri(NAMES[random.below(NAMES.len())]);
        let text = state.text(&asked);
        let at = position(text, place(text, &mut random));
        compare(&mut client, &mut tokens, &state, &asked, &at, step).await;
    }
}

async fn replay(session: &str) {
    let mut state = State::default();
    let mut client = Client::initialized(Arc::default(), initialize()).await;
    let mut tokens = Tokens::default();
    for (step, line) in session.lines().enumerate() {
        let message: Value = serde_json::from_str(line).expect("JSON");
        let (method, params) = (message["method"].as_str().expect("a method"), &message["params"]);
        client.notify(method, params.clone()).await;
        let document = &params["textDocument"];
        let uri = document["uri"].as_str().expect("a document").to_owned();
        // Where the caret is: behind the last change.
        let mut caret = 0;
        match method {
            "textDocument/didOpen" => {
                state.open.insert(uri.clone(), document["text"].as_str().expect("a text").to_owned());
            }
            "textDocument/didClose" => {
                state.open.remove(&uri);
            }
            _ => {
                // Visual Studio Code empties an untitled document after it was closed, which is to be ignored.
                let Some(text) = state.open.get_mut(&uri) else { continue };
                for change in params["contentChanges"].as_array().expect("changes") {
                    let [start, end] = match change.get("range") {
                        Some(range) => ["start", "end"].map(|it| offset(text, &range[it])),
                        None => [0, text.len()],
                    };
                    let new = change["text"].as_str().expect("a text");
                    text.replace_range(start..end, new);
                    caret = start + new.len();
                }
            }
        }
        let at = position(state.text(&uri), caret);
        compare(&mut client, &mut tokens, &state, &uri, &at, step).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_written_and_changed() {
    replay(include_str!("sessions/pages.jsonl")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_and_pipelines_with_characters_of_all_widths() {
    replay(include_str!("sessions/flow.jsonl")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_pressed_in_neovim() {
    replay(include_str!("sessions/neovim.jsonl")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_commands_in_visual_studio_code() {
    replay(include_str!("sessions/vscode.jsonl")).await;
}
