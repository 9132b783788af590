//! What values of library modules do in operators and builtins: each question goes to the module of the type.

use std::cmp::Ordering;

use super::{datetime, itertools, random, re};
use crate::builtins::CallArgs;
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::methods::Method;
use crate::objects::{Named, Native, NativeRef, Tuple};
use crate::ops::{self, BinaryOp};
use crate::value::{Ref, TypeTag, Value};

fn is_datetime(tag: TypeTag) -> bool {
    matches!(tag, TypeTag::Date | TypeTag::DateTime | TypeTag::Time | TypeTag::TimeDelta | TypeTag::TimeZone)
}

/// Calls a type.
pub(crate) fn construct(heap: &mut Heap, tag: TypeTag, args: &CallArgs<'_>) -> Res<Value> {
    match tag {
        tag if is_datetime(tag) => datetime::construct(heap, tag, args),
        TypeTag::Chain => itertools::chain(heap, args),
        TypeTag::Slice => super::slice::construct(heap, args),
        TypeTag::StructTime => super::time::new_struct_time(heap, args),
        tag => Err(Raise::type_error(format!("cannot create '{}' instances", tag.qualified_name()))),
    }
}

pub(crate) fn methods_of(tag: TypeTag) -> &'static [Method] {
    match tag {
        TypeTag::Pattern => re::PATTERN_METHODS,
        TypeTag::Match => re::MATCH_METHODS,
        TypeTag::Random => random::METHODS,
        TypeTag::Slice => super::slice::METHODS,
        TypeTag::Task => crate::vm_builtins::TASK_METHODS,
        tag => datetime::methods_of(tag),
    }
}

pub(crate) fn class_methods_of(tag: TypeTag) -> &'static [Method] {
    match tag {
        TypeTag::Chain => itertools::CHAIN_CLASS_METHODS,
        tag => datetime::class_methods_of(tag),
    }
}

pub(crate) fn class_attribute(heap: &mut Heap, tag: TypeTag, name: &str) -> Option<Value> {
    datetime::class_attribute(heap, tag, name)
}

pub(crate) fn attribute(heap: &mut Heap, native: NativeRef, name: &str) -> Option<Value> {
    match &heap.natives[native] {
        Native::Pattern(_) | Native::Match(_) => re::attribute(heap, native, name),
        Native::Slice(slice) => super::slice::attribute(*slice, name),
        Native::Task(promise) => (name == "done").then(|| Value::bool(!heap.promises[*promise].is_pending())),
        Native::Named(named) => {
            let own = named.names.iter().position(|known| *known == name).and_then(|at| named.items.get(at));
            own.copied().or_else(|| named.hidden.iter().find(|(known, _)| *known == name).map(|(_, value)| *value))
        }
        _ => datetime::attribute(heap, native, name),
    }
}

pub(crate) fn eq(heap: &Heap, a: NativeRef, b: NativeRef, depth: usize) -> Res<bool> {
    match (&heap.natives[a], &heap.natives[b]) {
        (Native::Named(x), Native::Named(y)) => ops::eq_slices(heap, &x.items, &y.items, depth),
        (Native::Slice(x), Native::Slice(y)) => ops::eq_slices(heap, &x.parts(), &y.parts(), depth),
        (Native::Pattern(x), Native::Pattern(y)) => Ok(x.is_same(y, heap)),
        _ => Ok(is_datetime(a.tag()) && datetime::eq(heap, a, b)),
    }
}

pub(crate) fn is_ordered(a: NativeRef, b: NativeRef) -> bool {
    datetime::is_ordered(a.tag(), b.tag())
}

pub(crate) fn order(heap: &Heap, a: NativeRef, b: NativeRef) -> Res<Ordering> {
    datetime::order(heap, a, b)
}

/// The hash of a value that equals others; none of one that equals only itself.
pub(crate) fn hash(heap: &Heap, native: NativeRef, depth: usize) -> Res<Option<i64>> {
    match &heap.natives[native] {
        Native::Named(named) => {
            let lanes = named.items.iter().map(|item| ops::hash_nested(heap, *item, depth + 1));
            Ok(Some(ops::hash_tuple(&lanes.collect::<Res<Vec<_>>>()?)))
        }
        Native::Pattern(pattern) => Ok(Some(heap.strs[pattern.source].hash() as i64)),
        Native::Slice(_) => Err(Raise::type_error("unhashable type: 'slice'")),
        _ if is_datetime(native.tag()) => Ok(Some(datetime::hash(heap, native))),
        _ => Ok(None),
    }
}

pub(crate) fn truth(heap: &Heap, native: NativeRef) -> bool {
    match &heap.natives[native] {
        Native::TimeDelta(delta) => delta.0 != 0,
        Native::Named(named) => !named.items.is_empty(),
        _ => true,
    }
}

pub(crate) fn len(heap: &Heap, native: NativeRef) -> Option<usize> {
    match &heap.natives[native] {
        Native::Named(named) => Some(named.items.len()),
        _ => None,
    }
}

/// A tuple with the items of one whose items have names.
pub(crate) fn as_tuple(heap: &mut Heap, native: NativeRef) -> Option<Ref<Tuple>> {
    match &heap.natives[native] {
        Native::Named(named) => {
            let items = named.items.clone();
            Some(heap.alloc(Tuple::new(items)))
        }
        _ => None,
    }
}

pub(crate) fn get_item(heap: &mut Heap, native: NativeRef, index: Value) -> Res<Value> {
    match &heap.natives[native] {
        Native::Match(_) => re::group(heap, native, index),
        Native::Named(Named { items, .. }) => {
            let tuple = heap.alloc(Tuple::new(items.clone()));
            ops::get_item(heap, Value::Tuple(tuple), index)
        }
        _ => Err(Raise::type_error(format!("'{}' object is not subscriptable", native.tag().qualified_name()))),
    }
}

pub(crate) fn binary(heap: &mut Heap, op: BinaryOp, left: Value, right: Value) -> Res<Option<Value>> {
    datetime::binary(heap, op, left, right)
}

pub(crate) fn negate(heap: &mut Heap, value: Value) -> Res<Option<Value>> {
    datetime::negate(heap, value)
}

pub(crate) fn repr(heap: &Heap, native: NativeRef) -> Res<String> {
    match &heap.natives[native] {
        Native::Pattern(_) | Native::Match(_) => re::repr(heap, native),
        Native::Slice(slice) => super::slice::repr(heap, *slice),
        Native::Random(_) => Ok("<random.Random object>".to_owned()),
        Native::Task(promise) => {
            let state = if heap.promises[*promise].is_pending() { "running" } else { "done" };
            Ok(format!("<task {state}>"))
        }
        Native::Named(named) => {
            let mut parts = Vec::with_capacity(named.items.len());
            for (name, item) in named.names.iter().zip(&named.items) {
                parts.push(format!("{name}={}", ops::repr(heap, *item)?));
            }
            Ok(format!("{}({})", named.title, parts.join(", ")))
        }
        _ => datetime::repr(heap, native),
    }
}

pub(crate) fn text(heap: &Heap, native: NativeRef) -> Res<String> {
    if is_datetime(native.tag()) { datetime::text(heap, native) } else { repr(heap, native) }
}

/// Does the type have a format language of its own?
pub(crate) fn has_format(native: NativeRef) -> bool {
    matches!(native.tag(), TypeTag::Date | TypeTag::DateTime | TypeTag::Time)
}

pub(crate) fn format(heap: &Heap, native: NativeRef, spec: &str) -> Res<String> {
    datetime::format(heap, native, spec)
}
