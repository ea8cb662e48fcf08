//! Values over time, as a page draws them: the numbers are made here, so that it only draws.
mod reading;
mod scale;
mod series;
mod unit;

pub(crate) use reading::Reading;
pub use scale::{Scale, Tick, TimeScale};
pub use series::{Band, Point, Series, Strand};
