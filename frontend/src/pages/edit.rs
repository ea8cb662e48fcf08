//! Changing an entry: a new revision is written, the old ones stay.

use keepwell_shared::{
    bytes::Hash,
    id::{ChartId, RecordId},
};
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use yew::prelude::*;

use super::{
    new_file::{file_mistake, use_follow},
    parts::{EntryFields, TransferCard, entry_fields, loading, standing_in_short, trouble},
    record::EditRecord,
};
use crate::{
    components::{Button, Callout, FilePicker, Look, Mistake, RouteLink, Sign, Tone, icon},
    hooks::{
        use_busy, use_chart, use_draft, use_page, use_replace, use_sent, use_session, use_transfers,
    },
    message::{Chart, Command, Draft, Entry, Failure, Reply},
    platform,
    route::Route,
    session::{
        Session,
        drafts::{Form, Typed},
        transfers::{Job, Stage, What, entered},
    },
    words::{self, entry as text},
};

#[derive(Properties, PartialEq)]
pub(crate) struct EditProps {
    pub(crate) chart: ChartId,
    pub(crate) record: RecordId,
}

#[component]
pub(crate) fn Edit(props: &EditProps) -> Html {
    let (chart, record) = (props.chart, props.record);
    let heading = use_page(text::EDIT_TITLE);
    let opened = use_chart(chart, ());
    let find = |chart: &Chart| {
        let mut entries = chart.entries.iter();
        entries.find(|entry| entry.record == record).cloned()
    };
    let entry = opened.chart.as_deref().and_then(find);
    let paused = opened.chart.clone().filter(|chart| !chart.writable());
    let missing = opened.chart.is_some().then_some(Failure::NotFound);
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Entry { chart, record }} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1">{ text::EDIT_TITLE }</h1>
            if let Some(chart) = paused {
                { standing_in_short(&chart, words::standing::PAUSED) }
            } else if let Some(entry) = entry {
                <EditRecord {chart} {record} entry={entry.clone()}><EditForm {chart} {entry} /></EditRecord>
            } else if let Some(failure) = opened.failure.or(missing) {
                { trouble(&failure, opened.again) }
            } else {
                { loading() }
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct EditFormProps {
    chart: ChartId,
    entry: Entry,
}

#[component]
fn EditForm(props: &EditFormProps) -> Html {
    let (chart, entry) = (props.chart, &props.entry);
    let record = entry.record;
    let here = Route::Edit { chart, record };
    let (session, transfers) = (use_session(), use_transfers());
    let form = use_draft(Form::Edit(chart, record), begin(entry));
    let (busy, sent, replace) = (use_busy(), use_sent(), use_replace());
    // A conflict shows the other revision; saving once more then means: on top of that one.
    let newer = use_state(|| None::<Entry>);
    let typed = form.typed().clone();
    let limit = session
        .state()
        .home()
        .map_or(u64::MAX, |home| home.max_file);
    let transfer = transfers.of(&here).cloned();
    use_follow(transfer.clone());
    {
        let (conflict, session, newer) = (
            transfer
                .as_ref()
                .is_some_and(|transfer| transfer.stage == Stage::Failed(Failure::ChangedMeanwhile)),
            session.clone(),
            newer.setter(),
        );
        use_effect_with(conflict, move |conflict| {
            if *conflict {
                look(&session, chart, record, newer);
            }
        });
    }

    use_effect_with(newer.is_some(), |conflict| {
        if *conflict {
            platform::focus_id("conflict");
        }
    });
    let onchange = {
        let (form, typed) = (form.clone(), typed.clone());
        move |draft| {
            form.set(Typed {
                draft,
                ..typed.clone()
            });
        }
    };
    let onchoose = {
        let (form, sent, typed) = (form.clone(), sent.clone(), typed.clone());
        Callback::from(move |file: Option<File>| {
            let mistake = file
                .as_ref()
                .and_then(|file| file_mistake(Some(file), limit));
            sent.show(mistake.into_iter().collect());
            form.set(Typed {
                file,
                ..typed.clone()
            });
        })
    };
    let onsubmit = {
        let (typed, form, newer) = (typed.clone(), form.clone(), newer.clone());
        let (busy, sent, session) = (busy.clone(), sent.clone(), session.clone());
        let (replace, transfers) = (replace.clone(), transfers.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mistakes = mistakes(&typed, limit);
            if busy.is() || !sent.show(mistakes) {
                return;
            }
            let over = newer.as_ref().map(|newer| newer.revision);
            let command = Command::Revise {
                chart,
                record,
                seen: over.or(typed.seen).unwrap_or(Hash([0; 32])),
                draft: typed.draft.clone(),
            };
            if let Some(file) = typed.file.clone() {
                let at = here.clone();
                let job = Job {
                    command,
                    what: What::Replace,
                    name: file.name(),
                    file: Some(file),
                    at: at.clone(),
                };
                let form = form.clone();
                newer.set(None);
                transfers.begin(&session, job, move |answer| {
                    form.drop();
                    entered(&answer, &at)
                });
                return;
            }
            if !busy.begin() {
                return;
            }
            let asked = session.ask(command);
            let (session, form, replace) = (session.clone(), form.clone(), replace.clone());
            let (busy, sent, newer) = (busy.clone(), sent.clone(), newer.setter());
            spawn_local(async move {
                match asked.await {
                    Ok(Reply::Entry(_)) => {
                        form.drop();
                        let to = Route::Entry { chart, record };
                        session.tell(to.clone(), text::SAVED);
                        replace.emit(to);
                    }
                    Ok(_) => _ = sent.show(vec![explain(&Failure::Program)]),
                    Err(Failure::ChangedMeanwhile) => look(&session, chart, record, newer),
                    Err(failure) => _ = sent.show(vec![explain(&failure)]),
                }
                busy.end();
            });
        })
    };
    let give_way = {
        let (form, replace) = (form.clone(), replace.clone());
        Callback::from(move |()| {
            form.drop();
            replace.emit(Route::Entry { chart, record });
        })
    };
    let is_file = entry.file.is_some();
    let running = transfer
        .as_ref()
        .is_some_and(|transfer| transfer.stage == Stage::Running);
    html! {
        <>
            { sent.summary() }
            if let Some(newer) = &*newer {
                { conflict(newer, give_way) }
            } else if let Some(transfer) = transfer {
                <TransferCard key={transfer.id} transfer={transfer.clone()} />
            }
            if !running {
                <form method="post" autocomplete="off" novalidate={true} {onsubmit}>
                    { entry_fields(EntryFields {
                        draft: typed.draft.clone(),
                        onchange: onchange.into(),
                        file: is_file,
                        untitled: false,
                        title_error: sent.of("note-title"),
                        text_error: sent.of("note-text"),
                    }) }
                    if is_file {
                        <FilePicker
                            label={text::REPLACE_FILE}
                            help={text::REPLACE_HELP}
                            error={sent.of("file-input")}
                            file={typed.file.clone()}
                            onchoose={onchoose.reform(Some)}
                        />
                        if typed.file.is_some() {
                            { Button::new()
                                .hook("keep-file")
                                .label(text::KEEP_FILE)
                                .look(Look::Quiet)
                                .onclick(onchoose.reform(|()| None))
                                .view() }
                        }
                    }
                    { Button::new()
                        .hook("save")
                        .label(if busy.is() { text::SAVING } else { text::SAVE })
                        .look(Look::Main)
                        .submit(true)
                        .busy(busy.is())
                        .view() }
                </form>
            }
        </>
    }
}

