//! Methods of exceptions.

use super::{Method, method};
use crate::builtins::CallArgs;
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::objects::List;
use crate::value::Value;

pub(super) const METHODS: &[Method] = &[method("add_note", add_note), method("with_traceback", with_traceback)];

fn add_note(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let note = args.one(heap, "BaseException.add_note")?;
    if !matches!(note, Value::Str(_)) {
        return Err(Raise::type_error(format!("note must be a str, not '{}'", note.type_name(heap))));
    }
    let Value::Exception(exception) = this else { return Ok(Value::None) };
    heap.charge(size_of::<Value>());
    match heap.exceptions[exception].notes {
        Some(notes) => heap.lists[notes].items.push(note),
        None => {
            let notes = heap.alloc(List::new(vec![note]));
            heap.exceptions[exception].notes = Some(notes);
        }
    }
    Ok(Value::None)
}

fn with_traceback(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.one(heap, "BaseException.with_traceback")?;
    let Value::Exception(exception) = this else { return Ok(this) };
    Ok(crate::vm::exception_as_seen(heap, exception))
}
