//! `danaide.toml` while an editor runs.

use danaide_analysis::MemoryFileSystem;
use serde_json::{Value, json};

use super::client::{Client, URI, document, render};

const SETTINGS: &str = "file:///w/danaide.toml";
const PROGRAM: &str = "x = 1  # danaide: ignore[weather]\n";

fn written(uri: &str) -> Value {
    json!({ "changes": [{ "uri": uri, "type": 2 }] })
}

/// The next list of diagnostics that is sent for a document.
async fn sent(client: &mut Client, uri: &str) -> Value {
    client.find(|it| it["method"] == "textDocument/publishDiagnostics" && it["params"]["uri"] == uri).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_on_disk_counts_at_once() {
    let files = MemoryFileSystem::from_files([("/w/danaide.toml", "[rules]\nunknown-code = \"error\"\n")]);
    let mut client = Client::with_files(files.clone(), json!({})).await;
    client.open(URI, PROGRAM).await;
    assert_eq!(sent(&mut client, URI).await["params"]["diagnostics"][0]["severity"], 1);

    files.write("/w/danaide.toml", "[rules]\nunknown-code = \"hint\"\nweather = \"off\"\n");
    client.notify("workspace/didChangeWatchedFiles", written(SETTINGS)).await;
    let of_settings = sent(&mut client, SETTINGS).await;
    assert_eq!(
        render(&of_settings["params"]["diagnostics"]),
        ["2:0-2:7 invalid-setting there is no code or category `weather`; `danaide explain` lists the codes"]
    );
    assert_eq!(sent(&mut client, URI).await["params"]["diagnostics"][0]["severity"], 4);

    files.remove("/w/danaide.toml");
    client.notify("workspace/didChangeWatchedFiles", written(SETTINGS)).await;
    assert_eq!(sent(&mut client, SETTINGS).await["params"]["diagnostics"], json!([]));
    assert_eq!(sent(&mut client, URI).await["params"]["diagnostics"][0]["severity"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_ask_are_told_to_ask_again() {
    // The name in the protocol, and one that some clients took over from a library.
    for name in ["diagnostics", "diagnostic"] {
        are_told_to_ask_again(name).await;
    }
}

async fn are_told_to_ask_again(name: &str) {
    let files = MemoryFileSystem::from_files([("/w/danaide.toml", "")]);
    let capabilities = json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { name: { "refreshSupport": true } },
    });
    let mut client = Client::with_files(files, capabilities).await;
    client.open(URI, PROGRAM).await;
    assert_eq!(client.diagnostics(URI).await.len(), 1);

    // The buffer counts before it is saved.
    client.open(SETTINGS, "[rules]\nunknown-code = \"off\"\nweather = \"off\"\n").await;
    let refresh = client.message("workspace/diagnostic/refresh").await;
    client.send_body(&json!({ "jsonrpc": "2.0", "id": refresh["id"], "result": null }).to_string()).await;
    assert_eq!(client.diagnostics(URI).await, [""; 0]);
    assert_eq!(client.diagnostics(SETTINGS).await.len(), 1);

    // Closed, the file on disk counts again, and what is wrong in it is sent.
    client.close(SETTINGS).await;
    client.message("workspace/diagnostic/refresh").await;
    let answer = client.ask("textDocument/diagnostic", document(URI)).await;
    assert_eq!(answer["result"]["items"][0]["severity"], 2);
}
