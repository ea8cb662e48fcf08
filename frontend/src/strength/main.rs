//! Says how hard a password is to guess. A program of its own, because its lists of words are as large
//! as all the rest of the door: it is loaded when somebody begins to choose a password, and ended with
//! that screen. It holds no key, keeps nothing and asks nobody.

mod estimate;

use keepwell_frontend::message::strength::{Event, Question};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let on_message = {
        let scope = scope.clone();
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(question) = read(&event) {
                let estimate = estimate::estimate(&question.password, &question.username);
                let turn = question.turn;
                post(&scope, &Event::Estimated { turn, estimate });
            }
        })
    };
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The closure lives as long as the worker does: until it is terminated.
    on_message.into_js_value();
    post(&scope, &Event::Ready);
}

fn read(event: &MessageEvent) -> Option<Question> {
    serde_json::from_str(&event.data().as_string()?).ok()
}

fn post(scope: &DedicatedWorkerGlobalScope, event: &Event) {
    let text = serde_json::to_string(event).unwrap_or_default();
    // A text can always be copied to the page.
    let _ = scope.post_message(&JsValue::from_str(&text));
}
