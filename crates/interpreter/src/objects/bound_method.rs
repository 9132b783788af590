//! A method together with the value it was read from: `xs.append` without the call.

use crate::heap::{Marker, Trace};
use crate::objects::Str;
use crate::value::{Ref, Value};

/// Which method a [`BoundMethod`] calls.
#[derive(Debug, Clone, Copy)]
pub enum MethodTarget {
    /// A Dana function (or another callable) that takes the receiver as its first argument.
    Callable(Value),
    /// The method of a built-in type that has the bound method's name.
    Native,
}

#[derive(Debug, Clone)]
pub struct BoundMethod {
    pub receiver: Value,
    pub name: Ref<Str>,
    pub target: MethodTarget,
}

impl BoundMethod {
    /// Does it call a function of the program, and not what is made for a built-in type?
    pub(crate) fn is_of_function(&self) -> bool {
        matches!(self.target, MethodTarget::Callable(Value::Function(_)))
    }
}

impl Trace for BoundMethod {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.receiver);
        marker.value(Value::Str(self.name));
        if let MethodTarget::Callable(callable) = self.target {
            marker.value(callable);
        }
    }
}
