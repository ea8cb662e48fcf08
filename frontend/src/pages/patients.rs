//! Charts that others share: the doctor's first screen.

use keepwell_shared::statement::Role;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::parts::trouble;
use crate::{
    components::{RouteLink, Sign, icon, missing_notice, refused_notice},
    hooks::{use_page, use_session},
    message::{Command, Failure, SharedChart},
    platform::locale,
    route::Route,
    words::{chart, locker},
};

#[component]
pub(crate) fn Patients() -> Html {
    let session = use_session();
    let doctor = session
        .state()
        .home()
        .is_some_and(|home| home.role == Role::Doctor);
    let title = if doctor {
        chart::PATIENTS
    } else {
        chart::PATIENTS_SHARED
    };
    let heading = use_page(title);
    let failure = use_state(|| None::<Failure>);
    let read = {
        let (session, failure) = (session.clone(), failure.setter());
        Callback::from(move |()| {
            let (asked, failure) = (session.ask(Command::Home), failure.clone());
            spawn_local(async move { failure.set(asked.await.err()) });
        })
    };
    {
        let read = read.clone();
        use_effect_with((), move |()| read.emit(()));
    }
    let Some(home) = session.state().home() else {
        return Html::default();
    };
    html! {
        <div class="narrow">
            <h1 ref={heading} tabindex="-1">{ title }</h1>
            if let Some(failure) = &*failure {
                { trouble(failure, read) }
            }
            { missing_notice(&home.refused) }
            { refused_notice(&home.refused) }
            if home.shared.is_empty() {
                <div class="empty" data-test="empty">
                    { icon(Sign::People) }
                    <h2>{ chart::NO_PATIENTS }</h2>
                    <p>{ chart::NO_PATIENTS_TEXT }</p>
                    <p><strong data-test="own-name">{ chart::your_name(&home.username) }</strong></p>
                </div>
            } else {
                <p>{ chart::PATIENTS_TEXT }</p>
                <ul class="rows" data-test="patients">{ for home.shared.iter().map(row) }</ul>
            }
            <RouteLink hook="open-locked" to={Route::OpenLocked} class="button quiet">
                { icon(Sign::Lock) }{ locker::OPEN }
            </RouteLink>
        </div>
    }
}

fn row(shared: &SharedChart) -> Html {
    let owner = &shared.owner;
    html! {
        <li>
            <RouteLink hook="patient-row" to={Route::Chart { chart: shared.chart }} class="row">
                { icon(Sign::Person) }
                <span class="row-text">
                    <span class="row-title">{ &owner.username }</span>
                    <span class="row-meta">{ chart::shares_since(&locale::day(shared.since)) }</span>
                </span>
                if owner.changed {
                    <span class="tag bad">{ chart::CHANGED }</span>
                } else if owner.compared {
                    <span class="tag good">{ chart::COMPARED }</span>
                } else {
                    <span class="tag">{ chart::NOT_COMPARED }</span>
                }
            </RouteLink>
        </li>
    }
}
