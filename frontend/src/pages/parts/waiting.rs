//! What others wrote and the owner has not taken: for the owner to decide, for its author to see
//! what became of it.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{
    components::{Button, Callout, Dialog, Look, RouteLink, TextArea, Tone},
    hooks::{use_busy, use_session},
    message::{Chart, Command, Decision, Failure, Outcome, Reply, Waiting},
    pages::record::Told,
    platform::locale,
    route::Route,
    words::{self, chart, failure, waiting as text},
};

#[derive(Properties, PartialEq)]
pub(crate) struct WaitingListProps {
    pub(crate) chart: Rc<Chart>,
}

/// Stands above the entries. Draws nothing where nothing waits.
#[component]
pub(crate) fn WaitingList(props: &WaitingListProps) -> Html {
    let known = &props.chart;
    let (title, about) = match known.own {
        true => (text::FOR_YOU, text::FOR_YOU_TEXT),
        false => (text::WAITING, text::WAITING_TEXT),
    };
    html! {
        <>
            { doubts(known) }
            if !known.waiting.is_empty() {
                <section class="waiting" aria-label={title} data-test="waiting">
                    <h2>{ title }</h2>
                    <p>{ about }</p>
                    { for known.waiting.iter().map(|one| html! {
                        <WaitingCard key={one.record.to_string()} chart={known.clone()} one={one.clone()} />
                    }) }
                </section>
            }
        </>
    }
}

/// What does not hold, in words.
fn doubts(known: &Chart) -> Html {
    if known.doubts.is_empty() {
        return Html::default();
    }
    let lines = known.doubts.iter().map(|doubt| {
        html! {
            <li data-test="doubt">
                <strong>{ text::doubt(&doubt.author, words::category(doubt.category)) }</strong>
                { ": " }{ failure::distrust(doubt.why) }{ "." }
            </li>
        }
    });
    html! {
        <details class="callout warn" data-test="doubts">
            <summary>{ text::doubts(known.doubts.len()) }</summary>
            <p>{ text::DOUBTS_TEXT }</p>
            <ul>{ for lines }</ul>
        </details>
    }
}

#[derive(Properties, PartialEq)]
struct WaitingCardProps {
    chart: Rc<Chart>,
    one: Waiting,
}

/// What the owner is asked before it is sent.
#[derive(Clone, Copy, PartialEq)]
enum Asking {
    Question,
    Refusal,
}

