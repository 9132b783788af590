//! Everything that is wrong with a file.
//!
//! A rule is a file in `rules` and a line in its table; it says what it is about, and looks at a file or is told by a
//! later step. [`file_diagnostics`] runs the rules that are on, takes out what comments suppress, and gives each finding
//! the severity that the settings want.

mod diagnostic;
mod example;
pub(crate) mod finding;
mod fix_all;
#[cfg(test)]
mod fix_tests;
mod page;
mod rule;
#[cfg(test)]
mod rule_tests;
mod rules;
mod suppressions;

use std::sync::Arc;

use danaide_syntax::{ColumnEncoding, LineIndex, TextRange};

pub use diagnostic::{Applicability, Diagnostic, DiagnosticTag, FileEdit, Fix, FixBy, RelatedInformation, Severity};
pub use example::{ExampleFile, example_files};
pub use finding::item_name_range;
pub use fix_all::{FixedFile, fix_all};
pub use page::diagnostics_page;
pub use rule::{Category, Level, Rule};
pub use rules::{DOCUMENTATION, DiagnosticCode};

use rule::FileCheck;

use crate::settings::{file_settings, is_settings_file};
use crate::{Db, File, FilePath, definitions, line_index, syntax_errors};

/// The diagnostics of a file in the order of the text, at most as many as the settings allow. Those of a settings file
/// are about its settings.
#[salsa::tracked(returns(clone))]
pub fn file_diagnostics(db: &dyn Db, file: File) -> Arc<[Diagnostic]> {
    let settings = file_settings(db, file);
    let levels = &settings.levels;
    let is_on = |code| levels.get(code) != Level::Off;
    let mut check = FileCheck::new(db, file);
    if is_settings_file(db, file) {
        rules::invalid_setting::check(&mut check);
    } else {
        rules::run(&mut check, is_on);
        let broken = BrokenLines::of(db, file);
        // What comes with the language is tested where it is made.
        let is_library = matches!(file.path(db), FilePath::Library(_));
        for definition in definitions(db, file).iter().filter(|_| !is_library) {
            db.unwind_if_revision_cancelled();
            let findings = finding::definition_findings(db, definition);
            let shown = findings.iter().filter(|it| is_on(it.code));
            let shown = shown.filter_map(|it| it.diagnostic(db, definition));
            check.report_all(shown.filter(|it| !broken.touches(it.range)));
        }
    }
    let mut all = check.found;
    all.retain(|it| is_on(it.code));

    let suppressions = suppressions::suppressions(db, file);
    let has_broken_text = all.iter().any(|it| it.code.rule().category == Category::Syntax);
    let used = suppressions.apply(&mut all);
    // In broken text findings may be missing.
    if is_on(DiagnosticCode::UnusedSuppression) && !has_broken_text {
        let mut unused = rules::unused_suppression::check(db, file, &suppressions, &used, levels);
        suppressions.apply(&mut unused);
        all.append(&mut unused);
    }

    for it in &mut all {
        it.severity = levels.get(it.code).severity().unwrap_or(it.severity);
    }
    all.sort_by_key(|it| (it.range.start(), it.range.end(), it.code));
    all.truncate(settings.max_diagnostics);
    all.into()
}

/// The lines of syntax errors, and of the places that explain them. What the statements there mean is a guess, so nothing
/// else is said about them.
#[derive(Default)]
struct BrokenLines {
    /// The first and the last line of each, from 0.
    broken: Vec<(u32, u32)>,
    /// None if there are no syntax errors.
    lines: Option<Arc<LineIndex>>,
}

impl BrokenLines {
    fn of(db: &dyn Db, file: File) -> Self {
        let errors = syntax_errors(db, file);
        if errors.is_empty() {
            return Self::default();
        }
        let lines = line_index(db, file);
        let ranges = errors.iter().map(|error| match &error.related {
            Some(related) => error.range.cover(related.range),
            None => error.range,
        });
        let broken = ranges.map(|range| lines_of(&lines, range)).collect();
        Self { broken, lines: Some(lines) }
    }

    fn touches(&self, range: TextRange) -> bool {
        let Some(lines) = &self.lines else { return false };
        let (first, last) = lines_of(lines, range);
        self.broken.iter().any(|(from, to)| first <= *to && *from <= last)
    }
}

fn lines_of(lines: &LineIndex, range: TextRange) -> (u32, u32) {
    let line = |offset| lines.line_col(offset, ColumnEncoding::Utf8).line;
    (line(range.start()), line(range.end()))
}

/// What keeps a file from running at all: it is not Dana, or cannot be read. In the order of the text; settings and
/// suppressions do not count.
pub fn text_diagnostics(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    let mut check = FileCheck::new(db, file);
    rules::run(&mut check, |code| code.rule().category == Category::Syntax);
    check.found.sort_by_key(|it| (it.range.start(), it.range.end(), it.code));
    check.found
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::{AnalysisHost, Change, FilePath, MemoryFileSystem};

    fn check(bytes: &[u8], expected: Expect) {
        let host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", bytes)]));
        let file = host.file(&FilePath::disk("/a.na"));
        let mut out = String::new();
        for it in file_diagnostics(host.db(), file).iter() {
            writeln!(out, "{:?} {} {:?}: {}", it.range, it.code.as_str(), it.severity, it.message).unwrap();
            for related in &it.related {
                writeln!(out, "    {:?} {}", related.range, related.message).unwrap();
            }
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn a_good_file_has_none() {
        check(b"x = 1\n", expect![[""]]);
    }

    #[test]
    fn bytes_that_are_not_utf8() {
        check(
            b"x = '\xff'\n",
            expect![[r#"
                5..8 invalid-utf8 Error: the file is not UTF-8 from here on; save it in the encoding UTF-8
            "#]],
        );
    }

    #[test]
    fn a_file_that_is_missing_or_a_folder() {
        let host = AnalysisHost::new(MemoryFileSystem::from_files([("/pkg/a.na", "")]));
        let message = |path| file_diagnostics(host.db(), host.file(&FilePath::disk(path)))[0].message.clone();
        expect!["cannot read /none.na: there is no such file"].assert_eq(&message("/none.na"));
        expect!["cannot read /pkg: it is a folder"].assert_eq(&message("/pkg"));
    }

    #[test]
    fn there_is_a_limit() {
        let mut host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", ")\n".repeat(50))]));
        let file = host.file(&FilePath::disk("/a.na"));
        assert!(file_diagnostics(host.db(), file).len() > 10);
        host.apply_change(Change::MaxDiagnostics(10));
        assert_eq!(file_diagnostics(host.db(), file).len(), 10);
    }
}
