//! Arithmetic, as instructions need it.

use crate::bytecode::{BinaryOp, Reg};
use crate::value::Value;

/// Computes with two numbers, ints by `ints` and all others by `floats`; false, and nothing is done, for other operands and
/// for a result that is no small int.
///
/// Writes the result straight to its register: a value copied through a temporary costs a stalled load.
#[inline(always)]
pub(super) fn of_numbers<const WINDOW: usize>(
    regs: &mut [Value; WINDOW],
    (dst, a, b): (Reg, Reg, Reg),
    ints: impl Fn(i64, i64) -> Option<i64>,
    floats: impl Fn(f64, f64) -> f64,
) -> bool {
    let at = |reg: Reg| usize::from(reg) & (WINDOW - 1);
    match (&regs[at(a)], &regs[at(b)]) {
        (&Value::Int(x), &Value::Int(y)) => match ints(x, y) {
            Some(result) => regs[at(dst)] = Value::Int(result),
            None => return false,
        },
        (&Value::Float(x), &Value::Float(y)) => regs[at(dst)] = Value::float(floats(x.get(), y.get())),
        (&Value::Int(x), &Value::Float(y)) => regs[at(dst)] = Value::float(floats(x as f64, y.get())),
        (&Value::Float(x), &Value::Int(y)) => regs[at(dst)] = Value::float(floats(x.get(), y as f64)),
        _ => return false,
    }
    true
}

/// Division, with and without remainder, of the usual numbers; false, and nothing is done, for all others.
#[inline(always)]
pub(super) fn divided<const WINDOW: usize>(
    regs: &mut [Value; WINDOW],
    op: BinaryOp,
    (dst, a, b): (Reg, Reg, Reg),
) -> bool {
    let at = |reg: Reg| usize::from(reg) & (WINDOW - 1);
    let result = match (op, &regs[at(a)], &regs[at(b)]) {
        // Both are positive: no rounding towards minus infinity to care for.
        (BinaryOp::Modulo, &Value::Int(x), &Value::Int(y)) if x >= 0 && y > 0 => Value::Int(x % y),
        (BinaryOp::FloorDivide, &Value::Int(x), &Value::Int(y)) if x >= 0 && y > 0 => Value::Int(x / y),
        (BinaryOp::Divide, &Value::Float(x), &Value::Float(y)) if y.get() != 0.0 => Value::float(x.get() / y.get()),
        (BinaryOp::Divide, &Value::Float(x), &Value::Int(y)) if y != 0 => Value::float(x.get() / y as f64),
        _ => return false,
    };
    regs[at(dst)] = result;
    true
}

/// An operator with a small int on the right, of the usual numbers; false, and nothing is done, for all others.
#[inline(always)]
pub(super) fn with_int<const WINDOW: usize>(
    regs: &mut [Value; WINDOW],
    op: BinaryOp,
    (dst, a): (Reg, Reg),
    value: i64,
) -> bool {
    let at = |reg: Reg| usize::from(reg) & (WINDOW - 1);
    let result = match (op, &regs[at(a)]) {
        // Division by what is positive rounds towards minus infinity as Euclid's does.
        (BinaryOp::Modulo, &Value::Int(x)) if value > 0 => Value::Int(x.rem_euclid(value)),
        (BinaryOp::FloorDivide, &Value::Int(x)) if value > 0 => Value::Int(x.div_euclid(value)),
        (BinaryOp::Multiply, &Value::Int(x)) => match x.checked_mul(value) {
            Some(product) => Value::Int(product),
            None => return false,
        },
        (BinaryOp::Multiply, &Value::Float(x)) => Value::float(x.get() * value as f64),
        (BinaryOp::Divide, &Value::Float(x)) if value != 0 => Value::float(x.get() / value as f64),
        (BinaryOp::BitAnd, &Value::Int(x)) => Value::Int(x & value),
        _ => return false,
    };
    regs[at(dst)] = result;
    true
}
