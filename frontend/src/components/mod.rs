//! Presentational pieces: properties in, callbacks out. They know no session and no worker.

mod button;
mod callout;
mod dialog;
mod field;
mod file_picker;
mod icon;
mod link;
mod password;
mod progress;
mod refused;
mod select;
mod summary;
mod words_row;

pub(crate) use self::{
    button::{Button, Look},
    callout::{Callout, Tone},
    dialog::Dialog,
    field::{Field, TextArea, describe},
    file_picker::FilePicker,
    icon::{Icon, Sign},
    link::RouteLink,
    password::PasswordField,
    progress::ProgressCard,
    refused::RefusedNotice,
    select::CategorySelect,
    summary::{Mistake, Summary},
    words_row::WordsRow,
};
