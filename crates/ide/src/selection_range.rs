//! Selections that grow step by step: word, expression, statement, block, definition, file.

use danaide_analysis::{Db, File, parse};
use danaide_syntax::{NodeOrToken, SyntaxKind, SyntaxNode, TextRange, TextSize, TokenAtOffset};

/// The ranges around an offset, the smallest first; each is inside the next.
pub fn selection_ranges(db: &dyn Db, file: File, offset: TextSize) -> Vec<TextRange> {
    let root = parse(db, file).syntax_node();
    let mut out: Vec<TextRange> = Vec::new();
    let mut push = |range: TextRange| {
        let is_larger = out.last().is_none_or(|last| range.contains_range(*last) && range != *last);
        if is_larger && !range.is_empty() {
            out.push(range);
        }
    };
    if offset > root.text_range().end() {
        return out;
    }
    let token = match root.token_at_offset(offset) {
        TokenAtOffset::None => None,
        TokenAtOffset::Single(it) => Some(it),
        TokenAtOffset::Between(left, right) => {
            let is_blank = |kind: SyntaxKind| {
                kind.is_trivia() || matches!(kind, SyntaxKind::NEWLINE | SyntaxKind::INDENT | SyntaxKind::DEDENT)
            };
            let is_word = |kind: SyntaxKind| kind == SyntaxKind::IDENT || kind.is_keyword();
            let wants_left = is_blank(right.kind()) || (is_word(left.kind()) && !is_word(right.kind()));
            Some(if wants_left { left } else { right })
        }
    };
    if let Some(token) = token {
        if !matches!(token.kind(), SyntaxKind::NEWLINE | SyntaxKind::WHITESPACE) {
            if matches!(token.kind(), SyntaxKind::STRING | SyntaxKind::BYTES) {
                inside_quotes(token.text(), token.text_range(), offset).into_iter().for_each(&mut push);
            }
            push(token.text_range());
        }
        for node in token.parent_ancestors() {
            inside_brackets(&node, offset).into_iter().for_each(&mut push);
            push(trimmed(&node));
        }
    }
    push(root.text_range());
    out
}

/// A node without the white space around it.
fn trimmed(node: &SyntaxNode) -> TextRange {
    let is_blank = |kind: SyntaxKind| {
        matches!(
            kind,
            SyntaxKind::WHITESPACE
                | SyntaxKind::NEWLINE
                | SyntaxKind::INDENT
                | SyntaxKind::DEDENT
                | SyntaxKind::COMMENT
        )
    };
    let tokens =
        || node.descendants_with_tokens().filter_map(NodeOrToken::into_token).filter(|it| !is_blank(it.kind()));
    let Some(first) = tokens().next() else { return node.text_range() };
    let last = std::iter::successors(node.last_token(), |it| it.prev_token()).find(|it| !is_blank(it.kind()));
    let end = last.map_or(node.text_range().end(), |it| it.text_range().end());
    TextRange::new(first.text_range().start(), end.max(first.text_range().end()))
}

/// What is between the quotes of a text.
fn inside_quotes(text: &str, range: TextRange, offset: TextSize) -> Option<TextRange> {
    let start = text.find(['"', '\''])?;
    let quotes = if text[start..].starts_with("\"\"\"") || text[start..].starts_with("'''") { 3 } else { 1 };
    if text.len() < start + 2 * quotes {
        return None;
    }
    let size = |it: usize| TextSize::new(u32::try_from(it).unwrap_or(u32::MAX));
    let inner = TextRange::new(range.start() + size(start + quotes), range.end() - size(quotes));
    inner.contains_inclusive(offset).then_some(inner)
}

/// What is between the brackets of a node.
fn inside_brackets(node: &SyntaxNode, offset: TextSize) -> Option<TextRange> {
    let tokens = || node.children_with_tokens().filter_map(NodeOrToken::into_token);
    let open =
        tokens().find(|it| matches!(it.kind(), SyntaxKind::L_PAREN | SyntaxKind::L_BRACK | SyntaxKind::L_BRACE))?;
    let close = tokens()
        .filter(|it| matches!(it.kind(), SyntaxKind::R_PAREN | SyntaxKind::R_BRACK | SyntaxKind::R_BRACE))
        .last()?;
    let (start, end) = (open.text_range().end(), close.text_range().start());
    (start <= offset && offset <= end && start < end).then(|| TextRange::new(start, end))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    fn check(text: &str, expected: Expect) {
        let fixture = Fixture::new(text);
        let mut out = String::new();
        for it in selection_ranges(fixture.db(), fixture.file, fixture.offset) {
            writeln!(out, "{:?}", &fixture.file.text(fixture.db())[std::ops::Range::<usize>::from(it)]).unwrap();
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn from_a_word_to_the_file() {
        check(
            "x = 1\ndef f(a):\n    if a:\n        return g(a, b + c$0)\n    # end\n",
            expect![[r#"
            "c"
            "b + c"
            "a, b + c"
            "(a, b + c)"
            "g(a, b + c)"
            "return g(a, b + c)"
            "if a:\n        return g(a, b + c)"
            "def f(a):\n    if a:\n        return g(a, b + c)"
            "x = 1\ndef f(a):\n    if a:\n        return g(a, b + c)"
            "x = 1\ndef f(a):\n    if a:\n        return g(a, b + c)\n    # end\n"
        "#]],
        );
    }

    #[test]
    fn texts() {
        check(
            "x = 'a b$0 c'\n",
            expect![[r#"
            "a b c"
            "'a b c'"
            "x = 'a b c'"
            "x = 'a b c'\n"
        "#]],
        );
    }

    #[test]
    fn half_typed() {
        check(
            "x = f(a, $0\n",
            expect![[r#"
            "x = f(a,"
            "x = f(a, \n"
        "#]],
        );
    }
}
