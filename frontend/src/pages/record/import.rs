//! Taking in a file of another program: choosing it, seeing what is in it, adding it.

use std::rc::Rc;

use keepwell_record::{BadFile, Finding, MAX_FILE, Preview, What};
use keepwell_shared::id::ChartId;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use yew::prelude::*;

use super::shown::date;
use crate::{
    bridge::record,
    components::{Button, Callout, FilePicker, Look, RouteLink, Sign, Tick, Tone, icon},
    hooks::{use_chart, use_page, use_session, use_transfers},
    message::{
        Chart, Command, Failure, Reply,
        record::{Answer, NotLooked},
    },
    pages::parts::{TransferCard, loading, standing_in_short, trouble},
    platform,
    route::Route,
    session::{take_in, transfers::Stage},
    words::{self, chart, failure, import as text, record as kinds},
};

#[derive(Properties, PartialEq)]
pub(crate) struct ImportProps {
    pub(crate) chart: ChartId,
}

/// The screen.
#[component]
pub(crate) fn Import(props: &ImportProps) -> Html {
    let chart = props.chart;
    let heading = use_page(text::TITLE);
    let opened = use_chart(chart, ());
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Add { chart }} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1">{ text::TITLE }</h1>
            if let Some(chart) = opened.chart {
                if chart.writable() {
                    <Taking {chart} />
                } else {
                    { standing_in_short(&chart, words::standing::PAUSED) }
                }
            } else if let Some(failure) = opened.failure {
                { trouble(&failure, opened.again) }
            } else {
                { loading() }
            }
        </div>
    }
}

/// What is known of the file.
#[derive(Clone, PartialEq)]
enum Known {
    /// None is chosen.
    Nothing,
    /// It is being read.
    Asked,
    /// It is none that can be read.
    Bad(String),
    /// What is in it.
    Found(Rc<Preview>),
}

#[derive(Properties, PartialEq)]
struct TakingProps {
    chart: Rc<Chart>,
}

