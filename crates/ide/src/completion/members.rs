//! What stands after a dot or after `public:`.

use danaide_analysis::infer::{agent_methods, builtin_type_name, record_member_names};
use danaide_analysis::occurrence::{Symbol, member_symbols, names_of_scope};
use danaide_analysis::record::{Member, find_member, linearize, record_info};
use danaide_analysis::scope::{
    Meaning, builtin_method, builtin_method_names, is_exported, module_scope, resolve_member, resolve_name,
};
use danaide_analysis::signature::signature;
use danaide_analysis::ty::{DefRef, Fit, ModuleType, Type, fits};
use danaide_analysis::{ContextScope, ItemData, ItemKind, RecordKind, item_tree};
use danaide_syntax::TextRange;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::context::Context;
use super::names::{call_text, completion_of};
use super::{Completion, CompletionKind};
use crate::semantics::type_of_range;

/// The members of the value that an expression gives.
pub(super) fn members(context: &Context<'_>, base: TextRange, out: &mut Vec<Completion>) {
    let Some(ty) = type_of_range(context.db, context.file, base) else {
        return old_scope(context, base, out);
    };
    if ty.is_any() {
        old_scope(context, base, out);
    }
    for member in ty.members() {
        members_of(context, member, out);
    }
    if !ty.is_any() && !matches!(ty, Type::Module(_)) {
        functions_as_methods(context, &ty, out);
    }
}

/// `private.`, the old form of `private:`.
fn old_scope(context: &Context<'_>, base: TextRange, out: &mut Vec<Completion>) {
    let text = context.file.text(context.db).get(std::ops::Range::<usize>::from(base)).unwrap_or_default();
    if let Some(scope) = super::context::scope_of(text) {
        scoped(context, scope, out);
    }
}

fn members_of(context: &Context<'_>, ty: &Type, out: &mut Vec<Completion>) {
    let db = context.db;
    match ty {
        Type::Record(def) | Type::Agent(def) => {
            for name in record_member_names(db, context.file, def) {
                let member = find_member(db, context.file, def, &name);
                out.extend(member.and_then(|it| member_item(context, ty, &name, &it)));
            }
            delegated(context, def, out);
            let kinds: Vec<_> =
                linearize(db, def).iter().filter_map(|it| record_info(db, it)).map(|it| it.kind).collect();
            if kinds.iter().any(|it| matches!(it, None | Some(RecordKind::AgentBlueprint))) {
                for name in agent_methods() {
                    let mut item = Completion::new(*name, CompletionKind::Method, 2);
                    call_text(context, &mut item, true);
                    out.push(item);
                }
            }
        }
        Type::RecordType(def) => {
            let Some(info) = record_info(db, def) else { return };
            let mut names: Vec<&SmolStr> = info.methods.keys().collect();
            names.sort();
            for name in names {
                let member = find_member(db, context.file, def, name);
                out.extend(member.and_then(|it| member_item(context, ty, name, &it)));
            }
        }
        Type::Module(module) => module_members(context, module, out),
        Type::Native(maker) => {
            for item in item_tree(db, maker.file).top_level() {
                let def = DefRef { file: maker.file, item: item.id.clone() };
                let receiver = signature(db, &def).and_then(|it| it.receiver.clone());
                if receiver.as_ref() == Some(ty) {
                    out.push(method_item(context, &def, 1));
                }
            }
        }
        other => {
            let Some(owner) = builtin_type_name(other) else { return };
            for name in builtin_method_names(db, owner) {
                if let Some(def) = builtin_method(db, owner, &name) {
                    out.push(method_item(context, &def, 1));
                }
            }
        }
    }
}

fn member_item(context: &Context<'_>, base: &Type, name: &SmolStr, member: &Member) -> Option<Completion> {
    let symbol = member_symbols(context.db, context.file, base, name).into_iter().next();
    Some(match member {
        Member::Field(field) => {
            let mut item = Completion::new(name.clone(), CompletionKind::Field, 0);
            item.detail = field.ty.display(context.db).to_string();
            item.symbol = symbol;
            item
        }
        Member::Method(def) => method_item(context, def, 1),
        Member::Unknown => return None,
    })
}

fn method_item(context: &Context<'_>, def: &DefRef, rank: u8) -> Completion {
    let mut item = completion_of(context, def.item.name(), &Symbol::Item(def.clone()), rank);
    item.kind = CompletionKind::Method;
    item.origin = String::new();
    item
}

