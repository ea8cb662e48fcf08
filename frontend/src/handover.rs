//! How the two programs of the page take turns.
//!
//! Only one of them draws at a time. The door gives the signed-in worker to the inside; the inside
//! gives the page back when the keys are gone. They share no memory, so what passes is an event of
//! the page with a JavaScript object: the worker itself, and a word of JSON. Nothing in it opens
//! anything: the keys are in the worker, and a worker answers whoever holds it.

use std::cell::RefCell;

use futures::{
    FutureExt,
    channel::oneshot,
    future::{Either, LocalBoxFuture, Shared, select},
};
use gloo::events::EventListener;
use js_sys::{Object, Reflect};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, Event, Worker};

use crate::platform::{
    self,
    code::{self, Code},
};

/// Who draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    /// Before one is in, and after the keys are gone.
    Door,
    /// Behind it.
    Inside,
}

impl Program {
    fn event(self) -> &'static str {
        match self {
            Self::Door => "keepwell-door",
            Self::Inside => "keepwell-inside",
        }
    }
}

/// Hands the page to the other program. It draws before this returns.
pub(crate) fn pass<T: Serialize>(to: Program, worker: Option<&Worker>, word: &T) {
    let detail = Object::new();
    let word = serde_json::to_string(word).unwrap_or_default();
    let worker = worker.map_or(JsValue::NULL, JsValue::from);
    // A fresh object takes every property, and the name of an event is always a good one.
    let _ = Reflect::set(&detail, &WORD.into(), &word.into());
    let _ = Reflect::set(&detail, &WORKER.into(), &worker);
    let init = CustomEventInit::new();
    init.set_detail(&detail);
    let event = CustomEvent::new_with_event_init_dict(to.event(), &init);
    if let (Some(document), Ok(event)) = (platform::document(), event) {
        let _ = document.dispatch_event(&event);
    }
}

/// Takes the page whenever the other program hands it over, for as long as the page lives.
pub(crate) fn on_pass<T: DeserializeOwned>(
    me: Program,
    take: impl Fn(Option<Worker>, T) + 'static,
) {
    let Some(document) = platform::document() else {
        return;
    };
    let listener = EventListener::new(&document, me.event(), move |event| {
        let detail = event.dyn_ref::<CustomEvent>().map(CustomEvent::detail);
        let property = |name: &str| Reflect::get(detail.as_ref()?, &name.into()).ok();
        let word = property(WORD).and_then(|word| word.as_string());
        if let Some(word) = word.and_then(|word| serde_json::from_str(&word).ok()) {
            take(
                property(WORKER).and_then(|worker| worker.dyn_into().ok()),
                word,
            );
        }
    });
    listener.forget();
}

/// Says to the door that this program, the inside, has been loaded.
pub(crate) fn arrived() {
    tell(ARRIVED);
}

/// Says to the inside, from the door, that nobody comes back to what was typed there.
pub(crate) fn forget() {
    tell(FORGET);
}

/// Does this whenever the door says so, for as long as the page lives.
pub(crate) fn on_forget(forget: impl Fn() + 'static) {
    if let Some(document) = platform::document() {
        EventListener::new(&document, FORGET, move |_| forget()).forget();
    }
}

fn tell(event: &str) {
    if let (Some(document), Ok(event)) = (platform::document(), Event::new(event)) {
        // The name of an event is always a good one.
        let _ = document.dispatch_event(&event);
    }
}

/// Begins to load the inside, so that it is there when the password is right.
pub(crate) fn prepare() {
    wasm_bindgen_futures::spawn_local(async {
        inside_arrives().await;
    });
}

/// Waits for the inside. False when it could not be loaded; the next call tries again.
pub(crate) async fn inside_arrives() -> bool {
    let arrival = ARRIVAL.with_borrow_mut(|arrival| arrival.get_or_insert_with(load).clone());
    let there = arrival.await;
    if !there {
        ARRIVAL.take();
    }
    there
}

fn load() -> Arrival {
    let (there, arrives) = oneshot::channel();
    let listener = platform::document().map(|document| {
        EventListener::once(&document, ARRIVED, move |_| {
            // Nobody may be waiting any more.
            let _ = there.send(());
        })
    });
    let fails = code::add(Code::Inside);
    async move {
        let Ok(fails) = fails else { return false };
        let there = match select(arrives, fails).await {
            Either::Left((arrives, _)) => arrives.is_ok(),
            Either::Right(_) => false,
        };
        drop(listener);
        there
    }
    .boxed_local()
    .shared()
}

type Arrival = Shared<LocalBoxFuture<'static, bool>>;

thread_local! {
    /// The inside on its way, or there.
    static ARRIVAL: RefCell<Option<Arrival>> = const { RefCell::new(None) };
}

const ARRIVED: &str = "keepwell-arrived";
const FORGET: &str = "keepwell-forget";
const WORD: &str = "word";
const WORKER: &str = "worker";
