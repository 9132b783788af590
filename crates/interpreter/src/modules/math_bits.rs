//! The functions of the module `math` that look into the bits of floats: exponents, neighbours, remainders.

use num_traits::Signed;

use super::math::{float, range_error, two};
use crate::builtins::{CallArgs, by_place};
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::ops::{self, Number};
use crate::value::Value;

/// A part from 0.5 to 1 and the power of two by which it is multiplied.
pub(super) fn frexp(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let x = float(heap, args.one(heap, "math.frexp")?)?;
    let (part, exponent) = if x == 0.0 || !x.is_finite() { (x, 0) } else { libm::frexp(x) };
    Ok(heap.new_pair(Value::float(part), Value::Int(i64::from(exponent))))
}

/// `x * 2 ** i`.
pub(super) fn ldexp(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [x, exponent] = args.bind(heap, "ldexp", [by_place("x"), by_place("i")], 2)?;
    let x = float(heap, x.unwrap_or(Value::None))?;
    let exponent = match exponent.and_then(|exponent| ops::number(heap, exponent)) {
        Some(Number::Int(int)) => int,
        Some(Number::Big(int)) => {
            if int.is_negative() {
                i64::MIN
            } else {
                i64::MAX
            }
        }
        _ => return Err(Raise::type_error("Expected an int as second argument to ldexp.")),
    };
    // Past these bounds every float is zero or infinite.
    let exponent = i32::try_from(exponent.clamp(-5_000, 5_000)).unwrap_or(0);
    let result = libm::ldexp(x, exponent);
    if result.is_infinite() && x.is_finite() {
        return Err(range_error());
    }
    Ok(Value::float(result))
}

/// The float after x on the way to y.
pub(super) fn next_after(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let (x, y) = two(heap, args, "nextafter")?;
    Ok(Value::float(libm::nextafter(x, y)))
}

/// The value of the last bit of x.
pub(super) fn ulp(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let x = float(heap, args.one(heap, "math.ulp")?)?.abs();
    if !x.is_finite() {
        return Ok(Value::float(x));
    }
    let up = libm::nextafter(x, f64::INFINITY);
    Ok(Value::float(if up.is_infinite() { x - libm::nextafter(x, 0.0) } else { up - x }))
}

/// What is left of x after the multiple of y that is nearest to it.
pub(super) fn remainder(x: f64, y: f64) -> f64 {
    if y.is_infinite() && x.is_finite() {
        return x;
    }
    libm::remainder(x, y)
}
