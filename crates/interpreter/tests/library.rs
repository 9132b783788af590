//! The library's modules compared with CPython: each expression of `python/library.txt` with the result CPython gave.
//!
//! `python/library.py` holds the expressions and writes the file.

mod support;

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
