//! The programs under `tests/programs` run to their end, so nothing in them is an error.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use camino::Utf8PathBuf;
use danaide_analysis::{AnalysisHost, Change, FilePath, OsFileSystem, Severity, file_diagnostics, line_index};
use danaide_syntax::ColumnEncoding;

/// Programs below a folder.
fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry of the folder").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|it| it == "na") {
            paths.push(path);
        }
    }
}

/// Does a program show an error: at its end, or by catching it?
fn fails_on_purpose(path: &Path, text: &str) -> bool {
    path.with_extension("err").exists() || text.contains("try:")
}

#[test]
fn programs_that_run_have_no_errors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/programs");
    let mut paths = Vec::new();
    collect(&folder, &mut paths);
    let mut host = AnalysisHost::new(Arc::new(OsFileSystem));
    let root = Utf8PathBuf::from_path_buf(folder).expect("the path of the repository is UTF-8");
    host.apply_change(Change::Roots { workspace: vec![root], search_path: Vec::new() });
    let mut checked = 0;
    let mut wrong = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a program can be read");
        if fails_on_purpose(&path, &text) {
            continue;
        }
        checked += 1;
        let path = Utf8PathBuf::from_path_buf(path).expect("the path of the repository is UTF-8");
        let file = host.file(&FilePath::disk(&path));
        let lines = line_index(host.db(), file);
        for it in file_diagnostics(host.db(), file).iter().filter(|it| it.severity == Severity::Error) {
            let line = lines.line_col(it.range.start(), ColumnEncoding::Utf8).line + 1;
            wrong.push(format!("{path}:{line}: [{}] {}", it.code.as_str(), it.message));
        }
    }
    assert!(checked > 50, "only {checked} programs were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
