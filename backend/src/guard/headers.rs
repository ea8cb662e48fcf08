//! What every answer carries, whatever it is.

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
        X_CONTENT_TYPE_OPTIONS,
    },
};

/// Nothing from anywhere but here, no inline script or style, WebAssembly but no `eval`, and one
/// Trusted Types policy for each of the page's two programs, for the addresses that the build wrote.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; worker-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types keepwell-door keepwell-inside";

/// Nothing that a page of records needs.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), \
    display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), \
    idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), \
    picture-in-picture=(), publickey-credentials-create=(), publickey-credentials-get=(), \
    screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()";

/// Two years.
const HSTS: &str = "max-age=63072000";

/// What only a page itself heeds. Beside the programs that it loads, which are kept for ever, these
/// would be half a kilobyte of each first visit's every file for nothing.
const FOR_PAGES: [(HeaderName, &str); 2] = [
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
];

const ALWAYS: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        "require-corp",
    ),
];

/// Dresses an answer. What does not say that it may be kept is not kept by any cache.
pub(crate) fn dress(headers: &mut HeaderMap, hsts: bool) {
    let part_of_a_page = headers
        .get(CACHE_CONTROL)
        .is_some_and(|kept| kept.as_bytes().ends_with(b"immutable"));
    let for_pages = FOR_PAGES.into_iter().filter(|_| !part_of_a_page);
    for (name, value) in ALWAYS.into_iter().chain(for_pages) {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if hsts {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
