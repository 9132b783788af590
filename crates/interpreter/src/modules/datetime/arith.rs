//! Sums, differences, products and quotients of dates and durations.

use num_bigint::BigInt;
use num_integer::Integer;

use super::{Date, DateTime, MICROS_PER_DAY, TimeDelta, delta, offset_of};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::objects::Native;
use crate::ops::{self, BinaryOp, Number};
use crate::value::Value;

/// What an operand is.
enum Operand {
    Date(Date),
    DateTime(DateTime),
    Delta(TimeDelta),
    Int(BigInt),
    Float(f64),
}

fn operand(heap: &Heap, value: Value) -> Option<Operand> {
    if let Some(number) = ops::number(heap, value) {
        return Some(match number {
            Number::Int(int) => Operand::Int(BigInt::from(int)),
            Number::Big(int) => Operand::Int(int.clone()),
            Number::Float(float) => Operand::Float(float),
        });
    }
    let Value::Native(native) = value else { return None };
    match &heap.natives[native] {
        Native::Date(date) => Some(Operand::Date(*date)),
        Native::DateTime(it) => Some(Operand::DateTime(*it)),
        Native::TimeDelta(delta) => Some(Operand::Delta(*delta)),
        _ => None,
    }
}

pub(super) fn as_delta(heap: &Heap, value: Value) -> Option<TimeDelta> {
    match operand(heap, value) {
        Some(Operand::Delta(delta)) => Some(delta),
        _ => None,
    }
}

/// `left op right` where one is a date or duration. None if the operator does not take them.
pub(crate) fn binary(heap: &mut Heap, op: BinaryOp, left: Value, right: Value) -> Res<Option<Value>> {
    use Operand::*;
    let (Some(a), Some(b)) = (operand(heap, left), operand(heap, right)) else { return Ok(None) };
    let result = match (op, a, b) {
        (BinaryOp::Add, Date(date), Delta(delta)) | (BinaryOp::Add, Delta(delta), Date(date)) => {
            shifted_date(heap, date, delta.0.div_euclid(MICROS_PER_DAY))?
        }
        (BinaryOp::Subtract, Date(date), Delta(delta)) => {
            shifted_date(heap, date, -delta.0.div_euclid(MICROS_PER_DAY))?
        }
        (BinaryOp::Subtract, Date(a), Date(b)) => {
            delta::checked(heap, i128::from(a.ordinal() - b.ordinal()) * MICROS_PER_DAY)?
        }
        (BinaryOp::Add, DateTime(it), Delta(delta)) | (BinaryOp::Add, Delta(delta), DateTime(it)) => {
            let moved = it.at(it.micros() + delta.0)?;
            heap.new_native(Native::DateTime(moved))
        }
        (BinaryOp::Subtract, DateTime(it), Delta(delta)) => {
            let moved = it.at(it.micros() - delta.0)?;
            heap.new_native(Native::DateTime(moved))
        }
        (BinaryOp::Subtract, DateTime(a), DateTime(b)) => {
            let shift = match (offset_of(heap, a.zone), offset_of(heap, b.zone)) {
                (None, None) => 0,
                (Some(x), Some(y)) => x - y,
                _ => return Err(Raise::type_error("can't subtract offset-naive and offset-aware datetimes")),
            };
            delta::checked(heap, a.micros() - b.micros() - i128::from(shift))?
        }
        (BinaryOp::Add, Delta(a), Delta(b)) => delta::checked(heap, a.0 + b.0)?,
        (BinaryOp::Subtract, Delta(a), Delta(b)) => delta::checked(heap, a.0 - b.0)?,
        (BinaryOp::Multiply, Delta(delta), Int(int)) | (BinaryOp::Multiply, Int(int), Delta(delta)) => {
            delta::big(heap, BigInt::from(delta.0) * int)?
        }
        (BinaryOp::Multiply, Delta(delta), Float(float)) | (BinaryOp::Multiply, Float(float), Delta(delta)) => {
            let (numerator, denominator) = ratio(float)?;
            let micros = delta::divide_nearest(&(BigInt::from(delta.0) * numerator), &denominator);
            delta::big(heap, micros)?
        }
        (BinaryOp::Divide, Delta(delta), Float(float)) => {
            let (numerator, denominator) = ratio(float)?;
            let micros = delta::divide_nearest(&(BigInt::from(delta.0) * denominator), &non_zero(numerator)?);
            delta::big(heap, micros)?
        }
        (BinaryOp::Divide, Delta(delta), Int(int)) => {
            let micros = delta::divide_nearest(&BigInt::from(delta.0), &non_zero(int)?);
            delta::big(heap, micros)?
        }
        (BinaryOp::Divide, Delta(a), Delta(b)) => {
            let (a, b) = (heap.new_int(BigInt::from(a.0)), heap.new_int(BigInt::from(b.0)));
            ops::binary(heap, BinaryOp::Divide, a, b)?
        }
        (BinaryOp::FloorDivide, Delta(delta), Int(int)) => {
            delta::big(heap, BigInt::from(delta.0).div_floor(&non_zero(int)?))?
        }
        (BinaryOp::FloorDivide, Delta(a), Delta(b)) => {
            let quotient = BigInt::from(a.0).div_floor(&non_zero(BigInt::from(b.0))?);
            heap.new_int(quotient)
        }
        (BinaryOp::Modulo, Delta(a), Delta(b)) => {
            delta::big(heap, BigInt::from(a.0).mod_floor(&non_zero(BigInt::from(b.0))?))?
        }
        _ => return Ok(None),
    };
    Ok(Some(result))
}

fn shifted_date(heap: &mut Heap, date: Date, days: i128) -> Res<Value> {
    let day = i64::try_from(i128::from(date.ordinal()) + days).ok().and_then(Date::from_ordinal);
    Ok(heap.new_native(Native::Date(day.ok_or_else(super::out_of_range)?)))
}

fn non_zero(int: BigInt) -> Res<BigInt> {
    if int == BigInt::ZERO {
        return Err(Raise::new(ExceptionKind::ZeroDivisionError, "integer division or modulo by zero"));
    }
    Ok(int)
}

/// A float as a quotient of two integers, the second of which is positive.
fn ratio(float: f64) -> Res<(BigInt, BigInt)> {
    if float.is_nan() {
        return Err(Raise::value_error("cannot convert NaN to integer ratio"));
    }
    if float.is_infinite() {
        return Err(Raise::new(ExceptionKind::OverflowError, "cannot convert Infinity to integer ratio"));
    }
    let bits = float.to_bits();
    let exponent = ((bits >> 52) & 0x7FF) as i64;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (mantissa, exponent) = if exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), exponent - 1075) };
    let mantissa = BigInt::from(if float.is_sign_negative() { -mantissa } else { mantissa });
    Ok(if exponent >= 0 {
        (mantissa << exponent as usize, BigInt::from(1))
    } else {
        (mantissa, BigInt::from(1) << (-exponent) as usize)
    })
}

/// `-value` of a duration; none of others.
pub(crate) fn negate(heap: &mut Heap, value: Value) -> Res<Option<Value>> {
    match as_delta(heap, value) {
        Some(TimeDelta(micros)) => delta::checked(heap, -micros).map(Some),
        None => Ok(None),
    }
}
