//! `invalid-utf8`: the file has bytes that are not UTF-8.

use danaide_syntax::{TextRange, TextSize};

use crate::diagnostics::rule::{Category, Check, FileCheck, Level, Rule};
use crate::{Db, Diagnostic, DiagnosticCode, File, FileContents};

pub(super) const RULE: Rule = Rule {
    name: "invalid-utf8",
    level: Level::Error,
    category: Category::Syntax,
    summary: "The file has bytes that are not UTF-8",
    explanation: "The file holds bytes that are not UTF-8, the only encoding of Dana programs. The range starts at the first such \
                  byte.\n\nSave the file as UTF-8; in Neovim, `:set fileencoding=utf-8 | write`.",
    bad: "",
    good: "",
    has_fix: false,
    check: Check::File(check),
};

fn check(cx: &mut FileCheck<'_>) {
    if let Some(start) = first_replacement(cx.db, cx.file) {
        let range = TextRange::at(TextSize::new(start), TextSize::of(char::REPLACEMENT_CHARACTER));
        let message = "the file is not UTF-8 from here on; save it in the encoding UTF-8";
        cx.report(Diagnostic::new(DiagnosticCode::InvalidUtf8, message, range));
    }
}

/// A query of its own, so that an edit, which changes the contents, does not run the other rules again.
#[salsa::tracked(returns(copy))]
fn first_replacement(db: &dyn Db, file: File) -> Option<u32> {
    match file.contents(db) {
        FileContents::Lossy { first_replacement, .. } => Some(*first_replacement),
        _ => None,
    }
}
