//! Literals: numbers, strings, f-strings and strings side by side.

use super::expressions::{expression, expression_list};
use super::{Completed, Parser};
use crate::SyntaxKind::*;
use crate::{Related, SyntaxError, T};

/// A literal that is one token.
pub(super) fn literal(p: &mut Parser<'_>) -> Completed {
    let m = p.start();
    p.bump();
    p.complete(m, LITERAL)
}

/// One string, or several side by side.
pub(super) fn strings(p: &mut Parser<'_>) -> Completed {
    let first = string(p);
    if !matches!(p.current(), STRING | BYTES | FSTRING_START) {
        return first;
    }
    let m = p.precede(first);
    while matches!(p.current(), STRING | BYTES | FSTRING_START) {
        string(p);
    }
    p.complete(m, STRING_CONCAT)
}

fn string(p: &mut Parser<'_>) -> Completed {
    if p.at(FSTRING_START) { fstring(p) } else { literal(p) }
}

fn fstring(p: &mut Parser<'_>) -> Completed {
    let m = p.start();
    let start = p.pos;
    p.bump();
    pieces(p);
    if !p.eat(FSTRING_END) {
        let quote = p.text[p.range_of(start)].trim_start_matches(|c: char| c.is_ascii_alphabetic()).to_owned();
        let range = p.range_of(start).cover(p.range_of(p.pos - 1));
        let message = format!("this string is not closed: expected {quote} at its end");
        let token = p.lexed.significant[start];
        if p.unclosed_fstrings.len() < super::MAX_ERRORS {
            p.unclosed_fstrings.push((token, SyntaxError { message, range, related: None }));
        }
        p.error_at = Some(p.pos);
    }
    p.complete(m, FSTRING)
}

/// Text and fields.
fn pieces(p: &mut Parser<'_>) {
    loop {
        match p.current() {
            FSTRING_TEXT => p.bump(),
            T!['{'] => {
                if p.nested(field).is_none() {
                    return;
                }
            }
            _ => return,
        }
    }
}

fn field(p: &mut Parser<'_>) {
    let m = p.start();
    let opener = p.open_bracket();
    if p.at(T!['}']) {
        // `{}` is text: upstream takes it so, and programs print it.
    } else if matches!(p.current(), T![':'] | T!['!']) {
        p.error_expected("an expression in `{…}`");
    } else {
        expression_list(p);
    }
    p.eat(T!['=']);
    if p.at(T!['!']) {
        let conversion = p.start();
        p.bump();
        if p.at_name() && matches!(p.current_text(), "r" | "s" | "a") {
            p.bump_as(IDENT);
        } else {
            p.error_expected("`r`, `s` or `a` after `!`");
            if p.at_name() {
                p.skip_one();
            }
        }
        p.complete(conversion, CONVERSION);
    }
    if p.at(T![':']) {
        let spec = p.start();
        p.bump();
        pieces(p);
        p.complete(spec, FORMAT_SPEC);
    }
    if !p.at(T!['}']) && !p.at_line_end() {
        let message = match p.current() {
            FSTRING_END | FSTRING_TEXT => "expected `}` before the end of the string".to_owned(),
            _ => format!("expected `}}` after the expression, found {}", p.found().unwrap_or_default()),
        };
        let related = Some(Related { message: "this bracket is open", range: p.range_of(opener) });
        p.error(message, p.range_of(p.pos), related);
        let skipped = p.start();
        while !matches!(p.current(), T!['}'] | FSTRING_END | FSTRING_TEXT) && !p.at_line_end() {
            if p.at(FSTRING_START) {
                expression(p);
            } else {
                p.bump();
            }
        }
        p.complete(skipped, ERROR);
        p.error_at = Some(p.pos);
    }
    p.close_bracket(opener);
    p.complete(m, FSTRING_FIELD);
}
