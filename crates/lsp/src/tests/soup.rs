//! Messages of a session with anything changed in them: each request is answered, nothing breaks, and the session goes on.
//!
//! `DANAIDE_SOUP=100000 cargo test -p danaide-lsp soup` sends so many, and `DANAIDE_SOUP_SEED` begins elsewhere.

use serde_json::{Map, Value, json};

use super::client::{Client, URI, document};
use super::soak::{Random, number};

const TEXT: &str = "def fetch(name: str) -> str:\n    sleep(0.01)\n    return f\"{name} 😀\"\n\na = fetch('a')\nb = fetch('b')\nprint(a, b)\n";
const CELL: &str = "vscode-notebook-cell:/w/n.ipynb#1";

/// What a client sends, with its parameters.
fn messages() -> Vec<(&'static str, Value)> {
    let position = json!({ "line": 4, "character": 5 });
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": position });
    let here = json!({ "textDocument": { "uri": URI, "version": 2 }, "position": position, "range": range });
    let with = |name: &str, value: Value| {
        let mut params = here.clone();
        params[name] = value;
        params
    };
    let cell = json!({ "textDocument": { "uri": CELL }, "position": { "line": 0, "character": 6 }, "range": range });
    let item =
        json!({ "uri": URI, "name": "fetch", "kind": 12, "range": range, "selectionRange": range, "data": null });
    let text = |uri: &str| json!({ "uri": uri, "languageId": "dana", "version": 1, "text": TEXT });
    let notebook = json!({ "uri": "file:///w/n.ipynb", "notebookType": "x", "version": 1, "cells": [{ "kind": 2, "document": CELL }] });
    let array = json!({ "start": 0, "deleteCount": 1, "cells": [{ "kind": 2, "document": CELL }] });
    let content = json!([{ "document": { "uri": CELL, "version": 2 }, "changes": [{ "range": range, "text": "x" }] }]);
    let cells = json!({ "structure": { "array": array, "didOpen": [text(CELL)] }, "textContent": content });
    vec![
        ("textDocument/didOpen", json!({ "textDocument": text(URI) })),
        (
            "textDocument/didChange",
            with("contentChanges", json!([{ "range": range, "text": "y = (" }, { "text": TEXT }])),
        ),
        ("textDocument/didClose", json!({ "textDocument": { "uri": "file:///w/b.na" } })),
        ("textDocument/didSave", here.clone()),
        ("notebookDocument/didOpen", json!({ "notebookDocument": notebook, "cellTextDocuments": [text(CELL)] })),
        ("notebookDocument/didChange", json!({ "notebookDocument": notebook, "change": { "cells": cells } })),
        ("textDocument/hover", cell.clone()),
        ("textDocument/completion", cell.clone()),
        ("textDocument/semanticTokens/full", cell),
        ("textDocument/hover", here.clone()),
        ("textDocument/completion", with("context", json!({ "triggerKind": 2, "triggerCharacter": "." }))),
        ("textDocument/references", with("context", json!({ "includeDeclaration": true }))),
        ("textDocument/rename", with("newName", json!("other"))),
        ("textDocument/codeAction", with("context", json!({ "diagnostics": [], "only": ["quickfix"] }))),
        ("textDocument/inlayHint", here.clone()),
        ("textDocument/semanticTokens/full/delta", with("previousResultId", json!("1"))),
        ("textDocument/semanticTokens/range", here.clone()),
        ("textDocument/selectionRange", with("positions", json!([position]))),
        ("textDocument/onTypeFormatting", with("ch", json!("\n"))),
        ("textDocument/diagnostic", here.clone()),
        ("workspace/diagnostic", json!({ "previousResultIds": [{ "uri": URI, "value": "x" }] })),
        ("workspace/symbol", json!({ "query": "fetch" })),
        ("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": URI, "type": 2 }] })),
        ("workspace/didChangeConfiguration", json!({ "settings": { "danaide": { "lens": { "run": true } } } })),
        (
            "workspace/didChangeWorkspaceFolders",
            json!({ "event": { "added": [{ "uri": "file:///v", "name": "v" }], "removed": [] } }),
        ),
        ("workspace/willRenameFiles", json!({ "files": [{ "oldUri": URI, "newUri": "file:///w/c.na" }] })),
        (
            "workspace/executeCommand",
            json!({ "command": "danaide.runSelection", "arguments": [{ "uri": URI, "range": range }] }),
        ),
        ("workspace/executeCommand", json!({ "command": "danaide.cancel", "arguments": [] })),
        ("codeLens/resolve", json!({ "range": range, "data": { "uri": URI, "kind": "references" } })),
        ("completionItem/resolve", json!({ "label": "fetch", "data": { "uri": URI } })),
        ("inlayHint/resolve", json!({ "position": position, "label": "x", "data": { "uri": URI } })),
        ("callHierarchy/incomingCalls", json!({ "item": item })),
        ("typeHierarchy/subtypes", json!({ "item": item })),
        ("danaide/taskGraph", with("format", json!("json"))),
        ("danaide/text", here),
        ("danaide/status", json!({})),
        ("window/workDoneProgress/cancel", json!({ "token": "x" })),
        ("$/cancelRequest", json!({ "id": 1 })),
        ("$/setTrace", json!({ "value": "verbose" })),
    ]
}

