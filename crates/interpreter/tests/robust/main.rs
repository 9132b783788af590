//! Generated and mutated programs: whatever compiles runs without a panic, within its limits, against a host that
//! answers, fails, delays and cancels at random.
//!
//! `DANAIDE_ROBUST=N` runs N programs of each kind instead of some thousand; `DANAIDE_ROBUST_SEED=N` starts elsewhere;
//! `DANAIDE_ROBUST_LAST=FILE` writes each program there before it runs, for crashes that end the process;
//! `DANAIDE_ROBUST_REPORT=FOLDER` writes the slowest and the largest program there.

mod dice;
mod generate;
mod host;
mod mutate;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use danaide_interpreter::lower::lower;
use danaide_interpreter::{Budget, Limits, NoModules, Outcome, Step, Vm};
use peak_alloc::PeakAlloc;

use self::dice::Dice;
use self::generate::Vocabulary;
use self::host::Unreliable;
use self::mutate::Seeds;
use self::support::Recorder;

/// Counts what is really allocated.
#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// The allocator counts for the whole process: one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

const LIMITS: Limits = Limits { steps: 3_000, memory: 16 << 20, depth: 200, output: 64 << 10 };

/// What a run may really allocate: the heap's own bookkeeping comes to the limit, and a table or text that grows is
/// there twice while it is copied.
const MOST_ALLOCATED: usize = 4 * LIMITS.memory + (16 << 20);

/// Far above what any program needs, on a machine that has other things to do.
const LONGEST: Duration = Duration::from_secs(20);

/// Uses each kind of instruction; its words are what mutations are made of.
const SEED: &str = r#"
import math
struct Point:
    x: int
    y: float = 2.0
    tags: list = [1, 2]
    _inner: any = None
def (self: Point) norm(by=1) -> float:
    return (self.x ** 2 + self.y ** 2) * by
agent Helper
agent_blueprint Plan:
    name: str = f"{1 + 1}"
interface Shape:
    norm(by) -> float
def add(a: int, b=10, *rest, c=3, **named) -> int:
    global total
    total = a
    return a + b
def pipe(x: int) = add(2) as first | [add, lambda v :: v * 2] | add(first, $$[0])
workflow Flow = add | str | len
total = 0
p = Point(1)
xs = [3, 1, 2, "a", None, p]
d = {"k": [1, 2], **{"l": p}}
def outer(n):
    seen = []
    def inner(m=n):
        nonlocal n
        n += m
        return (lambda :: n + m)
    for i in range(n, 10, 2):
        try:
            if i == 4:
                continue
            if i > 7:
                break
            seen.append(inner(i)())
            raise ValueError(f"bad {i!r:>5}") from KeyError("k")
        except (ValueError, KeyError) as e:
            seen += [str(e), e.args]
        else:
            del seen[0]
        finally:
            seen[0:1] = [*xs[:2], i]
    while n > 0 and not n in [5, 6]:
        n -= 1
        if n % 3 == 0: return seen
    with Point(n) as q:
        assert q.x >= 0, "negative"
    return {k: v for k, v in d.items() if k != "z"}, {x for x in range(3)}, sum(x for x in [1, 2])
private:count = 1
public:shared = private:count + 1
a, (b, *c) = 1, (2, 3, 4)
t: int = "12"
print(add(1, *[2], **{"c": 4}), pipe(3), Flow(1), p.norm(by=2), p | str, 5 | add(1))
print(sorted([3, 1], key=lambda v :: -v, reverse=true), max([1, 2], key=str), list(map(str, [1])), Helper.name)
print(outer(2), outer(3), a if b > c[0] else -t, 1 < 2 <= 3 != 4, "n: " + 4, d["k"][-1], "abc"[::-1], math.pi)
print(case((a > 5, "big"), (lambda :: true, "small")), private:count, type(p), isinstance(p, Shape), p.x ** 0.5)
p.x += 1
d["new"] = p.tags
del d["k"], t
print(p, d, [i * j for i in range(3) for j in range(i)], reason("never"))
"#;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// How many programs a test runs, and the first seed.
fn seeds(default: u64) -> std::ops::Range<u64> {
    let first = setting("DANAIDE_ROBUST_SEED", 0);
    first..first + setting("DANAIDE_ROBUST", default)
}

/// What became of many programs.
#[derive(Default)]
struct Tally {
    compiled: u64,
    /// What was wrong, with the first program of each kind.
    wrong: BTreeMap<String, (u64, String)>,
    slowest: (Duration, String),
    largest: (usize, String),
}

