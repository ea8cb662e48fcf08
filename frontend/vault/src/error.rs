//! Why a flow did not go well, by cause.

use keepwell_shared::{
    error::Code, password::PasswordError, statement::StatementError, username::UsernameError,
};

use crate::{file_type::BadFile, kit::BadKit};

/// Why a flow of the vault did not go well. Failures of cryptography say no more than that
/// something is not believed: finer answers help an attacker (attack 42).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The user name breaks a rule.
    #[error(transparent)]
    Username(#[from] UsernameError),
    /// The password breaks a rule, or is none.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// User name and password do not belong together, or there is no such name.
    #[error("user name and password do not belong together")]
    WrongSignIn,
    /// What was typed is not six digits.
    #[error("a code is six digits")]
    NotACode,
    /// What was typed is not a recovery code.
    #[error("this is no recovery code")]
    NotARecoveryCode,
    /// What was typed is not a recovery kit.
    #[error(transparent)]
    BadKit(#[from] BadKit),
    /// The recovery kit is not that of this user name, or not the newest one, or there is no such name.
    #[error("this kit does not open this account")]
    WrongKit,
    /// This is not the part of the new recovery kit that was asked for.
    #[error("this is not on the new kit")]
    NotTheKit,
    /// The server refused, with this code.
    #[error("the server refused: {0:?}")]
    Refused(Code),
    /// Too many tries; the next one is heard after so many seconds.
    #[error("the next try is heard after {0} seconds")]
    Wait(u32),
    /// The server can not be reached.
    #[error("the server can not be reached")]
    Offline,
    /// The person ended it.
    #[error("ended by the person")]
    Cancelled,
    /// The chosen file is empty.
    #[error("the file is empty")]
    EmptyFile,
    /// The chosen file is larger than this many bytes.
    #[error("the file is larger than {0} bytes")]
    FileTooLarge(u64),
    /// The chosen file can not be read any more, or has another length now.
    #[error("the file can not be read")]
    FileUnreadable,
    /// The file is of a kind that is not kept, or is not what its name says.
    #[error("the file is not one that is kept: {0:?}")]
    BadFile(BadFile),
    /// The entry does not fit into one revision.
    #[error("the text is too long for one entry")]
    TextTooLong,
    /// There is nothing of that id in what was opened.
    #[error("there is nothing here")]
    NotFound,
    /// The entry was changed elsewhere in the meantime.
    #[error("the entry was changed elsewhere in the meantime")]
    ChangedMeanwhile,
    /// The entry was deleted in the meantime.
    #[error("the entry was deleted in the meantime")]
    Deleted,
    /// The person's safety words have not been compared.
    #[error("the safety words have not been compared")]
    NotCompared,
    /// The chart is not in order: it may be read, as far as it verified, but not written until the
    /// person has decided how to go on.
    #[error("the chart is not in order")]
    Blocked,
    /// What the server sent is not believed; nothing of it is used.
    #[error("what the server sent is not believed: {0:?}")]
    Distrusted(Distrust),
    /// This program failed: an encoding or a primitive that can not fail did.
    #[error("the program failed")]
    Program,
}

/// Why something that the server sent is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// The answer did not come from a server that knows this session, or is not well-formed.
    Answer,
}

impl Error {
    /// An answer that is not what the protocol has at this place.
    pub(crate) fn malformed() -> Self {
        Self::Distrusted(Distrust::Answer)
    }
}

impl From<Distrust> for Error {
    fn from(distrust: Distrust) -> Self {
        Self::Distrusted(distrust)
    }
}

impl From<BadFile> for Error {
    fn from(bad: BadFile) -> Self {
        Self::BadFile(bad)
    }
}

impl From<StatementError> for Distrust {
    fn from(_: StatementError) -> Self {
        Self::Signature
    }
}

impl From<StatementError> for Error {
    fn from(error: StatementError) -> Self {
        Self::Distrusted(error.into())
    }
}
