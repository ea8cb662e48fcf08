//! Stable error codes: what the server may say about a failure, and nothing more.

use serde::{Deserialize, Serialize};

use crate::{bytes::Bytes, id::WindowId};

/// What went wrong, by cause. The client turns it into a sentence; the server never sends text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request is not well-formed, or breaks a rule that a correct client keeps. (400)
    BadRequest,
    /// User name and password do not belong together, or the name does not exist. (401)
    WrongSignIn,
    /// The second factor is not right: another code, or a session that can not be returned to. (401)
    WrongCode,
    /// The code was right and has been used; the next one will do. (401)
    CodeUsed,
    /// The code belongs to another time: the clock of the authenticator is wrong. (401)
    ClockWrong,
    /// Too many wrong codes in a row: for a while only a recovery code is taken. (429)
    CodesClosed,
    /// The sign-in took too long or had too many tries; it begins again with the password. (401)
    SignInOver,
    /// For this both factors must have been shown in the last minutes. (403)
    ConfirmFirst,
    /// No live session, or its proof does not hold. (401)
    SignedOut,
    /// The server does not know this window of request numbers; a new one is in the answer. (401)
    NewWindow,
    /// Nothing here for this person: missing and foreign ids look the same. (404)
    NotFound,
    /// The owner of the chart has ended the grant that this person had. (403)
    SharingEnded,
    /// The user name, or one that looks like it, exists. (409)
    NameTaken,
    /// Somebody else changed this first; read it again. (409)
    Conflict,
    /// The body is larger than this route takes. (413)
    TooLarge,
    /// The file is larger than this server takes. (413)
    FileTooLarge,
    /// The account has no room left. (507)
    QuotaFull,
    /// The server's disk is full; nothing was stored. (507)
    StorageFull,
    /// Too many tries; the next one is heard after so many seconds. (429)
    Wait,
    /// Too many tries; the next one is heard with a solved puzzle. (429)
    Puzzle,
    /// Too many requests or connections at once; try again shortly. (503)
    Busy,
    /// Something failed on the server; its log has the cause. (500)
    Internal,
}

impl Code {
    /// Every code, for tables and tests.
    pub const ALL: [Self; 22] = [
        Self::BadRequest,
        Self::WrongSignIn,
        Self::WrongCode,
        Self::CodeUsed,
        Self::ClockWrong,
        Self::CodesClosed,
        Self::SignInOver,
        Self::ConfirmFirst,
        Self::SignedOut,
        Self::NewWindow,
        Self::NotFound,
        Self::SharingEnded,
        Self::NameTaken,
        Self::Conflict,
        Self::TooLarge,
        Self::FileTooLarge,
        Self::QuotaFull,
        Self::StorageFull,
        Self::Wait,
        Self::Puzzle,
        Self::Busy,
        Self::Internal,
    ];

    /// The HTTP status that goes with the code.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::WrongSignIn
            | Self::WrongCode
            | Self::CodeUsed
            | Self::ClockWrong
            | Self::SignInOver
            | Self::SignedOut
            | Self::NewWindow => 401,
            Self::SharingEnded | Self::ConfirmFirst => 403,
            Self::NotFound => 404,
            Self::NameTaken | Self::Conflict => 409,
            Self::TooLarge | Self::FileTooLarge => 413,
            Self::CodesClosed | Self::Wait | Self::Puzzle => 429,
            Self::Internal => 500,
            Self::Busy => 503,
            Self::QuotaFull | Self::StorageFull => 507,
        }
    }
}

/// The body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorBody {
    /// What went wrong.
    pub code: Code,
    /// With [`Code::NewWindow`] only: the window to count in from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowId>,
    /// With [`Code::Wait`] only: after how many seconds the next try is heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<u32>,
    /// With [`Code::Puzzle`] only: the puzzle to solve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub puzzle: Option<Puzzle>,
}

/// A puzzle to solve before the next try; see [`crate::puzzle`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Puzzle {
    /// What is solved; it goes back with the solution.
    pub challenge: Bytes,
    /// How hard it is: zero bits of a piece.
    pub bits: u8,
}
