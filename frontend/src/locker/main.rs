//! Locks one file with a passphrase, or opens one. A program of its own: it is loaded for one file and ended
//! after it, holds no key of an account, and asks the network for nothing.

use js_sys::{Array, Uint8Array};
use keepwell_age::{BEGINNING, CHUNK, Closed, Locking, Opening, SEALED_CHUNK};
use keepwell_frontend::message::locker::{Event, Job};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Blob, BlobPropertyBag, DedicatedWorkerGlobalScope, FileReaderSync, MessageEvent};
use zeroize::Zeroizing;

fn main() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let port = scope.clone();
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        // Only the page talks to this worker, and in these messages.
        let Some((job, file)) = read(&event.data()) else {
            return;
        };
        let passphrase = Zeroizing::new(job.passphrase);
        let done = match job.lock {
            true => lock(&port, &passphrase, &file).map_err(|_| Event::Failed),
            false => open(&port, &passphrase, &file),
        };
        match done.and_then(|file| file.finish().map_err(|_| Event::Failed)) {
            Ok(file) => post(&port, &Event::Done, Some(&file)),
            Err(event) => post(&port, &event, None),
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The closure lives as long as the worker does: until it is terminated.
    on_message.into_js_value();
    post(&scope, &Event::Ready, None);
}

fn read(data: &JsValue) -> Option<(Job, Blob)> {
    let both: &Array = data.dyn_ref()?;
    let job = serde_json::from_str(&both.get(0).as_string()?).ok()?;
    Some((job, both.get(1).dyn_into().ok()?))
}

fn lock(
    port: &DedicatedWorkerGlobalScope,
    passphrase: &str,
    file: &Blob,
) -> Result<Growing, JsValue> {
    let (mut locking, begins) = Locking::begin(passphrase).ok_or(JsValue::UNDEFINED)?;
    let mut locked = Growing::new(&begins);
    let whole = file.size();
    let mut at = 0.0;
    loop {
        let end = whole.min(at + CHUNK as f64);
        let chunk = Zeroizing::new(piece(file, at, end)?);
        let sealed = locking.seal(&chunk, end == whole);
        locked.push(&sealed.ok_or(JsValue::UNDEFINED)?)?;
        at = end;
        locked.tell(port, at, whole);
        if at == whole {
            return Ok(locked);
        }
    }
}

/// Nothing is given back before the last chunk has opened.
fn open(
    port: &DedicatedWorkerGlobalScope,
    passphrase: &str,
    file: &Blob,
) -> Result<Growing, Event> {
    let whole = file.size();
    let unreadable = |_: JsValue| Event::Failed;
    let beginning = piece(file, 0.0, whole.min(BEGINNING as f64)).map_err(unreadable)?;
    let (mut opening, length) = Opening::begin(passphrase, &beginning).map_err(Event::Closed)?;
    let mut opened = Growing::new(&[]);
    let mut at = length as f64;
    loop {
        let end = whole.min(at + SEALED_CHUNK as f64);
        let chunk = piece(file, at, end).map_err(unreadable)?;
        let plain = opening.open(&chunk, end == whole);
        let plain = Zeroizing::new(plain.map_err(Event::Closed)?);
        opened.push(&plain).map_err(unreadable)?;
        at = end;
        opened.tell(port, at, whole);
        if at == whole {
            return match opened.length {
                0 => Err(Event::Closed(Closed::Damaged)),
                _ => Ok(opened),
            };
        }
    }
}

/// The bytes of a file from here to there.
fn piece(file: &Blob, start: f64, end: f64) -> Result<Vec<u8>, JsValue> {
    let piece = file.slice_with_f64_and_f64(start, end)?;
    let bytes = FileReaderSync::new()?.read_as_array_buffer(&piece)?;
    Ok(Uint8Array::new(&bytes).to_vec())
}

/// A file that grows at its end.
struct Growing {
    parts: Array,
    /// What is not in a part yet.
    rest: Zeroizing<Vec<u8>>,
    length: usize,
}

impl Growing {
    fn new(begins: &[u8]) -> Self {
        Self {
            parts: Array::new(),
            rest: Zeroizing::new(begins.to_vec()),
            length: begins.len(),
        }
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        self.rest.extend_from_slice(bytes);
        self.length += bytes.len();
        match self.rest.len() < PART {
            true => Ok(()),
            false => self.cut(),
        }
    }

    /// A blob of its own for each part: the browser may move it out of memory.
    fn cut(&mut self) -> Result<(), JsValue> {
        let bytes = Uint8Array::from(self.rest.as_slice());
        let part = Blob::new_with_u8_array_sequence(&Array::of1(&bytes))?;
        self.parts.push(&part);
        self.rest.clear();
        Ok(())
    }

    /// Says how far it has come, once for each part.
    fn tell(&self, port: &DedicatedWorkerGlobalScope, done: f64, total: f64) {
        if self.rest.is_empty() {
            let (done, total) = (done as u64, total as u64);
            post(port, &Event::Progress { done, total }, None);
        }
    }

    /// The whole file. Its type says nothing, so that no browser shows it as a page of this origin.
    fn finish(mut self) -> Result<Blob, JsValue> {
        self.cut()?;
        let options = BlobPropertyBag::new();
        options.set_type("application/octet-stream");
        Blob::new_with_blob_sequence_and_options(&self.parts, &options)
    }
}

/// Bytes of a part.
const PART: usize = 1 << 20;

fn post(port: &DedicatedWorkerGlobalScope, event: &Event, file: Option<&Blob>) {
    let text = serde_json::to_string(event).unwrap_or_default();
    let message = Array::of1(&text.into());
    if let Some(file) = file {
        message.push(file);
    }
    // Texts and files can always be copied to the page.
    let _ = port.post_message(&message);
}