#[component]
fn Taking(props: &TakingProps) -> Html {
    let chart = props.chart.chart;
    let here = Route::Import { chart };
    let (session, transfers) = (use_session(), use_transfers());
    let file = use_state(|| None::<File>);
    let known = use_state(|| Known::Nothing);
    let changed = use_state(|| false);
    let turn = use_mut_ref(|| 0_u32);
    let ran = use_mut_ref(|| false);
    let transfer = transfers.of(&here).cloned();
    let stage = transfer.as_ref().map(|transfer| transfer.stage.clone());

    let forget = {
        let (file, known, changed) = (file.setter(), known.setter(), changed.setter());
        let turn = turn.clone();
        Callback::from(move |()| {
            // Whatever is still being read is not wanted any more.
            *turn.borrow_mut() += 1;
            record::end();
            file.set(None);
            known.set(Known::Nothing);
            changed.set(false);
        })
    };
    let onchoose = {
        let (file, known, changed) = (file.setter(), known.setter(), changed.setter());
        let (turn, session) = (turn.clone(), session.clone());
        Callback::from(move |chosen: File| {
            file.set(Some(chosen.clone()));
            changed.set(false);
            let mine = {
                let mut turn = turn.borrow_mut();
                *turn += 1;
                *turn
            };
            if chosen.size() > MAX_FILE as f64 {
                known.set(Known::Bad(text::bad(BadFile::TooLarge).to_owned()));
                return;
            }
            known.set(Known::Asked);
            // What an import that was stopped has added is known only from the server.
            let fresh = session.ask(Command::OpenChart { chart });
            let (known, turn) = (known.clone(), turn.clone());
            spawn_local(async move {
                let fresh = fresh.await;
                if *turn.borrow() != mine {
                    return;
                }
                let looked = match fresh {
                    Ok(Reply::Chart(chart)) => record::look(&chart, &chosen).await,
                    Ok(_) => Err(Failure::Program),
                    Err(why) => Err(why),
                };
                let told = match looked {
                    Ok(Answer::Looked(Ok(preview))) => Known::Found(Rc::new(*preview)),
                    Ok(Answer::Looked(Err(NotLooked::Bad(why)))) => {
                        Known::Bad(text::bad(why).to_owned())
                    }
                    Ok(Answer::Looked(Err(NotLooked::Unreadable))) => {
                        Known::Bad(text::UNREADABLE.to_owned())
                    }
                    Ok(_) => Known::Bad(failure::failure(&Failure::Program)),
                    Err(why) => Known::Bad(failure::failure(&why)),
                };
                if *turn.borrow() == mine {
                    known.set(told);
                }
            });
        })
    };
    let onadd = {
        let (session, transfers) = (session.clone(), transfers.clone());
        let (name, changed) = (file.as_ref().map(File::name), *changed);
        let chart = props.chart.clone();
        Callback::from(move |()| {
            take_in::begin(
                &session,
                &transfers,
                &chart,
                name.clone().unwrap_or_default(),
                changed,
            );
        })
    };
    let ended = {
        let (transfers, id) = (transfers.clone(), transfer.as_ref().map(|own| own.id));
        forget.reform(move |()| {
            if let Some(id) = id {
                transfers.dismiss(id);
            }
        })
    };
    {
        // What was begun may have added some: the file is looked at again before anything is offered.
        let (ran, file, onchoose) = (ran.clone(), file.clone(), onchoose.clone());
        use_effect_with(stage.clone(), move |stage| {
            let running = *stage == Some(Stage::Running);
            let ended = ran.replace(running) && !running;
            if let Some(file) = file.as_ref().filter(|_| ended)
                && !matches!(stage, Some(Stage::Done(_)))
            {
                onchoose.emit(file.clone());
            }
        });
    }
    {
        let found = matches!(*known, Known::Found(_));
        use_effect_with((found, stage.clone()), move |(found, _)| {
            if *found {
                platform::focus_id("found");
            }
        });
    }
    match (&*known, stage, transfer) {
        (_, Some(Stage::Running), Some(transfer)) => html! {
            <TransferCard key={transfer.id} transfer={transfer.clone()} />
        },
        (Known::Found(preview), Some(Stage::Done(_)), _) => {
            done(chart, preview, adding(preview, *changed), ended)
        }
        (known, _, transfer) => html! {
            <>
                if let Some(transfer) = transfer {
                    <TransferCard key={transfer.id} transfer={transfer.clone()} />
                }
                <p>{ text::TEXT }</p>
                <FilePicker
                    label={text::FILE}
                    help={text::limit(MAX_FILE)}
                    error={match known {
                        Known::Bad(why) => Some(AttrValue::from(why.clone())),
                        _ => None,
                    }}
                    file={(*file).clone()}
                    {onchoose}
                />
                { match known {
                    Known::Nothing => Html::default(),
                    Known::Asked => reading(forget),
                    Known::Bad(_) => html! {
                        <p><RouteLink hook="as-file" to={Route::NewFile { chart }}>{ chart::ADD_FILE }</RouteLink></p>
                    },
                    Known::Found(preview) => found(chart, preview, *changed, changed.setter(), onadd),
                } }
            </>
        },
    }
}

fn reading(forget: Callback<()>) -> Html {
    html! {
        <div class="progress" data-test="reading-file">
            <p class="progress-title" role="status">{ icon(Sign::File) }{ text::READING }</p>
            <progress aria-label={text::READING} />
            { Button::new().hook("cancel").label(words::CANCEL).look(Look::Quiet).onclick(forget).view() }
        </div>
    }
}

