//! The module `datetime`: dates, times, durations and fixed offsets from UTC.

mod arith;
mod calendar;
mod date;
mod delta;
mod isoformat;
mod strftime;
mod strptime;
mod time;
mod zone;

use std::cmp::Ordering;

use crate::builtins::{Builtin, CallArgs, by_name};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::methods::Method;
use crate::objects::{Named, Native, NativeRef};
use crate::ops;
use crate::value::{TypeTag, Value};

pub(crate) use arith::{binary, negate};
pub(crate) use date::{checked_epoch, now};
pub(crate) use strftime::{Moment, strftime};
pub(crate) use strptime::strptime;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    pub year: i32,
    pub month: u8,
    pub day: u8,
}

/// A time of day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock {
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub micro: u32,
}

/// A time of day, perhaps with an offset from UTC.
#[derive(Clone, Copy, Debug)]
pub struct Time {
    pub clock: Clock,
    /// `None` or a time zone.
    pub zone: Value,
    pub fold: bool,
}

/// A day and a time of day, perhaps with an offset from UTC.
#[derive(Clone, Copy, Debug)]
pub struct DateTime {
    pub date: Date,
    pub clock: Clock,
    /// `None` or a time zone.
    pub zone: Value,
    pub fold: bool,
}

/// A duration in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeDelta(pub i128);

/// A fixed offset from UTC.
#[derive(Clone, Debug)]
pub struct Zone {
    /// In microseconds.
    pub offset: i64,
    pub name: Option<Box<str>>,
}

const MICROS_PER_DAY: i128 = 86_400_000_000;

impl Clock {
    /// Seconds since midnight.
    fn seconds(self) -> u32 {
        (u32::from(self.hour) * 60 + u32::from(self.minute)) * 60 + u32::from(self.second)
    }

    /// Microseconds since midnight.
    fn micros(self) -> i64 {
        i64::from(self.seconds()) * 1_000_000 + i64::from(self.micro)
    }

    /// The time of day that many microseconds after midnight, which are less than a day's.
    fn from_micros(micros: i64) -> Clock {
        let seconds = micros / 1_000_000;
        Clock {
            hour: (seconds / 3600) as u8,
            minute: (seconds / 60 % 60) as u8,
            second: (seconds % 60) as u8,
            micro: (micros % 1_000_000) as u32,
        }
    }
}

impl DateTime {
    /// Microseconds since the start of the year 1, on the clock it shows.
    fn micros(&self) -> i128 {
        i128::from(self.date.ordinal()) * MICROS_PER_DAY + i128::from(self.clock.micros())
    }

    /// The moment with the same zone that many microseconds after the start of the year 1.
    fn at(&self, micros: i128) -> Res<DateTime> {
        let days = micros.div_euclid(MICROS_PER_DAY);
        let date = i64::try_from(days).ok().and_then(Date::from_ordinal).ok_or_else(out_of_range)?;
        let clock = Clock::from_micros(micros.rem_euclid(MICROS_PER_DAY) as i64);
        Ok(DateTime { date, clock, zone: self.zone, fold: false })
    }
}

fn out_of_range() -> Raise {
    Raise::new(ExceptionKind::OverflowError, "date value out of range")
}

/// The functions of the module are types.
pub(super) const FUNCTIONS: &[Builtin] = &[];

/// The names of the module that are no functions.
pub(super) fn members(heap: &mut Heap) -> Vec<(&'static str, Value)> {
    vec![
        ("MAXYEAR", Value::Int(calendar::MAX_YEAR)),
        ("MINYEAR", Value::Int(calendar::MIN_YEAR)),
        ("UTC", heap.new_native(Native::Zone(Box::new(zone::UTC)))),
        ("date", Value::Type(TypeTag::Date)),
        ("datetime", Value::Type(TypeTag::DateTime)),
        ("time", Value::Type(TypeTag::Time)),
        ("timedelta", Value::Type(TypeTag::TimeDelta)),
        ("timezone", Value::Type(TypeTag::TimeZone)),
    ]
}

pub(super) fn construct(heap: &mut Heap, tag: TypeTag, args: &CallArgs<'_>) -> Res<Value> {
    match tag {
        TypeTag::Date => date::new_date(heap, args),
        TypeTag::DateTime => date::new_date_time(heap, args),
        TypeTag::Time => time::new_time(heap, args),
        TypeTag::TimeDelta => delta::new_delta(heap, args),
        _ => zone::new_zone(heap, args),
    }
}

