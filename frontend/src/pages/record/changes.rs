//! What a revision says differently from the one before it, in words.

use keepwell_record::{Comparison, PartChange, Step, model::When};
use keepwell_shared::id::ChartId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::shown::{date, label, value};
use crate::{
    bridge::record,
    hooks::use_session,
    message::{
        Command, Entry, Failure, Reply,
        record::{Answer, Question, Side},
    },
    pages::parts::{loading, trouble},
    words::{self, changes as text, record as words_of},
};

#[derive(Properties, PartialEq)]
pub(crate) struct ChangesProps {
    pub(crate) chart: ChartId,
    /// The revision that is shown; not the first one.
    pub(crate) entry: Entry,
}

/// What is known of the difference.
#[derive(Clone, PartialEq)]
enum Known {
    Nothing,
    Asked,
    Failed(Failure),
    Told(Box<(Entry, Comparison)>),
}

/// Folded until somebody wants to know.
#[component]
pub(crate) fn Changes(props: &ChangesProps) -> Html {
    let session = use_session();
    let known = use_state(|| Known::Nothing);
    let ask = {
        let (known, entry, chart) = (known.setter(), props.entry.clone(), props.chart);
        Callback::from(move |()| {
            let (known, entry) = (known.clone(), entry.clone());
            let Some(before) = before(&entry) else { return };
            known.set(Known::Asked);
            let asked = session.ask(Command::OpenEntry {
                chart,
                record: entry.record,
                revision: Some(before),
            });
            spawn_local(async move {
                known.set(match difference(asked.await, &entry).await {
                    Ok(told) => Known::Told(Box::new(told)),
                    Err(failure) => Known::Failed(failure),
                });
            });
        })
    };
    let ontoggle = {
        let (fresh, ask) = (*known == Known::Nothing, ask.clone());
        Callback::from(move |_: Event| {
            if fresh {
                ask.emit(());
            }
        })
    };
    html! {
        <details {ontoggle}>
            <summary data-test="changes">{ text::TITLE }</summary>
            { match &*known {
                Known::Nothing | Known::Asked => loading(),
                Known::Failed(failure) => trouble(failure, ask),
                Known::Told(told) => differences(&told.0, &props.entry, &told.1),
            } }
        </details>
    }
}

/// The revision before this one.
fn before(entry: &Entry) -> Option<keepwell_shared::bytes::Hash> {
    let mut history = entry.history.iter();
    let at = history.position(|line| line.revision == entry.revision)?;
    Some(entry.history.get(at.checked_sub(1)?)?.revision)
}

async fn difference(
    old: Result<Reply, Failure>,
    new: &Entry,
) -> Result<(Entry, Comparison), Failure> {
    let Reply::Entry(old) = old? else {
        return Err(Failure::Program);
    };
    let side = |entry: &Entry| Side {
        title: entry.title.clone(),
        text: entry.text.clone(),
    };
    let question = Question::Compare {
        before: side(&old),
        after: side(new),
    };
    match record::ask(&question).await? {
        Answer::Compared(comparison) => Ok((old, *comparison)),
        _ => Err(Failure::Program),
    }
}

fn differences(old: &Entry, new: &Entry, own: &Comparison) -> Html {
    let mut lines: Vec<Html> = Vec::new();
    if let Some((before, after)) = &own.title {
        lines.push(line(text::HEADING, some(before), some(after)));
    }
    if let Some((before, after)) = &own.when {
        lines.push(line(words_of::form::DATE, when(*before), when(*after)));
    }
    lines.extend(own.parts.iter().map(part));
    let category = |entry: &Entry| some(words::category(entry.category));
    if old.category != new.category {
        lines.push(line(words::entry::CATEGORY, category(old), category(new)));
    }
    let file = |entry: &Entry| entry.file.as_ref().map(|file| file.name.clone());
    if old.file != new.file {
        lines.push(line(words::chart::FILE, file(old), file(new)));
    }
    if lines.is_empty() {
        return html! {
            <>
                <p>{ if own.members.is_empty() { text::NONE } else { text::WORDLESS } }</p>
                { members(own) }
            </>
        };
    }
    html! { <dl class="facts" data-test="differences">{ for lines }</dl> }
}

fn part(own: &PartChange) -> Html {
    line(
        &label(own.field, &own.label),
        own.before.as_ref().map(value),
        own.after.as_ref().map(value),
    )
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn when(own: Option<When>) -> Option<String> {
    own.and_then(When::date).map(date)
}

/// One difference: what was said, and what is said now.
fn line(label: &str, before: Option<String>, after: Option<String>) -> Html {
    html! {
        <div>
            <dt>{ label.to_owned() }</dt>
            { match (before, after) {
                (Some(before), Some(after)) => html! {
                    <>
                        <dd><span class="muted">{ text::BEFORE }{ " " }</span><del class="entry-text">{ before }</del></dd>
                        <dd><span class="muted">{ text::NOW }{ " " }</span><ins class="entry-text">{ after }</ins></dd>
                    </>
                },
                (Some(before), None) => html! {
                    <dd><span class="muted">{ text::GONE }{ " " }</span><del class="entry-text">{ before }</del></dd>
                },
                (None, Some(after)) => html! {
                    <dd><span class="muted">{ text::NEW }{ " " }</span><ins class="entry-text">{ after }</ins></dd>
                },
                (None, None) => Html::default(),
            } }
        </div>
    }
}

/// Where something differs for which there are no words.
fn members(own: &Comparison) -> Html {
    let path = |steps: &[Step]| {
        let steps = steps.iter().map(|step| match step {
            Step::Member(name) => name.clone(),
            Step::Element(number) => number.saturating_add(1).to_string(),
        });
        steps.collect::<Vec<_>>().join(" · ")
    };
    html! {
        <dl class="facts">
            { for own.members.iter().map(|one| line(&path(&one.path), one.before.clone(), one.after.clone())) }
        </dl>
    }
}
