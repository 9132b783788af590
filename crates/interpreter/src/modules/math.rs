//! The module `math`: functions of floats, and the table of all its functions.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};

use super::{math_bits as bits, math_gamma as gamma, math_int as int};
use crate::builtins::{Builtin, CallArgs, by_keyword, by_name, by_place, pure};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::ops::protocol::{self, Protocol};
use crate::ops::{self, BinaryOp, Number};
use crate::value::Value;

pub(super) const CONSTANTS: &[(&str, f64)] = &[
    ("e", std::f64::consts::E),
    ("inf", f64::INFINITY),
    ("nan", f64::NAN),
    ("pi", std::f64::consts::PI),
    ("tau", std::f64::consts::TAU),
];

pub(super) const FUNCTIONS: &[Builtin] = &[
    pure("acos", |h, a| unary(h, a, "acos", f64::acos)),
    pure("acosh", |h, a| unary(h, a, "acosh", acosh)),
    pure("asin", |h, a| unary(h, a, "asin", f64::asin)),
    pure("asinh", |h, a| unary(h, a, "asinh", asinh)),
    pure("atan", |h, a| unary(h, a, "atan", f64::atan)),
    pure("atan2", |h, a| binary(h, a, "atan2", f64::atan2)),
    pure("atanh", |h, a| unary(h, a, "atanh", |x| if x.abs() == 1.0 { f64::NAN } else { libm::atanh(x) })),
    pure("cbrt", |h, a| unary(h, a, "cbrt", f64::cbrt)),
    pure("ceil", |h, a| whole(h, a, "ceil", f64::ceil)),
    pure("comb", int::comb),
    pure("copysign", |h, a| binary(h, a, "copysign", f64::copysign)),
    pure("cos", |h, a| unary(h, a, "cos", f64::cos)),
    pure("cosh", |h, a| unary(h, a, "cosh", f64::cosh)),
    pure("degrees", |h, a| unary(h, a, "degrees", |x| x * (180.0 / std::f64::consts::PI))),
    pure("dist", dist),
    pure("erf", |h, a| unary(h, a, "erf", libm::erf)),
    pure("erfc", |h, a| unary(h, a, "erfc", libm::erfc)),
    pure("exp", |h, a| unary(h, a, "exp", f64::exp)),
    pure("exp2", |h, a| unary(h, a, "exp2", f64::exp2)),
    pure("expm1", |h, a| unary(h, a, "expm1", f64::exp_m1)),
    pure("fabs", |h, a| unary(h, a, "fabs", f64::abs)),
    pure("factorial", int::factorial),
    pure("floor", |h, a| whole(h, a, "floor", f64::floor)),
    pure("fmod", |h, a| binary(h, a, "fmod", |x, y| x % y)),
    pure("frexp", bits::frexp),
    pure("fsum", fsum),
    pure("gamma", gamma::gamma),
    pure("gcd", int::gcd),
    pure("hypot", hypot),
    pure("isclose", is_close),
    pure("isfinite", |h, a| test(h, a, "isfinite", f64::is_finite)),
    pure("isinf", |h, a| test(h, a, "isinf", f64::is_infinite)),
    pure("isnan", |h, a| test(h, a, "isnan", f64::is_nan)),
    pure("isqrt", int::isqrt),
    pure("lcm", int::lcm),
    pure("ldexp", bits::ldexp),
    pure("lgamma", gamma::lgamma),
    pure("log", log),
    pure("log10", |h, a| logarithm(h, a, "log10", f64::log10)),
    pure("log1p", |h, a| unary(h, a, "log1p", f64::ln_1p)),
    pure("log2", |h, a| logarithm(h, a, "log2", f64::log2)),
    pure("modf", modf),
    pure("nextafter", bits::next_after),
    pure("perm", int::perm),
    pure("pow", pow),
    pure("prod", prod),
    pure("radians", |h, a| unary(h, a, "radians", |x| x * (std::f64::consts::PI / 180.0))),
    pure("remainder", |h, a| binary(h, a, "remainder", bits::remainder)),
    pure("sin", |h, a| unary(h, a, "sin", f64::sin)),
    pure("sinh", |h, a| unary(h, a, "sinh", f64::sinh)),
    pure("sqrt", |h, a| unary(h, a, "sqrt", f64::sqrt)),
    pure("tan", |h, a| unary(h, a, "tan", f64::tan)),
    pure("tanh", |h, a| unary(h, a, "tanh", f64::tanh)),
    pure("trunc", |h, a| whole(h, a, "trunc", f64::trunc)),
    pure("ulp", bits::ulp),
];

