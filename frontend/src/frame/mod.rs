//! What stands around every screen: the name, the security mark, the bar, the notices.

mod bar;
mod mark;

use yew::prelude::*;

use self::{bar::Bar, mark::mark};

use crate::{
    components::{Callout, RouteLink, Sign, Tone, icon},
    hooks::{use_here, use_session},
    pages::Tray,
    platform,
    route::Route,
    session::{Session, state::Access},
    words::{self, frame},
};

#[derive(Properties, PartialEq)]
pub(crate) struct FrameProps {
    pub(crate) children: Html,
}

#[component]
pub(crate) fn Frame(props: &FrameProps) -> Html {
    let session = use_session();
    let here = use_here();
    let home = session.state().home().cloned();
    let skip = Callback::from(|event: MouseEvent| {
        event.prevent_default();
        platform::focus_id("main");
    });
    let notice = session.state().notice.as_ref();
    let notice = notice.filter(|notice| notice.at.as_ref().is_none_or(|at| *at == here));
    html! {
        <>
            <a class="skip" href="#main" onclick={skip} data-test="skip">{ frame::SKIP }</a>
            <div class={if home.is_some() { "frame inside" } else { "frame outside" }}>
                <div class="side">
                <header class="top">
                    <RouteLink hook="brand" to={if home.is_some() { Route::Home } else { Route::Welcome }} class="brand">
                        { icon(Sign::Brand) }
                        <span>{ words::NAME }</span>
                    </RouteLink>
                    if let Some(home) = &home {
                        { mark(&session, home, &here) }
                    } else {
                        { outside_links(&here) }
                    }
                </header>
                if let Some(home) = home {
                    <Bar {home} />
                }
                </div>
                <main id="main" tabindex="-1">
                    { band(&session, &here) }
                    <div role="status" class="notice-place">
                        if let Some(notice) = notice {
                            { Callout::new()
                                .hook("notice")
                                .tone(Tone::Good)
                                .children(html! { <><p>{ &notice.text }</p></> })
                                .view() }
                        }
                    </div>
                    { props.children.clone() }
                </main>
                <Tray />
            </div>
        </>
    }
}

/// Before one is in: where to sign in, and what the server can see.
fn outside_links(here: &Route) -> Html {
    html! {
        <nav class="outside-links" aria-label={frame::NAVIGATION}>
            <RouteLink hook="nav-server" to={Route::ServerSees} current={*here == Route::ServerSees}>
                { frame::SERVER }
            </RouteLink>
        </nav>
    }
}

/// Whose chart it is, so that no one reads the wrong one.
fn band(session: &Session, here: &Route) -> Html {
    let state = session.state();
    let Access::Unlocked(home) = &state.access else {
        return Html::default();
    };
    let chart = here.chart().filter(|chart| !home.own.contains(chart));
    let owner = chart.and_then(|chart| state.owner(chart));
    html! {
        if let Some(owner) = owner {
            <p class="band" data-test="chart-of">
                { icon(Sign::Person) }
                <span>{ frame::CHART_OF }{ " " }<strong>{ &owner.username }</strong></span>
            </p>
        }
    }
}
