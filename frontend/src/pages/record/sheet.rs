//! What one can enter, and the form with which it begins.

use std::{fmt, str::FromStr};

use keepwell_record::{
    codes::{BLOOD_PRESSURE, known},
    form::{
        AllergyForm, BillForm, Form, ImmunisationForm, MeasureForm, MedicineForm, ProblemForm,
        ProcedureForm, ResearchForm, VisitForm,
    },
};

use serde::{Deserialize, Serialize};

use crate::words::record as words;

/// One of the forms. Its name stands in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Sheet {
    Allergy,
    Medicine,
    Problem,
    Immunisation,
    Pressure,
    Vital,
    Laboratory,
    Procedure,
    Visit,
    Bill,
    Research,
}

impl Sheet {
    /// In the order in which a list offers them.
    pub(crate) const ALL: [Self; 11] = [
        Self::Allergy,
        Self::Medicine,
        Self::Problem,
        Self::Immunisation,
        Self::Pressure,
        Self::Vital,
        Self::Laboratory,
        Self::Procedure,
        Self::Visit,
        Self::Bill,
        Self::Research,
    ];

    /// As it stands in an address.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Allergy => "allergy",
            Self::Medicine => "medicine",
            Self::Problem => "problem",
            Self::Immunisation => "vaccination",
            Self::Pressure => "blood-pressure",
            Self::Vital => "vital",
            Self::Laboratory => "laboratory",
            Self::Procedure => "procedure",
            Self::Visit => "visit",
            Self::Bill => "bill",
            Self::Research => "research",
        }
    }

    /// The stable name of its line for tests.
    pub(super) fn hook(self) -> &'static str {
        match self {
            Self::Allergy => "add-allergy",
            Self::Medicine => "add-medicine",
            Self::Problem => "add-problem",
            Self::Immunisation => "add-vaccination",
            Self::Pressure => "add-blood-pressure",
            Self::Vital => "add-vital",
            Self::Laboratory => "add-laboratory",
            Self::Procedure => "add-procedure",
            Self::Visit => "add-visit",
            Self::Bill => "add-bill",
            Self::Research => "add-research",
        }
    }

    /// Whether only the owner of a chart fills it in.
    pub(super) fn is_for_owner(self) -> bool {
        matches!(self, Self::Bill | Self::Research)
    }

    /// An empty form. `today` is a day as FHIR writes it.
    pub(super) fn form(self, today: &str) -> Form {
        let when = today.to_owned();
        match self {
            Self::Allergy => Form::Allergy(AllergyForm::default()),
            Self::Medicine => Form::Medicine(MedicineForm::default()),
            Self::Problem => Form::Problem(ProblemForm::default()),
            Self::Immunisation => Form::Immunisation(ImmunisationForm {
                when,
                ..ImmunisationForm::default()
            }),
            Self::Pressure => measure(BLOOD_PRESSURE, when),
            Self::Vital => measure("weight", when),
            Self::Laboratory => measure("glucose", when),
            Self::Procedure => Form::Procedure(ProcedureForm {
                when,
                ..ProcedureForm::default()
            }),
            Self::Visit => Form::Visit(VisitForm {
                since: when,
                ..VisitForm::default()
            }),
            Self::Bill => Form::Bill(BillForm {
                when,
                ..BillForm::default()
            }),
            Self::Research => Form::Research(ResearchForm {
                when,
                ..ResearchForm::default()
            }),
        }
    }
}

fn measure(key: &str, when: String) -> Form {
    let mut form = MeasureForm {
        when,
        ..MeasureForm::default()
    };
    measure_this(&mut form, key);
    Form::Measure(form)
}

/// Another thing is measured: its name and its units come with it.
pub(super) fn measure_this(form: &mut MeasureForm, key: &str) {
    match known(key) {
        Some(known) => {
            form.laboratory = known.laboratory;
            form.name = words::known(key).to_owned();
            form.unit = known.units.first().map_or("", |unit| unit.shown).to_owned();
        }
        None => {
            form.name.clear();
            form.unit.clear();
        }
    }
    form.known = key.to_owned();
}

impl fmt::Display for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Sheet {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let mut all = Self::ALL.into_iter();
        all.find(|sheet| sheet.name() == name).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_forms_are_taken() {
        for name in ["", "Allergy", "allergy ", "note", "../share"] {
            assert_eq!(name.parse::<Sheet>(), Err(()), "{name}");
        }
        for sheet in Sheet::ALL {
            assert_eq!(sheet.to_string().parse(), Ok(sheet));
        }
    }
}
