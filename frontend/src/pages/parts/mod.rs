//! Pieces of screens that ask the worker or know the session.

mod behind;
mod comparison;
mod entry_fields;
mod entry_list;
mod entry_view;
mod factor;
mod failed_tries;
mod file_card;
mod finder;
mod history;
mod idle_lock;
mod lock_form;
mod new_factor;
pub(crate) mod new_password;
mod standing;
mod tray;
mod unlock;
mod viewer;
mod waiting;

pub(crate) use self::{
    behind::use_way_in,
    comparison::Comparison,
    entry_fields::{EntryFields, entry_fields},
    entry_list::{EntryList, row_id},
    entry_view::EntryView,
    factor::{about_the_code, code_field, recovery_field},
    failed_tries::{failed_tries_list, failed_tries_notice, use_new_failed_tries},
    finder::Finder,
    history::history,
    idle_lock::IdleLock,
    new_factor::{SheetCard, app_card},
    standing::{StandingNotice, check_words, quiet_notices, standing_in_short, still_good},
    tray::{TransferCard, Tray},
    unlock::Unlock,
    waiting::WaitingList,
};

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    components::{Button, Callout, Tone},
    message::Failure,
    platform, words,
};

/// What an uncontrolled field holds when the form is sent.
pub(crate) fn text_of(node: &NodeRef) -> String {
    node.cast::<HtmlInputElement>()
        .map(|input| input.value())
        .unwrap_or_default()
}

/// Says that something could not be read, and offers to try again.
pub(crate) fn trouble(failure: &Failure, again: Callback<()>) -> Html {
    html! {
        { Callout::new().hook("failure").tone(Tone::Bad).alert(true).children(html! { <>
            <p>{ words::failure::failure(failure) }</p>
            { Button::new().hook("try-again").label(words::TRY_AGAIN).onclick(again).view() }
        </> }).view() }
    }
}

/// Prints the page.
pub(crate) fn print() -> Callback<()> {
    Callback::from(|()| {
        if let Some(window) = platform::window() {
            // A browser that cannot print does nothing, and neither can this page.
            let _ = window.print();
        }
    })
}

/// While something is on its way for the first time.
pub(crate) fn loading() -> Html {
    html! { <p class="loading" role="status" data-test="loading">{ words::LOADING }</p> }
}
