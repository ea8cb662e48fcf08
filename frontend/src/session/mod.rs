//! Locked or unlocked, and everything that the screens know in between.

pub(crate) mod drafts;
pub(crate) mod idle;
pub(crate) mod state;
pub(crate) mod take_in;
pub(crate) mod transfers;

use std::{cell::Cell, future::Future, rc::Rc};

use keepwell_shared::id::ChartId;
use serde::{Deserialize, Serialize};
use web_sys::MessageChannel;
use yew::prelude::*;

use self::{
    drafts::Drafts,
    state::{Access, Action, Notice, State, Why, Work},
};
use crate::{
    bridge::Bridge,
    door,
    handover::{self, Program},
    message::{Command, Failure, Home, NewFactor, Reply},
    platform::storage::{self, Known},
    route::Route,
};

/// What every screen may use.
#[derive(Clone, PartialEq)]
pub(crate) struct Session {
    state: UseReducerHandle<State>,
    bridge: Bridge,
    /// At the door only.
    entry: Option<Bridge>,
    drafts: Drafts,
}

/// With what the inside begins.
#[derive(Serialize, Deserialize)]
pub(crate) enum Entrance {
    /// Somebody is signed in.
    Home(Home),
    /// An account is about to be made, and its second factor to be set up.
    SetUp(NewFactor),
}

/// How far one came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entered {
    /// Behind the door, whose screens are gone.
    Inside,
    /// The password was right, and the second factor is missing.
    NeedsFactor,
}

impl Session {
    /// Ties state, workers and drafts together.
    pub(crate) fn new(
        state: UseReducerHandle<State>,
        bridge: Bridge,
        entry: Option<Bridge>,
        drafts: Drafts,
    ) -> Self {
        Self {
            state,
            bridge,
            entry,
            drafts,
        }
    }

    /// Somebody begins to type at the door: what is behind it shall be there when they are let in.
    pub(crate) fn prepare(&self) {
        self.bridge.prepare();
        handover::prepare();
    }

    /// What the screens know.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// The line to the worker.
    pub(crate) fn bridge(&self) -> &Bridge {
        &self.bridge
    }

    /// What is not saved yet.
    pub(crate) fn drafts(&self) -> &Drafts {
        &self.drafts
    }

    /// Asks the worker, and keeps what the answer teaches.
    pub(crate) fn ask(
        &self,
        command: Command,
    ) -> impl Future<Output = Result<Reply, Failure>> + use<> {
        let answer = self.bridge.ask(&command);
        let learn = self.learn(chart_of(&command));
        async move {
            let answer = answer.await;
            learn(&answer);
            answer
        }
    }

    /// What to do with an answer: keep what it teaches, and notice that the session or the sharing
    /// is over. The caller may have left its screen by then.
    pub(crate) fn learn(&self, chart: Option<ChartId>) -> impl Fn(&Result<Reply, Failure>) + use<> {
        let dispatch = self.state.dispatcher();
        let (bridge, drafts) = (self.bridge.clone(), self.drafts.clone());
        move |answer| match (answer, chart) {
            (Ok(reply), _) => dispatch.dispatch(Action::Learned(chart, Box::new(reply.clone()))),
            (Err(Failure::SignedOut), _) => {
                bridge.drop_worker();
                drafts.let_go();
                dispatch.dispatch(Action::Locked(Why::Ended));
            }
            (Err(Failure::SharingEnded), Some(chart)) => {
                dispatch.dispatch(Action::Ended(chart));
            }
            _ => {}
        }
    }

    /// Signs in or unlocks, or begins to register, and hands the page over to what is behind the door,
    /// unless the second factor is missing.
    pub(crate) fn enter(
        &self,
        command: Command,
    ) -> impl Future<Output = Result<Entered, Failure>> + use<> {
        let session = self.clone();
        async move {
            // First of all: nobody shall be signed in to a page that can not draw what they want.
            if !handover::inside_arrives().await {
                return Err(Failure::Offline);
            }
            let entrance = match session.let_in(&command).await? {
                Reply::FactorNeeded => return Ok(Entered::NeedsFactor),
                Reply::Behind(behind) => return Err(Failure::Behind(behind)),
                Reply::NewFactor(drawn) => Entrance::SetUp(drawn),
                Reply::Home(home) => {
                    storage::remember(&known(&home));
                    Entrance::Home(home)
                }
                _ => return Err(Failure::Program),
            };
            if let Some(entry) = &session.entry {
                entry.drop_worker();
            }
            let worker = session.bridge.give_away();
            door::close();
            handover::pass(Program::Inside, worker.as_ref(), &entrance);
            Ok(Entered::Inside)
        }
    }

    /// The worker that hears the password hands what opens the account to the one that keeps the keys,
    /// without a detour over this page.
    async fn let_in(&self, command: &Command) -> Result<Reply, Failure> {
        let dispatch = self.state.dispatcher();
        let entry = match (command, &self.entry) {
            (Command::SignIn { .. } | Command::ShowFactor(_), Some(entry)) => entry,
            _ => return working(&self.bridge, &dispatch, command).await,
        };
        match working(entry, &dispatch, command).await? {
            Reply::Admitted => {}
            reply => return Ok(reply),
        }
        let channel = MessageChannel::new().map_err(|_| Failure::Program)?;
        let given = entry.ask_through(&Command::HandOver, &channel.port1());
        given.await?;
        let taken = self
            .bridge
            .ask_through(&Command::TakeOver, &channel.port2());
        taken.await
    }

