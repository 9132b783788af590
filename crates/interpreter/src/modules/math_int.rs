//! The functions of the module `math` that work on ints.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

use crate::builtins::{CallArgs, by_place, factorial_of};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::ops::{self, Number};
use crate::value::Value;

fn int(heap: &Heap, value: Value) -> Res<BigInt> {
    match ops::number(heap, value) {
        Some(Number::Int(int)) => Ok(BigInt::from(int)),
        Some(Number::Big(int)) => Ok(int.clone()),
        _ => Err(Raise::type_error(format!("'{}' object cannot be interpreted as an integer", value.type_name(heap)))),
    }
}

pub(super) fn factorial(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let n = int(heap, args.one(heap, "math.factorial")?)?;
    if n.is_negative() {
        return Err(Raise::value_error("factorial() not defined for negative values"));
    }
    factorial_of(heap, &n)
}

pub(super) fn gcd(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    args.no_keywords("math.gcd")?;
    let mut result = BigInt::ZERO;
    for value in args.positional {
        result = result.gcd(&bounded(int(heap, *value)?)?);
    }
    Ok(heap.new_int(result))
}

pub(super) fn lcm(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    args.no_keywords("math.lcm")?;
    let mut result = BigInt::one();
    for value in args.positional {
        let value = bounded(int(heap, *value)?)?;
        result = bounded(result)?;
        result = if value.is_zero() { BigInt::ZERO } else { result.lcm(&value).abs() };
    }
    Ok(heap.new_int(result))
}

/// Refuses ints whose common divisor would take too long to find.
fn bounded(int: BigInt) -> Res<BigInt> {
    if int.bits() > ops::MAX_GCD_BITS {
        let message = format!("the integer has more than {} bits", ops::MAX_GCD_BITS);
        return Err(Raise::new(ExceptionKind::OverflowError, message));
    }
    Ok(int)
}

pub(super) fn isqrt(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let n = int(heap, args.one(heap, "math.isqrt")?)?;
    if n.is_negative() {
        return Err(Raise::value_error("isqrt() argument must be nonnegative"));
    }
    Ok(heap.new_int(n.sqrt()))
}

pub(super) fn comb(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [n, k] = args.bind(heap, "comb", [by_place("n"), by_place("k")], 2)?;
    let (n, k) = (int(heap, n.unwrap_or(Value::None))?, int(heap, k.unwrap_or(Value::None))?);
    if n.is_negative() {
        return Err(Raise::value_error("n must be a non-negative integer"));
    }
    if k.is_negative() {
        return Err(Raise::value_error("k must be a non-negative integer"));
    }
    if k > n {
        return Ok(Value::Int(0));
    }
    let k = k.clone().min(&n - k);
    let steps = count(heap, &n, &k)?;
    let mut result = BigInt::one();
    for step in 0..steps {
        result = result * (&n - step) / (step + 1);
    }
    Ok(heap.new_int(result))
}

pub(super) fn perm(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [n, k] = args.bind(heap, "perm", [by_place("n"), by_place("k")], 1)?;
    let n = int(heap, n.unwrap_or(Value::None))?;
    let k = match k {
        None | Some(Value::None) => n.clone(),
        Some(k) => int(heap, k)?,
    };
    if n.is_negative() {
        return Err(Raise::value_error("n must be a non-negative integer"));
    }
    if k.is_negative() {
        return Err(Raise::value_error("k must be a non-negative integer"));
    }
    if k > n {
        return Ok(Value::Int(0));
    }
    let steps = count(heap, &n, &k)?;
    let mut result = BigInt::one();
    for step in 0..steps {
        result *= &n - step;
    }
    Ok(heap.new_int(result))
}

/// `k` as a number of multiplications by numbers up to `n`, refused when the result would not fit.
fn count(heap: &Heap, n: &BigInt, k: &BigInt) -> Res<u64> {
    let most = u64::try_from(k).ok().filter(|k| *k <= 100_000 && k.saturating_mul(n.bits()) <= 1 << 24);
    let Some(k) = most else {
        return Err(Raise::new(ExceptionKind::OverflowError, "the number of arrangements is too large"));
    };
    heap.ensure(usize::try_from(k.saturating_mul(n.bits()) / 8).unwrap_or(usize::MAX))?;
    Ok(k)
}
