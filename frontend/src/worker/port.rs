//! Messages in and out of a worker, as `message.rs` has them.

use crate::message::{Event, Failure};
use futures::channel::oneshot;
use js_sys::{Array, Object, Reflect, Uint8Array};
use keepwell_vault::Error;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Blob, DedicatedWorkerGlobalScope, File, MessageEvent, MessagePort};
use zeroize::Zeroizing;

/// A command with its id and, for some, a file or the end of a channel.
pub(crate) struct Message<C> {
    pub(crate) id: u32,
    pub(crate) command: C,
    pub(crate) file: Option<File>,
    pub(crate) port: Option<MessagePort>,
}

/// Reads a message; `None` for what is none of ours.
fn read<C: DeserializeOwned>(event: &MessageEvent) -> Option<Message<C>> {
    let data = event.data();
    let get = |name: &str| Reflect::get(&data, &JsValue::from_str(name)).ok();
    Some(Message {
        id: get("id")?.as_f64()? as u32,
        command: serde_json::from_str(&get("body")?.as_string()?).ok()?,
        file: get("file").and_then(|file| file.dyn_into().ok()),
        port: get("port").and_then(|port| port.dyn_into().ok()),
    })
}

/// The way back to the screens.
#[derive(Clone)]
pub(crate) struct Port(DedicatedWorkerGlobalScope);

impl Port {
    /// Of the worker in which this runs.
    pub(crate) fn here() -> Self {
        Self(js_sys::global().unchecked_into())
    }

    /// Takes each message of the page from now on, for as long as the worker lives.
    pub(crate) fn serve<C: DeserializeOwned + 'static>(&self, take: impl Fn(Message<C>) + 'static) {
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(message) = read(&event) {
                take(message);
            }
        });
        self.0
            .set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // The closure lives as long as the worker does: until it is terminated.
        on_message.into_js_value();
        self.post(0, &Event::<()>::Ready, None);
    }

    pub(crate) fn progress(&self, id: u32, done: u64, total: u64) {
        self.post(id, &Event::<()>::Progress { done, total }, None);
    }

    pub(crate) fn reply<R: Serialize>(
        &self,
        id: u32,
        result: Result<R, Failure>,
        blob: Option<Blob>,
    ) {
        self.post(id, &Event::Reply(Box::new(result)), blob);
    }

    fn post<R: Serialize>(&self, id: u32, event: &Event<R>, blob: Option<Blob>) {
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

/// Sends bytes to another worker of this page, through a channel that the page has put between the two.
/// They are moved, so that they do not stay here.
pub(crate) fn send(port: &MessagePort, bytes: &[u8]) -> Result<(), Error> {
    let moved = Uint8Array::from(bytes).buffer();
    port.post_message_with_transferable(&moved, &Array::of1(&moved))
        .map_err(|_| Error::Program)
}

/// Takes what the other worker sent.
pub(crate) async fn receive(port: &MessagePort) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (came, comes) = oneshot::channel();
    let on_message = Closure::once(move |event: MessageEvent| {
        // Whoever waits for it is a few lines below.
        let _ = came.send(event.data());
    });
    port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let data = comes.await.map_err(|_| Error::Program)?;
    port.close();
    let moved = Uint8Array::new(&data);
    let bytes = Zeroizing::new(moved.to_vec());
    moved.fill(0, 0, moved.length());
    Ok(bytes)
}
