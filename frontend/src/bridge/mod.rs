//! The way to a worker: typed questions, typed answers, progress.
//!
//! The screens hold no key. What they know of a chart is what the worker showed them, and ending
//! the worker ends every key that it held.

mod line;
pub(crate) mod locker;
pub(crate) mod record;
mod strength;

use std::{cell::RefCell, future::Future, rc::Rc};

use crate::message::{Command, Failure, Reply};
use futures::{
    channel::oneshot,
    future::{Either, select},
};
use gloo::timers::callback::Timeout;
use web_sys::{Blob, File, MessagePort, Worker};
use yew::Callback;

use self::line::{Line, With};
pub(crate) use self::{
    line::{Progress, next_id},
    strength::Strength,
};
use crate::platform::code::Code;

/// An answer that went well, with the opened file where the command asked for one.
pub(crate) struct Answer {
    /// What the worker says.
    pub(crate) reply: Reply,
    /// The bytes of an opened file.
    pub(crate) blob: Option<Blob>,
}

/// The connection to whichever worker is there now.
#[derive(Clone)]
pub(crate) struct Bridge(Rc<RefCell<Line>>);

impl PartialEq for Bridge {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Bridge {
    /// The line to a worker that is started when it is asked, or before. Questions wait until it has
    /// arrived.
    pub(crate) fn to(code: Code) -> Self {
        Self(Rc::new(RefCell::new(Line::to(code))))
    }

    /// Begins to load the worker, so that it is there when it is asked.
    pub(crate) fn prepare(&self) {
        self.0.borrow().start();
    }

    /// The line to a worker that somebody is signed in to already.
    pub(crate) fn over(worker: Worker) -> Self {
        Self(Rc::new(RefCell::new(Line::over(worker))))
    }

    /// Gives the worker away: from now on somebody else asks it.
    pub(crate) fn give_away(&self) -> Option<Worker> {
        self.0.take().into_worker()
    }

    /// Asks one question.
    pub(crate) fn ask(
        &self,
        command: &Command,
    ) -> impl Future<Output = Result<Reply, Failure>> + use<> {
        let (_, answer) = self.ask_long(command, None, None);
        async move { Ok(answer.await?.reply) }
    }

    /// Asks for something that takes long: the id cancels it, `progress` hears how far it has come.
    pub(crate) fn ask_long(
        &self,
        command: &Command,
        file: Option<&File>,
        progress: Option<Callback<Progress>>,
    ) -> (u32, impl Future<Output = Result<Answer, Failure>> + use<>) {
        self.send(command, file.map_or(With::Nothing, With::File), progress)
    }

    /// Asks one question that the end of a channel goes with.
    pub(crate) fn ask_through(
        &self,
        command: &Command,
        port: &MessagePort,
    ) -> impl Future<Output = Result<Reply, Failure>> + use<> {
        let (_, answer) = self.send(command, With::Port(port), None);
        async move { Ok(answer.await?.reply) }
    }

    fn send(
        &self,
        command: &Command,
        with: With<'_>,
        progress: Option<Callback<Progress>>,
    ) -> (u32, impl Future<Output = Result<Answer, Failure>> + use<>) {
        let line = self.live();
        let (id, answer) = line.send(command, with, progress);
        // The line went away with its worker: whoever waits on it is not needed any more.
        let answer = async move { answer.await.unwrap_or(Err(Failure::Cancelled)) };
        (id, answer)
    }

    /// Ends a long command early.
    pub(crate) fn cancel(&self, id: u32) {
        self.live().post(&Command::Cancel { id });
    }

    /// Ends this worker and every key in it. The server is told by this last command, when it answers
    /// within a second; the keys do not wait for it longer than that.
    pub(crate) fn end(&self, last: Command) {
        record::end();
        let old = self.0.take();
        wasm_bindgen_futures::spawn_local(async move {
            let (_, told) = old.send(&last, With::Nothing, None);
            let (over, patience) = oneshot::channel::<()>();
            let clock = Timeout::new(PATIENCE, move || drop(over));
            match select(told, patience).await {
                Either::Left(_) | Either::Right(_) => old.end(),
            }
            drop(clock);
        });
    }

    /// Ends this worker at once, without a word to anybody.
    pub(crate) fn drop_worker(&self) {
        record::end();
        self.0.take().end();
    }

    /// The line to a worker that works: one that could not be loaded is tried again.
    fn live(&self) -> Line {
        let line = self.0.borrow().clone();
        line.start();
        line
    }
}

/// Milliseconds that a lock waits for the server.
const PATIENCE: u32 = 1_000;
