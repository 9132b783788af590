//! Applying safe fixes until none is left.

use std::sync::Arc;

use danaide_syntax::{Indel, TextEdit, TextRange};
use rustc_hash::FxHashMap;

use super::diagnostic::{Applicability, Fix};
use super::file_diagnostics;
use crate::{AnalysisHost, Change, File, FileContents, syntax_errors};

/// A fix can make room for another one. Fixes that undo each other come to their end here.
const MOST_ROUNDS: usize = 10;

/// A file whose text was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedFile {
    pub file: File,
    pub before: Arc<str>,
    pub after: Arc<str>,
    /// How many fixes were applied.
    pub fixes: usize,
}

/// Applies the [safe](Applicability::Safe) fixes of files, at most in ten rounds, as if an editor had changed their
/// texts. Fixes that touch the same text wait for the next round. Left out are fixes that change other files too, files
/// that are not UTF-8, and rounds that would leave a file with syntax errors that it did not have.
///
/// The files on disk stay as they are; what is to be written comes back, in the order of the files.
pub fn fix_all(host: &mut AnalysisHost, files: &[File]) -> Vec<FixedFile> {
    let mut fixed: FxHashMap<File, FixedFile> = FxHashMap::default();
    let mut waiting = files.to_vec();
    for _ in 0..MOST_ROUNDS {
        let changes: Vec<(File, Arc<str>, usize)> = waiting.iter().filter_map(|&it| fix_once(host, it)).collect();
        waiting.clear();
        for (file, after, fixes) in changes {
            let before = file.text(host.db()).clone();
            let was_broken = !syntax_errors(host.db(), file).is_empty();
            open(host, file, after.clone());
            if !was_broken && !syntax_errors(host.db(), file).is_empty() {
                open(host, file, before);
                continue;
            }
            let entry = fixed.entry(file);
            let entry = entry.or_insert_with(|| FixedFile { file, before, after: after.clone(), fixes: 0 });
            entry.after = after;
            entry.fixes += fixes;
            waiting.push(file);
        }
        if waiting.is_empty() {
            break;
        }
    }
    files.iter().filter_map(|file| fixed.remove(file)).filter(|it| it.before != it.after).collect()
}

fn open(host: &mut AnalysisHost, file: File, text: Arc<str>) {
    let path = file.path(host.db()).clone();
    host.apply_change(Change::Open { path, text });
}

/// The text after as many of its safe fixes as fit beside each other, and how many those are.
fn fix_once(host: &AnalysisHost, file: File) -> Option<(File, Arc<str>, usize)> {
    let db = host.db();
    let FileContents::Text(text) = file.contents(db) else { return None };
    let mut indels: Vec<Indel> = Vec::new();
    let mut count = 0;
    for diagnostic in file_diagnostics(db, file).iter() {
        let is_usable = |fix: &&Fix| {
            fix.applicability == Applicability::Safe
                && !fix.edits.is_empty()
                && fix
                    .edits
                    .iter()
                    .all(|edit| edit.file == file && !indels.iter().any(|it| touch(it.delete, edit.range)))
        };
        let Some(fix) = diagnostic.fixes.iter().find(is_usable) else { continue };
        indels.extend(fix.edits.iter().map(|edit| Indel::replace(edit.range, edit.text.clone())));
        count += 1;
    }
    if count == 0 {
        return None;
    }
    let after = TextEdit::new(indels).ok()?.apply(text)?;
    Some((file, after.into(), count))
}

/// Neighbours count: removing two parts of a list needs both to know of each other.
fn touch(a: TextRange, b: TextRange) -> bool {
    a.start() <= b.end() && b.start() <= a.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FilePath, MemoryFileSystem};

    fn fix(text: impl AsRef<[u8]>) -> Option<(String, usize)> {
        let mut host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", text)]));
        let file = host.file(&FilePath::disk("/a.na"));
        let mut fixed = fix_all(&mut host, &[file]);
        assert!(fixed.len() <= 1);
        fixed.pop().map(|it| (it.after.to_string(), it.fixes))
    }

    #[test]
    fn fixes_make_room_for_others() {
        assert_eq!(fix("x = 1\n"), None);
        assert_eq!(fix("x = 1  # danaide: ignore\ny = 2  # danaide: ignore\n"), Some(("x = 1\ny = 2\n".into(), 2)));
        // The corrected code is of no use, which is mended in the second round.
        let text = "x = 1  # danaide: ignore[unused-supression]\ny = 1  # danaide: ignore[invalid-supression]\n";
        let (after, fixes) = fix(text).expect("there is something to fix");
        assert_eq!((after.as_str(), fixes), ("x = 1  # danaide: ignore[unused-suppression]\ny = 1\n", 3));
    }

    #[test]
    fn lines_and_reasons_go_with_a_comment() {
        let fixed = |text: &str| fix(text).map(|(text, _)| text).unwrap_or_default();
        assert_eq!(fixed("x = 1\r\n# danaide: ignore for now\r\ny = 2\r\n"), "x = 1\r\ny = 2\r\n");
        assert_eq!(fixed("if x:\n    # danaide: ignore\n    y = 2\n"), "if x:\n    y = 2\n");
        assert_eq!(fixed("x = 1  # danaide: ignore why # a note"), "x = 1  # a note");
        assert_eq!(fixed("x = 1  # a note # danaide: ignore why"), "x = 1  # a note");
        assert_eq!(fixed("x = 1  # danaide: ignore"), "x = 1");
        let text = "x = 1  # danaide: ignore[invalid-suppression, weather, unknown-code, invalid-setting]\n";
        assert_eq!(fixed(text), "x = 1  # danaide: ignore[weather, unknown-code]\n");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_not_lost() {
        assert_eq!(fix(b"x = '\xff'  # danaide: ignore[unknwn-code]\n"), None);
    }
}
