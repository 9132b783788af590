//! What the end-to-end tests share: the built command, golden files, and where the repository is.
//!
//! Set `BLESS=1` to write the outputs that programs give now into the golden files.

pub mod differential;
pub mod fake_service;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests sit in the root")
}

/// The `danaide` binary: the one that `DANAIDE_BIN` names, else it is built first.
pub fn danaide() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| std::env::var_os("DANAIDE_BIN").map_or_else(build, PathBuf::from))
}

fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root())
        .args(["build", "--package", "danaide", "--message-format", "json"])
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo can be started");
    assert!(output.status.success(), "danaide does not build");
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    let after = |text: &str| messages.rsplit_once(text).map(|(_, rest)| rest.to_owned());
    let rest = after(r#""executable":""#).expect("cargo names the executable");
    PathBuf::from(rest.split('"').next().unwrap_or_default())
}

/// `danaide` with these arguments, started in this folder of the repository, without the settings of the person who
/// runs the tests.
pub fn command(folder: &str, args: &[&str]) -> Command {
    let mut command = Command::new(danaide());
    command.current_dir(root().join(folder)).args(args).stdin(Stdio::null());
    for variable in ["DANAPATH", "DANA_PATH", "DANA_MOCK_LLM", "DANAIDE_LLM", "NO_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    for (variable, _) in std::env::vars_os() {
        if variable.to_str().is_some_and(|name| name.ends_with("_API_KEY")) {
            command.env_remove(variable);
        }
    }
    command.env("NO_PROXY", "127.0.0.1");
    command
}

/// What a command printed and how it ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Run {
    let Output { status, stdout, stderr } = command.output().expect("the command can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is UTF-8");
    Run { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
}

/// A folder with these files.
pub fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
    folder
}

/// Runs `danaide` with these arguments in a folder.
pub fn run_in(folder: &Path, args: &[&str]) -> Run {
    run(command(".", args).current_dir(folder))
}

/// Compares a text with a golden file; gives the differences in a sentence, or writes the file if `BLESS` is set.
pub fn golden(file: &Path, actual: &str) -> Result<(), String> {
    if std::env::var_os("BLESS").is_some() {
        return fs::write(file, actual).map_err(|error| format!("cannot write {}: {error}", file.display()));
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    if expected == actual {
        return Ok(());
    }
    let mut lines = expected.lines().zip(actual.lines()).enumerate();
    let at = lines.find(|(_, (expected, actual))| expected != actual);
    let difference = match at {
        Some((index, (expected, actual))) => {
            format!("line {}\n  expected: {expected}\n  actual:   {actual}", index + 1)
        }
        None => format!("{} lines expected, {} given", expected.lines().count(), actual.lines().count()),
    };
    Err(format!("{} differs (BLESS=1 takes the new text over): {difference}", file.display()))
}
