//! `date` and `datetime`: making them, their text, and their methods.

use super::strftime::offset_text;
use super::{
    Clock, Date, DateTime, MICROS_PER_DAY, Time, checked_clock, checked_date, checked_fold, checked_zone, from_epoch,
    iso_calendar, isoformat, method_strftime, offset_of, out_of_range, strptime, struct_time, text_argument, time,
    zone,
};
use crate::builtins::{CallArgs, Param, by_keyword, by_name, by_place};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::methods::{Method, method, method_by_vm};
use crate::modules::datetime::calendar::{self, DAYS, MONTHS, WeekDate, from_iso_calendar};
use crate::objects::Native;
use crate::ops::{self, Number};
use crate::value::{TypeTag, Value};
use crate::vm_builtins::VmBuiltin;

const STRFTIME: Method = method("strftime", method_strftime);

pub(super) const DATE_METHODS: &[Method] = &[
    method("ctime", ctime),
    method("isocalendar", method_iso_calendar),
    method("isoformat", iso_date),
    method("isoweekday", iso_weekday),
    method("replace", replace_date),
    STRFTIME,
    method("timetuple", timetuple),
    method("toordinal", ordinal),
    method("weekday", weekday),
];

pub(super) const DATE_CLASS_METHODS: &[Method] = &[
    method("fromisocalendar", date_from_iso_calendar),
    method("fromisoformat", date_from_iso),
    method("fromordinal", date_from_ordinal),
    method("fromtimestamp", date_from_timestamp),
    method_by_vm("today", VmBuiltin::DateToday),
];

pub(super) const DATE_TIME_METHODS: &[Method] = &[
    method("astimezone", as_time_zone),
    method("ctime", ctime),
    method("date", method_date),
    method("dst", dst),
    method("isocalendar", method_iso_calendar),
    method("isoformat", iso_date_time),
    method("isoweekday", iso_weekday),
    method("replace", replace_date_time),
    STRFTIME,
    method("time", method_time),
    method("timestamp", timestamp),
    method("timetuple", timetuple),
    method("timetz", method_time_zoned),
    method("toordinal", ordinal),
    method("tzname", tz_name),
    method("utcoffset", utc_offset),
    method("utctimetuple", utc_timetuple),
    method("weekday", weekday),
];

pub(super) const DATE_TIME_CLASS_METHODS: &[Method] = &[
    method("combine", combine),
    method("fromisocalendar", date_time_from_iso_calendar),
    method("fromisoformat", date_time_from_iso),
    method("fromordinal", date_time_from_ordinal),
    method("fromtimestamp", date_time_from_timestamp),
    method_by_vm("now", VmBuiltin::DateTimeNow),
    method("strptime", method_strptime),
    method_by_vm("today", VmBuiltin::DateTimeUtc("today")),
    method("utcfromtimestamp", utc_date_time_from_timestamp),
    method_by_vm("utcnow", VmBuiltin::DateTimeUtc("utcnow")),
];

const YMD: [&str; 3] = ["year", "month", "day"];

const MOMENT: [Param; 9] = [
    by_name("year"),
    by_name("month"),
    by_name("day"),
    by_name("hour"),
    by_name("minute"),
    by_name("second"),
    by_name("microsecond"),
    by_name("tzinfo"),
    by_keyword("fold"),
];

pub(super) fn new_date(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let parts = args.bind(heap, "function", YMD.map(by_name), 3).map_err(plain)?;
    let date = checked_date(heap, parts)?;
    Ok(heap.new_native(Native::Date(date)))
}

pub(super) fn new_date_time(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [year, month, day, hour, minute, second, micro, zone, fold] =
        args.bind(heap, "function", MOMENT, 3).map_err(plain)?;
    let date = checked_date(heap, [year, month, day])?;
    let clock = checked_clock(heap, [hour, minute, second, micro])?;
    let fold = checked_fold(heap, fold)?;
    let zone = checked_zone(heap, zone)?;
    Ok(heap.new_native(Native::DateTime(DateTime { date, clock, zone, fold })))
}

/// CPython's messages about the arguments of these types name no function.
fn plain(raise: Raise) -> Raise {
    Raise::new(raise.kind(), raise.message().replace("function()", "function"))
}

