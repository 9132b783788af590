//! Secret values, in everything that a run writes.

use std::path::Path;

use danaide_tests::fake_service::{FakeService, Reply};
use danaide_tests::{Run, command, folder, run, run_in};

/// None of them is like another.
const BY_NAME: &str = "sk-by-name-1234";
const NAMED: &str = "pin-4711";
const LINE: &str = "line \"with\" quotes";
const JSON: &str = "from-json-5678";

/// Shows all secrets by way of everything that a program can write to.
const PROGRAM: &str = "\
import env
import json
all = [env.get(name) for name in ['SHOP_PASSWD', 'PIN', 'A', 'B']]
text = ' '.join(all)
print(text, all, json.dumps(all))
log(text, 'error')
public:kept = text
public:other = 1
print(reason('The secrets are ' + text))
def fails(text):
    sleep(0.01)
    raise ValueError(text)
try:
    fails(text)
except ValueError as e:
    print(e)
raise ValueError(text)
";

fn secret_run(folder: &Path, options: &[&str]) -> Run {
    let mut command = command(".", &["run", "a.na", "--secret", "PIN", "--secrets", "s.env", "--secrets", "s.json"]);
    command.args(["--allow", "env=SHOP_PASSWD,PIN,A,B"]).args(options).current_dir(folder);
    run(command.env("SHOP_PASSWD", BY_NAME).env("PIN", NAMED))
}

fn secret_folder() -> tempfile::TempDir {
    let lines = format!("# what the shop needs\nA={LINE}\n");
    folder(&[("a.na", PROGRAM), ("s.env", &lines), ("s.json", &format!("{{\"B\": \"{JSON}\"}}"))])
}

fn assert_hidden(what: &str, text: &str) {
    for secret in [BY_NAME, NAMED, LINE, &LINE.replace('"', "\\\""), JSON] {
        assert!(!text.contains(secret), "{what} shows {secret}: {text}");
    }
}

#[test]
fn no_output_log_report_trace_state_or_recording_shows_a_secret() {
    let folder = secret_folder();
    let service = FakeService::start(|_, _| Reply::answer(&format!("you said {NAMED}")));
    let model = format!("{}/v1#tiny", service.url);
    let record = ["--llm", &model, "--llm", "record=r.jsonl", "--state", "state.json", "--trace", "t.jsonl"];
    let Run { code, stdout, stderr } = secret_run(folder.path(), &record);
    assert_eq!(code, Some(1), "{stderr}");
    let stars = "*** *** *** ***";
    let expected =
        format!("{stars} ['***', '***', '***', '***'] [\"***\", \"***\", \"***\", \"***\"]\nyou said ***\n{stars}\n");
    assert_eq!(stdout, expected, "{stderr}");
    assert!(
        stderr.starts_with(&format!("ERROR: {stars}\n")) && stderr.contains(&format!("ValueError: {stars}")),
        "{stderr}"
    );
    assert!(stderr.contains("public:kept is not kept in state.json: it holds a secret"), "{stderr}");
    assert_hidden("the error output", &stderr);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    for (file, holds) in [
        ("r.jsonl", "The secrets are *** *** *** ***"),
        ("state.json", "\"other\": 1"),
        ("t.jsonl", "ValueError: *** *** *** ***"),
    ] {
        assert!(read(file).contains(holds), "{file}: {}", read(file));
        assert_hidden(file, &read(file));
    }
    // The service is told what the program says.
    assert!(service.requests()[0].body.to_string().contains(NAMED));

    let page = run_in(folder.path(), &["trace", "t.jsonl", "--html", "t.html"]);
    assert_eq!(page.code, Some(0));
    assert_hidden("t.html", &read("t.html"));
    let Run { stdout, .. } = secret_run(folder.path(), &["--llm", "replay=r.jsonl", "--format", "json"]);
    assert!(stdout.contains("you said ***"), "{stdout}");
}

#[test]
fn a_report_in_json_and_a_collector_get_no_secret() {
    let folder = secret_folder();
    let service = FakeService::start(|_, _| Reply::json(200, &serde_json::json!({})));
    let options = ["--llm", "mock", "--otel", &service.url, "--format", "json"];
    let Run { stderr, .. } = secret_run(folder.path(), &options);
    assert!(stderr.contains("\"message\":\"*** *** *** ***\""), "{stderr}");
    assert_hidden("the report", &stderr);
    let spans = service.requests().iter().map(|request| request.body.to_string()).collect::<String>();
    assert!(spans.contains("ValueError: *** *** *** ***"), "{spans}");
    assert_hidden("the collector", &spans);
}

#[test]
fn a_file_of_secrets_holds_the_key_of_a_model() {
    let service = FakeService::start(|_, _| Reply::answer("yes"));
    let folder = folder(&[("a.na", "print(reason('Is it?'))\n"), ("s.env", "DANAIDE_LLM_API_KEY=key-of-file\n")]);
    let model = format!("{}/v1#tiny", service.url);
    let Run { stdout, stderr, .. } = run_in(folder.path(), &["run", "a.na", "--llm", &model, "--secrets", "s.env"]);
    assert_eq!((stdout.as_str(), stderr.as_str()), ("yes\n", ""));
    assert_eq!(service.requests()[0].header("authorization"), Some("Bearer key-of-file"));
}

#[test]
fn secrets_that_cannot_be_used_are_bad_usage_and_not_shown() {
    let folder = folder(&[("a.na", "print(1)\n"), ("bad.env", "A=1234\nmy secret phrase\n")]);
    for (options, message) in [
        (["--secret", "NO_SUCH_NAME"], "--secret NO_SUCH_NAME: there is no variable NO_SUCH_NAME in the environment"),
        (["--secrets", "none.env"], "cannot use the secrets in none.env: cannot read it"),
        (
            ["--secrets", "bad.env"],
            "bad.env does not hold secrets: line 2 has no NAME=value; write lines such as NAME=value",
        ),
    ] {
        let Run { code, stdout, stderr } = run_in(folder.path(), &[&["run", "a.na"][..], &options].concat());
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
        assert!(stderr.contains(message) && !stderr.contains("phrase"), "{stderr}");
    }
}
