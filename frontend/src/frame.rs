//! What stands around every screen: the name, the security mark, the bar, the notices.

use keepwell_frontend::message::Home;
use keepwell_shared::statement::Role;
use yew::prelude::*;

use crate::{
    components::{Button, Callout, Dialog, Icon, Look, RouteLink, Sign, Tone},
    hooks::{use_go, use_here, use_session, use_transfers},
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
                        <Icon sign={Sign::Brand} />
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
                            <Callout hook="notice" tone={Tone::Good}><p>{ &notice.text }</p></Callout>
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

/// Who can read what is on the screen.
fn mark(session: &Session, home: &Home, here: &Route) -> Html {
    let state = session.state();
    let own = home.own.first().copied();
    let chart = here.chart().or(own);
    let (text, to) = match chart {
        Some(chart) if home.own.contains(&chart) => {
            let sharing = state.charts.get(&chart).map(|chart| &chart.sharing);
            let others = sharing.map_or(0, Vec::len);
            (frame::mark_own(others), Route::Share { chart })
        }
        Some(chart) if state.owner(chart).is_some() => {
            let owner = state.owner(chart).map_or("", |owner| &owner.username);
            (frame::mark_shared(owner), Route::OwnerWords { chart })
        }
        _ => (frame::mark_patients(home.shared.len()), Route::Compare),
    };
    html! {
        <RouteLink hook="mark" {to} class="mark">
            <span class="mark-dot" aria-hidden="true"></span>
            <span class="unseen">{ frame::WHO_READS }{ " " }</span>
            <span>{ text }</span>
        </RouteLink>
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
                <Icon sign={Sign::Person} />
                <span>{ frame::CHART_OF }{ " " }<strong>{ &owner.username }</strong></span>
            </p>
        }
    }
}

/// What the person wants to do although something is not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leave {
    Lock,
    SignOut,
}

#[derive(Properties, PartialEq)]
struct BarProps {
    home: std::rc::Rc<Home>,
}

#[component]
fn Bar(props: &BarProps) -> Html {
    let (session, transfers, here, go) = (use_session(), use_transfers(), use_here(), use_go());
    let asked = use_state(|| None::<Leave>);
    let leave = {
        let (session, transfers, asked) = (session.clone(), transfers.clone(), asked.setter());
        Callback::from(move |leave: Leave| {
            asked.set(None);
            transfers.clear();
            match leave {
                Leave::Lock => {
                    session.lock();
                    go.emit(Route::Locked);
                }
                Leave::SignOut => {
                    session.sign_out();
                    go.emit(Route::Welcome);
                }
            }
        })
    };
    let running = transfers.running();
    let ask = |wanted: Leave| {
        let unsaved = running || session.drafts().any();
        let (asked, leave) = (asked.setter(), leave.clone());
        let drafts = session.drafts().clone();
        Callback::from(move |_: MouseEvent| {
            if unsaved || drafts.any() {
                asked.set(Some(wanted));
            } else {
                leave.emit(wanted);
            }
        })
    };
    let stay = {
        let asked = asked.setter();
        Callback::from(move |()| asked.set(None))
    };
    let act = |hook: &'static str, sign: Sign, text: &'static str, wanted: Leave| {
        html! {
            <li>
                <button type="button" class="bar-item" data-test={hook} onclick={ask(wanted)}>
                    <Icon {sign} /><span>{ text }</span>
                </button>
            </li>
        }
    };
    html! {
        <nav class="bar" aria-label={frame::NAVIGATION} data-test="bar">
            <ul>
                { for items(&props.home, &here) }
                { act("lock", Sign::Lock, frame::LOCK, Leave::Lock) }
                { act("sign-out", Sign::Door, frame::SIGN_OUT, Leave::SignOut) }
            </ul>
            <p class="who" data-test="who">{ &props.home.username }</p>
            if let Some(wanted) = *asked {
                <Dialog hook="leave-dialog" title={frame::LEAVE_TITLE} oncancel={stay.clone()}>
                    <p>{ if running { frame::LEAVE_FILE } else { frame::LEAVE_DRAFT } }</p>
                    <p class="actions">
                        <Button hook="stay" label={frame::STAY} look={Look::Main} onclick={stay} />
                        <Button
                            hook="leave-anyway"
                            label={if wanted == Leave::Lock { frame::LOCK_ANYWAY } else { frame::SIGN_OUT_ANYWAY }}
                            onclick={leave.reform(move |()| wanted)}
                        />
                    </p>
                </Dialog>
            }
        </nav>
    }
}

/// The screens that one reaches from everywhere.
fn items(home: &Home, here: &Route) -> Vec<Html> {
    let mut items = Vec::new();
    let own = home.own.first().copied();
    if let Some(chart) = own {
        let current =
            here.chart() == own && !matches!(here, Route::Share { .. } | Route::Stop { .. });
        items.push(item(
            "nav-chart",
            Route::Chart { chart },
            Sign::Chart,
            (frame::MY_CHART, frame::MY_CHART),
            current,
        ));
        let current = matches!(here, Route::Share { .. } | Route::Stop { .. });
        items.push(item(
            "share",
            Route::Share { chart },
            Sign::People,
            (frame::SHARE, frame::SHARE),
            current,
        ));
    }
    if home.role == Role::Doctor || !home.shared.is_empty() {
        let text = if home.role == Role::Doctor {
            frame::PATIENTS
        } else {
            frame::SHARED_WITH_ME
        };
        let current = *here == Route::Patients || (here.chart().is_some() && here.chart() != own);
        items.push(item(
            "nav-patients",
            Route::Patients,
            Sign::People,
            (text, text),
            current,
        ));
    }
    if home.role == Role::Doctor {
        let text = (frame::COMPARE, frame::COMPARE_SHORT);
        items.push(item(
            "nav-compare",
            Route::Compare,
            Sign::Words,
            text,
            *here == Route::Compare,
        ));
    }
    let text = (frame::SERVER, frame::SERVER_SHORT);
    items.push(item(
        "nav-server",
        Route::ServerSees,
        Sign::Eye,
        text,
        *here == Route::ServerSees,
    ));
    items
}

fn item(
    hook: &'static str,
    to: Route,
    sign: Sign,
    (long, short): (&'static str, &'static str),
    current: bool,
) -> Html {
    html! {
        <li key={hook}>
            <RouteLink {hook} {to} class="bar-item" {current}>
                <Icon {sign} />
                <span class="long">{ long }</span>
                <span class="short">{ short }</span>
            </RouteLink>
        </li>
    }
}
