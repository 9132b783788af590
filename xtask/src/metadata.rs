//! What `cargo metadata` says about the packages of the workspace.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// One package of the workspace.
pub struct Package {
    pub name: String,
    /// The folder of its Cargo.toml.
    pub folder: PathBuf,
    /// Names of the packages in its tables of dependencies, those for tests and builds included.
    pub dependencies: Vec<String>,
}

/// All packages of the workspace.
pub fn packages() -> Result<Vec<Package>, String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(crate::root())
        .args(["metadata", "--format-version", "1", "--locked", "--no-deps"])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("cannot start cargo: {e}"))?;
    if !output.status.success() {
        return Err("`cargo metadata` failed; if Cargo.lock is out of date, run `cargo check`".into());
    }
    let json: Value =
        serde_json::from_slice(&output.stdout).map_err(|e| format!("cannot read `cargo metadata`: {e}"))?;
    let list = json["packages"].as_array().ok_or("`cargo metadata` lists no packages")?;
    Ok(list.iter().map(package).collect())
}

fn package(json: &Value) -> Package {
    let text = |key: &str| json[key].as_str().map(str::to_owned);
    let manifest = text("manifest_path").unwrap_or_default();
    Package {
        name: text("name").unwrap_or_default(),
        folder: Path::new(&manifest).parent().unwrap_or(Path::new("")).to_path_buf(),
        dependencies: json["dependencies"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
            .collect(),
    }
}
