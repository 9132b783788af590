//! Tasks: what overlaps, what it costs, what the host is told, and that nothing hangs when the world breaks.

mod world;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use danaide_interpreter::{Limit, Limits, NoModules, Outcome, TaskEvent, TaskEventKind, Vm};

use self::world::{FAULTS, Fault, Order, World, code, machine, run};

fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/programs/tasks");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of programs can be listed")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|it| it == "na"))
        .collect();
    paths.sort();
    paths
}

/// How a run ended, in a word.
fn ending(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Finished(_) => "finished".to_owned(),
        Outcome::Failed(report) => report.kind.name().to_owned(),
        Outcome::Cancelled => "cancelled".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Each request of each program in turn is delayed, fails, times out, or is under way when the run is cancelled. Whatever
/// happens, the program comes to an end, and no request is left.
#[test]
fn every_fault_has_an_end() {
    let mut found = String::new();
    for path in programs() {
        let source = fs::read_to_string(&path).expect("the program can be read");
        let code = code(&source);
        let start = || Vm::new(code.clone(), Box::new(NoModules), Limits::default());
        let mut clean = World::default();
        clean.run(&mut start());
        let _ = writeln!(found, "{}: {} requests", path.file_stem().unwrap_or_default().display(), clean.started);
        for fault in FAULTS {
            let mut endings: BTreeMap<String, usize> = BTreeMap::new();
            for number in 0..clean.started {
                let mut world = World { fault: Some((number, fault)), ..World::default() };
                let outcome = world.run(&mut start());
                *endings.entry(ending(&outcome)).or_default() += 1;
            }
            let endings: Vec<String> = endings.iter().map(|(ending, count)| format!("{ending} {count}")).collect();
            let _ = writeln!(found, "  {fault:?}: {}", endings.join(", "));
        }
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tasks/faults.txt");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&golden, &found).expect("the golden file can be written");
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    assert_eq!(found, expected, "set BLESS=1 to accept what was found");
}

const MANY: &str = "\
def ask(n):
    text = reason(f\"question {n}\")
    return f\"{text} {n}\"

def pair(n):
    return [ask(n), ask(n + 1)]

@retry(attempts=2, initial=0)
def stubborn(n):
    answer = ask(n)
    if answer == \"\":
        raise ValueError(\"never\")
    return answer

a = pair(1)
b = pair(10)
c = stubborn(20)
print(gather(ask(30), ask(31), c))
print(a, b, pmap(ask, [1, 2, 3, 4, 5], limit=2))
task = spawn(pair, 40)
print({n: ask(n) for n in range(3)}, task.result())
";

fn events_of(order: Order) -> (String, Vec<TaskEvent>) {
    let mut world = World { order, is_tracing: true, ..World::default() };
    let outcome = world.run(&mut machine(MANY));
    assert_eq!(ending(&outcome), "finished");
    (world.output, world.events)
}

#[test]
fn the_same_answers_give_the_same_trace() {
    let first = events_of(Order::Clock);
    assert!(first.1.len() > 100);
    for _ in 0..1_000 {
        assert!(events_of(Order::Clock) == first);
    }
}

/// What each task did, but for its waits, by identity.
fn deeds(events: &[TaskEvent]) -> BTreeMap<String, Vec<String>> {
    let mut deeds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in events {
        let deed = match &event.kind {
            TaskEventKind::Waiting { .. } | TaskEventKind::Resumed => continue,
            TaskEventKind::Started { name, position, .. } => format!("{name} {position:?}"),
            kind => format!("{kind:?}"),
        };
        deeds.entry(event.identity.clone()).or_default().push(deed);
    }
    deeds
}

#[test]
fn answers_in_any_order_give_the_same_tasks_and_output() {
    let (output, events) = events_of(Order::Clock);
    let expected = deeds(&events);
    for seed in 0..1_000 {
        let (shuffled, events) = events_of(Order::Chance(seed));
        assert_eq!(shuffled, output, "seed {seed}");
        assert!(deeds(&events) == expected, "seed {seed}");
    }
}

/// Events as lines.
fn lines(events: &[TaskEvent]) -> String {
    let mut out = String::new();
    for TaskEvent { task, identity, kind } in events {
        let _ = write!(out, "{task} {identity}: {}", kind.name());
        let _ = match kind {
            TaskEventKind::Started { name, parent, position } => {
                let line = position.as_ref().map_or(0, |position| position.line);
                write!(out, " {name} by {parent}, line {line}")
            }
            TaskEventKind::Attempt { number, of } => write!(out, " {number} of {of}"),
            TaskEventKind::Waiting { on } => write!(out, " for {on:?}"),
            TaskEventKind::Failed { error } => write!(out, " {error}"),
            _ => Ok(()),
        };
        out.push('\n');
    }
    out
}

#[test]
fn the_host_is_told_what_happens() {
    let source = "\
def fetch(n):
    sleep(n)
    return 6 / (n - 2)

a = fetch(1)
b = fetch(2)
print(a)
try:
    print(b)
except ZeroDivisionError:
    pass
fetch(3)
";
    let mut world = World { is_tracing: true, ..World::default() };
    world.run(&mut machine(source));
    let expected = "\
1 fetch: start fetch by 0, line 5
2 fetch/sleep: start sleep by 1, line 2
1 fetch: wait for [2]
3 fetch#2: start fetch by 0, line 6
4 fetch#2/sleep: start sleep by 3, line 2
3 fetch#2: wait for [4]
0 main: wait for [1]
2 fetch/sleep: result
1 fetch: resume
1 fetch: result
0 main: resume
0 main: wait for [3]
4 fetch#2/sleep: result
3 fetch#2: resume
3 fetch#2: failure ZeroDivisionError: division by zero
0 main: resume
5 fetch#3: start fetch by 0, line 12
6 fetch#3/sleep: start sleep by 5, line 2
5 fetch#3: wait for [6]
0 main: wait for [5]
6 fetch#3/sleep: result
5 fetch#3: resume
5 fetch#3: result
0 main: resume
0 main: result
";
    assert_eq!(lines(&world.events), expected);
}

#[test]
fn requests_wait_their_turn() {
    let source = "\
def ask(n):
    return reason(f\"q{n}\")

print(len([ask(n) for n in range(20)]))
";
    let mut world = World::default();
    let mut vm = machine(source);
    vm.set_max_concurrency(Some(3));
    world.run(&mut vm);
    assert_eq!(world.output, "20\n");
    assert_eq!(world.most_at_once, 3);
    let expected: Vec<String> = (0..20).map(|n| format!("q{n}")).collect();
    assert_eq!(world.prompts, expected);
}

#[test]
fn ten_thousand_waiting_tasks_cost_megabytes() {
    let source = "\
def work(n):
    name = f\"task {n}\"
    sleep(10)
    return len(name)

print(sum([work(n) for n in range(10000)]))
";
    let mut world = World::default();
    let mut vm = machine(source);
    let Outcome::Waiting(_) = vm.run(&mut world, danaide_interpreter::Budget::UNLIMITED) else { panic!("it waits") };
    let memory = vm.memory();
    assert!(memory < 20 << 20, "{memory} bytes");
    assert_eq!(vm.pending_requests().len(), 10_000);
    world.run(&mut vm);
    assert_eq!((world.output.as_str(), world.now), ("88890\n", 10.0));
}

#[test]
fn limits_hold_for_all_tasks_together() {
    let endless = "\
def work():
    sleep(1)
    while true:
        pass

a = work()
b = work()
print(a, b)
";
    let recursive = "\
def work(n):
    sleep(0)
    return work(n + 1)

print(work(0))
";
    let hungry = "\
def work(n):
    sleep(1)
    return list(range(n * 1000000))

print(len(gather(*[work(n) for n in range(20)])))
";
    let limits = Limits { steps: 100_000, memory: 64 << 20, depth: 300, ..Limits::default() };
    for (source, limit) in [(endless, Limit::Steps), (recursive, Limit::Depth), (hungry, Limit::Memory)] {
        let mut vm = Vm::new(code(source), Box::new(NoModules), limits);
        let outcome = World::default().run(&mut vm);
        let Outcome::Failed(report) = outcome else { panic!("{limit:?}: {outcome:?}") };
        assert_eq!(report.limit, Some(limit), "{report}");
    }
}

#[test]
fn a_cancelled_run_cleans_up_in_all_its_tasks() {
    let source = "\
def work(n):
    try:
        sleep(100)
    finally:
        sleep(1)
        print(f\"cleaned {n}\")

try:
    a = work(1)
    b = work(2)
    print(a, b)
finally:
    print(\"the end\")
";
    let mut world = World { fault: Some((1, Fault::Cancelled)), ..World::default() };
    let outcome = world.run(&mut machine(source));
    assert_eq!(outcome, Outcome::Cancelled);
    assert_eq!(world.output, "cleaned 1\ncleaned 2\nthe end\n");
}

#[test]
fn garbage_is_collected_while_tasks_wait() {
    let source = "\
def keep(n):
    data = [f\"item {i} of {n}\" for i in range(50)]
    sleep(n)
    return data[n]

def churn():
    total = 0
    for i in range(200):
        total += len([f\"garbage {i} {j}\" for j in range(200)])
        sleep(0.01)
    return total

tasks = {}
for n in range(50):
    tasks[n] = keep(n)
print(churn())
print(tasks[0], tasks[49])
";
    assert_eq!(run(source), "40000\nitem 0 of 0 item 49 of 49\n");
}

#[test]
fn both_places_of_a_failure_are_told() {
    let source = "\
def inner(n):
    sleep(1)
    return 1 / n

def outer():
    x = inner(0)
    sleep(2)
    return x + 1

print(outer())
";
    let expected = "\
Traceback (most recent call last):
  File \"test.na\", line 10, column 1, in <module>
    print(outer())
    ^^^^^^^^^^^^^^
  File \"test.na\", line 8, column 12, in outer
    return x + 1
           ^^^^^
  File \"test.na\", line 6, column 9, in outer, where the task started
    x = inner(0)
        ^^^^^^^^
  File \"test.na\", line 3, column 12, in inner
    return 1 / n
           ^^^^^
ZeroDivisionError: division by zero
";
    assert_eq!(run(source), expected);
}

#[test]
fn a_function_of_the_program_is_called_with_its_tasks() {
    let mut vm = machine("def twice(n):\n    a = reason(\"a\")\n    b = reason(\"b\")\n    return [a, b] * n\n");
    let mut world = World::default();
    world.run(&mut vm);
    vm.call("twice", &[danaide_interpreter::Data::Int(2)], &[]).expect("it is defined");
    let expected = danaide_interpreter::Data::from(vec!["A", "B", "A", "B"]);
    assert_eq!(world.run(&mut vm), Outcome::Finished(expected));
    assert_eq!(world.most_at_once, 2);
}
