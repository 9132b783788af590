//! Code actions.

use serde_json::{Value, json};

use super::super::client::{Client, URI, document};
use super::{able, apply};

async fn actions(client: &mut Client, range: Value, only: Option<&str>) -> Vec<Value> {
    let diagnostics = client.ask("textDocument/diagnostic", document(URI)).await["result"]["items"].clone();
    let mut context = json!({ "diagnostics": diagnostics });
    if let Some(only) = only {
        context["only"] = json!([only]);
    }
    let params = json!({ "textDocument": { "uri": URI }, "range": range, "context": context });
    client.ask("textDocument/codeAction", params).await["result"].as_array().expect("a list").clone()
}

fn at(line: u32, from: u32, to: u32) -> Value {
    json!({ "start": { "line": line, "character": from }, "end": { "line": line, "character": to } })
}

#[tokio::test(flavor = "multi_thread")]
async fn fixes_with_their_diagnostics() {
    let text = "x = '😀', sqrt(2)\r\n";
    let mut client = able().await;
    client.open(URI, text).await;
    let all = actions(&mut client, at(0, 10, 10), Some("quickfix")).await;
    let action = all.iter().find(|it| it["title"] == "Import `sqrt` from `math`").expect("an import");
    assert_eq!(action["kind"], "quickfix");
    assert_eq!(action["diagnostics"][0]["code"], "undefined-name");
    let edits = action["edit"]["documentChanges"][0]["edits"].as_array().expect("edits");
    assert_eq!(apply(text, edits), "from math import sqrt\r\nx = '😀', sqrt(2)\r\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn refactorings_and_fix_all() {
    let text = "def f(a):\r\n    return '😀', g(a + 1)\r\nprivate.x = 1\r\n";
    let mut client = able().await;
    client.open(URI, text).await;
    let all = actions(&mut client, at(1, 19, 24), Some("refactor")).await;
    let titles: Vec<&str> = all.iter().filter_map(|it| it["title"].as_str()).collect();
    assert_eq!(titles, ["Extract into a variable"]);
    let edits = all[0]["edit"]["documentChanges"][0]["edits"].as_array().expect("edits");
    assert_eq!(apply(text, edits), "def f(a):\r\n    value = a + 1\r\n    return '😀', g(value)\r\nprivate.x = 1\r\n");
    let all = actions(&mut client, at(0, 0, 0), Some("source.fixAll")).await;
    assert_eq!((all.len(), &all[0]["kind"]), (1, &json!("source.fixAll.danaide")));
    assert_eq!(actions(&mut client, at(1, 0, 0), None).await.len(), 0, "not unless it is asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_come_when_an_action_is_chosen() {
    let text = "def f(a):\r\n    return '😀', g(a + 1)\r\n";
    let literals = json!({ "codeActionKind": { "valueSet": [""] } });
    let capability = json!({
        "codeActionLiteralSupport": literals, "dataSupport": true, "resolveSupport": { "properties": ["edit"] },
    });
    let mut client =
        Client::with_capabilities(json!({ "textDocument": { "diagnostic": {}, "codeAction": capability } })).await;
    client.open(URI, text).await;
    let all = actions(&mut client, at(1, 19, 24), Some("refactor")).await;
    assert_eq!((all.len(), &all[0]["edit"]), (1, &Value::Null));
    let resolved = client.ask("codeAction/resolve", all[0].clone()).await["result"].clone();
    let edits = resolved["edit"]["changes"][URI].as_array().expect("edits");
    assert_eq!(apply(text, edits), "def f(a):\r\n    value = a + 1\r\n    return '😀', g(value)\r\n");
    // In another text it may be something else.
    client.replace(URI, 2, "x = 1\r\n").await;
    assert_eq!(client.ask("codeAction/resolve", all[0].clone()).await["error"]["code"], -32801);
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_for_clients_that_know_no_literals() {
    let capabilities = json!({ "textDocument": { "diagnostic": {} }, "workspace": { "applyEdit": true } });
    let mut client = Client::with_capabilities(capabilities).await;
    client.open(URI, "'😀', sqrt(2)\r\n").await;
    let all = actions(&mut client, at(0, 7, 7), Some("quickfix")).await;
    let import = all.iter().find(|it| it["title"] == "Import `sqrt` from `math`").expect("an import");
    let command = json!({ "command": import["command"], "arguments": import["arguments"] });
    let answer = client.ask("workspace/executeCommand", command).await;
    assert_eq!(answer["error"], Value::Null);
    let asked = client.message("workspace/applyEdit").await;
    let edits = asked["params"]["edit"]["changes"][URI].as_array().expect("edits");
    assert_eq!(apply("'😀', sqrt(2)\r\n", edits), "from math import sqrt\r\n'😀', sqrt(2)\r\n");
    client.reply(&asked, json!({ "applied": true })).await;
    client.text(URI).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn none_for_clients_that_could_do_nothing_with_them() {
    let mut client = Client::running().await;
    client.open(URI, "sqrt(2)\r\n").await;
    let params = json!({ "textDocument": { "uri": URI }, "range": at(0, 0, 1), "context": { "diagnostics": [] } });
    assert_eq!(client.ask("textDocument/codeAction", params).await["result"], Value::Null);
}
