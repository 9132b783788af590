//! What can be assigned to.

use super::expressions::{expression_list, postfix_expression};
use super::{Completed, Parser};
use crate::SyntaxKind::*;
use crate::T;

/// The targets of a `for`: names, attributes, tuples; not `in`, which ends them.
pub(super) fn loop_targets(p: &mut Parser<'_>) {
    if p.at(T![in]) || p.at(T![':']) || p.at_line_end() {
        return p.error_expected("a name for each item");
    }
    let first = starred_target(p);
    if !p.at(T![',']) {
        return check(p, first);
    }
    let m = p.precede(first);
    while p.eat(T![',']) {
        if p.at(T![in]) || p.at_line_end() {
            break;
        }
        starred_target(p);
    }
    p.complete(m, TUPLE_EXPR);
}

/// One target, as after `as` in a `with`.
pub(super) fn target(p: &mut Parser<'_>) {
    if p.at(T![':']) || p.at_line_end() {
        return p.error_expected("a name");
    }
    let target = starred_target(p);
    check(p, target);
}

fn starred_target(p: &mut Parser<'_>) -> Completed {
    if p.at(T!['*']) {
        let m = p.start();
        p.bump();
        postfix_expression(p);
        return p.complete(m, SPREAD_EXPR);
    }
    postfix_expression(p)
}

/// `a, b[0]` after `del`.
pub(super) fn target_list(p: &mut Parser<'_>, what: &str) {
    if p.at_line_end() {
        return p.error_expected(what);
    }
    let targets = expression_list(p);
    check(p, targets);
}

/// Reports an expression that cannot be assigned to. Members of tuples and lists are checked by those who bind them.
pub(super) fn check(p: &mut Parser<'_>, target: Completed) {
    let what = match target.kind {
        NAME_EXPR | SCOPED_NAME | ATTRIBUTE_EXPR | INDEX_EXPR | TUPLE_EXPR | LIST_EXPR | PAREN_EXPR | SPREAD_EXPR
        | ERROR => return,
        LITERAL => "a value",
        STRING_CONCAT | FSTRING => "a string",
        CALL_EXPR => "the result of a call",
        COMPARE_EXPR => "a comparison",
        LAMBDA_EXPR => "a lambda",
        PLACEHOLDER => "`$$`",
        SET_EXPR | DICT_EXPR => "a set or a dict",
        _ => "an expression",
    };
    let range = p.range_of_node(target);
    p.error(format!("{what} cannot be assigned to"), range, None);
}
