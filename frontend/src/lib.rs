//! The two programs of the page, the workers, and what they say to each other.
//!
//! [`door`] is all that a first visit loads: what this is, signing in, creating an account.
//! [`inside`] is everything behind it; it is loaded while somebody signs in. Both hold no key: they
//! send a [`message::Command`] to a worker and get back views, which hold only what is to be shown.
//! Of the workers, [`entry`] belongs to the door and [`worker`], which keeps the keys, to what is behind.

pub mod message;

mod address;
mod around;
mod bench;
mod bridge;
mod components;
mod door;
mod frame;
mod handover;
mod hooks;
mod inside;
mod pages;
mod platform;
mod route;
mod session;
mod words;
mod worker;

pub use self::{
    bench::bench,
    door::door,
    inside::inside,
    worker::{entry, worker},
};
