//! What Danaide says of itself: `analyze-stats`, and the log of `lsp --log FILE`.

use std::fs;
use std::io::{Read as _, Write as _};
use std::process::Stdio;

use danaide_tests::{command, run};

#[test]
fn stats_name_each_step_with_its_cost() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("a.na"), "def f(x):\n    return reason(x)\nmissing\n").expect("a file can be written");
    fs::write(folder.path().join("b.na"), "from a import f\nprint(f(1))\n").expect("a file can be written");
    let ran = run(command(".", &["analyze-stats", "."]).current_dir(folder.path()));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with("2 files, 5 lines, "), "{}", ran.stdout);
    assert!(lines[1].contains(" items, ") && lines[1].ends_with(" 1 findings"), "{}", ran.stdout);
    let steps: Vec<&str> = lines[3..].iter().filter_map(|it| it.split("  ").next()).collect();
    assert_eq!(steps, ["read", "parse", "items", "bodies", "types", "task graphs", "diagnostics"]);
    for line in &lines[3..] {
        assert!(line.contains(" ms ") && line.contains(" queries"), "{line}");
    }
}

#[test]
fn the_log_has_a_line_for_each_message() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = folder.path().join("lsp.log");
    let mut server = command(".", &["lsp", "--log", log.to_str().expect("UTF-8")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let mut input = server.stdin.take().expect("an input");
    for body in [
        r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"capabilities":{}}}"#,
        r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#,
        r#"{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{}}"#,
        r#"{"jsonrpc":"2.0","id":3,"method":"shutdown"}"#,
        r#"{"jsonrpc":"2.0","method":"exit"}"#,
    ] {
        write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("the server reads");
    }
    input.flush().expect("the server reads");
    let mut answers = String::new();
    server.stdout.take().expect("an output").read_to_string(&mut answers).expect("the server writes");
    assert_eq!(server.wait().expect("the server ends").code(), Some(0), "{answers}");
    let log = fs::read_to_string(&log).expect("a log");
    // The time at the beginning and the duration are of this run.
    let mut lines: Vec<String> = log
        .lines()
        .filter_map(|it| it.split_once(' '))
        .map(|(time, text)| {
            assert!(time.parse::<f64>().is_ok_and(|it| it > 1e9), "seconds since 1970: {time}");
            let words = text.split(' ').filter(|it| it.parse::<f64>().is_err());
            words.collect::<Vec<_>>().join(" ")
        })
        .collect();
    // Answers come when they come.
    lines.sort();
    assert_eq!(
        lines,
        [
            "answered initialize in ms",
            "answered shutdown in ms",
            "answered textDocument/hover in ms error",
            "notification initialized",
            "request initialize",
            "request shutdown",
            "request textDocument/hover",
        ]
    );
}
