//! Why code has an effect: the shortest chain of calls to where it comes from.

use std::collections::VecDeque;

use danaide_syntax::ColumnEncoding;
use rustc_hash::FxHashSet;

use super::local::{CodeFacts, Site, facts};
use super::{Callee, CodeId, Effect, StatePlace, effects_of, native};
use crate::{Db, Definition, body_source_map, line_index};

/// Why code has an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    pub effect: Effect,
    /// The calls on the way, outermost first.
    pub steps: Vec<WhyStep>,
    /// Where it comes from: "`sleep`", "`public:count` is written", "it is not known what `f` is".
    pub reason: String,
    /// Where that stands, if it is in a program.
    pub place: Option<WhyStep>,
}

/// A call on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhyStep {
    /// The code that calls.
    pub code: Callee,
    pub site: Site,
    /// What is called.
    pub name: String,
}

impl WhyStep {
    /// The line of the call, from 1; none in the library.
    pub fn line(&self, db: &dyn Db) -> Option<u32> {
        if native::is_library(db, self.code.file) {
            return None;
        }
        let definition = self.code.definition(db)?;
        let map = body_source_map(db, definition);
        let place = match self.site {
            Site::Expr(expr) => map.expr(expr),
            Site::Stmt(stmt) => map.stmt(stmt),
        };
        let range = definition.absolute(db, place?)?;
        let index = line_index(db, self.code.file);
        Some(index.line_col(range.start(), ColumnEncoding::Utf8).line + 1)
    }
}

impl Why {
    /// As one line: "calls `fetch` (line 3) → `sleep` (time)".
    pub fn text(&self, db: &dyn Db) -> String {
        let mut out = String::new();
        for step in &self.steps {
            let line = step.line(db).map(|it| format!(" (line {it})")).unwrap_or_default();
            out.push_str(&format!("calls `{}`{line} → ", step.name));
        }
        let line = self.place.as_ref().and_then(|it| it.line(db)).map(|it| format!(", line {it}")).unwrap_or_default();
        out.push_str(&format!("{} ({}{line})", self.reason, self.effect.as_str()));
        out
    }
}

/// Why a definition has an effect; none if it has not.
pub fn why<'db>(db: &'db dyn Db, definition: Definition<'db>, effect: Effect) -> Option<Why> {
    let start = Callee { file: definition.file(db), owner: definition.owner(db).clone(), code: CodeId::Root };
    search(db, start, None, effect)
}

/// Why the call at a place has an effect.
pub fn why_call<'db>(
    db: &'db dyn Db,
    definition: Definition<'db>,
    code: CodeId,
    site: Site,
    effect: Effect,
) -> Option<Why> {
    let start = Callee { file: definition.file(db), owner: definition.owner(db).clone(), code };
    search(db, start, Some(site), effect)
}

struct Visit {
    code: Callee,
    came_from: Option<usize>,
    step: Option<WhyStep>,
}

