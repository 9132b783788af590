//! The `danaide` command as a user or a script meets it: exit codes, formats, messages.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use danaide_tests::{Run, command, folder, run, run_in};
use expect_test::{Expect, expect};
use serde_json::Value;

/// Runs one program and shows all that came of it.
fn check_run(program: &str, args: &[&str], expected: Expect) {
    let folder = folder(&[("program.na", program)]);
    let mut all = vec!["run", "program.na"];
    all.extend(args);
    let Run { code, stdout, stderr } = run_in(folder.path(), &all);
    expected.assert_eq(&format!("{stdout}--- {}\n{stderr}", code.map_or("killed".into(), |code| code.to_string())));
}

const BROKEN: &str = "def greet(name)\n    return \"hi\"\n\ntotal = (1 + 2\nprint(total)\n";

#[test]
fn version_and_usage() {
    let here = Path::new(".");
    let Run { code, stdout, .. } = run_in(here, &["--version"]);
    assert_eq!((code, stdout), (Some(0), format!("danaide {}\n", env!("CARGO_PKG_VERSION"))));
    for args in [&["run"][..], &["check"], &["fly"], &["run", "a.na", "--unknown"], &["check", "--output", "xml", "."]]
    {
        assert_eq!(run_in(here, args).code, Some(2), "{args:?}");
    }
}

