//! Locks when nobody has used the page for as long as the person chose, and says so a minute before.

use gloo::{
    events::{EventListener, EventListenerOptions},
    timers::callback::Interval,
};
use yew::prelude::*;

use crate::{
    components::{Button, Dialog, Look},
    hooks::use_session,
    platform::{self, storage},
    session::idle::{Idle, Standing},
    words::devices,
};

/// What somebody does who is there.
const TOUCHES: [&str; 4] = ["pointerdown", "keydown", "wheel", "touchstart"];

#[component]
pub(crate) fn IdleLock() -> Html {
    let session = use_session();
    let ending = use_state_eq(|| None::<u32>);
    let look = {
        let idle = use_mut_ref(|| Idle::since(platform::now()));
        let (session, ending) = (session.clone(), ending.setter());
        use_callback((), move |touched: bool, _| {
            let standing = idle
                .borrow_mut()
                .look(platform::now(), storage::lock_after(), touched);
            match standing {
                Standing::Used => ending.set(None),
                Standing::Ending(seconds) => ending.set(Some(seconds)),
                Standing::Over => session.lock_unused(),
            }
        })
    };
    {
        let look = look.clone();
        use_effect_with((), move |()| {
            let mut listeners = Vec::new();
            if let Some(window) = platform::window() {
                for touch in TOUCHES {
                    let look = look.clone();
                    // Before anybody else can keep it to themselves.
                    let options = EventListenerOptions::run_in_capture_phase();
                    listeners.push(EventListener::new_with_options(
                        &window,
                        touch,
                        options,
                        move |_| look.emit(true),
                    ));
                }
            }
            if let Some(document) = platform::document() {
                let look = look.clone();
                listeners.push(EventListener::new(
                    &document,
                    "visibilitychange",
                    move |_| look.emit(false),
                ));
            }
            let clock = Interval::new(1000, move || look.emit(false));
            move || drop((listeners, clock))
        });
    }
    let Some(seconds) = *ending else {
        return Html::default();
    };
    let stay = look.reform(|()| true);
    html! {
        <Dialog hook="idle-dialog" title={devices::STILL_THERE} oncancel={stay.clone()}>
            <p>{ devices::STILL_THERE_TEXT }</p>
            <p class="countdown" aria-live="off" data-test="idle-seconds">{ devices::locks_in(seconds) }</p>
            <p class="actions">
                { Button::new()
                    .hook("idle-stay")
                    .label(devices::STAY)
                    .look(Look::Main)
                    .onclick(stay)
                    .view() }
                { Button::new()
                    .hook("idle-lock")
                    .label(devices::LOCK_NOW)
                    .onclick(Callback::from(move |()| session.lock_unused()))
                    .view() }
            </p>
        </Dialog>
    }
}