fn date_of(heap: &Heap, this: Value) -> Res<Date> {
    if let Value::Native(native) = this {
        match &heap.natives[native] {
            Native::Date(date) | Native::DateTime(DateTime { date, .. }) => return Ok(*date),
            _ => {}
        }
    }
    Err(Raise::type_error(format!("a date is required, not '{}'", this.type_name(heap))))
}

fn moment_of(heap: &Heap, this: Value) -> Res<DateTime> {
    if let Value::Native(native) = this
        && let Native::DateTime(it) = &heap.natives[native]
    {
        return Ok(*it);
    }
    Err(Raise::type_error(format!("a datetime is required, not '{}'", this.type_name(heap))))
}

fn midnight(heap: &mut Heap, date: Date) -> Value {
    heap.new_native(Native::DateTime(DateTime { date, clock: Clock::default(), zone: Value::None, fold: false }))
}

pub(super) fn date_text(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

/// The text of ISO 8601; none for an unknown `timespec`.
pub(super) fn date_time_text(heap: &Heap, it: &DateTime, separator: &str, timespec: &str) -> Option<String> {
    let clock = time::clock_text(it.clock, timespec)?;
    let offset = offset_of(heap, it.zone).map(|offset| offset_text(offset, ":")).unwrap_or_default();
    Some(format!("{}{separator}{clock}{offset}", date_text(it.date)))
}

fn iso_date(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "date.isoformat")?;
    let date = date_of(heap, this)?;
    Ok(heap.new_str(date_text(date)))
}

fn iso_date_time(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [separator, timespec] = args.bind(heap, "isoformat", [by_name("sep"), by_name("timespec")], 0)?;
    let separator = match separator {
        None => "T",
        Some(value) => match heap.as_str(value) {
            Some(text) if text.chars().count() == 1 => text,
            _ => {
                return Err(Raise::type_error(format!(
                    "isoformat() argument 1 must be a unicode character, not {}",
                    value.type_name(heap)
                )));
            }
        },
    };
    let timespec = timespec.and_then(|value| heap.as_str(value)).unwrap_or("auto");
    let it = moment_of(heap, this)?;
    match date_time_text(heap, &it, separator, timespec) {
        Some(text) => Ok(heap.new_str(text)),
        None => Err(Raise::value_error("Unknown timespec value")),
    }
}

fn ctime(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "ctime")?;
    let date = date_of(heap, this)?;
    let clock = moment_of(heap, this).map(|it| it.clock).unwrap_or_default();
    let text = format!(
        "{} {} {:2} {:02}:{:02}:{:02} {:04}",
        &DAYS[date.weekday() as usize][..3],
        &MONTHS[usize::from(date.month) - 1][..3],
        date.day,
        clock.hour,
        clock.minute,
        clock.second,
        date.year
    );
    Ok(heap.new_str(text))
}

fn method_iso_calendar(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "isocalendar")?;
    let date = date_of(heap, this)?;
    Ok(iso_calendar(heap, date))
}

fn weekday(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "weekday")?;
    Ok(Value::Int(date_of(heap, this)?.weekday()))
}

fn iso_weekday(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "isoweekday")?;
    Ok(Value::Int(date_of(heap, this)?.weekday() + 1))
}

fn ordinal(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "toordinal")?;
    Ok(Value::Int(date_of(heap, this)?.ordinal()))
}

fn timetuple(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "timetuple")?;
    let date = date_of(heap, this)?;
    let clock = moment_of(heap, this).map(|it| it.clock).unwrap_or_default();
    Ok(struct_time(heap, date, clock, -1, Value::None, Value::None))
}

fn utc_timetuple(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "utctimetuple")?;
    let it = moment_of(heap, this)?;
    let utc = it.at(it.micros() - i128::from(offset_of(heap, it.zone).unwrap_or(0)))?;
    Ok(struct_time(heap, utc.date, utc.clock, 0, Value::None, Value::None))
}

fn replace_date(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [year, month, day] = args.bind(heap, "replace", YMD.map(by_name), 0)?;
    let date = date_of(heap, this)?;
    let parts = replaced_date(date, [year, month, day]);
    let date = checked_date(heap, parts)?;
    Ok(heap.new_native(Native::Date(date)))
}

