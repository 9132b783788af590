//! Numbers of different representations under one roof: exact comparison, conversion, float division and rounding.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::{FromPrimitive, ToPrimitive};

use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::value::Value;

/// A number read out of a value; `bool` counts as an int.
#[derive(Clone, Copy, Debug)]
pub enum Number<'a> {
    Int(i64),
    Big(&'a BigInt),
    Float(f64),
}

/// The number in `value`, if it is one.
#[inline]
pub fn number(heap: &Heap, value: Value) -> Option<Number<'_>> {
    Some(match value {
        Value::Int(int) => Number::Int(int),
        Value::Float(float) => Number::Float(float.get()),
        Value::Bool(truth) => Number::Int(i64::from(truth.get())),
        Value::BigInt(int) => Number::Big(&heap.bigints[int]),
        _ => return None,
    })
}

impl Number<'_> {
    /// The exact order of two numbers; none when one is not a number (NaN).
    pub fn partial_cmp(self, other: Number<'_>) -> Option<Ordering> {
        use Number::*;
        Some(match (self, other) {
            (Int(a), Int(b)) => a.cmp(&b),
            (Float(a), Float(b)) => return a.partial_cmp(&b),
            (Big(a), Big(b)) => a.cmp(b),
            // A big int lies outside the range of the small ones, so its sign decides.
            (Int(_), Big(b)) => BigInt::ZERO.cmp(b),
            (Big(a), Int(_)) => a.cmp(&BigInt::ZERO),
            (Int(a), Float(b)) => return int_cmp_float(a, b),
            (Float(a), Int(b)) => return int_cmp_float(b, a).map(Ordering::reverse),
            (Big(a), Float(b)) => return big_cmp_float(a, b),
            (Float(a), Big(b)) => return big_cmp_float(b, a).map(Ordering::reverse),
        })
    }

    /// The nearest float.
    ///
    /// # Errors
    /// `OverflowError` for an int outside the range of floats.
    pub fn to_f64(self) -> Res<f64> {
        match self {
            Number::Int(int) => Ok(int as f64),
            Number::Float(float) => Ok(float),
            Number::Big(int) => int_to_f64(int),
        }
    }
}

/// The nearest float of a big int.
///
/// # Errors
/// `OverflowError` outside the range of floats.
pub fn int_to_f64(int: &BigInt) -> Res<f64> {
    match int.to_f64() {
        Some(float) if float.is_finite() => Ok(float),
        _ => Err(Raise::new(ExceptionKind::OverflowError, "int too large to convert to float")),
    }
}

fn int_cmp_float(int: i64, float: f64) -> Option<Ordering> {
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    if float.is_nan() {
        return None;
    }
    if float >= TWO_63 {
        return Some(Ordering::Less);
    }
    if float < -TWO_63 {
        return Some(Ordering::Greater);
    }
    let whole = float.trunc();
    // Inside the range checked above the conversion is exact.
    Some(int.cmp(&(whole as i64)).then_with(|| 0.0.partial_cmp(&(float - whole)).unwrap_or(Ordering::Equal)))
}

fn big_cmp_float(int: &BigInt, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    match BigInt::from_f64(float.trunc()) {
        // A float this large has no fraction unless it is smaller than any big int, where the whole part decides.
        Some(whole) => Some(int.cmp(&whole)),
        None => Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater }),
    }
}

/// `a % b` of floats: the result has the sign of `b`.
pub fn float_modulo(a: f64, b: f64) -> f64 {
    let remainder = a % b;
    if remainder == 0.0 {
        0.0f64.copysign(b)
    } else if (remainder < 0.0) != (b < 0.0) {
        remainder + b
    } else {
        remainder
    }
}

/// `a // b` of floats.
pub fn float_floor_divide(a: f64, b: f64) -> f64 {
    let remainder = a % b;
    let mut quotient = (a - remainder) / b;
    if remainder != 0.0 && (remainder < 0.0) != (b < 0.0) {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return 0.0f64.copysign(a / b);
    }
    let floor = quotient.floor();
    if quotient - floor > 0.5 { floor + 1.0 } else { floor }
}

/// The nearest whole number, halves to the even one.
pub fn round_half_even(float: f64) -> f64 {
    float.round_ties_even()
}

/// The float that a text spells, as `float(text)` reads it; none if it is not one.
pub fn parse_float(text: &str) -> Option<f64> {
    let trimmed = crate::methods::trim(text);
    let mut cleaned = String::with_capacity(trimmed.len());
    let mut previous = ' ';
    for c in trimmed.chars() {
        if c == '_' {
            if !previous.is_ascii_digit() {
                return None;
            }
        } else {
            if previous == '_' && !c.is_ascii_digit() {
                return None;
            }
            cleaned.push(crate::methods::decimal_value(c).and_then(|value| char::from_digit(value, 10)).unwrap_or(c));
        }
        previous = c;
    }
    if previous == '_' {
        return None;
    }
    cleaned.parse().ok()
}
