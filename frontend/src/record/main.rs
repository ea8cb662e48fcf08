//! The worker that reads what entries say. It can name neither the vault nor a key, and it asks
//! the network for nothing.

mod desk;

use std::cell::RefCell;

use js_sys::{Array, Uint8Array};
use keepwell_frontend::message::record::{Answer, Question};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, File, FileReaderSync, MessageEvent};

use crate::desk::Desk;

fn main() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let desk = RefCell::new(Desk::default());
    let port = scope.clone();
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let (text, file) = parts(&event.data());
        // Only the page talks to this worker, and in these messages.
        if let Ok((number, question)) = serde_json::from_str::<(u32, Question)>(&text) {
            let mut desk = desk.borrow_mut();
            let answer = match question {
                Question::Look => desk.look(file.as_ref().and_then(bytes).as_deref()),
                question => desk.answer(question),
            };
            post(&port, number, &answer);
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The closure lives as long as the worker does: until it is terminated.
    on_message.into_js_value();
    post(&scope, 0, &Answer::Done);
}

/// A text, or an array of a text and a file.
fn parts(data: &JsValue) -> (String, Option<File>) {
    match data.dyn_ref::<Array>() {
        Some(both) => (
            both.get(0).as_string().unwrap_or_default(),
            both.get(1).dyn_into().ok(),
        ),
        None => (data.as_string().unwrap_or_default(), None),
    }
}

/// The bytes of a file; nothing where the device does not give them any more.
fn bytes(file: &File) -> Option<Vec<u8>> {
    let reader = FileReaderSync::new().ok()?;
    let buffer = reader.read_as_array_buffer(file).ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

fn post(port: &DedicatedWorkerGlobalScope, number: u32, answer: &Answer) {
    let text = serde_json::to_string(&(number, answer)).unwrap_or_default();
    // A text can always be copied to the page.
    let _ = port.post_message(&JsValue::from_str(&text));
}
