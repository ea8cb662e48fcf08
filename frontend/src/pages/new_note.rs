//! Writing a note.

use keepwell_shared::id::ChartId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::parts::{EntryFields, entry_fields};
use crate::{
    components::{Button, Look, Mistake, RouteLink, Sign, icon},
    hooks::{use_busy, use_draft, use_page, use_replace, use_sent, use_session},
    message::{Command, Draft, Failure, Reply},
    route::Route,
    session::drafts::{Form, Typed},
    words::{self, entry},
};

#[derive(Properties, PartialEq)]
pub(crate) struct NewNoteProps {
    pub(crate) chart: ChartId,
}

#[component]
pub(crate) fn NewNote(props: &NewNoteProps) -> Html {
    let chart = props.chart;
    let session = use_session();
    let heading = use_page(entry::NEW_NOTE);
    let form = use_draft(Form::Note(chart), Typed::default());
    let (busy, sent, replace) = (use_busy(), use_sent(), use_replace());
    let typed = form.typed().clone();
    let onchange = {
        let (form, typed) = (form.clone(), typed.clone());
        move |draft| {
            form.set(Typed {
                draft,
                ..typed.clone()
            });
        }
    };
    let onsubmit = {
        let (draft, busy, sent) = (typed.draft.clone(), busy.clone(), sent.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if busy.is() || !sent.show(mistakes(&draft)) || !busy.begin() {
                return;
            }
            let draft = draft.clone();
            let asked = session.ask(Command::AddNote { chart, draft });
            let (session, form, replace) = (session.clone(), form.clone(), replace.clone());
            let (busy, sent) = (busy.clone(), sent.clone());
            spawn_local(async move {
                match asked.await {
                    Ok(Reply::Entry(added)) => {
                        form.drop();
                        let record = added.record;
                        let to = Route::Entry { chart, record };
                        session.tell(to.clone(), entry::ADDED);
                        replace.emit(to);
                    }
                    Ok(_) => _ = sent.show(vec![explain(&Failure::Program)]),
                    Err(failure) => _ = sent.show(vec![explain(&failure)]),
                }
                busy.end();
            });
        })
    };
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Chart { chart }} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1">{ entry::NEW_NOTE }</h1>
            { sent.summary() }
            <form method="post" autocomplete="off" novalidate={true} {onsubmit}>
                { entry_fields(EntryFields {
                    draft: typed.draft,
                    onchange: onchange.into(),
                    file: false,
                    untitled: false,
                    title_error: sent.of("note-title"),
                    text_error: sent.of("note-text"),
                }) }
                { Button::new()
                    .hook("save")
                    .label(if busy.is() { entry::SAVING } else { entry::SAVE })
                    .look(Look::Main)
                    .submit(true)
                    .busy(busy.is())
                    .view() }
            </form>
        </div>
    }
}

fn mistakes(draft: &Draft) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if draft.title.trim().is_empty() {
        mistakes.push(Mistake::at("note-title", entry::TITLE_MISSING));
    }
    if draft.text.trim().is_empty() {
        mistakes.push(Mistake::at("note-text", entry::TEXT_MISSING));
    }
    mistakes
}

fn explain(problem: &Failure) -> Mistake {
    let text = words::failure::failure(problem);
    match problem {
        Failure::TextTooLong => Mistake::at("note-text", text),
        _ => Mistake::all(text),
    }
}
