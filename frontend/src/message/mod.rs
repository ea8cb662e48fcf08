//! The messages between the screens and the worker, typed on both sides.
//!
//! A message is a JavaScript object `{ id, body, file?, port?, blob? }`: `body` is one of the types below
//! as JSON, `file` is a `File` that the person chose and `port` the end of a channel (commands that take
//! one say so), and `blob` is the opened content of a file (replies that bring one say so). Every command gets exactly one
//! [`Reply`] with its id; long ones get [`Event::Progress`] before it and can be cancelled.
//! [`Event::Ready`] comes once, with id 0; what is posted before it is lost.

mod chart;
pub mod door;
pub mod entry;
mod factor;
mod failure;
mod home;
pub mod locker;
pub mod record;
mod session;
pub mod strength;
mod waiting;

use keepwell_shared::{
    bytes::Hash,
    id::{AccountId, ChartId, GrantId, RecordId, SessionId},
    statement::Role,
    wire::FailedTries,
};
use serde::{Deserialize, Serialize};

pub use chart::{
    Addition, Category, Chart, Draft, Entry, FileInfo, Kept, Repaired, RevisionInfo, Sharing,
    Standing,
};
pub use factor::{NewFactor, Sheet, TypedFactor};
pub use failure::{BadFile, BadUsername, Behind, Claimed, Distrust, Failure, Refused};
pub use home::{Home, Person, SharedChart};
pub use session::{DeviceInfo, Protection, SessionInfo};
pub use waiting::{Decision, Doubt, Outcome, Waiting};

