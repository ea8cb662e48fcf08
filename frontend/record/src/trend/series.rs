//! Readings that belong together, in one unit.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Reading,
    reading::identity,
    unit::{code, convert},
};
use crate::{
    date::Date,
    model::{Concept, Quantity, Range},
    quiet::quiet,
    record::Record,
};

/// What was measured more than once, oldest first.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Names it from one call to the next: what was measured, and in which unit.
    pub key: String,
    /// What was measured, in the writer's words.
    pub title: String,
    /// The unit in which all are drawn, as the newest reading has it; may be empty.
    pub unit: String,
    /// One for each value: the blood pressure has two.
    pub strands: Vec<Strand>,
}

/// One line of a plot.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Strand {
    /// What it is, in the writer's words; empty when the series has one only.
    pub label: String,
    /// The readings, oldest first.
    pub points: Vec<Point>,
    /// Within which values are usual: only when the data says so, and all readings that say it say the
    /// same. Else each point has its own.
    pub band: Option<Band>,
}

/// One reading.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The entry from which it comes.
    pub record: String,
    /// When, as exact as it was written.
    pub date: Date,
    /// The same in seconds since 1970, to draw.
    pub at: i64,
    /// The value in the unit of the series, to draw.
    pub value: f64,
    /// What was written, to show.
    pub written: Quantity,
    /// Whether [`Self::value`] was converted from another unit.
    pub converted: bool,
    /// Within which values are usual, in the unit of the series.
    pub band: Option<Band>,
}

/// From a value to a value, in the unit of the series; one of them may be missing.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// From here.
    pub low: Option<f64>,
    /// To here.
    pub high: Option<f64>,
}

impl Record {
    /// Everything that was measured, by name; what was measured once is a series of one point.
    pub fn series(&self) -> Vec<Series> {
        let mut groups: BTreeMap<String, Vec<(&str, &Reading)>> = BTreeMap::new();
        for (record, reading) in self.readings() {
            groups
                .entry(identity(&reading.code))
                .or_default()
                .push((record, reading));
        }
        let mut all: Vec<Series> = Vec::new();
        for (name, mut readings) in groups {
            readings.sort_by_key(|(record, reading)| (reading.date.seconds(), *record));
            all.extend(split(&name, readings));
        }
        all.sort_by_cached_key(|series| (series.title.to_lowercase(), series.key.clone()));
        all
    }
}

/// One series for each unit that can not be converted into the unit of a newer reading.
fn split(name: &str, mut left: Vec<(&str, &Reading)>) -> Vec<Series> {
    let mut found = Vec::new();
    while let Some((_, newest)) = left.last() {
        let Some(first) = newest.values.first() else {
            left.pop();
            continue;
        };
        let unit = code(&first.quantity);
        let (own, others): (Vec<_>, Vec<_>) = left
            .iter()
            .partition(|(_, reading)| reading.values.iter().all(|value| fits(value, &unit)));
        if own.is_empty() {
            // Its parts have several units; they can not stand on one axis.
            left.pop();
            continue;
        }
        found.push(Series {
            key: format!("{name}|{unit}"),
            title: newest.code.label().to_owned(),
            unit: first.quantity.unit.clone(),
            strands: strands(&own, &unit),
        });
        left = others;
    }
    found
}

fn fits(value: &super::reading::Value, unit: &str) -> bool {
    convert(1.0, &code(&value.quantity), unit, &value.code).is_some()
}

fn strands(readings: &[(&str, &Reading)], unit: &str) -> Vec<Strand> {
    let mut strands: Vec<(String, Strand)> = Vec::new();
    for (record, reading) in readings {
        for value in &reading.values {
            let Some(point) = point(record, reading.date, value, unit) else {
                continue;
            };
            let name = identity(&value.code);
            match strands.iter_mut().find(|(own, _)| *own == name) {
                Some((_, strand)) => strand.points.push(point),
                None => {
                    let label = value.code.label().to_owned();
                    let points = vec![point];
                    strands.push((
                        name,
                        Strand {
                            label,
                            points,
                            band: None,
                        },
                    ));
                }
            }
        }
    }
    let single = strands.len() == 1;
    let mut strands: Vec<Strand> = strands.into_iter().map(|(_, strand)| strand).collect();
    for strand in &mut strands {
        if single {
            strand.label.clear();
        }
        strand.band = common(&strand.points);
    }
    strands
}

fn point(record: &str, date: Date, value: &super::reading::Value, unit: &str) -> Option<Point> {
    let own = code(&value.quantity);
    let number = value.quantity.value.as_ref()?.value();
    let range = value.range.as_ref();
    Some(Point {
        record: record.to_owned(),
        date,
        at: date.seconds(),
        value: convert(number, &own, unit, &value.code)?,
        written: value.quantity.clone(),
        converted: own != unit,
        band: range.and_then(|range| band(range, &own, unit, &value.code)),
    })
}

/// A side without a unit has that of the value.
fn band(range: &Range, own: &str, unit: &str, what: &Concept) -> Option<Band> {
    let side = |side: &Option<Quantity>| {
        let side = side.as_ref()?;
        let from = match code(side) {
            none if none.is_empty() => own.to_owned(),
            from => from,
        };
        convert(side.value.as_ref()?.value(), &from, unit, what)
    };
    let band = Band {
        low: side(&range.low),
        high: side(&range.high),
    };
    (band.low.is_some() || band.high.is_some()).then_some(band)
}

fn common(points: &[Point]) -> Option<Band> {
    let mut bands = points.iter().filter_map(|point| point.band);
    let first = bands.next()?;
    let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= a.abs() * 1e-6,
        (a, b) => a.is_none() && b.is_none(),
    };
    bands
        .all(|band| near(band.low, first.low) && near(band.high, first.high))
        .then_some(first)
}

quiet! { Series Strand Point Band }
