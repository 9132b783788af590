//! Instructions that raise exceptions and find out which handler takes one.

use crate::bytecode::Op;
use crate::exception_kind::{ExceptionKind, Raise};
use crate::objects::Exception;
use crate::value::Value;
use crate::vm::exceptions::as_seen;

use super::apart::{Done, Next, Place, unknown};
use super::{Cx, Interrupt};

impl Cx<'_> {
    pub(super) fn raising(&mut self, op: Op, place: Place<'_>) -> Done {
        match op {
            Op::Raise { src } => {
                let exception = match self.as_exception(self.register(place, src)) {
                    Ok(exception) => exception,
                    Err(raise) if matches!(self.register(place, src), Value::Promise(_)) => return Err(raise.into()),
                    Err(raise) => self.m.exception(&raise),
                };
                Err(Interrupt::Throw(exception, true))
            }
            Op::RaiseFrom { src, cause } => {
                let exception = self.as_exception(self.register(place, src))?;
                let cause = match self.register(place, cause) {
                    Value::None => None,
                    cause => Some(self.as_cause(cause)?),
                };
                let object = &mut self.m.heap.exceptions[exception];
                object.cause = cause;
                object.suppress_context = true;
                Err(Interrupt::Throw(exception, true))
            }
            Op::Reraise { src } => match self.register(place, src) {
                Value::Exception(exception) => Err(Interrupt::Throw(exception, false)),
                _ => Err(nothing_to_raise().into()),
            },
            Op::RaiseActive => match self.active_exception() {
                Some(exception) => Err(Interrupt::Throw(exception, false)),
                None => Err(nothing_to_raise().into()),
            },
            Op::Caught { dst, exception } => {
                let seen = match self.register(place, exception) {
                    Value::Exception(exception) => as_seen(&self.m.heap, exception),
                    other => other,
                };
                self.set_register(place, dst, seen);
                Ok(Next::On)
            }
            Op::JumpUnlessMatches { exception, types, target } => {
                let (exception, types) = (self.register(place, exception), self.register(place, types));
                Ok(if self.matches(exception, types)? { Next::On } else { Next::Jump(target) })
            }
            Op::AssertFail { message } => {
                let arguments = match self.register(place, message) {
                    Value::Unset => Vec::new(),
                    message => vec![message],
                };
                let exception = self.m.heap.alloc(Exception::new(ExceptionKind::AssertionError, arguments));
                Err(Interrupt::Throw(exception, true))
            }
            _ => unknown(),
        }
    }
}

fn nothing_to_raise() -> Raise {
    Raise::new(ExceptionKind::RuntimeError, "No active exception to reraise")
}
