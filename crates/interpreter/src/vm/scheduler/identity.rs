//! Which task is which: the calls that led to it, the same in every run of a program.

use std::fmt::Write;
use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;

use crate::bytecode::CodeId;
use crate::vm::machine::{Frame, LoadedCode};
use crate::vm::position;

/// Counts the tasks and requests of a run, in the order in which they are started. The program itself is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TaskId(pub u32);

/// What tells a task from the others: the task that started it, the calls in there that led to it, and how many times they
/// did before.
#[derive(Debug)]
pub struct Identity {
    pub id: TaskId,
    pub name: Box<str>,
    parent: Option<Arc<Identity>>,
    /// The call in each frame of the parent, the outermost first.
    path: Box<[(CodeId, u32)]>,
    occurrence: u32,
}

impl Identity {
    /// That of the program itself.
    pub(crate) fn main() -> Arc<Identity> {
        static MAIN: LazyLock<Arc<Identity>> = LazyLock::new(|| {
            let name = "main".into();
            Arc::new(Identity { id: TaskId(0), name, parent: None, path: Box::default(), occurrence: 0 })
        });
        MAIN.clone()
    }

    pub(crate) fn parent(&self) -> TaskId {
        self.parent.as_ref().map_or(TaskId(0), |parent| parent.id)
    }

    /// The call that started the task.
    pub(crate) fn call(&self) -> Option<(CodeId, u32)> {
        self.path.last().copied()
    }

    /// As [`crate::host::TaskEvent::identity`] shows it.
    pub(crate) fn text(&self, codes: &[LoadedCode]) -> String {
        let mut line = Vec::new();
        let mut current = self;
        while let Some(parent) = &current.parent {
            line.push(current);
            current = parent;
        }
        if line.is_empty() {
            return self.name.to_string();
        }
        let mut out = String::new();
        for (index, identity) in line.iter().rev().enumerate() {
            out.push_str(if index > 0 { "/" } else { "" });
            out.push_str(&identity.name);
            let mut separator = '@';
            for &(code, instruction) in &identity.path {
                let Some(loaded) = codes.get(code.0 as usize).filter(|loaded| !loaded.unit.internal) else { continue };
                let place = position(loaded, instruction as usize);
                // Writing to a string does not fail.
                let _ = write!(out, "{separator}{}:{}", place.line, place.column);
                separator = ',';
            }
            let _ = write!(out, "#{}", identity.occurrence);
        }
        out
    }
}

impl Drop for Identity {
    /// One after the other: a long line of tasks would take as much of the thread's stack.
    fn drop(&mut self) {
        let mut parent = self.parent.take();
        while let Some(identity) = parent {
            parent = Arc::into_inner(identity).and_then(|mut identity| identity.parent.take());
        }
    }
}

/// What a task knows to tell those apart that it starts.
#[derive(Debug, Default)]
pub(crate) struct Children {
    /// How many times each path of calls has started a task.
    occurrences: FxHashMap<u64, u32>,
}

impl Children {
    /// The identity of a new task that the code in these frames starts.
    pub(crate) fn next(&mut self, parent: &Arc<Identity>, id: TaskId, name: &str, frames: &[Frame]) -> Arc<Identity> {
        let path: Box<[(CodeId, u32)]> = frames.iter().map(|frame| (frame.code, frame.pc.saturating_sub(1))).collect();
        let mut hash = 0_u64;
        for &(code, instruction) in &path {
            let word = u64::from(code.0) << 32 | u64::from(instruction);
            hash = (hash.rotate_left(5) ^ word).wrapping_mul(0x517C_C1B7_2722_0A95);
        }
        for byte in name.bytes() {
            hash = (hash.rotate_left(5) ^ u64::from(byte)).wrapping_mul(0x517C_C1B7_2722_0A95);
        }
        let count = self.occurrences.entry(hash).or_default();
        let occurrence = *count;
        *count += 1;
        Arc::new(Identity { id, name: name.into(), parent: Some(parent.clone()), path, occurrence })
    }
}
