//! Programs that ask a language model over HTTP, as a user meets it.

use std::time::{Duration, Instant};

use danaide_tests::fake_service::{FakeService, Reply};
use danaide_tests::{Run, command, folder, run};
use serde_json::{Value, json};

/// Runs a program that asks `service` for the model `tiny`.
fn ask(service: &FakeService, program: &str, args: &[&str]) -> Run {
    let folder = folder(&[("a.na", program)]);
    let model = format!("{}/v1#tiny", service.url);
    let mut all = vec!["run", "a.na", "--llm", &model];
    all.extend(args);
    run(command(".", &all).current_dir(folder.path()).env("DANAIDE_LLM_API_KEY", "sk-test-12345678"))
}

#[test]
fn a_question_is_sent_with_its_key_and_the_answer_comes_back_in_pieces() {
    let service = FakeService::start(|_, _| Reply::stream(&["bil", "ling", ""], true));
    let run = ask(&service, "topic = reason('Topic?', temperature=0.5)\nprint(f'<{topic}>')\n", &[]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("<billing>\n", ""));
    let [request] = service.requests().try_into().unwrap();
    assert_eq!(request.line, "POST /v1/chat/completions");
    assert_eq!(request.header("authorization"), Some("Bearer sk-test-12345678"));
    assert_eq!(request.body["model"], "tiny");
    assert_eq!(request.body["temperature"], 0.5);
    assert_eq!(request.body["messages"], json!([{"role": "user", "content": "Topic?"}]));
}

#[test]
fn an_agent_is_told_what_was_said_before() {
    let service = FakeService::start(|count, _| Reply::answer(&format!("answer {count}")));
    let program = "\
agent Guide:
    name: str = 'Guide'
    description: str = 'Knows the way.'

guide = Guide()
for number in range(7):
    guide.chat(f'question {number}')
Guide().chat('another agent', max_context_turns=0)
guide.chat('the last two', max_context_turns=2)
print(len(guide.get_conversation_history()))
";
    let run = ask(&service, program, &[]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("8\n", ""));
    let said = |index: usize| -> Vec<String> {
        let messages = service.requests()[index].body["messages"].clone();
        let text = |it: &Value| format!("{}: {}", it["role"].as_str().unwrap(), it["content"].as_str().unwrap());
        messages.as_array().unwrap().iter().map(text).collect()
    };
    assert_eq!(said(0), ["system: You are Guide. Knows the way.", "user: question 0"]);
    assert_eq!(
        said(2),
        [
            "system: You are Guide. Knows the way.",
            "user: question 0",
            "assistant: answer 0",
            "user: question 1",
            "assistant: answer 1",
            "user: question 2",
        ]
    );
    // Five turns unless the program says otherwise.
    assert_eq!(said(6).len(), 12);
    assert_eq!(said(6)[1], "user: question 1");
    assert_eq!(said(7).len(), 2);
    assert_eq!(
        said(8)[1..],
        ["user: question 5", "assistant: answer 5", "user: question 6", "assistant: answer 6", "user: the last two"]
    );
}

#[test]
fn an_agent_is_given_a_context() {
    let service = FakeService::start(|_, _| Reply::answer("ok"));
    let program = "\
agent Guide

Guide.chat('a', {'k': 5})
Guide.solve('b', {'k': 5})
Guide.plan('c', context={'k': 5})
Guide.reason('d', [1, 2])
";
    assert_eq!(ask(&service, program, &[]).stderr, "");
    let prompts: Vec<String> = service.requests().iter().map(|it| it.prompt().to_owned()).collect();
    let context: Vec<&str> = prompts.iter().map(|it| it.split_once("Context:\n").map_or("", |it| it.1)).collect();
    assert_eq!(context, ["{\"k\":5}", "{\"k\":5}", "{\"k\":5}", "[1,2]"]);
}

#[test]
fn an_answer_without_choices_is_an_error() {
    let service = FakeService::start(|_, _| Reply::json(200, &json!({"choices": []})));
    let run = ask(&service, "try:\n    print(reason('Topic?'))\nexcept LLMError as e:\n    print(e)\n", &[]);
    assert!(run.stdout.contains("the service gave no answer: its list `choices` is empty"), "{}", run.stdout);
}

