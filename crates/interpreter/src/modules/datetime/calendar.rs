//! The proleptic Gregorian calendar: days counted from 1 January of year 1, as in CPython.

use super::Date;

pub(super) const MIN_YEAR: i64 = 1;
pub(super) const MAX_YEAR: i64 = 9999;
/// The ordinal of 31 December 9999.
pub(super) const MAX_ORDINAL: i64 = 3_652_059;
/// The ordinal of 1 January 1970.
pub(super) const EPOCH: i64 = 719_163;

pub(super) const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days before a month in its year.
fn days_before_month(year: i64, month: i64) -> i64 {
    (1..month).map(|month| days_in_month(year, month)).sum()
}

/// The days before 1 January of a year.
fn days_before_year(year: i64) -> i64 {
    let y = year - 1;
    y * 365 + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400)
}

impl Date {
    /// Day 1 is 1 January of year 1.
    pub(super) fn ordinal(self) -> i64 {
        let (year, month) = (i64::from(self.year), i64::from(self.month));
        days_before_year(year) + days_before_month(year, month) + i64::from(self.day)
    }

    /// The date of a day; none outside the years 1 to 9999.
    pub(super) fn from_ordinal(ordinal: i64) -> Option<Date> {
        if !(1..=MAX_ORDINAL).contains(&ordinal) {
            return None;
        }
        // Never too small, and too large by one at most.
        let mut year = (ordinal - 1) * 400 / 146_097 + 1;
        while days_before_year(year) >= ordinal {
            year -= 1;
        }
        while days_before_year(year + 1) < ordinal {
            year += 1;
        }
        let mut day = ordinal - days_before_year(year);
        let mut month = 1;
        while day > days_in_month(year, month) {
            day -= days_in_month(year, month);
            month += 1;
        }
        Some(Date { year: year as i32, month: month as u8, day: day as u8 })
    }

    /// 0 is Monday.
    pub(super) fn weekday(self) -> i64 {
        (self.ordinal() + 6) % 7
    }

    /// 1 is 1 January.
    pub(super) fn day_of_year(self) -> i64 {
        days_before_month(i64::from(self.year), i64::from(self.month)) + i64::from(self.day)
    }

    /// The year, week and day of week (1 is Monday) of ISO 8601.
    pub(super) fn iso_calendar(self) -> (i64, i64, i64) {
        let mut year = i64::from(self.year);
        let today = self.ordinal();
        let mut week = (today - iso_week_one(year)).div_euclid(7);
        if week < 0 {
            year -= 1;
            week = (today - iso_week_one(year)).div_euclid(7);
        } else if week >= 52 && today >= iso_week_one(year + 1) {
            year += 1;
            week = 0;
        }
        (year, week + 1, self.weekday() + 1)
    }
}

/// The ordinal of the Monday that starts week 1 of a year.
fn iso_week_one(year: i64) -> i64 {
    let first = days_before_year(year) + 1;
    let weekday = (first + 6) % 7;
    let monday = first - weekday;
    if weekday > 3 { monday + 7 } else { monday }
}

/// Why a week date is none, or its date.
pub(super) enum WeekDate {
    Valid(Option<Date>),
    BadWeek,
    BadDay,
}

/// The date of a day of an ISO week.
pub(super) fn from_iso_calendar(year: i64, week: i64, day: i64) -> WeekDate {
    let has_week_53 = || {
        let first = (days_before_year(year) + 7) % 7;
        first == 3 || (first == 2 && is_leap(year))
    };
    let known = (1..=52).contains(&week) || week == 53 && has_week_53();
    if !known {
        return WeekDate::BadWeek;
    }
    if !(1..=7).contains(&day) {
        return WeekDate::BadDay;
    }
    WeekDate::Valid(Date::from_ordinal(iso_week_one(year) + (week - 1) * 7 + day - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_its_number() {
        let mut expected = 0;
        for year in [1, 4, 100, 400, 1600, 1900, 1999, 2000, 2024, 9999] {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    let date = Date { year: year as i32, month: month as u8, day: day as u8 };
                    let ordinal = date.ordinal();
                    assert!(ordinal > expected);
                    expected = ordinal;
                    assert_eq!(Date::from_ordinal(ordinal), Some(date));
                }
            }
        }
        assert_eq!(expected, MAX_ORDINAL);
        assert_eq!(Date { year: 1970, month: 1, day: 1 }.ordinal(), EPOCH);
    }
}
