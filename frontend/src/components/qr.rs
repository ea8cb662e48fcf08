//! A QR code, drawn here: nobody else is asked to draw what it says.

use qrcodegen::{QrCode, QrCodeEcc};
use yew::prelude::*;

/// Modules of quiet around the code (ISO/IEC 18004, section 6.3.8).
const QUIET: i32 = 4;

/// Draws a text; nothing where it is too long for a code.
pub(crate) fn qr(text: &str, label: &'static str) -> Html {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else {
        return Html::default();
    };
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        for x in 0..size {
            if code.get_module(x, y) {
                path += &format!("M{},{}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
    }
    let whole = size + 2 * QUIET;
    html! {
        <svg
            class="qr"
            viewBox={format!("0 0 {whole} {whole}")}
            role="img"
            aria-label={label}
            shape-rendering="crispEdges"
            data-test="qr"
        >
            <rect width="100%" height="100%" fill="#fff" />
            <path d={path} fill="#000" />
        </svg>
    }
}
