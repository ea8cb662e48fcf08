//! What the screens and the worker say to each other. The screens never hold a key: they send a
//! [`message::Command`] and get back views, which hold only what is to be shown.

pub mod message;
