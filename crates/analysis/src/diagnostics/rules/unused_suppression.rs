//! `unused-suppression`: a comment suppresses nothing.

use danaide_syntax::{TextRange, TextSize};

use crate::diagnostics::diagnostic::{DiagnosticTag, Fix};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::diagnostics::suppressions::{Codes, Suppression, Suppressions, Used};
use crate::settings::Levels;
use crate::{Db, Diagnostic, DiagnosticCode, File};

pub(super) const RULE: Rule = Rule {
    name: "unused-suppression",
    level: Level::Hint,
    category: Category::Settings,
    summary: "A comment suppresses a finding that is not there",
    explanation: "The comment, or one of its codes, hides nothing: what it was written for is mended, or it stands on another line than the \
                  finding. A comment on a line of its own suppresses nothing; it belongs at the end of the line of the finding.\n\n\
                  Remove it, so that it does not hide a finding of tomorrow. Codes that the settings turn off are not looked at, and \
                  neither is a file with syntax errors.",
    bad: "total = 1  # danaide: ignore[unknown-code]\n",
    good: "total = 1\n",
    has_fix: true,
    check: Check::Elsewhere,
};

/// Called when all other findings are known.
pub(in crate::diagnostics) fn check(
    db: &dyn Db,
    file: File,
    all: &Suppressions,
    used: &Used,
    levels: &Levels,
) -> Vec<Diagnostic> {
    let pairs = all.valid.iter().zip(used.iter());
    pairs.filter_map(|(suppression, used)| unused(db, file, suppression, used, levels)).collect()
}

fn unused(db: &dyn Db, file: File, suppression: &Suppression, used: &[bool], levels: &Levels) -> Option<Diagnostic> {
    let directive = &suppression.directive;
    let diagnostic = |message: String, range| {
        Diagnostic::new(DiagnosticCode::UnusedSuppression, message, range).with_tag(DiagnosticTag::Unnecessary)
    };
    let remove_all = || Fix::safe("Remove the suppression").edit(file, removed_with(file.text(db), suppression), "");
    let Codes::Listed(codes) = &directive.codes else {
        let is_used = used.first().copied().unwrap_or(true);
        let message = "this comment suppresses nothing".to_owned();
        return (!is_used).then(|| diagnostic(message, directive.range).with_fix(remove_all()));
    };
    let is_unused = |index: usize| {
        // Unknown codes, and those that cannot be suppressed, have findings of their own.
        let code = DiagnosticCode::from_name(&codes[index].name).filter(|it| it.rule().can_be_hidden());
        !used[index] && code.is_some_and(|it| it != DiagnosticCode::UnusedSuppression && levels.get(it) != Level::Off)
    };
    let (gone, kept): (Vec<usize>, Vec<usize>) = (0..codes.len()).partition(|&index| is_unused(index));
    let names = |indices: &[usize], quote: &str| {
        let names: Vec<String> = indices.iter().map(|&it| format!("{quote}{}{quote}", codes[it].name)).collect();
        names.join(", ")
    };
    let message = format!("there is no finding {} here to suppress", names(&gone, "`"));
    match (gone.as_slice(), kept.as_slice()) {
        ([], _) => None,
        (_, []) => Some(diagnostic(message, directive.range).with_fix(remove_all())),
        (gone, kept) => {
            let list = TextRange::new(codes[0].range.start(), codes[codes.len() - 1].range.end());
            let range = match gone {
                [one] => codes[*one].range,
                _ => directive.range,
            };
            let title = format!("Remove {} from the suppression", names(gone, "`"));
            Some(diagnostic(message, range).with_fix(Fix::safe(title).edit(file, list, names(kept, ""))))
        }
    }
}

/// What goes with a directive: its reason, the spaces before it, and its line if nothing else stands there.
fn removed_with(text: &str, suppression: &Suppression) -> TextRange {
    let range = suppression.directive.with_reason;
    if range.end() < suppression.comment.end() {
        return range;
    }
    let before = &text[..usize::from(range.start())];
    let kept = before.trim_end_matches([' ', '\t']);
    let start = TextSize::of(kept);
    let is_whole_line = kept.is_empty() || kept.ends_with('\n');
    let after = &text[usize::from(range.end())..];
    let line_end = ["\r\n", "\n"].into_iter().find(|it| after.starts_with(it)).filter(|_| is_whole_line);
    TextRange::new(start, range.end() + line_end.map_or(TextSize::new(0), TextSize::of))
}
