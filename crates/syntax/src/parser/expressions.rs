//! Expressions: recursive descent for what nests, precedence climbing for the operators between operands.

use super::literals::{literal, strings};
use super::statements::{self, Place};
use super::{Completed, Context, Parser, definitions, is_name, targets};
use crate::SyntaxKind::{self, *};
use crate::T;

/// Binding powers of the operators, loosest first; `not` and the signs are prefixes.
mod power {
    pub(super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const COMPARISON: u8 = 4;
    pub(super) const XOR: u8 = 5;
    pub(super) const BIT_AND: u8 = 6;
    pub(super) const SHIFT: u8 = 7;
    pub(super) const SUM: u8 = 8;
    pub(super) const PRODUCT: u8 = 9;
}

/// Can an expression start with this token?
#[inline]
pub(super) fn expression_starts(kind: SyntaxKind) -> bool {
    is_name(kind)
        || matches!(
            kind,
            INT_NUMBER
                | FLOAT_NUMBER
                | IMAGINARY_NUMBER
                | STRING
                | BYTES
                | FSTRING_START
                | TRUE_KW
                | FALSE_KW
                | NONE_KW
                | L_PAREN
                | L_BRACK
                | L_BRACE
                | MINUS
                | PLUS
                | TILDE
                | NOT_KW
                | LAMBDA_KW
                | DOLLAR2
                | ELLIPSIS
        )
}

/// One expression: a pipe or anything tighter, without a tuple's commas.
pub(super) fn expression(p: &mut Parser<'_>) -> Completed {
    pipe(p, false)
}

/// One expression, or several with commas, which make a tuple.
pub(super) fn expression_list(p: &mut Parser<'_>) -> Completed {
    list(p, false)
}

/// Like [`expression_list`], where stages of a pipeline may be named with `as`.
pub(super) fn pipeline(p: &mut Parser<'_>) -> Completed {
    list(p, true)
}

/// One expression, which may be named with `as` or be a pipeline of named stages.
pub(super) fn stage(p: &mut Parser<'_>) -> Completed {
    pipe(p, true)
}

fn list(p: &mut Parser<'_>, captures: bool) -> Completed {
    let first = item(p, captures);
    if !p.at(T![',']) {
        return first;
    }
    let m = p.precede(first);
    while p.eat(T![',']) {
        if !expression_starts(p.current()) && !p.at(T!['*']) {
            break;
        }
        item(p, captures);
    }
    p.complete(m, TUPLE_EXPR)
}

/// An expression or `*expression`.
fn item(p: &mut Parser<'_>, captures: bool) -> Completed {
    if p.at(T!['*']) || p.at(T!["**"]) {
        let m = p.start();
        p.bump();
        pipe(p, false);
        return p.complete(m, SPREAD_EXPR);
    }
    pipe(p, captures)
}

/// An empty node for an expression that is not there, with an error unless one was reported here.
fn missing(p: &mut Parser<'_>, what: &str) -> Completed {
    p.error_expected(what);
    let m = p.start();
    p.complete(m, ERROR)
}

fn empty_error(p: &mut Parser<'_>) -> Completed {
    let m = p.start();
    p.complete(m, ERROR)
}

fn pipe(p: &mut Parser<'_>, captures: bool) -> Completed {
    match p.nested(|p| {
        let first = ternary(p);
        pipe_rest(p, first, captures)
    }) {
        Some(done) => done,
        None => empty_error(p),
    }
}

fn pipe_rest(p: &mut Parser<'_>, first: Completed, captures: bool) -> Completed {
    let first = capture(p, first, captures);
    if !p.at(T!['|']) {
        return first;
    }
    let m = p.precede(first);
    while p.eat(T!['|']) {
        if p.at(T!['|']) && p.adjacent(0) {
            p.error_here("`||` has no meaning here; write `or`".to_owned());
            p.skip_one();
        }
        if !expression_starts(p.current()) {
            p.error_expected("a stage after `|`");
            break;
        }
        let stage = ternary(p);
        capture(p, stage, captures);
    }
    p.complete(m, PIPE_EXPR)
}

/// `stage as name`.
fn capture(p: &mut Parser<'_>, stage: Completed, captures: bool) -> Completed {
    if !captures || !p.at(T![as]) {
        return stage;
    }
    let m = p.precede(stage);
    p.bump();
    p.name("a name for the result of this stage");
    p.complete(m, CAPTURE_EXPR)
}

fn ternary(p: &mut Parser<'_>) -> Completed {
    let first = binary(p, power::OR);
    ternary_rest(p, first)
}

fn ternary_rest(p: &mut Parser<'_>, first: Completed) -> Completed {
    if !p.at(T![if]) {
        return first;
    }
    let m = p.precede(first);
    p.bump();
    binary(p, power::OR);
    if p.eat(T![else]) {
        if p.nested(ternary).is_none() {
            empty_error(p);
        }
    } else {
        p.error_expected("`else` and the other value");
    }
    p.complete(m, TERNARY_EXPR)
}

/// The operator at the current token: how tightly it binds, and whether it has two words.
#[inline]
fn operator(p: &Parser<'_>) -> Option<(u8, bool)> {
    Some(match p.current() {
        T![or] => (power::OR, false),
        T![and] => (power::AND, false),
        T!['<'] | T!['>'] | T!["=="] | T!["!="] | T!["<="] | T![">="] | T![in] => (power::COMPARISON, false),
        T![not] if p.nth(1) == T![in] => (power::COMPARISON, true),
        T![is] => (power::COMPARISON, p.nth(1) == T![not]),
        T!['^'] => (power::XOR, false),
        T!['&'] => (power::BIT_AND, false),
        T!["<<"] | T![">>"] => (power::SHIFT, false),
        T!['+'] | T!['-'] => (power::SUM, false),
        T!['*'] | T!['/'] | T!["//"] | T!['%'] | T!['@'] => (power::PRODUCT, false),
        _ => return None,
    })
}

fn binary(p: &mut Parser<'_>, minimum: u8) -> Completed {
    let first = unary(p);
    binary_rest(p, first, minimum)
}

/// Operators after an operand. Neighbours of the same precedence become one node.
fn binary_rest(p: &mut Parser<'_>, mut left: Completed, minimum: u8) -> Completed {
    while let Some((power, _)) = operator(p).filter(|it| it.0 >= minimum) {
        let m = p.precede(left);
        while let Some((_, two_words)) = operator(p).filter(|it| it.0 == power) {
            let sign = p.current();
            p.bump();
            if two_words {
                p.bump();
            }
            if sign == T!['&'] && p.at(T!['&']) && p.adjacent(0) {
                p.error_here("`&&` has no meaning here; write `and`".to_owned());
                p.skip_one();
            }
            if expression_starts(p.current()) {
                binary(p, power + 1);
            } else {
                let after = sign.text().unwrap_or_default();
                missing(p, &format!("a value after `{after}`"));
            }
        }
        let kind = if power == power::COMPARISON { COMPARE_EXPR } else { BINARY_EXPR };
        left = p.complete(m, kind);
    }
    left
}

fn unary(p: &mut Parser<'_>) -> Completed {
    match p.current() {
        T!['-'] | T!['+'] | T!['~'] => {
            let m = p.start();
            p.bump();
            if p.at_line_end() && p.is_doubled_sign() {
                p.error(
                    "`++` and `--` have no meaning here; write `+= 1` or `-= 1`".to_owned(),
                    p.range_of(p.pos - 1),
                    None,
                );
            }
            if p.nested(unary).is_none() {
                empty_error(p);
            }
            p.complete(m, UNARY_EXPR)
        }
        T![not] => {
            let m = p.start();
            p.bump();
            if p.nested(|p| binary(p, power::COMPARISON)).is_none() {
                empty_error(p);
            }
            p.complete(m, UNARY_EXPR)
        }
        _ => {
            let base = postfix_expression(p);
            exponent(p, base)
        }
    }
}

/// `** exponent`, which binds tighter than a sign before it and looser than one after it.
fn exponent(p: &mut Parser<'_>, base: Completed) -> Completed {
    if !p.at(T!["**"]) {
        return base;
    }
    let m = p.precede(base);
    p.bump();
    if !expression_starts(p.current()) {
        missing(p, "a value after `**`");
    } else if p.nested(unary).is_none() {
        empty_error(p);
    }
    p.complete(m, BINARY_EXPR)
}

/// Goes on with an expression whose first operand is there.
fn expression_rest(p: &mut Parser<'_>, first: Completed) -> Completed {
    let operand = postfix(p, first);
    let operand = exponent(p, operand);
    let left = binary_rest(p, operand, power::OR);
    let left = ternary_rest(p, left);
    pipe_rest(p, left, false)
}

/// An operand with its calls, indices and attributes.
pub(super) fn postfix_expression(p: &mut Parser<'_>) -> Completed {
    let base = primary(p);
    postfix(p, base)
}

fn postfix(p: &mut Parser<'_>, mut base: Completed) -> Completed {
    let mut count = 0;
    loop {
        match p.current() {
            T!['('] => {
                let m = p.precede(base);
                arguments(p);
                base = p.complete(m, CALL_EXPR);
            }
            T!['['] => {
                let m = p.precede(base);
                let opener = p.open_bracket();
                items(p, T![']'], "an index", |p| {
                    slice_or_index(p);
                });
                p.close_bracket(opener);
                base = p.complete(m, INDEX_EXPR);
            }
            T!['.'] => {
                let m = p.precede(base);
                p.bump();
                p.name("a name after `.`");
                base = p.complete(m, ATTRIBUTE_EXPR);
            }
            _ => return base,
        }
        count += 1;
        if count >= super::MAX_POSTFIX {
            p.too_deep();
            return base;
        }
    }
}

fn primary(p: &mut Parser<'_>) -> Completed {
    match p.current() {
        IDENT => name(p),
        T![private] | T![public] | T![local] | T![system] if at_scoped_name(p) => {
            let m = p.start();
            p.bump();
            p.bump();
            p.bump_as(IDENT);
            p.complete(m, SCOPED_NAME)
        }
        STRING | BYTES | FSTRING_START => strings(p),
        INT_NUMBER | FLOAT_NUMBER | IMAGINARY_NUMBER | TRUE_KW | FALSE_KW | NONE_KW | ELLIPSIS => literal(p),
        L_PAREN => parentheses(p),
        L_BRACK => brackets(p),
        L_BRACE => braces(p),
        LAMBDA_KW => lambda(p),
        DOLLAR2 => {
            let m = p.start();
            p.bump();
            p.complete(m, PLACEHOLDER)
        }
        kind if kind.is_soft_keyword() => name(p),
        kind if kind.is_keyword() && !p.previous_line_ended() && matches!(p.nth(1), T![')'] | T![','] | T!['.']) => {
            let word = p.current_text();
            p.error_here(format!("expected an expression; `{word}` is a keyword and cannot be a name"));
            let m = p.start();
            p.bump();
            p.complete(m, ERROR)
        }
        _ => missing(p, "an expression"),
    }
}

fn name(p: &mut Parser<'_>) -> Completed {
    let m = p.start();
    p.bump_as(IDENT);
    p.complete(m, NAME_EXPR)
}

/// `private:x`, written without spaces.
fn at_scoped_name(p: &Parser<'_>) -> bool {
    p.nth(1) == T![':'] && is_name(p.nth(2)) && p.adjacent(1) && p.adjacent(2)
}

/// Items with commas between them, up to the closing bracket, which is left to the caller.
fn items<'t>(p: &mut Parser<'t>, close: SyntaxKind, what: &str, mut rule: impl FnMut(&mut Parser<'t>)) {
    while !p.at(close) && !p.at_line_end() && !matches!(p.current(), T![')'] | T![']'] | T!['}']) {
        let before = p.pos;
        rule(p);
        if p.eat(T![',']) {
            continue;
        }
        if p.at(close) || p.at_line_end() {
            return;
        }
        if p.pos == before {
            // Nothing was there: skip what is, unless it belongs to what stands around.
            if matches!(p.current(), T![')'] | T![']'] | T!['}'] | T![':']) {
                return;
            }
            p.error_expected(what);
            p.skip_one();
        } else if expression_starts(p.current()) {
            match p.previous_word() {
                Some("await") => p.error_here(statements::NO_AWAIT.to_owned()),
                _ => p.error_expected("`,` or the closing bracket"),
            }
        } else {
            return;
        }
    }
}

fn arguments(p: &mut Parser<'_>) {
    let m = p.start();
    let opener = p.open_bracket();
    let mut names = Vec::new();
    items(p, T![')'], "an argument", |p| {
        if p.at_name() && p.nth(1) == T!['='] {
            p.unique_name(&mut names, p.pos, "the argument");
            let m = p.start();
            p.bump_as(IDENT);
            p.bump();
            expression(p);
            p.complete(m, KEYWORD_ARG);
            return;
        }
        let argument = item(p, false);
        if p.at(T![for]) {
            let m = p.precede(argument);
            clauses(p);
            p.complete(m, GENERATOR_EXPR);
        }
    });
    p.close_bracket(opener);
    p.complete(m, ARG_LIST);
}

fn slice_or_index(p: &mut Parser<'_>) -> Completed {
    let m = if p.at(T![':']) || p.at(T!["::"]) {
        p.start()
    } else {
        let first = item(p, false);
        if !p.at(T![':']) && !p.at(T!["::"]) {
            return first;
        }
        p.precede(first)
    };
    let double = p.at(T!["::"]);
    p.bump();
    if expression_starts(p.current()) {
        expression(p);
    }
    if !double && p.eat(T![':']) && expression_starts(p.current()) {
        expression(p);
    }
    p.complete(m, SLICE_EXPR)
}

fn parentheses(p: &mut Parser<'_>) -> Completed {
    let m = p.start();
    let opener = p.open_bracket();
    if p.at(T![')']) {
        p.close_bracket(opener);
        return p.complete(m, TUPLE_EXPR);
    }
    item(p, true);
    parentheses_rest(p, m, opener)
}

/// What follows the first item in parentheses.
fn parentheses_rest(p: &mut Parser<'_>, m: super::Marker, opener: usize) -> Completed {
    let kind = match p.current() {
        T![for] => {
            clauses(p);
            GENERATOR_EXPR
        }
        T![','] => {
            p.bump();
            items(p, T![')'], "a value", |p| {
                item(p, true);
            });
            TUPLE_EXPR
        }
        kind if expression_starts(kind) => {
            p.error_expected("`,` or `)`");
            items(p, T![')'], "a value", |p| {
                item(p, true);
            });
            TUPLE_EXPR
        }
        _ => PAREN_EXPR,
    };
    p.close_bracket(opener);
    p.complete(m, kind)
}

fn brackets(p: &mut Parser<'_>) -> Completed {
    let m = p.start();
    let opener = p.open_bracket();
    let mut kind = LIST_EXPR;
    let mut first = true;
    items(p, T![']'], "a value", |p| {
        item(p, false);
        if std::mem::take(&mut first) && p.at(T![for]) {
            clauses(p);
            kind = LIST_COMP;
        }
    });
    p.close_bracket(opener);
    p.complete(m, kind)
}

/// A set, a dict, or a comprehension of either.
fn braces(p: &mut Parser<'_>) -> Completed {
    let m = p.start();
    let opener = p.open_bracket();
    let mut kind = if p.at(T!['}']) { DICT_EXPR } else { SET_EXPR };
    let mut first = true;
    items(p, T!['}'], "a value", |p| {
        let entry = brace_item(p, first);
        if std::mem::take(&mut first) {
            if p.at(T![for]) {
                clauses(p);
                kind = if entry { DICT_COMP } else { SET_COMP };
            } else if entry {
                kind = DICT_EXPR;
            }
        } else if entry != (kind == DICT_EXPR) && p.error_at != Some(p.pos) {
            let message =
                if entry { "a set holds values, not `key: value`" } else { "expected `:` and a value after this key" };
            p.error(message.to_owned(), p.missing_range(), None);
        }
    });
    p.close_bracket(opener);
    p.complete(m, kind)
}

/// A value, or `key: value` (then true), or for a comprehension `(key: value)`.
fn brace_item(p: &mut Parser<'_>, first: bool) -> bool {
    if p.at(T!["**"]) {
        item(p, false);
        return true;
    }
    let key = if first && p.at(T!['(']) && p.nth(1) != T![')'] {
        let parentheses = p.start();
        let opener = p.open_bracket();
        let inner = item(p, true);
        if p.at(T![':']) {
            let entry = p.precede(inner);
            p.bump();
            expression(p);
            p.complete(entry, DICT_ENTRY);
            p.close_bracket(opener);
            p.abandon(parentheses);
            return true;
        }
        let operand = parentheses_rest(p, parentheses, opener);
        expression_rest(p, operand)
    } else {
        item(p, false)
    };
    if !p.at(T![':']) {
        return false;
    }
    let entry = p.precede(key);
    p.bump();
    if expression_starts(p.current()) {
        expression(p);
    } else {
        missing(p, "a value after `:`");
    }
    p.complete(entry, DICT_ENTRY);
    true
}

/// `for x in xs if c for …`.
fn clauses(p: &mut Parser<'_>) {
    loop {
        let m = p.start();
        match p.current() {
            T![for] => {
                p.bump();
                targets::loop_targets(p);
                if p.expect(T![in]) {
                    p.nested(|p| binary(p, power::OR));
                }
                p.complete(m, COMP_FOR);
            }
            T![if] => {
                p.bump();
                p.nested(|p| binary(p, power::OR));
                p.complete(m, COMP_IF);
            }
            _ => return p.abandon(m),
        }
    }
}

fn lambda(p: &mut Parser<'_>) -> Completed {
    let m = p.start();
    p.bump();
    if p.at(T!['(']) {
        definitions::receiver(p);
    }
    while p.at_name() || p.at(T!['*']) || p.at(T!["**"]) {
        definitions::parameter(p, true);
        if !p.eat(T![',']) {
            break;
        }
    }
    if !p.eat(T!["::"]) && !p.eat(T![':']) {
        p.error_expected("`::` and the body of the lambda");
        return p.complete(m, LAMBDA_EXPR);
    }
    let block = p.at(T!['{']) && p.lexed.lambda_blocks.binary_search(&p.lexed.significant[p.pos]).is_ok();
    if block {
        let opener = p.open_bracket();
        let body = p.start();
        let context = Context { function: true, in_loop: false };
        p.within(context, |p| {
            if p.nested(|p| statements::statements(p, Place::Lambda)).is_none() {
                empty_error(p);
            }
        });
        p.complete(body, BLOCK);
        p.close_bracket(opener);
        if p.kinds[p.pos - 1] != T!['}'] {
            p.eat(DEDENT);
        }
    } else if expression_starts(p.current()) {
        pipe(p, false);
    } else {
        missing(p, "the body of the lambda");
    }
    p.complete(m, LAMBDA_EXPR)
}
