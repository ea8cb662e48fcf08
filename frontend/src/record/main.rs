//! The worker that reads what entries say. It can name neither the vault nor a key, and it asks
//! the network for nothing.

mod desk;

use std::cell::RefCell;

use keepwell_frontend::message::record::{Answer, Question};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::desk::Desk;

fn main() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let desk = RefCell::new(Desk::default());
    let port = scope.clone();
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        // Only the page talks to this worker, and in these messages.
        if let Ok((number, question)) = serde_json::from_str::<(u32, Question)>(&text) {
            post(&port, number, &desk.borrow_mut().answer(question));
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The closure lives as long as the worker does: until it is terminated.
    on_message.into_js_value();
    post(&scope, 0, &Answer::Done);
}

fn post(port: &DedicatedWorkerGlobalScope, number: u32, answer: &Answer) {
    let text = serde_json::to_string(&(number, answer)).unwrap_or_default();
    // A text can always be copied to the page.
    let _ = port.post_message(&JsValue::from_str(&text));
}
