//! Thin wrappers around what the browser offers. No key ever comes here.

pub(crate) mod code;
pub(crate) mod download;
pub(crate) mod locale;
pub(crate) mod picture;
pub(crate) mod storage;

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, Window};

/// The window; there is none only where this program could not have been started.
pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

/// The page.
pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

/// Whether the browser offers cryptography here: on https and on this very machine only.
pub(crate) fn is_secure() -> bool {
    window().is_some_and(|window| window.is_secure_context())
}

/// Opens the browser's own dialog for printing.
pub(crate) fn print() {
    if let Some(window) = window() {
        // A browser that can not print says so itself.
        let _ = window.print();
    }
}

/// Sets the title of the tab.
pub(crate) fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Moves the focus to the element with this id, and the element into sight.
pub(crate) fn focus_id(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        focus(&element);
    }
}

/// Moves the focus to an element.
pub(crate) fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // An element that can not take the focus refuses it silently; there is nothing else to do.
        let _ = element.focus();
    }
}

/// Moves the focus to the link inside the element with this id. False when there is none.
pub(crate) fn focus_link_in(id: &str) -> bool {
    let link = document()
        .and_then(|document| document.get_element_by_id(id))
        .and_then(|element| element.query_selector("a").ok().flatten());
    link.as_ref().map(focus).is_some()
}

/// Whether list and entry stand side by side, so that the list keeps its place.
pub(crate) fn is_wide() -> bool {
    let query =
        window().and_then(|window| window.match_media("(min-width: 1100px)").ok().flatten());
    query.is_some_and(|query| query.matches())
}

/// Brings the top of the page into sight.
pub(crate) fn scroll_to_top() {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Unicode normalisation form C (UAX 15).
pub(crate) fn nfc(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFC").into()
}

/// A fresh random UUID (RFC 9562); empty where the browser has none to give.
pub(crate) fn random_uuid() -> String {
    let crypto = window().and_then(|window| window.crypto().ok());
    crypto.map_or_else(String::new, |crypto| crypto.random_uuid())
}

/// Milliseconds since 1970.
pub(crate) fn now() -> f64 {
    js_sys::Date::now()
}
