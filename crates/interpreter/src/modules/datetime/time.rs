//! Times of day: `time`.

use super::date::{iso_argument, iso_problem};
use super::strftime::offset_text;
use super::{Clock, Time, checked_clock, checked_fold, checked_zone, isoformat, method_strftime, offset_of, zone};
use crate::builtins::{CallArgs, Param, by_keyword, by_name};
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::methods::{Method, method};
use crate::objects::Native;
use crate::value::Value;

pub(super) const METHODS: &[Method] = &[
    method("dst", dst),
    method("isoformat", iso),
    method("replace", replace),
    method("strftime", method_strftime),
    method("tzname", tz_name),
    method("utcoffset", utc_offset),
];

pub(super) const CLASS_METHODS: &[Method] = &[method("fromisoformat", from_iso)];

const PARTS: [Param; 6] = [
    by_name("hour"),
    by_name("minute"),
    by_name("second"),
    by_name("microsecond"),
    by_name("tzinfo"),
    by_keyword("fold"),
];

pub(super) fn new_time(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [hour, minute, second, micro, zone, fold] = args.bind(heap, "function", PARTS, 0)?;
    let clock = checked_clock(heap, [hour, minute, second, micro])?;
    let fold = checked_fold(heap, fold)?;
    let zone = checked_zone(heap, zone)?;
    Ok(heap.new_native(Native::Time(Time { clock, zone, fold })))
}

fn time_of(heap: &Heap, this: Value) -> Res<Time> {
    if let Value::Native(native) = this
        && let Native::Time(it) = &heap.natives[native]
    {
        return Ok(*it);
    }
    Err(Raise::type_error(format!("a time is required, not '{}'", this.type_name(heap))))
}

/// The text down to a unit; none for an unknown one.
pub(super) fn clock_text(clock: Clock, timespec: &str) -> Option<String> {
    let Clock { hour, minute, second, micro } = clock;
    Some(match timespec {
        "auto" if micro == 0 => format!("{hour:02}:{minute:02}:{second:02}"),
        "auto" | "microseconds" => format!("{hour:02}:{minute:02}:{second:02}.{micro:06}"),
        "milliseconds" => format!("{hour:02}:{minute:02}:{second:02}.{:03}", micro / 1000),
        "seconds" => format!("{hour:02}:{minute:02}:{second:02}"),
        "minutes" => format!("{hour:02}:{minute:02}"),
        "hours" => format!("{hour:02}"),
        _ => return None,
    })
}

pub(super) fn time_text(heap: &Heap, it: &Time, timespec: &str) -> Option<String> {
    let offset = offset_of(heap, it.zone).map(|offset| offset_text(offset, ":")).unwrap_or_default();
    Some(clock_text(it.clock, timespec)? + &offset)
}

fn iso(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [timespec] = args.bind(heap, "isoformat", [by_name("timespec")], 0)?;
    let timespec = timespec.and_then(|value| heap.as_str(value)).unwrap_or("auto");
    let it = time_of(heap, this)?;
    match time_text(heap, &it, timespec) {
        Some(text) => Ok(heap.new_str(text)),
        None => Err(Raise::value_error("Unknown timespec value")),
    }
}

pub(super) fn replaced_clock(clock: Clock, parts: [Option<Value>; 4]) -> [Option<Value>; 4] {
    let own = [i64::from(clock.hour), i64::from(clock.minute), i64::from(clock.second), i64::from(clock.micro)];
    let mut result = [None; 4];
    for ((slot, value), own) in result.iter_mut().zip(parts).zip(own) {
        *slot = Some(value.unwrap_or(Value::Int(own)));
    }
    result
}

fn replace(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [hour, minute, second, micro, zone, fold] = args.bind(heap, "replace", PARTS, 0)?;
    let it = time_of(heap, this)?;
    let clock = checked_clock(heap, replaced_clock(it.clock, [hour, minute, second, micro]))?;
    let zone = if zone.is_some() { checked_zone(heap, zone)? } else { it.zone };
    let fold = if fold.is_some() { checked_fold(heap, fold)? } else { it.fold };
    Ok(heap.new_native(Native::Time(Time { clock, zone, fold })))
}

fn utc_offset(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "utcoffset")?;
    let it = time_of(heap, this)?;
    Ok(zone::offset_value(heap, it.zone))
}

fn tz_name(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "tzname")?;
    let it = time_of(heap, this)?;
    Ok(zone::name_value(heap, it.zone))
}

fn dst(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "dst")?;
    Ok(Value::None)
}

fn from_iso(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let text = iso_argument(heap, args)?;
    let (clock, offset) =
        isoformat::time(text.strip_prefix('T').unwrap_or(&text)).map_err(|problem| iso_problem(&text, problem))?;
    let zone = match offset {
        Some(offset) => zone::new(heap, i128::from(offset), None)?,
        None => Value::None,
    };
    Ok(heap.new_native(Native::Time(Time { clock, zone, fold: false })))
}
