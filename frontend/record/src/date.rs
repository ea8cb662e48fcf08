//! Dates as a record has them: a year, a month, a day, or a moment with its offset.
use serde::{Deserialize, Serialize};

use crate::quiet::quiet;

/// A FHIR `date`, `dateTime` or `instant`. Nothing is added to what was written: a year stays a year.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Date {
    /// From 1 to 9999.
    pub year: u16,
    /// From 1 to 12.
    pub month: Option<u8>,
    /// A day that this month has.
    pub day: Option<u8>,
    /// The time of this day.
    pub time: Option<Time>,
}

/// A time of day.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Time {
    /// From 0 to 23.
    pub hour: u8,
    /// From 0 to 59.
    pub minute: u8,
    /// From 0 to 60, because of leap seconds.
    pub second: u8,
    /// East of Greenwich, in minutes; nothing where the writer named none.
    pub offset: Option<i16>,
}

/// Why a date is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum BadDate {
    /// It does not look like one.
    #[error("no date")]
    Form,
    /// It looks like one, and no calendar has it: 30 February.
    #[error("no such day")]
    NoSuchDay,
}

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

impl Date {
    /// Reads `2020`, `2020-02`, `2020-02-29` and `2020-02-29T10:00:00.5+01:00`. Seconds and the offset may
    /// be missing, because many systems leave them out.
    ///
    /// # Errors
    /// Other forms, and days that do not exist.
    pub fn parse(text: &str) -> Result<Self, BadDate> {
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut parts = date.split('-');
        let year = number(parts.next().unwrap_or_default(), 4)?;
        let month = parts.next().map(|text| number(text, 2)).transpose()?;
        let day = parts.next().map(|text| number(text, 2)).transpose()?;
        if parts.next().is_some() || (time.is_some() && day.is_none()) {
            return Err(BadDate::Form);
        }
        let time = time.map(Time::parse).transpose()?;
        Self::of(year, month, day, time)
    }

    fn of(
        year: u16,
        month: Option<u16>,
        day: Option<u16>,
        time: Option<Time>,
    ) -> Result<Self, BadDate> {
        if year == 0 || month.is_some_and(|month| !(1..=12).contains(&month)) {
            return Err(BadDate::NoSuchDay);
        }
        let days = month.map_or(31, |month| days_of(year, month));
        if day.is_some_and(|day| day == 0 || day > days) {
            return Err(BadDate::NoSuchDay);
        }
        let small = |number: u16| u8::try_from(number).map_err(|_| BadDate::NoSuchDay);
        Ok(Self {
            year,
            month: month.map(small).transpose()?,
            day: day.map(small).transpose()?,
            time,
        })
    }

    /// The day on which a moment lies, in Greenwich; `seconds` since 1970.
    pub fn of_seconds(seconds: i64) -> Self {
        let (year, month, day) = civil(seconds.div_euclid(DAY));
        Self {
            year,
            month: Some(month),
            day: Some(day),
            time: None,
        }
    }

    /// The moment at which it begins, in seconds since 1970: for order and for plots only. What has no
    /// offset is taken as if it were Greenwich's.
    pub fn seconds(self) -> i64 {
        let days = days_to(
            i64::from(self.year),
            i64::from(self.month.unwrap_or(1)),
            i64::from(self.day.unwrap_or(1)),
        );
        days * DAY + self.time.map_or(0, Time::seconds)
    }

    /// The last second that belongs to it: of a year the end of December.
    pub fn last_second(self) -> i64 {
        let end = match (self.month, self.day, self.time) {
            (_, _, Some(_)) => self.seconds() + 1,
            (_, Some(_), None) => self.seconds() + DAY,
            (Some(12), None, None) | (None, _, None) => {
                days_to(i64::from(self.year) + 1, 1, 1) * DAY
            }
            (Some(month), None, None) => {
                days_to(i64::from(self.year), i64::from(month) + 1, 1) * DAY
            }
        };
        end - 1
    }

    /// The same without its time of day.
    #[must_use]
    pub fn day(self) -> Self {
        Self { time: None, ..self }
    }
}

