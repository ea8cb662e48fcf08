//! Line drawings. They decorate; the words beside them carry the meaning.

use yew::prelude::*;

/// Which drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// This product.
    Brand,
    /// A list of entries.
    Chart,
    /// Two people.
    People,
    /// A screen.
    Device,
    /// An eye.
    Eye,
    /// Two lines of words.
    Words,
    /// Closed.
    Lock,
    /// A way out.
    Door,
    /// A sheet with text.
    Note,
    /// A sheet with a folded corner.
    File,
    /// Towards the present device.
    Download,
    /// A pen.
    Pen,
    /// A basket for what is thrown away.
    Bin,
    /// Something new.
    Plus,
    /// Back.
    Back,
    /// Something is right.
    Check,
    /// Who can read this.
    Person,
}

/// Draws a sign.
pub(crate) fn icon(sign: Sign) -> Html {
    let path = match sign {
        Sign::Brand => "M7 4.5v15M16.5 5 10 12l6.5 7M18 12h.01",
        Sign::Device => "M3 5h18v11H3ZM9 20h6M12 16v4",
        Sign::Chart => "M4 6h.01M4 12h.01M4 18h.01M8 6h12M8 12h12M8 18h8",
        Sign::People => {
            "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.2M18 14.3a6.5 6.5 0 0 1 3.5 5.7"
        }
        Sign::Eye => {
            "M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z"
        }
        Sign::Words => "M4 7h4M10 7h4M16 7h4M4 12h4M10 12h4M16 12h4M4 17h4M10 17h4M16 17h4",
        Sign::Lock => "M6 11h12v9H6ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
        Sign::Door => "M14 4H6v16h8M11 12h10M17.5 8.5 21 12l-3.5 3.5",
        Sign::Note => "M5 3.5h14v17H5ZM8.5 8h7M8.5 12h7M8.5 16h4",
        Sign::File => "M6 3h8l5 5v13H6ZM14 3v5h5",
        Sign::Download => "M12 4v11M7.5 11 12 15.5 16.5 11M5 20h14",
        Sign::Pen => "M4 20l1-4.5L16 4.5 19.5 8 8.5 19 4 20ZM13.5 7l3.5 3.5",
        Sign::Bin => "M5 7h14M10 7V4.5h4V7M7 7l.8 13h8.4L17 7M10.5 11v5M13.5 11v5",
        Sign::Plus => "M12 5v14M5 12h14",
        Sign::Back => "M19 12H5M11 6l-6 6 6 6",
        Sign::Check => "M5 12.5 10 17.5 19.5 7",
        Sign::Person => "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5a7.5 7.5 0 0 1 15 0",
    };
    html! {
        <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
            <path d={path} />
        </svg>
    }
}
