//! Checking, edits, memory and cancellation of the analysis, next to `ty` where it does the same.

mod cancellation;
pub(crate) mod check;
pub(crate) mod edits;
mod memory;
mod process;
pub(crate) mod server;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

#[derive(Args)]
pub struct Options {
    /// The `danaide` to measure.
    binary: PathBuf,
    /// The `ty` to measure.
    peer: PathBuf,
    /// What to measure; without it, everything.
    #[arg(long)]
    only: Option<Row>,
    /// Files of the project that is checked.
    #[arg(long, default_value_t = 1000)]
    files: usize,
    /// How often each side checks it.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Write the project here and measure nothing.
    #[arg(long)]
    write: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Row {
    Check,
    Edits,
    Server,
    Memory,
    Cancellation,
    /// Makes so many edits and says how much memory is in use: what `memory` runs.
    #[value(hide = true)]
    MemoryAfter100,
    #[value(hide = true)]
    MemoryAfter10000,
}

/// Lines of each file of the project.
const LINES: usize = 250;

pub fn run(options: &Options) -> Result<(), String> {
    match options.only {
        Some(Row::MemoryAfter100) => return memory::after(100),
        Some(Row::MemoryAfter10000) => return memory::after(10_000),
        _ => {}
    }
    if let Some(folder) = &options.write {
        return check::write(folder, options.files, LINES);
    }
    let is_wanted = |row| options.only.is_none_or(|it| it == row);
    if is_wanted(Row::Check) {
        check::run(options)?;
    }
    if is_wanted(Row::Edits) {
        edits::run()?;
    }
    if is_wanted(Row::Server) {
        server::run(options)?;
    }
    if is_wanted(Row::Memory) {
        memory::run()?;
    }
    if is_wanted(Row::Cancellation) {
        cancellation::run();
    }
    Ok(())
}

pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The median, the value that 95 of 100 do not exceed, and the greatest.
pub(crate) fn spread(mut times: Vec<Duration>) -> (Duration, Duration, Duration) {
    times.sort();
    let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1)));
    let [median, p95, most] = [at(50), at(95), times.last()].map(|it| it.copied().unwrap_or_default());
    (median, p95, most)
}

/// `missed` where a value is above its goal.
fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "missed" }
}
