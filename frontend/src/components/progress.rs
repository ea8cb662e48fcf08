//! A file on its way: what, how much, how long, and a way to stop it.

use yew::prelude::*;

use super::{Button, Look, Sign, icon};
use crate::words;

#[derive(Properties, PartialEq)]
pub(crate) struct ProgressProps {
    /// What is being done.
    pub(crate) title: AttrValue,
    /// Bytes done and bytes in all, once known.
    pub(crate) bytes: Option<(u64, u64)>,
    /// Seconds left, once known.
    pub(crate) remaining: Option<u64>,
    pub(crate) oncancel: Callback<()>,
}

#[component]
pub(crate) fn ProgressCard(props: &ProgressProps) -> Html {
    let cancelling = use_state(|| false);
    let onclick = {
        let (cancelling, emit) = (cancelling.clone(), props.oncancel.clone());
        Callback::from(move |()| {
            cancelling.set(true);
            emit.emit(());
        })
    };
    let total = props.bytes.map(|(_, total)| total.max(1));
    let done = props.bytes.map(|(done, _)| done);
    let percent = done
        .zip(total)
        .map(|(done, total)| done.min(total) * 100 / total);
    html! {
        <div class="progress" data-test="transfer">
            <p class="progress-title">{ icon(Sign::File) }{ &props.title }</p>
            <progress
                aria-label={&props.title}
                max={total.map(|total| total.to_string())}
                value={done.map(|done| done.to_string())}
                data-test="progress"
            />
            <p class="progress-text" data-test="progress-text">
                if let (Some(done), Some(total), Some(percent)) = (done, total, percent) {
                    { words::entry::progress(done, total, percent) }
                    if let Some(seconds) = props.remaining {
                        { ", " }{ words::entry::remaining(seconds) }
                    }
                } else {
                    { words::entry::STARTING }
                }
            </p>
            { Button::new()
                .hook("cancel")
                .label(words::CANCEL)
                .look(Look::Quiet)
                .busy(*cancelling)
                .onclick(onclick)
                .view() }
        </div>
    }
}
