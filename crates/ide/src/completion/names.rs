//! Names in sight, names of arguments, types and decorators.

use danaide_analysis::infer::{Inference, infer};
use danaide_analysis::occurrence::{Symbol, module_name_symbol};
use danaide_analysis::scope::{builtin_def, builtin_names, import_target, is_exported, module_scope};
use danaide_analysis::signature::signature;
use danaide_analysis::ty::{DefRef, Fit, ParameterKind, Type, fits};
use danaide_analysis::{
    Binding, BindingId, BindingKind, Body, BodySourceMap, Expr, FilePath, FunctionBody, FunctionId, FunctionKind,
    ItemData, ItemKind, Owner, VariableId, body_of, body_source_map, item_tree,
};
use danaide_syntax::SyntaxKind;
use danaide_syntax::ast::{self, AstNode};
use smol_str::SmolStr;

use super::context::{Context, Place};
use super::{Completion, CompletionKind};
use crate::calls::{active_call, def_signature, signatures};
use crate::semantics::{expr_of_range, type_of_range};

/// How well names fit where a stage of a pipeline is expected, by the value it is given.
struct Piped(Type);

/// Every name that can be seen.
pub(super) fn in_scope(context: &Context<'_>, out: &mut Vec<Completion>) {
    let db = context.db;
    let piped = (context.place == Place::Stage).then(|| Piped(piped_type(context)));
    let mut seen: Vec<SmolStr> = Vec::new();
    let begin = out.len();
    locals(context, &mut seen, out);
    let scope = module_scope(db, context.file);
    let mut names: Vec<SmolStr> = scope.names().cloned().collect();
    names.sort();
    for star in scope.stars() {
        let module = import_target(db, context.file, star.dots, &star.path);
        let Some(file) = module.and_then(|it| it.file()) else { continue };
        let mut own: Vec<SmolStr> =
            module_scope(db, file).names().filter(|it| is_exported(db, file, it)).cloned().collect();
        own.sort();
        names.extend(own);
    }
    for name in names {
        if seen.contains(&name) || name == context.prefix && is_only_here(context, &name) {
            continue;
        }
        let Some(symbol) = module_name_symbol(db, context.file, &name) else { continue };
        let rank = if symbol.file() == Some(context.file) { 2 } else { 3 };
        seen.push(name.clone());
        out.push(completion_of(context, &name, &symbol, rank));
    }
    for name in builtin_names(db) {
        if !seen.contains(&name)
            && let Some(def) = builtin_def(db, &name)
        {
            // Hundreds of exceptions stand behind the rest.
            let rank = if def.item.kind() == ItemKind::Record { 6 } else { 4 };
            out.push(completion_of(context, &name, &Symbol::Item(def), rank));
        }
    }
    if let Some(Piped(ty)) = piped {
        let mut items: Vec<Completion> = out.drain(begin..).collect();
        items.retain_mut(|it| rank_stage(context, &ty, it));
        out.extend(items);
    }
}

/// Is the name nothing but what is being typed?
fn is_only_here(context: &Context<'_>, name: &str) -> bool {
    let text = context.file.text(context.db);
    text.match_indices(name).count() <= 1
}

fn locals(context: &Context<'_>, seen: &mut Vec<SmolStr>, out: &mut Vec<Completion>) {
    let Some(definition) = context.definition else { return };
    let db = context.db;
    let body = body_of(db, definition);
    let map = body_source_map(db, definition);
    let inference = infer(db, definition);
    let is_module = *definition.owner(db) == Owner::Module;
    // Inner names hide outer ones.
    let mut visible: Vec<VariableId> = body
        .variables
        .iter()
        .filter(|(id, it)| {
            if is_module && it.function == body.root && !it.is_inner {
                return false;
            }
            is_visible(context, &body, &map, it.function, it.is_inner, *id)
        })
        .map(|(id, _)| id)
        .collect();
    visible.reverse();
    for id in visible {
        let variable = &body.variables[id];
        if variable.name.is_empty() || seen.contains(&variable.name) {
            continue;
        }
        let bindings: Vec<(BindingId, &Binding)> = body.bindings.iter().filter(|(_, it)| it.variable == id).collect();
        let start = |it: BindingId| definition.absolute(db, map.binding(it)?).map(|it| it.start());
        // A name that is only being typed here is no help.
        let is_here = |it: &(BindingId, &Binding)| start(it.0) == Some(context.word.start());
        if !bindings.is_empty() && bindings.iter().all(is_here) {
            continue;
        }
        let is_bound_before = bindings
            .iter()
            .any(|it| it.1.kind == BindingKind::Param || start(it.0).is_some_and(|start| start < context.word.start()));
        let is_param = bindings.iter().any(|it| it.1.kind == BindingKind::Param);
        let kind = if is_param { CompletionKind::Parameter } else { CompletionKind::Variable };
        let mut item = Completion::new(variable.name.clone(), kind, if is_bound_before { 1 } else { 5 });
        let ty = binding_type(&inference, &bindings, &start, context);
        if let Some(ty) = &ty {
            item.detail = ty.display(db).to_string();
        }
        item.ty = ty;
        let symbol = Symbol::Local { file: context.file, owner: definition.owner(db).clone(), variable: id };
        if crate::render::nested_function(&body, id).is_some() {
            item.kind = CompletionKind::Function;
            call_text(context, &mut item, true);
        }
        item.symbol = Some(symbol);
        seen.push(variable.name.clone());
        out.push(item);
    }
}

