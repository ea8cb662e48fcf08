//! Changing the password: the one until now, and a new one twice.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::parts::{
    new_password::{self, NewPassword, judge},
    text_of,
};
use crate::{
    bridge::Strength,
    components::{Button, Callout, Look, Mistake, PasswordField, RouteLink, Sign, icon},
    hooks::{use_busy, use_go, use_page, use_sent, use_session},
    message::{Command, Failure},
    platform,
    route::Route,
    words::{self, failure, password as text},
};

#[component]
pub(crate) fn ChangePassword() -> Html {
    let session = use_session();
    let heading = use_page(text::TITLE);
    let (current, password, again) = (use_node_ref(), use_node_ref(), use_node_ref());
    let strength = use_memo((), |()| Strength::default());
    let (busy, sent, go) = (use_busy(), use_sent(), use_go());
    let username = session.state().home().map(|home| home.username.clone());
    let username = username.unwrap_or_default();
    let onsubmit = {
        let nodes = [current.clone(), password.clone(), again.clone()];
        let (busy, sent, session) = (busy.clone(), sent.clone(), session.clone());
        let (strength, username) = ((*strength).clone(), username.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let [current, new, again] = nodes.each_ref().map(text_of);
            let mut mistakes = new_password::mistakes(&new, &again, &username, platform::nfc);
            if current.is_empty() {
                mistakes.insert(0, Mistake::at("current", text::CURRENT_MISSING));
            }
            if busy.is() || !sent.show(mistakes) || !busy.begin() {
                return;
            }
            let (busy, sent, session) = (busy.clone(), sent.clone(), session.clone());
            let (strength, username, go) = (strength.clone(), username.clone(), go.clone());
            spawn_local(async move {
                let mut wrong = judge(&strength, &new, &username).await;
                if wrong.is_none() {
                    let changing = session.ask_working(Command::ChangePassword { current, new });
                    wrong = changing.await.err().as_ref().map(explain);
                }
                match wrong {
                    Some(mistake) => {
                        sent.show(vec![mistake]);
                        busy.end();
                    }
                    None => {
                        session.tell(Route::Security, text::DONE);
                        go.emit(Route::Security);
                    }
                }
            });
        })
    };
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Security} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1" data-test="password-page">{ text::TITLE }</h1>
            <p>{ text::TEXT }</p>
            { sent.summary() }
            <form method="post" novalidate={true} {onsubmit}>
                // Password managers learn from it whose password changes.
                <input type="text" name="username" autocomplete="username" value={username.clone()} readonly=true hidden=true />
                <PasswordField
                    hook="current"
                    label={text::CURRENT}
                    error={sent.of("current")}
                    autocomplete="current-password"
                    node={current}
                />
                <NewPassword
                    {username}
                    {password}
                    {again}
                    error={sent.of("password")}
                    again_error={sent.of("password-again")}
                    label={text::NEW}
                    strength={(*strength).clone()}
                />
                { Callout::new()
                    .hook("password-limit")
                    .title(text::LIMIT_TITLE)
                    .children(html! { <><p>{ text::LIMIT }</p></> })
                    .view() }
                { Button::new()
                    .hook("submit")
                    .label(if busy.is() { text::SUBMITTING } else { text::SUBMIT })
                    .look(Look::Main)
                    .submit(true)
                    .busy(busy.is())
                    .view() }
            </form>
        </div>
    }
}

fn explain(problem: &Failure) -> Mistake {
    match problem {
        Failure::WrongSignIn => Mistake::at("current", text::CURRENT_WRONG),
        Failure::BadPassword(_) => Mistake::at("password", failure::failure(problem)),
        Failure::Offline => Mistake::all(text::UNSURE),
        Failure::ChangedMeanwhile => Mistake::all(text::MEANWHILE),
        Failure::Cancelled => Mistake::all(text::STOPPED),
        other => Mistake::all(failure::failure(other)),
    }
}
