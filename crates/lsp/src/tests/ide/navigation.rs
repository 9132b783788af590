//! Go to, hover, references, highlights, rename, symbols, hierarchies, selections, links, lenses.

use std::sync::Arc;

use danaide_analysis::MemoryFileSystem;
use serde_json::json;

use super::super::client::{Client, URI, document, range};
use super::{able, apply, mark, open, place};

const TEXT: &str = "s = '😀'; name = 1\r\nprint(s, '😀', na$0me, name)\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn definition_as_links_and_as_locations() {
    let mut client = able().await;
    let at = open(&mut client, TEXT).await;
    let answer = client.ask("textDocument/definition", at).await;
    let link = &answer["result"][0];
    assert_eq!(link["targetUri"], URI);
    assert_eq!(range(&link["targetSelectionRange"]), "0:10-0:14");
    assert_eq!(range(&link["originSelectionRange"]), "1:15-1:19");

    let mut client = Client::running().await;
    let at = open(&mut client, TEXT).await;
    let answer = client.ask("textDocument/definition", at.clone()).await;
    assert_eq!(place(&answer["result"][0]), "a.na 0:10-0:14");
    for method in ["declaration", "typeDefinition"] {
        let answer = client.ask(&format!("textDocument/{method}"), at.clone()).await;
        assert!(answer["result"].is_array(), "{method}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn implementations_of_an_interface() {
    let text =
        "interface Sha$0pe:\r\n    area() -> float\r\nstruct Dot:\r\n    def area(self) -> float: return 0.0\r\n";
    let mut client = Client::running().await;
    let at = open(&mut client, text).await;
    let answer = client.ask("textDocument/implementation", at).await;
    assert_eq!(place(&answer["result"][0]), "a.na 2:7-2:10");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_library_is_a_document() {
    let mut client = Client::running().await;
    let at = open(&mut client, "import math\r\nmath.sq$0rt(2)\r\n").await;
    let answer = client.ask("textDocument/definition", at).await;
    let uri = answer["result"][0]["uri"].as_str().expect("a place").to_owned();
    assert_eq!(uri, "danaide:library/math.na");
    let answer = client.ask("danaide/text", document(&uri)).await;
    assert!(answer["result"].as_str().is_some_and(|it| it.contains("def sqrt(")), "{answer}");
    // It can be asked about like any other.
    let answer = client.ask("textDocument/documentSymbol", document(&uri)).await;
    assert!(answer["result"].as_array().is_some_and(|it| it.len() > 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn hover_as_markdown_and_as_text() {
    let text = "def f(😀: int): pass\r\ndef area(w: float) -> float:\r\n    \"\"\"The `area`.\"\"\"\r\n    return w\r\nare$0a(1.0)\r\n";
    let text = text.replace('😀', "n");
    let mut client = able().await;
    let at = open(&mut client, &text).await;
    let answer = client.ask("textDocument/hover", at).await;
    assert_eq!(answer["result"]["contents"]["kind"], "markdown");
    let value = "```dana\ndef area(w: float) -> float\n```\n\nno effects\n\n---\n\nThe `area`.";
    assert_eq!(answer["result"]["contents"]["value"], value);
    assert_eq!(range(&answer["result"]["range"]), "4:0-4:4");

    let mut client = Client::running().await;
    let at = open(&mut client, &text).await;
    let answer = client.ask("textDocument/hover", at).await;
    let contents = &answer["result"]["contents"];
    assert_eq!(
        contents,
        &json!({ "kind": "plaintext", "value": "def area(w: float) -> float\n\nno effects\n\nThe area." })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn references_and_highlights() {
    let mut client = Client::running().await;
    let mut at = open(&mut client, TEXT).await;
    let answer = client.ask("textDocument/documentHighlight", at.clone()).await;
    let all: Vec<String> = (answer["result"].as_array().expect("a list").iter())
        .map(|it| format!("{} {}", it["kind"], range(&it["range"])))
        .collect();
    assert_eq!(all, ["3 0:10-0:14", "2 1:15-1:19", "2 1:21-1:25"]);
    at["context"] = json!({ "includeDeclaration": false });
    let answer = client.ask("textDocument/references", at).await;
    let all: Vec<String> = answer["result"].as_array().expect("a list").iter().map(place).collect();
    assert_eq!(all, ["a.na 1:15-1:19", "a.na 1:21-1:25"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn places_that_are_typed_in_together() {
    let mut client = Client::running().await;
    let at = open(&mut client, "def f():\r\n    s = '😀'; it$0em = s; print('😀', item)\r\n").await;
    let answer = client.ask("textDocument/linkedEditingRange", at).await;
    let all: Vec<String> = answer["result"]["ranges"].as_array().expect("a list").iter().map(range).collect();
    assert_eq!(all, ["1:14-1:18", "1:36-1:40"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rename_across_files() {
    let lib = "greeting = '😀'\r\ndef hello(n): return '😀', n  # hello\r\n";
    let main = "from lib import hello\r\nprint('😀 hello', hel$0lo(1), '😀', hello(2))\r\n";
    let files = MemoryFileSystem::from_files([("/w/lib.na", lib)]);
    let capabilities = json!({ "workspace": { "workspaceEdit": { "documentChanges": true } } });
    let mut client = Client::with_files(Arc::clone(&files), capabilities).await;
    client.open("file:///w/lib.na", lib).await;
    let mut at = open(&mut client, main).await;
    let answer = client.ask("textDocument/prepareRename", at.clone()).await;
    assert_eq!(answer["result"]["placeholder"], "hello");
    assert_eq!(range(&answer["result"]["range"]), "1:18-1:23");
    at["newName"] = json!("greet");
    let answer = client.ask("textDocument/rename", at.clone()).await;
    let changes = answer["result"]["documentChanges"].as_array().expect("changes").clone();
    let (main, _) = mark(main);
    for (uri, text, expected) in [
        (URI, main.as_str(), "from lib import greet\r\nprint('😀 hello', greet(1), '😀', greet(2))\r\n"),
        ("file:///w/lib.na", lib, "greeting = '😀'\r\ndef greet(n): return '😀', n  # hello\r\n"),
    ] {
        let change = changes.iter().find(|it| it["textDocument"]["uri"] == uri).expect("a change of the file");
        assert_eq!(change["textDocument"]["version"], 1);
        assert_eq!(apply(text, change["edits"].as_array().expect("edits")), expected);
    }
    at["newName"] = json!("while");
    let answer = client.ask("textDocument/rename", at).await;
    assert_eq!(answer["error"], json!({ "code": -32803, "message": "`while` is a keyword" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn renamed_files_are_imported_by_their_new_names() {
    let text = "s = '😀'; import lib\r\nprint('😀', lib.x)\r\n";
    let files = MemoryFileSystem::from_files([("/w/lib.na", "x = 1\r\n")]);
    let mut client = Client::with_files(Arc::clone(&files), json!({})).await;
    client.open(URI, text).await;
    client.open("file:///w/lib.na", "x = 1\r\n").await;
    let renamed = json!({ "files": [{ "oldUri": "file:///w/lib.na", "newUri": "file:///w/tools.na" }] });
    let answer = client.ask("workspace/willRenameFiles", renamed).await;
    let edits = answer["result"]["changes"][URI].as_array().expect("edits");
    assert_eq!(apply(text, edits), "s = '😀'; import tools\r\nprint('😀', tools.x)\r\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn symbols_of_the_workspace() {
    let mut client = Client::running().await;
    client.open(URI, "x = '😀'\r\ndef parse_graph(): pass\r\n").await;
    let answer = client.ask("workspace/symbol", json!({ "query": "pgr" })).await;
    let symbol = &answer["result"][0];
    assert_eq!(symbol["name"], "parse_graph");
    assert_eq!(place(&symbol["location"]), "a.na 1:4-1:15");
}

#[tokio::test(flavor = "multi_thread")]
async fn hierarchies() {
    let mut client = able().await;
    let at = open(&mut client, "def le$0af(n): return n\r\ndef mid(s='😀'): return '😀', leaf(1)\r\n").await;
    let answer = client.ask("textDocument/prepareCallHierarchy", at).await;
    let item = answer["result"][0].clone();
    let answer = client.ask("callHierarchy/incomingCalls", json!({ "item": item })).await;
    let call = &answer["result"][0];
    assert_eq!(call["from"]["name"], "mid");
    assert_eq!(range(&call["fromRanges"][0]), "1:30-1:34");
    let answer = client.ask("callHierarchy/outgoingCalls", json!({ "item": call["from"] })).await;
    assert_eq!(answer["result"][0]["to"]["name"], "leaf");

    client.replace(URI, 2, "struct Base:\r\n    x: int\r\nstruct Sub(Base):\r\n    y: int\r\n").await;
    let at = json!({ "textDocument": { "uri": URI }, "position": { "line": 2, "character": 8 } });
    let answer = client.ask("textDocument/prepareTypeHierarchy", at).await;
    let item = answer["result"][0].clone();
    assert_eq!(item["name"], "Sub");
    let answer = client.ask("typeHierarchy/supertypes", json!({ "item": item })).await;
    let base = answer["result"][0].clone();
    assert_eq!(base["name"], "Base");
    let answer = client.ask("typeHierarchy/subtypes", json!({ "item": base })).await;
    assert_eq!(answer["result"][0]["name"], "Sub");
}

#[tokio::test(flavor = "multi_thread")]
async fn selections_and_links() {
    let mut client = Client::running().await;
    client.open(URI, "import math\r\nx = f('😀', a + b)\r\n").await;
    let positions = json!([{ "line": 1, "character": 12 }, { "line": 1, "character": 0 }]);
    let params = json!({ "textDocument": { "uri": URI }, "positions": positions });
    let answer = client.ask("textDocument/selectionRange", params).await;
    let first = &answer["result"][0];
    assert_eq!(range(&first["range"]), "1:12-1:13");
    assert_eq!(range(&first["parent"]["range"]), "1:12-1:17");
    assert_eq!(range(&answer["result"][1]["range"]), "1:0-1:1");
    let answer = client.ask("textDocument/documentLink", document(URI)).await;
    assert_eq!(answer["result"][0]["target"], "danaide:library/math.na");
    assert_eq!(range(&answer["result"][0]["range"]), "0:7-0:11");
}

#[tokio::test(flavor = "multi_thread")]
async fn lenses_for_the_commands_of_server_and_client() {
    let text = "workflow w = str | print\r\nw('😀')\r\n";
    let mut client = able().await;
    client.open(URI, text).await;
    let answer = client.ask("textDocument/codeLens", document(URI)).await;
    let titles: Vec<&str> =
        answer["result"].as_array().expect("a list").iter().filter_map(|it| it["command"]["title"].as_str()).collect();
    assert_eq!(titles, ["Run", "Graph"]);
    assert_eq!(answer["result"][0]["command"]["arguments"], json!([{ "uri": URI, "function": "w" }]));
    let last = answer["result"][2].clone();
    let answer = client.ask("codeLens/resolve", last).await;
    assert_eq!(answer["result"]["command"]["title"], "1 reference");
    assert_eq!(answer["result"]["command"]["command"], "danaide.showReferences");

    let mut client = Client::running().await;
    client.open(URI, text).await;
    let answer = client.ask("textDocument/codeLens", document(URI)).await;
    let kinds: Vec<&str> = answer["result"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["command"]["command"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(kinds, ["danaide.run", ""]);
}
