//! `unreadable-file`: the file has no text.

use danaide_syntax::{MAX_TEXT_LEN, TextRange};

use crate::diagnostics::rule::{Category, Check, FileCheck, Level, Rule};
use crate::{Db, Diagnostic, DiagnosticCode, File, FileContents};

pub(super) const RULE: Rule = Rule {
    name: "unreadable-file",
    level: Level::Error,
    category: Category::Syntax,
    summary: "The file cannot be read",
    explanation: "The file is missing, is a folder or a device, cannot be opened, or is longer than 4 GB. The message has the \
                  reason.",
    bad: "",
    good: "",
    has_fix: false,
    check: Check::File(check),
};

fn check(cx: &mut FileCheck<'_>) {
    if let Some(reason) = reason(cx.db, cx.file) {
        let message = format!("cannot read {}: {reason}", cx.file.path(cx.db));
        cx.report(Diagnostic::new(DiagnosticCode::UnreadableFile, message, TextRange::default()));
    }
}

/// A query of its own, so that an edit, which changes the contents, does not run the other rules again.
#[salsa::tracked]
fn reason(db: &dyn Db, file: File) -> Option<String> {
    match file.contents(db) {
        FileContents::Text(_) | FileContents::Lossy { .. } => None,
        FileContents::Missing => Some("there is no such file".to_owned()),
        FileContents::Unreadable(reason) => Some(reason.clone()),
        FileContents::TooLong(len) => Some(format!("it has {len} bytes, and at most {MAX_TEXT_LEN} are read")),
    }
}
