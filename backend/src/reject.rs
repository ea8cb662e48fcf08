//! Every failure, and what is said about it: the only place that turns one into a status and a
//! body. The client gets a stable code, the log gets the cause.

use keepwell_shared::{
    error::{Code, ErrorBody, Puzzle},
    id::WindowId,
    statement::StatementError,
};
use rusqlite::ErrorCode;

/// Why a request is not carried out.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The request's own fault, or the state that it met.
    Refused(Code),
    /// An unknown window of request numbers; this is the one to count in.
    NewWindow(WindowId),
    /// The next try is heard after so many seconds.
    Wait(u32),
    /// The next try is heard with this puzzle solved.
    Puzzle(Puzzle),
    /// The database.
    Store(rusqlite::Error),
    /// Something that can not be unless this program or its database is broken.
    Broken(&'static str),
}

impl Failure {
    /// What the client is told.
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::Refused(code) => *code,
            Self::NewWindow(_) => Code::NewWindow,
            Self::Wait(_) => Code::Wait,
            Self::Puzzle(_) => Code::Puzzle,
            Self::Store(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => Code::StorageFull,
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Code::Busy,
                _ => Code::Internal,
            },
            Self::Broken(_) => Code::Internal,
        }
    }

    /// The body of the answer.
    pub(crate) fn body(&self) -> ErrorBody {
        ErrorBody {
            code: self.code(),
            window: match self {
                Self::NewWindow(window) => Some(*window),
                _ => None,
            },
            wait: match self {
                Self::Wait(seconds) => Some(*seconds),
                _ => None,
            },
            puzzle: match self {
                Self::Puzzle(puzzle) => Some(puzzle.clone()),
                _ => None,
            },
        }
    }

    /// What the log gets beside the code. SQLite's own text may quote a statement, so its number
    /// stands for it.
    pub(crate) fn cause(&self) -> Option<Cause> {
        match self {
            Self::Refused(_) | Self::NewWindow(_) | Self::Wait(_) | Self::Puzzle(_) => None,
            Self::Broken(what) => Some(Cause::Broken(what)),
            Self::Store(error) => Some(match error {
                rusqlite::Error::SqliteFailure(error, _) => Cause::Sqlite(error.extended_code),
                rusqlite::Error::QueryReturnedNoRows => Cause::Broken("a row is missing"),
                _ => Cause::Broken("a column is not of its type"),
            }),
        }
    }
}

/// What went wrong inside.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cause {
    /// In our own words.
    Broken(&'static str),
    /// SQLite's extended result code.
    Sqlite(i32),
}

impl crate::telemetry::LogSafe for Cause {
    fn to_log(&self) -> serde_json::Value {
        match self {
            Self::Broken(what) => (*what).into(),
            Self::Sqlite(code) => format!("sqlite {code}").into(),
        }
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::Refused(code)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

/// A statement that does not verify is a request that a correct client does not send.
impl From<StatementError> for Failure {
    fn from(_: StatementError) -> Self {
        Self::Refused(Code::BadRequest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_has_its_own_code_and_nothing_else_shows() {
        let sqlite = |code: i32| {
            Failure::from(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(code),
                Some("UNIQUE constraint failed: account.folded".into()),
            ))
        };
        assert_eq!(sqlite(rusqlite::ffi::SQLITE_FULL).code(), Code::StorageFull);
        assert_eq!(sqlite(rusqlite::ffi::SQLITE_BUSY).code(), Code::Busy);
        for code in [
            rusqlite::ffi::SQLITE_CORRUPT,
            rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE,
            rusqlite::ffi::SQLITE_AUTH,
        ] {
            let failure = sqlite(code);
            assert_eq!(failure.code(), Code::Internal);
            let body = serde_json::to_string(&failure.body()).unwrap();
            assert_eq!(body, "{\"code\":\"internal\"}");
        }
    }

    #[test]
    fn only_a_new_window_has_a_second_field() {
        let window = WindowId::generate();
        assert_eq!(Failure::NewWindow(window).body().window, Some(window));
        for code in Code::ALL {
            assert_eq!(Failure::from(code).body().window, None);
            assert_eq!(Failure::from(code).code(), code);
        }
    }
}
