//! What stands around every screen: the name, the security mark, the bar, the notices.

mod bar;
mod mark;
mod work;

use yew::prelude::*;

use self::{bar::Bar, mark::mark, work::work};

use crate::{
    components::{Callout, RouteLink, Sign, Tone, icon},
    hooks::{use_here, use_session},
    message::Home,
    pages::Tray,
    platform,
    route::Route,
    session::Session,
    words::{self, frame},
};

/// What stands around a screen when somebody is signed in.
#[derive(Clone, PartialEq)]
pub(crate) struct Surroundings {
    mark: Html,
    bar: Html,
    band: Html,
    tray: Html,
}

impl Surroundings {
    /// None when nobody is.
    pub(crate) fn of(session: &Session, here: &Route) -> Option<Self> {
        let home = session.state().home()?;
        Some(Self {
            mark: mark(session, home, here),
            bar: html! { <Bar home={home.clone()} /> },
            band: band(session, home, here),
            tray: html! { <Tray /> },
        })
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct FrameProps {
    /// Behind the door only: so the door's program holds nothing of it.
    #[prop_or_default]
    pub(crate) around: Option<Surroundings>,
    pub(crate) children: Html,
}

#[component]
pub(crate) fn Frame(props: &FrameProps) -> Html {
    let session = use_session();
    let here = use_here();
    let skip = Callback::from(|event: MouseEvent| {
        event.prevent_default();
        platform::focus_id("main");
    });
    let notice = session.state().notice.as_ref();
    let notice = notice.filter(|notice| notice.at.as_ref().is_none_or(|at| *at == here));
    let inside = props.around.is_some();
    let around = props.around.as_ref();
    html! {
        <>
            <a class="skip" href="#main" onclick={skip} data-test="skip">{ frame::SKIP }</a>
            <div class={if inside { "frame inside" } else { "frame outside" }}>
                <div class="side">
                <header class="top">
                    <RouteLink hook="brand" to={if inside { Route::Home } else { Route::Welcome }} class="brand">
                        { icon(Sign::Brand) }
                        <span>{ words::NAME }</span>
                    </RouteLink>
                    if let Some(around) = around {
                        { around.mark.clone() }
                    } else {
                        { outside_links(&here) }
                    }
                </header>
                { around.map(|around| around.bar.clone()) }
                </div>
                <main id="main" tabindex="-1">
                    { around.map(|around| around.band.clone()) }
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
                    { work(&session) }
                </main>
                { around.map(|around| around.tray.clone()) }
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
fn band(session: &Session, home: &Home, here: &Route) -> Html {
    let state = session.state();
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
