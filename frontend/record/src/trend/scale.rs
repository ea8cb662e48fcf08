//! Where ticks stand, and where a value stands between them.
use serde::{Deserialize, Serialize};

use crate::date::{DAY, Date, civil, days_to};

/// An axis of values: round numbers, evenly spaced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// The lowest value that is drawn.
    pub low: f64,
    /// The highest value that is drawn.
    pub high: f64,
    /// Where a line and a number stand.
    pub ticks: Vec<f64>,
    /// How many digits after the point the numbers need.
    pub places: usize,
}

/// An axis of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimeScale {
    /// The first second that is drawn, since 1970.
    pub from: i64,
    /// The last one.
    pub until: i64,
    /// Where a line and a date stand.
    pub ticks: Vec<Tick>,
}

/// A tick of time: a year, the month of a year, or a day, as exact as its neighbours need.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tick {
    /// Seconds since 1970.
    pub at: i64,
    /// What stands at it.
    pub date: Date,
}

impl Scale {
    /// An axis that holds all values, with about `wanted` ticks. Without values from 0 to 1.
    pub fn over(values: impl IntoIterator<Item = f64>, wanted: usize) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        // Beyond this the distance of two values is no number any more.
        for value in values.into_iter().filter(|value| value.abs() < 1e300) {
            (low, high) = (low.min(value), high.max(value));
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if high - low <= low.abs().max(high.abs()) * 1e-9 {
            // All values are one: it stands in the middle.
            let around = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
            (low, high) = (low - around, high + around);
        }
        let step = round((high - low) / wanted.clamp(1, 20) as f64);
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let count = ((last - first) as usize).min(50);
        let places = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
        Self {
            low: first * step,
            high: last * step,
            ticks: (0..=count)
                .map(|tick| (first + tick as f64) * step)
                .collect(),
            places,
        }
    }

    /// Where a value stands: 0 at the lowest, 1 at the highest.
    pub fn place(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }
}

/// The next of 1, 2, 5, 10, 20, 50 and so on, up and down.
fn round(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let factors = [1.0, 2.0, 5.0, 10.0];
    let fits = factors
        .into_iter()
        .find(|factor| factor * power >= step * 0.999_999);
    fits.unwrap_or(10.0) * power
}

impl TimeScale {
    /// An axis over these moments, in seconds since 1970, with at most about `wanted` ticks.
    pub fn over(moments: impl IntoIterator<Item = i64>, wanted: usize) -> Self {
        let (mut from, mut until) = (i64::MAX, i64::MIN);
        for moment in moments {
            (from, until) = (from.min(moment), until.max(moment));
        }
        if from > until {
            (from, until) = (0, 0);
        }
        if until - from < 2 * DAY {
            // One day alone stands in the middle.
            (from, until) = (from - DAY, until + DAY);
        }
        Self {
            from,
            until,
            ticks: ticks(from, until, i64::try_from(wanted.clamp(1, 20)).unwrap_or(1)),
        }
    }

    /// Where a moment stands: 0 at the first, 1 at the last.
    pub fn place(&self, moment: i64) -> f64 {
        (moment - self.from) as f64 / (self.until - self.from) as f64
    }
}

fn ticks(from: i64, until: i64, wanted: i64) -> Vec<Tick> {
    let days = (until - from) / DAY;
    let fits = |step: &i64| days / step <= wanted;
    if let Some(step) = [1, 2, 7, 14].iter().find(|step| fits(step)) {
        let first = (from + DAY - 1).div_euclid(DAY);
        let days = (first..=until.div_euclid(DAY)).step_by(*step as usize);
        return days
            .map(|day| Tick {
                at: day * DAY,
                date: Date::of_seconds(day * DAY),
            })
            .collect();
    }
    let month = |seconds: i64| {
        let (year, month, _) = civil(seconds.div_euclid(DAY));
        i64::from(year) * 12 + i64::from(month) - 1
    };
    let steps = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 24_000];
    let step = steps
        .iter()
        .find(|step| fits(&(*step * 30)))
        .unwrap_or(&24_000);
    let first = month(from).div_euclid(*step) * step;
    let months = (first..=month(until)).step_by(*step as usize);
    let tick = |months: i64| {
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        let at = days_to(year, month, 1) * DAY;
        let date = Date {
            month: (step % 12 != 0).then_some(u8::try_from(month).unwrap_or(1)),
            day: None,
            ..Date::of_seconds(at)
        };
        Tick { at, date }
    };
    let inside = |tick: &Tick| (from..=until).contains(&tick.at);
    months.map(tick).filter(inside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_every_value() {
        for values in [
            vec![],
            vec![0.0],
            vec![5.5],
            vec![-1.0, 1e9],
            vec![0.001, 0.0011],
            vec![f64::NAN, f64::INFINITY],
            vec![120.0, 141.0, 98.0],
            vec![-1e-300, 1e-300],
            vec![1e299, -1e299],
        ] {
            for wanted in [0, 1, 5, 100] {
                let scale = Scale::over(values.clone(), wanted);
                assert!(
                    scale.low < scale.high && (2..=51).contains(&scale.ticks.len()),
                    "{values:?} {scale:?}"
                );
                for value in values.iter().filter(|value| value.is_finite()) {
                    assert!(
                        (-1e-9..=1.0 + 1e-9).contains(&scale.place(*value)),
                        "{values:?} {scale:?}"
                    );
                }
            }
        }
        let scale = Scale::over([118.0, 141.0], 5);
        assert_eq!(
            scale.ticks,
            [115.0, 120.0, 125.0, 130.0, 135.0, 140.0, 145.0]
        );
        assert_eq!(Scale::over([0.11, 0.19], 4).places, 2);
    }

    #[test]
    fn ticks_of_time_are_days_months_or_years() {
        let at = |text: &str| Date::parse(text).unwrap().seconds();
        let said = |from: &str, until: &str| -> Vec<String> {
            let scale = TimeScale::over([at(from), at(until)], 5);
            scale
                .ticks
                .iter()
                .map(|tick| tick.date.to_string())
                .collect()
        };
        assert_eq!(
            said("2020-01-01", "2020-01-04"),
            ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04"]
        );
        assert_eq!(
            said("2020-01-10", "2020-12-20"),
            ["2020-04", "2020-07", "2020-10"]
        );
        assert_eq!(
            said("2011-03-01", "2019-03-01"),
            ["2012", "2014", "2016", "2018"]
        );
        assert_eq!(said("2020-05-05", "2020-05-05").len(), 3);
        assert!(TimeScale::over([], 5).ticks.len() < 5);
        assert!(TimeScale::over([at("0001"), at("9999")], 5).ticks.len() < 9);
    }
}
