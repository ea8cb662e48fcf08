//! The line to the program that locks files: started for one file, ended after it.

use futures::{StreamExt, channel::mpsc};
use gloo::events::EventListener;
use js_sys::Array;
use keepwell_age::Closed;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, MessageEvent, Worker};

use super::Progress;
use crate::{
    message::{
        Failure,
        locker::{Event, Job},
    },
    platform::code::{self, Code},
};

/// Why there is no other file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NoFile {
    /// The one that there is stays closed.
    Closed(Closed),
    /// Something else.
    Failure(Failure),
}

/// Locks or opens a file. `progress` hears how far it has come, and says whether to go on.
pub(crate) async fn work(
    job: &Job,
    file: &Blob,
    progress: impl Fn(Progress) -> bool,
) -> Result<Blob, NoFile> {
    let failed = || NoFile::Failure(Failure::Program);
    let text = serde_json::to_string(job).map_err(|_| failed())?;
    let message = Array::of2(&text.into(), file);
    let worker = code::start(Code::Locker).map_err(|_| NoFile::Failure(Failure::Offline))?;
    let worker = Ended(worker);
    let (says, mut heard) = mpsc::unbounded();
    let errors = says.clone();
    let _listeners = [
        EventListener::new(&worker.0, "message", move |event| {
            // Nobody listens any more once the answer is there.
            let _ = says.unbounded_send(read(event));
        }),
        EventListener::new(&worker.0, "error", move |_| {
            let _ = errors.unbounded_send(None);
        }),
    ];
    let mut ready = false;
    loop {
        match heard.next().await.flatten() {
            Some((Event::Ready, _)) => {
                ready = true;
                worker.0.post_message(&message).map_err(|_| failed())?;
            }
            Some((Event::Progress { done, total }, _)) => {
                if !progress(Progress { done, total }) {
                    return Err(NoFile::Failure(Failure::Cancelled));
                }
            }
            Some((Event::Done, Some(file))) => return Ok(file),
            Some((Event::Closed(why), _)) => return Err(NoFile::Closed(why)),
            Some((Event::Done | Event::Failed, _)) => return Err(failed()),
            // Before it was there that is the network.
            None if !ready => return Err(NoFile::Failure(Failure::Offline)),
            None => return Err(failed()),
        }
    }
}

fn read(event: &web_sys::Event) -> Option<(Event, Option<Blob>)> {
    let data: JsValue = event.dyn_ref::<MessageEvent>()?.data();
    let both: Array = data.dyn_into().ok()?;
    let event = serde_json::from_str(&both.get(0).as_string()?).ok()?;
    Some((event, both.get(1).dyn_into().ok()))
}

/// Ends the program with whoever asked it.
struct Ended(Worker);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.terminate();
    }
}
