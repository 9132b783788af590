//! The files of the workspace: read in the background, watched, and what the server says of itself.

use std::sync::Arc;
use std::time::Duration;

use danaide_analysis::MemoryFileSystem;
use serde_json::{Value, json};

use super::client::{Client, URI};

fn workspace(capabilities: Value) -> Value {
    json!({
        "processId": null,
        "capabilities": capabilities,
        "workspaceFolders": [{ "uri": "file:///w", "name": "w" }],
    })
}

fn many(count: usize) -> Arc<MemoryFileSystem> {
    let text = |n: usize| format!("def item_{n}(): return shared\nshared = {n}\n");
    MemoryFileSystem::from_files((0..count).map(|n| (format!("/w/p{}/m{n}.na", n % 50), text(n))))
}

async fn found(client: &mut Client, query: &str) -> usize {
    let answer = client.ask("workspace/symbol", json!({ "query": query })).await;
    answer["result"].as_array().expect("a list").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_workspace_is_read_with_progress_and_answers_are_right_meanwhile() {
    let capabilities = json!({ "window": { "workDoneProgress": true } });
    let mut client = Client::initialized(many(1_000), workspace(capabilities)).await;
    assert_eq!(found(&mut client, "item_999").await, 1, "before the end");
    let create = client.message("window/workDoneProgress/create").await;
    client.reply(&create, json!(null)).await;
    let begin = client.message("$/progress").await;
    assert_eq!(begin["params"]["value"]["title"], "Reading the workspace");
    client.open(URI, "x = 1\n").await;
    let end = client.find(|it| it["params"]["value"]["kind"] == "end").await;
    assert_eq!(end["params"]["value"]["message"], "1000 of 1000 files");
    let status = client.ask("danaide/status", json!({})).await;
    assert_eq!(status["result"]["indexing"], json!(null), "{status}");
    assert!(status["result"]["files"].as_u64() >= Some(1_000), "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reading_of_the_workspace_can_be_cancelled() {
    let capabilities = json!({ "window": { "workDoneProgress": true } });
    let mut client = Client::initialized(many(5_000), workspace(capabilities)).await;
    let create = client.message("window/workDoneProgress/create").await;
    client.reply(&create, json!(null)).await;
    let begin = client.message("$/progress").await;
    client.notify("window/workDoneProgress/cancel", json!({ "token": begin["params"]["token"] })).await;
    let end = client.find(|it| it["params"]["value"]["kind"] == "end").await;
    let message = end["params"]["value"]["message"].as_str().unwrap_or_default().to_owned();
    assert!(message.ends_with(" of 5000 files") && !message.starts_with("5000 "), "{message}");
    assert_eq!(found(&mut client, "item_4999").await, 1, "what was not read is read now");
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_files_are_seen_without_a_watcher() {
    let files = MemoryFileSystem::from_files([("/w/lib.na", "value = 1\n"), ("/w/old/gone.na", "gone = 1\n")]);
    let mut client =
        Client::initialized(files.clone(), workspace(json!({ "textDocument": { "diagnostic": {} } }))).await;
    client.open(URI, "from lib import value, other\nprint(value, other)\n").await;
    let count =
        async |client: &mut Client| client.diagnostics(URI).await.iter().filter(|it| it.contains("other")).count();
    assert_eq!((count(&mut client).await, found(&mut client, "gone").await), (1, 1));
    tokio::time::sleep(Duration::from_millis(200)).await;
    files.write("/w/lib.na", "value = 1\nother = 2\n");
    files.write("/w/new/fresh.na", "fresh = 1\n");
    files.remove("/w/old/gone.na");
    client.until_settled(async |client| count(client).await == 0).await;
    client.until_settled(async |client| found(client, "fresh").await == 1).await;
    assert_eq!(found(&mut client, "gone").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_how_it_is_doing() {
    let mut client = Client::running().await;
    client.open(URI, "x = 1\n").await;
    for _ in 0..5 {
        client.diagnostics(URI).await;
    }
    for params in [json!({}), json!(null)] {
        let status = client.ask("danaide/status", params).await["result"].clone();
        assert_eq!(status["version"], env!("CARGO_PKG_VERSION"), "{status}");
        let requests = status["requests"].as_array().expect("a list");
        let of = requests.iter().find(|it| it["method"] == "textDocument/diagnostic").expect("it was asked");
        assert_eq!(of["count"], 5);
        assert!(of["medianMs"].as_f64().is_some_and(|it| it > 0.0) && of["p95Ms"].as_f64() >= of["medianMs"].as_f64());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_breaks_is_in_the_log_of_the_client() {
    let mut client = Client::running().await;
    client.open(URI, "x = 1\n").await;
    client.ask("test/panic", super::client::document(URI)).await;
    let said = client.message("window/logMessage").await["params"]["message"].clone();
    assert!(
        said.as_str().is_some_and(|it| it.contains("a request broke the analysis") && it.contains("a test")),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_that_go_and_come_under_another_name() {
    let files =
        MemoryFileSystem::from_files([("/w/old/tools.na", "def helper(): pass\n"), ("/w/old/more.na", "extra = 1\n")]);
    let capabilities = json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } },
    });
    let mut client = Client::initialized(files.clone(), workspace(capabilities)).await;
    client.open(URI, "from new.tools import helper\nhelper()\n").await;
    assert_eq!((client.diagnostics(URI).await.len(), found(&mut client, "extra").await), (1, 1));
    files.write("/w/new/tools.na", "def helper(): pass\n");
    files.write("/w/new/more.na", "extra = 1\nextra_two = 2\n");
    files.remove("/w/old/tools.na");
    files.remove("/w/old/more.na");
    // Clients tell of the folders alone.
    let changes = json!([{ "uri": "file:///w/old", "type": 3 }, { "uri": "file:///w/new", "type": 1 }]);
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes })).await;
    assert_eq!(client.diagnostics(URI).await, [""; 0]);
    assert_eq!(found(&mut client, "extra").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn buffers_without_a_file_and_files_outside_of_all_folders() {
    let files = MemoryFileSystem::from_files([("/w/lib.na", "value = 1\n"), ("/elsewhere/near.na", "near = 2\n")]);
    let capabilities = json!({ "textDocument": { "diagnostic": {} }, "experimental": { "danaide": { "runs": true } } });
    let mut client = Client::initialized(files, workspace(capabilities)).await;
    let untitled = "untitled:Untitled-1";
    client.open(untitled, "from lib import value\nprint(value)\nmissing\n").await;
    assert_eq!(client.diagnostics(untitled).await.len(), 1);
    let outside = "file:///elsewhere/main.na";
    client.open(outside, "from near import near\nprint(near)\n").await;
    assert_eq!(client.diagnostics(outside).await, [""; 0]);
    for (uri, printed) in [(untitled, "1\n"), (outside, "2\n")] {
        let command = json!({ "command": "danaide.run", "arguments": [{ "uri": uri }] });
        let answer = client.ask("workspace/executeCommand", command).await;
        let name = answer["result"]["run"].clone();
        let output = client.find(|it| it["method"] == "danaide/runOutput" && it["params"]["run"] == name).await;
        assert_eq!(output["params"]["text"], printed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_asked_for_and_wrong_ones_are_said_once() {
    let capabilities = json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "configuration": true, "didChangeConfiguration": { "dynamicRegistration": true } },
    });
    let mut client = Client::with_capabilities(capabilities).await;
    let register = client.message("client/registerCapability").await;
    client.reply(&register, json!(null)).await;
    client.open(URI, "import math\n").await;
    let section = json!([{ "diagnostics": { "rules": { "unused-import": "off" } }, "weather": 1 }]);
    for _ in 0..3 {
        let request = client.message("workspace/configuration").await;
        assert_eq!(request["params"]["items"], json!([{ "section": "danaide" }]));
        client.reply(&request, section.clone()).await;
        client.notify("workspace/didChangeConfiguration", json!({ "settings": null })).await;
    }
    client.until_settled(async |client| client.diagnostics(URI).await.is_empty()).await;
    let said = client.message("window/logMessage").await["params"]["message"].clone();
    assert!(said.as_str().is_some_and(|it| it.starts_with("the setting `danaide.weather` is ignored")), "{said}");
    assert!(client.take(|it| it["method"] == "window/logMessage").is_none(), "it was said once");
}

#[tokio::test(flavor = "multi_thread")]
async fn hints_and_lenses_are_switched_one_by_one() {
    let mut params = workspace(json!({}));
    params["initializationOptions"] =
        json!({ "danaide": { "inlayHints": { "types": false }, "lens": { "references": false } } });
    let mut client = Client::initialized(Arc::default(), params).await;
    client.open(URI, "def pair(first, second): return [first]\nx = [1]\npair(1, 2)\nworkflow w = str | len\n").await;
    let everything = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let ask = json!({ "textDocument": { "uri": URI }, "range": everything });
    let answer = client.ask("textDocument/inlayHint", ask).await;
    let kinds: Vec<&Value> =
        answer["result"].as_array().expect("a list").iter().map(|it| &it["label"][0]["value"]).collect();
    assert!(!kinds.iter().any(|it| it.as_str().is_some_and(|it| it.starts_with(": "))), "{kinds:?}");
    assert!(kinds.contains(&&json!("first=")), "{kinds:?}");
    let answer = client.ask("textDocument/codeLens", super::client::document(URI)).await;
    let titles: Vec<&Value> =
        answer["result"].as_array().expect("a list").iter().map(|it| &it["command"]["title"]).collect();
    assert_eq!(titles, [&json!("Run")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_leaves_while_it_reads_the_workspace() {
    let mut client = Client::initialized(many(2_000), workspace(json!({}))).await;
    client.ask("shutdown", json!(null)).await;
    client.notify("exit", json!(null)).await;
    assert_eq!(client.exit_code().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_open_documents_take_bounded_memory() {
    /// More than the texts, what is known of their names and findings, and the noise of the allocator; much less than
    /// trees, bodies and types of all of them.
    const MOST_EACH: u64 = 256 << 10;
    let body = |n: usize| {
        let mut text = format!("def first_{n}(n: int) -> int:\n    return n + 1\n");
        for at in 0..30 {
            text.push_str(&format!(
                "def f{at}(items: list[int], name: str):\n    out = [it + first_{n}(it) for it in items if it > {at}]\n    if name:\n        return {{name: out, 'n': len(out)}}\n    return missing\n"
            ));
        }
        text
    };
    let mut client = Client::running().await;
    let mut memory = Vec::new();
    for n in 0..1_000 {
        let uri = format!("file:///w/m{n}.na");
        client.open(&uri, &body(n)).await;
        assert_eq!(client.diagnostics(&uri).await.len(), 30);
        if n % 500 == 499 {
            let status = client.ask("danaide/status", json!({})).await;
            memory.push(status["result"]["memoryBytes"].as_u64().expect("a number"));
        }
    }
    // Both halves are the same work, and the first one has what is needed once.
    let each = memory[1].saturating_sub(memory[0]) / 500;
    assert!(each < MOST_EACH, "{each} bytes for each document more");
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_that_are_closed_are_forgotten() {
    let files = MemoryFileSystem::from_files([
        ("/w/a.na", "def helper(): return 1\n"),
        ("/other/b.na", "def helper_two(): return missing\n"),
        ("/other/c.na", "def helper_three(): return 1\n"),
    ]);
    let capabilities = json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } },
    });
    let mut client = Client::initialized(files, workspace(capabilities)).await;
    let folders = |added: Value, removed: Value| json!({ "event": { "added": added, "removed": removed } });
    let other = json!([{ "uri": "file:///other", "name": "other" }]);
    client.notify("workspace/didChangeWorkspaceFolders", folders(other.clone(), json!([]))).await;
    assert_eq!(found(&mut client, "helper").await, 3);
    let ask = json!({ "previousResultIds": [] });
    let wrong = client.ask("workspace/diagnostic", ask).await["result"]["items"].clone();
    assert_eq!(wrong.as_array().map(Vec::len), Some(1), "{wrong}");
    client.open("file:///other/c.na", "def helper_three(): return 2\n").await;

    client.notify("workspace/didChangeWorkspaceFolders", folders(json!([]), other.clone())).await;
    assert_eq!(found(&mut client, "helper").await, 2, "an open document is still there");
    let known = json!([{ "uri": "file:///other/b.na", "value": wrong[0]["resultId"] }]);
    let answer = client.ask("workspace/diagnostic", json!({ "previousResultIds": known })).await;
    let items = answer["result"]["items"].as_array().expect("a list");
    assert!(items.len() == 1 && items[0]["uri"] == "file:///other/b.na" && items[0]["items"] == json!([]), "{answer}");

    client.notify("workspace/didChangeWorkspaceFolders", folders(other, json!([]))).await;
    assert_eq!(found(&mut client, "helper").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_of_twenty_thousand_files() {
    let capabilities = json!({ "textDocument": { "diagnostic": {} }, "window": { "workDoneProgress": true } });
    let files = many(20_000);
    files.write("/w/lib.na", "def helper(n: int): return n\n");
    files.remove("/w/p0/m0.na");
    let mut client = Client::initialized(files.clone(), workspace(capabilities.clone())).await;
    let create = client.message("window/workDoneProgress/create").await;
    client.reply(&create, json!(null)).await;
    // Long before all of them are read: what is asked for is read now.
    client.open(URI, "from lib import helper\nprint(helper(1), missing)\n").await;
    assert_eq!(client.diagnostics(URI).await.len(), 1);
    let status = client.ask("danaide/status", json!({})).await["result"].clone();
    assert!(status["indexing"]["done"].as_u64() < Some(20_000), "{status}");
    let at = json!({ "line": 0, "character": 18 });
    let definition =
        client.ask("textDocument/definition", json!({ "textDocument": { "uri": URI }, "position": at })).await;
    assert_eq!(definition["result"][0]["uri"], "file:///w/lib.na", "{definition}");
    assert_eq!(found(&mut client, "item_19999").await, 1);
    let end = client.find(|it| it["params"]["value"]["kind"] == "end").await;
    assert_eq!(end["params"]["value"]["message"], "20000 of 20000 files", "the one that is open is on no disk");
    assert!(client.take(|it| it["method"] == "window/showMessage").is_none());

    // One more: the user is told.
    files.write("/w/p0/m0.na", "x = 1\n");
    let mut client = Client::initialized(files, workspace(capabilities)).await;
    let said = client.message("window/showMessage").await;
    assert!(said["params"]["message"].as_str().is_some_and(|it| it.contains("20,000 files")), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_edits_take_bounded_memory() {
    /// Of all edits of the second half together: the noise of the allocator, and nothing for each.
    const MOST: u64 = 24 << 20;
    let mut text = String::new();
    for at in 0..60 {
        text.push_str(&format!("def f{at}(n: int) -> int:\n    m = n + {at}\n    return m\n\n"));
    }
    let mut client = Client::running().await;
    client.open(URI, &text).await;
    let mut memory = Vec::new();
    for edit in 0..10_000_u32 {
        // A letter comes into a body, and goes.
        let line = (edit / 2 % 60) * 4 + 1;
        let (end, new) = if edit % 2 == 0 { (4, "k") } else { (5, "") };
        let range = json!({ "start": { "line": line, "character": 4 }, "end": { "line": line, "character": end } });
        let version = i32::try_from(edit).expect("a version") + 2;
        client.change(URI, version, json!([{ "range": range, "text": new }])).await;
        if edit % 10 == 0 {
            client.diagnostics(URI).await;
        }
        if edit % 5_000 == 4_999 {
            assert_eq!(client.text(URI).await, text);
            let status = client.ask("danaide/status", json!({})).await;
            memory.push(status["result"]["memoryBytes"].as_u64().expect("a number"));
        }
    }
    let more = memory[1].saturating_sub(memory[0]);
    assert!(more < MOST, "{more} bytes for 5,000 edits more");
}