    /// Makes the account whose second factor is on the screen.
    pub(crate) fn finish_registration(
        &self,
        code: String,
    ) -> impl Future<Output = Result<(), Failure>> + use<> {
        let session = self.clone();
        async move {
            let command = Command::FinishRegistration { code };
            let Reply::Home(home) =
                working(&session.bridge, &session.state.dispatcher(), &command).await?
            else {
                return Err(Failure::Program);
            };
            storage::remember(&known(&home));
            session.drafts.belong_to(home.account);
            if !storage::is_shared() {
                session.drafts.kept_by(session.bridge.clone());
            }
            session.state.dispatch(Action::Entered(home));
            Ok(())
        }
    }

    /// Asks for something that the server may want a puzzle for, which the frame shows.
    pub(crate) fn ask_working(
        &self,
        command: Command,
    ) -> impl Future<Output = Result<Reply, Failure>> + use<> {
        let (bridge, dispatch) = (self.bridge.clone(), self.state.dispatcher());
        let learn = self.learn(chart_of(&command));
        async move {
            let answer = working(&bridge, &dispatch, &command).await;
            learn(&answer);
            answer
        }
    }

    /// Locks: the worker and its keys go, every view is forgotten, the name stays.
    pub(crate) fn lock(&self) {
        self.drafts.keep_now();
        self.drafts.clear();
        self.bridge.end(Command::Lock);
        self.state.dispatch(Action::Locked(Why::Asked));
    }

    /// Nobody has used the page for too long: like a lock. What was typed comes back with the person,
    /// except where others use the device; until then only what could not be kept stays in memory.
    pub(crate) fn lock_unused(&self) {
        self.drafts.keep_now();
        self.drafts.let_go();
        self.bridge.end(Command::Lock);
        self.state.dispatch(Action::Locked(Why::Unused));
    }

    /// The page goes away, or into the browser's cache: like a lock, without waiting for anybody.
    pub(crate) fn leave(&self) {
        let left = match self.state.access {
            Access::Unlocked(_) => Action::Locked(Why::Reload),
            // Of an account that is not made yet nothing stays.
            Access::SettingUp(_) => Action::SignedOut,
            Access::Locked(..) | Access::SignedOut => return,
        };
        self.drafts.clear();
        self.bridge.drop_worker();
        self.state.dispatch(left);
    }

    /// Signs out: like a lock, and the name is forgotten too.
    pub(crate) fn sign_out(&self) {
        storage::forget();
        self.drafts.clear();
        match &self.state.access {
            Access::Unlocked(_) => self.bridge.end(Command::SignOut),
            Access::Locked(known, _) => {
                // What could not be kept stands in the memory of the inside.
                handover::forget();
                let username = known.username.clone();
                let entry = self.entry.as_ref();
                let asked = entry.map(|entry| entry.ask(&Command::ForgetReturn { username }));
                wasm_bindgen_futures::spawn_local(async move {
                    // What can not be forgotten now ends with the session.
                    if let Some(asked) = asked {
                        let _done = asked.await;
                    }
                });
            }
            Access::SettingUp(_) => self.bridge.drop_worker(),
            Access::SignedOut => {}
        }
        self.state.dispatch(Action::SignedOut);
    }

    /// Shows a sentence on one screen until another one is opened.
    pub(crate) fn tell(&self, at: Route, text: impl Into<String>) {
        let (at, text) = (Some(at), text.into());
        self.state.dispatch(Action::Told(Notice { at, text }));
    }

    /// Shows a sentence wherever one is.
    pub(crate) fn tell_here(&self, text: impl Into<String>) {
        let (at, text) = (None, text.into());
        self.state.dispatch(Action::Told(Notice { at, text }));
    }

    /// The screen has changed.
    pub(crate) fn moved(&self, route: Route) {
        self.state.dispatch(Action::Moved(route));
    }
}

/// Asks, and shows how far a puzzle is that the server wants solved first.
async fn working(
    bridge: &Bridge,
    dispatch: &UseReducerDispatcher<State>,
    command: &Command,
) -> Result<Reply, Failure> {
    // The id is known only after asking, and progress comes only after that.
    let id = Rc::new(Cell::new(0));
    let listener = {
        let (dispatch, id) = (dispatch.clone(), Rc::clone(&id));
        Callback::from(move |progress| {
            let id = id.get();
            dispatch.dispatch(Action::Works(Some(Work { id, progress })));
        })
    };
    let (number, answer) = bridge.ask_long(command, None, Some(listener));
    id.set(number);
    let answer = answer.await;
    dispatch.dispatch(Action::Works(None));
    Ok(answer?.reply)
}

fn known(home: &Home) -> Known {
    Known {
        username: home.username.clone(),
        role: home.role,
    }
}

/// The chart that a command is about.
pub(crate) fn chart_of(command: &Command) -> Option<ChartId> {
    match command {
        Command::OpenChart { chart }
        | Command::AddNote { chart, .. }
        | Command::AddFile { chart, .. }
        | Command::Revise { chart, .. }
        | Command::TakeIn { chart, .. }
        | Command::Propose { chart, .. }
        | Command::Decide { chart, .. }
        | Command::DeleteEntry { chart, .. }
        | Command::OpenEntry { chart, .. }
        | Command::OpenFile { chart, .. }
        | Command::Share { chart, .. }
        | Command::StopSharing { chart, .. }
        | Command::Repair { chart } => Some(*chart),
        _ => None,
    }
}
