//! Integer arithmetic of any size, and integers as text.

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{Pow, Signed, ToPrimitive, Zero};

use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::value::Value;

use super::BinaryOp;
use super::number::{Number, number};

/// The most decimal digits that conversion between int and text handles, as in CPython: the
/// conversion takes time that grows with the square of the length.
pub const MAX_TEXT_DIGITS: usize = 4300;

/// The largest integer an operation may make, in bits: five million decimal digits. Multiplying
/// larger ones takes longer than a program may run between two points where it can be stopped.
const MAX_BITS: u64 = 1 << 24;

/// The largest integers whose common divisor is looked for: the time grows with the square of the bits.
pub const MAX_GCD_BITS: u64 = 1 << 18;

/// An int value of any size as a `BigInt`; none for other types.
pub(super) fn to_big(heap: &Heap, value: Value) -> Option<BigInt> {
    match value {
        Value::Int(int) => Some(BigInt::from(int)),
        Value::Bool(truth) => Some(BigInt::from(i64::from(truth.get()))),
        Value::BigInt(int) => Some(heap.bigints[int].clone()),
        _ => None,
    }
}

/// The usual operators with a large int, computed without a copy of it; none for all others, and where there is an error.
pub(super) fn of_large(heap: &Heap, op: BinaryOp, left: Value, right: Value) -> Option<BigInt> {
    use Number::{Big, Int};
    let fits = |a: &BigInt, bits: u64| a.bits() + bits <= MAX_BITS;
    Some(match (op, number(heap, left)?, number(heap, right)?) {
        (BinaryOp::Add, Big(a), Big(b)) => a + b,
        (BinaryOp::Add, Big(a), Int(b)) | (BinaryOp::Add, Int(b), Big(a)) => a + b,
        (BinaryOp::Subtract, Big(a), Big(b)) => a - b,
        (BinaryOp::Subtract, Big(a), Int(b)) => a - b,
        (BinaryOp::Subtract, Int(a), Big(b)) => a - b,
        (BinaryOp::Multiply, Big(a), Big(b)) if fits(a, b.bits()) => a * b,
        (BinaryOp::Multiply, Big(a), Int(b)) | (BinaryOp::Multiply, Int(b), Big(a)) if fits(a, 64) => a * b,
        (BinaryOp::FloorDivide, Big(a), Big(b)) => a.div_floor(b),
        (BinaryOp::FloorDivide, Big(a), Int(b)) if b != 0 => a.div_floor(&BigInt::from(b)),
        (BinaryOp::Modulo, Big(a), Big(b)) => a.mod_floor(b),
        (BinaryOp::Modulo, Big(a), Int(b)) if b != 0 => a.mod_floor(&BigInt::from(b)),
        _ => return None,
    })
}

fn too_large() -> Raise {
    Raise::new(ExceptionKind::MemoryError, format!("the integer would have more than {MAX_BITS} bits"))
}

fn zero_division(message: &str) -> Raise {
    Raise::new(ExceptionKind::ZeroDivisionError, message)
}

pub(super) fn multiply(heap: &mut Heap, a: &BigInt, b: &BigInt) -> Res<Value> {
    if a.bits() + b.bits() > MAX_BITS {
        return Err(too_large());
    }
    Ok(heap.new_int(a * b))
}

pub(super) fn floor_divide(heap: &mut Heap, a: &BigInt, b: &BigInt) -> Res<Value> {
    if b.is_zero() {
        return Err(zero_division("integer division or modulo by zero"));
    }
    Ok(heap.new_int(a.div_floor(b)))
}

pub(super) fn modulo(heap: &mut Heap, a: &BigInt, b: &BigInt) -> Res<Value> {
    if b.is_zero() {
        return Err(zero_division("integer modulo by zero"));
    }
    Ok(heap.new_int(a.mod_floor(b)))
}

