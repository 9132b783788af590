//! `syntax-error`: what the parser found.

use crate::{Db, Diagnostic, DiagnosticCode, File, RelatedInformation, syntax_errors};

pub(super) fn check(db: &dyn Db, file: File, all: &mut Vec<Diagnostic>) {
    for error in syntax_errors(db, file).iter() {
        let mut diagnostic = Diagnostic::new(DiagnosticCode::SyntaxError, error.message.clone(), error.range);
        diagnostic.related.extend(error.related.iter().map(|related| RelatedInformation {
            message: related.message.to_owned(),
            file,
            range: related.range,
        }));
        all.push(diagnostic);
    }
}
