//! What a record says.
//!
//! Everything here reads what others wrote: a doctor's system, an insurer's, or somebody hostile. So it is a
//! crate of its own, which can name neither the vault nor a key: in the browser it runs in a worker
//! of its own, to which the worker with the keys gives opened entries, and from which it takes back text.
//! A mistake in a parser here meets a chart in clear at the most, never a key, and no way to the network.
//!
//! [`Record`] holds a chart and answers: overview, timeline, search, series, export. [`Import`] is a file
//! before it is taken in. [`form`] is what people enter. [`model`] is FHIR R4 as far as
//! it is understood; [`json`] keeps everything else as it was written.

#![forbid(unsafe_code)]

pub mod codes;
mod compare;
mod date;
mod decimal;
mod describe;
mod entry;
mod export;
pub mod form;
#[cfg(feature = "fuzz")]
pub mod fuzz;
mod import;
pub mod json;
pub mod model;
mod overview;
mod quiet;
mod record;
mod search;
mod system;
mod trend;
pub mod viewing;

pub use compare::{Comparison, MemberChange, PartChange, Step, compare};
pub use date::{BadDate, Date, Time};
pub use decimal::Decimal;
pub use describe::{Description, Field, Part, Shown, describe};
pub use entry::{Body, Entry, State, Stored};
pub use export::{Choice, Research, Section};
pub use import::{
    BadFile, EXAMPLES, Example, Finding, Import, Item, MAX_ENTRIES, MAX_FILE, Preview, Source,
    Subject, Twin, What,
};
pub use overview::{Filter, Line, Overview, Page, RESULTS};
pub use record::Record;
pub use trend::{Band, Point, Scale, Series, Strand, Tick, TimeScale};