#[test]
fn a_program_that_succeeds() {
    check_run(
        "print('hello')\n",
        &[],
        expect![[r#"
        hello
        --- 0
    "#]],
    );
    check_run(
        "",
        &[],
        expect![[r#"
        --- 0
    "#]],
    );
}

#[test]
fn main_gets_the_arguments() {
    let program = "def __main__(name: str, count: int = 1, items=none):\n    print(repr(name), count, items)\n";
    check_run(
        program,
        &["--arg", "name=Ada", "--arg", "items=[1, \"a\"]"],
        expect![[r#"
        'Ada' 1 [1, 'a']
        --- 0
    "#]],
    );
    check_run(
        program,
        &["--arg", "name=007", "--arg", "count=3"],
        expect![[r#"
        '007' 3 None
        --- 0
    "#]],
    );
    check_run(
        program,
        &["--arg", "name"],
        expect![[r#"
        --- 2
        error: `--arg name` has no value; write --arg NAME=VALUE
    "#]],
    );
    check_run(
        "x = 1\n",
        &["--arg", "name=Ada"],
        expect![[r#"
        --- 2
        error: program.na defines no `__main__` that could take the argument `name`
    "#]],
    );
}

#[test]
fn a_program_that_fails_shows_where() {
    check_run(
        "def half(n):\n    return n / 0\n\nprint('before')\nhalf(3)\n",
        &[],
        expect![[r#"
        before
        --- 1
        error: ZeroDivisionError: division by zero
         --> program.na:2:12
          |
        2 |     return n / 0
          |            ^^^^^ in half
          |
         ::: program.na:5:1
          |
        5 | half(3)
          | ------- in <module>
    "#]],
    );
}

#[test]
fn errors_are_found_before_anything_runs() {
    let folder = folder(&[("program.na", BROKEN)]);
    let Run { code, stdout, stderr } = run_in(folder.path(), &["run", "program.na"]);
    assert_eq!((code, stdout.as_str()), (Some(3), ""));
    expect![[r#"
        error[syntax-error]: expected `:` after the head of the function
         --> program.na:1:16
          |
        1 | def greet(name)
          |                ^

        error[syntax-error]: expected `)`: `(` is never closed
         --> program.na:4:15
          |
        4 | total = (1 + 2
          |         -     ^
          |         |
          |         this bracket is open
    "#]]
    .assert_eq(&stderr);
}

#[test]
fn files_that_cannot_be_read() {
    let folder = folder(&[("a.na", "x = 1\n")]);
    let Run { code, stderr, .. } = run_in(folder.path(), &["run", "none.na"]);
    assert_eq!((code, stderr.as_str()), (Some(2), "error: cannot read none.na: there is no such file\n"));
    let Run { code, stderr, .. } = run_in(folder.path(), &["run", "."]);
    assert_eq!((code, stderr.as_str()), (Some(2), "error: cannot read .: it is a folder\n"));
    let Run { code, stdout, stderr } = run_in(folder.path(), &["check", "none.na", "a.na"]);
    assert_eq!(code, Some(2));
    assert_eq!(stdout, "checked 1 file: nothing found\n");
    assert_eq!(stderr, "error: cannot read none.na: there is no such file\n");
}

#[test]
fn bad_options_are_named() {
    for (args, message) in [
        (
            &["--allow", "cpu=x"][..],
            "`cpu=x` is not a grant; write fs=PATH to let the program read and write below PATH, net=HOST to let it reach HOST, \
             process=NAME to let it start the program NAME, env=NAME to let it read the variable NAME of the environment, or \
             python to let it use modules of Python",
        ),
        (
            &["--llm", "gpt"],
            "`gpt` is not a model; write SERVICE:MODEL with one of the services openai, azure, anthropic, gemini, groq, \
             mistral, deepseek, openrouter, together, ollama, vllm, llamacpp, lmstudio, an address such as \
             http://localhost:8080/v1, script=FILE, record=FILE, replay=FILE or mock",
        ),
        (&["--log-level", "loud"], "`loud` is not a log level; use debug, info, warning, error or critical"),
        (&["--time-limit", "-1"], "the time limit has to be a positive number of seconds"),
        (&["--memory-limit", "much"], "`much` is not a size; write a number of bytes, or one with k, m or g"),
    ] {
        check_option(args, message);
    }
}

fn check_option(args: &[&str], message: &str) {
    let folder = folder(&[("a.na", "")]);
    let mut all = vec!["run", "a.na"];
    all.extend(args);
    let Run { code, stderr, .. } = run_in(folder.path(), &all);
    assert_eq!((code, stderr), (Some(2), format!("error: {message}\n")), "{args:?}");
}

#[test]
fn log_levels() {
    let program = "log('shown', 'warning')\nlog('detail', 'info')\nlog('trace', 'debug')\nprint('out')\n";
    check_run(
        program,
        &[],
        expect![[r#"
        out
        --- 0
        WARNING: shown
    "#]],
    );
    check_run(
        program,
        &["--log-level", "info"],
        expect![[r#"
        out
        --- 0
        WARNING: shown
        INFO: detail
    "#]],
    );
}

#[test]
fn a_time_limit_ends_the_program() {
    let start = Instant::now();
    check_run(
        "print('start')\nwhile true:\n    pass\n",
        &["--time-limit", "0.2"],
        expect![[r#"
        start
        --- 124
        error: the program reached its time limit of 0.2 seconds; --time-limit sets it
    "#]],
    );
    check_run(
        "sleep(60)\n",
        &["--time-limit", "0.1"],
        expect![[r#"
        --- 124
        error: the program reached its time limit of 0.1 seconds; --time-limit sets it
    "#]],
    );
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_memory_limit_is_an_error_of_the_program() {
    let folder = folder(&[("a.na", "grow = []\nwhile true:\n    grow.append('x' * 1000)\n")]);
    let Run { code, stderr, .. } = run_in(folder.path(), &["run", "a.na", "--memory-limit", "8m"]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("MemoryError") && stderr.contains("--memory-limit"), "{stderr}");
}

#[test]
fn reason_without_a_model_says_what_to_set() {
    let folder = folder(&[("a.na", "print(reason('What is 2+2?'))\n")]);
    let Run { code, stderr, .. } = run_in(folder.path(), &["run", "a.na"]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("LLMError: no language model is configured; set one with --llm SERVICE:MODEL"), "{stderr}");
    let mock = run(command(".", &["run", "a.na"]).current_dir(folder.path()).env("DANA_MOCK_LLM", "true"));
    assert_eq!((mock.code, mock.stdout.as_str()), (Some(0), "4\n"));
    assert_eq!(run_in(folder.path(), &["run", "a.na", "--llm", "mock"]).stdout, "4\n");
}

#[test]
fn secrets_are_not_printed() {
    let folder = folder(&[("a.na", "print('key', 'sk-' + '123456789')\nraise ValueError('sk-123456789')\n")]);
    let run = run(command(".", &["run", "a.na"]).current_dir(folder.path()).env("MODEL_API_KEY", "sk-123456789"));
    assert_eq!(run.stdout, "key ***\n");
    assert!(run.stderr.contains("ValueError: ***"), "{}", run.stderr);
    assert!(!run.stderr.contains("sk-123456789"), "{}", run.stderr);
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let folder = folder(&[("a.na", "while true:\n    print('a line of text')\n")]);
    let mut command = command(".", &["run", "a.na"]);
    let mut child = command
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("danaide starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("danaide ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[cfg(unix)]
#[test]
fn an_interruption_runs_finally_blocks_and_ends_with_130() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        interrupted_by(signal);
    }
}

#[cfg(unix)]
fn interrupted_by(signal: &str) {
    let program = "try:\n    print('waiting')\n    sleep(60)\nfinally:\n    print('cleaned up')\n";
    let folder = folder(&[("a.na", program)]);
    let mut command = command(".", &["run", "a.na"]);
    let mut child = command.current_dir(folder.path()).stdout(Stdio::piped()).spawn().expect("danaide starts");
    let mut output = BufReader::new(child.stdout.take().expect("the output is a pipe"));
    let mut text = String::new();
    // What was printed is written before the program waits.
    output.read_line(&mut text).expect("a line");
    let kill = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(kill.is_ok_and(|status| status.success()));
    output.read_to_string(&mut text).expect("the rest");
    assert_eq!(child.wait().expect("danaide ends").code(), Some(130), "{signal}");
    assert_eq!(text, "waiting\ncleaned up\n", "{signal}");
}

#[test]
fn check_for_people() {
    let folder = folder(&[("a.na", BROKEN)]);
    let Run { code, stdout, .. } = run_in(folder.path(), &["check", "a.na"]);
    assert_eq!(code, Some(3));
    expect![[r#"
        error[syntax-error]: expected `:` after the head of the function
         --> a.na:1:16
          |
        1 | def greet(name)
          |                ^

        error[syntax-error]: expected `)`: `(` is never closed
         --> a.na:4:15
          |
        4 | total = (1 + 2
          |         -     ^
          |         |
          |         this bracket is open

        checked 1 file: 2 errors
    "#]]
    .assert_eq(&stdout);
}

#[test]
fn check_as_json() {
    let folder = folder(&[("a.na", BROKEN), ("deep/b.na", "x = 'é' + )\n"), ("c.txt", "(")]);
    let Run { code, stdout, stderr } = run_in(folder.path(), &["check", ".", "--output", "json"]);
    assert_eq!((code, stderr.as_str()), (Some(3), ""));
    expect![[r#"
        {"path":"a.na","range":{"start":{"line":1,"column":16,"offset":15},"end":{"line":1,"column":16,"offset":15}},"code":"syntax-error","severity":"error","message":"expected `:` after the head of the function"}
        {"path":"a.na","range":{"start":{"line":4,"column":15,"offset":47},"end":{"line":4,"column":15,"offset":47}},"code":"syntax-error","severity":"error","message":"expected `)`: `(` is never closed","related":[{"path":"a.na","range":{"start":{"line":4,"column":9,"offset":41},"end":{"line":4,"column":10,"offset":42}},"message":"this bracket is open"}]}
        {"path":"deep/b.na","range":{"start":{"line":1,"column":11,"offset":11},"end":{"line":1,"column":12,"offset":12}},"code":"syntax-error","severity":"error","message":"expected a value after `+`, found `)`"}
    "#]].assert_eq(&stdout);
    for line in stdout.lines() {
        let finding: Value = serde_json::from_str(line).expect("each line is JSON");
        assert_eq!(finding["code"], "syntax-error");
    }
}

#[test]
fn check_as_sarif() {
    let folder = folder(&[("a b.na", "x = )\n")]);
    let Run { code, stdout, .. } = run_in(folder.path(), &["check", "a b.na", "--output", "sarif"]);
    assert_eq!(code, Some(3));
    let mut log: Value = serde_json::from_str(&stdout).expect("SARIF is JSON");
    assert_eq!(log["version"], "2.1.0");
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules").clone();
    let rule = rules.iter().find(|rule| rule["id"] == "syntax-error").expect("the rule of the finding");
    assert!(rule["helpUri"].as_str().is_some_and(|uri| uri.ends_with("docs/diagnostics.md#syntax-error")), "{rule}");
    assert_eq!(rule["shortDescription"]["text"], "The text is not Dana");
    assert!(rule["fullDescription"]["text"].as_str().is_some_and(|text| text.len() > 100), "{rule}");
    expect![[r#"
        [
          {
            "ruleId": "syntax-error",
            "level": "error",
            "message": {
              "text": "expected a value, found `)`"
            },
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "a%20b.na"
                  },
                  "region": {
                    "startLine": 1,
                    "startColumn": 5,
                    "endLine": 1,
                    "endColumn": 6,
                    "byteOffset": 4,
                    "byteLength": 1
                  }
                }
              }
            ]
          }
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&log["runs"][0]["results"].take()).expect("JSON"));
}

#[test]
fn check_without_findings() {
    let folder = folder(&[("a.na", "x = 1\n"), ("b.na", "y = 2\n")]);
    let Run { code, stdout, .. } = run_in(folder.path(), &["check", "."]);
    assert_eq!((code, stdout.as_str()), (Some(0), "checked 2 files: nothing found\n"));
    assert_eq!(run_in(folder.path(), &["check", ".", "--output", "json"]).stdout, "");
}

#[test]
fn many_files_are_checked_in_order() {
    let names: Vec<String> = (0..60).map(|number| format!("f{number:02}.na")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x = )\n")).collect();
    let folder = folder(&files);
    let Run { stdout, .. } = run_in(folder.path(), &["check", ".", "--output", "json"]);
    let paths: Vec<String> = stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["path"].as_str().expect("a path").to_owned())
        .collect();
    assert_eq!(paths, names);
}

#[test]
fn limits_name_the_option_that_raises_them() {
    for (program, args, code, message, option) in [
        (
            "def f(n):\n    return f(n + 1)\nf(0)\n",
            &[][..],
            1,
            "RecursionError: maximum recursion depth of 100000",
            "--max-depth",
        ),
        ("def f(n):\n    return f(n + 1)\nf(0)\n", &["--max-depth", "50"], 1, "depth of 50 calls", "--max-depth"),
        ("while true:\n    pass\n", &["--max-steps", "1000"], 1, "limit of 1000 steps", "--max-steps"),
        (
            "while true:\n    print('x' * 99)\n",
            &["--max-output", "1k"],
            1,
            "output limit of 1024 bytes",
            "--max-output",
        ),
        ("x = 'x' * 9000000\n", &["--memory-limit", "1m"], 1, "MemoryError", "--memory-limit"),
        (
            "a = []\nb = []\nfor i in range(60):\n    a = [a, a]\n    b = [b, b]\na == b\n",
            &["--time-limit", "0.2"],
            124,
            "time limit of 0.2 seconds",
            "--time-limit",
        ),
        // Each call that fails begins another one, with all exceptions before it as its context.
        (
            "def f(n):\n    try:\n        f(n + 1)\n    finally:\n        f(n + 1)\nf(0)\n",
            &["--time-limit", "0.2"],
            124,
            "time limit of 0.2 seconds",
            "--time-limit",
        ),
        ("while true:\n    print('y' * 100000)\n", &["--time-limit", "0.2"], 124, "0.2 seconds", "--time-limit"),
    ] {
        let folder = folder(&[("a.na", program)]);
        let mut all = vec!["run", "a.na"];
        all.extend(args);
        let Run { code: given, stderr, .. } = run_in(folder.path(), &all);
        assert_eq!(given, Some(code), "{program}{stderr}");
        assert!(stderr.contains(message) && stderr.contains(option), "{stderr}");
    }
}

#[test]
fn an_error_as_json() {
    let program =
        "def f():\n    return [][0]\ntry:\n    f()\nexcept IndexError as e:\n    raise ValueError('é') from e\n";
    let folder = folder(&[("a.na", program)]);
    let Run { code, stderr, .. } = run_in(folder.path(), &["run", "a.na", "--format", "json"]);
    assert_eq!(code, Some(1));
    expect![[r#"
        {"type":"ValueError","message":"é","frames":[{"function":"<module>","path":"a.na","line":6,"column":5,"endColumn":33,"source":"    raise ValueError('é') from e"}],"cause":{"type":"IndexError","message":"list index out of range","frames":[{"function":"<module>","path":"a.na","line":4,"column":5,"endColumn":8,"source":"    f()"},{"function":"f","path":"a.na","line":2,"column":12,"endColumn":17,"source":"    return [][0]"}]}}
    "#]]
    .assert_eq(&stderr);
}

#[test]
fn arguments_that_do_not_fit_are_named_before_anything_runs() {
    let program = "print('runs')\ndef __main__(name: str, count: int = 1):\n    print(name, count)\n";
    for (args, message) in [
        (&[][..], "`__main__` needs the argument `name`; give it with --arg name=VALUE"),
        (&["--arg", "name=a", "--arg", "name=b"], "the argument `name` is given twice"),
        (&["--arg", "name=a", "--arg", "nam=b"], "`__main__` has no parameter `nam`; it has name, count"),
    ] {
        let folder = folder(&[("a.na", program)]);
        let mut all = vec!["run", "a.na"];
        all.extend(args);
        let Run { code, stdout, stderr } = run_in(folder.path(), &all);
        assert_eq!((code, stdout.as_str(), stderr), (Some(2), "", format!("error: {message}\n")), "{args:?}");
    }
}
