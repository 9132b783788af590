//! Functions, records, agents, workflows, and their members.

use super::expressions::{expression, postfix_expression, stage};
use super::statements::{Place, assigned_values, block, block_body, line_end, pipeline_or_list};
use super::types::type_;
use super::{Context, Marker, Parser, is_name};
use crate::SyntaxKind::*;
use crate::T;

/// A definition, with the decorators before it. Gives false if none starts here.
pub(super) fn definition(p: &mut Parser<'_>, place: Place) -> bool {
    if p.at(T!['@']) {
        let m = p.start();
        while p.at(T!['@']) {
            decorator(p);
        }
        let m = match undecorated(p, m, place) {
            Ok(()) => return true,
            Err(m) => m,
        };
        if p.at_name() && p.nth(1) == T!['='] {
            decorated_assignment(p, m, place);
            return true;
        }
        p.error_expected("a definition after the decorator");
        p.complete(m, ERROR);
        return true;
    }
    let m = p.start();
    match undecorated(p, m, place) {
        Ok(()) => true,
        Err(m) => {
            p.abandon(m);
            false
        }
    }
}

/// `name = pipeline` after decorators.
fn decorated_assignment(p: &mut Parser<'_>, m: Marker, place: Place) {
    let target = p.start();
    p.bump_as(IDENT);
    p.complete(target, NAME_EXPR);
    assigned_values(p);
    p.complete(m, ASSIGN_STMT);
    line_end(p, place);
}

fn decorator(p: &mut Parser<'_>) {
    let m = p.start();
    p.bump();
    postfix_expression(p);
    p.complete(m, DECORATOR);
    if !p.at(T!['@']) && !is_definition_start(p) {
        line_end(p, Place::Body);
    }
}

fn is_definition_start(p: &Parser<'_>) -> bool {
    p.at(T![def]) || matches!(p.current(), T![sync] | T![struct] | T![resource] | T![workflow] | T![agent])
}

/// The definition itself; gives the marker back if there is none.
fn undecorated(p: &mut Parser<'_>, m: Marker, place: Place) -> Result<(), Marker> {
    let named = is_name(p.nth(1));
    match p.current() {
        T![def] => function(p, m, place),
        T![sync] | T![async] if p.nth(1) == T![def] => {
            p.bump();
            function(p, m, place);
        }
        T![struct] | T![resource] | T![agent_blueprint] | T![interface] if named => record(p, m),
        T![workflow] if named => {
            if workflow_is_record(p) {
                record(p, m);
            } else {
                workflow(p, m, place);
            }
        }
        T![agent] if named || unnamed_agent(p) => agent(p, m, place),
        _ => return Err(m),
    }
    Ok(())
}

/// `agent (Blueprint):`.
fn unnamed_agent(p: &Parser<'_>) -> bool {
    p.nth(1) == T!['('] && is_name(p.nth(2)) && p.nth(3) == T![')'] && p.nth(4) == T![':']
}

fn function(p: &mut Parser<'_>, m: Marker, place: Place) {
    p.bump();
    if p.at(T!['(']) {
        receiver(p);
    }
    let named = p.name("the name of the function");
    if p.at(T!['(']) {
        parameters(p);
    } else if named && !p.at(T!['=']) {
        p.error_expected("`(` and the parameters");
        let skipped = p.start();
        while !(p.at_line_end() || p.at(T!["->"]) || p.at_final_colon()) {
            p.bump();
        }
        p.complete(skipped, ERROR);
    }
    return_type(p);
    if p.at(T!['=']) {
        p.bump();
        pipeline_or_list(p);
        line_end(p, place);
    } else if place == Place::Interface && p.at_line_end() && p.nth(1) != INDENT {
        // Only a signature: `def name(…) -> T` without a block is the same as `name(…) -> T`.
        p.eat(NEWLINE);
        p.complete(m, METHOD_SIG);
        return;
    } else {
        let context = Context { function: true, in_loop: false };
        p.within(context, |p| block(p, "the head of the function", Place::Body));
    }
    p.complete(m, FUNCTION_DEF);
}

fn return_type(p: &mut Parser<'_>) {
    if p.eat(T!["->"]) {
        type_(p);
    }
}

/// `(self: Type)` before a method's name or a lambda's parameters.
pub(super) fn receiver(p: &mut Parser<'_>) {
    let m = p.start();
    let opener = p.open_bracket();
    if p.at_name() {
        parameter(p, false);
    } else {
        p.error_expected("a name and a type for the receiver");
    }
    p.close_bracket(opener);
    p.complete(m, RECEIVER);
}

fn parameters(p: &mut Parser<'_>) {
    let m = p.start();
    let opener = p.open_bracket();
    let mut names = Vec::new();
    while !p.at_line_end() && !matches!(p.current(), T![')'] | T![']'] | T!['}'] | T![':'] | T!["->"]) {
        let before = p.pos;
        let name = p.pos + usize::from(matches!(p.current(), T!['*'] | T!["**"] | T!["..."]));
        if p.kinds.get(name).copied().is_some_and(is_name) {
            p.unique_name(&mut names, name, "the parameter");
        }
        parameter(p, false);
        if p.eat(T![',']) {
            continue;
        }
        if p.pos == before {
            p.skip_one();
        } else if !p.at_name() && !matches!(p.current(), T!['*'] | T!["**"] | T!["..."]) {
            break;
        } else {
            p.error_expected("`,` or `)`");
        }
    }
    p.close_bracket(opener);
    p.complete(m, PARAM_LIST);
}

