//! Fixed offsets from UTC: `timezone`.

use super::strftime::offset_text;
use super::{MICROS_PER_DAY, TimeDelta, Zone, arith, delta};
use crate::builtins::{CallArgs, by_name, by_place};
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::methods::{Method, method};
use crate::objects::Native;
use crate::value::{TypeTag, Value};

pub(super) const UTC: Zone = Zone { offset: 0, name: None };

pub(super) const METHODS: &[Method] = &[method("dst", dst), method("tzname", tzname), method("utcoffset", utcoffset)];

pub(super) fn new_zone(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [offset, name] = args.bind(heap, "timezone", [by_name("offset"), by_name("name")], 1)?;
    let offset = offset.unwrap_or(Value::None);
    let Some(TimeDelta(micros)) = arith::as_delta(heap, offset) else {
        return Err(Raise::type_error(format!(
            "timezone() argument 1 must be datetime.timedelta, not {}",
            offset.type_name(heap)
        )));
    };
    let name = match name {
        None => None,
        Some(name) => match heap.as_str(name) {
            Some(name) => Some(name.into()),
            None => {
                return Err(Raise::type_error(format!(
                    "timezone() argument 2 must be str, not {}",
                    name.type_name(heap)
                )));
            }
        },
    };
    new(heap, micros, name)
}

/// A zone of an offset in microseconds.
pub(super) fn new(heap: &mut Heap, micros: i128, name: Option<Box<str>>) -> Res<Value> {
    if micros.abs() >= MICROS_PER_DAY {
        return Err(Raise::value_error(format!(
            "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {}.",
            delta::repr(TimeDelta(micros))
        )));
    }
    // Less than a day fits.
    Ok(heap.new_native(Native::Zone(Box::new(Zone { offset: micros as i64, name }))))
}

pub(super) fn name(zone: &Zone) -> String {
    match &zone.name {
        Some(name) => name.to_string(),
        None if zone.offset == 0 => "UTC".to_owned(),
        None => format!("UTC{}", offset_text(zone.offset, ":")),
    }
}

pub(super) fn repr(zone: &Zone) -> String {
    let offset = delta::repr(TimeDelta(i128::from(zone.offset)));
    match &zone.name {
        None if zone.offset == 0 => "datetime.timezone.utc".to_owned(),
        None => format!("datetime.timezone({offset})"),
        Some(name) => {
            let mut shown = String::new();
            crate::ops::str_repr(name, &mut shown);
            format!("datetime.timezone({offset}, {shown})")
        }
    }
}

/// The argument of the methods: a moment, or `None`.
fn moment(heap: &Heap, function: &str, args: &CallArgs<'_>) -> Res<()> {
    let [moment] = args.bind(heap, function, [by_place("dt")], 1)?;
    match moment {
        Some(Value::None) => Ok(()),
        Some(Value::Native(native)) if native.tag() == TypeTag::DateTime => Ok(()),
        other => Err(Raise::type_error(format!(
            "{function}(dt) argument must be a datetime instance or None, not {}",
            other.unwrap_or(Value::None).type_name(heap)
        ))),
    }
}

fn utcoffset(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    moment(heap, "utcoffset", args)?;
    Ok(offset_value(heap, this))
}

/// The offset of a zone as a duration; `None` without a zone.
pub(super) fn offset_value(heap: &mut Heap, zone: Value) -> Value {
    match super::offset_of(heap, zone) {
        Some(offset) => heap.new_native(Native::TimeDelta(TimeDelta(i128::from(offset)))),
        None => Value::None,
    }
}

/// The name of a zone; `None` without a zone.
pub(super) fn name_value(heap: &mut Heap, zone: Value) -> Value {
    let name = match zone {
        Value::Native(native) => match &heap.natives[native] {
            Native::Zone(zone) => name(zone),
            _ => return Value::None,
        },
        _ => return Value::None,
    };
    heap.new_str(name)
}

fn tzname(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    moment(heap, "tzname", args)?;
    Ok(name_value(heap, this))
}

fn dst(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    moment(heap, "dst", args)?;
    Ok(Value::None)
}
