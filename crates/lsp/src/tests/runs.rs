//! Programs that run from the editor.

use std::time::{Duration, Instant};

use danaide_analysis::MemoryFileSystem;
use serde_json::{Value, json};

use super::client::{Client, URI, document, range, render};

const OTHER: &str = "file:///w/b.na";

/// A client that takes notifications of runs.
async fn able() -> Client {
    with_settings(json!({})).await
}

/// The same with settings of `danaide`.
async fn with_settings(settings: Value) -> Client {
    let capabilities = json!({
        "experimental": { "danaide": { "runs": true, "ask": true } },
        "textDocument": { "diagnostic": {}, "publishDiagnostics": { "relatedInformation": true } },
    });
    let files = MemoryFileSystem::from_files([("/w/disk.na", "value = 'on disk'\n")]);
    let params = json!({
        "processId": null,
        "capabilities": capabilities,
        "workspaceFolders": [{ "uri": "file:///w", "name": "w" }],
        "initializationOptions": { "danaide": settings },
    });
    Client::initialized(files, params).await
}

async fn command(client: &mut Client, name: &str, argument: Value) -> Value {
    client.ask("workspace/executeCommand", json!({ "command": name, "arguments": [argument] })).await
}

/// Begins a run of a document and gives its name.
async fn run(client: &mut Client, argument: Value) -> String {
    let answer = command(client, "danaide.run", argument).await;
    answer["result"]["run"].as_str().unwrap_or_else(|| panic!("a run: {answer}")).to_owned()
}

/// Waits for the end of a run; gives it with all that was printed and logged before.
async fn end(client: &mut Client, run: &str) -> (Value, String) {
    let finished = client.find(|it| it["method"] == "danaide/runFinished" && it["params"]["run"] == run).await;
    let mut output = String::new();
    while let Some(it) = client.take(|it| it["method"] == "danaide/runOutput" && it["params"]["run"] == run) {
        output.push_str(it["params"]["text"].as_str().expect("a text"));
    }
    (finished["params"].clone(), output)
}

/// Opens a text, runs it, and waits for the end.
async fn run_text(client: &mut Client, text: &str) -> (Value, String) {
    client.open(URI, text).await;
    let name = run(client, json!({ "uri": URI })).await;
    end(client, &name).await
}

