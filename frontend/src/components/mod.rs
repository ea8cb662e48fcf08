//! Presentational pieces: properties in, callbacks out. They know no session and no worker.

mod button;
mod callout;
mod choice;
mod dialog;
mod field;
mod file_picker;
mod icon;
mod link;
mod password;
mod piece;
mod progress;
mod qr;
mod refused;
mod select;
mod summary;
mod words_row;

pub(crate) use self::{
    button::{Button, Look},
    callout::{Callout, Tone},
    choice::{Choice, Day, Tick},
    dialog::Dialog,
    field::{Field, TextArea, describe},
    file_picker::FilePicker,
    icon::{Sign, icon},
    link::RouteLink,
    password::PasswordField,
    piece::piece,
    progress::ProgressCard,
    qr::qr,
    refused::{missing_notice, refused_notice},
    select::category_select,
    summary::{Mistake, Summary},
    words_row::words_row,
};
