//! Edits and requests that race, and queries that are cancelled.

use std::time::{Duration, Instant};

use serde_json::json;

use super::client::{Client, URI, document};

const SOON: Duration = Duration::from_millis(50);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn six_racing_edits_arrive_in_order() {
    for _ in 0..20 {
        let mut client = Client::running().await;
        client.open(URI, "").await;
        for number in 1..=6 {
            let here = json!({ "line": 0, "character": number - 1 });
            client
                .change(
                    URI,
                    number + 1,
                    json!([{ "range": { "start": here, "end": here }, "text": number.to_string() }]),
                )
                .await;
        }
        assert_eq!(client.text(URI).await, "123456");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_sees_the_edits_before_it_and_none_after_it() {
    let mut client = Client::running().await;
    client.open(URI, "0").await;
    client.open("file:///w/b.na", "other").await;
    let mut ids = Vec::new();
    for number in 1..=30 {
        client.replace(URI, number, &number.to_string()).await;
        // Edits elsewhere make the query begin again, which nobody notices.
        client.replace("file:///w/b.na", number, &"x".repeat(number as usize)).await;
        let params = json!({ "textDocument": { "uri": URI }, "position": { "line": 0, "character": 0 } });
        ids.push((number, client.request("test/text", params).await));
    }
    for (number, id) in ids {
        let answer = client.answer(id).await;
        if answer["error"]["code"] != -32801 {
            assert_eq!(answer["result"], number.to_string(), "{answer}");
        } else {
            assert_ne!(number, 30, "nothing came after the last request");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_cancelled_request_answers_while_a_long_one_runs() {
    let mut client = Client::running().await;
    client.open(URI, "x = 1\n").await;
    let long = client.request("test/spin", document(URI)).await;
    let cancelled = client.request("test/spin", document(URI)).await;
    tokio::time::sleep(Duration::from_millis(100)).await;

    let before = Instant::now();
    client.notify("$/cancelRequest", json!({ "id": cancelled })).await;
    assert_eq!(client.answer(cancelled).await["error"]["code"], -32800);
    let waited = before.elapsed();
    assert!(waited < SOON, "the answer took {waited:?}");

    let before = Instant::now();
    client.notify("$/cancelRequest", json!({ "id": long })).await;
    assert_eq!(client.answer(long).await["error"]["code"], -32800);
    assert!(before.elapsed() < SOON);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_long_requests_do_not_keep_cancellations_out() {
    let mut client = Client::running().await;
    client.open(URI, "x = 1\n").await;
    let mut ids = Vec::new();
    for _ in 0..50 {
        ids.push(client.request("test/spin", document(URI)).await);
    }
    for id in ids.iter().rev() {
        client.notify("$/cancelRequest", json!({ "id": id })).await;
    }
    for id in ids {
        assert_eq!(client.answer(id).await["error"]["code"], -32800);
    }
    // The threads are free again: this one needs one.
    assert_eq!(client.text(URI).await, "x = 1\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_edit_ends_the_requests_about_the_old_text() {
    let mut client = Client::running().await;
    client.open(URI, "x = 1\n").await;
    // Of several times the shortest says how long the server takes: the machine may be busy with something else.
    let mut shortest = Duration::MAX;
    for version in 2..7 {
        let old = client.request("test/spin", document(URI)).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let before = Instant::now();
        client.replace(URI, version, &format!("x = {version}\n")).await;
        assert_eq!(client.answer(old).await["error"]["code"], -32801);
        shortest = shortest.min(before.elapsed());
    }
    assert!(shortest < SOON, "the answer took {shortest:?}");
    assert_eq!(client.text(URI).await, "x = 6\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_query_that_breaks_is_answered_and_the_server_goes_on() {
    let mut client = Client::running().await;
    client.open(URI, "x = 1\n").await;
    assert_eq!(client.ask("test/panic", document(URI)).await["error"]["code"], -32603);
    client.replace(URI, 2, "x = 2\n").await;
    assert_eq!(client.text(URI).await, "x = 2\n");
}
