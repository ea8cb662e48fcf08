//! A second factor that was drawn: the codes for paper, the key for the app.

use yew::prelude::*;

use crate::{
    components::{Button, qr},
    message::{NewFactor, Sheet},
    platform::{self, download},
    words::factor,
};

#[derive(Properties, PartialEq)]
pub(crate) struct SheetCardProps {
    /// The codes, and whose they are.
    pub(crate) sheet: Sheet,
}

/// Recovery codes, to be kept on paper.
#[component]
pub(crate) fn SheetCard(props: &SheetCardProps) -> Html {
    let refused = use_state(|| false);
    let save = {
        let (sheet, refused) = (props.sheet.clone(), refused.clone());
        Callback::from(move |()| {
            let sheet = factor::sheet(&sheet.username, &sheet.codes);
            refused.set(!download::save_text(&sheet, factor::FILE));
        })
    };
    let print = Callback::from(|()| platform::print());
    html! {
        <section class="card" data-test="sheet">
            <h2>{ factor::SHEET }</h2>
            <p>{ factor::SHEET_LEAD }</p>
            <p><strong>{ &props.sheet.username }</strong>{ ". " }{ factor::EACH }</p>
            <ul class="codes" data-test="recovery-codes">
                { for props.sheet.codes.iter().map(|code| html! { <li>{ code }</li> }) }
            </ul>
            <div class="actions no-print">
                { Button::new().hook("save-codes").label(factor::SAVE).onclick(save).view() }
                { Button::new().hook("print-codes").label(factor::PRINT).onclick(print).view() }
            </div>
            if *refused {
                <p class="error" role="alert">{ factor::SAVE_REFUSED }</p>
            }
        </section>
    }
}

/// The key for the app, to be scanned or typed.
pub(crate) fn app_card(NewFactor { uri, key, .. }: &NewFactor) -> Html {
    html! {
        <section class="card no-print">
            <h2>{ factor::SCAN }</h2>
            <p>{ factor::SCAN_LEAD }</p>
            { qr(uri, factor::QR) }
            <p><a href={uri.clone()} data-test="open-app">{ factor::OPEN_APP }</a></p>
            <p>{ factor::KEY }</p>
            <p class="codes" data-test="factor-key">{ key }</p>
        </section>
    }
}
