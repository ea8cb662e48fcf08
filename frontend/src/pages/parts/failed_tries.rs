//! Failed tries to sign in, as the server tells them: what is new after signing in, and the list.

use keepwell_shared::wire::FailedTries;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{
    components::{Button, Callout, RouteLink, Tone},
    hooks::use_session,
    message::{Command, Reply},
    platform::locale,
    route::Route,
    words::tries as text,
};

/// Once for each session: the series that are new, until the person has seen them.
#[hook]
pub(crate) fn use_new_failed_tries() -> UseStateHandle<Vec<FailedTries>> {
    let (session, new) = (use_session(), use_state(Vec::new));
    let setter = new.setter();
    // An account that is being made has no session yet: asking would end what was drawn.
    let signed_in = session.state().home().is_some();
    use_effect_with(signed_in, move |signed_in| {
        if !signed_in {
            return;
        }
        let asked = session.ask(Command::FailedTries);
        // Where it can not be asked now, the list on the security page says so later.
        spawn_local(async move {
            if let Ok(Reply::FailedTries(mut series)) = asked.await {
                series.retain(|series| series.new);
                setter.set(series);
            }
        });
    });
    new
}

/// Says that there are some, until the person has seen it. Its place is always there, so that it is read
/// aloud when it comes.
pub(crate) fn failed_tries_notice(new: &UseStateHandle<Vec<FailedTries>>, here: &Route) -> Html {
    let sum = |of: fn(&FailedTries) -> u32| new.iter().map(of).fold(0, u32::saturating_add);
    let (tries, known) = (sum(|series| series.tries), sum(|series| series.known));
    let Some(began_at) = new.iter().map(|series| series.began_at).min() else {
        return html! { <div class="above" role="status" /> };
    };
    // Of two series nobody knows whether their places are the same.
    let places = match new.as_slice() {
        [one] => text::places(one.places, one.tries),
        _ => None,
    };
    let seen = {
        let new = new.setter();
        Callback::from(move |()| new.set(Vec::new()))
    };
    let look = match tries {
        1 => text::LOOK_AT_IT,
        _ => text::LOOK_AT_THEM,
    };
    let notice = Callout::new()
        .hook("failed-tries")
        .tone(Tone::Warn)
        .title(text::since(tries, &locale::moment(began_at)))
        .children(html! { <>
            if let Some(places) = places {
                <p>{ places }</p>
            }
            if let Some(known) = text::known(known, tries) {
                <p>{ known }</p>
            }
            <p>{ text::TEXT }</p>
            <p>{ text::SERVER_SAYS }</p>
            <p class="actions">
                { Button::new().hook("failed-tries-seen").label(text::SEEN).onclick(seen).view() }
                if *here != Route::Security {
                    <RouteLink hook="to-failed-tries" to={Route::Security} class="button">{ look }</RouteLink>
                }
            </p>
        </> })
        .view();
    html! { <div class="above" role="status">{ notice }</div> }
}

/// All that the server tells; nothing where it told nothing.
pub(crate) fn failed_tries_list(series: Option<&[FailedTries]>) -> Html {
    html! {
        <section data-test="tried">
            <h2>{ text::LIST }</h2>
            { match series {
                None => html! { <p>{ text::UNKNOWN }</p> },
                Some([]) => html! { <p>{ text::NONE }</p> },
                Some(series) => html! {
                    <ul class="rows">{ for series.iter().map(line) }</ul>
                },
            } }
            <p class="muted">{ text::SERVER_SAYS }</p>
        </section>
    }
}

fn line(series: &FailedTries) -> Html {
    let (from, to) = (
        locale::moment(series.began_at),
        locale::moment(series.last_at),
    );
    html! {
        <li class="row still" data-test="tried-line">
            <span class="row-text">
                <span class="row-title">{ text::failed(series.tries) }</span>
                <span class="row-meta">{ text::span(&from, &to) }</span>
                if let Some(places) = text::places(series.places, series.tries) {
                    <span class="row-meta">{ places }</span>
                }
                if let Some(known) = text::known(series.known, series.tries) {
                    <span class="row-meta">{ known }</span>
                }
            </span>
        </li>
    }
}
