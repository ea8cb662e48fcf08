//! The log: one JSON object a line, made of log-safe values only.
//!
//! There is no general logger in this program. Libraries that log (the web server, TLS) find nobody
//! listening, so that no address, header or name can slip into the log through them. What is
//! written here goes through [`LogSafe`], which user names, ids of people and records, concrete
//! paths and contents do not implement.

use std::{
    fmt,
    fs::OpenOptions,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use keepwell_shared::error::Code;
use serde_json::{Map, Value};

use crate::{clock::Clock, config::LogTo, data_dir, start_error::StartError};

/// What may stand in the log.
pub(crate) trait LogSafe {
    /// The value as it is written.
    fn to_log(&self) -> Value;
}

/// Texts of this program: names of events, causes, patterns of routes.
impl LogSafe for &'static str {
    fn to_log(&self) -> Value {
        Value::from(*self)
    }
}

/// Codes are public.
impl LogSafe for Code {
    fn to_log(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }
}

/// Milliseconds.
impl LogSafe for Duration {
    fn to_log(&self) -> Value {
        Value::from(u64::try_from(self.as_millis()).unwrap_or(u64::MAX))
    }
}

/// HTTP statuses.
impl LogSafe for http::StatusCode {
    fn to_log(&self) -> Value {
        Value::from(self.as_u16())
    }
}

/// A size rounded up to a power of two: exact lengths would tell entries apart.
pub(crate) struct RoundedSize(pub(crate) u64);

impl LogSafe for RoundedSize {
    fn to_log(&self) -> Value {
        Value::from(match self.0 {
            0 => 0,
            size => size.checked_next_power_of_two().unwrap_or(u64::MAX),
        })
    }
}

/// Names one request in the log, and in its answer where that is a failure. Random; tells nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId([u8; 8]);

impl RequestId {
    pub(crate) fn generate() -> Self {
        let mut bytes = [0; 8];
        // A request without a number of its own is no reason to refuse it.
        let _ = getrandom::fill(&mut bytes);
        Self(bytes)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

impl LogSafe for RequestId {
    fn to_log(&self) -> Value {
        Value::from(self.to_string())
    }
}

/// An optional value; nothing is written for none.
impl<T: LogSafe> LogSafe for Option<T> {
    fn to_log(&self) -> Value {
        self.as_ref().map_or(Value::Null, LogSafe::to_log)
    }
}

/// The open log.
pub(crate) struct Telemetry {
    sink: Mutex<Box<dyn Write + Send>>,
    clock: Clock,
}

impl Telemetry {
    /// Opens the log.
    ///
    /// # Errors
    /// When the file can not be opened, or can be read by others.
    pub(crate) fn open(to: &LogTo, clock: Clock) -> Result<Self, StartError> {
        let sink: Box<dyn Write + Send> = match to {
            LogTo::Stderr => Box::new(std::io::stderr()),
            LogTo::File(path) => open_file(path)?,
        };
        Ok(Self {
            sink: Mutex::new(sink),
            clock,
        })
    }

    /// Writes one line. A log that can not be written to does not stop the server.
    pub(crate) fn event(&self, name: &'static str, fields: &[(&'static str, &dyn LogSafe)]) {
        let mut line = Map::new();
        line.insert("at".into(), Value::from(self.clock.now()));
        line.insert("event".into(), name.to_log());
        for (key, value) in fields {
            match value.to_log() {
                Value::Null => {}
                value => drop(line.insert((*key).into(), value)),
            }
        }
        let text = format!("{}\n", Value::Object(line));
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = sink.write_all(text.as_bytes());
    }
}

fn open_file(path: &Path) -> Result<Box<dyn Write + Send>, StartError> {
    data_dir::refuse_wide(path)?;
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(data_dir::FILE_MODE)
        .open(path)
        .map_err(|source| StartError::io("write the log", path, source))?;
    Ok(Box::new(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_up() {
        for (size, logged) in [(0, 0), (1, 1), (4097, 8192), (u64::MAX, u64::MAX)] {
            assert_eq!(RoundedSize(size).to_log(), Value::from(logged));
        }
    }

    #[test]
    fn a_line_is_one_json_object() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let log = Telemetry::open(&LogTo::File(path.clone()), Clock::set(7)).unwrap();
        log.event(
            "answered",
            &[
                ("code", &Some(Code::NotFound)),
                ("cause", &None::<&'static str>),
                ("ms", &Duration::from_millis(3)),
            ],
        );
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(
            text,
            "{\"at\":7,\"code\":\"not_found\",\"event\":\"answered\",\"ms\":3}\n"
        );
    }
}
