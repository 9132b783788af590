//! Mutated programs: whatever compiles runs without a panic and within its limits.

mod support;

use std::sync::Arc;

use danaide_interpreter::lower::lower;
use danaide_interpreter::{Budget, Limits, NoModules, Outcome, Vm};
use support::Recorder;

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

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // Knuth's multiplier; the high bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides.max(1)
    }
}

fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut kind = ' ';
    for c in text.chars() {
        let next = if c.is_alphanumeric() || c == '_' { 'a' } else { c };
        match words.last_mut() {
            Some(word) if next == kind && (next == 'a' || next == ' ') => word.push(c),
            _ => words.push(c.to_string()),
        }
        kind = next;
    }
    words
}

fn mutate(seed: &[String], dice: &mut Dice) -> String {
    let mut words = seed.to_vec();
    for _ in 0..=dice.roll(4) {
        let (at, from) = (dice.roll(words.len()), dice.roll(seed.len()));
        match dice.roll(4) {
            0 => {
                words.remove(at);
            }
            1 => words[at].clone_from(&seed[from]),
            2 => words.insert(at, seed[from].clone()),
            _ => {
                let length = dice.roll(20).min(words.len() - at);
                let part: Vec<String> = words[at..at + length].to_vec();
                let to = dice.roll(words.len());
                words.splice(to..to, part);
            }
        }
    }
    words.concat()
}

#[test]
fn mutated_programs_never_panic() {
    let seed = words(SEED);
    let mut dice = Dice(42);
    let limits = Limits { steps: 20_000, memory: 64 << 20, depth: 500, output: 1 << 20 };
    let (mut compiled, mut finished) = (0, 0);
    for round in 0..3_000 {
        let text = mutate(&seed, &mut dice);
        let parse = danaide_syntax::parse(&text);
        // A tree with errors must not make the compiler panic either.
        let Ok(module) = lower("main.na", "__main__", &text, &parse.tree()) else { continue };
        if !parse.errors().is_empty() {
            continue;
        }
        compiled += 1;
        let mut vm = Vm::new(Arc::new(module), Box::new(NoModules), limits);
        let mut host = Recorder::default();
        loop {
            match vm.run(&mut host, Budget::steps(1_000)) {
                Outcome::Paused => {
                    assert!(vm.frames().iter().all(|frame| frame.position.line > 0));
                    if round % 5 == 0 {
                        vm.cancel();
                    }
                }
                Outcome::Failed(report) => {
                    assert!(!report.to_string().is_empty());
                    break;
                }
                _ => break,
            }
        }
        finished += 1;
    }
    assert!(compiled > 300, "only {compiled} mutations compiled");
    assert_eq!(compiled, finished);
}

#[test]
fn the_unchanged_program_runs_to_its_last_line() {
    let mut vm = support::machine(SEED);
    let mut host = Recorder::default();
    match vm.run(&mut host, Budget::UNLIMITED) {
        Outcome::Failed(report) => assert_eq!(report.headline(), "LLMError: nobody knows: never", "{report}"),
        other => panic!("{other:?}"),
    }
}
