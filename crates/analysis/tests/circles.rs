//! Modules, functions, records and variables that are made of each other in every way: everything is answered, and the
//! answers are the same whoever is asked first.

use std::fmt::Write as _;

use danaide_analysis::graph::{file_graphs, text};
use danaide_analysis::{AnalysisHost, FilePath, MemoryFileSystem, file_diagnostics};
use proptest::prelude::*;

const MODULES: [&str; 3] = ["m0", "m1", "m2"];
const NAMES: [&str; 6] = ["a", "b", "f", "g", "R", "S"];

/// Takes the choices that make a program from a list of numbers; where they end, it is always the first.
struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn of(&mut self, count: usize) -> usize {
        usize::from(*self.0.next().unwrap_or(&0)) % count
    }

    fn name(&mut self) -> &'static str {
        NAMES[self.of(NAMES.len())]
    }

    fn module(&mut self) -> &'static str {
        MODULES[self.of(MODULES.len())]
    }

    fn expr(&mut self, depth: usize) -> String {
        let choice = self.of(if depth > 3 { 3 } else { 14 });
        let next = depth + 1;
        match choice {
            0 => "1".to_owned(),
            1 => self.name().to_owned(),
            2 => format!("{}.{}", self.module(), self.name()),
            3 => format!("[{}, {}]", self.expr(next), self.expr(next)),
            4 => format!("{{'k': {}}}", self.expr(next)),
            5 | 6 => format!("{}({})", self.expr(next), self.expr(next)),
            7 => format!("{}.{}", self.expr(next), self.name()),
            8 => format!("(lambda x :: {})", self.expr(next)),
            9 => format!("{}[0]", self.expr(next)),
            10 => format!("({} | {})", self.expr(next), self.expr(next)),
            11 => format!("[{} for {} in {}]", self.expr(next), self.name(), self.expr(next)),
            12 => format!("({} if {} else {})", self.expr(next), self.expr(next), self.expr(next)),
            _ => format!("reason({})", self.expr(next)),
        }
    }

    fn statement(&mut self, out: &mut String) {
        let (name, other) = (self.name(), self.name());
        let _ = match self.of(14) {
            0 | 1 => writeln!(out, "import {}", self.module()),
            2 => writeln!(out, "from {} import {name}", self.module()),
            3 => writeln!(out, "from {} import *", self.module()),
            4 | 5 => writeln!(out, "{name} = {}", self.expr(0)),
            6 => {
                let (value, result) = (self.expr(0), self.expr(0));
                writeln!(out, "def {name}(x):\n    global {other}\n    {other} = {value}\n    return {result}")
            }
            7 => writeln!(out, "@{other}\ndef {name}(x: {}) -> {}:\n    return {}", self.name(), other, self.expr(0)),
            8 => writeln!(out, "def {name}(x) = {} | {}", self.expr(1), self.expr(1)),
            9 => writeln!(out, "struct {name}({other}):\n    {}: {} = {}", self.name(), self.name(), self.expr(0)),
            10 => writeln!(
                out,
                "def (it: {other}) {name}(x):\n    it.{name} = {}\n    return {}",
                self.expr(0),
                self.expr(0)
            ),
            11 => writeln!(out, "agent {name}:\n    {}: {} = {}", self.name(), self.name(), self.expr(0)),
            12 => writeln!(
                out,
                "agent_blueprint {name}({other}):\n    {}: {} = {}",
                self.name(),
                self.name(),
                self.expr(0)
            ),
            _ => writeln!(out, "for {name} in {}:\n    {other} = {}", self.expr(0), self.expr(0)),
        };
    }
}

fn project(numbers: &[u8]) -> Vec<(String, String)> {
    let mut choices = Choices(numbers.iter());
    let module = |name: &&str| {
        let mut out = String::new();
        for _ in 0..1 + choices.of(6) {
            choices.statement(&mut out);
        }
        (format!("/w/{name}.na"), out)
    };
    MODULES.iter().map(module).collect()
}

/// What is said about all files of a project, in the order of the files.
fn answers(files: &[(String, String)], first: usize, graphs_first: bool) -> Vec<String> {
    let host = AnalysisHost::new(MemoryFileSystem::from_files(files.to_vec()));
    let db = host.db();
    let mut out = vec![String::new(); files.len()];
    for turn in 0..files.len() {
        let index = (first + turn) % files.len();
        let file = host.file(&FilePath::disk(&files[index].0));
        let graphs = || text(&file_graphs(db, file, true));
        let before = graphs_first.then(graphs);
        let mut lines = String::new();
        for found in file_diagnostics(db, file).iter() {
            let _ = writeln!(lines, "{:?} {}: {}", found.range, found.code.rule().name, found.message);
        }
        out[index] = lines + &before.unwrap_or_else(graphs);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]
    #[test]
    fn everything_is_answered_whoever_asks_first(numbers in prop::collection::vec(any::<u8>(), 0..160)) {
        let files = project(&numbers);
        let expected = answers(&files, 0, false);
        for first in 0..files.len() {
            prop_assert_eq!(&answers(&files, first, true), &expected, "{}", files.iter().map(|it| it.1.as_str()).collect::<Vec<_>>().join("---\n"));
        }
    }
}
