//! Which task is which: the calls that led to it, the same in every run of a program.

use std::fmt::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::bytecode::{CodeId, CodeKind};
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
    pub name: SmolStr,
    parent: Option<Arc<Identity>>,
    /// The call in each frame of the parent that is the program's own, the outermost first.
    path: Box<[(CodeId, u32)]>,
    /// The last of these calls something of the library, which started the task.
    is_within_library: bool,
    occurrence: u32,
    /// The host knows of it.
    is_told: AtomicBool,
}

impl Identity {
    /// That of the program itself.
    pub(crate) fn main() -> Arc<Identity> {
        static MAIN: LazyLock<Arc<Identity>> = LazyLock::new(|| {
            Arc::new(Identity {
                id: TaskId(0),
                name: SmolStr::new_static("main"),
                parent: None,
                path: Box::default(),
                is_within_library: false,
                occurrence: 0,
                is_told: AtomicBool::new(true),
            })
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

    pub(super) fn is_told(&self) -> bool {
        self.is_told.load(Ordering::Relaxed)
    }

    /// The task itself and those that led to it, as far as the host does not know of them, the innermost first.
    pub(super) fn untold(&self) -> Vec<&Identity> {
        let mut line = Vec::new();
        let mut current = Some(self);
        while let Some(identity) = current.filter(|it| !it.is_told()) {
            line.push(identity);
            current = identity.parent.as_deref();
        }
        line
    }

    pub(super) fn tell(&self) {
        self.is_told.store(true, Ordering::Relaxed);
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
        for identity in line.iter().rev() {
            identity.write_step(codes, &mut out);
        }
        out
    }

    /// The calls from the task before to this one. Writing to a string does not fail.
    fn write_step(&self, codes: &[LoadedCode], out: &mut String) {
        let Some((last, before)) = self.path.split_last() else {
            let _ = write!(out, "{}{}", if out.is_empty() { "" } else { "/" }, self.name);
            return self.write_occurrence(out);
        };
        let point = |&(code, at): &(CodeId, u32)| {
            let code = &codes.get(code.0 as usize)?.code;
            code.point(at).map(|point| &*point.label)
        };
        for call in before {
            let is_pipeline = codes.get(call.0.0 as usize).is_some_and(|it| it.code.kind == CodeKind::Pipeline);
            match point(call) {
                Some(label) => {
                    let _ = write!(out, "{}{label}", if out.is_empty() { "" } else { "/" });
                }
                None if is_pipeline => {}
                None => {
                    let Some(loaded) = codes.get(call.0.0 as usize) else { continue };
                    let place = position(loaded, call.1 as usize);
                    let slash = if out.is_empty() { "" } else { "/" };
                    let _ = write!(out, "{slash}{}:{}", place.line, place.column);
                }
            }
        }
        // A pipeline inside a function has no name; its stages have.
        if &*self.name == "<pipeline>" {
            return;
        }
        let slash = if out.is_empty() { "" } else { "/" };
        let _ = match point(last) {
            Some(label) if self.is_within_library && label != &*self.name => {
                write!(out, "{slash}{label}:{}", self.name)
            }
            Some(label) => write!(out, "{slash}{label}"),
            None => write!(out, "{slash}{}", self.name),
        };
        self.write_occurrence(out);
    }

    fn write_occurrence(&self, out: &mut String) {
        if self.occurrence > 0 {
            let _ = write!(out, "[{}]", self.occurrence);
        }
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
    /// The path of calls that has started the first task, and how many times it has: most tasks have no other.
    first: (u64, u32),
    /// The same of other paths.
    others: Option<Box<FxHashMap<u64, u32>>>,
}

impl Children {
    /// The identity of a new task that the code in these frames starts.
    pub(crate) fn next(
        &mut self,
        codes: &[LoadedCode],
        parent: &Arc<Identity>,
        id: TaskId,
        name: SmolStr,
        frames: &[Frame],
    ) -> Arc<Identity> {
        let is_own = |frame: &&Frame| codes.get(frame.code.0 as usize).is_some_and(|it| !it.unit.internal);
        let mut path = Vec::with_capacity(frames.len());
        path.extend(frames.iter().filter(is_own).map(|frame| (frame.code, frame.pc.saturating_sub(1))));
        let is_within_library = frames.last().is_some_and(|frame| !is_own(&frame));
        let mut hash = 0_u64;
        for &(code, instruction) in &path {
            let word = u64::from(code.0) << 32 | u64::from(instruction);
            hash = (hash.rotate_left(5) ^ word).wrapping_mul(0x517C_C1B7_2722_0A95);
        }
        for byte in name.bytes() {
            hash = (hash.rotate_left(5) ^ u64::from(byte)).wrapping_mul(0x517C_C1B7_2722_0A95);
        }
        let occurrence = self.count(hash);
        Arc::new(Identity {
            id,
            name,
            parent: Some(parent.clone()),
            path: path.into_boxed_slice(),
            is_within_library,
            occurrence,
            is_told: AtomicBool::new(false),
        })
    }

    /// How many tasks a path of calls has started before.
    fn count(&mut self, path: u64) -> u32 {
        let count = match &mut self.first {
            (first, count) if *first == path || *count == 0 => {
                *first = path;
                count
            }
            _ => self.others.get_or_insert_default().entry(path).or_default(),
        };
        *count += 1;
        *count - 1
    }
}
