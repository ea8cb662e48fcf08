//! Comparing safety words with anybody: the doctor's side of a patient's sharing.

use yew::prelude::*;

use super::parts::{Comparison, Finder};
use crate::{
    components::{Callout, Tone},
    hooks::{use_page, use_session},
    message::Person,
    route::Route,
    words::share,
};

#[component]
pub(crate) fn Compare() -> Html {
    let session = use_session();
    let heading = use_page(share::COMPARE_TITLE);
    let found = use_state(|| None::<Person>);
    let onfound = {
        let found = found.setter();
        Callback::from(move |person: Option<Person>| found.set(person))
    };
    let onanswer = {
        let found = found.setter();
        Callback::from(move |person: Option<Person>| {
            if person.is_some() {
                session.tell(Route::Compare, share::CONFIRMED);
            }
            found.set(person);
        })
    };
    html! {
        <div class="narrow">
            <h1 ref={heading} tabindex="-1">{ share::COMPARE_TITLE }</h1>
            <p>{ share::COMPARE_TEXT }</p>
            <Finder {onfound} />
            if let Some(person) = &*found {
                <section>
                    <h2 class="unseen">{ &person.username }</h2>
                    <Comparison key={person.bundle.to_text()} person={person.clone()} {onanswer} found={true} />
                </section>
            } else {
                { Callout::new()
                    .hook("compare-hint")
                    .tone(Tone::Calm)
                    .children(html! { <><p>{ share::WORDS_TEXT }</p></> })
                    .view() }
            }
        </div>
    }
}
