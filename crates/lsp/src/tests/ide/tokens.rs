//! Semantic tokens and inlay hints.

use serde_json::{Value, json};

use super::super::client::{Client, URI, document};
use super::able;

/// Each token as `line:column+length type`.
fn decode(data: &Value, legend: &Value) -> Vec<String> {
    let numbers: Vec<u64> = data.as_array().expect("numbers").iter().map(|it| it.as_u64().unwrap()).collect();
    let (mut line, mut column) = (0, 0);
    numbers
        .chunks(5)
        .map(|it| {
            column = if it[0] == 0 { column + it[1] } else { it[1] };
            line += it[0];
            let kind = legend["tokenTypes"][it[3] as usize].as_str().unwrap_or_default();
            format!("{line}:{column}+{} {kind}", it[2])
        })
        .collect()
}

async fn legend(client: &mut Client) -> Value {
    // A second `initialize` is refused: the legend is what every server of this version has.
    let _ = client;
    let legend = crate::handlers::semantic_tokens::legend();
    serde_json::to_value(legend).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_in_units_of_the_client_and_line_by_line() {
    let text = "s = '😀', 1\r\nt = '''a😀\r\nb'''\r\ndef f(n): return n\r\n";
    let mut client = Client::running().await;
    let legend = legend(&mut client).await;
    client.open(URI, text).await;
    let answer = client.ask("textDocument/semanticTokens/full", document(URI)).await;
    assert_eq!(
        decode(&answer["result"]["data"], &legend),
        [
            "0:0+1 variable",
            "0:4+4 string",
            "0:10+1 number",
            "1:0+1 variable",
            "1:4+6 string",
            "2:0+4 string",
            "3:0+3 keyword",
            "3:4+1 function",
            "3:6+1 parameter",
            "3:10+6 keyword",
            "3:17+1 parameter",
        ]
    );
    let range = json!({ "start": { "line": 3, "character": 0 }, "end": { "line": 3, "character": 9 } });
    let params = json!({ "textDocument": { "uri": URI }, "range": range });
    let answer = client.ask("textDocument/semanticTokens/range", params).await;
    assert_eq!(decode(&answer["result"]["data"], &legend), ["3:0+3 keyword", "3:4+1 function", "3:6+1 parameter"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_the_last_answer() {
    let mut client = Client::running().await;
    client.open(URI, "a = '😀'\r\nb = 1\r\nc = a\r\n").await;
    let answer = client.ask("textDocument/semanticTokens/full", document(URI)).await;
    let before: Vec<Value> = answer["result"]["data"].as_array().expect("numbers").clone();
    let id = answer["result"]["resultId"].clone();

    client.replace(URI, 2, "a = '😀'\r\nb = 1, '😀'\r\nc = a\r\n").await;
    let params = json!({ "textDocument": { "uri": URI }, "previousResultId": id });
    let answer = client.ask("textDocument/semanticTokens/full/delta", params.clone()).await;
    let edits = answer["result"]["edits"].as_array().expect("edits").clone();
    assert_eq!(edits.len(), 1, "{answer}");
    let mut after = before.clone();
    let start = edits[0]["start"].as_u64().unwrap() as usize;
    let count = edits[0]["deleteCount"].as_u64().unwrap() as usize;
    after.splice(start..start + count, edits[0]["data"].as_array().unwrap().iter().cloned());
    let full = client.ask("textDocument/semanticTokens/full", document(URI)).await;
    assert_eq!(full["result"]["data"], json!(after));
    assert!(count + edits[0]["data"].as_array().unwrap().len() < before.len());

    // An answer that is not known any more gives everything.
    let answer = client.ask("textDocument/semanticTokens/full/delta", params).await;
    assert_eq!(answer["result"]["data"], json!(after));
}

#[tokio::test(flavor = "multi_thread")]
async fn hints_and_where_they_lead() {
    let text = "struct P:\r\n    left: int\r\n    top: int\r\ns = '😀'; p = [P(1, 2)][0]\r\n";
    let mut client = able().await;
    client.open(URI, text).await;
    let range = json!({ "start": { "line": 3, "character": 0 }, "end": { "line": 4, "character": 0 } });
    let params = json!({ "textDocument": { "uri": URI }, "range": range });
    let answer = client.ask("textDocument/inlayHint", params).await;
    let hints = answer["result"].as_array().expect("hints").clone();
    let all: Vec<String> = (hints.iter())
        .map(|it| format!("{}:{} {}", it["position"]["line"], it["position"]["character"], it["label"][0]["value"]))
        .collect();
    assert_eq!(all, [r#"3:11 ": P""#, r#"3:17 "left=""#, r#"3:20 "top=""#]);
    let answer = client.ask("inlayHint/resolve", hints[0].clone()).await;
    let part = &answer["result"]["label"][0];
    assert_eq!(part["location"]["uri"], URI);
    assert_eq!(part["location"]["range"]["start"], json!({ "line": 0, "character": 7 }));
}