impl Tally {
    fn check(&mut self, seed: u64, text: &str) {
        static LAST: Mutex<Option<PathBuf>> = Mutex::new(None);
        if seed == 0 {
            *LAST.lock().unwrap() = std::env::var_os("DANAIDE_ROBUST_LAST").map(PathBuf::from);
        }
        if let Some(path) = &*LAST.lock().unwrap() {
            std::fs::write(path, text).expect("the program can be written");
        }
        let parse = danaide_syntax::parse(text);
        // A tree with errors must not make the compiler panic either.
        let lowered = catch_unwind(AssertUnwindSafe(|| lower("main.na", "__main__", text, &parse.tree())));
        let module = match lowered {
            Ok(Ok(module)) if parse.errors().is_empty() => Arc::new(module),
            Ok(_) => return,
            Err(panic) => return self.note(format!("the compiler: {}", message(&*panic)), text),
        };
        self.compiled += 1;
        ALLOCATED.reset_peak_usage();
        let before = ALLOCATED.current_usage();
        let start = Instant::now();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| run(&module, seed))) {
            self.note(message(&*panic), text);
        }
        let (time, memory) = (start.elapsed(), ALLOCATED.peak_usage().saturating_sub(before));
        if time > LONGEST {
            self.note("it takes too long".into(), text);
        }
        if memory > MOST_ALLOCATED {
            self.note("it takes too much memory".into(), text);
        }
        if time > self.slowest.0 {
            self.slowest = (time, text.to_owned());
        }
        if memory > self.largest.0 {
            self.largest = (memory, text.to_owned());
        }
    }

    fn note(&mut self, what: String, text: &str) {
        let entry = self.wrong.entry(what).or_insert_with(|| (0, text.to_owned()));
        entry.0 += 1;
        // The shortest program says most.
        if text.len() < entry.1.len() {
            entry.1 = text.to_owned();
        }
    }

    fn assert_well(&self, name: &str) {
        if let Some(folder) = std::env::var_os("DANAIDE_ROBUST_REPORT").map(PathBuf::from) {
            let report = format!(
                "{} compiled\nslowest {:?}\n{}\nlargest {}\n{}",
                self.compiled, self.slowest.0, self.slowest.1, self.largest.0, self.largest.1
            );
            std::fs::write(folder.join(name), report).expect("the report can be written");
        }
        let all: Vec<String> =
            self.wrong.iter().map(|(what, (count, text))| format!("=== {count} times: {what}\n{text}")).collect();
        assert!(all.is_empty(), "\n{}", all.join("\n"));
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a text").to_owned()
}

/// Runs a program to its end, looking at it whenever it stops.
fn run(module: &Arc<danaide_interpreter::CodeModule>, seed: u64) {
    let mut host = Unreliable::new(seed);
    let mut vm = Vm::new(module.clone(), Box::new(NoModules), LIMITS);
    let (mut main_called, mut pauses) = (false, 0);
    if seed.is_multiple_of(7) {
        vm.step(Step::Into);
    }
    loop {
        match vm.run(&mut host, Budget::steps(700)) {
            Outcome::Paused => {
                pauses += 1;
                let frames = vm.frames();
                assert!(frames.iter().all(|frame| frame.position.line > 0));
                let variables: usize = (0..frames.len().min(3)).map(|frame| vm.variables(frame).len()).sum();
                assert!(variables < 10_000);
                // As large as the limit of memory allows.
                if pauses == 1 && seed.is_multiple_of(50) {
                    vm.variable(0, "shared");
                    vm.variable(0, "x");
                }
                match host.dice.roll(20) {
                    0 => vm.cancel(),
                    1 if pauses < 30 => vm.step(*host.dice.pick(&[Step::Into, Step::Over, Step::Out])),
                    _ => {}
                }
            }
            Outcome::Waiting(id) => match host.dice.roll(8) {
                0 => vm.cancel(),
                _ => {
                    let answer = host.answer();
                    assert!(vm.resume(id, answer), "the answer is taken");
                    assert!(!vm.resume(id, Ok(danaide_interpreter::Data::None)), "a second answer is not");
                }
            },
            Outcome::Failed(report) => {
                assert!(report.to_string().contains(&report.type_name));
                break;
            }
            Outcome::Finished(_) if !main_called => {
                main_called = true;
                if !vm.call_main(&[("n".into(), danaide_interpreter::Data::Int(1))]) {
                    break;
                }
            }
            Outcome::Finished(_) | Outcome::Cancelled => break,
        }
        assert!(pauses < 10_000, "it does not come to an end");
    }
    // Native work is counted in slices, and to the end of the steps that were granted.
    assert!(vm.steps() <= 2 * LIMITS.steps + 1_000, "{} steps", vm.steps());
    assert!(host.printed <= LIMITS.output, "{} bytes printed", host.printed);
}

