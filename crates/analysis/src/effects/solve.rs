//! Joins what code does itself with what it calls, until nothing changes any more.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::local::Pass;
use super::summary::{CodeSummary, Summary, summary};
use super::values::{RootKind, Value};
use super::{Access, Callee, CodeId, Effect, Effects, ParamRef, StatePlace, effects_of, native};
use crate::scope::direct_imports;
use crate::{Db, File, Owner, definitions};

/// The effects of all code of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileEffects {
    by_owner: FxHashMap<Owner, FxHashMap<CodeId, Arc<Effects>>>,
}

impl FileEffects {
    /// The effects of some code; none for what is not there.
    pub fn get(&self, owner: &Owner, code: CodeId) -> Arc<Effects> {
        self.by_owner.get(owner).and_then(|it| it.get(&code)).cloned().unwrap_or_default()
    }
}

/// The effects of all code of a file. Files that call each other in a circle are joined until none changes: a set that is
/// asked for on the way begins empty and only grows.
pub fn file_effects(db: &dyn Db, file: File) -> Arc<FileEffects> {
    solve_file(db, file)
}

fn initial(_db: &dyn Db, _id: salsa::Id, _file: File) -> Arc<FileEffects> {
    Arc::default()
}

#[salsa::tracked(returns(clone), cycle_initial = initial)]
fn solve_file(db: &dyn Db, file: File) -> Arc<FileEffects> {
    // Files further away come first, so that a long chain of imports is no deep recursion.
    for file in calls_first(db, file) {
        solve_file(db, file);
    }
    let mut solver = Solver::new(db, file);
    solver.run();
    let mut out = FileEffects::default();
    for (node, effects) in solver.nodes.into_iter().zip(solver.effects) {
        out.by_owner.entry(node.owner).or_default().insert(node.code, effects);
    }
    Arc::new(out)
}

/// The files that a file imports, in an order in which most come after what they import themselves.
fn calls_first(db: &dyn Db, file: File) -> Vec<File> {
    const MANY: usize = 16;
    let mut all = direct_imports(db, file).to_vec();
    if crate::scope::imported_files(db, file).len() > MANY {
        let mut seen = FxHashSet::from_iter([file]);
        let mut ordered = Vec::new();
        let mut stack: Vec<(File, bool)> = all.iter().rev().map(|it| (*it, false)).collect();
        while let Some((file, is_done)) = stack.pop() {
            if is_done {
                ordered.push(file);
            } else if seen.insert(file) {
                stack.push((file, true));
                stack.extend(direct_imports(db, file).iter().rev().map(|it| (*it, false)));
            }
        }
        all = ordered;
    }
    all.retain(|it| *it != file);
    all
}

struct Solver<'db> {
    db: &'db dyn Db,
    file: File,
    nodes: Vec<Callee>,
    summaries: Vec<(Arc<Summary>, usize)>,
    index: FxHashMap<Callee, usize>,
    /// By the node: the code of the file that it calls or gives to what it calls.
    callees: Vec<Vec<usize>>,
    effects: Vec<Arc<Effects>>,
}

impl<'db> Solver<'db> {
    fn new(db: &'db dyn Db, file: File) -> Self {
        let mut solver = Solver {
            db,
            file,
            nodes: Vec::new(),
            summaries: Vec::new(),
            index: FxHashMap::default(),
            callees: Vec::new(),
            effects: Vec::new(),
        };
        for definition in definitions(db, file).iter() {
            db.unwind_if_revision_cancelled();
            if native::declared(db, definition).is_some() {
                continue;
            }
            let summary = summary(db, definition);
            for (at, (code, _)) in summary.codes.iter().enumerate() {
                let node = Callee { file, owner: definition.owner(db).clone(), code: *code };
                solver.index.insert(node.clone(), solver.nodes.len());
                solver.nodes.push(node);
                solver.summaries.push((summary.clone(), at));
                solver.effects.push(Arc::default());
            }
        }
        solver.callees = (0..solver.nodes.len()).map(|node| solver.callees_of(node)).collect();
        solver
    }

    fn code(&self, node: usize) -> &CodeSummary {
        let (summary, at) = &self.summaries[node];
        &summary.codes[*at].1
    }

    fn callees_of(&self, node: usize) -> Vec<usize> {
        let mut out = Vec::new();
        let mut add = |callee: &Callee| {
            if callee.file == self.file {
                out.extend(self.index.get(callee));
            }
        };
        let code = self.code(node);
        for call in &code.calls {
            add(&call.callee);
            call.passes.iter().flat_map(|it| &it.value.functions).for_each(&mut add);
        }
        code.defaults.iter().flat_map(|(_, it)| &it.functions).for_each(add);
        out
    }

    fn run(&mut self) {
        let count = self.nodes.len();
        let mut callers: Vec<Vec<usize>> = vec![Vec::new(); count];
        for (node, callees) in self.callees.iter().enumerate() {
            callees.iter().for_each(|it| callers[*it].push(node));
        }
        let mut queue: std::collections::VecDeque<usize> = self.callees_first().into();
        let mut is_queued = vec![true; count];
        while let Some(node) = queue.pop_front() {
            self.db.unwind_if_revision_cancelled();
            is_queued[node] = false;
            let effects = self.join(node);
            if effects == *self.effects[node] {
                continue;
            }
            self.effects[node] = Arc::new(effects);
            for caller in &callers[node] {
                if !std::mem::replace(&mut is_queued[*caller], true) {
                    queue.push_back(*caller);
                }
            }
        }
    }

