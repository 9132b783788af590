//! What an editor can fold: blocks, brackets, comments, imports and long strings.

use std::sync::Arc;

use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{NodeOrToken, SyntaxElement, SyntaxKind, SyntaxToken, T, TextRange, TextSize, WalkEvent};

use crate::{Db, File, parse};

/// A part of a text that can be folded; it spans at least two lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fold {
    /// What a fold hides: from the end of the line that stays (a header, an open bracket, the first comment) to the
    /// end of the part, without a closing bracket.
    pub range: TextRange,
    pub kind: FoldKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FoldKind {
    /// A block, the inside of brackets, or a long string.
    Region,
    /// Comment lines one after the other.
    Comment,
    /// Import statements one after the other.
    Imports,
}

/// The parts of a file that can be folded, in the order of their starts.
#[salsa::tracked(returns(clone))]
pub fn folding_ranges(db: &dyn Db, file: File) -> Arc<[Fold]> {
    let tree = parse(db, file).syntax_node();
    let text: &str = file.text(db);
    let mut folds = Vec::new();
    let mut comments = Run::new(FoldKind::Comment);
    let mut imports = Run::new(FoldKind::Imports);
    // Where each open bracket of the path from the root to here starts.
    let mut brackets: Vec<SyntaxToken> = Vec::new();

    for (count, event) in tree.preorder_with_tokens().enumerate() {
        if count % 4096 == 0 {
            db.unwind_if_revision_cancelled();
        }
        match event {
            WalkEvent::Enter(NodeOrToken::Token(token)) => match token.kind() {
                SyntaxKind::COMMENT if is_first_on_line(text, token.text_range().start()) => {
                    comments.add(token.text_range(), text, &mut folds);
                }
                T!['('] | T!['['] | T!['{'] => brackets.push(token),
                T![')'] | T![']'] | T!['}'] => {
                    // In broken text a closing bracket may belong to no open one.
                    if let Some(open) = brackets.pop_if(|open| open.parent() == token.parent()) {
                        let inside = TextRange::new(open.text_range().end(), token.text_range().start());
                        push(text, trim_end(text, inside), FoldKind::Region, &mut folds);
                    }
                }
                T![string] | T![bytes] => {
                    push(text, after_first_line(text, token.text_range()), FoldKind::Region, &mut folds);
                }
                _ => {}
            },
            WalkEvent::Enter(NodeOrToken::Node(node)) => {
                if ast::ImportStmt::can_cast(node.kind()) || ast::FromImportStmt::can_cast(node.kind()) {
                    imports.add(node.text_range(), text, &mut folds);
                } else if let Some(block) = ast::Block::cast(node)
                    // The block of a lambda stands in brackets, which fold by themselves.
                    && block.syntax().parent().is_some_and(|it| it.kind() != SyntaxKind::LAMBDA_EXPR)
                {
                    push(text, block_range(text, &block), FoldKind::Region, &mut folds);
                }
            }
            WalkEvent::Leave(NodeOrToken::Node(node)) => {
                // A bracket that was never closed ends with its node.
                while brackets.pop_if(|open| open.parent().as_ref() == Some(&node)).is_some() {}
                if node.kind() == SyntaxKind::FSTRING {
                    push(text, after_first_line(text, node.text_range()), FoldKind::Region, &mut folds);
                }
            }
            WalkEvent::Leave(NodeOrToken::Token(_)) => {}
        }
    }
    comments.finish(text, &mut folds);
    imports.finish(text, &mut folds);
    folds.sort_by_key(|it| (it.range.start(), std::cmp::Reverse(it.range.end())));
    folds.dedup_by_key(|it| it.range);
    folds.into()
}

/// Parts of one kind on neighbouring lines.
struct Run {
    kind: FoldKind,
    range: Option<TextRange>,
}

impl Run {
    fn new(kind: FoldKind) -> Self {
        Self { kind, range: None }
    }

    /// Takes the next part in: it makes the run longer if nothing but one line end stands between.
    fn add(&mut self, part: TextRange, text: &str, folds: &mut Vec<Fold>) {
        if let Some(run) = self.range {
            let between = slice(text, TextRange::new(run.end(), part.start().max(run.end())));
            if between.trim().is_empty() && between.matches('\n').count() <= 1 {
                self.range = Some(run.cover(part));
                return;
            }
            self.finish(text, folds);
        }
        self.range = Some(part);
    }

    fn finish(&mut self, text: &str, folds: &mut Vec<Fold>) {
        if let Some(run) = self.range.take() {
            push(text, after_first_line(text, run), self.kind, folds);
        }
    }
}

