//! Fixtures of the parser: small texts and what they give. `UPDATE_EXPECT=1 cargo test` writes the expected blocks.

mod forms;
mod limits;
mod operands;
mod recovery;

use std::fmt::Write;

use expect_test::Expect;

use crate::{ColumnEncoding, LineIndex, NodeOrToken, SyntaxNode, TextSize, parse};

/// The errors of a text, one a line, and what its top level consists of.
fn check_errors(text: &str, expected: Expect) {
    let parse = parse(text);
    let root = parse.syntax_node();
    assert_eq!(root.text().to_string(), text, "the tree gives the text back");
    let index = LineIndex::new(text);
    let place = |offset: TextSize| {
        let position = index.line_col(offset, ColumnEncoding::Utf32);
        format!("{}:{}", position.line + 1, position.col + 1)
    };
    let mut out = String::new();
    for error in parse.errors().iter() {
        let _ = write!(out, "{}-{} {}", place(error.range.start()), place(error.range.end()), error.message);
        if let Some(related) = &error.related {
            let _ = write!(out, " ({} {})", place(related.range.start()), related.message);
        }
        out.push('\n');
    }
    let kinds: Vec<String> = root.children().map(|child| format!("{:?}", child.kind())).collect();
    let _ = writeln!(out, "{}", kinds.join(" "));
    expected.assert_eq(&out);
}

/// The tree of a valid text, a node a line: its kind, and the tokens that stand right in it.
fn check_tree(text: &str, expected: Expect) {
    let parse = parse(text);
    assert_eq!(parse.syntax_node().text().to_string(), text, "the tree gives the text back");
    assert_eq!(&**parse.errors(), [], "{text}");
    let mut out = String::new();
    for child in parse.syntax_node().children() {
        outline(&child, 0, &mut out);
    }
    expected.assert_eq(&out);
}

fn outline(node: &SyntaxNode, depth: usize, out: &mut String) {
    let _ = write!(out, "{:width$}{:?}", "", node.kind(), width = depth * 2);
    for token in node.children_with_tokens().filter_map(NodeOrToken::into_token) {
        if !token.text().trim().is_empty() {
            let _ = write!(out, " {}", token.text().escape_debug());
        }
    }
    out.push('\n');
    for child in node.children() {
        outline(&child, depth + 1, out);
    }
}
