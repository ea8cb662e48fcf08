//! Hands an opened file to the browser's own downloads.

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlAnchorElement, Url};

/// Saves the bytes under this name. False when the browser refused.
pub(crate) fn save(blob: &Blob, name: &str) -> bool {
    let Ok(address) = Url::create_object_url_with_blob(blob) else {
        return false;
    };
    let clicked = click(&address, name).is_some();
    // The browser reads the address after the click has returned; it is taken back soon after.
    Timeout::new(REVOKE_AFTER, move || {
        let _ = Url::revoke_object_url(&address);
    })
    .forget();
    clicked
}

/// Saves a text under this name. False when the browser refused.
pub(crate) fn save_text(text: &str, name: &str) -> bool {
    let parts = js_sys::Array::of1(&text.into());
    Blob::new_with_str_sequence(&parts).is_ok_and(|blob| save(&blob, name))
}

fn click(address: &str, name: &str) -> Option<()> {
    let document = super::document()?;
    let anchor: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
    anchor.set_href(address);
    anchor.set_download(name);
    anchor.set_hidden(true);
    let body = document.body()?;
    body.append_child(&anchor).ok()?;
    anchor.click();
    anchor.remove();
    Some(())
}

/// Milliseconds: long enough for a slow disk to take over, short enough to leave nothing behind.
const REVOKE_AFTER: u32 = 30_000;
