//! The owner has stopped sharing: nothing of the chart stays on the screen.

use yew::prelude::*;

use crate::{
    components::{Callout, RouteLink, Tone},
    hooks::use_page,
    route::Route,
    words::chart,
};

#[derive(Properties, PartialEq)]
pub(crate) struct EndedProps {
    /// The user name of the owner; empty when it was never known here.
    pub(crate) owner: AttrValue,
}

#[component]
pub(crate) fn Ended(props: &EndedProps) -> Html {
    let heading = use_page(chart::ENDED);
    html! {
        <div class="narrow">
            <h1 ref={heading} tabindex="-1">{ chart::ENDED }</h1>
            { Callout::new()
                .hook("sharing-ended")
                .tone(Tone::Warn)
                .alert(true)
                .children(html! { <>
                <p>{ chart::ended(&props.owner) }</p>
            </> }).view() }
            <p><RouteLink hook="to-patients" to={Route::Patients} class="button">{ chart::TO_PATIENTS }</RouteLink></p>
        </div>
    }
}
