//! Taking a record along: as a file for other programs, and as pages to read and print.

use std::rc::Rc;

use keepwell_record::{Choice, Date, Line, Section, model};
use keepwell_shared::id::ChartId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{
    form::today,
    shown::{moment, title},
    told::facts,
};
use crate::{
    bridge::record::{self, own_category},
    components::{Button, Callout, Look, RouteLink, Sign, Tick, Tone, icon},
    hooks::{use_busy, use_chart, use_page, use_told},
    message::{
        Chart, Failure,
        record::{Answer, Question},
    },
    pages::parts::{loading, print, trouble},
    platform::{self, download, locale},
    route::Route,
    words::{self, chart as chart_words, export as text, record as kinds},
};

#[derive(Properties, PartialEq)]
pub(crate) struct ExportProps {
    pub(crate) chart: ChartId,
}

/// The screen.
#[component]
pub(crate) fn Export(props: &ExportProps) -> Html {
    let chart = props.chart;
    let heading = use_page(text::TITLE);
    let opened = use_chart(chart, ());
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Chart { chart }} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} class="no-print" tabindex="-1">{ text::TITLE }</h1>
            if let Some(chart) = opened.chart {
                <Choosing {chart} />
            } else if let Some(failure) = opened.failure {
                { trouble(&failure, opened.again) }
            } else {
                { loading() }
            }
        </div>
    }
}

/// How saving went.
#[derive(Clone, PartialEq)]
enum Saved {
    Yes,
    No,
    Failed(Failure),
}

#[derive(Properties, PartialEq)]
struct ChoosingProps {
    chart: Rc<Chart>,
}

#[component]
fn Choosing(props: &ChoosingProps) -> Html {
    let chosen = use_state(|| model::Category::ALL.to_vec());
    let shown = use_state(|| false);
    let saved = use_state(|| None::<Saved>);
    let busy = use_busy();
    let choice = Choice::Categories((*chosen).clone());
    let onsave = {
        let (busy, saved, chart) = (busy.clone(), saved.setter(), props.chart.clone());
        let choice = choice.clone();
        Callback::from(move |()| {
            if !busy.begin() {
                return;
            }
            saved.set(None);
            let now = (platform::now() / 1000.0) as u64;
            let made = Date::parse(&locale::machine(now)).unwrap_or_else(|_| today());
            let choice = choice.clone();
            let asked = record::ask_about(&chart, &Question::Export { choice, made });
            let (busy, saved) = (busy.clone(), saved.clone());
            spawn_local(async move {
                saved.set(Some(match asked.await {
                    Ok(Answer::Exported(bundle)) => {
                        let name = text::name(&today().to_string());
                        if download::save_text(&bundle, &name) {
                            Saved::Yes
                        } else {
                            Saved::No
                        }
                    }
                    Ok(_) => Saved::Failed(Failure::Program),
                    Err(failure) => Saved::Failed(failure),
                }));
                busy.end();
            });
        })
    };
    let toggle = {
        let shown = shown.clone();
        Callback::from(move |()| shown.set(!*shown))
    };
    if *shown {
        return html! { <Document chart={props.chart.clone()} {choice} {toggle} /> };
    }
    let ticks = model::Category::ALL.into_iter().map(|category| {
        let (chosen, saved) = (chosen.clone(), saved.setter());
        let name = words::category_long(own_category(category));
        Tick::new()
            .hook(hook(category))
            .label(name)
            .checked(chosen.contains(&category))
            .onchange(Callback::from(move |yes| {
                let mut new = (*chosen).clone();
                new.retain(|own| *own != category);
                if yes {
                    new.push(category);
                }
                chosen.set(new);
                saved.set(None);
            }))
            .view()
    });
    let files = props.chart.entries.iter().any(|entry| entry.file.is_some());
    html! {
        <>
            <p>{ text::TEXT }</p>
            <fieldset class="field">
                <legend>{ text::WHAT }</legend>
                <div class="choices">{ for ticks }</div>
            </fieldset>
            if files {
                <p class="muted">{ text::FILES }</p>
            }
            <div role="status">
                { match &*saved {
                    None => Html::default(),
                    Some(Saved::Yes) => told("exported", Tone::Good, text::SAVED.to_owned()),
                    Some(Saved::No) => told("not-exported", Tone::Bad, text::NOT_SAVED.to_owned()),
                    Some(Saved::Failed(why)) => told("not-exported", Tone::Bad, words::failure::failure(why)),
                } }
            </div>
            if chosen.is_empty() {
                <p data-test="nothing-chosen">{ text::NOTHING }</p>
            } else {
                <p class="actions">
                    { Button::new().hook("export").label(text::SAVE).sign(Sign::Download).look(Look::Main).busy(busy.is()).onclick(onsave).view() }
                    { Button::new().hook("show-document").label(text::SHOW).onclick(toggle).view() }
                </p>
            }
        </>
    }
}

fn told(hook: &'static str, tone: Tone, sentence: String) -> Html {
    Callout::new()
        .hook(hook)
        .tone(tone)
        .children(html! { <p>{ sentence }</p> })
        .view()
}

/// The stable name of a choice for tests.
fn hook(category: model::Category) -> &'static str {
    match category {
        model::Category::Personal => "export-personal",
        model::Category::Clinical => "export-clinical",
        model::Category::Prescriptions => "export-prescriptions",
        model::Category::Laboratory => "export-laboratory",
        model::Category::Financial => "export-financial",
        model::Category::Research => "export-research",
    }
}

#[derive(Properties, PartialEq)]
struct DocumentProps {
    chart: Rc<Chart>,
    choice: Choice,
    toggle: Callback<()>,
}

/// The pages to read and print.
#[component]
fn Document(props: &DocumentProps) -> Html {
    let question = Question::Readable {
        choice: props.choice.clone(),
    };
    let told = use_told(&props.chart, question);
    use_effect_with((), |()| platform::focus_id("document"));
    let sections: &[Section] = match told.answer.as_deref() {
        Some(Answer::Readable(sections)) => sections,
        _ => {
            return match &told.failure {
                Some(failure) => trouble(failure, told.again.clone()),
                None => loading(),
            };
        }
    };
    let entries = sections.iter().map(|section| section.lines.len()).sum();
    let now = (platform::now() / 1000.0) as u64;
    html! {
        <>
            <p class="actions no-print">
                { Button::new().hook("print").label(text::PRINT).look(Look::Main).onclick(print()).view() }
                { Button::new().hook("hide-document").label(text::HIDE).look(Look::Quiet).onclick(props.toggle.clone()).view() }
            </p>
            <article class="document" data-test="document">
                <h2 id="document" tabindex="-1">{ text::of(&props.chart.owner.username) }</h2>
                <p class="muted">{ text::made(now, entries) }</p>
                if sections.is_empty() {
                    <p>{ text::EMPTY }</p>
                }
                { for sections.iter().map(section) }
            </article>
        </>
    }
}

fn section(own: &Section) -> Html {
    html! {
        <section>
            <h3>{ kinds::kinds(own.kind) }</h3>
            { for own.lines.iter().map(entry) }
        </section>
    }
}

fn entry(line: &Line) -> Html {
    let when = moment(line);
    html! {
        <div class="document-entry">
            <h4>{ title(&line.description) }</h4>
            <p class="row-meta">
                <span>{ when.shown }</span>
                <span>{ chart_words::by(&line.author) }</span>
            </p>
            { facts(&line.description, false) }
        </div>
    }
}