fn search(db: &dyn Db, start: Callee, only: Option<Site>, effect: Effect) -> Option<Why> {
    let mut visits = vec![Visit { code: start.clone(), came_from: None, step: None }];
    let mut seen = FxHashSet::from_iter([start]);
    let mut queue = VecDeque::from([0]);
    while let Some(at) = queue.pop_front() {
        db.unwind_if_revision_cancelled();
        let code = visits[at].code.clone();
        let Some(definition) = code.definition(db) else { continue };
        if native::declared(db, definition).is_some() {
            let last = visits[at].step.clone();
            let reason = format!("`{}`", native_name(db, &code));
            return Some(chain(&visits, visits[at].came_from, effect, reason, last));
        }
        let all = facts(db, definition);
        let Some(own) = all.get(code.code) else { continue };
        let only = if at == 0 { only } else { None };
        if let Some((reason, site)) = own_reason(db, own, effect, only) {
            let place = WhyStep { code: code.clone(), site, name: String::new() };
            return Some(chain(&visits, Some(at), effect, reason, Some(place)));
        }
        for call in own.calls.iter().filter(|it| only.is_none_or(|only| it.site == only)) {
            let callee = effects_of(db, &call.callee);
            let mut targets = Vec::new();
            if callee.contains(effect) {
                targets.push(call.callee.clone());
            }
            for pass in call.passes.iter().filter(|it| callee.calls_param(it.param)) {
                targets.extend(pass.value.functions.iter().filter(|it| effects_of(db, it).contains(effect)).cloned());
            }
            for target in targets {
                if seen.insert(target.clone()) {
                    let name = target.name(db).to_string();
                    let step = Some(WhyStep { code: code.clone(), site: call.site, name });
                    visits.push(Visit { code: target, came_from: Some(at), step });
                    queue.push_back(visits.len() - 1);
                }
            }
        }
        for (param, value) in &own.defaults {
            let Some((_, site)) = own.called.iter().find(|(called, _)| called == param) else { continue };
            for function in value.functions.iter().filter(|it| effects_of(db, it).contains(effect)) {
                if seen.insert(function.clone()) {
                    let name = function.name(db).to_string();
                    let step = Some(WhyStep { code: code.clone(), site: *site, name });
                    visits.push(Visit { code: function.clone(), came_from: Some(at), step });
                    queue.push_back(visits.len() - 1);
                }
            }
        }
    }
    None
}

/// `http.get` for what a module of the library has.
fn native_name(db: &dyn Db, code: &Callee) -> String {
    let name = code.name(db);
    let path = code.file.path(db).to_string();
    let module = path.rsplit('/').next().and_then(|it| it.strip_suffix(".na")).unwrap_or_default();
    match crate::library::LibraryFile::module(module) {
        Some(_) => format!("{module}.{name}"),
        None => name.to_string(),
    }
}

/// Where code has an effect that does not come from what it calls.
fn own_reason(db: &dyn Db, own: &CodeFacts, effect: Effect, only: Option<Site>) -> Option<(String, Site)> {
    let is_asked = |site: Site| only.is_none_or(|only| site == only);
    if let Some(seed) = own.seeds.iter().find(|it| it.effect == effect && is_asked(it.site)) {
        return Some((seed.reason.to_string(), seed.site));
    }
    let touched = |is_write: bool| {
        let Effect::State(scope) = effect else { return None };
        let touch = own.touches.iter().find(|it| {
            it.place.scope() == Some(scope)
                && is_asked(it.site)
                && it.access.write == is_write
                && (is_write || matches!(it.place, StatePlace::Scoped(..)))
        })?;
        let what = if is_write { "written" } else { "read" };
        Some((format!("`{}` is {what}", touch.place.name()), touch.site))
    };
    if let Some(found) = touched(true) {
        return Some(found);
    }
    if effect == Effect::Unknown || matches!(effect, Effect::State(_)) {
        for call in own.calls.iter().filter(|it| is_asked(it.site)) {
            let callee = effects_of(db, &call.callee);
            for pass in &call.passes {
                if effect == Effect::Unknown && pass.value.is_unknown && callee.calls_param(pass.param) {
                    let name = call.callee.name(db);
                    return Some((format!("the function that `{name}` is given is not known"), call.site));
                }
                let changes_state = pass.value.roots.iter().any(|it| match &it.kind {
                    super::RootKind::Place(place) => place.scope().is_some_and(|it| effect == Effect::State(it)),
                    _ => false,
                });
                if changes_state && callee.changes(pass.param).is_some() {
                    return Some((format!("`{}` changes what it is given", call.callee.name(db)), call.site));
                }
            }
            if effect == Effect::Unknown && call.is_open && !callee.called.is_empty() {
                let name = call.callee.name(db);
                return Some((format!("the function that `{name}` is given is not known"), call.site));
            }
        }
    }
    touched(false)
}

fn chain(visits: &[Visit], from: Option<usize>, effect: Effect, reason: String, place: Option<WhyStep>) -> Why {
    let mut steps = Vec::new();
    let mut at = from;
    while let Some(index) = at {
        steps.extend(visits[index].step.clone());
        at = visits[index].came_from;
    }
    steps.reverse();
    Why { effect, steps, reason, place }
}