/// What the form begins with.
fn begin(entry: &Entry) -> Typed {
    Typed {
        draft: Draft {
            title: entry.title.clone(),
            text: entry.text.clone(),
            category: entry.category,
        },
        file: None,
        seen: Some(entry.revision),
    }
}

/// Reads the revision that came in between.
fn look(session: &Session, chart: ChartId, record: RecordId, newer: UseStateSetter<Option<Entry>>) {
    let asked = session.ask(Command::OpenEntry {
        chart,
        record,
        revision: None,
    });
    spawn_local(async move {
        if let Ok(Reply::Entry(entry)) = asked.await {
            newer.set(Some(entry));
        }
    });
}

fn conflict(newer: &Entry, give_way: Callback<()>) -> Html {
    html! {
        <div id="conflict" tabindex="-1">
        { Callout::new()
            .hook("conflict")
            .tone(Tone::Warn)
            .alert(true)
            .title(text::CONFLICT)
            .children(html! { <>
            <p>{ text::CONFLICT_TEXT }</p>
            <h2>{ text::NEWER }</h2>
            <p><strong data-test="newer-title">{ &newer.title }</strong></p>
            <p class="entry-text" data-test="newer-text">{ &newer.text }</p>
            { Button::new().hook("keep-newer").label(text::KEEP_NEWER).onclick(give_way).view() }
        </> }).view() }
        </div>
    }
}

fn mistakes(typed: &Typed, limit: u64) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if typed.draft.title.trim().is_empty() {
        mistakes.push(Mistake::at("note-title", text::TITLE_MISSING_EDIT));
    }
    let file = typed.file.as_ref();
    mistakes.extend(file.and_then(|file| file_mistake(Some(file), limit)));
    mistakes
}

fn explain(problem: &Failure) -> Mistake {
    let words = words::failure::failure(problem);
    match problem {
        Failure::TextTooLong => Mistake::at("note-text", words),
        _ => Mistake::all(words),
    }
}