    fn callees_first(&self) -> Vec<usize> {
        let count = self.nodes.len();
        let mut seen = vec![false; count];
        let mut out = Vec::with_capacity(count);
        for start in 0..count {
            let mut stack = vec![(start, false)];
            while let Some((node, is_done)) = stack.pop() {
                if is_done {
                    out.push(node);
                } else if !std::mem::replace(&mut seen[node], true) {
                    stack.push((node, true));
                    stack.extend(self.callees[node].iter().filter(|it| !seen[**it]).map(|it| (*it, false)));
                }
            }
        }
        out
    }

    fn join(&self, node: usize) -> Effects {
        let lookup = |callee: &Callee| {
            if callee.file == self.file {
                if let Some(index) = self.index.get(callee) {
                    return self.effects[*index].clone();
                }
                if native::declared_at(self.db, callee).is_none() {
                    return Arc::default();
                }
            }
            effects_of(self.db, callee)
        };
        let summary = &self.summaries[node].0;
        let parent = |code| summary.codes.iter().find(|it| it.0 == code)?.1.parent;
        Joiner { node: &self.nodes[node], parent: &parent, lookup: &lookup }.all(self.code(node))
    }
}

/// A call, without its place.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    pub passes: &'a [Pass],
    pub is_open: bool,
}

/// Joins effects from the view of one code.
pub(super) struct Joiner<'a> {
    pub node: &'a Callee,
    /// The code around some code of the same definition.
    pub parent: &'a dyn Fn(CodeId) -> Option<CodeId>,
    pub lookup: &'a dyn Fn(&Callee) -> Arc<Effects>,
}

impl Joiner<'_> {
    fn all(&self, code: &CodeSummary) -> Effects {
        let mut out = Effects { set: code.effects, ..Effects::default() };
        for (place, access) in &code.touches {
            out.touch(place.clone(), *access);
        }
        out.called.extend(code.called.iter().copied());
        for (param, is_sure) in &code.changed {
            out.change_param(*param, *is_sure);
        }
        for call in &code.calls {
            self.call(&mut out, &call.callee, Call { passes: &call.passes, is_open: call.is_open });
        }
        for (param, value) in &code.defaults {
            if out.called.contains(param) {
                self.value_called(&mut out, value);
            }
        }
        // Nobody else sees the variables of one activation.
        if let CodeId::Function(function) = self.node.code {
            out.touched.retain(|place, _| !matches!(place, StatePlace::Local { function: of, .. } if *of == function));
        }
        if self.node.code == CodeId::Root {
            out.touched.retain(|place, _| !matches!(place, StatePlace::Local { .. }));
        }
        out
    }

    fn call(&self, out: &mut Effects, callee: &Callee, call: Call<'_>) {
        let effects = (self.lookup)(callee);
        self.apply(out, callee, &effects, Some(call));
    }

    pub(super) fn apply(&self, out: &mut Effects, callee: &Callee, effects: &Effects, call: Option<Call<'_>>) {
        out.set = out.set.union(effects.set);
        effects.once.iter().for_each(|it| out.add_once(it));
        if effects.touches_everything {
            out.touches_everything = true;
            out.touched.clear();
        }
        let is_inside = callee.file == self.node.file && callee.owner == self.node.owner;
        for (place, access) in &effects.touched {
            if is_inside || !matches!(place, StatePlace::Local { .. }) {
                out.note_touch(place.clone(), *access);
            }
        }
        for param in &effects.called {
            match passed(call, *param) {
                Some(value) => self.value_called(out, value),
                None if is_inside && param.code != callee.code && self.is_around(param.code) => {
                    out.called.insert(*param);
                }
                None if param.code != callee.code || call.is_none_or(|it| it.is_open) => {
                    out.set.insert(Effect::Unknown);
                }
                // Nothing is passed: its default is part of the effects of the callee.
                None => {}
            }
        }
        for (param, is_sure) in &effects.changed {
            match passed(call, *param) {
                Some(value) => change(out, value, *is_sure),
                None if is_inside && param.code != callee.code && self.is_around(param.code) => {
                    out.change_param(*param, *is_sure);
                }
                None => {}
            }
        }
    }

    /// Functions in a value are called, it is not known with which arguments.
    fn value_called(&self, out: &mut Effects, value: &Value) {
        for function in &value.functions {
            let effects = (self.lookup)(function);
            self.apply(out, function, &effects, None);
        }
        out.called.extend(value.params.iter().copied());
        if value.is_unknown {
            out.set.insert(Effect::Unknown);
        }
    }

    /// Is the code this one, or around it?
    fn is_around(&self, code: CodeId) -> bool {
        let mut at = Some(self.node.code);
        while let Some(own) = at {
            if own == code {
                return true;
            }
            at = (self.parent)(own);
        }
        false
    }
}

fn passed(call: Option<Call<'_>>, param: ParamRef) -> Option<&Value> {
    call?.passes.iter().find(|it| it.param == param).map(|it| &it.value)
}

fn change(out: &mut Effects, value: &Value, is_sure: bool) {
    for root in &value.roots {
        let is_sure = is_sure && root.is_direct;
        match &root.kind {
            RootKind::Param(param) => out.change_param(*param, is_sure),
            RootKind::Place(place) => {
                out.touch(place.clone(), if is_sure { Access::WRITE } else { Access::MAYBE_WRITE });
            }
            RootKind::Variable(_) => {}
        }
    }
}
