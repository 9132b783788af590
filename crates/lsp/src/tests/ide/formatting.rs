//! Formatting: document, range, on type.

use serde_json::{Value, json};

use super::super::client::{Client, URI, range};
use super::{able, apply, open};

/// The parameters of a request about formatting; how an editor indents says nothing.
fn with(mut at: Value, more: Value) -> Value {
    at["options"] = json!({ "tabSize": 2, "insertSpaces": false });
    for (key, value) in more.as_object().unwrap() {
        at[key] = value.clone();
    }
    at
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_in_small_changes() {
    let text = "s = ['😀','b']\r\nif s :$0\r\n\tprint(s)\r\n";
    let mut client = able().await;
    let at = open(&mut client, text).await;
    let answer = client.ask("textDocument/formatting", with(at.clone(), json!({}))).await;
    let edits = answer["result"].as_array().expect("edits");
    let ranges: Vec<String> = edits.iter().map(|it| range(&it["range"])).collect();
    assert_eq!(ranges, ["0:10-0:10", "1:4-1:5", "2:0-2:1"]);
    let after = apply(&text.replace("$0", ""), edits);
    assert_eq!(after, "s = ['😀', 'b']\r\nif s:\r\n    print(s)\r\n");

    client.open("file:///w/formatted.na", &after).await;
    let document = json!({ "textDocument": { "uri": "file:///w/formatted.na" } });
    let answer = client.ask("textDocument/formatting", with(document, json!({}))).await;
    assert_eq!(answer["result"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range() {
    let text = "x=1\ny=2\n$0z=3\n";
    let mut client = Client::running().await;
    let at = open(&mut client, text).await;
    let second = json!({ "range": { "start": { "line": 1, "character": 0 }, "end": { "line": 2, "character": 0 } } });
    let answer = client.ask("textDocument/rangeFormatting", with(at, second)).await;
    let edits = answer["result"].as_array().expect("edits");
    assert_eq!(apply(&text.replace("$0", ""), edits), "x=1\ny = 2\nz=3\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_type() {
    let text = "if x:\n    y\n    else:$0\n";
    let mut client = able().await;
    let at = open(&mut client, text).await;
    let answer = client.ask("textDocument/onTypeFormatting", with(at, json!({ "ch": ":" }))).await;
    let edits = answer["result"].as_array().expect("edits");
    assert_eq!(apply(&text.replace("$0", ""), edits), "if x:\n    y\nelse:\n");

    let at = json!({ "textDocument": { "uri": URI }, "position": { "line": 9, "character": 0 } });
    let answer = client.ask("textDocument/onTypeFormatting", with(at, json!({ "ch": "\n" }))).await;
    assert_eq!(answer["result"], json!([]), "a place that the document has not");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_library_is_not_formatted() {
    let mut client = Client::running().await;
    let document = json!({ "textDocument": { "uri": "danaide:library/math.na" } });
    let answer = client.ask("textDocument/formatting", with(document, json!({}))).await;
    assert_eq!(answer["result"], json!([]));
}
