//! The keys are gone, the name is kept, the password is asked.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::parts::{text_of, use_way_in};
use crate::{
    components::{Button, Look, Mistake, PasswordField},
    hooks::{use_busy, use_go, use_page, use_prepare, use_sent, use_session},
    message::Failure,
    platform::{self, storage},
    route::Route,
    session::{
        Entered,
        state::{Access, Why},
    },
    words::{door, failure},
};

#[component]
pub(crate) fn Locked() -> Html {
    let session = use_session();
    let heading = use_page(door::LOCKED);
    let password = use_node_ref();
    let (busy, sent, way) = (use_busy(), use_sent(), use_way_in());
    let go = use_go();
    // There is one thing to do here: the focus goes where it is done.
    use_effect_with((), |()| platform::focus_id("password"));
    let Access::Locked(known, why) = session.state().access.clone() else {
        return Html::default();
    };
    let onsubmit = {
        let (password, session) = (password.clone(), session.clone());
        let (busy, sent) = (busy.clone(), sent.clone());
        let (username, way) = (known.username.clone(), way.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let (username, password) = (username.clone(), text_of(&password));
            let mut mistakes = way.mistakes(&username);
            if password.is_empty() {
                mistakes.insert(0, Mistake::at(way.hook(), door::PASSWORD_MISSING));
            }
            if busy.is() || !sent.show(mistakes) || !busy.begin() {
                return;
            }
            let typed = (username, password);
            let entering = way.clone().enter(session.clone(), typed, explain);
            let (busy, sent) = (busy.clone(), sent.clone());
            spawn_local(async move {
                match entering.await {
                    Ok(Entered::Inside) => return,
                    Ok(Entered::NeedsFactor) => {}
                    Err(mistake) => {
                        sent.show(vec![mistake]);
                    }
                }
                busy.end();
            });
        })
    };
    let leave = Callback::from(move |()| {
        session.sign_out();
        go.emit(Route::SignIn);
    });
    let prepare = use_prepare();
    let needs_factor = way.needs_factor();
    html! { <>
        { way.second_step(&sent, explain) }
        <div class="door" hidden={needs_factor}>
            <h1 ref={heading} tabindex="-1" data-test="locked">{ door::LOCKED }</h1>
            <p data-test="locked-why">{ door::locked(why) }</p>
            if why != Why::Ended && !storage::is_shared() {
                <p>{ door::DRAFTS_KEPT }</p>
            }
            { sent.summary() }
            <form method="post" novalidate={true} {onsubmit} onfocusin={prepare}>
                <div class="field">
                    <label for="username">{ door::USERNAME }</label>
                    <input
                        id="username"
                        name="username"
                        type="text"
                        autocomplete="username"
                        readonly={true}
                        value={known.username.clone()}
                        data-test="username"
                    />
                </div>
                <PasswordField
                    hook={way.hook()}
                    label={way.current()}
                    error={sent.of(way.hook())}
                    autocomplete="current-password"
                    node={password}
                />
                { way.view(&known.username, &sent) }
                { Button::new()
                    .hook("submit")
                    .label(way.label(busy.is(), (door::UNLOCK, door::UNLOCKING)))
                    .look(Look::Main)
                    .submit(true)
                    .busy(busy.is())
                    .view() }
            </form>
            <p class="aside">
                { Button::new()
                    .hook("somebody-else")
                    .label(door::SOMEBODY_ELSE)
                    .look(Look::Quiet)
                    .onclick(leave)
                    .view() }
            </p>
        </div>
    </> }
}

fn explain(problem: &Failure) -> Mistake {
    match problem {
        Failure::WrongSignIn => Mistake::at("password", door::WRONG_PASSWORD),
        Failure::BadPassword(_) => Mistake::at("password", failure::failure(problem)),
        other => Mistake::all(failure::failure(other)),
    }
}
