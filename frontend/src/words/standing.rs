//! How a chart stands to what this browser has seen: what it means, why it may be, what to do.

use crate::message::Standing;

use crate::platform::locale;

/// The heading; `count` is how many entries are missing or changed, where that is known.
pub(crate) fn title(standing: Standing, count: Option<usize>) -> String {
    match (standing, count) {
        (Standing::Forked, _) => "The server shows another history of this chart".into(),
        (Standing::Incomplete, Some(1)) => "1 entry is missing or was changed".into(),
        (Standing::Incomplete, Some(count)) => {
            format!("{count} entries are missing or were changed")
        }
        (Standing::Incomplete, None) => "Entries are missing or were changed".into(),
        _ => "The server shows an older state of this chart".into(),
    }
}

/// What it means.
pub(crate) fn meaning(standing: Standing) -> String {
    match standing {
        Standing::Forked => {
            "What it shows does not follow from what this browser, or somebody who wrote into it, has seen.".into()
        },
        Standing::Incomplete => {
            "What the server sent does not match the signed list of all entries.".into()
        }
        Standing::Older { shown, seen } => older(shown, seen),
        Standing::Current | Standing::First => String::new(),
    }
}

fn older(shown: u64, seen: u64) -> String {
    let (mut then, mut newer) = (locale::moment(shown), locale::moment(seen));
    if then == newer {
        (then, newer) = (locale::second(shown), locale::second(seen));
    }
    format!(
        "It shows the chart as it was on {then}. This browser, or somebody who wrote into it, has seen it as it was on {newer}."
    )
}

pub(crate) const STILL_GOOD_OWN: &str = "Everything that you see here has passed all checks. Other entries may be missing, so for now nothing can be added, changed or shared.";

/// The same for somebody who reads it and can not put it in order.
pub(crate) fn still_good(owner: &str) -> String {
    format!(
        "Everything that you see here has passed all checks. But other entries may be missing: ask {owner} before you rely on this chart. Only {owner} can put it in order."
    )
}

/// What the cause can be.
pub(crate) fn cause(standing: Standing, own: bool) -> &'static str {
    match standing {
        Standing::Forked if own => {
            "There are two possible causes: the server was set back to a backup and you wrote something in another browser since, or it shows your browsers different things."
        }
        Standing::Forked => {
            "There are two possible causes: the server was set back to a backup, or it shows different people different things."
        }
        Standing::Incomplete => {
            "There are two possible causes: the server has lost a part of its data, or it holds something back."
        }
        _ => {
            "There are two possible causes: the server was set back to a backup, or it holds something back."
        }
    }
}

pub(crate) const DO_OWN: &str = "First ask the people who run this server. If they can bring everything back, this message goes away by itself. If they cannot, go on from here.";
pub(crate) const DO_WAIT: &str = "So much is missing that you cannot go on from here by yourself. Please ask the people who run this server to bring it back. This message then goes away by itself.";

pub(crate) const EXPLAIN: &str = "What this means, and what to do";
/// Why there is no form.
pub(crate) const PAUSED: &str =
    "For now nothing can be added, changed or shared: your chart shows why, and how to go on.";

/// Stands above titles.
pub(crate) const MISSING: &str = "Missing, or only there as it was earlier:";

/// The summary above titles that were lost before.
pub(crate) fn lost(number: usize) -> String {
    super::count(number, "entry was lost", "entries were lost")
}

pub(crate) const LOST_TEXT: &str = "The server does not have them any more.";
pub(crate) const UNNAMED: &str = "an entry whose title this browser does not know";

pub(crate) const GO_ON: &str = "Go on from here";
pub(crate) const GO_ON_TITLE: &str = "Go on from what the server shows now?";
pub(crate) const GO_ON_FINAL: &str =
    "This cannot be undone. If a newer state comes back later, it no longer counts.";
pub(crate) const GO_ON_AGAIN: &str = "What the server has lost and this window still shows is written again. Only files are not: please add those again yourself.";
pub(crate) const GO_ON_READERS: &str = "Only people who could read your chart before and after can still read it. For that, its keys change. You can share it with others again.";
pub(crate) const GO_ON_LOST: &str =
    "These entries stay lost, because this browser has only their titles:";
pub(crate) const GO_ON_ELSEWHERE: &str =
    "If another window of yours still shows them, go on there instead.";
pub(crate) const GOING_ON: &str = "Putting your chart in order …";
pub(crate) const NOT_NOW: &str = "Not now";

pub(crate) const DONE: &str = "Your chart is in order again";
pub(crate) const DONE_TEXT: &str = "You can add, change and share again.";
pub(crate) const WRITTEN_AGAIN: &str = "Written again:";
pub(crate) const GONE: &str = "Lost, or only there as it was earlier:";
pub(crate) const GONE_NOTE: &str =
    "Write these titles down if you need them: this list may not be shown again.";
pub(crate) const NOTHING_GONE: &str = "As far as this browser knows, nothing is lost.";
pub(crate) const CHECK_SHARING: &str = "See who can read your chart";

pub(crate) const FIRST: &str = "This browser sees this chart for the first time, so it cannot tell whether this is the newest state. From now on it can.";
pub(crate) const FIRST_COMPARE: &str = "If you use another browser, open “Share” there, then “Check this chart”: it must show the same four words.";

pub(crate) const CHECK: &str = "Check this chart";
pub(crate) const CHECK_TEXT: &str = "Open this page in two of your browsers. If both show the same four words, both show the same chart. The words change each time that something is written.";