pub(super) fn float(heap: &Heap, value: Value) -> Res<f64> {
    match ops::number(heap, value) {
        Some(number) => number.to_f64(),
        None => match protocol::number(heap, Protocol::Float, value)?.and_then(|float| ops::number(heap, float)) {
            Some(number) => number.to_f64(),
            None => Err(Raise::type_error(format!("must be real number, not {}", value.type_name(heap)))),
        },
    }
}

pub(super) fn domain_error() -> Raise {
    Raise::value_error("math domain error")
}

pub(super) fn range_error() -> Raise {
    Raise::new(ExceptionKind::OverflowError, "math range error")
}

/// A result that is not a number, or infinite, for arguments that are neither, is an error.
fn checked(result: f64, finite: bool, any_nan: bool) -> Res<Value> {
    if result.is_nan() && !any_nan {
        return Err(domain_error());
    }
    if result.is_infinite() && finite {
        return Err(range_error());
    }
    Ok(Value::float(result))
}

fn unary(heap: &Heap, args: &CallArgs<'_>, name: &str, function: fn(f64) -> f64) -> Res<Value> {
    let x = match (args.positional, args.keywords) {
        (&[value], []) => float(heap, value)?,
        _ => float(heap, args.one(heap, &format!("math.{name}"))?)?,
    };
    if name == "degrees" {
        return Ok(Value::float(function(x)));
    }
    if name == "log1p" && x <= -1.0 {
        return Err(domain_error());
    }
    checked(function(x), x.is_finite(), x.is_nan())
}

/// From 2 ** 28 on, the square is so much larger than 1 that the sum with 1 is the square itself.
const LARGE: f64 = (1u64 << 28) as f64;

/// The formulas of C libraries for the inverse functions, so that the last digits are the same.
fn acosh(x: f64) -> f64 {
    if x > LARGE {
        return x.ln() + std::f64::consts::LN_2;
    }
    if x > 2.0 {
        return (2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt())).ln();
    }
    let above = x - 1.0;
    (above + (2.0 * above + above * above).sqrt()).ln_1p()
}

fn asinh(x: f64) -> f64 {
    let size = x.abs();
    if size < 1.0 / LARGE || !x.is_finite() {
        return x;
    }
    let result = if size > LARGE {
        size.ln() + std::f64::consts::LN_2
    } else if size > 2.0 {
        (2.0 * size + 1.0 / ((x * x + 1.0).sqrt() + size)).ln()
    } else {
        let square = x * x;
        (size + square / (1.0 + (1.0 + square).sqrt())).ln_1p()
    };
    result.copysign(x)
}

pub(super) fn two(heap: &Heap, args: &CallArgs<'_>, name: &str) -> Res<(f64, f64)> {
    let [x, y] = args.bind(heap, name, [by_place("x"), by_place("y")], 2)?;
    Ok((float(heap, x.unwrap_or(Value::None))?, float(heap, y.unwrap_or(Value::None))?))
}

fn binary(heap: &Heap, args: &CallArgs<'_>, name: &str, function: fn(f64, f64) -> f64) -> Res<Value> {
    let (x, y) = two(heap, args, name)?;
    checked(function(x, y), x.is_finite() && y.is_finite(), x.is_nan() || y.is_nan())
}

fn pow(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let (x, y) = two(heap, args, "pow")?;
    if x == 0.0 && y < 0.0 && y.is_finite() {
        return Err(domain_error());
    }
    checked(x.powf(y), x.is_finite() && y.is_finite(), x.is_nan() || y.is_nan())
}

