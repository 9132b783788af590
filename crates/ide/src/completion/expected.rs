//! What fits where the caret is stands first: values of the type that is wanted there, and exceptions where one is named.

use danaide_analysis::occurrence::Symbol;
use danaide_analysis::record::is_derived;
use danaide_analysis::scope::builtin_def;
use danaide_analysis::signature::{resolve_type, signature};
use danaide_analysis::ty::{DefRef, Fit, Type, fits};
use danaide_analysis::{Expr, ItemKind, Owner, Stmt, body_of, body_source_map};
use danaide_syntax::{SyntaxKind, T};

use super::context::{Context, Place};
use super::{Completion, CompletionKind};
use crate::calls::{active_call, active_parameter, signatures};

/// Gives items their ranks by what is wanted.
pub(super) fn rank(context: &Context<'_>, items: &mut [Completion]) {
    if matches!(context.line_keyword.as_str(), "except" | "raise") {
        exceptions(context, items);
        return;
    }
    if !matches!(context.place, Place::Expr | Place::Argument) {
        return;
    }
    let Some(wanted) = wanted(context).filter(|it| !it.is_any() && *it != Type::None) else { return };
    for item in items.iter_mut() {
        let Some(ty) = given(context, item) else { continue };
        if ty.is_any() || ty == Type::Never {
            continue;
        }
        match (fits(context.db, &ty, &wanted), item.kind) {
            (Fit::Yes, CompletionKind::Variable | CompletionKind::Parameter | CompletionKind::Constant) => {
                item.rank = 0;
            }
            (Fit::Yes, _) => item.rank = item.rank.saturating_sub(1),
            // It may still be a part of what is written.
            (Fit::No, _) => item.rank += 1,
            (Fit::Maybe, _) => {}
        }
    }
}

/// Exceptions before everything else, those of the program first.
fn exceptions(context: &Context<'_>, items: &mut [Completion]) {
    let Some(base) = builtin_def(context.db, "BaseException") else { return };
    for item in items.iter_mut() {
        let is_exception = match &item.symbol {
            Some(Symbol::Item(def)) => def.item.kind() == ItemKind::Record && is_derived(context.db, def, &base),
            _ => false,
        };
        item.rank = match is_exception {
            true if item.origin == "builtin" => 1,
            true => 0,
            false => item.rank + 2,
        };
    }
}

/// The type that is wanted at the caret: of the parameter, of the variable, of what the function gives.
fn wanted(context: &Context<'_>) -> Option<Type> {
    if let Some(call) = active_call(context.db, context.file, context.root, context.offset) {
        // Inside of brackets or behind an operator it is the type of something else.
        let is_whole = context
            .previous
            .as_ref()
            .is_some_and(|it| matches!(it.kind(), SyntaxKind::L_PAREN | SyntaxKind::COMMA | SyntaxKind::EQ))
            && context
                .previous
                .as_ref()
                .and_then(|it| it.parent())
                .is_some_and(|it| matches!(it.kind(), SyntaxKind::ARG_LIST | SyntaxKind::KEYWORD_ARG));
        let mut types = signatures(context.db, &call.info).into_iter().filter_map(|signature| {
            let at = active_parameter(&signature, &call)?;
            signature.params.into_iter().nth(at).map(|it| it.ty)
        });
        let first = types.next().filter(|_| is_whole)?;
        return types.all(|it| it == first).then_some(first);
    }
    match context.previous.as_ref()?.kind() {
        T![return] => result(context),
        SyntaxKind::EQ => declared(context),
        _ => None,
    }
}

/// What the function around the caret is declared to give.
fn result(context: &Context<'_>) -> Option<Type> {
    let definition = context.definition?;
    let Owner::Item(item) = definition.owner(context.db) else { return None };
    // In a function inside it, another type is wanted.
    let functions = crate::semantics::functions_around(context.db, context.file, context.offset);
    let is_own = functions.len() <= 1;
    let def = DefRef { file: context.file, item: item.clone() };
    signature(context.db, &def).filter(|_| is_own).and_then(|it| it.result.clone())
}

/// The type in `name: T = `, in front of the caret.
fn declared(context: &Context<'_>) -> Option<Type> {
    let definition = context.definition?;
    let (body, map) = (body_of(context.db, definition), body_source_map(context.db, definition));
    let before = context.previous.as_ref()?.text_range().start();
    body.stmts.iter().find_map(|(id, statement)| {
        let Stmt::Assign { targets, ty: Some(ty), .. } = statement else { return None };
        let range = definition.absolute(context.db, map.stmt(id)?)?;
        let is_it = range.start() <= before
            && before <= range.end()
            && targets.iter().all(|it| matches!(body.exprs[*it], Expr::Bind(_)));
        is_it.then(|| resolve_type(context.db, context.file, &body.types[*ty]))
    })
}

/// The type of what an item stands for, or of what a call of it gives.
fn given(context: &Context<'_>, item: &Completion) -> Option<Type> {
    if let Some(ty) = &item.ty {
        return Some(ty.clone());
    }
    let Some(Symbol::Item(def)) = &item.symbol else { return None };
    match def.item.kind() {
        ItemKind::Function | ItemKind::Workflow => signature(context.db, def)?.result.clone(),
        ItemKind::Record => Some(Type::Record(def.clone())),
        _ => None,
    }
}