#[tokio::test(flavor = "multi_thread")]
async fn buffers_run_as_they_are() {
    let mut client = able().await;
    client.open(OTHER, "def greet(name): return f'hello {name}'\n").await;
    client.open(URI, "old").await;
    let text = "from b import greet\nimport disk\nlog('look', 'warning')\nprint(greet('😀'))\nprint(disk.value)\n";
    client.replace(URI, 2, text).await;
    let name = run(&mut client, json!({ "uri": URI })).await;
    let (finished, output) = end(&mut client, &name).await;
    assert_eq!(finished["outcome"], "done", "{finished}");
    assert_eq!(output, "WARNING: look\nhello 😀\non disk\n");
    let started = client.message("danaide/runStarted").await;
    assert_eq!(started["params"], json!({ "run": name, "uri": URI, "version": 2, "title": "Run a.na" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn output_comes_while_the_program_runs() {
    let mut client = able().await;
    client.open(URI, "print('first')\nsleep(60)\n").await;
    let name = run(&mut client, json!({ "uri": URI })).await;
    let output = client.message("danaide/runOutput").await;
    assert_eq!(output["params"], json!({ "run": name, "channel": "stdout", "text": "first\n" }));
    let answer = command(&mut client, "danaide.cancel", json!({ "run": name })).await;
    assert_eq!(answer["result"], json!({ "cancelled": 1 }));
    let (finished, _) = end(&mut client, &name).await;
    assert_eq!((&finished["outcome"], &finished["error"]), (&json!("cancelled"), &json!(null)));
    assert_eq!(command(&mut client, "danaide.cancel", json!(null)).await["result"], json!({ "cancelled": 0 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_a_diagnostic_until_the_text_changes() {
    let mut client = able().await;
    let text = "def half(n):\n    return n / 0\n\nprint('😀', half(3))\n";
    let (finished, _) = run_text(&mut client, text).await;
    assert_eq!(finished["outcome"], "failed");
    let error = &finished["error"];
    assert_eq!((&error["code"], &error["uri"]), (&json!("ZeroDivisionError"), &json!(URI)));
    assert_eq!(error["message"], "ZeroDivisionError: division by zero");
    assert_eq!(range(&error["range"]), "1:11-1:16");
    let frames: Vec<String> = error["traceback"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| format!("{} {} {}", it["function"], range(&it["range"]), it["text"]))
        .collect();
    assert_eq!(frames, ["\"<module>\" 3:12-3:19 \"print('😀', half(3))\"", "\"half\" 1:11-1:16 \"return n / 0\""]);

    let shown = client.find(|it| it["params"]["diagnostics"][0]["source"] == "danaide run").await;
    assert_eq!(
        render(&shown["params"]["diagnostics"]),
        ["1:11-1:16 ZeroDivisionError ZeroDivisionError: division by zero"]
    );
    let related = &shown["params"]["diagnostics"][0]["relatedInformation"][0];
    assert_eq!(range(&related["location"]["range"]), "3:12-3:19");
    assert_eq!(related["message"], "called here, in <module>");

    client.replace(URI, 2, &text.replace('0', "2")).await;
    let gone = client.find(|it| it["method"] == "textDocument/publishDiagnostics").await;
    assert_eq!(gone["params"]["diagnostics"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_errors_does_not_run() {
    let mut client = able().await;
    let (finished, output) = run_text(&mut client, "print('a')\nx = (\n").await;
    assert_eq!((&finished["outcome"], output.as_str()), (&json!("failed"), ""));
    assert_eq!(finished["error"]["code"], "syntax-error");
    assert_eq!(finished["error"]["range"]["start"]["line"], 1);
}

/// While `text` runs the server answers as ever; then the run ends so.
async fn ends_and_harms_nobody(settings: Value, text: &str, outcome: &str, code: &str) {
    let mut client = with_settings(settings).await;
    client.open(URI, text).await;
    let name = run(&mut client, json!({ "uri": URI })).await;
    client.open(OTHER, "x = (\n").await;
    let before = Instant::now();
    assert_eq!(client.diagnostics(OTHER).await.len(), 1);
    assert!(before.elapsed() < Duration::from_secs(5), "the server waited for the program");
    let (finished, _) = end(&mut client, &name).await;
    assert_eq!((&finished["outcome"], &finished["error"]["code"]), (&json!(outcome), &json!(code)), "{finished}");
    let (finished, output) = run_text(&mut client, "print(1)\n").await;
    assert_eq!((&finished["outcome"], output.as_str()), (&json!("done"), "1\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_ends_at_its_time() {
    let settings = json!({ "run": { "limits": { "seconds": 0.5 } } });
    ends_and_harms_nobody(settings, "while true:\n    pass\n", "limit", "time").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_ends_after_its_steps() {
    let settings = json!({ "run": { "limits": { "steps": 100_000 } } });
    ends_and_harms_nobody(settings, "while true:\n    pass\n", "limit", "steps").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_allocates_ends() {
    let settings = json!({ "run": { "limits": { "memoryMb": 16 } } });
    let text = "x = []\nwhile true:\n    x.append('a' * 100000)\n";
    ends_and_harms_nobody(settings, text, "limit", "memory").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_calls_itself_ends() {
    ends_and_harms_nobody(json!({}), "def f(n): return f(n + 1)\nf(0)\n", "limit", "depth").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_floods_the_output_ends() {
    let settings = json!({ "run": { "limits": { "outputKb": 256 } } });
    ends_and_harms_nobody(settings, "while true:\n    print('x' * 1000)\n", "limit", "output").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_builtin_that_breaks_ends_its_run_only() {
    ends_and_harms_nobody(json!({}), "print('\\x07break')\n", "failed", "internal").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_do_not_run_where_nobody_trusts_them() {
    let mut client = with_settings(json!({ "trusted": false })).await;
    client.open(URI, "def test_a(): pass\nworkflow w = str | print\n").await;
    for name in ["danaide.run", "danaide.test"] {
        let answer = command(&mut client, name, json!({ "uri": URI })).await;
        assert_eq!(answer["error"]["code"], -32803, "{answer}");
        assert!(answer["error"]["message"].as_str().is_some_and(|it| it.contains("not trusted")), "{answer}");
    }
    let answer = client.ask("textDocument/codeLens", document(URI)).await;
    let run = |it: &Value| it["command"]["command"] == "danaide.run";
    assert!(!answer["result"].as_array().expect("a list").iter().any(run), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_programs_run_at_once_and_all_are_cancelled() {
    let mut client = able().await;
    client.open(URI, "sleep(60)\n").await;
    let mut runs = Vec::new();
    for _ in 0..8 {
        runs.push(run(&mut client, json!({ "uri": URI })).await);
    }
    let answer = command(&mut client, "danaide.run", json!({ "uri": URI })).await;
    assert_eq!(answer["error"]["message"], "8 programs are running; cancel one of them first");
    assert_eq!(command(&mut client, "danaide.cancel", json!({})).await["result"], json!({ "cancelled": 8 }));
    for name in runs {
        assert_eq!(end(&mut client, &name).await.0["outcome"], "cancelled");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_are_called_with_arguments() {
    let mut client = able().await;
    let text = "def area(width: float, height: float = 2, name: str = '?'):\n    return {name: width * height}\n\
                workflow shout = str | (lambda s :: s.upper())\ndef __main__(n: int):\n    print('main', n + 1)\n";
    client.open(URI, text).await;
    let call = |function: &str, arguments: Value| json!({ "uri": URI, "function": function, "arguments": arguments });
    let name = run(&mut client, call("area", json!({ "width": "1.5", "name": "5" }))).await;
    let (finished, _) = end(&mut client, &name).await;
    assert_eq!((&finished["outcome"], &finished["value"]), (&json!("done"), &json!("{\"5\": 3.0}")), "{finished}");
    let name = run(&mut client, call("shout", json!({ "text": "hey" }))).await;
    assert_eq!(end(&mut client, &name).await.0["value"], "\"HEY\"");
    let name = run(&mut client, json!({ "uri": URI, "arguments": { "n": 1 } })).await;
    assert_eq!(end(&mut client, &name).await.1, "main 2\n");

    for (argument, message) in [
        (call("area", json!({})), "`area` needs the argument `width`"),
        (
            call("area", json!({ "width": 1, "depth": 2 })),
            "`area` has no parameter `depth`; it has `width`, `height`, `name`",
        ),
        (call("aera", json!({})), "the file has no function `aera`; did you mean `area`?"),
        (json!({ "uri": URI }), "`__main__` needs the argument `n`"),
        (json!({ "uri": "file:///w/none.na" }), "there is no file /w/none.na; save it, or open it in the editor"),
    ] {
        let answer = command(&mut client, "danaide.run", argument).await;
        assert_eq!((&answer["error"]["code"], &answer["error"]["message"]), (&json!(-32803), &json!(message)));
    }
    assert_eq!(command(&mut client, "danaide.run", json!({})).await["error"]["code"], -32602);
    assert_eq!(command(&mut client, "danaide.dance", json!({})).await["error"]["code"], -32602);
}

#[tokio::test(flavor = "multi_thread")]
async fn selections_run_alone() {
    let mut client = able().await;
    let text = "print('not this')\ndef f(n): return n * 2\ndef g():\n    x = f(4)\n    return 1 / (x - 8)\n";
    client.open(URI, text).await;
    let select = |from: (u32, u32), to: (u32, u32)| {
        let position = |(line, character): (u32, u32)| json!({ "line": line, "character": character });
        json!({ "uri": URI, "range": { "start": position(from), "end": position(to) } })
    };
    let selection = select((3, 8), (3, 12));
    let answer = command(&mut client, "danaide.runSelection", selection).await;
    let name = answer["result"]["run"].as_str().expect("a run").to_owned();
    let (finished, output) = end(&mut client, &name).await;
    assert_eq!((&finished["value"], output.as_str()), (&json!("8"), ""), "{finished}");

    let selection = select((4, 11), (4, 22));
    let answer = command(&mut client, "danaide.runSelection", selection).await;
    let name = answer["result"]["run"].as_str().expect("a run").to_owned();
    let (finished, _) = end(&mut client, &name).await;
    assert_eq!(finished["error"]["code"], "NameError");
    assert_eq!(range(&finished["error"]["range"]), "4:16-4:17", "the place in the document");
}

#[tokio::test(flavor = "multi_thread")]
async fn tests_run_with_a_result_each() {
    let mut client = able().await;
    let text = "def test_good():\n    assert 1\ndef helper(): pass\ndef test_bad():\n    assert 1 == 2, 'no'\ndef test_last(): print('last')\n";
    client.open(URI, text).await;
    let answer = command(&mut client, "danaide.test", json!({ "uri": URI })).await;
    let name = answer["result"]["run"].as_str().expect("a run").to_owned();
    let (finished, output) = end(&mut client, &name).await;
    assert_eq!((&finished["outcome"], output.as_str()), (&json!("failed"), "last\n"));
    let results: Vec<String> = finished["tests"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| format!("{} {} {} {}", it["name"], it["outcome"], range(&it["range"]), it["message"]))
        .collect();
    assert_eq!(
        results,
        [
            "\"test_good\" \"passed\" 0:4-0:13 null",
            "\"test_bad\" \"failed\" 3:4-3:12 \"AssertionError: no\"",
            "\"test_last\" \"passed\" 5:4-5:13 null",
        ]
    );
    let shown = client.find(|it| it["params"]["diagnostics"][0]["source"] == "danaide run").await;
    assert_eq!(shown["params"]["diagnostics"][0]["range"]["start"]["line"], 4);

    let answer = command(&mut client, "danaide.test", json!({ "uri": URI, "function": "test_good" })).await;
    let name = answer["result"]["run"].as_str().expect("a run").to_owned();
    let (finished, _) = end(&mut client, &name).await;
    assert_eq!((&finished["outcome"], finished["tests"].as_array().map(Vec::len)), (&json!("done"), Some(1)));
    client.open(OTHER, "x = 1\n").await;
    let answer = command(&mut client, "danaide.test", json!({ "uri": OTHER })).await;
    assert_eq!(answer["error"]["code"], -32803);
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_told_of_and_measured() {
    let mut client = able().await;
    let text = "def fetch(n):\n    sleep(0.05)\n    return n\n\na = fetch(1)\nb = fetch(2)\nprint(a + b)\n";
    let (finished, _) = run_text(&mut client, text).await;
    assert_eq!(finished["outcome"], "done", "{finished}");
    let mut last = std::collections::BTreeMap::new();
    while let Some(message) = client.take(|it| it["method"] == "danaide/runTasks") {
        for task in message["params"]["tasks"].as_array().expect("a list") {
            last.insert(task["id"].as_str().expect("a name").to_owned(), task.clone());
        }
    }
    let fetches: Vec<&Value> = last.values().filter(|it| it["name"] == "fetch").collect();
    assert_eq!(fetches.len(), 2, "{last:?}");
    assert_eq!((range(&fetches[0]["range"]), &fetches[0]["parent"]), ("4:4-4:12".to_owned(), &json!("0")));
    assert!(fetches.iter().all(|it| it["state"] == "done" && it["durationMs"].as_f64() > Some(40.0)), "{last:?}");
    assert!(last.values().all(|it| it["state"] == "done"), "{last:?}");
    assert_eq!(last["0"]["name"], "Run a.na");

    let everything = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let ask = json!({ "textDocument": { "uri": URI }, "range": everything });
    let measured = |answer: &Value| -> Vec<String> {
        let hints = answer["result"].as_array().expect("a list").iter();
        hints.filter_map(|it| it["label"].as_str()).map(ToOwned::to_owned).collect()
    };
    let labels = measured(&client.ask("textDocument/inlayHint", ask.clone()).await);
    assert!(labels.iter().any(|it| it.starts_with("fetch ") && it.contains(" ms · waited ")), "{labels:?}");
    assert!(labels.iter().any(|it| it.starts_with("sleep 2 ×, longest ")), "{labels:?}");

    let section = json!({ "danaide": { "inlayHints": { "measured": false } } });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": section })).await;
    client
        .until_settled(async |client| measured(&client.ask("textDocument/inlayHint", ask.clone()).await).is_empty())
        .await;
    client.notify("workspace/didChangeConfiguration", json!({ "settings": {} })).await;
    client
        .until_settled(async |client| !measured(&client.ask("textDocument/inlayHint", ask.clone()).await).is_empty())
        .await;
    client.replace(URI, 2, "a = 1\n").await;
    assert_eq!(measured(&client.ask("textDocument/inlayHint", ask).await), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_clients_get_messages_and_progress() {
    let capabilities = json!({ "window": { "workDoneProgress": true } });
    let mut client = Client::with_capabilities(capabilities).await;
    client.open(URI, "print('hello')\nsleep(60)\n").await;
    run(&mut client, json!({ "uri": URI })).await;
    let create = client.message("window/workDoneProgress/create").await;
    client.reply(&create, json!(null)).await;
    let begin = client.message("$/progress").await;
    let value = &begin["params"]["value"];
    assert_eq!(
        (&value["kind"], &value["title"], &value["cancellable"]),
        (&json!("begin"), &json!("Run a.na"), &json!(true))
    );
    assert_eq!(client.message("window/logMessage").await["params"]["message"], "hello");
    client.notify("window/workDoneProgress/cancel", json!({ "token": begin["params"]["token"] })).await;
    client.find(|it| it["method"] == "$/progress" && it["params"]["value"]["kind"] == "end").await;
    let message = client.message("window/showMessage").await["params"]["message"].clone();
    assert!(message.as_str().is_some_and(|it| it.starts_with("Run a.na: cancelled after ")), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_granted_names_the_setting() {
    let mut client = able().await;
    let (finished, _) = run_text(&mut client, "import http\nhttp.get('http://localhost:9/')\n").await;
    let message = finished["error"]["message"].as_str().unwrap_or_default().to_owned();
    assert!(message.contains("add \"net=localhost\" to the setting danaide.run.allow to allow it"), "{finished}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_takes_its_runs_along() {
    let mut client = able().await;
    client.open(URI, "while true:\n    pass\n").await;
    run(&mut client, json!({ "uri": URI })).await;
    client.ask("shutdown", json!(null)).await;
    client.notify("exit", json!(null)).await;
    assert_eq!(client.exit_code().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_reach_the_person() {
    let mut client = able().await;
    let text =
        "print(approve('Go?'))\nprint(ask('Colour?', options=['red', 'blue']))\nprint(ask('Name?', default='Ada'))\n";
    client.open(URI, text).await;
    let name = run(&mut client, json!({ "uri": URI })).await;
    let approval = client.message("window/showMessageRequest").await;
    assert_eq!(approval["params"]["message"], "Go?");
    assert_eq!(approval["params"]["actions"], json!([{ "title": "Yes" }, { "title": "No" }]));
    client.reply(&approval, json!({ "title": "Yes" })).await;
    let choice = client.message("window/showMessageRequest").await;
    assert_eq!(choice["params"]["actions"], json!([{ "title": "red" }, { "title": "blue" }]));
    client.reply(&choice, json!({ "title": "blue" })).await;
    let question = client.message("danaide/ask").await;
    assert_eq!(question["params"], json!({ "run": name, "question": "Name?", "default": "Ada" }));
    client.reply(&question, json!({ "answer": "Grace" })).await;
    let (finished, output) = end(&mut client, &name).await;
    assert_eq!((&finished["outcome"], output.as_str()), (&json!("done"), "True\nblue\nGrace\n"), "{finished}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_without_an_answer_is_an_error_of_the_program() {
    let mut client = Client::running().await;
    client.open(URI, "try:\n    ask('Name?')\nexcept ResourceError as e:\n    print(e)\napprove('Go?')\n").await;
    run(&mut client, json!({ "uri": URI })).await;
    let said = client.find(|it| it["params"]["message"].as_str().is_some_and(|it| it.contains("cannot ask"))).await;
    assert_eq!(said["method"], "window/logMessage");
    let approval = client.message("window/showMessageRequest").await;
    client.reply(&approval, json!(null)).await;
    let message = client.message("window/showMessage").await["params"]["message"].clone();
    assert!(message.as_str().is_some_and(|it| it.contains("nobody answered")), "{message}");
}
