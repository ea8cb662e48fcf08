//! The messages between the screens and the worker, typed on both sides.
//!
//! A message is a JavaScript object `{ id, body, file?, blob? }`: `body` is one of the types below as
//! JSON, `file` is a `File` that the person chose (commands that take one say so) and `blob` is the
//! opened content of a file (replies that bring one say so). Every command gets exactly one
//! [`Reply`] with its id; long ones get [`Event::Progress`] before it and can be cancelled.
//! [`Event::Ready`] comes once, with id 0; what is posted before it is lost.

use keepwell_shared::{
    bytes::Hash,
    id::{AccountId, ChartId, GrantId, RecordId},
    statement::Role,
};
use serde::{Deserialize, Serialize};

/// What the screens ask of the worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Command {
    /// Makes an account and is signed in afterwards. Answers [`Reply::Home`].
    Register {
        /// As typed.
        username: String,
        /// As typed; never shown, never stored.
        password: String,
        /// What the person is here for.
        role: Role,
    },
    /// Signs in, or unlocks. Answers [`Reply::Home`].
    SignIn {
        /// As typed.
        username: String,
        /// As typed; never shown, never stored.
        password: String,
    },
    /// Ends the session on the server. Answers [`Reply::Done`]; the screens then end the worker.
    SignOut,
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
}

/// What the worker answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Event {
    /// The worker is there and may be asked.
    Ready,
    /// The answer to one command.
    Reply(Box<Result<Reply, Failure>>),
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
    /// A chart.
    Chart(Chart),
    /// An entry.
    Entry(Entry),
    /// Somebody.
    Person(Person),
    /// Several people.
    People(Vec<Person>),
    /// The bytes of a file come as `blob`.
    File {
        /// The name under which to save it.
        name: String,
    },
}

/// What one sees first after signing in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Home {
    /// One's own user name.
    pub username: String,
    /// One's own role.
    pub role: Role,
    /// One's own account.
    pub account: AccountId,
    /// Charts of one's own: one for a patient, none for a doctor.
    pub own: Vec<ChartId>,
    /// Charts that others share.
    pub shared: Vec<SharedChart>,
    /// Charts whose papers did not hold; their owner is the name that the server claims.
    pub refused: Vec<Refused>,
    /// The largest file that may be added, in bytes of the file itself.
    pub max_file: u64,
}

/// A chart that somebody shares with the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SharedChart {
    /// The chart.
    pub chart: ChartId,
    /// Its owner.
    pub owner: Person,
    /// Since when, seconds since 1970.
    pub since: u64,
}

/// Something that the server sent and that did not verify.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    /// What it claimed to be.
    pub what: String,
    /// Why it is not shown.
    pub why: Distrust,
}

/// A chart, opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// The chart.
    pub chart: ChartId,
    /// Whose it is.
    pub owner: Person,
    /// Whether it is the person's own.
    pub own: bool,
    /// The newest revision of every entry, newest first.
    pub entries: Vec<Entry>,
    /// With whom it is shared; only for the owner.
    pub sharing: Vec<Sharing>,
    /// Entries that did not verify or did not open. What did is shown all the same.
    pub refused: Vec<Refused>,
}

/// With whom a chart is shared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sharing {
    /// The grant.
    pub grant: GrantId,
    /// With whom.
    pub person: Person,
    /// Since when, seconds since 1970.
    pub since: u64,
}

/// One revision of an entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The entry.
    pub record: RecordId,
    /// The revision.
    pub revision: Hash,
    /// Counts the revisions, from 1.
    pub number: u32,
    /// Its heading.
    pub title: String,
    /// Its text; may be empty for a file.
    pub text: String,
    /// What it belongs to.
    pub category: Category,
    /// The file, when it is one.
    pub file: Option<FileInfo>,
    /// The user name of the author.
    pub author: String,
    /// When it was written, seconds since 1970 by the author's clock.
    pub at: u64,
    /// All revisions, oldest first, this one included.
    pub history: Vec<RevisionInfo>,
}

/// A line of an entry's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RevisionInfo {
    /// The revision.
    pub revision: Hash,
    /// Counts the revisions, from 1.
    pub number: u32,
    /// When, seconds since 1970.
    pub at: u64,
    /// The user name of the author.
    pub author: String,
}

/// What is known of a file without opening it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileInfo {
    /// Its name.
    pub name: String,
    /// Its media type as the writer's browser named it; may be empty.
    pub media_type: String,
    /// Its true length in bytes.
    pub length: u64,
}

/// What a person typed for an entry: heading, text, and what it belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the line above says it all")]
pub struct Draft {
    pub title: String,
    pub text: String,
    pub category: Category,
}

/// The data categories; each is a compartment of the chart with keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Category {
    /// Name, contacts, wishes.
    Personal,
    /// Findings, letters, history.
    Clinical,
    /// Medicines.
    Prescriptions,
    /// Laboratory values.
    Laboratory,
    /// Bills.
    Financial,
    /// Consent to research.
    Research,
}

/// Somebody, as far as this browser knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The account.
    pub account: AccountId,
    /// The id of their key bundle.
    pub bundle: Hash,
    /// The user name.
    pub username: String,
    /// The role that they claim.
    pub role: Role,
    /// Whether their safety words were compared.
    pub compared: bool,
    /// Whether they were compared with other keys than the ones that the server shows now: either
    /// the person made a new account, or the server lies.
    pub changed: bool,
    /// Their twelve safety words.
    pub words: Vec<String>,
    /// One's own twelve safety words: the same two lines stand on the other screen.
    pub own_words: Vec<String>,
}

/// Why something that the server sent is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Distrust {
    /// A signature or its form does not hold.
    Signature,
    /// It belongs somewhere else: another chart, person, entry or place.
    Misplaced,
    /// It does not open, or is not what was signed.
    Content,
    /// It is older than what this browser has already seen.
    Old,
    /// Something that must be there is missing.
    Missing,
    /// The person's keys are not the ones that were compared.
    OtherKeys,
    /// The answer did not come from a server that knows this session.
    Answer,
}

/// Why a command did not go well. The screens turn it into a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// The user name breaks a rule.
    BadUsername(BadUsername),
    /// The user name, or one that looks like it, is taken.
    NameTaken,
    /// User name and password do not belong together, or there is no such name.
    WrongSignIn,
    /// The session has ended: sign in again.
    SignedOut,
    /// Nobody has this user name, or there is nothing here.
    NotFound,
    /// The owner has stopped sharing.
    SharingEnded,
    /// The entry was changed elsewhere in the meantime.
    ChangedMeanwhile,
    /// The file is empty.
    EmptyFile,
    /// The file is larger than the limit, in bytes.
    FileTooLarge(u64),
    /// The text is too long for one entry.
    TextTooLong,
    /// The account has no room left.
    QuotaFull,
    /// The server's disk is full.
    StorageFull,
    /// The server is busy; try again shortly.
    Busy,
    /// The server can not be reached. Nothing was lost.
    Offline,
    /// The person ended it.
    Cancelled,
    /// The chosen file can not be read any more.
    FileUnreadable,
    /// The person's safety words have not been compared.
    NotCompared,
    /// What the server sent is not believed; nothing of it is shown or used.
    Distrusted(Distrust),
    /// The server failed.
    Server,
    /// This program failed.
    Program,
}

/// Which rule a user name breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BadUsername {
    /// 3 to 32 characters.
    Length,
    /// Begins with a letter.
    FirstCharacter,
    /// Letters without accents, digits, dots, hyphens and underscores only.
    Character,
}
