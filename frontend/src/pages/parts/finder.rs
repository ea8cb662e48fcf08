//! Finding somebody by user name.

use keepwell_shared::username::Username;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::text_of;
use crate::{
    components::{Button, Field, Look, Mistake},
    hooks::{use_busy, use_sent, use_session},
    message::{Command, Failure, Person, Reply},
    words::{failure, share},
};

#[derive(Properties, PartialEq)]
pub(crate) struct FinderProps {
    /// Gets whoever was found, and nobody when the search begins.
    pub(crate) onfound: Callback<Option<Person>>,
}

#[component]
pub(crate) fn Finder(props: &FinderProps) -> Html {
    let session = use_session();
    let (busy, sent) = (use_busy(), use_sent());
    let name = use_node_ref();
    let onsubmit = {
        let (busy, sent, name) = (busy.clone(), sent.clone(), name.clone());
        let onfound = props.onfound.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let username = text_of(&name);
            let own = session.state().home().map(|home| home.username.as_str());
            let mistake = mistake(&username, own).map(|text| Mistake::at(FIELD, text));
            if busy.is() || !sent.show(mistake.into_iter().collect()) || !busy.begin() {
                return;
            }
            onfound.emit(None);
            let asked = session.ask(Command::FindPerson { username });
            let (busy, sent, onfound) = (busy.clone(), sent.clone(), onfound.clone());
            spawn_local(async move {
                match asked.await {
                    Ok(Reply::Person(person)) => onfound.emit(Some(person)),
                    Ok(_) => _ = sent.show(vec![Mistake::at(FIELD, explain(&Failure::Program))]),
                    Err(failure) => _ = sent.show(vec![Mistake::at(FIELD, explain(&failure))]),
                }
                busy.end();
            });
        })
    };
    html! {
        <form class="finder" method="post" autocomplete="off" novalidate={true} role="search" {onsubmit}>
            { sent.summary() }
            { Field::new()
                .hook(FIELD)
                .label(share::FIND_USERNAME)
                .help(share::FIND_HELP)
                .error(sent.of(FIELD))
                .name(true)
                .node(name)
                .view() }
            { Button::new()
                .hook("find")
                .label(if busy.is() { share::FINDING } else { share::FIND })
                .look(Look::Main)
                .submit(true)
                .busy(busy.is())
                .view() }
        </form>
    }
}

fn mistake(typed: &str, own: Option<&str>) -> Option<&'static str> {
    if typed.trim().is_empty() {
        return Some(share::FIND_MISSING);
    }
    match Username::parse(typed) {
        Ok(name) if own == Some(name.as_str()) => Some(share::YOURSELF),
        Ok(_) => None,
        Err(error) => Some(failure::username_error(error)),
    }
}

fn explain(problem: &Failure) -> String {
    match problem {
        Failure::NotFound => share::FIND_NOBODY.into(),
        other => failure::failure(other),
    }
}

const FIELD: &str = "find-username";
