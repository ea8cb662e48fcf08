//! Failed tries to sign in.

pub(crate) const TEXT: &str = "Was it you, with a slip of the finger? Then all is well. If not, somebody may be guessing your password. Nobody gets in by guessing a good one: make sure that you use yours nowhere else, and change it if you do.";
pub(crate) const SERVER_SAYS: &str =
    "This is what the server says. It could leave tries out, or make them up.";
pub(crate) const LOOK_AT_IT: &str = "Look at it";
pub(crate) const LOOK_AT_THEM: &str = "Look at them";
pub(crate) const SEEN: &str = "I have seen it";
pub(crate) const LIST: &str = "Failed tries to sign in";
pub(crate) const NONE: &str = "None in the last 90 days.";
pub(crate) const UNKNOWN: &str = "The server did not say whether there were any.";

/// What there is to know after signing in.
pub(crate) fn since(tries: u32, moment: &str) -> String {
    format!("{} to sign in since {moment}", failed(tries))
}

/// From how many places, where that says more than the number of tries. Of a long series the first ones
/// are looked at.
pub(crate) fn places(places: u32, tries: u32) -> Option<String> {
    const LOOKED_AT: u32 = 64;
    match places {
        0 => None,
        1 if tries == 1 => None,
        1 if tries <= LOOKED_AT => Some("All came from the same place.".to_owned()),
        _ if tries <= LOOKED_AT => Some(format!("They came from {places} places.")),
        _ => Some(format!(
            "They came from at least {}.",
            super::count(places as usize, "place", "places")
        )),
    }
}

/// How many.
pub(crate) fn failed(tries: u32) -> String {
    super::count(tries as usize, "failed try", "failed tries")
}

/// How many came from a browser of one's own, where any did.
pub(crate) fn known(known: u32, tries: u32) -> Option<String> {
    const HERE: &str = "in a browser where you had signed in before";
    match known {
        0 => None,
        1 if tries == 1 => Some(format!("It was {HERE}.")),
        known if known >= tries => Some(format!("All of them {HERE}.")),
        known => Some(format!("{known} of them {HERE}.")),
    }
}

/// From when to when.
pub(crate) fn span(from: &str, to: &str) -> String {
    if from == to {
        from.to_owned()
    } else {
        format!("{from} to {to}")
    }
}
