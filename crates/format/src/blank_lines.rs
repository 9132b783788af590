//! How many blank lines stand between statements.
//!
//! Blank lines of the source stay, up to two at the top level and one in blocks; around definitions and after imports some
//! are added. Comments right above a definition belong to it.

use danaide_syntax::SyntaxKind::*;

use crate::source::Source;
use crate::statements::{Statements, block_of};

/// The blank lines before each line of a gap: before each comment on a line of its own, then before the token. `found` has
/// those of the source, and is changed.
pub(crate) fn set(source: &Source<'_>, statements: &Statements, token: usize, found: &mut [u32]) {
    let is_end = token == source.len();
    let block = if is_end { 0 } else { block_of(source, parent_of_statement(source, statements, token)) };
    let limit = if block == 0 { 2 } else { 1 };
    let own_lines = source.comments_before(token).iter().filter(|it| it.own_line);
    // Comments that end the blocks before come first.
    let foreign = own_lines.take_while(|it| block_of(source, it.node) != block).count();
    for blank in &mut found[..foreign] {
        *blank = (*blank).min(1);
    }
    let own = &mut found[foreign..];
    let next = statements.starting_at(token);
    if next.is_none() && !is_end {
        let is_clause = matches!(source.parent_kind(token), ELSE_CLAUSE | ELIF_CLAUSE | EXCEPT_CLAUSE | FINALLY_CLAUSE);
        let most = u32::from(is_clause);
        return own.iter_mut().for_each(|it| *it = (*it).min(most));
    }
    own.iter_mut().for_each(|it| *it = (*it).min(limit));
    let before = statements.before(token);
    let Some(before) = before else {
        // The start of a block, or of the file.
        let keeps_one = block != 0 && source.node_kind(source.nodes[block as usize].parent) != FUNCTION_DEF;
        if let Some(first) = own.first_mut() {
            *first = (*first).min(u32::from(keeps_one));
        }
        if let Some(next) = next.filter(|_| own.len() > 1) {
            before_definition(source, next, own, limit, true);
        }
        return;
    };
    if let Some(next) = next {
        before_definition(source, next, own, limit, false);
    }
    if let Some(first) = own.first_mut() {
        if is_definition(source, before) && (!is_end || source.comments_before(token).iter().any(|it| it.own_line)) {
            *first = limit;
        } else if is_import(source, before) && next.is_none_or(|it| !is_import(source, it))
            || is_file_docstring(source, before)
        {
            *first = (*first).max(1);
        }
    }
}

/// The node around the statement that starts at a token, or that the token's line belongs to.
fn parent_of_statement(source: &Source<'_>, statements: &Statements, token: usize) -> u32 {
    match statements.starting_at(token) {
        Some(statement) => source.nodes[statement as usize].parent,
        None => source.tokens[token].node,
    }
}

/// Puts blank lines before a definition, or before the comments right above it. At the start of a block none stand before
/// the first line.
fn before_definition(source: &Source<'_>, next: u32, own: &mut [u32], wanted: u32, starts_block: bool) {
    if !is_definition(source, next) {
        return;
    }
    let mut line = own.len() - 1;
    while line > 0 && own[line] == 0 {
        line -= 1;
    }
    if line > 0 || !starts_block {
        own[line] = wanted;
    }
}

/// A definition that takes more than a line. A pipeline or an agent on one line may stand close to others.
fn is_definition(source: &Source<'_>, node: u32) -> bool {
    let has = |kind| source.children(node).any(|it| source.node_kind(it) == kind);
    match source.node_kind(node) {
        RECORD_DEF => true,
        FUNCTION_DEF | AGENT_DEF => has(BLOCK) || has(DECORATOR),
        WORKFLOW_DEF | ASSIGN_STMT => has(DECORATOR),
        _ => false,
    }
}

fn is_import(source: &Source<'_>, node: u32) -> bool {
    matches!(source.node_kind(node), IMPORT_STMT | FROM_IMPORT_STMT)
}

fn is_file_docstring(source: &Source<'_>, node: u32) -> bool {
    let it = source.nodes[node as usize];
    it.first == 0 && it.end == 1 && it.kind == EXPR_STMT && source.tokens[0].kind == STRING
}
