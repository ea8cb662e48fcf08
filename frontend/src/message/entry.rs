//! What the program that hears the password understands and says.
//!
//! It is the same JSON as [`super::Command`] and [`super::Reply`]; but a program that never opens a chart
//! holds no code for one, and this one belongs to a first visit.

use serde::{Deserialize, Serialize};

use super::TypedFactor;

/// What it is asked.
#[derive(Deserialize)]
pub enum Asked {
    /// As the command of the same name.
    SignIn {
        /// As typed.
        username: String,
        /// As typed.
        password: String,
    },
    /// As the command of the same name.
    ShowFactor(TypedFactor),
    /// As the command of the same name.
    ForgetReturn {
        /// The user name.
        username: String,
    },
    /// As the command of the same name.
    HandOver,
    /// As the command of the same name.
    Cancel {
        /// The id of the message to end.
        id: u32,
    },
}

/// What it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Answer {
    /// As the reply of the same name.
    Done,
    /// As the reply of the same name.
    FactorNeeded,
    /// As the reply of the same name.
    Admitted,
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Asked(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Command, Event, Reply},
        *,
    };

    #[test]
    fn it_reads_the_commands_that_are_for_it() {
        let read = |command: &Command| -> Option<Asked> {
            serde_json::from_str(&serde_json::to_string(command).unwrap()).ok()
        };
        let (username, password) = ("anna".to_owned(), "a password".to_owned());
        let command = Command::SignIn { username, password };
        assert!(matches!(
            read(&command),
            Some(Asked::SignIn { username, password }) if username == "anna" && password == "a password"
        ));
        let code = TypedFactor::Code("123456".into());
        let shown = read(&Command::ShowFactor(code.clone()));
        assert!(matches!(shown, Some(Asked::ShowFactor(typed)) if typed == code));
        let username = "anna".to_owned();
        let forgotten = read(&Command::ForgetReturn { username });
        assert!(matches!(forgotten, Some(Asked::ForgetReturn { username }) if username == "anna"));
        assert!(matches!(read(&Command::HandOver), Some(Asked::HandOver)));
        assert!(matches!(
            read(&Command::Cancel { id: 7 }),
            Some(Asked::Cancel { id: 7 })
        ));
        assert!(read(&Command::Home).is_none());
    }

    #[test]
    fn what_it_answers_is_read_like_any_reply() {
        for (said, meant) in [
            (Answer::Done, Reply::Done),
            (Answer::FactorNeeded, Reply::FactorNeeded),
            (Answer::Admitted, Reply::Admitted),
        ] {
            let text = serde_json::to_string(&Event::Reply(Box::new(Ok(said)))).unwrap();
            let read: Event = serde_json::from_str(&text).unwrap();
            assert!(matches!(read, Event::Reply(answer) if *answer == Ok(meant)));
        }
    }
}