/// Puts something else in the place of some value.
fn stir(value: &mut Value, random: &mut Random) {
    let inside = match value {
        Value::Object(fields) => fields.len(),
        Value::Array(items) => items.len(),
        _ => 0,
    };
    if inside > 0 && random.below(4) > 0 {
        let at = random.below(inside);
        match value {
            Value::Object(fields) => fields.values_mut().nth(at).into_iter().for_each(|it| stir(it, random)),
            Value::Array(items) => stir(&mut items[at], random),
            _ => {}
        }
        return;
    }
    let others = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(u32::MAX),
        json!(1e300),
        json!(""),
        json!("file:///w/%zz.na"),
        json!("no URI"),
        json!(URI),
        json!(CELL),
        json!("\u{0}\u{ffff}😀"),
        json!([]),
        json!([[[[]]]]),
        Value::Object(Map::new()),
        json!({ "line": 1, "character": 70_000 }),
        json!({ "uri": CELL, "range": { "start": { "line": 9, "character": 9 }, "end": { "line": 0, "character": 0 } } }),
    ];
    match (random.below(6), &mut *value) {
        (0, Value::Object(fields)) => {
            let name = fields.keys().nth(random.below(inside)).cloned();
            name.map(|it| fields.remove(&it));
        }
        (1, Value::Array(items)) => items.extend(items.clone()),
        (2, Value::Number(_)) => *value = json!(random.below(1 << 20)),
        _ => *value = others[random.below(others.len())].clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn soup() {
    let count = number("DANAIDE_SOUP").unwrap_or(3_000);
    let mut random = Random(number("DANAIDE_SOUP_SEED").unwrap_or(0x9E37_79B9_7F4A_7C15) | 1);
    let messages = messages();
    let able = json!({
        "notebookDocument": { "synchronization": {} },
        "textDocument": { "diagnostic": {}, "onTypeFormatting": {} },
    });
    let mut client = Client::with_capabilities(able).await;
    let notifications = ["did", "window/", "$/"];
    for number in 0..count {
        let (method, mut params) = messages[random.below(messages.len())].clone();
        for _ in 0..random.below(4) {
            stir(&mut params, &mut random);
        }
        if method.split('/').any(|it| it.starts_with("did")) || notifications.iter().any(|it| method.starts_with(it)) {
            client.notify(method, params).await;
            continue;
        }
        let id = client.request(method, params.clone()).await;
        // Some at once, some one after the other.
        if random.below(3) == 0 {
            continue;
        }
        let answer = client.answer(id).await;
        let is_sound = answer.get("error").is_none_or(|it| it["code"] != -32603);
        assert!(is_sound, "message {number}, {method} {params}: {answer}");
    }
    client.open(URI, TEXT).await;
    assert_eq!(client.text(URI).await, TEXT);
    let answer = client.ask("textDocument/documentSymbol", document(URI)).await;
    assert_eq!(answer["result"].as_array().map(Vec::len), Some(3), "{answer}");
    let broken = client.take(|it| it["error"]["code"] == -32603);
    assert_eq!(broken, None);
    let said = client.take(|it| it["params"]["message"].as_str().is_some_and(|it| it.contains("a mistake in Danaide")));
    assert_eq!(said, None);
}
