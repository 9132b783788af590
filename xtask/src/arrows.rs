//! `cargo xtask arrows`: each crate depends only on crates above it in the picture of ARCHITECTURE.md, and each
//! foreign library that only one crate may know is named by that crate alone.

use std::fs;
use std::path::Path;

use crate::metadata::{self, Package};

/// A package of the workspace and what it may depend on inside the workspace.
const ARROWS: &[(&str, &[&str])] = &[
    ("danaide-syntax", &[]),
    ("danaide-analysis", &["danaide-syntax"]),
    ("danaide-ide", &["danaide-syntax", "danaide-analysis", "danaide-format"]),
    ("danaide-format", &["danaide-syntax"]),
    ("danaide-interpreter", &["danaide-syntax", "danaide-analysis"]),
    // The real host knows values and requests, never the tree.
    ("danaide-runtime", &["danaide-interpreter"]),
    ("danaide-lsp", &FACES),
    ("danaide-dap", &FACES),
    ("danaide", &ABOVE_CLI),
    ("danaide-durable", &["danaide-analysis", "danaide-interpreter", "danaide-runtime"]),
];

const FACES: [&str; 6] =
    ["danaide-syntax", "danaide-analysis", "danaide-ide", "danaide-format", "danaide-interpreter", "danaide-runtime"];

const ABOVE_CLI: [&str; 8] = [
    "danaide-syntax",
    "danaide-analysis",
    "danaide-ide",
    "danaide-format",
    "danaide-interpreter",
    "danaide-runtime",
    "danaide-lsp",
    "danaide-dap",
];

/// These stand outside the picture: they test or measure all of it.
const OUTSIDE: &[&str] = &["danaide-tests", "danaide-bench", "xtask"];

/// A library and the packages that may know it, so that replacing it touches nothing else.
const OWNERS: &[(&str, &[&str])] = &[
    ("tower-lsp", &["danaide-lsp"]),
    ("lsp-types", &["danaide-lsp"]),
    ("tower", &["danaide-lsp"]),
    ("tokio", &["danaide-lsp", "danaide-runtime"]),
    ("salsa", &["danaide-analysis"]),
    ("rowan", &["danaide-syntax"]),
    ("clap", &["danaide"]),
    ("annotate-snippets", &["danaide"]),
    ("anstream", &["danaide"]),
    ("ignore", &["danaide"]),
];

/// Says every arrow that points the wrong way.
pub fn run() -> Result<(), String> {
    let packages = metadata::packages()?;
    let mut wrong: Vec<String> = packages.iter().flat_map(wrong_dependencies).collect();
    for package in &packages {
        let names: Vec<&str> = foreign_names(&package.name);
        named_in_sources(&package.folder, &names, &mut wrong)?;
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("the picture is broken:\n  {}", wrong.join("\n  "))) }
}

fn wrong_dependencies(package: &Package) -> Vec<String> {
    let name = package.name.as_str();
    if OUTSIDE.contains(&name) {
        return Vec::new();
    }
    let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
        return vec![format!("{name} is not in the picture: add it to xtask/src/arrows.rs")];
    };
    let mut wrong: Vec<String> = package
        .dependencies
        .iter()
        .filter(|to| to.starts_with("danaide") && !allowed.contains(&to.as_str()) && *to != name)
        .map(|to| format!("{name} may not depend on {to}"))
        .collect();
    for (library, owners) in OWNERS {
        if package.dependencies.iter().any(|to| to == library) && !owners.contains(&name) {
            wrong.push(format!("{name} may not depend on {library}; only {} may", owners.join(", ")));
        }
    }
    wrong
}

/// Paths into libraries that `package` may not know, should another crate pass them on.
fn foreign_names(package: &str) -> Vec<&'static str> {
    [("tower_lsp::", "danaide-lsp"), ("lsp_types::", "danaide-lsp"), ("salsa::", "danaide-analysis")]
        .iter()
        .filter(|(_, owner)| *owner != package && !OUTSIDE.contains(&package))
        .map(|(path, _)| *path)
        .collect()
}

fn named_in_sources(folder: &Path, names: &[&str], wrong: &mut Vec<String>) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|e| format!("cannot list {}: {e}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|e| e.to_string())?.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                named_in_sources(&path, names, wrong)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
            for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
                if let Some(name) = names.iter().find(|name| line.contains(*name)) {
                    wrong.push(format!("{}:{} names {name}", path.display(), number + 1));
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[&str]) -> Package {
        Package {
            name: name.into(),
            folder: "".into(),
            dependencies: dependencies.iter().map(|name| name.to_string()).collect(),
        }
    }

    #[test]
    fn arrows_point_upwards() {
        assert!(wrong_dependencies(&package("danaide-analysis", &["danaide-syntax", "salsa"])).is_empty());
        assert_eq!(
            wrong_dependencies(&package("danaide-runtime", &["danaide-syntax"])),
            ["danaide-runtime may not depend on danaide-syntax"]
        );
        assert_eq!(
            wrong_dependencies(&package("danaide-syntax", &["salsa"])),
            ["danaide-syntax may not depend on salsa; only danaide-analysis may"]
        );
    }

    #[test]
    fn a_crate_outside_the_picture_is_named() {
        assert_eq!(
            wrong_dependencies(&package("danaide-new", &[])),
            ["danaide-new is not in the picture: add it to xtask/src/arrows.rs"]
        );
    }
}
