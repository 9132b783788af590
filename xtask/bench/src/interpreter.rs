//! Whole programs, run by Danaide and by CPython: one row for each program of `xtask/bench/programs`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{measure, startup};

/// Runs of each program by each side that count.
const ROUNDS: usize = 5;

pub fn run(binary: &Path) -> Result<(), String> {
    let python = startup::interpreter()?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
    let mut programs: Vec<PathBuf> = std::fs::read_dir(&folder)
        .map_err(|e| format!("cannot read {}: {e}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "na"))
        .collect();
    programs.sort();
    println!("{:<20} {:>12} {:>12} {:>8}", "whole process, ms", "danaide run", "python3", "ratio");
    let mut logarithms = 0.0;
    let mut slowest = f64::INFINITY;
    for program in &programs {
        // A program that is not the same text in both languages has a twin.
        let twin = Some(program.with_extension("py")).filter(|twin| twin.exists());
        let ours = || {
            let mut command = Command::new(binary);
            command.arg("run").arg(program);
            command
        };
        let theirs = || {
            let mut command = Command::new(&python);
            command.arg(twin.as_deref().unwrap_or(program));
            command
        };
        let name = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if output(ours())? != output(theirs())? {
            return Err(format!("{name}: the two print different things"));
        }
        let (a, b) = measure::in_turns(ROUNDS, || output(ours()), || output(theirs()));
        let ratio = b.as_secs_f64() / a.as_secs_f64();
        logarithms += ratio.ln();
        slowest = slowest.min(ratio);
        println!("{name:<20} {:>12.0} {:>12.0} {ratio:>7.2}x", a.as_secs_f64() * 1e3, b.as_secs_f64() * 1e3);
    }
    let mean = (logarithms / programs.len() as f64).exp();
    println!("{:<20} {:>12} {:>12} {mean:>7.2}x   the least {slowest:.2}x", "geometric mean", "", "");
    Ok(())
}

/// What a program prints.
fn output(mut command: Command) -> Result<Vec<u8>, String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|e| format!("cannot start {command:?}: {e}"))?;
    if !output.status.success() {
        return Err(format!("{command:?} failed: {}", output.status));
    }
    Ok(output.stdout)
}
