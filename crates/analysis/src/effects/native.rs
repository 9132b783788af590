//! What the natives of the library do. Their declarations say it in decorators that mean something there only:
//! `@effects("net")`, `@reads("system:model")`, `@writes("system:model")`, `@calls("key")` for parameters that are called,
//! `@changes("self")` for parameters whose value is changed in place, and `@once()` for what should not be repeated.

use std::sync::Arc;

use super::{Access, Callee, CodeId, Effect, Effects, ParamRef, StatePlace};
use crate::body::ContextScope;
use crate::scope::{Meaning, module_scope};
use crate::signature::signature_of;
use crate::ty::DefRef;
use crate::{Db, Definition, Expr, File, FilePath, Function, ItemKind, Literal, NameRef, Owner, body_of};

/// The decorators of the library's declarations. Programs can use the names as they like.
pub(crate) const DECORATORS: [&str; 6] = ["effects", "reads", "writes", "calls", "changes", "once"];

/// Effects of agents' methods that are not written in Dana.
const AGENT_METHODS: &[(&str, Option<Effect>)] = &[
    ("input", Some(Effect::Human)),
    ("log", Some(Effect::Log)),
    ("info", Some(Effect::Log)),
    ("get_metrics", None),
    ("start_new_conversation", None),
    ("clear_conversation", None),
];

/// What a method does that every agent has.
pub(super) enum AgentMethod {
    Written(DefRef),
    Native(Option<Effect>),
}

pub(super) fn agent_method(db: &dyn Db, name: &str) -> Option<AgentMethod> {
    if let Some(def) = internal(db, &format!("__agent_{name}__")) {
        return Some(AgentMethod::Written(def));
    }
    AGENT_METHODS.iter().find(|(it, _)| *it == name).map(|(_, effect)| AgentMethod::Native(*effect))
}

/// A function of the library that only the interpreter and other parts of the library call.
pub(super) fn internal(db: &dyn Db, name: &str) -> Option<DefRef> {
    ["library/internal.na", "library/data_model.na"].into_iter().find_map(|path| {
        let file = db.file(&FilePath::Library(path));
        let scope = module_scope(db, file);
        if !scope.contains(name) {
            return None;
        }
        match crate::scope::resolve_name(db, file, name) {
            Some(Meaning::Item(def)) if def.item.kind() == ItemKind::Function => Some(def),
            _ => None,
        }
    })
}

pub(super) fn is_library(db: &dyn Db, file: File) -> bool {
    matches!(file.path(db), FilePath::Library(_))
}

/// The effects of a native; none for what is written in Dana.
pub(super) fn declared<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Option<Arc<Effects>> {
    if !is_library(db, definition.file(db)) {
        return None;
    }
    match definition.owner(db) {
        Owner::Item(item) if item.kind() == ItemKind::Function && signature_of(db, definition).is_signature => {}
        _ => return None,
    }
    let body = body_of(db, definition);
    let function = body.root();
    let mut effects = Effects::default();
    for decorator in &function.decorators {
        let Expr::Call(call) = &body.exprs[*decorator] else { continue };
        let Expr::Name(NameRef::Free(name)) = &body.exprs[call.callee] else { continue };
        if name == "once" {
            effects.add_once(&function.name);
        }
        for arg in &call.args {
            let Expr::Literal(Literal::Str(Some(text))) = &body.exprs[arg.value()] else { continue };
            match name.as_str() {
                "effects" => Effect::from_name(text).into_iter().for_each(|it| effects.set.insert(it)),
                "reads" => effects.touch_named(text, Access::READ),
                "writes" => effects.touch_named(text, Access::WRITE),
                "calls" => effects.called.extend(param(function, text)),
                "changes" => effects.changed.extend(param(function, text).map(|it| (it, true))),
                _ => {}
            }
        }
    }
    Some(Arc::new(effects))
}

/// Functions of the library, written in Dana, that should not be repeated: a declaration there cannot say so, since its
/// decorators run.
const WRITTEN_ONCE: &[(&str, &str)] = &[("library/http.na", "patch"), ("library/http.na", "post")];

pub(super) fn written_once<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Option<&'db smol_str::SmolStr> {
    let (FilePath::Library(path), Owner::Item(item)) = (definition.file(db).path(db), definition.owner(db)) else {
        return None;
    };
    WRITTEN_ONCE.contains(&(path, item.name().as_str())).then(|| item.name())
}

/// The same for any code.
pub(super) fn declared_at(db: &dyn Db, callee: &Callee) -> Option<Arc<Effects>> {
    match callee.code {
        CodeId::Root => declared(db, callee.definition(db)?),
        _ => None,
    }
}

/// A native that may call any function it is given: those that are asked for without a declaration.
pub(super) fn calls_arguments(name: &str) -> bool {
    matches!(name, "__call_fit__" | "__spawn__" | "__spawn_within__")
}

fn param(function: &Function, name: &str) -> Option<ParamRef> {
    let mut all = function.receiver.iter().chain(&function.params).filter(|it| it.binding.is_some());
    let index = all.position(|it| it.name == name)?;
    Some(ParamRef { code: CodeId::Root, index: u16::try_from(index).unwrap_or(u16::MAX) })
}

impl Effects {
    fn touch_named(&mut self, text: &str, access: Access) {
        if let Some((scope, name)) = text.split_once(':')
            && let Some(scope) = ContextScope::from_name(scope)
        {
            let place = StatePlace::Scoped(scope, name.into());
            // Every question to a model reads which one is chosen: that is no news.
            if access.write {
                self.touch(place, access);
            } else {
                self.note_touch(place, access);
            }
        }
    }
}

/// The names that decorators of natives spell wrong, for a test.
#[cfg(test)]
pub(super) fn misspelt(body: &crate::Body) -> Vec<String> {
    let function = body.root();
    let mut wrong = Vec::new();
    for decorator in &function.decorators {
        let Expr::Call(call) = &body.exprs[*decorator] else { continue };
        let name = crate::signature::decorator_name(body, call.callee);
        for arg in &call.args {
            let Expr::Literal(Literal::Str(Some(text))) = &body.exprs[arg.value()] else { continue };
            let is_known = match name.as_str() {
                "effects" => Effect::from_name(text).is_some(),
                "reads" | "writes" => text.contains(':'),
                "calls" | "changes" => param(function, text).is_some(),
                _ => true,
            };
            if !is_known {
                wrong.push(format!("{}: {name}({text})", function.name));
            }
        }
    }
    wrong
}