pub(super) fn methods_of(tag: TypeTag) -> &'static [Method] {
    match tag {
        TypeTag::Date => date::DATE_METHODS,
        TypeTag::DateTime => date::DATE_TIME_METHODS,
        TypeTag::Time => time::METHODS,
        TypeTag::TimeDelta => delta::METHODS,
        TypeTag::TimeZone => zone::METHODS,
        _ => &[],
    }
}

pub(super) fn class_methods_of(tag: TypeTag) -> &'static [Method] {
    match tag {
        TypeTag::Date => date::DATE_CLASS_METHODS,
        TypeTag::DateTime => date::DATE_TIME_CLASS_METHODS,
        TypeTag::Time => time::CLASS_METHODS,
        _ => &[],
    }
}

pub(super) fn class_attribute(heap: &mut Heap, tag: TypeTag, name: &str) -> Option<Value> {
    const FIRST: Date = Date { year: 1, month: 1, day: 1 };
    const LAST: Date = Date { year: 9999, month: 12, day: 31 };
    const LATEST: Clock = Clock { hour: 23, minute: 59, second: 59, micro: 999_999 };
    let naive = |date, clock| Native::DateTime(DateTime { date, clock, zone: Value::None, fold: false });
    let of_day = |clock| Native::Time(Time { clock, zone: Value::None, fold: false });
    let object = match (tag, name) {
        (TypeTag::Date, "min") => Native::Date(FIRST),
        (TypeTag::Date, "max") => Native::Date(LAST),
        (TypeTag::Date, "resolution") => Native::TimeDelta(TimeDelta(MICROS_PER_DAY)),
        (TypeTag::DateTime, "min") => naive(FIRST, Clock::default()),
        (TypeTag::DateTime, "max") => naive(LAST, LATEST),
        (TypeTag::Time, "min") => of_day(Clock::default()),
        (TypeTag::Time, "max") => of_day(LATEST),
        (TypeTag::DateTime | TypeTag::Time | TypeTag::TimeDelta, "resolution") => Native::TimeDelta(TimeDelta(1)),
        (TypeTag::TimeDelta, "min") => Native::TimeDelta(TimeDelta(-999_999_999 * MICROS_PER_DAY)),
        (TypeTag::TimeDelta, "max") => Native::TimeDelta(delta::MAX),
        (TypeTag::TimeZone, "utc") => Native::Zone(Box::new(zone::UTC)),
        (TypeTag::TimeZone, "min") => Native::Zone(Box::new(Zone { offset: -86_340_000_000, name: None })),
        (TypeTag::TimeZone, "max") => Native::Zone(Box::new(Zone { offset: 86_340_000_000, name: None })),
        _ => return None,
    };
    Some(heap.new_native(object))
}

