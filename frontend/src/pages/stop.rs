//! Stopping to share: what cannot be undone is said first, and the name is asked for.

use keepwell_shared::id::{ChartId, GrantId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::parts::{loading, text_of, trouble};
use crate::{
    components::{Button, Callout, Field, Look, Mistake, RouteLink, Sign, Tone, icon},
    hooks::{use_busy, use_chart, use_page, use_replace, use_sent, use_session},
    message::{Command, Failure, Reply, Sharing},
    route::Route,
    words::{self, share},
};

#[derive(Properties, PartialEq)]
pub(crate) struct StopProps {
    pub(crate) chart: ChartId,
    pub(crate) grant: GrantId,
}

#[component]
pub(crate) fn Stop(props: &StopProps) -> Html {
    let (chart, grant) = (props.chart, props.grant);
    let heading = use_page(share::STOP);
    let opened = use_chart(chart, ());
    let sharing = opened
        .chart
        .as_ref()
        .and_then(|chart| chart.sharing.iter().find(|one| one.grant == grant))
        .cloned();
    let title = sharing.as_ref().map_or(share::STOP.to_owned(), |sharing| {
        share::stop_title(&sharing.person.username)
    });
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Share { chart }} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1">{ title }</h1>
            if let Some(failure) = &opened.failure {
                { trouble(failure, opened.again) }
            }
            if let Some(sharing) = sharing {
                <StopForm {chart} {sharing} />
            } else if opened.chart.is_some() {
                <p data-test="stop-gone">{ share::STOP_GONE }</p>
                <p><RouteLink hook="to-share" to={Route::Share { chart }} class="button">{ share::TO_SHARE }</RouteLink></p>
            } else if opened.failure.is_none() {
                { loading() }
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct StopFormProps {
    chart: ChartId,
    sharing: Sharing,
}

#[component]
fn StopForm(props: &StopFormProps) -> Html {
    let session = use_session();
    let (busy, sent, replace) = (use_busy(), use_sent(), use_replace());
    let typed = use_node_ref();
    let chart = props.chart;
    let name = &props.sharing.person.username;
    let onsubmit = {
        let (busy, sent, typed) = (busy.clone(), sent.clone(), typed.clone());
        let (name, grant) = (name.clone(), props.sharing.grant);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let wrong = !text_of(&typed).trim().eq_ignore_ascii_case(&name);
            let wrong = wrong.then(|| Mistake::at(FIELD, share::stop_mismatch(&name)));
            if busy.is() || !sent.show(wrong.into_iter().collect()) || !busy.begin() {
                return;
            }
            let asked = session.ask(Command::StopSharing { chart, grant });
            let (busy, sent, session) = (busy.clone(), sent.clone(), session.clone());
            let (name, replace) = (name.clone(), replace.clone());
            spawn_local(async move {
                match asked.await {
                    Ok(Reply::Chart(_)) => {
                        let to = Route::Share { chart };
                        session.tell(to.clone(), share::stopped(&name));
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
            { Callout::new().hook("stop-warning").tone(Tone::Warn).children(html! { <>
                <p>{ share::stop_text(name) }</p>
            </> }).view() }
            { sent.summary() }
            <form method="post" autocomplete="off" novalidate={true} {onsubmit}>
                { Field::new()
                    .hook(FIELD)
                    .label(share::stop_confirm(name))
                    .error(sent.of(FIELD))
                    .name(true)
                    .node(typed)
                    .view() }
                <p class="actions">
                    { Button::new()
                        .hook("stop-now")
                        .label(if busy.is() { share::STOPPING } else { share::STOP })
                        .look(Look::Danger)
                        .submit(true)
                        .busy(busy.is())
                        .view() }
                    <RouteLink hook="keep-sharing" to={Route::Share { chart }} class="button">{ share::KEEP_SHARING }</RouteLink>
                </p>
            </form>
        </>
    }
}

fn explain(problem: &Failure) -> Mistake {
    Mistake::all(words::failure::failure(problem))
}

const FIELD: &str = "stop-confirm";
