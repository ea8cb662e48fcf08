//! Keepwell's own sealing and stretching, measured by `cargo xtask bench` in a worker like the
//! product's. A message with a file seals it, a number makes a chart of so many entries, "list" lists
//! that chart, and any other message stretches a password.

use std::cell::RefCell;

use keepwell_vault::{Error, Listing, sealing_benchmark, stretching_benchmark};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

use crate::worker::{engine::WebCrypto, file::Chosen};

/// Answers each message with what was measured, for ever.
pub fn bench() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let answers = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let scope = answers.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let answer = match measure(&scope, &event.data()).await {
                Ok(length) => JsValue::from(length as f64),
                Err(error) => JsValue::from(error.to_string()),
            };
            let _ = scope.post_message(&answer);
        });
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The closure lives as long as the worker does.
    on_message.into_js_value();
    let _ = scope.post_message(&JsValue::from("ready"));
}

thread_local! {
    /// The chart that was made last.
    static LISTING: RefCell<Option<Listing>> = const { RefCell::new(None) };
}

/// The length of the signed revision, the number of listed entries, or zero.
async fn measure(scope: &DedicatedWorkerGlobalScope, data: &JsValue) -> Result<usize, Error> {
    if let Some(entries) = data.as_f64() {
        let made = Listing::make(entries as u32)?;
        LISTING.with_borrow_mut(|listing| *listing = Some(made));
        return Ok(0);
    }
    if data.as_string().as_deref() == Some("list") {
        return LISTING.with_borrow(|listing| listing.as_ref().ok_or(Error::NotFound)?.list());
    }
    let Some(file) = data.dyn_ref::<File>() else {
        return stretching_benchmark().map(|()| 0);
    };
    let engine = WebCrypto::new(scope).ok_or(Error::Program)?;
    sealing_benchmark(&engine, &Chosen::new(file.clone())).await
}
