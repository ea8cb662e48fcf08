//! Forms there and back, and what they refuse.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use super::*;
use crate::date::Date;

fn around() -> Around {
    Around {
        patient: "urn:uuid:p".into(),
        id: "0d7a2c3e-0000-4000-8000-000000000001".into(),
        today: Date::parse("2026-03-10").unwrap(),
        offset: 60,
    }
}

fn every_form() -> Vec<Form> {
    let text = |text: &str| text.to_owned();
    vec![
        Form::Allergy(AllergyForm {
            name: text("Penicillin"),
            reaction: text("Rash"),
            severity: text("moderate"),
            high_risk: true,
            since: text("2010"),
            over: false,
            note: text("Told by the mother"),
        }),
        Form::Medicine(MedicineForm {
            name: text("Ramipril 5 mg"),
            dose: text("1 tablet"),
            how_often: text("every morning"),
            since: text("2019-05"),
            until: text("2030-01-01"),
            reason: text("High blood pressure"),
            stopped: false,
            note: text("With water"),
        }),
        Form::Medicine(MedicineForm {
            name: text("Ointment"),
            dose: text("a little"),
            stopped: true,
            ..MedicineForm::default()
        }),
        Form::Problem(ProblemForm {
            name: text("Asthma"),
            since: text("1999-02"),
            until: text("2003"),
            over: true,
            note: text("<script>alert(1)</script>"),
        }),
        Form::Immunisation(ImmunisationForm {
            name: text("Tetanus"),
            when: text("2024-02-29"),
            batch: text("A-17"),
            note: String::new(),
        }),
        Form::Measure(MeasureForm {
            known: text("blood-pressure"),
            name: text("Blood pressure"),
            value: text("128"),
            second: text("81"),
            unit: text("mmHg"),
            when: text("2026-03-10T08:05:00+01:00"),
            ..MeasureForm::default()
        }),
        Form::Measure(MeasureForm {
            known: text("glucose"),
            name: text("Glucose"),
            laboratory: true,
            value: text("5.50"),
            unit: text("mmol/L"),
            low: text("3.9"),
            high: text("5.6"),
            when: text("2026-03-09"),
            note: text("fasting"),
            ..MeasureForm::default()
        }),
        Form::Measure(MeasureForm {
            name: text("Steps"),
            value: text("8000"),
            when: text("2026"),
            ..MeasureForm::default()
        }),
        Form::Procedure(ProcedureForm {
            name: text("Appendectomy"),
            when: text("2001-07"),
            reason: text("Pain"),
            note: text("St. Anna"),
        }),
        Form::Visit(VisitForm {
            name: text("Check-up"),
            reason: text("Cough"),
            since: text("2026-01-02"),
            until: text("2026-01-04"),
            with: text("Dr. Berg"),
            place: text("Hospital"),
            hospital: true,
        }),
        Form::Bill(BillForm {
            name: text("Teeth"),
            from: text("Dr. Zahn"),
            when: text("2026-02-01"),
            amount: text("120.50"),
            currency: text("EUR"),
            payments: ["100.00", "20.00", "0.50"]
                .map(|amount| PaymentForm {
                    amount: text(amount),
                    when: text("2026-02-10"),
                })
                .to_vec(),
        }),
        Form::Research(ResearchForm {
            name: text("Heart study"),
            to: text("University"),
            agrees: true,
            when: text("2026-03-01"),
            until: text("2036-03-01"),
        }),
        Form::Note(NoteForm {
            title: text("How I slept"),
            text: text("Badly.\n\u{1F600} \"quoted\""),
            when: text("2026-03-02"),
        }),
    ]
}

fn faults(form: Form) -> Vec<(FormField, Problem)> {
    let faults = form.write(None, &around()).unwrap_err();
    faults
        .into_iter()
        .map(|fault| (fault.field, fault.problem))
        .collect()
}

