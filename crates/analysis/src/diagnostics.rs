//! Everything that is wrong with a file; each rule has a module of its own.

mod code;
mod contents;
mod syntax;

use std::sync::Arc;

use danaide_syntax::TextRange;

pub use code::{DiagnosticCode, Severity};

use crate::{Db, File};

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    pub code: DiagnosticCode,
    pub severity: Severity,
    /// A sentence without a final stop: what is wrong and, where it helps, what to do.
    pub message: String,
    /// In bytes; empty where something is missing.
    pub range: TextRange,
    /// Other places that explain it.
    pub related: Vec<RelatedInformation>,
}

/// A place that explains a [`Diagnostic`], maybe in another file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RelatedInformation {
    pub message: String,
    pub file: File,
    pub range: TextRange,
}

impl Diagnostic {
    fn new(code: DiagnosticCode, message: impl Into<String>, range: TextRange) -> Self {
        Self { code, severity: code.severity(), message: message.into(), range, related: Vec::new() }
    }
}

/// The diagnostics of a file in the order of the text, at most
/// [`Config::max_diagnostics`](crate::Config::max_diagnostics) of them.
#[salsa::tracked(returns(clone))]
pub fn file_diagnostics(db: &dyn Db, file: File) -> Arc<[Diagnostic]> {
    let mut all = Vec::new();
    contents::check(db, file, &mut all);
    syntax::check(db, file, &mut all);
    all.sort_by_key(|it| (it.range.start(), it.range.end()));
    all.truncate(db.config().max_diagnostics(db));
    all.into()
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
