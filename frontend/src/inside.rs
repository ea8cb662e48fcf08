//! The program behind the door. It draws while somebody is signed in.

use std::cell::RefCell;

use gloo::events::{EventListener, EventListenerOptions};
use keepwell_shared::statement::Role;
use wasm_bindgen::JsCast;
use web_sys::Worker;
use yew::{AppHandle, prelude::*};

use crate::{
    around::{Around, go_there, use_moves},
    bridge::Bridge,
    door,
    frame::{Frame, Surroundings},
    handover::{self, Program},
    hooks::{self, use_here, use_session, use_transfers, use_way},
    message::{Command, Reply},
    pages::{
        Add, ChangePassword, ChartPage, Compare, Delete, Devices, Edit, Ended, Export, IdleLock,
        Import, NewFile, NewNote, NewRecord, NotFound, Open, OpenLocked, OwnerWords, Patients,
        Propose, SecondFactor, Security, ServerSees, SetUp, Share, Stop, Trends,
        failed_tries_notice, use_new_failed_tries,
    },
    platform::{self, code, storage},
    route::{Route, Wanted},
    session::{
        Entrance,
        drafts::Drafts,
        state::{Access, State, Why},
    },
};

/// Says that it is there, and draws whenever somebody comes in.
pub fn inside() {
    code::this_is(Program::Inside);
    hooks::page_was_loaded();
    handover::on_pass(Program::Inside, |worker, entrance: Entrance| {
        if let Some(worker) = worker {
            draw(worker, entrance);
        }
    });
    handover::on_forget(|| DRAFTS.with(Drafts::clear));
    handover::arrived();
}

fn draw(worker: Worker, entrance: Entrance) {
    let (bridge, drafts) = (Bridge::over(worker), DRAFTS.with(Clone::clone));
    match entrance {
        Entrance::SetUp(drawn) => render(State::setting_up(drawn), bridge, drafts),
        Entrance::Home(home) => {
            drafts.belong_to(home.account);
            // First of all: a form begins with what was typed into it before.
            wasm_bindgen_futures::spawn_local(async move {
                if !storage::is_shared() {
                    if let Ok(Reply::Drafts(kept)) = bridge.ask(&Command::Drafts).await {
                        drafts.take_up(&kept);
                    }
                    drafts.kept_by(bridge.clone());
                }
                render(State::unlocked(home), bridge, drafts);
            });
        }
    }
}

fn render(state: State, bridge: Bridge, drafts: Drafts) {
    let Some(place) = door::place() else { return };
    let props = InsideProps {
        state,
        bridge,
        drafts,
    };
    let drawn = yew::Renderer::<Inside>::with_root_and_props(place, props).render();
    DRAWN.set(Some(drawn));
}

/// Gives the page back to the door. The worker and its keys are gone by then.
fn leave(why: Option<Why>) {
    DRAFTS.with(Drafts::let_go);
    // Not while this program's own screens are being drawn.
    wasm_bindgen_futures::spawn_local(async move {
        if let Some(drawn) = DRAWN.take() {
            drawn.destroy();
            handover::pass(Program::Door, None, &why);
        }
    });
}

thread_local! {
    static DRAWN: RefCell<Option<AppHandle<Inside>>> = const { RefCell::new(None) };
    /// What was typed and could not be kept outlives a session that the server ended.
    static DRAFTS: Drafts = Drafts::default();
}

#[derive(Clone, PartialEq, Properties)]
struct InsideProps {
    state: State,
    bridge: Bridge,
    drafts: Drafts,
}

#[component]
fn Inside(props: &InsideProps) -> Html {
    let InsideProps {
        state,
        bridge,
        drafts,
    } = props.clone();
    html! { <Around {state} {bridge} {drafts}><Screens /></Around> }
}