fn test(heap: &Heap, args: &CallArgs<'_>, name: &str, function: fn(f64) -> bool) -> Res<Value> {
    let x = float(heap, args.one(heap, &format!("math.{name}"))?)?;
    Ok(Value::bool(function(x)))
}

fn whole(heap: &mut Heap, args: &CallArgs<'_>, name: &str, function: fn(f64) -> f64) -> Res<Value> {
    let value = args.one(heap, &format!("math.{name}"))?;
    let own = match name {
        "ceil" => Protocol::Ceil,
        "floor" => Protocol::Floor,
        _ => Protocol::Trunc,
    };
    if let Some(whole) = protocol::unary(heap, own, value)? {
        return Ok(whole);
    }
    match value {
        Value::Int(_) | Value::BigInt(_) | Value::Bool(_) => ops::positive(heap, value),
        _ => {
            let x = float(heap, value).map_err(|error| match name {
                "trunc" if error.resume().is_none() => {
                    Raise::type_error(format!("type {} doesn't define __trunc__ method", value.type_name(heap)))
                }
                _ => error,
            })?;
            crate::builtins::truncate(heap, function(x))
        }
    }
}

/// The logarithm of a number of any size, which must be positive.
fn logarithm_of(heap: &Heap, value: Value, function: fn(f64) -> f64) -> Res<f64> {
    if let Some(Number::Big(int)) = ops::number(heap, value)
        && int.is_positive()
    {
        if let Some(x) = int.to_f64().filter(|x| x.is_finite()) {
            return Ok(function(x));
        }
        // int = part * 2^bits, with a part from 0.5 to 1, as in CPython, so that the same digits are lost.
        let bits = int.bits();
        let high: BigInt = int >> (bits - 64);
        let part = high.to_f64().unwrap_or(f64::NAN) / 2.0f64.powi(64);
        return Ok(function(part) + function(2.0) * bits as f64);
    }
    let x = match ops::number(heap, value) {
        Some(Number::Big(_)) => return Err(domain_error()),
        _ => float(heap, value)?,
    };
    if x <= 0.0 {
        return Err(domain_error());
    }
    Ok(function(x))
}

fn logarithm(heap: &Heap, args: &CallArgs<'_>, name: &str, function: fn(f64) -> f64) -> Res<Value> {
    let value = args.one(heap, &format!("math.{name}"))?;
    logarithm_of(heap, value, function).map(Value::float)
}

fn log(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [x, base] = args.bind(heap, "log", [by_place("x"), by_place("base")], 1)?;
    let numerator = logarithm_of(heap, x.unwrap_or(Value::None), f64::ln)?;
    let Some(base) = base else { return Ok(Value::float(numerator)) };
    let denominator = logarithm_of(heap, base, f64::ln)?;
    if denominator == 0.0 {
        return Err(Raise::new(ExceptionKind::ZeroDivisionError, "float division by zero"));
    }
    Ok(Value::float(numerator / denominator))
}

fn modf(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let x = float(heap, args.one(heap, "math.modf")?)?;
    let fraction = if x.is_infinite() { 0.0 } else { x.fract() }.copysign(x);
    Ok(heap.new_pair(Value::float(fraction), Value::float(x.trunc())))
}

/// The root of the sum of squares, with the error of each step carried along: nearly always the float nearest to it.
fn norm(coordinates: &[f64]) -> f64 {
    if coordinates.iter().any(|x| x.is_infinite()) {
        return f64::INFINITY;
    }
    let largest = coordinates.iter().fold(0.0f64, |largest, x| largest.max(x.abs()));
    if coordinates.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 {
        return 0.0;
    }
    // A power of two that brings the largest near 1, so that no square overflows.
    let exponent = ((largest.to_bits() >> 52) & 0x7FF) as i32 - 1023;
    let scale = 2.0f64.powi(-exponent);
    let (mut high, mut low) = (0.0f64, 0.0f64);
    for x in coordinates {
        let x = x * scale;
        let square = x * x;
        let lost_in_square = x.mul_add(x, -square);
        let sum = high + square;
        let added = sum - high;
        let lost_in_sum = (high - (sum - added)) + (square - added);
        high = sum;
        low += lost_in_square + lost_in_sum;
    }
    let root = (high + low).sqrt();
    let missing = (-root).mul_add(root, high) + low;
    (root + missing / (2.0 * root)) / scale
}

