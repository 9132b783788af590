//! The value of a task that may still run. Programs never see one: whatever uses it waits for the value.

use std::sync::Arc;

use crate::bytecode::CodeId;
use crate::exception_kind::{Raise, Res, Resume};
use crate::heap::{Heap, Marker, Trace};
use crate::host::RequestId;
use crate::objects::{Exception, Module, TraceEntry};
use crate::value::{Ref, Value};
use crate::vm::{Identity, TaskId};

/// What has become of a promise.
#[derive(Debug, Clone, Copy)]
pub enum PromiseState {
    Pending,
    Done(Value),
    Failed(Ref<Exception>),
}

/// Who settles a promise.
#[derive(Debug, Clone, Copy)]
pub enum Producer {
    Task(TaskId),
    Request(RequestId),
    /// The value of another promise, converted to an annotated type when it is first used.
    Converted {
        source: Ref<Promise>,
        code: CodeId,
        ty: u32,
        what: u32,
        module: Ref<Module>,
        assign: bool,
    },
}

#[derive(Debug)]
pub struct Promise {
    pub state: PromiseState,
    pub producer: Producer,
    /// Tasks that go on when this is settled, with the number of the wait: a task that waits for something else by then
    /// takes no notice.
    pub waiters: Vec<(TaskId, u32)>,
    /// Somebody has seen the failure, or has asked for the end of the task.
    pub seen: bool,
    /// The call that started it.
    pub started: Option<TraceEntry>,
    /// How many entries of the failure's traceback belong to the task itself.
    pub kept: usize,
    /// Counts up over all promises of a run that are settled; zero before.
    pub settled: u64,
    pub identity: Option<Arc<Identity>>,
}

impl Promise {
    pub fn new(producer: Producer) -> Promise {
        Promise {
            state: PromiseState::Pending,
            producer,
            waiters: Vec::new(),
            seen: false,
            started: None,
            kept: 0,
            settled: 0,
            identity: None,
        }
    }

    pub fn is_pending(&self) -> bool {
        matches!(self.state, PromiseState::Pending)
    }
}

impl Trace for Promise {
    fn trace(&self, marker: &mut Marker) {
        match self.state {
            PromiseState::Pending => {}
            PromiseState::Done(value) => marker.value(value),
            PromiseState::Failed(exception) => marker.value(Value::Exception(exception)),
        }
        if let Producer::Converted { source, module, .. } = self.producer {
            marker.object(source);
            marker.object(module);
        }
    }

    fn bytes(&self) -> usize {
        self.waiters.capacity() * size_of::<(TaskId, u32)>()
    }
}

/// The value of a promise that an operation has met inside of another value.
///
/// # Errors
/// Unless it is there, the wish to wait for it, which goes to the virtual machine.
pub(crate) fn value_of(heap: &Heap, promise: Ref<Promise>) -> Res<Value> {
    match heap.promises[promise].state {
        PromiseState::Done(value) => Ok(value),
        PromiseState::Pending | PromiseState::Failed(_) => Err(Raise::resume_after(Resume::Wait(promise))),
    }
}
