//! Tasks: what overlaps, what it costs, what the host is told, and that nothing hangs when the world breaks.

mod faults;
mod services;
mod world;

use std::collections::BTreeMap;
use std::fmt::Write;

use danaide_interpreter::{Limit, Limits, NoModules, Outcome, TaskEvent, TaskEventKind, Vm};

use self::faults::ending;
use self::world::{Fault, Order, World, code, machine, run};

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

/// What else starts tasks: plans, pipelines, workflows, agents, files, people, stages that run together, and a failure that is
/// handled.
const MIXED: &str = "\
import files

def load(name):
    return files.read_text(name)

def shout(text):
    return reason(text)

def both(left, right):
    return f\"{left}/{right}\"

workflow Loud:
    pipeline: any = shout | len

agent_blueprint Clerk:
    handled: int = 0

def (self: Clerk) handle(n):
    before = self.handled
    text = reason(f\"case {n}\")
    self.handled = before + 1
    return f\"{text} {self.handled}\"

def broken(n):
    sleep(n)
    raise ResourceError(f\"broken {n}\")

agent clerk(Clerk)
agent other(Clerk)
files.write_text(\"a\", \"text a\")
files.write_text(\"b\", \"text b\")
plan = [
    {\"name\": \"all\", \"task\": \"both\", \"args\": {\"left\": \"$one\", \"right\": \"$two\"}},
    {\"name\": \"one\", \"task\": \"load\", \"args\": {\"name\": \"a\"}},
    {\"name\": \"two\", \"task\": \"shout\", \"args\": {\"text\": \"two\"}},
]
first = clerk.handle(1)
second = clerk.handle(2)
third = other.handle(3)
planned = run_plan(plan, {\"both\": both, \"load\": load, \"shout\": shout}, limit=2)
agreed = approve(\"go on\")
colour = ask(\"Which?\", options=[\"red\", \"green\"])
parts = \"x\" | [shout, lambda text :: shout(text + text)]
loud = [Loud()(text) for text in [\"a\", \"bc\"]]
try:
    print(broken(2))
except ResourceError as error:
    print(error)
print(gather(broken(1), shout(\"y\"), return_errors=true))
print(first, second, third, planned, agreed, colour, parts, loud, clerk.handled)
";

fn events_of(source: &str, order: Order) -> (String, Vec<TaskEvent>) {
    let mut world = World { order, is_tracing: true, ..World::default() };
    let outcome = world.run(&mut machine(source));
    assert_eq!(ending(&outcome), "finished");
    (world.output, world.events)
}

#[test]
fn the_same_answers_give_the_same_trace() {
    for source in [MANY, MIXED] {
        let first = events_of(source, Order::Clock);
        assert!(first.1.len() > 70, "{} events", first.1.len());
        for _ in 0..1_000 {
            assert!(events_of(source, Order::Clock) == first);
        }
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
    for source in [MANY, MIXED] {
        let (output, events) = events_of(source, Order::Clock);
        let expected = deeds(&events);
        for seed in 0..1_000 {
            let (shuffled, events) = events_of(source, Order::Chance(seed));
            assert_eq!(shuffled, output, "seed {seed}");
            assert!(deeds(&events) == expected, "seed {seed}");
        }
    }
}

/// Events as lines.
fn lines(events: &[TaskEvent]) -> String {
    let mut out = String::new();
    for TaskEvent { task, identity, kind } in events {
        let _ = write!(out, "{task} {identity}: {}", kind.name());
        let _ = match kind {
            TaskEventKind::Started { name, parent, position, .. } => {
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

/// A world whose clock goes on while the program computes: a second each time somebody looks at it.
struct Computing(World);

impl danaide_interpreter::Host for Computing {
    fn print(&mut self, text: &str) {
        self.0.print(text);
    }

    fn log(&mut self, _level: danaide_interpreter::LogLevel, _message: &str) {}

    fn now(&mut self) -> f64 {
        self.0.now += 1.0;
        self.0.now
    }

    fn random(&mut self) -> u64 {
        0
    }

    fn start(
        &mut self,
        id: danaide_interpreter::RequestId,
        request: danaide_interpreter::Request,
    ) -> danaide_interpreter::Started {
        self.0.start(id, request)
    }

    fn cancel(&mut self, id: danaide_interpreter::RequestId) {
        self.0.cancel(id);
    }
}

#[test]
fn a_time_limit_ends_a_task_that_computes() {
    let source = "\
def spin():
    while true:
        pass

def work(n):
    return n

@timeout(5)
def computes():
    try:
        spin()
    finally:
        print(\"cleaned\")

@timeout(5)
def starts():
    while true:
        work(1)

def below():
    sleep(0)
    spin()

@timeout(5)
def waits_for_it():
    x = below()
    return x + 1

@timeout(5)
@timeout(1000)
def twice():
    spin()

@timeout(1000)
@timeout(5)
def inner():
    spin()

@timeout(1000)
def quick():
    total = 0
    for n in range(100000):
        total += n
    return total

@timeout(5)
def handles():
    try:
        spin()
    except CancelledError:
        return \"handled\"

for f in [computes, starts, waits_for_it, twice, inner, quick, handles]:
    try:
        print(f())
    except TimeoutError as error:
        print(error)
";
    let expected = "\
cleaned
computes() took longer than 5 seconds
starts() took longer than 5 seconds
waits_for_it() took longer than 5 seconds
twice() took longer than 5 seconds
inner() took longer than 5 seconds
4999950000
handles() took longer than 5 seconds
";
    // A host that is asked again and again sees that the timer is due before the program does.
    for budget in [danaide_interpreter::Budget::UNLIMITED, danaide_interpreter::Budget::steps(30_000)] {
        let mut host = Computing(World::default());
        let mut vm = machine(source);
        let outcome = loop {
            match vm.run(&mut host, budget) {
                Outcome::Waiting(_) => assert!(host.0.answer(&mut vm), "the program waits for nothing"),
                Outcome::Paused => {
                    host.0.now += 1.0;
                    while host.0.pending.values().any(|(due, _)| *due <= host.0.now) {
                        host.0.answer(&mut vm);
                    }
                }
                outcome => break outcome,
            }
        };
        assert_eq!(ending(&outcome), "finished", "{outcome:?}");
        assert_eq!(host.0.output, expected);
        assert_eq!(vm.open_tasks(), 0);
        assert_eq!(host.0.pending.len(), 0, "timers are left");
    }
}

#[test]
fn exit_and_limits_end_spawned_tasks_too() {
    let source = |end: &str| {
        format!(
            "\
def work(n):
    try:
        sleep(1000)
        print(\"never\", n)
    finally:
        print(\"cleaned\", n)

def start():
    spawned = spawn(work, 1)
    x = work(2)
    sleep(1)
    {end}
    return x

y = work(3)
start()
"
        )
    };
    for (end, kind) in [
        ("exit(3)", "SystemExit"),
        ("raise SystemExit(0)", "SystemExit"),
        ("big = list(range(100000000))", "MemoryError"),
    ] {
        let limits = Limits { memory: 16 << 20, ..Limits::default() };
        let mut vm = Vm::new(code(&source(end)), Box::new(NoModules), limits);
        let mut world = World::default();
        let outcome = world.run(&mut vm);
        assert_eq!(ending(&outcome), kind);
        assert_eq!(world.output, "cleaned 1\ncleaned 2\ncleaned 3\n", "{end}");
        assert_eq!((world.now, vm.open_tasks()), (1.0, 0), "{end}");
    }
}
