//! What went wrong, whether anything was lost, and what to do now.

use crate::message::{BadFile, BadUsername, Claimed, Distrust, Failure};
use keepwell_shared::{
    password::{LONGEST, PasswordError},
    username::UsernameError,
};

use crate::platform::locale;

/// The sentence for a failure.
pub(crate) fn failure(failure: &Failure) -> String {
    match failure {
        Failure::BadUsername(rule) => bad_username(*rule).into(),
        Failure::BadPassword(rule) => bad_password(*rule),
        Failure::FileTooLarge(limit) => format!(
            "This file is larger than {}, the most that fits into one entry. Nothing was added. Please choose a smaller file, or split it.",
            locale::limit(*limit)
        ),
        Failure::Wait(seconds) => format!(
            "There were too many tries from here, so the server listens again in {}. What you typed is still here. Please wait, and then try again.",
            wait(*seconds)
        ),
        Failure::Distrusted(why) => format!(
            "The server sent something that this browser does not believe: {}. Nothing of it is shown or used, and your keys are safe. Please tell the people who run this server.",
            distrust(*why)
        ),
        Failure::BadFile(why) => bad_file(*why).into(),
        Failure::Behind(found) => super::behind::title(*found).into(),
        other => plain(other).into(),
    }
}

/// A time to wait, rounded up to what people count in.
fn wait(seconds: u32) -> String {
    match seconds {
        0 | 1 => "1 second".into(),
        2..60 => format!("{seconds} seconds"),
        60 => "1 minute".into(),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

fn plain(failure: &Failure) -> &'static str {
    match failure {
        Failure::NameTaken => {
            "This user name, or one that looks like it, belongs to somebody already. Please choose another one. Everything else you typed is still here."
        }
        Failure::WrongSignIn => {
            "This user name and password do not belong together. Nothing was changed. Please check both, and try again."
        }
        Failure::NotACode => "A code is six digits. Please type the one that your app shows now.",
        Failure::NotARecoveryCode => {
            "A recovery code is four groups of four letters and digits. Please compare it with your sheet."
        }
        Failure::WrongCode => {
            "This code is not right. Nothing was changed. Please wait for the next one in your app, and type that."
        }
        Failure::CodeUsed => {
            "This code has been used already; each one works once. Please wait for the next one in your app, and type that."
        }
        Failure::ClockWrong => {
            "This code belongs to another time, up to an hour away. The clock of the device with your app is wrong: please set it to the right time, and type the next code."
        }
        Failure::CodesClosed => {
            "There were too many wrong codes, so codes are not looked at for a while. Nothing was lost. Please use one of your recovery codes, or wait and try again."
        }
        Failure::SignInOver => {
            "This took too long, or there were too many tries. Nothing was lost. Please type your password again."
        }
        Failure::SignedOut => {
            "Your session on the server has ended. What you typed is still here. Please type your password to go on."
        }
        Failure::NotFound => {
            "There is nothing here. It may be gone, or the address may be incomplete. Nothing was changed."
        }
        Failure::SharingEnded => {
            "The owner has stopped sharing this chart with you, so it is closed here now."
        }
        Failure::ChangedMeanwhile => {
            "This entry has changed in the meantime. Nothing was overwritten, and what you typed is still here."
        }
        Failure::Deleted => {
            "This entry has been deleted in the meantime, so nothing was saved to it. What you typed is still here; you can keep it as a new entry."
        }
        Failure::EmptyFile => {
            "This file is empty, so there is nothing to keep. Nothing was added. Please choose another file."
        }
        Failure::TextTooLong => {
            "This text is too long for one entry. Nothing was saved, and your text is still here. Please make two entries of it, or add it as a file."
        }
        Failure::QuotaFull => {
            "The space that your account has on this server is full. Nothing was saved, and what you typed is still here. Please ask the people who run this server for more space."
        }
        Failure::StorageFull => {
            "The server has no space left. Nothing was saved, and what you typed is still here. Please tell the people who run this server, and try again later."
        }
        Failure::Busy => {
            "The server is busy. Nothing was lost. Please wait a moment, and try again."
        }
        Failure::Offline => {
            "The server cannot be reached. Nothing was lost, and what you typed is still here. Please check your connection, and try again."
        }
        Failure::Cancelled => "Stopped. Nothing was added or changed.",
        Failure::FileUnreadable => {
            "The chosen file cannot be read any more; it may have been moved or changed. Nothing was added. Please choose it again."
        }
        Failure::Blocked => {
            "The server does not show this chart as this browser has seen it, so nothing is written to it for now. Nothing was saved, and what you typed is still here. Please open your chart: it shows what has happened, and how to go on."
        }
        Failure::NotCompared => {
            "You have not compared the safety words with this person. Nothing was shared. Please compare them first."
        }
        Failure::Server => {
            "The server has failed at this. Nothing half-written is kept, and what you typed is still here. Please try again; if it happens again, tell the people who run this server."
        }
        Failure::BadUsername(_)
        | Failure::BadPassword(_)
        | Failure::BadFile(_)
        | Failure::FileTooLarge(_)
        | Failure::Wait(_)
        | Failure::Behind(_)
        | Failure::Distrusted(_)
        | Failure::Program => {
            "This page has failed at this. Nothing half-written is kept, and what you typed is still here. Please try again; if it happens again, load the page again."
        }
    }
}

/// Why a file is not kept, or not opened.
fn bad_file(why: BadFile) -> &'static str {
    match why {
        BadFile::Name => {
            "The name of this file is too long, or has characters that could hide what kind of file it is. Nothing was added or opened. Please give it a plain name, and choose it again."
        }
        BadFile::Kind => {
            "Keepwell does not keep files of this kind, because they could run a program where they are opened. It keeps text, PDF, pictures (not SVG), DICOM, FHIR and other JSON, tables (CSV), office documents without macros, and age files. Please save it as one of these, and choose it again."
        }
        BadFile::Disagrees => {
            "This file is not what its name says, so it was not added or opened. It may be damaged, or somebody has renamed it. If it is yours, please save it again with the program that made it."
        }
        BadFile::Macros => {
            "This document has macros in it: small programs that run when it is opened. It was not added or opened. Please save it without macros, or as a PDF."
        }
    }
}

