//! What the door's program understands of its workers: answers that come before one is in.
//!
//! They are the same JSON as [`Event`]; but a program that never reads a chart holds no code for it,
//! and this one is all that a first visit loads.

use serde::Deserialize;

use super::{Behind, Event, Home, NewFactor, Reply};

/// Reads what a worker says. None where the door could not do anything with it.
pub fn read(text: &str) -> Option<Event> {
    Some(match serde_json::from_str(text).ok()? {
        Event::Ready => Event::Ready,
        Event::Progress { done, total } => Event::Progress { done, total },
        Event::Reply(answer) => Event::Reply(Box::new((*answer).map(|answer| match answer {
            Answer::Done => Reply::Done,
            Answer::Home(home) => Reply::Home(home),
            Answer::FactorNeeded => Reply::FactorNeeded,
            Answer::Admitted => Reply::Admitted,
            Answer::Behind(found) => Reply::Behind(found),
            Answer::NewFactor(drawn) => Reply::NewFactor(drawn),
        }))),
    })
}

#[derive(Deserialize)]
enum Answer {
    Done,
    Home(Home),
    FactorNeeded,
    Admitted,
    Behind(Behind),
    NewFactor(NewFactor),
}

#[cfg(test)]
mod tests {
    use super::{super::Failure, *};

    fn read_again(event: &Event) -> Option<String> {
        let text = serde_json::to_string(event).unwrap();
        read(&text).map(|event| serde_json::to_string(&event).unwrap())
    }

    #[test]
    fn it_reads_what_the_worker_writes() {
        let drawn = NewFactor {
            uri: "otpauth://".into(),
            key: "KEY".into(),
            sheet: crate::message::Sheet {
                username: "anna".into(),
                codes: vec!["CODE".into()],
            },
        };
        for event in [
            Event::Ready,
            Event::Progress { done: 1, total: 2 },
            Event::Reply(Box::new(Ok(Reply::Done))),
            Event::Reply(Box::new(Ok(Reply::FactorNeeded))),
            Event::Reply(Box::new(Ok(Reply::Admitted))),
            Event::Reply(Box::new(Ok(Reply::Behind(Behind {
                forked: true,
                shown: 1,
                seen: 2,
            })))),
            Event::Reply(Box::new(Ok(Reply::NewFactor(drawn)))),
            Event::Reply(Box::new(Err(Failure::Offline))),
        ] {
            let text = serde_json::to_string(&event).unwrap();
            assert_eq!(read_again(&event), Some(text));
        }
    }

    #[test]
    fn what_belongs_behind_the_door_is_nothing_to_it() {
        assert_eq!(
            read_again(&Event::Reply(Box::new(Ok(Reply::People(Vec::new()))))),
            None
        );
        assert!(read("{\"Reply\":").is_none());
    }
}
