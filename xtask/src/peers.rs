//! The programs that measures compare with, at fixed versions, kept below `target` between runs.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The version of `ty` that is measured. A newer one is another peer: change it together with the numbers in the docs.
const TY: &str = "0.0.107";

/// The path of `ty`, installed from PyPI if it is not there yet.
pub fn ty() -> Result<PathBuf, String> {
    let folder = crate::root().join("target").join("peers").join(format!("ty-{TY}"));
    let program = folder.join("bin").join("ty");
    if !program.exists() {
        finish(Command::new("python3").args(["-m", "venv"]).arg(&folder), "a virtual environment for ty")?;
        let package = format!("ty=={TY}");
        let pip = folder.join("bin").join("pip");
        finish(Command::new(pip).args(["install", "--quiet", &package]), "ty from PyPI")?;
    }
    check_version(&program)?;
    Ok(program)
}

/// The version of pyright that is measured.
const PYRIGHT: &str = "1.1.407";

/// The path of `pyright-langserver`, installed from PyPI with the Node that it needs if it is not there yet.
pub fn pyright() -> Result<PathBuf, String> {
    let folder = crate::root().join("target").join("peers").join(format!("pyright-{PYRIGHT}"));
    let program = folder.join("bin").join("pyright-langserver");
    if !program.exists() {
        finish(Command::new("python3").args(["-m", "venv"]).arg(&folder), "a virtual environment for pyright")?;
        let package = format!("pyright[nodejs]=={PYRIGHT}");
        let pip = folder.join("bin").join("pip");
        finish(Command::new(pip).args(["install", "--quiet", &package]), "pyright from PyPI")?;
        // The first start fetches the program itself from npm.
        finish(Command::new(folder.join("bin").join("pyright")).arg("--version"), "pyright from npm")?;
    }
    Ok(program)
}

/// The version of the HTTP client for asyncio that is measured.
const AIOHTTP: &str = "3.13.2";

/// The path of an interpreter of Python that has aiohttp, installed from PyPI if it is not there yet.
pub fn aiohttp() -> Result<PathBuf, String> {
    let folder = crate::root().join("target").join("peers").join(format!("aiohttp-{AIOHTTP}"));
    if !folder.join("done").exists() {
        finish(Command::new("python3").args(["-m", "venv"]).arg(&folder), "a virtual environment for aiohttp")?;
        let package = format!("aiohttp=={AIOHTTP}");
        let pip = folder.join("bin").join("pip");
        finish(Command::new(pip).args(["install", "--quiet", &package]), "aiohttp from PyPI")?;
        std::fs::write(folder.join("done"), "").map_err(|e| format!("cannot write to {}: {e}", folder.display()))?;
    }
    Ok(folder.join("bin").join("python3"))
}

fn finish(command: &mut Command, what: &str) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("cannot install {what}: {status}")),
        Err(error) => Err(format!("cannot install {what}: {error}")),
    }
}

fn check_version(program: &Path) -> Result<(), String> {
    let output = Command::new(program)
        .arg("--version")
        .output()
        .map_err(|e| format!("cannot start {}: {e}", program.display()))?;
    let version = String::from_utf8_lossy(&output.stdout);
    if version.contains(TY) { Ok(()) } else { Err(format!("{} is `{}`, not {TY}", program.display(), version.trim())) }
}
