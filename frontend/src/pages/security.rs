//! What protects one's account, and what is missing, in one look.

use keepwell_shared::wire::FailedTries;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::parts::{failed_tries_list, loading, trouble};
use crate::{
    components::{RouteLink, Sign, icon, words_row},
    hooks::{use_page, use_session},
    message::{Command, Failure, Protection, Reply},
    platform::{locale, storage},
    route::Route,
    session::Session,
    words::{self, security as text},
};

/// What the page shows.
#[derive(Clone, PartialEq)]
struct Seen {
    protection: Protection,
    /// Other sessions, as far as the server says.
    others: Option<usize>,
    /// Failed tries to sign in, likewise.
    failed: Option<Vec<FailedTries>>,
}

#[component]
pub(crate) fn Security() -> Html {
    let session = use_session();
    let heading = use_page(text::TITLE);
    let seen = use_state(|| None::<Result<Seen, Failure>>);
    let read = {
        let seen = seen.setter();
        Callback::from(move |()| {
            let (seen, session) = (seen.clone(), session.clone());
            spawn_local(async move { seen.set(Some(look(&session).await)) });
        })
    };
    {
        let read = read.clone();
        use_effect_with((), move |()| read.emit(()));
    }
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Devices} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1" data-test="security">{ text::TITLE }</h1>
            { match &*seen {
                None => loading(),
                Some(Err(why)) => trouble(why, read),
                Some(Ok(seen)) => html! { <>
                    { protects(seen) }
                    { failed_tries_list(seen.failed.as_deref()) }
                    { own_keys(&seen.protection) }
                </> },
            } }
        </div>
    }
}

async fn look(session: &Session) -> Result<Seen, Failure> {
    let (protection, sessions, failed) = (
        session.ask(Command::Protection),
        session.ask(Command::Sessions),
        session.ask(Command::FailedTries),
    );
    let Reply::Protection(protection) = protection.await? else {
        return Err(Failure::Program);
    };
    let others = match sessions.await {
        Ok(Reply::Sessions(list)) => Some(list.iter().filter(|one| !one.here).count()),
        _ => None,
    };
    let failed = match failed.await {
        Ok(Reply::FailedTries(series)) => Some(series),
        _ => None,
    };
    Ok(Seen {
        protection,
        others,
        failed,
    })
}

fn protects(seen: &Seen) -> Html {
    let Seen {
        protection, others, ..
    } = seen;
    let change = html! {
        <RouteLink hook="change-password" to={Route::ChangePassword} class="button">{ text::CHANGE_PASSWORD }</RouteLink>
    };
    let second = html! {
        <RouteLink hook="change-second" to={Route::SecondFactor} class="button">{ text::CHANGE_FACTOR }</RouteLink>
    };
    let factor = text::factor(protection.recovery_codes);
    let list = html! {
        <RouteLink hook="to-devices" to={Route::Devices} class="button">{ text::LOOK }</RouteLink>
    };
    let password = text::password(&locale::day(protection.password_at));
    let keys = text::keys(&locale::day(protection.keys_at));
    let sessions = format!(
        "{} {}",
        text::sessions(*others),
        text::locks(storage::lock_after())
    );
    html! {
        <ul class="rows" data-test="protects">
            { row("has-password", Some(true), text::PASSWORD, password, change) }
            { row("has-keys", Some(true), text::KEYS, keys, Html::default()) }
            { row("has-factor", Some(true), text::FACTOR, factor, second) }
            { row("has-recovery", Some(false), text::RECOVERY, text::RECOVERY_NONE.into(), Html::default()) }
            { row("has-sessions", None, text::SESSIONS, sessions, list) }
        </ul>
    }
}

/// One protection: whether it is there, where that can be said.
fn row(
    hook: &'static str,
    there: Option<bool>,
    title: &'static str,
    more: String,
    to: Html,
) -> Html {
    html! {
        <li class="row still" data-test={hook}>
            <span class="row-text">
                <span class="row-title">{ title }</span>
                <span class="row-meta">{ more }</span>
            </span>
            { match there {
                Some(true) => html! { <span class="tag good">{ icon(Sign::Check) }{ text::THERE }</span> },
                Some(false) => html! { <span class="tag warn">{ text::MISSING }</span> },
                None => Html::default(),
            } }
            { to }
        </li>
    }
}

fn own_keys(protection: &Protection) -> Html {
    html! {
        <section>
            <h2>{ text::WORDS_TITLE }</h2>
            <p>{ text::WORDS_TEXT }</p>
            { words_row("own-words", text::WORDS.to_owned(), "", &protection.words) }
            <p>{ text::FINGERPRINT }</p>
            <p><code data-test="fingerprint">{ fingerprint(protection) }</code></p>
        </section>
    }
}

/// 64 digits in groups of four.
fn fingerprint(protection: &Protection) -> String {
    let groups = protection.bundle.0.chunks(2);
    let groups = groups.map(|two| two.iter().map(|byte| format!("{byte:02x}")).collect());
    groups.collect::<Vec<String>>().join(" ")
}
