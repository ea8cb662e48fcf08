//! Units, and what may be converted: only within one quantity, by a factor that is exact, or by the
//! molar mass of the substance that the code names. Everything else stays as it is, in a series of its own.
use crate::{
    model::{Concept, Quantity},
    system::LOINC,
};

use super::reading::identity;

/// Mass and amount of one substance in one kind of sample: the LOINC codes of both, and the molar mass in
/// g/mol. A code stands once.
const SUBSTANCES: [(&str, &str, f64); 10] = [
    // Glucose: serum or plasma, blood, capillary blood by a meter.
    ("2345-7", "14749-6", 180.156),
    ("2339-0", "15074-8", 180.156),
    ("41653-7", "14743-9", 180.156),
    // Cholesterol: total, in HDL, in LDL as calculated.
    ("2093-3", "14647-2", 386.65),
    ("2085-9", "14646-4", 386.65),
    ("13457-7", "39469-2", 386.65),
    // Triglycerides, counted as triolein.
    ("2571-8", "14927-8", 885.4),
    // Creatinine, uric acid, calcium.
    ("2160-0", "14682-9", 113.12),
    ("3084-1", "14933-6", 168.11),
    ("17861-6", "2000-8", 40.078),
];

/// The code under which a measurement stands, whether by mass or by amount.
pub(super) fn substance(loinc: &str) -> &str {
    let pair = SUBSTANCES.iter().find(|(_, amount, _)| *amount == loinc);
    pair.map_or(loinc, |(mass, ..)| mass)
}

/// Units of one quantity, whatever is measured: `value * factor + offset`.
const CONVERSIONS: [(&str, &str, f64, f64); 12] = [
    ("g", "kg", 0.001, 0.0),
    ("[lb_av]", "kg", 0.453_592_37, 0.0),
    ("[oz_av]", "kg", 0.028_349_523_125, 0.0),
    ("m", "cm", 100.0, 0.0),
    ("mm", "cm", 0.1, 0.0),
    ("[in_i]", "cm", 2.54, 0.0),
    ("[degF]", "Cel", 5.0 / 9.0, -160.0 / 9.0),
    ("g/L", "g/dL", 0.1, 0.0),
    ("mg/L", "mg/dL", 0.1, 0.0),
    ("umol/L", "mmol/L", 0.001, 0.0),
    ("kPa", "mm[Hg]", 1000.0 / 133.322_387_415, 0.0),
    ("10*9/L", "10*3/uL", 1.0, 0.0),
];

/// Ways in which people write units, and their UCUM codes.
const SPELLINGS: [(&str, &str); 21] = [
    ("mmHg", "mm[Hg]"),
    ("mm Hg", "mm[Hg]"),
    ("\u{b0}C", "Cel"),
    ("C", "Cel"),
    ("degC", "Cel"),
    ("\u{b0}F", "[degF]"),
    ("F", "[degF]"),
    ("degF", "[degF]"),
    ("lb", "[lb_av]"),
    ("lbs", "[lb_av]"),
    ("oz", "[oz_av]"),
    ("in", "[in_i]"),
    ("\u{b5}mol/L", "umol/L"),
    ("\u{3bc}mol/L", "umol/L"),
    ("mg/dl", "mg/dL"),
    ("mmol/l", "mmol/L"),
    ("g/dl", "g/dL"),
    ("g/l", "g/L"),
    ("bpm", "/min"),
    ("{beats}/min", "/min"),
    ("beats/minute", "/min"),
];

/// The unit of a quantity as a code: UCUM's where one is given or known, else as it is written.
pub(crate) fn code(quantity: &Quantity) -> String {
    let own = match quantity.code.is_empty() {
        true => quantity.unit.trim(),
        false => quantity.code.trim(),
    };
    let known = SPELLINGS.iter().find(|(spelling, _)| *spelling == own);
    known.map_or(own, |(_, code)| code).to_owned()
}

/// A value in another unit, of one and the same substance; nothing where that is not safe.
pub(crate) fn convert(value: f64, from: &str, to: &str, what: &Concept) -> Option<f64> {
    if from == to {
        return Some(value);
    }
    let ((factor, offset), common) = to_common(from, what);
    let ((other_factor, other_offset), other) = to_common(to, what);
    (common == other).then_some((value * factor + offset - other_offset) / other_factor)
}

/// Factor and offset to the unit that all units of a quantity have in common, and that unit.
fn to_common(from: &str, what: &Concept) -> ((f64, f64), String) {
    let own = CONVERSIONS.iter().find(|(own, ..)| *own == from);
    let (unit, factor, offset) = own.map_or((from, 1.0, 0.0), |(_, to, factor, offset)| {
        (*to, *factor, *offset)
    });
    let name = identity(what);
    let loinc = name
        .strip_prefix(LOINC)
        .and_then(|rest| rest.strip_prefix('|'));
    let pair = SUBSTANCES.iter().find(|(mass, ..)| loinc == Some(mass));
    match pair {
        // Ten decilitres are a litre, and mg by g/mol are mmol.
        Some((.., molar)) if unit == "mg/dL" => ((factor * 10.0 / molar, offset), "mmol/L".into()),
        _ => ((factor, offset), unit.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Coding;

    fn loinc(code: &str) -> Concept {
        Concept::of("", vec![Coding::new(LOINC, code, "")])
    }

    #[test]
    fn what_is_not_the_same_is_not_converted() {
        let glucose = loinc("2339-0");
        for (from, to, what) in [
            ("mg/dL", "mmol/L", Concept::of("Glucose", vec![])),
            ("mg/dL", "mmol/L", loinc("1234-5")),
            ("kg", "cm", loinc("29463-7")),
            ("mg/dL", "g", glucose.clone()),
            ("mmol/L", "mmol/mol", glucose.clone()),
            ("", "kg", loinc("29463-7")),
            ("meq/L", "mmol/L", loinc("17861-6")),
        ] {
            assert!(convert(1.0, from, to, &what).is_none(), "{from} {to}");
        }
    }

    #[test]
    fn the_same_is_converted_both_ways() {
        let near = |a: f64, b: f64| (a - b).abs() < 0.005;
        let glucose = loinc("2339-0");
        assert!(near(
            convert(90.0, "mg/dL", "mmol/L", &glucose).unwrap(),
            4.996
        ));
        assert!(near(
            convert(5.0, "mmol/L", "mg/dL", &glucose).unwrap(),
            90.078
        ));
        let none = Concept::default();
        assert!(near(convert(98.6, "[degF]", "Cel", &none).unwrap(), 37.0));
        assert!(near(convert(37.0, "Cel", "[degF]", &none).unwrap(), 98.6));
        assert!(near(convert(1.0, "[lb_av]", "g", &none).unwrap(), 453.592));
        assert!(near(
            convert(88.4, "umol/L", "mg/dL", &loinc("2160-0")).unwrap(),
            1.0
        ));
        for unit in CONVERSIONS.iter().map(|own| own.0) {
            assert_eq!(convert(7.25, unit, unit, &none), Some(7.25));
        }
    }
}
