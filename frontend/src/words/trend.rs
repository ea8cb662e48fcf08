//! What was measured, over time.

pub(crate) const TITLE: &str = "Over time";
pub(crate) const TEXT: &str = "Everything that was measured more than once, by name.";
pub(crate) const ONCE: &str = "Measured once";
pub(crate) const NONE: &str = "Nothing was measured yet";
pub(crate) const NONE_TEXT: &str =
    "Weight, blood pressure and laboratory values appear here as soon as they are written down.";
pub(crate) const GONE: &str = "There is nothing to draw here";
pub(crate) const GONE_TEXT: &str =
    "This entry holds no value with a number and a date. Nothing was lost or changed.";
/// Leads to the list.
pub(crate) const TO_TRENDS: &str = "See all results over time";
/// Leads from one result to its plot.
pub(crate) const TO_TREND: &str = "See it over time";
pub(crate) const BACK: &str = "All results over time";
/// The bar under a plot, with which one goes from value to value.
pub(crate) const READING: &str = "Which value";
pub(crate) const READING_HELP: &str = "Move this, or choose a point, to read each value.";
pub(crate) const OPEN_ENTRY: &str = "Open this entry";
pub(crate) const TABLE: &str = "As a table";
pub(crate) const DATE: &str = "Date";
pub(crate) const VALUE: &str = "Value";
pub(crate) const USUAL: &str = "Usual range";
pub(crate) const MISSING: &str = "–";
/// Under a plot with a band.
pub(crate) const BAND: &str = "The shaded band is the usual range that the results name.";

pub(crate) fn times(number: usize) -> String {
    format!("{number} times")
}

pub(crate) fn usual(range: &str) -> String {
    format!("usual range {range}")
}

/// A value that was measured in another unit.
pub(crate) fn written(as_written: &str) -> String {
    format!("written as {as_written}")
}