/// `name: T = default`, `*rest`, `**named`, or a mark. In a lambda, a colon may also start the body (the old form).
pub(super) fn parameter(p: &mut Parser<'_>, in_lambda: bool) {
    let m = p.start();
    if matches!(p.current(), T!['*'] | T!["**"] | T!['/'] | T!["..."]) {
        let mark = matches!(p.current(), T!['*'] | T!['/']) && matches!(p.nth(1), T![','] | T![')']);
        p.bump();
        if mark {
            p.complete(m, PARAM);
            return;
        }
    }
    p.name("the name of a parameter");
    if p.at(T![':']) && (!in_lambda || annotation_follows(p)) {
        p.bump();
        type_(p);
    }
    if p.eat(T!['=']) {
        expression(p);
    }
    p.complete(m, PARAM);
}

/// In a lambda: is the colon that of a type? It is if what follows reads as a type that `::`, `,` or `=` ends.
fn annotation_follows(p: &mut Parser<'_>) -> bool {
    let (pos, events, errors, error_at, open) = (p.pos, p.events.len(), p.errors.len(), p.error_at, p.open);
    p.bump();
    type_(p);
    let annotation = p.errors.len() == errors
        && match p.current() {
            T!["::"] => true,
            // More parameters, or the next argument after a lambda of the old form.
            T![','] | T!['='] => separator_follows(p),
            _ => false,
        };
    p.events.truncate(events);
    p.errors.truncate(errors);
    (p.pos, p.error_at, p.open) = (pos, error_at, open);
    annotation
}

/// Does the `::` of the current lambda follow, outside brackets, within the length of a head?
fn separator_follows(p: &Parser<'_>) -> bool {
    const LONGEST_HEAD: usize = 256;
    let mut depth = 0u32;
    for ahead in 0..LONGEST_HEAD {
        match p.nth(ahead) {
            T!['('] | T!['['] | T!['{'] => depth += 1,
            T![')'] | T![']'] | T!['}'] if depth == 0 => return false,
            T![')'] | T![']'] | T!['}'] => depth -= 1,
            T!["::"] if depth == 0 => return true,
            T![lambda] | NEWLINE | EOF => return false,
            _ => {}
        }
    }
    false
}

fn record(p: &mut Parser<'_>, m: Marker) {
    let place = if p.at(T![interface]) { Place::Interface } else { Place::Record };
    p.bump();
    p.bump_as(IDENT);
    bases(p);
    block(p, "the head of the definition", place);
    p.complete(m, RECORD_DEF);
}

fn bases(p: &mut Parser<'_>) {
    if !p.at(T!['(']) {
        return;
    }
    let m = p.start();
    let opener = p.open_bracket();
    while !p.at_line_end() && !p.at(T![')']) && !p.at(T![':']) {
        let before = p.pos;
        type_(p);
        if !p.eat(T![',']) || p.pos == before {
            break;
        }
    }
    p.close_bracket(opener);
    p.complete(m, BASE_LIST);
}

fn agent(p: &mut Parser<'_>, m: Marker, place: Place) {
    p.bump();
    if p.at_name() {
        p.bump_as(IDENT);
    }
    bases(p);
    if p.at(T![':']) || p.at(NEWLINE) && p.nth(1) == INDENT {
        block(p, "the head of the agent", Place::Record);
    } else {
        line_end(p, place);
    }
    p.complete(m, AGENT_DEF);
}

/// `workflow Name:` and `workflow Name(Base):` are records, `workflow name(params) = …` is not.
fn workflow_is_record(p: &Parser<'_>) -> bool {
    let mut at = 2;
    if p.nth(at) == T!['('] {
        let mut depth = 0u32;
        loop {
            match p.nth(at) {
                T!['('] | T!['['] | T!['{'] => depth += 1,
                T![')'] | T![']'] | T!['}'] => depth = depth.saturating_sub(1),
                NEWLINE | EOF => return false,
                _ => {}
            }
            at += 1;
            if depth == 0 {
                break;
            }
        }
    }
    p.nth(at) == T![':'] || p.nth(at) == NEWLINE && p.nth(at + 1) == INDENT
}

fn workflow(p: &mut Parser<'_>, m: Marker, place: Place) {
    p.bump();
    p.bump_as(IDENT);
    if p.at(T!['(']) {
        parameters(p);
    }
    return_type(p);
    if p.expect(T!['=']) {
        pipeline_or_list(p);
    }
    line_end(p, place);
    p.complete(m, WORKFLOW_DEF);
}

/// A field of a record, or a method of an interface; the end of the line is left to the caller.
pub(super) fn member(p: &mut Parser<'_>, place: Place) -> bool {
    match p.nth(1) {
        T![':'] | T!['='] => {
            let m = p.start();
            p.bump_as(IDENT);
            if p.eat(T![':']) {
                type_(p);
            }
            if p.eat(T!['=']) {
                stage(p);
            }
            p.complete(m, FIELD);
        }
        T!['('] if place == Place::Interface => {
            let m = p.start();
            p.bump_as(IDENT);
            parameters(p);
            return_type(p);
            p.complete(m, METHOD_SIG);
        }
        _ => return false,
    }
    true
}

/// `name:` with fields of its own in an indented block.
pub(super) fn nested_fields(p: &mut Parser<'_>) {
    let m = p.start();
    p.bump_as(IDENT);
    p.bump();
    block_body(p, "the field", Place::Record);
    p.complete(m, FIELD);
}
