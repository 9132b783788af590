//! Builtin functions over numbers.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{FromPrimitive, Signed, Zero};

use super::{CallArgs, by_name, by_place};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::format::format_value;
use crate::heap::Heap;
use crate::ops::protocol::{self, Protocol};
use crate::ops::{self, BinaryOp, Number};
use crate::value::Value;

pub(super) fn abs(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let value = args.one(heap, "abs")?;
    match value {
        Value::Float(float) => Ok(Value::float(float.get().abs())),
        Value::Int(int) if int >= 0 => Ok(value),
        Value::Int(_) => ops::negate(heap, value),
        Value::Bool(truth) => Ok(Value::Int(i64::from(truth.get()))),
        Value::BigInt(int) => {
            let size = heap.bigints[int].abs();
            Ok(heap.new_int(size))
        }
        Value::Native(native) if native.tag() == crate::value::TypeTag::TimeDelta => {
            let negated = ops::negate(heap, value)?;
            Ok(if ops::order(heap, ops::CompareOp::Less, negated, value)? { value } else { negated })
        }
        _ => match protocol::unary(heap, Protocol::Abs, value)? {
            Some(size) => Ok(size),
            None => Err(Raise::type_error(format!("bad operand type for abs(): '{}'", value.type_name(heap)))),
        },
    }
}

fn in_base(heap: &mut Heap, args: &CallArgs<'_>, name: &str, spec: &str) -> Res<Value> {
    let value = args.one(heap, name)?;
    let value = match value {
        Value::Int(_) | Value::Bool(_) | Value::BigInt(_) => value,
        value => Value::Int(ops::index_argument(heap, value)?),
    };
    let shown = format_value(heap, value, spec)?;
    Ok(heap.new_str(shown))
}

pub(super) fn bin(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    in_base(heap, args, "bin", "#b")
}

pub(super) fn hex(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    in_base(heap, args, "hex", "#x")
}

pub(super) fn oct(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    in_base(heap, args, "oct", "#o")
}

pub(super) fn div_mod(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [a, b] = args.bind(heap, "divmod", [by_place("x"), by_place("y")], 2)?;
    let (a, b) = (a.unwrap_or(Value::None), b.unwrap_or(Value::None));
    if let Some(result) = protocol::div_mod(heap, a, b)? {
        return Ok(result);
    }
    if ops::number(heap, a).is_none() || ops::number(heap, b).is_none() {
        return Err(Raise::type_error(format!(
            "unsupported operand type(s) for divmod(): '{}' and '{}'",
            a.type_name(heap),
            b.type_name(heap)
        )));
    }
    let float = matches!(a, Value::Float(_)) || matches!(b, Value::Float(_));
    if float && !ops::truth(heap, b) {
        return Err(Raise::new(ExceptionKind::ZeroDivisionError, "float divmod()"));
    }
    let quotient = ops::binary(heap, BinaryOp::FloorDivide, a, b)?;
    let remainder = ops::binary(heap, BinaryOp::Modulo, a, b)?;
    Ok(heap.new_pair(quotient, remainder))
}

pub(super) fn pow(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [base, exponent, modulus] = args.bind(heap, "pow", [by_name("base"), by_name("exp"), by_name("mod")], 2)?;
    let (base, exponent) = (base.unwrap_or(Value::None), exponent.unwrap_or(Value::None));
    match modulus {
        None | Some(Value::None) => ops::binary(heap, BinaryOp::Power, base, exponent),
        Some(modulus) => ops::power_modulo(heap, base, exponent, modulus),
    }
}

/// The int nearest to a float, halves to even.
fn float_to_int(heap: &mut Heap, float: f64) -> Res<Value> {
    if float.is_nan() {
        return Err(Raise::value_error("cannot convert float NaN to integer"));
    }
    match BigInt::from_f64(ops::round_half_even(float)) {
        Some(int) => Ok(heap.new_int(int)),
        None => Err(Raise::new(ExceptionKind::OverflowError, "cannot convert float infinity to integer")),
    }
}

pub(super) fn round(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [value, digits] = args.bind(heap, "round", [by_name("number"), by_name("ndigits")], 1)?;
    let value = value.unwrap_or(Value::None);
    let own: Vec<Value> = [Some(value), digits].into_iter().flatten().collect();
    if let Some(rounded) = protocol::method_of(heap, Protocol::Round, &own)? {
        return Ok(rounded);
    }
    let digits = match digits {
        None | Some(Value::None) => None,
        Some(digits) => Some(ops::index_argument(heap, digits)?),
    };
    match (ops::number(heap, value), digits) {
        (None, _) => Err(Raise::type_error(format!("type {} doesn't define __round__ method", value.type_name(heap)))),
        (Some(Number::Float(float)), None) => float_to_int(heap, float),
        (Some(Number::Float(float)), Some(digits)) => round_float(float, digits).map(Value::float),
        (Some(_), None | Some(0..)) => ops::positive(heap, value),
        (Some(Number::Int(int)), Some(digits)) => {
            let rounded = round_int(&BigInt::from(int), digits);
            Ok(heap.new_int(rounded))
        }
        (Some(Number::Big(int)), Some(digits)) => {
            let rounded = round_int(int, digits);
            Ok(heap.new_int(rounded))
        }
    }
}