fn hypot(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    args.no_keywords("math.hypot")?;
    let coordinates = args.positional.iter().map(|value| float(heap, *value)).collect::<Res<Vec<_>>>()?;
    Ok(Value::float(norm(&coordinates)))
}

fn dist(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [p, q] = args.bind(heap, "dist", [by_place("p"), by_place("q")], 2)?;
    let p = ops::collect(heap, p.unwrap_or(Value::None))?;
    let q = ops::collect(heap, q.unwrap_or(Value::None))?;
    if p.len() != q.len() {
        return Err(Raise::value_error("both points must have the same number of dimensions"));
    }
    let mut differences = Vec::with_capacity(p.len());
    for (p, q) in p.into_iter().zip(q) {
        differences.push(float(heap, p)? - float(heap, q)?);
    }
    Ok(Value::float(norm(&differences)))
}

fn is_close(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let params = [by_name("a"), by_name("b"), by_keyword("rel_tol"), by_keyword("abs_tol")];
    let [a, b, relative, absolute] = args.bind(heap, "isclose", params, 2)?;
    let (a, b) = (float(heap, a.unwrap_or(Value::None))?, float(heap, b.unwrap_or(Value::None))?);
    let relative = relative.map_or(Ok(1e-9), |value| float(heap, value))?;
    let absolute = absolute.map_or(Ok(0.0), |value| float(heap, value))?;
    if relative < 0.0 || absolute < 0.0 {
        return Err(Raise::value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(Value::bool(true));
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(Value::bool(false));
    }
    let difference = (a - b).abs();
    Ok(Value::bool(difference <= (relative * a.abs().max(b.abs())).max(absolute)))
}

fn prod(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [values, start] = args.bind(heap, "prod", [by_place("iterable"), by_keyword("start")], 1)?;
    let mut product = start.unwrap_or(Value::Int(1));
    for value in ops::collect(heap, values.unwrap_or(Value::None))? {
        product = ops::binary(heap, BinaryOp::Multiply, product, value)?;
    }
    Ok(product)
}

/// Partial sums that do not overlap keep every bit of the sum.
fn fsum(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let values = args.one(heap, "math.fsum")?;
    let mut partials: Vec<f64> = Vec::new();
    let mut special = 0.0;
    let mut infinite = 0.0;
    for value in ops::collect(heap, values)? {
        let mut x = float(heap, value)?;
        if !x.is_finite() {
            special += x;
            if x.is_infinite() {
                infinite += x;
            }
            partials.clear();
            continue;
        }
        let mut kept = 0;
        for at in 0..partials.len() {
            let mut y = partials[at];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        if !x.is_finite() {
            return Err(Raise::new(ExceptionKind::OverflowError, "intermediate overflow in fsum"));
        }
        partials.truncate(kept);
        partials.push(x);
    }
    if f64::is_nan(infinite) {
        return Err(Raise::value_error("-inf + inf in fsum"));
    }
    if special != 0.0 || f64::is_nan(special) {
        return Ok(Value::float(special));
    }
    let mut total = 0.0;
    while let Some(partial) = partials.pop() {
        let sum = total + partial;
        let rest = partial - (sum - total);
        total = sum;
        if rest != 0.0 {
            // The last bit rounds by what follows, as if the sum were exact.
            if partials.last().is_some_and(|next| (rest < 0.0) == (*next < 0.0)) {
                let doubled = rest * 2.0;
                let rounded = total + doubled;
                if doubled == rounded - total {
                    total = rounded;
                }
            }
            break;
        }
    }
    Ok(Value::float(total))
}
