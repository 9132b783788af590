//! `cargo xtask`: what people do with this repository.

mod arrows;
mod bench;
mod ci;
mod codegen;
mod differential;
mod editors;
mod llm;
mod metadata;
mod peers;
mod run;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tasks of the Danaide repository")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build danaide and run a Dana program with it.
    Run(run::Options),
    /// Everything that must hold before a change is merged.
    Ci(ci::Options),
    /// Write the generated sources; with --check, say whether they are up to date.
    Codegen {
        #[arg(long)]
        check: bool,
    },
    /// Measure speed beside the peers, in one run each.
    Bench(bench::Options),
    /// Run generated programs with Danaide and with CPython and print those that end differently.
    Differential(differential::Options),
    /// Build and pack the extension for Visual Studio Code and the plugin for Neovim.
    Editors(editors::Options),
    /// Run the suites in real editors (--editors) or with a real model (--llm).
    Test(test::Options),
    /// Check that every crate depends only on crates above it in the picture of ARCHITECTURE.md.
    Arrows,
}

fn main() -> ExitCode {
    let result = match Args::parse().task {
        Task::Run(options) => match run::run(&options) {
            Ok(code) => return code,
            Err(message) => Err(message),
        },
        Task::Ci(options) => ci::run(&options),
        Task::Codegen { check } => codegen::run(check),
        Task::Bench(options) => bench::run(&options),
        Task::Differential(options) => differential::run(&options),
        Task::Editors(options) => editors::pack(&options),
        Task::Test(options) => test::test(&options),
        Task::Arrows => arrows::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The repository's root: xtask is always run from a checkout.
fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask sits in the root").to_path_buf()
}
