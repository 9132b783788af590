//! Reading dates and times by a format of C's `strptime`.

use fancy_regex::{Captures, Regex, RegexBuilder};

use super::calendar::{DAYS, MAX_ORDINAL, MONTHS, WeekDate, days_in_month, from_iso_calendar};
use super::{Clock, Date};
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::ops;

/// What a text said.
pub(crate) struct Parsed {
    pub date: Date,
    pub clock: Clock,
    /// In microseconds.
    pub offset: Option<i64>,
    pub zone_name: Option<String>,
}

fn names(names: &[&str], short: bool) -> String {
    let mut names: Vec<String> =
        names.iter().map(|name| if short { name[..3].to_lowercase() } else { name.to_lowercase() }).collect();
    // The longer names come first, so that they are not taken for shorter ones.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.join("|")
}

/// The pattern of a directive.
fn directive(c: char) -> Option<String> {
    let simple = match c {
        'd' => r"3[0-1]|[1-2]\d|0[1-9]|[1-9]| [1-9]",
        'f' => r"[0-9]{1,6}",
        'H' => r"2[0-3]|[0-1]\d|\d",
        'I' => r"1[0-2]|0[1-9]|[1-9]| [1-9]",
        'G' | 'Y' => r"\d\d\d\d",
        'j' => r"36[0-6]|3[0-5]\d|[1-2]\d\d|0[1-9]\d|00[1-9]|[1-9]\d|0[1-9]|[1-9]",
        'm' => r"1[0-2]|0[1-9]|[1-9]",
        'M' => r"[0-5]\d|\d",
        'S' => r"6[0-1]|[0-5]\d|\d",
        'U' | 'W' => r"5[0-3]|[0-4]\d|\d",
        'w' => r"[0-6]",
        'u' => r"[1-7]",
        'V' => r"5[0-3]|0[1-9]|[1-4]\d|\d",
        'y' => r"\d\d",
        'z' => r"[+-]\d\d:?[0-5]\d(?::?[0-5]\d(?:\.\d{1,6})?)?|(?-i:Z)",
        'Z' => r"utc|gmt",
        'p' => r"am|pm",
        'A' => return Some(format!("(?<A>{})", names(&DAYS, false))),
        'a' => return Some(format!("(?<a>{})", names(&DAYS, true))),
        'B' => return Some(format!("(?<B>{})", names(&MONTHS, false))),
        'b' => return Some(format!("(?<b>{})", names(&MONTHS, true))),
        '%' => return Some("%".to_owned()),
        _ => return None,
    };
    Some(format!("(?<{c}>{simple})"))
}

/// The pattern of a format.
fn pattern(format: &str, shown: &str) -> Res<String> {
    let mut out = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            while chars.next_if(|c| c.is_whitespace()).is_some() {}
            out.push_str(r"\s+");
            continue;
        }
        if c != '%' {
            out.push_str(&fancy_regex::escape(c.encode_utf8(&mut [0; 4])));
            continue;
        }
        let Some(c) = chars.next() else {
            return Err(Raise::value_error(format!("stray % in format {shown}")));
        };
        match c {
            'c' => out.push_str(&pattern("%a %b %d %H:%M:%S %Y", shown)?),
            'x' => out.push_str(&pattern("%m/%d/%y", shown)?),
            'X' => out.push_str(&pattern("%H:%M:%S", shown)?),
            c => match directive(c) {
                Some(part) => {
                    if c != '%' && out.contains(&format!("(?<{c}>")) {
                        return Err(Raise::value_error(format!("redefinition of group name '{c}' in format {shown}")));
                    }
                    out.push_str(&part);
                }
                None => {
                    return Err(Raise::value_error(format!("'{c}' is a bad directive in format {shown}")));
                }
            },
        }
    }
    Ok(out)
}

fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(&format!(r"\A(?i:{pattern})")).build().ok()
}

/// Reads a text by a format.
///
/// # Errors
/// `ValueError` when the text has another form, or the format is none.
pub(crate) fn strptime(heap: &mut Heap, text: &str, format: &str) -> Res<Parsed> {
    let quoted = |heap: &mut Heap, text: &str| {
        let value = heap.new_str(text);
        ops::repr(heap, value)
    };
    let shown_format = quoted(heap, format)?;
    let source = pattern(format, &shown_format)?;
    let Some(regex) = compile(&source) else {
        return Err(Raise::value_error(format!("bad format {shown_format}")));
    };
    let Some(found) = regex.captures(text).ok().flatten() else {
        let shown = quoted(heap, text)?;
        return Err(Raise::value_error(format!("time data {shown} does not match format {shown_format}")));
    };
    let end = found.get(0).map_or(0, |all| all.end());
    if end < text.len() {
        return Err(Raise::value_error(format!("unconverted data remains: {}", &text[end..])));
    }
    read(&found)
}

