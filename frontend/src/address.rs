//! The address: which screen it names, and the way from one screen to the next.
//!
//! A thin layer over the History API of browsers (HTML, section 7.2): an address is a path, and at a
//! door one query.

use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use crate::{
    platform,
    route::{Route, Wanted},
};

/// Where one is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Address {
    /// The path, with its slash.
    pub(crate) path: String,
    /// The query, with its question mark; empty where there is none.
    pub(crate) query: String,
    /// Counts the steps, also those that lead to where one is.
    pub(crate) step: u32,
}

impl Address {
    fn now(step: u32) -> Self {
        let place = platform::window().map(|window| window.location());
        let part = |read: fn(&web_sys::Location) -> Result<String, JsValue>| {
            let part = place.as_ref().and_then(|place| read(place).ok());
            part.unwrap_or_default()
        };
        Self {
            path: part(web_sys::Location::pathname),
            query: part(web_sys::Location::search),
            step,
        }
    }
}

/// A step was made: by this program or by the browser's own buttons.
pub(crate) struct Stepped;

impl Reducible for Address {
    type Action = Stepped;

    fn reduce(self: Rc<Self>, Stepped: Stepped) -> Rc<Self> {
        Rc::new(Self::now(self.step.wrapping_add(1)))
    }
}

/// The address, and how to leave it.
#[derive(Clone, PartialEq)]
pub(crate) struct Way(UseReducerHandle<Address>);

impl Way {
    /// Where one is.
    pub(crate) fn here(&self) -> &Address {
        &self.0
    }

    /// Goes to a screen; "back" leads here again.
    pub(crate) fn push(&self, to: &Route) {
        self.go(|history| history.push_state_with_url(&JsValue::NULL, "", Some(&to.to_path())));
    }

    /// Goes to a screen in place of the present one, which "back" then does not find.
    pub(crate) fn replace(&self, to: &Route) {
        self.replace_by(&to.to_path());
    }

    /// Goes to a door in place of the screen that is wanted behind it.
    pub(crate) fn replace_by_door(&self, door: &Route, wanted: &Wanted) {
        self.replace_by(&wanted.at(door));
    }

    fn replace_by(&self, address: &str) {
        self.go(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(address)));
    }

    /// A browser refuses a step only where a program makes hundreds in a moment: then one stays.
    fn go(&self, step: impl FnOnce(&web_sys::History) -> Result<(), JsValue>) {
        let history = platform::window().and_then(|window| window.history().ok());
        if history.is_some_and(|history| step(&history).is_ok()) {
            self.0.dispatch(Stepped);
        }
    }
}

/// Gives every screen below it the address.
#[component]
pub(crate) fn Addressed(props: &html::ChildrenProps) -> Html {
    let here = use_reducer(|| Address::now(0));
    let stepped = here.dispatcher();
    use_effect_with((), move |()| {
        let listener = platform::window().map(|window| {
            EventListener::new(&window, "popstate", move |_| stepped.dispatch(Stepped))
        });
        move || drop(listener)
    });
    html! {
        <ContextProvider<Way> context={Way(here)}>{ props.children.clone() }</ContextProvider<Way>>
    }
}
