//! What must hold for every file: those of `tests/programs`, `examples` and the library, and with `DANAIDE_UPSTREAM` all
//! files below that folder.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::check;
use danaide_format::FormatOptions;

#[test]
fn files_keep_what_they_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in ["tests/programs", "examples", "crates/analysis/src/library"] {
        collect(&root.join(folder), &mut files);
    }
    assert!(files.len() >= 200, "only {} files", files.len());
    if let Some(upstream) = std::env::var_os("DANAIDE_UPSTREAM") {
        collect(Path::new(&upstream), &mut files);
    }
    let failures: Vec<String> = files.iter().filter_map(|it| check_file(it).err()).collect();
    assert!(failures.is_empty(), "{} of {} files:\n{}", failures.len(), files.len(), failures.join("\n"));
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "na") {
            files.push(path);
        }
    }
}

fn check_file(path: &Path) -> Result<(), String> {
    // A file in another encoding is not Dana.
    let Ok(text) = fs::read_to_string(path) else { return Ok(()) };
    for line_width in [40, 120] {
        let options = FormatOptions { line_width, range: None };
        check(&text, &options).map_err(|message| format!("{} at {line_width}: {message}", path.display()))?;
    }
    check(&text.replace('\n', "\r\n"), &FormatOptions::default())
        .map_err(|message| format!("{} with CRLF: {message}", path.display()))
}
