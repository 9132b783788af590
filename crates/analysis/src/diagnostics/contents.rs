//! `unreadable-file` and `invalid-utf8`: the file has no text, or not all of it.

use danaide_syntax::{MAX_TEXT_LEN, TextRange, TextSize};

use crate::{Db, Diagnostic, DiagnosticCode, File, FileContents};

pub(super) fn check(db: &dyn Db, file: File, all: &mut Vec<Diagnostic>) {
    match problem(db, file) {
        None => {}
        Some(Problem::NotUtf8 { first_replacement }) => {
            let replacement = TextSize::of(char::REPLACEMENT_CHARACTER);
            let range = TextRange::at(TextSize::new(*first_replacement), replacement);
            let message = "the file is not UTF-8 from here on; save it in the encoding UTF-8";
            all.push(Diagnostic::new(DiagnosticCode::InvalidUtf8, message, range));
        }
        Some(Problem::Unreadable(reason)) => {
            let message = format!("cannot read {}: {reason}", file.path(db));
            all.push(Diagnostic::new(DiagnosticCode::UnreadableFile, message, TextRange::default()));
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Problem {
    NotUtf8 { first_replacement: u32 },
    Unreadable(String),
}

/// A query of its own, so that an edit, which changes the contents, does not run the other rules again.
#[salsa::tracked]
fn problem(db: &dyn Db, file: File) -> Option<Problem> {
    let reason = match file.contents(db) {
        FileContents::Text(_) => return None,
        FileContents::Lossy { first_replacement, .. } => {
            return Some(Problem::NotUtf8 { first_replacement: *first_replacement });
        }
        FileContents::Missing => "there is no such file".to_owned(),
        FileContents::Unreadable(reason) => reason.clone(),
        FileContents::TooLong(len) => format!("it has {len} bytes, and at most {MAX_TEXT_LEN} are read"),
    };
    Some(Problem::Unreadable(reason))
}
