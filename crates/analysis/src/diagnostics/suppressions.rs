//! Comments that suppress findings: `# danaide: ignore[code]` for a line, `# danaide: ignore-file[code]` for a file.

mod directive;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{SyntaxKind, SyntaxNode, SyntaxToken, TextRange, TextSize};

pub(super) use directive::{Codes, Directive, Scope};

use super::diagnostic::Diagnostic;
use super::rules::DiagnosticCode;
use crate::{Db, File, parse};

/// A directive that is well formed, and where it reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Suppression {
    pub(super) directive: Directive,
    /// The comment that holds it.
    pub(super) comment: TextRange,
    /// Findings that start here are suppressed; `None` for the whole file.
    pub(super) reach: Option<TextRange>,
}

/// A directive that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) range: TextRange,
    pub(super) message: String,
}

/// All directives of a file in the order of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Suppressions {
    pub(super) valid: Vec<Suppression>,
    pub(super) malformed: Vec<Malformed>,
}

#[salsa::tracked(returns(clone))]
pub(super) fn suppressions(db: &dyn Db, file: File) -> Arc<Suppressions> {
    let text: &str = file.text(db);
    let mut all = Suppressions::default();
    // Most files have none: then their trees are not needed.
    if memchr::memmem::find(text.as_bytes(), directive::MARK.as_bytes()).is_none() {
        return all.into();
    }
    let root = parse(db, file).syntax_node();
    let comments = root.descendants_with_tokens().filter_map(|it| {
        db.unwind_if_revision_cancelled();
        it.into_token()
    });
    for comment in comments.filter(|it| it.kind() == SyntaxKind::COMMENT) {
        let range = comment.text_range();
        let directive = match directive::parse(comment.text(), range.start()) {
            None => continue,
            Some(Err(malformed)) => {
                all.malformed.push(malformed);
                continue;
            }
            Some(Ok(directive)) => directive,
        };
        let reach = match directive.scope {
            Scope::File if is_before_code(&comment) => None,
            Scope::File => {
                let message =
                    "`ignore-file` counts only above the first statement of the file; move it there".to_owned();
                all.malformed.push(Malformed { range: directive.range, message });
                continue;
            }
            Scope::Line => Some(reach(text, &comment)),
        };
        all.valid.push(Suppression { directive, comment: range, reach });
    }
    all.into()
}

fn is_before_code(comment: &SyntaxToken) -> bool {
    let mut before = std::iter::successors(comment.prev_token(), SyntaxToken::prev_token);
    before.all(|it| it.kind().is_trivia() || it.kind() == SyntaxKind::NEWLINE)
}

/// The lines that a comment speaks for: its own, and those of the statements' heads that stand on it.
fn reach(text: &str, comment: &SyntaxToken) -> TextRange {
    let line = lines_of(text, comment.text_range());
    let mut reach = line;
    let before = std::iter::successors(comment.prev_token(), SyntaxToken::prev_token).find(|it| !it.kind().is_trivia());
    for node in before.iter().flat_map(SyntaxToken::parent_ancestors) {
        if let Some(head) = head(&node) {
            let head = lines_of(text, head);
            if head.intersect(line).is_some() {
                reach = reach.cover(head);
            }
        }
    }
    reach
}

/// A statement or clause without its block.
fn head(node: &SyntaxNode) -> Option<TextRange> {
    let block = node.children().find(|it| ast::Block::can_cast(it.kind()));
    let is_clause = matches!(
        node.kind(),
        SyntaxKind::ELIF_CLAUSE | SyntaxKind::ELSE_CLAUSE | SyntaxKind::EXCEPT_CLAUSE | SyntaxKind::FINALLY_CLAUSE
    );
    if !is_clause && !ast::Stmt::can_cast(node.kind()) {
        return None;
    }
    let range = node.text_range();
    let end = block.map_or(range.end(), |it| it.text_range().start());
    // Before the line end, which may belong to the statement.
    let tokens = node.descendants_with_tokens().filter_map(|it| it.into_token());
    let last = tokens
        .take_while(|it| it.text_range().start() < end)
        .filter(|it| !it.kind().is_trivia() && it.kind() != SyntaxKind::NEWLINE && !it.text_range().is_empty())
        .last()?;
    Some(TextRange::new(range.start(), last.text_range().end().max(range.start())))
}

/// From the start of the first line to the end of the last one, without its line end.
fn lines_of(text: &str, range: TextRange) -> TextRange {
    let start = text[..usize::from(range.start())].rfind('\n').map_or(0, |at| at + 1);
    let end = text[usize::from(range.end())..].find('\n').map_or(text.len(), |at| usize::from(range.end()) + at);
    TextRange::new(size(start), size(end))
}

fn size(offset: usize) -> TextSize {
    // Texts are shorter than 4 GB.
    TextSize::try_from(offset).unwrap_or_default()
}

impl Suppressions {
    /// Takes out what is suppressed, and says of each suppression whether it was of use.
    pub(super) fn apply(&self, found: &mut Vec<Diagnostic>) -> Used {
        let mut used: Vec<Vec<bool>> = self.valid.iter().map(|it| vec![false; it.directive.codes.len()]).collect();
        if !self.valid.is_empty() {
            found.retain(|diagnostic| {
                let mut shown = true;
                if diagnostic.code.rule().can_be_hidden() {
                    for (suppression, used) in self.valid.iter().zip(&mut used) {
                        if let Some(index) = suppression.position(diagnostic) {
                            used[index] = true;
                            shown = false;
                        }
                    }
                }
                shown
            });
        }
        Used(used)
    }
}

/// For each suppression, for each of its codes: did it suppress something?
pub(super) struct Used(Vec<Vec<bool>>);

impl Used {
    pub(super) fn iter(&self) -> impl Iterator<Item = &[bool]> {
        self.0.iter().map(Vec::as_slice)
    }
}

impl Suppression {
    /// Which of its codes suppresses the finding.
    fn position(&self, diagnostic: &Diagnostic) -> Option<usize> {
        if self.reach.is_some_and(|reach| !reach.contains_inclusive(diagnostic.range.start())) {
            return None;
        }
        match &self.directive.codes {
            // A comment would hide that it is useless itself.
            Codes::All => (diagnostic.code != DiagnosticCode::UnusedSuppression).then_some(0),
            Codes::Listed(codes) => codes.iter().position(|it| it.name == diagnostic.code.as_str()),
        }
    }
}
