//! Tasks, next to the same in Python's asyncio: time, processor time and memory of the whole process.

mod fan_out;
mod overhead;
mod waiting;

use std::path::{Path, PathBuf};

use crate::analysis::process::{self, Cost};
use crate::startup;

/// Runs of each side; the least of each number counts.
const ROUNDS: usize = 5;

/// What is compared: the binary and an interpreter of Python, in a folder for programs.
struct Bench<'a> {
    binary: &'a Path,
    /// The interpreter that has aiohttp.
    python: String,
    folder: PathBuf,
}

pub fn run(binary: &Path, python_with_aiohttp: &Path) -> Result<(), String> {
    let folder = std::env::temp_dir().join("danaide-bench-tasks");
    std::fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    let bench = Bench { binary, python: python_with_aiohttp.to_string_lossy().into_owned(), folder };
    waiting::run(&bench)?;
    overhead::run(&bench)?;
    fan_out::run(&bench)
}

impl Bench<'_> {
    fn ours(&self, name: &str, text: &str, options: &[&str]) -> Result<Cost, String> {
        let file = self.write(&format!("{name}.na"), text)?;
        let mut args = vec!["run"];
        args.extend(options);
        args.push(&file);
        self.best(|| process::run(&startup::interpreter()?, self.binary, &args, &self.folder))
    }

    fn theirs(&self, name: &str, text: &str) -> Result<Cost, String> {
        let file = self.write(&format!("{name}.py"), text)?;
        self.best(|| process::run(&startup::interpreter()?, Path::new(&self.python), &[&file], &self.folder))
    }

    fn write(&self, name: &str, text: &str) -> Result<String, String> {
        std::fs::write(self.folder.join(name), text).map_err(|e| format!("cannot write {name}: {e}"))?;
        Ok(name.to_owned())
    }

    fn best(&self, run: impl Fn() -> Result<Cost, String>) -> Result<Cost, String> {
        let mut best: Option<Cost> = None;
        for _ in 0..ROUNDS {
            let cost = run()?;
            if cost.code != 0 {
                return Err(format!("a program of {} ended with {}", self.folder.display(), cost.code));
            }
            let least = best.get_or_insert(cost);
            least.wall = least.wall.min(cost.wall);
            least.cpu = least.cpu.min(cost.cpu);
            least.peak = least.peak.min(cost.peak);
        }
        Ok(best.unwrap_or_default())
    }
}

fn title(text: &str) {
    println!("{text:<44} {:>12} {:>12} {:>8}", "danaide run", "asyncio", "ratio");
}

fn row(name: &str, ours: f64, theirs: f64) {
    println!("{name:<44} {ours:>12.2} {theirs:>12.2} {:>7.2}x", theirs / ours);
}
