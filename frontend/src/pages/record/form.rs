//! One form: its fields, what is wrong beside them, and sending it.

use std::rc::Rc;

use keepwell_record::{
    Date,
    form::{Around, Fault, Form},
};
use keepwell_shared::{bytes::Hash, id::ChartId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{
    input::{Ask, Input, Place},
    inputs::inputs,
    told::Told,
};
use crate::{
    bridge::record::{self, own_category},
    components::{Button, Callout, Choice, Day, Field, Look, Mistake, TextArea, Tick, Tone},
    hooks::{use_busy, use_draft, use_replace, use_sent, use_session},
    message::{
        Chart, Command, Draft, Entry, Failure, Reply, Waiting,
        record::{Answer, Question, Written},
    },
    platform::{self, locale},
    route::Route,
    session::drafts::{self, Typed},
    words::{self, entry, record as text, waiting},
};

#[derive(Properties, PartialEq)]
pub(crate) struct RecordFormProps {
    pub(crate) chart: ChartId,
    /// Where what is typed is kept.
    pub(crate) draft: drafts::Form,
    /// What the form begins with.
    pub(crate) form: Form,
    /// Where it goes.
    #[prop_or(Target::New)]
    pub(crate) target: Target,
}

/// Where what is entered goes.
#[derive(Clone, PartialEq)]
pub(crate) enum Target {
    /// It becomes an entry of one's own chart.
    New,
    /// It becomes the newest revision of this entry.
    Over(Entry),
    /// It waits for the owner of this chart; it may answer the owner's question about what waits already.
    Proposal(Rc<Chart>, Option<Waiting>),
}

impl Target {
    fn entry(&self) -> Option<&Entry> {
        match self {
            Self::Over(entry) => Some(entry),
            Self::New | Self::Proposal(..) => None,
        }
    }

    /// What was written there before.
    fn old(&self) -> Option<String> {
        match self {
            Self::New | Self::Proposal(_, None) => None,
            Self::Over(entry) => Some(entry.text.clone()),
            Self::Proposal(_, Some(one)) => Some(one.text.clone()),
        }
    }
}

#[component]
pub(crate) fn RecordForm(props: &RecordFormProps) -> Html {
    let (chart, session) = (props.chart, use_session());
    let seen = props.target.entry().map(|entry| entry.revision);
    let draft = use_draft(props.draft, typed(&props.form, seen));
    let (busy, sent, replace) = (use_busy(), use_sent(), use_replace());
    // What came in between, when somebody else has changed the entry.
    let newer = use_state(|| None::<Entry>);
    let form = form_of(draft.typed()).unwrap_or_else(|| props.form.clone());
    let seen = draft.typed().seen.or(seen);
    let put = {
        let (draft, form) = (draft.clone(), form.clone());
        Callback::from(move |(input, value): (usize, String)| {
            let mut form = form.clone();
            let fields = inputs(&form);
            if let Some(place) = fields.get(input).and_then(|input| (input.slot)(&mut form)) {
                place.put(value);
                draft.set(typed(&form, seen));
            }
        })
    };
    let onsubmit = {
        let (form, busy, sent, draft) = (form.clone(), busy.clone(), sent.clone(), draft.clone());
        let (target, newer, replace) = (props.target.clone(), newer.clone(), replace.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if !busy.begin() {
                return;
            }
            let target = (*newer).clone().map_or(target.clone(), Target::Over);
            let (form, busy, sent, draft) =
                (form.clone(), busy.clone(), sent.clone(), draft.clone());
            let (session, replace, newer) = (session.clone(), replace.clone(), newer.clone());
            let question = Question::Write {
                form: form.clone(),
                old: target.old(),
                around: around(),
            };
            let over = newer.as_ref().map(|entry| entry.revision).or(seen);
            spawn_local(async move {
                let written = match record::ask(&question).await {
                    Ok(Answer::Written(Ok(written))) => Ok(written),
                    Ok(Answer::Written(Err(faults))) => Err(mistakes(&form, &faults)),
                    Ok(_) => Err(vec![explain(&Failure::Program)]),
                    Err(failure) => Err(vec![explain(&failure)]),
                };
                let written = match written {
                    Ok(written) if sent.show(Vec::new()) => written,
                    Ok(_) => return busy.end(),
                    Err(mistakes) => {
                        sent.show(mistakes);
                        return busy.end();
                    }
                };
                let command = match command(chart, &target, over, written) {
                    Ok(command) => command,
                    Err(mistake) => {
                        sent.show(vec![mistake]);
                        return busy.end();
                    }
                };
                match session.ask(command).await {
                    Ok(reply @ (Reply::Entry(_) | Reply::Chart(_))) => {
                        draft.drop();
                        let (to, said) = done(chart, &target, &reply);
                        session.tell(to.clone(), said);
                        replace.emit(to);
                    }
                    Ok(_) => _ = sent.show(vec![explain(&Failure::Program)]),
                    Err(Failure::ChangedMeanwhile) => {
                        if let Some(entry) = target.entry()
                            && let Ok(Reply::Entry(entry)) = session
                                .ask(Command::OpenEntry {
                                    chart,
                                    record: entry.record,
                                    revision: None,
                                })
                                .await
                        {
                            newer.set(Some(entry));
                        }
                        sent.show(vec![explain(&Failure::ChangedMeanwhile)]);
                    }
                    Err(failure) => _ = sent.show(vec![explain(&failure)]),
                }
                busy.end();
            });
        })
    };
    let give_way = {
        let (draft, replace) = (draft.clone(), replace.clone());
        let record = props.target.entry().map(|entry| entry.record);
        Callback::from(move |()| {
            draft.drop();
            if let Some(record) = record {
                replace.emit(Route::Entry { chart, record });
            }
        })
    };
    let fields = inputs(&form).into_iter().enumerate();
    let fields = fields.map(|(number, input)| {
        let error = sent.of(input.id);
        field(
            &input,
            &form,
            error,
            put.reform(move |typed| (number, typed)),
        )
    });
    let (do_it, doing) = match props.target {
        Target::Proposal(..) => (waiting::SEND_ENTRY, waiting::SENDING),
        Target::New | Target::Over(_) => (entry::SAVE, entry::SAVING),
    };
    html! {
        <>
            { sent.summary() }
            if let Some(newer) = &*newer {
                { Callout::new()
                    .hook("conflict")
                    .tone(Tone::Warn)
                    .title(entry::CONFLICT)
                    .children(html! { <>
                        <p>{ entry::CONFLICT_TEXT }</p>
                        <Told text={newer.text.clone()} />
                        { Button::new().hook("keep-newer").label(entry::KEEP_NEWER).onclick(give_way).view() }
                    </> })
                    .view() }
            }
            <form method="post" autocomplete="off" novalidate={true} {onsubmit}>
                { for fields }
                { Button::new()
                    .hook("save")
                    .label(if busy.is() { doing } else { do_it })
                    .look(Look::Main)
                    .submit(true)
                    .busy(busy.is())
                    .view() }
            </form>
        </>
    }
}

