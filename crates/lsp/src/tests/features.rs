//! What a client gets to see.

use serde_json::{Value, json};

use super::client::{Client, URI, document, range, render};

/// A bracket that is never closed, after astral characters and with CRLF.
const BROKEN: &str = "s = '😀é' + \r\ny = 1\r\n";

fn nested() -> Value {
    json!({ "textDocument": {
        "diagnostic": {},
        "publishDiagnostics": { "relatedInformation": true },
        "documentSymbol": {
            "hierarchicalDocumentSymbolSupport": true,
            "symbolKind": { "valueSet": (1..=26).collect::<Vec<_>>() },
        },
    } })
}

#[tokio::test(flavor = "multi_thread")]
async fn diagnostics_on_request() {
    let mut client = Client::running().await;
    client.open(URI, BROKEN).await;
    let answer = client.ask("textDocument/diagnostic", document(URI)).await;
    assert_eq!(answer["result"]["kind"], "full");
    let id = answer["result"]["resultId"].clone();
    let item = &answer["result"]["items"][0];
    assert_eq!(
        (&item["severity"], &item["source"], &item["code"]),
        (&json!(1), &json!("danaide"), &json!("syntax-error"))
    );

    let again = json!({ "textDocument": { "uri": URI }, "previousResultId": id });
    assert_eq!(
        client.ask("textDocument/diagnostic", again.clone()).await["result"],
        json!({ "kind": "unchanged", "resultId": id })
    );

    client.replace(URI, 2, "s = 1\n").await;
    let answer = client.ask("textDocument/diagnostic", again).await;
    assert_eq!(answer["result"]["kind"], "full");
    assert_eq!(answer["result"]["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn diagnostics_link_to_their_explanation_and_have_tags() {
    let text = "x = 1  # danaide: ignore\n";
    let plain = json!({ "textDocument": { "diagnostic": {} } });
    let mut client = Client::with_capabilities(plain).await;
    client.open(URI, text).await;
    let answer = client.ask("textDocument/diagnostic", document(URI)).await;
    let item = &answer["result"]["items"][0];
    assert_eq!((&item["code"], &item["severity"]), (&json!("unused-suppression"), &json!(4)));
    assert_eq!((item.get("codeDescription"), item.get("tags")), (None, None));

    let able = json!({ "textDocument": {
        "diagnostic": {},
        "publishDiagnostics": { "codeDescriptionSupport": true, "tagSupport": { "valueSet": [1, 2] } },
    } });
    let mut client = Client::with_capabilities(able).await;
    client.open(URI, text).await;
    let answer = client.ask("textDocument/diagnostic", document(URI)).await;
    let item = &answer["result"]["items"][0];
    let href = item["codeDescription"]["href"].as_str().expect("a link");
    assert!(href.ends_with("docs/diagnostics.md#unused-suppression"), "{href}");
    assert_eq!(item["tags"], json!([1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_in_the_units_of_the_client() {
    for (encoding, column) in [("utf-8", 14), ("utf-16", 11), ("utf-32", 10)] {
        let capabilities =
            json!({ "general": { "positionEncodings": [encoding] }, "textDocument": { "diagnostic": {} } });
        let mut client = Client::with_capabilities(capabilities).await;
        client.open(URI, BROKEN).await;
        let diagnostics = client.diagnostics(URI).await;
        assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
        assert!(diagnostics[0].starts_with(&format!("0:{column}-")), "{encoding}: {diagnostics:?}");

        // Right after the smile, before the é.
        let at = json!({ "line": 0, "character": match encoding { "utf-8" => 9, "utf-16" => 7, _ => 6 } });
        client.change(URI, 2, json!([{ "range": { "start": at, "end": at }, "text": "!" }])).await;
        assert_eq!(client.text(URI).await, BROKEN.replace('é', "!é"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_place_explains_the_first() {
    let mut client = Client::with_capabilities(nested()).await;
    client.open(URI, "x = (1,\ny = 2\n").await;
    let answer = client.ask("textDocument/diagnostic", document(URI)).await;
    let related = &answer["result"]["items"][0]["relatedInformation"][0];
    assert_eq!(related["location"]["uri"], URI, "{answer}");
    assert_eq!(range(&related["location"]["range"]), "0:4-0:5");
}

#[tokio::test(flavor = "multi_thread")]
async fn diagnostics_are_sent_to_clients_that_do_not_ask() {
    let mut client = Client::with_capabilities(json!({})).await;
    client.open(URI, "x = \n").await;
    let sent = client.message("textDocument/publishDiagnostics").await;
    assert_eq!((&sent["params"]["uri"], &sent["params"]["version"]), (&json!(URI), &json!(1)));
    assert_eq!(render(&sent["params"]["diagnostics"]).len(), 1, "{sent}");

    client.replace(URI, 2, "x = 1\n").await;
    let sent = client.message("textDocument/publishDiagnostics").await;
    assert_eq!(sent["params"], json!({ "uri": URI, "version": 2, "diagnostics": [] }));

    client.replace(URI, 3, "x = \n").await;
    client.message("textDocument/publishDiagnostics").await;
    client.close(URI).await;
    let sent = client.message("textDocument/publishDiagnostics").await;
    assert_eq!(sent["params"], json!({ "uri": URI, "diagnostics": [] }));
}

const PROGRAM: &str =
    "struct P:\n    x: int = 0\n    def norm(self) -> float:\n        return 1.0\n\ndef f(a):\n    return a\n";

#[tokio::test(flavor = "multi_thread")]
async fn symbols_as_a_tree() {
    let mut client = Client::with_capabilities(nested()).await;
    client.open(URI, PROGRAM).await;
    let answer = client.ask("textDocument/documentSymbol", document(URI)).await;
    let mut out = Vec::new();
    fn walk(symbols: &Value, depth: usize, out: &mut Vec<String>) {
        for it in symbols.as_array().into_iter().flatten() {
            let detail = it["detail"].as_str().unwrap_or("-");
            let name = it["name"].as_str().unwrap_or_default();
            let ranges = format!("{} {}", range(&it["range"]), range(&it["selectionRange"]));
            out.push(format!("{}{name} {} {detail} {ranges}", "  ".repeat(depth), it["kind"]));
            walk(&it["children"], depth + 1, out);
        }
    }
    walk(&answer["result"], 0, &mut out);
    assert_eq!(
        out,
        [
            "P 23 - 0:0-3:18 0:7-0:8",
            "  x 8 int 1:4-1:14 1:4-1:5",
            "  norm 6 (self) -> float 2:4-3:18 2:8-2:12",
            "f 12 (a) 5:0-6:12 5:4-5:5",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn symbols_as_a_list() {
    let mut client = Client::running().await;
    client.open(URI, PROGRAM).await;
    let answer = client.ask("textDocument/documentSymbol", document(URI)).await;
    let symbols: Vec<String> = (answer["result"].as_array().expect("a list").iter())
        .map(|it| format!("{} {} {} {}", it["name"], it["kind"], it["containerName"], range(&it["location"]["range"])))
        .collect();
    assert_eq!(
        symbols,
        [r#""P" 5 null 0:0-3:18"#, r#""x" 8 "P" 1:4-1:14"#, r#""norm" 6 "P" 2:4-3:18"#, r#""f" 12 null 5:0-6:12"#,]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn folds() {
    const TEXT: &str = "# a\n# b\nx = [\n    1,\n]\ndef f():\n    if x:\n        y()\n";
    let folds = async |capabilities: Value| {
        let mut client = Client::with_capabilities(json!({ "textDocument": { "foldingRange": capabilities } })).await;
        client.open(URI, TEXT).await;
        client.ask("textDocument/foldingRange", document(URI)).await["result"].clone()
    };
    assert_eq!(
        folds(json!({})).await,
        json!([
            { "startLine": 0, "startCharacter": 3, "endLine": 1, "endCharacter": 3, "kind": "comment" },
            { "startLine": 2, "startCharacter": 5, "endLine": 3, "endCharacter": 6 },
            { "startLine": 5, "startCharacter": 8, "endLine": 7, "endCharacter": 11 },
            { "startLine": 6, "startCharacter": 9, "endLine": 7, "endCharacter": 11 },
        ])
    );
    assert_eq!(
        folds(json!({ "lineFoldingOnly": true, "rangeLimit": 3 })).await,
        json!([
            { "startLine": 0, "endLine": 1, "kind": "comment" },
            { "startLine": 2, "endLine": 3 },
            { "startLine": 5, "endLine": 7 },
        ])
    );
}
