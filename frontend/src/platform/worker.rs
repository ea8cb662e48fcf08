//! Starts the vault's worker under Trusted Types.
//!
//! `require-trusted-types-for 'script'` refuses a plain string in `new Worker(..)`. The page's one
//! policy, `keepwell-worker`, lets exactly one address through: the one that the build wrote into
//! `index.html`. Reflection is used because web-sys does not know Trusted Types yet; no code is
//! evaluated and nothing here is unsafe.
use std::cell::OnceCell;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{HtmlMetaElement, Worker, WorkerOptions, WorkerType};

thread_local! {
    /// A policy's name may be taken only once per page, while a lock ends the worker and an unlock
    /// starts a new one: the trusted address is made once and kept.
    static TRUSTED: OnceCell<JsValue> = const { OnceCell::new() };
}

/// Starts the worker as a module worker; may be called again after the worker was terminated.
pub(crate) fn start() -> Result<Worker, JsValue> {
    let address = match TRUSTED.with(|kept| kept.get().cloned()) {
        Some(kept) => kept,
        None => {
            let made = trusted(&address()?)?;
            TRUSTED.with(|kept| kept.get_or_init(|| made).clone())
        }
    };
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    // `Worker::new_with_options` takes a string; the constructor must get the trusted object itself.
    let constructor: Function = Reflect::get(&js_sys::global(), &"Worker".into())?.dyn_into()?;
    Reflect::construct(&constructor, &Array::of2(&address, &options))?.dyn_into()
}

/// The loader's address as the build wrote it, for example `/worker_loader-0123456789abcdef.js`.
fn address() -> Result<String, JsValue> {
    web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| {
            document
                .query_selector("meta[name=keepwell-worker]")
                .ok()
                .flatten()
        })
        .and_then(|element| element.dyn_into::<HtmlMetaElement>().ok())
        .map(|meta| meta.content())
        .filter(|address| address.starts_with("/worker_loader") && address.ends_with(".js"))
        .ok_or_else(|| JsValue::from_str("The page does not name the worker."))
}

/// The address as a `TrustedScriptURL`, or as it is where the browser has no Trusted Types.
fn trusted(address: &str) -> Result<JsValue, JsValue> {
    let factory = Reflect::get(&js_sys::global(), &"trustedTypes".into())?;
    if factory.is_undefined() {
        return Ok(address.into());
    }
    let only = address.to_owned();
    // Returning undefined makes the browser throw: nothing but the worker's address passes.
    let allow = Closure::<dyn Fn(String) -> Option<String>>::new(move |asked: String| {
        (asked == only).then_some(asked)
    });
    let rules = Object::new();
    Reflect::set(&rules, &"createScriptURL".into(), &allow.into_js_value())?;
    let create: Function = Reflect::get(&factory, &"createPolicy".into())?.dyn_into()?;
    let policy = create.call2(&factory, &"keepwell-worker".into(), &rules)?;
    let make: Function = Reflect::get(&policy, &"createScriptURL".into())?.dyn_into()?;
    make.call1(&policy, &address.into())
}

// Tried in headless Chromium under the project's CSP, Trusted Types included: no violation, no
// console message. web-sys features: Window Document Element HtmlMetaElement Worker WorkerOptions
// WorkerType. Notes:
// - A message that is posted before the worker's Rust `main` has set `onmessage` is LOST (the module
//   loader awaits the WebAssembly first): the worker posts a first "ready" message, and the page
//   keeps its messages until then.
// - In the module worker, static `import` and the fetch + compile of the .wasm pass `worker-src
//   'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'`. The worker lives under the
//   CSP header of its own loader file: serve the header with the .js files too.
// - createPolicy("keepwell-worker") a second time, or with another name, throws.
