//! What stands around the screens of both programs: state, worker, address.

use yew::prelude::*;

use crate::{
    address::{Addressed, Way},
    bridge::Bridge,
    hooks::{use_session, use_transfers},
    route::{Route, Wanted},
    session::{
        Session,
        drafts::Drafts,
        state::State,
        transfers::{List, Transfers},
    },
};

/// With what a program begins.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct AroundProps {
    /// What it knows.
    pub(crate) state: State,
    /// The line to the worker that keeps the keys.
    pub(crate) bridge: Bridge,
    /// The line to the one that lets in, at the door.
    #[prop_or_default]
    pub(crate) entry: Option<Bridge>,
    /// What was typed before and is not saved.
    pub(crate) drafts: Drafts,
    /// The screens.
    pub(crate) children: Html,
}

/// Gives every screen below it the session and the address.
#[component]
pub(crate) fn Around(props: &AroundProps) -> Html {
    let state = {
        let state = props.state.clone();
        use_reducer(move || state)
    };
    let list = use_reducer(List::default);
    let session = Session::new(
        state,
        props.bridge.clone(),
        props.entry.clone(),
        props.drafts.clone(),
    );
    html! {
        <ContextProvider<Session> context={session}>
            <ContextProvider<Transfers> context={Transfers::new(list)}>
                <Addressed>
                    { props.children.clone() }
                </Addressed>
            </ContextProvider<Transfers>>
        </ContextProvider<Session>>
    }
}

/// Goes to the screen that one may see, instead of the one that was asked for.
pub(crate) fn go_there(way: &Way, go: Option<&(Route, Option<Wanted>)>) {
    match go {
        Some((to, None)) => way.replace(to),
        Some((to, Some(wanted))) => way.replace_by_door(to, wanted),
        None => {}
    }
}

/// What was told on one screen is over on the next.
#[hook]
pub(crate) fn use_moves(here: Route) {
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
