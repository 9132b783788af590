//! How long a write waits for a large query that runs on another thread.

use std::fmt::Write as _;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use danaide_analysis::{AnalysisHost, Change, FilePath, MemoryFileSystem, file_diagnostics};

use super::{ms, spread, verdict};
use crate::project;

const TRIES: u32 = 60;
const GOAL: f64 = 5.0;

pub fn run() {
    println!(
        "{:<34} {:>9} {:>9} {:>9} {:>9} {:>6}",
        "a write while a query runs, ms", "query", "median", "95 of 100", "most", "goal"
    );
    let deep = {
        let mut text = String::from("def f(rows: list[int]) -> int:\n    total = 0\n");
        for depth in 1..=40 {
            let _ = writeln!(text, "{}for item_{depth} in rows:", "    ".repeat(depth));
            let _ = writeln!(text, "{}total = total + item_{depth}", "    ".repeat(depth + 1));
        }
        text + "    return total\n"
    };
    let programs = [
        ("10,000 lines in functions", project::file(10_000, 3)),
        ("10,000 lines in one function", one_function(10_000)),
        ("a pipeline of 20,000 stages", pipeline(20_000)),
        ("a dict of 20,000 entries", dict(20_000)),
        ("200 nests of 40 loops", deep.repeat(200)),
    ];
    for (name, text) in programs {
        let path = FilePath::disk("/w/main.na");
        let mut host = AnalysisHost::new(Arc::new(MemoryFileSystem::default()));
        host.apply_change(Change::Open { path: path.clone(), text: text.as_str().into() });
        let file = host.file(&path);
        let start = Instant::now();
        file_diagnostics(host.db(), file);
        let whole = start.elapsed();
        let mut waits: Vec<Duration> = Vec::new();
        for number in 0..TRIES {
            // A new definition at the top and a changed text: nothing of the last time is of use.
            let changed = text
                .replacen("def ", &format!("def a{number}(): pass\n\ndef "), 1)
                .replace(" = ", &format!(" = {number} + "));
            host.apply_change(Change::Open { path: path.clone(), text: changed.into() });
            let analysis = host.analysis();
            let (started, start) = mpsc::channel();
            let reader = std::thread::spawn(move || {
                let _ = started.send(());
                let _ = analysis.diagnostics(file);
            });
            let _ = start.recv();
            std::thread::sleep(whole * number / TRIES);
            // Nothing changed on disk: this only waits until it could write, and drops nothing that the last try made.
            let begin = Instant::now();
            host.apply_change(Change::Disk { paths: Vec::new() });
            waits.push(begin.elapsed());
            let _ = reader.join();
        }
        let (median, p95, most) = spread(waits);
        println!(
            "{name:<34} {:>9.1} {:>9.2} {:>9.2} {:>9.2} {GOAL:>6.1}   {}",
            ms(whole),
            ms(median),
            ms(p95),
            ms(most),
            verdict(ms(p95) <= GOAL)
        );
    }
    println!();
}

/// Everything that a generated file has, inside one function.
fn one_function(lines: usize) -> String {
    let mut text = String::from("def all() -> int:\n");
    for line in project::file(lines, 4).lines().filter(|it| !it.starts_with("import")) {
        let _ = writeln!(text, "    {line}");
    }
    text + "    return 1\n"
}

fn pipeline(stages: usize) -> String {
    let mut text = String::from("def add(x: int) -> int:\n    return x + 1\n\ndef run(x: int) = add");
    for _ in 1..stages {
        text.push_str(" | add");
    }
    text + "\n"
}

fn dict(entries: usize) -> String {
    let mut text = String::from("def table():\n    all = {\n");
    for number in 0..entries {
        let _ = writeln!(text, "        \"key {number}\": [{number}, \"value {}\"],", number % 97);
    }
    text + "    }\n    return all\n"
}
