//! `cargo xtask run`: the workflow runner. Builds danaide and runs a program with it.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::Args;

#[derive(Args)]
pub struct Options {
    /// Build with all optimisations: slower to build, faster to run.
    #[arg(long)]
    release: bool,
    /// The program.
    file: PathBuf,
    /// Passed on to `danaide run`; see `danaide run --help`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

/// Ends with the exit code of `danaide run`.
pub fn run(options: &Options) -> Result<ExitCode, String> {
    let danaide = build(if options.release { "release" } else { "dev" })?;
    let status = Command::new(&danaide)
        .arg("run")
        .arg(&options.file)
        .args(&options.args)
        .status()
        .map_err(|e| format!("cannot start {}: {e}", danaide.display()))?;
    // Without a code a signal ended it.
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(code))
}

/// Builds the binary with one of the profiles of Cargo.toml and gives its path.
pub fn build(profile: &str) -> Result<PathBuf, String> {
    let root = crate::root();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(&root).args([
        "build",
        "--locked",
        "--package",
        "danaide",
        "--profile",
        profile,
        "--message-format",
        "json-render-diagnostics",
    ]);
    let output =
        cargo.stderr(std::process::Stdio::inherit()).output().map_err(|e| format!("cannot start cargo: {e}"))?;
    if !output.status.success() {
        return Err("danaide does not build".into());
    }
    executable(&String::from_utf8_lossy(&output.stdout)).ok_or_else(|| "cargo names no executable `danaide`".into())
}

/// The path of the executable in cargo's messages, one JSON object a line.
fn executable(messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "danaide")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::executable;

    #[test]
    fn the_executable_is_the_one_of_danaide() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"serde"},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"danaide"},"executable":"/t/debug/danaide"}"#,
            "\nnot json\n",
        );
        assert_eq!(executable(messages), Some("/t/debug/danaide".into()));
        assert_eq!(executable("{}"), None);
    }
}