#[test]
fn the_declared_type_is_the_schema_of_the_answer() {
    let service = FakeService::start(|_, request| match request.prompt() {
        "How many?" => Reply::answer(r#"{"answer": 42}"#),
        "Who?" => Reply::answer(r#"{"name": "Ada", "tags": ["a", "b"]}"#),
        _ => Reply::answer(r#"{"answer": ["x", "y"]}"#),
    });
    let program = "\
struct Person:
    name: str
    tags: list[str]

n: int = reason('How many?')
p: Person = reason('Who?')
words: list[str] = reason('Which?')
print(n + 1, p.name, p.tags, words)
";
    assert_eq!(ask(&service, program, &[]).stdout, "43 Ada ['a', 'b'] ['x', 'y']\n");
    let requests = service.requests();
    let schema = |prompt: &str| {
        let request = requests.iter().find(|request| request.prompt() == prompt).unwrap();
        request.body["response_format"]["json_schema"]["schema"].clone()
    };
    assert_eq!(schema("How many?")["properties"]["answer"], json!({"type": "integer"}));
    assert_eq!(schema("Who?")["required"], json!(["name", "tags"]));
}

#[test]
fn a_service_without_schemas_is_asked_in_words_from_then_on() {
    let service = FakeService::start(|_, request| match request.body.get("response_format") {
        Some(_) => Reply::json(400, &json!({"error": {"message": "unknown field response_format"}})),
        None => Reply::answer("```json\n{\"answer\": 7}\n```"),
    });
    let run = ask(&service, "a: int = reason('A?')\nprint(a)\nb: int = reason('B?')\nprint(b)\n", &[]);
    assert_eq!(run.stdout, "7\n7\n", "{}", run.stderr);
    let requests = service.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests[2].body["messages"][0]["content"].as_str().unwrap().contains("JSON schema"));
}

#[test]
fn a_busy_service_is_asked_again_when_it_says() {
    let service = FakeService::start(|number, _| match number {
        0 => Reply::json(429, &json!({"error": {"message": "slow down"}})).header("retry-after-ms", "30"),
        1 => Reply::json(503, &json!("down")).header("retry-after", "0"),
        2 => Reply::stream(&["half an ans"], false).header("retry-after-ms", "0"),
        _ => Reply::answer("at last"),
    });
    assert_eq!(ask(&service, "print(reason('Hello?'))\n", &[]).stdout, "at last\n");
    assert_eq!(service.requests().len(), 4);
}

#[test]
fn a_failure_says_what_and_where_and_hides_the_key() {
    let message = |reply: Reply| {
        let service = FakeService::start(move |_, _| reply.clone());
        let Run { code, stderr, .. } = ask(&service, "reason('Hello?')\n", &[]);
        assert_eq!(code, Some(1));
        (stderr.replace(&service.url, "URL"), service.requests().len())
    };
    let error = |text: &str| json!({"error": {"message": text}});
    let (text, asked) = message(Reply::json(401, &error("bad key sk-test-12345678")));
    assert!(text.contains("LLMError: URL/v1: 401 bad key ***; check DANAIDE_LLM_API_KEY"), "{text}");
    assert_eq!(asked, 1);
    let (text, _) = message(Reply::json(404, &error("no such model")));
    assert!(text.contains("404 no such model; check the address and the model `tiny`"), "{text}");
    let (text, asked) = message(Reply::json(429, &error("You exceeded your current quota")));
    assert!(text.contains("429 You exceeded your current quota"), "{text}");
    assert_eq!(asked, 1);
    let (text, asked) = message(Reply::json(500, &json!("oops")).header("retry-after", "0"));
    assert!(text.contains("500 \"oops\" (asked 4 times)"), "{text}");
    assert_eq!(asked, 4);
    let (text, _) = message(Reply::json(200, &json!({"choices": [{"message": {"refusal": "I must not."}}]})));
    assert!(text.contains("the model refuses to answer: I must not."), "{text}");
}

#[test]
fn a_program_can_handle_a_silent_service() {
    let service = FakeService::start(|_, _| Reply::answer("late").after(Duration::from_secs(60)));
    let program = "try:\n    reason('Hello?', timeout=0.2)\nexcept TimeoutError as error:\n    print('caught')\n";
    let start = Instant::now();
    assert_eq!(ask(&service, program, &[]).stdout, "caught\n");
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn the_time_limit_ends_a_question() {
    let service = FakeService::start(|_, _| Reply::answer("late").after(Duration::from_secs(60)));
    let start = Instant::now();
    assert_eq!(ask(&service, "reason('Hello?')\n", &["--time-limit", "0.3"]).code, Some(124));
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn without_a_name_the_first_model_of_the_service_answers() {
    let service = FakeService::start(|_, request| match request.line.as_str() {
        "GET /v1/models" => Reply::json(200, &json!({"data": [{"id": "first"}, {"id": "second"}]})),
        _ => Reply::answer(request.body["model"].as_str().unwrap_or_default()),
    });
    let folder = folder(&[("a.na", "print(reason('A?'), reason('B?'))\nset_model('other')\nprint(reason('C?'))\n")]);
    let run = run(command(".", &["run", "a.na"])
        .current_dir(folder.path())
        .env("OPENAI_API_KEY", "sk-test-12345678")
        .env("DANAIDE_LLM", format!("{}/v1", service.url)));
    assert_eq!(run.stdout, "first first\nother\n", "{}", run.stderr);
    let requests = service.requests();
    assert_eq!(requests.iter().filter(|request| request.line.starts_with("GET")).count(), 1);
    // The key of a service is not for an address.
    assert!(requests.iter().all(|request| request.header("authorization").is_none()));
}

#[test]
fn answers_are_recorded_and_replayed_without_a_service() {
    let service = FakeService::start(|number, request| Reply::answer(&format!("{} {number}", request.prompt())));
    let folder = folder(&[("a.na", "print(reason('A'), reason('B'), reason('A'))\n")]);
    let model = format!("{}/v1#tiny", service.url);
    let mut recording = command(".", &["run", "a.na", "--llm", &model, "--llm", "record=tape.jsonl"]);
    let recorded = run(recording.current_dir(folder.path()));
    // They are asked together, so which gets which number is chance.
    let mut words: Vec<&str> = recorded.stdout.split_whitespace().collect();
    words.sort_unstable();
    assert_eq!(words, ["0", "1", "2", "A", "A", "B"], "{}", recorded.stderr);
    let replayed = run(command(".", &["run", "a.na", "--llm", "replay=tape.jsonl"]).current_dir(folder.path()));
    assert_eq!(replayed.stdout, recorded.stdout);
    assert_eq!(service.requests().len(), 3);
    let tape = std::fs::read_to_string(folder.path().join("tape.jsonl")).unwrap();
    let first: Value = serde_json::from_str(tape.lines().next().unwrap()).unwrap();
    assert!(["A", "B"].contains(&first["request"]["prompt"].as_str().unwrap()));
    assert_eq!((&first["prompt_tokens"], tape.lines().count()), (&json!(3), 3));
}

#[test]
fn azure_is_asked_in_its_own_way() {
    let service = FakeService::start(|_, _| Reply::answer("hello"));
    let folder = folder(&[("a.na", "print(reason('A'))\n")]);
    let run = run(command(".", &["run", "a.na", "--llm", "azure:four"])
        .current_dir(folder.path())
        .env("AZURE_OPENAI_API_KEY", "key-12345678")
        .env("AZURE_OPENAI_ENDPOINT", &service.url));
    assert_eq!(run.stdout, "hello\n", "{}", run.stderr);
    let [request] = service.requests().try_into().unwrap();
    assert_eq!(request.line, "POST /openai/deployments/four/chat/completions?api-version=2024-10-21");
    assert_eq!((request.header("api-key"), request.header("authorization")), (Some("key-12345678"), None));
}

#[test]
fn an_address_where_nobody_listens() {
    let folder = folder(&[("a.na", "try:\n    reason('A')\nexcept LLMError as error:\n    print(error)\n")]);
    // Port 9 is that of a service that hardly any machine has.
    let run = run(command(".", &["run", "a.na", "--llm", "http://127.0.0.1:9/v1#tiny"]).current_dir(folder.path()));
    assert!(run.stdout.starts_with("cannot reach http://127.0.0.1:9/v1: "), "{}", run.stdout);
    assert!(run.stdout.contains("is it running?"), "{}", run.stdout);
}
