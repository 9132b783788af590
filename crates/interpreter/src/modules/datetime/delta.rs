//! Durations: `timedelta`.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

use super::{MICROS_PER_DAY, TimeDelta};
use crate::builtins::{CallArgs, by_name};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::methods::{Method, method};
use crate::objects::Native;
use crate::ops::{self, BinaryOp, Number};
use crate::value::Value;

pub(super) const MAX: TimeDelta = TimeDelta(1_000_000_000 * MICROS_PER_DAY - 1);

pub(super) const METHODS: &[Method] = &[method("total_seconds", total_seconds)];

/// Days, seconds and microseconds, of which only the days can be negative.
pub(super) fn parts(micros: i128) -> (i64, i64, i64) {
    let days = micros.div_euclid(MICROS_PER_DAY);
    let rest = micros.rem_euclid(MICROS_PER_DAY);
    // Each fits: a duration has less than 10^9 days.
    (days as i64, (rest / 1_000_000) as i64, (rest % 1_000_000) as i64)
}

/// A duration within its bounds.
pub(super) fn checked(heap: &mut Heap, micros: i128) -> Res<Value> {
    if (-999_999_999 * MICROS_PER_DAY..=MAX.0).contains(&micros) {
        return Ok(heap.new_native(Native::TimeDelta(TimeDelta(micros))));
    }
    let days = micros.div_euclid(MICROS_PER_DAY);
    Err(Raise::new(ExceptionKind::OverflowError, format!("days={days}; must have magnitude <= 999999999")))
}

pub(super) fn new_delta(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let given = args.bind(
        heap,
        "timedelta",
        [
            by_name("days"),
            by_name("seconds"),
            by_name("microseconds"),
            by_name("milliseconds"),
            by_name("minutes"),
            by_name("hours"),
            by_name("weeks"),
        ],
        0,
    )?;
    const UNITS: [(&str, i64); 7] = [
        ("days", 86_400_000_000),
        ("seconds", 1_000_000),
        ("microseconds", 1),
        ("milliseconds", 1_000),
        ("minutes", 60_000_000),
        ("hours", 3_600_000_000),
        ("weeks", 604_800_000_000),
    ];
    let mut total = BigInt::zero();
    // Fractions of a microsecond count together.
    let mut leftover = 0.0;
    // The order matters for their rounding.
    for place in [2, 3, 1, 4, 5, 0, 6] {
        let (name, unit) = UNITS[place];
        let Some(value) = given[place] else { continue };
        match ops::number(heap, value) {
            Some(Number::Int(int)) => total += BigInt::from(int) * unit,
            Some(Number::Big(int)) => total += int * unit,
            Some(Number::Float(float)) => {
                if !float.is_finite() {
                    return Err(if float.is_nan() {
                        Raise::value_error("cannot convert float NaN to integer")
                    } else {
                        Raise::new(ExceptionKind::OverflowError, "cannot convert float infinity to integer")
                    });
                }
                total += whole(float) * unit;
                let fraction = float.fract() * unit as f64;
                total += whole(fraction);
                leftover += fraction.fract();
            }
            None => {
                return Err(Raise::type_error(format!(
                    "unsupported type for timedelta {name} component: {}",
                    value.type_name(heap)
                )));
            }
        }
    }
    if leftover != 0.0 {
        let odd = f64::from(u8::from(total.is_odd()));
        let mut rounded = leftover.round();
        if (rounded - leftover).abs() == 0.5 {
            rounded = 2.0 * ((leftover + odd) * 0.5).round() - odd;
        }
        total += whole(rounded);
    }
    big(heap, total)
}

/// The whole part of a finite float.
fn whole(float: f64) -> BigInt {
    use num_traits::FromPrimitive;
    BigInt::from_f64(float.trunc()).unwrap_or_default()
}

/// A duration of a number of microseconds of any size.
pub(super) fn big(heap: &mut Heap, micros: BigInt) -> Res<Value> {
    match micros.to_i128() {
        Some(micros) if micros.unsigned_abs() < 1 << 100 => checked(heap, micros),
        _ if (micros.abs() / MICROS_PER_DAY) > BigInt::from(i32::MAX) => {
            Err(Raise::new(ExceptionKind::OverflowError, "Python int too large to convert to C int"))
        }
        _ => Err(Raise::new(ExceptionKind::OverflowError, "date value out of range")),
    }
}

/// The quotient, halves to even.
pub(super) fn divide_nearest(a: &BigInt, b: &BigInt) -> BigInt {
    let (a, b) = if b.is_negative() { (-a, -b) } else { (a.clone(), b.clone()) };
    let (quotient, remainder) = a.div_mod_floor(&b);
    let twice = remainder * 2;
    if twice > b || (twice == b && quotient.is_odd()) { quotient + 1 } else { quotient }
}

/// A number of microseconds as seconds.
pub(super) fn seconds(heap: &mut Heap, micros: i128) -> Res<Value> {
    let micros = heap.new_int(BigInt::from(micros));
    ops::binary(heap, BinaryOp::Divide, micros, Value::Int(1_000_000))
}

fn total_seconds(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "timedelta.total_seconds")?;
    match super::arith::as_delta(heap, this) {
        Some(TimeDelta(micros)) => seconds(heap, micros),
        None => Ok(Value::None),
    }
}

pub(super) fn repr(delta: TimeDelta) -> String {
    let (days, seconds, micros) = parts(delta.0);
    let shown: Vec<String> = [("days", days), ("seconds", seconds), ("microseconds", micros)]
        .into_iter()
        .filter(|(_, number)| *number != 0)
        .map(|(name, number)| format!("{name}={number}"))
        .collect();
    format!("datetime.timedelta({})", if shown.is_empty() { "0".to_owned() } else { shown.join(", ") })
}

pub(super) fn text(delta: TimeDelta) -> String {
    let (days, seconds, micros) = parts(delta.0);
    let mut out = match days {
        0 => String::new(),
        1 | -1 => format!("{days} day, "),
        _ => format!("{days} days, "),
    };
    out.push_str(&format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60));
    if micros != 0 {
        out.push_str(&format!(".{micros:06}"));
    }
    out
}
