//! `cargo xtask differential`: generated programs, run by Danaide and by CPython.

use std::process::Command;

#[derive(clap::Args)]
pub struct Options {
    /// How many programs.
    #[arg(long, default_value_t = 10_000)]
    count: u64,
    /// The seed of the first program; each next one has the next seed.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Stop after so many programs that end differently.
    #[arg(long, default_value_t = 20)]
    most: u64,
}

pub fn run(options: &Options) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let numbers = [("--count", options.count), ("--seed", options.seed), ("--most", options.most)];
    let status = Command::new(cargo)
        .current_dir(crate::root())
        .args(["run", "--quiet", "--package", "danaide-tests", "--bin", "differential", "--"])
        .args(numbers.iter().flat_map(|(name, number)| [(*name).to_owned(), number.to_string()]))
        .status()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    if status.success() { Ok(()) } else { Err("some programs end differently".to_owned()) }
}
