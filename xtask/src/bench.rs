//! `cargo xtask bench`: builds the measures of `xtask/bench` as what is shipped is built, and runs them.

use std::process::Command;

use clap::{Args, ValueEnum};

use crate::{peers, run};

/// The profile of Cargo.toml that is shipped.
const PROFILE: &str = "dist";

#[derive(Args)]
pub struct Options {
    /// What to measure; without it, everything.
    measure: Option<Measure>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measure {
    Analysis,
    Interpreter,
    Lsp,
    Parse,
    Startup,
    Tasks,
}

pub fn run(options: &Options) -> Result<(), String> {
    let all = [Measure::Parse, Measure::Startup, Measure::Interpreter, Measure::Tasks, Measure::Analysis, Measure::Lsp];
    for measure in all.into_iter().filter(|it| options.measure.is_none_or(|wanted| wanted == *it)) {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(crate::root());
        command.args(["run", "--quiet", "--locked", "--profile", PROFILE, "--package", "danaide-bench", "--"]);
        match measure {
            Measure::Analysis => command.arg("analysis").arg(run::build(PROFILE)?).arg(peers::ty()?),
            Measure::Lsp => command.arg("lsp").arg(run::build(PROFILE)?).arg(peers::ty()?).arg(peers::pyright()?),
            Measure::Parse => command.arg("parse"),
            Measure::Interpreter => command.arg("interpreter").arg(run::build(PROFILE)?),
            Measure::Tasks => command.arg("tasks").arg(run::build(PROFILE)?).arg(peers::aiohttp()?),
            Measure::Startup => command.arg("startup").arg(run::build(PROFILE)?),
        };
        let status = command.status().map_err(|e| format!("cannot start cargo: {e}"))?;
        if !status.success() {
            return Err(format!("the measure ended with {status}"));
        }
    }
    Ok(())
}