/// The float nearest to the exact quotient.
pub(super) fn true_divide(a: &BigInt, b: &BigInt) -> Res<f64> {
    if b.is_zero() {
        return Err(zero_division("division by zero"));
    }
    if a.is_zero() {
        return Ok(if b.is_negative() { -0.0 } else { 0.0 });
    }
    // A quotient of at least 65 bits whose last bit also stands for all that was cut off rounds
    // to the same float as the exact one.
    let shift = 66 + i64::try_from(b.bits()).unwrap_or(i64::MAX) - i64::try_from(a.bits()).unwrap_or(i64::MAX);
    let (mut top, mut bottom) = (a.abs(), b.abs());
    if shift >= 0 {
        top <<= shift.unsigned_abs();
    } else {
        bottom <<= shift.unsigned_abs();
    }
    let (mut quotient, remainder) = top.div_rem(&bottom);
    if !remainder.is_zero() {
        quotient |= BigInt::from(1);
    }
    let mantissa = quotient.to_f64().unwrap_or(f64::INFINITY);
    // Two exact steps: one power of two could itself leave the range.
    let exponent = i32::try_from(-shift).unwrap_or(if shift > 0 { -4000 } else { 4000 });
    let result = mantissa * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2);
    if result.is_infinite() {
        return Err(Raise::new(ExceptionKind::OverflowError, "integer division result too large for a float"));
    }
    Ok(if (a.sign() == Sign::Minus) == (b.sign() == Sign::Minus) { result } else { -result })
}

/// `base ** exponent` for an exponent that is not negative.
pub(super) fn power(heap: &mut Heap, base: &BigInt, exponent: &BigInt) -> Res<Value> {
    if base.magnitude().bits() <= 1 {
        // 0, 1 and -1 stay small whatever the exponent.
        let result = match (base.sign(), exponent.is_zero()) {
            (_, true) => 1,
            (Sign::NoSign, false) => 0,
            (Sign::Plus, false) => 1,
            (Sign::Minus, false) => {
                if exponent.is_even() {
                    1
                } else {
                    -1
                }
            }
        };
        return Ok(Value::Int(result));
    }
    match exponent.to_u32() {
        Some(exponent) if (base.bits() - 1).saturating_mul(u64::from(exponent)) <= MAX_BITS => {
            Ok(heap.new_int(Pow::pow(base, exponent)))
        }
        _ => Err(too_large()),
    }
}

/// `pow(base, exponent, modulus)`.
pub(super) fn power_modulo(heap: &mut Heap, base: &BigInt, exponent: &BigInt, modulus: &BigInt) -> Res<Value> {
    // The time grows with the bits of the exponent times more than the square of those of the modulus.
    const MAX_WORK: u64 = 1 << 28;
    if exponent.bits().saturating_mul(modulus.bits()) > MAX_WORK
        || (exponent.is_negative() && modulus.bits() > MAX_GCD_BITS)
    {
        return Err(Raise::new(ExceptionKind::OverflowError, "the integers given to pow() are too large"));
    }
    let result = if exponent.is_negative() {
        let inverse = base
            .mod_floor(modulus)
            .modinv(modulus)
            .ok_or_else(|| Raise::value_error("base is not invertible for the given modulus"))?;
        inverse.modpow(&-exponent, modulus)
    } else {
        base.modpow(exponent, modulus)
    };
    Ok(heap.new_int(result))
}

pub(super) fn shift_left(heap: &mut Heap, a: &BigInt, by: &BigInt) -> Res<Value> {
    if by.is_negative() {
        return Err(Raise::value_error("negative shift count"));
    }
    if a.is_zero() {
        return Ok(Value::Int(0));
    }
    match by.to_u64() {
        Some(by) if a.bits().saturating_add(by) <= MAX_BITS => Ok(heap.new_int(a << by)),
        _ => Err(too_large()),
    }
}

pub(super) fn shift_right(heap: &mut Heap, a: &BigInt, by: &BigInt) -> Res<Value> {
    if by.is_negative() {
        return Err(Raise::value_error("negative shift count"));
    }
    match by.to_u64() {
        Some(by) => Ok(heap.new_int(a >> by)),
        None => Ok(Value::Int(if a.is_negative() { -1 } else { 0 })),
    }
}

