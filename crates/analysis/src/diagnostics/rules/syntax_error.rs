//! `syntax-error`: what the parser found.

use crate::diagnostics::rule::{Category, Check, FileCheck, Level, Rule};
use crate::{Diagnostic, DiagnosticCode, syntax_errors};

pub(super) const RULE: Rule = Rule {
    name: "syntax-error",
    level: Level::Error,
    category: Category::Syntax,
    summary: "The text is not Dana",
    explanation: "The message says what was expected there, in the words of the language. Where another place explains it, such as the \
                  bracket that is still open, it is shown too. The rest of the file is still understood: one mistake costs one \
                  message, and the definitions after it keep their outline.\n\nSyntax errors cannot be suppressed or turned off.",
    bad: "def greet(name)\n    return \"hi\"\n",
    good: "def greet(name):\n    return \"hi\"\n",
    has_fix: false,
    check: Check::File(check),
};

fn check(cx: &mut FileCheck<'_>) {
    let file = cx.file;
    cx.report_all(syntax_errors(cx.db, file).iter().map(|error| {
        let diagnostic = Diagnostic::new(DiagnosticCode::SyntaxError, error.message.clone(), error.range);
        match &error.related {
            Some(related) => diagnostic.with_related(related.message.to_owned(), file, related.range),
            None => diagnostic,
        }
    }));
}
