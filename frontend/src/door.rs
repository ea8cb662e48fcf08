//! The program that a first visit loads. Nobody is signed in while it draws.

use std::cell::RefCell;

use yew::{AppHandle, prelude::*};

use crate::{
    around::{Around, go_there, use_moves},
    bridge::Bridge,
    frame::Frame,
    handover::{self, Program},
    hooks::{use_here, use_session, use_way},
    pages::{Insecure, Locked, NotFound, Register, ServerSees, SignIn, Welcome},
    platform::{self, code::Code, storage},
    route::{Route, Wanted},
    session::{
        drafts::Drafts,
        state::{Access, State, Why},
    },
};

/// Draws the door, now and whenever the keys are gone.
pub fn door() {
    if !platform::is_secure() {
        if let Some(place) = place() {
            yew::Renderer::<Insecure>::with_root(place).render();
        }
        return;
    }
    draw(State::new(storage::recall()));
    handover::on_pass(Program::Door, |_, why: Option<Why>| {
        let mut state = State::new(storage::recall());
        if let (Access::Locked(_, shown), Some(why)) = (&mut state.access, why) {
            *shown = why;
        }
        draw(state);
    });
}

/// Takes the door's screens away: the other program draws now.
pub(crate) fn close() {
    if let Some(drawn) = DRAWN.take() {
        drawn.destroy();
    }
}

fn draw(state: State) {
    let Some(place) = place() else { return };
    let drawn = yew::Renderer::<Door>::with_root_and_props(place, DoorProps { state }).render();
    DRAWN.set(Some(drawn));
}

/// Where both programs draw: `index.html` has the element.
pub(crate) fn place() -> Option<web_sys::Element> {
    platform::document()?.get_element_by_id("app")
}

thread_local! {
    static DRAWN: RefCell<Option<AppHandle<Door>>> = const { RefCell::new(None) };
}

#[derive(Clone, PartialEq, Properties)]
struct DoorProps {
    state: State,
}

#[component]
fn Door(props: &DoorProps) -> Html {
    let bridge = use_memo((), |()| Bridge::to(Code::Worker));
    let entry = use_memo((), |()| {
        let entry = Bridge::to(Code::Entry);
        entry.prepare();
        entry
    });
    html! {
        <Around
            state={props.state.clone()}
            bridge={(*bridge).clone()}
            entry={(*entry).clone()}
            drafts={Drafts::default()}
        >
            <Screens />
        </Around>
    }
}

/// Sends everybody to the screen that they may see.
#[component]
fn Screens() -> Html {
    let session = use_session();
    let (route, way) = (use_here(), use_way());
    let access = session.state().access.clone();
    let go = match &access {
        Access::Locked(..) if !route.is_public() => Some((Route::Locked, Wanted::of(&route))),
        Access::SignedOut if !route.is_public() => Some((Route::SignIn, Wanted::of(&route))),
        Access::SignedOut if route == Route::Locked => Some((Route::SignIn, None)),
        _ => None,
    };
    use_moves(route.clone());
    use_effect_with(go.clone(), move |go| go_there(&way, go.as_ref()));
    let screen = match route {
        _ if go.is_some() => Html::default(),
        Route::SignIn => html! { <SignIn /> },
        Route::Register => html! { <Register /> },
        Route::Locked => html! { <Locked /> },
        Route::ServerSees => html! { <ServerSees /> },
        Route::Welcome => html! { <Welcome /> },
        _ => html! { <NotFound /> },
    };
    html! { <Frame>{ screen }</Frame> }
}
