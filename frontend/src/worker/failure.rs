//! The vault's errors as the screens know them.

use crate::message::{self, BadUsername, Failure};
use keepwell_shared::{error::Code, username::UsernameError};
use keepwell_vault::{BadFile, Distrust, Error};

/// What the screens are told.
pub(crate) fn failure(error: Error) -> Failure {
    match error {
        Error::Username(UsernameError::Length) => Failure::BadUsername(BadUsername::Length),
        Error::Username(UsernameError::FirstCharacter) => {
            Failure::BadUsername(BadUsername::FirstCharacter)
        }
        Error::Username(UsernameError::Character) => Failure::BadUsername(BadUsername::Character),
        Error::Password(rule) => Failure::BadPassword(rule),
        Error::WrongSignIn => Failure::WrongSignIn,
        Error::NotACode => Failure::NotACode,
        Error::NotARecoveryCode => Failure::NotARecoveryCode,
        Error::Refused(code) => refused(code),
        Error::Wait(seconds) => Failure::Wait(seconds),
        Error::Offline => Failure::Offline,
        Error::Cancelled => Failure::Cancelled,
        Error::EmptyFile => Failure::EmptyFile,
        Error::FileTooLarge(limit) => Failure::FileTooLarge(limit),
        Error::FileUnreadable => Failure::FileUnreadable,
        Error::BadFile(bad) => Failure::BadFile(match bad {
            BadFile::Name => message::BadFile::Name,
            BadFile::Kind => message::BadFile::Kind,
            BadFile::Disagrees => message::BadFile::Disagrees,
            BadFile::Macros => message::BadFile::Macros,
        }),
        Error::TextTooLong => Failure::TextTooLong,
        Error::NotFound => Failure::NotFound,
        Error::ChangedMeanwhile => Failure::ChangedMeanwhile,
        Error::Deleted => Failure::Deleted,
        Error::NotCompared => Failure::NotCompared,
        Error::Blocked => Failure::Blocked,
        Error::Distrusted(why) => Failure::Distrusted(distrust(why)),
        // No screen asks for a recovery kit.
        Error::BadKit(_) | Error::WrongKit | Error::NotTheKit | Error::Program => Failure::Program,
    }
}

pub(crate) fn distrust(why: Distrust) -> message::Distrust {
    match why {
        Distrust::Signature => message::Distrust::Signature,
        Distrust::Misplaced => message::Distrust::Misplaced,
        Distrust::Content => message::Distrust::Content,
        Distrust::Old => message::Distrust::Old,
        Distrust::Forked => message::Distrust::Forked,
        Distrust::Missing => message::Distrust::Missing,
        Distrust::OtherKeys => message::Distrust::OtherKeys,
        Distrust::NotAReader => message::Distrust::NotAReader,
        Distrust::NotForMe => message::Distrust::NotForMe,
        Distrust::Answer => message::Distrust::Answer,
    }
}

fn refused(code: Code) -> Failure {
    match code {
        Code::WrongSignIn => Failure::WrongSignIn,
        Code::WrongCode => Failure::WrongCode,
        Code::CodeUsed => Failure::CodeUsed,
        Code::ClockWrong => Failure::ClockWrong,
        Code::CodesClosed => Failure::CodesClosed,
        Code::SignInOver | Code::ConfirmFirst => Failure::SignInOver,
        Code::SignedOut | Code::NewWindow => Failure::SignedOut,
        Code::NotFound => Failure::NotFound,
        Code::SharingEnded => Failure::SharingEnded,
        Code::NameTaken => Failure::NameTaken,
        Code::Conflict => Failure::ChangedMeanwhile,
        Code::TooLarge => Failure::TextTooLong,
        Code::FileTooLarge => Failure::FileTooLarge(0),
        Code::QuotaFull => Failure::QuotaFull,
        Code::StorageFull => Failure::StorageFull,
        Code::Busy => Failure::Busy,
        Code::Wait | Code::Puzzle | Code::BadRequest | Code::Internal => Failure::Server,
    }
}
