//! Random numbers of other distributions than the even one, by the methods CPython uses, step for step.

use super::{Generator, generator};
use crate::builtins::{CallArgs, by_name};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::ops;
use crate::value::Value;

pub(super) fn number(heap: &Heap, value: Value) -> Res<f64> {
    match ops::number(heap, value) {
        Some(number) => number.to_f64(),
        None => Err(Raise::type_error(format!("must be real number, not {}", value.type_name(heap)))),
    }
}

/// Number arguments, of which those with a default may be missing.
fn numbers<const N: usize>(
    heap: &Heap,
    function: &str,
    args: &CallArgs<'_>,
    params: [(&'static str, Option<f64>); N],
) -> Res<[f64; N]> {
    let required = params.iter().take_while(|(_, default)| default.is_none()).count();
    let bound = args.bind(heap, function, params.map(|(name, _)| by_name(name)), required)?;
    let mut result = [0.0; N];
    for ((slot, value), (_, default)) in result.iter_mut().zip(bound).zip(params) {
        *slot = match value {
            Some(value) => number(heap, value)?,
            None => default.unwrap_or(0.0),
        };
    }
    Ok(result)
}

const MU_SIGMA: [(&str, Option<f64>); 2] = [("mu", Some(0.0)), ("sigma", Some(1.0))];

/// A float; what is out of its range is an error in Python.
fn finite(result: f64) -> Res<Value> {
    Ok(Value::float(result))
}

pub(super) fn uniform(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [low, high] = numbers(heap, "uniform", args, [("a", None), ("b", None)])?;
    finite(low + (high - low) * generator(heap, this)?.next_f64())
}

pub(super) fn triangular(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [low, high, mode] = args.bind(heap, "triangular", [by_name("low"), by_name("high"), by_name("mode")], 0)?;
    let mut low = low.map_or(Ok(0.0), |value| number(heap, value))?;
    let mut high = high.map_or(Ok(1.0), |value| number(heap, value))?;
    let mut u = generator(heap, this)?.next_f64();
    let mut c = match mode {
        None | Some(Value::None) => 0.5,
        Some(mode) => {
            if high == low {
                return finite(low);
            }
            (number(heap, mode)? - low) / (high - low)
        }
    };
    if u > c {
        u = 1.0 - u;
        c = 1.0 - c;
        std::mem::swap(&mut low, &mut high);
    }
    finite(low + (high - low) * (u * c).sqrt())
}

fn normal(generator: &mut Generator, mu: f64, sigma: f64) -> f64 {
    let magic = 4.0 * (-0.5_f64).exp() / 2.0_f64.sqrt();
    loop {
        let u1 = generator.next_f64();
        let u2 = 1.0 - generator.next_f64();
        let z = magic * (u1 - 0.5) / u2;
        if z * z / 4.0 <= -u2.ln() {
            return mu + z * sigma;
        }
    }
}

pub(super) fn normal_method(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [mu, sigma] = numbers(heap, "normalvariate", args, MU_SIGMA)?;
    finite(normal(generator(heap, this)?, mu, sigma))
}

pub(super) fn log_normal(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [mu, sigma] = numbers(heap, "lognormvariate", args, MU_SIGMA)?;
    let result = normal(generator(heap, this)?, mu, sigma).exp();
    if result.is_infinite() {
        return Err(Raise::new(ExceptionKind::OverflowError, "math range error"));
    }
    finite(result)
}

pub(super) fn gauss(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [mu, sigma] = numbers(heap, "gauss", args, MU_SIGMA)?;
    let generator = generator(heap, this)?;
    let z = match generator.gauss_next.take() {
        Some(z) => z,
        None => {
            let angle = generator.next_f64() * std::f64::consts::TAU;
            let radius = (-2.0 * (1.0 - generator.next_f64()).ln()).sqrt();
            generator.gauss_next = Some(angle.sin() * radius);
            angle.cos() * radius
        }
    };
    finite(mu + z * sigma)
}

pub(super) fn exponential(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [rate] = numbers(heap, "expovariate", args, [("lambd", Some(1.0))])?;
    let u = generator(heap, this)?.next_f64();
    if rate == 0.0 {
        return Err(Raise::new(ExceptionKind::ZeroDivisionError, "float division by zero"));
    }
    finite(-(1.0 - u).ln() / rate)
}

fn gamma(generator: &mut Generator, alpha: f64, beta: f64) -> Res<f64> {
    if alpha <= 0.0 || beta <= 0.0 {
        return Err(Raise::value_error("gammavariate: alpha and beta must be > 0.0"));
    }
    // No comparison below holds for these, so that the loops would not end.
    if !alpha.is_finite() || !beta.is_finite() {
        return Err(Raise::value_error("gammavariate: alpha and beta must be finite"));
    }
    if alpha > 1.0 {
        let inverse = (2.0 * alpha - 1.0).sqrt();
        let b = alpha - 4.0_f64.ln();
        let c = alpha + inverse;
        loop {
            let u1 = generator.next_f64();
            if !(1e-7 < u1 && u1 < 0.999_999_9) {
                continue;
            }
            let u2 = 1.0 - generator.next_f64();
            let v = (u1 / (1.0 - u1)).ln() / inverse;
            let x = alpha * v.exp();
            let z = u1 * u1 * u2;
            let r = b + c * v - x;
            if r + (1.0 + 4.5_f64.ln()) - 4.5 * z >= 0.0 || r >= z.ln() {
                return Ok(x * beta);
            }
        }
    }
    if alpha == 1.0 {
        return Ok(-(1.0 - generator.next_f64()).ln() * beta);
    }
    loop {
        let u = generator.next_f64();
        let b = (std::f64::consts::E + alpha) / std::f64::consts::E;
        let p = b * u;
        let x = if p <= 1.0 { p.powf(1.0 / alpha) } else { -((b - p) / alpha).ln() };
        let u1 = generator.next_f64();
        let accepted = if p > 1.0 { u1 <= x.powf(alpha - 1.0) } else { u1 <= (-x).exp() };
        if accepted {
            return Ok(x * beta);
        }
    }
}

pub(super) fn gamma_method(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [alpha, beta] = numbers(heap, "gammavariate", args, [("alpha", None), ("beta", None)])?;
    finite(gamma(generator(heap, this)?, alpha, beta)?)
}

pub(super) fn beta(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [alpha, beta] = numbers(heap, "betavariate", args, [("alpha", None), ("beta", None)])?;
    let generator = generator(heap, this)?;
    let y = gamma(generator, alpha, 1.0)?;
    if y == 0.0 {
        return finite(0.0);
    }
    finite(y / (y + gamma(generator, beta, 1.0)?))
}

pub(super) fn pareto(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [alpha] = numbers(heap, "paretovariate", args, [("alpha", None)])?;
    let u = 1.0 - generator(heap, this)?.next_f64();
    if alpha == 0.0 {
        return Err(Raise::new(ExceptionKind::ZeroDivisionError, "float division by zero"));
    }
    finite(u.powf(-1.0 / alpha))
}

pub(super) fn weibull(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [alpha, beta] = numbers(heap, "weibullvariate", args, [("alpha", None), ("beta", None)])?;
    let u = 1.0 - generator(heap, this)?.next_f64();
    if beta == 0.0 {
        return Err(Raise::new(ExceptionKind::ZeroDivisionError, "float division by zero"));
    }
    finite(alpha * (-u.ln()).powf(1.0 / beta))
}