/// What the variable holds at the caret: what the last binding before it gave.
fn binding_type(
    inference: &Inference,
    bindings: &[(BindingId, &Binding)],
    start: &impl Fn(BindingId) -> Option<danaide_syntax::TextSize>,
    context: &Context<'_>,
) -> Option<Type> {
    let before = bindings.iter().rev().find(|it| start(it.0).is_some_and(|it| it < context.word.start()));
    let ty = inference.bindings.get(before.or(bindings.first())?.0)?;
    (!ty.is_any() && *ty != Type::Never).then(|| ty.clone())
}

/// Can the variables of a function be seen at the caret?
fn is_visible(
    context: &Context<'_>,
    body: &Body,
    map: &BodySourceMap,
    function: FunctionId,
    is_inner: bool,
    variable: VariableId,
) -> bool {
    let Some(definition) = context.definition else { return false };
    let absolute = |place| definition.absolute(context.db, place);
    if is_inner {
        // Of a comprehension or a pipeline value: inside that only.
        let bindings: Vec<_> = body.bindings.iter().filter(|(_, it)| it.variable == variable).collect();
        return body.exprs.iter().any(|(id, expr)| {
            matches!(expr, Expr::Comprehension(_) | Expr::Pipe(_))
                && map.expr(id).and_then(absolute).is_some_and(|range| {
                    range.contains_inclusive(context.offset)
                        && bindings
                            .iter()
                            .any(|it| map.binding(it.0).and_then(absolute).is_some_and(|it| range.contains_range(it)))
                })
        });
    }
    if function == body.root {
        return true;
    }
    let Some(name) = map.function(function).and_then(absolute) else { return false };
    if body.functions[function].kind == FunctionKind::Lambda {
        return name.contains_inclusive(context.offset);
    }
    let Some(token) = context.root.token_at_offset(context.offset).left_biased() else { return false };
    token
        .parent_ancestors()
        .filter_map(ast::FunctionDef::cast)
        .any(|it| it.name().is_some_and(|it| it.text_range() == name))
}

/// The item for a name, with its signature or type.
pub(super) fn completion_of(context: &Context<'_>, name: &SmolStr, symbol: &Symbol, rank: u8) -> Completion {
    let db = context.db;
    let mut item = Completion::new(name.clone(), CompletionKind::Variable, rank);
    match symbol {
        Symbol::Item(def) => {
            item.origin = origin(context, def);
            match item_tree(db, def.file).get(&def.item).map(|it| &it.data) {
                Some(ItemData::Callable(_)) => {
                    let is_type = matches!(def.file.path(db), FilePath::Library(_))
                        && danaide_analysis::signature::builtin_type(name).is_some();
                    item.kind = match def.item.kind() {
                        ItemKind::Workflow => CompletionKind::Workflow,
                        _ if is_type => CompletionKind::Type,
                        _ => CompletionKind::Function,
                    };
                    // Only what is declared: asking for results of a hundred functions takes its time.
                    if let Some(signature) = signature(db, def) {
                        let params: Vec<String> =
                            signature.params.iter().map(|it| crate::render::typed_parameter(db, it)).collect();
                        let result = signature.result.as_ref().filter(|it| !it.is_any());
                        let result = result.map(|it| format!(" -> {}", it.display(db))).unwrap_or_default();
                        item.detail = format!("({}){result}", params.join(", "));
                        call_text(context, &mut item, !signature.params.is_empty());
                    }
                }
                Some(ItemData::Record(record)) => {
                    item.kind = match record.kind {
                        danaide_analysis::RecordKind::Interface => CompletionKind::Interface,
                        danaide_analysis::RecordKind::Workflow => CompletionKind::Workflow,
                        _ => CompletionKind::Record,
                    };
                    if item.kind != CompletionKind::Interface {
                        call_text(context, &mut item, true);
                    }
                }
                Some(ItemData::Agent(_)) => item.kind = CompletionKind::Agent,
                _ => {}
            }
        }
        Symbol::Module(_) => item.kind = CompletionKind::Module,
        Symbol::Variable { file, name } => {
            let ty = danaide_analysis::infer::variable_type(db, *file, name);
            if !ty.is_any() {
                item.detail = ty.display(db).to_string();
                item.ty = Some(ty);
            }
            if name.chars().all(|it| it.is_uppercase() || it == '_' || it.is_numeric()) {
                item.kind = CompletionKind::Constant;
            }
        }
        _ => {}
    }
    item.symbol = Some(symbol.clone());
    item
}

