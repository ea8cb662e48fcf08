//! What stands around every screen.

pub(crate) const SKIP: &str = "Skip to content";
pub(crate) const NAVIGATION: &str = "Main";
pub(crate) const MY_CHART: &str = "My chart";
pub(crate) const SHARE: &str = "Share";
pub(crate) const PATIENTS: &str = "Patients";
pub(crate) const SHARED_WITH_ME: &str = "Shared with me";
pub(crate) const COMPARE: &str = "Compare words";
pub(crate) const COMPARE_SHORT: &str = "Compare";
pub(crate) const SERVER: &str = "What the server sees";
pub(crate) const SERVER_SHORT: &str = "Server";
pub(crate) const LOCK: &str = "Lock";
pub(crate) const SIGN_OUT: &str = "Sign out";

pub(crate) const WHO_READS: &str = "Who can read this:";

/// The security mark of one's own chart.
pub(crate) fn mark_own(others: usize) -> String {
    if others == 0 {
        "Only you".into()
    } else {
        format!("You and {}", super::count(others, "other", "others"))
    }
}

/// The security mark of somebody else's chart.
pub(crate) fn mark_shared(owner: &str) -> String {
    format!("{owner} and you")
}

/// The security mark of the list of patients.
pub(crate) fn mark_patients(patients: usize) -> String {
    if patients == 0 {
        "Only you".into()
    } else {
        format!("You and {}", super::count(patients, "patient", "patients"))
    }
}

pub(crate) const CHART_OF: &str = "Chart of";

pub(crate) const LEAVE_TITLE: &str = "Not everything is saved";
pub(crate) const LEAVE_DRAFT: &str =
    "You have typed something that is not saved yet. It is forgotten when you go on.";
/// A lock keeps what was typed, and cannot keep a chosen file.
pub(crate) const LEAVE_CHOSEN: &str = "You have chosen a file that is not saved yet. You will have to choose it again; what you typed is kept.";
pub(crate) const LEAVE_FILE: &str =
    "A file is still on its way. It stops when you go on, and nothing half-written is kept.";
pub(crate) const SHOW_DRAFT: &str = "Show it to me";
pub(crate) const STAY: &str = "Stay here";
pub(crate) const LOCK_ANYWAY: &str = "Lock anyway";
pub(crate) const LOCK_AND_FORGET: &str = "Lock and forget it";
pub(crate) const SIGN_OUT_ANYWAY: &str = "Sign out and forget it";

pub(crate) const TRAY: &str = "Files on their way";
