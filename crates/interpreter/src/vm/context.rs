//! `with`: entering and leaving what stands there.

use crate::exception_kind::{Raise, Res};
use crate::objects::Str;
use crate::ops;
use crate::value::{Ref, Value};

use super::call::Flow;
use super::exceptions::as_seen;
use super::execute::Cx;
use super::machine::OnReturn;

impl Cx<'_> {
    /// Calls `enter_context` (or Python's `__enter__`) if there is one; else the value itself is entered.
    pub(super) fn with_enter(&mut self, context: Value, on_return: OnReturn) -> Res<Flow> {
        match self.context_method(context, self.m.names.enter_context, "__enter__")? {
            Some(method) => self.call_with(method, &[], &[], on_return),
            None if matches!(context, Value::Record(_) | Value::Module(_)) => Ok(Flow::Value(context)),
            None => Err(Raise::type_error(format!(
                "'{}' object does not support the context manager protocol",
                context.type_name(&self.m.heap)
            ))),
        }
    }

    /// Calls `exit_context` (or `__exit__`) with the type, the value and the traceback of the exception that leaves the
    /// block, or three times `None`: as many of them as it takes.
    pub(super) fn with_exit(&mut self, context: Value, raised: Value, on_return: OnReturn) -> Res<Flow> {
        let Some(method) = self.context_method(context, self.m.names.exit_context, "__exit__")? else {
            return Ok(Flow::Value(Value::None));
        };
        let args = match raised {
            Value::Exception(exception) => {
                let seen = as_seen(&self.m.heap, exception);
                [super::coerce::type_of(&self.m.heap, seen), seen, Value::None]
            }
            _ => [Value::None; 3],
        };
        let count = self.arity(method).unwrap_or(args.len()).min(args.len());
        // A single parameter is for the exception itself.
        let args = if count == 1 { &args[1..2] } else { &args[..count] };
        self.call_with(method, args, &[], on_return)
    }

    /// Does the result of `exit_context` say that the exception ends here? Only of one that was told of it.
    pub(super) fn suppresses(&mut self, context: Value, result: Value) -> Res<bool> {
        if !ops::holds(&self.m.heap, result)? {
            return Ok(false);
        }
        let method = self.context_method(context, self.m.names.exit_context, "__exit__")?;
        Ok(method.is_some_and(|method| self.arity(method) != Some(0)))
    }

    fn context_method(&mut self, context: Value, name: Ref<Str>, python: &str) -> Res<Option<Value>> {
        if let Some(method) = self.find_attr(context, name)? {
            return Ok(Some(method));
        }
        match self.m.heap.find_interned(python) {
            Some(name) => self.find_attr(context, name),
            None => Ok(None),
        }
    }
}