fn origin(context: &Context<'_>, def: &DefRef) -> String {
    if def.file == context.file {
        return String::new();
    }
    match def.file.path(context.db) {
        FilePath::Library(path) => match danaide_analysis::library::LibraryFile::by_path(path) {
            Some(it) if it.kind == danaide_analysis::library::LibraryKind::Module => it.name.to_owned(),
            _ => "builtin".to_owned(),
        },
        FilePath::Disk(path) => path.file_stem().unwrap_or_default().to_owned(),
        FilePath::Virtual(_) => String::new(),
    }
}

/// Gives the name of something that is called its parentheses, where it is likely called: not as a stage, and not if they
/// are there.
pub(super) fn call_text(context: &Context<'_>, item: &mut Completion, takes_arguments: bool) {
    if context.has_parens || matches!(context.place, Place::Stage | Place::Decorator | Place::ImportName { .. }) {
        return;
    }
    let arguments = if takes_arguments { "$1" } else { "" };
    item.snippet = Some(format!("{}({arguments})$0", item.label));
}

/// Names of parameters and fields, with `=`.
pub(super) fn arguments(context: &Context<'_>, out: &mut Vec<Completion>) {
    if context.place != Place::Argument {
        return;
    }
    let db = context.db;
    let Some(call) = active_call(db, context.file, context.root, context.offset) else { return };
    for signature in signatures(db, &call.info) {
        let given = call.positional + usize::from(signature.is_piped);
        let mut position = 0;
        for param in &signature.params {
            let can_be_named = matches!(param.kind, Some(ParameterKind::Normal | ParameterKind::KeywordOnly));
            let is_filled = matches!(param.kind, Some(ParameterKind::Normal | ParameterKind::PositionalOnly)) && {
                position += 1;
                position <= given
            };
            if !can_be_named || is_filled || call.keywords.contains(&param.name) {
                continue;
            }
            let mut item =
                Completion::new(format!("{}=", param.name), CompletionKind::Argument, u8::from(param.has_default));
            item.detail = if param.ty.is_any() { String::new() } else { param.ty.display(db).to_string() };
            item.symbol = param.symbol.clone();
            item.snippet = None;
            out.push(item);
        }
    }
}

/// Builtin types, record types, modules that have some.
pub(super) fn types(context: &Context<'_>, out: &mut Vec<Completion>) {
    let db = context.db;
    for (name, snippet) in [
        ("int", None),
        ("str", None),
        ("float", None),
        ("bool", None),
        ("list", Some("list[$1]$0")),
        ("dict", Some("dict[$1, $2]$0")),
        ("tuple", Some("tuple[$1]$0")),
        ("set", Some("set[$1]$0")),
        ("bytes", None),
        ("any", None),
        ("None", None),
    ] {
        let mut item = Completion::new(name, CompletionKind::Type, 1);
        item.snippet = snippet.map(str::to_owned);
        item.symbol = builtin_def(db, name).map(Symbol::Item);
        out.push(item);
    }
    let mut all = Vec::new();
    let mut names: Vec<SmolStr> = module_scope(db, context.file).names().cloned().collect();
    names.sort();
    for name in names {
        let Some(symbol) = module_name_symbol(db, context.file, &name) else { continue };
        all.push(completion_of(context, &name, &symbol, 0));
    }
    for name in builtin_names(db) {
        if let Some(def) = builtin_def(db, &name).filter(|it| it.item.kind() == ItemKind::Record) {
            all.push(completion_of(context, &name, &Symbol::Item(def), 5));
        }
    }
    super::imports::importable(context, &mut all);
    all.retain(|it| {
        matches!(
            it.kind,
            CompletionKind::Record | CompletionKind::Interface | CompletionKind::Agent | CompletionKind::Module
        ) || it.kind == CompletionKind::Workflow && it.detail.is_empty()
    });
    for mut item in all {
        item.snippet = None;
        if item.kind == CompletionKind::Module {
            item.rank = 3;
        }
        out.push(item);
    }
}

