//! The bar: the screens that one reaches from everywhere, lock and sign out.

use std::rc::Rc;

use keepwell_shared::statement::Role;
use yew::prelude::*;

use crate::{
    components::{Button, Dialog, Look, RouteLink, Sign, icon},
    hooks::{use_go, use_here, use_session, use_transfers},
    message::Home,
    route::Route,
    words::{devices, frame},
};

/// What the person wants to do although something is not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leave {
    Lock,
    SignOut,
}

#[derive(Properties, PartialEq)]
pub(super) struct BarProps {
    pub(super) home: Rc<Home>,
}

#[component]
pub(super) fn Bar(props: &BarProps) -> Html {
    let (session, transfers, here, go) = (use_session(), use_transfers(), use_here(), use_go());
    let asked = use_state(|| None::<Leave>);
    let leave = {
        let (session, transfers, asked) = (session.clone(), transfers.clone(), asked.setter());
        let go = go.clone();
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
        let (asked, leave) = (asked.setter(), leave.clone());
        let drafts = session.drafts().clone();
        Callback::from(move |_: MouseEvent| {
            // A lock keeps what was typed; signing out does not.
            let unsaved = match wanted {
                Leave::Lock => drafts.would_be_lost(),
                Leave::SignOut => drafts.any(),
            };
            if running || unsaved {
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
    let show = {
        let (asked, go) = (asked.setter(), go.clone());
        Callback::from(move |screen: Route| {
            asked.set(None);
            go.emit(screen);
        })
    };
    let kept = session.drafts().are_kept();
    let elsewhere = session.drafts().screen().filter(|screen| *screen != here);
    let act = |hook: &'static str, sign: Sign, text: &'static str, wanted: Leave| {
        html! {
            <li>
                <button type="button" class="bar-item" data-test={hook} onclick={ask(wanted)}>
                    { icon(sign) }<span>{ text }</span>
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
                    <p>{ match wanted {
                        _ if running => frame::LEAVE_FILE,
                        Leave::Lock if kept => frame::LEAVE_CHOSEN,
                        Leave::Lock | Leave::SignOut => frame::LEAVE_DRAFT,
                    } }</p>
                    <p class="actions">
                        if let Some(screen) = elsewhere {
                            { Button::new()
                                .hook("leave-show")
                                .label(frame::SHOW_DRAFT)
                                .look(Look::Main)
                                .onclick(show.reform(move |()| screen.clone()))
                                .view() }
                        } else {
                            { Button::new()
                                .hook("stay")
                                .label(frame::STAY)
                                .look(Look::Main)
                                .onclick(stay)
                                .view() }
                        }
                        { Button::new()
                            .hook("leave-anyway")
                            .label(match wanted {
                                Leave::Lock if kept => frame::LOCK_ANYWAY,
                                Leave::Lock => frame::LOCK_AND_FORGET,
                                Leave::SignOut => frame::SIGN_OUT_ANYWAY,
                            })
                            .onclick(leave.reform(move |()| wanted))
                            .view() }
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
    items.push(item(
        "nav-devices",
        Route::Devices,
        Sign::Device,
        (devices::NAV, devices::NAV_SHORT),
        matches!(
            here,
            Route::Devices | Route::Security | Route::ChangePassword | Route::SecondFactor
        ),
    ));
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
                { icon(sign) }
                <span class="long">{ long }</span>
                <span class="short">{ short }</span>
            </RouteLink>
        </li>
    }
}
