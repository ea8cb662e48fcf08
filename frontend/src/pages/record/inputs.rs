//! The fields of each form: what stands above them, how they are asked, and where they are kept.

use keepwell_record::{
    codes::{BLOOD_PRESSURE, KNOWN, known},
    form::{Form, FormField, MeasureForm},
};
use yew::AttrValue;

use super::input::{Ask, Input, Place};
use crate::words::record::{self as words, form as text};

macro_rules! slot {
    ($kind:ident.$member:ident, $place:ident) => {
        |form: &mut Form| match form {
            Form::$kind(own) => Some(Place::$place(&mut own.$member)),
            _ => None,
        }
    };
}

/// A text: form and member, what it is called there, id, label, how it is asked.
macro_rules! ask {
    ($kind:ident.$member:ident, $field:ident, $id:literal, $label:expr, $ask:expr) => {
        Input {
            id: $id,
            field: Some(FormField::$field),
            label: $label,
            help: None,
            ask: $ask,
            slot: slot!($kind.$member, Text),
        }
    };
}

/// Something that is so or not.
macro_rules! tick {
    ($kind:ident.$member:ident, $id:literal, $label:expr) => {
        Input {
            id: $id,
            field: None,
            label: $label,
            help: None,
            ask: Ask::Tick,
            slot: slot!($kind.$member, Flag),
        }
    };
}

/// The fields of a form, in order.
pub(super) fn inputs(form: &Form) -> Vec<Input> {
    match form {
        Form::Allergy(_) => vec![
            ask!(
                Allergy.name,
                Name,
                "record-name",
                text::ALLERGY_NAME,
                Ask::Line
            ),
            ask!(
                Allergy.reaction,
                Reaction,
                "record-reaction",
                text::REACTION,
                Ask::Line
            )
            .help(text::REACTION_HELP),
            ask!(
                Allergy.severity,
                Severity,
                "record-severity",
                text::SEVERITY,
                Ask::OneOf(severities())
            ),
            tick!(Allergy.high_risk, "record-risk", text::HIGH_RISK),
            ask!(
                Allergy.since,
                Since,
                "record-since",
                text::SINCE,
                Ask::About
            ),
            tick!(Allergy.over, "record-over", text::OVER),
            ask!(Allergy.note, Note, "record-note", text::NOTE, Ask::Lines),
        ],
        Form::Medicine(_) => vec![
            ask!(
                Medicine.name,
                Name,
                "record-name",
                text::MEDICINE_NAME,
                Ask::Line
            )
            .help(text::MEDICINE_HELP),
            ask!(Medicine.dose, Dose, "record-dose", text::DOSE, Ask::Line).help(text::DOSE_HELP),
            ask!(
                Medicine.how_often,
                HowOften,
                "record-often",
                text::HOW_OFTEN,
                Ask::Line
            )
            .help(text::HOW_OFTEN_HELP),
            ask!(
                Medicine.since,
                Since,
                "record-since",
                text::SINCE,
                Ask::About
            ),
            ask!(
                Medicine.until,
                Until,
                "record-until",
                text::UNTIL,
                Ask::About
            ),
            ask!(
                Medicine.reason,
                Reason,
                "record-reason",
                text::REASON,
                Ask::Line
            ),
            tick!(Medicine.stopped, "record-over", text::STOPPED),
            ask!(Medicine.note, Note, "record-note", text::NOTE, Ask::Lines),
        ],
        Form::Problem(_) => vec![
            ask!(
                Problem.name,
                Name,
                "record-name",
                text::PROBLEM_NAME,
                Ask::Line
            ),
            ask!(
                Problem.since,
                Since,
                "record-since",
                text::SINCE,
                Ask::About
            ),
            ask!(
                Problem.until,
                Until,
                "record-until",
                text::UNTIL,
                Ask::About
            ),
            tick!(Problem.over, "record-over", text::OVER),
            ask!(Problem.note, Note, "record-note", text::NOTE, Ask::Lines),
        ],
        Form::Immunisation(_) => vec![
            ask!(
                Immunisation.name,
                Name,
                "record-name",
                text::VACCINE,
                Ask::Line
            ),
            ask!(
                Immunisation.when,
                When,
                "record-when",
                text::WHEN,
                Ask::About
            ),
            ask!(
                Immunisation.batch,
                Batch,
                "record-batch",
                text::BATCH,
                Ask::Line
            ),
            ask!(
                Immunisation.note,
                Note,
                "record-note",
                text::NOTE,
                Ask::Lines
            ),
        ],
        Form::Measure(own) => measured(own),
        Form::Procedure(_) => vec![
            ask!(
                Procedure.name,
                Name,
                "record-name",
                text::PROCEDURE_NAME,
                Ask::Line
            ),
            ask!(Procedure.when, When, "record-when", text::WHEN, Ask::About),
            ask!(
                Procedure.reason,
                Reason,
                "record-reason",
                text::REASON,
                Ask::Line
            ),
            ask!(Procedure.note, Note, "record-note", text::NOTE, Ask::Lines),
        ],
        Form::Visit(_) => vec![
            ask!(Visit.name, Name, "record-name", text::VISIT_NAME, Ask::Line)
                .help(text::VISIT_HELP),
            ask!(
                Visit.reason,
                Reason,
                "record-reason",
                text::REASON,
                Ask::Line
            ),
            ask!(
                Visit.since,
                Since,
                "record-since",
                text::FIRST_DAY,
                Ask::Day
            ),
            ask!(Visit.until, Until, "record-until", text::LAST_DAY, Ask::Day),
            ask!(Visit.with, With, "record-with", text::WITH, Ask::Line),
            ask!(Visit.place, Place, "record-place", text::PLACE, Ask::Line),
            tick!(Visit.hospital, "record-hospital", text::HOSPITAL),
        ],
        Form::Bill(_) => vec![
            ask!(Bill.name, Name, "record-name", text::BILL_NAME, Ask::Line),
            ask!(Bill.from, From, "record-from", text::BILL_FROM, Ask::Line),
            ask!(Bill.when, When, "record-when", text::BILL_DATE, Ask::Day),
            ask!(
                Bill.amount,
                Amount,
                "record-amount",
                text::AMOUNT,
                Ask::Line
            ),
            ask!(
                Bill.currency,
                Currency,
                "record-currency",
                text::CURRENCY,
                Ask::Line
            )
            .help(text::CURRENCY_HELP),
        ],
        Form::Research(_) => vec![
            ask!(Research.name, Name, "record-name", text::STUDY, Ask::Line),
            ask!(Research.to, With, "record-with", text::STUDY_BY, Ask::Line),
            tick!(Research.agrees, "record-agrees", text::AGREES),
            ask!(Research.when, When, "record-when", text::DECIDED, Ask::Day),
            ask!(
                Research.until,
                Until,
                "record-until",
                text::HOLDS_UNTIL,
                Ask::About
            ),
        ],
        // Notes of other systems: of this chart they are entries of their own.
        Form::Note(_) => vec![
            ask!(
                Note.title,
                Name,
                "record-name",
                crate::words::entry::TITLE,
                Ask::Line
            ),
            ask!(Note.when, When, "record-when", text::WHEN, Ask::About),
            ask!(
                Note.text,
                Text,
                "record-note",
                crate::words::entry::TEXT,
                Ask::Lines
            ),
        ],
    }
}

