//! Opening a locked file with its passphrase. It stays in memory, until the person saves it.

use std::cell::Cell;

use js_sys::Array;
use keepwell_age::Closed;
use keepwell_shared::password::Password;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, File};
use yew::prelude::*;

use super::{
    text_of,
    viewer::{Viewed, Viewer},
};
use crate::{
    bridge::{
        Answer,
        locker::{self, NoFile},
    },
    components::{Button, Look, Mistake, PasswordField, Sign},
    hooks::{use_busy, use_sent, use_session},
    message::{Command, Failure, Reply, locker::Job},
    platform::{self, download},
    session::{Session, transfers::What},
    words::{entry, failure, file, locker as text},
};

#[derive(Properties, PartialEq)]
pub(crate) struct UnlockProps {
    /// The name of the locked file.
    pub(crate) name: AttrValue,
    pub(crate) blob: Blob,
}

#[component]
pub(crate) fn Unlock(props: &UnlockProps) -> Html {
    let session = use_session();
    let node = use_node_ref();
    let (busy, sent) = (use_busy(), use_sent());
    let opened = use_state(|| None::<Unlocked>);
    let left = use_memo((), |()| Cell::new(false));
    {
        // With a lock this goes, and so does the work on what is inside.
        let left = left.clone();
        use_effect_with((), move |()| move || left.set(true));
    }
    let onsubmit = {
        let (node, busy, sent) = (node.clone(), busy.clone(), sent.clone());
        let (name, blob) = (props.name.clone(), props.blob.clone());
        let (session, opened, left) = (session.clone(), opened.setter(), left.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let typed = text_of(&node);
            let missing = typed.is_empty().then(|| Mistake::at(FIELD, text::MISSING));
            if busy.is() || !sent.show(missing.into_iter().collect()) || !busy.begin() {
                return;
            }
            let (busy, sent, session) = (busy.clone(), sent.clone(), session.clone());
            let (name, blob, opened) = (name.clone(), blob.clone(), opened.clone());
            let left = left.clone();
            spawn_local(async move {
                match unlock(&session, typed, &name, &blob, &left).await {
                    Ok(unlocked) => opened.set(Some(unlocked)),
                    Err(mistake) => _ = sent.show(vec![mistake]),
                }
                busy.end();
            });
        })
    };
    // The form is gone, and the focus with it.
    use_effect_with(opened.is_some(), |is_open| {
        if *is_open {
            platform::focus_id("unlocked");
        }
    });
    let Some(opened) = &*opened else {
        return html! {
            <form class="lock-form" method="post" autocomplete="off" novalidate={true} {onsubmit} data-test="unlock-form">
                { sent.summary() }
                <PasswordField
                    hook={FIELD}
                    label={text::PASSPHRASE}
                    help={text::UNLOCK_HELP}
                    error={sent.of(FIELD)}
                    autocomplete="off"
                    {node}
                />
                { Button::new()
                    .hook("unlock-file")
                    .label(if busy.is() { text::OPENING } else { text::SUBMIT })
                    .look(Look::Main)
                    .submit(true)
                    .busy(busy.is())
                    .view() }
            </form>
        };
    };
    let save = {
        let (blob, name) = (opened.blob.clone(), opened.name.clone());
        move |()| {
            if download::save(&blob, &name) {
                session.tell_here(entry::done(What::Open, &name));
            }
        }
    };
    html! {
        <div class="lock-form" id="unlocked" tabindex="-1" data-test="unlocked">
            <p role="status">{ text::opened(&opened.name) }</p>
            if let Some(viewed) = &opened.viewed {
                <Viewer file={viewed.clone()} />
                <p class="muted">{ text::SAVE_OPEN_TEXT }</p>
            } else {
                <p class="muted">{ file::SAVE_TO_SEE }</p>
            }
            { Button::new()
                .hook("save-unlocked")
                .label(text::SAVE_OPEN)
                .sign(Sign::Download)
                .onclick(save)
                .view() }
        </div>
    }
}

/// What was inside.
struct Unlocked {
    name: String,
    blob: Blob,
    /// Where it may be shown.
    viewed: Option<Viewed>,
}

/// Opens a file, and looks whether it is what its name says before anybody gets it.
async fn unlock(
    session: &Session,
    typed: String,
    name: &str,
    locked: &Blob,
    left: &Cell<bool>,
) -> Result<Unlocked, Mistake> {
    let prepared = Password::prepare(&typed, platform::nfc);
    let prepared = prepared.map_err(|rule| Mistake::at(FIELD, failure::bad_password(rule)))?;
    let prepared = prepared.expose().to_owned();
    let other = (typed != prepared).then_some(typed);
    let mut opened = open(prepared, locked, left).await;
    // Other programs take a passphrase as its letters were typed.
    if let (Err(NoFile::Closed(Closed::Passphrase)), Some(typed)) = (&opened, other) {
        opened = open(typed, locked, left).await;
    }
    let blob = opened.map_err(|why| match why {
        NoFile::Closed(why @ Closed::Passphrase) => Mistake::at(FIELD, text::closed(why)),
        NoFile::Closed(why) => Mistake::all(text::closed(why)),
        NoFile::Failure(problem) => Mistake::all(failure::failure(&problem)),
    })?;
    let looked = look(session, name, &blob).await;
    let reply = looked.map_err(|problem| Mistake::all(failure::failure(&problem)))?;
    let Reply::File { name, .. } = &reply else {
        return Err(Mistake::all(failure::failure(&Failure::Program)));
    };
    Ok(Unlocked {
        name: name.clone(),
        blob: blob.clone(),
        viewed: Viewed::of(Answer {
            reply,
            blob: Some(blob),
        }),
    })
}

async fn open(passphrase: String, locked: &Blob, left: &Cell<bool>) -> Result<Blob, NoFile> {
    let lock = false;
    let opened = locker::work(&Job { passphrase, lock }, locked, |_| !left.get()).await;
    match left.get() {
        true => Err(NoFile::Failure(Failure::Cancelled)),
        false => opened,
    }
}

async fn look(session: &Session, name: &str, blob: &Blob) -> Result<Reply, Failure> {
    let name = name.strip_suffix(".age").unwrap_or(name);
    let file = File::new_with_blob_sequence(&Array::of1(blob), name);
    let file = file.map_err(|_| Failure::Program)?;
    let (_, answer) = session
        .bridge()
        .ask_long(&Command::LookAt, Some(&file), None);
    Ok(answer.await?.reply)
}

const FIELD: &str = "passphrase";
