//! What stands between two tokens of one line: a space or nothing.

use danaide_syntax::{SyntaxKind, SyntaxKind::*};

use crate::source::Source;

/// The names of scopes, which a colon right between two names turns into a scoped name.
const SCOPES: [&str; 4] = ["private", "public", "local", "system"];

/// Is there a space before a token, when it is on the line of the token before?
///
/// The default is a space, so that tokens without a rule stay apart; nothing stands only between tokens that stay what
/// they are side by side.
pub(crate) fn is_spaced(source: &Source<'_>, token: usize) -> bool {
    let (before, here) = (token - 1, token);
    let (before_kind, kind) = (source.tokens[before].kind, source.tokens[here].kind);
    let (before_node, node) = (source.tokens[before].node, source.tokens[here].node);
    let (around_before, around) = (source.parent_kind(before), source.parent_kind(here));
    match kind {
        COMMA | SEMICOLON => return false,
        R_PAREN | R_BRACK => return false,
        R_BRACE => return around == LAMBDA_EXPR,
        _ => {}
    }
    match before_kind {
        L_PAREN | L_BRACK => return false,
        L_BRACE => return around_before == LAMBDA_EXPR,
        COMMA | SEMICOLON => return true,
        MINUS | PLUS | TILDE if around_before == UNARY_EXPR => return false,
        STAR | STAR2 if around_before == SPREAD_EXPR => return false,
        STAR | STAR2 | ELLIPSIS if around_before == PARAM => return false,
        AT if around_before == DECORATOR => return false,
        DOT | ELLIPSIS if around_before == MODULE_PATH && node == before_node => {
            return !matches!(kind, IDENT) && !source.gap(here).is_empty();
        }
        DOT => return around_before == MODULE_PATH,
        STAR2 if is_tight_power(source, before_node) => return false,
        EQ if is_tight_equals(source, before) => return false,
        COLON | COLON2 => {
            return match around_before {
                SCOPED_NAME => false,
                SLICE_EXPR if kind == COLON => true,
                SLICE_EXPR => is_spaced_slice(source, before_node),
                _ => true,
            };
        }
        _ => {}
    }
    match kind {
        DOT if around == MODULE_PATH => token == source.nodes[node as usize].first as usize,
        // `1 .real` is an attribute, `1.real` is not.
        DOT => before_kind == INT_NUMBER,
        COLON | COLON2 => match around {
            SLICE_EXPR => is_spaced_slice(source, node),
            LAMBDA_EXPR => kind == COLON2,
            _ => false,
        },
        EQ => !is_tight_equals(source, here),
        L_PAREN => !matches!(around, ARG_LIST | PARAM_LIST | BASE_LIST) || before_kind == AGENT_KW,
        L_BRACK => !matches!(around, INDEX_EXPR | GENERIC_TYPE),
        STAR2 => !is_tight_power(source, node),
        _ => true,
    }
}

/// Is the `=` that of an argument by name, or of a default without a type?
fn is_tight_equals(source: &Source<'_>, token: usize) -> bool {
    let node = source.tokens[token].node;
    match source.node_kind(node) {
        KEYWORD_ARG => true,
        PARAM => {
            let first = source.nodes[node as usize].first as usize;
            !(first..token).any(|it| source.is_own(node, it, COLON))
        }
        _ => false,
    }
}

/// Are both operands of `**` names or numbers, so that it stands between them without spaces?
fn is_tight_power(source: &Source<'_>, node: u32) -> bool {
    source.node_kind(node) == BINARY_EXPR && source.children(node).all(|it| is_simple_operand(source, it))
}

fn is_simple_operand(source: &Source<'_>, mut node: u32) -> bool {
    if source.node_kind(node) == UNARY_EXPR && source.tokens[source.nodes[node as usize].first as usize].kind == MINUS {
        node += 1;
    }
    loop {
        match source.node_kind(node) {
            NAME_EXPR => return true,
            LITERAL => return is_number(source.tokens[source.nodes[node as usize].first as usize].kind),
            // What the attribute is of follows it.
            ATTRIBUTE_EXPR => node += 1,
            _ => return false,
        }
    }
}

fn is_number(kind: SyntaxKind) -> bool {
    matches!(kind, INT_NUMBER | FLOAT_NUMBER | IMAGINARY_NUMBER)
}

/// Are there spaces around the colons of a slice? There are if its parts are more than names and values.
fn is_spaced_slice(source: &Source<'_>, node: u32) -> bool {
    source.children(node).any(|mut part| {
        if source.node_kind(part) == UNARY_EXPR {
            part += 1;
        }
        match source.node_kind(part) {
            NAME_EXPR => SCOPES.contains(&source.token_text(source.nodes[part as usize].first as usize)),
            LITERAL | PLACEHOLDER => false,
            _ => true,
        }
    })
}
