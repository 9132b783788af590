//! A run from outside: it waits, goes on, stops, is looked at, limited, cancelled and moved.

mod support;

use danaide_interpreter::{Budget, Data, ExceptionKind, Failure, Limits, Outcome, RequestId, Step, Vm};
use expect_test::expect;
use support::{Recorder, check, finish, machine, machine_with, output_with};

fn waiting() -> Recorder {
    Recorder { pending: true, ..Recorder::default() }
}

#[test]
fn a_run_waits_for_its_requests_and_goes_on() {
    let mut vm = machine(
        r#"
def ask(question):
    answer = reason(question)
    return f"{question} {answer}"
print("before")
print(ask("one?"), [ask(q) for q in ["two?", "three?"]])
count: int = reason("how many?")
print(count + 1)
"#,
    );
    let mut host = waiting();
    let mut outcome = vm.run(&mut host, Budget::UNLIMITED);
    let mut answers = ["1", "2", "3", "I think 41."].into_iter();
    while let Outcome::Waiting(id) = outcome {
        assert_eq!(vm.run(&mut host, Budget::UNLIMITED), Outcome::Waiting(id), "it waits until it is answered");
        assert!(!vm.resume(RequestId(99), Ok(Data::None)), "it waits for other requests");
        let answer = answers.next().expect("four requests");
        assert!(vm.resume(id, Ok(Data::Str(answer.to_owned()))));
        outcome = vm.run(&mut host, Budget::UNLIMITED);
    }
    expect![[r#"
        before
        <0 Llm { prompt: "one?", system: None, options: [], answer_type: None }>
        <1 Llm { prompt: "two?", system: None, options: [], answer_type: None }>
        <2 Llm { prompt: "three?", system: None, options: [], answer_type: None }>
        one? 1 ['two? 2', 'three? 3']
        <3 Llm { prompt: "how many?", system: None, options: [], answer_type: Some("int") }>
        42
    "#]]
    .assert_eq(&finish(host, &outcome));
}

#[test]
fn json_in_an_answer_becomes_the_declared_type() {
    let mut vm = machine(
        r#"
struct Place:
    zip: int

struct Person:
    name: str
    home: Place | None = None
    tags: list[str] = ["new"]

ann: Person = reason("who?")
print(ann)
people: dict[str, Person] = reason("all?")
print(people)
def ages() -> list[int]:
    return reason("ages?")
print(ages())
try:
    bob: Person = reason("bob?")
except TypeError as e:
    print(e)
"#,
    );
    let mut host = waiting();
    let mut outcome = vm.run(&mut host, Budget::UNLIMITED);
    let mut answers = [
        "Here she is:\n```json\n{\"name\": \"Ann\", \"home\": {\"zip\": \"9000\"}}\n```\nAnything else?",
        "{\"a\": {\"name\": \"A\", \"tags\": []}}",
        "They are [\"1\", 2.0].",
        "{\"nom\": \"Bob\"}",
    ]
    .into_iter();
    while let Outcome::Waiting(id) = outcome {
        let answer = answers.next().expect("four requests");
        assert!(vm.resume(id, Ok(Data::Str(answer.to_owned()))));
        outcome = vm.run(&mut host, Budget::UNLIMITED);
    }
    expect![[r#"
        <0 Llm { prompt: "who?", system: None, options: [], answer_type: Some("Person(name: str, home: Place(zip: int) | None, tags: list[str])") }>
        Person(name='Ann', home=Place(zip=9000), tags=['new'])
        <1 Llm { prompt: "all?", system: None, options: [], answer_type: Some("dict[str, Person(name: str, home: Place(zip: int) | None, tags: list[str])]") }>
        {'a': Person(name='A', home=None, tags=[])}
        <2 Llm { prompt: "ages?", system: None, options: [], answer_type: Some("list[int]") }>
        [1, 2]
        <3 Llm { prompt: "bob?", system: None, options: [], answer_type: Some("Person(name: str, home: Place(zip: int) | None, tags: list[str])") }>
        bob must be Person, not dict with the key 'nom', which is no field
    "#]]
    .assert_eq(&finish(host, &outcome));
}

#[test]
fn a_failed_request_raises_where_it_was_made() {
    let mut vm = machine(
        r#"
def fetch():
    try:
        return reason("x")
    except TimeoutError as e:
        return f"timed out: {e}"
print(fetch())
sleep(2)
"#,
    );
    let mut host = waiting();
    vm.run(&mut host, Budget::UNLIMITED);
    vm.resume(RequestId(0), Err(Failure::new(ExceptionKind::TimeoutError, "slow")));
    vm.run(&mut host, Budget::UNLIMITED);
    vm.resume(RequestId(1), Err(Failure::new(ExceptionKind::OSError, "no clock")));
    let outcome = vm.run(&mut host, Budget::UNLIMITED);
    expect![[r#"
        <0 Llm { prompt: "x", system: None, options: [], answer_type: None }>
        timed out: slow
        <1 Sleep { seconds: 2.0 }>
        Traceback (most recent call last):
          File "main.na", line 8, column 1, in <module>
            sleep(2)
            ^^^^^^^^
        OSError: no clock
    "#]]
    .assert_eq(&finish(host, &outcome));
}

#[test]
fn a_budget_pauses_a_run_and_changes_nothing() {
    let program = r#"
total = 0
for i in range(1000):
    total += i
print(total)
"#;
    let mut whole = machine(program);
    let mut host = Recorder::default();
    whole.run(&mut host, Budget::UNLIMITED);
    let mut vm = machine(program);
    let mut sliced_host = Recorder::default();
    let mut pauses = 0;
    while vm.run(&mut sliced_host, Budget::steps(7)) == Outcome::Paused {
        pauses += 1;
    }
    assert_eq!(pauses, 1000 / 7);
    assert_eq!(sliced_host.out, host.out);
    assert_eq!(vm.steps(), whole.steps());
}

#[test]
fn a_run_moves_between_threads() {
    let mut vm = machine(
        r#"
seen = []
for i in range(4):
    seen.append(f"{i}: {reason(str(i))}")
print(seen)
"#,
    );
    let mut host = waiting();
    let mut outcome = vm.run(&mut host, Budget::UNLIMITED);
    while let Outcome::Waiting(id) = outcome {
        let handle = std::thread::spawn(move || {
            let answer = Data::Str(format!("{:?}", id.0 * 10));
            vm.resume(id, Ok(answer));
            let outcome = vm.run(&mut host, Budget::UNLIMITED);
            (vm, host, outcome)
        });
        (vm, host, outcome) = handle.join().expect("the thread ends well");
    }
    expect![[r#"
        <0 Llm { prompt: "0", system: None, options: [], answer_type: None }>
        <1 Llm { prompt: "1", system: None, options: [], answer_type: None }>
        <2 Llm { prompt: "2", system: None, options: [], answer_type: None }>
        <3 Llm { prompt: "3", system: None, options: [], answer_type: None }>
        ['0: 0', '1: 10', '2: 20', '3: 30']
    "#]]
    .assert_eq(&finish(host, &outcome));
}

#[test]
fn cancelling_runs_finally_blocks() {
    let mut vm = machine(
        r#"
def work():
    try:
        reason("never answered")
    except Exception as e:
        print("not caught by Exception?", type(e).__name__)
        raise
    finally:
        print("cleaned up")
work()
print("not reached")
"#,
    );
    let mut host = waiting();
    assert_eq!(vm.run(&mut host, Budget::UNLIMITED), Outcome::Waiting(RequestId(0)));
    vm.cancel();
    let outcome = vm.run(&mut host, Budget::UNLIMITED);
    expect![[r#"
        <0 Llm { prompt: "never answered", system: None, options: [], answer_type: None }>
        cleaned up
        Cancelled
    "#]]
    .assert_eq(&finish(host, &outcome));

    let mut vm = machine("while true:\n    pass\n");
    assert_eq!(vm.run(&mut waiting(), Budget::steps(100)), Outcome::Paused);
    vm.cancel();
    assert_eq!(vm.run(&mut waiting(), Budget::UNLIMITED), Outcome::Cancelled);
}

#[test]
fn old_forms_of_the_log_have_levels() {
    let program = r#"
log.setLevel(INFO)
log.debug("hidden")
log.info("info", 1)
log.warn("warn")
log.warning("warning")
log.error("error")
log.setLevel("CRITICAL")
log.error("hidden")
log.critical("critical")
"#;
    expect![[r#"
        [INFO] info 1
        [WARNING] warn
        [WARNING] warning
        [ERROR] error
        [CRITICAL] critical
    "#]]
    .assert_eq(&output_with(program, Recorder::answering("", "")));
}

#[test]
fn agents_ask_for_the_type_that_is_declared() {
    let program = r#"
agent Planner
steps: list = Planner.plan("tea")
print(steps)
def f() -> any:
    return Planner.plan("tea")
plain = f()
print(type(plain))
"#;
    let prompt = "Make a plan, one step a line, for this goal: tea";
    expect![[r#"
        <0 Llm { prompt: "Make a plan, one step a line, for this goal: tea", system: Some("You are Planner. A Dana agent named Planner"), options: [], answer_type: Some("list") }>
        ['boil', 'pour']
        <1 Llm { prompt: "Make a plan, one step a line, for this goal: tea", system: Some("You are Planner. A Dana agent named Planner"), options: [], answer_type: None }>
        str
    "#]].assert_eq(&output_with(program, Recorder::answering(prompt, r#"["boil", "pour"]"#)));
}

#[test]
fn methods_of_the_data_model_may_wait() {
    let program = r#"
struct Named:
    id: int
    def __str__(self):
        return reason("name") + str(self.id)
print(Named(1), [f"{Named(id)}" for id in range(2)])
"#;
    expect![[r#"
        <0 Llm { prompt: "name", system: None, options: [], answer_type: None }>
        <1 Llm { prompt: "name", system: None, options: [], answer_type: None }>
        <2 Llm { prompt: "name", system: None, options: [], answer_type: None }>
        n1 ['n0', 'n1']
    "#]]
    .assert_eq(&output_with(program, Recorder::answering("name", "n")));
}

#[test]
fn host_calls_come_in_the_order_of_the_program() {
    let program = r#"
import time
import random
import files
log("hidden")
log_level("INFO")
log("started", level="WARNING")
print("at", time.time(), random.random() < 1)
try:
    files.read_text("a.txt")
except FileNotFoundError as e:
    print(e)
time.sleep(1.5)
print(reason("2+2?", system="short", temperature=0))
log("done")
"#;
    let host = || Recorder::answering("2+2?", "4");
    let first = output_with(program, host());
    assert_eq!(first, output_with(program, host()), "the same host gives the same run");
    expect![[r#"
        [WARNING] started
        at 1.0 True
        <0 ReadText { path: "a.txt" }>
        no such file
        <1 Sleep { seconds: 1.5 }>
        <2 Llm { prompt: "2+2?", system: Some("short"), options: [("temperature", Int(0))], answer_type: None }>
        4
        [INFO] done
    "#]]
    .assert_eq(&first);
}

#[test]
fn one_hundred_thousand_calls_deep() {
    // The thread has the stack of an ordinary test.
    check(
        r#"
def down(n):
    if n == 0:
        return 0
    return 1 + down(n - 1)
print(down(99_990))
def forever(n):
    return forever(n + 1)
try:
    forever(0)
except RecursionError as e:
    print(e)
nested = []
for i in range(200_000):
    nested = [nested]
try:
    print(nested)
except RecursionError as e:
    print(e)
"#,
        expect![[r#"
            99990
            maximum recursion depth of 100000 calls exceeded
            maximum recursion depth exceeded while getting the repr of an object
        "#]],
    );
}

#[test]
fn limits_end_a_run_with_an_error_that_names_them() {
    let run = |source: &str, limits: Limits| {
        let mut vm = machine_with(source, limits);
        let mut host = Recorder::default();
        match vm.run(&mut host, Budget::UNLIMITED) {
            Outcome::Failed(report) => report.headline(),
            other => format!("{other:?}"),
        }
    };
    let steps = Limits { steps: 10_000, ..Limits::default() };
    let memory = Limits { memory: 50_000_000, ..Limits::default() };
    let headlines = [
        run("while true:\n    try:\n        x = 1\n    except:\n        pass\n", steps),
        run("def f():\n    try:\n        f()\n    except:\n        f()\nf()\n", steps),
        run("while [1]:\n    continue\n", steps),
        run("while true:\n    try:\n        continue\n    finally:\n        pass\n", steps),
        run("xs = []\nwhile true:\n    xs.append([1, 2, 3])\n", memory),
        run("import itertools\nnext(x for x in itertools.count(1) if x > 0)\n", memory),
        run("x = 'a' * 100_000_000\n", memory),
        run("def f(n):\n    return f(n + 1)\nf(0)\n", Limits { depth: 50, ..Limits::default() }),
        run("while true:\n    print('x' * 100)\n", Limits { output: 1_000, ..Limits::default() }),
    ];
    expect![[r#"
        RuntimeError: the program passed its limit of 10000 steps
        RuntimeError: the program passed its limit of 10000 steps
        RuntimeError: the program passed its limit of 10000 steps
        RuntimeError: the program passed its limit of 10000 steps
        MemoryError: the program passed its memory limit of 50000000 bytes
        MemoryError: the program passed its memory limit of 50000000 bytes
        MemoryError: out of memory: an object of 100000000 bytes passes the memory limit
        RecursionError: maximum recursion depth of 50 calls exceeded
        RuntimeError: the program printed more than its output limit of 1000 bytes"#]]
    .assert_eq(&headlines.join("\n"));
}

#[test]
fn garbage_with_cycles_is_collected() {
    let mut vm = machine(
        r#"
def make():
    a = []
    b = {"a": a}
    a.append(b)
    return (lambda :: a)
for i in range(300_000):
    make()
"#,
    );
    assert_eq!(vm.run(&mut Recorder::default(), Budget::UNLIMITED), Outcome::Finished(Data::None));
    assert!(vm.memory() < 100_000_000, "{} bytes", vm.memory());
}

fn shown(vm: &Vm) -> String {
    let frames: Vec<String> = vm
        .frames()
        .iter()
        .enumerate()
        .map(|(index, frame)| {
            let variables: Vec<String> =
                vm.variables(index).iter().map(|it| format!("{}={}", it.name, it.text)).collect();
            format!("{}:{} {}", frame.function, frame.position.line, variables.join(" "))
        })
        .collect();
    frames.join(" < ")
}

#[test]
fn stepping_shows_frames_and_variables() {
    let program = "\
def area(w, h):
    product = w * h
    return product
size = 2
print(area(size, 3))
print('end')
";
    let mut vm = machine(program);
    let mut host = Recorder::default();
    let mut lines = Vec::new();
    vm.step(Step::Into);
    while vm.run(&mut host, Budget::UNLIMITED) == Outcome::Paused {
        lines.push(shown(&vm));
        vm.step(Step::Into);
    }
    expect![[r#"
        <module>:1 
        <module>:4 area=<function area>
        <module>:5 area=<function area> size=2
        area:2 w=2 h=3 < <module>:5 area=<function area> size=2
        area:3 w=2 h=3 product=6 < <module>:5 area=<function area> size=2
        <module>:6 area=<function area> size=2"#]]
    .assert_eq(&lines.join("\n"));
    assert_eq!(host.out, "6\nend\n");

    let mut vm = machine(program);
    let mut lines = Vec::new();
    vm.step(Step::Over);
    while vm.run(&mut Recorder::default(), Budget::UNLIMITED) == Outcome::Paused {
        lines.push(vm.frames()[0].position.line);
        vm.step(Step::Over);
    }
    assert_eq!(lines, [1, 4, 5, 6]);
}

#[test]
fn main_is_called_with_named_arguments() {
    let mut vm = machine("def __main__(who, times=1):\n    print('hello ' + who, times)\n    return times + 1\n");
    let mut host = Recorder::default();
    assert_eq!(vm.run(&mut host, Budget::UNLIMITED), Outcome::Finished(Data::None));
    assert!(vm.call_main(&[("who".to_owned(), Data::Str("Ada".to_owned()))]));
    assert_eq!(vm.run(&mut host, Budget::UNLIMITED), Outcome::Finished(Data::Int(2)));
    assert!(vm.call_main(&[("whom".to_owned(), Data::None)]));
    let outcome = vm.run(&mut host, Budget::UNLIMITED);
    expect![[r#"
        hello Ada 1
        TypeError: __main__() got an unexpected keyword argument 'whom'. Did you mean: 'who'?
    "#]]
    .assert_eq(&finish(host, &outcome));
    assert!(!machine("x = 1").call_main(&[]));
}

#[test]
fn retries_wait_and_give_up() {
    check(
        r#"
calls = []
@retry(attempts=3, initial=0.5, backoff=4.0, jitter=false)
def flaky(x):
    calls.append(x)
    if len(calls) < 3:
        raise TimeoutError("slow")
    return x
print(flaky("a"), calls)
@retry(attempts=2, initial=0, on=["ValueError"])
def never():
    raise ValueError("no")
try:
    never()
except RetryExhausted as e:
    print(e, "|", repr(e.__cause__))
@retry(attempts=2, jitter=false, fallback=lambda :: "instead")
def down():
    raise ConnectionError("down")
print(down())
"#,
        expect![[r#"
            <0 Sleep { seconds: 0.5 }>
            <1 Sleep { seconds: 2.0 }>
            a ['a', 'a', 'a']
            gave up after 2 attempts: no | ValueError('no')
            <2 Sleep { seconds: 0.5 }>
            instead
        "#]],
    );
}

#[test]
fn what_calls_have_left_in_registers_is_freed_and_not_looked_at_again() {
    check(
        r#"
def fill():
    text = ""
    for n in range(50_000):
        text = "many texts, so that garbage is collected: " + str(n)
    return text

def first(a, b, c, d, e, f, g, h, i, j, k, l):
    return a

def run():
    text = str(5)
    kept = first(
        [text + "a"], [text + "b"], [text + "c"], [text + "d"], [text + "e"], [text + "f"],
        [text + "g"], [text + "h"], [text + "i"], [text + "j"], [text + "k"], [text + "l"],
    )
    fill()
    for n in range(50_000):
        text = "many texts, so that garbage is collected: " + str(n)
    return kept

print(run())
"#,
        expect![[r#"
            ['5a']
        "#]],
    );
}
