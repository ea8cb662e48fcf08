//! What the text of an entry says: in parts where it is a stored resource, else as it is.

use keepwell_record::{Description, Field, Shown, model::Kind};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::shown::{date, label, value};
use crate::{
    bridge::record,
    components::{Callout, RouteLink, Tone},
    message::{
        Failure,
        record::{Answer, Content, Question},
    },
    pages::parts::{loading, trouble},
    route::Route,
    words::{record as words, trend},
};

/// What is known of a text.
#[derive(Clone, PartialEq)]
pub(crate) enum Read {
    /// Nothing yet.
    Asked,
    /// Words only.
    Words,
    /// A stored resource.
    Content(Box<Content>),
    /// It could not be read just now.
    Failed(Failure),
}

/// Whether a text may be a stored resource; only the worker that reads records knows.
pub(crate) fn may_be_record(text: &str) -> bool {
    text.starts_with('{')
}

/// Reads the text of an entry. Only what may be a stored resource is asked about.
#[hook]
pub(crate) fn use_read(text: &str) -> (Read, Callback<()>) {
    let read = use_state(|| None::<(String, Read)>);
    let again = {
        let (read, text) = (read.setter(), text.to_owned());
        Callback::from(move |()| {
            if !may_be_record(&text) {
                return;
            }
            let (read, text) = (read.clone(), text.clone());
            spawn_local(async move {
                let question = Question::Read { text: text.clone() };
                let told = match record::ask(&question).await {
                    Ok(Answer::Read(Some(content))) => Read::Content(content),
                    Ok(_) => Read::Words,
                    Err(failure) => Read::Failed(failure),
                };
                read.set(Some((text, told)));
            });
        })
    };
    {
        let again = again.clone();
        use_effect_with(text.to_owned(), move |_| again.emit(()));
    }
    let known = read.as_ref().filter(|(of, _)| of == text);
    let known = known.map(|(_, read)| read.clone());
    let first = if may_be_record(text) {
        Read::Asked
    } else {
        Read::Words
    };
    (known.unwrap_or(first), again)
}

#[derive(Properties, PartialEq)]
pub(crate) struct ToldProps {
    pub(crate) text: String,
    /// Leads to what was measured, over time.
    #[prop_or_default]
    pub(crate) trend: Option<Route>,
}

/// Draws it.
#[component]
pub(crate) fn Told(props: &ToldProps) -> Html {
    let (read, again) = use_read(&props.text);
    match read {
        Read::Asked => loading(),
        Read::Failed(failure) => trouble(&failure, again),
        Read::Words => html! {
            <p class="entry-text" data-test="entry-text">{ &props.text }</p>
        },
        Read::Content(content) => html! {
            <>
                { facts(&content.description, true) }
                if let Some(to) = props.trend.clone().filter(|_| is_measured(&content.description)) {
                    <p class="no-print"><RouteLink hook="to-trend" {to}>{ trend::TO_TREND }</RouteLink></p>
                }
            </>
        },
    }
}

/// Whether there is a number that can be drawn.
fn is_measured(own: &Description) -> bool {
    let mut parts = own.parts.iter();
    own.kind == Kind::Observation
        && !own.void
        && parts.any(|part| matches!(part.value, Shown::Quantity(_)))
}

/// The parts of what it says; with its kind and its date, unless these stand elsewhere.
pub(super) fn facts(own: &Description, whole: bool) -> Html {
    let parts = own.parts.iter().map(|part| {
        html! {
            <div>
                <dt>{ label(part.field, &part.label) }</dt>
                <dd class={matches!(part.field, Field::Note | Field::Text).then_some("entry-text")}>{ value(&part.value) }</dd>
            </div>
        }
    });
    let when = own.when.and_then(|when| when.date());
    html! {
        <>
            if own.void {
                { Callout::new().hook("void").tone(Tone::Warn).children(html! { <p>{ words::TAKEN_BACK }</p> }).view() }
            }
            if !own.kind.is_understood() {
                <p class="muted">{ words::NOT_UNDERSTOOD }</p>
            }
            <dl class="facts" data-test="facts">
                if whole {
                    <div><dt>{ words::form::KIND }</dt><dd>{ words::kind(own.kind) }</dd></div>
                }
                if let Some(when) = when.filter(|_| whole) {
                    <div><dt>{ words::form::DATE }</dt><dd>{ date(when) }</dd></div>
                }
                { for parts }
            </dl>
        </>
    }
}
