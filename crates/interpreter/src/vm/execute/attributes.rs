//! Fields and methods by inline caches, and records made of values that need no conversion.

use crate::heap::Heap;
use crate::methods;
use crate::objects::{Record, RecordKind, RecordType, Str};
use crate::value::{Ref, Value};
use crate::vm::coerce::is_plainly;
use crate::vm::machine::{Machine, Site};

/// The field of a record, if the instruction has met the type before; else it learns where the field is.
#[inline(always)]
pub(super) fn known_field(m: &Machine, object: Value, name: Ref<Str>, site: &Site) -> Option<Value> {
    let Value::Record(record) = object else { return None };
    let record = &m.heap.records[record];
    if let Some(index) = site.known(record.ty, m.types_version)
        && let Some(&value) = record.fields.get(index as usize)
        && !matches!(value, Value::Unset)
    {
        return Some(value);
    }
    if m.sched.orders_fields() {
        return None;
    }
    if let Some(index) = m.heap.record_types[record.ty].field(name) {
        site.learn(record.ty, m.types_version, index as u32);
    }
    None
}

/// Sets the field of a record, if the instruction has met the type before and the value needs no conversion; else it learns
/// where the field is.
#[inline(always)]
pub(super) fn set_known_field(m: &mut Machine, object: Value, name: Ref<Str>, value: Value, site: &Site) -> bool {
    let Value::Record(record) = object else { return false };
    let record = &mut m.heap.records[record];
    if let Some(index) = site.known(record.ty, m.types_version)
        && let Some(field) = m.heap.record_types[record.ty].fields.get(index as usize)
        && is_plainly(value, &field.ty)
        && let Some(slot) = record.fields.get_mut(index as usize)
    {
        *slot = value;
        return true;
    }
    if m.sched.orders_fields() {
        return false;
    }
    if let Some(index) = m.heap.record_types[record.ty].field(name) {
        site.learn(record.ty, m.types_version, index as u32);
    }
    false
}

/// Learns which method a call means, for the next one with a receiver of the same type.
#[inline(never)]
pub(super) fn learn_method(m: &Machine, receiver: Value, name: Ref<Str>, site: &Site) {
    let tag = receiver.type_tag();
    if !m.extensions.contains_key(&(tag, name))
        && let Some(method) = methods::position(tag, m.heap.str(name))
    {
        site.learn_of_builtin(tag, m.types_version, method as u32);
    }
    if let Value::Module(module) = receiver
        && let Some(slot) = m.heap.modules[module].slot_of(name)
    {
        site.learn_of_module(module, m.types_version, slot);
    }
    if let Value::Record(record) = receiver {
        let ty = m.heap.records[record].ty;
        let known = &m.heap.record_types[ty];
        if known.field(name).is_none()
            && let Some(&Value::Function(method)) = known.methods.get(&name)
        {
            site.learn(ty, m.types_version, method.index());
        }
    }
}

/// The record of a call with one value for each field, if none of them has to be converted.
#[inline]
pub(super) fn plain_record(heap: &mut Heap, ty: Ref<RecordType>, values: &[Value]) -> Option<Value> {
    let object = &heap.record_types[ty];
    let fits = object.kind != RecordKind::Interface
        && object.exception.is_none()
        && object.fields.len() == values.len()
        && object.fields.iter().zip(values).all(|(field, value)| is_plainly(*value, &field.ty));
    fits.then(|| Value::Record(heap.alloc(Record { ty, fields: values.into() })))
}
