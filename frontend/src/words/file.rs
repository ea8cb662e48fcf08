//! A file in the page.

use keepwell_record::viewing::{Hidden, MOST_WORDS};

use crate::platform::locale;

pub(crate) const SHOW: &str = "Show here";
pub(crate) const HIDE: &str = "Hide";
pub(crate) const STOPPED: &str = "Stopped. Nothing was shown or saved.";
/// Beside a file that is not shown in the page.
pub(crate) const SAVE_TO_SEE: &str = "Pictures and texts are shown here. To see a file like this one, download it and open it with a program of yours; it is no longer encrypted there.";

/// Why a file is not shown, and what to do.
pub(crate) fn hidden(why: Hidden) -> String {
    match why {
        Hidden::NoPicture => "This file begins like a picture, but it cannot be drawn: it may be damaged, or not be one. Nothing of it is shown. You can download it, and ask whoever added it.".into(),
        Hidden::LargePicture => "This picture has more pixels than a page can hold, so it is not shown here. You can download it, and open it with a program for pictures.".into(),
        Hidden::NoWords => "There is something in this text that cannot be read: it is written in a way this page cannot read, or it is not a text. Nothing of it is shown. You can download it, and open it with the program that made it.".into(),
        Hidden::LongWords => format!(
            "This text is longer than {}, so it is not shown here. You can download it.",
            locale::limit(MOST_WORDS)
        ),
    }
}
