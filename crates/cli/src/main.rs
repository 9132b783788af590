//! The `danaide` command: reads arguments, calls the libraries, prints.

mod analyze_stats;
mod args;
mod check;
mod diff;
mod exit;
mod explain;
mod finding;
mod fmt;
mod graph;
mod human;
mod json;
mod paths;
mod progress;
mod run;
mod sarif;
mod settings;
mod statistics;
mod trace;
mod traceback;
mod write;

use clap::Parser;

use args::{Args, Command};

/// A tree is many small pieces: this allocator makes and drops them in half the time of the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let code = match Args::parse().command {
        Command::Run(options) => run::run(&options),
        Command::Check(options) => check::run(&options),
        Command::Fmt(options) => fmt::run(&options),
        Command::Explain(options) => explain::run(&options),
        Command::Graph(options) => graph::run(&options),
        Command::Trace(options) => trace::trace(&options),
        Command::Lsp(options) => danaide_lsp::run_stdio(options.log.as_deref()).unwrap_or_else(|message| {
            exit::complain(&message);
            exit::USAGE
        }),
        Command::AnalyzeStats(options) => analyze_stats::run(&options),
    };
    std::process::ExitCode::from(u8::try_from(code).unwrap_or(1))
}
