//! The way to the worker that reads what entries say. It is started by the first question and ends
//! with the keys. It gets what the worker with the keys has opened and this page shows anyway.

use std::{
    cell::RefCell,
    collections::{HashMap, VecDeque},
    future::Future,
};

use futures::channel::oneshot;
use gloo::events::EventListener;
use js_sys::Array;
use keepwell_record::{Body, Entry, State, model};
use keepwell_shared::{
    bytes::Hash,
    id::{ChartId, RecordId},
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{File, MessageEvent, Worker};

use crate::{
    message::{
        self, Category, Chart, Failure,
        record::{Answer, Question},
    },
    platform::{
        self,
        code::{self, Code},
    },
};

/// Asks about a text or a form.
pub(crate) fn ask(question: &Question) -> impl Future<Output = Result<Answer, Failure>> + use<> {
    let answer = LINE.with_borrow_mut(|line| line.ask(question, None));
    async move {
        // The worker went away with the keys: nobody needs the answer any more.
        answer.await.unwrap_or(Err(Failure::Cancelled))
    }
}

/// Asks about a chart as it is now.
pub(crate) fn ask_about(
    chart: &Chart,
    question: &Question,
) -> impl Future<Output = Result<Answer, Failure>> + use<> {
    LINE.with_borrow_mut(|line| line.hold(chart));
    ask(question)
}

/// Asks what is in a file, compared with a chart as it is now.
pub(crate) fn look(
    chart: &Chart,
    file: &File,
) -> impl Future<Output = Result<Answer, Failure>> + use<> {
    let answer = LINE.with_borrow_mut(|line| {
        line.hold(chart);
        line.ask(&Question::Look, Some(file))
    });
    async move { answer.await.unwrap_or(Err(Failure::Cancelled)) }
}

/// Ends the worker and everything that it was given.
pub(crate) fn end() {
    if let Some(worker) = LINE.take().worker {
        worker.terminate();
    }
}

thread_local! {
    static LINE: RefCell<Line> = RefCell::default();
}

type Sender = oneshot::Sender<Result<Answer, Failure>>;

#[derive(Default)]
struct Line {
    worker: Option<Worker>,
    listeners: Vec<EventListener>,
    ready: bool,
    broken: bool,
    /// Messages for a worker that has not arrived yet.
    queued: Vec<JsValue>,
    /// Who waits for an answer, in the order of the questions.
    open: VecDeque<(u32, Sender)>,
    last: u32,
    held: Option<(ChartId, HashMap<RecordId, Hash>)>,
}

impl Line {
    fn ask(
        &mut self,
        question: &Question,
        file: Option<&File>,
    ) -> oneshot::Receiver<Result<Answer, Failure>> {
        self.start();
        let (sender, answer) = oneshot::channel();
        self.last += 1;
        self.open.push_back((self.last, sender));
        match serde_json::to_string(&(self.last, question)) {
            _ if self.broken => self.fail(),
            Ok(text) => self.post(match file {
                Some(file) => Array::of2(&text.into(), file).into(),
                None => text.into(),
            }),
            Err(_) => self.fail(),
        }
        answer
    }

    /// Starts a worker where there is none, or where the last one failed.
    fn start(&mut self) {
        if self.worker.is_some() && !self.broken {
            return;
        }
        if let Some(worker) = self.worker.take() {
            worker.terminate();
        }
        *self = Self {
            last: self.last,
            ..Self::default()
        };
        match code::start(Code::Record) {
            Ok(worker) => self.listen(worker),
            Err(_) => self.broken = true,
        }
    }

    fn listen(&mut self, worker: Worker) {
        let messages = EventListener::new(&worker, "message", |event| {
            let text = event.dyn_ref::<MessageEvent>();
            let text = text.and_then(|event| event.data().as_string());
            let message = text.and_then(|text| serde_json::from_str(&text).ok());
            LINE.with_borrow_mut(|line| match message {
                Some((number, answer)) => line.receive(number, answer),
                None => line.fail(),
            });
        });
        let errors = EventListener::new(&worker, "error", |_| LINE.with_borrow_mut(Self::fail));
        self.listeners = vec![messages, errors];
        self.worker = Some(worker);
    }

    fn post(&mut self, message: JsValue) {
        match &self.worker {
            Some(worker) if self.ready => {
                // Texts and files can always be copied to the worker.
                let _ = worker.post_message(&message);
            }
            _ => self.queued.push(message),
        }
    }

    fn receive(&mut self, number: u32, answer: Answer) {
        if number == 0 {
            self.ready = true;
            for message in std::mem::take(&mut self.queued) {
                self.post(message);
            }
        } else if let Some(place) = self.open.iter().position(|(own, _)| *own == number)
            && let Some((_, sender)) = self.open.remove(place)
        {
            // Whoever asked may have left the screen: nobody waits then.
            let _ = sender.send(Ok(answer));
        }
    }

    /// The worker did not arrive, or it failed. The next question starts another one.
    fn fail(&mut self) {
        let failure = if self.ready {
            Failure::Program
        } else {
            Failure::Offline
        };
        self.broken = true;
        for (_, sender) in self.open.drain(..) {
            let _ = sender.send(Err(failure.clone()));
        }
    }

    /// Gives the worker what is new in a chart, and takes away what is gone.
    fn hold(&mut self, chart: &Chart) {
        self.start();
        let before = self.held.take();
        let before = before.filter(|(held, _)| *held == chart.chart);
        let fresh = before.is_none();
        let mut before = before.map(|(_, entries)| entries).unwrap_or_default();
        let mut held = HashMap::new();
        let mut put = Vec::new();
        for entry in &chart.entries {
            held.insert(entry.record, entry.revision);
            if before.remove(&entry.record) != Some(entry.revision) {
                put.push(plain(entry));
            }
        }
        let gone: Vec<String> = before.keys().map(ToString::to_string).collect();
        self.held = Some((chart.chart, held));
        if fresh || !put.is_empty() || !gone.is_empty() {
            let now = (platform::now() / 1000.0) as i64;
            // Nobody waits: what is asked next is answered after it.
            let hold = Question::Hold {
                fresh,
                now,
                put,
                gone,
            };
            drop(self.ask(&hold, None));
        }
    }
}

/// An entry as the other worker takes it.
fn plain(entry: &message::Entry) -> Entry {
    Entry {
        record: entry.record.to_string(),
        category: category(entry.category),
        author: entry.author.clone(),
        at: i64::try_from(entry.at).unwrap_or(i64::MAX),
        number: entry.number,
        state: State::Accepted,
        body: match &entry.file {
            Some(file) => Body::File {
                name: entry.title.clone(),
                media_type: file.media_type.clone(),
                length: file.length,
                remark: remark(&entry.title, &file.name, &entry.text),
            },
            None => Body::Note {
                title: entry.title.clone(),
                text: entry.text.clone(),
            },
        },
    }
}

/// What is said about a file besides its title.
fn remark(title: &str, name: &str, text: &str) -> String {
    let name = if name == title { "" } else { name };
    format!("{name}\n{text}").trim().to_owned()
}

/// The same category for the crate that reads records.
pub(crate) fn category(category: Category) -> model::Category {
    match category {
        Category::Personal => model::Category::Personal,
        Category::Clinical => model::Category::Clinical,
        Category::Prescriptions => model::Category::Prescriptions,
        Category::Laboratory => model::Category::Laboratory,
        Category::Financial => model::Category::Financial,
        Category::Research => model::Category::Research,
    }
}

/// The same category for the screens and the vault.
pub(crate) fn own_category(category: model::Category) -> Category {
    match category {
        model::Category::Personal => Category::Personal,
        model::Category::Clinical => Category::Clinical,
        model::Category::Prescriptions => Category::Prescriptions,
        model::Category::Laboratory => Category::Laboratory,
        model::Category::Financial => Category::Financial,
        model::Category::Research => Category::Research,
    }
}