/// The decimal digits of an int value.
///
/// # Errors
/// `ValueError` past [`MAX_TEXT_DIGITS`].
pub fn int_to_text(heap: &Heap, value: Value) -> Res<String> {
    match value {
        Value::Int(int) => Ok(int.to_string()),
        Value::Bool(truth) => Ok(i64::from(truth.get()).to_string()),
        Value::BigInt(int) => big_to_text(&heap.bigints[int]),
        _ => Ok(String::new()),
    }
}

pub(crate) fn big_to_text(int: &BigInt) -> Res<String> {
    let too_long = || {
        Raise::value_error(format!(
            "Exceeds the limit ({MAX_TEXT_DIGITS} digits) for integer string conversion; \
             format the number with 'x' to see all of it"
        ))
    };
    // Checked before the costly conversion: a digit stands for less than four bits.
    if int.bits() > 4 * MAX_TEXT_DIGITS as u64 {
        return Err(too_long());
    }
    let text = int.to_string();
    if text.trim_start_matches('-').len() > MAX_TEXT_DIGITS {
        return Err(too_long());
    }
    Ok(text)
}

/// `int(text, base)`: `base` is 0 (by prefix) or 2 to 36. `shown` is how the text appears in the error.
///
/// # Errors
/// `ValueError` for text that is not an integer in that base.
pub fn int_from_text(heap: &mut Heap, text: &str, base: u32, shown: &str) -> Res<Value> {
    // A long text is cut as CPython cuts it.
    let invalid = || Raise::value_error(format!("invalid literal for int() with base {base}: {shown:.200}"));
    let trimmed = crate::methods::trim(text);
    let (negative, mut digits) = match trimmed.as_bytes().first() {
        Some(b'-') => (true, &trimmed[1..]),
        Some(b'+') => (false, &trimmed[1..]),
        _ => (false, trimmed),
    };
    let prefixed = |radix: u32| {
        digits.len() > 1 && digits.starts_with('0') && {
            let letter = digits.as_bytes()[1].to_ascii_lowercase();
            (radix, letter) == (2, b'b') || (radix, letter) == (8, b'o') || (radix, letter) == (16, b'x')
        }
    };
    let mut radix = base;
    if base == 0 {
        radix = [2, 8, 16].into_iter().find(|radix| prefixed(*radix)).unwrap_or(10);
    }
    let has_prefix = prefixed(radix);
    if has_prefix {
        digits = &digits[2..];
        // `0x_1` is fine, as in literals.
        digits = digits.strip_prefix('_').unwrap_or(digits);
    }
    let mut cleaned = String::with_capacity(digits.len());
    let mut after_underscore = true;
    for c in digits.chars() {
        if c == '_' {
            if after_underscore {
                return Err(invalid());
            }
            after_underscore = true;
            continue;
        }
        after_underscore = false;
        let c = match crate::methods::decimal_value(c) {
            Some(value) => char::from_digit(value, 10).unwrap_or(c),
            None => c,
        };
        if !c.is_digit(radix) {
            return Err(invalid());
        }
        cleaned.push(c);
    }
    if after_underscore {
        return Err(invalid());
    }
    if base == 0 && radix == 10 && cleaned.starts_with('0') && cleaned.bytes().any(|b| b != b'0') {
        return Err(invalid());
    }
    if let Ok(small) = i64::from_str_radix(&cleaned, radix) {
        return Ok(Value::Int(if negative { -small } else { small }));
    }
    if !radix.is_power_of_two() && cleaned.len() > MAX_TEXT_DIGITS {
        return Err(Raise::value_error(format!(
            "Exceeds the limit ({MAX_TEXT_DIGITS} digits) for integer string conversion: value has {} digits",
            cleaned.len()
        )));
    }
    match BigInt::parse_bytes(cleaned.as_bytes(), radix) {
        Some(int) => Ok(heap.new_int(if negative { -int } else { int })),
        None => Err(invalid()),
    }
}