impl std::fmt::Display for Date {
    /// As FHIR writes it; fractions of a second are not kept here.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        let Some(time) = self.time else {
            return Ok(());
        };
        write!(f, "T{:02}:{:02}:{:02}", time.hour, time.minute, time.second)?;
        match time.offset {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(offset) => {
                let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

impl Time {
    fn parse(text: &str) -> Result<Self, BadDate> {
        let (clock, offset) = match text.find(['Z', '+', '-']) {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let offset = match offset.split_at_checked(1) {
            None => None,
            Some(("Z", "")) => Some(0),
            Some(("Z", _)) => return Err(BadDate::Form),
            Some((sign, rest)) => {
                let (hours, minutes) = rest.split_once(':').ok_or(BadDate::Form)?;
                let minutes = within(hours, 14)? * 60 + within(minutes, 59)?;
                let minutes = i16::try_from(minutes).map_err(|_| BadDate::Form)?;
                Some(if sign == "-" { -minutes } else { minutes })
            }
        };
        let mut parts = clock.split(':');
        let hour = within(parts.next().unwrap_or_default(), 23)?;
        let minute = within(parts.next().ok_or(BadDate::Form)?, 59)?;
        let second = match parts.next() {
            None => 0,
            Some(text) => {
                let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
                if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(BadDate::Form);
                }
                within(whole, 60)?
            }
        };
        if parts.next().is_some() {
            return Err(BadDate::Form);
        }
        let small = |number: u16| u8::try_from(number).map_err(|_| BadDate::Form);
        Ok(Self {
            hour: small(hour)?,
            minute: small(minute)?,
            second: small(second)?,
            offset,
        })
    }

    fn seconds(self) -> i64 {
        let offset = i64::from(self.offset.unwrap_or(0)) * 60;
        i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second) - offset
    }
}

fn number(text: &str, length: usize) -> Result<u16, BadDate> {
    if text.len() != length || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(BadDate::Form);
    }
    text.parse().map_err(|_| BadDate::Form)
}

fn within(text: &str, most: u16) -> Result<u16, BadDate> {
    match number(text, 2)? {
        number if number <= most => Ok(number),
        _ => Err(BadDate::NoSuchDay),
    }
}

fn days_of(year: u16, month: u16) -> u16 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970 in the Gregorian calendar; years begin in March, so that the leap day comes last.
pub(crate) fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The other way round; years outside of 1 to 9999 are held at these.
pub(crate) fn civil(days: i64) -> (u16, u8, u8) {
    let days = days.clamp(days_to(1, 1, 1), days_to(9999, 12, 31)) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let small = |number: i64| u8::try_from(number).unwrap_or(1);
    (u16::try_from(year).unwrap_or(1), small(month), small(day))
}

quiet! { Date Time }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_do_not_exist_are_told() {
        for text in [
            "2019-02-29",
            "1900-02-29",
            "2020-04-31",
            "2020-13",
            "2020-00-01",
            "2020-01-00",
            "0000",
            "2020-01-01T24:00:00Z",
            "2020-01-01T10:60:00Z",
            "2020-01-01T10:00:00+15:00",
        ] {
            assert_eq!(Date::parse(text), Err(BadDate::NoSuchDay), "{text}");
        }
        for text in [
            "",
            "20",
            "20200101",
            "2020-1-1",
            "2020-01-01T",
            "2020-01T10:00:00Z",
            "2020-01-01T10Z",
            "2020-01-01T10:00:00ZZ",
            "2020-01-01T10:00:00+1",
            "2020-01-01-01",
            "01/02/2020",
            "2020-01-01T10:00:00.Z",
            "+020",
        ] {
            assert_eq!(Date::parse(text), Err(BadDate::Form), "{text}");
        }
    }

    #[test]
    fn nothing_is_added_to_what_was_written() {
        for text in [
            "2020",
            "2020-02",
            "2020-02-29",
            "2000-02-29",
            "2020-02-29T10:00:00Z",
            "2020-02-29T10:00:60-03:30",
        ] {
            assert_eq!(Date::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn moments_follow_each_other() {
        let at = |text: &str| Date::parse(text).unwrap().seconds();
        assert_eq!(at("1970"), 0);
        assert_eq!(at("2001-09-09T01:46:40Z"), 1_000_000_000);
        assert_eq!(at("2001-09-09T03:46:40.123+02:00"), 1_000_000_000);
        let last = |text: &str| Date::parse(text).unwrap().last_second();
        assert_eq!(last("2019"), at("2020") - 1);
        assert_eq!(last("2019-12"), at("2020") - 1);
        assert_eq!(last("2020-02"), at("2020-03-01") - 1);
        for days in (-719_000..2_900_000).step_by(37) {
            let (year, month, day) = civil(days);
            assert_eq!(
                days_to(i64::from(year), i64::from(month), i64::from(day)),
                days
            );
        }
    }
}
