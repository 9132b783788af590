//! Tasks that wait, next to the same in Python's asyncio: time, processor time and memory of the whole process.

use std::path::Path;

use crate::analysis::process;
use crate::startup;

/// How many tasks wait at once.
const TASKS: usize = 10_000;

/// How long each waits, in seconds.
const WAIT: f64 = 0.1;

/// Runs of each side; the fastest counts.
const ROUNDS: usize = 5;

fn program(tasks: usize) -> String {
    format!("def nap(n):\n    sleep({WAIT})\n    return n\n\nprint(sum([nap(n) for n in range({tasks})]))\n")
}

fn twin(tasks: usize) -> String {
    format!(
        "import asyncio\n\nasync def nap(n):\n    await asyncio.sleep({WAIT})\n    return n\n\nasync def main():\n    \
         print(sum(await asyncio.gather(*[nap(n) for n in range({tasks})])))\n\nasyncio.run(main())\n"
    )
}

pub fn run(binary: &Path) -> Result<(), String> {
    let python = startup::interpreter()?;
    let folder = std::env::temp_dir().join("danaide-bench-tasks");
    std::fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    let write = |name: &str, text: String| {
        std::fs::write(folder.join(name), text).map_err(|e| format!("cannot write {name}: {e}"))
    };
    for (name, tasks) in [("none", 0), ("all", TASKS)] {
        write(&format!("{name}.na"), program(tasks))?;
        write(&format!("{name}.py"), twin(tasks))?;
    }
    let ours = |name: &str| best(|| process::run(&python, binary, &["run", &format!("{name}.na")], &folder));
    let theirs = |name: &str| best(|| process::run(&python, Path::new(&python), &[&format!("{name}.py")], &folder));
    let (none, all) = (ours("none")?, ours("all")?);
    let (their_none, their_all) = (theirs("none")?, theirs("all")?);
    let each = |all: process::Cost, none: process::Cost| (all.cpu - none.cpu) / TASKS as f64 * 1e6;
    let row = |name: &str, ours: f64, theirs: f64| {
        println!("{name:<34} {ours:>12.2} {theirs:>12.2} {:>7.2}x", theirs / ours);
    };
    let title = format!("{TASKS} tasks that wait {WAIT} s");
    println!("{title:<34} {:>12} {:>12} {:>8}", "danaide run", "asyncio", "ratio");
    row("whole process, ms", all.wall * 1e3, their_all.wall * 1e3);
    row("beyond the wait and the start, ms", beyond(all, none), beyond(their_all, their_none));
    row("processor time of a task, µs", each(all, none), each(their_all, their_none));
    row("memory of all tasks, MB", all.peak - none.peak, their_all.peak - their_none.peak);
    Ok(())
}

fn beyond(all: process::Cost, none: process::Cost) -> f64 {
    // A process without tasks does not wait.
    (all.wall - none.wall - WAIT) * 1e3
}

/// The least of each number.
fn best(run: impl Fn() -> Result<process::Cost, String>) -> Result<process::Cost, String> {
    let mut best = run()?;
    for _ in 1..ROUNDS {
        let cost = run()?;
        if cost.code != 0 {
            return Err(format!("a program ended with {}", cost.code));
        }
        best.wall = best.wall.min(cost.wall);
        best.cpu = best.cpu.min(cost.cpu);
        best.peak = best.peak.min(cost.peak);
    }
    Ok(best)
}
