//! An exception as a value, with the places it passed through.

use crate::bytecode::CodeId;
use crate::exception_kind::ExceptionKind;
use crate::heap::{Marker, Trace};
use crate::limits::Limit;
use crate::value::{Ref, Value};

/// One frame that an exception left or was caught in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceEntry {
    pub code: CodeId,
    /// The index of the instruction that raised or called.
    pub instruction: u32,
    /// Not a frame, but the call that started the task whose frames stand further in.
    pub is_start: bool,
}

#[derive(Debug, Clone)]
pub struct Exception {
    pub kind: ExceptionKind,
    /// What the exception was made with; `str(e)` shows it.
    pub args: Vec<Value>,
    /// The exception after `raise … from`.
    pub cause: Option<Ref<Exception>>,
    /// The exception that was being handled when this one was raised.
    pub context: Option<Ref<Exception>>,
    /// Set by `raise … from …`: reports leave the context out.
    pub suppress_context: bool,
    /// The innermost frame first.
    pub traceback: Vec<TraceEntry>,
    /// The limit that the program passed, if that is what happened.
    pub limit: Option<Limit>,
}

impl Exception {
    pub fn new(kind: ExceptionKind, args: Vec<Value>) -> Exception {
        Exception {
            kind,
            args,
            cause: None,
            context: None,
            suppress_context: false,
            traceback: Vec::new(),
            limit: None,
        }
    }
}

impl Trace for Exception {
    fn trace(&self, marker: &mut Marker) {
        for &value in &self.args {
            marker.value(value);
        }
        for exception in [self.cause, self.context].into_iter().flatten() {
            marker.value(Value::Exception(exception));
        }
    }

    fn bytes(&self) -> usize {
        self.args.len() * size_of::<Value>() + self.traceback.len() * size_of::<TraceEntry>()
    }
}
