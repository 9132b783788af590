//! Task graphs and hints about tasks.

use serde_json::{Value, json};

use super::super::client::{URI, range};
use super::able;

const TEXT: &str = "def fetch(url: str) -> str:\r\n    return reason(url)\r\ndef load():\r\n    s = '😀'; a = fetch('a')\r\n    b = fetch('b')\r\n    c = fetch(a)\r\n    return b + c\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn the_graph_in_every_format() {
    let mut client = able().await;
    client.open(URI, TEXT).await;
    let ask = |more: Value| {
        let mut params = json!({ "textDocument": { "uri": URI } });
        for (name, value) in more.as_object().into_iter().flatten() {
            params[name] = value.clone();
        }
        params
    };
    let answer = client.ask("danaide/taskGraph", ask(json!({ "function": "load" }))).await;
    let result = &answer["result"];
    assert_eq!(
        (&result["format"], &result["version"], &result["graph"]["uri"]),
        (&json!("json"), &json!(1), &json!(URI))
    );
    let graph = &result["graph"]["graphs"][0];
    assert_eq!((&graph["name"], &graph["depth"], &graph["width"]), (&json!("load"), &json!(2), &json!(2)), "{graph}");
    let nodes = graph["nodes"].as_array().expect("nodes");
    let ranges: Vec<String> = nodes.iter().map(|it| range(&it["range"])).collect();
    assert_eq!(ranges, ["3:18-3:28", "4:8-4:18", "5:8-5:16"]);

    // By a place in the function.
    let place = json!({ "position": { "line": 5, "character": 6 }, "format": "mermaid" });
    let answer = client.ask("danaide/taskGraph", ask(place)).await;
    assert!(
        answer["result"]["graph"].as_str().is_some_and(|it| it.contains("load") && !it.contains("reason")),
        "{answer}"
    );
    // Of a selection: the calls it touches, and what is between them.
    let selection = json!({ "start": { "line": 3, "character": 4 }, "end": { "line": 5, "character": 0 } });
    let answer = client.ask("danaide/taskGraph", ask(json!({ "range": selection }))).await;
    let graph = &answer["result"]["graph"]["graphs"][0];
    let ranges =
        |of: &Value| -> Vec<String> { of.as_array().expect("a list").iter().map(|it| range(&it["range"])).collect() };
    assert_eq!(ranges(&graph["nodes"]), ["3:18-3:28", "4:8-4:18"]);
    assert_eq!(graph["edges"], json!([]), "the two do not wait for each other");
    let selection = json!({ "start": { "line": 3, "character": 20 }, "end": { "line": 5, "character": 20 } });
    let answer = client.ask("danaide/taskGraph", ask(json!({ "range": selection }))).await;
    let graph = &answer["result"]["graph"]["graphs"][0];
    assert_eq!((ranges(&graph["nodes"]).len(), ranges(&graph["edges"]).len()), (3, 1), "{graph}");

    let answer = client.ask("danaide/taskGraph", ask(json!({ "format": "dot" }))).await;
    assert!(answer["result"]["graph"].as_str().is_some_and(|it| it.starts_with("digraph")), "{answer}");
    let answer = client.ask("danaide/taskGraph", ask(json!({ "format": "picture" }))).await;
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn hints_with_links() {
    let mut client = able().await;
    client.open(URI, TEXT).await;
    let lines = json!({ "start": { "line": 5, "character": 0 }, "end": { "line": 6, "character": 0 } });
    let params = json!({ "textDocument": { "uri": URI }, "range": lines });
    let answer = client.ask("textDocument/inlayHint", params).await;
    let hint = answer["result"]
        .as_array()
        .expect("hints")
        .iter()
        .find(|it| it["label"].as_array().is_some_and(|it| it.len() > 1));
    let hint = hint.expect("a hint about a task");
    assert_eq!(hint["position"], json!({ "line": 5, "character": 16 }));
    let label: String = hint["label"].as_array().expect("parts").iter().filter_map(|it| it["value"].as_str()).collect();
    assert_eq!(label, "after fetch (4) · beside fetch#2 (5) · critical path");
    assert_eq!(range(&hint["label"][1]["location"]["range"]), "3:18-3:28");
    assert!(hint["tooltip"]["value"].as_str().is_some_and(|it| it.contains("it uses its value")), "{hint}");
}
