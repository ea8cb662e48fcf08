//! One line for each set of published vectors, in one form, so that they can be summed up.
//!
//! Test programs of several crates take this file in by its path: none of them may stand on another
//! only to print a line.

/// Prints the line of a set: how many vectors were run, how many are refused as they must be (invalid
/// ones of a published set, frozen ones with something changed), and how many do not apply to what this
/// product does, with the reason.
pub(crate) fn report(set: &str, run: usize, refused: usize, not_applicable: usize, reason: &str) {
    let rest = if not_applicable == 0 && reason.is_empty() {
        "0 not applicable".to_owned()
    } else {
        format!("{not_applicable} not applicable ({reason})")
    };
    println!("vectors: {set}: {run} run, {refused} refused as they must be, {rest}");
}

/// Bytes of a hexadecimal text of either case.
#[allow(
    dead_code,
    reason = "not every program that takes this file in reads such texts"
)]
pub(crate) fn hex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2) && text.is_ascii());
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
