//! The line to one worker: it starts it, numbers the questions and sorts the answers.

use std::{
    cell::RefCell,
    collections::HashMap,
    rc::Rc,
    sync::atomic::{AtomicU32, Ordering},
};

use crate::message::{Command, Event, Failure, door};
use futures::channel::oneshot;
use gloo::events::EventListener;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{File, MessageEvent, MessagePort, Worker};
use yew::Callback;

use super::Answer;
use crate::platform::{
    self,
    code::{self, Code},
};

/// How far a long command has come, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Bytes done.
    pub(crate) done: u64,
    /// Bytes in all.
    pub(crate) total: u64,
}

/// What waits for an answer.
type Receiver = oneshot::Receiver<Result<Answer, Failure>>;

/// A worker and the questions that are open with it.
#[derive(Clone, Default)]
pub(crate) struct Line(Rc<RefCell<Inner>>);

#[derive(Default)]
struct Inner {
    /// What to start. Nothing behind the door, where a worker is given.
    code: Option<Code>,
    worker: Option<Worker>,
    ready: bool,
    broken: bool,
    /// Messages for a worker that has not arrived yet.
    queued: Vec<(Object, Array)>,
    open: HashMap<u32, Open>,
    _listeners: Vec<EventListener>,
}

struct Open {
    answer: oneshot::Sender<Result<Answer, Failure>>,
    progress: Option<Callback<Progress>>,
    told_at: f64,
}

