//! Dates, sizes and durations as the reader's locale writes them.

use js_sys::{Date, Number, Object, Reflect};
use wasm_bindgen::JsValue;

/// A day, for example "21 November 2025". `at` is in seconds since 1970.
pub(crate) fn day(at: u64) -> String {
    date(at)
        .to_locale_date_string(&language(), &options(&[("dateStyle", "long")]))
        .into()
}

/// A day and a time. `at` is in seconds since 1970.
pub(crate) fn moment(at: u64) -> String {
    timed(at, "short")
}

/// A day and a time to the second, for two moments that are close. `at` is in seconds since 1970.
pub(crate) fn second(at: u64) -> String {
    timed(at, "medium")
}

fn timed(at: u64, time: &str) -> String {
    let style = options(&[("dateStyle", "medium"), ("timeStyle", time)]);
    date(at).to_locale_string(&language(), &style).into()
}

/// A month and its year, the heading of a stretch of the timeline. `at` is in seconds since 1970.
pub(crate) fn month(at: u64) -> String {
    date(at)
        .to_locale_date_string(
            &language(),
            &options(&[("month", "long"), ("year", "numeric")]),
        )
        .into()
}

/// A day, a month or a year of the calendar, wherever one is. `at` is in seconds since 1970, or before.
pub(crate) fn calendar(at: i64, month: bool, day: bool) -> String {
    let mut parts = vec![("timeZone", "UTC"), ("year", "numeric")];
    if month {
        parts.push(("month", "long"));
    }
    if day {
        parts.push(("day", "numeric"));
    }
    Date::new(&JsValue::from_f64(at as f64 * 1000.0))
        .to_locale_date_string(&language(), &options(&parts))
        .into()
}

/// The same as short as it can be, for the edge of a plot: "4 Mar", "Mar 2020", "2020".
pub(crate) fn short(at: i64, month: bool, day: bool) -> String {
    let mut parts = vec![("timeZone", "UTC")];
    if day {
        parts.push(("day", "numeric"));
    } else {
        parts.push(("year", "numeric"));
    }
    if month {
        parts.push(("month", "short"));
    }
    Date::new(&JsValue::from_f64(at as f64 * 1000.0))
        .to_locale_date_string(&language(), &options(&parts))
        .into()
}

/// The moment as machines read it (ISO 8601), for `<time datetime>`. `at` is in seconds since 1970.
pub(crate) fn machine(at: u64) -> String {
    let date = date(at);
    if date.get_time().is_nan() {
        return String::new();
    }
    date.to_iso_string().into()
}

/// A length in bytes, for example "1.1 MB".
pub(crate) fn size(bytes: u64) -> String {
    measure(bytes, f64::round)
}

/// The same for a limit: never more than is allowed.
pub(crate) fn limit(bytes: u64) -> String {
    measure(bytes, f64::floor)
}

fn measure(bytes: u64, whole: fn(f64) -> f64) -> String {
    let mut value = bytes as f64;
    let mut unit = "bytes";
    for larger in ["kB", "MB", "GB"] {
        if value < 1000.0 {
            break;
        }
        value /= 1000.0;
        unit = larger;
    }
    let value = whole(value * 10.0) / 10.0;
    format!("{}\u{a0}{unit}", number(value))
}

/// A number with the reader's separators.
pub(crate) fn number(value: f64) -> String {
    Number::from(value).to_locale_string(&language()).into()
}

/// A number as it was written, with the reader's separator: not a digit is added or lost.
pub(crate) fn decimal(written: &str) -> String {
    let separator: String = number(0.5)
        .chars()
        .filter(|own| !own.is_numeric())
        .collect();
    written.replace('.', &separator)
}

/// How far the clock here is east of Greenwich now, in minutes.
pub(crate) fn minutes_east() -> i16 {
    -(Date::new_0().get_timezone_offset() as i16)
}

fn language() -> String {
    super::window()
        .and_then(|window| window.navigator().language())
        .filter(|language| !language.is_empty())
        .unwrap_or_else(|| "en".into())
}

fn date(at: u64) -> Date {
    let milliseconds = at as f64 * 1000.0;
    Date::new(&JsValue::from_f64(milliseconds))
}

fn options(pairs: &[(&str, &str)]) -> JsValue {
    let options = Object::new();
    for (name, value) in pairs {
        // Setting a property of a fresh plain object can not fail.
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    options.into()
}
