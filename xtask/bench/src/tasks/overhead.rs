//! What a task costs that could wait and does not: it is started, runs to its end at once, and its value is used.

use super::{Bench, row, title};
use crate::analysis::process::Cost;

const TASKS: usize = 200_000;

/// `{each}` is replaced by what is done for each number.
fn program(each: &str, count: usize) -> String {
    format!(
        "def quick(n):\n    if n < 0:\n        sleep(1)\n    return n\n\ndef all(count):\n    total = 0\n    \
         for n in range(count):\n        {each}\n        total = total + x\n    return total\n\nprint(all({count}))\n"
    )
}

fn twin(each: &str, count: usize) -> String {
    format!(
        "import asyncio\n\nasync def quick(n):\n    if n < 0:\n        await asyncio.sleep(1)\n    return n\n\n\
         async def all(count):\n    total = 0\n    for n in range(count):\n        {each}\n        \
         total = total + x\n    return total\n\nprint(asyncio.run(all({count})))\n"
    )
}

pub fn run(bench: &Bench<'_>) -> Result<(), String> {
    title(&format!("{TASKS} tasks that could wait, µs each"));
    let each = |all: Cost, none: Cost| (all.cpu - none.cpu) / TASKS as f64 * 1e6;
    let pairs = [
        ("a call that waits nowhere", "call", "x = quick(n)", "x = await quick(n)"),
        ("a task of its own", "spawned", "x = spawn(quick, n).result()", "x = await asyncio.create_task(quick(n))"),
    ];
    for (title, name, ours, theirs) in pairs {
        let (none, all) = (
            bench.ours(&format!("{name}-none"), &program(ours, 0), &[])?,
            bench.ours(name, &program(ours, TASKS), &[])?,
        );
        let (their_none, their_all) =
            (bench.theirs(&format!("{name}-none"), &twin(theirs, 0))?, bench.theirs(name, &twin(theirs, TASKS))?);
        row(title, each(all, none), each(their_all, their_none));
    }
    Ok(())
}
