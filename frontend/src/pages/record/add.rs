//! Choosing what to write down, and writing it down.

use keepwell_shared::id::{ChartId, RecordId};
use yew::prelude::*;

use super::{
    form::{RecordForm, today},
    sheet::Sheet,
    told::{Read, use_read},
};
use crate::{
    components::{RouteLink, Sign, icon},
    hooks::use_page,
    message::Entry,
    pages::parts::{loading, trouble},
    route::Route,
    session::drafts,
    words::{self, chart as text, import, locker, record},
};

#[derive(Properties, PartialEq)]
pub(crate) struct AddProps {
    pub(crate) chart: ChartId,
}

/// The list of forms.
#[component]
pub(crate) fn Add(props: &AddProps) -> Html {
    let chart = props.chart;
    let heading = use_page(record::ADD);
    let line = |hook: &'static str, to: Route, sign: Sign, name: &'static str| {
        html! {
            <li>
                <RouteLink {hook} {to} class="row">{ icon(sign) }<span class="row-title">{ name }</span></RouteLink>
            </li>
        }
    };
    let sheets = Sheet::ALL.into_iter().map(|sheet| {
        let to = Route::NewRecord { chart, sheet };
        line(sheet.hook(), to, Sign::Plus, record::add(sheet))
    });
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Chart { chart }} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1">{ record::ADD }</h1>
            <p>{ record::ADD_TEXT }</p>
            <ul class="rows">
                { for sheets }
                { line("add-a-note", Route::NewNote { chart }, Sign::Note, text::ADD_NOTE) }
                { line("import", Route::Import { chart }, Sign::Download, import::TITLE) }
                { line("add-a-file", Route::NewFile { chart }, Sign::File, text::ADD_FILE) }
                { line("open-locked", Route::OpenLocked, Sign::Lock, locker::OPEN) }
            </ul>
        </div>
    }
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
    let form = sheet.form(&today().to_string());
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Add { chart }} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1">{ record::add(sheet) }</h1>
            <RecordForm {chart} draft={drafts::Form::Record(chart, sheet)} {form} />
        </div>
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
                <RecordForm chart={props.chart} {draft} {form} entry={props.entry.clone()} />
            },
            None => html! { <p data-test="no-form">{ record::EDIT_ELSEWHERE }</p> },
        },
    }
}
