//! `cargo xtask bench NAME`: tables of speed, ours beside a peer's, on the same text in the same run.

mod analysis;
mod interpreter;
mod lsp;
mod measure;
mod parse;
mod program_text;
mod project;
mod startup;
mod tasks;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The allocator that the `danaide` binary ships with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "cargo xtask bench", about = "Speed of Danaide beside its peers")]
struct Args {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// Checking, edits, memory and cancellation, next to ty.
    Analysis(analysis::Options),
    /// Whole programs, next to CPython.
    Interpreter {
        /// The binary to measure.
        binary: std::path::PathBuf,
    },
    /// What an editor asks a server, next to ty and pyright.
    Lsp(lsp::Options),
    /// Megabytes a second of the parser, with a tree, next to tree-sitter-python.
    Parse {
        /// Lines of the program that is parsed.
        #[arg(long, default_value_t = 10_000)]
        lines: usize,
    },
    /// From the start of the process to its end on an empty file, next to `python3 -c pass`.
    Startup {
        /// The binary to measure.
        binary: std::path::PathBuf,
    },
    /// Many tasks that wait, next to asyncio.
    Tasks {
        /// The binary to measure.
        binary: std::path::PathBuf,
        /// An interpreter of Python that has aiohttp.
        python: std::path::PathBuf,
    },
}

fn main() -> ExitCode {
    let result = match Args::parse().bench {
        Bench::Analysis(options) => analysis::run(&options),
        Bench::Interpreter { binary } => interpreter::run(&binary),
        Bench::Lsp(options) => lsp::run(&options),
        Bench::Parse { lines } => parse::run(lines),
        Bench::Startup { binary } => startup::run(&binary),
        Bench::Tasks { binary, python } => tasks::run(&binary, &python),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
