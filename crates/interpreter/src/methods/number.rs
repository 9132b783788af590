//! Methods of `int` and `float`.

use num_bigint::{BigInt, Sign};

use super::str::str_argument;
use super::{Method, method};
use crate::builtins::construct::bytes_of_items;
use crate::builtins::{CallArgs, by_keyword, by_name};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::ops::{self, Number};
use crate::value::Value;

pub(super) const INT_METHODS: &[Method] = &[
    method("as_integer_ratio", int_ratio),
    method("bit_count", bit_count),
    method("bit_length", bit_length),
    method("conjugate", conjugate),
    method("from_bytes", from_bytes),
    method("is_integer", int_is_integer),
    method("to_bytes", to_bytes),
];

pub(super) const INT_CLASS_METHODS: &[Method] = &[method("from_bytes", from_bytes)];

pub(super) const FLOAT_METHODS: &[Method] =
    &[method("as_integer_ratio", float_ratio), method("conjugate", conjugate), method("is_integer", float_is_integer)];

fn to_big(heap: &Heap, value: Value) -> BigInt {
    match ops::number(heap, value) {
        Some(Number::Int(int)) => BigInt::from(int),
        Some(Number::Big(int)) => int.clone(),
        _ => BigInt::ZERO,
    }
}

fn bit_length(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "int.bit_length")?;
    let bits = to_big(heap, this).bits();
    Ok(Value::Int(i64::try_from(bits).unwrap_or(i64::MAX)))
}

fn bit_count(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "int.bit_count")?;
    let ones: u64 = to_big(heap, this).iter_u64_digits().map(|digit| u64::from(digit.count_ones())).sum();
    Ok(Value::Int(i64::try_from(ones).unwrap_or(i64::MAX)))
}

fn conjugate(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "conjugate")?;
    match this {
        Value::Float(_) => Ok(this),
        _ => ops::positive(heap, this),
    }
}

fn int_is_integer(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "int.is_integer")?;
    Ok(Value::bool(true))
}

fn int_ratio(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "int.as_integer_ratio")?;
    let numerator = ops::positive(heap, this)?;
    Ok(heap.new_pair(numerator, Value::Int(1)))
}

fn float_is_integer(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "float.is_integer")?;
    Ok(Value::bool(matches!(this, Value::Float(float) if float.get().is_finite() && float.get().fract() == 0.0)))
}

fn float_ratio(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "float.as_integer_ratio")?;
    let Value::Float(float) = this else { return Ok(Value::None) };
    let float = float.get();
    if float.is_nan() {
        return Err(Raise::value_error("cannot convert NaN to integer ratio"));
    }
    if float.is_infinite() {
        return Err(Raise::new(ExceptionKind::OverflowError, "cannot convert Infinity to integer ratio"));
    }
    let bits = float.abs().to_bits();
    let raw_exponent = (bits >> 52) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (mut mantissa, mut exponent) =
        if raw_exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), raw_exponent - 1075) };
    while exponent < 0 && mantissa % 2 == 0 && mantissa > 0 {
        mantissa /= 2;
        exponent += 1;
    }
    let mut numerator = BigInt::from(mantissa);
    let mut denominator = BigInt::from(1);
    if mantissa > 0 {
        if exponent >= 0 {
            numerator <<= exponent;
        } else {
            denominator <<= -exponent;
        }
    }
    let numerator = heap.new_int(if float < 0.0 { -numerator } else { numerator });
    let denominator = heap.new_int(denominator);
    Ok(heap.new_pair(numerator, denominator))
}

/// Whether an argument asks for the most significant byte first.
fn big_endian(heap: &Heap, function: &str, order: Option<Value>) -> Res<bool> {
    match order {
        None => Ok(true),
        Some(order) => match str_argument(heap, function, None, order)? {
            "big" => Ok(true),
            "little" => Ok(false),
            _ => Err(Raise::value_error("byteorder must be either 'little' or 'big'")),
        },
    }
}

fn from_bytes(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [bytes, order, signed] =
        args.bind(heap, "from_bytes", [by_name("bytes"), by_name("byteorder"), by_keyword("signed")], 1)?;
    let big = big_endian(heap, "from_bytes", order)?;
    let bytes = bytes.unwrap_or(Value::None);
    let collected;
    let bytes = match bytes {
        Value::Bytes(bytes) => heap.byte_strings[bytes].as_slice(),
        Value::Str(_) => return Err(Raise::type_error("cannot convert 'str' object to bytes")),
        items => {
            collected = bytes_of_items(heap, items)?;
            &collected
        }
    };
    let int = match (signed.is_some_and(|signed| ops::truth(heap, signed)), big) {
        (false, true) => BigInt::from_bytes_be(Sign::Plus, bytes),
        (false, false) => BigInt::from_bytes_le(Sign::Plus, bytes),
        (true, true) => BigInt::from_signed_bytes_be(bytes),
        (true, false) => BigInt::from_signed_bytes_le(bytes),
    };
    Ok(heap.new_int(int))
}

fn to_bytes(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [length, order, signed] =
        args.bind(heap, "to_bytes", [by_name("length"), by_name("byteorder"), by_keyword("signed")], 0)?;
    let length = match length {
        Some(length) => usize::try_from(ops::index_argument(heap, length)?)
            .map_err(|_| Raise::value_error("length argument must be non-negative"))?,
        None => 1,
    };
    let big = big_endian(heap, "to_bytes", order)?;
    let signed = signed.is_some_and(|signed| ops::truth(heap, signed));
    heap.ensure(length)?;
    let int = to_big(heap, this);
    let negative = int.sign() == Sign::Minus;
    if negative && !signed {
        return Err(Raise::new(ExceptionKind::OverflowError, "can't convert negative int to unsigned"));
    }
    let mut bytes = if signed { int.to_signed_bytes_le() } else { int.to_bytes_le().1 };
    if int.sign() == Sign::NoSign {
        bytes.clear();
    }
    if bytes.len() > length {
        return Err(Raise::new(ExceptionKind::OverflowError, "int too big to convert"));
    }
    bytes.resize(length, if negative { 0xFF } else { 0 });
    if big {
        bytes.reverse();
    }
    Ok(heap.new_bytes(bytes))
}
