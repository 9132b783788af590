//! Type annotations.

use super::literals::literal;
use super::{Completed, Parser};
use crate::SyntaxKind::*;
use crate::T;

/// `A | B`, `list[T]`, `a.B`, `None`, `"Forward"`.
pub(super) fn type_(p: &mut Parser<'_>) {
    if p.nested(union).is_none() {
        p.error_at = Some(p.pos);
    }
}

fn union(p: &mut Parser<'_>) -> Option<Completed> {
    let first = single(p)?;
    if !p.at(T!['|']) {
        return Some(first);
    }
    let m = p.precede(first);
    while p.eat(T!['|']) {
        single(p);
    }
    Some(p.complete(m, UNION_TYPE))
}

fn single(p: &mut Parser<'_>) -> Option<Completed> {
    let mut base = match p.current() {
        kind if super::is_name(kind) => path(p),
        NONE_KW | TRUE_KW | FALSE_KW | STRING | INT_NUMBER | FLOAT_NUMBER | ELLIPSIS => {
            let m = p.start();
            literal(p);
            p.complete(m, LITERAL_TYPE)
        }
        T!['['] => bracketed(p, LIST_TYPE),
        T!['('] => bracketed(p, TUPLE_TYPE),
        _ => {
            p.error_expected("a type");
            return None;
        }
    };
    let mut count = 0;
    while p.at(T!['[']) {
        let m = p.precede(base);
        arguments(p);
        base = p.complete(m, GENERIC_TYPE);
        count += 1;
        if count > super::MAX_POSTFIX {
            p.too_deep();
            break;
        }
    }
    Some(base)
}

fn path(p: &mut Parser<'_>) -> Completed {
    let m = p.start();
    p.bump_as(IDENT);
    while p.at(T!['.']) {
        p.bump();
        if !p.name("a name after `.`") {
            break;
        }
    }
    p.complete(m, PATH_TYPE)
}

fn bracketed(p: &mut Parser<'_>, kind: crate::SyntaxKind) -> Completed {
    let m = p.start();
    arguments(p);
    p.complete(m, kind)
}

/// Types in brackets of either kind, with commas between them.
fn arguments(p: &mut Parser<'_>) {
    let opener = p.open_bracket();
    while !p.at_line_end() && !matches!(p.current(), T![']'] | T![')']) {
        let before = p.pos;
        type_(p);
        if !p.eat(T![',']) || p.pos == before {
            break;
        }
    }
    p.close_bracket(opener);
}