/// Why something is not believed, as the second half of a sentence.
pub(crate) fn distrust(why: Distrust) -> &'static str {
    match why {
        Distrust::Signature => "its signature does not hold, so nobody knows who wrote it",
        Distrust::Misplaced => "it belongs somewhere else, to another chart, person or entry",
        Distrust::Content => "it does not open, or it is not what its author signed",
        Distrust::Old => "it is older than what this browser has already seen",
        Distrust::Forked => "it contradicts what this browser has already seen",
        Distrust::Missing => "something is missing that must be there",
        Distrust::OtherKeys => "the keys are not the ones that you compared",
        Distrust::NotAReader => "nobody whom the owner lets read there wrote it",
        Distrust::NotForMe => "its author did not seal it for you",
        Distrust::Answer => "the answer does not come from a server that knows your session",
    }
}

/// What a refused thing claimed to be.
pub(crate) fn claimed(what: &Claimed) -> String {
    match what {
        Claimed::OwnChart => "Your own chart".into(),
        Claimed::SharedChart => "A shared chart".into(),
        Claimed::Entry(Some(title)) => title.clone(),
        Claimed::Entry(None) => "An entry".into(),
        Claimed::Category(of) => format!("Entries in “{}”", super::category(*of)),
    }
}

/// The kind words for a user name that breaks a rule.
pub(crate) fn bad_username(rule: BadUsername) -> &'static str {
    match rule {
        BadUsername::Length => "A user name has 3 to 32 characters. Please choose another one.",
        BadUsername::FirstCharacter => {
            "A user name begins with a letter from a to z. Please put one in front."
        }
        BadUsername::Character => {
            "A user name holds only the letters a to z, digits, dots, hyphens and underscores. Please leave everything else out."
        }
    }
}

/// The kind words for a password that breaks a rule.
pub(crate) fn bad_password(rule: PasswordError) -> String {
    match rule {
        PasswordError::Short(missing) => super::door::password_short(missing),
        PasswordError::Long => format!(
            "This is longer than {LONGEST} characters, the most that a password has here. Nothing was sent. Was something else pasted by mistake?"
        ),
        PasswordError::Control => "This holds a character that is not for typing, for example a tab or the end of a line. Nothing was sent. Please leave it out.".into(),
        PasswordError::Username => {
            "Your user name stands in this password, and everybody may know it. Please choose another password.".into()
        }
    }
}

/// The same rules, as the shared parser names them.
pub(crate) fn username_error(error: UsernameError) -> &'static str {
    bad_username(match error {
        UsernameError::Length => BadUsername::Length,
        UsernameError::FirstCharacter => BadUsername::FirstCharacter,
        UsernameError::Character => BadUsername::Character,
    })
}
