//! Diagnostics of the whole workspace, on request.

use std::sync::Arc;

use danaide_analysis::MemoryFileSystem;
use serde_json::{Value, json};

use super::client::{Client, render};

const BAD: &str = "import lib\nprint(missing)\nlib.go()\n";

async fn running(files: &Arc<MemoryFileSystem>) -> Client {
    let params = json!({
        "processId": null,
        "capabilities": {
            "textDocument": { "diagnostic": {} },
            "workspace": {
                "diagnostics": { "refreshSupport": true },
                "didChangeWatchedFiles": { "dynamicRegistration": true },
            },
        },
        "workspaceFolders": [{ "uri": "file:///w", "name": "w" }],
    });
    Client::initialized(files.clone(), params).await
}

/// A line for each report, and the result ids that the client has afterwards.
fn told(items: &Value, known: &[Value]) -> (Vec<String>, Vec<Value>) {
    let mut ids = known.to_vec();
    let mut lines = Vec::new();
    for it in items.as_array().expect("a list of reports") {
        let name = it["uri"].as_str().expect("a name").trim_start_matches("file:///w/").to_owned();
        if it["kind"] == "unchanged" {
            lines.push(format!("{name}: as before"));
            continue;
        }
        lines.push(format!("{name} {}: {}", it["version"], render(&it["items"]).join("; ")));
        ids.retain(|id| id["uri"] != it["uri"]);
        if it["resultId"].is_string() {
            ids.push(json!({ "uri": it["uri"], "value": it["resultId"] }));
        }
    }
    (lines, ids)
}

async fn pull(client: &mut Client, known: &[Value]) -> (Vec<String>, Vec<Value>) {
    let answer = client.ask("workspace/diagnostic", json!({ "previousResultIds": known })).await;
    told(&answer["result"]["items"], known)
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_not_open_are_reported_and_what_stays_is_not_told_again() {
    let files = MemoryFileSystem::from_files([
        ("/w/a.na", BAD),
        ("/w/b.na", "x = 1\n"),
        ("/w/c.na", "other\n"),
        ("/w/lib.na", "def go(): pass\n"),
        ("/w/made/d.na", "made\n"),
        ("/w/danaide.toml", "[check]\nexclude = [\"made\"]\n"),
    ]);
    let mut client = running(&files).await;
    let (lines, known) = pull(&mut client, &[]).await;
    let missing = "a.na null: 1:6-1:13 undefined-name `missing` is not defined";
    assert_eq!(lines, [missing, "c.na null: 0:0-0:5 undefined-name `other` is not defined"]);
    for _ in 0..2 {
        assert_eq!(pull(&mut client, &known).await.0, ["a.na: as before", "c.na: as before"]);
    }

    // A file that becomes right, one that goes, one that becomes wrong because of another, and one that is open.
    files.write("/w/a.na", "import lib\nlib.go()\n");
    files.remove("/w/c.na");
    let changes = json!([{ "uri": "file:///w/a.na", "type": 2 }, { "uri": "file:///w/c.na", "type": 3 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
    client.open("file:///w/b.na", "y\n").await;
    let (lines, known) = pull(&mut client, &known).await;
    assert_eq!(lines, ["a.na null: ", "b.na 1: 0:0-0:1 undefined-name `y` is not defined", "c.na null: "]);
    client.open("file:///w/lib.na", "def gone(): pass\n").await;
    let (lines, known) = pull(&mut client, &known).await;
    assert_eq!(lines, ["a.na null: 1:4-1:6 unknown-module-member the module has no `go`", "b.na: as before"]);

    // Nothing but what is open, if that is the setting.
    let off = json!({ "settings": { "danaide": { "diagnostics": { "workspace": false } } } });
    client.notify("workspace/didChangeConfiguration", off).await;
    client.until_settled(async |client| pull(client, &known).await.0 == ["a.na null: ", "b.na null: "]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_and_progress_for_clients_that_take_them() {
    let files = MemoryFileSystem::from_files((0..40).map(|n| (format!("/w/m{n:02}.na"), format!("name_{n}\n"))));
    let mut client = running(&files).await;
    let params = json!({ "previousResultIds": [], "partialResultToken": "part", "workDoneToken": 7 });
    let answer = client.ask("workspace/diagnostic", params).await;
    assert_eq!(answer["result"], json!({ "items": [] }), "all of it came in parts");
    let mut lines = Vec::new();
    let (mut parts, mut known) = (0, Vec::new());
    while let Some(part) = client.take(|it| it["params"]["token"] == "part") {
        let (more, ids) = told(&part["params"]["value"]["items"], &known);
        lines.extend(more);
        known = ids;
        parts += 1;
    }
    assert_eq!((parts, lines.len()), (3, 40));
    let mut said = Vec::new();
    while let Some(progress) = client.take(|it| it["params"]["token"] == 7) {
        let value = &progress["params"]["value"];
        said.push(format!("{} {}", value["kind"], value["message"]));
    }
    assert_eq!(
        said,
        [
            "\"begin\" null",
            "\"report\" \"16 of 40 files\"",
            "\"report\" \"32 of 40 files\"",
            "\"report\" \"40 of 40 files\"",
            "\"end\" null"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_while_the_workspace_is_looked_at_is_seen() {
    let files = MemoryFileSystem::from_files((0..200).map(|n| (format!("/w/m{n:03}.na"), format!("name_{n}\n"))));
    let mut client = running(&files).await;
    let id = client.request("workspace/diagnostic", json!({ "previousResultIds": [] })).await;
    client.open("file:///w/m199.na", "x = 1\n").await;
    assert_eq!(client.diagnostics("file:///w/m199.na").await, [""; 0]);
    let first = client.answer(id).await;
    let (mut lines, known) = told(&first["result"]["items"], &[]);
    lines.extend(pull(&mut client, &known).await.0);
    // The last word about the file that was edited is that it is right, whenever the edit came in between.
    let last = lines.iter().rfind(|it| it.starts_with("m199.na"));
    assert!(last.is_none_or(|it| it == "m199.na 1: " || it == "m199.na: as before"), "{last:?}");
    assert_eq!(lines.iter().filter(|it| it.contains("undefined-name") && !it.starts_with("m199")).count(), 199);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_alone_does_not_wait_for_itself() {
    let text: String = "x = 1\n".repeat(2);
    let files: Vec<(String, String)> = (0..640).map(|it| (format!("/w/f{it}.na"), text.clone())).collect();
    let files = MemoryFileSystem::from_files(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let mut client = running(&files).await;
    let began = std::time::Instant::now();
    pull(&mut client, &[]).await;
    // It rests for as long before each part if something else is under way.
    let parts = 640 / crate::handlers::workspace_diagnostics::AT_ONCE as u32;
    let rested = crate::handlers::workspace_diagnostics::LONGEST_REST * parts;
    assert!(began.elapsed() < rested, "{:?}", began.elapsed());
}
