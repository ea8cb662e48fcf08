//! What an entry says, in words. Texts of others are text here, and never anything else.

use keepwell_record::{
    Date, Description, Field, Line, Shown,
    model::{Kind, Money, Period, Quantity, When},
};

use crate::{components::Sign, platform::locale, words::record as words};

/// A date, as exact as it was written.
pub(super) fn date(date: Date) -> String {
    let at = date.seconds();
    match (date.time, u64::try_from(at)) {
        (Some(_), Ok(at)) => locale::moment(at),
        _ => locale::calendar(at, date.month.is_some(), date.day.is_some()),
    }
}

fn period(period: &Period) -> String {
    match (period.start.map(date), period.end.map(date)) {
        (Some(start), Some(end)) if start == end => start,
        (Some(start), Some(end)) => words::between(&start, &end),
        (Some(start), None) => words::since(&start),
        (None, Some(end)) => words::until(&end),
        (None, None) => String::new(),
    }
}

pub(super) fn quantity(own: &Quantity) -> String {
    let number = own.value.as_ref().map_or("", |value| value.as_str());
    let unit = unit(if own.unit.is_empty() {
        &own.code
    } else {
        &own.unit
    });
    let text = format!("{} {} {unit}", own.comparator, locale::decimal(number));
    text.trim().to_owned()
}

/// A unit as people write it.
pub(super) fn unit(own: &str) -> &str {
    if own == "mm[Hg]" { "mmHg" } else { own }
}

fn money(own: &Money) -> String {
    let text = format!("{} {}", locale::decimal(own.value.as_str()), own.currency);
    text.trim().to_owned()
}

/// What a part says.
pub(super) fn value(shown: &Shown) -> String {
    match shown {
        Shown::Text(text) => text.clone(),
        Shown::Code(code) => words::code(code).to_owned(),
        Shown::Coded(system, code) => {
            let known = words::CODE_SYSTEMS.iter();
            let mut known = known.filter(|(end, _)| system.ends_with(end));
            let name = known.next().map_or("", |(_, name)| name);
            format!("{name} {code}").trim().to_owned()
        }
        Shown::Date(own) => date(*own),
        Shown::Period(own) => period(own),
        Shown::Quantity(own) => quantity(own),
        Shown::Range(low, high, text) => match (low, high) {
            (Some(low), Some(high)) => words::between(&quantity(low), &quantity(high)),
            (Some(low), None) => words::at_least(&quantity(low)),
            (None, Some(high)) => words::at_most(&quantity(high)),
            (None, None) => text.clone(),
        },
        Shown::Money(own) => money(own),
        Shown::Flag(true) => words::YES.to_owned(),
        Shown::Flag(false) => words::NO.to_owned(),
        Shown::Bytes(bytes) => locale::size(*bytes),
        Shown::Often(times, period, unit) => words::often(times, period, unit),
    }
}

/// What a part is called.
pub(super) fn label(field: Field, label: &str) -> String {
    match label {
        "" => words::field(field).to_owned(),
        own => words::code(own).to_owned(),
    }
}

/// The two values of a blood pressure, as people say them.
fn pressure(own: &Description) -> Option<String> {
    let mut values = own.parts.iter().filter_map(|part| match &part.value {
        Shown::Quantity(quantity) if part.field == Field::Component => Some(quantity),
        _ => None,
    });
    let (Some(upper), Some(lower), None) = (values.next(), values.next(), values.next()) else {
        return None;
    };
    let number = locale::decimal(upper.value.as_ref()?.as_str());
    (upper.unit == lower.unit).then(|| format!("{number} / {}", quantity(lower)))
}

/// The most important of what it says, in one line; may be empty.
pub(crate) fn in_short(own: &Description) -> String {
    let fields: &[Field] = match own.kind {
        Kind::Allergy => &[Field::Reaction, Field::Severity, Field::Risk],
        Kind::Medicine => &[Field::Dose, Field::HowOften],
        Kind::Observation => &[Field::Value, Field::Component],
        Kind::Bill => &[Field::Total, Field::From],
        Kind::Consent => &[Field::Decision],
        Kind::Procedure | Kind::Visit => &[Field::Reason],
        _ => &[],
    };
    if let Some(pressure) = pressure(own) {
        return pressure;
    }
    let parts = own.parts.iter().filter(|part| fields.contains(&part.field));
    let values: Vec<String> = parts.take(3).map(|part| value(&part.value)).collect();
    values.join(", ")
}

/// The name of an entry; what has none is called by its kind.
pub(crate) fn title(own: &Description) -> &str {
    match own.title.as_str() {
        "" => words::kind(own.kind),
        title => title,
    }
}

/// Drawing and word for the kind of an entry.
pub(crate) fn kind(own: &Description) -> (Sign, &'static str) {
    let sign = match own.kind {
        Kind::File => Sign::File,
        Kind::Document => Sign::Note,
        Kind::Patient => Sign::Person,
        Kind::Observation | Kind::Report => Sign::Check,
        _ => Sign::Chart,
    };
    (sign, words::kind(own.kind))
}

/// When a line was so, or was written.
pub(crate) struct Moment {
    /// For people.
    pub(crate) shown: String,
    /// For machines.
    pub(crate) machine: String,
    /// The month, or the year where nothing more is known.
    pub(crate) month: String,
}

/// When something was written, in seconds since 1970.
pub(crate) fn written(at: u64) -> Moment {
    Moment {
        shown: locale::day(at),
        machine: locale::machine(at),
        month: locale::month(at),
    }
}

/// When a line was so; where that is not said, when it was written.
pub(crate) fn moment(line: &Line) -> Moment {
    match line.description.when.and_then(When::date) {
        Some(own) => Moment {
            shown: locale::calendar(own.seconds(), own.month.is_some(), own.day.is_some()),
            machine: own.to_string(),
            month: locale::calendar(own.seconds(), own.month.is_some(), false),
        },
        None => written(u64::try_from(line.at).unwrap_or_default()),
    }
}
