//! An exception as a value, with the places it passed through.

use crate::bytecode::CodeId;
use crate::exception_kind::ExceptionKind;
use crate::heap::{Marker, Trace};
use crate::limits::Limit;
use crate::objects::{List, Record};
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
    /// The record that programs see in its place, if its type is one of the program's.
    pub record: Option<Ref<Record>>,
    /// What the exception was made with; `str(e)` shows it.
    pub args: Vec<Value>,
    /// The exception after `raise … from`.
    pub cause: Option<Ref<Exception>>,
    /// The exception that was being handled when this one was raised.
    pub context: Option<Ref<Exception>>,
    /// Whether it is, or was, the context of another one.
    pub is_context: bool,
    /// Set by `raise … from …`: reports leave the context out.
    pub suppress_context: bool,
    /// What `add_note` was told, if it was called.
    pub notes: Option<Ref<List>>,
    /// The dict that lacks the key of a `KeyError`, or the file of an `OSError`.
    pub about: Option<Value>,
    /// The innermost frame first.
    pub traceback: Vec<TraceEntry>,
    /// The limit that the program passed, if that is what happened.
    pub limit: Option<Limit>,
}

impl Exception {
    pub fn new(kind: ExceptionKind, args: Vec<Value>) -> Exception {
        Exception {
            kind,
            record: None,
            args,
            notes: None,
            about: None,
            cause: None,
            context: None,
            is_context: false,
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
        if let Some(record) = self.record {
            marker.value(Value::Record(record));
        }
        if let Some(about) = self.about {
            marker.value(about);
        }
        if let Some(notes) = self.notes {
            marker.value(Value::List(notes));
        }
        for exception in [self.cause, self.context].into_iter().flatten() {
            marker.value(Value::Exception(exception));
        }
    }

    fn bytes(&self) -> usize {
        self.args.len() * size_of::<Value>() + self.traceback.len() * size_of::<TraceEntry>()
    }
}
