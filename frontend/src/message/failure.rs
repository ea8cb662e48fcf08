//! Why something did not go well, and why something is not believed.

use keepwell_shared::password::PasswordError;
use serde::{Deserialize, Serialize};

use super::Category;

/// Something that the server sent and that did not verify.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// What it claimed to be.
    pub what: Claimed,
    /// Why it is not shown.
    pub why: Distrust,
}

/// What a refused thing claimed to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Claimed {
    /// A chart of the person's own, which the server does not show any more.
    OwnChart,
    /// A chart that somebody shares with the person.
    SharedChart,
    /// An entry, with its title where an earlier revision of it can be read.
    Entry(Option<String>),
    /// Entries of one category.
    Category(Category),
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
    /// It contradicts what this browser has already seen: there are two histories.
    Forked,
    /// Something that must be there is missing.
    Missing,
    /// The person's keys are not the ones that were compared.
    OtherKeys,
    /// Its author is nobody whom the owner lets read there.
    NotAReader,
    /// Its author sealed it for others and not for this person.
    NotForMe,
    /// The answer did not come from a server that knows this session.
    Answer,
}

/// Why a command did not go well. The screens turn it into a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// The user name breaks a rule.
    BadUsername(BadUsername),
    /// The password breaks a rule, or is none.
    BadPassword(PasswordError),
    /// The user name, or one that looks like it, is taken.
    NameTaken,
    /// User name and password do not belong together, or there is no such name.
    WrongSignIn,
    /// What was typed is not six digits.
    NotACode,
    /// What was typed is not a recovery code.
    NotARecoveryCode,
    /// The second factor is not right.
    WrongCode,
    /// The code was right and has been used.
    CodeUsed,
    /// The clock of the device with the app is wrong.
    ClockWrong,
    /// For a while only a recovery code is taken.
    CodesClosed,
    /// The sign-in begins again with the password.
    SignInOver,
    /// The session has ended: sign in again.
    SignedOut,
    /// Nobody has this user name, or there is nothing here.
    NotFound,
    /// The owner has stopped sharing.
    SharingEnded,
    /// The entry was changed elsewhere in the meantime.
    ChangedMeanwhile,
    /// The entry was deleted elsewhere in the meantime.
    Deleted,
    /// The file is empty.
    EmptyFile,
    /// The file is larger than the limit, in bytes.
    FileTooLarge(u64),
    /// The file is of a kind that is not kept, or is not what its name says.
    BadFile(BadFile),
    /// The text is too long for one entry.
    TextTooLong,
    /// The account has no room left.
    QuotaFull,
    /// The server's disk is full.
    StorageFull,
    /// Too many tries; the next one is heard after so many seconds.
    Wait(u32),
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
    /// The chart does not fit what this browser has seen, so nothing is written to it until the
    /// owner has decided how to go on.
    Blocked,
    /// The server shows another state of the account than this browser has seen.
    Behind(Behind),
    /// What the server sent is not believed; nothing of it is shown or used.
    Distrusted(Distrust),
    /// The server failed.
    Server,
    /// This program failed.
    Program,
}

/// How the account that the server shows stands to what this browser has seen. Times are seconds
/// since 1970 by the owner's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behind {
    /// Whether there are two histories, and not just an earlier state.
    pub forked: bool,
    /// When the state was made that the server shows.
    pub shown: u64,
    /// When the newest one was made that this browser has seen.
    pub seen: u64,
}

/// Why a file is not kept, or not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BadFile {
    /// Its name is no good.
    Name,
    /// Files of this kind are not kept.
    Kind,
    /// It is something else than its name says.
    Disagrees,
    /// It holds macros.
    Macros,
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