/// What the screens ask of the worker.
#[derive(Clone, Serialize, Deserialize)]
pub enum Command {
    /// Draws an account and its second factor; the worker keeps both until the first code. Answers
    /// [`Reply::NewFactor`].
    Register {
        /// As typed.
        username: String,
        /// As typed; never shown, never stored.
        password: String,
        /// What the person is here for.
        role: Role,
    },
    /// Makes the account that was drawn, and is signed in afterwards. Answers [`Reply::Home`].
    FinishRegistration {
        /// The first code of the authenticator app, as typed.
        code: String,
    },
    /// Shows the second factor of a sign-in whose password was right. Answers [`Reply::Admitted`].
    ShowFactor(TypedFactor),
    /// Shows both factors again, before one of them is changed. Answers [`Reply::Done`].
    ConfirmFactor {
        /// As typed; never shown, never stored.
        password: String,
        /// The second factor until now.
        factor: TypedFactor,
        /// Whether others use this browser, too: it is said in the new session.
        shared: bool,
    },
    /// Draws another second factor; the worker keeps it until its first code. Answers
    /// [`Reply::NewFactor`].
    DrawFactor,
    /// Puts it in the place of the one until now. Answers [`Reply::Done`].
    ChangeFactor {
        /// Its first code, as typed.
        code: String,
    },
    /// Draws new recovery codes in the place of the old ones. Answers [`Reply::Sheet`].
    NewRecoveryCodes,
    /// Makes the server forget the key of the session's requests; with the password one comes back to
    /// it. Answers [`Reply::Done`]; the screens then end the worker.
    Lock,
    /// Forgets that somebody may come back with the password alone. Answers [`Reply::Done`].
    ForgetReturn {
        /// The user name.
        username: String,
    },
    /// Shows the password, to sign in or to unlock. Answers [`Reply::Admitted`] or
    /// [`Reply::FactorNeeded`].
    SignIn {
        /// As typed.
        username: String,
        /// As typed; never shown, never stored.
        password: String,
    },
    /// Sends what opens the account through the `port` that comes with the message, and forgets it.
    /// Answers [`Reply::Done`].
    HandOver,
    /// Opens the account with what comes through the `port`. Answers [`Reply::Home`] or
    /// [`Reply::Behind`].
    TakeOver,
    /// Goes on from the state of the account that the server shows, after [`Reply::Behind`]. Answers
    /// [`Reply::Home`].
    GoOn {
        /// The password of that state, as typed; never shown, never stored.
        current: String,
        /// The new one, as typed; never shown, never stored.
        new: String,
    },
    /// Ends the session on the server. Answers [`Reply::Done`]; the screens then end the worker.
    SignOut,
    /// Tells this person's other browsers what this one is. Answers [`Reply::Done`].
    TellDevice {
        /// Whether others use the device too.
        shared: bool,
    },
    /// Changes the password; every other session ends. Answers [`Reply::Done`].
    ChangePassword {
        /// The one until now, as typed; never shown, never stored.
        current: String,
        /// As typed; never shown, never stored.
        new: String,
    },
    /// What protects the account. Answers [`Reply::Protection`].
    Protection,
    /// Who tried to sign in as the person. Answers [`Reply::FailedTries`].
    FailedTries,
    /// Where the person is signed in. Answers [`Reply::Sessions`].
    Sessions,
    /// Ends one session. Answers [`Reply::Done`].
    EndSession {
        /// Which.
        session: SessionId,
    },
    /// Ends every session but this one. Answers [`Reply::Done`].
    EndOtherSessions,
    /// Reads the list of charts again. Answers [`Reply::Home`].
    Home,
    /// Reads a chart and opens what is new in it. Answers [`Reply::Chart`].
    OpenChart {
        /// Which.
        chart: ChartId,
    },
    /// Writes a note. Answers [`Reply::Entry`].
    AddNote {
        /// The chart.
        chart: ChartId,
        /// What the person typed.
        draft: Draft,
    },
    /// Adds the file that comes with the message, with progress. Answers [`Reply::Entry`].
    AddFile {
        /// The chart.
        chart: ChartId,
        /// What the person typed; an empty title becomes the file's name.
        draft: Draft,
    },
    /// Writes a new revision of an entry; with a file in the message it replaces the file, with
    /// progress, without one the file stays. Answers [`Reply::Entry`].
    Revise {
        /// The chart.
        chart: ChartId,
        /// The entry.
        record: RecordId,
        /// The revision that the person has seen; refused with [`Failure::ChangedMeanwhile`] when
        /// there is a newer one.
        seen: Hash,
        /// What the person typed.
        draft: Draft,
    },
    /// Writes as many of these as fit under one head. Answers [`Reply::Taken`].
    TakeIn {
        /// The chart.
        chart: ChartId,
        /// The entries; none is named twice.
        all: Vec<Addition>,
    },
    /// Writes an entry into somebody else's chart, where it waits for its owner. Answers
    /// [`Reply::Chart`].
    Propose {
        /// The chart.
        chart: ChartId,
        /// What the person typed.
        draft: Draft,
        /// An own statement that the owner asked about.
        answers: Option<Hash>,
    },
    /// Decides about an entry by somebody else. Answers [`Reply::Chart`].
    Decide {
        /// The chart.
        chart: ChartId,
        /// The statement of its author.
        statement: Hash,
        /// What is decided.
        decision: Decision,
    },
    /// Deletes an entry for everybody and for good. Answers [`Reply::Chart`].
    DeleteEntry {
        /// The chart.
        chart: ChartId,
        /// The entry.
        record: RecordId,
        /// The revision that the person has seen; refused with [`Failure::ChangedMeanwhile`] when
        /// there is a newer one.
        seen: Hash,
    },
    /// One revision in full. Answers [`Reply::Entry`].
    OpenEntry {
        /// The chart.
        chart: ChartId,
        /// The entry.
        record: RecordId,
        /// Which revision; none for the newest.
        revision: Option<Hash>,
    },
    /// Fetches, checks and opens the file of a revision, with progress. Answers [`Reply::File`]
    /// with the bytes as `blob`.
    OpenFile {
        /// The chart.
        chart: ChartId,
        /// The entry.
        record: RecordId,
        /// Which revision.
        revision: Hash,
    },
    /// Keeps what was typed and is not saved, sealed on this device. Answers [`Reply::Done`] when it is kept.
    KeepDrafts {
        /// Forms, and what stands in them now; nothing in one that was saved or emptied.
        changed: Vec<(String, Option<String>)>,
    },
    /// What was kept. Answers [`Reply::Drafts`].
    Drafts,
    /// Looks whether the file that comes with the message is of a kind that may be kept, and what its name
    /// says. Answers [`Reply::File`], without bytes.
    LookAt,
    /// Ends a long command early; that command answers [`Failure::Cancelled`]. No reply of its own.
    Cancel {
        /// The id of the message to end.
        id: u32,
    },
    /// Finds somebody by user name. Answers [`Reply::Person`].
    FindPerson {
        /// As typed.
        username: String,
    },
    /// The safety words were compared and are the same on both screens. Answers [`Reply::Person`].
    ConfirmPerson {
        /// Who.
        account: AccountId,
        /// The key bundle that was on the screen.
        bundle: Hash,
    },
    /// Everybody whose safety words were compared. Answers [`Reply::People`].
    People,
    /// Shares the whole chart with somebody whose words were compared. Answers [`Reply::Chart`].
    Share {
        /// The chart.
        chart: ChartId,
        /// With whom.
        account: AccountId,
    },
    /// Ends a grant and changes the keys. Answers [`Reply::Chart`].
    StopSharing {
        /// The chart.
        chart: ChartId,
        /// The grant.
        grant: GrantId,
    },
    /// Goes on from what the server shows when it does not fit what this browser has seen. Answers
    /// [`Reply::Repaired`].
    Repair {
        /// The chart.
        chart: ChartId,
    },
}