fn field(input: &Input, form: &Form, error: Option<AttrValue>, put: Callback<String>) -> Html {
    // Reading a place takes the form as if it were to be changed.
    let mut form = form.clone();
    let place = (input.slot)(&mut form);
    let value = AttrValue::from(place.as_ref().map(Place::text).unwrap_or_default());
    let line = |help: Option<&'static str>| {
        Field::new()
            .hook(input.id)
            .label(input.label)
            .help(help.map(AttrValue::from))
            .error(error.clone())
            .value(value.clone())
            .oninput(put.clone())
            .view()
    };
    match &input.ask {
        Ask::Line => line(input.help),
        Ask::About => line(Some(text::DATE_HELP)),
        // A moment of another system has a time, which this field could not hold.
        Ask::Day if !matches!(value.len(), 0 | 10) => line(Some(text::DATE_HELP)),
        Ask::Day => Day::new()
            .hook(input.id)
            .label(input.label)
            .error(error)
            .value(value)
            .oninput(put)
            .view(),
        Ask::Lines => TextArea::new()
            .hook(input.id)
            .label(input.label)
            .error(error)
            .value(value)
            .rows("3")
            .oninput(put)
            .view(),
        Ask::OneOf(options) => Choice::new()
            .hook(input.id)
            .label(input.label)
            .error(error)
            .value(value)
            .options(options.clone())
            .onchange(put)
            .view(),
        Ask::Tick => Tick::new()
            .hook(input.id)
            .label(input.label)
            .checked(matches!(place, Some(Place::Flag(true))))
            .onchange(put.reform(|yes: bool| if yes { "yes".into() } else { String::new() }))
            .view(),
    }
}

