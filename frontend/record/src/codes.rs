//! What people measure most often, with its LOINC code for each unit.
//!
//! This file holds content from LOINC (loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the
//! Logical Observation Identifiers Names and Codes (LOINC) Committee, and is available at no cost under the
//! licence at loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc.

/// Something that is measured often. The page has a word for each key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Names it here and in the words of the page.
    pub key: &'static str,
    /// Whether a laboratory measures it.
    pub laboratory: bool,
    /// The units in which it is given, the most common one first.
    pub units: &'static [Unit],
}

/// One unit of something that is measured, and the code of the two together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// The UCUM code.
    pub ucum: &'static str,
    /// As people write it.
    pub shown: &'static str,
    /// The LOINC code of what is measured in this unit.
    pub loinc: &'static str,
}

/// The two parts of the blood pressure.
pub(crate) const SYSTOLIC: &str = "8480-6";
pub(crate) const DIASTOLIC: &str = "8462-4";

/// The key of the only one that has two values.
pub const BLOOD_PRESSURE: &str = "blood-pressure";

const fn vital(key: &'static str, units: &'static [Unit]) -> Known {
    Known {
        key,
        laboratory: false,
        units,
    }
}

const fn laboratory(key: &'static str, units: &'static [Unit]) -> Known {
    Known {
        key,
        laboratory: true,
        units,
    }
}

const fn unit(ucum: &'static str, shown: &'static str, loinc: &'static str) -> Unit {
    Unit { ucum, shown, loinc }
}

/// Every one of them, in the order in which a list offers them.
pub const KNOWN: [Known; 29] = [
    vital(BLOOD_PRESSURE, &[unit("mm[Hg]", "mmHg", "85354-9")]),
    vital("heart-rate", &[unit("/min", "/min", "8867-4")]),
    vital(
        "weight",
        &[
            unit("kg", "kg", "29463-7"),
            unit("[lb_av]", "lb", "29463-7"),
        ],
    ),
    vital(
        "height",
        &[unit("cm", "cm", "8302-2"), unit("[in_i]", "in", "8302-2")],
    ),
    vital(
        "temperature",
        &[
            unit("Cel", "\u{b0}C", "8310-5"),
            unit("[degF]", "\u{b0}F", "8310-5"),
        ],
    ),
    vital("oxygen", &[unit("%", "%", "2708-6")]),
    vital("breathing", &[unit("/min", "/min", "9279-1")]),
    vital("body-mass-index", &[unit("kg/m2", "kg/m\u{b2}", "39156-5")]),
    laboratory(
        "glucose",
        &[
            unit("mg/dL", "mg/dL", "2345-7"),
            unit("mmol/L", "mmol/L", "14749-6"),
        ],
    ),
    laboratory(
        "glucose-meter",
        &[
            unit("mg/dL", "mg/dL", "41653-7"),
            unit("mmol/L", "mmol/L", "14743-9"),
        ],
    ),
    laboratory(
        "hba1c",
        &[
            unit("%", "%", "4548-4"),
            unit("mmol/mol", "mmol/mol", "59261-8"),
        ],
    ),
    laboratory(
        "cholesterol",
        &[
            unit("mg/dL", "mg/dL", "2093-3"),
            unit("mmol/L", "mmol/L", "14647-2"),
        ],
    ),
    laboratory(
        "hdl",
        &[
            unit("mg/dL", "mg/dL", "2085-9"),
            unit("mmol/L", "mmol/L", "14646-4"),
        ],
    ),
    laboratory(
        "ldl",
        &[
            unit("mg/dL", "mg/dL", "13457-7"),
            unit("mmol/L", "mmol/L", "39469-2"),
        ],
    ),
    laboratory(
        "triglycerides",
        &[
            unit("mg/dL", "mg/dL", "2571-8"),
            unit("mmol/L", "mmol/L", "14927-8"),
        ],
    ),
    laboratory(
        "creatinine",
        &[
            unit("mg/dL", "mg/dL", "2160-0"),
            unit("umol/L", "\u{b5}mol/L", "14682-9"),
        ],
    ),
    laboratory(
        "uric-acid",
        &[
            unit("mg/dL", "mg/dL", "3084-1"),
            unit("umol/L", "\u{b5}mol/L", "14933-6"),
        ],
    ),
    laboratory(
        "haemoglobin",
        &[unit("g/dL", "g/dL", "718-7"), unit("g/L", "g/L", "718-7")],
    ),
    laboratory(
        "white-cells",
        &[
            unit("10*3/uL", "10\u{b3}/\u{b5}L", "6690-2"),
            unit("10*9/L", "10\u{2079}/L", "6690-2"),
        ],
    ),
    laboratory(
        "platelets",
        &[
            unit("10*3/uL", "10\u{b3}/\u{b5}L", "777-3"),
            unit("10*9/L", "10\u{2079}/L", "777-3"),
        ],
    ),
    laboratory("sodium", &[unit("mmol/L", "mmol/L", "2951-2")]),
    laboratory("potassium", &[unit("mmol/L", "mmol/L", "2823-3")]),
    laboratory(
        "calcium",
        &[
            unit("mg/dL", "mg/dL", "17861-6"),
            unit("mmol/L", "mmol/L", "2000-8"),
        ],
    ),
    laboratory("crp", &[unit("mg/L", "mg/L", "1988-5")]),
    laboratory("tsh", &[unit("m[IU]/L", "mIU/L", "3016-3")]),
    laboratory("ferritin", &[unit("ng/mL", "ng/mL", "2276-4")]),
    laboratory("vitamin-d", &[unit("ng/mL", "ng/mL", "1989-3")]),
    laboratory("inr", &[unit("{INR}", "", "6301-6")]),
    laboratory("alt", &[unit("U/L", "U/L", "1742-6")]),
];

/// The one with this key.
pub fn known(key: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.key == key)
}

/// The one with this LOINC code.
pub(crate) fn with_loinc(code: &str) -> Option<&'static Known> {
    KNOWN
        .iter()
        .find(|known| known.units.iter().any(|unit| unit.loinc == code))
}

impl Known {
    /// The unit that is written or coded so.
    pub(crate) fn unit(&self, written: &str) -> Option<&'static Unit> {
        self.units
            .iter()
            .find(|unit| unit.ucum == written || unit.shown == written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_codes_name_one_thing() {
        for known in KNOWN {
            assert_eq!(
                KNOWN.iter().filter(|other| other.key == known.key).count(),
                1
            );
            for unit in known.units {
                assert_eq!(with_loinc(unit.loinc).map(|own| own.key), Some(known.key));
            }
        }
    }
}
