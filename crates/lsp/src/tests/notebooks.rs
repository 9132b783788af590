//! A client with notebooks.

use danaide_analysis::MemoryFileSystem;
use serde_json::{Value, json};

use super::client::{Client, document, range, render};

const NOTEBOOK: &str = "file:///w/trip.ipynb";

fn cell(number: usize) -> String {
    format!("vscode-notebook-cell:/w/trip.ipynb#W{number}")
}

async fn able(capabilities: Value) -> Client {
    let mut all = json!({ "notebookDocument": { "synchronization": {} } });
    for (name, value) in capabilities.as_object().expect("an object") {
        all[name] = value.clone();
    }
    let files = MemoryFileSystem::from_files([("/w/prices.na", "def price_of(name: str) -> float:\n    return 1.5\n")]);
    let folder = json!([{ "uri": "file:///w", "name": "w" }]);
    let params = json!({ "processId": null, "capabilities": all, "workspaceFolders": folder });
    Client::initialized(files, params).await
}

/// A client that asks for diagnostics, with a notebook of these cells. One of Markdown is between the first two.
async fn open(cells: &[&str]) -> Client {
    let mut client = able(json!({ "textDocument": { "diagnostic": {} } })).await;
    open_in(&mut client, cells).await;
    client
}

async fn open_in(client: &mut Client, cells: &[&str]) {
    let mut order: Vec<Value> = (0..cells.len()).map(|it| json!({ "kind": 2, "document": cell(it) })).collect();
    order.insert(1.min(order.len()), json!({ "kind": 1, "document": "vscode-notebook-cell:/w/trip.ipynb#text" }));
    let text = |(number, text): (usize, &&str)| item(number, text);
    let texts: Vec<Value> = cells.iter().enumerate().map(text).collect();
    let notebook = json!({ "uri": NOTEBOOK, "notebookType": "jupyter-notebook", "version": 1, "cells": order });
    let params = json!({ "notebookDocument": notebook, "cellTextDocuments": texts });
    client.notify("notebookDocument/didOpen", params).await;
}

fn item(number: usize, text: &str) -> Value {
    json!({ "uri": cell(number), "languageId": "dana", "version": 1, "text": text })
}

async fn change(client: &mut Client, cells: Value) {
    let document = json!({ "uri": NOTEBOOK, "version": 2 });
    let params = json!({ "notebookDocument": document, "change": { "cells": cells } });
    client.notify("notebookDocument/didChange", params).await;
}

fn at(number: usize, line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": cell(number) }, "position": { "line": line, "character": character } })
}

/// `cell line:column-line:column` of a place in a notebook.
fn place(location: &Value) -> String {
    let uri = location["uri"].as_str().or(location["targetUri"].as_str()).unwrap_or("no URI");
    let place = if location["range"].is_null() { &location["targetSelectionRange"] } else { &location["range"] };
    format!("{} {}", uri.rsplit(['#', '/']).next().unwrap_or_default(), range(place))
}

