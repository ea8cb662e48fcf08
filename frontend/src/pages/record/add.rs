//! Choosing what to write down, and writing it down.

use keepwell_record::form::Form;
use keepwell_shared::id::{ChartId, RecordId};
use yew::prelude::*;

use super::{
    form::{RecordForm, Target, today},
    sheet::Sheet,
    told::{Read, use_read},
};
use crate::{
    components::{RouteLink, Sign, icon},
    hooks::{use_chart, use_page, use_session},
    message::Entry,
    pages::parts::{loading, trouble},
    route::Route,
    session::{Session, drafts},
    words::{self, chart as text, import, locker, record, waiting},
};

#[derive(Properties, PartialEq)]
pub(crate) struct AddProps {
    pub(crate) chart: ChartId,
}

/// The list of forms: what is entered becomes part of one's own chart, or waits for the owner of another.
#[component]
pub(crate) fn Add(props: &AddProps) -> Html {
    let (chart, session) = (props.chart, use_session());
    let heading = use_page(record::ADD);
    let own = is_own(&session, chart);
    let line = |hook: &'static str, to: Route, sign: Sign, name: &'static str| {
        html! {
            <li>
                <RouteLink {hook} {to} class="row">{ icon(sign) }<span class="row-title">{ name }</span></RouteLink>
            </li>
        }
    };
    let offered = Sheet::ALL.into_iter();
    let sheets = offered
        .filter(|sheet| own || !sheet.is_for_owner())
        .map(|sheet| {
            let to = Route::NewRecord { chart, sheet };
            line(sheet.hook(), to, Sign::Plus, record::add(sheet))
        });
    let owner = session.state().owner(chart);
    let title = match owner.filter(|_| !own) {
        Some(owner) => waiting::write_title(&owner.username),
        None => record::ADD.to_owned(),
    };
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Chart { chart }} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1">{ title }</h1>
            <p>{ if own { record::ADD_TEXT } else { waiting::WRITE_TEXT } }</p>
            <ul class="rows">
                if !own {
                    { line("write-words", Route::Propose { chart }, Sign::Pen, waiting::WRITE_WORDS) }
                }
                { for sheets }
                if own {
                    { line("add-a-note", Route::NewNote { chart }, Sign::Note, text::ADD_NOTE) }
                    { line("import", Route::Import { chart }, Sign::Download, import::TITLE) }
                    { line("add-a-file", Route::NewFile { chart }, Sign::File, text::ADD_FILE) }
                    { line("open-locked", Route::OpenLocked, Sign::Lock, locker::OPEN) }
                }
            </ul>
        </div>
    }
}

fn is_own(session: &Session, chart: ChartId) -> bool {
    let home = session.state().home();
    home.is_some_and(|home| home.own.contains(&chart))
}

#[derive(Properties, PartialEq)]
pub(crate) struct NewRecordProps {
    pub(crate) chart: ChartId,
    pub(crate) sheet: Sheet,
}

/// One form, empty.
#[component]
pub(crate) fn NewRecord(props: &NewRecordProps) -> Html {
    let (chart, sheet) = (props.chart, props.sheet);
    let heading = use_page(record::add(sheet));
    let own = is_own(&use_session(), chart);
    let draft = drafts::Form::Record(chart, sheet);
    let form = sheet.form(&today().to_string());
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Add { chart }} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1">{ record::add(sheet) }</h1>
            if own {
                <RecordForm {chart} {draft} {form} />
            } else {
                <ProposeRecord {chart} {draft} {form} />
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ProposeRecordProps {
    chart: ChartId,
    draft: drafts::Form,
    form: Form,
}

/// The same form in somebody else's chart, which has to be read first.
#[component]
fn ProposeRecord(props: &ProposeRecordProps) -> Html {
    let (chart, draft, form) = (props.chart, props.draft, props.form.clone());
    let opened = use_chart(chart, ());
    match (&opened.chart, &opened.failure) {
        (Some(known), _) => html! {
            <>
                <p>{ waiting::WRITE_TEXT }</p>
                <RecordForm {chart} {draft} {form} target={Target::Proposal(known.clone(), None)} />
            </>
        },
        (None, Some(failure)) => trouble(failure, opened.again.clone()),
        (None, None) => loading(),
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct EditRecordProps {
    pub(crate) chart: ChartId,
    pub(crate) record: RecordId,
    pub(crate) entry: Entry,
    /// The form for words.
    pub(crate) children: Html,
}

/// The form for what an entry says; the children for what is words only.
#[component]
pub(crate) fn EditRecord(props: &EditRecordProps) -> Html {
    let (read, again) = use_read(&props.entry.text);
    let draft = drafts::Form::Edit(props.chart, props.record);
    match read {
        Read::Words => props.children.clone(),
        Read::Asked => loading(),
        Read::Failed(failure) => trouble(&failure, again),
        Read::Content(content) => match content.form {
            Some(form) => html! {
                <RecordForm chart={props.chart} {draft} {form} target={Target::Over(props.entry.clone())} />
            },
            None => html! { <p data-test="no-form">{ record::EDIT_ELSEWHERE }</p> },
        },
    }
}
