//! A cold check of a project, next to `ty check`: time, processor time, memory.

use std::fs;
use std::path::Path;

use super::process::{self, Cost};
use super::{LINES, Options, verdict};
use crate::{project, startup};

const SEED: u64 = 20_260_101;

/// What is compared, and the number of it.
type Row = (&'static str, fn(&Cost) -> f64);

/// Writes the project twice: as Dana and as Python.
pub fn write(folder: &Path, files: usize, lines: usize) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("cannot write below {}: {e}", folder.display());
    for (name, extension) in [("dana", "na"), ("python", "py")] {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).map_err(failed)?;
        for module in project::project(files, lines, SEED) {
            fs::write(folder.join(format!("{}.{extension}", module.name)), module.text).map_err(failed)?;
        }
    }
    Ok(())
}

pub fn run(options: &Options) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|e| format!("cannot make a folder: {e}"))?;
    write(folder.path(), options.files, LINES)?;
    let python = startup::interpreter()?;
    let (dana, py) = (folder.path().join("dana"), folder.path().join("python"));
    let ours = || process::run(&python, &options.binary, &["check", "."], &dana);
    let theirs = || process::run(&python, &options.peer, &["check", "."], &py);
    let mut costs = (Vec::new(), Vec::new());
    // The first round warms caches and is not counted.
    for round in 0..=options.rounds {
        let (a, b) = (ours()?, theirs()?);
        if a.code != 0 || b.code > 1 {
            return Err(format!("a check failed: danaide ended with {}, ty with {}", a.code, b.code));
        }
        if round > 0 {
            costs.0.push(a);
            costs.1.push(b);
        }
    }
    println!(
        "{:<34} {:>12} {:>12} {:>8}",
        format!("check {} files of {LINES} lines", options.files),
        "danaide",
        "ty check",
        "ratio"
    );
    let rows: [Row; 3] =
        [("seconds", |it| it.wall), ("seconds of processors", |it| it.cpu), ("peak memory, MB", |it| it.peak)];
    for (name, of) in rows {
        let (a, b) = (median(&costs.0, of), median(&costs.1, of));
        println!("{name:<34} {a:>12.2} {b:>12.2} {:>7.2}x   {}", b / a, verdict(a <= b));
    }
    println!();
    Ok(())
}

fn median(costs: &[Cost], of: fn(&Cost) -> f64) -> f64 {
    let mut all: Vec<f64> = costs.iter().map(of).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}
