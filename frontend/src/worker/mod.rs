//! The worker: the only place where the vault lives. Ending the worker is locking.

mod browser;
mod desk;
pub(crate) mod engine;
mod failure;
pub(crate) mod file;
mod memory;
mod port;
mod view;

use std::rc::Rc;

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use self::{desk::Desk, port::Port};

/// Runs the worker: answers each message of the page, for ever.
pub fn worker() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let port = Port::new(scope.clone());
    let desk = Rc::new(Desk::new(port.clone()));
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(message) = port::read(&event) {
            wasm_bindgen_futures::spawn_local(desk.clone().answer(message));
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The closure lives as long as the worker does: until it is terminated.
    on_message.into_js_value();
    port.ready();
}