fn replaced_date(date: Date, [year, month, day]: [Option<Value>; 3]) -> [Option<Value>; 3] {
    let or = |value: Option<Value>, own: i64| Some(value.unwrap_or(Value::Int(own)));
    [or(year, i64::from(date.year)), or(month, i64::from(date.month)), or(day, i64::from(date.day))]
}

fn replace_date_time(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [year, month, day, hour, minute, second, micro, zone, fold] = args.bind(heap, "replace", MOMENT, 0)?;
    let it = moment_of(heap, this)?;
    let date = checked_date(heap, replaced_date(it.date, [year, month, day]))?;
    let clock = checked_clock(heap, time::replaced_clock(it.clock, [hour, minute, second, micro]))?;
    let zone = if zone.is_some() { checked_zone(heap, zone)? } else { it.zone };
    let fold = if fold.is_some() { checked_fold(heap, fold)? } else { it.fold };
    Ok(heap.new_native(Native::DateTime(DateTime { date, clock, zone, fold })))
}

fn method_date(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "date")?;
    let date = date_of(heap, this)?;
    Ok(heap.new_native(Native::Date(date)))
}

fn method_time(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "time")?;
    let it = moment_of(heap, this)?;
    Ok(heap.new_native(Native::Time(Time { clock: it.clock, zone: Value::None, fold: it.fold })))
}

fn method_time_zoned(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "timetz")?;
    let it = moment_of(heap, this)?;
    Ok(heap.new_native(Native::Time(Time { clock: it.clock, zone: it.zone, fold: it.fold })))
}

fn timestamp(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "timestamp")?;
    let it = moment_of(heap, this)?;
    let micros =
        it.micros() - i128::from(offset_of(heap, it.zone).unwrap_or(0)) - i128::from(calendar::EPOCH) * MICROS_PER_DAY;
    super::delta::seconds(heap, micros)
}

fn as_time_zone(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [zone] = args.bind(heap, "astimezone", [by_name("tz")], 0)?;
    let zone = match checked_zone(heap, zone)? {
        Value::None => heap.new_native(Native::Zone(Box::new(zone::UTC))),
        zone => zone,
    };
    let it = moment_of(heap, this)?;
    let shift = offset_of(heap, zone).unwrap_or(0) - offset_of(heap, it.zone).unwrap_or(0);
    let moved = DateTime { zone, ..it }.at(it.micros() + i128::from(shift))?;
    Ok(heap.new_native(Native::DateTime(moved)))
}

fn utc_offset(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "utcoffset")?;
    let it = moment_of(heap, this)?;
    Ok(zone::offset_value(heap, it.zone))
}

fn tz_name(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "tzname")?;
    let it = moment_of(heap, this)?;
    Ok(zone::name_value(heap, it.zone))
}

fn dst(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "dst")?;
    Ok(Value::None)
}

fn from_ordinal(heap: &Heap, args: &CallArgs<'_>) -> Res<Date> {
    let [number] = args.bind(heap, "fromordinal", [by_place("ordinal")], 1)?;
    let number = ops::index_argument(heap, number.unwrap_or(Value::None))?;
    if number < 1 {
        return Err(Raise::value_error("ordinal must be >= 1"));
    }
    Date::from_ordinal(number).ok_or_else(|| {
        let year = (number - 1) as f64 / 365.2425 + 1.0;
        Raise::value_error(format!("year {} is out of range", year.floor()))
    })
}

fn date_from_ordinal(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let date = from_ordinal(heap, args)?;
    Ok(heap.new_native(Native::Date(date)))
}

fn date_time_from_ordinal(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let date = from_ordinal(heap, args)?;
    Ok(midnight(heap, date))
}

