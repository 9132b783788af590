//! Statements and blocks.

use super::expressions::{expression, expression_list, expression_starts, pipeline};
use super::{Completed, Context, Parser, definitions, imports, is_name, targets, types};
use crate::SyntaxKind::{self, *};
use crate::T;

/// What a list of statements stands in: it decides what `name: T = v` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    File,
    Body,
    /// The block of a record or an agent.
    Record,
    /// The block of an interface.
    Interface,
    /// The braces of a lambda.
    Lambda,
}

pub(super) fn source_file(p: &mut Parser<'_>) {
    let root = p.start();
    statements(p, Place::File);
    p.complete(root, SOURCE_FILE);
}

/// Statements up to the end of the block, which is left to the caller.
pub(super) fn statements(p: &mut Parser<'_>, place: Place) {
    let mut extra_indents = 0u32;
    let mut error_before = None;
    loop {
        match p.current() {
            EOF => return,
            DEDENT if extra_indents > 0 => {
                extra_indents -= 1;
                p.bump();
            }
            // At the left margin nothing encloses the statements; a stray DEDENT is layout.
            DEDENT if place == Place::File => p.bump(),
            DEDENT => return,
            T!['}'] if place == Place::Lambda => return,
            NEWLINE => p.bump(),
            INDENT => {
                // After a broken line the indentation is a consequence.
                if error_before != Some(p.pos) {
                    let range = p.range_of(p.pos + 1);
                    p.error("this line is indented, but nothing before it opens a block".to_owned(), range, None);
                    // It is the next token that it was reported at.
                    p.error_at = Some(p.pos + 1);
                }
                extra_indents += 1;
                p.bump();
            }
            _ => {
                let errors = p.error_at;
                statement(p, place);
                if p.error_at != errors {
                    error_before = Some(p.pos);
                }
            }
        }
    }
}

fn statement(p: &mut Parser<'_>, place: Place) {
    let before = p.pos;
    p.errors_before_statement = p.errors.len();
    if compound(p, place) {
        return;
    }
    simple_line(p, place);
    if p.pos == before {
        // Nothing fits: whatever it is, it must not stop the rest.
        p.error_expected("a statement");
        p.skip_one();
    }
}

/// Simple statements with `;` between them, up to the end of the line.
fn simple_line(p: &mut Parser<'_>, place: Place) {
    loop {
        simple(p, place);
        // Fields may stand side by side: `struct Point: x: int, y: int`.
        let separated = p.eat(T![';']) || matches!(place, Place::Record) && p.eat(T![',']);
        if !separated {
            break;
        }
        if p.at(NEWLINE) || p.at(EOF) {
            break;
        }
    }
    line_end(p, place);
}

/// The end of a simple statement; what stands before it is skipped with one error.
pub(super) fn line_end(p: &mut Parser<'_>, place: Place) {
    if p.at(T!['}']) && place == Place::Lambda {
        return;
    }
    if !p.at_line_end() {
        if p.statement_is_broken() {
            p.error_at = Some(p.pos);
        } else {
            unexpected_rest(p);
        }
        let skipped = p.start();
        while !(p.at_line_end() || place == Place::Lambda && p.at(T!['}'])) {
            p.bump();
        }
        p.complete(skipped, ERROR);
    }
    p.eat(NEWLINE);
}

fn unexpected_rest(p: &mut Parser<'_>) {
    match p.current() {
        T![')'] | T![']'] | T!['}'] => {
            let bracket = p.current_text();
            p.error_here(format!("`{bracket}` closes nothing: no bracket is open here"));
        }
        T!['='] => p.error_here("`=` cannot stand here; `==` compares".to_owned()),
        T!['!'] => p.error_here("`!` has no meaning here; write `not`".to_owned()),
        _ if let Some(hint) = foreign_statement(p) => {
            let range = p.range_of(p.pos - 1);
            p.error(hint.to_owned(), range, None);
            if matches!(&p.text[range], "match" | "switch") {
                skip_choices(p);
            }
        }
        _ => p.error_expected("the end of the line"),
    }
}