/// From the end of the header line to the end of the last statement; empty if the block starts on the header line.
fn block_range(text: &str, block: &ast::Block) -> TextRange {
    let node = block.syntax();
    let empty = TextRange::empty(node.text_range().start());
    let Some(header_end) = node.prev_sibling_or_token().and_then(|it| significant_end(&it)) else { return empty };
    let Some(first) = block.stmts().next() else { return empty };
    let between = slice(text, TextRange::new(header_end, first.range().start().max(header_end)));
    let Some(line_end) = between.find('\n') else { return empty };
    let line = between[..line_end].trim_end();
    let start = header_end + TextSize::of(line);
    trim_end(text, TextRange::new(start, node.text_range().end().max(start)))
}

/// The end of the last thing before (and including) `element` that is not white space or a comment.
fn significant_end(element: &SyntaxElement) -> Option<TextSize> {
    std::iter::successors(Some(element.clone()), SyntaxElement::prev_sibling_or_token)
        .find(|it| !it.kind().is_trivia() && it.kind() != SyntaxKind::NEWLINE)
        .map(|it| it.text_range().end())
}

fn push(text: &str, range: TextRange, kind: FoldKind, folds: &mut Vec<Fold>) {
    if slice(text, range).contains('\n') {
        folds.push(Fold { range, kind });
    }
}

/// `range` without the line it starts on; the same empty range if there is one line only.
fn after_first_line(text: &str, range: TextRange) -> TextRange {
    let part = slice(text, range);
    let Some(end) = part.find('\n') else { return TextRange::empty(range.end()) };
    let line = part[..end].trim_end_matches('\r');
    TextRange::new(range.start() + TextSize::of(line), range.end())
}

fn trim_end(text: &str, range: TextRange) -> TextRange {
    TextRange::at(range.start(), TextSize::of(slice(text, range).trim_end()))
}

fn is_first_on_line(text: &str, offset: TextSize) -> bool {
    let before = slice(text, TextRange::up_to(offset));
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.chars().all(|it| it.is_whitespace() || it == '\u{feff}')
}

/// A part of the text; empty if the range is not one of this text.
fn slice(text: &str, range: TextRange) -> &str {
    text.get(std::ops::Range::<usize>::from(range)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{AnalysisHost, FilePath, MemoryFileSystem};

    /// Shows each fold as the line it starts on, its kind, and what it hides.
    fn check(text: &str, expected: Expect) {
        let host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", text)]));
        let file = host.file(&FilePath::disk("/a.na"));
        let mut out = String::new();
        for fold in folding_ranges(host.db(), file).iter() {
            let start = usize::from(fold.range.start());
            let line = text[..start].matches('\n').count() + 1;
            let hidden = &text[std::ops::Range::<usize>::from(fold.range)];
            out.push_str(&format!("{line} {:?} {hidden:?}\n", fold.kind));
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn blocks() {
        check(
            "def f():  # why\n    if a:\n        b()\n    else:\n        c()\n\n\nif x: y()\n",
            expect![[r#"
                1 Region "\n    if a:\n        b()\n    else:\n        c()"
                2 Region "\n        b()"
                4 Region "\n        c()"
            "#]],
        );
    }

    #[test]
    fn brackets_and_strings() {
        check(
            "x = f(\n    [1,\n     2],\n    3,\n)\ny = (1, 2)\ns = \"\"\"a\nb\"\"\"\nt = f\"\"\"{\n  x}\n\"\"\"\n",
            expect![[r#"
                1 Region "\n    [1,\n     2],\n    3,"
                2 Region "1,\n     2"
                7 Region "\nb\"\"\""
                9 Region "\n  x}\n\"\"\""
                9 Region "\n  x"
            "#]],
        );
    }

    #[test]
    fn comments_and_imports() {
        check(
            "# a\r\n# b\r\nimport x\r\nfrom y import z\r\n\r\n\r\n# c\r\nw = 1  # d\r\n# e\r\n\r\n# f\r\n# g\r\n",
            expect![[r##"
                1 Comment "\r\n# b"
                3 Imports "\r\nfrom y import z"
                11 Comment "\r\n# g"
            "##]],
        );
    }

    #[test]
    fn brackets_that_do_not_match() {
        check(
            "x = (\n1\ny = 2]\nz = [\n1,\n]\n",
            expect![[r#"
            4 Region "\n1,"
        "#]],
        );
    }
}
