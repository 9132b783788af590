//! Whether a formatted text is the same program: the same tokens in the same tree, and the same comments.

use danaide_syntax::{Parse, SyntaxKind::*};

use crate::source::Source;

/// Where two files differ in more than white space and commas before closing brackets.
///
/// # Errors
/// The first token of the file before that is not the same after.
pub(crate) fn same(
    before: &Source<'_>,
    errors_before: usize,
    after: &Source<'_>,
    parse_after: &Parse,
) -> Result<(), usize> {
    let mut other = 0;
    for token in 0..before.tokens.len() {
        let closes = matches!(before.tokens[token].kind, R_PAREN | R_BRACK | R_BRACE);
        if closes && after.tokens.get(other).is_some_and(|it| it.kind == COMMA) {
            other += 1;
        }
        let (Some(one), Some(two)) = (before.tokens.get(token), after.tokens.get(other)) else { return Err(token) };
        let is_same = one.kind == two.kind
            && one.node == two.node
            && before.token_text(token) == after.token_text(other)
            && before.node_kind(one.node) == after.node_kind(two.node);
        if !is_same {
            return Err(token);
        }
        other += 1;
    }
    let end = before.len();
    let differs =
        before.nodes.iter().zip(&after.nodes).find(|(one, two)| one.kind != two.kind || one.parent != two.parent);
    if let Some((node, _)) = differs {
        return Err(node.first as usize);
    }
    let texts = |it: &Source<'_>| -> Vec<String> {
        it.comments.iter().map(|comment| it.slice(comment.start, comment.end).to_owned()).collect()
    };
    let is_same = before.nodes.len() == after.nodes.len()
        && other == after.tokens.len()
        && before.comments.len() == after.comments.len()
        && errors_before == parse_after.errors().len()
        && (before.comments.is_empty() || texts(before) == texts(after));
    if is_same { Ok(()) } else { Err(end) }
}