pub(super) fn attribute(heap: &Heap, native: NativeRef, name: &str) -> Option<Value> {
    let of_date = |date: &Date| match name {
        "year" => Some(Value::Int(i64::from(date.year))),
        "month" => Some(Value::Int(i64::from(date.month))),
        "day" => Some(Value::Int(i64::from(date.day))),
        _ => None,
    };
    let of_time = |clock: &Clock, zone: Value, fold: bool| match name {
        "hour" => Some(Value::Int(i64::from(clock.hour))),
        "minute" => Some(Value::Int(i64::from(clock.minute))),
        "second" => Some(Value::Int(i64::from(clock.second))),
        "microsecond" => Some(Value::Int(i64::from(clock.micro))),
        "tzinfo" => Some(zone),
        "fold" => Some(Value::Int(i64::from(fold))),
        _ => None,
    };
    match &heap.natives[native] {
        Native::Date(date) => of_date(date),
        Native::DateTime(it) => of_date(&it.date).or_else(|| of_time(&it.clock, it.zone, it.fold)),
        Native::Time(it) => of_time(&it.clock, it.zone, it.fold),
        Native::TimeDelta(TimeDelta(micros)) => {
            let (days, seconds, micros) = delta::parts(*micros);
            match name {
                "days" => Some(Value::Int(days)),
                "seconds" => Some(Value::Int(seconds)),
                "microseconds" => Some(Value::Int(micros)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The offset of a zone from UTC in microseconds; none without a zone.
pub(super) fn offset_of(heap: &Heap, zone: Value) -> Option<i64> {
    match zone {
        Value::Native(native) => match &heap.natives[native] {
            Native::Zone(zone) => Some(zone.offset),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn eq(heap: &Heap, a: NativeRef, b: NativeRef) -> bool {
    match (&heap.natives[a], &heap.natives[b]) {
        (Native::Zone(a), Native::Zone(b)) => a.offset == b.offset,
        // An aware value never equals a naive one.
        _ => a.tag() == b.tag() && order(heap, a, b).is_ok_and(Ordering::is_eq),
    }
}

/// Are values of the two types compared by `<`, or refused with a reason of their own?
pub(super) fn is_ordered(a: TypeTag, b: TypeTag) -> bool {
    match (a, b) {
        (TypeTag::Date | TypeTag::DateTime, TypeTag::Date | TypeTag::DateTime) => true,
        _ => a == b && matches!(a, TypeTag::Time | TypeTag::TimeDelta),
    }
}

pub(super) fn order(heap: &Heap, a: NativeRef, b: NativeRef) -> Res<Ordering> {
    let mixed = |what: &str| Raise::type_error(format!("can't compare offset-naive and offset-aware {what}"));
    match (&heap.natives[a], &heap.natives[b]) {
        (Native::Date(a), Native::Date(b)) => Ok(a.cmp(b)),
        (Native::TimeDelta(a), Native::TimeDelta(b)) => Ok(a.cmp(b)),
        (Native::DateTime(a), Native::DateTime(b)) => match (offset_of(heap, a.zone), offset_of(heap, b.zone)) {
            (None, None) => Ok(a.micros().cmp(&b.micros())),
            (Some(x), Some(y)) => Ok((a.micros() - i128::from(x)).cmp(&(b.micros() - i128::from(y)))),
            _ => Err(mixed("datetimes")),
        },
        (Native::Time(a), Native::Time(b)) => match (offset_of(heap, a.zone), offset_of(heap, b.zone)) {
            (None, None) => Ok(a.clock.cmp(&b.clock)),
            (Some(x), Some(y)) => Ok((a.clock.micros() - x).cmp(&(b.clock.micros() - y))),
            _ => Err(mixed("times")),
        },
        _ => Err(Raise::type_error("can't compare datetime.datetime to datetime.date")),
    }
}

/// Values that are equal have equal hashes.
pub(super) fn hash(heap: &Heap, native: NativeRef) -> i64 {
    let of_micros = |kind: i64, micros: i128| {
        ops::hash_tuple(&[kind, ops::hash_int(micros.div_euclid(1 << 62) as i64), micros.rem_euclid(1 << 62) as i64])
    };
    match &heap.natives[native] {
        Native::Date(date) => of_micros(1, i128::from(date.ordinal())),
        Native::DateTime(it) => of_micros(2, it.micros() - i128::from(offset_of(heap, it.zone).unwrap_or(0))),
        Native::Time(it) => of_micros(3, i128::from(it.clock.micros() - offset_of(heap, it.zone).unwrap_or(0))),
        Native::TimeDelta(delta) => of_micros(4, delta.0),
        Native::Zone(zone) => of_micros(5, i128::from(zone.offset)),
        _ => 0,
    }
}

pub(super) fn repr(heap: &Heap, native: NativeRef) -> Res<String> {
    let tail = |zone: Value, fold: bool| -> Res<String> {
        let fold = if fold { ", fold=1" } else { "" };
        Ok(match zone {
            Value::None => fold.to_owned(),
            zone => format!("{fold}, tzinfo={}", ops::repr(heap, zone)?),
        })
    };
    let clock_parts = |clock: &Clock| {
        let mut out = format!("{}, {}", clock.hour, clock.minute);
        if clock.second != 0 || clock.micro != 0 {
            out.push_str(&format!(", {}", clock.second));
        }
        if clock.micro != 0 {
            out.push_str(&format!(", {}", clock.micro));
        }
        out
    };
    Ok(match &heap.natives[native] {
        Native::Date(date) => format!("datetime.date({}, {}, {})", date.year, date.month, date.day),
        Native::DateTime(it) => format!(
            "datetime.datetime({}, {}, {}, {}{})",
            it.date.year,
            it.date.month,
            it.date.day,
            clock_parts(&it.clock),
            tail(it.zone, it.fold)?
        ),
        Native::Time(it) => format!("datetime.time({}{})", clock_parts(&it.clock), tail(it.zone, it.fold)?),
        Native::TimeDelta(delta) => delta::repr(*delta),
        Native::Zone(zone) => zone::repr(zone),
        _ => String::new(),
    })
}

pub(super) fn text(heap: &Heap, native: NativeRef) -> Res<String> {
    Ok(match &heap.natives[native] {
        Native::Date(date) => date::date_text(*date),
        Native::DateTime(it) => date::date_time_text(heap, it, " ", "auto").unwrap_or_default(),
        Native::Time(it) => time::time_text(heap, it, "auto").unwrap_or_default(),
        Native::TimeDelta(delta) => delta::text(*delta),
        Native::Zone(zone) => zone::name(zone),
        _ => String::new(),
    })
}

/// What a format can show of a date or time.
fn moment<'a>(heap: &'a Heap, native: NativeRef, zone_name: &'a str) -> Option<Moment<'a>> {
    match &heap.natives[native] {
        Native::Date(date) => Some(Moment { date: *date, clock: Clock::default(), offset: None, zone_name: "" }),
        Native::DateTime(it) => {
            Some(Moment { date: it.date, clock: it.clock, offset: offset_of(heap, it.zone), zone_name })
        }
        Native::Time(it) => Some(Moment {
            date: Date { year: 1900, month: 1, day: 1 },
            clock: it.clock,
            offset: offset_of(heap, it.zone),
            zone_name,
        }),
        _ => None,
    }
}

/// `strftime` of a date or time.
pub(super) fn format(heap: &Heap, native: NativeRef, spec: &str) -> Res<String> {
    let zone = match &heap.natives[native] {
        Native::DateTime(DateTime { zone, .. }) | Native::Time(Time { zone, .. }) => *zone,
        _ => Value::None,
    };
    let zone_name = match zone {
        Value::Native(zone) => match &heap.natives[zone] {
            Native::Zone(zone) => zone::name(zone),
            _ => String::new(),
        },
        _ => String::new(),
    };
    // A directive can be replaced by a few dozen characters.
    heap.ensure(spec.len().saturating_mul(32))?;
    Ok(moment(heap, native, &zone_name).map(|moment| strftime(spec, &moment)).unwrap_or_default())
}

fn method_strftime(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [format] = args.bind(heap, "strftime", [by_name("format")], 1)?;
    let format = text_argument(heap, "strftime", format.unwrap_or(Value::None))?.to_owned();
    let Value::Native(native) = this else { return Ok(Value::None) };
    let text = self::format(heap, native, &format)?;
    Ok(heap.new_str(text))
}

/// A text argument.
fn text_argument<'a>(heap: &'a Heap, function: &str, value: Value) -> Res<&'a str> {
    heap.as_str(value)
        .ok_or_else(|| Raise::type_error(format!("{function}() argument 1 must be str, not {}", value.type_name(heap))))
}

/// A whole number within bounds.
fn part(heap: &Heap, value: Option<Value>, default: i64, range: std::ops::RangeInclusive<i64>, name: &str) -> Res<i64> {
    let Some(value) = value else { return Ok(default) };
    let number = match value {
        Value::BigInt(_) => {
            return Err(Raise::new(ExceptionKind::OverflowError, "Python int too large to convert to C int"));
        }
        value => ops::index_argument(heap, value)?,
    };
    if range.contains(&number) {
        return Ok(number);
    }
    Err(Raise::value_error(if name == "year" {
        format!("year {number} is out of range")
    } else {
        format!("{name} must be in {}..{}", range.start(), range.end())
    }))
}

fn checked_date(heap: &Heap, parts: [Option<Value>; 3]) -> Res<Date> {
    let integer = |value: Option<Value>| match value {
        None => Ok(()),
        Some(value) => ops::index_argument(heap, value).map(|_| ()),
    };
    // The types of all come before the ranges of any.
    parts.into_iter().try_for_each(integer)?;
    let year = part(heap, parts[0], 1, calendar::MIN_YEAR..=calendar::MAX_YEAR, "year")?;
    let month = part(heap, parts[1], 1, 1..=12, "month")?;
    let day = part(heap, parts[2], 1, i64::MIN..=i64::MAX, "day")?;
    if !(1..=calendar::days_in_month(year, month)).contains(&day) {
        return Err(Raise::value_error("day is out of range for month"));
    }
    Ok(Date { year: year as i32, month: month as u8, day: day as u8 })
}

fn checked_clock(heap: &Heap, parts: [Option<Value>; 4]) -> Res<Clock> {
    Ok(Clock {
        hour: part(heap, parts[0], 0, 0..=23, "hour")? as u8,
        minute: part(heap, parts[1], 0, 0..=59, "minute")? as u8,
        second: part(heap, parts[2], 0, 0..=59, "second")? as u8,
        micro: part(heap, parts[3], 0, 0..=999_999, "microsecond")? as u32,
    })
}

fn checked_zone(heap: &Heap, zone: Option<Value>) -> Res<Value> {
    match zone {
        None | Some(Value::None) => Ok(Value::None),
        Some(zone @ Value::Native(native)) if native.tag() == TypeTag::TimeZone => Ok(zone),
        Some(other) => Err(Raise::type_error(format!(
            "tzinfo argument must be None or of a tzinfo subclass, not type '{}'",
            other.type_name(heap)
        ))),
    }
}

fn checked_fold(heap: &Heap, fold: Option<Value>) -> Res<bool> {
    match fold.map(|fold| ops::index_argument(heap, fold)).transpose()? {
        None | Some(0) => Ok(false),
        Some(1) => Ok(true),
        Some(_) => Err(Raise::value_error("fold must be either 0 or 1")),
    }
}

/// `date.isocalendar()`.
fn iso_calendar(heap: &mut Heap, date: Date) -> Value {
    let (year, week, weekday) = date.iso_calendar();
    let items = [year, week, weekday].map(Value::Int);
    heap.new_native(Native::Named(Named {
        tag: TypeTag::IsoCalendarDate,
        title: "datetime.IsoCalendarDate",
        names: &["year", "week", "weekday"],
        items: items.into(),
        hidden: Box::default(),
    }))
}

/// The nine items of `time.struct_time`.
pub(crate) fn struct_time(heap: &mut Heap, date: Date, clock: Clock, is_dst: i64, zone: Value, offset: Value) -> Value {
    let items = [
        i64::from(date.year),
        i64::from(date.month),
        i64::from(date.day),
        i64::from(clock.hour),
        i64::from(clock.minute),
        i64::from(clock.second),
        date.weekday(),
        date.day_of_year(),
        is_dst,
    ]
    .map(Value::Int);
    new_struct_time(heap, items.into(), zone, offset)
}

/// The names of the items of `time.struct_time`.
pub(crate) const STRUCT_TIME: &[&str] =
    &["tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst"];

pub(crate) fn new_struct_time(heap: &mut Heap, items: Box<[Value]>, zone: Value, offset: Value) -> Value {
    heap.new_native(Native::Named(Named {
        tag: TypeTag::StructTime,
        title: "time.struct_time",
        names: STRUCT_TIME,
        items,
        hidden: Box::new([("tm_zone", zone), ("tm_gmtoff", offset)]),
    }))
}

/// Days and seconds since 1970 as a date and a time of day; none outside the years 1 to 9999.
pub(crate) fn from_epoch(seconds: i64) -> Option<(Date, Clock)> {
    let date = Date::from_ordinal(calendar::EPOCH + seconds.div_euclid(86_400))?;
    Some((date, Clock::from_micros(seconds.rem_euclid(86_400) * 1_000_000)))
}

/// Seconds since 1970 of a date and a time of day.
pub(crate) fn to_epoch(date: Date, clock: Clock) -> i64 {
    (date.ordinal() - calendar::EPOCH) * 86_400 + i64::from(clock.seconds())
}

/// A date from numbers that may lie outside their ranges: months and days carry over.
pub(crate) fn normal_date(year: i64, month: i64, day: i64) -> Option<Date> {
    let months = year.checked_mul(12)?.checked_add(month.checked_sub(1)?)?;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    if !(1..=9999).contains(&year) {
        return None;
    }
    let first = Date { year: year as i32, month: month as u8, day: 1 };
    Date::from_ordinal(first.ordinal().checked_add(day.checked_sub(1)?)?)
}