#[component]
fn WaitingCard(props: &WaitingCardProps) -> Html {
    let session = use_session();
    let busy = use_busy();
    let asking = use_state(|| None::<Asking>);
    let question = use_state(String::new);
    let missing = use_state(|| false);
    let failed = use_state(|| None::<Failure>);
    let (known, one) = (&props.chart, &props.one);
    let decide = {
        let (busy, asking, failed) = (busy.clone(), asking.setter(), failed.setter());
        let (session, id, statement) = (session.clone(), known.chart, one.statement);
        Callback::from(move |decision: Decision| {
            if !busy.begin() {
                return;
            }
            let told = match &decision {
                Decision::Accept => text::ACCEPTED,
                Decision::Decline => text::DECLINED,
                Decision::Ask(_) => text::ASKED,
            };
            failed.set(None);
            let answer = session.ask(Command::Decide {
                chart: id,
                statement,
                decision,
            });
            let (busy, asking, failed) = (busy.clone(), asking.clone(), failed.clone());
            let session = session.clone();
            spawn_local(async move {
                match answer.await {
                    Ok(Reply::Chart(_)) => {
                        asking.set(None);
                        session.tell_here(told);
                    }
                    Ok(_) => failed.set(Some(Failure::Program)),
                    Err(problem) => failed.set(Some(problem)),
                }
                busy.end();
            });
        })
    };
    let open = {
        let (asking, failed) = (asking.setter(), failed.setter());
        move |what: Option<Asking>| {
            let (asking, failed) = (asking.clone(), failed.clone());
            Callback::from(move |()| {
                failed.set(None);
                asking.set(what);
            })
        }
    };
    let close = {
        let (busy, close) = (busy.clone(), open(None));
        Callback::from(move |()| {
            if !busy.is() {
                close.emit(());
            }
        })
    };
    let send = {
        let (decide, question, missing) = (decide.clone(), question.clone(), missing.setter());
        Callback::from(move |()| {
            let typed = question.trim();
            missing.set(typed.is_empty());
            if !typed.is_empty() {
                decide.emit(Decision::Ask(typed.to_owned()));
            }
        })
    };
    let trouble = (*failed).as_ref().map(|problem| {
        Callout::new()
            .hook("failure")
            .tone(Tone::Bad)
            .alert(true)
            .children(html! { <p>{ failure::failure(problem) }</p> })
            .view()
    });
    let undecided = one.outcome == Outcome::Undecided && known.writable();
    html! {
        <article class="waiting-card" data-test="waiting-card">
            <h3 data-test="waiting-title">{ &one.title }</h3>
            { meta(one) }
            if !one.text.is_empty() {
                <Told text={one.text.clone()} />
            }
            if let Some(file) = &one.file {
                <p>{ &file.name }{ ". " }{ text::FILE_LATER }</p>
            }
            <p data-test="waiting-state">{ state(known, one) }</p>
            if asking.is_none() {
                { trouble.clone() }
            }
            if undecided {
                <p class="actions no-print">
                    { Button::new()
                        .hook("accept")
                        .label(if busy.is() { text::WORKING } else { text::ACCEPT })
                        .look(Look::Main)
                        .busy(busy.is())
                        .onclick(decide.reform(|()| Decision::Accept))
                        .view() }
                    { Button::new().hook("ask").label(text::ASK).onclick(open(Some(Asking::Question))).view() }
                    { Button::new().hook("decline").label(text::DECLINE).onclick(open(Some(Asking::Refusal))).view() }
                </p>
            }
            if matches!(one.outcome, Outcome::Asked(_)) && one.mine {
                <p class="actions no-print">
                    <RouteLink hook="answer" class="button main"
                        to={Route::Answer { chart: known.chart, record: one.record }}>{ text::ANSWER }</RouteLink>
                </p>
            }
            if *asking == Some(Asking::Question) {
                <Dialog hook="ask-dialog" title={text::ASK} oncancel={close.clone()}>
                    <p>{ text::ask_text(&one.author.username) }</p>
                    { TextArea::new()
                        .hook("question")
                        .label(text::QUESTION)
                        .error(missing.then_some(AttrValue::Static(text::QUESTION_MISSING)))
                        .value(AttrValue::from((*question).clone()))
                        .rows("4")
                        .oninput({let question = question.setter(); move |typed| question.set(typed)})
                        .view() }
                    { trouble.clone() }
                    { buttons(text::SEND, Look::Main, busy.is(), send, close.clone()) }
                </Dialog>
            }
            if *asking == Some(Asking::Refusal) {
                <Dialog hook="decline-dialog" title={text::DECLINE_TITLE} oncancel={close.clone()}>
                    <p>{ text::decline_text(&one.author.username) }</p>
                    { trouble }
                    { buttons(text::DECLINE, Look::Danger, busy.is(), decide.reform(|()| Decision::Decline), close) }
                </Dialog>
            }
        </article>
    }
}

fn meta(one: &Waiting) -> Html {
    html! {
        <p class="row-meta">
            <span>{ words::category(one.category) }</span>
            <time datetime={locale::machine(one.at)}>{ locale::day(one.at) }</time>
            <span data-test="waiting-author">{ chart::by(&one.author.username) }</span>
            if one.author.changed {
                <span>{ chart::CHANGED }</span>
            }
            if one.answer {
                <span>{ text::IS_ANSWER }</span>
            }
        </p>
    }
}

/// What became of it, in the words for whoever looks at it.
fn state(known: &Chart, one: &Waiting) -> String {
    match &one.outcome {
        Outcome::Declined => text::IS_DECLINED.into(),
        Outcome::Asked(question) if known.own => text::you_asked(question),
        Outcome::Asked(question) => text::asked(question),
        Outcome::Undecided if one.late => text::IS_LATE.into(),
        Outcome::Undecided if known.own => String::new(),
        Outcome::Undecided if one.seen => text::IS_SEEN.into(),
        Outcome::Undecided => text::not_seen(&locale::day(one.at)),
    }
}

fn buttons(
    label: &'static str,
    look: Look,
    busy: bool,
    go: Callback<()>,
    close: Callback<()>,
) -> Html {
    html! {
        <p class="actions">
            { Button::new()
                .hook("decide-confirm")
                .label(if busy { text::WORKING } else { label })
                .look(look)
                .busy(busy)
                .onclick(go)
                .view() }
            if !busy {
                { Button::new().hook("decide-cancel").label(words::CANCEL).onclick(close).view() }
            }
        </p>
    }
}
