//! Where one is signed in, the end of it elsewhere, and when this browser locks by itself.

use keepwell_shared::id::SessionId;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::parts::trouble;
use crate::{
    components::{Button, Callout, RouteLink, Sign, icon},
    hooks::{use_busy, use_page, use_session},
    message::{Command, DeviceInfo, Failure, Reply, SessionInfo},
    platform::{locale, storage},
    route::Route,
    words::{devices, password, security},
};

#[component]
pub(crate) fn Devices() -> Html {
    let session = use_session();
    let heading = use_page(devices::TITLE);
    let list = use_state(|| None::<Vec<SessionInfo>>);
    let failure = use_state(|| None::<Failure>);
    let busy = use_busy();
    // Does something, and reads the list again; nothing for reading alone.
    let act = {
        let (session, list, failure) = (session.clone(), list.setter(), failure.setter());
        let busy = busy.clone();
        Callback::from(move |command: Option<Command>| {
            if !busy.begin() {
                return;
            }
            let (session, list, failure) = (session.clone(), list.clone(), failure.clone());
            let busy = busy.clone();
            spawn_local(async move {
                let done = match command {
                    Some(command) => session.ask(command).await.map(drop),
                    None => Ok(()),
                };
                // Whoever has signed out meanwhile is where they should be.
                let done = done.or_else(|why| match why {
                    Failure::NotFound => Ok(()),
                    other => Err(other),
                });
                let read = match session.ask(Command::Sessions).await {
                    Ok(Reply::Sessions(sessions)) => {
                        list.set(Some(sessions));
                        Ok(())
                    }
                    Ok(_) => Err(Failure::Program),
                    Err(why) => Err(why),
                };
                failure.set(done.and(read).err());
                busy.end();
            });
        })
    };
    {
        let act = act.clone();
        use_effect_with((), move |()| act.emit(None));
    }
    let others = list.iter().flatten().any(|session| !session.here);
    let end = |session: SessionId| act.reform(move |()| Some(Command::EndSession { session }));
    html! {
        <div class="narrow">
            <h1 ref={heading} tabindex="-1">{ devices::TITLE }</h1>
            if let Some(failure) = &*failure {
                { trouble(failure, act.reform(|()| None)) }
            }
            <p>{ devices::SERVER_SAYS }</p>
            <ul class="rows" data-test="sessions">
                { for list.iter().flatten().map(|session| row(session, end(session.session), busy.is())) }
            </ul>
            if others {
                { Button::new()
                    .hook("end-others")
                    .label(devices::END_OTHERS)
                    .busy(busy.is())
                    .onclick(act.reform(|()| Some(Command::EndOtherSessions)))
                    .view() }
                { Callout::new()
                    .children(html! { <><p>{ devices::UNKNOWN }</p></> })
                    .view() }
            }
            <LockAfter />
            <p class="actions">
                <RouteLink hook="to-security" to={Route::Security} class="button">{ security::TITLE }</RouteLink>
                <RouteLink hook="change-password" to={Route::ChangePassword} class="button">{ password::TITLE }</RouteLink>
            </p>
        </div>
    }
}

fn row(session: &SessionInfo, end: Callback<()>, busy: bool) -> Html {
    let used = match session.used_at {
        _ if session.here => devices::USED_NOW.to_owned(),
        Some(at) => devices::used(&locale::moment(at)),
        None => devices::USED_UNKNOWN.to_owned(),
    };
    html! {
        <li class="row still" key={session.session.to_string()} data-test="session">
            { icon(Sign::Device) }
            <span class="row-text">
                <span class="row-title">{ device(&session.device) }</span>
                <span class="row-meta">{ devices::began(&locale::moment(session.began_at)) }</span>
                <span class="row-meta">{ used }</span>
            </span>
            if session.here {
                <span class="tag good" data-test="session-here">{ devices::HERE }</span>
            } else {
                { Button::new()
                    .hook("end-session")
                    .label(devices::END)
                    .busy(busy)
                    .onclick(end)
                    .view() }
            }
        </li>
    }
}

fn device(device: &DeviceInfo) -> String {
    match device {
        DeviceInfo::Told {
            browser,
            system,
            shared,
        } => devices::device(browser.as_deref(), system.as_deref(), *shared),
        DeviceInfo::Untold => devices::UNTOLD.into(),
        DeviceInfo::Refused => devices::REFUSED.into(),
    }
}

/// After how long this browser locks.
#[component]
fn LockAfter() -> Html {
    let minutes = use_state(storage::lock_after);
    let onchange = {
        let minutes = minutes.setter();
        Callback::from(move |event: Event| {
            let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
            if let Ok(chosen) = chosen.parse() {
                storage::set_lock_after(chosen);
                minutes.set(storage::lock_after());
            }
        })
    };
    let options = storage::LOCK_AFTER.into_iter().map(|choice| {
        html! {
            <option value={choice.to_string()} selected={choice == *minutes}>
                { devices::minutes(choice) }
            </option>
        }
    });
    let help = if storage::is_shared() {
        devices::LOCK_AFTER_SHARED
    } else {
        devices::LOCK_AFTER_HELP
    };
    html! {
        <div class="field">
            <label for="lock-after">{ devices::LOCK_AFTER }</label>
            <p class="help" id="lock-after-help">{ help }</p>
            <select
                id="lock-after"
                name="lock-after"
                aria-describedby="lock-after-help"
                data-test="lock-after"
                {onchange}
            >
                { for options }
            </select>
        </div>
    }
}