/// What is in the file, and the way to add it.
fn found(
    chart: ChartId,
    own: &Preview,
    changed: bool,
    set: UseStateSetter<bool>,
    onadd: Callback<()>,
) -> Html {
    let adding = adding(own, changed);
    let known = own.new + own.same + own.changed + own.repeated > 0;
    html! {
        <section data-test="preview">
            <h2 id="found" tabindex="-1">{ text::FOUND }</h2>
            { subjects(own) }
            <dl class="facts">
                <div><dt>{ text::FORM }</dt><dd>{ text::source(own.source) }</dd></div>
                if let (Some(first), Some(last)) = (own.first, own.last) {
                    <div><dt>{ text::SPAN }</dt><dd>{ kinds::between(&date(first.day()), &date(last.day())) }</dd></div>
                }
                { for own.counts.iter().map(|(kind, count)| html! {
                    <div><dt>{ kinds::kinds(*kind) }</dt><dd>{ count.to_string() }</dd></div>
                }) }
            </dl>
            <ul class="titles" data-test="preview-numbers">
                if own.new > 0 { <li>{ text::new(own.new) }</li> }
                if own.same > 0 { <li>{ text::same(own.same) }</li> }
                if own.repeated > 0 { <li>{ text::repeated(own.repeated) }</li> }
                if own.changed > 0 { <li>{ text::changed(own.changed) }</li> }
            </ul>
            if own.changed > 0 {
                { Tick::new()
                    .hook("take-changed")
                    .label(text::take_changed(own.changed))
                    .checked(changed)
                    .onchange(Callback::from(move |yes| set.set(yes)))
                    .view() }
            }
            { findings(chart, &own.findings) }
            if adding > 0 {
                <p class="actions">
                    { Button::new().hook("take-in").label(text::add(adding)).look(Look::Main).onclick(onadd).view() }
                </p>
            } else {
                <p data-test="nothing-new">{ if known { text::NOTHING_NEW } else { text::NOTHING } }</p>
            }
        </section>
    }
}

/// How many entries are written.
fn adding(own: &Preview, changed: bool) -> usize {
    own.new + if changed { own.changed } else { 0 }
}

fn subjects(own: &Preview) -> Html {
    let names = own.subjects.iter().map(text::subject);
    if own.subjects.len() > 1 {
        return Callout::new()
            .hook("several")
            .tone(Tone::Warn)
            .title(text::SEVERAL)
            .children(html! { <>
                <p>{ text::SEVERAL_TEXT }</p>
                <ul class="titles">{ for names.map(|name| html! { <li>{ name }</li> }) }</ul>
            </> })
            .view();
    }
    html! {
        { for names.map(|name| html! { <p data-test="about">{ text::ABOUT }{ " " }<strong>{ name }</strong></p> }) }
    }
}

/// What is left of the file besides its entries, in plain words.
fn findings(chart: ChartId, all: &[Finding]) -> Html {
    if all.is_empty() {
        return Html::default();
    }
    let left = |own: &Finding| matches!(own.what, What::Unreadable | What::TooLong);
    html! {
        <div data-test="findings">
            <h2>{ text::NOTICED }</h2>
            { for all.iter().map(|own| html! {
                <details>
                    <summary>{ text::finding(own.what, own.count) }</summary>
                    <ul class="titles">
                        { for own.examples.iter().map(|one| html! { <li>{ text::example(one) }</li> }) }
                    </ul>
                </details>
            }) }
            if all.iter().any(left) {
                <p><RouteLink hook="whole-file" to={Route::NewFile { chart }}>{ text::WHOLE }</RouteLink></p>
            }
        </div>
    }
}

/// Everything was added.
fn done(chart: ChartId, own: &Preview, added: usize, another: Callback<()>) -> Html {
    html! {
        <>
            { Callout::new()
                .hook("taken-in")
                .tone(Tone::Good)
                .alert(true)
                .title(text::added(added))
                .children(html! { <>
                    <p>{ text::WHO_READS }</p>
                    <ul class="titles">
                        if own.same > 0 { <li>{ text::same(own.same) }</li> }
                        if own.repeated > 0 { <li>{ text::repeated(own.repeated) }</li> }
                    </ul>
                </> })
                .view() }
            { findings(chart, &own.findings) }
            <p class="actions">
                <RouteLink hook="to-chart" to={Route::Chart { chart }} class="button main">{ text::TO_CHART }</RouteLink>
                { Button::new().hook("another").label(text::ANOTHER).look(Look::Quiet).onclick(another).view() }
            </p>
        </>
    }
}
