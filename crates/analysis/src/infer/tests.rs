//! Inference comes to an end on nests that no person writes, and soon: a walk that doubled with each level would not
//! end at all here.

use crate::{AnalysisHost, FilePath, MemoryFileSystem, file_diagnostics};

fn check(line: impl Fn(usize) -> String, levels: usize, innermost: &str) {
    let mut text = String::new();
    for level in 0..levels {
        text.extend(line(level).lines().map(|line| format!("{}{line}\n", " ".repeat(level))));
    }
    text.push_str(&format!("{}{innermost}\n", " ".repeat(levels)));
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", text)]));
    file_diagnostics(host.db(), host.file(&FilePath::disk("/a.na")));
}

#[test]
fn loops_in_loops() {
    check(|level| format!("for i{level} in range(3):"), 60, "total = [i0]");
    check(|level| format!("while {level}:"), 60, "total = 1");
}

#[test]
fn loops_in_functions_in_loops() {
    check(|level| if level % 2 == 0 { format!("for i{level} in range(3):") } else { "def f():".into() }, 60, "pass");
}

#[test]
fn what_runs_at_the_end_of_what_runs_at_the_end() {
    check(|_| "try:\n pass\nfinally:".into(), 60, "total = 1");
}
