//! Files on their way: in full on the screen that started them, small everywhere else.

use yew::prelude::*;

use crate::{
    components::{Button, Callout, Look, ProgressCard, RouteLink, Tone},
    hooks::{use_here, use_session, use_transfers},
    session::transfers::{Stage, Transfer},
    words,
};

/// The bar that stays while one reads elsewhere.
#[component]
pub(crate) fn Tray() -> Html {
    let here = use_here();
    let transfers = use_transfers();
    let elsewhere = transfers
        .iter()
        .filter(|transfer| transfer.at != here)
        .map(|transfer| html! { <TransferCard key={transfer.id} transfer={transfer.clone()} /> });
    let elsewhere: Vec<Html> = elsewhere.collect();
    if elsewhere.is_empty() {
        return Html::default();
    }
    html! {
        <aside class="tray" aria-label={words::frame::TRAY} data-test="tray">{ for elsewhere }</aside>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct TransferProps {
    pub(crate) transfer: Transfer,
}

/// One file on its way, or how it went.
#[component]
pub(crate) fn TransferCard(props: &TransferProps) -> Html {
    let (session, transfers) = (use_session(), use_transfers());
    let transfer = &props.transfer;
    let (id, what, name) = (transfer.id, transfer.what, &transfer.name);
    let dismiss = Callback::from(move |()| transfers.dismiss(id));
    match &transfer.stage {
        Stage::Running => {
            let (bridge, transfer) = (session.bridge().clone(), transfer.clone());
            let (progress, remaining) = (transfer.progress, transfer.remaining);
            html! {
                <ProgressCard
                    title={words::entry::doing(what, name)}
                    bytes={progress.map(|progress| (progress.done, progress.total))}
                    {remaining}
                    oncancel={Callback::from(move |()| transfer.stop(&bridge))}
                />
            }
        }
        Stage::Done(open) => html! {
            { Callout::new()
                .hook("transfer-done")
                .tone(Tone::Good)
                .alert(true)
                .children(html! { <>
                <p>{ words::entry::done(what, name) }</p>
                <p class="actions">
                    if let Some(open) = open {
                        <RouteLink hook="transfer-open" to={open.clone()} class="button">
                            { words::entry::OPEN_IT }
                        </RouteLink>
                    }
                    { Button::new()
                        .hook("transfer-close")
                        .label(words::CLOSE)
                        .look(Look::Quiet)
                        .onclick(dismiss)
                        .view() }
                </p>
            </> }).view() }
        },
        Stage::Failed(failure) => html! {
            { Callout::new()
                .hook("transfer-failed")
                .tone(Tone::Bad)
                .alert(true)
                .title(words::entry::failed(what, name))
                .children(html! { <>
                <p>{ words::failure::failure(failure) }</p>
                <p class="actions">
                    <RouteLink hook="transfer-again" to={transfer.at.clone()} class="button">
                        { words::TRY_AGAIN }
                    </RouteLink>
                    { Button::new()
                        .hook("transfer-close")
                        .label(words::CLOSE)
                        .look(Look::Quiet)
                        .onclick(dismiss)
                        .view() }
                </p>
            </> }).view() }
        },
    }
}
