//! `cargo xtask ci`: everything that must hold before a change is merged.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::Args;

use crate::{arrows, codegen, editors, run};

#[derive(Args)]
pub struct Options {
    /// Run only the steps whose names contain this text.
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Test the extension in a real Visual Studio Code too: five minutes, and 820 MB in `.cache` the first time.
    #[arg(long)]
    vscode: bool,
}

type Check = fn(&Path) -> Result<Outcome, String>;

/// A step that did not fail.
enum Outcome {
    Done,
    /// With the reason.
    Skipped(String),
}

/// Cheap steps first, so that a slip is seen early.
const STEPS: &[(&str, Check)] = &[
    ("format", |root| cargo(root, &["fmt", "--all", "--check"])),
    ("generated code", |_| codegen::run(true).map(|()| Outcome::Done)),
    ("arrows", |_| arrows::run().map(|()| Outcome::Done)),
    ("dependencies", dependencies),
    ("advisories", advisories),
    ("clippy", |root| cargo(root, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])),
    ("tests", tests),
    ("doc tests", |root| cargo(root, &["test", "--workspace", "--doc", "--locked"])),
    ("extension", |root| editors::fast(root).map(|()| Outcome::Done)),
    ("neovim", neovim),
    ("lsp clients", lsp_clients),
];

/// What runs only when it is asked for.
const MORE: &[(&str, Check)] = &[("vscode", vscode)];

/// Runs every step, also after one has failed, and ends with a table.
pub fn run(options: &Options) -> Result<(), String> {
    let root = crate::root();
    let mut report = Vec::new();
    let mut failed = 0;
    let more = if options.vscode { MORE } else { &[] };
    for (name, check) in STEPS.iter().chain(more) {
        if options.only.as_ref().is_some_and(|text| !name.contains(text.as_str())) {
            continue;
        }
        eprintln!("\n=== {name}");
        let start = Instant::now();
        let result = check(&root);
        let took = start.elapsed();
        let verdict = match result {
            Ok(Outcome::Done) => "ok".to_owned(),
            Ok(Outcome::Skipped(why)) => format!("skipped: {why}"),
            Err(message) => {
                failed += 1;
                eprintln!("error: {message}");
                "FAILED".to_owned()
            }
        };
        report.push((name, took, verdict));
    }
    eprintln!();
    for (name, took, verdict) in &report {
        eprintln!("{name:<16} {:>6} s  {verdict}", seconds(*took));
    }
    match (failed, report.is_empty()) {
        (0, false) => Ok(()),
        (0, true) => {
            let names: Vec<&str> = STEPS.iter().map(|(name, _)| *name).collect();
            Err(format!("no step is named so; there are: {}", names.join(", ")))
        }
        (failed, _) => Err(format!("{failed} of {} steps failed", report.len())),
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64())
}

fn cargo(root: &Path, args: &[&str]) -> Result<Outcome, String> {
    succeed(Command::new(env!("CARGO")).current_dir(root).args(args))
}

/// Prints the command and runs it.
fn succeed(command: &mut Command) -> Result<Outcome, String> {
    let text = display(command);
    eprintln!("$ {text}");
    match command.status() {
        Ok(status) if status.success() => Ok(Outcome::Done),
        Ok(status) => Err(format!("`{text}` ended with {status}")),
        Err(error) => Err(format!("cannot start `{text}`: {error}")),
    }
}

fn display(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut text = program.to_string_lossy().into_owned();
    for arg in command.get_args() {
        text.push(' ');
        text.push_str(&arg.to_string_lossy());
    }
    text
}

/// Whether cargo has this subcommand.
fn installed(subcommand: &str) -> bool {
    Command::new(env!("CARGO"))
        .args([subcommand, "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The version of cargo-deny that `deny.toml` is written for.
const CARGO_DENY: &str = "0.20.2";

/// cargo-deny: the one that is installed, else one of our own in `.cache`. Building that takes about as long as building
/// the workspace, once.
fn cargo_deny(root: &Path) -> Result<PathBuf, String> {
    if Command::new("cargo-deny").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return Ok("cargo-deny".into());
    }
    let folder = root.join(".cache").join(format!("cargo-deny-{CARGO_DENY}"));
    let binary = folder.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if !binary.exists() {
        let mut install = Command::new(env!("CARGO"));
        install.env_remove("CARGO_TARGET_DIR");
        install.args(["install", "cargo-deny", "--locked", "--debug", "--version", CARGO_DENY, "--root"]).arg(&folder);
        succeed(&mut install)?;
    }
    Ok(binary)
}

fn dependencies(root: &Path) -> Result<Outcome, String> {
    let deny = cargo_deny(root)?;
    let rules = ["--locked", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"];
    succeed(Command::new(deny).current_dir(root).args(rules))
}

/// The database of advisories is a repository on the network: without it there is nothing to compare with.
fn advisories(root: &Path) -> Result<Outcome, String> {
    let deny = cargo_deny(root)?;
    let fetched = Command::new(&deny).current_dir(root).args(["--locked", "fetch", "db"]).output();
    if !fetched.is_ok_and(|output| output.status.success()) {
        return Ok(Outcome::Skipped("the database of advisories cannot be fetched".into()));
    }
    succeed(Command::new(deny).current_dir(root).args(["--locked", "check", "--disable-fetch", "advisories"]))
}

/// The tests across crates start the binary, so it is built first and named to them.
fn tests(root: &Path) -> Result<Outcome, String> {
    let danaide = run::build("dev")?;
    let args: &[&str] = if installed("nextest") {
        &["nextest", "run", "--workspace", "--locked", "--no-fail-fast"]
    } else {
        &["test", "--workspace", "--lib", "--bins", "--tests", "--locked", "--no-fail-fast"]
    };
    succeed(Command::new(env!("CARGO")).current_dir(root).args(args).env("DANAIDE_BIN", danaide))
}

/// A client that is not ours drives the server, with the capabilities of several editors.
fn lsp_clients(root: &Path) -> Result<Outcome, String> {
    let requirements = root.join("tests/lsp/requirements.txt");
    let text = std::fs::read_to_string(&requirements).map_err(|e| format!("cannot read the requirements: {e}"))?;
    let folder = root.join("target").join("lsp-clients");
    let done = folder.join("installed.txt");
    if std::fs::read_to_string(&done).ok().as_deref() != Some(text.as_str()) {
        if !Command::new("python3").arg("--version").status().is_ok_and(|it| it.success()) {
            return Ok(Outcome::Skipped("there is no python3".into()));
        }
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        succeed(Command::new(folder.join("bin/pip")).args(["install", "--quiet", "-r"]).arg(&requirements))?;
        std::fs::write(&done, text).map_err(|e| format!("cannot write {}: {e}", done.display()))?;
    }
    let danaide = run::build("dev")?;
    let mut pytest = Command::new(folder.join("bin/python"));
    pytest.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]).current_dir(root.join("tests/lsp"));
    succeed(pytest.env("DANAIDE_BIN", danaide))
}

fn neovim(root: &Path) -> Result<Outcome, String> {
    let danaide = run::build("dev")?;
    succeed(Command::new("bash").current_dir(root).arg("editors/nvim/tests/run.sh").env("DANAIDE_BIN", danaide))
}

fn vscode(root: &Path) -> Result<Outcome, String> {
    let danaide = run::build("dev")?;
    editors::vscode(root, &danaide).map(|()| Outcome::Done)
}