/// Functions that can stand after `@`.
pub(super) fn decorators(context: &Context<'_>, out: &mut Vec<Completion>) {
    in_scope(context, out);
    out.retain(|it| matches!(it.kind, CompletionKind::Function | CompletionKind::Module | CompletionKind::Variable));
    for item in out.iter_mut() {
        let is_known = matches!(item.label.as_str(), "retry" | "timeout" | "poet");
        if is_known {
            item.rank = 0;
            item.snippet = (!context.has_parens).then(|| format!("{}($1)$0", item.label));
        } else if item.origin == "builtin" {
            item.rank = 6;
        }
    }
}

/// The names of the module itself.
pub(super) fn own_names(context: &Context<'_>, out: &mut Vec<Completion>) {
    let db = context.db;
    let mut names: Vec<SmolStr> = module_scope(db, context.file).names().cloned().collect();
    names.sort();
    for name in names {
        let Some(symbol) = module_name_symbol(db, context.file, &name) else { continue };
        let mut item = completion_of(context, &name, &symbol, 0);
        item.snippet = None;
        out.push(item);
    }
}

// ----- pipelines

/// The type of the value that the stage at the caret is given.
fn piped_type(context: &Context<'_>) -> Type {
    let Some(previous) = &context.previous else { return Type::Any };
    if previous.kind() == SyntaxKind::EQ {
        return first_parameter(context);
    }
    let Some(node) = previous.parent() else { return Type::Any };
    let stage = node
        .children()
        .filter_map(ast::Expr::cast)
        .filter(|it| it.range().end() <= previous.text_range().start())
        .last();
    let Some(stage) = stage else { return Type::Any };
    let Some(at) = expr_of_range(context.db, context.file, stage.range()) else { return Type::Any };
    let inference = infer(context.db, at.definition);
    if let Some(call) = inference.calls.get(&at.expr) {
        return call.result.clone();
    }
    match type_of_range(context.db, context.file, stage.range()) {
        // A function: what it gives.
        Some(Type::Function(def)) => crate::render::result_type(context.db, &def).unwrap_or(Type::Any),
        Some(other) => other,
        None => Type::Any,
    }
}

/// The first stage is given the parameters.
fn first_parameter(context: &Context<'_>) -> Type {
    let Some(definition) = context.definition else { return Type::Any };
    let body = body_of(context.db, definition);
    if !matches!(body.root().body, FunctionBody::Pipeline(_) | FunctionBody::None) {
        return Type::Any;
    }
    let params = danaide_analysis::signature::parameters(context.db, context.file, &body, body.root());
    params.first().map_or(Type::Any, |it| it.ty.clone())
}

/// Ranks an item by whether it can take the piped value. `false` if it cannot.
fn rank_stage(context: &Context<'_>, piped: &Type, item: &mut Completion) -> bool {
    let db = context.db;
    let Some(Symbol::Item(def)) = &item.symbol else {
        return true;
    };
    if !matches!(def.item.kind(), ItemKind::Function | ItemKind::Workflow) {
        return !matches!(item.kind, CompletionKind::Interface) && item.rank < 6;
    }
    let Some(signature) = def_signature(db, def) else { return true };
    let first = signature.params.iter().find(|it| {
        matches!(it.kind, Some(ParameterKind::Normal | ParameterKind::PositionalOnly | ParameterKind::Rest))
    });
    match first {
        None => false,
        Some(first) if piped.is_any() || first.ty.is_any() => true,
        Some(first) => match fits(db, piped, &first.ty) {
            Fit::No => false,
            Fit::Maybe => true,
            Fit::Yes => {
                item.rank = item.rank.min(1);
                true
            }
        },
    }
}
