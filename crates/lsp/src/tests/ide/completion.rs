//! Completion and signature help.

use std::sync::Arc;

use danaide_analysis::MemoryFileSystem;
use serde_json::{Value, json};

use super::super::client::{Client, URI, range};
use super::{able, apply, mark, open};

fn find<'a>(answer: &'a Value, label: &str) -> &'a Value {
    let items = answer["result"]["items"].as_array().expect("items");
    items.iter().find(|it| it["label"] == label).unwrap_or_else(|| panic!("{label} in {answer}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn members_after_wide_characters() {
    let text =
        "struct P:\r\n    size: int = 0\r\n    def grow(self, by: int): pass\r\np = P()\r\nx = '😀', p.gr$0ab\r\n";
    let mut client = able().await;
    let at = open(&mut client, text).await;
    let answer = client.ask("textDocument/completion", at).await;
    let item = find(&answer, "grow");
    assert_eq!(item["labelDetails"]["detail"], "(by: int)");
    assert_eq!(item["textEdit"]["newText"], "grow($1)$0");
    assert_eq!(item["insertTextFormat"], 2);
    assert_eq!(range(&item["textEdit"]["insert"]), "4:12-4:14");
    assert_eq!(range(&item["textEdit"]["replace"]), "4:12-4:16");

    // A client that takes no snippets and knows one kind of edit.
    let mut client = Client::running().await;
    let at = open(&mut client, text).await;
    let answer = client.ask("textDocument/completion", at).await;
    let item = find(&answer, "grow");
    assert_eq!((&item["textEdit"]["newText"], &item["detail"]), (&json!("grow"), &json!("(by: int)")));
    assert_eq!(range(&item["textEdit"]["range"]), "4:12-4:14");
    let (text, _) = mark(text);
    let after = apply(&text, std::slice::from_ref(&item["textEdit"]));
    assert!(after.ends_with("x = '😀', p.growab\r\n"), "{after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn documentation_and_imports_come_later() {
    let lib = "def helper(n):\r\n    \"\"\"Helps.\"\"\"\r\n    return n\r\n";
    let text = "\"\"\"😀\"\"\"\r\nimport math\r\nx = '😀', help$0\r\n";
    let files = MemoryFileSystem::from_files([("/w/lib.na", lib)]);
    let resolves = json!({ "textDocument": { "completion": { "completionItem": {
        "resolveSupport": { "properties": ["documentation", "additionalTextEdits"] },
    } } } });
    for (capabilities, is_later) in [(resolves, true), (json!({}), false)] {
        let mut client = Client::with_files(Arc::clone(&files), capabilities).await;
        client.open("file:///w/lib.na", lib).await;
        let at = open(&mut client, text).await;
        let answer = client.ask("textDocument/completion", at).await;
        let item = find(&answer, "helper").clone();
        assert_eq!(item.get("documentation"), None);
        assert_eq!(item.get("additionalTextEdits").is_none(), is_later);
        let answer = client.ask("completionItem/resolve", item).await;
        let item = &answer["result"];
        assert!(item["documentation"]["value"].as_str().is_some_and(|it| it.contains("Helps.")), "{item}");
        let mut edits = item["additionalTextEdits"].as_array().expect("an import").clone();
        edits.push(item["textEdit"].clone());
        let (text, _) = mark(text);
        let expected = "\"\"\"😀\"\"\"\r\nimport math\r\nfrom lib import helper\r\nx = '😀', helper\r\n";
        assert_eq!(apply(&text, &edits), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signatures() {
    let text = "def f(naïve: str = '😀', b: int = 1): pass\r\nx = '😀' | f($0)\r\n";
    let mut client = able().await;
    let at = open(&mut client, text).await;
    let answer = client.ask("textDocument/signatureHelp", at).await;
    let help = &answer["result"];
    assert_eq!(help["signatures"][0]["label"], "f(naïve: str = '😀', b: int = 1) -> None");
    // The piped value is the first argument; offsets count in UTF-16.
    assert_eq!(help["activeParameter"], 1);
    assert_eq!(help["signatures"][0]["parameters"][1]["label"], json!([21, 31]));

    let mut client = Client::running().await;
    let at = open(&mut client, text).await;
    let answer = client.ask("textDocument/signatureHelp", at).await;
    assert_eq!(answer["result"]["signatures"][0]["parameters"][1]["label"], "b: int = 1");
    client.close(URI).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_that_a_client_does_not_know_are_others() {
    let kinds = json!({ "textDocument": { "completion": { "completionItemKind": { "valueSet": [7, 21, 22] } } } });
    for (capabilities, constant, record) in [(kinds, 21, 22), (json!({}), 6, 7)] {
        let mut client = Client::with_capabilities(capabilities).await;
        let at = open(&mut client, "LIMIT = '😀'\r\nstruct Limited:\r\n    x: int\r\nprint(Lim$0)\r\n").await;
        let answer = client.ask("textDocument/completion", at).await;
        assert_eq!(find(&answer, "LIMIT")["kind"], constant);
        assert_eq!(find(&answer, "Limited")["kind"], record);
    }
}
