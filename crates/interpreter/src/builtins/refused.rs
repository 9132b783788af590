//! What upstream forbids for safety, or because the language has another form for it: each is refused with the
//! alternative named.

use super::CallArgs;
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::value::Value;

fn refuse(message: &str) -> Res<Value> {
    Err(Raise::new(ExceptionKind::PermissionError, message))
}

pub(super) fn code(_: &mut Heap, _: &CallArgs<'_>) -> Res<Value> {
    refuse(
        "a program cannot run text as code; keep functions in a dict and call the one wanted, \
         or read data with json.loads()",
    )
}

pub(super) fn input(_: &mut Heap, _: &CallArgs<'_>) -> Res<Value> {
    refuse("a workflow runs unattended; take the value as a parameter of __main__ (`--arg name=value`)")
}

pub(super) fn open(_: &mut Heap, _: &CallArgs<'_>) -> Res<Value> {
    refuse("open() is not available; `import files` and use files.read_text() or files.write_text()")
}

pub(super) fn breakpoint(_: &mut Heap, _: &CallArgs<'_>) -> Res<Value> {
    refuse("breakpoint() is not available; set breakpoints in the editor")
}

pub(super) fn delattr(_: &mut Heap, _: &CallArgs<'_>) -> Res<Value> {
    refuse("delattr() is not available; write `del object.name`")
}

pub(super) fn dir(_: &mut Heap, _: &CallArgs<'_>) -> Res<Value> {
    refuse("dir() is not available; ask for one attribute with hasattr() or getattr()")
}

pub(super) fn dynamic_import(_: &mut Heap, _: &CallArgs<'_>) -> Res<Value> {
    refuse("__import__() is not available; write `import name`")
}

pub(super) fn locals(_: &mut Heap, _: &CallArgs<'_>) -> Res<Value> {
    refuse("locals() is not available; name the variables, or keep the values in a dict")
}

pub(super) fn memoryview(_: &mut Heap, _: &CallArgs<'_>) -> Res<Value> {
    refuse("memoryview() is not available; use bytes, and slices of it")
}

pub(super) fn method_kinds(_: &mut Heap, _: &CallArgs<'_>) -> Res<Value> {
    refuse("methods have no other kinds; write a function, or a method with a receiver: def (self: Type) name()")
}

pub(super) fn property(_: &mut Heap, _: &CallArgs<'_>) -> Res<Value> {
    refuse("property() is not available; write a method with a receiver: def (self: Type) name()")
}

pub(super) fn base_methods(_: &mut Heap, _: &CallArgs<'_>) -> Res<Value> {
    refuse(
        "super() is not available; call the function of the base by its name, or delegate to a field that starts with `_`",
    )
}

pub(super) fn vars(_: &mut Heap, _: &CallArgs<'_>) -> Res<Value> {
    refuse("vars() is not available; name the attributes, or keep the values in a dict")
}

pub(super) fn globals(_: &mut Heap, _: &CallArgs<'_>) -> Res<Value> {
    refuse("globals() is not available; name the variables, or keep the values in a dict")
}
