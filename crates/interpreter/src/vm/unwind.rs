//! Exceptions at run time: making them, finding their handlers, and matching them.

use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::objects::{Exception, TraceEntry};
use crate::value::{Ref, TypeTag, Value};

use super::exceptions::{as_seen, of_value};
use super::execute::Cx;
use super::machine::{BELOW_NOBODY, BELOW_NOT_LOOKED, Frame, OnReturn};
use super::scheduler::Leaving;

impl Cx<'_> {
    /// Goes to the innermost handler of an exception, dropping the frames above it; false if there is none, or if the task
    /// has to wait before for those that it has started.
    ///
    /// `record` is false if the top frame is in the traceback already.
    pub(super) fn unwind(&mut self, mut exception: Ref<Exception>, mut record: bool) -> bool {
        // Also what a frame further down handles is the context: the function that raises may have been called by a handler.
        if record
            && self.m.heap.exceptions[exception].context.is_none()
            && let Some(handled) = self.active_exception().filter(|handled| *handled != exception)
        {
            self.set_context(exception, handled);
        }
        while let Some(&frame) = self.task.frames.last() {
            let code = &self.codes[frame.code.0 as usize].code;
            let at = frame.pc.saturating_sub(1);
            if record {
                let entry = TraceEntry { code: frame.code, instruction: at, is_start: false };
                self.m.heap.exceptions[exception].traceback.push(entry);
            }
            record = true;
            let base = frame.base as usize;
            let within = |it: &&crate::bytecode::Handler| it.start <= at && at < it.end;
            if self.m.heap.exceptions[exception].context.is_none()
                && let Some(handled) = self.handled_by(frame)
                && handled != exception
            {
                self.set_context(exception, handled);
            }
            let handler = code.handlers.iter().find(within);
            if frame.on_return == OnReturn::Join {
                let (from, to) = handler.map_or((0, u32::MAX), |handler| (handler.start, handler.end));
                match self.leave(from, to, exception) {
                    Leaving::Now(other) => exception = other,
                    Leaving::Later => return false,
                }
            }
            if let Some(handler) = handler {
                if let Some(top) = self.task.frames.last_mut() {
                    top.pc = handler.target;
                }
                self.task.stack[base + usize::from(handler.register)] = Value::Exception(exception);
                return true;
            }
            let on_return = match frame.on_return {
                OnReturn::Join => self.drop_scope().unwrap_or(OnReturn::Discard),
                on_return => on_return,
            };
            let module = frame.module;
            self.task.frames.pop();
            if let OnReturn::StoreModule(_) = on_return {
                // A module that failed is loaded again by the next import.
                self.m.modules.retain(|_, loaded| *loaded != module);
                self.m.forget_member(module);
            }
        }
        self.task.failure = Some(exception);
        false
    }

    /// Makes `other` the context of `exception`.
    pub(super) fn set_context(&mut self, exception: Ref<Exception>, other: Ref<Exception>) {
        if self.m.heap.exceptions[exception].is_context {
            self.remove_from_context_of(exception, other);
        }
        self.m.heap.exceptions[other].is_context = true;
        self.m.heap.exceptions[exception].context = Some(other);
    }

    /// Cuts the chain of contexts of `other` before `exception`: a circle would never end in a report.
    fn remove_from_context_of(&mut self, exception: Ref<Exception>, other: Ref<Exception>) {
        let mut current = other;
        while let Some(next) = self.m.heap.exceptions[current].context {
            if next == exception {
                self.m.heap.exceptions[current].context = None;
                return;
            }
            current = next;
        }
    }

    /// The exception that a frame is handling where it stands.
    fn handled_by(&self, frame: Frame) -> Option<Ref<Exception>> {
        let code = &self.codes[frame.code.0 as usize].code;
        let at = frame.pc.saturating_sub(1);
        // A `finally` block that was not entered by an exception handles none; one around it may.
        code.handling.iter().filter(|it| it.start <= at && at < it.end).find_map(|region| {
            match self.task.stack[frame.base as usize + usize::from(region.register)] {
                Value::Exception(exception) => Some(exception),
                _ => None,
            }
        })
    }

    /// The exception that is being handled, for a bare `raise` in a function called by a handler, be it as a task.
    ///
    /// Frames below the top stand still, so what they handle is looked for once and noted in the frames above.
    pub(super) fn active_exception(&mut self) -> Option<Ref<Exception>> {
        let (mut found, mut below) = (None, BELOW_NOBODY);
        let mut at = self.task.frames.len();
        while let Some(index) = at.checked_sub(1) {
            let frame = self.task.frames[index];
            found = self.handled_by(frame);
            if found.is_some() {
                below = index as u32;
                break;
            }
            at = match frame.handled_below {
                BELOW_NOT_LOOKED => index,
                BELOW_NOBODY => break,
                other => other as usize + 1,
            };
        }
        for frame in self.task.frames.iter_mut().skip(found.map_or(0, |_| below as usize + 1)).rev() {
            if frame.handled_below != BELOW_NOT_LOOKED {
                break;
            }
            frame.handled_below = below;
        }
        found.or(self.task.handled)
    }

    /// The exception that `raise value` raises.
    pub(super) fn as_exception(&mut self, value: Value) -> Res<Ref<Exception>> {
        match value {
            Value::Exception(exception) => Ok(exception),
            Value::RecordType(ty) => self.exception_of_type(ty),
            Value::ExceptionType(kind) => Ok(self.m.heap.alloc(Exception::new(kind, Vec::new()))),
            // A text is the message of a `RuntimeError`.
            Value::Str(_) => Ok(self.m.heap.alloc(Exception::new(ExceptionKind::RuntimeError, vec![value]))),
            value => of_value(&self.m.heap, value)
                .ok_or_else(|| Raise::type_error("exceptions must derive from BaseException")),
        }
    }

    pub(super) fn as_cause(&mut self, value: Value) -> Res<Ref<Exception>> {
        self.as_exception(value).map_err(|_| Raise::type_error("exception causes must derive from BaseException"))
    }

    /// Is the exception of the type that a handler names, or of one of a tuple of types?
    pub(super) fn matches(&self, exception: Value, types: Value) -> Res<bool> {
        let Value::Exception(exception) = exception else { return Ok(false) };
        match types {
            Value::Tuple(tuple) => {
                for &ty in self.m.heap.tuples[tuple].items() {
                    if self.is_of_type(exception, ty)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            ty => self.is_of_type(exception, ty),
        }
    }

    fn is_of_type(&self, exception: Ref<Exception>, ty: Value) -> Res<bool> {
        let heap = &self.m.heap;
        match ty {
            Value::ExceptionType(expected) => Ok(heap.exceptions[exception].kind.is_subclass_of(expected)),
            Value::Type(TypeTag::Exception) => Ok(true),
            Value::RecordType(wanted) if heap.record_types[wanted].exception.is_some() => {
                Ok(super::coerce::is_instance(self.m, as_seen(heap, exception), ty) == Some(true))
            }
            _ => Err(Raise::type_error("catching classes that do not inherit from BaseException is not allowed")),
        }
    }
}
