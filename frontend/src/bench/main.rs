//! Keepwell's own sealing and stretching, measured by `cargo xtask bench` in a worker like the
//! product's. A message with a file seals it; any other message stretches a password.

#[path = "../worker/engine.rs"]
mod engine;
#[path = "../worker/file.rs"]
#[allow(dead_code, reason = "the measurement reads files and gives none back")]
mod file;

use keepwell_vault::{Error, sealing_benchmark, stretching_benchmark};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

use crate::{engine::WebCrypto, file::Chosen};

fn main() {
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

/// The length of the signed revision, or zero for a stretching.
async fn measure(scope: &DedicatedWorkerGlobalScope, data: &JsValue) -> Result<usize, Error> {
    let Some(file) = data.dyn_ref::<File>() else {
        return stretching_benchmark().map(|()| 0);
    };
    let engine = WebCrypto::new(scope).ok_or(Error::Program)?;
    sealing_benchmark(&engine, &Chosen::new(file.clone())).await
}
