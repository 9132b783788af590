//! The module `time`: the host's clock, and waiting. There is no local zone: all clocks show UTC.

use super::datetime::{
    self, Clock, Date, Moment, checked_epoch, new_struct_time as struct_time_of, normal_date, strptime, struct_time,
};
use crate::builtins::{Builtin, CallArgs, by_name, by_place, by_vm, pure};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::objects::Native;
use crate::ops::{self, Number};
use crate::value::{TypeTag, Value};
use crate::vm_builtins::{ClockReading, VmBuiltin};

pub(super) const FUNCTIONS: &[Builtin] = &[
    by_vm("asctime", VmBuiltin::Clock(ClockReading::AscTime)),
    by_vm("ctime", VmBuiltin::Clock(ClockReading::CTime)),
    by_vm("gmtime", VmBuiltin::Clock(ClockReading::Parts)),
    by_vm("localtime", VmBuiltin::Clock(ClockReading::Parts)),
    pure("mktime", mktime),
    by_vm("monotonic", VmBuiltin::Now),
    by_vm("monotonic_ns", VmBuiltin::Clock(ClockReading::Nanoseconds)),
    by_vm("perf_counter", VmBuiltin::Now),
    by_vm("perf_counter_ns", VmBuiltin::Clock(ClockReading::Nanoseconds)),
    by_vm("sleep", VmBuiltin::Sleep),
    by_vm("strftime", VmBuiltin::Clock(ClockReading::Format)),
    pure("strptime", parse),
    by_vm("time", VmBuiltin::Now),
    by_vm("time_ns", VmBuiltin::Clock(ClockReading::Nanoseconds)),
];

/// The names of the module that are no functions.
pub(super) fn members() -> Vec<(&'static str, Value)> {
    vec![
        ("altzone", Value::Int(0)),
        ("daylight", Value::Int(0)),
        ("struct_time", Value::Type(TypeTag::StructTime)),
        ("timezone", Value::Int(0)),
    ]
}

/// Whole seconds since 1970 of an argument, or of the clock.
fn seconds(heap: &Heap, value: Option<Value>, now: f64) -> Res<i64> {
    let float = match value {
        None | Some(Value::None) => now,
        Some(Value::Int(int)) => return Ok(int),
        Some(value) => match ops::number(heap, value) {
            Some(Number::Float(float)) => float,
            Some(Number::Int(int)) => return Ok(int),
            Some(Number::Big(_)) => f64::INFINITY,
            None => {
                return Err(Raise::type_error(format!(
                    "'{}' object cannot be interpreted as an integer",
                    value.type_name(heap)
                )));
            }
        },
    };
    if float.is_nan() {
        return Err(Raise::value_error("Invalid value NaN (not a number)"));
    }
    if float.abs() >= 9e18 {
        return Err(Raise::new(ExceptionKind::OverflowError, "timestamp out of range for platform time_t"));
    }
    Ok(float.floor() as i64)
}

fn parts(heap: &mut Heap, seconds: i64) -> Res<Value> {
    let (date, clock) = checked_epoch(seconds)?;
    let zone = heap.new_str("UTC");
    Ok(struct_time(heap, date, clock, 0, zone, Value::Int(0)))
}

/// What the functions that read the clock give.
pub(crate) fn read(heap: &mut Heap, what: ClockReading, now: f64, args: &CallArgs<'_>) -> Res<Value> {
    match what {
        ClockReading::Nanoseconds => {
            args.none(heap, "time_ns")?;
            // A float has no room for nanoseconds of today: the microsecond is what it tells.
            let micros = num_bigint::BigInt::from((now * 1e6).round() as i128);
            Ok(heap.new_int(micros * 1000))
        }
        ClockReading::Parts => {
            let [at] = args.bind(heap, "gmtime", [by_place("seconds")], 0)?;
            let seconds = seconds(heap, at, now)?;
            parts(heap, seconds)
        }
        ClockReading::CTime => {
            let [at] = args.bind(heap, "ctime", [by_place("seconds")], 0)?;
            let (date, clock) = checked_epoch(seconds(heap, at, now)?)?;
            ctime(heap, date, clock)
        }
        ClockReading::AscTime => {
            let [at] = args.bind(heap, "asctime", [by_place("t")], 0)?;
            let (date, clock, _) = moment(heap, at, now)?;
            ctime(heap, date, clock)
        }
        ClockReading::Format => {
            let [format, at] = args.bind(heap, "strftime", [by_place("format"), by_place("t")], 1)?;
            let (date, clock, offset) = moment(heap, at, now)?;
            let format = format.unwrap_or(Value::None);
            let Some(format) = heap.as_str(format) else {
                return Err(Raise::type_error(format!(
                    "strftime() argument 1 must be str, not {}",
                    format.type_name(heap)
                )));
            };
            heap.ensure(format.len().saturating_mul(32))?;
            let moment = Moment { date, clock, offset: Some(offset), zone_name: "UTC" };
            let text = datetime::strftime(format, &moment);
            Ok(heap.new_str(text))
        }
    }
}