/// An int rounded to a multiple of `10 ** -digits`, halves to the even multiple.
fn round_int(int: &BigInt, digits: i64) -> BigInt {
    // A unit of more than three digits for each ten bits is larger than twice the int.
    let Some(places) = u32::try_from(digits.unsigned_abs()).ok().filter(|p| u64::from(*p) <= int.bits() / 3 + 1) else {
        return BigInt::ZERO;
    };
    round_to_unit(int, &BigInt::from(10).pow(places), false)
}

/// `int` (plus a little more, if `more`) rounded to a multiple of `unit`.
fn round_to_unit(int: &BigInt, unit: &BigInt, more: bool) -> BigInt {
    let (quotient, remainder) = int.abs().div_rem(unit);
    let twice = remainder * 2;
    let up = twice > *unit || (twice == *unit && (more || quotient.is_odd()));
    let size = (if up { quotient + 1 } else { quotient }) * unit;
    if int.is_negative() { -size } else { size }
}

fn round_float(float: f64, digits: i64) -> Res<f64> {
    // Past these limits the float has no digit there, or is far below half a unit.
    if !float.is_finite() || float == 0.0 || digits > 323 {
        return Ok(float);
    }
    if digits < -309 {
        return Ok(0.0f64.copysign(float));
    }
    if digits >= 0 {
        let shown = format!("{:.*}", usize::try_from(digits).unwrap_or(0), float);
        return Ok(shown.parse().unwrap_or(float));
    }
    let whole = BigInt::from_f64(float.trunc()).unwrap_or_default();
    let unit = BigInt::from(10).pow(u32::try_from(-digits).unwrap_or(0));
    let rounded = round_to_unit(&whole, &unit, float.fract() != 0.0);
    let result = ops::int_to_f64(&rounded)
        .map_err(|_| Raise::new(ExceptionKind::OverflowError, "rounded value too large to represent"))?;
    Ok(if result == 0.0 { 0.0f64.copysign(float) } else { result })
}

fn whole(heap: &Heap, value: Option<Value>, message: &str) -> Res<BigInt> {
    match value.and_then(|value| ops::number(heap, value)) {
        Some(Number::Int(int)) => Ok(BigInt::from(int)),
        Some(Number::Big(int)) => Ok(int.clone()),
        _ => Err(Raise::type_error(message)),
    }
}

pub(super) fn is_odd(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [n] = args.bind(heap, "is_odd", [by_name("n")], 1)?;
    Ok(Value::bool(whole(heap, n, "is_odd argument must be an integer")?.is_odd()))
}

pub(super) fn is_even(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [n] = args.bind(heap, "is_even", [by_name("n")], 1)?;
    Ok(Value::bool(whole(heap, n, "is_even argument must be an integer")?.is_even()))
}

pub(super) fn sum_range(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [start, end] = args.bind(heap, "sum_range", [by_name("start"), by_name("end")], 2)?;
    let start = whole(heap, start, "sum_range arguments must be integers")?;
    let end = whole(heap, end, "sum_range arguments must be integers")?;
    let total = if start > end { BigInt::ZERO } else { (&start + &end) * (&end - &start + 1) / 2 };
    Ok(heap.new_int(total))
}

pub(super) fn factorial(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [n] = args.bind(heap, "factorial", [by_name("n")], 1)?;
    let n = whole(heap, n, "factorial argument must be an integer")?;
    if n.is_negative() {
        return Err(Raise::value_error("factorial argument must be non-negative"));
    }
    factorial_of(heap, &n)
}

/// The product of 1 to n, for an n that is not negative.
///
/// # Errors
/// `OverflowError` for an n whose factorial has more than some ten million digits.
pub(crate) fn factorial_of(heap: &mut Heap, n: &BigInt) -> Res<Value> {
    const LARGEST: u32 = 1_000_000;
    let Some(n) = u32::try_from(n).ok().filter(|n| *n <= LARGEST) else {
        let largest = if i64::try_from(n).is_ok() { i64::from(LARGEST) } else { i64::MAX };
        return Err(Raise::new(
            ExceptionKind::OverflowError,
            format!("factorial() argument should not exceed {largest}"),
        ));
    };
    let product = if n < 2 { BigInt::from(1) } else { product(2, n) };
    debug_assert!(!product.is_zero());
    Ok(heap.new_int(product))
}

/// The product of the ints from `low` to `high`, halved again and again so that factors stay of like size.
fn product(low: u32, high: u32) -> BigInt {
    if high - low < 8 {
        return (low..=high).fold(BigInt::from(1), |total, factor| total * factor);
    }
    let middle = low + (high - low) / 2;
    product(low, middle) * product(middle + 1, high)
}