fn week_date(heap: &Heap, args: &CallArgs<'_>) -> Res<Date> {
    let [year, week, day] =
        args.bind(heap, "fromisocalendar", [by_name("year"), by_name("week"), by_name("day")], 3)?;
    let int = |value: Option<Value>| ops::index_argument(heap, value.unwrap_or(Value::None));
    let (year, week, day) = (int(year)?, int(week)?, int(day)?);
    if !(1..=9999).contains(&year) {
        return Err(Raise::value_error(format!("Year is out of range: {year}")));
    }
    match from_iso_calendar(year, week, day) {
        WeekDate::Valid(Some(date)) => Ok(date),
        WeekDate::Valid(None) => Err(Raise::value_error("year is out of range")),
        WeekDate::BadWeek => Err(Raise::value_error(format!("Invalid week: {week}"))),
        WeekDate::BadDay => Err(Raise::value_error(format!("Invalid day: {day} (range is [1, 7])"))),
    }
}

fn date_from_iso_calendar(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let date = week_date(heap, args)?;
    Ok(heap.new_native(Native::Date(date)))
}

fn date_time_from_iso_calendar(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let date = week_date(heap, args)?;
    Ok(midnight(heap, date))
}

/// The argument of `fromisoformat`.
pub(super) fn iso_argument(heap: &Heap, args: &CallArgs<'_>) -> Res<String> {
    let [text] = args.bind(heap, "fromisoformat", [by_place("date_string")], 1)?;
    match heap.as_str(text.unwrap_or(Value::None)) {
        Some(text) => Ok(text.to_owned()),
        None => Err(Raise::type_error("fromisoformat: argument must be str")),
    }
}

pub(super) fn iso_problem(text: &str, problem: isoformat::Problem) -> Raise {
    match problem {
        isoformat::Problem::Range("year") => Raise::value_error(format!(
            "year {} is out of range",
            text.get(..4).and_then(|y| y.parse().ok()).unwrap_or(0)
        )),
        isoformat::Problem::Range(reason) => Raise::value_error(reason),
        isoformat::Problem::Form => {
            let mut shown = String::new();
            ops::str_repr(text, &mut shown);
            Raise::value_error(format!("Invalid isoformat string: {shown}"))
        }
    }
}

fn date_from_iso(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let text = iso_argument(heap, args)?;
    let date = isoformat::date(&text).map_err(|problem| iso_problem(&text, problem))?;
    Ok(heap.new_native(Native::Date(date)))
}

fn date_time_from_iso(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let text = iso_argument(heap, args)?;
    let (date, clock, offset) = isoformat::date_time(&text).map_err(|problem| iso_problem(&text, problem))?;
    let zone = match offset {
        Some(offset) => zone::new(heap, i128::from(offset), None)?,
        None => Value::None,
    };
    Ok(heap.new_native(Native::DateTime(DateTime { date, clock, zone, fold: false })))
}

/// Seconds and microseconds since 1970, halves of a microsecond to even.
fn epoch(heap: &Heap, value: Value) -> Res<(i64, i64)> {
    let too_large = || Raise::new(ExceptionKind::OverflowError, "timestamp out of range for platform time_t");
    match ops::number(heap, value) {
        Some(Number::Int(int)) => Ok((int, 0)),
        Some(Number::Big(_)) => Err(too_large()),
        Some(Number::Float(float)) if float.is_nan() => Err(Raise::value_error("Invalid value NaN (not a number)")),
        Some(Number::Float(float)) if float.abs() > 9e18 => Err(too_large()),
        Some(Number::Float(float)) => {
            let mut seconds = float.trunc() as i64;
            let mut micros = (float.fract() * 1e6).round_ties_even() as i64;
            if micros < 0 {
                seconds -= 1;
                micros += 1_000_000;
            }
            if micros >= 1_000_000 {
                seconds += 1;
                micros -= 1_000_000;
            }
            Ok((seconds, micros))
        }
        None => {
            Err(Raise::type_error(format!("'{}' object cannot be interpreted as an integer", value.type_name(heap))))
        }
    }
}

fn moment_of_epoch(heap: &Heap, value: Value) -> Res<(Date, Clock)> {
    let (seconds, micros) = epoch(heap, value)?;
    match from_epoch(seconds) {
        Some((date, clock)) => Ok((date, Clock { micro: micros as u32, ..clock })),
        None => {
            // The year of 365.2425 days is near enough to name it.
            let year = (seconds as f64 / 31_556_952.0).floor() as i64 + 1970;
            Err(Raise::value_error(format!("year {year} is out of range")))
        }
    }
}

