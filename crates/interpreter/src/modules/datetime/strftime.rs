//! Dates and times as text by a format of C's `strftime`.

use std::fmt::Write;

use super::calendar::{DAYS, MONTHS};
use super::{Clock, Date};

/// What a format can show.
pub(crate) struct Moment<'a> {
    pub date: Date,
    pub clock: Clock,
    /// The offset from UTC in microseconds.
    pub offset: Option<i64>,
    pub zone_name: &'a str,
}

/// `+0130`, with seconds and their fraction only where there are any.
pub(super) fn offset_text(offset: i64, separator: &str) -> String {
    let size = offset.unsigned_abs();
    let (seconds, micros) = (size / 1_000_000, size % 1_000_000);
    let sign = if offset < 0 { '-' } else { '+' };
    let mut out = format!("{sign}{:02}{separator}{:02}", seconds / 3600, seconds / 60 % 60);
    // Writing to a string cannot fail.
    if seconds % 60 != 0 || micros != 0 {
        let _ = write!(out, "{separator}{:02}", seconds % 60);
    }
    if micros != 0 {
        let _ = write!(out, ".{micros:06}");
    }
    out
}

/// The text of a moment; what the format does not know stays as it is.
pub(crate) fn strftime(format: &str, moment: &Moment<'_>) -> String {
    let mut out = String::new();
    let mut rest = format.chars();
    while let Some(c) = rest.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut directive = rest.next();
        // The GNU C library takes `-` for no padding, `_` for blanks, `0` for zeros, and `^` for capitals.
        let mut flag = None;
        if let Some(c @ ('-' | '_' | '0' | '^' | '#')) = directive {
            flag = Some(c);
            directive = rest.next();
        }
        let Some(directive) = directive else {
            out.push('%');
            out.extend(flag);
            break;
        };
        match shown(directive, moment) {
            Some(text) => out.push_str(&flagged(text, flag)),
            None => {
                out.push('%');
                out.extend(flag);
                out.push(directive);
            }
        }
    }
    out
}

fn flagged(text: String, flag: Option<char>) -> String {
    let digits = !text.is_empty() && text.trim_start().bytes().all(|byte| byte.is_ascii_digit());
    match flag {
        Some('-') if digits => {
            let short = text.trim_start().trim_start_matches('0');
            if short.is_empty() { "0".to_owned() } else { short.to_owned() }
        }
        Some('_') if digits => {
            let kept = text.trim_start_matches('0').len().max(1);
            format!("{}{}", " ".repeat(text.len() - kept), &text[text.len() - kept..])
        }
        Some('0') if digits => text.replace(' ', "0"),
        Some('^') => text.to_uppercase(),
        _ => text,
    }
}

fn shown(directive: char, moment: &Moment<'_>) -> Option<String> {
    let Moment { date, clock, offset, zone_name } = moment;
    let weekday = date.weekday();
    let month = usize::from(date.month.clamp(1, 12)) - 1;
    let hour12 = (clock.hour + 11) % 12 + 1;
    let short = |name: &str| name[..3].to_owned();
    let half = if clock.hour < 12 { "AM" } else { "PM" };
    let part = |format: &str| strftime(format, moment);
    Some(match directive {
        'a' => short(DAYS[weekday as usize]),
        'A' => DAYS[weekday as usize].to_owned(),
        'b' | 'h' => short(MONTHS[month]),
        'B' => MONTHS[month].to_owned(),
        'c' => part("%a %b %e %H:%M:%S %Y"),
        'C' => format!("{:02}", date.year / 100),
        'd' => format!("{:02}", date.day),
        'D' | 'x' => part("%m/%d/%y"),
        'e' => format!("{:2}", date.day),
        'f' => format!("{:06}", clock.micro),
        'F' => part("%Y-%m-%d"),
        'g' => format!("{:02}", date.iso_calendar().0 % 100),
        'G' => date.iso_calendar().0.to_string(),
        'H' => format!("{:02}", clock.hour),
        'I' => format!("{hour12:02}"),
        'j' => format!("{:03}", date.day_of_year()),
        'k' => format!("{:2}", clock.hour),
        'l' => format!("{hour12:2}"),
        'm' => format!("{:02}", date.month),
        'M' => format!("{:02}", clock.minute),
        'n' => "\n".to_owned(),
        'p' => half.to_owned(),
        'P' => half.to_ascii_lowercase(),
        'r' => part("%I:%M:%S %p"),
        'R' => part("%H:%M"),
        's' => {
            let days = date.ordinal() - super::calendar::EPOCH;
            let local = days * 86_400 + i64::from(clock.seconds());
            (local - offset.unwrap_or(0).div_euclid(1_000_000)).to_string()
        }
        'S' => format!("{:02}", clock.second),
        't' => "\t".to_owned(),
        'T' | 'X' => part("%H:%M:%S"),
        'u' => (weekday + 1).to_string(),
        // Weeks from the first Sunday, and from the first Monday.
        'U' => format!("{:02}", (date.day_of_year() + 6 - (weekday + 1) % 7) / 7),
        'V' => format!("{:02}", date.iso_calendar().1),
        'w' => ((weekday + 1) % 7).to_string(),
        'W' => format!("{:02}", (date.day_of_year() + 6 - weekday) / 7),
        'y' => format!("{:02}", date.year % 100),
        'Y' => date.year.to_string(),
        'z' => offset.map(|offset| offset_text(offset, "")).unwrap_or_default(),
        'Z' => (*zone_name).to_owned(),
        '%' => "%".to_owned(),
        _ => return None,
    })
}
