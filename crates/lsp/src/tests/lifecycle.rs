//! How sessions begin and end.

use serde_json::json;

use super::client::{Client, URI, document};

#[tokio::test(flavor = "multi_thread")]
async fn exit_ends_the_server_with_its_input_open() {
    let mut client = Client::running().await;
    assert_eq!(client.ask("shutdown", json!(null)).await["result"], json!(null));
    client.notify("exit", json!(null)).await;
    assert_eq!(client.exit_code().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_without_shutdown_is_a_failure() {
    let mut client = Client::running().await;
    client.notify("exit", json!(null)).await;
    assert_eq!(client.exit_code().await, 1);

    let mut client = Client::start();
    client.notify("exit", json!(null)).await;
    assert_eq!(client.exit_code().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_and_exit_in_one_breath() {
    let mut client = Client::running().await;
    client.open(URI, "x = 1\n").await;
    client.request("test/spin", document(URI)).await;
    let id = client.request("shutdown", json!(null)).await;
    client.notify("exit", json!(null)).await;
    assert_eq!(client.answer(id).await["result"], json!(null));
    assert_eq!(client.exit_code().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_input_ends_the_server() {
    assert_eq!(Client::running().await.hang_up().await, 1);
    let mut client = Client::running().await;
    client.ask("shutdown", json!(null)).await;
    assert_eq!(client.hang_up().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_reads_can_still_leave() {
    let mut client = Client::running().await;
    client.open(URI, &"name = 1\n".repeat(20_000)).await;
    for _ in 0..300 {
        client
            .request("test/text", json!({ "textDocument": { "uri": URI }, "position": { "line": 0, "character": 0 } }))
            .await;
    }
    client.notify("exit", json!(null)).await;
    assert_eq!(client.exit_code().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_session_may_come_at_once() {
    let mut client = Client::start();
    let initialize = json!({ "capabilities": { "textDocument": { "diagnostic": {} } } });
    client.request("initialize", initialize).await;
    client.notify("initialized", json!({})).await;
    client.open(URI, "x = 1\n").await;
    assert_eq!(client.diagnostics(URI).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_before_initialize_and_after_shutdown_are_refused() {
    let mut client = Client::start();
    assert_eq!(client.ask("textDocument/documentSymbol", document(URI)).await["error"]["code"], -32002);
    client.open(URI, "dropped, as the protocol says").await;
    client.ask("initialize", json!({ "capabilities": {} })).await;
    assert_eq!(client.text(URI).await, "");
    assert_eq!(client.ask("initialize", json!({ "capabilities": {} })).await["error"]["code"], -32600);
    client.ask("shutdown", json!(null)).await;
    assert_eq!(client.ask("textDocument/documentSymbol", document(URI)).await["error"]["code"], -32600);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_offered() {
    let mut client = Client::start();
    let capabilities = json!({
        "general": { "positionEncodings": ["utf-16", "utf-8"] },
        "textDocument": { "diagnostic": {} },
    });
    let answer = client.ask("initialize", json!({ "processId": null, "capabilities": capabilities })).await;
    let offered = &answer["result"]["capabilities"];
    assert_eq!(offered["positionEncoding"], "utf-8");
    assert_eq!(offered["textDocumentSync"], json!({ "openClose": true, "change": 2 }));
    assert_eq!(offered["diagnosticProvider"]["workspaceDiagnostics"], true);
    assert_eq!(offered["documentSymbolProvider"], true);
    assert_eq!(offered["foldingRangeProvider"], true);
    assert_eq!(offered["documentFormattingProvider"], true);
    assert_eq!(offered["documentRangeFormattingProvider"], true);
    assert_eq!(offered["documentOnTypeFormattingProvider"], json!(null), "this client does not know it");
    assert_eq!(answer["result"]["serverInfo"]["name"], "danaide");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_can_watch_files_is_asked_to() {
    let watches = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let mut client = Client::with_capabilities(watches).await;
    let request = client.message("client/registerCapability").await;
    assert_eq!(request["params"]["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    // Without an answer the server works all the same.
    client.open(URI, "x = 1\n").await;
    assert_eq!(client.text(URI).await, "x = 1\n");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_server_ends_with_the_process_that_started_it() {
    let mut process = std::process::Command::new("sleep").arg("60").spawn().expect("a process");
    let mut client = Client::start();
    client.ask("initialize", json!({ "processId": process.id(), "capabilities": {} })).await;
    client.open(URI, "x = 1\n").await;
    assert_eq!(client.text(URI).await, "x = 1\n");
    process.kill().expect("it runs");
    process.wait().expect("it ran");
    assert_eq!(client.exit_code().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_waits_for_harms_nobody() {
    let mut client = Client::with_capabilities(json!({ "textDocument": { "diagnostic": {} } })).await;
    for id in [0, 1, 7] {
        client.send_body(&json!({ "jsonrpc": "2.0", "id": id, "result": null }).to_string()).await;
    }
    client.open(URI, "x = 1\n").await;
    assert_eq!(client.text(URI).await, "x = 1\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn type_hierarchies_are_offered_at_once_to_clients_that_register_nothing() {
    for (capability, offered) in [(json!({}), json!(true)), (json!({ "dynamicRegistration": true }), json!(null))] {
        let mut client = Client::start();
        let capabilities = json!({ "textDocument": { "typeHierarchy": capability } });
        let answer = client.ask("initialize", json!({ "processId": null, "capabilities": capabilities })).await;
        assert_eq!(answer["result"]["capabilities"]["typeHierarchyProvider"], offered);
        assert_eq!(answer["result"]["capabilities"]["callHierarchyProvider"], json!(true));
    }
}
