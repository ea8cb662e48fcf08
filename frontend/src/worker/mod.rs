//! The workers: the only places where passwords are heard and keys are kept. Ending one is locking.
//!
//! [`entry`] hears the password and the second factor, and hands over what opens the account. [`worker`]
//! keeps the vault.

mod browser;
mod desk;
pub(crate) mod engine;
mod entry;
mod failure;
pub(crate) mod file;
mod job;
mod memory;
mod port;
mod view;

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use self::{desk::Desk, entry::Entry, port::Port};

/// Runs the worker that keeps the vault: answers each message of the page, for ever.
pub fn worker() {
    let port = Port::here();
    let desk = Rc::new(Desk::new(port.clone()));
    port.serve(move |message| spawn_local(desk.clone().answer(message)));
}

/// Runs the worker that lets in.
pub fn entry() {
    let port = Port::here();
    let entry = Rc::new(Entry::new(port.clone()));
    port.serve(move |message| spawn_local(entry.clone().answer(message)));
}
