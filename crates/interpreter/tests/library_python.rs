//! The library's modules compared with CPython: each expression of `python/library.txt` with the result CPython gave.
//!
//! `python/library.py` holds the expressions and writes the file.

mod support;

use danaide_interpreter::{Budget, Limits, Outcome};

/// Expressions in one program.
const CHUNK: usize = 400;

const IMPORTS: &str = "import datetime
import itertools
import path
import random
import re
import time
from datetime import date, timedelta, timezone

def show(shown):
    print(shown.replace(\"\\n\", \"\\\\n\"))

";

#[test]
fn modules_do_what_cpythons_do() {
    let lines: Vec<&str> = include_str!("python/library.txt").lines().collect();
    let cases: Vec<(&str, &str)> =
        lines.chunks(2).map(|pair| (pair[0].strip_prefix("> ").expect("an expression"), pair[1])).collect();
    assert!(cases.len() > 4000, "only {} expressions", cases.len());
    let (mut wrong, mut count) = (String::new(), 0);
    for chunk in cases.chunks(CHUNK) {
        let mut program = IMPORTS.to_owned();
        for (source, _) in chunk {
            program.push_str(&format!(
                "try:\n    show(repr({source}))\nexcept Exception as e:\n    show(f\"{{type(e).__name__}}: {{e}}\")\n"
            ));
        }
        let out = support::output(&program);
        let mut shown = out.lines();
        for (source, expected) in chunk {
            let shown = shown.next().unwrap_or("(nothing)");
            if shown != *expected {
                count += 1;
                wrong.push_str(&format!("{source}\n  CPython: {expected}\n  here:    {shown}\n"));
            }
        }
        if let Some(more) = shown.next() {
            wrong.push_str(&format!("and then: {more}\n"));
        }
    }
    assert!(wrong.is_empty(), "{count} differ:\n{wrong}");
}

/// How a program ends under limits.
fn failure(source: &str, limits: Limits) -> String {
    let mut host = support::Recorder::default();
    let outcome = support::machine_with(source, limits).run(&mut host, Budget::UNLIMITED);
    support::finish(host, &outcome).trim_end().lines().last().unwrap_or_default().to_owned()
}

#[test]
fn endless_iterators_meet_the_limits() {
    let steps = Limits { steps: 200_000, ..Limits::default() };
    let memory = Limits { memory: 64 << 20, ..Limits::default() };
    for taken in [
        "list(count())",
        "sum(cycle([0]))",
        "-1 in count()",
        "max(repeat(1))",
        "all(repeat(1))",
        "list(compress(count(), repeat(0)))",
    ] {
        let source = format!("from itertools import count, cycle, repeat, compress\n{taken}\n");
        let shown = failure(&source, steps);
        assert!(shown.contains("limit of") && shown.contains("steps"), "{taken}: {shown}");
    }
    for taken in ["list(count())", "sorted(cycle('ab'))", "set(count())"] {
        let source = format!("from itertools import count, cycle\n{taken}\n");
        let shown = failure(&source, memory);
        assert!(shown.contains("memory limit"), "{taken}: {shown}");
    }
}

#[test]
fn a_run_pauses_within_an_iterator_that_calls_the_program() {
    let source = "from itertools import takewhile, count\nprint(sum(takewhile(lambda n :: n < 50, count())))\n";
    let mut host = support::Recorder::default();
    let mut vm = support::machine(source);
    let mut pauses = 0;
    while vm.run(&mut host, Budget::steps(7)) == Outcome::Paused {
        pauses += 1;
    }
    assert_eq!(host.out, "1225\n");
    assert!(pauses > 10, "{pauses}");
}
