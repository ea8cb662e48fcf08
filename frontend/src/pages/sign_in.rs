//! Signing in.

use keepwell_shared::username::Username;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::parts::{text_of, use_way_in};
use crate::{
    components::{Button, Field, Look, Mistake, PasswordField, RouteLink},
    hooks::{use_busy, use_page, use_prepare, use_sent, use_session},
    message::Failure,
    platform::storage,
    route::Route,
    session::Entered,
    words::{devices, door, failure},
};

#[component]
pub(crate) fn SignIn() -> Html {
    let session = use_session();
    let heading = use_page(door::SIGN_IN);
    let (username, password) = (use_node_ref(), use_node_ref());
    let (busy, sent, way) = (use_busy(), use_sent(), use_way_in());
    let shared = use_node_ref();
    let onsubmit = {
        let (username, password) = (username.clone(), password.clone());
        let (busy, sent) = (busy.clone(), sent.clone());
        let (shared, way) = (shared.clone(), way.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let (username, password) = (text_of(&username), text_of(&password));
            let mut mistakes = mistakes(&username, &password, way.hook());
            mistakes.extend(way.mistakes(&username));
            if busy.is() || !sent.show(mistakes) || !busy.begin() {
                return;
            }
            storage::set_shared(is_checked(&shared));
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
    let prepare = use_prepare();
    let needs_factor = way.needs_factor();
    html! { <>
        { way.second_step(&sent, explain) }
        <div class="door" hidden={needs_factor}>
            <h1 ref={heading} tabindex="-1">{ door::SIGN_IN }</h1>
            { sent.summary() }
            <form method="post" novalidate={true} {onsubmit} onfocusin={prepare}>
                { Field::new()
                    .hook("username")
                    .label(door::USERNAME)
                    .error(sent.of("username"))
                    .autocomplete("username")
                    .name(true)
                    .node(username.clone())
                    .view() }
                <PasswordField
                    hook={way.hook()}
                    label={way.current()}
                    error={sent.of(way.hook())}
                    autocomplete="current-password"
                    node={password}
                />
                { way.view(&text_of(&username), &sent) }
                <label class="choice" for="shared">
                    <input ref={shared} id="shared" type="checkbox" name="shared" data-test="shared" />
                    <span>
                        <strong>{ devices::SHARED_DEVICE }</strong>
                        <span class="muted">{ devices::SHARED_DEVICE_HELP }</span>
                    </span>
                </label>
                { Button::new()
                    .hook("submit")
                    .label(way.label(busy.is(), (door::SIGN_IN, door::SIGNING_IN)))
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
    </> }
}

fn is_checked(node: &NodeRef) -> bool {
    node.cast::<web_sys::HtmlInputElement>()
        .is_some_and(|input| input.checked())
}

fn mistakes(username: &str, password: &str, field: &'static str) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if username.trim().is_empty() {
        mistakes.push(Mistake::at("username", door::USERNAME_MISSING));
    } else if let Err(error) = Username::parse(username) {
        mistakes.push(Mistake::at("username", failure::username_error(error)));
    }
    if password.is_empty() {
        mistakes.push(Mistake::at(field, door::PASSWORD_MISSING));
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
