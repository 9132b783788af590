//! Reading the formats of ISO 8601, as `fromisoformat` takes them.

use super::calendar::{WeekDate, days_in_month, from_iso_calendar};
use super::{Clock, Date};

/// A cursor over ASCII digits and separators.
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn digits(&mut self, count: usize) -> Option<i64> {
        let digits = self.rest.get(..count)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.rest = &self.rest[count..];
        Some(digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
    }

    fn skip(&mut self, byte: u8) -> bool {
        let found = self.rest.first() == Some(&byte);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }
}

/// The ranges of the parts are right.
fn checked_date(year: i64, month: i64, day: i64) -> Option<Date> {
    let valid = (1..=9999).contains(&year) && (1..=12).contains(&month);
    (valid && (1..=days_in_month(year, month)).contains(&day)).then_some(Date {
        year: year as i32,
        month: month as u8,
        day: day as u8,
    })
}

/// What a text is not: of the form at all, or in the range of its parts.
pub(super) enum Problem {
    Form,
    Range(&'static str),
}

/// `2024-02-29`, `20240229`, `2024-W09-4`, `2024W094`.
pub(super) fn date(text: &str) -> Result<Date, Problem> {
    let mut reader = Reader { rest: text.as_bytes() };
    let found = date_parts(&mut reader)?;
    if reader.rest.is_empty() { Ok(found) } else { Err(Problem::Form) }
}

fn date_parts(reader: &mut Reader<'_>) -> Result<Date, Problem> {
    let form = || Problem::Form;
    let year = reader.digits(4).ok_or_else(form)?;
    let separated = reader.skip(b'-');
    if reader.skip(b'W') {
        let week = reader.digits(2).ok_or_else(form)?;
        let day = if reader.rest.is_empty() {
            1
        } else {
            if reader.skip(b'-') != separated {
                return Err(Problem::Form);
            }
            reader.digits(1).ok_or_else(form)?
        };
        return match from_iso_calendar(year, week, day) {
            WeekDate::Valid(Some(date)) => Ok(date),
            _ => Err(Problem::Form),
        };
    }
    let month = reader.digits(2).ok_or_else(form)?;
    if reader.skip(b'-') != separated {
        return Err(Problem::Form);
    }
    let day = reader.digits(2).ok_or_else(form)?;
    match checked_date(year, month, day) {
        Some(date) => Ok(date),
        None if !(1..=9999).contains(&year) => Err(Problem::Range("year")),
        None if !(1..=12).contains(&month) => Err(Problem::Range("month must be in 1..12")),
        None => Err(Problem::Range("day is out of range for month")),
    }
}

/// Hours to the fraction of a second in microseconds, all parts but the first optional.
fn clock_parts(reader: &mut Reader<'_>) -> Option<(i64, i64, i64, i64)> {
    let hour = reader.digits(2)?;
    if reader.rest.is_empty() {
        return Some((hour, 0, 0, 0));
    }
    let separated = reader.skip(b':');
    let minute = reader.digits(2)?;
    if reader.rest.is_empty() {
        return Some((hour, minute, 0, 0));
    }
    if reader.skip(b':') != separated {
        return None;
    }
    let second = reader.digits(2)?;
    if reader.rest.is_empty() {
        return Some((hour, minute, second, 0));
    }
    if !reader.skip(b'.') && !reader.skip(b',') {
        return None;
    }
    let count = reader.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 || count != reader.rest.len() {
        return None;
    }
    // Digits past the sixth are cut off.
    let kept = count.min(6);
    let micro = reader.digits(kept)? * 10_i64.pow(6 - kept as u32);
    Some((hour, minute, second, micro))
}

/// A time of day with an optional offset from UTC in microseconds.
pub(super) fn time(text: &str) -> Result<(Clock, Option<i64>), Problem> {
    let bytes = text.as_bytes();
    let zone_at = bytes.iter().position(|byte| matches!(byte, b'+' | b'-' | b'Z'));
    let (clock, zone) = bytes.split_at(zone_at.unwrap_or(bytes.len()));
    let mut reader = Reader { rest: clock };
    let (hour, minute, second, micro) = clock_parts(&mut reader).ok_or(Problem::Form)?;
    let offset = match zone {
        [] => None,
        [b'Z'] => Some(0),
        [b'Z', ..] => return Err(Problem::Form),
        [sign, rest @ ..] => {
            let mut reader = Reader { rest };
            let (hour, minute, second, micro) = clock_parts(&mut reader).ok_or(Problem::Form)?;
            let size = ((hour * 60 + minute) * 60 + second) * 1_000_000 + micro;
            Some(if *sign == b'-' { -size } else { size })
        }
    };
    let range = match (hour, minute, second) {
        (24.., ..) => Some("hour must be in 0..23"),
        (_, 60.., _) => Some("minute must be in 0..59"),
        (_, _, 60..) => Some("second must be in 0..59"),
        _ => None,
    };
    match range {
        Some(range) => Err(Problem::Range(range)),
        None => {
            Ok((Clock { hour: hour as u8, minute: minute as u8, second: second as u8, micro: micro as u32 }, offset))
        }
    }
}

/// A date, and a time of day after any one character.
pub(super) fn date_time(text: &str) -> Result<(Date, Clock, Option<i64>), Problem> {
    // The date ends where its form ends.
    let bytes = text.as_bytes();
    let week = bytes.get(4) == Some(&b'W') || bytes.get(5) == Some(&b'W');
    let separated = bytes.get(4) == Some(&b'-');
    let lengths: &[usize] = match (week, separated) {
        (false, true) => &[10],
        (false, false) => &[8],
        (true, true) => &[10, 8],
        (true, false) => &[8, 7],
    };
    let end = lengths
        .iter()
        .copied()
        .find(|end| text.is_char_boundary(*end) && *end <= text.len() && date(&text[..*end]).is_ok())
        .unwrap_or(lengths[0].min(text.len()));
    if !text.is_char_boundary(end) {
        return Err(Problem::Form);
    }
    let day = date(&text[..end])?;
    let mut rest = text[end..].chars();
    if rest.next().is_none() {
        return Ok((day, Clock::default(), None));
    }
    let (clock, offset) = time(rest.as_str())?;
    Ok((day, clock, offset))
}