fn places(locations: &Value) -> Vec<String> {
    let mut all: Vec<String> = locations.as_array().expect("a list").iter().map(place).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn only_clients_with_notebooks_are_offered_them() {
    for (capabilities, is_offered) in
        [(json!({}), false), (json!({ "notebookDocument": { "synchronization": {} } }), true)]
    {
        let mut client = Client::start();
        let answer = client.ask("initialize", json!({ "processId": null, "capabilities": capabilities })).await;
        let offered = &answer["result"]["capabilities"]["notebookDocumentSync"];
        assert_eq!(offered["notebookSelector"][0]["cells"][0]["language"] == "dana", is_offered, "{offered}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_see_the_names_of_those_before() {
    let mut client = open(&["city = 'Oslo'\nprint(city)", "print(city)\nprint(citty)", "print(nothing)"]).await;
    assert!(client.diagnostics(&cell(0)).await.is_empty());
    assert_eq!(
        client.diagnostics(&cell(1)).await,
        ["1:6-1:11 undefined-name `citty` is not defined; did you mean `city`?"]
    );
    assert_eq!(client.diagnostics(&cell(2)).await, ["0:6-0:13 undefined-name `nothing` is not defined"]);
    // Nothing is said about the notebook as a file.
    let all = client.ask("workspace/diagnostic", json!({ "previousResultIds": [] })).await;
    let of_notebooks = all["result"]["items"].as_array().expect("items").iter();
    assert_eq!(of_notebooks.filter(|it| it["uri"].as_str().is_some_and(|it| it.contains("ipynb"))).count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn diagnostics_are_sent_for_each_cell() {
    let mut client = able(json!({})).await;
    open_in(&mut client, &["x = 1", "print(y)"]).await;
    let of = |number: usize| move |it: &Value| it["params"]["uri"] == cell(number);
    let second = client.find(of(1)).await;
    assert_eq!(render(&second["params"]["diagnostics"]), ["0:6-0:7 undefined-name `y` is not defined"]);
    assert_eq!(second["params"]["version"], 1);
    assert!(render(&client.find(of(0)).await["params"]["diagnostics"]).is_empty());

    let edit = json!({ "range": { "start": { "line": 0, "character": 6 }, "end": { "line": 0, "character": 7 } }, "text": "x" });
    let content = json!([{ "document": { "uri": cell(1), "version": 2 }, "changes": [edit] }]);
    change(&mut client, json!({ "textContent": content })).await;
    let mended = client.find(|it| of(1)(it) && it["params"]["version"] == 2).await;
    assert!(render(&mended["params"]["diagnostics"]).is_empty());

    let content = json!([{ "document": { "uri": cell(0), "version": 2 }, "changes": [{ "text": "z = 1" }] }]);
    change(&mut client, json!({ "textContent": content })).await;
    let broken = client.find(|it| of(1)(it) && !it["params"]["diagnostics"].as_array().unwrap().is_empty()).await;
    assert_eq!(broken["params"]["version"], 2);
    client
        .notify(
            "notebookDocument/didClose",
            json!({ "notebookDocument": { "uri": NOTEBOOK }, "cellTextDocuments": [] }),
        )
        .await;
    let closed = client.find(|it| of(1)(it) && it["params"]["diagnostics"].as_array().unwrap().is_empty()).await;
    assert!(closed["params"].get("version").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_come_go_and_move() {
    let mut client = open(&["a = 1", "print(a)"]).await;
    assert!(client.diagnostics(&cell(1)).await.is_empty());
    // A cell above all.
    let array = json!({ "start": 0, "deleteCount": 0, "cells": [{ "kind": 2, "document": cell(7) }] });
    change(&mut client, json!({ "structure": { "array": array, "didOpen": [item(7, "b = 2\nc = 3\n")] } })).await;
    let hover = client.ask("textDocument/hover", at(1, 0, 6)).await;
    assert_eq!(range(&hover["result"]["range"]), "0:6-0:7");
    // The cell that defines the name goes behind the one that uses it.
    let array = json!({ "start": 1, "deleteCount": 1 });
    change(&mut client, json!({ "structure": { "array": array, "didOpen": [], "didClose": [{ "uri": cell(0) }] } }))
        .await;
    assert_eq!(client.diagnostics(&cell(1)).await, ["0:6-0:7 undefined-name `a` is not defined"]);
    let array = json!({ "start": 3, "deleteCount": 0, "cells": [{ "kind": 2, "document": cell(0) }] });
    change(&mut client, json!({ "structure": { "array": array, "didOpen": [item(0, "a = 1")] } })).await;
    assert_eq!(
        client.diagnostics(&cell(1)).await,
        ["0:6-0:7 unbound-name `a` has no value here: it is assigned later, or deleted"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn places_are_in_the_cells() {
    let text = "def area(w: int) -> int:\n    return w * w\n";
    let mut client = open(&[text, "from prices import price_of\n\nn = area(3)", "print(area(n), price_of('a'))"]).await;
    let found = client.ask("textDocument/definition", at(2, 0, 8)).await;
    let found = if found["result"].is_array() { found["result"].clone() } else { json!([found["result"]]) };
    assert_eq!(places(&found), ["W0 0:4-0:8"]);
    let mut params = at(0, 0, 5);
    params["context"] = json!({ "includeDeclaration": true });
    let found = client.ask("textDocument/references", params).await;
    assert_eq!(places(&found["result"]), ["W0 0:4-0:8", "W1 2:4-2:8", "W2 0:6-0:10"]);
    let found = client.ask("textDocument/documentHighlight", at(1, 2, 5)).await;
    let here: Vec<String> = found["result"].as_array().unwrap().iter().map(|it| range(&it["range"])).collect();
    assert_eq!(here, ["2:4-2:8"]);
    // A module beside the notebook.
    let found = client.ask("textDocument/definition", at(2, 0, 17)).await;
    let found = if found["result"].is_array() { found["result"].clone() } else { json!([found["result"]]) };
    assert_eq!(places(&found), ["prices.na 0:4-0:12"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rename_edits_each_cell() {
    let mut client = able(json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "workspaceEdit": { "documentChanges": true } },
    }))
    .await;
    open_in(&mut client, &["x = 1\n", "y = x", "print(x, y)"]).await;
    let mut params = at(1, 0, 4);
    params["newName"] = json!("z");
    let answer = client.ask("textDocument/rename", params).await;
    let changes = answer["result"]["documentChanges"].as_array().expect("changes");
    let edits = |it: &Value| {
        let ranges = it["edits"].as_array().unwrap().iter().map(|it| range(&it["range"])).collect::<Vec<_>>();
        format!("{} {}", it["textDocument"]["uri"].as_str().unwrap().rsplit('#').next().unwrap(), ranges.join(" "))
    };
    let mut found: Vec<String> = changes.iter().map(edits).collect();
    found.sort();
    assert_eq!(found, ["W0 0:0-0:1", "W1 0:4-0:5", "W2 0:6-0:7"]);
    assert_eq!(changes[0]["textDocument"]["version"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_about_a_document_is_answered_for_the_cell() {
    let mut client =
        open(&["def f(a: int) -> int:\n    return a\n", "def g(b: int) -> int:\n    return f(b)\n", "h = g(1)"]).await;
    let symbols = client.ask("textDocument/documentSymbol", document(&cell(1))).await;
    let names: Vec<&str> =
        symbols["result"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["g"]);
    let folds = client.ask("textDocument/foldingRange", document(&cell(1))).await;
    assert_eq!((&folds["result"][0]["startLine"], &folds["result"][1]), (&json!(0), &Value::Null));
    let tokens = client.ask("textDocument/semanticTokens/full", document(&cell(2))).await;
    let data = tokens["result"]["data"].as_array().unwrap();
    assert_eq!((&data[0], &data[1], data.len() % 5), (&json!(0), &json!(0), 0), "{data:?}");
    let all = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let mut params = document(&cell(2));
    params["range"] = all;
    let hints = client.ask("textDocument/inlayHint", params).await;
    let lines: Vec<&Value> = hints["result"].as_array().unwrap().iter().map(|it| &it["position"]["line"]).collect();
    assert!(!lines.is_empty() && lines.iter().all(|it| **it == json!(0)), "{hints}");
    let lenses = client.ask("textDocument/codeLens", document(&cell(1))).await;
    let lens = lenses["result"].as_array().unwrap().iter().find(|it| it["data"]["danaideCell"] == cell(1)).unwrap();
    assert_eq!(lens["range"]["start"]["line"], 0);
    let resolved = client.ask("codeLens/resolve", lens.clone()).await;
    assert_eq!(resolved["result"]["command"]["title"], "1 reference");
    assert_eq!(resolved["result"]["range"]["start"]["line"], 0);
    let mut params = document(&cell(1));
    params["positions"] = json!([{ "line": 1, "character": 11 }]);
    let mut selection = client.ask("textDocument/selectionRange", params).await["result"][0].take();
    let mut lines = Vec::new();
    while !selection.is_null() {
        lines.push(selection["range"]["end"]["line"].as_u64().unwrap());
        selection = selection["parent"].take();
    }
    assert!(lines.len() > 2 && lines.iter().all(|it| *it <= 2), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_and_graphs_of_cells() {
    let mut client = able(json!({ "experimental": { "danaide": { "runs": true } } })).await;
    let fetch = "def fetch(name: str) -> str:\n    sleep(0.01)\n    return name\n";
    open_in(&mut client, &[fetch, "a = fetch('a')\nb = fetch('b')\nprint(a + b)", "print(1 / 0)"]).await;
    let graph = client.ask("danaide/taskGraph", document(&cell(1))).await["result"]["graph"].take();
    assert_eq!(graph["uri"], cell(1));
    let nodes = graph["graphs"][0]["nodes"].as_array().expect("tasks");
    let lines: Vec<&Value> = nodes.iter().map(|it| &it["range"]["start"]["line"]).collect();
    assert_eq!(lines, [&json!(0), &json!(1)], "{graph}");
    // The selected lines of a cell, with the definitions of the cells before it.
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 2, "character": 12 } });
    let params = json!({ "command": "danaide.runSelection", "arguments": [{ "uri": cell(1), "range": range }] });
    assert!(client.ask("workspace/executeCommand", params).await["result"]["run"].is_string());
    let finished = client.message("danaide/runFinished").await;
    assert_eq!(finished["params"]["outcome"], "done", "{finished}");
    // All of the notebook; what fails is shown in its cell.
    let params = json!({ "command": "danaide.run", "arguments": [{ "uri": cell(1) }] });
    assert!(client.ask("workspace/executeCommand", params).await["result"]["run"].is_string());
    let finished = client.message("danaide/runFinished").await["params"]["error"].take();
    assert_eq!(place(&finished), "W2 0:6-0:11", "{finished}");
    let marked =
        |it: &Value| it["params"]["uri"] == cell(2) && it["params"]["diagnostics"][0]["source"] == "danaide run";
    assert_eq!(client.find(marked).await["params"]["diagnostics"][0]["range"]["start"]["line"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cell_is_formatted_by_itself() {
    let mut client = open(&["x=1", "def f( a ):\n  return a", "print( f(x) )"]).await;
    let mut texts = Vec::new();
    for (number, text) in ["x=1", "def f( a ):\n  return a", "print( f(x) )"].iter().enumerate() {
        let mut params = document(&cell(number));
        params["options"] = json!({ "tabSize": 4, "insertSpaces": true });
        let answer = client.ask("textDocument/formatting", params).await;
        texts.push(applied(text, &answer["result"]));
    }
    assert_eq!(texts, ["x = 1", "def f(a):\n    return a", "print(f(x))"]);
}

/// A text after edits; columns are bytes.
fn applied(text: &str, edits: &Value) -> String {
    let offset = |it: &Value| {
        let line = usize::try_from(it["line"].as_u64().unwrap()).unwrap();
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        start + usize::try_from(it["character"].as_u64().unwrap()).unwrap()
    };
    let mut out = text.to_owned();
    for edit in edits.as_array().unwrap().iter().rev() {
        let range = offset(&edit["range"]["start"])..offset(&edit["range"]["end"]);
        out.replace_range(range, edit["newText"].as_str().unwrap());
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completion_imports_into_its_own_cell() {
    let mut client = open(&["x = 1\n", "y = price_"]).await;
    let answer = client.ask("textDocument/completion", at(1, 0, 10)).await;
    let items = answer["result"]["items"].as_array().or(answer["result"].as_array()).unwrap();
    let item = items.iter().find(|it| it["label"] == "price_of").expect("it is offered").clone();
    let item = client.ask("completionItem/resolve", item).await["result"].take();
    assert_eq!(range(&item["additionalTextEdits"][0]["range"]), "0:0-0:0", "{item}");
    assert_eq!(range(&item["textEdit"]["range"]), "0:4-0:10");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_is_made_in_the_cell_that_it_is_about() {
    let mut client = able(json!({ "textDocument": {
        "diagnostic": {},
        "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } } },
    } }))
    .await;
    open_in(&mut client, &["name = 'Ada'\n", "\nprint(nmae)"]).await;
    let found = client.ask("textDocument/diagnostic", document(&cell(1))).await["result"]["items"].take();
    let mut params = document(&cell(1));
    params["range"] = found[0]["range"].clone();
    params["context"] = json!({ "diagnostics": found });
    let actions = client.ask("textDocument/codeAction", params).await;
    let fix = actions["result"].as_array().unwrap().iter().find(|it| it["title"].as_str().unwrap().contains("`name`"));
    let fix = fix.unwrap_or_else(|| panic!("a fix: {actions}"));
    assert_eq!(range(&fix["diagnostics"][0]["range"]), "1:6-1:10");
    let edit = &fix["edit"]["changes"][cell(1)][0];
    assert_eq!((range(&edit["range"]).as_str(), &edit["newText"]), ("1:6-1:10", &json!("name")), "{fix}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_message_is_told_and_the_rest_goes_on() {
    let mut client = open(&["x = 1"]).await;
    client.notify("notebookDocument/didChange", json!({ "change": {} })).await;
    let nowhere = json!({ "start": { "line": 9, "character": 0 }, "end": { "line": 9, "character": 1 } });
    let changes = json!([{ "range": nowhere, "text": "?" }]);
    let content = json!([{ "document": { "uri": cell(0), "version": 2 }, "changes": changes }]);
    change(&mut client, json!({ "textContent": content })).await;
    let said =
        client.find(|it| it["params"]["message"].as_str().is_some_and(|it| it.contains("reopen the notebook"))).await;
    assert_eq!(said["method"], "window/logMessage");
    let array = json!({ "start": 1, "deleteCount": u64::MAX });
    change(&mut client, json!({ "structure": { "array": array } })).await;
    let hover = client.ask("textDocument/hover", at(0, 0, 0)).await;
    assert_eq!(range(&hover["result"]["range"]), "0:0-0:1");
    // A cell that nobody opened has no answers, and harms nothing.
    let answer = client.ask("textDocument/hover", at(5, 0, 0)).await;
    assert!(answer["error"].is_object() || answer["result"].is_null(), "{answer}");
}