/// What goes with a command.
#[derive(Clone, Copy)]
pub(crate) enum With<'a> {
    Nothing,
    File(&'a File),
    /// It goes to the worker, and is of no use here any more.
    Port(&'a MessagePort),
}

impl Line {
    /// A line to a worker that is not started yet. Only the door has one.
    pub(crate) fn to(code: Code) -> Self {
        let line = Self::default();
        line.0.borrow_mut().code = Some(code);
        line
    }

    /// Starts the worker, unless it is there or on its way. One that could not be loaded is tried again.
    pub(crate) fn start(&self) {
        let code = {
            let mut inner = self.0.borrow_mut();
            if inner.worker.is_some() && !inner.broken {
                return;
            }
            let Some(code) = inner.code else { return };
            *inner = Inner {
                code: Some(code),
                ..Inner::default()
            };
            code
        };
        match code::start(code) {
            Ok(worker) => self.listen(worker, door::read),
            Err(_) => self.0.borrow_mut().broken = true,
        }
    }

    /// The line to a worker that has arrived already.
    pub(crate) fn over(worker: Worker) -> Self {
        let line = Self::default();
        line.0.borrow_mut().ready = true;
        line.listen(worker, |text| serde_json::from_str(text).ok());
        line
    }

    /// Stops listening to the worker, and gives it away.
    pub(crate) fn into_worker(self) -> Option<Worker> {
        self.0.take().worker
    }

    /// Sends a command; the answer comes through the receiver.
    pub(crate) fn send(
        &self,
        command: &Command,
        with: With<'_>,
        progress: Option<Callback<Progress>>,
    ) -> (u32, Receiver) {
        let (answer, receiver) = oneshot::channel();
        let mut inner = self.0.borrow_mut();
        let id = next_id();
        if inner.broken {
            // The receiver is held by the caller: sending can not fail.
            let _ = answer.send(Err(Failure::Offline));
            return (id, receiver);
        }
        let told_at = 0.0;
        let open = Open {
            answer,
            progress,
            told_at,
        };
        inner.open.insert(id, open);
        if !inner.post(id, command, with) {
            inner.close(id, Err(Failure::Program));
        }
        (id, receiver)
    }

    /// Sends a command that has no answer of its own.
    pub(crate) fn post(&self, command: &Command) {
        let mut inner = self.0.borrow_mut();
        let id = next_id();
        inner.post(id, command, With::Nothing);
    }

    /// Ends the worker at once. Whoever waits for an answer is let go.
    pub(crate) fn end(&self) {
        let old = self.0.take();
        if let Some(worker) = &old.worker {
            worker.terminate();
        }
    }

    /// `read` is what this program understands of the worker.
    fn listen(&self, worker: Worker, read: fn(&str) -> Option<Event>) {
        // Weak: the listeners live inside what they look at.
        let weak = Rc::downgrade(&self.0);
        let messages = EventListener::new(&worker, "message", move |event| {
            if let (Some(inner), Some(event)) = (weak.upgrade(), event.dyn_ref::<MessageEvent>()) {
                Self(inner).receive(&event.data(), read);
            }
        });
        let weak = Rc::downgrade(&self.0);
        let errors = EventListener::new(&worker, "error", move |_| {
            if let Some(inner) = weak.upgrade() {
                inner.borrow_mut().fail();
            }
        });
        let mut inner = self.0.borrow_mut();
        inner.worker = Some(worker);
        inner._listeners = vec![messages, errors];
    }

    fn receive(&self, data: &JsValue, read: fn(&str) -> Option<Event>) {
        let id = property(data, "id").as_f64().unwrap_or(0.0);
        let id = id as u32;
        let body = property(data, "body").as_string().unwrap_or_default();
        match read(&body) {
            Some(Event::Ready) => self.0.borrow_mut().arrived(),
            Some(Event::Progress { done, total }) => self.tell(id, Progress { done, total }),
            Some(Event::Reply(reply)) => {
                let blob = property(data, "blob").dyn_into().ok();
                let answer = reply.map(|reply| Answer { reply, blob });
                self.0.borrow_mut().close(id, answer);
            }
            None => self.0.borrow_mut().close(id, Err(Failure::Program)),
        }
    }

    /// Passes progress on, a few times a second: more than that nobody can read.
    fn tell(&self, id: u32, progress: Progress) {
        let now = platform::now();
        let listener = {
            let mut inner = self.0.borrow_mut();
            let Some(open) = inner.open.get_mut(&id) else {
                return;
            };
            if now - open.told_at < BETWEEN_PROGRESS && progress.done < progress.total {
                return;
            }
            open.told_at = now;
            open.progress.clone()
        };
        // The listener may ask the bridge again, so nothing is borrowed here.
        if let Some(listener) = listener {
            listener.emit(progress);
        }
    }
}

impl Inner {
    fn post(&mut self, id: u32, command: &Command, with: With<'_>) -> bool {
        let Ok(body) = serde_json::to_string(command) else {
            return false;
        };
        let message = Object::new();
        let set = |name: &str, value: &JsValue| Reflect::set(&message, &name.into(), value);
        let mut done = set("id", &id.into()).is_ok() && set("body", &body.into()).is_ok();
        let moved = Array::new();
        match with {
            With::Nothing => {}
            With::File(file) => done &= set("file", file).is_ok(),
            With::Port(port) => {
                done &= set("port", port).is_ok();
                moved.push(port);
            }
        }
        match &self.worker {
            Some(worker) if self.ready => {
                done && worker.post_message_with_transfer(&message, &moved).is_ok()
            }
            _ => {
                self.queued.push((message, moved));
                done
            }
        }
    }

    fn arrived(&mut self) {
        self.ready = true;
        if let Some(worker) = &self.worker {
            for (message, moved) in self.queued.drain(..) {
                // These messages were made by `post` and can be copied to the worker.
                let _ = worker.post_message_with_transfer(&message, &moved);
            }
        }
    }

    fn close(&mut self, id: u32, answer: Result<Answer, Failure>) {
        if let Some(open) = self.open.remove(&id) {
            // Whoever asked may have left the screen: nobody waits then.
            let _ = open.answer.send(answer);
        }
    }

    /// The worker's code did not arrive, or it failed. Before it was there that is the network.
    fn fail(&mut self) {
        let failure = if self.ready {
            Failure::Program
        } else {
            self.broken = true;
            Failure::Offline
        };
        for (_, open) in self.open.drain() {
            let _ = open.answer.send(Err(failure.clone()));
        }
        self.queued.clear();
    }
}

/// Ids are never used twice, not even with another worker: a late answer must not be taken for
/// the answer to something else. (The page's two programs count apart; the door asks nothing whose
/// answer it does not wait for before it gives its worker away.)
pub(crate) fn next_id() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

fn property(data: &JsValue, name: &str) -> JsValue {
    Reflect::get(data, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Milliseconds between two reports of progress.
const BETWEEN_PROGRESS: f64 = 150.0;
