//! Small pieces of behaviour that several screens share.

mod busy;
mod chart;
mod draft;
mod page;
mod record;
mod sent;

use yew::prelude::*;

pub(crate) use self::{
    busy::use_busy,
    chart::use_chart,
    draft::use_draft,
    page::{page_was_loaded, use_page, use_page_after},
    record::{Told, use_told},
    sent::{Sent, use_sent},
};
use crate::{
    address::Way,
    route::Route,
    session::{Session, transfers::Transfers},
};

/// What every screen may use.
#[hook]
pub(crate) fn use_session() -> Session {
    #[expect(clippy::expect_used, reason = "around.rs wraps every screen in it")]
    use_context::<Session>().expect("the session stands around every screen")
}

/// Loads what is behind the door while somebody types at it.
#[hook]
pub(crate) fn use_prepare() -> Callback<FocusEvent> {
    let session = use_session();
    Callback::from(move |_| session.prepare())
}

/// Files on their way.
#[hook]
pub(crate) fn use_transfers() -> Transfers {
    #[expect(clippy::expect_used, reason = "around.rs wraps every screen in it")]
    use_context::<Transfers>().expect("the transfers stand around every screen")
}

/// The address, and how to leave it.
#[hook]
pub(crate) fn use_way() -> Way {
    #[expect(clippy::expect_used, reason = "around.rs wraps every screen in it")]
    use_context::<Way>().expect("the address stands around every screen")
}

/// The screen that the address names.
#[hook]
pub(crate) fn use_here() -> Route {
    Route::recognize(&use_way().here().path)
}

/// Changes with every step, even with one that leads to the screen where one is: a click on what is
/// open asks for it again.
#[hook]
pub(crate) fn use_step() -> u32 {
    use_way().here().step
}

/// Goes to a screen.
#[hook]
pub(crate) fn use_go() -> Callback<Route> {
    let way = use_way();
    Callback::from(move |route: Route| way.push(&route))
}

/// Goes to a screen in place of the present one, which "back" then does not find.
#[hook]
pub(crate) fn use_replace() -> Callback<Route> {
    let way = use_way();
    Callback::from(move |route: Route| way.replace(&route))
}