/// Skips the rest of a line and the block below it, which is of no statement.
fn skip_choices(p: &mut Parser<'_>) {
    let skipped = p.start();
    while !p.at_line_end() {
        p.bump();
    }
    if p.at(NEWLINE) && p.nth(1) == INDENT {
        p.bump();
        let mut depth = 0;
        loop {
            match p.current() {
                INDENT => depth += 1,
                DEDENT => depth -= 1,
                EOF => break,
                _ => {}
            }
            if depth == 0 && p.at(DEDENT) {
                p.bump();
                break;
            }
            p.bump();
        }
    }
    p.complete(skipped, ERROR);
}

/// What to write instead of `await`.
pub(super) const NO_AWAIT: &str = "there is no `await`: a call waits by itself; leave the word out";

/// Words that start statements in other languages: what to write instead.
fn foreign_statement(p: &Parser<'_>) -> Option<&'static str> {
    let starts_line = p.pos == 1 || p.pos > 1 && matches!(p.kinds[p.pos - 2], NEWLINE | INDENT | DEDENT);
    if !starts_line {
        return None;
    }
    let word = p.kinds[p.pos - 1];
    let follows = is_name(p.current()) || matches!(p.current(), INT_NUMBER | FLOAT_NUMBER | STRING | FSTRING_START);
    if !is_name(word) || !follows {
        return None;
    }
    Some(match &p.text[p.range_of(p.pos - 1)] {
        "class" => "there are no classes; `struct` defines a record, and methods are functions with a receiver",
        "func" | "fn" | "function" => "a function starts with `def`",
        "let" | "var" | "const" => "an assignment needs no word before it: write `name = value`",
        "switch" | "match" => "choose with `if` and `elif`, or with `case(…)`",
        "elseif" | "elsif" => "a further condition starts with `elif`",
        "throw" => "an exception is raised with `raise`",
        "yield" => "there are no generators; give a list, or call a function for each value",
        "await" => NO_AWAIT,
        "print" => "`print` is a function: write `print(…)`",
        _ => return None,
    })
}

/// A statement with a block, a definition, or one with decorators. Gives false if none starts here.
fn compound(p: &mut Parser<'_>, place: Place) -> bool {
    match p.current() {
        T![if] => if_statement(p),
        T![while] => while_statement(p),
        T![for] => for_statement(p),
        T![try] => try_statement(p),
        T![with] => with_statement(p),
        T![elif] | T![else] | T![except] | T![finally] => stray_clause(p),
        T![catch] if p.nth(1) == T![':'] || (expression_starts(p.nth(1)) && !p.adjacent(1)) => stray_clause(p),
        kind if is_name(kind)
            && place == Place::Record
            && p.nth(1) == T![':']
            && p.nth(2) == NEWLINE
            && p.nth(3) == INDENT =>
        {
            definitions::nested_fields(p);
        }
        _ => return definitions::definition(p, place),
    }
    true
}

fn if_statement(p: &mut Parser<'_>) {
    let m = p.start();
    p.bump();
    condition(p);
    block(p, "`if`", Place::Body);
    while p.at(T![elif]) || (p.at(T![else]) && p.nth(1) == T![if]) {
        let clause = p.start();
        if p.at(T![else]) {
            p.error_here("`else if` is written `elif`".to_owned());
            let wrong = p.start();
            p.bump();
            p.bump();
            p.complete(wrong, ERROR);
        } else {
            p.bump();
        }
        condition(p);
        block(p, "`elif`", Place::Body);
        p.complete(clause, ELIF_CLAUSE);
    }
    else_clause(p);
    p.complete(m, IF_STMT);
}

fn while_statement(p: &mut Parser<'_>) {
    let m = p.start();
    p.bump();
    condition(p);
    loop_body(p, "`while`");
    else_clause(p);
    p.complete(m, WHILE_STMT);
}

/// The expression of `if`, `elif` and `while`.
fn condition(p: &mut Parser<'_>) {
    if p.at(T![':']) || p.at_line_end() {
        return p.error_expected("a condition");
    }
    expression(p);
    if p.at(T!['=']) {
        p.error_here("a condition compares with `==`; `=` assigns".to_owned());
        p.skip_one();
        if !p.at(T![':']) && !p.at_line_end() {
            expression(p);
        }
        p.error_at = None;
    }
}

fn for_statement(p: &mut Parser<'_>) {
    let m = p.start();
    p.bump();
    targets::loop_targets(p);
    if p.expect(T![in]) {
        if p.at(T![':']) || p.at_line_end() {
            p.error_expected("what to go through");
        } else {
            expression_list(p);
        }
    }
    loop_body(p, "`for`");
    else_clause(p);
    p.complete(m, FOR_STMT);
}

fn loop_body(p: &mut Parser<'_>, owner: &str) {
    let context = Context { in_loop: true, ..p.context };
    p.within(context, |p| block(p, owner, Place::Body));
}

fn else_clause(p: &mut Parser<'_>) {
    if p.at(T![else]) {
        let m = p.start();
        p.bump();
        block(p, "`else`", Place::Body);
        p.complete(m, ELSE_CLAUSE);
    }
}

fn try_statement(p: &mut Parser<'_>) {
    let m = p.start();
    let keyword = p.range_of(p.pos);
    p.bump();
    block(p, "`try`", Place::Body);
    let mut handled = false;
    while p.at(T![except]) || p.at(T![catch]) {
        except_clause(p);
        handled = true;
    }
    else_clause(p);
    if p.at(T![finally]) {
        let clause = p.start();
        p.bump();
        block(p, "`finally`", Place::Body);
        p.complete(clause, FINALLY_CLAUSE);
        handled = true;
    }
    if !handled {
        p.error("expected `except` or `finally` after the block of this `try`".to_owned(), keyword, None);
    }
    p.complete(m, TRY_STMT);
}

fn except_clause(p: &mut Parser<'_>) {
    let m = p.start();
    p.bump();
    if !p.at(T![':']) && !p.at(T![as]) && !p.at_line_end() {
        expression_list(p);
    }
    if p.eat(T![as]) {
        p.name("a name for the error");
    }
    block(p, "`except`", Place::Body);
    p.complete(m, EXCEPT_CLAUSE);
}

/// `else`, `elif`, `except` or `finally` without what it belongs to; its block is kept.
fn stray_clause(p: &mut Parser<'_>) {
    let m = p.start();
    let word = p.current_text();
    let partner = match p.current() {
        T![elif] => "`if`",
        T![else] => "`if`, `for`, `while` or `try`",
        _ => "`try`",
    };
    p.error_here(format!("`{word}` has no {partner} before it at the same indentation"));
    let chained = p.at(T![else]) && p.nth(1) == T![if];
    p.bump();
    if chained {
        p.bump();
    }
    if !p.at(T![':']) && !p.at_line_end() {
        expression_list(p);
        if p.eat(T![as]) {
            p.name("a name");
        }
    }
    block(p, "the clause", Place::Body);
    p.complete(m, ERROR);
}

/// `with (a as b, c as d):`: do the brackets hold the items? Only if they end before the colon and one of the items has a name.
fn items_in_brackets(p: &Parser<'_>) -> bool {
    if !p.at(T!['(']) {
        return false;
    }
    let (mut at, mut depth, mut named) = (0, 0_usize, false);
    loop {
        match p.nth(at) {
            T!['('] | T!['['] | T!['{'] => depth += 1,
            T![')'] | T![']'] | T!['}'] => depth -= 1,
            T![as] => named |= depth == 1,
            NEWLINE | EOF => return false,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return named && p.nth(at) == T![':'];
        }
    }
}

fn with_statement(p: &mut Parser<'_>) {
    let m = p.start();
    p.bump();
    let opener = items_in_brackets(p).then(|| p.open_bracket());
    loop {
        let item = p.start();
        expression(p);
        if p.eat(T![as]) {
            targets::target(p);
        }
        p.complete(item, WITH_ITEM);
        if !p.eat(T![',']) || opener.is_some() && p.at(T![')']) {
            break;
        }
    }
    if let Some(opener) = opener {
        p.close_bracket(opener);
    }
    block(p, "`with`", Place::Body);
    p.complete(m, WITH_STMT);
}

/// `:` and the statements that belong to what stands before it.
pub(super) fn block(p: &mut Parser<'_>, owner: &str, place: Place) {
    if !p.eat(T![':']) {
        colon_missing(p, owner);
    }
    block_body(p, owner, place);
}

fn colon_missing(p: &mut Parser<'_>, owner: &str) {
    if p.statement_is_broken() {
        p.error_at = Some(p.pos);
    }
    let range = if p.at_line_end() { p.missing_range() } else { p.range_of(p.pos) };
    let found = p.found().map_or_else(String::new, |found| format!(", found {found}"));
    p.error(format!("expected `:` after {owner}{found}"), range, None);
    if !p.at_line_end() {
        // The rest of the line, up to a colon that ends it.
        let skipped = p.start();
        while !(p.at_line_end() || p.at_final_colon()) {
            p.bump();
        }
        p.complete(skipped, ERROR);
        p.eat(T![':']);
    }
}

/// The statements after the colon: on the same line, or as an indented block.
pub(super) fn block_body(p: &mut Parser<'_>, owner: &str, place: Place) {
    let m = p.start();
    match (p.current(), p.nth(1)) {
        (NEWLINE, INDENT) => {
            p.bump();
            p.bump();
            if p.nested(|p| statements(p, place)).is_none() {
                skip_block(p);
            }
            p.eat(DEDENT);
        }
        (NEWLINE | EOF | DEDENT, _) => {
            p.error(format!("expected an indented block after {owner}"), p.missing_range(), None);
            p.complete(m, BLOCK);
            p.eat(NEWLINE);
            return;
        }
        _ => {
            let before = p.pos;
            if matches!(p.current(), T![if] | T![for] | T![while] | T![try] | T![with] | T![def]) {
                p.error_here("a statement with a block of its own starts on a line of its own".to_owned());
                if p.nested(|p| compound(p, Place::Body)).is_none() {
                    p.eat(NEWLINE);
                }
            } else {
                simple_line(p, place);
            }
            if p.pos == before {
                p.skip_one();
            }
        }
    }
    p.complete(m, BLOCK);
}

/// Takes a block that nests too deeply, flat.
fn skip_block(p: &mut Parser<'_>) {
    let m = p.start();
    let mut depth = 0u32;
    while !p.at(EOF) {
        match p.current() {
            INDENT => depth += 1,
            DEDENT if depth == 0 => break,
            DEDENT => depth -= 1,
            _ => {}
        }
        p.bump();
    }
    p.complete(m, ERROR);
}

fn simple(p: &mut Parser<'_>, place: Place) {
    match p.current() {
        T![return] => leave_function(p, RETURN_STMT),
        T![deliver] if starts_deliver(p) => leave_function(p, DELIVER_STMT),
        T![break] => leave_iteration(p, BREAK_STMT),
        T![continue] => leave_iteration(p, CONTINUE_STMT),
        T![pass] => keyword_only(p, PASS_STMT),
        T![raise] => raise(p),
        T![assert] => assert(p),
        T![del] => {
            let m = p.start();
            p.bump();
            targets::target_list(p, "what to delete");
            p.complete(m, DEL_STMT);
        }
        T![global] | T![nonlocal] => {
            let m = p.start();
            p.bump();
            names(p);
            p.complete(m, GLOBAL_STMT);
        }
        T![import] => imports::import(p),
        T![from] => imports::from_import(p),
        T![export] if is_name(p.nth(1)) => {
            let m = p.start();
            p.bump();
            names(p);
            p.complete(m, EXPORT_STMT);
        }
        _ => expression_statement(p, place),
    }
}

/// `deliver` is a keyword unless what follows makes it a name.
fn starts_deliver(p: &Parser<'_>) -> bool {
    matches!(p.nth(1), NEWLINE | EOF)
        || (expression_starts(p.nth(1)) && p.nth(1) != T!['['] || p.nth(1) == T!['['] && !p.adjacent(1))
}

fn keyword_only(p: &mut Parser<'_>, kind: SyntaxKind) {
    let m = p.start();
    p.bump();
    p.complete(m, kind);
}

fn leave_iteration(p: &mut Parser<'_>, kind: SyntaxKind) {
    if !p.context.in_loop {
        p.misplaced("a loop");
    }
    keyword_only(p, kind);
}

/// `return` and `deliver`, with or without a value.
fn leave_function(p: &mut Parser<'_>, kind: SyntaxKind) {
    if !p.context.function {
        p.misplaced("a function");
    }
    let m = p.start();
    p.bump();
    if expression_starts(p.current()) || p.at(T!['*']) {
        pipeline(p);
    }
    p.complete(m, kind);
}

fn raise(p: &mut Parser<'_>) {
    let m = p.start();
    p.bump();
    if expression_starts(p.current()) {
        expression(p);
    }
    if p.eat(T![from]) {
        expression(p);
    }
    p.complete(m, RAISE_STMT);
}

fn assert(p: &mut Parser<'_>) {
    let m = p.start();
    p.bump();
    expression(p);
    if p.eat(T![',']) {
        expression(p);
    }
    p.complete(m, ASSERT_STMT);
}

/// `a, b, c` after `global` or `export`.
fn names(p: &mut Parser<'_>) {
    loop {
        if !p.name("a name") || !p.eat(T![',']) {
            return;
        }
    }
}

/// An expression, an assignment, or (in a record) a field.
fn expression_statement(p: &mut Parser<'_>, place: Place) {
    if matches!(place, Place::Record | Place::Interface) && p.at_name() && definitions::member(p, place) {
        return;
    }
    if !expression_starts(p.current()) && !p.at(T!['*']) {
        return;
    }
    let first = pipeline(p);
    match p.current() {
        T!['='] => {
            targets::check(p, first);
            let m = p.precede(first);
            assigned_values(p);
            p.complete(m, ASSIGN_STMT);
        }
        T![':'] if annotates(p, first) => {
            targets::check(p, first);
            let m = p.precede(first);
            p.bump();
            types::type_(p);
            if p.at(T!['=']) {
                assigned_values(p);
            }
            p.complete(m, ASSIGN_STMT);
        }
        kind if is_augmented(kind) => {
            targets::check(p, first);
            let m = p.precede(first);
            p.bump();
            pipeline_or_list(p);
            p.complete(m, AUG_ASSIGN_STMT);
        }
        _ => {
            let m = p.precede(first);
            p.complete(m, EXPR_STMT);
        }
    }
}

/// `= a = b = value`.
pub(super) fn assigned_values(p: &mut Parser<'_>) {
    while p.eat(T!['=']) {
        if let Some(value) = pipeline_or_list(p)
            && p.at(T!['='])
        {
            targets::check(p, value);
        }
    }
}

/// A value that is assigned: stages may be named, and commas make a tuple.
pub(super) fn pipeline_or_list(p: &mut Parser<'_>) -> Option<Completed> {
    if !expression_starts(p.current()) && !p.at(T!['*']) {
        p.error_expected("a value");
        return None;
    }
    Some(pipeline(p))
}

/// Does the colon after a first expression start a type?
fn annotates(p: &Parser<'_>, first: Completed) -> bool {
    matches!(first.kind, NAME_EXPR | SCOPED_NAME | ATTRIBUTE_EXPR | INDEX_EXPR) && !matches!(p.nth(1), NEWLINE | EOF)
}

fn is_augmented(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        PLUS_EQ
            | MINUS_EQ
            | STAR_EQ
            | SLASH_EQ
            | SLASH2_EQ
            | PERCENT_EQ
            | STAR2_EQ
            | PIPE_EQ
            | AMP_EQ
            | CARET_EQ
            | SHL_EQ
            | SHR_EQ
    )
}