fn ctime(heap: &mut Heap, date: Date, clock: Clock) -> Res<Value> {
    let moment = Moment { date, clock, offset: None, zone_name: "" };
    let text = datetime::strftime("%a %b %e %H:%M:%S %Y", &moment);
    Ok(heap.new_str(text))
}

/// The first six numbers of a `struct_time` or tuple.
fn numbers(heap: &mut Heap, value: Value) -> Res<[i64; 9]> {
    if !value.type_tag().is_subtype_of(TypeTag::Tuple) {
        return Err(Raise::type_error("Tuple or struct_time argument required"));
    }
    let items = ops::collect(heap, value)?;
    let mut numbers = [0; 9];
    if items.len() != numbers.len() {
        return Err(Raise::type_error("function takes exactly 9 arguments"));
    }
    for (number, item) in numbers.iter_mut().zip(items) {
        *number = ops::index_argument(heap, item)?;
    }
    Ok(numbers)
}

fn moment(heap: &mut Heap, value: Option<Value>, now: f64) -> Res<(Date, Clock, i64)> {
    let value = match value {
        None | Some(Value::None) => {
            let (date, clock) = checked_epoch(now.floor() as i64)?;
            return Ok((date, clock, 0));
        }
        Some(value) => value,
    };
    let [year, month, day, hour, minute, second, ..] = numbers(heap, value)?;
    let in_range = |number: i64, range: std::ops::RangeInclusive<i64>, what: &str| {
        if range.contains(&number) { Ok(number) } else { Err(Raise::value_error(format!("{what} out of range"))) }
    };
    let month = in_range(month, 0..=12, "month")?.max(1);
    let day = in_range(day, 0..=31, "day of month")?.max(1);
    let clock = Clock {
        hour: in_range(hour, 0..=23, "hour")? as u8,
        minute: in_range(minute, 0..=59, "minute")? as u8,
        second: in_range(second, 0..=61, "seconds")? as u8,
        micro: 0,
    };
    let year = in_range(year, 1..=9999, "year")?;
    let date = normal_date(year, month, day).ok_or_else(|| Raise::value_error("day of month out of range"))?;
    Ok((date, clock, 0))
}

fn mktime(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let value = args.one(heap, "mktime")?;
    let [year, month, day, hour, minute, second, ..] = numbers(heap, value)?;
    let overflow = || Raise::new(ExceptionKind::OverflowError, "mktime argument out of range");
    let date = normal_date(year, month, day).ok_or_else(overflow)?;
    let of_day = i128::from(hour) * 3600 + i128::from(minute) * 60 + i128::from(second);
    let seconds = i128::from(datetime::to_epoch(date, Clock::default())) + of_day;
    Ok(Value::float(seconds as f64))
}

fn parse(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [text, format] = args.bind(heap, "strptime", [by_place("string"), by_place("format")], 1)?;
    let argument = |value: Option<Value>, default: &str| match value {
        None => Ok(default.to_owned()),
        Some(value) => heap.as_str(value).map(str::to_owned).ok_or_else(|| {
            Raise::type_error(format!("strptime() argument must be str, not {}", value.type_name(heap)))
        }),
    };
    let text = argument(text, "")?;
    let format = argument(format, "%a %b %d %H:%M:%S %Y")?;
    let parsed = strptime(heap, &text, &format)?;
    let zone = match parsed.zone_name {
        Some(name) => heap.new_str(name),
        None => Value::None,
    };
    let offset = parsed.offset.map_or(Value::None, |offset| Value::Int(offset / 1_000_000));
    Ok(struct_time(heap, parsed.date, parsed.clock, -1, zone, offset))
}

/// `time.struct_time(items)`.
pub(super) fn new_struct_time(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [items] = args.bind(heap, "struct_time", [by_name("sequence")], 1)?;
    let items = items.unwrap_or(Value::None);
    if let Value::Native(native) = items
        && let Native::Named(_) = &heap.natives[native]
    {
        return Ok(items);
    }
    let items = ops::collect(heap, items)?;
    if items.len() != 9 {
        return Err(Raise::type_error(format!(
            "time.struct_time() takes an at least 9-sequence ({}-sequence given)",
            items.len()
        )));
    }
    Ok(struct_time_of(heap, items.into(), Value::None, Value::None))
}