#[test]
fn what_is_missing_or_wrong_is_told_field_by_field() {
    let wrong = Form::Measure(MeasureForm {
        known: "glucose".into(),
        name: " ".into(),
        value: "high".into(),
        unit: "kg".into(),
        low: "6".into(),
        high: "5".into(),
        when: "2026-02-30".into(),
        ..MeasureForm::default()
    });
    assert_eq!(
        faults(wrong),
        [
            (FormField::Name, Problem::Missing),
            (FormField::Unit, Problem::NotOffered),
            (FormField::Value, Problem::NoNumber),
            (FormField::High, Problem::LowAboveHigh),
            (FormField::When, Problem::NoSuchDay),
        ]
    );
    let pressure = |value: &str, second: &str| {
        Form::Measure(MeasureForm {
            known: "blood-pressure".into(),
            name: "Blood pressure".into(),
            value: value.into(),
            second: second.into(),
            unit: "mmHg".into(),
            when: "2026".into(),
            ..MeasureForm::default()
        })
    };
    assert_eq!(
        faults(pressure("120", "")),
        [(FormField::Second, Problem::Missing)]
    );
    assert_eq!(
        faults(pressure("80", "120")),
        [(FormField::Second, Problem::LowAboveHigh)]
    );
    let medicine = |since: &str, until: &str| {
        Form::Medicine(MedicineForm {
            name: "Ramipril".into(),
            since: since.into(),
            until: until.into(),
            ..MedicineForm::default()
        })
    };
    assert_eq!(
        faults(medicine("2020", "2019")),
        [(FormField::Until, Problem::EndsBefore)]
    );
    assert_eq!(
        faults(medicine("soon", "")),
        [(FormField::Since, Problem::NoDate)]
    );
    let bill = Form::Bill(BillForm {
        name: "x".repeat(SHORT + 1),
        when: "2026-03-12".into(),
        amount: "1.2.3".into(),
        currency: "euro".into(),
        payments: vec![PaymentForm::default()],
        ..BillForm::default()
    });
    assert_eq!(
        faults(bill),
        [
            (FormField::Name, Problem::TooLong(SHORT)),
            (FormField::When, Problem::Future),
            (FormField::Amount, Problem::NoNumber),
            (FormField::Currency, Problem::NotOffered),
            (FormField::PaymentAmount(0), Problem::Missing),
        ]
    );
    assert_eq!(
        faults(Form::Note(NoteForm::default())),
        [(FormField::Text, Problem::Missing)]
    );
}

#[test]
fn every_form_comes_back_and_writing_it_again_changes_nothing() {
    for form in every_form() {
        let stored = form.write(None, &around()).unwrap();
        let text = stored.write();
        let again = Stored::parse(&text).unwrap();
        assert!(Form::read(&again.resource) == Some(form.clone()), "{text}");
        assert_eq!(form.write(Some(&again), &around()).unwrap().write(), text);
        assert!(
            text.contains("urn:uuid:p") && text.contains(&around().id),
            "{text}"
        );
    }
}

#[test]
fn what_a_form_does_not_know_stays_where_it_is() {
    for form in every_form() {
        let mut stored = form.write(None, &around()).unwrap();
        let odd = "{\"url\":\"x:y\",\"valueDecimal\":1.50}";
        let odd = crate::json::parse(odd).unwrap();
        stored
            .resource
            .object_mut()
            .set("extension", Json::Array(vec![odd]));
        let text = stored.write();
        assert_eq!(form.write(Some(&stored), &around()).unwrap().write(), text);
    }
}

#[test]
fn a_code_goes_with_the_name_that_it_was_given_for() {
    let text = r#"{"resourceType":"Condition","code":{"coding":[{"system":"s","code":"1","display":"Cold"}]},"onsetPeriod":{"start":"2019","end":"2020"}}"#;
    let stored = Stored::parse(text).unwrap();
    let Some(Form::Problem(mut form)) = Form::read(&stored.resource) else {
        panic!("no problem");
    };
    assert_eq!((form.name.as_str(), form.since.as_str()), ("Cold", "2019"));
    form.name = "Asthma".into();
    form.since = "2018".into();
    let changed = Form::Problem(form).write(Some(&stored), &around()).unwrap();
    let object = changed.resource.object();
    assert_eq!(
        object.object("code").unwrap().write(),
        r#"{"text":"Asthma"}"#
    );
    assert_eq!(object.str("onsetDateTime"), Some("2018"));
    assert!(object.get("onsetPeriod").is_none());
}
