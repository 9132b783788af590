//! Messages that make no sense change nothing.

use serde_json::{Value, json};

use super::client::{Client, URI, document};

const TEXT: &str = "x = 1\ny = 2\n";

async fn running() -> Client {
    let mut client = Client::running().await;
    client.open(URI, TEXT).await;
    client
}

/// What is sent is answered with this error code and an id of null, and the server goes on.
async fn refused(client: &mut Client, code: i64) {
    let answer = client.find(|it| it["id"].is_null() && it.get("error").is_some()).await;
    assert_eq!(answer["error"]["code"], code, "{answer}");
    assert_eq!(client.text(URI).await, TEXT);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_not_messages() {
    let mut client = running().await;
    for (body, code) in [
        ("{", -32700),
        ("not JSON", -32700),
        ("", -32700),
        ("\u{feff}{}", -32700),
        ("{}", -32600),
        ("[]", -32600),
        ("17", -32600),
        (r#"{"jsonrpc":"1.0","method":"exit"}"#, -32600),
        (r#"{"method":"exit"}"#, -32600),
        (r#"{"jsonrpc":"2.0","method":17}"#, -32600),
        (r#"{"jsonrpc":"2.0","method":"exit","id":{}}"#, -32600),
        (r#"[{"jsonrpc":"2.0","method":"exit"}]"#, -32600),
    ] {
        client.send_body(body).await;
        refused(&mut client, code).await;
    }
    client.send_body(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))).await;
    refused(&mut client, -32700).await;
    client.send_bytes(b"Content-Length: 3\r\n\r\n\"\xff\"").await;
    refused(&mut client, -32700).await;
    client.send_bytes(b"Content-Length: -1\r\n\r\n").await;
    refused(&mut client, -32700).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_and_parameters_that_do_not_exist() {
    let mut client = running().await;
    for (method, params, code) in [
        ("textDocument/nonsense", json!({}), -32601),
        ("", json!({}), -32601),
        ("textDocument/documentSymbol", json!({ "textDocument": 1 }), -32602),
        ("textDocument/documentSymbol", json!(null), -32602),
        ("textDocument/documentSymbol", json!({ "textDocument": { "uri": "no uri" } }), -32602),
        ("textDocument/diagnostic", json!([1, 2]), -32602),
        // Notifications that pretend to be requests.
        ("exit", json!(null), -32600),
    ] {
        let answer = client.ask(method, params).await;
        assert_eq!(answer["error"]["code"], code, "{method}: {answer}");
        assert_eq!(client.text(URI).await, TEXT);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_that_cannot_be_obeyed() {
    let mut client = running().await;
    let edit = |start: Value, end: Value| {
        let position = |it: &Value| json!({ "line": it[0], "character": it[1] });
        let changes = json!([{ "range": { "start": position(&start), "end": position(&end) }, "text": "!" }]);
        json!({ "textDocument": { "uri": URI, "version": 2 }, "contentChanges": changes })
    };
    for (method, params) in [
        ("textDocument/didChange", edit(json!([7, 0]), json!([7, 1]))),
        ("textDocument/didChange", edit(json!([0, 0]), json!([u32::MAX, 0]))),
        ("textDocument/didChange", edit(json!([u32::MAX, u32::MAX]), json!([u32::MAX, u32::MAX]))),
        ("textDocument/didChange", edit(json!([1, 2]), json!([0, 0]))),
        ("textDocument/didChange", edit(json!([-1, 0]), json!([0, 0]))),
        ("textDocument/didChange", edit(json!([0, 0]), json!([0, 1e30]))),
        ("textDocument/didChange", edit(json!(["a", 0]), json!([0, 1]))),
        ("textDocument/didChange", json!({ "textDocument": { "uri": URI } })),
        (
            "textDocument/didChange",
            json!({ "textDocument": { "uri": "file:///w/unknown.na", "version": 1 }, "contentChanges": [{ "text": "x" }] }),
        ),
        ("textDocument/didClose", document("file:///w/unknown.na")),
        (
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": "::", "languageId": "dana", "version": 1, "text": "" } }),
        ),
        ("textDocument/didOpen", json!(null)),
        ("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": "http://x/%ff", "type": 9 }] })),
        ("workspace/didChangeWorkspaceFolders", json!({ "event": {} })),
        ("$/cancelRequest", json!({ "id": 4711 })),
        ("$/cancelRequest", json!({ "id": [] })),
        ("$/unknown", json!({})),
        ("unknown", json!({})),
    ] {
        client.notify(method, params.clone()).await;
        assert_eq!(client.text(URI).await, TEXT, "{method} {params}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ignored_edit_is_in_the_log() {
    let mut client = running().await;
    client.change(URI, 2, json!([{ "range": { "start": { "line": 9, "character": 0 }, "end": { "line": 9, "character": 1 } }, "text": "" }])).await;
    let log = client.message("window/logMessage").await;
    let message = log["params"]["message"].as_str().unwrap_or_default();
    assert_eq!(
        message,
        "ignored an edit of file:///w/a.na: an edit of lines 9 to 9 is outside of the text; reopen the file"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_to_questions_that_were_not_asked() {
    let mut client = running().await;
    client.send_body(r#"{"jsonrpc":"2.0","id":99,"result":null}"#).await;
    client.send_body(r#"{"jsonrpc":"2.0","id":"a","error":{"code":1,"message":"x"}}"#).await;
    client.send_body(r#"{"jsonrpc":"2.0","id":99,"error":17}"#).await;
    assert_eq!(client.text(URI).await, TEXT);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_no_files() {
    let mut client = running().await;
    for uri in ["untitled:Untitled-1", "file:///w/%FF.na", "git:/w/a.na?%7B%7D", "file:///"] {
        client.open(uri, "z = 3\n").await;
        assert_eq!(client.text(uri).await, "z = 3\n");
        client.close(uri).await;
        assert_eq!(client.text(uri).await, "");
    }
}
