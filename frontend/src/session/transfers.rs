//! Files on their way: they go on while one reads elsewhere, until the session ends.

use std::{cell::Cell, rc::Rc};

use web_sys::File;
use yew::prelude::*;

use super::{Session, chart_of};
use crate::{
    bridge::{self, Answer, Bridge, Progress},
    message::{Command, Failure, Reply},
    platform,
    route::Route,
    words,
};

/// What is done with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// It becomes a new entry.
    Add,
    /// It becomes the file of a new revision.
    Replace,
    /// It is fetched, opened and saved on the device.
    Open,
    /// It is fetched, opened, locked with a passphrase and saved on the device.
    Lock,
    /// It is fetched, opened and shown.
    Show,
    /// What is in it becomes entries.
    TakeIn,
}

/// How it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stage {
    /// It runs.
    Running,
    /// It went well; where to look at it, if there is something to look at.
    Done(Option<Route>),
    /// It did not go well.
    Failed(Failure),
}

/// One file on its way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Transfer {
    /// The id of the message, for cancelling.
    pub(crate) id: u32,
    /// What is done.
    pub(crate) what: What,
    /// The name of the file.
    pub(crate) name: String,
    /// The screen that it was started on, and that shows it in full.
    pub(crate) at: Route,
    /// How it stands.
    pub(crate) stage: Stage,
    /// Whether it takes many steps, and is stopped between two of them.
    in_steps: bool,
    /// Whether nothing more is to come of it.
    stop: Stop,
    /// How far it has come.
    pub(crate) progress: Option<Progress>,
    /// When it began, milliseconds since 1970.
    began: f64,
    /// Seconds that are left at the speed so far.
    pub(crate) remaining: Option<u64>,
}

/// The wish that nothing more comes of it.
#[derive(Debug, Clone, Default)]
struct Stop(Rc<Cell<bool>>);

impl PartialEq for Stop {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Transfer {
    /// Ends it early.
    pub(crate) fn stop(&self, bridge: &Bridge) {
        match self.in_steps {
            true => self.stop.0.set(true),
            // The worker says whether it was in time.
            false => bridge.cancel(self.id),
        }
    }
}

/// What to start that takes many steps.
pub(crate) struct Task {
    /// What is done.
    pub(crate) what: What,
    /// The name of the file.
    pub(crate) name: String,
    /// The screen that it was started on.
    pub(crate) at: Route,
}

/// For whoever takes many steps: to say how far they came, and to hear that they are not wanted.
pub(crate) struct Steps {
    id: u32,
    dispatch: UseReducerDispatcher<List>,
    stop: Stop,
}

impl Steps {
    /// Says how far it has come, in bytes.
    pub(crate) fn progress(&self, done: u64, total: u64) {
        let progress = Progress { done, total };
        self.dispatch.dispatch(Change::Progress(self.id, progress));
    }

    /// Whether the person wants no further one.
    pub(crate) fn are_stopped(&self) -> bool {
        self.stop.0.get()
    }
}

/// What to start.
pub(crate) struct Job {
    /// What is asked of the worker.
    pub(crate) command: Command,
    /// The file that goes with it.
    pub(crate) file: Option<File>,
    /// What is done.
    pub(crate) what: What,
    /// The name of the file.
    pub(crate) name: String,
    /// The screen that it was started on.
    pub(crate) at: Route,
}

/// All files on their way.
#[derive(Clone, PartialEq)]
pub(crate) struct Transfers(UseReducerHandle<List>);

impl Transfers {
    /// Wraps the list for the screens.
    pub(crate) fn new(list: UseReducerHandle<List>) -> Self {
        Self(list)
    }

    /// All of them, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Transfer> {
        self.0.0.iter()
    }

    /// The newest one of a screen.
    pub(crate) fn of(&self, at: &Route) -> Option<&Transfer> {
        self.0.0.iter().rev().find(|transfer| transfer.at == *at)
    }

    /// Whether anything still runs.
    pub(crate) fn running(&self) -> bool {
        self.iter().any(|transfer| transfer.stage == Stage::Running)
    }

    /// Starts one. `finish` looks at the answer and says how it went; it is not called when the
    /// person cancelled.
    pub(crate) fn begin(
        &self,
        session: &Session,
        job: Job,
        finish: impl FnOnce(Answer) -> Stage + 'static,
    ) {
        let dispatch = self.0.dispatcher();
        // The id is known only after asking, and progress comes only after that.
        let id = Rc::new(Cell::new(0));
        let listener = {
            let (dispatch, id) = (dispatch.clone(), id.clone());
            Callback::from(move |progress| dispatch.dispatch(Change::Progress(id.get(), progress)))
        };
        let bridge = session.bridge();
        let (number, answer) = bridge.ask_long(&job.command, job.file.as_ref(), Some(listener));
        id.set(number);
        let learn = session.learn(chart_of(&job.command));
        let (session, stop) = (session.clone(), Stop::default());
        dispatch.dispatch(Change::Begun(Transfer {
            id: number,
            what: job.what,
            name: job.name,
            at: job.at,
            stage: Stage::Running,
            in_steps: false,
            stop: stop.clone(),
            progress: None,
            began: platform::now(),
            remaining: None,
        }));
        wasm_bindgen_futures::spawn_local(async move {
            let (heard, stage) = match answer.await {
                // It came after a lock: nobody is there to get it.
                Ok(answer) if stop.0.get() => (Ok(answer.reply), Stage::Failed(Failure::Cancelled)),
                Ok(answer) => (Ok(answer.reply.clone()), finish(answer)),
                Err(failure) => (Err(failure.clone()), Stage::Failed(failure)),
            };
            ended(&dispatch, &session, job.what, number, stage);
            learn(&heard);
        });
    }

