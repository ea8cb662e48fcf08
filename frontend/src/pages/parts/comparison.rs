//! Comparing safety words with one person. Both screens show the same two lines in the same order.

use keepwell_shared::statement::Role;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::trouble;
use crate::{
    components::{Button, Callout, Look, Sign, Tone, icon, words_row},
    hooks::{use_busy, use_session},
    message::{Command, Failure, Person, Reply},
    platform,
    words::{self, share},
};

#[derive(Properties, PartialEq)]
pub(crate) struct ComparisonProps {
    pub(crate) person: Person,
    /// Gets the person once the words are the same, and nobody when one wants to look again.
    pub(crate) onanswer: Callback<Option<Person>>,
    /// Whether the person was looked for just now: then the focus moves here.
    #[prop_or_default]
    pub(crate) found: bool,
}

/// Keyed by the person: whoever is looked at next begins anew.
#[component]
pub(crate) fn Comparison(props: &ComparisonProps) -> Html {
    let session = use_session();
    let busy = use_busy();
    let differ = use_state(|| false);
    let failure = use_state(|| None::<Failure>);
    let person = &props.person;
    let name = &person.username;
    let settled = person.compared && !person.changed;
    let card = use_node_ref();
    {
        let card = card.clone();
        let first = use_mut_ref(|| !props.found);
        use_effect_with((settled, *differ), move |_| {
            // What was pressed is gone, or stands above: go on reading here.
            if !first.replace(false)
                && let Some(element) = card.cast::<web_sys::Element>()
            {
                platform::focus(&element);
            }
        });
    }
    let confirm = {
        let (session, busy, failure) = (session.clone(), busy.clone(), failure.setter());
        let onanswer = props.onanswer.clone();
        let (account, bundle) = (person.account, person.bundle);
        Callback::from(move |()| {
            if !busy.begin() {
                return;
            }
            let asked = session.ask(Command::ConfirmPerson { account, bundle });
            let (busy, failure, onanswer) = (busy.clone(), failure.clone(), onanswer.clone());
            spawn_local(async move {
                match asked.await {
                    Ok(Reply::Person(person)) => onanswer.emit(Some(person)),
                    Ok(_) => failure.set(Some(Failure::Program)),
                    Err(problem) => failure.set(Some(problem)),
                }
                busy.end();
            });
        })
    };
    let again = {
        let onanswer = props.onanswer.clone();
        Callback::from(move |()| onanswer.emit(None))
    };
    let home = session.state().home();
    let own_name = home.map(|home| home.username.as_str()).unwrap_or_default();
    html! {
        <section ref={card} class="card comparison" tabindex="-1" aria-label={name.clone()} data-test="person">
            <div class="person">
                { icon(Sign::Person) }
                <span class="row-text">
                    <span class="row-title" data-test="person-name">{ name }</span>
                    <span class="row-meta">
                        <span data-test="person-role">{ share::says(words::role(person.role)) }</span>
                    </span>
                </span>
                if settled {
                    <span class="tag good" data-test="compared">{ icon(Sign::Check) }{ words::chart::COMPARED }</span>
                }
            </div>
            if person.changed {
                { Callout::new()
                    .hook("changed")
                    .tone(Tone::Bad)
                    .title(share::CHANGED)
                    .children(html! { <>
                    <p>{ share::changed(name) }</p>
                </> }).view() }
            }
            if *differ {
                { Callout::new()
                    .hook("words-differ-help")
                    .tone(Tone::Bad)
                    .alert(true)
                    .title(share::DIFFER_TITLE)
                    .children(html! { <>
                    <p>{ share::differ(name) }</p>
                    { Button::new()
                        .hook("look-again")
                        .label(share::LOOK_AGAIN)
                        .onclick(again)
                        .view() }
                </> }).view() }
            } else {
                if settled {
                    <p data-test="compared-note">{ share::ALREADY }</p>
                } else {
                    <p>{ share::SAYS_HELP }</p>
                }
                if settled {
                    <details data-test="words-again">
                        <summary>{ share::WORDS_TITLE }</summary>
                        { lines(person, own_name) }
                    </details>
                } else {
                    <h3>{ share::WORDS_TITLE }</h3>
                    <p>{ share::WORDS_TEXT }</p>
                    <p class="muted">
                        { if person.role == Role::Doctor { share::WORDS_WHERE_DOCTOR } else { share::WORDS_WHERE_PATIENT } }
                    </p>
                    { lines(person, own_name) }
                    if let Some(failure) = &*failure {
                        { trouble(failure, confirm.clone()) }
                    }
                    <p class="actions">
                        { Button::new()
                            .hook("words-same")
                            .label(share::SAME)
                            .look(Look::Main)
                            .busy(busy.is())
                            .onclick(confirm)
                            .view() }
                        { Button::new()
                            .hook("words-differ")
                            .label(share::DIFFER)
                            .onclick({let differ = differ.setter(); move |()| differ.set(true)})
                            .view() }
                    </p>
                }
            }
        </section>
    }
}

/// Sorted by name, so that the first line here is the first line there.
fn lines(person: &Person, own_name: &str) -> Html {
    let theirs = words_row(
        "words-theirs",
        share::words_of(&person.username),
        "",
        &person.words,
    );
    let own = words_row(
        "words-mine",
        share::words_of(own_name),
        share::YOURS,
        &person.own_words,
    );
    if own_name < person.username.as_str() {
        html! { <>{ own }{ theirs }</> }
    } else {
        html! { <>{ theirs }{ own }</> }
    }
}
