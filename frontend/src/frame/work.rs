//! Work that the server asks for before it hears another try: how far it has come, and a way to stop.

use yew::prelude::*;

use crate::{
    bridge::Progress,
    components::{Button, Look},
    session::{Session, state::Work},
    words::{self, door},
};

/// The bar, while there is something to wait for.
pub(super) fn work(session: &Session) -> Html {
    let Some(Work { id, progress }) = session.state().work else {
        return Html::default();
    };
    let Progress { done, total } = progress;
    let bridge = session.bridge().clone();
    let cancel = Callback::from(move |()| bridge.cancel(id));
    html! {
        <div class="progress" data-test="puzzle">
            <p class="progress-title" role="status">{ door::PUZZLE }</p>
            <progress
                aria-label={door::PUZZLE}
                max={total.to_string()}
                value={done.to_string()}
                data-test="puzzle-progress"
            />
            <p class="progress-text">{ door::PUZZLE_WHY }</p>
            { Button::new()
                .hook("puzzle-cancel")
                .label(words::CANCEL)
                .look(Look::Quiet)
                .onclick(cancel)
                .view() }
        </div>
    }
}
