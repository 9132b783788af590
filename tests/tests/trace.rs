//! `danaide trace`: a traced run as a tree.

use danaide_tests::fake_service::{FakeService, Reply};
use danaide_tests::{Run, command, folder, run, run_in};

#[test]
fn a_run_is_shown_as_a_tree_with_bars() {
    let program = "\
@retry(attempts=3, initial=1, jitter=false)
def fetch(n):
    sleep(n)
    if n == 4:
        raise ResourceError('gone')
    return n

def all():
    return gather(fetch(1), fetch(2), fetch(4), return_errors=true)

all()
";
    let folder = folder(&[("a.na", program)]);
    let Run { code, stderr, .. } = run_in(folder.path(), &["run", "a.na", "--virtual-clock", "--trace", "t.jsonl"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let Run { code, stdout, .. } = run_in(folder.path(), &["trace", "t.jsonl", "--width", "20"]);
    assert_eq!(code, Some(0));
    let line = |name: &str| stdout.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{stdout}"));
    assert!(line("all").contains("15.00 s"), "{stdout}");
    assert!(stdout.contains("failed: RetryExhausted") && stdout.contains("3 attempts"), "{stdout}");
    assert!(stdout.contains('░'), "{stdout}");
}

#[test]
fn a_run_is_a_page_that_needs_nothing_beside_it() {
    let program =
        "def f(n):\n    sleep(n)\n    raise ValueError('</script><b>no')\n\ntry:\n    f(1)\nexcept:\n    pass\n";
    let folder = folder(&[("a.na", program)]);
    run_in(folder.path(), &["run", "a.na", "--virtual-clock", "--trace", "t.jsonl"]);
    let Run { code, stdout, stderr } = run_in(folder.path(), &["trace", "t.jsonl", "--html", "t.html"]);
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (Some(0), "", ""));
    let page = std::fs::read_to_string(folder.path().join("t.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<title>t.jsonl – tasks</title>"), "{page}");
    assert!(page.contains("3 tasks in 1.00 s, 1 failed") && !page.contains("<b>no"), "{page}");
    let Run { code, stderr, .. } = run_in(folder.path(), &["trace", "t.jsonl", "--html", "none/t.html"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("cannot write none/t.html"), "{stderr}");
}

#[test]
fn the_tokens_of_a_model_are_in_the_trace() {
    let service = FakeService::start(|_, _| Reply::answer("yes"));
    let folder = folder(&[("a.na", "print(reason('Is it?'))\n")]);
    let model = format!("{}/v1#tiny", service.url);
    let run = run(command(".", &["run", "a.na", "--llm", &model, "--trace", "t.jsonl"]).current_dir(folder.path()));
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("yes\n", ""));
    let trace = std::fs::read_to_string(folder.path().join("t.jsonl")).unwrap();
    assert!(trace.contains(r#""prompt_tokens":3,"completion_tokens":2"#), "{trace}");
    let Run { stdout, .. } = run_in(folder.path(), &["trace", "t.jsonl"]);
    assert!(stdout.contains("3 + 2 tokens"), "{stdout}");
}

#[test]
fn a_file_that_is_no_trace_is_bad_usage() {
    let folder = folder(&[("t.jsonl", "x\n")]);
    let Run { code, stderr, .. } = run_in(folder.path(), &["trace", "t.jsonl"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("t.jsonl: line 1 is no event of a trace"), "{stderr}");
    assert_eq!(run_in(folder.path(), &["trace", "none.jsonl"]).code, Some(2));
}

#[test]
fn a_collector_gets_a_span_for_each_task() {
    let service = FakeService::start(|_, request| match request.line.as_str() {
        "POST /v1/traces" => Reply::json(200, &serde_json::json!({})),
        _ => Reply::answer("yes"),
    });
    let program = "def f():\n    return reason('Is it?')\n\ndef g():\n    sleep(0.01)\n    raise ValueError('no')\n\nprint(f())\nx = g()\nprint(x)\n";
    let folder = folder(&[("a.na", program)]);
    let model = format!("{}/v1#tiny", service.url);
    let args = ["run", "a.na", "--llm", &model, "--otel", &service.url];
    let Run { stdout, .. } = run(command(".", &args).current_dir(folder.path()));
    assert_eq!(stdout, "yes\n");
    let traces: Vec<_> = service.requests().into_iter().filter(|it| it.line.starts_with("POST /v1/traces")).collect();
    let spans = traces[0].body["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().clone();
    let named = |name: &str| spans.iter().find(|span| span["name"] == name).unwrap_or_else(|| panic!("{spans:?}"));
    assert_eq!(named("llm")["parentSpanId"], named("f")["spanId"]);
    assert_eq!(named("f")["parentSpanId"], named("main")["spanId"]);
    assert_eq!(named("g")["status"], serde_json::json!({"code": 2, "message": "ValueError: no"}));
    assert!(named("llm")["attributes"].to_string().contains("gen_ai.usage.input_tokens"), "{spans:?}");
    assert!(spans.iter().all(|span| span["traceId"] == spans[0]["traceId"]));
}

#[test]
fn a_collector_that_is_not_there_does_not_stop_the_program() {
    let folder = folder(&[("a.na", "sleep(0.01)\nprint(1)\n")]);
    let Run { code, stdout, stderr } = run_in(folder.path(), &["run", "a.na", "--otel", "http://127.0.0.1:9"]);
    assert_eq!((code, stdout.as_str()), (Some(0), "1\n"));
    assert!(
        stderr.contains("WARNING: the trace is not complete: cannot reach http://127.0.0.1:9/v1/traces"),
        "{stderr}"
    );
    assert_eq!(run_in(folder.path(), &["run", "a.na", "--otel", "x"]).code, Some(2));
}