/// What fields whose names start with `_` answer for their record.
fn delegated(context: &Context<'_>, def: &DefRef, out: &mut Vec<Completion>) {
    let db = context.db;
    for field in danaide_analysis::record::all_fields(db, def).iter().filter(|it| it.is_delegate()) {
        for ty in field.ty.members() {
            let mut inner = Vec::new();
            match ty {
                Type::Record(of) | Type::Agent(of) if of != def => {
                    for name in record_member_names(db, context.file, of) {
                        let member = find_member(db, context.file, of, &name);
                        inner.extend(member.and_then(|it| member_item(context, ty, &name, &it)));
                    }
                }
                Type::Record(_) | Type::Agent(_) => {}
                other => members_of(context, other, &mut inner),
            }
            for mut item in inner {
                if !out.iter().any(|it| it.label == item.label) {
                    item.rank = 2;
                    item.origin = format!("of {}", field.name);
                    out.push(item);
                }
            }
        }
    }
}

/// The names of a module, and the modules of a folder.
pub(super) fn module_members(context: &Context<'_>, module: &ModuleType, out: &mut Vec<Completion>) {
    let db = context.db;
    if let Some(file) = module.file() {
        let scope = module_scope(db, file);
        let mut names: Vec<SmolStr> = scope.names().filter(|it| is_exported(db, file, it)).cloned().collect();
        names.sort();
        for name in names {
            let Some(symbol) = danaide_analysis::occurrence::module_name_symbol(db, file, &name) else { continue };
            // What a module imports for itself is seldom meant.
            let is_own = symbol.file() == Some(file);
            let mut item = completion_of(context, &name, &symbol, if is_own { 1 } else { 3 });
            item.origin = String::new();
            out.push(item);
        }
    }
    if let ModuleType::Package { folder, .. } = module {
        super::imports::folder_modules(context, folder, 2, out);
    }
}

/// `value.f` where `f` is a function in sight whose first parameter is declared to take the value.
fn functions_as_methods(context: &Context<'_>, base: &Type, out: &mut Vec<Completion>) {
    let db = context.db;
    let mut names: Vec<SmolStr> = module_scope(db, context.file).names().cloned().collect();
    names.sort();
    let mut seen: FxHashSet<DefRef> = FxHashSet::default();
    for name in names {
        let Some(Meaning::Item(def)) = resolve_name(db, context.file, &name) else { continue };
        if !matches!(def.item.kind(), ItemKind::Function | ItemKind::Workflow) || !seen.insert(def.clone()) {
            continue;
        }
        let Some(signature) = signature(db, &def) else { continue };
        let Some(first) = signature.params.first() else { continue };
        if signature.receiver.is_none() && !first.ty.is_any() && fits(db, base, &first.ty) == Fit::Yes {
            let mut item = method_item(context, &def, 4);
            item.origin = "function".to_owned();
            out.push(item);
        }
    }
    // Methods that programs add to builtin types.
    if builtin_type_name(base).is_some() {
        for file in danaide_analysis::scope::imported_files(db, context.file).iter() {
            for item in item_tree(db, *file).top_level() {
                if !matches!(&item.data, ItemData::Callable(it) if it.receiver.is_some()) {
                    continue;
                }
                let def = DefRef { file: *file, item: item.id.clone() };
                let receiver = danaide_analysis::signature::signature(db, &def).and_then(|it| it.receiver.clone());
                if receiver.is_some_and(|it| !it.is_any() && fits(db, base, &it) == Fit::Yes) {
                    out.push(method_item(context, &def, 1));
                }
            }
        }
    }
}

/// The variables of a scope that the file and what it imports use.
pub(super) fn scoped(context: &Context<'_>, scope: ContextScope, out: &mut Vec<Completion>) {
    let db = context.db;
    let mut names: Vec<SmolStr> = Vec::new();
    for file in danaide_analysis::scope::imported_files(db, context.file).iter() {
        for definition in danaide_analysis::definitions(db, *file).iter() {
            names.extend(names_of_scope(db, definition, scope));
        }
    }
    names.retain(|it| *it != context.prefix);
    names.sort();
    names.dedup();
    for name in names {
        let mut item = Completion::new(name.clone(), CompletionKind::Variable, 0);
        item.symbol = Some(Symbol::Scoped { scope, name });
        out.push(item);
    }
}

/// The record types of a module in an annotation.
pub(super) fn type_members(context: &Context<'_>, path: &[SmolStr], out: &mut Vec<Completion>) {
    let db = context.db;
    let [first, rest @ ..] = path else { return };
    let mut meaning = resolve_name(db, context.file, first);
    for name in rest {
        meaning = match meaning {
            Some(Meaning::Module(module)) => resolve_member(db, &module, name),
            _ => return,
        };
    }
    let Some(Meaning::Module(module)) = meaning else { return };
    let mut all = Vec::new();
    module_members(context, &module, &mut all);
    all.retain(|it| {
        let is_type = matches!(it.kind, CompletionKind::Record | CompletionKind::Interface | CompletionKind::Agent);
        is_type || it.kind == CompletionKind::Module
    });
    for item in &mut all {
        item.insert = item.label.to_string();
        item.snippet = None;
    }
    out.extend(all);
}