/// What is kept of a form: it stands in the text of a draft, as the entry itself will.
fn typed(form: &Form, seen: Option<Hash>) -> Typed {
    Typed {
        draft: Draft {
            text: serde_json::to_string(form).unwrap_or_default(),
            ..Typed::default().draft
        },
        seen,
        ..Typed::default()
    }
}

fn form_of(typed: &Typed) -> Option<Form> {
    serde_json::from_str(&typed.draft.text).ok()
}

fn command(
    chart: ChartId,
    target: &Target,
    seen: Option<Hash>,
    written: Written,
) -> Result<Command, Mistake> {
    let draft = Draft {
        title: written.title,
        text: written.text,
        category: match target {
            // What was put into a category stays there.
            Target::Over(entry) => entry.category,
            Target::Proposal(_, Some(one)) => one.category,
            Target::New | Target::Proposal(_, None) => own_category(written.category),
        },
    };
    Ok(match target {
        Target::New => Command::AddNote { chart, draft },
        Target::Over(entry) => Command::Revise {
            chart,
            record: entry.record,
            seen: seen.unwrap_or(entry.revision),
            draft,
        },
        Target::Proposal(known, _) if !known.proposable.contains(&draft.category) => {
            let category = words::category(draft.category);
            return Err(Mistake::all(waiting::not_shared(category)));
        }
        Target::Proposal(_, about) => Command::Propose {
            chart,
            draft,
            answers: about.as_ref().map(|one| one.statement),
        },
    })
}

/// Where to go when it is stored, and what to say there.
fn done(chart: ChartId, target: &Target, reply: &Reply) -> (Route, &'static str) {
    match (reply, target) {
        (Reply::Entry(stored), Target::Over(_)) => (entry_at(chart, stored), entry::SAVED),
        (Reply::Entry(stored), _) => (entry_at(chart, stored), entry::ADDED),
        _ => (Route::Chart { chart }, waiting::SENT),
    }
}

fn entry_at(chart: ChartId, stored: &Entry) -> Route {
    let record = stored.record;
    Route::Entry { chart, record }
}

/// Beside its field where the form shows it, else above all.
fn mistakes(form: &Form, faults: &[Fault]) -> Vec<Mistake> {
    let fields = inputs(form);
    let mistake = |fault: &Fault| {
        let mut fields = fields.iter();
        match fields.find(|input| input.field == Some(fault.field)) {
            Some(input) => Mistake::at(input.id, text::problem(input.label, fault.problem)),
            None => Mistake::all(text::problem(words::SUMMARY, fault.problem)),
        }
    };
    faults.iter().map(mistake).collect()
}

fn explain(problem: &Failure) -> Mistake {
    Mistake::all(words::failure::failure(problem))
}

/// The day, the clock and a fresh name.
fn around() -> Around {
    let east = locale::minutes_east();
    Around {
        patient: String::new(),
        id: platform::random_uuid(),
        today: today(),
        offset: east,
    }
}

/// Today where the person is.
pub(super) fn today() -> Date {
    let here = platform::now() / 1000.0 + f64::from(locale::minutes_east()) * 60.0;
    Date::of_seconds(here as i64).day()
}
