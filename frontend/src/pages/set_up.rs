//! The second half of registering: the second factor and its first code.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::parts::{SheetCard, about_the_code, app_card, code_field, text_of};
use crate::{
    components::{Button, Look, Mistake},
    hooks::{use_busy, use_go, use_page, use_sent, use_session},
    message::{Failure, NewFactor},
    route::Route,
    words::{door, factor},
};

#[derive(Properties, PartialEq)]
pub(crate) struct SetUpProps {
    /// What was drawn.
    pub(crate) drawn: NewFactor,
}

#[component]
pub(crate) fn SetUp(props: &SetUpProps) -> Html {
    let session = use_session();
    let heading = use_page(factor::SET_UP);
    let (code, go, made) = (use_node_ref(), use_go(), use_state(|| false));
    let (busy, sent) = (use_busy(), use_sent());
    let onsubmit = {
        let (code, session) = (code.clone(), session.clone());
        let (busy, sent, made) = (busy.clone(), sent.clone(), made.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let code = text_of(&code);
            let missing = code.trim().is_empty();
            let missing = missing.then(|| Mistake::at("code", factor::CODE_MISSING));
            if busy.is() || !sent.show(missing.into_iter().collect()) || !busy.begin() {
                return;
            }
            let finishing = session.finish_registration(code);
            let (busy, sent, made) = (busy.clone(), sent.clone(), made.clone());
            spawn_local(async move {
                match finishing.await {
                    Ok(()) => {}
                    // The account is there, and one signs in to it.
                    Err(Failure::SignInOver) => made.set(true),
                    Err(problem) => {
                        sent.show(vec![explain(&problem)]);
                        busy.end();
                    }
                }
            });
        })
    };
    if *made {
        let sign_in = Callback::from(move |()| {
            session.sign_out();
            go.emit(Route::SignIn);
        });
        return html! {
            <div class="door">
                <h1 ref={heading} tabindex="-1" data-test="made">{ door::REGISTER }</h1>
                <p role="alert">{ factor::MADE }</p>
                { Button::new().hook("to-sign-in").label(door::SIGN_IN).look(Look::Main).onclick(sign_in).view() }
            </div>
        };
    }
    // The door draws again, with an empty form.
    let back = Callback::from(move |()| session.sign_out());
    html! {
        <div class="door">
            <h1 ref={heading} tabindex="-1" data-test="set-up">{ factor::SET_UP }</h1>
            <p>{ factor::SET_UP_LEAD }</p>
            { sent.summary() }
            <SheetCard sheet={props.drawn.sheet.clone()} />
            { app_card(&props.drawn) }
            <form class="no-print" method="post" novalidate={true} {onsubmit}>
                { code_field("code", factor::FIRST_CODE, factor::FIRST_CODE_HELP, sent.of("code"), &code) }
                { Button::new()
                    .hook("finish")
                    .label(if busy.is() { door::REGISTERING } else { door::REGISTER })
                    .look(Look::Main)
                    .submit(true)
                    .busy(busy.is())
                    .view() }
            </form>
            <p class="aside no-print">
                { Button::new().hook("back").label(factor::BACK).look(Look::Quiet).onclick(back).view() }
            </p>
        </div>
    }
}

fn explain(problem: &Failure) -> Mistake {
    match problem {
        Failure::NameTaken => Mistake::all(factor::NAME_TAKEN),
        other => about_the_code(other, "code"),
    }
}
