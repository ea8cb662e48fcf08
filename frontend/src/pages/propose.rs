//! Writing an entry into somebody else's chart, where it waits for its owner.

use std::rc::Rc;

use keepwell_shared::id::{ChartId, RecordId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{
    parts::{EntryFields, entry_fields, loading, trouble},
    record::{Read, RecordForm, Target, may_be_record, use_read},
};
use crate::{
    components::{Button, Look, Mistake, RouteLink, Sign, icon},
    hooks::{use_busy, use_chart, use_draft, use_page, use_replace, use_sent, use_session},
    message::{Chart, Command, Draft, Failure, Outcome, Reply, Waiting},
    route::Route,
    session::drafts::{Form, Typed},
    words::{self, entry, record, waiting as text},
};

#[derive(Properties, PartialEq)]
pub(crate) struct ProposeProps {
    pub(crate) chart: ChartId,
    /// An own entry that the owner asks about.
    #[prop_or_default]
    pub(crate) answers: Option<RecordId>,
}

#[component]
pub(crate) fn Propose(props: &ProposeProps) -> Html {
    let heading = use_page(match props.answers {
        Some(_) => text::ANSWER,
        None => text::WRITE,
    });
    let opened = use_chart(props.chart, ());
    let to = match props.answers {
        Some(_) => Route::Chart { chart: props.chart },
        None => Route::Add { chart: props.chart },
    };
    let about = |chart: &Chart| {
        let asked = |one: &&Waiting| one.mine && Some(one.record) == props.answers;
        chart.waiting.iter().find(asked).cloned()
    };
    let owner = opened.chart.as_ref().map(|chart| &chart.owner.username);
    let title = match (owner, props.answers) {
        (None, None) => text::WRITE.into(),
        (None, Some(_)) => text::ANSWER.into(),
        (Some(owner), None) => text::write_title(owner),
        (Some(owner), Some(_)) => text::answer_title(owner),
    };
    html! {
        <div class="narrow">
            <RouteLink hook="back" {to} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1">{ title }</h1>
            if let Some(failure) = &opened.failure {
                { trouble(failure, opened.again.clone()) }
            }
            if let Some(chart) = &opened.chart {
                { question(about(chart).as_ref()) }
                { form(chart, about(chart)) }
            } else if opened.failure.is_none() {
                { loading() }
            }
        </div>
    }
}

/// What the owner wants to know.
fn question(answers: Option<&Waiting>) -> Html {
    match answers.map(|one| &one.outcome) {
        Some(Outcome::Asked(question)) => html! {
            <p data-test="question-asked">{ text::asked(question) }</p>
        },
        _ => Html::default(),
    }
}

/// What was entered by a form is answered by it.
fn form(chart: &Rc<Chart>, answers: Option<Waiting>) -> Html {
    match answers {
        Some(one) if may_be_record(&one.text) => {
            html! { <AnswerRecord chart={chart.clone()} {one} /> }
        }
        answers => html! { <ProposeForm chart={chart.clone()} {answers} /> },
    }
}

#[derive(Properties, PartialEq)]
struct AnswerProps {
    chart: Rc<Chart>,
    one: Waiting,
}

#[component]
fn AnswerRecord(props: &AnswerProps) -> Html {
    let (known, one) = (&props.chart, &props.one);
    let (read, again) = use_read(&one.text);
    match read {
        Read::Words => html! { <ProposeForm chart={known.clone()} answers={one.clone()} /> },
        Read::Asked => loading(),
        Read::Failed(failure) => trouble(&failure, again),
        Read::Content(content) => match content.form {
            Some(form) => html! {
                <RecordForm
                    chart={known.chart}
                    draft={Form::Answer(known.chart, one.record)}
                    {form}
                    target={Target::Proposal(known.clone(), Some(one.clone()))}
                />
            },
            None => html! { <p data-test="no-form">{ record::EDIT_ELSEWHERE }</p> },
        },
    }
}

#[derive(Properties, PartialEq)]
struct FormProps {
    chart: Rc<Chart>,
    answers: Option<Waiting>,
}

#[component]
fn ProposeForm(props: &FormProps) -> Html {
    let chart = props.chart.chart;
    let session = use_session();
    let (form, before) = match &props.answers {
        None => (Form::Proposal(chart), Typed::default()),
        Some(one) => (
            Form::Answer(chart, one.record),
            Typed {
                draft: Draft {
                    title: one.title.clone(),
                    text: one.text.clone(),
                    category: one.category,
                },
                ..Typed::default()
            },
        ),
    };
    let form = use_draft(form, before);
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
        let known = props.chart.clone();
        let answers = props.answers.as_ref().map(|one| one.statement);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if busy.is() || !sent.show(mistakes(&known, &draft)) || !busy.begin() {
                return;
            }
            let draft = draft.clone();
            let asked = session.ask(Command::Propose {
                chart,
                draft,
                answers,
            });
            let (session, form, replace) = (session.clone(), form.clone(), replace.clone());
            let (busy, sent) = (busy.clone(), sent.clone());
            spawn_local(async move {
                match asked.await {
                    Ok(Reply::Chart(_)) => {
                        form.drop();
                        let to = Route::Chart { chart };
                        session.tell(to.clone(), text::SENT);
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
        <>
            <p>{ text::WRITE_TEXT }</p>
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
                    .label(if busy.is() { text::SENDING } else { text::SEND_ENTRY })
                    .look(Look::Main)
                    .submit(true)
                    .busy(busy.is())
                    .view() }
            </form>
        </>
    }
}

fn mistakes(chart: &Chart, draft: &Draft) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if draft.title.trim().is_empty() {
        mistakes.push(Mistake::at("note-title", entry::TITLE_MISSING));
    }
    if draft.text.trim().is_empty() {
        mistakes.push(Mistake::at("note-text", entry::TEXT_MISSING));
    }
    if !chart.proposable.contains(&draft.category) {
        mistakes.push(Mistake::all(text::NOT_SHARED));
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