fn read(found: &Captures<'_>) -> Res<Parsed> {
    let text = |name: &str| found.name(name).map(|part| part.as_str());
    let number = |name: &str| text(name).and_then(|text| text.trim().parse::<i64>().ok());
    let position = |names: &[&str], text: &str, short: bool| {
        names
            .iter()
            .position(|name| (if short { &name[..3] } else { name }).eq_ignore_ascii_case(text))
            .map(|index| index as i64)
    };
    let year = match (number("Y"), number("y")) {
        (Some(year), _) => Some(year),
        (None, Some(year)) => Some(if year <= 68 { 2000 + year } else { 1900 + year }),
        _ => None,
    };
    let mut month = number("m").unwrap_or(1);
    if let Some(name) = text("B").and_then(|text| position(&MONTHS, text, false)) {
        month = name + 1;
    }
    if let Some(name) = text("b").and_then(|text| position(&MONTHS, text, true)) {
        month = name + 1;
    }
    let day = number("d").unwrap_or(1);
    let mut hour = number("H").unwrap_or(0);
    if let Some(twelve) = number("I") {
        let afternoon = text("p").is_some_and(|half| half.eq_ignore_ascii_case("pm"));
        hour = twelve % 12 + if afternoon { 12 } else { 0 };
    }
    let micro = text("f")
        .map_or(0, |digits| digits.parse::<u32>().unwrap_or(0) * 10_u32.pow(6_u32.saturating_sub(digits.len() as u32)));
    let mut weekday = text("A").and_then(|text| position(&DAYS, text, false));
    weekday = weekday.or_else(|| text("a").and_then(|text| position(&DAYS, text, true)));
    weekday = weekday.or_else(|| number("w").map(|day| (day + 6) % 7)).or_else(|| number("u").map(|day| day - 1));
    let mut offset = None;
    if let Some(zone) = text("z") {
        let digits: String = zone.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
        let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<i64>().ok());
        let seconds = part(0..2).unwrap_or(0) * 3600 + part(2..4).unwrap_or(0) * 60 + part(4..6).unwrap_or(0);
        let fraction = digits.get(7..).unwrap_or_default();
        let fraction = format!("{fraction:0<6}").parse::<i64>().unwrap_or(0);
        let size = seconds * 1_000_000 + fraction;
        offset = Some(if zone.starts_with('-') { -size } else { size });
    }
    let zone_name = text("Z").map(str::to_uppercase);
    let clock = Clock {
        hour: hour as u8,
        minute: number("M").unwrap_or(0) as u8,
        // A leap second has no place in a clock of 60.
        second: number("S").unwrap_or(0) as u8,
        micro,
    };
    let date = date(year, month, day, weekday, &number)?;
    Ok(Parsed { date, clock, offset, zone_name })
}

/// The date that the parts name together.
fn date(
    year: Option<i64>,
    month: i64,
    day: i64,
    weekday: Option<i64>,
    number: &dyn Fn(&str) -> Option<i64>,
) -> Res<Date> {
    let (iso_year, iso_week) = (number("G"), number("V"));
    if iso_year.is_some() {
        if number("j").is_some() {
            return Err(Raise::value_error(
                "Day of the year directive '%j' is not compatible with ISO year directive '%G'. Use '%Y' instead.",
            ));
        }
        if iso_week.is_none() || weekday.is_none() {
            return Err(Raise::value_error(
                "ISO year directive '%G' must be used with the ISO week directive '%V' and a weekday directive \
                 ('%A', '%a', '%w', or '%u').",
            ));
        }
    } else if iso_week.is_some() {
        return Err(Raise::value_error(if year.is_none() || weekday.is_none() {
            "ISO week directive '%V' must be used with the ISO year directive '%G' and a weekday directive \
             ('%A', '%a', '%w', or '%u')."
        } else {
            "ISO week directive '%V' is incompatible with the year directive '%Y'. Use the ISO year '%G' instead."
        }));
    }
    if let (Some(year), Some(week), Some(weekday)) = (iso_year, iso_week, weekday) {
        return match from_iso_calendar(year, week, weekday + 1) {
            WeekDate::Valid(Some(date)) => Ok(date),
            _ => Err(Raise::value_error(format!("Invalid week: {week}"))),
        };
    }
    let without_year = year.is_none();
    // 29 February without a year has to be a date.
    let year = year.unwrap_or(if month == 2 && day == 29 { 1904 } else { 1900 });
    let first = Date { year: year.clamp(1, 9999) as i32, month: 1, day: 1 };
    let of_year = number("j").or_else(|| {
        let (week, from_sunday) = number("U").map(|week| (week, true)).or(number("W").map(|week| (week, false)))?;
        let weekday = weekday?;
        let shift = |day: i64| if from_sunday { (day + 1) % 7 } else { day };
        let week_0 = (7 - shift(first.weekday())) % 7;
        Some(if week == 0 {
            1 + shift(weekday) - shift(first.weekday())
        } else {
            1 + week_0 + 7 * (week - 1) + shift(weekday)
        })
    });
    if let Some(of_year) = of_year {
        let ordinal = (first.ordinal() + of_year - 1).clamp(1, MAX_ORDINAL);
        if let Some(date) = Date::from_ordinal(ordinal) {
            return Ok(date);
        }
    }
    if !(1..=9999).contains(&year) {
        return Err(Raise::value_error(format!("year {year} is out of range")));
    }
    if day > days_in_month(year, month) {
        return Err(Raise::value_error("day is out of range for month"));
    }
    // Only to be valid was the leap year chosen.
    let year = if without_year && month == 2 && day == 29 { 1900 } else { year };
    Ok(Date { year: year as i32, month: month as u8, day: day as u8 })
}