/// Passwords and what somebody wrote do not print: a command prints its name only.
impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Register { .. } => "Register",
            Self::FinishRegistration { .. } => "FinishRegistration",
            Self::ShowFactor(_) => "ShowFactor",
            Self::ConfirmFactor { .. } => "ConfirmFactor",
            Self::DrawFactor => "DrawFactor",
            Self::ChangeFactor { .. } => "ChangeFactor",
            Self::NewRecoveryCodes => "NewRecoveryCodes",
            Self::Lock => "Lock",
            Self::ForgetReturn { .. } => "ForgetReturn",
            Self::SignIn { .. } => "SignIn",
            Self::HandOver => "HandOver",
            Self::TakeOver => "TakeOver",
            Self::GoOn { .. } => "GoOn",
            Self::SignOut => "SignOut",
            Self::TellDevice { .. } => "TellDevice",
            Self::ChangePassword { .. } => "ChangePassword",
            Self::Protection => "Protection",
            Self::FailedTries => "FailedTries",
            Self::Sessions => "Sessions",
            Self::EndSession { .. } => "EndSession",
            Self::EndOtherSessions => "EndOtherSessions",
            Self::Home => "Home",
            Self::OpenChart { .. } => "OpenChart",
            Self::AddNote { .. } => "AddNote",
            Self::AddFile { .. } => "AddFile",
            Self::Revise { .. } => "Revise",
            Self::TakeIn { .. } => "TakeIn",
            Self::Propose { .. } => "Propose",
            Self::Decide { .. } => "Decide",
            Self::DeleteEntry { .. } => "DeleteEntry",
            Self::OpenEntry { .. } => "OpenEntry",
            Self::OpenFile { .. } => "OpenFile",
            Self::KeepDrafts { .. } => "KeepDrafts",
            Self::Drafts => "Drafts",
            Self::LookAt => "LookAt",
            Self::Cancel { .. } => "Cancel",
            Self::FindPerson { .. } => "FindPerson",
            Self::ConfirmPerson { .. } => "ConfirmPerson",
            Self::People => "People",
            Self::Share { .. } => "Share",
            Self::StopSharing { .. } => "StopSharing",
            Self::Repair { .. } => "Repair",
        })
    }
}

/// What a worker answers. A program that knows fewer answers holds no code for the others.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Event<R = Reply> {
    /// The worker is there and may be asked.
    Ready,
    /// The answer to one command.
    Reply(Box<Result<R, Failure>>),
    /// How far a long command has come.
    Progress {
        /// Bytes done.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
}

/// An answer that went well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// Nothing to show.
    Done,
    /// Signed in.
    Home(Home),
    /// The password is right, and the account is not what this browser has seen.
    Behind(Behind),
    /// The password was right; the second factor is missing.
    FactorNeeded,
    /// Both were right: the account can be opened.
    Admitted,
    /// A second factor that was drawn and is not set up yet.
    NewFactor(NewFactor),
    /// New recovery codes.
    Sheet(Sheet),
    /// A chart.
    Chart(Chart),
    /// A chart that was put in order.
    Repaired(Repaired),
    /// An entry.
    Entry(Entry),
    /// So many of the first entries were written.
    Taken(usize),
    /// Somebody.
    Person(Person),
    /// What was typed and is not saved.
    Drafts(Kept),
    /// Several people.
    People(Vec<Person>),
    /// What protects the account.
    Protection(Protection),
    /// Failed tries to sign in, the newest first, as the server says.
    FailedTries(Vec<FailedTries>),
    /// Sessions, the newest first.
    Sessions(Vec<SessionInfo>),
    /// What a file is; one that was opened comes as `blob`.
    File {
        /// The name under which to save it.
        name: String,
        /// What it is: the media type that goes with its name, and that its content agrees with.
        media_type: String,
    },
}
