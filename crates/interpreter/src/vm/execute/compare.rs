//! Comparisons and truth, as instructions need them.

use crate::bytecode::CompareOp;
use crate::exception_kind::Res;
use crate::objects::value_of;
use crate::ops;
use crate::value::Value;
use crate::vm::machine::Machine;

#[inline]
pub(super) fn truth(m: &Machine, value: Value) -> Res<bool> {
    match value {
        Value::Bool(value) => Ok(value.get()),
        Value::None => Ok(false),
        value => ops::holds(&m.heap, value),
    }
}

pub(super) fn compare(m: &mut Machine, op: CompareOp, a: Value, b: Value) -> Res<bool> {
    match op {
        CompareOp::In => ops::contains(&mut m.heap, b, a),
        CompareOp::NotIn => ops::contains(&mut m.heap, b, a).map(|found| !found),
        CompareOp::Is => Ok(settled(m, a)?.is(settled(m, b)?)),
        CompareOp::IsNot => Ok(!settled(m, a)?.is(settled(m, b)?)),
        op => match op.of_values() {
            Some(op) => ops::compare(&m.heap, op, a, b),
            None => Ok(false),
        },
    }
}

/// The value itself, or that of a task.
fn settled(m: &Machine, value: Value) -> Res<Value> {
    match value {
        Value::Promise(promise) => value_of(&m.heap, promise),
        value => Ok(value),
    }
}
