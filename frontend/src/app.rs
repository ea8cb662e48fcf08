//! The app: session, worker and router around the screens, and who may see which.

use gloo::events::{EventListener, EventListenerOptions};
use keepwell_shared::statement::Role;
use wasm_bindgen::JsCast;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::{
    bridge::Bridge,
    frame::Frame,
    hooks::{use_here, use_session, use_transfers},
    pages::{
        ChartPage, Compare, Edit, Ended, Insecure, Locked, NewFile, NewNote, NotFound, Open,
        OwnerWords, Patients, Register, ServerSees, Share, SignIn, Stop, Welcome,
    },
    platform::{self, storage},
    route::{Route, Wanted},
    session::{
        Session,
        drafts::Drafts,
        state::{Access, State},
        transfers::{List, Transfers},
    },
};

/// Everything.
#[component]
pub(crate) fn App() -> Html {
    if platform::is_secure() {
        html! { <Secure /> }
    } else {
        html! { <Insecure /> }
    }
}

#[component]
fn Secure() -> Html {
    let state = use_reducer(|| State::new(storage::recall()));
    let list = use_reducer(List::default);
    let bridge = use_memo((), |()| Bridge::start());
    let drafts = use_memo((), |()| Drafts::default());
    let session = Session::new(state, (*bridge).clone(), (*drafts).clone());
    html! {
        <ContextProvider<Session> context={session}>
            <ContextProvider<Transfers> context={Transfers::new(list)}>
                <BrowserRouter>
                    <Screens />
                </BrowserRouter>
            </ContextProvider<Transfers>>
        </ContextProvider<Session>>
    }
}

#[component]
fn Screens() -> Html {
    let session = use_session();
    let here = use_here();
    use_end_of_page();
    use_end_of_session();
    use_moves(here.clone());
    html! { <Frame><Screen route={here} access={session.state().access.clone()} /></Frame> }
}

#[derive(Properties, PartialEq)]
struct ScreenProps {
    route: Route,
    access: Access,
}

/// Sends everybody to the screen that they may see.
#[component]
fn Screen(props: &ScreenProps) -> Html {
    let session = use_session();
    let location = use_location();
    let navigator = use_navigator();
    let go = match &props.access {
        Access::Unlocked(_) if props.route.is_door() => {
            Some((Wanted::route(location.as_ref()), None))
        }
        Access::Unlocked(home) if props.route == Route::Home => Some((
            match (home.role, home.own.first()) {
                (Role::Patient, Some(chart)) => Route::Chart { chart: *chart },
                _ => Route::Patients,
            },
            None,
        )),
        Access::Locked(..) if !props.route.is_public() => {
            Some((Route::Locked, Wanted::of(&props.route)))
        }
        Access::SignedOut if !props.route.is_public() => {
            Some((Route::SignIn, Wanted::of(&props.route)))
        }
        Access::SignedOut if props.route == Route::Locked => Some((Route::SignIn, None)),
        _ => None,
    };
    {
        use_effect_with(go.clone(), move |go| {
            match (go, navigator) {
                (Some((to, None)), Some(navigator)) => navigator.replace(to),
                (Some((to, Some(wanted))), Some(navigator)) => {
                    // The query is one short path and can always be written.
                    let _ = navigator.replace_with_query(to, wanted);
                }
                _ => {}
            }
        });
    }
    let ended = props
        .route
        .chart()
        .and_then(|chart| session.state().ended.get(&chart));
    match (go, ended) {
        (Some(_), _) => Html::default(),
        (None, Some(owner)) => html! { <Ended owner={owner.clone()} /> },
        (None, None) => screen(&props.route),
    }
}

fn screen(route: &Route) -> Html {
    match *route {
        Route::Welcome => html! { <Welcome /> },
        Route::SignIn => html! { <SignIn /> },
        Route::Register => html! { <Register /> },
        Route::Locked => html! { <Locked /> },
        Route::Home | Route::Patients => html! { <Patients /> },
        Route::Chart { chart } => html! { <ChartPage key={chart.to_string()} {chart} /> },
        Route::Entry { chart, record } => {
            let open = Open {
                record,
                number: None,
            };
            html! { <ChartPage key={chart.to_string()} {chart} {open} /> }
        }
        Route::Revision {
            chart,
            record,
            number,
        } => {
            let open = Open {
                record,
                number: Some(number),
            };
            html! { <ChartPage key={chart.to_string()} {chart} {open} /> }
        }
        Route::NewNote { chart } => html! { <NewNote {chart} /> },
        Route::NewFile { chart } => html! { <NewFile {chart} /> },
        Route::Edit { chart, record } => html! { <Edit {chart} {record} /> },
        Route::Share { chart } => html! { <Share {chart} /> },
        Route::Stop { chart, grant } => html! { <Stop {chart} {grant} /> },
        Route::OwnerWords { chart } => html! { <OwnerWords {chart} /> },
        Route::Compare => html! { <Compare /> },
        Route::ServerSees => html! { <ServerSees /> },
        Route::NotFound => html! { <NotFound /> },
    }
}

/// Leaving the page ends the session; with something unsaved the browser asks first.
#[hook]
fn use_end_of_page() {
    let (session, transfers) = (use_session(), use_transfers());
    let unsaved = transfers.running();
    let drafts = session.drafts().clone();
    use_effect_with((session, unsaved), move |(session, unsaved)| {
        let listeners = platform::window().map(|window| {
            let session = session.clone();
            let leave = EventListener::new(&window, "pagehide", move |_| session.leave());
            let unsaved = *unsaved;
            let options = EventListenerOptions::enable_prevent_default();
            let ask =
                EventListener::new_with_options(&window, "beforeunload", options, move |event| {
                    if unsaved || drafts.any() {
                        event.prevent_default();
                        if let Some(event) = event.dyn_ref::<web_sys::BeforeUnloadEvent>() {
                            // What older browsers want to see in addition.
                            event.set_return_value("unsaved");
                        }
                    }
                });
            (leave, ask)
        });
        move || drop(listeners)
    });
}

/// When the keys go, files on their way go with them.
#[hook]
fn use_end_of_session() {
    let (session, transfers) = (use_session(), use_transfers());
    let inside = session.state().home().is_some();
    use_effect_with(inside, move |inside| {
        if !*inside {
            transfers.clear();
        }
    });
}

/// What was told on one screen is over on the next.
#[hook]
fn use_moves(here: Route) {
    let (session, transfers) = (use_session(), use_transfers());
    let before = use_mut_ref(|| here.clone());
    use_effect_with(here, move |here| {
        let left = before.replace(here.clone());
        if left != *here {
            transfers.moved(left, here.clone());
            session.moved(here.clone());
        }
    });
}
