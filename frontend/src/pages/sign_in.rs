//! Signing in.

use keepwell_shared::username::Username;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::parts::text_of;
use crate::{
    components::{Button, Field, Look, Mistake, PasswordField, RouteLink},
    handover,
    hooks::{use_busy, use_page, use_sent, use_session},
    message::{Command, Failure},
    platform::storage,
    route::Route,
    words::{devices, door, failure},
};

#[component]
pub(crate) fn SignIn() -> Html {
    let session = use_session();
    let heading = use_page(door::SIGN_IN);
    let (username, password) = (use_node_ref(), use_node_ref());
    let (busy, sent) = (use_busy(), use_sent());
    let shared = use_node_ref();
    let onsubmit = {
        let (username, password) = (username.clone(), password.clone());
        let (busy, sent) = (busy.clone(), sent.clone());
        let shared = shared.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let (username, password) = (text_of(&username), text_of(&password));
            if busy.is() || !sent.show(mistakes(&username, &password)) || !busy.begin() {
                return;
            }
            storage::set_shared(is_checked(&shared));
            let entering = session.enter(Command::SignIn { username, password });
            let (busy, sent) = (busy.clone(), sent.clone());
            spawn_local(async move {
                if let Err(failure) = entering.await {
                    sent.show(vec![explain(&failure)]);
                    busy.end();
                }
            });
        })
    };
    let prepare = Callback::from(|_: FocusEvent| handover::prepare());
    html! {
        <div class="door">
            <h1 ref={heading} tabindex="-1">{ door::SIGN_IN }</h1>
            { sent.summary() }
            <form method="post" novalidate={true} {onsubmit} onfocusin={prepare}>
                { Field::new()
                    .hook("username")
                    .label(door::USERNAME)
                    .error(sent.of("username"))
                    .autocomplete("username")
                    .name(true)
                    .node(username)
                    .view() }
                <PasswordField
                    hook="password"
                    label={door::PASSWORD}
                    error={sent.of("password")}
                    autocomplete="current-password"
                    node={password}
                />
                <label class="choice" for="shared">
                    <input ref={shared} id="shared" type="checkbox" name="shared" data-test="shared" />
                    <span>
                        <strong>{ devices::SHARED_DEVICE }</strong>
                        <span class="muted">{ devices::SHARED_DEVICE_HELP }</span>
                    </span>
                </label>
                { Button::new()
                    .hook("submit")
                    .label(if busy.is() { door::SIGNING_IN } else { door::SIGN_IN })
                    .look(Look::Main)
                    .submit(true)
                    .busy(busy.is())
                    .view() }
            </form>
            <p class="aside">
                { door::NO_ACCOUNT }{ " " }
                <RouteLink hook="to-register" to={Route::Register}>{ door::REGISTER }</RouteLink>
            </p>
        </div>
    }
}

fn is_checked(node: &NodeRef) -> bool {
    node.cast::<web_sys::HtmlInputElement>()
        .is_some_and(|input| input.checked())
}

fn mistakes(username: &str, password: &str) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if username.trim().is_empty() {
        mistakes.push(Mistake::at("username", door::USERNAME_MISSING));
    } else if let Err(error) = Username::parse(username) {
        mistakes.push(Mistake::at("username", failure::username_error(error)));
    }
    if password.is_empty() {
        mistakes.push(Mistake::at("password", door::PASSWORD_MISSING));
    }
    mistakes
}

fn explain(problem: &Failure) -> Mistake {
    let text = failure::failure(problem);
    match problem {
        Failure::BadUsername(_) => Mistake::at("username", text),
        Failure::BadPassword(_) => Mistake::at("password", text),
        _ => Mistake::all(text),
    }
}