pub(crate) fn date_from_timestamp(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [seconds] = args.bind(heap, "fromtimestamp", [by_place("timestamp")], 1)?;
    let (date, _) = moment_of_epoch(heap, seconds.unwrap_or(Value::None))?;
    Ok(heap.new_native(Native::Date(date)))
}

fn utc_date_time_from_timestamp(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [seconds] = args.bind(heap, "utcfromtimestamp", [by_place("timestamp")], 1)?;
    date_time_from_timestamp(heap, this, &CallArgs::positional(seconds.as_slice()))
}

pub(crate) fn date_time_from_timestamp(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [seconds, zone] = args.bind(heap, "fromtimestamp", [by_name("timestamp"), by_name("tz")], 1)?;
    let zone = checked_zone(heap, zone)?;
    let (date, clock) = moment_of_epoch(heap, seconds.unwrap_or(Value::None))?;
    let utc = DateTime { date, clock, zone, fold: false };
    let local = utc.at(utc.micros() + i128::from(offset_of(heap, zone).unwrap_or(0)))?;
    Ok(heap.new_native(Native::DateTime(local)))
}

fn combine(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [date, time, zone] = args.bind(heap, "combine", [by_name("date"), by_name("time"), by_name("tzinfo")], 2)?;
    let wrong = |heap: &Heap, place: u8, what: &str, value: Value| {
        Raise::type_error(format!("combine() argument {place} must be datetime.{what}, not {}", value.type_name(heap)))
    };
    let (date, time) = (date.unwrap_or(Value::None), time.unwrap_or(Value::None));
    let day = date_of(heap, date).map_err(|_| wrong(heap, 1, "date", date))?;
    let of_day = match time {
        Value::Native(native) => match &heap.natives[native] {
            Native::Time(it) => *it,
            _ => return Err(wrong(heap, 2, "time", time)),
        },
        _ => return Err(wrong(heap, 2, "time", time)),
    };
    let zone = if zone.is_some() { checked_zone(heap, zone)? } else { of_day.zone };
    Ok(heap.new_native(Native::DateTime(DateTime { date: day, clock: of_day.clock, zone, fold: of_day.fold })))
}

fn method_strptime(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [text, format] = args.bind(heap, "strptime", [by_place("date_string"), by_place("format")], 2)?;
    let text = text_argument(heap, "strptime", text.unwrap_or(Value::None))?.to_owned();
    let format = format.unwrap_or(Value::None);
    let Some(format) = heap.as_str(format).map(str::to_owned) else {
        return Err(Raise::type_error(format!("strptime() argument 2 must be str, not {}", format.type_name(heap))));
    };
    let parsed = strptime::strptime(heap, &text, &format)?;
    let Date { year, month, day } = parsed.date;
    if i64::from(day) > calendar::days_in_month(i64::from(year), i64::from(month)) {
        return Err(Raise::value_error("day is out of range for month"));
    }
    if parsed.clock.second > 59 {
        return Err(Raise::value_error("second must be in 0..59"));
    }
    let zone = match parsed.offset {
        Some(offset) => zone::new(heap, i128::from(offset), parsed.zone_name.map(Into::into))?,
        None => Value::None,
    };
    let it = DateTime { date: parsed.date, clock: parsed.clock, zone, fold: false };
    Ok(heap.new_native(Native::DateTime(it)))
}

/// `datetime.now(tz)`, `date.today()`, with the seconds since 1970 that the clock shows.
pub(crate) fn now(heap: &mut Heap, tag: TypeTag, seconds: f64, args: &CallArgs<'_>) -> Res<Value> {
    let now = Value::float(seconds);
    if tag == TypeTag::Date {
        args.none(heap, "today")?;
        return date_from_timestamp(heap, Value::None, &CallArgs::positional(&[now]));
    }
    let [zone] = args.bind(heap, "now", [by_name("tz")], 0)?;
    date_time_from_timestamp(heap, Value::None, &CallArgs::positional(&[now, zone.unwrap_or(Value::None)]))
}

/// Refuses what lies outside the calendar.
pub(crate) fn checked_epoch(seconds: i64) -> Res<(Date, Clock)> {
    from_epoch(seconds).ok_or_else(out_of_range)
}
