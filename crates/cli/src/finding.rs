//! What `danaide check` found, ready to be printed in any format.

use std::ops::Range;
use std::sync::Arc;

use danaide_analysis::{
    Applicability, Db, Diagnostic, DiagnosticCode, File, Severity, file_diagnostics, line_index, text_diagnostics,
};
use danaide_syntax::{ColumnEncoding, LineIndex, TextRange, TextSize};

/// A text with its lines and the path that is shown for it.
#[derive(Clone)]
pub struct Source {
    pub path: String,
    pub text: Arc<str>,
    pub lines: Arc<LineIndex>,
}

/// A position: line and column from 1, the column in characters; the offset in bytes from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub line: usize,
    pub column: usize,
    pub offset: usize,
}

/// Part of a source.
#[derive(Clone)]
pub struct Place {
    pub source: Source,
    pub range: TextRange,
}

/// One diagnostic.
pub struct Finding {
    pub place: Place,
    pub code: DiagnosticCode,
    pub severity: Severity,
    pub message: String,
    /// Can `--fix` mend it?
    pub has_safe_fix: bool,
    /// Places that explain it, each with its message.
    pub related: Vec<(String, Place)>,
}

impl Source {
    /// `show` gives the path that is shown.
    pub fn new(db: &dyn Db, file: File, show: &dyn Fn(&str) -> String) -> Source {
        Source { path: show(&file.path(db).to_string()), text: file.text(db).clone(), lines: line_index(db, file) }
    }

    pub fn position(&self, offset: TextSize) -> Position {
        let at = self.lines.line_col(offset, ColumnEncoding::Utf32);
        Position { line: at.line as usize + 1, column: at.col as usize + 1, offset: usize::from(offset) }
    }
}

impl Place {
    pub fn start(&self) -> Position {
        self.source.position(self.range.start())
    }

    pub fn end(&self) -> Position {
        self.source.position(self.range.end())
    }

    pub fn bytes(&self) -> Range<usize> {
        usize::from(self.range.start())..usize::from(self.range.end())
    }
}

/// The diagnostics of a file, in the order of the text.
pub fn findings(db: &dyn Db, file: File, show: &dyn Fn(&str) -> String) -> Vec<Finding> {
    of_diagnostics(db, file, &file_diagnostics(db, file), show)
}

/// What keeps a file from running at all. Other findings may be about ways that the program never takes.
pub fn text_findings(db: &dyn Db, file: File, show: &dyn Fn(&str) -> String) -> Vec<Finding> {
    of_diagnostics(db, file, &text_diagnostics(db, file), show)
}

fn of_diagnostics(db: &dyn Db, file: File, diagnostics: &[Diagnostic], show: &dyn Fn(&str) -> String) -> Vec<Finding> {
    if diagnostics.is_empty() {
        return Vec::new();
    }
    let source = Source::new(db, file, show);
    let source_of = |other: File| if other == file { source.clone() } else { Source::new(db, other, show) };
    diagnostics
        .iter()
        .map(|diagnostic| Finding {
            place: Place { source: source.clone(), range: diagnostic.range },
            code: diagnostic.code,
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            has_safe_fix: diagnostic.fixes.iter().any(|fix| fix.applicability == Applicability::Safe),
            related: diagnostic
                .related
                .iter()
                .map(|related| {
                    (related.message.clone(), Place { source: source_of(related.file), range: related.range })
                })
                .collect(),
        })
        .collect()
}
