//! Messages in and out of the worker, as `message.rs` has them.

use crate::message::{Command, Event, Failure, Reply};
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, DedicatedWorkerGlobalScope, File, MessageEvent};

/// A command with its id and, for some, a file.
pub(crate) struct Message {
    pub(crate) id: u32,
    pub(crate) command: Command,
    pub(crate) file: Option<File>,
}

/// Reads a message; `None` for what is none of ours.
pub(crate) fn read(event: &MessageEvent) -> Option<Message> {
    let data = event.data();
    let get = |name: &str| Reflect::get(&data, &JsValue::from_str(name)).ok();
    Some(Message {
        id: get("id")?.as_f64()? as u32,
        command: serde_json::from_str(&get("body")?.as_string()?).ok()?,
        file: get("file").and_then(|file| file.dyn_into().ok()),
    })
}

/// The way back to the screens.
#[derive(Clone)]
pub(crate) struct Port(DedicatedWorkerGlobalScope);

impl Port {
    pub(crate) fn new(scope: DedicatedWorkerGlobalScope) -> Self {
        Self(scope)
    }

    /// Says that messages are read from now on.
    pub(crate) fn ready(&self) {
        self.post(0, &Event::Ready, None);
    }

    pub(crate) fn progress(&self, id: u32, done: u64, total: u64) {
        self.post(id, &Event::Progress { done, total }, None);
    }

    pub(crate) fn reply(&self, id: u32, result: Result<Reply, Failure>, blob: Option<Blob>) {
        self.post(id, &Event::Reply(Box::new(result)), blob);
    }

    fn post(&self, id: u32, event: &Event, blob: Option<Blob>) {
        let message = Object::new();
        let set = |name: &str, value: &JsValue| {
            // Setting a property of a fresh plain object can not fail.
            let _ = Reflect::set(&message, &JsValue::from_str(name), value);
        };
        set("id", &JsValue::from(id));
        set(
            "body",
            &JsValue::from_str(&serde_json::to_string(event).unwrap_or_default()),
        );
        if let Some(blob) = blob {
            set("blob", &blob);
        }
        let _ = self.0.post_message(&message);
    }
}
