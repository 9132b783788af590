//! The gamma function and its logarithm, by Lanczos' approximation with the constants that CPython uses, so that both give
//! the same digits.

use std::f64::consts::PI;

use super::math::{domain_error, float, range_error};
use crate::builtins::CallArgs;
use crate::exception_kind::Res;
use crate::heap::Heap;
use crate::value::Value;

const G: f64 = 6.024_680_040_776_73;
const LN_PI: f64 = 1.144_729_885_849_400_174_143_427_351_353_058_711_647;

/// The polynomials of the approximation, the constant term first.
const NUMERATOR: [f64; 13] = [
    23_531_376_880.410_76,
    42_919_803_642.649_1,
    35_711_959_237.355_67,
    17_921_034_426.037_21,
    6_039_542_586.352_028,
    1_439_720_407.311_721_6,
    248_874_557.862_054_17,
    31_426_415.585_400_194,
    2_876_370.628_935_372_5,
    186_056.265_395_223_48,
    8_071.672_002_365_816,
    210.824_277_751_579_36,
    2.506_628_274_631_000_2,
];
const DENOMINATOR: [f64; 13] = [
    0.0,
    39_916_800.0,
    120_543_840.0,
    150_917_976.0,
    105_258_076.0,
    45_995_730.0,
    13_339_535.0,
    2_637_558.0,
    357_423.0,
    32_670.0,
    1_925.0,
    66.0,
    1.0,
];

fn lanczos_sum(x: f64) -> f64 {
    let terms = NUMERATOR.iter().zip(&DENOMINATOR);
    let step = |(above, below): (f64, f64), factor: f64, (n, d): (&f64, &f64)| (above * factor + n, below * factor + d);
    // Large arguments would overflow: both polynomials are divided by the highest power.
    let (above, below) = if x < 5.0 {
        terms.rev().fold((0.0, 0.0), |sums, term| step(sums, x, term))
    } else {
        terms.fold((0.0, 0.0), |(above, below), (n, d)| (above / x + n, below / x + d))
    };
    above / below
}

/// sin(pi * x), exact where it is zero.
fn sin_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let result = match (2.0 * y).round() as u8 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1.0f64.copysign(x) * result
}

pub(super) fn gamma(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let x = float(heap, args.one(heap, "math.gamma")?)?;
    let result = match x {
        x if x.is_nan() || x == f64::INFINITY => return Ok(Value::float(x)),
        x if x.is_infinite() || x == 0.0 => return Err(domain_error()),
        x if x == x.floor() && x < 0.0 => return Err(domain_error()),
        // The factorials that a float holds exactly.
        x if x == x.floor() && x <= 23.0 => (1..x as u32).fold(1.0, |product, factor| product * f64::from(factor)),
        x => gamma_of(x),
    };
    if result.is_infinite() {
        return Err(range_error());
    }
    Ok(Value::float(result))
}

fn gamma_of(x: f64) -> f64 {
    let size = x.abs();
    if size < 1e-20 {
        return 1.0 / x;
    }
    if size > 200.0 {
        return if x < 0.0 { 0.0 / sin_pi(x) } else { f64::INFINITY };
    }
    // y = size + G - 0.5, and z is what rounding took from it.
    let y = size + (G - 0.5);
    let lost = if size > G - 0.5 { (y - size) - (G - 0.5) } else { (y - (G - 0.5)) - size };
    let z = lost * G / y;
    let mut result = if x < 0.0 {
        let result = -PI / sin_pi(size) / size * y.exp() / lanczos_sum(size);
        result - z * result
    } else {
        let result = lanczos_sum(size) / y.exp();
        result + z * result
    };
    if size < 140.0 {
        let power = y.powf(size - 0.5);
        result = if x < 0.0 { result / power } else { result * power };
    } else {
        let root = y.powf(size / 2.0 - 0.25);
        result = if x < 0.0 { result / root / root } else { result * root * root };
    }
    result
}

pub(super) fn lgamma(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let x = float(heap, args.one(heap, "math.lgamma")?)?;
    if !x.is_finite() {
        return Ok(Value::float(if x.is_nan() { x } else { f64::INFINITY }));
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(domain_error()) } else { Ok(Value::float(0.0)) };
    }
    let size = x.abs();
    if size < 1e-20 {
        return Ok(Value::float(-size.ln()));
    }
    let mut result = lanczos_sum(size).ln() - G;
    result += (size - 0.5) * ((size + G - 0.5).ln() - 1.0);
    if x < 0.0 {
        result = LN_PI - sin_pi(size).abs().ln() - size.ln() - result;
    }
    if result.is_infinite() {
        return Err(range_error());
    }
    Ok(Value::float(result))
}