fn measured(own: &MeasureForm) -> Vec<Input> {
    let entry = known(&own.known);
    let pressure = own.known == BLOOD_PRESSURE;
    let what = Input {
        id: "record-known",
        field: None,
        label: text::KNOWN,
        help: None,
        ask: Ask::OneOf(everything_known()),
        slot: |form| match form {
            Form::Measure(own) => Some(Place::Measured(own)),
            _ => None,
        },
    };
    let mut fields = vec![what];
    if entry.is_none() {
        fields.push(ask!(
            Measure.name,
            Name,
            "record-name",
            text::MEASURE_NAME,
            Ask::Line
        ));
        fields.push(tick!(
            Measure.laboratory,
            "record-laboratory",
            text::BY_LABORATORY
        ));
    }
    let value = if pressure { text::UPPER } else { text::VALUE };
    fields.push(ask!(Measure.value, Value, "record-value", value, Ask::Line));
    if pressure {
        fields.push(ask!(
            Measure.second,
            Second,
            "record-second",
            text::LOWER,
            Ask::Line
        ));
    }
    let units = entry.map(|entry| {
        let units = entry.units.iter();
        let units = units.map(|unit| (unit.shown.into(), unit.shown.into()));
        units.collect::<Vec<_>>()
    });
    match units {
        // Nothing to choose, and it stands in the form already.
        Some(units) if units.len() < 2 => {}
        Some(units) => fields.push(ask!(
            Measure.unit,
            Unit,
            "record-unit",
            text::UNIT,
            Ask::OneOf(units)
        )),
        None => fields.push(ask!(
            Measure.unit,
            Unit,
            "record-unit",
            text::UNIT,
            Ask::Line
        )),
    }
    fields.push(ask!(
        Measure.when,
        When,
        "record-when",
        text::WHEN,
        Ask::About
    ));
    if own.laboratory {
        fields.push(
            ask!(Measure.low, Low, "record-low", text::LOW, Ask::Line).help(text::RANGE_HELP),
        );
        fields.push(
            ask!(Measure.high, High, "record-high", text::HIGH, Ask::Line).help(text::RANGE_HELP),
        );
    }
    fields.push(ask!(
        Measure.note,
        Note,
        "record-note",
        text::NOTE,
        Ask::Lines
    ));
    fields
}

fn severities() -> Vec<(AttrValue, AttrValue)> {
    let all = text::SEVERITIES.iter();
    all.map(|(value, shown)| ((*value).into(), (*shown).into()))
        .collect()
}

fn everything_known() -> Vec<(AttrValue, AttrValue)> {
    let all = KNOWN.iter();
    let mut all: Vec<(AttrValue, AttrValue)> = all
        .map(|known| (known.key.into(), words::known(known.key).into()))
        .collect();
    all.push(("".into(), words::OTHER.into()));
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::sheet::Sheet, *};

    #[test]
    fn every_field_has_its_place_and_its_own_id() {
        for sheet in Sheet::ALL {
            let mut form = sheet.form("2026-03-01");
            let fields = inputs(&form);
            let ids: BTreeSet<&str> = fields.iter().map(|input| input.id).collect();
            assert_eq!(ids.len(), fields.len(), "{sheet}");
            for input in fields {
                let place = (input.slot)(&mut form);
                place
                    .unwrap_or_else(|| panic!("{sheet} {}", input.id))
                    .put("7".into());
            }
        }
    }
}
