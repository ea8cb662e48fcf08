//! Values over time, drawn. Everything stands by per cent of the room that there is, so that nothing has to
//! be measured and no style is written into the page. It is a picture: what it says stands beside it in words.

use keepwell_record::{Band, Scale, Series, Strand, Tick, TimeScale};
use yew::prelude::*;

use super::readings::Reading;
use crate::platform::locale;

/// Draws a series, and the reading that is chosen in it.
pub(super) fn plot(
    series: &Series,
    readings: &[Reading],
    chosen: usize,
    onchoose: &Callback<usize>,
) -> Html {
    let axes = Axes::of(series);
    let marked = readings.get(chosen);
    // Where points are dense, the line is all that one sees of them.
    let sparse = readings.len() <= MOST_POINTS;
    let strands = series.strands.iter().enumerate().map(|(number, strand)| {
        html! {
            <g key={number} class={format!("strand strand-{}", number % LOOKS)}>
                { axes.lines(strand) }
                if sparse {
                    { for strand.points.iter().map(|point| axes.dot(point.at, point.value, number, "4")) }
                }
                if let Some(point) = marked.and_then(|reading| reading.points.get(number)?.as_ref()) {
                    { axes.dot(point.at, point.value, number, "7") }
                }
            </g>
        }
    });
    let hits = readings.iter().enumerate().flat_map(|(number, reading)| {
        let axes = &axes;
        reading.points.iter().flatten().map(move |point| {
            let onclick = onchoose.reform(move |_: MouseEvent| number);
            html! { <circle class="plot-hit" cx={axes.x(point.at)} cy={axes.y(point.value)} r="12" {onclick} /> }
        })
    });
    html! {
        <div class="plot">
            <svg aria-hidden="true" focusable="false">
                { for series.strands.iter().enumerate().filter_map(|(number, strand)| {
                    Some(axes.band(strand.band?, number))
                }) }
                { axes.grid() }
                if let Some(reading) = marked {
                    <line class="plot-chosen" x1={axes.x(reading.at)} x2={axes.x(reading.at)} y1="0" y2="100%" />
                }
                { for strands }
                if sparse {
                    { for hits }
                }
            </svg>
        </div>
    }
}

/// The same, small and without words: how it went at one look.
pub(super) fn spark(series: &Series) -> Html {
    let axes = Axes::of(series);
    let strands = series.strands.iter().enumerate().map(|(number, strand)| {
        let last = strand.points.last();
        html! {
            <g key={number} class={format!("strand strand-{}", number % LOOKS)}>
                { axes.lines(strand) }
                if let Some(point) = last {
                    { axes.dot(point.at, point.value, number, "3") }
                }
            </g>
        }
    });
    html! { <svg class="spark no-print" aria-hidden="true" focusable="false">{ for strands }</svg> }
}

/// The sign of one strand, beside its name.
pub(super) fn swatch(strand: usize) -> Html {
    html! {
        <svg class="swatch" width="28" height="14" aria-hidden="true" focusable="false">
            <g class={format!("strand strand-{}", strand % LOOKS)}>
                <line x1="1" x2="27" y1="7" y2="7" />
                { dot("14", "7", strand, "4") }
            </g>
        </svg>
    }
}

struct Axes {
    values: Scale,
    time: TimeScale,
}

impl Axes {
    fn of(series: &Series) -> Self {
        let points = series.strands.iter().flat_map(|strand| &strand.points);
        let bands = series.strands.iter().filter_map(|strand| strand.band);
        let edges = bands.flat_map(|band| [band.low, band.high]).flatten();
        let values = points.clone().map(|point| point.value).chain(edges);
        Self {
            values: Scale::over(values, TICKS),
            time: TimeScale::over(points.map(|point| point.at), TICKS),
        }
    }

    fn x(&self, at: i64) -> String {
        percent(self.time.place(at))
    }

    fn y(&self, value: f64) -> String {
        percent(1.0 - self.values.place(value))
    }

    fn dot(&self, at: i64, value: f64, strand: usize, size: &'static str) -> Html {
        dot(&self.x(at), &self.y(value), strand, size)
    }

    /// From each point to the next.
    fn lines(&self, strand: &Strand) -> Html {
        let next = strand.points.iter().skip(1);
        let pairs = strand.points.iter().zip(next);
        let line = |(from, to): (&keepwell_record::Point, &keepwell_record::Point)| {
            html! {
                <line x1={self.x(from.at)} y1={self.y(from.value)} x2={self.x(to.at)} y2={self.y(to.value)} />
            }
        };
        html! { { for pairs.map(line) } }
    }

    /// What is usual; a side that the data does not name goes to the edge.
    fn band(&self, band: Band, strand: usize) -> Html {
        let high = band.high.map_or(1.0, |high| self.values.place(high));
        let low = band.low.map_or(0.0, |low| self.values.place(low));
        let (high, low) = (high.clamp(0.0, 1.0), low.clamp(0.0, 1.0));
        html! {
            <rect
                class={format!("plot-band band-{}", strand % LOOKS)}
                x="0"
                width="100%"
                y={percent(1.0 - high)}
                height={percent((high - low).max(0.0))}
            />
        }
    }

    fn grid(&self) -> Html {
        let value = |value: &f64| {
            let y = self.y(*value);
            html! {
                <g>
                    <line class="plot-grid" x1="0" x2="100%" y1={y.clone()} y2={y.clone()} />
                    <text class="plot-value" x="0" dx="-8" {y} dy="4">{ self.number(*value) }</text>
                </g>
            }
        };
        let moment = |tick: &Tick| {
            let x = self.x(tick.at);
            html! {
                <g>
                    <line class="plot-grid" x1={x.clone()} x2={x.clone()} y1="0" y2="100%" />
                    <text class="plot-time" {x} y="100%" dy="22">{ short(tick) }</text>
                </g>
            }
        };
        let inside = |tick: &&Tick| (0.0..=1.0).contains(&self.time.place(tick.at));
        html! {
            <>
                { for self.values.ticks.iter().map(value) }
                { for self.time.ticks.iter().filter(inside).map(moment) }
            </>
        }
    }

    /// A number at the edge, with the digits that its neighbours need.
    fn number(&self, value: f64) -> String {
        let power = 10_f64.powi(i32::try_from(self.values.places).unwrap_or(0));
        // Zero has no sign.
        locale::number((value * power).round() / power + 0.0)
    }
}

fn dot(x: &str, y: &str, strand: usize, size: &'static str) -> Html {
    // In grey, too, one tells the strands apart: rings beside discs.
    let class = if strand == 0 { "disc" } else { "ring" };
    html! { <circle {class} cx={x.to_owned()} cy={y.to_owned()} r={size} /> }
}

fn short(tick: &Tick) -> String {
    let date = tick.date;
    locale::short(tick.at, date.month.is_some(), date.day.is_some())
}

fn percent(part: f64) -> String {
    format!("{:.2}%", part * 100.0)
}

/// About so many lines across and along.
const TICKS: usize = 4;

/// More points than these are not drawn one by one.
const MOST_POINTS: usize = 400;

/// How many strands look different.
const LOOKS: usize = 3;
