//! The documents say what the server does.

use std::fs;
use std::path::Path;

use danaide_ide::TokenModifiers;
use serde_json::{Value, json};

use super::client::{Client, URI, document};

fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    fs::read_to_string(path).expect("the page is there")
}

/// The part of a page below a heading.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let start = page.find(heading).unwrap_or_else(|| panic!("{heading} is there")) + heading.len();
    let rest = &page[start..];
    let level = heading.split(' ').next().unwrap_or_default();
    let end = rest
        .match_indices("\n#")
        .find(|(at, _)| rest[at + 1..].split(' ').next().is_some_and(|it| it.len() <= level.len()));
    &rest[..end.map_or(rest.len(), |it| it.0)]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_the_task_graph_request() {
    let protocol = page("protocol.md");
    let text = section(&protocol, "### The task graph");
    let mut client = Client::running().await;
    client.open(URI, "def f(x): return reason(x)\nf(1)\n").await;
    let answer = client.ask("danaide/taskGraph", document(URI)).await;
    let fields: Vec<&String> = answer["result"].as_object().expect("an object").keys().collect();
    for field in fields {
        assert!(text.contains(&format!("| `{field}` |")), "{field} of the answer");
    }
    // Every parameter and format of the page is taken.
    let position = json!({ "line": 0, "character": 0 });
    let whole = json!({ "textDocument": { "uri": URI }, "function": "f", "position": position, "format": "json" });
    for name in whole.as_object().expect("an object").keys() {
        assert!(text.contains(&format!("| `{name}` |")), "the parameter {name}");
    }
    for format in ["json", "mermaid", "dot", "text"] {
        assert!(text.contains(&format!("`\"{format}\"`")), "the format {format}");
        let mut params = whole.clone();
        params["format"] = json!(format);
        let answer = client.ask("danaide/taskGraph", params).await;
        assert_eq!(answer["result"]["format"], json!(format), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_capability_and_request() {
    let protocol = page("protocol.md");
    let mut client = Client::start();
    let able = json!({ "textDocument": {
        "diagnostic": {},
        "onTypeFormatting": {},
        "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [] } } },
    } });
    let answer = client.ask("initialize", json!({ "processId": null, "capabilities": able })).await;
    let offered = answer["result"]["capabilities"].as_object().expect("capabilities");
    for (name, value) in offered.iter().filter(|(_, it)| **it != Value::Null) {
        let is_told =
            ["positionEncoding", "workspace"].contains(&name.as_str()) || protocol.contains(&format!("`{name}`"));
        assert!(is_told, "{name}: {value}");
    }
    for kind in offered["codeActionProvider"]["codeActionKinds"].as_array().expect("kinds") {
        assert!(protocol.contains(kind.as_str().expect("a text")), "{kind}");
    }
    for method in ["danaide/text", "danaide/taskGraph"] {
        assert!(protocol.contains(&format!("`{method}`")), "{method}");
    }
}

#[test]
fn every_modifier_of_tokens() {
    let editors = page("editors.md");
    for name in TokenModifiers::NAMES {
        assert!(editors.contains(&format!("`{name}`")), "{name}");
    }
}