/// Sends everybody to the screen that they may see.
#[component]
fn Screens() -> Html {
    let session = use_session();
    let (route, way) = (use_here(), use_way());
    use_device_told();
    let failed = use_new_failed_tries();
    use_end_of_page();
    use_end_of_session();
    use_moves(route.clone());
    let go = match &session.state().access {
        Access::Unlocked(_) if route.is_door() => Some((Wanted::route(&way.here().query), None)),
        Access::Unlocked(home) if route == Route::Home => Some((
            match (home.role, home.own.first()) {
                (Role::Patient, Some(chart)) => Route::Chart { chart: *chart },
                _ => Route::Patients,
            },
            None,
        )),
        _ => None,
    };
    use_effect_with(go.clone(), move |go| go_there(&way, go.as_ref()));
    if let Access::SettingUp(drawn) = &session.state().access {
        return html! { <Frame><SetUp drawn={(**drawn).clone()} /></Frame> };
    }
    if go.is_some() || session.state().home().is_none() {
        return Html::default();
    }
    let ended = route.chart();
    let ended = ended.and_then(|chart| session.state().ended.get(&chart));
    let screen = match ended {
        Some(owner) => html! { <Ended owner={owner.clone()} /> },
        None => screen(&route),
    };
    html! {
        <>
            <Frame around={Surroundings::of(&session, &route)}>{ failed_tries_notice(&failed, &route) }{ screen }</Frame>
            <IdleLock />
        </>
    }
}

/// Once for each session.
#[hook]
fn use_device_told() {
    let session = use_session();
    let signed_in = session.state().home().is_some();
    use_effect_with(signed_in, move |signed_in| {
        if !signed_in {
            return;
        }
        let shared = storage::is_shared();
        let told = session.ask(Command::TellDevice { shared });
        // Without it the list of sessions lacks some words.
        wasm_bindgen_futures::spawn_local(async move { drop(told.await) });
    });
}

fn screen(route: &Route) -> Html {
    match *route {
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
        Route::Propose { chart } => html! { <Propose {chart} /> },
        Route::Answer { chart, record } => {
            html! { <Propose {chart} answers={record} /> }
        }
        Route::NewFile { chart } => html! { <NewFile {chart} /> },
        Route::Add { chart } => html! { <Add {chart} /> },
        Route::NewRecord { chart, sheet } => {
            html! { <NewRecord key={sheet.name()} {chart} {sheet} /> }
        }
        Route::Export { chart } => html! { <Export {chart} /> },
        Route::Import { chart } => html! { <Import {chart} /> },
        Route::Trends { chart } => html! { <Trends key="all" {chart} /> },
        Route::Trend { chart, record } => {
            html! { <Trends key={record.to_string()} {chart} {record} /> }
        }
        Route::Edit { chart, record } => html! { <Edit {chart} {record} /> },
        Route::Delete { chart, record } => html! { <Delete {chart} {record} /> },
        Route::Share { chart } => html! { <Share {chart} /> },
        Route::Stop { chart, grant } => html! { <Stop {chart} {grant} /> },
        Route::OwnerWords { chart } => html! { <OwnerWords {chart} /> },
        Route::Compare => html! { <Compare /> },
        Route::OpenLocked => html! { <OpenLocked /> },
        Route::Devices => html! { <Devices /> },
        Route::Security => html! { <Security /> },
        Route::SecondFactor => html! { <SecondFactor /> },
        Route::ChangePassword => html! { <ChangePassword /> },
        Route::ServerSees => html! { <ServerSees /> },
        _ => html! { <NotFound /> },
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
                    if unsaved || drafts.would_be_lost() || drafts.is_behind() {
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

/// When the keys go, files on their way go with them, and the door draws again.
#[hook]
fn use_end_of_session() {
    let (session, transfers) = (use_session(), use_transfers());
    let access = session.state().access.clone();
    use_effect_with(access, move |access| {
        let why = match access {
            Access::Unlocked(_) | Access::SettingUp(_) => return,
            Access::Locked(_, why) => Some(*why),
            Access::SignedOut => None,
        };
        transfers.clear();
        leave(why);
    });
}