    /// Starts something that takes many steps; `work` says how it went.
    pub(crate) fn run(
        &self,
        session: &Session,
        task: Task,
        work: impl AsyncFnOnce(Steps) -> Stage + 'static,
    ) {
        let (dispatch, session) = (self.0.dispatcher(), session.clone());
        let (id, stop) = (bridge::next_id(), Stop::default());
        dispatch.dispatch(Change::Begun(Transfer {
            id,
            what: task.what,
            name: task.name,
            at: task.at,
            stage: Stage::Running,
            in_steps: true,
            stop: stop.clone(),
            progress: None,
            began: platform::now(),
            remaining: None,
        }));
        let steps = Steps {
            id,
            dispatch: dispatch.clone(),
            stop,
        };
        wasm_bindgen_futures::spawn_local(async move {
            let stage = work(steps).await;
            ended(&dispatch, &session, task.what, id, stage);
        });
    }

    /// Takes an ended one off the list.
    pub(crate) fn dismiss(&self, id: u32) {
        self.0.dispatch(Change::Gone(id));
    }

    /// The person went from one screen to another: what the first one showed as done is known by
    /// now, and so is what the second one is about.
    pub(crate) fn moved(&self, from: Route, to: Route) {
        self.0.dispatch(Change::Moved(from, to));
    }

    /// Stops and forgets all: the worker that carried them is gone, and nobody is there for what it opened.
    pub(crate) fn clear(&self) {
        self.0.dispatch(Change::Cleared);
    }
}

/// How adding or replacing went.
pub(crate) fn entered(answer: &Answer, at: &Route) -> Stage {
    match (&answer.reply, at.chart()) {
        (Reply::Entry(entry), Some(chart)) => Stage::Done(Some(Route::Entry {
            chart,
            record: entry.record,
        })),
        _ => Stage::Failed(Failure::Program),
    }
}

fn ended(
    dispatch: &UseReducerDispatcher<List>,
    session: &Session,
    what: What,
    id: u32,
    stage: Stage,
) {
    if stage == Stage::Failed(Failure::Cancelled) {
        dispatch.dispatch(Change::Gone(id));
        session.tell_here(stopped(what));
        // The button that was pressed is gone, and the sentence stands at the top.
        platform::focus_id("main");
    } else if what == What::Show && stage == Stage::Done(None) {
        // It stands on the screen, or nobody is there any more to see it.
        dispatch.dispatch(Change::Gone(id));
    } else {
        dispatch.dispatch(Change::Ended(id, stage));
    }
}

fn stopped(what: What) -> &'static str {
    match what {
        What::TakeIn => words::import::STOPPED,
        What::Add | What::Replace => words::entry::STOPPED,
        What::Open | What::Lock => words::entry::STOPPED_OPENING,
        What::Show => words::file::STOPPED,
    }
}

/// The list behind [`Transfers`].
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct List(Vec<Transfer>);

/// What changes the list.
pub(crate) enum Change {
    /// One has begun.
    Begun(Transfer),
    /// One has come further.
    Progress(u32, Progress),
    /// One has ended.
    Ended(u32, Stage),
    /// One is to be forgotten.
    Gone(u32),
    /// The person went from one screen to another.
    Moved(Route, Route),
    /// All are to be forgotten.
    Cleared,
}

impl Reducible for List {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut list = Rc::unwrap_or_clone(self).0;
        match change {
            Change::Begun(transfer) => {
                // One screen shows one file: what failed there before is tried again now.
                list.retain(|old| old.at != transfer.at || old.stage == Stage::Running);
                list.push(transfer);
            }
            Change::Progress(id, progress) => {
                if let Some(transfer) = list.iter_mut().find(|one| one.id == id) {
                    transfer.progress = Some(progress);
                    transfer.remaining = remaining(transfer.began, progress);
                }
            }
            Change::Ended(id, stage) => {
                if let Some(transfer) = list.iter_mut().find(|one| one.id == id) {
                    transfer.stage = stage;
                }
            }
            Change::Gone(id) => list.retain(|one| one.id != id),
            Change::Moved(from, to) => list.retain(|one| match &one.stage {
                Stage::Done(open) => one.at != from && open.as_ref() != Some(&to),
                Stage::Running | Stage::Failed(_) => true,
            }),
            Change::Cleared => {
                for one in list.drain(..) {
                    one.stop.0.set(true);
                }
            }
        }
        Rc::new(Self(list))
    }
}

/// Seconds that are left at the speed so far; none before there is a speed to speak of.
fn remaining(began: f64, progress: Progress) -> Option<u64> {
    let elapsed = platform::now() - began;
    if elapsed < SETTLED || progress.done == 0 {
        return None;
    }
    let left = progress.total.saturating_sub(progress.done) as f64;
    Some((elapsed / 1000.0 * left / progress.done as f64).ceil() as u64)
}

/// Milliseconds after which the speed means something.
const SETTLED: f64 = 1_500.0;