#[test]
fn mutated_programs_stay_within_their_limits() {
    let _alone = alone();
    let seeds_of_mutations = Seeds::new(SEED);
    let mut tally = Tally::default();
    for seed in seeds(2_500) {
        let text = seeds_of_mutations.mutate(&mut Dice::new(seed));
        tally.check(seed, &text);
    }
    assert!(tally.compiled * 8 > setting("DANAIDE_ROBUST", 2_500), "only {} mutations compiled", tally.compiled);
    tally.assert_well("mutated");
}

#[test]
fn generated_programs_stay_within_their_limits() {
    let _alone = alone();
    let vocabulary = Vocabulary::new();
    let mut tally = Tally::default();
    let seeds = seeds(1_000);
    let count = seeds.end - seeds.start;
    for seed in seeds {
        let text = generate::program(&mut Dice::new(seed), &vocabulary);
        tally.check(seed, &text);
    }
    assert!(tally.compiled * 10 > count * 8, "only {} of {count} programs compiled", tally.compiled);
    tally.assert_well("generated");
}

#[test]
fn the_unchanged_program_runs_to_its_last_line() {
    let _alone = alone();
    let mut vm = support::machine(SEED);
    let mut host = Recorder::default();
    match vm.run(&mut host, Budget::UNLIMITED) {
        Outcome::Failed(report) => assert_eq!(report.headline(), "LLMError: nobody knows: never", "{report}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_process_runs_thousands_of_programs() {
    let _alone = alone();
    let source = "a = []\nb = {'a': a}\na.append(b)\ndef f(n):\n    return (lambda :: (n, f, b))\nxs = [f(i) for i in range(50)]\n";
    let module = danaide_interpreter::compile("main.na", source).expect("it compiles");
    let mut after_some = 0;
    for round in 0..3_000 {
        let mut vm = Vm::new(module.clone(), Box::new(NoModules), Limits::default());
        assert!(matches!(vm.run(&mut Recorder::default(), Budget::UNLIMITED), Outcome::Finished(_)));
        drop(vm);
        if round == 100 {
            after_some = ALLOCATED.current_usage();
        }
    }
    let growth = ALLOCATED.current_usage().saturating_sub(after_some);
    assert!(growth < 100_000, "{growth} bytes are left behind");
}

#[test]
fn a_long_run_that_makes_circles_stays_small() {
    let _alone = alone();
    let source = "struct Node:\n    next: any = none\n    data: any = none\ni = 0\nwhile i < 400000:\n    a = Node()\n    \
                  a.next = Node(next=a, data=[a, {'i': i}])\n    i += 1\n";
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let mut vm = support::machine(source);
    assert!(matches!(vm.run(&mut Recorder::default(), Budget::UNLIMITED), Outcome::Finished(_)));
    let peak = ALLOCATED.peak_usage().saturating_sub(before);
    assert!(peak < 120_000_000, "{peak} bytes at most");
}

#[test]
fn native_work_ends_at_the_limits() {
    let _alone = alone();
    let shared = "a = []\nb = []\nfor i in range(60):\n    a = [a, a]\n    b = [b, b]\n";
    for (work, limit) in [
        ("a == b", "steps"),
        ("a < b", "steps"),
        ("print(a)", "memory"),
        ("json.dumps(a)", "memory"),
        ("print([('x' * 1000000)] * 1000000)", "memory"),
        ("5 in iter(range(-10 ** 12, 0))", "steps"),
        ("sum(iter(range(-10 ** 12, 10 ** 11)))", "steps"),
        ("list(range(10 ** 10))", "memory"),
        ("'x' * 10 ** 10", "memory"),
    ] {
        let program = format!("import json\n{shared}{work}\n");
        let limits = Limits { steps: 1_000_000, memory: 64 << 20, ..Limits::default() };
        let module = danaide_interpreter::compile("main.na", &program).expect("it compiles");
        let mut vm = Vm::new(module, Box::new(NoModules), limits);
        let Outcome::Failed(report) = vm.run(&mut Recorder::default(), Budget::UNLIMITED) else { panic!("{work}") };
        let passed = format!("{:?}", report.limit.unwrap_or_else(|| panic!("{work}: {report}"))).to_lowercase();
        assert_eq!(passed, limit, "{work}: {report}");
    }
}

#[test]
fn another_thread_cancels_native_work() {
    let _alone = alone();
    let source = "a = []\nb = []\nfor i in range(60):\n    a = [a, a]\n    b = [b, b]\ntry:\n    a == b\nfinally:\n    print('cleaned up')\n";
    let mut vm = support::machine(source);
    let canceller = vm.canceller();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        canceller.cancel();
    });
    let mut host = Recorder::default();
    assert_eq!(vm.run(&mut host, Budget::UNLIMITED), Outcome::Cancelled);
    assert_eq!(host.out, "cleaned up\n");
    thread.join().expect("the thread ends well");
}
