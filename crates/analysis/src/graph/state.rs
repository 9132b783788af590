//! What is known at one moment of a walk through a function: which tasks values come from, and which are not done yet.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::bits::Bits;
use crate::VariableId;
use crate::effects::StatePlace;

/// Something that holds a value or is touched.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Variable(VariableId),
    Place(StatePlace),
}

/// A value comes from a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dep {
    pub task: usize,
    /// By way of a variable.
    pub via: Option<SmolStr>,
}

/// What is known of a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Val {
    pub deps: Vec<Dep>,
    /// Tasks that it may still be the promise of.
    pub pending: Vec<usize>,
}

impl Val {
    pub(super) fn of_task(task: usize) -> Val {
        Val { deps: vec![Dep { task, via: None }], pending: vec![task] }
    }

    pub(super) fn add(&mut self, other: Val) {
        for dep in other.deps {
            if !self.deps.iter().any(|it| it.task == dep.task) {
                self.deps.push(dep);
            }
        }
        for task in other.pending {
            if !self.pending.contains(&task) {
                self.pending.push(task);
            }
        }
    }

    /// The same value, read from a variable.
    pub(super) fn named(&self, name: &SmolStr) -> Val {
        let deps = self.deps.iter().map(|it| Dep { task: it.task, via: Some(name.clone()) }).collect();
        Val { deps, pending: self.pending.clone() }
    }
}

/// Which tasks touched something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Touched {
    /// Is the write certain?
    pub writers: Vec<(usize, bool)>,
    pub readers: Vec<usize>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub values: FxHashMap<Key, Val>,
    /// Tasks that may not be done.
    pub pending: Bits,
    /// Tasks that were waited for, without those that others of them come after.
    pub frontier: Vec<usize>,
    /// Tasks that a function which is given their value may have waited for.
    pub maybe_frontier: Vec<(usize, SmolStr)>,
    pub touched: FxHashMap<Key, Touched>,
    /// Tasks that may touch any shared state.
    pub unknown: Vec<usize>,
}

impl State {
    /// Goes on where two ways meet.
    pub(super) fn join(&mut self, other: State) {
        for (key, value) in other.values {
            self.values.entry(key).or_default().add(value);
        }
        self.pending.add(&other.pending);
        add_all(&mut self.frontier, other.frontier);
        add_all(&mut self.maybe_frontier, other.maybe_frontier);
        add_all(&mut self.unknown, other.unknown);
        for (key, touched) in other.touched {
            let known = self.touched.entry(key).or_default();
            add_all(&mut known.writers, touched.writers);
            add_all(&mut known.readers, touched.readers);
        }
    }
}

fn add_all<T: PartialEq>(all: &mut Vec<T>, more: Vec<T>) {
    for it in more {
        if !all.contains(&it) {
            all.push(it);
        }
    }
}
