//! A series as readings: what was measured at one time stands together, as people say it.

use keepwell_record::{Band, Date, Point, Series};
use keepwell_shared::id::RecordId;

use super::shown::{date, quantity, unit};
use crate::{
    platform::locale,
    words::{record, trend as words},
};

/// What was measured at one time.
#[derive(Clone, PartialEq)]
pub(super) struct Reading {
    /// The entry that says it.
    pub(super) record: String,
    /// When, as exact as it was written.
    pub(super) date: Date,
    /// When, in seconds since 1970.
    pub(super) at: i64,
    /// One place for each strand of the series.
    pub(super) points: Vec<Option<Point>>,
}

impl Reading {
    /// The entry, where its name is one.
    pub(super) fn record(&self) -> Option<RecordId> {
        self.record.parse().ok()
    }

    /// When, in words.
    pub(super) fn when(&self) -> String {
        date(self.date)
    }

    /// The value, or the two of a blood pressure, with the unit.
    pub(super) fn value(&self, series: &Series) -> String {
        let one = |point: &Option<Point>| {
            let point = point.as_ref();
            point.map_or_else(|| words::MISSING.to_owned(), short)
        };
        let values: Vec<String> = self.points.iter().map(one).collect();
        format!("{} {}", values.join(" / "), unit(&series.unit))
            .trim()
            .to_owned()
    }

    /// One of its values, with the unit.
    pub(super) fn part(&self, series: &Series, strand: usize) -> String {
        let point = self.points.get(strand).and_then(Option::as_ref);
        point.map_or_else(
            || words::MISSING.to_owned(),
            |point| {
                format!("{} {}", number(point), unit(&series.unit))
                    .trim()
                    .to_owned()
            },
        )
    }

    /// What stands in the entries where another unit is shown.
    pub(super) fn as_written(&self) -> Option<String> {
        let points = self.points.iter().flatten();
        let written: Vec<String> = points
            .filter(|point| point.converted)
            .map(|point| quantity(&point.written))
            .collect();
        (!written.is_empty()).then(|| words::written(&written.join(" / ")))
    }

    /// The usual ranges that the entry names, in the order of the strands.
    pub(super) fn usual(&self, series: &Series) -> Option<String> {
        let points = self.points.iter().flatten();
        let ranges: Vec<String> = points
            .filter_map(|point| point.band)
            .map(|band| range(band, &series.unit))
            .collect();
        (!ranges.is_empty()).then(|| ranges.join(", "))
    }
}

/// All readings of a series, oldest first.
pub(super) fn readings(series: &Series) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    let strands = series.strands.len();
    for (strand, own) in series.strands.iter().enumerate() {
        for point in &own.points {
            let first = readings.partition_point(|reading| reading.at < point.at);
            let after = readings.partition_point(|reading| reading.at <= point.at);
            let there = readings.get(first..after).unwrap_or_default();
            let found = there.iter().position(|reading| {
                reading.record == point.record && reading.points.get(strand) == Some(&None)
            });
            let at = found.map_or(after, |place| first + place);
            if found.is_none() {
                readings.insert(
                    at,
                    Reading {
                        record: point.record.clone(),
                        date: point.date,
                        at: point.at,
                        points: vec![None; strands],
                    },
                );
            }
            if let Some(place) = readings
                .get_mut(at)
                .and_then(|reading| reading.points.get_mut(strand))
            {
                *place = Some(point.clone());
            }
        }
    }
    readings
}

/// A value as it was written, or as it was converted.
fn number(point: &Point) -> String {
    match &point.written.value {
        Some(value) if !point.converted => locale::decimal(value.as_str()),
        _ => locale::number(rounded(point.value)),
    }
}

/// The same for a heading: what a computer wrote with many digits is shown with four that count.
fn short(point: &Point) -> String {
    let written = point.written.value.as_ref();
    match written.is_some_and(|value| value.as_str().len() > MOST_DIGITS) {
        true => locale::number(rounded(point.value)),
        false => number(point),
    }
}

/// No person reads more letters of a number at one look.
const MOST_DIGITS: usize = 7;

/// Four digits that count: no conversion makes a value more exact.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let power = 10_f64.powf(3.0 - value.abs().log10().floor());
    (value * power).round() / power
}

fn range(band: Band, own: &str) -> String {
    let said = |value: f64| format!("{} {}", locale::number(rounded(value)), unit(own));
    match (band.low, band.high) {
        (Some(low), Some(high)) => {
            record::between(&locale::number(rounded(low)), said(high).trim())
        }
        (Some(low), None) => record::at_least(said(low).trim()),
        (None, Some(high)) => record::at_most(said(high).trim()),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use keepwell_record::{Body, Entry, Record, State, model::Category};

    use super::*;

    fn series(values: &[(&str, &str, &str)]) -> Vec<Series> {
        let mut record = Record::new(0);
        for (name, when, components) in values {
            record.put(Entry {
                record: (*name).into(),
                category: Category::Clinical,
                author: String::new(),
                at: 0,
                number: 1,
                state: State::Accepted,
                body: Body::Fhir(format!(
                    r#"{{"resource":{{"resourceType":"Observation","status":"final","code":{{"text":"Pressure"}},"effectiveDateTime":"{when}","component":[{components}]}}}}"#
                )),
            });
        }
        record.series()
    }

    fn part(name: &str, value: u8) -> String {
        format!(
            r#"{{"code":{{"text":"{name}"}},"valueQuantity":{{"value":{value},"unit":"mmHg"}}}}"#
        )
    }

    #[test]
    fn values_of_one_entry_stand_together_and_a_missing_one_leaves_its_place() {
        let both = |upper, lower| format!("{},{}", part("upper", upper), part("lower", lower));
        let all = series(&[
            ("a", "2020-01-01", &both(120, 80)),
            ("b", "2020-01-02", &part("lower", 79)),
            ("c", "2020-01-02", &both(130, 85)),
            ("d", "2019-01-02", &part("upper", 110)),
        ]);
        let found = readings(&all[0]);
        let values: Vec<(&str, Vec<Option<f64>>)> = found
            .iter()
            .map(|own| {
                let points = own.points.iter();
                let values = points.map(|point| point.as_ref().map(|point| point.value));
                (own.record.as_str(), values.collect())
            })
            .collect();
        assert_eq!(
            values,
            [
                ("d", vec![Some(110.0), None]),
                ("a", vec![Some(120.0), Some(80.0)]),
                ("c", vec![Some(130.0), Some(85.0)]),
                ("b", vec![None, Some(79.0)]),
            ]
        );
    }

    #[test]
    fn nothing_is_made_more_exact_than_four_digits() {
        for (value, expected) in [
            (0.0, 0.0),
            (4.995_56, 4.996),
            (-123.456, -123.5),
            (0.000_123_456, 0.000_123_5),
            (98_765.0, 98_770.0),
        ] {
            assert!((rounded(value) - expected).abs() < 1e-9, "{value}");
        }
        assert!(rounded(f64::NAN).is_nan());
    }
}
