//! Methods of the views of a dict.

use super::{Method, method};
use crate::builtins::CallArgs;
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::objects::ViewKind;
use crate::ops;
use crate::value::Value;

pub(super) const METHODS: &[Method] = &[method("isdisjoint", is_disjoint)];

fn is_disjoint(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    if matches!(this, Value::View(view) if heap.views[view].kind == ViewKind::Values) {
        let message = "'dict_values' object has no attribute 'isdisjoint'";
        return Err(Raise::new(ExceptionKind::AttributeError, message));
    }
    let other = args.one(heap, "isdisjoint")?;
    for item in ops::collect(heap, other)? {
        if ops::contains(heap, this, item)? {
            return Ok(Value::bool(false));
        }
    }
    Ok(Value::bool(true))
}
