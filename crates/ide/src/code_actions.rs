//! Ways to mend and to rework the text at a place.

mod convert;
mod extract;
mod fixes;
mod inline;
mod overlap;
mod pipeline;

use danaide_analysis::{Db, DiagnosticCode, File};
use danaide_syntax::TextRange;

/// A change that a person may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeAction {
    /// What it does, as an order.
    pub title: String,
    pub kind: ActionKind,
    /// The diagnostic that it mends.
    pub mends: Option<(DiagnosticCode, TextRange)>,
    /// The one to take without a choice.
    pub is_preferred: bool,
    /// By file; ranges of one file do not overlap.
    pub edits: Vec<(File, TextRange, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActionKind {
    QuickFix,
    Extract,
    Inline,
    /// The same in another form.
    Rewrite,
    /// Everything in the file that can be mended without asking.
    FixAll,
}

/// What can be done in a range: first what mends, then what reworks. Looks at the whole workspace for a name that is not
/// known and could be imported.
pub fn code_actions(db: &dyn Db, file: File, range: TextRange, wanted: impl Fn(ActionKind) -> bool) -> Vec<CodeAction> {
    let mut out = Vec::new();
    if wanted(ActionKind::QuickFix) {
        fixes::quick_fixes(db, file, range, &mut out);
    }
    if wanted(ActionKind::Extract) {
        out.extend(extract::variable(db, file, range));
        out.extend(extract::function(db, file, range));
        out.extend(pipeline::pipeline(db, file, range));
    }
    if wanted(ActionKind::Inline) {
        out.extend(inline::variable(db, file, range.start()));
    }
    if wanted(ActionKind::Rewrite) {
        out.extend(convert::conversions(db, file, range.start()));
        out.extend(overlap::overlap(db, file, range));
        out.extend(overlap::wait_point(db, file, range.start()));
    }
    if wanted(ActionKind::FixAll) {
        out.extend(fixes::fix_all(db, file));
    }
    out
}

#[cfg(test)]
mod tests;
