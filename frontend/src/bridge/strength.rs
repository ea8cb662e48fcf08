//! The line to the program that judges passwords: started when somebody begins to choose one, ended
//! with the screen.

use std::{cell::RefCell, rc::Rc};

use futures::channel::oneshot;
use gloo::events::EventListener;
use keepwell_shared::password::{Estimate, Password};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker};

use crate::{
    message::strength::{Event, Question},
    platform::code::{self, Code},
};

/// Somebody who can be asked; clones ask the same one.
#[derive(Clone, Default)]
pub(crate) struct Strength(Rc<RefCell<Inner>>);

impl PartialEq for Strength {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Default)]
struct Inner {
    worker: Option<Worker>,
    ready: bool,
    turn: u32,
    /// Questions that have no answer yet.
    open: Vec<Open>,
    _listeners: Vec<EventListener>,
}

struct Open {
    turn: u32,
    text: JsValue,
    answer: oneshot::Sender<Estimate>,
}

impl Strength {
    /// Begins to load the program, unless it is there.
    pub(crate) fn start(&self) {
        let mut inner = self.0.borrow_mut();
        if inner.worker.is_some() {
            return;
        }
        let Ok(worker) = code::start(Code::Strength) else {
            return;
        };
        // Weak: the listeners live inside what they look at.
        let weak = Rc::downgrade(&self.0);
        let messages = EventListener::new(&worker, "message", move |event| {
            let text = event.dyn_ref::<MessageEvent>();
            let text = text.and_then(|event| event.data().as_string());
            if let (Some(inner), Some(text)) = (weak.upgrade(), text) {
                inner.borrow_mut().receive(&text);
            }
        });
        let weak = Rc::downgrade(&self.0);
        let errors = EventListener::new(&worker, "error", move |_| {
            if let Some(inner) = weak.upgrade() {
                // Whoever waits is let go, and the next question tries again.
                inner.take();
            }
        });
        inner.worker = Some(worker);
        inner._listeners = vec![messages, errors];
    }

    /// Asks. Nothing comes back where the program could not be loaded.
    pub(crate) fn ask(
        &self,
        password: &Password,
        username: &str,
    ) -> impl Future<Output = Option<Estimate>> + use<> {
        self.start();
        let (answer, answered) = oneshot::channel();
        let mut inner = self.0.borrow_mut();
        inner.turn = inner.turn.wrapping_add(1);
        let question = Question {
            turn: inner.turn,
            password: password.expose().to_owned(),
            username: username.to_owned(),
        };
        let text = serde_json::to_string(&question).unwrap_or_default();
        let open = Open {
            turn: inner.turn,
            text: JsValue::from_str(&text),
            answer,
        };
        if inner.worker.is_some() {
            if inner.ready {
                inner.post(&open.text);
            }
            inner.open.push(open);
        }
        async move { answered.await.ok() }
    }

    /// Ends the program.
    pub(crate) fn end(&self) {
        let old = self.0.take();
        if let Some(worker) = old.worker {
            worker.terminate();
        }
    }
}

impl Inner {
    fn receive(&mut self, text: &str) {
        match serde_json::from_str(text) {
            Ok(Event::Ready) => {
                self.ready = true;
                for open in &self.open {
                    self.post(&open.text);
                }
            }
            Ok(Event::Estimated { turn, estimate }) => {
                if let Some(at) = self.open.iter().position(|open| open.turn == turn) {
                    // Whoever asked may have left the screen.
                    let _ = self.open.remove(at).answer.send(estimate);
                }
            }
            Err(_) => {}
        }
    }

    fn post(&self, text: &JsValue) {
        if let Some(worker) = &self.worker {
            // A text can always be copied to the worker.
            let _ = worker.post_message(text);
        }
    }
}
