//! Plans of a language model: what it is asked, what becomes of its answers, and the published schema.

use danaide_tests::fake_service::{FakeService, Reply};
use danaide_tests::{Run, command, folder, golden, root, run, run_in};

const PROGRAM: &str = r#"
def fetch(url: str, tries: int = 1):
    """The text at an address."""
    return f"text of {url}"

def join(a, b):
    return f"{a} + {b}"

agent Planner:
    description: str = "Plans."

tasks = {"fetch": fetch, "join": join}
try:
    plan = Planner().plan("Join x and y", tasks=tasks)
    print(run_plan(plan, tasks))
except PlanError as error:
    print("PlanError:", error)
"#;

fn ask(answers: Vec<&'static str>) -> (Run, FakeService) {
    let service = FakeService::start(move |nth, _| Reply::answer(answers.get(nth).copied().unwrap_or("none left")));
    let folder = folder(&[("a.na", PROGRAM)]);
    let model = format!("{}/v1#tiny", service.url);
    let run = run(command(".", &["run", "a.na", "--llm", &model]).current_dir(folder.path()));
    (run, service)
}

const GOOD: &str = r#"{"steps": [{"name": "x", "task": "fetch", "args": {"url": "x"}, "needs": []},
    {"name": "y", "task": "fetch", "args": {"url": "y"}}, {"name": "end", "task": "join", "args": {"a": "$x", "b": "$y"}}]}"#;

const DONE: &str = "{'x': 'text of x', 'y': 'text of y', 'end': 'text of x + text of y'}\n";

#[test]
fn the_model_is_told_the_tasks_and_the_schema() {
    let (run, service) = ask(vec![GOOD]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (DONE, ""));
    let [request] = service.requests().try_into().unwrap();
    let prompt = request.prompt();
    assert!(prompt.starts_with("Make a plan for this goal: Join x and y\n"), "{prompt}");
    assert!(prompt.contains("- fetch(url, tries=…): The text at an address.\n- join(a, b)\n"), "{prompt}");
    let format = &request.body["response_format"];
    assert_eq!(format["type"], "json_schema");
    let step = &format["json_schema"]["schema"]["properties"]["steps"]["items"]["properties"];
    assert_eq!(step["task"]["enum"], serde_json::json!(["fetch", "join"]));
}

#[test]
fn an_answer_that_cannot_be_carried_out_is_sent_back_twice() {
    let unknown = r#"{"steps": [{"name": "x", "task": "fly"}]}"#;
    let (run, service) = ask(vec![unknown, "I cannot do that.", GOOD]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (DONE, ""));
    let requests = service.requests();
    assert_eq!(requests.len(), 3);
    let prompt = requests[1].prompt();
    assert!(prompt.contains("step 'x' has the task 'fly', which there is not; there are: fetch, join"), "{prompt}");
    assert!(requests[2].prompt().contains("the answer is not JSON"), "{}", requests[2].prompt());
}

#[test]
fn after_three_answers_it_is_a_plan_error() {
    let circle = r#"[{"name": "a", "task": "fetch", "args": {"url": "$b"}}, {"name": "b", "task": "fetch", "args": {"url": "$a"}}]"#;
    let (run, service) = ask(vec![circle; 5]);
    let expected = "PlanError: the model gave no plan that can be carried out in 3 answers; the last: these steps need \
                    each other: a → b → a\n";
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (expected, ""));
    assert_eq!(service.requests().len(), 3);
}

#[test]
fn words_and_a_fence_around_the_plan_do_not_matter() {
    let (run, _) = ask(vec!["Here it is:\n```json\n{\"steps\": []}\n```\nGood luck!"]);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("{}\n", ""));
}

/// `BLESS=1` writes the file.
#[test]
fn the_schema_of_a_plan_is_published() {
    let program = "import json\nimport plans\nprint(json.dumps(plans.schema(), indent=2))\n";
    let folder = folder(&[("a.na", program)]);
    let Run { stdout, stderr, .. } = run_in(folder.path(), &["run", "a.na"]);
    assert_eq!(stderr, "");
    if let Err(difference) = golden(&root().join("docs/plan.schema.json"), &stdout) {
        panic!("{difference}");
    }
}
