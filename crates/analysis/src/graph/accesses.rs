//! Shared state and values that are changed in place: order between those who touch them.

use smol_str::SmolStr;

use super::build::Builder;
use super::state::Key;
use super::{EdgeKind, Unordered, WaitCause};
use crate::effects::{RootKind, Site, SiteEffects, StatePlace};
use crate::{ExprId, Owner};

/// Something is touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccessTo {
    pub key: Key,
    pub is_write: bool,
    pub is_sure: bool,
}

impl Builder<'_> {
    /// The variables of the file itself are the same things for its functions and for its statements.
    pub(super) fn key(&self, place: &StatePlace) -> Key {
        match place {
            StatePlace::Local { variable, .. } => Key::Variable(*variable),
            StatePlace::Module(file, name)
                if *file == self.file && *self.definition.owner(self.db) == Owner::Module =>
            {
                let found = self
                    .body
                    .variables
                    .iter()
                    .find(|(_, it)| it.name == *name && it.function == self.body.root && !it.is_inner);
                match found {
                    Some((variable, _)) => Key::Variable(variable),
                    None => Key::Place(place.clone()),
                }
            }
            _ => Key::Place(place.clone()),
        }
    }

    fn root_key(&self, root: &RootKind) -> Option<Key> {
        match root {
            RootKind::Variable(variable) => Some(Key::Variable(*variable)),
            RootKind::Place(place) => Some(self.key(place)),
            RootKind::Param(_) => None,
        }
    }

    pub(super) fn key_name(&self, key: &Key) -> SmolStr {
        match key {
            Key::Variable(variable) => self.body.variables[*variable].name.clone(),
            Key::Place(place) => place.name().into(),
        }
    }

    /// What is touched at a place.
    pub(super) fn accesses(&self, at: &SiteEffects) -> Vec<AccessTo> {
        let mut out: Vec<AccessTo> = Vec::new();
        let mut add = |key: Key, is_write: bool, is_sure: bool| match out.iter_mut().find(|it| it.key == key) {
            Some(known) => {
                known.is_write |= is_write;
                known.is_sure |= is_sure;
            }
            None => out.push(AccessTo { key, is_write, is_sure }),
        };
        for (place, access) in at.effects.touched() {
            add(self.key(place), access.write, access.sure);
        }
        for (root, is_sure) in &at.changed {
            if let Some(key) = self.root_key(root) {
                add(key, true, *is_sure);
            }
        }
        for root in &at.passed {
            if let Some(key) = self.root_key(root) {
                add(key, false, false);
            }
        }
        out
    }

    /// A task touches something: it comes after those that touch it so that one of them writes.
    /// Those that the program starts together with it have no order.
    pub(super) fn task_touches(
        &mut self,
        task: usize,
        accesses: &[AccessTo],
        is_unknown: bool,
        site: Site,
        siblings: &[usize],
    ) {
        // Order is kept by waiting at the call.
        let mut waits: Vec<(usize, SmolStr)> = Vec::new();
        for access in accesses {
            let name = self.key_name(&access.key);
            let known = self.state.touched.get(&access.key).cloned().unwrap_or_default();
            for (writer, is_sure) in &known.writers {
                if siblings.contains(writer) {
                    if *is_sure {
                        self.unordered(*writer, task, &name);
                    }
                    continue;
                }
                let doubt = (!is_sure).then(|| format!("it is not certain that `{name}` is changed").into());
                waits.push((*writer, name.clone()));
                self.edge(*writer, task, EdgeKind::Order, order_cause(&name), site, doubt);
            }
            if access.is_write {
                for reader in &known.readers {
                    if siblings.contains(reader) {
                        if access.is_sure {
                            self.unordered(*reader, task, &name);
                        }
                        continue;
                    }
                    let doubt = (!access.is_sure).then(|| format!("it is not certain that `{name}` is changed").into());
                    waits.push((*reader, name.clone()));
                    self.edge(*reader, task, EdgeKind::Order, order_cause(&name), site, doubt);
                }
            }
            if matches!(access.key, Key::Place(_)) {
                for unknown in self.state.unknown.clone().into_iter().filter(|it| !siblings.contains(it)) {
                    waits.push((unknown, SmolStr::default()));
                    self.edge(unknown, task, EdgeKind::Order, MAY_TOUCH_CAUSE, site, Some(MAY_TOUCH.into()));
                }
            }
        }
        if is_unknown {
            let mut shared: Vec<usize> = self
                .state
                .touched
                .iter()
                .filter(|(key, _)| matches!(key, Key::Place(_)))
                .flat_map(|(_, it)| it.writers.iter().map(|it| it.0).chain(it.readers.iter().copied()))
                .chain(self.state.unknown.iter().copied())
                .filter(|it| !siblings.contains(it))
                .collect();
            shared.sort_unstable();
            shared.dedup();
            for before in shared {
                waits.push((before, SmolStr::default()));
                self.edge(before, task, EdgeKind::Order, MAY_TOUCH_CAUSE, site, Some(MAY_TOUCH.into()));
            }
            // Whatever comes later comes after this one, and so after those.
            self.state.unknown.retain(|it| siblings.contains(it));
            self.state.unknown.push(task);
        }
        for (before, name) in waits {
            if before != task {
                self.wait(&[before], site, WaitCause::Order(name));
            }
        }
        let in_branch = self.in_branch();
        for access in accesses {
            let touched = self.state.touched.entry(access.key.clone()).or_default();
            if access.is_write {
                if access.is_sure && !in_branch {
                    touched.writers.retain(|it| siblings.contains(&it.0));
                    touched.readers.retain(|it| siblings.contains(it));
                }
                touched.writers.retain(|it| it.0 != task);
                touched.writers.push((task, access.is_sure));
                // What is read there later comes from the task.
                let value = self.state.values.entry(access.key.clone()).or_default();
                value.add(super::state::Val { pending: Vec::new(), ..super::state::Val::of_task(task) });
            } else if !touched.readers.contains(&task) {
                touched.readers.push(task);
            }
        }
    }

    /// Two tasks that start together touch the same.
    fn unordered(&mut self, first: usize, second: usize, name: &SmolStr) {
        let found = Unordered { first, second, name: name.clone() };
        if !self.graph.unordered.contains(&found) {
            self.graph.unordered.push(found);
        }
    }

    /// The function itself touches something: it waits for the tasks that touch it so that one of them writes.
    pub(super) fn touches_now(&mut self, key: &Key, is_write: bool, site: Site) {
        let mut tasks: Vec<usize> = Vec::new();
        if let Some(known) = self.state.touched.get(key) {
            tasks.extend(known.writers.iter().map(|it| it.0));
            if is_write {
                tasks.extend(known.readers.iter().copied());
            }
        }
        if matches!(key, Key::Place(_)) {
            tasks.extend(&self.state.unknown);
        }
        if !tasks.is_empty() {
            let name = self.key_name(key);
            self.wait(&tasks, site, WaitCause::Order(name));
        }
    }

    /// The content of a value is needed or changed.
    pub(super) fn content_touched(&mut self, expr: ExprId, is_write: bool) {
        if self.state.touched.is_empty() {
            return;
        }
        for root in self.values.roots(expr) {
            if let Some(key) = self.root_key(&root.kind) {
                self.touches_now(&key, is_write, Site::Expr(expr));
            }
        }
    }
}

const MAY_TOUCH_CAUSE: SmolStr = SmolStr::new_static("may touch the same state");
const MAY_TOUCH: &str = "what is called is not known, so it may touch any state";

pub(super) fn order_cause(name: &str) -> SmolStr {
    format!("touches `{name}` too").into()
}
