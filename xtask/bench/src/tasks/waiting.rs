//! Many tasks that wait at once.

use super::{Bench, row, title};
use crate::analysis::process::Cost;

/// How many tasks wait.
const TASKS: usize = 10_000;

/// How long each waits, in seconds.
const WAIT: f64 = 0.1;

fn program(tasks: usize) -> String {
    format!("def nap(n):\n    sleep({WAIT})\n    return n\n\nprint(sum([nap(n) for n in range({tasks})]))\n")
}

fn twin(tasks: usize) -> String {
    format!(
        "import asyncio\n\nasync def nap(n):\n    await asyncio.sleep({WAIT})\n    return n\n\nasync def main():\n    \
         print(sum(await asyncio.gather(*[nap(n) for n in range({tasks})])))\n\nasyncio.run(main())\n"
    )
}

pub fn run(bench: &Bench<'_>) -> Result<(), String> {
    let (none, all) = (bench.ours("none", &program(0), &[])?, bench.ours("waiting", &program(TASKS), &[])?);
    let (their_none, their_all) = (bench.theirs("none", &twin(0))?, bench.theirs("waiting", &twin(TASKS))?);
    let each = |all: Cost, none: Cost| (all.cpu - none.cpu) / TASKS as f64 * 1e6;
    // A process without tasks does not wait.
    let beyond = |all: Cost, none: Cost| (all.wall - none.wall - WAIT) * 1e3;
    title(&format!("{TASKS} tasks that wait {WAIT} s"));
    row("whole process, ms", all.wall * 1e3, their_all.wall * 1e3);
    row("beyond the wait and the start, ms", beyond(all, none), beyond(their_all, their_none));
    row("processor time of a task, µs", each(all, none), each(their_all, their_none));
    row("memory of all tasks, MB", all.peak - none.peak, their_all.peak - their_none.peak);
    Ok(())
}
