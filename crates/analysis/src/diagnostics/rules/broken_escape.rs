//! `broken-escape`: `\x`, `\u`, `\U` or `\N` without what they need.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::{DiagnosticCode, SyntaxProblem};

pub(super) const RULE: Rule = Rule {
    name: "broken-escape",
    level: Level::Warning,
    category: Category::Syntax,
    summary: "An escape in a text lacks its digits, or names no character",
    explanation: "`\\x` takes two hexadecimal digits, `\\u` four and `\\U` eight, which give a character; `\\N{…}` takes the \
                  name of one. Without them the text holds the backslash and what follows as they are written, as in a \
                  path: `\"C:\\users\"`. Write a backslash as `\\\\`, or the text with an `r` before it.",
    bad: "path = \"C:\\users\"\n",
    good: "path = r\"C:\\users\"\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let map = cx.map.clone();
    for (problem, place) in map.problems() {
        let SyntaxProblem::BrokenEscape(text) = problem else { continue };
        let needs = match text.as_bytes().get(1) {
            Some(b'x') => "two hexadecimal digits",
            Some(b'u') => "the four hexadecimal digits of a character",
            Some(b'U') => "the eight hexadecimal digits of a character",
            _ => "the name of a character in braces",
        };
        let message = format!(
            "`{text}` is no escape and stays as it is written: `{}` takes {needs}; a backslash is `\\\\`",
            &text[..2]
        );
        cx.report(Finding::new(DiagnosticCode::BrokenEscape, message, *place));
    }
}
